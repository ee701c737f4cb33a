// What the two trainings of sequences share: a run's folder, new or taken up again, around training and what comes of
// it. What is trained on what is in cumsum.ts and chat.ts.
import {
  EidosError,
  resumeRun,
  startRun,
  type Data,
  type Device,
  type FitOptions,
  type History,
  type Json,
  type Model,
  type Resumed,
  type Run,
  type RunInfo,
} from '../src/index.ts';
import type { Wishes } from './classify.ts';
import { Interrupted, learn, spent } from './course.ts';
import { openDevice, type Io } from './io.ts';
import type { Messages } from './messages.ts';
import { UsageError } from './options.ts';
import { near, prepareFolder } from './sheet.ts';
import type { TrainOptions } from './trainings.ts';

/** What takes longer, in seconds, is not begun without --force. */
const LONG = 3600;

/** What is trained. */
export interface Subject {
  readonly model: Model;
  readonly data: Data;
  readonly options: FitOptions<Data> & { readonly epochs: number; readonly batchSize: number };
  /** What it came to, once it is trained: figures for --json, numbers of which are kept in run.json. */
  readonly conclude: (history: History) => Promise<Readonly<Record<string, Json>>>;
  /** Gives back what it holds beside the model. */
  readonly close?: () => Promise<void>;
}

/** A training of sequences. */
export interface Job {
  /** Its name as a model, and the word in its runs' names. */
  readonly name: string;
  /** What run.json says of it, from which it is made again. */
  readonly config: Readonly<Record<string, Json>>;
  /** Makes it for a device. */
  readonly make: (device: Device, seed: number) => Promise<Subject>;
}

/** Where it happens. */
interface Place {
  readonly io: Io;
  readonly wishes: Wishes;
  readonly device: Device;
  readonly seed: number;
}

/** Trains in a run's folder and says what it came to. */
export async function trainSequence(io: Io, wishes: Wishes, job: Job, before?: RunInfo): Promise<void> {
  const { t, progress, signal } = io;
  try {
    if (!before) await prepareFolder(wishes.out ?? 'runs', t);
    await using device = await openDevice(io, wishes);
    signal.throwIfAborted();
    const seed = before?.record.seed ?? wishes.seed;
    const place: Place = { io, wishes, device, seed };
    const subject = await job.make(device, seed);
    try {
      await introduce(place, job, subject);
      const { run, snapshot } = await begin(place, job, before);
      try {
        if (snapshot) await subject.model.restore(snapshot);
        await conduct(place, job, { subject, run, resume: before !== undefined });
      } catch (error) {
        if (!signal.aborted) await run.end('failed', { error }).catch(() => undefined);
        throw error;
      } finally {
        await run.close();
      }
    } finally {
      await subject.close?.();
      await subject.model.close();
    }
  } catch (error) {
    if (signal.aborted && !(error instanceof Interrupted)) progress.note(t.stopped);
    throw error;
  }
}

/** Says what is about to be trained and how long that takes; refuses what takes too long. */
async function introduce(
  { io, wishes, device }: Place,
  { name }: Job,
  { model, data, options: { epochs, batchSize } }: Subject,
): Promise<void> {
  const { t, progress, signal } = io;
  const parameters = model.count();
  progress.note(t.model(name, model.layers.length, parameters, parameters));
  progress.begin(t.compiling);
  const { seconds } = await model.estimate(data, { epochs, batchSize });
  signal.throwIfAborted();
  if (seconds > LONG && !wishes.force) throw new EidosError(t.tooLong(device.name, seconds));
  const shape = 'shape' in data ? data.shape : undefined;
  const { peakBytes } = await model.cost({ batchSize, ...(shape && { shape }) });
  signal.throwIfAborted();
  progress.note(t.willTake(epochs, device.name, seconds, peakBytes));
}

async function begin(
  { io: { t, progress }, wishes, device, seed }: Place,
  { name, config }: Job,
  before: RunInfo | undefined,
): Promise<Omit<Resumed, 'step'>> {
  if (before) {
    const resumed = await resumeRun(before.folder, {
      onWarning: (warning) => progress.note(t.refused(warning)),
    });
    progress.note(t.goesOn(near(resumed.run.folder), resumed.step));
    return resumed;
  }
  const run = await startRun({
    name,
    seed,
    config,
    ...(wishes.out !== undefined && { out: wishes.out }),
    device: `${device.name}, ${device.threads} ${device.threads === 1 ? 'thread' : 'threads'}`, // prettier-ignore
  });
  progress.note(t.keeps(near(run.folder)));
  return { run, snapshot: undefined };
}

/** Trains, finds out what came of it, and ends the run. */
async function conduct(
  { io, wishes: { advise = false }, device, seed }: Place,
  { name }: Job,
  { subject, run, resume }: { readonly subject: Subject; readonly run: Run; readonly resume: boolean },
): Promise<void> {
  const { model, data, options } = subject;
  const history = await learn(io, { model, data, run, options: { ...options, resume, advise } });
  io.progress.begin(io.t.testing);
  const found = await subject.conclude(history);
  io.signal.throwIfAborted();
  const { epochSeconds } = spent(history);
  const numbers = Object.entries(found).filter(
    (entry): entry is [string, number] => typeof entry[1] === 'number',
  );
  await run.writeCsv();
  await run.end('finished', {
    figures: { epoch: options.epochs, ...Object.fromEntries(numbers), epochSeconds },
  });
  io.result(io.t.runFolder(near(run.folder)));
  io.figures({
    command: 'train',
    model: name,
    parameters: model.count(),
    device: device.name,
    threads: device.threads,
    seed,
    epochs: options.epochs,
    epochsTrained: history.epochs.length,
    batch: options.batchSize,
    trainLoss: history.epochs.at(-1)?.loss ?? null,
    ...found,
    epochSeconds,
    run: run.folder,
  });
}

/** Options of `train` that not every training takes, by the name of their value. */
const special = {
  optimizer: '--optimizer',
  learningRate: '--learning-rate',
  validationSplit: '--validation-split',
  limit: '--limit',
  size: '--size',
  grey: '--grey',
  text: '--text',
  units: '--units',
  window: '--window',
  x: '--x',
  y: '--y',
  decay: '--decay',
} as const;

/** Throws if an option is given that this training does not take. */
export function takesOnly(
  t: Messages,
  name: string,
  options: TrainOptions,
  takes: readonly (keyof typeof special)[],
): void {
  const strange = Object.entries(special).find(
    ([key]) => options[key] !== undefined && !takes.includes(key as keyof typeof special),
  );
  if (strange) throw new UsageError(t.notFor(name, strange[1]));
}
