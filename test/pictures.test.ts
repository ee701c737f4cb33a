// Folders of pictures: what is found, in which order, turned, cut and resized how, and what is said of files that
// are none. Pictures are made here; those in formats that need sharp are made and read by it, where it is installed.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtemp, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, before, suite, test } from 'node:test';
import { promisify } from 'node:util';
import type Sharp from 'sharp';
import { mnist } from '../src/data/mnist.ts';
import { subset } from '../src/data/split.ts';
import { exportPictures, pictures, type PicturesOptions } from '../src/picture/folder.ts';
import { decodePng, encodePng } from '../src/picture/png.ts';
import { root } from './project.ts';

const sharp = await import('sharp').then(
  (module): typeof Sharp => module.default,
  () => undefined,
);

let home = '';
before(async () => {
  home = await mkdtemp(join(tmpdir(), 'eidos 絵 '));
});
after(() => rm(home, { recursive: true }));

/** A PNG of one colour: grey, red-green-blue, or red-green-blue-alpha. */
function png(colour: readonly number[], width = 4, height = 4): Uint8Array {
  const data = Uint8Array.from(
    { length: width * height * colour.length },
    (_, i) => colour[i % colour.length]!,
  );
  return encodePng({ width, height, channels: colour.length as 1 | 3 | 4, data });
}

/** A folder of these files. */
async function folderOf(name: string, files: Readonly<Record<string, Uint8Array | string>>): Promise<string> {
  const folder = join(home, name);
  await mkdir(folder);
  for (const [path, bytes] of Object.entries(files)) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), bytes);
  }
  return folder;
}

const rejects = (call: Promise<unknown>, message: string): Promise<void> =>
  assert.rejects(call, { name: 'EidosError', message });

