// Training in a run's folder, the same for everything that is trained: what is shown meanwhile, what is kept, and how
// it stops. What is trained and with what is the caller's business.
import {
  figuresOf,
  recorded,
  safeStop,
  type Data,
  type FitOptions,
  type History,
  type Model,
  type Progress,
  type Run,
} from '../src/index.ts';
import type { Io } from './io.ts';

/** Training was stopped, and that has been said. */
export class Interrupted extends Error {}

/** What trains, on what, and where that is kept. */
export interface Course {
  readonly model: Model;
  readonly data: Data;
  readonly run: Run;
  readonly options: FitOptions<Data>;
}

/** Trains, with checkpoints and metrics in the run's folder. Ctrl-C saves, says how to go on, and throws Interrupted. */
export async function learn(io: Io, { model, data, run, options }: Course): Promise<History> {
  const { t, progress, signal } = io;
  progress.begin(t.compiling);
  let last: Progress | undefined;
  const onWarning = (warning: string): void => progress.note(t.refused(warning));
  const events = recorded(run, model, model.train(data, { ...options, signal }), { onWarning });
  let history: History | undefined;
  for (; history === undefined;) {
    const { done, value } = await events.next();
    if (done) history = value;
    else {
      last = value;
      tell(io, value);
    }
  }
  if (!signal.aborted) {
    // What callbacks did at the end, such as putting the best weights back, is kept too.
    await run.save(await model.snapshot(), last === undefined ? {} : figuresOf(last));
    return history;
  }
  const metrics = last ? { epoch: epochsIn(last), ...figuresOf(last) } : {};
  const { folder, resume, why } = await safeStop(run, model, { metrics });
  if (why !== undefined) progress.note(t.savedElsewhere(folder, why));
  progress.note(last ? t.stoppedTraining({ ...last, seconds: history.seconds }) : t.stoppedEarly);
  progress.note(t.goOn(resume));
  throw new Interrupted();
}

/** Says how far it is. */
function tell({ t, progress }: Io, event: Progress): void {
  if (event.kind === 'advice') progress.note(t.advice(event.advice?.message ?? ''));
  else if (event.kind === 'epoch') progress.note(t.epochDone(event));
  else progress.show(() => t.training(event) + t.left(event.secondsLeft));
}

/** Whole epochs that are done. */
const epochsIn = ({ epoch, kind }: Progress): number => (kind === 'epoch' ? epoch : epoch - 1);

/** Seconds of training, and of an epoch in the mean; NaN where no epoch was completed. */
export function spent({ epochs }: History): { readonly seconds: number; readonly epochSeconds: number } {
  const seconds = epochs.reduce((sum, epoch) => sum + epoch.seconds, 0);
  // To the millisecond: more figures would only be noise.
  return { seconds, epochSeconds: Math.round((1000 * seconds) / epochs.length) / 1000 };
}
