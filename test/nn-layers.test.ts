// A contract over the list of layers: shapes and parameter counts are as said, values as a plain loop computes
// them, and gradients by every parameter and by the input as finite differences find them.
//
// A new layer: add its row to `layers`.
import { suite, test } from 'node:test';
import assert from 'node:assert/strict';
import { check } from '../src/base/check.ts';
import { sizeOf, type Shape } from '../src/base/shape.ts';
import {
  activation,
  averagePool2d,
  conv2d,
  dense,
  dropout,
  flatten,
  grad,
  maxPool2d,
  open,
  reshape,
  sequential,
  Tensor,
  type Layer,
} from '../src/index.ts';
import { drawFrom, purposeOf } from '../src/nn/layer.ts';
import { countOf } from '../src/nn/memory.ts';
import { leavesOf, mapTree } from '../src/nn/tree.ts';
import {
  at,
  convBy,
  denseBy,
  each,
  largest,
  mean,
  poolBy,
  relu,
  softmaxOf,
  type Numbers,
  type Weights,
} from './nn-loops.ts';

interface Row {
  readonly layer: Layer;
  readonly takes: Shape;
  readonly gives: Shape;
  readonly params: number;
  /** One example's outputs, by loops. */
  readonly loops: (x: Numbers, w: Weights) => number[];
}

const layers: Readonly<Record<string, Row>> = {
  dense: { layer: dense(4), takes: [3], gives: [4], params: 16, loops: denseBy(3, 4, (x) => x) },
  'dense without bias, relu': {
    layer: dense(5, { bias: false, activation: 'relu' }),
    takes: [3],
    gives: [5],
    params: 15,
    loops: denseBy(3, 5, relu),
  },
  'dense tanh': {
    layer: dense(2, { activation: 'tanh' }),
    takes: [3],
    gives: [2],
    params: 8,
    loops: denseBy(3, 2, Math.tanh),
  },
  conv2d: {
    layer: conv2d(3, 2),
    takes: [4, 5, 2],
    gives: [3, 4, 3],
    params: 27,
    loops: convBy({ image: [4, 5, 2], size: [2, 2], out: [3, 4] }, 3, (x) => x),
  },
  "conv2d 'same', relu": {
    layer: conv2d(2, [3, 2], { padding: 'same', activation: 'relu' }),
    takes: [4, 3, 2],
    gives: [4, 3, 2],
    params: 26,
    loops: convBy({ image: [4, 3, 2], size: [3, 2], out: [4, 3], before: [1, 0] }, 2, relu),
  },
  'conv2d with strides': {
    layer: conv2d(2, 3, { strides: [2, 1], padding: 'same', bias: false }),
    takes: [5, 4, 1],
    gives: [3, 4, 2],
    params: 18,
    loops: convBy(
      { image: [5, 4, 1], size: [3, 3], out: [3, 4], strides: [2, 1], before: [1, 1] },
      2,
      (x) => x,
    ),
  },
  'conv2d with dilation': {
    layer: conv2d(2, 2, { dilation: [2, 3] }),
    takes: [4, 5, 1],
    gives: [2, 2, 2],
    params: 10,
    loops: convBy({ image: [4, 5, 1], size: [2, 2], out: [2, 2], dilation: [2, 3] }, 2, (x) => x),
  },
  maxPool2d: {
    layer: maxPool2d(),
    takes: [5, 4, 2],
    gives: [2, 2, 2],
    params: 0,
    loops: poolBy({ image: [5, 4, 2], size: [2, 2], out: [2, 2], strides: [2, 2] }, largest),
  },
  "maxPool2d overlapping, 'same'": {
    layer: maxPool2d([3, 2], { strides: [2, 1], padding: 'same' }),
    takes: [5, 3, 1],
    gives: [3, 3, 1],
    params: 0,
    loops: poolBy({ image: [5, 3, 1], size: [3, 2], out: [3, 3], strides: [2, 1], before: [1, 0] }, largest),
  },
  averagePool2d: {
    layer: averagePool2d([1, 2]),
    takes: [3, 4, 2],
    gives: [3, 2, 2],
    params: 0,
    loops: poolBy({ image: [3, 4, 2], size: [1, 2], out: [3, 2], strides: [1, 2] }, mean),
  },
  "averagePool2d 'same'": {
    layer: averagePool2d(2, { padding: 'same' }),
    takes: [3, 3, 1],
    gives: [2, 2, 1],
    params: 0,
    loops: poolBy({ image: [3, 3, 1], size: [2, 2], out: [2, 2], strides: [2, 2] }, mean),
  },
  flatten: { layer: flatten(), takes: [2, 3, 2], gives: [12], params: 0, loops: (x) => Array.from(x) },
  reshape: { layer: reshape([3, -1]), takes: [2, 6], gives: [3, 4], params: 0, loops: (x) => Array.from(x) },
  'dropout, not training': {
    layer: dropout(0.5),
    takes: [4],
    gives: [4],
    params: 0,
    loops: (x) => Array.from(x),
  },
  'activation linear': {
    layer: activation('linear'),
    takes: [2, 3],
    gives: [2, 3],
    params: 0,
    loops: (x) => Array.from(x),
  },
  'activation relu': {
    layer: activation('relu'),
    takes: [2, 3],
    gives: [2, 3],
    params: 0,
    loops: each(relu),
  },
  'activation sigmoid': {
    layer: activation('sigmoid'),
    takes: [5],
    gives: [5],
    params: 0,
    loops: each((x) => 1 / (1 + Math.exp(-x))),
  },
  'activation tanh': { layer: activation('tanh'), takes: [5], gives: [5], params: 0, loops: each(Math.tanh) },
  'activation softmax': { layer: activation('softmax'), takes: [4], gives: [4], params: 0, loops: softmaxOf },
  'a model among layers': {
    layer: sequential(sequential(dense(3, { activation: 'tanh' })), dense(2)).layer,
    takes: [2],
    gives: [2],
    params: 17,
    loops: (x, w) => {
      const inner = { kernel: w['sequential/dense/kernel'] ?? [], bias: w['sequential/dense/bias'] ?? [] };
      const outer = { kernel: w['dense/kernel'] ?? [], bias: w['dense/bias'] ?? [] };
      return denseBy(3, 2, (y) => y)(denseBy(2, 3, Math.tanh)(x, inner), outer);
    },
  },
};