suite('pictures', () => {
  test('by class: sub-folders in the order of code points, files by path, Japanese names', async () => {
    const folder = await folderOf('classes', {
      'りんご/2.png': png([30]),
      'りんご/10.png': png([10]),
      'みかん/あ/深い.png': png([20]),
      'apple/1.png': png([40], 1, 9),
      '.DS_Store': 'x',
      'stray.txt': 'x',
      'empty/.keep': '',
    });
    const progress: [number, number][] = [];
    const options = { size: 2, channels: 1, labels: 'folders', onProgress: ({ done, total }) => progress.push([done, total]) } as const satisfies PicturesOptions; // prettier-ignore
    const read = await pictures(folder, options);
    assert.deepEqual(read.classes, ['apple', 'みかん', 'りんご']);
    assert.deepEqual(read.files, ['apple/1.png', 'みかん/あ/深い.png', 'りんご/10.png', 'りんご/2.png']);
    assert.deepEqual([read.count, read.shape, [...read.labels]], [4, [2, 2, 1], [0, 1, 2, 2]]);
    assert.deepEqual([...read.images], [40, 40, 40, 40, 20, 20, 20, 20, 10, 10, 10, 10, 30, 30, 30, 30]);
    assert.deepEqual(read.skipped, [
      { file: 'stray.txt', why: 'is in no class', advice: 'put it into the sub-folder of its class' },
    ]);
    assert.deepEqual(progress, [[1, 4], [2, 4], [3, 4], [4, 4]]); // prettier-ignore
    assert.equal(read.validation, undefined);
  });

  test('flat, one picture, and by itself where the pictures lie', async () => {
    const one = await folderOf('すべて', { 'a.png': png([1, 2, 3]) });
    const read = await pictures(one, { size: [1, 2] });
    assert.deepEqual([read.classes, read.count, read.shape], [['すべて'], 1, [1, 2, 3]]);
    assert.deepEqual([...read.images, ...read.labels], [1, 2, 3, 1, 2, 3, 0]);
    const sorted = await folderOf('sorted', { 'x/a.png': png([1]), 'y/b.png': png([2]) });
    assert.deepEqual((await pictures(sorted, { size: 1 })).classes, ['x', 'y']);
    assert.deepEqual((await pictures(sorted, { size: 1, labels: 'flat' })).classes, ['sorted']);
  });

  test('grey among colour, colour among grey, transparent over white', async () => {
    const folder = await folderOf('mixed', {
      '1.png': png([100]),
      '2.png': png([255, 0, 0]),
      '3.png': png([0, 0, 0, 0]),
      '4.png': png([0, 0, 0, 128], 3, 2),
    });
    assert.deepEqual([...(await pictures(folder, { size: 1 })).images], [100, 100, 100, 255, 0, 0, 255, 255, 255, 127, 127, 127]); // prettier-ignore
    // Rec. 601: red counts for 0.299.
    assert.deepEqual([...(await pictures(folder, { size: 1, channels: 1 })).images], [100, 76, 255, 127]);
  });

  test('what cannot be read is listed with advice', async () => {
    const good = png([9]);
    const folder = await folderOf('broken', {
      'a.png': good,
      'b.png': good.subarray(0, 40),
      'c.jpg': '',
      'd.jpg': 'これは画像では',
      'e.heic': Buffer.from('\0\0\0\x18ftypheic\0\0\0\0', 'latin1'),
      'f.jpg': 'hello, I am text',
      'g.bmp': 'BM000000000000000000000000',
      'h.png': Buffer.concat([
        good.subarray(0, 16),
        Buffer.from([0, 0, 255, 255, 0, 0, 255, 255]),
        good.subarray(24),
      ]),
    });
    await symlink(join(folder, 'gone.png'), join(folder, 'i.png'));
    await symlink(folder, join(folder, 'round'));
    const { files, skipped } = await pictures(folder, { size: 1, labels: 'flat' });
    assert.deepEqual(files, ['a.png']);
    const again = 'copy or save it again';
    assert.deepEqual(
      skipped.map(({ file, why, advice }) => [file, why, advice]),
      [
        ['b.png', 'is a damaged PNG', again],
        ['c.jpg', 'is empty', 'copy it again'],
        ['d.jpg', 'is no picture, it begins with bytes 227 129 147 227', 'take it out of the folder'],
        [
          'e.heic',
          'is HEIC, which is not supported',
          'convert it to JPEG (in Preview or Photos: Export; on iPhones: Settings, Camera, Formats, Most Compatible)',
        ],
        ['f.jpg', 'is no picture, it begins with "hello, I am "', 'take it out of the folder'],
        ['g.bmp', 'is BMP, which is not supported', 'convert it to PNG'],
        ['h.png', 'has 65535 x 65535 pixels, at most 50000000 are read', 'make it smaller'],
        ['i.png', 'cannot be read (ENOENT)', 'check that it is there and yours to read'],
      ],
    );
  });

  test('nothing to read is one clear error', async () => {
    const empty = await folderOf('empty', {});
    await rejects(
      pictures(empty, { size: 1 }),
      `pictures(${empty}): needs pictures, found none in it; put PNG, JPEG or WebP files there`,
    );
    const text = await folderOf('text', { 'a/a.txt': 'abc', 'b/b.png': '' });
    await rejects(
      pictures(text, { size: 1 }),
      `pictures(${text}): needs pictures, found none; a/a.txt is no picture, it begins with "abc", ` +
        'take it out of the folder, and 1 more',
    );
    const gone = join(home, 'gone');
    await rejects(
      pictures(gone, { size: 1 }),
      `pictures(${gone}): cannot read the folder (ENOENT); check its name`,
    );
  });

  test('options that make no sense are refused', async () => {
    const folder = await folderOf('options', { 'a.png': png([1]), 'b.png': png([2]) });
    const call = `pictures(${folder}):`;
    await rejects(
      pictures(folder, { size: [0, 9] }),
      `${call} size must be whole numbers from 1 to 4096, got 0 x 9`,
    );
    await rejects(
      pictures(folder, { size: 1, crop: 'cut' as 'pad' }),
      `${call} crop must be one of centre, stretch, pad, got "cut"`,
    );
    await rejects(
      pictures(folder, { size: 1, channels: 2 as 3 }),
      `${call} channels must be 1 (grey) or 3 (colour), got 2`,
    );
    await rejects(
      pictures(folder, { size: 1, validationSplit: 1 }),
      `${call} validationSplit must be from 0 to less than 1, got 1`,
    );
    await rejects(
      pictures(folder, { size: 1, validationSplit: 0.1 }),
      `${call} a validationSplit of 0.1 puts 0 of 2 pictures aside; choose another`,
    );
    const many = await folderOf(
      'many',
      Object.fromEntries(Array.from({ length: 257 }, (_, i) => [`${i}/a.png`, png([1], 1, 1)])),
    );
    await rejects(
      pictures(many, { size: 1 }),
      `pictures(${many}): needs at most 256 classes, got 257 sub-folders; labels: 'flat' takes them as one`,
    );
  });

  test('a part of each class is put aside, the same for a seed', async () => {
    const names = Array.from({ length: 30 }, (_, i) => `${i % 3 === 0 ? 'few' : 'many'}/${10 + i}.png`);
    const folder = await folderOf(
      'split',
      Object.fromEntries(names.map((name, i) => [name, png([i], 1, 1)])),
    );
    const options = { size: 1, channels: 1, validationSplit: 0.2, seed: 1 } as const;
    const { validation, ...rest } = await pictures(folder, options);
    assert.ok(validation);
    assert.deepEqual([rest.count, validation.count], [24, 6]);
    assert.deepEqual([...validation.labels].sort(), [0, 0, 1, 1, 1, 1]);
    assert.deepEqual([...rest.files, ...validation.files].sort(), [...names].sort());
    for (const part of [rest, validation])
      part.files.forEach((file, i) => assert.equal(part.images[i], names.indexOf(file)));
    assert.deepEqual((await pictures(folder, options)).validation?.files, validation.files);
    assert.notDeepEqual(
      (await pictures(folder, { ...options, seed: 2 })).validation?.files,
      validation.files,
    );
  });

  test('can be stopped', async () => {
    const folder = await folderOf('stopped', Object.fromEntries(Array.from({ length: 40 }, (_, i) => [`${i}.png`, png([1])]))); // prettier-ignore
    const control = new AbortController();
    let most = 0;
    const onProgress = ({ done }: { done: number }): void => {
      most = done;
      if (done === 5) control.abort();
    };
    await assert.rejects(pictures(folder, { size: 1, signal: control.signal, onProgress }), {
      name: 'AbortError',
    });
    assert.ok(most < 12, `${most} read`);
  });
});

