// Downloads from a server that cuts, refuses, lies, dawdles and falls silent.
import assert from 'node:assert/strict';
import { mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, suite, test } from 'node:test';
import { EidosError } from '../src/base/check.ts';
import { download, type Download } from '../src/data/node-download.ts';
import { send, serving, type Answer } from './server.ts';

let folder = '';
before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'eidos データ '));
});
after(() => rm(folder, { recursive: true }));

suite('download', () => {
  const content = Uint8Array.from({ length: 300_000 }, (_, i) => (i * 7919) % 253);
  let number = 0;

  /** A job whose file must be `content`. */
  const job = (addresses: readonly string[], rest: Partial<Download> = {}): Download => ({
    call: 'test',
    file: 'x.bin',
    addresses,
    path: join(folder, `download ${number++}`, 'x.bin'),
    limit: 400_000,
    accept: (bytes) =>
      Buffer.from(content).equals(bytes)
        ? Promise.resolve(bytes)
        : Promise.reject(new EidosError(`${bytes.length} other bytes`)),
    wayOut: 'give up',
    ...rest,
  });

  const kept = async ({ path }: Download): Promise<string[]> => readdir(join(path, '..'));

  test('goes on where it stopped, in the same call and in the next', async () => {
    let most = 100_000;
    await serving(
      (request, response) => send(content, request, response, most),
      async (base, asked) => {
        const task = job([`${base}/x`]);
        assert.deepEqual(Buffer.from(await download(task)), Buffer.from(content));
        const starts = asked.map((request) => Number(/^\/x bytes=(\d+)-$/.exec(request)?.[1] ?? 0));
        assert.ok(starts.length >= 3 && starts[0] === 0, asked.join());
        assert.ok(starts.every((start, i) => i === 0 || (start > starts[i - 1]! && start <= i * 100_000)));
        asked.length = 0;
        assert.deepEqual(await kept(task), ['x.bin']);

        const stopped = new AbortController();
        const later = job([`${base}/y`], { signal: stopped.signal, onProgress: () => stopped.abort() });
        await assert.rejects(download(later), { name: 'AbortError' });
        const [part] = await kept(later);
        assert.equal(part, 'x.bin.part');
        const { length } = await readFile(`${later.path}.part`);
        assert.ok(length > 0 && length <= 100_000);
        most = Infinity;
        await download(job([`${base}/z`], { path: later.path }));
        assert.deepEqual(asked, ['/y', `/z bytes=${length}-`]);
        assert.deepEqual(await readFile(later.path), Buffer.from(content));
      },
    );
  });

  test('a beginning that does not fit is thrown away, and fetched again once', async () => {
    await serving(
      (request, response) => send(content, request, response),
      async (base, asked) => {
        const task = job([`${base}/x`]);
        await download(task);
        await writeFile(`${task.path}.part`, 'something else');
        await download(task);
        assert.deepEqual(asked, ['/x', '/x bytes=14-', '/x']);
        assert.deepEqual(await kept(task), ['x.bin']);
      },
    );
  });

  test('servers that know no ranges, or have nothing more to send, are understood', async () => {
    await serving(
      (_, response) => response.end(content),
      async (base, asked) => {
        const task = job([`${base}/x`]);
        await download(task);
        await writeFile(`${task.path}.part`, content.subarray(0, 1000));
        assert.deepEqual(Buffer.from(await download(task)), Buffer.from(content));
        assert.deepEqual(asked, ['/x', '/x bytes=1000-']);
      },
    );
    await serving(
      (_, response) => response.writeHead(416).end(),
      async (base, asked) => {
        const task = job([`${base}/x`], { path: join(folder, 'x.bin') });
        await writeFile(`${task.path}.part`, content);
        assert.deepEqual(Buffer.from(await download(task)), Buffer.from(content));
        assert.deepEqual(asked, ['/x bytes=300000-']);
      },
    );
  });

  test('says of each address what was wrong with it, and keeps nothing wrong', async () => {
    const answers: Record<string, Answer> = {
      '/missing': (_, response) => response.writeHead(404).end('<html>'),
      '/other': (_, response) => response.end('other'),
      '/long': (_, response) => response.end(Buffer.alloc(500_000)),
      '/cut': (_, response) => response.writeHead(200, { 'content-length': 9 }).flushHeaders(),
      '/range': (_, response) => response.writeHead(206, { 'content-range': 'bytes 5-9/10' }).end('56789'),
    };
    await serving(
      (request, response) => answers[request.url!]!(request, response),
      async (base) => {
        const task = job(
          Object.keys(answers).map((path) => base + path),
          { patience: 300 },
        );
        const reasons = [
          'HTTP 404',
          '5 other bytes',
          'sends more than 400000 bytes',
          'no answer for 300 ms',
          'sends another range than asked for',
        ];
        const failures = task.addresses.map((address, i) => `${address} (${reasons[i]})`).join(' or ');
        await assert.rejects(download(task), {
          name: 'EidosError',
          message: `test: needs x.bin, got nothing from ${failures}; give up`,
        });
        assert.deepEqual(await kept(task), ['x.bin.part']);
        assert.equal((await readFile(`${task.path}.part`)).length, 0);
      },
    );
  });

  test('a server that breaks off without sending anything is given up', async () => {
    await serving(
      (request) => void request.socket.destroy(),
      async (base, asked) => {
        const task = job([`${base}/x`]);
        await assert.rejects(download(task), (error: Error) => {
          assert.match(
            error.message,
            /^test: needs x\.bin, got nothing from http:\S+ \((UND_ERR_SOCKET|ECONNRESET)\); give up$/,
          );
          return true;
        });
        assert.equal(asked.length, 1);
      },
    );
  });

  test('two slow downloads of one file at once both succeed, and patience counts from the last byte', async () => {
    const drip: Answer = (_, response) => {
      let at = 0;
      const timer = setInterval(() => {
        response.write(content.subarray(at, (at += 50_000)));
        if (at < content.length) return;
        clearInterval(timer);
        response.end();
      }, 100);
    };
    await serving(drip, async (base, asked) => {
      const task = job([`${base}/x`], { patience: 400 });
      const both = await Promise.all([download(task), download(task)]);
      for (const bytes of both) assert.deepEqual(Buffer.from(bytes), Buffer.from(content));
      assert.deepEqual(await kept(task), ['x.bin']);
      assert.deepEqual(asked, ['/x', '/x']);
    });
  });

  test('a place that cannot be written to is named', async () => {
    await writeFile(join(folder, 'a file'), '');
    const path = join(folder, 'a file', 'x.bin');
    await assert.rejects(download(job(['http://127.0.0.1:9/x'], { path })), {
      name: 'EidosError',
      message: `test: cannot write ${path}.part (EEXIST); choose a folder that can be written to`,
    });
  });
});
