// Convolution and pooling by hand against the engine's, values and gradients, over every mix of sizes, windows,
// strides, dilations and paddings that fits: in whole numbers, and so exactly. Means are fractions: within 1e-6.
//
// The engine is itself tested against definitions elsewhere; here a third, independent writing must agree.
import { after, suite, test } from 'node:test';
import assert from 'node:assert/strict';
import {
  averagePool,
  averagePoolBack,
  convolve,
  convolveBack,
  descend,
  Grid,
  maxPool,
  maxPoolBack,
} from '../examples/convolution-by-hand.ts';
import { range, sizeOf } from '../src/base/shape.ts';
import { grad } from '../src/grad.ts';
import { open, ops, Tensor } from '../src/index.ts';
import { assertClose, assertSame, draw, values } from './helpers.ts';

type Two = readonly [number, number];

const devices = [await open({ device: 'reference' }), await open({ device: 'wasm', threads: 2 })];
after(() => Promise.all(devices.map((device) => device.close())));

const images: readonly Two[] = [
  [1, 1],
  [1, 5],
  [2, 3],
  [5, 4],
  [7, 6],
];
const sizes: readonly Two[] = [
  [1, 1],
  [2, 2],
  [3, 2],
  [3, 3],
];
const steps: readonly Two[] = [
  [1, 1],
  [2, 2],
  [3, 1],
  [4, 4],
];
const paddings = ['valid', 'same'] as const;

/** Every choice of one from each list. */
function mixes<A, B, C, D>(
  a: readonly A[],
  b: readonly B[],
  c: readonly C[],
  d: readonly D[],
): [A, B, C, D][] {
  return a.flatMap((x) => b.flatMap((y) => c.flatMap((z) => d.map((w): [A, B, C, D] => [x, y, z, w]))));
}

const fits = (image: Two, size: Two, dilation: Two, padding: string): boolean =>
  padding === 'same' || image.every((n, i) => n >= (size[i]! - 1) * dilation[i]! + 1);

const whole = (d: ReturnType<typeof draw>, shape: readonly number[], low = -4, high = 4): Grid =>
  new Grid(
    shape,
    range(sizeOf(shape)).map(() => d.whole(low, high)),
  );

/** An image as a batch of one. */
const batch = (x: Grid): Tensor => Tensor.from([...x.data], [1, ...x.shape]);

interface Case {
  readonly what: string;
  readonly hand: readonly Grid[];
  readonly engine: readonly Tensor[];
}

/** What is by hand is what the engine says, on the reference device and on wasm; `parts` names the results. */
async function agree(
  cases: readonly Case[],
  parts: readonly string[],
  compare: typeof assertSame,
): Promise<void> {
  for (const device of devices) {
    const out = await values(
      device,
      cases.flatMap(({ engine }) => engine),
    );
    cases.forEach(({ what, hand, engine }, n) =>
      parts.forEach((part, p) => {
        const shape = hand[p]!.shape;
        assert.deepEqual(engine[p]!.shape.slice(-shape.length), shape, `${what}: ${part}`);
        compare(out[n * parts.length + p]!, plain(hand[p]!.data), `${what}: ${part} on ${device.name}`);
      }),
    );
  }
}

/** Without the sign of zeros: sums of none and of zeros differ in it. */
const plain = (data: Float64Array): Float64Array => data.map((x) => x + 0);

