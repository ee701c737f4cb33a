// First values: each initializer's distribution, by the distance of its numbers from the exact one, its numbers on
// every device, and that layers use the one they are given.
import { after, suite, test } from 'node:test';
import assert from 'node:assert/strict';
import { erf } from '../src/base/gauss.ts';
import { uniform } from '../src/base/rng.ts';
import type { Shape } from '../src/base/shape.ts';
import { conv2d } from '../src/nn/conv2d.ts';
import { conv2dTranspose } from '../src/nn/conv2d-transpose.ts';
import { dense } from '../src/nn/dense.ts';
import { depthwiseConv2d } from '../src/nn/depthwise-conv2d.ts';
import {
  constant,
  fansOf,
  identity,
  initializers,
  initializerOf,
  orthogonal,
  randomNormal,
  randomUniform,
  truncatedNormal,
  varianceScaling,
  type Initializer,
  type InitializerName,
} from '../src/nn/initializer.ts';
import { drawFrom, purposeOf, type Layer } from '../src/nn/layer.ts';
import { locallyConnected2d } from '../src/nn/locally-connected2d.ts';
import { leavesOf } from '../src/nn/tree.ts';
import type { Tensor } from '../src/tensor.ts';
import { assertSame, openAll, values } from './helpers.ts';
import { near } from './nn-kit.ts';

const devices = await openAll();
after(() => devices.close());

const dataOf = (t: Tensor): number[] =>
  t.node.kind === 'input' ? Array.from(t.node.data ?? []) : assert.fail('no numbers');
const made = (row: Initializer, shape: Shape, seed = 1): number[] =>
  dataOf(row.make(shape, fansOf(shape), drawFrom(seed)('kernel')));
const says = (make: () => unknown, message: string): void =>
  assert.throws(make, { name: 'EidosError', message });

/** The distribution functions, by hand. */
const uniformTo =
  (limit: number, middle = 0) =>
  (x: number) =>
    (x - middle + limit) / (2 * limit);
const normalOf =
  (deviation: number, mean = 0) =>
  (x: number) =>
    (1 + erf((x - mean) / deviation / Math.SQRT2)) / 2;
const within2 = (deviation: number, mean = 0) => {
  const [low, high] = [normalOf(1)(-2), normalOf(1)(2)];
  return (x: number) => (normalOf(deviation, mean)(x) - low) / (high - low);
};

/** The share of a standard normal's deviation that is left within 2, by numerical integration. */
const left = (() => {
  const [steps, weight] = [200_000, (z: number) => Math.exp((-z * z) / 2)];
  let [sum, squares] = [0, 0];
  for (let i = 0; i < steps; i++) {
    const z = -2 + (4 * (i + 0.5)) / steps;
    sum += weight(z);
    squares += z * z * weight(z);
  }
  return Math.sqrt(squares / sum);
})();

const shape = [5, 4, 30, 40]; // fans 600 and 800
const cases: Readonly<Record<string, readonly [Initializer, (x: number) => number]>> = {
  randomUniform: [initializers.randomUniform(), uniformTo(0.05)],
  'randomUniform between': [randomUniform({ minval: 1, maxval: 4 }), uniformTo(1.5, 2.5)],
  randomNormal: [initializers.randomNormal(), normalOf(0.05)],
  'randomNormal around': [randomNormal({ mean: 3, stddev: 2 }), normalOf(2, 3)],
  truncatedNormal: [initializers.truncatedNormal(), within2(0.05)],
  'truncatedNormal around': [truncatedNormal({ mean: -1, stddev: 0.5 }), within2(0.5, -1)],
  varianceScaling: [initializers.varianceScaling(), within2(Math.sqrt(1 / 600) / left)],
  'varianceScaling by outputs': [
    varianceScaling({ scale: 3, mode: 'fanOut', distribution: 'untruncatedNormal' }),
    normalOf(Math.sqrt(3 / 800)),
  ],
  glorotUniform: [initializers.glorotUniform(), uniformTo(Math.sqrt(6 / 1400))],
  glorotNormal: [initializers.glorotNormal(), within2(Math.sqrt(2 / 1400) / left)],
  heUniform: [initializers.heUniform(), uniformTo(Math.sqrt(6 / 600))],
  heNormal: [initializers.heNormal(), within2(Math.sqrt(2 / 600) / left)],
  lecunUniform: [initializers.lecunUniform(), uniformTo(Math.sqrt(3 / 600))],
  lecunNormal: [initializers.lecunNormal(), within2(Math.sqrt(1 / 600) / left)],
};

