// Preparing drawings: MNIST's own digits must come out as they are, the page's recipe is set beside plain loops.
import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { EidosError } from '../src/base/check.ts';
import { mnist } from '../src/data/mnist.ts';
import type { Picture } from '../src/picture/png.ts';
import { prepare, preparations, type Preparation } from '../src/picture/prepare.ts';
import { drawStrokes, scatter } from '../src/picture/strokes.ts';
import { ownDigits } from './freehand-digits.ts';

const drawing = (number: number): Picture =>
  drawStrokes(scatter(ownDigits[number]!.strokes, { seed: 11, number }));

/** Every pixel as a square of pixels. */
function enlarged(data: Uint8Array, by: number): Picture {
  const side = 28 * by;
  const at = (i: number): number => 28 * Math.floor(i / side / by) + Math.floor((i % side) / by);
  return {
    width: side,
    height: side,
    channels: 1,
    data: Uint8Array.from({ length: side * side }, (_, i) => data[at(i)]!),
  };
}

/** The middle of all ink, in numbers of pixels, of a picture of `side` columns. */
function middleOf(data: ArrayLike<number>, side: number): [x: number, y: number] {
  let [sum, x, y] = [0, 0, 0];
  for (let i = 0; i < data.length; i++) {
    sum += data[i]!;
    x += data[i]! * (i % side);
    y += data[i]! * Math.floor(i / side);
  }
  return [x / sum, y / sum];
}

suite('prepare: mnist', () => {
  test('digits of MNIST come out as they are, whatever their place was', async () => {
    const { test: digits } = await mnist();
    let changed = 0;
    for (let i = 0; i < 100; i++) {
      const digit = digits.images.subarray(784 * i, 784 * (i + 1));
      const large = enlarged(digit, 4);
      const moved = new Uint8Array(112 * 112);
      moved.set(large.data.subarray(112 * 7 + 5), 0); // 5 to the left and 7 up
      for (const picture of [large, { ...large, data: moved }])
        if (Buffer.compare(prepare(picture, 'mnist').data, digit) !== 0) changed++;
    }
    // A few whose middle lies between two pixels may be moved the other way.
    assert.ok(changed <= 4, `${changed} of 200 came out otherwise`);
  });

  test('what is drawn becomes 20 pixels long, its middle in the middle', () => {
    for (let number = 0; number < ownDigits.length; number++) {
      const { data } = prepare(drawing(number));
      const used = (of: (i: number) => number): number => {
        const places = [...data.keys()].filter((i) => data[i]! > 0).map(of);
        return Math.max(...places) - Math.min(...places) + 1;
      };
      assert.equal(Math.max(used((i) => i % 28), used((i) => Math.floor(i / 28))), 20, `drawing ${number}`); // prettier-ignore
      for (const place of middleOf(data, 28))
        assert.ok(Math.abs(place - 14) <= 0.51, `drawing ${number}: ${place}`);
    }
  });

  test('place and size of a drawing hardly matter', () => {
    const apart = ownDigits.map(({ strokes }) => {
      const [small, large] = [1, 2].map((by) => {
        const brush = 21 * by;
        return prepare(
          drawStrokes(scatter(strokes, { seed: 1, number: by, brush, size: [0.4 * by, 0.4 * by] }), {
            brush,
          }),
        );
      });
      return small!.data.reduce((sum, x, i) => sum + Math.abs(x - large!.data[i]!), 0) / 784;
    });
    // Where the middle lies between two pixels, one of them may be moved by one pixel more.
    const alike = apart.filter((mean) => mean < 2).length;
    assert.ok(
      alike >= 24,
      `${alike} of 30 are alike; mean differences ${apart.map((x) => x.toFixed(1)).join(' ')}`,
    );
  });
});

/** As the page does: see prepare(). [28, 28], 0 to 1. */
function page({ width, data }: Picture): Float64Array {
  const [coarse, m] = [new Float64Array(400), width / 20];
  for (let i = 0; i < data.length; i++)
    if (data[i]! > 128) coarse[20 * Math.floor(i / width / m) + Math.floor((i % width) / m)]! += 1 / m / m;
  const [x, y] = middleOf(coarse, 20).map((g) => Math.ceil(4 - Math.max(-4, Math.min(4, g - 10)))) as [
    number,
    number,
  ];
  const out = new Float64Array(784);
  coarse.forEach((v, i) => (out[28 * (Math.floor(i / 20) + y) + (i % 20) + x] = v));
  return out;
}

suite('prepare: legacy and raw', () => {
  test("the page's recipe", () => {
    for (let number = 0; number < ownDigits.length; number += 3) {
      const picture = drawing(number);
      const [got, right] = [prepare(picture, 'legacy').data, page(picture)];
      got.forEach((x, i) =>
        assert.ok(Math.abs(x - 255 * right[i]!) < 0.501, `drawing ${number}, pixel ${i}: ${x}`),
      );
    }
  });

  test('raw: the mean of 15 x 15 pixels each; and of parts of pixels, all of the ink', () => {
    const picture = drawing(4);
    const { data } = prepare(picture, 'raw');
    for (let i = 0; i < 784; i++) {
      let sum = 0;
      for (let k = 0; k < 225; k++)
        sum += picture.data[420 * (15 * Math.floor(i / 28) + Math.floor(k / 15)) + 15 * (i % 28) + (k % 15)]!;
      assert.ok(Math.abs(data[i]! - sum / 225) < 0.501, `pixel ${i}`);
    }
    const odd = drawStrokes([[[20, 20], [60, 80]]], { side: 101, brush: 13 }); // prettier-ignore
    const mean = (of: Uint8Array): number => of.reduce((sum, x) => sum + x, 0) / of.length;
    assert.ok(Math.abs(mean(prepare(odd, 'raw').data) / mean(odd.data) - 1) < 0.003);
  });
});

suite('prepare: what all have in common', () => {
  test('nothing drawn gives nothing', () => {
    for (const by of preparations) {
      const nothing = prepare(drawStrokes([]), by);
      assert.deepEqual(nothing, { width: 28, height: 28, channels: 1, data: new Uint8Array(784) });
    }
  });

  test('what cannot be prepared', () => {
    const refuses = (call: () => unknown, message: string): void =>
      assert.throws(call, (error: unknown) => error instanceof EidosError && error.message === message);
    const blank = (width: number, height: number): Picture => ({
      width,
      height,
      channels: 1,
      data: new Uint8Array(width * height),
    });
    const need = 'prepare: needs a square grey drawing of at least 28 x 28 pixels';
    refuses(() => prepare(blank(40, 50)), `${need}, got 40 x 50 x 1`);
    refuses(() => prepare(blank(20, 20)), `${need}, got 20 x 20 x 1`);
    refuses(() => prepare({ ...blank(42, 42), channels: 3 }), `${need}, got 42 x 42 x 3`);
    refuses(
      () => prepare(blank(42, 42), 'seed' as Preparation),
      'prepare: needs one of mnist, legacy, raw, got "seed"',
    );
  });
});
