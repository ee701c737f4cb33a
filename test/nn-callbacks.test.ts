// Callbacks: what they decide against what Keras 3.15.1 decided on the same figures, what they are told and when,
// and what they hand on. That snapshots remember them is in nn-resume.test.ts.
import { suite, test } from 'node:test';
import assert from 'node:assert/strict';
import type { Snapshot } from '../src/files/snapshot.ts';
import { lambda, type Callback, type Trainer } from '../src/nn/callback.ts';
import { earlyStopping, type EarlyStoppingOptions } from '../src/nn/early-stopping.ts';
import {
  learningRateScheduler,
  reduceLROnPlateau,
  type ReduceLROnPlateauOptions,
} from '../src/nn/rate-callbacks.ts';
import { csvLogger, jsonlLogger, modelCheckpoint, type SaveInfo } from '../src/nn/saving-callbacks.ts';
import type { Weight } from '../src/nn/memory.ts';
import { adam, dense, sequential, sgd, type Progress } from '../src/index.ts';
import { classes, heaps, near, numbers, one, small } from './nn-kit.ts';

/** Figures of five runs, by epoch. */
const runs: readonly (readonly number[])[] = [
  [5, 4, 3, 3.5, 3.4, 3.3, 3.2, 2.9, 2.8],
  [1, 1, 1, 1, 1],
  [3, 2.95, 2.9, 2.85, 2.8, 2.75],
  [2, 3, 1, 3, 4, 5, 0.5, 9, 9, 9, 9],
];

const epochEvent = (epoch: number, valLoss: number): Progress => ({
  kind: 'epoch',
  epoch,
  epochs: 99,
  step: 1,
  steps: 1,
  seconds: 1,
  secondsLeft: 1,
  loss: 7,
  metrics: { accuracy: 1 - valLoss / 10 },
  validation: { loss: valLoss, accuracy: 1 - valLoss / 10 },
  examples: { training: 1, validation: 1 },
});

/** Drives a callback over figures as training would; its weights are the number of the epoch. */
async function driven(
  callback: Callback,
  figures: readonly number[],
): Promise<{ stopped: number; restored: number; rates: number[] }> {
  const at = { epoch: 0, stopped: 0, restored: 0, rate: Math.fround(0.01) };
  const trainer: Trainer = {
    epochs: 99,
    stop: () => void (at.stopped = at.epoch),
    learningRates: () => Promise.resolve([at.rate]),
    setLearningRate: (rate) => Promise.resolve(void (at.rate = Math.fround(rate))),
    getWeights: () =>
      Promise.resolve([{ name: 'w', shape: [1], data: Float32Array.of(at.epoch) } satisfies Weight]),
    setWeights: ([w]) => Promise.resolve(void (at.restored = w?.data[0] ?? NaN)),
    snapshot: () => assert.fail('not asked for'),
  };
  await callback.onTrainBegin?.(trainer);
  const rates: number[] = [];
  for (const figure of figures) {
    await callback.onEpochEnd?.(epochEvent(++at.epoch, figure), trainer);
    rates.push(at.rate);
    if (at.stopped) break;
  }
  await callback.onTrainEnd?.(
    { epochs: [], history: {}, examples: { training: 1, validation: 0 }, seconds: 0, stopped: false },
    trainer,
  );
  return { stopped: at.stopped, restored: at.restored, rates };
}