suite('pictures in other formats', { skip: sharp ? false : 'sharp is not installed' }, () => {
  /** Left half black, right half white, wider than high. */
  const halves = async (): Promise<Buffer> => {
    const data = Uint8Array.from({ length: 40 * 20 * 3 }, (_, i) => (Math.floor(i / 3) % 40 < 20 ? 0 : 255));
    return sharp!(data, { raw: { width: 40, height: 20, channels: 3 } })
      .png()
      .toBuffer();
  };

  test('JPEG, WebP, GIF, AVIF and TIFF, whatever the name says', async () => {
    const image = sharp!(await halves());
    const folder = await folderOf('formats', {
      '1.jpg': await image.clone().jpeg({ quality: 95 }).toBuffer(),
      '2.webp': await image.clone().webp({ lossless: true }).toBuffer(),
      '3.gif': await image.clone().gif().toBuffer(),
      '4.avif': await image.clone().avif({ quality: 90 }).toBuffer(),
      '5.tiff': await image.clone().tiff().toBuffer(),
      '6.png': await image.clone().jpeg({ quality: 95 }).toBuffer(),
    });
    const { images, skipped, count } = await pictures(folder, { size: 4, crop: 'stretch', channels: 1 });
    assert.deepEqual([skipped, count], [[], 6]);
    for (let i = 0; i < 6 * 16; i++)
      assert.ok(Math.abs(images[i]! - (i % 4 < 2 ? 0 : 255)) < 20, `${i}: ${images[i]}`);
  });

  test("cameras' turns are applied, and large photographs look the same as small ones", async () => {
    // Turn 6: what is left in the file is on top.
    const turned = await sharp!(await halves())
      .jpeg({ quality: 95 })
      .withMetadata({ orientation: 6 })
      .toBuffer();
    const large = await sharp!(await halves()).resize(2000, 1000, { kernel: 'nearest' }).jpeg({ quality: 95 }).withMetadata({ orientation: 6 }).toBuffer(); // prettier-ignore
    const folder = await folderOf('turned', { '1.jpg': turned, '2.jpg': large });
    const { images } = await pictures(folder, { size: [4, 2], channels: 1 });
    for (let i = 0; i < 16; i++)
      assert.ok(Math.abs(images[i]! - (i % 8 < 4 ? 0 : 255)) < 20, `${i}: ${images[i]}`);
  });

  test('alpha, 16 bits, CMYK and grey become what is asked for', async () => {
    const image = sharp!(await halves());
    const folder = await folderOf('kinds', {
      '1.webp': await image.clone().ensureAlpha(0).webp({ lossless: true }).toBuffer(),
      '2.webp': await image.clone().ensureAlpha(0.5).webp({ lossless: true }).toBuffer(),
      '5.jpg': await image.clone().toColourspace('b-w').jpeg({ quality: 95 }).toBuffer(),
      '3.tiff': await image.clone().toColourspace('rgb16').tiff().toBuffer(),
      '4.jpg': await image.clone().toColourspace('cmyk').jpeg({ quality: 95 }).toBuffer(),
    });
    const { images, skipped } = await pictures(folder, { size: [1, 2], crop: 'stretch', channels: 1 });
    assert.deepEqual(skipped, []);
    const want = [255, 255, 128, 255, 0, 255, 0, 255, 0, 255];
    want.forEach((value, i) =>
      assert.ok(Math.abs(images[i]! - value) < 40, `${i}: ${images[i]} instead of ${value}`),
    );
  });

  test('a truncated JPEG is listed, not fatal', async () => {
    const jpeg = await sharp!(await halves())
      .jpeg()
      .toBuffer();
    const folder = await folderOf('cut', { 'a.jpg': jpeg.subarray(0, 200), 'b.png': png([1]) });
    const { files, skipped } = await pictures(folder, { size: 1 });
    assert.deepEqual(files, ['b.png']);
    assert.equal(skipped.length, 1);
    assert.match(skipped[0]!.why, /^is a damaged JPEG \(.+\)$/);
  });

  test('a picture that would fill the memory is left out before it does', async () => {
    const wide = await sharp!(await halves())
      .jpeg()
      .toBuffer();
    const start = wide.indexOf(Buffer.from([0xff, 0xc0]));
    wide.writeUInt16BE(9000, start + 5);
    wide.writeUInt16BE(16_000, start + 7);
    const folder = await folderOf('wide', { 'a.jpg': wide, 'b.png': png([1]) });
    const { skipped } = await pictures(folder, { size: 1 });
    assert.deepEqual(skipped, [
      {
        file: 'a.jpg',
        why: 'has 16000 x 9000 pixels, at most 50000000 are read',
        advice: 'make it smaller',
      },
    ]);
  });
});

