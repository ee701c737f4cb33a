// Layers of several inputs: values and gradients by each input, sizes of 1 that are repeated, and their use in a
// model of the functional form.
import assert from 'node:assert/strict';
import { after, suite, test } from 'node:test';
import { EidosError } from '../src/base/check.ts';
import { range, type Shape } from '../src/base/shape.ts';
import { grad } from '../src/grad.ts';
import { dense } from '../src/nn/dense.ts';
import { model } from '../src/nn/functional.ts';
import { drawFrom, type Layer } from '../src/nn/layer.ts';
import { add, average, concatenate, maximum, minimum, multiply, subtract } from '../src/nn/merge.ts';
import { input } from '../src/nn/symbolic.ts';
import { Tensor } from '../src/tensor.ts';
import { assertClose, assertEqualGraphs, draw, slopePairs, values } from './helpers.ts';
import { at, type Numbers } from './nn-loops.ts';
import { answering, count, most, openTwo, some } from './nn-rows.ts';

const devices = await openTwo();
after(() => devices.close());

const size = (shape: Shape): number => shape.reduce((n, d) => n * d, 1);

/** Element by element, inputs of one shape. */
const each =
  (join: (...x: number[]) => number) =>
  (xs: readonly Numbers[]): number[] =>
    range(xs[0]?.length ?? 0).map((i) => join(...xs.map((x) => at(x, i))));

interface Row {
  readonly layer: Layer;
  readonly takes: readonly Shape[];
  readonly gives: Shape;
  /** All outputs of all examples. */
  readonly loops: (xs: readonly Numbers[]) => number[];
}

const three = [[2, 3], [2, 3], [2, 3]]; // prettier-ignore
const sum = (...x: number[]): number => x.reduce((a, b) => a + b);

const rows: Readonly<Record<string, Row>> = {
  add: { layer: add(), takes: three, gives: [2, 3], loops: each(sum) },
  'add of one': { layer: add(), takes: [[4]], gives: [4], loops: each((x) => x) },
  'add, sizes of 1 repeated': {
    layer: add(),
    takes: [
      [2, 1],
      [1, 3],
    ],
    gives: [2, 3],
    loops: ([a, b]) =>
      range(count * 6).map((i) => {
        const [n, row, column] = [Math.floor(i / 6), Math.floor(i / 3) % 2, i % 3];
        return at(a, n * 2 + row) + at(b, n * 3 + column);
      }),
  },
  'multiply, an axis less': {
    layer: multiply(),
    takes: [[2, 3], [3]],
    gives: [2, 3],
    loops: ([a, b]) => range(count * 6).map((i) => at(a, i) * at(b, Math.floor(i / 6) * 3 + (i % 3))),
  },
  subtract: { layer: subtract(), takes: three.slice(1), gives: [2, 3], loops: each((a, b) => a - (b ?? 0)) },
  multiply: { layer: multiply(), takes: three, gives: [2, 3], loops: each((...x) => x.reduce((a, b) => a * b)) }, // prettier-ignore
  average: { layer: average(), takes: three, gives: [2, 3], loops: each((...x) => sum(...x) / 3) },
  maximum: { layer: maximum(), takes: three, gives: [2, 3], loops: each(Math.max) },
  minimum: { layer: minimum(), takes: three, gives: [2, 3], loops: each(Math.min) },
  concatenate: {
    layer: concatenate(),
    takes: [
      [2, 1],
      [2, 3],
      [2, 2],
    ],
    gives: [2, 6],
    loops: (xs) =>
      range(count * 2).flatMap((row) =>
        xs.flatMap((x, i) => {
          const width = [1, 3, 2][i] ?? 0;
          return Array.from(x).slice(row * width, (row + 1) * width);
        }),
      ),
  },
  'concatenate along axis 1': {
    layer: concatenate({ axis: 1 }),
    takes: [
      [2, 3],
      [1, 3],
    ],
    gives: [3, 3],
    loops: ([a, b]) =>
      range(count).flatMap((n) => [
        ...Array.from(a ?? []).slice(n * 6, n * 6 + 6),
        ...Array.from(b ?? []).slice(n * 3, n * 3 + 3),
      ]),
  },
};

