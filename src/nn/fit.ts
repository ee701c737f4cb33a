// Training as a sequence of typed, plain events. Many steps run in one call to the device; between calls the
// totals are read and an event is given out, so that who does not ask for the next event pauses training.
import { check } from '../base/check.ts';
import { shuffle } from '../base/rng.ts';
import type { Program } from '../device/device.ts';
import { meansOf, rewind, type Table } from './data.ts';
import type { MetricName, Scores } from './metric.ts';

/** How far training is. */
export interface Progress {
  /** 'progress' several times a second, 'epoch' when one is complete. */
  readonly kind: 'progress' | 'epoch';
  /** From 1. */
  readonly epoch: number;
  readonly epochs: number;
  /** Steps done in this epoch, of `steps`. */
  readonly step: number;
  readonly steps: number;
  /** Since this epoch began. */
  readonly seconds: number;
  /** Until all epochs are done, validation left out. */
  readonly secondsLeft: number;
  /** Mean over the examples of this epoch so far. */
  readonly loss: number;
  readonly metrics: { readonly [name in MetricName]?: number };
  /** Scores on other data, when an epoch is complete and such data was given. */
  readonly validation?: Scores;
}

/** What training came to. */
export interface History {
  /** One for every complete epoch. */
  readonly epochs: readonly Progress[];
  readonly seconds: number;
  /** It was asked to stop before the end. */
  readonly stopped: boolean;
}

export interface FitOptions<D> {
  readonly epochs?: number;
  /** Examples in a step; the last step of an epoch takes what is left. */
  readonly batchSize?: number;
  /** Another order in every epoch. */
  readonly shuffle?: boolean;
  /** Evaluated after every epoch. */
  readonly validation?: D;
  readonly signal?: AbortSignal | undefined;
}

/** Seconds of steps in one call to the device: events come that often. */
const slice = 0.2;

/** Runs a program `steps` times in calls of about a slice; gives the steps done after each call, fewer when stopped. */
export async function* inSlices(
  program: Program,
  steps: number,
  { batch, signal }: { readonly batch: number; readonly signal?: AbortSignal | undefined },
): AsyncGenerator<number> {
  let [done, times] = [0, 1];
  while (done < steps && !signal?.aborted) {
    const asked = Math.min(times, steps - done);
    const began = performance.now();
    const running = program.start({}, { batch, times: asked });
    const stop = (): void => running.cancel();
    signal?.addEventListener('abort', stop);
    try {
      done += await running.done;
    } finally {
      signal?.removeEventListener('abort', stop);
    }
    const seconds = (performance.now() - began) / 1000;
    times = Math.max(1, Math.min(asked * 8, Math.round((asked * slice) / seconds)));
    yield done;
  }
}

/** Runs a program over all rows of a table, the last, smaller batch included; gives the examples taken so far. */
export async function* overRows(
  program: Program,
  count: number,
  { batch, signal }: { readonly batch: number; readonly signal?: AbortSignal | undefined },
): AsyncGenerator<number> {
  const [whole, rest] = [Math.floor(count / batch), count % batch];
  for await (const done of inSlices(program, whole, { batch, signal })) yield done * batch;
  if (rest > 0) for await (const done of inSlices(program, 1, { batch: rest, signal })) if (done) yield count;
}

/** What is run over and over: a program that learns from a table. */
export interface Course {
  readonly program: Program;
  readonly table: Table;
  readonly count: number;
  readonly seed: number;
  /** Epochs trained before, so that going on takes another order than beginning did. */
  readonly before: number;
  readonly validate?: (() => Promise<Scores>) | undefined;
}

/** Trains; every event is plain data. Stopping leaves weights as the last complete step wrote them. */
export async function* train(
  { program, table, count, seed, before, validate }: Course,
  { epochs = 1, batchSize = 32, shuffle: shuffled = true, signal }: Omit<FitOptions<unknown>, 'validation'>,
): AsyncGenerator<Progress, History> {
  const began = performance.now();
  const since = (from: number): number => (performance.now() - from) / 1000;
  const complete: Progress[] = [];
  // Examples taken in epochs before this one, and the seconds that took.
  let [trained, spent] = [0, 0];
  for (let epoch = 1; epoch <= epochs && !signal?.aborted; epoch++) {
    await table.order?.write(
      shuffled ? shuffle(seed, before + epoch - 1, count) : Int32Array.from({ length: count }, (_, i) => i),
    );
    await rewind(table);
    const epochBegan = performance.now();
    const report = async (kind: Progress['kind'], taken: number): Promise<Progress> => {
      const { loss = NaN, ...metrics } = await meansOf(table, taken);
      const left = count * epochs - (epoch - 1) * count - taken;
      const pace = (spent + since(epochBegan)) / (trained + taken);
      const [step, steps] = [Math.ceil(taken / batchSize), Math.ceil(count / batchSize)];
      return {
        kind,
        epoch,
        epochs,
        step,
        steps,
        seconds: since(epochBegan),
        secondsLeft: left * pace,
        loss,
        metrics,
      };
    };
    let taken = 0;
    for await (taken of overRows(program, count, { batch: batchSize, signal }))
      if (taken > 0) yield await report('progress', taken);
    if (taken < count) break;
    const scores = await report('epoch', count);
    trained += count;
    spent += scores.seconds;
    const validation = await validate?.().catch((error: unknown) => {
      if (!signal?.aborted) throw error;
    });
    const event = validation ? { ...scores, validation } : scores;
    complete.push(event);
    yield event;
  }
  return { epochs: complete, seconds: since(began), stopped: complete.length < epochs };
}

/** What fit() may be asked for. */
export function checkFit({
  epochs = 1,
  batchSize = 32,
}: Pick<FitOptions<unknown>, 'epochs' | 'batchSize'>): void {
  check(
    Number.isInteger(epochs) && epochs >= 0,
    () => `fit: epochs must be a whole number from 0, got ${epochs}`,
  );
  check(
    Number.isInteger(batchSize) && batchSize >= 1,
    () => `fit: batchSize must be a whole number from 1, got ${batchSize}`,
  );
}
