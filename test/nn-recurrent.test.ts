// Recurrent layers against plain loops over time: masks, directions, first values, dropout; and that all sums of products in a step of training are contractions.
import assert from 'node:assert/strict';
import { after, suite, test } from 'node:test';
import { EidosError } from '../src/base/check.ts';
import { range } from '../src/base/shape.ts';
import { compile } from '../src/device/compile.ts';
import { grad } from '../src/grad.ts';
import type { Item } from '../src/kernel/kernel.ts';
import { printItems } from '../src/kernel/print.ts';
import { isTiled } from '../src/kernel/tile-contract.ts';
import { leakyRelu } from '../src/nn/activation.ts';
import { bidirectional } from '../src/nn/bidirectional.ts';
import { dense } from '../src/nn/dense.ts';
import { gru } from '../src/nn/gru.ts';
import { drawFrom, type Context, type Layer } from '../src/nn/layer.ts';
import { lstm } from '../src/nn/lstm.ts';
import { l2 } from '../src/nn/regularizer.ts';
import { simpleRnn } from '../src/nn/simple-rnn.ts';
import { timeDistributed } from '../src/nn/time-distributed.ts';
import { Tensor } from '../src/tensor.ts';
import { assertClose, values } from './helpers.ts';
import { at, type Numbers, type Weights } from './nn-loops.ts';
import { answering, openTwo, some, testLayers } from './nn-rows.ts';

const devices = await openTwo();
after(() => devices.close());

const [time, features, units] = [4, 3, 2];
const sigmoid = (x: number): number => 1 / (1 + Math.exp(-x));

/** One step of one example: new states of old ones, each [units]; the first is the output. */
type Step = (x: number[], states: number[][], w: Weights) => number[][];

/** Number `column` of v·matrix, from row `row` of the matrix on. */
const product = (v: readonly number[], w: Numbers | undefined, columns: number, column: number): number =>
  v.reduce((sum, x, i) => sum + x * at(w, i * columns + column), 0);

const simpleStep =
  (f: (x: number) => number): Step =>
  (x, [h = []], w) => [
    range(units).map((u) =>
      f(
        product(x, w['kernel'], units, u) +
          product(h, w['recurrentKernel'], units, u) +
          (w['bias'] ? at(w['bias'], u) : 0),
      ),
    ),
  ];

const lstmStep: Step = (x, [h = [], c = []], w) => {
  const sum = (gate: number, u: number): number => {
    const column = gate * units + u;
    const bias = w['bias'] ? at(w['bias'], column) : 0;
    return product(x, w['kernel'], 4 * units, column) + product(h, w['recurrentKernel'], 4 * units, column) + bias; // prettier-ignore
  };
  const next = range(units).map(
    (u) => sigmoid(sum(1, u)) * at(c, u) + sigmoid(sum(0, u)) * Math.tanh(sum(2, u)),
  );
  return [next.map((v, u) => sigmoid(sum(3, u)) * Math.tanh(v)), next];
};

const gruStep =
  (resetAfter: boolean): Step =>
  (x, [h = []], w) => {
    const n = 3 * units;
    const bias = (row: number, column: number): number =>
      w['bias'] && (resetAfter || row === 0) ? at(w['bias'], row * n + column) : 0;
    const input = (gate: number, u: number): number =>
      product(x, w['kernel'], n, gate * units + u) + bias(0, gate * units + u);
    const inner = (from: readonly number[], gate: number, u: number): number =>
      product(from, w['recurrentKernel'], n, gate * units + u) + bias(1, gate * units + u);
    const gate = (g: number): number[] => range(units).map((u) => sigmoid(input(g, u) + inner(h, g, u)));
    const [z, r] = [gate(0), gate(1)];
    const reset = h.map((v, u) => v * at(r, u));
    return [
      range(units).map((u) => {
        const recurrent = resetAfter ? at(r, u) * inner(h, 2, u) : inner(reset, 2, u);
        return at(z, u) * at(h, u) + (1 - at(z, u)) * Math.tanh(input(2, u) + recurrent);
      }),
    ];
  };

interface Way {
  readonly states?: number;
  readonly sequences?: boolean;
  readonly backwards?: boolean;
  /** Which steps count, for each example. */
  readonly mask?: readonly (readonly number[])[];
  /** The path of the parameters. */
  readonly path?: string;
}