suite('earlyStopping', () => {
  // By run: the epoch that was the last, 0 for none, and the one whose weights are put back.
  const cases: readonly (readonly [EarlyStoppingOptions, readonly (readonly [number, number])[]])[] = [
    [{ patience: 2 }, [[5, 3], [3, 1], [0, 6], [5, 3]]],
    [{}, [[4, 3], [2, 1], [0, 6], [2, 1]]],
    [{ patience: 2, minDelta: 0.1 }, [[5, 3], [3, 1], [3, 1], [5, 3]]],
    [{ patience: 1, startFromEpoch: 3 }, [[0, 9], [5, 4], [0, 6], [5, 4]]],
    [{ patience: 2, baseline: 2.9 }, [[4, 3], [3, 1], [0, 6], [5, 3]]],
  ]; // prettier-ignore
  for (const [options, want] of cases)
    test(`stops when Keras does, with ${JSON.stringify(options)}`, async () => {
      const stopping = earlyStopping({ ...options, restoreBestWeights: true });
      // The same object serves one run after the other.
      for (const [i, figures] of runs.entries()) {
        const { stopped, restored } = await driven(stopping, figures);
        assert.deepEqual([stopped, restored], want[i], `run ${i}`);
      }
    });

  test('of an accuracy waits for a rise; NaN is no improvement', async () => {
    for (const monitor of ['valAccuracy', 'val_accuracy', 'accuracy'])
      assert.equal((await driven(earlyStopping({ monitor, patience: 2 }), runs[0] ?? [])).stopped, 5);
    const { stopped, restored } = await driven(earlyStopping({ patience: 2, restoreBestWeights: true }), [
      NaN,
      2,
      NaN,
      1,
      NaN,
      NaN,
      0.5,
    ]);
    assert.deepEqual([stopped, restored], [6, 4]);
    assert.equal((await driven(earlyStopping({ mode: 'max', patience: 1 }), [1, 2, 3, 2])).stopped, 4);
  });

  test('ends fit() early and puts the best weights back', async () => {
    await using device = await one();
    const model = small().compile(classes(device, { optimizer: sgd({ learningRate: 0.5 }) }));
    const seen: unknown[] = [];
    const history = await model.fit(heaps(60), {
      epochs: 50,
      validationData: heaps(30, 2),
      callbacks: [
        earlyStopping({ patience: 2, minDelta: 0.05, restoreBestWeights: true }),
        lambda({ onEpochEnd: async () => void seen.push(await numbers(model)) }),
      ],
    });
    const losses = history.history['valLoss'] ?? [];
    assert.equal(history.stopped, true);
    assert.ok(losses.length < 50 && losses.length > 2, `${losses.length} epochs`);
    assert.deepEqual(await numbers(model), seen[losses.length - 3]);
  });
});

suite('the learning rate', () => {
  const cases: readonly (readonly [ReduceLROnPlateauOptions, readonly (readonly number[])[]])[] = [
    [
      { patience: 2 },
      [
        [0.01, 0.01, 0.01, 0.01, 0.001, 0.001, 0.0001, 0.0001, 0.0001],
        [0.01, 0.01, 0.001, 0.001, 0.0001],
        [0.01, 0.01, 0.01, 0.01, 0.01, 0.01],
        [0.01, 0.01, 0.01, 0.01, 0.001, 0.001, 0.001, 0.001, 0.0001, 0.0001, 1e-5],
      ],
    ],
    [
      { patience: 1, factor: 0.5, cooldown: 2 },
      [
        [0.01, 0.01, 0.01, 0.005, 0.005, 0.0025, 0.0025, 0.0025, 0.0025],
        [0.01, 0.005, 0.005, 0.0025, 0.0025],
        [0.01, 0.01, 0.01, 0.01, 0.01, 0.01],
        [0.01, 0.005, 0.005, 0.0025, 0.0025, 0.00125, 0.00125, 0.000625, 0.000625, 0.0003125, 0.0003125],
      ],
    ],
    [
      { patience: 1, minDelta: 0.2, minLr: 0.003 },
      [
        [0.01, 0.01, 0.01, 0.003, 0.003, 0.003, 0.003, 0.003, 0.003],
        [0.01, 0.003, 0.003, 0.003, 0.003],
        [0.01, 0.003, 0.003, 0.003, 0.003, 0.003],
        [0.01, 0.003, 0.003, 0.003, 0.003, 0.003, 0.003, 0.003, 0.003, 0.003, 0.003],
      ],
    ],
  ];
  for (const [options, want] of cases)
    test(`falls on plateaus when Keras's does, with ${JSON.stringify(options)}`, async () => {
      const reduce = reduceLROnPlateau(options);
      for (const [i, figures] of runs.entries())
        near((await driven(reduce, figures)).rates, want[i] ?? [], 1e-8);
    });

  test('is set before each epoch by its number from 0, for every optimizer', async () => {
    await using device = await one();
    const model = sequential(dense(8), dense(3, { activation: 'softmax' })).compile(
      classes(device, {
        optimizer: [
          { optimizer: adam({ learningRate: 0.5 }), owns: ['dense'] },
          { optimizer: sgd({ learningRate: 0.25 }), owns: ['dense_1'] },
        ],
      }),
    );
    const rates: (readonly number[])[] = [];
    await model.fit(heaps(40), {
      epochs: 3,
      callbacks: [
        learningRateScheduler((epoch, rate) => (epoch < 1 ? rate : rate / 2 ** epoch)),
        lambda({ onEpochEnd: async (_, trainer) => void rates.push(await trainer.learningRates()) }),
      ],
    });
    assert.deepEqual(rates, [[0.5, 0.25], [0.25, 0.125], [0.0625, 0.03125]]); // prettier-ignore
  });
});

