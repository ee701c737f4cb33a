// What regularizers add to the loss: values by plain loops, gradients by finite differences, and which layers ask
// for what.
import { after, suite, test } from 'node:test';
import assert from 'node:assert/strict';
import { grad } from '../src/grad.ts';
import { conv2dTranspose } from '../src/nn/conv2d-transpose.ts';
import { conv2d } from '../src/nn/conv2d.ts';
import { dense } from '../src/nn/dense.ts';
import { depthwiseConv2d } from '../src/nn/depthwise-conv2d.ts';
import { drawFrom, type Layer } from '../src/nn/layer.ts';
import { locallyConnected2d } from '../src/nn/locally-connected2d.ts';
import {
  l1,
  l1l2,
  l2,
  orthogonalRegularizer,
  regularizers,
  type Regularizer,
} from '../src/nn/regularizer.ts';
import { Tensor } from '../src/tensor.ts';
import { agree, assertClose, assertEqualGraphs, draw, openAll, slopePairs, values } from './helpers.ts';
import { near } from './nn-kit.ts';
import { answering, some } from './nn-rows.ts';

const devices = await openAll();
after(() => devices.close());

const sum = (list: readonly number[]): number => list.reduce((a, b) => a + b, 0);

/** Vectors of a [3, 2] matrix, and the mean of |cosine| over their pairs. */
const byRows = (w: readonly number[]): number[][] => [w.slice(0, 2), w.slice(2, 4), w.slice(4)];
const byColumns = (w: readonly number[]): number[][] => [0, 1].map((j) => w.filter((_, i) => i % 2 === j));
function meanCosine(vectors: readonly (readonly number[])[]): number {
  const found = vectors.flatMap((a, i) =>
    vectors
      .slice(i + 1)
      .map((b) => Math.abs(sum(a.map((x, k) => x * (b[k] ?? NaN)))) / Math.hypot(...a) / Math.hypot(...b)),
  );
  return sum(found) / found.length;
}

const rows: Readonly<Record<string, readonly [Regularizer, (w: readonly number[]) => number]>> = {
  l1: [regularizers.l1(), (w) => 0.01 * sum(w.map(Math.abs))],
  'l1(0.5)': [l1(0.5), (w) => 0.5 * sum(w.map(Math.abs))],
  l2: [regularizers.l2(), (w) => 0.01 * sum(w.map((x) => x * x))],
  'l2(3)': [l2(3), (w) => 3 * sum(w.map((x) => x * x))],
  l1l2: [regularizers.l1l2(), () => 0],
  'l1l2 of both': [l1l2({ l1: 0.1, l2: 0.2 }), (w) => sum(w.map((x) => 0.1 * Math.abs(x) + 0.2 * x * x))],
  orthogonalRegularizer: [regularizers.orthogonalRegularizer(), (w) => 0.01 * meanCosine(byRows(w))],
  'orthogonalRegularizer of columns': [
    orthogonalRegularizer({ factor: 2, mode: 'columns' }),
    (w) => 2 * meanCosine(byColumns(w)),
  ],
};