suite('initializers', () => {
  for (const [name, [row, below]] of Object.entries(cases))
    test(`${name}: as its distribution has it`, () => {
      const numbers = made(row, shape).sort((a, b) => a - b);
      const n = numbers.length;
      // Kolmogorov's distance; 1.63 / sqrt(n) is passed by one seed in a hundred.
      const distance = Math.max(
        ...numbers.map((x, i) => Math.max(Math.abs(below(x) - i / n), Math.abs(below(x) - (i + 1) / n))),
      );
      assert.ok(distance < 1.63 / Math.sqrt(n), `distance ${distance}`);
      // Nothing outside: the bounds of uniform and truncated ones hold.
      assert.ok(below(numbers[0] ?? NaN) >= -1e-6 && below(numbers[n - 1] ?? NaN) <= 1 + 1e-6);
    });

  test('zeros, ones, constant, identity', () => {
    assert.deepEqual(made(initializers.zeros(), [2, 2]), [0, 0, 0, 0]);
    assert.deepEqual(made(initializers.ones(), [3]), [1, 1, 1]);
    assert.deepEqual(made(initializers.constant(), [2]), [0, 0]);
    assert.deepEqual(made(constant(0.25), [2, 1]), [0.25, 0.25]);
    assert.deepEqual(made(initializers.identity(), [2, 3]), [1, 0, 0, 0, 1, 0]);
    assert.deepEqual(made(identity({ gain: 2 }), [3, 2]), [2, 0, 0, 2, 0, 0]);
  });

  test('orthogonal: the shorter side stands at right angles, the first vector as the normals have it', () => {
    for (const [rows, columns, gain] of [
      [7, 4, 1],
      [4, 7, 1],
      [5, 5, 3],
      [1, 6, 1],
    ] as const) {
      const m = made(orthogonal({ gain }), [rows, columns]);
      const short = Math.min(rows, columns);
      const vector = (j: number): number[] =>
        Array.from({ length: Math.max(rows, columns) }, (_, i) =>
          rows < columns ? m[j * columns + i]! : m[i * columns + j]!,
        );
      const products = Array.from({ length: short * short }, (_, k) => {
        const [a, b] = [vector(Math.floor(k / short)), vector(k % short)];
        return a.reduce((sum, x, i) => sum + x * b[i]!, 0);
      });
      near(products, products.map((_, k) => (k % (short + 1) === 0 ? gain * gain : 0)), 1e-6); // prettier-ignore
    }
    const normals = made(randomNormal({ stddev: 1 }), [7, 4]).filter((_, i) => i % 4 === 0);
    const size = Math.hypot(...normals);
    near(made(orthogonal(), [7, 4]).filter((_, i) => i % 4 === 0), normals.map((x) => x / size), 1e-6); // prettier-ignore
    assert.equal(made(orthogonal(), [2, 3, 4]).length, 24);
  });

  test('glorotUniform is the limit times the chance, to the last bit', () => {
    const limit = Math.sqrt(6 / (105 + 280));
    assert.deepEqual(
      made(initializers.glorotUniform(), [5, 7, 3, 8]),
      Array.from({ length: 840 }, (_, i) =>
        Math.fround(limit * (2 * uniform(1, purposeOf('kernel'), 0, i) - 1)),
      ),
    );
  });

  test('a seed gives the same numbers, bit for bit, on every device; another seed others', async () => {
    for (const name of Object.keys(initializers) as InitializerName[]) {
      const row = initializerOf('test', name);
      assert.equal(row.name, name);
      const [first, other] = [made(row, [6, 5]), made(row, [6, 5], 2)];
      const random = !['constant', 'identity', 'ones', 'zeros'].includes(name);
      assert.equal(
        first.some((x, i) => x !== other[i]),
        random,
        name,
      );
      for (const device of devices.all) {
        const [got] = await values(device, [row.make([6, 5], fansOf([6, 5]), drawFrom(1)('kernel'))]);
        assertSame(got ?? [], first, `${name} on ${device.name}`);
      }
    }
  });

  test('fans are those of Keras', () => {
    assert.deepEqual(fansOf([]), { fanIn: 1, fanOut: 1 });
    assert.deepEqual(fansOf([7]), { fanIn: 7, fanOut: 7 });
    assert.deepEqual(fansOf([3, 4]), { fanIn: 3, fanOut: 4 });
    assert.deepEqual(fansOf([5, 3, 2, 8]), { fanIn: 30, fanOut: 120 });
  });

  test('layers start with what they were given', () => {
    const start = (layer: Layer, takes: Shape): Record<string, number[]> =>
      Object.fromEntries(leavesOf(layer.build(takes, drawFrom(1)).params).map(([p, t]) => [p, dataOf(t)]));
    const given = { kernelInitializer: constant(2), biasInitializer: 'ones' } as const;
    for (const [layer, takes] of [
      [dense(2, given), [3]],
      [conv2d(2, 3, given), [4, 4, 1]],
      [conv2dTranspose(2, 3, given), [4, 4, 1]],
      [locallyConnected2d(2, 3, given), [4, 4, 1]],
      [depthwiseConv2d(3, { depthwiseInitializer: constant(2), biasInitializer: 'ones' }), [4, 4, 2]],
    ] as const) {
      const { kernel, bias } = start(layer, takes);
      assert.ok(kernel?.every((x) => x === 2) && bias?.every((x) => x === 1), layer.name);
    }
    const within = (layer: Layer, takes: Shape, limit: number): void => {
      const top = Math.max(...(start(layer, takes)['kernel'] ?? []).map(Math.abs));
      assert.ok(top <= limit && top > 0.95 * limit, `${layer.name}: ${top} of ${limit}`);
    };
    // Without a word, Glorot uniform by the kernel's own fans.
    within(dense(30), [20], Math.sqrt(6 / 50));
    within(conv2d(30, 3), [4, 4, 20], Math.sqrt(6 / (9 * 50)));
    within(conv2d(30, 3, { groups: 2 }), [4, 4, 20], Math.sqrt(6 / (9 * 40)));
    within(conv2dTranspose(30, 3), [4, 4, 20], Math.sqrt(6 / (9 * 50)));
    within(depthwiseConv2d(5, { depthMultiplier: 2 }), [5, 5, 20], Math.sqrt(6 / (25 * 22)));
    within(locallyConnected2d(30, 3), [4, 4, 5], Math.sqrt(6 / (4 * 75)));
  });

  test('what makes no sense is refused', () => {
    says(() => constant(NaN), 'constant: value must be a finite number, got NaN');
    says(
      () => randomNormal({ stddev: Infinity }),
      'randomNormal: stddev must be a finite number, got Infinity',
    );
    says(() => varianceScaling({ scale: 0 }), 'varianceScaling: scale must be more than 0, got 0');
    says(
      () => varianceScaling({ mode: 'fan_in' as 'fanIn' }),
      'varianceScaling: mode must be one of fanIn, fanOut, fanAvg, got "fan_in"',
    );
    says(
      () => varianceScaling({ distribution: 'normal' as 'uniform' }),
      'varianceScaling: distribution must be one of uniform, truncatedNormal, untruncatedNormal, got "normal"',
    );
    says(() => made(orthogonal(), [3]), 'orthogonal: needs at least two axes, got [3]');
    says(() => made(identity(), [3, 1, 2]), 'identity: needs a matrix, got [3, 1, 2]');
    says(
      () => dense(2, { kernelInitializer: 'he' as 'heNormal' }),
      'dense(2): an initializer must be one of constant, glorotNormal, glorotUniform, heNormal, heUniform, identity, lecunNormal, lecunUniform, ones, orthogonal, randomNormal, randomUniform, truncatedNormal, varianceScaling, zeros, got "he"',
    );
  });
});