/** The steps in turn, from states of 0; a step that does not count changes nothing. */
const loopBy =
  (step: Step, { states = 1, sequences = false, backwards = false, mask, path = '' }: Way = {}) =>
  (x: Numbers, all: Weights, n: number): number[] => {
    const w = Object.fromEntries(
      Object.entries(all).flatMap(([name, v]) =>
        name.startsWith(path) ? [[name.slice(path.length), v] as const] : [],
      ),
    );
    return range(n).flatMap((example) => {
      let now = range(states).map(() => range(units).map(() => 0));
      const seen: number[][] = [];
      for (const t of backwards ? range(time).reverse() : range(time)) {
        const start = (example * time + t) * features;
        if (mask?.[example]?.[t] !== 0) now = step(Array.from(x).slice(start, start + features), now, w);
        seen.push(now[0] ?? []);
      }
      return sequences ? seen.flat() : (now[0] ?? []);
    });
  };

const mask = [
  [1, 1, 0, 0],
  [0, 1, 0, 1],
  [1, 1, 1, 1],
];
const [flat, sequence] = [[units], [time, units]];
const takes = [time, features];

suite('recurrent layers', () => {
  testLayers(devices, {
    simpleRnn: {
      layer: simpleRnn(units),
      takes,
      gives: flat,
      params: 12,
      loops: loopBy(simpleStep(Math.tanh)),
    },
    'simpleRnn, leaky, no bias, all steps, backwards': {
      layer: simpleRnn(units, {
        activation: leakyRelu(0.5),
        useBias: false,
        returnSequences: true,
        goBackwards: true,
      }),
      takes,
      gives: sequence,
      params: 10,
      loops: loopBy(
        simpleStep((x) => (x > 0 ? x : x / 2)),
        { sequences: true, backwards: true },
      ),
      gradients: 'first',
    },
    lstm: {
      layer: lstm(units),
      takes,
      gives: flat,
      params: 48,
      loops: loopBy(lstmStep, { states: 2 }),
    },
    'lstm, all steps, a mask': {
      layer: lstm(units, { returnSequences: true }),
      takes,
      gives: sequence,
      params: 48,
      mask,
      loops: loopBy(lstmStep, { states: 2, sequences: true, mask }),
    },
    'lstm, no bias, backwards, a mask': {
      layer: lstm(units, { useBias: false, goBackwards: true }),
      takes,
      gives: flat,
      params: 40,
      mask,
      loops: loopBy(lstmStep, { states: 2, backwards: true, mask }),
      gradients: 'first',
    },
    gru: {
      layer: gru(units),
      takes,
      gives: flat,
      params: 42,
      loops: loopBy(gruStep(true)),
    },
    'gru, reset before, all steps': {
      layer: gru(units, { resetAfter: false, returnSequences: true }),
      takes,
      gives: sequence,
      params: 36,
      loops: loopBy(gruStep(false), { sequences: true }),
    },
    'gru, no bias, a mask': {
      layer: gru(units, { useBias: false }),
      takes,
      gives: flat,
      params: 30,
      mask,
      loops: loopBy(gruStep(true), { mask }),
      gradients: 'first',
    },
    'bidirectional gru': {
      layer: bidirectional(gru(units)),
      takes,
      gives: [2 * units],
      params: 84,
      loops: (x, w, n) => {
        const there = loopBy(gruStep(true), { path: 'forward/' })(x, w, n);
        const back = loopBy(gruStep(true), { path: 'backward/', backwards: true })(x, w, n);
        return range(n).flatMap((i) => [there, back].flatMap((y) => y.slice(i * units, (i + 1) * units)));
      },
      gradients: 'first',
    },
    'bidirectional simpleRnn, the mean of all steps, a mask': {
      layer: bidirectional(simpleRnn(units, { returnSequences: true }), { mergeMode: 'ave' }),
      takes,
      gives: sequence,
      params: 24,
      mask,
      loops: (x, w, n) => {
        const [there, back] = ['forward/', 'backward/'].map((path, backwards) =>
          loopBy(simpleStep(Math.tanh), { path, mask, sequences: true, backwards: backwards === 1 })(x, w, n),
        );
        return range(n * time * units).map((i) => {
          const [example, t, u] = [Math.floor(i / time / units), Math.floor(i / units) % time, i % units];
          const mirrored = (example * time + time - 1 - t) * units + u;
          return mask[example]?.[t] === 0 ? 0 : (at(there, i) + at(back, mirrored)) / 2;
        });
      },
      gradients: 'first',
    },
  });

  test('what a mask, dropout and a regularizer do is not lost on the way', async () => {
    const mask = Tensor.from([1, 0, 1, 1], [1, 4]).greater(0.5);
    const x = Tensor.from(some(12, 0.1), [1, 4, 3]);
    const of = (layer: Layer): ReturnType<Layer['apply']> =>
      layer.apply(layer.build([4, 3], drawFrom(1)), x, { ...answering, mask });
    assert.equal(of(lstm(2, { returnSequences: true })).mask, mask);
    assert.equal(of(lstm(2)).mask, undefined);
    assert.equal(of(timeDistributed(dense(2))).mask, mask);
    assert.equal(of(bidirectional(gru(2))).mask, undefined);
    assert.equal(of(bidirectional(gru(2, { returnSequences: true }))).mask, mask);
    const mirrored = of(gru(2, { returnSequences: true, goBackwards: true })).mask;
    assert.deepEqual([...(await values(devices.reference, [mirrored!]))[0]!], [1, 1, 0, 1]);
    const layer = bidirectional(simpleRnn(2, { kernelRegularizer: l2(0.1), recurrentRegularizer: l2(1) }));
    const held = layer.build([4, 3], drawFrom(1));
    const { penalty } = layer.apply(held, x, answering);
    const weights = Object.values(held.params).flatMap((way) => Object.entries(way));
    const wanted = weights.flatMap(([name, w]) =>
      name === 'bias'
        ? []
        : [
            (w as Tensor)
              .mul(w as Tensor)
              .sum()
              .mul(name === 'kernel' ? 0.1 : 1),
          ],
    );
    const [got, want] = await values(devices.reference, [penalty!, wanted.reduce((a, b) => a.add(b))]);
    assertClose(got!, want!);
  });

  test('states: asked for, and given to begin with, two halves of a sequence are the whole', async () => {
    for (const [name, layer, parts] of [
      ['simpleRnn', simpleRnn(units, { returnState: true }), 2],
      ['lstm', lstm(units, { returnState: true, returnSequences: true }), 3],
      ['gru', gru(units, { returnState: true, returnSequences: true }), 2],
    ] as const) {
      const built = layer.lists.build([[null, features]], drawFrom(1));
      assert.deepEqual(built.shapes, [name === 'simpleRnn' ? [units] : [null, units], ...range(parts - 1).map(() => [units])]); // prettier-ignore
      const x = Tensor.from(some(2 * 4 * features, 0.3), [2, 4, features]);
      const run = (...xs: Tensor[]) => layer.lists.apply(built, xs, answering).ys;
      const whole = run(x);
      const half = (from: number): Tensor => x.crop([[0, 0], [from, 2 - from], [0, 0]]); // prettier-ignore
      const [, ...states] = run(half(0));
      const rest = run(half(2), ...states);
      assert.equal(rest.length, parts);
      const wanted = name === 'simpleRnn' ? whole : [whole[0]!.crop([[0, 0], [2, 0], [0, 0]]), ...whole.slice(1)]; // prettier-ignore
      const found = await values(devices.compiled[0]!, [...rest, ...wanted]);
      found.slice(0, parts).forEach((v, i) => assertClose(v, found[parts + i]!, { what: `${name} ${i}` }));
    }
  });

  test('first values are in place: orthogonal between steps, 1 for the forget gate', async () => {
    const read = async (layer: Layer): Promise<Record<string, number[]>> => {
      const tensors = layer.build([5, 3], drawFrom(1)).params as Record<string, Tensor>;
      const found = await values(devices.reference, Object.values(tensors));
      return Object.fromEntries(Object.keys(tensors).map((name, i) => [name, [...found[i]!]]));
    };
    const first = await read(lstm(3));
    assert.deepEqual(first['bias'], [0, 0, 0, 1, 1, 1, 0, 0, 0, 0, 0, 0]);
    assert.deepEqual((await read(lstm(3, { unitForgetBias: false, biasInitializer: 'ones' })))['bias'], Array<number>(12).fill(1)); // prettier-ignore
    assert.deepEqual((await read(gru(3)))['bias'], Array<number>(18).fill(0));
    const rows = range(3).map((i) => first['recurrentKernel']!.slice(12 * i, 12 * i + 12));
    const inner = rows.flatMap((a) => rows.map((b) => a.reduce((sum, v, i) => sum + v * at(b, i), 0)));
    assertClose(inner, [1, 0, 0, 0, 1, 0, 0, 0, 1]);
    const limit = Math.sqrt(6 / (3 + 12));
    const largest = Math.max(...first['kernel']!.map(Math.abs));
    assert.ok(largest <= limit && largest > 0.8 * limit);
  });

  test('dropout while training: the same features and units at every step', async () => {
    const names: string[] = [];
    // Drops the second feature, and the second unit on its way to the next step.
    const training: Context = {
      training: true,
      uniform: (like, name) => (names.push(name), like.iota(1).equal(1).to('f32').neg().add(1).mul(0.5)),
    };
    const layer = simpleRnn(2, { dropout: 0.5, recurrentDropout: 0.25, returnSequences: true });
    const x = some(24, 0.3);
    const weights: Weights = { kernel: some(6, 1), recurrentKernel: some(4, 2), bias: some(2, 3) };
    const params = {
      kernel: Tensor.from(some(6, 1), [3, 2]),
      recurrentKernel: Tensor.from(some(4, 2), [2, 2]),
      bias: Tensor.from(some(2, 3)),
    };
    const { y } = layer.apply({ params, state: {} }, Tensor.from(x, [2, 4, 3]), training);
    const step: Step = (row, [h = []], w) =>
      simpleStep(Math.tanh)(
        row.map((v, i) => (i === 1 ? 0 : 2 * v)),
        [h.map((v, i) => (i === 1 ? 0 : v / 0.75))],
        w,
      );
    for (const device of devices.all)
      assertClose((await values(device, [y]))[0]!, loopBy(step, { sequences: true })(x, weights, 2));
    assert.deepEqual(names, ['dropout', 'recurrentDropout']);
    bidirectional(layer).apply(
      { params: { forward: params, backward: params }, state: {} },
      Tensor.from(x, [2, 4, 3]),
      training,
    );
    assert.deepEqual(names.slice(2), [
      'forward/dropout',
      'forward/recurrentDropout',
      'backward/dropout',
      'backward/recurrentDropout',
    ]);
  });
});