/** Numbers from -1 to 1, none of them small, no two of them close: multiples of the golden ratio modulo 1. */
const some = (n: number, from: number): Float32Array =>
  Float32Array.from({ length: n }, (_, i) => {
    const x = 1.8 * ((((1 + Math.sqrt(5)) / 2) * i + from) % 1) - 0.9;
    return x + Math.sign(x) * 0.1;
  });

/** Examples compiled for, and given: the rest of the batch must not matter. */
const [most, count] = [4, 3];

/** Outputs, and the gradients of sum(weights * outputs) by inputs and parameters, on the reference device. */
async function programOf({ layer, takes, gives }: Row) {
  const built = layer.build(takes, drawFrom(1));
  const device = await open({ device: 'reference' });
  const params = leavesOf(built.params);
  const inputs = {
    x: { shape: ['batch' as const, ...takes] },
    weights: { shape: ['batch' as const, ...gives] },
    ...Object.fromEntries(params.map(([path, t]) => [path, { shape: t.shape }])),
  };
  const program = await device.compile(
    ({ inputs: given }) => {
      const tensor = (name: string): Tensor => {
        const t = given[name];
        check(t !== undefined, () => `no input ${name}`);
        return t;
      };
      const held = { params: mapTree(built.params, (_, path) => tensor(path)), state: built.state };
      const { y } = layer.apply(held, tensor('x'), {
        training: false,
        uniform: () => assert.fail('chance is not for answering'),
      });
      const loss = y.mul(tensor('weights')).sum();
      const gradients = grad(loss, [tensor('x'), ...params.map(([path]) => tensor(path))]);
      return {
        outputs: {
          y,
          ...Object.fromEntries(
            ['x', ...params.map(([p]) => p)].map((p, i) => [`by ${p}`, gradients[i] ?? y]),
          ),
        },
      };
    },
    { batch: most, inputs },
  );
  const start = {
    x: some(count * sizeOf(takes), 0.37),
    weights: some(count * sizeOf(gives), 1.7),
    ...Object.fromEntries(params.map(([p, t], i) => [p, some(sizeOf(t.shape), i + 5)])),
  };
  return { built, start, run: (given: Record<string, Float32Array>) => program.run(given, { batch: count }) };
}

function near(got: Numbers, want: Numbers, tolerance: number, what: string): void {
  assert.equal(got.length, want.length, what);
  for (let i = 0; i < want.length; i++) {
    const off = Math.abs(at(got, i) - at(want, i));
    assert.ok(
      off <= tolerance * (1 + Math.abs(at(want, i))),
      `${what} at ${i}: ${at(got, i)} instead of ${at(want, i)}`,
    );
  }
}

