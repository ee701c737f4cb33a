// Examples that count more than others: losses and steps against the formula, sum of weight times loss over the
// number of examples (Keras 3's sum_over_batch_size), and the share of examples that is only judged.
import { suite, test } from 'node:test';
import assert from 'node:assert/strict';
import {
  dense,
  meanSquaredError,
  sequential,
  sgd,
  type Device,
  type Model,
  type Pairs,
  input,
  model as functional,
} from '../src/index.ts';
import { classes, heaps, near, numbers, one, small } from './nn-kit.ts';

/** y = w x with w = 1 at first. */
const line = (device: Device, learningRate = 0.1): Model =>
  sequential(dense(1, { useBias: false, kernelInitializer: 'ones' }))
    .build([1])
    .compile({
      loss: meanSquaredError(),
      metrics: ['meanAbsoluteError'],
      optimizer: sgd({ learningRate }),
      device,
    });

const points: Pairs = { x: Float32Array.of(1, 2, 3, 4), y: Float32Array.of(2, 2, 2, 2) };
const weights = [1, 0, 2, 0.5];
// Errors -1 0 1 2, squares 1 0 1 4.
const weighted = (1 * 1 + 0 + 2 * 1 + 0.5 * 4) / 4;
// d/dw of w_i (w x - y)^2 is 2 w_i x (w x - y).
const slope = (2 * (1 * 1 * -1 + 0 + 2 * 3 * 1 + 0.5 * 4 * 2)) / 4;

suite('sampleWeight', () => {
  test('weighs losses and gradients, not metrics', async () => {
    await using device = await one();
    const model = line(device);
    const scores = await model.evaluate(points, { sampleWeight: weights });
    near([scores.loss, scores.meanAbsoluteError ?? NaN], [weighted, 1], 1e-6);
    near([(await model.evaluate(points)).loss], [1.5], 1e-6);
    const history = await model.fit(points, { batchSize: 4, sampleWeight: weights, shuffle: false });
    near([history.epochs[0]?.loss ?? NaN], [weighted], 1e-6);
    near((await numbers(model))['dense/kernel'] ?? [], [1 - 0.1 * slope], 1e-6);
    const batch = line(device);
    near([(await batch.trainOnBatch(points.x, points.y, { sampleWeight: weights })).loss], [weighted], 1e-6);
    near((await numbers(batch))['dense/kernel'] ?? [], [1 - 0.1 * slope], 1e-6);
  });

  test('stays with its example when they are shuffled, and in the last batch', async () => {
    await using device = await one();
    const model = line(device, 0);
    const history = await model.fit(points, { batchSize: 3, epochs: 4, sampleWeight: weights });
    near(history.history['loss'] ?? [], [weighted, weighted, weighted, weighted], 1e-6);
    // The same program serves other weights, and none is not weights of 1 left over.
    near(
      (await model.fit(points, { batchSize: 3, sampleWeight: [0, 0, 0, 4] })).history['loss'] ?? [],
      [4],
      1e-6,
    );
    near((await model.fit(points, { batchSize: 3 })).history['loss'] ?? [], [1.5], 1e-6);
  });

  test('weighs other data too, and the share that is only judged', async () => {
    await using device = await one();
    const given = await line(device, 0).fit(points, { validationData: { ...points, sampleWeight: weights } });
    near([given.epochs[0]?.validation?.loss ?? NaN, given.epochs[0]?.loss ?? NaN], [weighted, 1.5], 1e-6);
    const split = await line(device, 0).fit(points, { validationSplit: 0.5, sampleWeight: weights });
    near(
      [split.history['valLoss']?.[0] ?? NaN, split.history['loss']?.[0] ?? NaN],
      [(2 + 2) / 2, 1 / 2],
      1e-6,
    );
  });
});

suite('classWeight', () => {
  test('is the weight of each example by its class, named or as a row', async () => {
    await using device = await one();
    const data = heaps(30);
    const bySample = small().compile(classes(device));
    const byClass = small().compile(classes(device));
    const sampleWeight = Array.from(data.y, (y) => [1, 3, 0.5][y] ?? NaN);
    const a = await bySample.fit(data, { sampleWeight });
    // Class 0 is not named: 1.
    const b = await byClass.fit(data, { classWeight: { 1: 3, 2: 0.5 } });
    assert.deepEqual(b.history, a.history);
    assert.deepEqual(await numbers(byClass), await numbers(bySample));
    const rows = Float32Array.from({ length: 90 }, (_, i) => (data.y[Math.floor(i / 3)] === i % 3 ? 1 : 0));
    const byRow = small().compile(classes(device, { loss: 'categoricalCrossentropy' }));
    const c = await byRow.fit({ ...data, y: rows }, { classWeight: { 1: 3, 2: 0.5 } });
    near(c.history['loss'] ?? [], a.history['loss'] ?? [], 1e-6);
  });

  test('does not weigh what is only judged', async () => {
    await using device = await one();
    const made = (): Model => small().compile(classes(device, { optimizer: sgd({ learningRate: 0 }) }));
    const plain = await made().fit(heaps(30), { validationSplit: 0.2 });
    const weighed = await made().fit(heaps(30), { validationSplit: 0.2, classWeight: { 0: 2, 1: 2, 2: 2 } });
    near(
      weighed.history['loss'] ?? [],
      (plain.history['loss'] ?? []).map((x) => 2 * x),
      1e-6,
    );
    assert.deepEqual(weighed.history['valLoss'], plain.history['valLoss']);
  });
});