suite('what callbacks are told', () => {
  test('comes in order, and steps exactly when asked for', async () => {
    await using device = await one();
    const model = small().compile(classes(device));
    const told: string[] = [];
    const tell = (what: string): void => void told.push(what);
    await model.fit(heaps(64), {
      epochs: 2,
      batchSize: 16,
      validationData: heaps(8),
      callbacks: [
        lambda({
          everySteps: 3,
          onTrainBegin: ({ epochs }) => tell(`begin ${epochs}`),
          onEpochBegin: (epoch) => tell(`epoch ${epoch}`),
          onSteps: ({ epoch, step }) => tell(`step ${epoch}.${step}`),
          onEpochEnd: ({ epoch, validation }) => tell(`end ${epoch} ${validation ? 'judged' : 'not judged'}`),
          afterEpoch: ({ epoch }) => tell(`after ${epoch}`),
          onTrainEnd: ({ epochs }) => tell(`done ${epochs.length}`),
        }),
        { name: 'second', onEpochEnd: () => tell('second') },
      ],
    });
    assert.deepEqual(
      told.join(', '),
      'begin 2, epoch 0, step 1.3, end 1 judged, second, after 1, epoch 1, step 2.2, end 2 judged, second, after 2, done 2',
    );
  });

  test('is not the end, if training was interrupted and may go on', async () => {
    await using device = await one();
    const model = small().compile(classes(device));
    const stop = new AbortController();
    let [begun, ended] = [0, 0];
    const watch = lambda({
      onEpochBegin: () => void begun++,
      onProgress: () => stop.abort(),
      onTrainEnd: () => void ended++,
    });
    const options = { epochs: 1, batchSize: 4, callbacks: [watch] };
    assert.equal((await model.fit(heaps(64), { ...options, signal: stop.signal })).stopped, true);
    assert.deepEqual([begun, ended], [1, 0]);
    await model.fit(heaps(64), { ...options, resume: true });
    assert.deepEqual([begun, ended], [1, 1]);
  });
});