test('without the package sharp, a JPEG names it, and PNG needs it not', async () => {
  // The library beside a node_modules that has all but sharp.
  const place = join(home, 'no-sharp');
  await cp(join(root, 'dist/src'), join(place, 'dist/src'), { recursive: true });
  await cp(join(root, 'package.json'), join(place, 'package.json'));
  await mkdir(join(place, 'node_modules'));
  for (const name of ['fast-png', 'fflate', 'iobuffer'])
    await cp(join(root, 'node_modules', name), join(place, 'node_modules', name), { recursive: true });
  const folder = await folderOf('jpegs', {
    'a.jpg': Uint8Array.of(0xff, 0xd8, 0xff, 0xe0, 0),
    'b.png': png([5]),
  });
  const program = `
    import { pictures } from ${JSON.stringify(join(place, 'dist/src/picture/folder.js'))};
    import { rm } from 'node:fs/promises';
    const folder = ${JSON.stringify(folder)};
    console.log(await pictures(folder, { size: 1 }).catch((error) => error.message));
    await rm(folder + '/a.jpg');
    console.log((await pictures(folder, { size: 1 })).count);`;
  const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '-e', program]);
  assert.equal(
    stdout,
    `pictures(${folder}): needs the package sharp for JPEG; run npm i sharp, or convert them to PNG\n1\n`,
  );
});

