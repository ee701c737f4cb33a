// Resizing against the filter's formula in plain loops, and against what must hold of any good filter.
import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { resize, type Crop } from '../src/picture/resize.ts';
import type { Picture } from '../src/picture/png.ts';
import { draw } from './helpers.ts';

const grey = (width: number, height: number, of: (x: number, y: number) => number): Picture => ({
  width,
  height,
  channels: 1,
  data: Uint8Array.from({ length: width * height }, (_, i) => of(i % width, Math.floor(i / width))),
});

const frame = (height: number, width: number, crop: Crop = 'stretch', channels: 1 | 3 = 1) =>
  ({ height, width, crop, channels }) as const;

/** sinc(x) sinc(x / 3) for |x| < 3. */
const kernel = (x: number): number => {
  const sinc = (t: number): number => (t === 0 ? 1 : Math.sin(Math.PI * t) / (Math.PI * t));
  return Math.abs(x) < 3 ? sinc(x) * sinc(x / 3) : 0;
};

/** One output in both directions at once: every input by its weight, over the sum of weights. */
function pixelBy(picture: Picture, y: number, x: number, [down, across]: readonly [number, number]): number {
  const weight = (i: number, out: number, scale: number): number =>
    kernel((i + 0.5 - (out + 0.5) * scale) / Math.max(scale, 1));
  let [sum, total] = [0, 0];
  for (let i = 0; i < picture.height; i++)
    for (let j = 0; j < picture.width; j++) {
      const w = weight(i, y, down) * weight(j, x, across);
      sum += w * picture.data[i * picture.width + j]!;
      total += w;
    }
  return Math.max(0, Math.min(255, sum / total));
}

suite('resize', () => {
  const chance = draw(73);
  for (const [from, to] of [
    [
      [13, 9],
      [5, 4],
    ],
    [
      [4, 5],
      [11, 7],
    ],
    [
      [20, 3],
      [2, 8],
    ],
    [
      [1, 1],
      [3, 2],
    ],
  ] as const)
    // prettier-ignore
    test(`${from.join(' x ')} to ${to.join(' x ')} is the formula, pixel by pixel`, () => {
      const picture = grey(from[1], from[0], () => chance.whole(0, 255));
      const { data, width, height } = resize(picture, frame(to[0], to[1]));
      assert.deepEqual([height, width], to);
      data.forEach((value, i) => {
        const want = pixelBy(picture, Math.floor(i / width), i % width, [from[0] / to[0], from[1] / to[1]]);
        assert.ok(Math.abs(value - want) <= 0.51, `${value} instead of ${want} at ${i}`);
      });
    });

  test('the same size is the same picture, one colour stays it', () => {
    const picture = grey(9, 7, () => chance.whole(0, 255));
    assert.deepEqual(resize(picture, frame(7, 9)).data, picture.data);
    for (const crop of ['centre', 'stretch'] as const)
      assert.ok(resize(grey(50, 31, () => 77), frame(7, 9, crop)).data.every((value) => value === 77)); // prettier-ignore
  });

  test('stripes finer than the outputs become their mean, not stripes', () => {
    const { data } = resize(
      grey(96, 96, (x) => (x % 2 === 0 ? 0 : 255)),
      frame(8, 8),
    );
    assert.ok(
      data.every((value) => Math.abs(value - 127.5) <= 6),
      data.join(),
    );
  });

  test('the centre is cut out, and white put round what is padded', () => {
    // Columns 0 to 29 are 0, 30 to 59 are 100, 60 to 89 are 200.
    const wide = grey(90, 30, (x) => 100 * Math.floor(x / 30));
    assert.ok(
      resize(wide, frame(10, 10, 'centre'))
        .data.subarray(33, 37)
        .every((value) => value === 100),
    );
    const { data } = resize(wide, frame(9, 9, 'pad'));
    const row = (y: number): number[] => [...data.subarray(9 * y, 9 * y + 9)];
    for (const y of [0, 1, 2, 6, 7, 8]) assert.deepEqual(row(y), new Array(9).fill(255));
    for (const y of [3, 4, 5])
      [0, 100, 200].forEach((value, i) => assert.ok(Math.abs(row(y)[3 * i + 1]! - value) < 10));
    const high = resize({ ...wide, width: 30, height: 90 }, frame(9, 9, 'pad')).data;
    assert.deepEqual([...high.subarray(36, 39), ...high.subarray(42, 45)], new Array(6).fill(255));
  });

  test('colours: grey to colour and back, transparent parts over white', () => {
    const one = (channels: 1 | 3 | 4, ...data: number[]): Picture => ({
      width: 1,
      height: 1,
      channels,
      data: Uint8Array.from(data),
    });
    assert.deepEqual([...resize(one(1, 9), frame(1, 1, 'pad', 3)).data], [9, 9, 9]);
    assert.deepEqual([...resize(one(3, 0, 255, 0), frame(1, 1)).data], [150]);
    assert.deepEqual([...resize(one(4, 255, 0, 0, 51), frame(1, 1, 'pad', 3)).data], [255, 204, 204]);
  });

  test('sizes that are none are refused', () => {
    assert.throws(() => resize(grey(2, 2, () => 0), frame(2, 1.5)), {
      name: 'EidosError',
      message: 'resize: width must be a whole number from 1, got 1.5',
    }); // prettier-ignore
  });
});
