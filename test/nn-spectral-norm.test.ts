// Spectral norm against power iteration in plain loops, and against singular values known from a square equation.
import assert from 'node:assert/strict';
import { after, suite, test } from 'node:test';
import { EidosError } from '../src/base/check.ts';
import { range } from '../src/base/shape.ts';
import { grad } from '../src/grad.ts';
import { conv2d } from '../src/nn/conv2d.ts';
import { dense } from '../src/nn/dense.ts';
import { dropout } from '../src/nn/dropout.ts';
import { embedding } from '../src/nn/embedding.ts';
import { drawFrom } from '../src/nn/layer.ts';
import { spectralNorm } from '../src/nn/spectral-norm.ts';
import { Tensor } from '../src/tensor.ts';
import { assertClose, draw, values } from './helpers.ts';
import { at, type Numbers, type Weights } from './nn-loops.ts';
import { answering, openTwo, testLayers } from './nn-rows.ts';

const devices = await openTwo();
after(() => devices.close());

/** u and v after `times` steps of power iteration, and sigma; w is [rows][columns]. */
function powerBy(w: number[][], start: number[], times: number) {
  const unit = (v: number[]): number[] => v.map((x) => x / Math.hypot(...v));
  const left = (u: number[]): number[] => w.map((row) => row.reduce((sum, x, j) => sum + x * at(u, j), 0));
  const right = (v: number[]): number[] =>
    start.map((_, j) => w.reduce((sum, row, i) => sum + at(row, j) * at(v, i), 0));
  let [u, v] = [unit(start), unit(left(start))];
  for (let i = 0; i < times; i++) {
    v = unit(left(u));
    u = unit(right(v));
  }
  return { u, v, sigma: left(u).reduce((sum, x, i) => sum + x * at(v, i), 0) };
}

const matrix = (w: Numbers, columns: number): number[][] =>
  range(w.length / columns).map((i) => Array.from(w).slice(i * columns, (i + 1) * columns));

/** dense(3) of [N, 4] with its kernel divided. */
const dividedBy =
  (times: number) =>
  (x: Numbers, w: Weights, n: number): number[] => {
    const { sigma } = powerBy(matrix(w['kernel'] ?? [], 3), Array.from(w['vectorU'] ?? []), times);
    return range(3 * n).map((i) => {
      const sums = range(4).map((k) => at(x, 4 * Math.floor(i / 3) + k) * at(w['kernel'], 3 * k + (i % 3)));
      return sums.reduce((a, b) => a + b) / sigma + at(w['bias'], i % 3);
    });
  };

