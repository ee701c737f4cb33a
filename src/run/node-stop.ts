// Keeping a run while its model trains, and stopping so that nothing is lost: a checkpoint is saved where the run is
// or, if its disk fails, in the next best place, and the way to go on is said.
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { EidosError } from '../base/check.ts';
import type { Trained } from '../files/snapshot.ts';
import { figuresOf, type Progress } from '../nn/fit.ts';
import { shellWord } from './naming.ts';
import { messageOf, type Run } from './node-folder.ts';
import { startRun } from './node-run.ts';
import type { MetricsLine } from './record.ts';

/** Where a stopped run was saved. */
export interface StoppedRun {
  /** The run to go on with; not the one that was trained if that could not be written. */
  readonly folder: string;
  readonly step: number;
  /** The command line that goes on. */
  readonly resume: string;
  /** Why it is not in its own folder. */
  readonly why?: string;
}

export interface StopOptions {
  /** What was measured last. */
  readonly metrics?: Readonly<Record<string, number>>;
  /** Words of the command that goes on, before `--resume`. */
  readonly command?: string;
  /** Folders to save in if the run's own cannot be written. */
  readonly elsewhere?: readonly string[];
}

/** Saves a checkpoint, ends the run as stopped, and says how to go on. Call it when training has come to rest. */
export async function safeStop(
  run: Run,
  trained: Pick<Trained, 'snapshot'>,
  {
    metrics = {},
    command = 'eidos train',
    elsewhere = ['runs', join(tmpdir(), 'eidos-runs')],
  }: StopOptions = {},
): Promise<StoppedRun> {
  const snapshot = await trained.snapshot();
  const saved = async (to: Run): Promise<StoppedRun> => {
    const { step } = await to.save(snapshot, metrics);
    // The checkpoint is what counts: without this word the run is merely listed as interrupted.
    await to.end('stopped', { figures: metrics }).catch(() => undefined);
    return {
      folder: to.folder,
      step,
      resume: `${command} --resume ${shellWord(near(to.folder), process.platform)}`,
    };
  };
  const failures: string[] = [];
  try {
    return await saved(run);
  } catch (error) {
    failures.push(messageOf(error));
    await run.close();
  }
  const { name, seed, config, keeping, versions, command: words } = run.record;
  for (const root of elsewhere) {
    try {
      const device = versions['device'] ?? 'unknown';
      const other = await startRun({ root, name, seed, config, keeping, device, command: words });
      return { ...(await saved(other)), why: failures[0] ?? '' };
    } catch (error) {
      failures.push(messageOf(error));
    }
  }
  throw new EidosError(`safeStop: the checkpoint could not be saved anywhere: ${failures.join('; ')}`);
}

/** A path as it is shortest from here. */
function near(folder: string): string {
  const from = relative('.', folder);
  return from.length < folder.length && from !== '' ? from : folder;
}

/** How far training is, as fit() tells it; other trainings may tell of other kinds of events. */
export interface Told extends Pick<
  Progress,
  'epoch' | 'step' | 'steps' | 'seconds' | 'loss' | 'metrics' | 'validation'
> {
  readonly kind: string;
}

export interface RecordOptions {
  /** Seconds between checkpoints within an epoch; one is saved after every epoch too. */
  readonly saveEvery?: number;
  /** Told when something could not be written: training goes on, and the next save tries again. */
  readonly onWarning?: (warning: string) => void;
}

/**
 * Passes the events of training on, and meanwhile writes a line of metrics after every epoch and saves checkpoints.
 * Between two events training rests, so a snapshot is of a whole step.
 */
export async function* recorded<E extends Told, R>(
  run: Run,
  trained: Pick<Trained, 'snapshot'>,
  events: AsyncGenerator<E, R>,
  { saveEvery = 60, onWarning }: RecordOptions = {},
): AsyncGenerator<E, R> {
  let last = performance.now();
  let ended = false;
  try {
    for (;;) {
      const { done, value } = await events.next();
      if ((ended = done === true)) return value;
      const event = value;
      const complete = event.kind === 'epoch';
      if (complete || performance.now() - last >= saveEvery * 1000) {
        await keep(run, trained, event).catch((error: unknown) => {
          if (!(error instanceof EidosError)) throw error;
          onWarning?.(error.message);
        });
        last = performance.now();
      }
      yield event;
    }
  } finally {
    // Whoever leaves the loop ends training too.
    if (!ended) await events.return(undefined as R);
  }
}

async function keep(run: Run, trained: Pick<Trained, 'snapshot'>, event: Told): Promise<void> {
  const line = metricsLine(event);
  if (event.kind === 'epoch') await run.log(line);
  await run.save(await trained.snapshot(), numbers(line));
}

const numbers = (line: MetricsLine): Record<string, number> => {
  const { step: _, epoch: __, seconds: ___, ...rest } = line;
  return Object.fromEntries(
    Object.entries(rest).flatMap(([name, x]) => (typeof x === 'number' ? [[name, x]] : [])),
  );
};

/** An event as a line: validation scores are called as in Keras, valLoss. */
export function metricsLine(event: Told): MetricsLine {
  const { epoch, step, steps, seconds } = event;
  return { step: (epoch - 1) * steps + step, epoch, seconds, ...figuresOf(event) };
}
