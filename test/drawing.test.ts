// Pictures of digits as drawings: whatever the ink and the paper, the same white on black, which prepare() then takes.
// And the one picture in a file.
import { after, suite, test } from 'node:test';
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { asDrawing, encodePng, EidosError, prepare, readPicture, type Picture } from '../src/index.ts';

/** A bar of ink on paper, a third from the left. */
const bar = (width: number, height: number, ink: number, paper: number): Picture => ({
  width,
  height,
  channels: 1,
  data: Uint8Array.from({ length: width * height }, (_, i) => {
    const [y, x] = [Math.floor(i / width), i % width];
    return y >= height / 4 && y < (3 * height) / 4 && x >= width / 3 && x < width / 3 + 4 ? ink : paper;
  }),
});

suite('asDrawing', () => {
  test('dark ink on light paper and light on dark are the same, however faint', () => {
    const want = asDrawing(bar(60, 60, 255, 0));
    assert.deepEqual([want.width, want.height, want.channels], [60, 60, 1]);
    assert.deepEqual([Math.min(...want.data), Math.max(...want.data)], [0, 255]);
    for (const [ink, paper] of [
      [0, 255],
      [40, 200],
      [90, 20],
    ] as const)
      assert.deepEqual(asDrawing(bar(60, 60, ink, paper)).data, want.data);
  });

  test('faint shadows are paper', () => {
    const picture = bar(40, 40, 0, 255);
    picture.data[5 * 40 + 5] = 250;
    assert.deepEqual(asDrawing(picture), asDrawing(bar(40, 40, 0, 255)));
  });

  test('colours become grey, another ratio becomes square, small ones large enough', () => {
    const wide = asDrawing(bar(80, 40, 0, 255));
    assert.deepEqual([wide.width, wide.height], [80, 80]);
    assert.equal(
      wide.data.subarray(0, 20 * 80).reduce((a, b) => a + b, 0),
      0,
      'black above',
    );
    const small = asDrawing(bar(12, 12, 0, 255));
    assert.deepEqual([small.width, small.height], [28, 28]);
    const grey = bar(30, 30, 0, 255);
    const data = Uint8Array.from({ length: 3 * 900 }, (_, i) => grey.data[Math.floor(i / 3)] ?? 0);
    assert.deepEqual(asDrawing({ ...grey, channels: 3, data }), asDrawing(grey));
  });

  test('nothing drawn stays nothing', () => {
    assert.ok(asDrawing(bar(40, 40, 200, 200)).data.every((x) => x === 0));
  });

  test('prepare() puts it into the middle', () => {
    const { data } = prepare(asDrawing(bar(90, 90, 30, 220)), 'mnist');
    let [mass, across] = [0, 0];
    data.forEach((x, i) => {
      mass += x;
      across += x * (i % 28);
    });
    assert.ok(Math.abs(across / mass - 13.5) <= 1, `${across / mass}`);
  });
});

suite('readPicture', () => {
  const home = mkdtempSync(join(tmpdir(), 'eidos-picture-'));
  after(() => {
    rmSync(home, { recursive: true, force: true });
  });

  test('gives the pixels as they are', async () => {
    const picture = bar(31, 17, 9, 240);
    const path = join(home, 'bar.png');
    writeFileSync(path, encodePng(picture));
    assert.deepEqual(await readPicture(path), picture);
  });

  for (const [name, bytes, why] of [
    ['nothing.png', undefined, 'cannot be read (ENOENT); check that it is there and yours to read'],
    ['empty.png', '', 'is empty; copy it again'],
    ['words.png', 'no picture', 'is no picture, it begins with "no picture"; take it out of the folder'],
  ] as const)
    test(`${name} is refused`, async () => {
      const path = join(home, name);
      if (bytes !== undefined) writeFileSync(path, bytes);
      await assert.rejects(readPicture(path), new EidosError(`readPicture(${path}): the file ${why}`));
    });

  test('a page has no files', async () => {
    const { versions } = process;
    Object.defineProperty(process, 'versions', {
      value: { ...versions, node: undefined },
      configurable: true,
    });
    try {
      await assert.rejects(
        readPicture('a.png'),
        new EidosError(
          'readPicture(a.png): needs a file system, got a web page; call decodePng() with its bytes',
        ),
      );
    } finally {
      Object.defineProperty(process, 'versions', { value: versions, configurable: true });
    }
  });
});
