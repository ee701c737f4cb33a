// Normalizing layers against their formulas in plain loops, and what batch norm remembers.
import assert from 'node:assert/strict';
import { after, suite, test } from 'node:test';
import { EidosError } from '../src/base/check.ts';
import { range } from '../src/base/shape.ts';
import { grad } from '../src/grad.ts';
import { batchNorm } from '../src/nn/batch-norm.ts';
import { dense } from '../src/nn/dense.ts';
import { groupNorm } from '../src/nn/group-norm.ts';
import { layerNorm } from '../src/nn/layer-norm.ts';
import { drawFrom, type Layer } from '../src/nn/layer.ts';
import { pixelNorm } from '../src/nn/pixel-norm.ts';
import { Tensor } from '../src/tensor.ts';
import { assertClose, assertEqualGraphs, draw, slopePairs, values, weighted } from './helpers.ts';
import { at, type Numbers, type Weights } from './nn-loops.ts';
import { answering, openTwo, testLayers } from './nn-rows.ts';

const devices = await openTwo();
after(() => devices.close());

interface Told {
  readonly epsilon?: number;
  /** Which numbers are normalized together: those with the same word. */
  readonly group: (i: number) => string;
  /** Which of gamma and beta a number has. */
  readonly place: (i: number) => number;
  /** Whether a number counts. */
  readonly counts?: (i: number) => boolean;
}

const meanOf = (x: readonly number[]): number => x.reduce((a, b) => a + b, 0) / x.length;

/** For each group its mean and its mean squared distance from it. */
function momentsBy(x: Numbers, { group, counts = () => true }: Told): Map<string, readonly [number, number]> {
  const groups = new Map<string, number[]>();
  Array.from(x).forEach((v, i) => {
    if (counts(i)) groups.set(group(i), [...(groups.get(group(i)) ?? []), v]);
  });
  return new Map(
    [...groups].map(([name, list]) => {
      const mean = meanOf(list);
      return [name, [mean, meanOf(list.map((v) => (v - mean) ** 2))]] as const;
    }),
  );
}

/** Each number less its group's mean, divided by the root of its variance; then scaled and moved. */
const normBy =
  (told: Told) =>
  (x: Numbers, w: Weights): number[] => {
    const moments = momentsBy(x, told);
    return Array.from(x, (v, i) => {
      const [mean, variance] = moments.get(told.group(i)) ?? [NaN, NaN];
      const gamma = w['gamma'] ? at(w['gamma'], told.place(i)) : 1;
      const beta = w['beta'] ? at(w['beta'], told.place(i)) : 0;
      return ((v - mean) / Math.sqrt(variance + (told.epsilon ?? 1e-3))) * gamma + beta;
    });
  };

/** The moving averages of `channels` after a step. */
const movedBy =
  (told: Told, channels: number, momentum = 0.99) =>
  (x: Numbers, w: Weights): Record<string, number[]> => {
    const moments = momentsBy(x, told);
    const moved = (path: string, which: 0 | 1): number[] =>
      range(channels).map(
        (c) => momentum * at(w[path], c) + (1 - momentum) * (moments.get(String(c))?.[which] ?? NaN),
      );
    return { movingMean: moved('movingMean', 0), movingVariance: moved('movingVariance', 1) };
  };

const channelsOf = (n: number): Told => ({ group: (i) => String(i % n), place: (i) => i % n });
/** Channels before 4 numbers each. */
const channelsFirst: Told = {
  group: (i) => String(Math.floor(i / 4) % 3),
  place: (i) => Math.floor(i / 4) % 3,
};
const steps = [
  [1, 1, 1, 0],
  [0, 1, 0, 0],
  [1, 1, 1, 1],
];
const masked: Told = {
  ...channelsOf(2),
  counts: (i) => steps.flat()[Math.floor(i / 2)] === 1,
};