suite('validationSplit', () => {
  test('takes the last examples before shuffling, as many as Keras, and says how many', async () => {
    await using device = await one();
    const data = heaps(50);
    const model = small().compile(classes(device, { optimizer: sgd({ learningRate: 0 }) }));
    const events: unknown[] = [];
    const history = await model.fit(data, {
      validationSplit: 0.3,
      validationBatchSize: 4,
      onEvent: ({ examples }) => events.push(examples),
    });
    // floor(50 (1 - 0.3)) = 35
    assert.deepEqual(history.examples, { training: 35, validation: 15 });
    assert.deepEqual(events[0], history.examples);
    const last = await model.evaluate({ x: data.x.slice(70), y: data.y.slice(35) });
    const first = await model.evaluate({ x: data.x.slice(0, 70), y: data.y.slice(0, 35) });
    near(
      [history.history['valLoss']?.[0] ?? NaN, history.history['valAccuracy']?.[0] ?? NaN],
      [last.loss, last.accuracy ?? NaN],
      1e-6,
    );
    near([history.history['loss']?.[0] ?? NaN], [first.loss], 1e-6);
    const both = await model.fit(data, { validationSplit: 0.3, validationData: heaps(10, 2) });
    assert.deepEqual(both.examples, { training: 50, validation: 10 });
  });

  test('of 60,000 by a tenth is 54,000 and 6,000', async () => {
    await using device = await one();
    const model = sequential(dense(2, { activation: 'softmax' })).compile(classes(device));
    const data = { x: new Float32Array(60_000), y: new Uint8Array(60_000), shape: [1] };
    const { examples } = await model.fit(data, { validationSplit: 0.1, batchSize: 4096 });
    assert.deepEqual(examples, { training: 54_000, validation: 6000 });
  });
});

suite('epochs by number', () => {
  test('initialEpoch counts epochs as done, stepsPerEpoch ends them early', async () => {
    await using device = await one();
    const model = small().compile(classes(device));
    const history = await model.fit(heaps(50), { epochs: 5, initialEpoch: 3 });
    assert.deepEqual(
      history.epochs.map(({ epoch }) => epoch),
      [4, 5],
    );
    const short = await model.fit(heaps(50), { epochs: 2, stepsPerEpoch: 3, batchSize: 20 });
    assert.deepEqual(
      short.epochs.map(({ step, steps }) => [step, steps]),
      [
        [3, 3],
        [3, 3],
      ],
    );
  });
});

suite('what does not fit', () => {
  test('is said with numbers and the way out', async () => {
    await using device = await one();
    const says = (job: Promise<unknown>, message: string): Promise<void> =>
      assert.rejects(job, { name: 'EidosError', message });
    const model = line(device);
    await says(
      model.fit(points, { sampleWeight: weights, classWeight: {} }),
      'fit: give sampleWeight or classWeight, not both; multiply them into one sampleWeight',
    );
    await says(
      model.fit(points, { sampleWeight: [1, 2] }),
      'fit: sampleWeight must be a number for each of 4 examples, got 2',
    );
    await says(
      model.evaluate(points, { sampleWeight: [1, NaN, 1, 1] }),
      'evaluate: sampleWeight must hold finite numbers, got NaN at example 1',
    );
    await says(
      model.fit(points, { classWeight: { 0: Infinity } }),
      'fit: classWeight must hold finite numbers, got Infinity for class 0',
    );
    await says(
      model.fit(points, { validationSplit: 1 }),
      'fit: validationSplit must be from 0 to less than 1, got 1',
    );
    await says(
      model.fit({ x: Float32Array.of(1), y: Float32Array.of(1) }, { validationSplit: 0.5 }),
      'fit: validationSplit 0.5 of 1 examples leaves 0 to learn from and 1 to judge; give more examples or another share',
    );
    const x = input([1]);
    const two = functional({ inputs: x, outputs: [dense(1)(x), dense(1)(x)] });
    two.compile({ loss: meanSquaredError(), device });
    await says(
      two.fit({ x: points.x, y: [new Float32Array(4), new Float32Array(4)] }, { classWeight: { 0: 2 } }),
      'fit: classWeight is for models with one output, got 2; use sampleWeight',
    );
    await says(
      model.fit(points, { initialEpoch: -1 }),
      'fit: initialEpoch must be a whole number from 0, got -1',
    );
    await says(
      model.fit(points, { stepsPerEpoch: 0 }),
      'fit: stepsPerEpoch must be a whole number from 1, got 0',
    );
  });
});