suite('regularizers', () => {
  for (const [name, [regularizer, loops]] of Object.entries(rows))
    test(`${name}: value and gradient`, async () => {
      const w = draw(70).tensor([3, 2]);
      const numbers = w.node.kind === 'input' ? Array.from(w.node.data ?? []) : [];
      for (const device of devices.all) {
        const [got] = await values(device, [regularizer.of(w)]);
        near(got ?? [], [loops(numbers)], 1e-6);
      }
      await assertEqualGraphs(
        devices,
        slopePairs(name, (t) => regularizer.of(t).mul(10), [w], { second: false }),
        { rtol: 1e-4, atol: 1e-5 },
      );
      await agree(devices, { gradient: grad(regularizer.of(w), [w])[0] ?? w }, (actual, expected, what) =>
        assertClose(actual, expected, { what }),
      );
    });

  test('one row, or rows of zeros, are at right angles to all', async () => {
    const of = orthogonalRegularizer();
    const [one, zero] = await values(devices.reference, [
      of.of(Tensor.from([1, 2, 3], [1, 3])),
      of.of(Tensor.from([1, 2, 0, 0], [2, 2])),
    ]);
    assert.deepEqual([one?.[0], zero?.[0]], [0, 0]);
  });

  const given = {
    kernelRegularizer: 'l2',
    biasRegularizer: l1(0.5),
    activityRegularizer: l2(0.25),
    biasInitializer: 'ones',
  } as const;
  const layers: Readonly<Record<string, readonly [Layer, readonly number[]]>> = {
    dense: [dense(4, given), [2, 3]],
    conv2d: [conv2d(4, 2, given), [3, 3, 2]],
    conv2dTranspose: [conv2dTranspose(4, 2, given), [3, 3, 2]],
    depthwiseConv2d: [depthwiseConv2d(2, { ...given, depthwiseRegularizer: 'l2' }), [3, 3, 2]],
    locallyConnected2d: [locallyConnected2d(4, 2, given), [3, 3, 2]],
  };
  for (const [name, [layer, takes]] of Object.entries(layers))
    test(`${name} asks for its kernel, its bias, and its outputs by the batch`, async () => {
      const held = layer.build(takes, drawFrom(1));
      const size = takes.reduce((a, b) => a * b, 1);
      const program = await devices.reference.compile(
        ({ inputs }) => {
          const { y, penalty } = layer.apply(held, inputs['x'] ?? assert.fail(), answering);
          const { kernel, bias } = held.params as { kernel: Tensor; bias: Tensor };
          return { outputs: { y, penalty: penalty ?? assert.fail('no penalty'), kernel, bias } };
        },
        { inputs: { x: { shape: ['batch', ...takes] } }, batch: 5 },
      );
      // Three of five examples: what counts is how many there are.
      const { y, penalty, kernel, bias } = await program.run({ x: some(3 * size, 0.4) }, { batch: 3 });
      const squares = (list: ArrayLike<number> | undefined): number =>
        sum(Array.from(list ?? [], (x) => x * x));
      const want = 0.01 * squares(kernel) + 0.5 * (bias?.length ?? NaN) + (0.25 * squares(y)) / 3;
      near(penalty ?? [], [want], 1e-5);
    });

  test('a layer without regularizers asks for nothing', () => {
    const layer = dense(2);
    const { penalty } = layer.apply(layer.build([3], drawFrom(1)), Tensor.fill(1, [1, 3]), answering);
    assert.equal(penalty, undefined);
  });

  test('what makes no sense is refused', () => {
    const says = (make: () => unknown, message: string): void =>
      assert.throws(make, { name: 'EidosError', message });
    says(() => l1(-1), 'l1: the factor must be a number from 0, got -1');
    says(() => l2(NaN), 'l2: the factor must be a number from 0, got NaN');
    says(() => l1l2({ l1: -2 }), 'l1l2: l1 must be a number from 0, got -2');
    says(() => l1l2({ l2: -2 }), 'l1l2: l2 must be a number from 0, got -2');
    says(
      () => orthogonalRegularizer({ factor: -1 }),
      'orthogonalRegularizer: factor must be a number from 0, got -1',
    );
    says(
      () => orthogonalRegularizer({ mode: 'row' as 'rows' }),
      `orthogonalRegularizer: mode must be 'rows' or 'columns', got "row"`,
    );
    says(
      () => orthogonalRegularizer().of(Tensor.fill(1, [2, 2, 2])),
      'orthogonalRegularizer: needs a matrix, got [2, 2, 2]',
    );
    says(
      () => dense(2, { kernelRegularizer: 'l3' as 'l2' }),
      'dense(2): a regularizer must be one of l1, l2, l1l2, orthogonalRegularizer, got "l3"',
    );
  });
});