suite('exportPictures', () => {
  test('writes PNGs by class, keeps what is there, and goes on where it was stopped', async () => {
    const { train, classes } = await mnist();
    const some = subset(train, 30);
    const folder = join(home, 'export');
    const control = new AbortController();
    const onProgress = ({ done }: { done: number }): void => (done === 10 ? control.abort() : undefined);
    await assert.rejects(exportPictures(some, classes, folder, { signal: control.signal, onProgress }), {
      name: 'AbortError',
    });
    // Example 1 is a 0.
    const first = join(folder, '0', '00001.png');
    const { mtimeMs } = await stat(first);
    assert.deepEqual(await exportPictures(some, classes, folder), { written: 20, kept: 10 });
    assert.equal((await stat(first)).mtimeMs, mtimeMs);
    assert.deepEqual(await exportPictures(some, classes, folder), { written: 0, kept: 30 });
    assert.deepEqual(decodePng(await readFile(first)).data, train.images.slice(784, 2 * 784));
    const back = await pictures(folder, { size: 28, channels: 1 });
    assert.equal(back.count, 30);
    back.files.forEach((file, i) => {
      const example = Number(/(\d+)\.png$/.exec(file)?.[1]);
      assert.equal(classes[train.labels[example]!], back.classes[back.labels[i]!]);
      assert.deepEqual(
        back.images.slice(i * 784, (i + 1) * 784),
        train.images.slice(example * 784, (example + 1) * 784),
      );
    });
    await writeFile(first, png([1]));
    await rejects(
      exportPictures(some, classes, folder),
      `exportPictures(${folder}): ${first} is there and is another picture; choose an empty folder`,
    );
  });
  test('names of classes become names of folders, and nothing is written for what has none', async () => {
    const split = { images: Uint8Array.of(1, 2, 3, 4, 5, 6), labels: Uint8Array.of(0, 1), count: 2, shape: [1, 1, 3] } as const; // prettier-ignore
    const folder = join(home, 'names');
    await exportPictures(split, ['T-shirt/top', '..'], folder);
    assert.deepEqual(
      [...decodePng(await readFile(join(folder, 'T-shirt-top', '00000.png'))).data],
      [1, 2, 3],
    );
    assert.deepEqual([...decodePng(await readFile(join(folder, '-', '00001.png'))).data], [4, 5, 6]);
    const call = `exportPictures(${folder}):`;
    await rejects(exportPictures(split, ['a'], folder), `${call} needs a class for label 1, got 1 classes`);
    await rejects(
      exportPictures(split, ['a:', 'a?'], folder),
      `${call} two classes would share a folder: a-, a-`,
    );
    await rejects(
      exportPictures({ ...split, shape: [1, 3, 2] }, ['a', 'b'], folder),
      `${call} needs pictures of 1 or 3 channels, got 2`,
    );
  });
  test('a web page has no folders', async () => {
    const versions = process.versions;
    Object.defineProperty(process, 'versions', { value: {}, configurable: true });
    try {
      const why = 'needs a file system, got a web page; draw files on a canvas and take their pixels';
      await rejects(pictures('x', { size: 1 }), `pictures(x): ${why}`);
    } finally {
      Object.defineProperty(process, 'versions', { value: versions, configurable: true });
    }
  });
});
