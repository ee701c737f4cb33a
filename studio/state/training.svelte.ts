// The training of now, as the pages show it: it goes on while another page is looked at.
import type { At, Seen, Trained, TrainEvent, TrainPlan } from '../worker/train.ts';
import { EngineError } from '../worker/rpc.ts';
import { engine } from './engine.ts';
import { refreshModels } from './models.svelte.ts';
import { hasServer } from './native.svelte.ts';
import { complain } from './notice.svelte.ts';

/** Numbers over steps. */
export interface Line {
  readonly x: readonly number[];
  readonly y: readonly number[];
}

/** Whether what is trained is played; `broken`: it ended by an error, and what was saved before stays. */
export type Phase = 'none' | 'preparing' | 'playing' | 'paused' | 'over' | 'broken';

/** How a training stands. */
export interface Training {
  readonly phase: Phase;
  readonly run: string;
  readonly classes: readonly string[];
  readonly layers: readonly string[];
  readonly at: At | undefined;
  readonly seen: Seen | undefined;
  readonly loss: Line;
  readonly accuracy: Line;
  readonly valLoss: Line;
  readonly valAccuracy: Line;
  readonly trained: Trained | undefined;
}

const empty: Line = { x: [], y: [] };

const none: Training = {
  phase: 'none',
  run: '',
  classes: [],
  layers: [],
  at: undefined,
  seen: undefined,
  loss: empty,
  accuracy: empty,
  valLoss: empty,
  valAccuracy: empty,
  trained: undefined,
};

let now = $state.raw<Training>(none);

/** The training of now. */
export const training = (): Training => now;

/** Whether one is under way. */
export const underWay = (): boolean => ['preparing', 'playing', 'paused'].includes(now.phase);

/** Points of a curve: no more than a screen can show. */
const most = 1200;

/** A curve with one point more; where there are too many, every second one goes. */
export function longer({ x, y }: Line, at: number, value: number | undefined): Line {
  if (value === undefined) return { x, y };
  const line = { x: [...x, at], y: [...y, value] };
  if (line.x.length <= most) return line;
  const half = (list: readonly number[]): number[] => list.filter((_, i) => i % 2 === 1);
  return { x: half(line.x), y: half(line.y) };
}

function hear(event: TrainEvent): void {
  if (event.kind === 'begun') {
    const { run, layers, config } = event;
    now = { ...now, run, layers, classes: config.classes };
    // From now on other pages can ask it.
    void refreshModels().catch(complain);
  } else if (event.kind === 'state') {
    if (event.state !== 'ended') now = { ...now, phase: event.state };
  } else if (event.kind === 'seen') now = { ...now, seen: event.seen };
  else if (event.kind === 'warning') void complain(new EngineError(event.words, 'library'));
  else if (event.kind === 'at') {
    const { at } = event;
    now = {
      ...now,
      at,
      loss: longer(now.loss, at.done, at.recent),
      accuracy: longer(now.accuracy, at.done, at.metrics['accuracy']),
    };
  } else {
    const { at, validation } = event;
    now = {
      ...now,
      at,
      valLoss: longer(now.valLoss, at.done, validation['loss']),
      valAccuracy: longer(now.valAccuracy, at.done, validation['accuracy']),
    };
  }
}

async function follow(work: (onEvent: (event: TrainEvent) => void) => Promise<Trained>): Promise<void> {
  const before = now;
  now = { ...none, phase: 'preparing' };
  try {
    const trained = await work(hear);
    now = { ...now, phase: 'over', trained };
  } catch (error) {
    now = now.run === '' ? before : { ...now, phase: 'broken' };
    await complain(error);
  }
}

/** Begins one, here or on the server's processor. */
export const begin = (plan: TrainPlan, native: boolean): Promise<void> =>
  follow((onEvent) => engine.train.start({ ...plan, native }, { onEvent }));

/** Goes on with a run, its curves first. */
export const goOn = (run: string): Promise<void> =>
  follow(async (onEvent) => {
    const { lines } = await engine.runs.lines({ run });
    const line = (name: string): Line => {
      const found = lines.filter((one) => typeof one[name] === 'number');
      return { x: found.map(({ step }) => Number(step)), y: found.map((one) => Number(one[name])) };
    };
    now = {
      ...now,
      loss: line('loss'),
      accuracy: line('accuracy'),
      valLoss: line('valLoss'),
      valAccuracy: line('valAccuracy'),
    };
    return engine.train.resume({ run, native: hasServer }, { onEvent });
  });

/** Plays, pauses, takes a step, stops. */
export const control = (what: 'play' | 'pause' | 'step' | 'stop'): Promise<void> =>
  engine.train.control({ what }).catch(complain);
