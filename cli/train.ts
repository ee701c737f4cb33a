// `eidos train mnist`: finds the data, says how long it will take, trains, tests, and draws what was misread.
// Each stage is a function of what the one before found out. Nothing here knows how any of it is done.
import type { Command } from 'commander';
import { join } from 'node:path';
import { EidosError, mnist, subset, threeLayer, tutorial } from '../src/index.ts';
import type { Dataset, Device, History, Model, Progress, Split } from '../src/index.ts';
import type { Example } from './help.ts';
import { openDevice, type Io } from './io.ts';
import type { Messages } from './messages.ts';
import { oneOf, wholeNumber, type SharedOptions } from './options.ts';
import { drawSheet, prepareFolder, writeInto } from './sheet.ts';

const datasets = ['mnist'] as const;

const models = { tutorial, 'three-layer': threeLayer } as const;

type ModelName = keyof typeof models;

const modelNames = Object.keys(models) as ModelName[];

/** What takes longer, in seconds, is not begun without --force. */
const LONG = 3600;

/** What `train` takes beside what every command takes. */
interface TrainOptions extends SharedOptions {
  readonly model: ModelName;
  readonly epochs: number;
  readonly batch: number;
  readonly limit?: number;
  readonly out?: string;
  readonly force?: boolean;
}

/** The command and its help; `run` is called when it is asked for. */
export function addTrain(
  command: Command,
  t: Messages,
  run: (options: TrainOptions, work: (io: Io) => Promise<void>) => Promise<void>,
): void {
  const number = (flag: string, most: number): ((got: string) => number) =>
    wholeNumber(command, t, flag, [1, most]);
  command
    .summary(t.trainSummary)
    .description(t.trainDescription)
    .argument('<dataset>', t.datasetArgument, oneOf(command, t, 'dataset', datasets))
    .option('--model <name>', t.modelOption(modelNames), oneOf(command, t, '--model', modelNames), 'tutorial')
    .option('--epochs <n>', t.epochsOption, number('--epochs', 1000), 1)
    .option('--batch <n>', t.batchOption, number('--batch', 4096), 32)
    .option('--limit <n>', t.limitOption, number('--limit', 60_000))
    .option('--out <folder>', t.outOption)
    .option('--force', t.forceOption)
    .action((_dataset: string, options: TrainOptions) => run(options, (io) => train(io, options)));
}

/** Command lines for its help. */
export const trainExamples = (t: Messages): readonly Example[] => [
  ['eidos train mnist --model tutorial --epochs 1 --seed 1', t.exampleTutorial],
  ['eidos train mnist --limit 2000 --device wasm', t.exampleQuick],
  ['eidos train mnist --json --quiet', t.exampleFigures],
];

/** A run: what it is given, and what it is given to. */
interface Run {
  readonly io: Io;
  readonly options: TrainOptions;
  readonly device: Device;
  readonly data: Dataset;
  readonly model: Model;
}

async function train(io: Io, options: TrainOptions): Promise<void> {
  const { t, progress, signal } = io;
  const folder = options.out ?? join('runs', `mnist-${options.model}`);
  try {
    await prepareFolder(folder, t);
    await using device = await openDevice(io, options);
    signal.throwIfAborted();
    const data = await load(io, options.limit);
    await using model = models[options.model]();
    model.compile({
      optimizer: 'adam',
      loss: 'sparseCategoricalCrossentropy',
      metrics: ['accuracy'],
      device,
      seed: options.seed,
    });
    const run: Run = { io, options, device, data, model };
    const parameters = await introduce(run);
    const history = await learn(run);
    const scores = await test(run);
    const sheet = await draw(run, folder, history);
    io.figures(figuresOf(run, { parameters, history, scores, sheet }));
  } catch (error) {
    // While training it has been said how far it came.
    if (signal.aborted && !(error instanceof Interrupted)) progress.note(t.stopped);
    throw error;
  }
}

/** Training was stopped, and that has been said. */
class Interrupted extends Error {}

