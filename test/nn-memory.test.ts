// One memory for all a model does: evaluating, predicting and estimating share or leave alone what is trained,
// and nothing grows by doing it again.
import { suite, test } from 'node:test';
import assert from 'node:assert/strict';
import { averaged, dense, open, sequential, sgd } from '../src/index.ts';
import { classes, heaps, near, numbers, one, small } from './nn-kit.ts';

suite('one memory', () => {
  test('evaluation and prediction use the trained weights themselves', async () => {
    await using device = await one();
    const data = heaps(300);
    const model = sequential(
      dense(1000, { activation: 'tanh' }),
      dense(3, { activation: 'softmax' }),
    ).compile(classes(device));
    await model.fit(data);
    const { bytes } = device.stats();
    const { loss, accuracy } = await model.evaluate(data, { batchSize: 32 });
    // Examples and targets once more, a few numbers, and the last layer's kernel turned over, but not the 24 kB of weights.
    assert.ok(
      device.stats().bytes - bytes < 300 * 12 + 12_000 + 2048,
      `${device.stats().bytes - bytes} bytes`,
    );
    const { data: p, shape } = await model.predict(data.x, { batchSize: 64 });
    assert.deepEqual(shape, [300, 3]);
    const right = (i: number): number => p[3 * i + (data.y[i] ?? NaN)] ?? NaN;
    const logs = Array.from({ length: 300 }, (_, i) => -Math.log(right(i)));
    near([loss], [logs.reduce((a, b) => a + b) / 300], 1e-5);
    const hits = logs.filter((_, i) => right(i) === Math.max(...p.subarray(3 * i, 3 * i + 3))).length;
    near([accuracy ?? NaN], [hits / 300], 1e-6);
    await model.setWeights(
      (await model.getWeights()).map((w) => ({ ...w, data: new Float32Array(w.data.length) })),
    );
    near((await model.predict(data.x.subarray(0, 4))).data, Array<number>(6).fill(1 / 3), 1e-6);
    near([(await model.evaluate(data)).loss], [Math.log(3)], 1e-5);
  });

  test('nothing grows and nothing is compiled by doing it again', async () => {
    await using device = await one();
    const model = small().compile(classes(device));
    const data = heaps(40);
    const all = async (): Promise<void> => {
      await model.fit(data, { validationData: data });
      await model.evaluate(data);
      await model.predict(data.x);
      await model.trainOnBatch(data.x.subarray(0, 20), data.y.subarray(0, 10));
      await model.estimate(data);
    };
    await all();
    const { bytes, compiled, programs } = device.stats();
    for (let i = 0; i < 5; i++) await all();
    const after = device.stats();
    assert.deepEqual([after.bytes, after.programs], [bytes, programs]);
    assert.ok(after.compiled - compiled <= 5 * 40, 'only estimate() makes programs anew');
    await model.close();
    assert.equal(device.stats().programs, 0);
  });

  test('averaged weights are kept beside the others, and asked by name', async () => {
    await using device = await one();
    const data = heaps(90);
    const model = small().compile(classes(device, { optimizer: averaged(sgd({ learningRate: 0.5 }), 0.9) }));
    await model.fit(data, { epochs: 2 });
    const [latest, average] = [
      await model.evaluate(data),
      await model.evaluate(data, { weights: 'averaged' }),
    ];
    assert.ok(Math.abs(latest.loss - average.loss) > 1e-3);
    const { data: p } = await model.predict(data.x, { weights: 'averaged' });
    near([average.loss], [-data.y.reduce((sum, y, i) => sum + Math.log(p[3 * i + y] ?? NaN), 0) / 90], 1e-5);
    model.compile(classes(device));
    await assert.rejects(model.evaluate(data, { weights: 'averaged' }), {
      message: 'evaluate: there are no averaged weights; compile with optimizer: averaged(adam()) and train',
    });
  });

  test('compiling again keeps the weights, on another device too', async () => {
    await using device = await one();
    const data = heaps(60);
    const model = small().compile(classes(device));
    await model.fit(data);
    const before = await numbers(model);
    const scores = await model.evaluate(data);
    model.compile(classes(device, { optimizer: 'sgd', seed: 9 }));
    assert.deepEqual(await numbers(model), before);
    assert.deepEqual(await model.evaluate(data), scores);
    await using other = await open({ device: 'reference' });
    model.compile(classes(other));
    assert.deepEqual(await numbers(model), before);
    near([(await model.evaluate(data)).loss], [scores.loss], 1e-5);
    await model.fit(data);
    assert.notDeepEqual(await numbers(model), before);
  });

  test('an estimate trains nobody', async () => {
    for (const name of ['wasm', 'reference'] as const) {
      await using device = await open({ device: name, threads: 1 });
      const model = small().compile(classes(device));
      await model.fit(heaps(90));
      await model.estimate(heaps(90)); // scratch memory grows once
      const [before, { bytes, programs }] = [await numbers(model), device.stats()];
      const { seconds, steps, secondsPerStep, measured } = await model.estimate(heaps(90), { epochs: 2 });
      assert.deepEqual([steps, measured], [6, true]);
      assert.ok(secondsPerStep > 0 && secondsPerStep < 1 && Math.abs(seconds - 6 * secondsPerStep) < 1e-9);
      assert.deepEqual(
        [await numbers(model), device.stats().bytes, device.stats().programs],
        [before, bytes, programs],
      );
    }
  });

  test('what would take long is reckoned, not tried', async () => {
    await using device = await open({ device: 'reference' });
    const model = sequential(dense(1000), dense(3, { activation: 'softmax' })).compile(classes(device));
    const data = { x: new Float32Array(64 * 1000), y: new Int32Array(64), shape: [1000] };
    const began = performance.now();
    const { seconds, measured } = await model.estimate(data, { epochs: 100 });
    assert.equal(measured, false);
    assert.ok(
      seconds > 100 && performance.now() - began < 5000,
      `${seconds} s, told after ${performance.now() - began} ms`,
    );
  });

  test('the learning rate can be changed without compiling', async () => {
    await using device = await one();
    const model = small().compile(classes(device));
    await model.fit(heaps(60));
    const [before, { compiled }] = [await numbers(model), device.stats()];
    await model.setLearningRate(0);
    await model.fit(heaps(60));
    assert.deepEqual(await numbers(model), before);
    assert.equal(device.stats().compiled, compiled);
  });
});