suite('by hand: convolution', () => {
  const dilations: readonly Two[] = [
    [1, 1],
    [2, 3],
  ];
  const setups = mixes(images, sizes, mixes(steps, dilations, paddings, [0]), [0])
    .map(([image, size, [strides, dilation, padding]]) => ({ image, size, strides, dilation, padding }))
    .filter(({ image, size, dilation, padding }) => fits(image, size, dilation, padding));

  test("is the engine's, with gradients by image, filters and biases", async () => {
    const d = draw(301);
    const cases = setups.map(({ image, size, ...options }, n): Case => {
      const [channels, filters] = [1 + (n % 3), 1 + (n % 2)];
      const x = whole(d, [...image, channels]);
      const w = whole(d, [...size, channels, filters]);
      const b = whole(d, [filters]);
      const a = convolve(x, w, b, options);
      const da = whole(d, a.shape);
      const back = convolveBack(x, w, da, options);
      const [tx, tw, tb] = [batch(x), Tensor.from([...w.data], w.shape), Tensor.from([...b.data], b.shape)];
      const y = ops.conv2d(tx, tw, options).add(tb);
      return {
        what: `${image.join('x')}x${channels} by ${size.join('x')}x${filters}, ${JSON.stringify(options)}`,
        hand: [a, back.x, back.w, back.b],
        engine: [y, ...grad(y.mul(batch(da)).sum(), [tx, tw, tb])],
      };
    });
    assert.ok(cases.length > 200, `${cases.length} setups`);
    await agree(cases, ['outputs', 'gradient by image', 'by filters', 'by biases'], assertSame);
  });

  test('of several images, the gradients of filters and biases add up', async () => {
    const d = draw(302);
    const [x, y] = [whole(d, [4, 5, 2]), whole(d, [4, 5, 2])];
    const w = whole(d, [3, 3, 2, 3]);
    const options = { strides: [2, 1], padding: 'same' } as const;
    const [dx, dy] = [whole(d, [2, 5, 3]), whole(d, [2, 5, 3])];
    const parts = [convolveBack(x, w, dx, options), convolveBack(y, w, dy, options)];
    const sum = (of: 'w' | 'b'): Float64Array => parts[0]![of].data.map((g, i) => g + parts[1]![of].data[i]!);
    const both = (a: Grid, b: Grid): Tensor => Tensor.from([...a.data, ...b.data], [2, ...a.shape]);
    const [tw, tb] = [Tensor.from([...w.data], w.shape), Tensor.from([0, 0, 0])];
    const loss = ops.conv2d(both(x, y), tw, options).add(tb).mul(both(dx, dy)).sum();
    for (const device of devices) {
      const [gw, gb] = await values(device, grad(loss, [tw, tb]));
      assertSame(gw!, sum('w'), device.name);
      assertSame(gb!, sum('b'), device.name);
    }
  });

  test('gradients are the slopes of the loss', () => {
    const d = draw(303);
    const options = { strides: [2, 1], dilation: [1, 2], padding: 'same' } as const;
    const [x, w, b] = [whole(d, [5, 4, 2]), whole(d, [3, 2, 2, 2]), whole(d, [2])];
    const target = whole(d, convolve(x, w, b, options).shape);
    const errors = (): Grid => {
      const a = convolve(x, w, b, options);
      return new Grid(
        a.shape,
        a.data.map((value, i) => value - target.data[i]!),
      );
    };
    const loss = (): number => errors().data.reduce((sum, e) => sum + (e * e) / 2, 0);
    const back = convolveBack(x, w, errors(), options);
    for (const [name, grid] of Object.entries({ x, w, b })) {
      // The loss is quadratic in each number: the difference is exact for whole numbers and any step.
      const slopes = Array.from(grid.data, (value, i) => {
        grid.data[i] = value + 1;
        const up = loss();
        grid.data[i] = value - 1;
        const down = loss();
        grid.data[i] = value;
        return (up - down) / 2;
      });
      assertSame(back[name as 'x' | 'w' | 'b'].data, slopes, name);
    }
  });

  test('filters and biases move at rates of their own', () => {
    const [w, b] = [new Grid([1, 1, 1, 2], [1, 2]), new Grid([2], [3, 4])];
    descend(
      w,
      b,
      { w: new Grid([1, 1, 1, 2], [8, -8]), b: new Grid([2], [16, 32]) },
      { etaW: 0.5, etaB: 0.25 },
    );
    assert.deepEqual([...w.data, ...b.data], [-3, 6, -1, -4]);
  });

  test('says what does not fit', () => {
    const one = new Grid([1, 1, 1, 1], [1]);
    assert.throws(() => convolve(new Grid([2, 2, 1]), new Grid([3, 3, 1, 1]), new Grid([1])), {
      message: 'a window that reaches over 3 does not fit into 2',
    });
    assert.throws(() => new Grid([2, 2, 1], [1, 2, 3]), {
      message: 'Grid: [2, 2, 1] needs 4 numbers, got 3',
    });
    assert.deepEqual(convolve(new Grid([1, 1, 1], [5]), one, new Grid([1], [2])).data, Float64Array.of(7));
  });
});

suite('by hand: pooling', () => {
  const setups = mixes(images, sizes, steps, paddings)
    .map(([image, size, strides, padding]) => ({ image, size, options: { strides, padding } }))
    .filter(({ image, size, options }) => fits(image, size, [1, 1], options.padding));

  type Pool = typeof maxPool;
  /** Few different numbers, so that many are equal; all below 0, so that padding may not win. */
  const cases = (by: Pool, back: typeof maxPoolBack, engine: typeof ops.maxPool2d): Case[] => {
    const d = draw(304);
    return setups.map(({ image, size, options }, n) => {
      const x = whole(d, [...image, 1 + (n % 3)], -4, -1);
      const y = by(x, size, options);
      const dy = whole(d, y.shape);
      const tx = batch(x);
      const pooled = engine(tx, size, options);
      return {
        what: `${x.shape.join('x')} by ${size.join('x')}, ${JSON.stringify(options)}`,
        hand: [y, back(x, size, dy, options)],
        engine: [pooled, ...grad(pooled.mul(batch(dy)).sum(), [tx])],
      };
    });
  };
  const parts = ['outputs', 'gradient'];

  test("max is the engine's, its gradient at the first of equals", async () => {
    const all = cases(maxPool, maxPoolBack, ops.maxPool2d);
    assert.ok(all.length > 100, `${all.length} setups`);
    await agree(all, parts, assertSame);
    const ties = maxPoolBack(new Grid([2, 2, 1], [1, 3, 3, 3]), [2, 2], new Grid([1, 1, 1], [5]));
    assert.deepEqual([...ties.data], [0, 5, 0, 0]);
  });

  test("average is the engine's: padding does not count", async () => {
    await agree(
      cases(averagePool, averagePoolBack, ops.averagePool2d),
      parts,
      (actual, expected, what = '') => assertClose(actual, expected, { rtol: 1e-6, atol: 1e-6, what }),
    );
  });

  test('without strides, windows lie side by side', () => {
    const x = new Grid([4, 4, 1], range(16));
    assert.deepEqual([...maxPool(x, [2, 2]).data], [5, 7, 13, 15]);
    assert.deepEqual([...averagePool(x, [2, 2]).data], [2.5, 4.5, 10.5, 12.5]);
  });
});
