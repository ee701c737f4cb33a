// Data sets by name, from files in the right format made here, from what this system has, and from wrong ones.
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, suite, test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { dataset, datasetFromBytes } from '../src/data/dataset.ts';
import { writeIdx } from '../src/data/idx.ts';
import { gunzip } from '../src/data/inflate.ts';
import { filesOf } from '../src/data/node-sets.ts';
import { readPenDigits } from '../src/data/pen-digits.ts';
import { datasetNames, sets, type DatasetName } from '../src/data/sets.ts';
import { examplesAt } from '../src/data/split.ts';
import { readTar } from '../src/data/tar.ts';
import { send, serving } from './server.ts';

let folder = '';
before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'eidos データ '));
});
after(() => rm(folder, { recursive: true }));

const rejects = (call: Promise<unknown>, message: string): Promise<void> =>
  assert.rejects(call, { name: 'EidosError', message });

/** A tar file as `tar` writes it. */
function tar(files: Readonly<Record<string, Uint8Array>>, { type = '0', prefix = '' } = {}): Uint8Array {
  const blocks = Object.entries(files).flatMap(([path, bytes]) => {
    const header = Buffer.alloc(512);
    header.write(path, 0);
    header.write('0000644\0', 100);
    header.write(`${bytes.length.toString(8).padStart(11, '0')}\0`, 124);
    header.write(`        ${type}`, 148);
    header.write('ustar\x0000', 257);
    header.write(prefix, 345);
    const sum = header.reduce((a, b) => a + b, 0);
    header.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
    return [header, bytes, Buffer.alloc((512 - (bytes.length % 512)) % 512)];
  });
  return new Uint8Array(Buffer.concat([...blocks, Buffer.alloc(1024)]));
}

