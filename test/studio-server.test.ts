// The server of the studio: what it gives, to whom, and to whom not.
import assert from 'node:assert/strict';
import { request } from 'node:http';
import { after, before, suite, test } from 'node:test';
import { startStudio, type Studio } from '../cli/studio-server.ts';
import { readNpz } from '../src/data/npz.ts';

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
    { headers = {}, method = 'GET' }: { headers?: Record<string, string>; method?: string } = {},
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
        .end();
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

  test('a taken port is told when it was asked for', async () => {
    await assert.rejects(startStudio({ port: Number(address.port) }), { code: 'EADDRINUSE' });
  });
});