suite('layers of several inputs', () => {
  for (const [name, { layer, takes, gives, loops }] of Object.entries(rows)) {
    const nothing = { params: {}, state: {} };
    test(`${name}: shapes and values`, async () => {
      assert.deepEqual(layer.lists.build(takes, drawFrom(1)).shapes, [gives]);
      const xs = takes.map((shape, i) => some(count * size(shape), 0.3 + i));
      for (const device of devices.all) {
        using program = await device.compile(
          ({ inputs }) => {
            const y = layer.lists.apply(nothing, takes.map((_, i) => inputs[`x${i}`]!), answering).ys[0]!; // prettier-ignore
            assert.deepEqual(y.shape, [most, ...gives]);
            return { outputs: { y } };
          },
          {
            batch: most,
            inputs: Object.fromEntries(takes.map((shape, i) => [`x${i}`, { shape: ['batch', ...shape] }])),
          },
        );
        const out = await program.run(Object.fromEntries(xs.map((x, i) => [`x${i}`, x])), { batch: count });
        assertClose(out['y']!, loops(xs), { what: device.name });
      }
    });

    test(`${name}: gradients by every input`, async () => {
      const d = draw(310);
      // No two numbers of different inputs are close: where maximum() turns there is no slope.
      const xs = takes.map((shape, i) => d.spaced([2, ...shape]).add(0.05 * i));
      // Squared, so that there is a second gradient too.
      const f = (...x: Tensor[]): Tensor => {
        const y = layer.lists.apply(nothing, x, answering).ys[0]!;
        return y.mul(y);
      };
      await assertEqualGraphs(devices, slopePairs(name, f, xs), { rtol: 1e-4, atol: 1e-4 });
    });
  }

  test('in a model: a way around a layer, and two inputs side by side', async () => {
    const [a, b] = [input([3]), input([2])];
    const inner = dense(3, { activation: 'tanh' });
    const net = model({
      inputs: [a, b],
      outputs: concatenate()([add()([a, inner(a)]), b, multiply()([b, b])]),
    });
    assert.deepEqual(net.outputShapes, [[7]]);
    const [x, y] = [Float32Array.of(1, -2, 0.5), Float32Array.of(3, -4)];
    const weights = Object.fromEntries((await net.getWeights()).map(({ name, data }) => [name, data]));
    const [kernel, bias] = [weights['dense/kernel']!, weights['dense/bias']!];
    const around = range(3).map(
      (u) => at(x, u) + Math.tanh(at(bias, u) + range(3).reduce((s, i) => s + at(x, i) * at(kernel, 3 * i + u), 0)), // prettier-ignore
    );
    net.compile({ loss: 'meanSquaredError', device: devices.compiled[0]! });
    assertClose((await net.predict([x, y])).data, [...around, 3, -4, 9, 16]);
  });

  test('at a tie of maximum or minimum the gradient goes to the first', async () => {
    const x = [Tensor.from([1, 2], [1, 2]), Tensor.from([1, 3], [1, 2])];
    for (const [layer, want] of [
      [maximum(), [1, 0, 0, 1]],
      [minimum(), [1, 1, 0, 0]],
    ] as const) {
      const y = layer.lists.apply({ params: {}, state: {} }, x, answering).ys[0]!;
      const found = await values(devices.reference, grad(y.sum(), x));
      assert.deepEqual(found.flatMap((g) => [...g]), want); // prettier-ignore
    }
  });

  const build = (layer: Layer, ...shapes: Shape[]) => layer.lists.build(shapes, drawFrom(1));
  const cases: Record<string, () => unknown> = {
    'subtract: needs two inputs, got 3': () => build(subtract(), [2], [2], [2]),
    'add: needs at least one input, got 0': () => build(add()),
    'add: cannot broadcast [2] with [3]: axis -1 is 2 on the left, 3 on the right': () =>
      build(add(), [2], [3]),
    'concatenate: needs at least one input, got none': () => build(concatenate()),
    'concatenate: axis 0 is the batch; name an axis from 1, or -1 for the last': () =>
      build(concatenate({ axis: 0 }), [2], [3]),
    'concatenate: axis must be a whole number from -2 to 1, got 2': () =>
      build(concatenate({ axis: 2 }), [2], [3]),
    'concatenate: needs equal sizes but for axis 2, got [2, 3] and [3, 3] per example': () =>
      build(concatenate(), [2, 3], [3, 3]),
  };
  for (const [message, call] of Object.entries(cases))
    test(message, () => assert.throws(call, new EidosError(message)));
});