suite('spectralNorm', () => {
  testLayers(devices, {
    'spectralNorm, training': {
      layer: spectralNorm(dense(3)),
      takes: [4],
      gives: [3],
      params: 15,
      state: 3,
      training: true,
      loops: dividedBy(1),
      later: (_, w) => ({
        vectorU: powerBy(matrix(w['kernel'] ?? [], 3), Array.from(w['vectorU'] ?? []), 1).u,
      }),
      gradients: 'none',
    },
    'spectralNorm, answering': {
      layer: spectralNorm(dense(3), { powerIterations: 5 }),
      takes: [4],
      gives: [3],
      params: 15,
      state: 3,
      loops: dividedBy(0),
      later: (_, w) => ({ vectorU: Array.from(w['vectorU'] ?? []) }),
      gradients: 'none',
    },
    // Differences move the vectors too. Near the true ones that changes sigma only in second order.
    'spectralNorm, many iterations': {
      layer: spectralNorm(dense(3), { powerIterations: 40 }),
      takes: [4],
      gives: [3],
      params: 15,
      state: 3,
      training: true,
      loops: dividedBy(40),
      gradients: 'first',
    },
  });

  test('gradients go through sigma with its vectors held', async () => {
    const layer = spectralNorm(dense(2, { useBias: false }));
    const [kernel, x] = [draw(303).tensor([3, 2]), draw(304).tensor([1, 3])];
    const start = [0.5, -0.2];
    const held = { params: { kernel }, state: { vectorU: Tensor.from(start, [1, 2]) } };
    const { y } = layer.apply(held, x, { ...answering, training: true });
    const [k, given, found] = await values(devices.reference, [kernel, x, grad(y.mul(Tensor.from([1, -2])).sum(), [kernel])[0]!]); // prettier-ignore
    const w = matrix(k!, 2);
    const { u, v, sigma } = powerBy(w, start, 1);
    // Of L = sum(G * W) / sigma with G = x (1, -2): G / sigma - L / sigma * v u.
    const g = range(3).map((i) => [at(given, i), -2 * at(given, i)]);
    const loss = g.reduce((sum, row, i) => sum + row.reduce((s, n, j) => s + n * at(w[i], j), 0), 0) / sigma;
    const want = g.flatMap((row, i) => row.map((n, j) => (n - loss * at(v, i) * at(u, j)) / sigma));
    assertClose(found!, want);
  });

  test('the true largest singular value is 1 after a while, and is stretched by no input', async () => {
    const layer = spectralNorm(conv2d(2, 2, { useBias: false }));
    const built = layer.build([3, 3, 2], drawFrom(1));
    const kernel = draw(301).tensor([2, 2, 2, 2]);
    let u = built.state['vectorU'] as Tensor;
    const x = draw(302).tensor([1, 3, 3, 2]);
    const apply = (training: boolean) =>
      layer.apply({ params: { kernel }, state: { vectorU: u } }, x, { ...answering, training });
    for (let i = 0; i < 30; i++) {
      const { state } = apply(true);
      const next = (await values(devices.reference, [state['vectorU'] as Tensor]))[0]!;
      u = Tensor.from(next, [1, 2]);
    }
    // Of a matrix of two columns the singular values are known: roots of a square equation.
    const [k] = await values(devices.reference, [kernel]);
    const w = matrix(k!, 2);
    const inner = (i: number, j: number): number => w.reduce((sum, row) => sum + at(row, i) * at(row, j), 0);
    const [half, gap] = [(inner(0, 0) + inner(1, 1)) / 2, (inner(0, 0) - inner(1, 1)) / 2];
    const largest = Math.sqrt(half + Math.hypot(gap, inner(0, 1)));
    const plain = conv2d(2, 2, { useBias: false }).apply({ params: { kernel }, state: {} }, x, answering).y;
    for (const training of [true, false]) {
      const [got, want] = await values(devices.reference, [apply(training).y, plain.div(largest)]);
      assertClose(got!, want!);
    }
  });

  test('embeddings are divided too; a kernel of zeros stays, and so does its vector', async () => {
    const table = spectralNorm(embedding(3, 2), { powerIterations: 30 });
    const embeddings = Tensor.from([3, 0, 0, 0, 0, 1], [3, 2]);
    const held = { params: { embeddings }, state: { vectorU: Tensor.from([0.5, 0.5], [1, 2]) } };
    const { y } = table.apply(held, Tensor.from(Int32Array.of(0, 2), [2]), { ...answering, training: true });
    const zero = spectralNorm(dense(2, { useBias: false })).apply(
      { params: { kernel: Tensor.fill(0, [3, 2]) }, state: held.state },
      Tensor.fill(1, [1, 3]),
      { ...answering, training: true },
    );
    const [rows, out, vector] = await values(devices.reference, [y, zero.y, zero.state['vectorU'] as Tensor]);
    assertClose(rows!, [1, 0, 0, 1 / 3]);
    assert.deepEqual([[...out!], [...vector!]], [[0, 0], [0.5, 0.5]]); // prettier-ignore
  });

  test('errors', () => {
    const cases: Record<string, () => unknown> = {
      'spectralNorm(dropout): the layer must have a kernel or embeddings, and has neither': () =>
        spectralNorm(dropout(0.5)).build([3], drawFrom(1)),
      'spectralNorm(dense): powerIterations must be a whole number from 1, got 0': () =>
        spectralNorm(dense(2), { powerIterations: 0 }),
    };
    for (const [message, call] of Object.entries(cases)) assert.throws(call, new EidosError(message));
  });
});
