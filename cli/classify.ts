// Training a classifier of pictures from a plan: finds the data, says how long it will take, trains in a run's folder,
// tests, and draws what was misread. Each stage is a function of what the one before found out.
import {
  EidosError,
  resumeRun,
  startRun,
  type Dataset,
  type Device,
  type History,
  type Json,
  type Model,
  type Resumed,
  type Run,
  type RunInfo,
} from '../src/index.ts';
import { learn, spent, Interrupted } from './course.ts';
import { isGiven, loadData } from './data-source.ts';
import { withDrawings } from './drawings.ts';
import { openDevice, type Io } from './io.ts';
import type { SharedOptions } from './options.ts';
import { modelFor, optimizerOf, presetOf, probabilitiesOf, type Config, type Plan } from './plan.ts';
import { givenAgain } from './studio-data.ts';
import { isDrawable, near, prepareFolder, drawSheet, sheetName } from './sheet.ts';

/** What takes longer, in seconds, is not begun without --force. */
const LONG = 3600;

/** What is wanted beside the plan. */
export interface Wishes extends SharedOptions {
  readonly out?: string;
  readonly force?: boolean;
  readonly advise?: boolean;
}

/** A run: what it is given, and what it is given to. */
interface Stage {
  readonly io: Io;
  readonly wishes: Wishes;
  readonly config: Config;
  readonly seed: number;
  readonly device: Device;
  readonly data: Dataset;
  readonly model: Model;
}

/** What was found out before training. */
interface Known {
  readonly parameters: number;
  readonly trainable: number;
  readonly peakBytes: number;
}

/** Trains as planned, or goes on with a run of that plan. */
export async function classify(io: Io, plan: Plan, wishes: Wishes, before?: RunInfo): Promise<void> {
  const { t, progress, signal } = io;
  const root = wishes.out ?? 'runs';
  try {
    if (!before) await prepareFolder(root, t);
    await using device = await openDevice(io, wishes);
    signal.throwIfAborted();
    const found =
      before && isGiven(before.record.config['data'])
        ? await givenAgain(io, 'train', plan.data, before)
        : await loadData(io, plan);
    const data = await withDrawings(io, plan, found);
    const { shape } = data.train;
    const examples = data.train.count - asideOf(plan, data);
    const config: Config = { ...plan, shape, classes: data.classes, examples };
    const seed = before?.record.seed ?? wishes.seed;
    await using model = modelFor(config, { device, seed });
    const stage: Stage = { io, wishes, config, seed, device, data, model };
    const known = await introduce(stage, before);
    const { run, snapshot } = await begin(stage, before);
    try {
      if (snapshot) await model.restore(snapshot);
      const history = await train(stage, run, before !== undefined);
      const found = await conclude(stage, run, history);
      io.figures(figuresOf(stage, { ...known, ...found, history, run: run.folder }));
    } catch (error) {
      if (!signal.aborted) await run.end('failed', { error }).catch(() => undefined);
      throw error;
    } finally {
      await run.close();
    }
  } catch (error) {
    // While training it has been said how far it came.
    if (signal.aborted && !(error instanceof Interrupted)) progress.note(t.stopped);
    throw error;
  }
}

/** Says what is about to be trained and how long that takes; refuses what takes too long. */
async function introduce(
  { io, wishes, config, device, data, model }: Stage,
  before: RunInfo | undefined,
): Promise<Known> {
  const { t, progress, signal } = io;
  const { epochs, batch: batchSize, validationSplit, learningRate } = config;
  const aside = data.train.count - config.examples;
  progress.note(t.data(data.name, config.examples, aside, data.test.count));
  if (data.licence !== '') progress.note(t.licence(data.licence, data.source));
  const parameters = model.count();
  const trainable = model.count('trainable');
  progress.note(t.model(config.model, model.layers.length, parameters, trainable));
  progress.note(t.recipe({ optimizer: optimizerOf(config).name, learningRate, batch: batchSize, epochs }));
  progress.begin(t.compiling);
  const { seconds } = await model.estimate(data.train, { epochs, batchSize });
  signal.throwIfAborted();
  const { peakBytes } = await model.cost({ batchSize });
  signal.throwIfAborted();
  const done = before ? Math.min(epochs, epochsDone(before)) : 0;
  const left = (seconds * (epochs - done) * (1 - validationSplit)) / epochs;
  if (left > LONG && !wishes.force) throw new EidosError(t.tooLong(device.name, left));
  progress.note(t.willTake(epochs - done, device.name, left, peakBytes));
  return { parameters, trainable, peakBytes };
}

/** How many examples fit() puts aside. */
const asideOf = ({ validationSplit }: Plan, { train }: Dataset): number =>
  train.count - Math.floor(train.count * (1 - validationSplit));

