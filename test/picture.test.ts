// Pictures: PNG bytes against zlib and the PNG specification, text and contact sheets pixel by pixel.
import assert from 'node:assert/strict';
import { mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { suite, test } from 'node:test';
import { inflateSync } from 'node:zlib';
import { encode } from 'fast-png';
import { EidosError } from '../src/base/check.ts';
import { blank } from '../src/picture/canvas.ts';
import { drawText, textWidth } from '../src/picture/font.ts';
import { contactSheet, type Tile } from '../src/picture/grid.ts';
import { mosaic } from '../src/picture/mosaic.ts';
import { writePicture } from '../src/picture/node-files.ts';
import { decodePng, encodePng, type Picture } from '../src/picture/png.ts';

const picture = (width: number, height: number, channels: 1 | 3 | 4): Picture => ({
  width,
  height,
  channels,
  data: Uint8Array.from({ length: width * height * channels }, (_, i) => (i * 37 + 11) % 256),
});

suite('png', () => {
  for (const channels of [1, 3, 4] as const) {
    test(`${channels} channels: what is encoded is a PNG, and decodes to the same pixels`, () => {
      for (const [width, height] of [
        [1, 1],
        [5, 3],
        [28, 28],
        [1, 700],
      ] as const) {
        const drawn = picture(width, height, channels);
        const file = Buffer.from(encodePng(drawn));
        assert.equal(file.readUInt32BE(16), width);
        assert.equal(file.readUInt32BE(20), height);
        assert.equal(file[24], 8);
        assert.equal(file[25], { 1: 0, 3: 2, 4: 6 }[channels]);
        assert.deepEqual(unfiltered(file, width * channels), Buffer.from(drawn.data));
        assert.deepEqual(decodePng(file), drawn);
      }
    });
  }

  test('16 bits, few bits, palettes and grey with alpha become 8 bits and 1, 3 or 4 channels', () => {
    const values = (file: Uint8Array): unknown => {
      const { channels, data } = decodePng(file);
      return { channels, data: [...data] };
    };
    const size = { width: 3, height: 2 };
    const wide = Uint16Array.of(0, 255, 256, 0x8001, 0xfffe, 0xffff);
    assert.deepEqual(values(encode({ ...size, data: wide, depth: 16, channels: 1 })), {
      channels: 1,
      data: [0, 0, 1, 0x80, 255, 255],
    });
    const bits = Uint8Array.of(0b10100000, 0b01000000);
    assert.deepEqual(values(encode({ ...size, data: bits, depth: 1, channels: 1 })), {
      channels: 1,
      data: [255, 0, 255, 0, 255, 0],
    });
    const palette = [
      [1, 2, 3],
      [4, 5, 6],
    ];
    assert.deepEqual(values(encode({ ...size, data: bits, depth: 1, channels: 1, palette })), {
      channels: 3,
      data: [4, 5, 6, 1, 2, 3, 4, 5, 6, 1, 2, 3, 4, 5, 6, 1, 2, 3],
    });
    const grey = Uint8Array.of(7, 255, 8, 128);
    assert.deepEqual(values(encode({ width: 2, height: 1, data: grey, channels: 2 })), {
      channels: 4,
      data: [7, 7, 7, 255, 8, 8, 8, 128],
    });
  });

  test('what is not a picture, or not a whole file, is refused', () => {
    const refuses = (bytes: Uint8Array, message: string): void =>
      assert.throws(() => decodePng(bytes, 'a.png'), {
        name: 'EidosError',
        message: `decodePng(a.png): ${message}`,
      });
    const file = encodePng(picture(9, 9, 3));
    refuses(new Uint8Array(0), 'needs a PNG file, the file ends at byte 0');
    refuses(file.with(1, 81), 'needs a PNG file, got 81 instead of 80 at byte 1');
    refuses(file.subarray(0, 20), 'needs 24 bytes of header, the file ends at byte 20');
    refuses(file.with(16, 255), 'needs between 1 and 268435456 pixels, got 4278190089 x 9 at byte 16');
    refuses(file.with(19, 0), 'needs between 1 and 268435456 pixels, got 0 x 9 at byte 16');
    // Byte 29 is the first of the sum of the header.
    refuses(
      file.with(29, file[29]! ^ 1),
      'needs a whole PNG file, got a damaged one (CRC mismatch for chunk IHDR. Expected 1861456199, found 1878233415)',
    );
    assert.throws(() => decodePng(file.with(60, file[60]! ^ 1)), EidosError);
    for (let end = 24; end < file.length - 12; end++) {
      assert.throws(() => decodePng(file.subarray(0, end)), EidosError);
    }
    assert.throws(() => encodePng({ ...picture(2, 2, 3), width: 3 }), {
      name: 'EidosError',
      message: 'encodePng: needs 18 bytes for 3 x 2 x 3, got 12',
    });
    assert.throws(() => encodePng({ ...picture(2, 2, 3), height: 0 }), {
      name: 'EidosError',
      message: 'encodePng: needs a width and height of at least 1 and 1, 3 or 4 channels, got 2 x 0 x 3',
    });
  });
});

suite('text', () => {
  test('letters are drawn as they were designed, with widths of their own', () => {
    assert.deepEqual(drawn('Ag1→', 1), [
      '..#..........#........',
      '.#.#........##........',
      '#...#..###.#.#.....#..',
      '#...#.#..#...#......#.',
      '#####.#..#...#...#####',
      '#...#.#..#...#......#.',
      '#...#..###.#####...#..',
      '.........#............',
      '.......##.............',
    ]);
    assert.equal(textWidth('', 3), 0);
    assert.equal(textWidth('I i', 1), 3 + 1 + 3 + 1 + 1);
    const large = drawn('g', 2);
    drawn('g', 1).forEach((row, y) => {
      const doubled = row.replace(/./g, '$&$&');
      assert.deepEqual(large.slice(2 * y, 2 * y + 2), [doubled, doubled]);
    });
  });

  test('text that does not fit is cut off at the edges', () => {
    const canvas = blank(4, 4, [255, 255, 255]);
    drawText(canvas, '####', { x: -3, y: -3, scale: 1, colour: [0, 0, 0] });
    // '#' from its fourth row and column on, then a blank column, then the next '#'.
    assert.deepEqual(ink(canvas), ['#...', '##.#', '#...', '....']);
  });

  test('every printable character of ASCII has a shape, and no two the same', () => {
    const shapes = new Map<string, string>();
    for (let code = 33; code < 127; code++) {
      const character = String.fromCharCode(code);
      const shape = drawn(character, 1).join('\n');
      assert.ok(shape.includes('#'), character);
      assert.equal(shapes.get(shape), undefined, character);
      shapes.set(shape, character);
    }
    assert.equal(shapes.has(drawn('é', 1).join('\n')), false);
    assert.deepEqual(drawn('é', 1), drawn('数', 1));
  });
});

suite('contact sheet', () => {
  const tile = (pixels: readonly number[], rest: Partial<Tile> = {}): Tile => ({
    pixels: Uint8Array.from(pixels),
    width: 2,
    height: 1,
    channels: 1,
    ...rest,
  });
  const at = ({ width, data }: Picture, x: number, y: number): number[] => [
    ...data.subarray(3 * (y * width + x), 3 * (y * width + x) + 3),
  ];

  test('tiles stand side by side, each pixel a square, in a frame', () => {
    const sheet = contactSheet(
      [tile([0, 255]), tile([128, 7], { mark: 'wrong' }), tile([9, 8, 7, 6, 5, 4], { channels: 3 })],
      { columns: 2, scale: 2, gap: 4 },
    );
    assert.deepEqual(
      [sheet.width, sheet.height, sheet.channels],
      [16 + 4 + 4 + 4 + 16, 16 + 2 + 6 + 2 + 16, 3],
    );
    const [ground, hairline, red] = [at(sheet, 0, 0), at(sheet, 15, 15), at(sheet, 22, 15)];
    for (const [x, y, colour] of [
      [16, 16, [0, 0, 0]],
      [17, 17, [0, 0, 0]],
      [18, 16, [255, 255, 255]],
      [19, 17, [255, 255, 255]],
      [20, 16, hairline],
      [21, 16, ground],
      [22, 17, red],
      [24, 16, [128, 128, 128]],
      [27, 17, [7, 7, 7]],
      [29, 19, red],
      [16, 24, [9, 8, 7]],
      [19, 25, [6, 5, 4]],
      [24, 24, ground],
    ] as const) {
      assert.deepEqual(at(sheet, x, y), colour, `${x}, ${y}`);
    }
    assert.ok(red[0]! > 180 && red[1]! < 60 && red[2]! < 60, `red is ${red.join()}`);
    assert.ok([...ground, ...hairline].every((value) => value > 200));
  });

  test('ink is dark on white paper; alpha shows the paper', () => {
    const drawnWithInk = contactSheet([tile([0, 255])], { scale: 1, ink: true });
    assert.deepEqual(at(drawnWithInk, 16, 16), [255, 255, 255]);
    assert.ok(at(drawnWithInk, 17, 16).every((value) => value < 40));
    const clear = contactSheet([tile([9, 9, 9, 0, 9, 9, 9, 255], { channels: 4 })], { scale: 1, ink: true });
    assert.deepEqual(
      [at(clear, 16, 16), at(clear, 17, 16)],
      [
        [255, 255, 255],
        [9, 9, 9],
      ],
    );
  });

  test('captions and titles make room for themselves and are legible', () => {
    const tiles = [tile([0, 0], { caption: '4 → 9\n98%', mark: 'wrong' }), tile([0, 0], { caption: '1' })];
    const plain = contactSheet(tiles, { scale: 1, gap: 2 });
    assert.equal(plain.width, 2 * textWidth('4 → 9', 1) + 2 + 32);
    assert.equal(plain.height, 16 + 1 + 2 * 11 + 2 + 16);
    const reds = plain.data.filter((value, i) => i % 3 === 0 && value === 200 && plain.data[i + 1] === 44);
    assert.equal(reds.length, drawn('4 → 9', 1).join('').replaceAll('.', '').length + (6 * 5 - 2));
    const titled = contactSheet(tiles, {
      scale: 1,
      gap: 2,
      title: 'A title that is wider than two tiles\nwords',
    });
    assert.equal(titled.width, textWidth('A title that is wider than two tiles', 2) + 32);
    assert.equal(titled.height, plain.height + 22 + 11 + 11);
  });

  test('says what is wrong with tiles and options', () => {
    const refuses = (make: () => unknown, message: string): void =>
      assert.throws(make, { name: 'EidosError', message: `contactSheet: ${message}` });
    refuses(() => contactSheet([]), 'needs at least 1 tile, got 0');
    refuses(() => contactSheet([tile([1, 2]), tile([1])]), 'tile 1 needs 2 bytes for 2 x 1 x 1, got 1');
    refuses(
      () => contactSheet([tile([1, 2])], { scale: 0.5 }),
      'scale must be a whole number of at least 1, got 0.5',
    );
    refuses(
      () => contactSheet([tile([1, 2])], { columns: 0 }),
      'columns must be a whole number of at least 1, got 0',
    );
    refuses(
      () => contactSheet([tile([1, 2])], { gap: -1 }),
      'gap must be a whole number of at least 0, got -1',
    );
  });

  test('is written whole, into folders with spaces and Japanese letters', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'eidos 絵 '));
    try {
      const path = join(folder, 'new folder', '数字.png');
      const file = encodePng(contactSheet([tile([1, 2])]));
      await writePicture(path, Uint8Array.of(1));
      await writePicture(path, file);
      assert.deepEqual(new Uint8Array(await readFile(path)), file);
      assert.deepEqual(await readdir(join(folder, 'new folder')), ['数字.png']);
      await writeFile(join(folder, 'file'), '');
      const inside = join(folder, 'file', 'a.png');
      await assert.rejects(writePicture(inside, file), {
        name: 'EidosError',
        message: `writePicture(${inside}): cannot write ${inside} (EEXIST); choose a folder that can be written to`,
      });
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});

/** A line of text as rows of # and dots. */
function drawn(text: string, scale: number): string[] {
  const canvas = blank(textWidth(text, scale), 9 * scale, [255, 255, 255]);
  drawText(canvas, text, { x: 0, y: 0, scale, colour: [0, 0, 0] });
  return ink(canvas);
}

function ink({ width, height, data }: Picture): string[] {
  return Array.from({ length: height }, (_, y) =>
    Array.from({ length: width }, (_, x) => (data[3 * (y * width + x)] === 0 ? '#' : '.')).join(''),
  );
}

/** The pixels of a PNG whose rows have no filter, by the specification: chunks, one zlib stream, rows of 1 + n bytes. */
function unfiltered(file: Buffer, row: number): Buffer {
  const parts: Buffer[] = [];
  for (let at = 8; at < file.length; at += 12 + file.readUInt32BE(at)) {
    if (file.toString('latin1', at + 4, at + 8) !== 'IDAT') continue;
    parts.push(file.subarray(at + 8, at + 8 + file.readUInt32BE(at)));
  }
  const lines = inflateSync(Buffer.concat(parts));
  const pixels: Buffer[] = [];
  for (let at = 0; at < lines.length; at += 1 + row) {
    assert.equal(lines[at], 0);
    pixels.push(lines.subarray(at + 1, at + 1 + row));
  }
  return Buffer.concat(pixels);
}

suite('mosaic', () => {
  const one = (value: number): Picture => ({
    width: 2,
    height: 1,
    channels: 1,
    data: Uint8Array.of(value, value + 1),
  });

  test('pictures edge to edge, places left over dark', () => {
    const { width, height, channels, data } = mosaic([one(10), one(20), one(30)], 2);
    assert.deepEqual({ width, height, channels }, { width: 4, height: 2, channels: 1 });
    assert.deepEqual([...data], [10, 11, 20, 21, 30, 31, 0, 0]);
    assert.deepEqual(mosaic([one(7)], 5), one(7));
  });

  test('pictures of several sizes are refused', () => {
    assert.throws(() => mosaic([one(1), picture(3, 1, 1)], 2), {
      message: 'mosaic: pictures must be of one size, got 2 x 1 x 1 and 3 x 1 x 1',
    });
  });
});
