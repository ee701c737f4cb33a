// Training as users meet it: what it learns, what it tells meanwhile, stopping and going on, the last small
// batch, and what is refused. What is shared with evaluating and predicting is in nn-memory.test.ts.
import { suite, test } from 'node:test';
import assert from 'node:assert/strict';
import { setTimeout as wait } from 'node:timers/promises';
import { uniform } from '../src/base/rng.ts';
import {
  adam,
  dense,
  dropout,
  flatten,
  meanSquaredError,
  open,
  sequential,
  sgd,
  type Model,
  type Pairs,
  type Progress,
  type Scores,
} from '../src/index.ts';
import { classes, heaps, near, numbers, one, small } from './nn-kit.ts';

suite('fit', () => {
  test('learns, and tells how far it is in plain events', async () => {
    await using device = await one();
    const model = small().compile(classes(device, { optimizer: adam({ learningRate: 0.02 }) }));
    const events: Progress[] = [];
    const history = await model.fit(heaps(300), {
      epochs: 4,
      validationData: heaps(90, 2),
      onEvent: (event) => events.push(event),
    });
    assert.deepEqual(structuredClone(events), events);
    assert.equal(history.stopped, false);
    assert.deepEqual(
      history.epochs,
      events.filter((e) => e.kind === 'epoch'),
    );
    assert.deepEqual(
      history.epochs.map((e) => [e.epoch, e.epochs, e.step, e.steps]),
      [1, 2, 3, 4].map((epoch) => [epoch, 4, 10, 10]),
    );
    for (const [i, event] of events.entries()) {
      const next = events[i + 1];
      assert.ok(event.loss > 0 && event.seconds > 0 && (event.secondsLeft > 0 || event.epoch === 4));
      if (next?.epoch === event.epoch) assert.ok(next.step >= event.step);
      else assert.equal(event.kind, 'epoch');
    }
    const [first, last] = [history.epochs[0], history.epochs[3]];
    assert.ok((last?.loss ?? NaN) < 0.7 * (first?.loss ?? NaN));
    assert.ok((last?.metrics.accuracy ?? NaN) > 0.9);
    const { loss, accuracy } = await model.evaluate(heaps(90, 2));
    assert.deepEqual(last?.validation, { loss, accuracy });
  });

  test('the last, smaller batch is a batch of its size, and needs no program of its own', async () => {
    await using device = await one();
    const data = heaps(70);
    const [whole, parts] = [0, 1].map(() =>
      small().compile(classes(device, { optimizer: sgd({ learningRate: 0.1 }) })),
    ) as [Model, Model];
    const before = device.stats().programs;
    const history = await whole.fit(data, { shuffle: false });
    assert.equal(device.stats().programs - before, 1);
    const scores: Scores[] = [];
    for (const [from, to] of [
      [0, 32],
      [32, 64],
      [64, 70],
    ] as const)
      scores.push(
        await parts.trainOnBatch(
          { images: data.x.slice(2 * from, 2 * to), shape: [2], count: to - from },
          data.y.slice(from, to),
        ),
      );
    const [a, b] = [await numbers(whole), await numbers(parts)];
    for (const name of Object.keys(a)) near(a[name] ?? [], b[name] ?? [], 1e-6);
    const mean = (of: 'loss' | 'accuracy'): number =>
      scores.reduce((sum, s, i) => sum + (s[of] ?? NaN) * [32, 32, 6][i]!, 0) / 70;
    near(
      [history.epochs[0]?.loss ?? NaN, history.epochs[0]?.metrics.accuracy ?? NaN],
      [mean('loss'), mean('accuracy')],
      1e-6,
    );
    const kept = device.stats();
    await whole.fit(data);
    assert.deepEqual(device.stats(), kept);
  });

  test('the same seed gives the same bits, in one go or two; another seed gives others', async () => {
    await using device = await one();
    const trained = async (epochs: readonly number[], seed: number): Promise<unknown> => {
      const model = sequential(
        dense(8, { activation: 'relu' }),
        dropout(0.3),
        dense(3, { activation: 'softmax' }),
      );
      model.compile(classes(device, { seed }));
      for (const n of epochs) await model.fit(heaps(50), { epochs: n });
      return numbers(model);
    };
    const first = await trained([3], 7);
    assert.deepEqual(await trained([3], 7), first);
    assert.deepEqual(await trained([1, 2], 7), first);
    assert.notDeepEqual(await trained([3], 8), first);
  });

  test('the reference device and wasm agree on what is learned', async () => {
    const results = [];
    for (const name of ['reference', 'wasm'] as const) {
      await using device = await open({ device: name, threads: 1 });
      const model = small().compile(classes(device));
      await model.fit(heaps(60), { epochs: 2, batchSize: 16 });
      results.push({
        weights: Object.values(await numbers(model)).flat(),
        answers: (await model.predict(heaps(9).x)).data,
      });
    }
    near(results[1]?.weights ?? [], results[0]?.weights ?? [NaN], 1e-4);
    near(results[1]?.answers ?? [], results[0]?.answers ?? [NaN], 1e-4);
  });

  test('bytes are taken as 0 to 1, and read anew when their owner changed them', async () => {
    await using device = await one();
    const bytes = Uint8Array.from({ length: 24 }, (_, i) => i * 10);
    const floats = Float32Array.from(bytes, (b) => b / 255);
    const model = sequential(flatten(), dense(3, { activation: 'softmax' }))
      .build([2, 3])
      .compile(classes(device));
    near((await model.predict(bytes)).data, (await model.predict(floats)).data, 1e-6);
    const data = { images: bytes, labels: Uint8Array.of(0, 1, 2, 0), shape: [2, 3], count: 4 };
    const before = await model.evaluate(data);
    near([before.loss], [(await model.evaluate({ x: floats, y: data.labels })).loss], 1e-6);
    bytes.fill(255);
    assert.notEqual((await model.evaluate(data)).loss, before.loss);
  });
});