suite('recurrent layers: the program of a training step', () => {
  const flat = (items: readonly Item[]): Item[] =>
    items.flatMap((i) => (i.kind === 'scan' ? flat(i.items) : [i]));
  /** What is computed for the gradients of a sum over outputs. */
  const itemsOf = (layer: Layer, steps: number): Item[] => {
    const { params } = layer.build([steps, 8], drawFrom(1)) as { params: Record<string, Tensor> };
    const x = Tensor.from(some(32 * steps * 8, 0.2), [32, steps, 8]);
    const { y } = layer.apply({ params, state: {} }, x, answering);
    const gradients = grad(y.mul(y).sum(), [x, ...Object.values(params)]);
    const outputs = Object.fromEntries(gradients.map((g, i) => [`g${i}`, g]));
    return flat(compile('test', () => ({ outputs }), {}).items);
  };
  // Forwards the two products of a step, of which only the second is in the loop; backwards the second again, and
  // the gradients of both by their operands.
  const cells: Readonly<Record<string, readonly [Layer, number]>> = {
    simpleRnn: [simpleRnn(16), 2 + 1 + 4],
    lstm: [lstm(16), 2 + 1 + 4],
    gru: [gru(16), 2 + 1 + 4],
    'gru, reset before': [gru(16, { resetAfter: false }), 3 + 2 + 6],
  };
  for (const [name, [layer, products]] of Object.entries(cells))
    test(`${name}: every product is a tiled contraction, and more steps are no more program`, () => {
      const items = itemsOf(layer, 50);
      const contractions = items.filter((i) => i.kind === 'contract');
      assert.equal(contractions.length, products);
      for (const lanes of [4, 8, 16] as const)
        for (const k of contractions) assert.ok(isTiled(k, { lanes, registers: 16, fma: true }));
      assert.doesNotMatch(printItems(items), /sum\{[^}]*\}\(mul/);
      assert.equal(items.length, itemsOf(layer, 5).length);
    });
});