suite('batchNorm', () => {
  testLayers(devices, {
    'batchNorm, training': {
      layer: batchNorm(),
      takes: [3],
      gives: [3],
      params: 6,
      state: 6,
      training: true,
      loops: normBy(channelsOf(3)),
      later: movedBy(channelsOf(3), 3),
    },
    'batchNorm of images, training': {
      layer: batchNorm({ momentum: 0.8, epsilon: 1e-2 }),
      takes: [3, 2, 2],
      gives: [3, 2, 2],
      params: 4,
      state: 4,
      training: true,
      loops: normBy({ ...channelsOf(2), epsilon: 1e-2 }),
      later: movedBy(channelsOf(2), 2, 0.8),
    },
    'batchNorm over axis 1, without scale, training': {
      layer: batchNorm({ axis: 1, scale: false }),
      takes: [3, 4],
      gives: [3, 4],
      params: 3,
      state: 6,
      training: true,
      loops: normBy(channelsFirst),
      later: movedBy(channelsFirst, 3),
    },
    'batchNorm, a mask, training': {
      layer: batchNorm({ center: false }),
      takes: [4, 2],
      gives: [4, 2],
      params: 2,
      state: 4,
      training: true,
      mask: steps,
      loops: normBy(masked),
      later: movedBy(masked, 2),
    },
    'batchNorm, answering': {
      layer: batchNorm(),
      takes: [2, 3],
      gives: [2, 3],
      params: 6,
      state: 6,
      loops: (x, w) =>
        Array.from(x, (v, i) => {
          const of = (path: string): number => at(w[path], i % 3);
          return ((v - of('movingMean')) / Math.sqrt(of('movingVariance') + 1e-3)) * of('gamma') + of('beta');
        }),
      later: (_, w) => ({
        movingMean: Array.from(w['movingMean'] ?? []),
        movingVariance: Array.from(w['movingVariance'] ?? []),
      }),
    },
  });

  test('begins as Keras does: gamma and variance 1, beta and mean 0', async () => {
    const { params, state } = batchNorm().build([2], drawFrom(1)) as {
      params: Record<string, Tensor>;
      state: Record<string, Tensor>;
    };
    const found = await values(devices.reference, [...Object.values(params), ...Object.values(state)]);
    assert.deepEqual(
      [...Object.keys(params), ...Object.keys(state)],
      ['gamma', 'beta', 'movingMean', 'movingVariance'],
    );
    assert.deepEqual(
      found.map((x) => [...x]),
      [
        [1, 1],
        [0, 0],
        [0, 0],
        [1, 1],
      ],
    );
  });

  test('one example has no variance: what comes out is beta', async () => {
    const layer = batchNorm();
    const held = {
      params: { gamma: Tensor.from([2, 3]), beta: Tensor.from([5, 7]) },
      state: { movingMean: Tensor.from([1, 1]), movingVariance: Tensor.from([1, 1]) },
    };
    const { y, state } = layer.apply(held, Tensor.from([11, -4], [1, 2]), { ...answering, training: true });
    for (const device of devices.all) {
      const found = await values(device, [y, state.movingMean, state.movingVariance]);
      assertClose(found[0]!, [5, 7]);
      assertClose(found[1]!, [0.99 + 0.11, 0.99 - 0.04]);
      assertClose(found[2]!, [0.99, 0.99]);
    }
  });

  test('a batch in which nothing counts gives and moves only finite numbers', async () => {
    const layer = batchNorm({ center: false, scale: false });
    const state = { movingMean: Tensor.from([4]), movingVariance: Tensor.from([2]) };
    const x = Tensor.from([3, 5], [1, 2, 1]);
    const mask = Tensor.from([0, 0], [1, 2]).greater(0);
    const out = layer.apply({ params: {}, state }, x, { ...answering, training: true, mask });
    const { movingMean, movingVariance } = out.state;
    const [y, mean, variance] = await values(devices.reference, [out.y, movingMean, movingVariance]);
    assertClose(y!, [3 / Math.sqrt(1e-3), 5 / Math.sqrt(1e-3)]);
    assertClose([...mean!, ...variance!], [0.99 * 4, 0.99 * 2]);
  });

  test('the second gradient through a network with it, as a gradient penalty takes it', async () => {
    const d = draw(300);
    const norm = batchNorm();
    const net = (x: Tensor, w: Tensor, gamma: Tensor): Tensor => {
      const hidden = dense(3).apply({ params: { kernel: w }, state: {} }, x, answering).y;
      const held = {
        params: { gamma },
        state: { movingMean: Tensor.fill(0, [3]), movingVariance: Tensor.fill(1, [3]) },
      };
      return norm.apply(held, hidden, { ...answering, training: true }).y.tanh();
    };
    const penalty = (x: Tensor, w: Tensor, gamma: Tensor): Tensor => {
      const [g] = grad(weighted(net(x, w, gamma)), [x]) as [Tensor];
      return g.mul(g).sum().sqrt().sub(1);
    };
    const given = [d.tensor([4, 2]), d.tensor([2, 3]), d.tensor([3])];
    await assertEqualGraphs(devices, slopePairs('penalty', (...x) => penalty(...(x as [Tensor, Tensor, Tensor])), given, { second: false }), { rtol: 1e-5, atol: 1e-5 }); // prettier-ignore
  });
});