suite('stopping', () => {
  const long = (): { model: Model; data: Pairs } => {
    const data = {
      x: Float32Array.from({ length: 4000 * 100 }, (_, i) => uniform(3, 1, 0, i)),
      y: Int32Array.from({ length: 4000 }, (_, i) => i % 3),
      shape: [100],
    };
    return {
      model: sequential(dense(256, { activation: 'relu' }), dense(3, { activation: 'softmax' })),
      data,
    };
  };

  test('a signal ends training soon, with the event loop alive meanwhile, and it can go on', async (t) => {
    await using device = await one();
    const { model, data } = long();
    model.compile(classes(device));
    const events: Progress[] = [];
    const stop = new AbortController();
    let ticks = 0;
    const clock = setInterval(() => ticks++, 5);
    t.after(() => clearInterval(clock));
    const fit = model.fit(data, {
      epochs: 10_000,
      signal: stop.signal,
      onEvent: (event) => events.push(event),
    });
    await assert.rejects(model.fit(data), {
      message: 'fit: the model is already training; wait for it or stop it',
    });
    assert.throws(() => model.compile(classes(device)), {
      message: 'compile: the model is training; stop it first',
    });
    while (events.length < 8) await wait(5);
    const asked = performance.now();
    ticks = 0;
    await wait(200);
    assert.ok(ticks > 10, `${ticks} ticks in ${performance.now() - asked} ms`);
    const stopped = performance.now();
    stop.abort();
    const history = await fit;
    assert.ok(performance.now() - stopped < 400, `took ${performance.now() - stopped} ms`);
    assert.equal(history.stopped, true);
    const before = await numbers(model);
    assert.ok(Object.values(before).flat().every(Number.isFinite));
    assert.ok((await model.fit(data, { epochs: 0, signal: stop.signal })).epochs.length === 0);
    assert.deepEqual(await numbers(model), before);
    assert.equal((await model.fit(data)).stopped, false);
    assert.notDeepEqual(await numbers(model), before);
  });

  test('asked before it began, it does nothing', async () => {
    await using device = await one();
    const { model, data } = long();
    model.build([100]).compile(classes(device));
    const before = await numbers(model);
    assert.deepEqual(
      { ...(await model.fit(data, { signal: AbortSignal.abort() })), seconds: 0 },
      { epochs: [], history: {}, examples: { training: 4000, validation: 0 }, seconds: 0, stopped: true },
    );
    assert.deepEqual(await numbers(model), before);
    await assert.rejects(model.evaluate(data, { signal: AbortSignal.abort() }), { name: 'AbortError' });
    await assert.rejects(model.predict(data.x, { signal: AbortSignal.abort() }), { name: 'AbortError' });
  });

  test('leaving a loop over its events ends it, and so does an error of who is told', async () => {
    await using device = await one();
    const model = small().compile(classes(device));
    for await (const event of model.train(heaps(300), { epochs: 9 })) if (event.kind === 'epoch') break;
    await assert.rejects(model.fit(heaps(300), { onEvent: () => assert.fail('enough') }), {
      message: 'enough',
    });
    assert.equal((await model.fit(heaps(300))).stopped, false);
  });
});

