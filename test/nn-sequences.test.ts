// Layers around recurrent ones: vectors of numbers, steps that do not count, a layer at every step.
import assert from 'node:assert/strict';
import { after, suite, test } from 'node:test';
import { EidosError } from '../src/base/check.ts';
import { range } from '../src/base/shape.ts';
import { batchNorm } from '../src/nn/batch-norm.ts';
import { bidirectional } from '../src/nn/bidirectional.ts';
import { dense } from '../src/nn/dense.ts';
import { dropout } from '../src/nn/dropout.ts';
import { embedding } from '../src/nn/embedding.ts';
import { model } from '../src/nn/functional.ts';
import { gru } from '../src/nn/gru.ts';
import { drawFrom, type Layer } from '../src/nn/layer.ts';
import { lstm } from '../src/nn/lstm.ts';
import { masking } from '../src/nn/masking.ts';
import type { Model } from '../src/nn/model.ts';
import { adam } from '../src/nn/optimizer.ts';
import { l2 } from '../src/nn/regularizer.ts';
import { sequential } from '../src/nn/sequential.ts';
import { input } from '../src/nn/symbolic.ts';
import { timeDistributed } from '../src/nn/time-distributed.ts';
import { Tensor } from '../src/tensor.ts';
import { assertClose, values } from './helpers.ts';
import { at, denseBy } from './nn-loops.ts';
import { answering, openTwo, testLayers } from './nn-rows.ts';

const devices = await openTwo();
after(() => devices.close());

const [time, features] = [5, 3];

const onWasm = (net: Model): Model => net.compile({ loss: 'meanSquaredError', device: devices.compiled[0]! });