/** Rows of `n` numbers, each normalized by itself. */
const rowsOf = (n: number): Told => ({ group: (i) => String(Math.floor(i / n)), place: (i) => i % n });

suite('layerNorm, groupNorm, pixelNorm', () => {
  testLayers(devices, {
    layerNorm: { layer: layerNorm(), takes: [5], gives: [5], params: 10, loops: normBy(rowsOf(5)) },
    'layerNorm of sequences, no offset': {
      layer: layerNorm({ center: false, epsilon: 1e-5 }),
      takes: [2, 4],
      gives: [2, 4],
      params: 4,
      loops: normBy({ ...rowsOf(4), epsilon: 1e-5 }),
    },
    'layerNorm over two axes': {
      layer: layerNorm({ axis: [-2, -1] }),
      takes: [2, 3, 2],
      gives: [2, 3, 2],
      params: 12,
      loops: normBy(rowsOf(6)),
    },
    'layerNorm over the first axis': {
      layer: layerNorm({ axis: 1 }),
      takes: [4, 2],
      gives: [4, 2],
      params: 8,
      loops: normBy({
        group: (i) => `${Math.floor(i / 8)} ${i % 2}`,
        place: (i) => Math.floor(i / 2) % 4,
      }),
    },
    groupNorm: {
      layer: groupNorm({ groups: 2 }),
      takes: [3, 4],
      gives: [3, 4],
      params: 8,
      loops: normBy({
        group: (i) => `${Math.floor(i / 12)} ${Math.floor((i % 4) / 2)}`,
        place: (i) => i % 4,
      }),
    },
    'groupNorm, a group a channel': {
      layer: groupNorm({ groups: -1, scale: false, epsilon: 0.1 }),
      takes: [2, 3, 2],
      gives: [2, 3, 2],
      params: 2,
      loops: normBy({
        group: (i) => `${Math.floor(i / 12)} ${i % 2}`,
        place: (i) => i % 2,
        epsilon: 0.1,
      }),
    },
    'groupNorm, channels first': {
      layer: groupNorm({ groups: 2, axis: 1, center: false }),
      takes: [4, 3],
      gives: [4, 3],
      params: 4,
      loops: normBy({ group: (i) => String(Math.floor(i / 6)), place: (i) => Math.floor(i / 3) % 4 }),
    },
    pixelNorm: {
      layer: pixelNorm(),
      takes: [2, 2, 3],
      gives: [2, 2, 3],
      params: 0,
      loops: (x) =>
        Array.from(x, (v, i) => {
          const pixel = Array.from(x).slice(i - (i % 3), i - (i % 3) + 3);
          return v / Math.sqrt(meanOf(pixel.map((u) => u * u)) + 1e-8);
        }),
    },
  });
});

suite('normalizing layers: errors', () => {
  const build = (layer: Layer, ...shape: number[]) => layer.build(shape, drawFrom(1));
  const cases: Record<string, () => unknown> = {
    'batchNorm: momentum must be a number from 0 to 1, got 2': () => batchNorm({ momentum: 2 }),
    'batchNorm: epsilon must be a number from 0, got -1': () => batchNorm({ epsilon: -1 }),
    'batchNorm: axis 0 is the batch; name one of the 2 axes of [3, 4], from 1 or -1': () =>
      build(batchNorm({ axis: 0 }), 3, 4),
    'batchNorm: a mask must have one axis less than [1, 2], got [1, 2]': () => {
      const layer = batchNorm({ center: false, scale: false });
      const x = Tensor.fill(1, [1, 2]);
      const state = { movingMean: Tensor.fill(0, [2]), movingVariance: Tensor.fill(1, [2]) };
      layer.apply({ params: {}, state }, x, { ...answering, mask: x.greater(0) });
    },
    'groupNorm(0): groups must be a whole number from 1, or -1 for one a channel, got 0': () =>
      groupNorm({ groups: 0 }),
    'groupNorm(32): 48 channels of [2, 48] do not fall into 32 equal groups': () => build(groupNorm(), 2, 48),
  };
  for (const [message, call] of Object.entries(cases))
    test(message, () => assert.throws(call, new EidosError(message)));
});
