// Advice: a run that hardly moves is told what would, one that learns well is told nothing, and neither is changed by
// the trial.
import { suite, test } from 'node:test';
import assert from 'node:assert/strict';
import { adviceFor, type Advice } from '../src/nn/advice.ts';
import { adagrad } from '../src/nn/optimizer.ts';
import { cosineDecay } from '../src/nn/schedule-decay.ts';
import {
  adam,
  dense,
  dropout,
  sequential,
  type Device,
  type FitOptions,
  type Optimizer,
  type Pairs,
} from '../src/index.ts';
import { classes, heaps, numbers, one } from './nn-kit.ts';

/** What is said in the first epoch, of 120 steps, and what was learned in it. */
async function advised(
  device: Device,
  optimizer: Optimizer,
  options: FitOptions<Pairs> = {},
): Promise<{
  readonly advice: readonly Advice[];
  readonly at: readonly number[];
  readonly weights: unknown;
}> {
  const model = sequential(
    dense(256, { activation: 'relu' }),
    dropout(0.1),
    dense(64, { activation: 'relu' }),
    dense(3, { activation: 'softmax' }),
  );
  model.compile(classes(device, { optimizer }));
  const [advice, at]: [Advice[], number[]] = [[], []];
  await model.fit(heaps(960), {
    batchSize: 8,
    epochs: 40,
    advise: true,
    callbacks: [{ name: 'one', onEpochEnd: (_, trainer) => trainer.stop() }],
    ...options,
    onEvent: (event) => {
      if (event.kind !== 'advice') return;
      at.push(event.step);
      if (event.advice) advice.push(event.advice);
    },
  });
  const weights = await numbers(model);
  await model.close();
  return { advice, at, weights };
}

suite('advice', () => {
  test('tells a run with adagrad at 0.001 that adam learns far faster, once, and changes nothing', async () => {
    await using device = await one();
    const alone = await advised(device, adagrad({ learningRate: 0.001 }), { advise: false });
    const before = device.stats();
    const { advice, at, weights } = await advised(device, adagrad({ learningRate: 0.001 }));
    assert.deepEqual(at, [100]);
    const [found] = advice;
    assert.deepEqual([found?.present.optimizer, found?.present.learningRate], ['adagrad', 0.001]);
    assert.ok((found?.better.loss ?? NaN) < 0.6 * (found?.present.loss ?? NaN), JSON.stringify(found));
    assert.equal(found?.steps, 40);
    assert.equal(found.tried.length, 4);
    assert.match(
      found.message,
      /^(adam|adagrad) with learning rate [\d.]+ learns far faster than adagrad with learning rate 0.001: after 40 steps on the same batches its loss was [\d.]+, not [\d.]+$/,
    );
    assert.deepEqual(alone.advice, []);
    assert.deepEqual(weights, alone.weights);
    assert.deepEqual({ ...device.stats(), compiled: 0 }, { ...before, compiled: 0 });
  });

  test('tells of a rate that is far too low, in a schedule too', async () => {
    await using device = await one();
    const learningRate = cosineDecay({ initialLearningRate: 1e-4, decaySteps: 4000 });
    const { advice } = await advised(device, adam({ learningRate }));
    assert.deepEqual(
      advice.map(({ better, tried }) => [better.optimizer, better.learningRate > 9e-4, tried.length]),
      [['adam', true, 3]],
    );
  });

  test('is silent where learning goes well, and where a run is too short to try', async () => {
    await using device = await one();
    assert.deepEqual((await advised(device, adam({ learningRate: 0.01 }))).advice, []);
    assert.deepEqual((await advised(device, adagrad({ learningRate: 0.001 }), { epochs: 8 })).advice, []);
    assert.equal(adviceFor(999), undefined);
    // Five trials of ten steps are a twentieth of a thousand.
    assert.deepEqual(adviceFor(1000), { afterSteps: 100, steps: 10 });
    assert.deepEqual(adviceFor(1e6), { afterSteps: 100, steps: 40 });
  });
});