suite('what is kept', () => {
  test('snapshots by steps and epochs, which training can go on from', async () => {
    await using device = await one();
    const kept: [Snapshot, SaveInfo][] = [];
    const save = (snapshot: Snapshot, info: SaveInfo): void => void kept.push([snapshot, info]);
    const model = small().compile(classes(device, { optimizer: 'adam' }));
    const plan = { epochs: 3, batchSize: 16 };
    await model.fit(heaps(64), { ...plan, callbacks: [modelCheckpoint({ save, everySteps: 5 })] });
    assert.deepEqual(
      kept.map(([, { step, epoch }]) => [step, epoch]),
      [
        [5, 2],
        [10, 3],
      ],
    );
    await model.fit(heaps(64), { ...plan, callbacks: [modelCheckpoint({ save, everyEpochs: 2 })] });
    assert.deepEqual(
      kept.slice(2).map(([, { step, epoch }]) => [step, epoch]),
      [[20, 2]],
    );
    await model.fit(heaps(64), { ...plan, callbacks: [modelCheckpoint({ save, everySeconds: 1e-6 })] });
    assert.ok(kept.length >= 6, `${kept.length} kept`);
    const last = await numbers(model);
    const other = small()
      .build([2])
      .compile(classes(device, { optimizer: 'adam' }));
    await other.restore(kept[3]?.[0] as Snapshot);
    await other.fit(heaps(64), { ...plan, resume: true });
    assert.deepEqual(await numbers(other), last);
  });

  test('only the best, if asked', async () => {
    await using device = await one();
    const epochs: number[] = [];
    const model = small().compile(classes(device, { optimizer: sgd({ learningRate: 3 }) }));
    const history = await model.fit(heaps(60), {
      epochs: 8,
      callbacks: [
        modelCheckpoint({
          save: (_, { epoch }) => void epochs.push(epoch),
          saveBestOnly: true,
          monitor: 'loss',
        }),
      ],
    });
    const losses = history.history['loss'] ?? [];
    const best = losses.flatMap((x, i) => (x < Math.min(...losses.slice(0, i)) ? [i + 1] : []));
    assert.deepEqual(epochs, best);
  });

  test('lines of figures, the names only once', async () => {
    await using device = await one();
    const [csv, jsonl]: [string[], string[]] = [[], []];
    const callbacks = [
      csvLogger((line) => void csv.push(line)),
      jsonlLogger((line) => void jsonl.push(line)),
    ];
    const model = small().compile(classes(device));
    const data = { epochs: 1, validationData: heaps(8), callbacks };
    const { history: a } = await model.fit(heaps(30), data);
    const { history } = await model.fit(heaps(30), { ...data, epochs: 2, resume: true });
    const figures = (i: number): unknown[] => Object.values(history).map((list) => list[i]);
    assert.equal(a['loss']?.[0], history['loss']?.[0]);
    assert.deepEqual(csv, [
      'epoch,loss,accuracy,valLoss,valAccuracy\n',
      `1,${figures(0).join()}\n`,
      `2,${figures(1).join()}\n`,
    ]);
    const second = JSON.parse(jsonl[1] ?? '') as unknown;
    assert.deepEqual(second, {
      epoch: 2,
      ...Object.fromEntries(Object.entries(history).map(([k, list]) => [k, list[1]])),
    });
    await jsonlLogger((line) => void jsonl.push(line)).onEpochEnd?.(epochEvent(1, NaN), undefined as never);
    assert.equal(jsonl.at(-1), '{"epoch":1,"loss":7,"accuracy":"NaN","valLoss":"NaN","valAccuracy":"NaN"}\n');
  });
});

suite('what cannot be', () => {
  test('is said where it is written, or at the first epoch', async () => {
    const throws = (make: () => unknown, message: string): void =>
      assert.throws(make, { name: 'EidosError', message });
    throws(
      () => earlyStopping({ patience: 0.5 }),
      'earlyStopping: patience must be a whole number from 0, got 0.5',
    );
    throws(
      () => earlyStopping({ monitor: 'beauty' }),
      "earlyStopping: whether beauty is better high or low is not known; give mode 'min' or 'max'",
    );
    throws(
      () => earlyStopping({ mode: 'least' as 'min' }),
      'earlyStopping: mode must be auto, min or max, got "least"',
    );
    throws(
      () => reduceLROnPlateau({ factor: 1 }),
      'reduceLROnPlateau: factor must be between 0 and 1, got 1',
    );
    throws(
      () => reduceLROnPlateau({ minLr: -1 }),
      'reduceLROnPlateau: minLr must be a number from 0, got -1',
    );
    const save = (): void => undefined;
    throws(
      () => modelCheckpoint({ save, everySeconds: 0 }),
      'modelCheckpoint: everySeconds must be a number above 0, got 0',
    );
    throws(
      () => modelCheckpoint({ save, everyEpochs: 0 }),
      'modelCheckpoint: everyEpochs must be a whole number from 1, got 0',
    );
    throws(
      () => modelCheckpoint({ save, everySteps: 2, saveBestOnly: true }),
      'modelCheckpoint: saveBestOnly looks at complete epochs; leave everySteps and everySeconds out',
    );
    await using device = await one();
    const model = small().compile(classes(device));
    await assert.rejects(model.fit(heaps(30), { callbacks: [earlyStopping()] }), {
      name: 'EidosError',
      message:
        'earlyStopping: there is no valLoss to watch, only loss, accuracy; give fit() validationData or another monitor',
    });
    await assert.rejects(model.fit(heaps(30), { callbacks: [modelCheckpoint({ save, everySteps: 0 })] }), {
      name: 'EidosError',
      message: 'modelCheckpoint: everySteps must be a whole number from 1, got 0',
    });
  });
});