suite('layers', () => {
  for (const [name, row] of Object.entries(layers)) {
    test(`${name}: shapes, parameters and values`, async () => {
      const { built, start, run } = await programOf(row);
      assert.deepEqual(built.shape, row.gives);
      assert.deepEqual(countOf(built), { trainable: row.params, other: 0 });
      const { y } = await run(start);
      const per = sizeOf(row.takes);
      const want = Array.from({ length: count }, (_, n) =>
        row.loops(start.x.subarray(n * per, (n + 1) * per), start),
      ).flat();
      near(y ?? [], want, 1e-5, name);
    });

    test(`${name}: gradients by inputs and every parameter`, async () => {
      const { built, start, run } = await programOf(row);
      const found = await run(start);
      const h = 2 ** -10; // a relu's kink is seldom so near
      for (const path of ['x', ...leavesOf(built.params).map(([p]) => p)]) {
        const base = (start as Record<string, Float32Array>)[path] ?? new Float32Array(0);
        const slope = async (i: number): Promise<number> => {
          // Summed here in float64: the difference of two f32 sums would be mostly rounding.
          const loss = async (by: number): Promise<number> => {
            const moved = base.slice();
            moved[i] = at(base, i) + by;
            const { y } = await run({ ...start, [path]: moved });
            return Array.from(y ?? []).reduce((sum, v, k) => sum + v * at(start.weights, k), 0);
          };
          return ((await loss(h)) - (await loss(-h))) / (2 * h);
        };
        const slopes: number[] = [];
        for (let i = 0; i < base.length; i++) slopes.push(await slope(i));
        near(found[`by ${path}`] ?? [], slopes, 1e-3, `${name} by ${path}`);
        assert.ok(
          slopes.some((s) => Math.abs(s) > 1e-3),
          `${name}: ${path} has no influence`,
        );
      }
    });
  }

  test('first weights: Glorot uniform in range, zeros, the same for a seed, untouched by other layers', () => {
    const first = (layer: Layer, seed = 1) =>
      Object.fromEntries(
        leavesOf(layer.build([3], drawFrom(seed)).params).map(([p, t]) => [
          p,
          t.node.kind === 'input' ? t.node.data : undefined,
        ]),
      );
    const alone = first(sequential(dense(40)).layer);
    const kernel = alone['dense/kernel'] ?? [];
    const limit = Math.sqrt(6 / 43);
    assert.ok(Array.from(kernel).every((x) => Math.abs(x) <= limit));
    assert.ok(Math.max(...kernel) > 0.9 * limit && Math.min(...kernel) < -0.9 * limit);
    assert.ok(Math.abs(mean(Array.from(kernel))) < 0.1 * limit);
    assert.deepEqual(alone['dense/bias'], new Float32Array(40));
    assert.deepEqual(first(sequential(dropout(0.5), dense(40), dense(2)).layer)['dense/kernel'], kernel);
    assert.notDeepEqual(first(sequential(dense(40)).layer, 2)['dense/kernel'], kernel);
  });

  test('names stand for numbers that do not change', () => {
    assert.equal(purposeOf(''), 0x811c9dc5 & 0x3fffffff);
    assert.equal(purposeOf('a'), 0xe40c292c & 0x3fffffff); // FNV-1a test vector of its authors
    assert.equal(purposeOf('foobar'), 0xbf9cf968 & 0x3fffffff);
  });

  test('dropout while training: a share of zeros, the rest scaled, other places every step', async () => {
    const device = await open({ device: 'reference' });
    const layer = sequential(dropout(0.25), dropout(0.25)).layer;
    const names: string[] = [];
    const one = Tensor.fill(1, [1, 1000]);
    const { y } = dropout(0.25).apply({ params: {}, state: {} }, one, {
      training: true,
      uniform: (like) => like.iota(1).to('f32').div(1000),
    });
    const got = await device.read(y);
    assert.deepEqual([...got.slice(0, 250)], Array<number>(250).fill(0));
    near(got.slice(250), Array<number>(750).fill(4 / 3), 1e-6, 'kept');
    layer.apply({ params: {}, state: {} }, one, {
      training: true,
      uniform: (like, name) => (names.push(name), like),
    });
    assert.deepEqual(names, ['dropout/mask', 'dropout_1/mask']);
  });
});