/** Whole epochs that a run has behind it. */
const epochsDone = ({ figures, record: { config } }: RunInfo): number => {
  const { epoch } = figures;
  return typeof config['epochs'] === 'number' && epoch !== undefined ? Math.min(epoch, config['epochs']) : 0;
};

/** The run's folder, new or taken up again. */
async function begin(
  { io, wishes, config, seed, device, data }: Stage,
  before: RunInfo | undefined,
): Promise<Omit<Resumed, 'step'>> {
  const { t, progress } = io;
  if (before) {
    const resumed = await resumeRun(before.folder, {
      onWarning: (warning) => progress.note(t.refused(warning)),
    });
    progress.note(t.goesOn(near(resumed.run.folder), resumed.step));
    return resumed;
  }
  const run = await startRun({
    name: `${data.name}-${config.model}`,
    seed,
    config: config as unknown as Readonly<Record<string, Json>>,
    ...(wishes.out !== undefined && { out: wishes.out }),
    device: `${device.name}, ${device.threads} ${device.threads === 1 ? 'thread' : 'threads'}`, // prettier-ignore
  });
  progress.note(t.keeps(near(run.folder)));
  return { run, snapshot: undefined };
}

function train({ io, wishes, config, data, model }: Stage, run: Run, resume: boolean): Promise<History> {
  const { epochs, batch: batchSize, validationSplit } = config;
  const callbacks = presetOf(config).callbacks?.() ?? [];
  const { advise = false } = wishes;
  return learn(io, {
    model,
    data: data.train,
    run,
    options: { epochs, batchSize, validationSplit, callbacks, resume, advise },
  });
}

/** How well it does on examples it has not seen. */
interface Found {
  readonly loss: number;
  readonly accuracy: number;
  /** The picture of test examples, if there is one. */
  readonly sheet?: string;
}

/** Tests the network, draws, and ends the run. */
async function conclude(stage: Stage, run: Run, history: History): Promise<Found> {
  const { io, config, data, model } = stage;
  const { t, progress, signal } = io;
  progress.begin(t.testing);
  const { loss, accuracy = NaN } = await model.evaluate(data.test, { signal });
  signal.throwIfAborted();
  io.result(t.testLoss(loss));
  io.result(t.testAccuracy(accuracy));
  const sheet = isDrawable(data.test.shape) ? await draw(stage, run, history) : undefined;
  const validation = history.epochs.at(-1)?.validation?.accuracy;
  await run.writeCsv();
  await run.end('finished', {
    figures: {
      epoch: history.epochs.at(-1)?.epoch ?? config.epochs,
      testLoss: loss,
      testAccuracy: accuracy,
      ...(validation !== undefined && { valAccuracy: validation }),
      epochSeconds: spent(history).epochSeconds,
    },
  });
  io.result(t.runFolder(near(run.folder)));
  return { loss, accuracy, ...(sheet !== undefined && { sheet }) };
}

/** Draws test examples as they were read; returns where. */
async function draw(
  { io, config, seed, device, data, model }: Stage,
  run: Run,
  history: History,
): Promise<string> {
  const { t, progress, signal } = io;
  progress.begin(t.drawing);
  const { data: outputs } = await model.predict(data.test, { signal });
  const { test: split, classes } = data;
  const line = t.sheetRun({
    seed,
    epochs: history.epochs.at(-1)?.epoch ?? config.epochs,
    ...spent(history),
    device: device.name,
    threads: device.threads,
  });
  const probabilities = probabilitiesOf(outputs, classes.length, presetOf(config));
  const bytes = await drawSheet({ split, probabilities, classes, run: line, model: config.model }, t);
  signal.throwIfAborted();
  const sheet = await run.savePicture(sheetName(classes), bytes);
  io.result(t.sheet(near(sheet)));
  return sheet;
}

/** What --json gives. */
function figuresOf(
  { config, seed, device, data }: Stage,
  found: Known & Found & { readonly history: History; readonly run: string },
): object {
  return {
    command: 'train',
    dataset: data.name,
    model: config.model,
    parameters: found.parameters,
    trainable: found.trainable,
    peakBytes: found.peakBytes,
    device: device.name,
    threads: device.threads,
    seed,
    epochs: config.epochs,
    epochsTrained: found.history.epochs.length,
    batch: config.batch,
    optimizer: optimizerOf(config).name,
    learningRate: config.learningRate,
    trainExamples: config.examples,
    validationExamples: data.train.count - config.examples,
    testExamples: data.test.count,
    testLoss: found.loss,
    testAccuracy: found.accuracy,
    epochSeconds: spent(found.history).epochSeconds,
    run: found.run,
    sheet: found.sheet ?? null,
  };
}