suite('what does not fit', () => {
  test('is said with numbers and the way out, and nothing is lost', async () => {
    await using device = await one();
    const model = small().compile(classes(device));
    const says = (job: Promise<unknown>, message: string): Promise<void> =>
      assert.rejects(job, { name: 'EidosError', message });
    const [x, y] = [new Float32Array(20), new Int32Array(10)];
    await says(
      small().fit({ x, y, shape: [2] }),
      'fit: the model is not compiled; call compile({ optimizer, loss }) first',
    );
    await says(
      model.fit({ x, y }),
      'fit: the shape of one example is not known; give it as shape, or call model.build() first',
    );
    model.build([2]);
    await says(model.fit({ x, y, shape: [3] }), 'fit: the model takes [2] per example, got [3]');
    await says(
      model.fit({ x: x.subarray(1), y }),
      'fit: examples of [2] need a multiple of 2 numbers, got 19',
    );
    await says(
      model.fit({ images: x, labels: y, shape: [2], count: 11 }),
      'fit: 11 examples of [2] need 22 numbers, got 20',
    );
    await says(model.fit({ x, y: y.subarray(1) }), 'fit: 10 examples need 10 labels, got 9');
    await says(
      model.fit({ x, y: Int32Array.of(0, 1, 2, 3, 0, 0, 0, 0, 0, 0) }),
      'fit: labels must be 0 to 2, got 3 at example 3',
    );
    await says(
      model.evaluate({ x, y: Uint8Array.of(0, 1, 2, 0, 9, 0, 0, 0, 0, 0) }),
      'evaluate: labels must be 0 to 2, got 9 at example 4',
    );
    await says(model.trainOnBatch(x, y.subarray(2)), 'trainOnBatch: 10 examples need 10 labels, got 8');
    await says(
      model.predict(new Float32Array(0)),
      'predict: examples of [2] need a multiple of 2 numbers, got 0',
    );
    await says(model.fit({ x, y }, { epochs: -1 }), 'fit: epochs must be a whole number from 0, got -1');
    await says(model.fit({ x, y }, { batchSize: 0 }), 'fit: batchSize must be a whole number from 1, got 0');
    await says(model.setLearningRate(-1), 'setLearningRate: the rate must be a number from 0, got -1');
    await says(
      model.setWeights([{ name: 'dense/bias', data: new Float32Array(3) }]),
      'setWeights: dense/bias [8] needs 8 numbers, got 3',
    );
    await says(
      model.setWeights([{ name: 'bias', data: new Float32Array(8) }]),
      'setWeights: there is no weight bias; the model has dense/kernel, dense/bias, dense_1/kernel, dense_1/bias',
    );
    assert.throws(() => model.compile(classes(device, { seed: -1 })), {
      message: 'compile: seed must be a whole number from 0 to 4294967295, got -1',
    });
    const squares = sequential(dense(2)).compile({ loss: meanSquaredError(), device });
    await says(
      squares.fit({ x, y: new Uint8Array(20), shape: [2] }),
      'fit: meanSquaredError needs targets as a Float32Array',
    );
    await says(
      squares.fit({ x, y: new Float32Array(10), shape: [2] }),
      'fit: 10 examples need 20 targets ([2] each), got 10',
    );
    assert.equal((await model.fit({ x, y })).stopped, false);
  });
});
