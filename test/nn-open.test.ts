// Sizes that differ from batch to batch: one set of weights for every length, a program for each that is in use,
// masks that go on with a sequence, and layers that need to know a size.
import { suite, test } from 'node:test';
import assert from 'node:assert/strict';
import {
  conv2d,
  dense,
  flatten,
  input,
  model,
  reshape,
  sequential,
  sgd,
  Tensor,
  type Model,
} from '../src/index.ts';
import { embedding } from '../src/nn/embedding.ts';
import { stateless, unary } from '../src/nn/layer.ts';
import { masking } from '../src/nn/masking.ts';
import { concatenate } from '../src/nn/merge.ts';
import { globalAveragePool2d } from '../src/nn/pool2d.ts';
import { simpleRnn } from '../src/nn/simple-rnn.ts';
import { near, numbers, one } from './nn-kit.ts';

const some = (n: number): Float32Array => Float32Array.from({ length: n }, (_, i) => Math.sin(7.7 * (i + 1)));

/** y = tanh(x kernel + h recurrentKernel + bias), step by step from h = 0. */
function rnnBy(x: Float32Array, w: Record<string, number[]>, units: number): number[] {
  let h = Array<number>(units).fill(0);
  for (const value of x)
    h = h.map((_, u) => {
      const back = h.reduce(
        (sum, v, i) => sum + v * (w['simple_rnn/recurrentKernel']?.[i * units + u] ?? NaN),
        0,
      );
      const sum = value * (w['simple_rnn/kernel']?.[u] ?? NaN) + back + (w['simple_rnn/bias']?.[u] ?? NaN);
      return Math.tanh(sum);
    });
  return h;
}

suite('open sizes', () => {
  test('one set of weights answers for sequences of any length', async () => {
    await using device = await one();
    const net = sequential(simpleRnn(3)).build([null, 1]).compile({ loss: 'mse', device });
    assert.deepEqual([net.inputShapes, net.outputShapes], [[[null, 1]], [[3]]]);
    const w = await numbers(net);
    for (const time of [4, 9, 1]) {
      const x = some(2 * time);
      const { data, shape } = await net.predict({ x, shape: [time, 1] });
      assert.deepEqual(shape, [2, 3]);
      near(data, [...rnnBy(x.subarray(0, time), w, 3), ...rnnBy(x.subarray(time), w, 3)]);
    }
    assert.deepEqual(await numbers(net), w);
  });

  test('it learns from lengths in turn, and judges them', async () => {
    await using device = await one();
    const x = input([null, 1]);
    const net = model({ inputs: x, outputs: dense(1)(simpleRnn(4, { returnSequences: true })(x)) });
    net.compile({ optimizer: sgd({ learningRate: 0.1 }), loss: 'mse', device });
    assert.deepEqual(net.outputShapes, [[null, 1]]);
    const before = (await net.evaluate({ x: some(20), y: some(20), shape: [5, 1] })).loss;
    for (let i = 0; i < 20; i++)
      for (const time of [3, 5])
        await net.trainOnBatch({ x: some(4 * time), shape: [time, 1] }, some(4 * time));
    await net.fit({ x: some(20), y: some(20), shape: [5, 1] }, { batchSize: 4 });
    await net.fit({ x: some(24), y: some(24), shape: [6, 1] }, { batchSize: 4 });
    assert.ok((await net.evaluate({ x: some(20), y: some(20), shape: [5, 1] })).loss < before);
  });

  test('programs are kept for the lengths last used, and no more of them', async () => {
    await using device = await one();
    const net = sequential(simpleRnn(2)).build([null, 1]).compile({ loss: 'mse', device });
    const ask = (time: number): Promise<unknown> => net.predict({ x: some(time), shape: [time, 1] });
    const compile = device.compile.bind(device);
    let made = 0;
    device.compile = (...args) => (made++, compile(...args));
    for (let time = 1; time <= 12; time++) await ask(time);
    assert.deepEqual([device.stats().programs, made], [8, 12]);
    for (let time = 5; time <= 12; time++) await ask(time);
    assert.equal(made, 12);
    // 5 was just used, so that 6 makes room for 13.
    for (const time of [5, 13, 5]) await ask(time);
    assert.equal(made, 13);
    await ask(6);
    assert.equal(made, 14);
    await Promise.all([1, 2, 3, 4, 5, 6, 7, 8, 9, 10].map(ask));
    assert.equal(device.stats().programs, 8);
    await net.close();
    assert.equal(device.stats().programs, 0);
  });

  test('pictures of any size, joined along an open axis', async () => {
    await using device = await one();
    const x = input([null, null, 1]);
    const h = conv2d(2, 3, { padding: 'same' })(x);
    const both = concatenate({ axis: 1 })([h, conv2d(2, 1)(x)]);
    const net = model({ inputs: x, outputs: dense(1)(globalAveragePool2d()(both)) });
    net.compile({ loss: 'mse', device });
    assert.deepEqual(h.shape, [null, null, 2]);
    for (const [rows, columns] of [[4, 5], [6, 3]] as const)
      assert.deepEqual(
        (await net.predict({ x: some(rows * columns), shape: [rows, columns, 1] })).shape,
        [1, 1],
      ); // prettier-ignore
    assert.match(net.summary(), /input_layer \(InputLayer\) +│ \(None, None, None, 1\)/);
    assert.doesNotMatch(net.summary(), /Operations/);
    const { operationsPerExample } = await net.cost({ batchSize: 2, shape: [4, 5, 1] });
    assert.equal(operationsPerExample, 2 * (4 * 5 * 9 * 2 + 4 * 5 * 2 + 2));
  });

  test('what needs to know a size says so where the model is made', () => {
    const says = (make: () => unknown, message: string): void =>
      assert.throws(make, { name: 'EidosError', message });
    says(
      () => sequential(flatten(), dense(2)).build([null, 3]),
      'dense: its kernel would depend on a size that is open in [null]; fix that size, or take one step or a mean over it before',
    );
    says(
      () => sequential(reshape([5, 3])).build([null, 3]),
      'reshape([5, 3]): [48, 3] per example has 144 numbers, which do not fill it (reshape was given [null, 3], and tried with 48 for null)',
    );
    const odd = stateless(
      { name: 'odd', kind: 'Odd' },
      (shape) => ((shape[0] ?? 0) > 50 ? [1, 2] : [1]),
      (x) => x,
    );
    says(() => odd(input([null])), 'odd: gives [1] or [1, 2] for [null]; fix the open size');
    assert.deepEqual(flatten()(input([null, 3])).shape, [null]);
  });

  test('data must say how long its examples are', async () => {
    await using device = await one();
    const net: Model = sequential(simpleRnn(2)).build([null, 1]).compile({ loss: 'mse', device });
    const refuses = (job: Promise<unknown>, message: string): Promise<void> =>
      assert.rejects(job, { name: 'EidosError', message });
    await refuses(
      net.predict(some(4)),
      'predict: the model takes [null, 1] per example; give the shape of these as { x, shape }',
    );
    await refuses(
      net.predict({ x: some(4), shape: [2, 2] }),
      'predict: the model takes [null, 1] per example, got [2, 2]',
    );
    assert.throws(() => net.build([4, 1]), {
      message: 'build: the model takes [null, 1] per example, got [4, 1]; make another model',
    });
  });
});

