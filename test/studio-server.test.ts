// The server of the studio: what it gives, to whom, and to whom not.
import assert from 'node:assert/strict';
import { request } from 'node:http';
import { after, before, suite, test } from 'node:test';
import { startStudio, type Studio } from '../cli/studio-server.ts';
import { readNpz } from '../src/data/npz.ts';
import { open } from '../src/device/open.ts';
import { readSafetensors, writeSafetensors } from '../src/files/safetensors.ts';

interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: Buffer;
}

suite('the server of the studio', () => {
  let studio: Studio;
  let address: URL;
  before(async () => {
    studio = await startStudio({ port: 0 });
    address = new URL(studio.address);
  });
  after(() => studio.close());

  const ask = (
    path: string,
    {
      headers = {},
      method = 'GET',
      body,
    }: { headers?: Record<string, string>; method?: string; body?: Uint8Array } = {},
  ) =>
    new Promise<Answer>((resolve, reject) => {
      request({ host: '127.0.0.1', port: address.port, path, method, headers }, (response) => {
        const parts: Buffer[] = [];
        response.on('data', (part: Buffer) => parts.push(part));
        response.on('end', () =>
          resolve({
            status: response.statusCode ?? 0,
            headers: response.headers,
            body: Buffer.concat(parts),
          }),
        );
      })
        .on('error', reject)
        .end(body);
    });

  /** The cookie that the address with the token gives. */
  const enter = async (): Promise<string> => {
    const { status, headers } = await ask(`${address.pathname}${address.search}`);
    assert.equal(status, 303);
    assert.equal(headers['location'], '/');
    const cookie = headers['set-cookie']?.[0] ?? '';
    assert.match(cookie, /; HttpOnly; SameSite=Strict; Path=\/api\/$/);
    return cookie.split(';')[0] ?? '';
  };

  test('listens on the loopback address alone', () => {
    assert.equal(address.hostname, '127.0.0.1');
  });

  test('gives the page with the headers that isolate it, and says that there is a server', async () => {
    const { status, headers, body } = await ask('/');
    assert.equal(status, 200);
    assert.equal(headers['cross-origin-opener-policy'], 'same-origin');
    assert.equal(headers['cross-origin-embedder-policy'], 'require-corp');
    assert.equal(headers['access-control-allow-origin'], undefined);
    assert.match(body.toString(), /<html data-server /);
    const script = /src="\.\/(assets\/[^"]+)"/.exec(body.toString())?.[1] ?? '';
    assert.equal((await ask(`/${script}`)).headers['content-type'], 'text/javascript; charset=utf-8');
  });

  test('gives models, and no other files', async () => {
    const { status, body } = await ask('/models/freehand.safetensors');
    assert.equal(status, 200);
    assert.ok(body.length > 10_000);
    for (const path of [
      '/../package.json',
      '/models/../package.json',
      '/package.json',
      '/models/',
      '/assets/%2e%2e%2fpackage.json',
      '//etc/passwd',
    ])
      // prettier-ignore
      assert.equal((await ask(path)).status, 404, path);
  });

  test('refuses other hosts, other origins, other sites and other methods', async () => {
    const own = `127.0.0.1:${address.port}`;
    const refused: Record<string, string>[] = [
      { host: 'example.org' },
      { host: `example.org:${address.port}` },
      { host: own, origin: 'http://example.org' },
      { host: own, origin: 'null' },
      { host: own, 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'no-cors' },
    ];
    for (const headers of refused) assert.equal((await ask('/', { headers })).status, 403);
    assert.equal((await ask('/', { headers: { host: own, origin: `http://${own}` } })).status, 200);
    assert.equal((await ask('/', { method: 'POST' })).status, 405);
  });

  test('gives data only for the token, and then as an npz', async () => {
    assert.equal((await ask('/api/data/mnist')).status, 401);
    assert.equal((await ask('/?token=guess')).status, 401);
    const cookie = await enter();
    const wrong = cookie.replace(/.$/, (last) => (last === 'a' ? 'b' : 'a'));
    assert.equal((await ask('/api/data/mnist', { headers: { cookie: wrong } })).status, 401);
    const { status, body } = await ask('/api/data/mnist', { headers: { cookie } });
    assert.equal(status, 200);
    const arrays = await readNpz(body, 'mnist');
    assert.deepEqual(arrays.get('x_train')?.shape, [60_000, 28, 28, 1]);
    assert.deepEqual(arrays.get('y_test')?.shape, [10_000]);
    // A data set that does not exist is the asker's mistake, in one line.
    const none = await ask('/api/data/nothing', { headers: { cookie } });
    assert.equal(none.status, 422);
    assert.match(none.body.toString(), /^dataset: needs one of mnist,/);
    assert.equal((await ask('/api/nothing', { headers: { cookie } })).status, 404);
  });

  const native = ['GET /api/native', 'POST /api/native/estimate', 'POST /api/native/train', 'POST /api/native/next', 'POST /api/native/stop', 'GET /api/native/snapshot'] as const; // prettier-ignore

  test('lends the processor only for the token, and to no other page', async () => {
    const cookie = await enter();
    for (const one of native) {
      const [method = '', path = ''] = one.split(' ');
      const status = async (headers: Record<string, string>): Promise<number> =>
        (await ask(path, { method, headers })).status;
      assert.equal(await status({}), 401, one);
      assert.equal(await status({ cookie: cookie.replace(/=.*/, '=guess') }), 401, one);
      assert.equal(await status({ cookie, origin: 'http://example.org' }), 403, one);
      assert.equal(await status({ cookie, host: 'example.org' }), 403, one);
      assert.equal(await status({ cookie, 'sec-fetch-site': 'cross-site' }), 403, one);
    }
    assert.equal((await ask('/api/native', { method: 'POST', headers: { cookie } })).status, 404);
    assert.equal((await ask('/api/native/snapshot', { headers: { cookie } })).status, 404);
  });

  test('refuses orders that are none, in one line', async () => {
    const headers = { cookie: await enter() };
    const order = (body: Uint8Array): Promise<Answer> =>
      ask('/api/native/train', { method: 'POST', headers, body });
    const cut = await order(new Uint8Array(3));
    assert.equal(cut.status, 422);
    assert.match(cut.body.toString(), /^training: .*safetensors/);
    const images = { name: 'images', dtype: 'u8', shape: [2, 28, 28, 1], data: new Uint8Array(2 * 784) } as const; // prettier-ignore
    const bad = await order(writeSafetensors([images], { config: '{"model":"nothing"}', seed: '1' }));
    assert.equal(bad.status, 422);
    assert.match(bad.body.toString(), /training.*model/);
    const text = await order(writeSafetensors([images], { config: 'none', seed: '1' }));
    assert.equal(text.status, 422);
    const config = { model: 'dense', data: 'x', epochs: 1, batch: 2, optimizer: 'adam', learningRate: null, validationSplit: 0, limit: null, size: null, grey: true, shape: [28, 28, 1], classes: ['a', 'b'], examples: 2 }; // prettier-ignore
    const few = await order(writeSafetensors([images], { config: JSON.stringify(config), seed: '1' }));
    assert.equal(few.status, 422);
    assert.equal(
      few.body.toString(),
      'training: needs images and labels of its shape, 28 x 28 x 1, and a seed, got images 2 x 28 x 28 x 1; send all of them',
    );
  });

  test('a training event by event, a second one refused meanwhile, a snapshot, the end', async (t) => {
    const lacking = await open({ device: 'native' }).then((device) => device.close(), String);
    if (lacking !== undefined) {
      t.skip(lacking);
      return;
    }
    const cookie = await enter();
    const headers = { cookie };
    const count = 64;
    const images = Uint8Array.from({ length: count * 784 }, (_, i) => (i * 7919) % 251);
    const labels = Uint8Array.from({ length: count }, (_, i) => i % 2);
    const config = { model: 'dense', data: 'x', epochs: 2, batch: 16, optimizer: 'adam', learningRate: null, validationSplit: 0, limit: null, size: null, grey: true, shape: [28, 28, 1], classes: ['a', 'b'], examples: count }; // prettier-ignore
    const body = writeSafetensors(
      [
        { name: 'images', dtype: 'u8', shape: [count, 28, 28, 1], data: images },
        { name: 'labels', dtype: 'u8', shape: [count], data: labels },
      ],
      { config: JSON.stringify(config), seed: '3' },
    );
    const post = (path: string): Promise<Answer> =>
      ask(`/api/native/${path}`, { method: 'POST', headers, body });
    const { secondsPerStep } = JSON.parse((await post('estimate')).body.toString()) as {
      secondsPerStep: number;
    };
    assert.ok(secondsPerStep > 0 && secondsPerStep < 1, `${secondsPerStep} s`);

    const sent = { method: 'POST', headers, body: new Uint8Array(body) };
    const answer = await fetch(new URL('/api/native/train', address), sent);
    assert.equal(answer.headers.get('content-type'), 'application/x-ndjson; charset=utf-8');
    const reader = answer.body?.getReader();
    assert.ok(reader);
    const lines: { kind: string; event?: { step: number; kind: string }; stopped?: boolean }[] = [];
    const line = async (): Promise<(typeof lines)[number]> => {
      while (lines.length === 0) {
        const { value } = await reader.read();
        assert.ok(value, 'the answer goes on');
        lines.push(...new TextDecoder().decode(value).trim().split('\n').map((one) => JSON.parse(one) as never)); // prettier-ignore
      }
      const [first] = lines.splice(0, 1);
      assert.ok(first);
      return first;
    };
    assert.equal((await line()).kind, 'begun');
    assert.equal((await post('train')).status, 409);
    const steps: number[] = [];
    for (let i = 0; i < 3; i++) {
      assert.equal((await post('next?pace=1')).status, 204);
      const { kind, event } = await line();
      assert.equal(kind, 'event');
      steps.push(event?.step ?? NaN);
      const { body: bytes } = await ask('/api/native/snapshot', { headers });
      const { metadata } = readSafetensors(bytes);
      assert.equal((JSON.parse(metadata['counters'] ?? '') as { steps: number }).steps, i + 1);
    }
    assert.deepEqual(steps, [1, 2, 3]);
    await post('stop');
    await post('next');
    assert.deepEqual(await line(), { kind: 'over', stopped: true });
    // Let go of, it is forgotten.
    await reader.cancel();
    for (let tries = 0; (await ask('/api/native/snapshot', { headers })).status !== 404; tries++)
      assert.ok(tries < 500, 'the server forgets it');
  });

  test('a taken port is told when it was asked for', async () => {
    await assert.rejects(startStudio({ port: Number(address.port) }), { code: 'EADDRINUSE' });
  });
});