suite('layers of sequences', () => {
  testLayers(devices, {
    'timeDistributed dense': {
      layer: timeDistributed(dense(2, { activation: 'tanh' })),
      takes: [time, features],
      gives: [time, 2],
      params: 8,
      loops: (x, w, n) =>
        range(n * time).flatMap((i) =>
          denseBy(features, 2, Math.tanh)(Array.from(x).slice(i * features, (i + 1) * features), w),
        ),
    },
    embedding: {
      layer: embedding(5, 3),
      takes: [4],
      gives: [4, 3],
      params: 15,
      below: 5,
      loops: (x, w) => Array.from(x).flatMap((i) => range(3).map((j) => at(w['embeddings'], 3 * i + j))),
    },
  });

  test('masking: steps of maskValue become zeros and do not count', async () => {
    const layer = masking(7);
    assert.deepEqual(layer.build([3, 2], drawFrom(1)).shape, [3, 2]);
    const x = Tensor.from([7, 7, 7, 1, 0, 0], [1, 3, 2]);
    const { y, mask } = layer.apply({ params: {}, state: {} }, x, answering);
    for (const device of devices.all) {
      const [out, counts] = await values(device, [y, mask!]);
      assert.deepEqual([...out!], [0, 0, 7, 1, 0, 0]);
      assert.deepEqual([...counts!], [0, 1, 1]);
    }
  });

  test('embedding: 0 does not count with maskZero; numbers outside have vectors of zeros', async () => {
    const table = Tensor.from([1, 2, 3, 4], [2, 2]);
    const x = Tensor.from(Int32Array.of(1, 0, 2, -1), [2, 2]);
    const of = (layer: ReturnType<typeof embedding>) =>
      layer.apply({ params: { embeddings: table }, state: {} }, x, answering);
    const { y, mask } = of(embedding(2, 2, { maskZero: true }));
    for (const device of devices.all) {
      const [out, counts] = await values(device, [y, mask!]);
      assert.deepEqual([...out!], [3, 4, 1, 2, 0, 0, 0, 0]);
      assert.deepEqual([...counts!], [1, 0, 1, 1]);
    }
    assert.equal(of(embedding(2, 2)).mask, undefined);
    const { penalty } = of(embedding(2, 2, { embeddingsRegularizer: l2(0.5) }));
    assertClose((await values(devices.reference, [penalty!]))[0]!, [15]);
    const first = embedding(50, 2).build([3], drawFrom(1)).params.embeddings;
    const [numbers] = await values(devices.reference, [first]);
    assert.ok(numbers!.every((v) => Math.abs(v) <= 0.05) && Math.max(...numbers!) > 0.045);
  });

  test('a model of numbers of words: a filled-up sequence is the short one, at any length', async () => {
    const words = input([null], { dtype: 'i32' });
    const hidden = lstm(4, { returnSequences: true })(embedding(6, 3, { maskZero: true })(words));
    const net = onWasm(model({ inputs: words, outputs: dense(2)(gru(3)(hidden)) }));
    assert.deepEqual(net.outputShapes, [[2]]);
    const answer = async (...numbers: number[]): Promise<ArrayLike<number>> =>
      (await net.predict({ x: Int32Array.from(numbers), shape: [numbers.length] })).data;
    const short = await answer(3, 1, 5);
    assertClose(await answer(3, 0, 1, 5, 0, 0), short);
    const other = await answer(3, 2, 1, 5, 0, 0);
    assert.ok(Math.abs(at(other, 0) - at(short, 0)) > 1e-4);
  });

  test('a model in which one sequence is read where another ended', async () => {
    const [x, y] = [input([null, 2]), input([3, 1])];
    const [, h, c] = lstm(4, { returnState: true })(x);
    const net = onWasm(model({ inputs: [x, y], outputs: dense(1)(lstm(4)([y, h!, c!])) }));
    const answer = async (...numbers: number[]): Promise<number> => {
      const data = [Float32Array.from(numbers), Float32Array.of(1, 2, 3)];
      const answers = await net.predict({ x: data, shape: [[numbers.length / 2, 2], [3, 1]] }); // prettier-ignore
      return at(answers.data, 0);
    };
    assert.ok(Math.abs((await answer(1, 2, 3, 4)) - (await answer(1, 2, 3, 4, -5, 6))) > 1e-4);
  });

  test('training: whether the last step is the first again', async () => {
    // The 64 numbers of six binary digits.
    const x = Float32Array.from({ length: 64 * 6 }, (_, i) => (Math.floor(i / 6) >> (i % 6)) & 1);
    const y = Float32Array.from({ length: 64 }, (_, i) => Number(at(x, 6 * i) === at(x, 6 * i + 5)));
    const net = sequential(bidirectional(gru(8)), batchNorm(), dense(1, { activation: 'sigmoid' }));
    net.build([6, 1]).compile({
      loss: 'binaryCrossentropy',
      optimizer: adam({ learningRate: 0.02 }),
      metrics: ['accuracy'],
      device: devices.compiled[0]!,
    });
    await net.fit({ x, y }, { epochs: 60, batchSize: 16 });
    assert.equal((await net.evaluate({ x, y })).accuracy, 1);
  });

  test('over a model in a model: weights that would have to have two sizes are refused, state beside them or not', () => {
    const inner = sequential(sequential(dense(3), batchNorm(), { name: 'inner' }), { name: 'outer' });
    const over = timeDistributed(inner);
    const [a, b] = [input([5, 2]), input([5, 4])];
    over(a);
    assert.throws(
      () => model({ inputs: [a, b], outputs: [over(a), over(b)] }),
      new EidosError(
        'time_distributed: is used twice, and its inner/dense/kernel would be [2, 3] here and [4, 3] there; make a layer for each',
      ),
    );
    assert.throws(
      () => timeDistributed(inner).lists.build([[5, null]], drawFrom(1)),
      new EidosError(
        'time_distributed: its inner/dense/kernel would depend on a size that is open in [5, null]; fix that size, or take one step or a mean over it before',
      ),
    );
  });

  test('errors', () => {
    const build = (layer: Layer, ...shape: number[]) => layer.build(shape, drawFrom(1));
    const cases: Record<string, () => unknown> = {
      'embedding(0, 2): inputDim must be a whole number from 1, got 0': () => embedding(0, 2),
      'embedding(3, 1.5): outputDim must be a whole number from 1, got 1.5': () => embedding(3, 1.5),
      "embedding(3, 2): needs whole numbers, got f32; give an Int32Array, or make the input with dtype: 'i32'":
        () =>
          embedding(3, 2).apply(
            { params: { embeddings: Tensor.fill(0, [3, 2]) }, state: {} },
            Tensor.from([1]),
            answering,
          ),
      'masking(0): needs sequences [time, features], got [3] per example': () => build(masking(), 3),
      'timeDistributed(dropout): needs sequences [time, ...], got [3] per example': () =>
        build(timeDistributed(dropout(0.5)), 3),
    };
    for (const [message, call] of Object.entries(cases)) assert.throws(call, new EidosError(message));
  });
});