suite('recurrent layers: errors', () => {
  const build = (layer: Layer, ...shape: number[]) => layer.build(shape, drawFrom(1));
  const cases: Record<string, () => unknown> = {
    'lstm(0): units must be a whole number from 1, got 0': () => lstm(0),
    'gru(2): needs sequences [time, features], got [3] per example': () => build(gru(2), 3),
    'gru(2): the number of features must be known, got [4, null] per example': () =>
      gru(2).lists.build([[4, null]], drawFrom(1)),
    'lstm(2): begins with 2 states, or with none for zeros, got 1': () =>
      lstm(2).lists.build([[4, 3], [2]], drawFrom(1)),
    'lstm(2): its states are [2] per example, got [3]': () =>
      lstm(2).lists.build([[4, 3], [2], [3]], drawFrom(1)),
    'simpleRnn(2): dropout must be from 0 to less than 1, got 1': () => simpleRnn(2, { dropout: 1 }),
    'simpleRnn(2): recurrentDropout must be from 0 to less than 1, got -1': () =>
      simpleRnn(2, { recurrentDropout: -1 }),
    'bidirectional(lstm): mergeMode must be one of concat, sum, mul, ave, got "mean"': () =>
      bidirectional(lstm(2), { mergeMode: 'mean' as 'ave' }),
    'bidirectional(lstm): needs sequences [time, features], got [3] per example': () =>
      build(bidirectional(lstm(2)), 3),
  };
  for (const [message, call] of Object.entries(cases))
    test(message, () => assert.throws(call, new EidosError(message)));
});