/** MNIST, as much of it as was asked for. */
async function load({ t, progress, signal }: Io, limit: number | undefined): Promise<Dataset> {
  progress.begin(t.looking);
  const all = await mnist({
    signal,
    onProgress: ({ file, received, total }) => progress.show(() => t.downloading(file, received, total)),
  });
  const part = (split: Split): Split =>
    limit === undefined ? split : subset(split, Math.min(limit, split.count));
  const data = { ...all, train: part(all.train), test: part(all.test) };
  progress.note(t.data(data.train.count, data.test.count));
  return data;
}

/** Says what is about to be trained and how long that takes; refuses what takes too long. Returns the parameters. */
async function introduce({ io, options, device, data, model }: Run): Promise<number> {
  const { t, progress, signal } = io;
  const { parts = [] } = model.layer.build(data.train.shape, () => () => 0);
  const parameters = model.count();
  progress.note(t.model(options.model, parts.length, parameters));
  progress.begin(t.compiling);
  const { seconds } = await model.estimate(data.train, { epochs: options.epochs, batchSize: options.batch });
  signal.throwIfAborted();
  if (seconds > LONG && !options.force) throw new EidosError(t.tooLong(device.name, seconds));
  progress.note(t.willTake(options.epochs, device.name, seconds));
  return parameters;
}

async function learn({ io, options, data, model }: Run): Promise<History> {
  const { t, progress, signal } = io;
  progress.begin(t.compiling);
  let last: Progress | undefined;
  const history = await model.fit(data.train, {
    epochs: options.epochs,
    batchSize: options.batch,
    signal,
    onEvent: (event) => {
      last = event;
      const state = { ...event, accuracy: event.metrics.accuracy ?? NaN };
      if (event.kind === 'epoch') progress.note(t.epochDone(state));
      else progress.show(() => t.training(state) + t.left(event.secondsLeft));
    },
  });
  if (signal.aborted) {
    if (!last) signal.throwIfAborted();
    progress.note(last ? t.stoppedTraining({ ...last, seconds: history.seconds }) : t.stopped);
    throw new Interrupted();
  }
  return history;
}

/** How well it does on digits it has not seen. */
interface Scores {
  readonly loss: number;
  readonly accuracy: number;
}

async function test({ io, data, model }: Run): Promise<Scores> {
  const { t, progress, signal } = io;
  progress.begin(t.testing);
  const { loss, accuracy = NaN } = await model.evaluate(data.test, { signal });
  signal.throwIfAborted();
  io.result(t.testLoss(loss));
  io.result(t.testAccuracy(accuracy));
  return { loss, accuracy };
}

/** Draws test digits as they were read; returns where. */
async function draw(
  { io, options, device, data, model }: Run,
  folder: string,
  history: History,
): Promise<string> {
  const { t, progress, signal } = io;
  progress.begin(t.drawing);
  const { data: probabilities } = await model.predict(data.test, { signal });
  const run = t.sheetRun({ ...options, ...spent(history), device: device.name, threads: device.threads });
  const { test: split, classes } = data;
  const bytes = drawSheet({ split, probabilities, classes, run, model: options.model }, t);
  signal.throwIfAborted();
  const sheet = await writeInto(folder, 'test-digits.png', bytes, t);
  io.result(t.sheet(sheet));
  return sheet;
}

/** Seconds of training, and of an epoch in the mean. */
function spent({ epochs }: History): { readonly seconds: number; readonly epochSeconds: number } {
  const seconds = epochs.reduce((sum, epoch) => sum + epoch.seconds, 0);
  // To the millisecond: more figures would only be noise.
  return { seconds, epochSeconds: Math.round((1000 * seconds) / epochs.length) / 1000 };
}

/** What --json gives. */
function figuresOf(
  { options, device, data }: Run,
  found: {
    readonly parameters: number;
    readonly history: History;
    readonly scores: Scores;
    readonly sheet: string;
  },
): object {
  return {
    command: 'train',
    dataset: data.name,
    model: options.model,
    parameters: found.parameters,
    device: device.name,
    threads: device.threads,
    seed: options.seed,
    epochs: options.epochs,
    batch: options.batch,
    trainExamples: data.train.count,
    testExamples: data.test.count,
    testLoss: found.scores.loss,
    testAccuracy: found.scores.accuracy,
    epochSeconds: spent(found.history).epochSeconds,
    sheet: found.sheet,
  };
}