suite('masks', () => {
  /** What it is told of its input, as outputs: 1 where a step counts, 2 everywhere if nobody said. */
  const told = unary({
    name: 'told',
    kind: 'Told',
    build: (shape) => ({ params: {}, state: {}, shape: [shape[0] ?? 1] }),
    apply: (_, x, { mask }) => ({
      y: mask ? mask.to('f32') : (x.rank > 2 ? x.mean(-1) : x).mul(0).add(2),
      state: {},
    }),
  });
  const asked = async (net: Model, shape: readonly number[], x: readonly number[]): Promise<number[]> => {
    await using device = await one();
    net.compile({ loss: 'mse', device });
    return [...(await net.predict({ x: Float32Array.from(x), shape })).data];
  };

  test('go on with layers that keep the time axis, and end where it ends', async () => {
    const x = [1, 1, 0, 0, 3, 0];
    const through = sequential(masking(), dense(4), told);
    assert.deepEqual(await asked(through, [3, 2], x), [1, 0, 1]);
    assert.deepEqual(await asked(sequential(masking(), flatten(), told), [3, 2], x), [2, 2, 2, 2, 2, 2]);
    assert.deepEqual(await asked(sequential(masking(), flatten(), told), [3, 1], [1, 0, 3]), [2, 2, 2]);
    const shorter = sequential(masking(), reshape([2, 3]), told);
    assert.deepEqual(await asked(shorter, [3, 2], x), [2, 2]);
    assert.deepEqual(await asked(sequential(told), [3, 2], x), [2, 2, 2]);
  });

  test('go into nested models, and of several inputs a step counts if it does in any', async () => {
    const x = input([3, 2]);
    const inner = sequential({ name: 'inner' }, dense(2), told);
    const one = masking()(x);
    const nested = model({ inputs: x, outputs: inner(one) });
    assert.deepEqual(await asked(nested, [3, 2], [1, 1, 0, 0, 3, 0]), [1, 0, 1]);
    const other = masking(5)(x);
    const net = model({ inputs: x, outputs: told(concatenate()([one, other])) });
    assert.deepEqual(await asked(net, [3, 2], [5, 5, 0, 0, 0, 1]), [1, 1, 1]);
    const joined = model({ inputs: x, outputs: told(concatenate()([one, one])) });
    assert.deepEqual(await asked(joined, [3, 2], [5, 5, 0, 0, 0, 1]), [1, 0, 1]);
  });

  test('a padded sequence answers as the short one', async () => {
    await using device = await one();
    const net = sequential(embedding(5, 3, { maskZero: true }), simpleRnn(4)).build([null]);
    net.compile({ loss: 'mse', device });
    const short = await net.predict({ x: Int32Array.of(1, 4), shape: [2] });
    const padded = await net.predict({ x: Int32Array.of(1, 4, 0, 0, 0), shape: [5] });
    near(padded.data, short.data, 1e-6);
    assert.ok(Tensor.from(short.data).shape[0] === 4);
  });
});
