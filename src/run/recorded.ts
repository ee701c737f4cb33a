// Keeping a run while its model trains: a line of metrics after every epoch, a checkpoint then and from time to time.
// Where the run is kept, in a folder or in a browser, makes no difference here.
import { EidosError } from '../base/check.ts';
import type { Snapshot, Trained } from '../files/snapshot.ts';
import { figuresOf, type Progress } from '../nn/fit.ts';
import type { MetricsLine } from './record.ts';

/** What metrics and checkpoints are given to: a run in a folder, or one in a browser. */
export interface Keeper {
  log(line: MetricsLine): Promise<void>;
  save(snapshot: Snapshot, metrics?: Readonly<Record<string, number>>): Promise<unknown>;
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
  run: Keeper,
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

async function keep(run: Keeper, trained: Pick<Trained, 'snapshot'>, event: Told): Promise<void> {
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