suite('datasets', () => {
  test('every set says what it is and where it is from', () => {
    assert.deepEqual(datasetNames, ['mnist', 'fashion-mnist', 'kmnist', 'cifar10', 'pendigits']);
    for (const { classes, licence, source, mirrors } of Object.values(sets)) {
      assert.equal(new Set(classes).size, 10);
      assert.ok(licence.length > 2 && /https?:\/\//.test(source) && mirrors.length > 0);
      for (const mirror of mirrors) assert.match(mirror, /^https?:\/\/.*\/$/);
    }
  });

  test('another name is refused, and files that are missing are named', async () => {
    await rejects(
      dataset('minst' as DatasetName),
      'dataset: needs one of mnist, fashion-mnist, kmnist, cifar10, pendigits, got "minst"',
    );
    await rejects(
      datasetFromBytes('kmnist', { trainImages: new Uint8Array(0) }),
      'kmnist: needs the files trainImages, trainLabels, testImages, testLabels, got trainImages',
    );
    await rejects(datasetFromBytes('cifar10', {}), 'cifar10: needs the files archive, got none');
  });

  test('a web page is told to fetch the files itself', async () => {
    const versions = process.versions;
    Object.defineProperty(process, 'versions', { value: {}, configurable: true });
    try {
      await rejects(
        dataset('mnist'),
        'mnist: needs a file system, got a web page; fetch its files and call datasetFromBytes()',
      );
    } finally {
      Object.defineProperty(process, 'versions', { value: versions, configurable: true });
    }
  });

  test('fashion-mnist is whole where this system has it', async (t) => {
    if (!existsSync('/usr/share/datasets/fashion-mnist'))
      return t.skip('no package dataset-fashion-mnist on this system');
    const { train, test: held, classes, licence } = await dataset('fashion-mnist', { download: false });
    assert.deepEqual([train.count, held.count, train.shape, licence], [60_000, 10_000, [28, 28, 1], 'MIT']);
    for (const [split, each] of [
      [train, 6000],
      [held, 1000],
    ] as const)
      // prettier-ignore
      assert.ok(classes.every((_, i) => split.labels.filter((label) => label === i).length === each));
    // The first picture is known to be an ankle boot, the mean ink 0.2860 of the whole range.
    assert.equal(classes[train.labels[0]!], 'Ankle boot');
    const sum = train.images.reduce((total, pixel) => total + pixel, 0);
    assert.ok(Math.abs(sum / train.images.length / 255 - 0.286) < 5e-5);
  });

  test('kmnist: gzipped files with the published sums; others are refused', async () => {
    const place = join(folder, 'kmnist');
    await mkdir(place);
    const path = join(place, 'train-images-idx3-ubyte.gz');
    const other = gzipSync(writeIdx([1, 28, 28], new Uint8Array(784)));
    await writeFile(path, other);
    const sum = createHash('md5').update(other).digest('hex');
    await rejects(
      dataset('kmnist', { folder: place }),
      `kmnist: needs ${path} as published, got another (its md5 is ${sum}, not bdb82020997e1d708af4cf47b453dcf7); ` +
        'delete it and run it again',
    );
    await rm(path);
    const names = ['train-images-idx3', 'train-labels-idx1', 't10k-images-idx3', 't10k-labels-idx1'];
    await rejects(
      dataset('kmnist', { folder: place, download: false }),
      `kmnist: needs train-images-idx3-ubyte.gz, found it not in ${place}; allow the download, ` +
        `or put ${names.map((name) => `${name}-ubyte.gz`).join(', ')} into ${place}`,
    );
    const files = {
      trainImages: other,
      trainLabels: writeIdx([1], Uint8Array.of(9)),
      testImages: other,
      testLabels: writeIdx([1], Uint8Array.of(0)),
    };
    const { train, classes } = await datasetFromBytes('kmnist', files);
    assert.deepEqual([train.labels[0], classes[9], classes[0]], [9, 'を', 'お']);
  });

  test('cifar10: records become pixels, the planes woven together', async () => {
    const record = (label: number, of: (channel: number, pixel: number) => number): Buffer =>
      Buffer.from([label, ...Array.from({ length: 3072 }, (_, i) => of(Math.floor(i / 1024), i % 1024))]);
    const batches = [1, 2, 3, 4, 5].map((n) => [
      `cifar-10-batches-bin/data_batch_${n}.bin`,
      Buffer.concat([record(n, (c, i) => (60 * c + i + n) % 256), record(0, () => n)]),
    ]);
    const test1 = ['cifar-10-batches-bin/test_batch.bin', record(9, (c) => c)];
    const all = Object.fromEntries([...batches, test1]) as Record<string, Uint8Array>;
    const archive = gzipSync(tar({ 'cifar-10-batches-bin/readme.html': Buffer.from('hi'), ...all }));
    const { train, test: held, classes } = await datasetFromBytes('cifar10', { archive });
    assert.deepEqual([...train.labels], [1, 0, 2, 0, 3, 0, 4, 0, 5, 0]);
    assert.deepEqual([train.shape, held.count, held.labels[0], classes[9]], [[32, 32, 3], 1, 9, 'truck']);
    const example = 4 * 3072; // the first of batch 3
    const pixel = 32 * 7 + 5;
    assert.deepEqual(
      [...train.images.subarray(example + 3 * pixel, example + 3 * pixel + 3)],
      [0, 1, 2].map((c) => (60 * c + pixel + 3) % 256),
    );
    const from = (files: Record<string, Uint8Array>): Promise<unknown> =>
      datasetFromBytes('cifar10', { archive: tar(files) });
    const { [test1[0] as string]: _, ...five } = all;
    await rejects(
      from(five),
      'cifar10: needs cifar-10-batches-bin/test_batch.bin in cifar-10-binary.tar, it is not there',
    );
    await rejects(
      from({ ...all, [test1[0] as string]: new Uint8Array(3072) }),
      'cifar10: test_batch.bin needs a multiple of 3073 bytes, got 3072',
    );
    await rejects(
      from({ ...all, [test1[0] as string]: record(10, () => 0) }),
      'cifar10: labels must be 0 to 9, got 10 at byte 0 of test_batch.bin',
    );
  });

  test('cifar10: an archive with another sum is not kept', async () => {
    const place = join(folder, 'cifar');
    const archive = gzipSync(tar({ a: new Uint8Array(1) }));
    const sum = createHash('sha256').update(archive).digest('hex');
    await serving(
      (request, response) => send(archive, request, response),
      async (base, asked) => {
        await rejects(
          dataset('cifar10', { folder: place, mirrors: [`${base}/x`] }),
          `cifar10: needs cifar-10-binary.tar.gz, got nothing from ${base}/x/cifar-10-binary.tar.gz ` +
            `(its sha256 is ${sum}, not c4a38c50a1bc5f3a1c5537f2155ab9d68f9f25eb1ed8d9ddda3db29a59bca1dd); ` +
            `go online and run it again, or put cifar-10-binary.tar.gz into ${place}`,
        );
        assert.deepEqual(asked, ['/x/cifar-10-binary.tar.gz']);
        assert.deepEqual(await readdir(place), ['cifar-10-binary.tar.gz.part']);
      },
    );
  });

  test('pendigits: strokes of eight points; a download with another number of rows is refused', async () => {
    // UCI pads with spaces.
    const line = ' 47,100, 27, 81, 57, 37, 26,  0,  0, 23, 56, 53,100, 90, 40, 98, 8\n';
    const rows = (n: number): Uint8Array => new Uint8Array(Buffer.from(line.repeat(n)));
    const split = readPenDigits(rows(2), 'x');
    assert.deepEqual([split.count, split.shape, [...split.labels]], [2, [8, 2, 1], [8, 8]]);
    assert.deepEqual([...split.images.subarray(16, 20)], [47, 100, 27, 81]);
    const place = join(folder, 'pendigits');
    await serving(
      (request, response) => send(rows(request.url === '/pendigits.tra' ? 7494 : 3497), request, response),
      async (base) => {
        await rejects(
          filesOf('pendigits', { folder: place, mirrors: [base] }),
          `pendigits: needs pendigits.tes, got nothing from ${base}/pendigits.tes (needs 3498 rows, got 3497); ` +
            `go online and run it again, or put pendigits.tra, pendigits.tes into ${place}`,
        );
      },
    );
    await writeFile(join(place, 'pendigits.tes'), rows(3498));
    const { train, test: held, licence } = await dataset('pendigits', { folder: place, download: false });
    assert.deepEqual([train.count, held.count, licence], [7494, 3498, 'CC BY 4.0']);
    const wrong = (text: string, message: string): void =>
      assert.throws(() => readPenDigits(Buffer.from(text), 'x'), { name: 'EidosError', message });
    wrong('1,2,3', 'readPenDigits(x): needs 17 numbers on a line (x and y of 8 points, the digit), got 3');
    wrong(
      line.replace('27', '101'),
      'readPenDigits(x): needs a whole number of 0 to 100 in row 1, column 3, got 101',
    );
    wrong(
      line + line.replace(' 8\n', '10\n'),
      'readPenDigits(x): needs a whole number of 0 to 9 in row 2, column 17, got 10',
    );
  });

  test('examples by their places', () => {
    const split = { images: Uint8Array.of(1, 2, 3, 4, 5, 6), labels: Uint8Array.of(7, 8, 9), count: 3, shape: [1, 2, 1] } as const; // prettier-ignore
    const { images, labels, count } = examplesAt(split, [2, 0]);
    assert.deepEqual([[...images], [...labels], count], [[5, 6, 1, 2], [9, 7], 2]);
    assert.throws(() => examplesAt(split, [3]), {
      name: 'EidosError',
      message: 'examplesAt: needs places of 0 to 2, got 3',
    });
  });
});

suite('tar', () => {
  const refuses = (file: Uint8Array, message: string): void =>
    assert.throws(() => readTar(file, 'x'), { name: 'EidosError', message: `readTar(x): ${message}` });

  test('plain files by their paths; folders and links are passed over', () => {
    const file = tar({ 'a/b': Buffer.from('hello'), c: new Uint8Array(600).fill(7) }, { prefix: 'top' });
    const read = readTar(file, 'x');
    assert.deepEqual([...read.keys()], ['top/a/b', 'top/c']);
    const [b, c] = [...read.values()];
    assert.deepEqual([Buffer.from(b ?? []).toString(), c?.length], ['hello', 600]);
    assert.equal(readTar(tar({ a: new Uint8Array(0) }, { type: '5' }), 'x').size, 0);
    assert.equal(readTar(tar({ a: Buffer.from('x') }).subarray(0, 1024), 'x').size, 1);
  });

  test('says what is wrong, and at which byte', () => {
    const file = tar({ a: Buffer.from('hello') });
    refuses(file.subarray(0, 100), 'needs a header of 512 bytes at byte 0, the file ends at byte 100');
    refuses(file.subarray(0, 514), 'a needs 5 bytes from byte 512, the file ends at byte 514');
    const sum = file.subarray(0, 512).reduce((all, byte, i) => all + (i >= 148 && i < 156 ? 32 : byte), 0);
    refuses(
      file.with(0, 'b'.charCodeAt(0)),
      `the header at byte 0 adds up to ${sum + 1}, not to ${sum} as it says; this is not a tar file`,
    );
    refuses(
      Buffer.alloc(600, 'z'),
      `needs an octal number at byte 148, got "zzzzzzzz"; this is not a tar file`,
    );
    const twice = Buffer.concat([file.subarray(0, 1024), file]);
    refuses(twice, 'holds a twice, again at byte 1024');
  });
});

test('gunzip stops where it is told to', async () => {
  const bytes = gzipSync(new Uint8Array(100_000));
  assert.equal((await gunzip(bytes, 100_000, 'x')).length, 100_000);
  await rejects(gunzip(bytes, 99_999, 'x'), 'x: needs at most 99999 bytes unpacked, the gzip data go on');
});
