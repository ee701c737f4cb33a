// The game of now, as the pages show it: it goes on while another page is looked at. Also the generator that is open.
import type { Finding, GanEvent, GanPlan, GeneratorCard, Signals } from '../worker/generate.ts';
import { EngineError } from '../worker/rpc.ts';
import { engine } from './engine.ts';
import { complain } from './notice.svelte.ts';
import { longer, type Line, type Phase } from './training.svelte.ts';

/** A grid of the same numbers, as the bytes of a PNG. */
export interface Grid {
  readonly round: number;
  readonly png: Uint8Array;
}

/** Figures that are shown as curves. */
export type Shown = 'generatorLoss' | 'criticLoss' | 'accuracy' | 'ordered' | 'diversity' | 'realDiversity';

const shownNames: readonly Shown[] = ['generatorLoss', 'criticLoss', 'accuracy', 'ordered', 'diversity', 'realDiversity']; // prettier-ignore

/** How a game stands. */
export interface GameState {
  readonly phase: Phase;
  readonly run: string;
  readonly round: number;
  readonly rounds: number;
  readonly secondsLeft: number;
  readonly grids: readonly Grid[];
  readonly curves: Readonly<Record<Shown, Line>>;
  readonly findings: readonly Finding[];
}

const noCurves = Object.fromEntries(shownNames.map((name) => [name, { x: [], y: [] }])) as unknown as GameState['curves']; // prettier-ignore

const none: GameState = {
  phase: 'none',
  run: '',
  round: 0,
  rounds: 0,
  secondsLeft: NaN,
  grids: [],
  curves: noCurves,
  findings: [],
};

let now = $state.raw<GameState>(none);
let opened = $state.raw<GeneratorCard | undefined>(undefined);

/** The game of now. */
export const game = (): GameState => now;

/** The generator that is open, if there is one. */
export const generator = (): GeneratorCard | undefined => opened;

/** Whether a game is under way. */
export const ganUnderWay = (): boolean => ['preparing', 'playing', 'paused'].includes(now.phase);

const withSignals = (
  round: number,
  signals: Signals | Readonly<Record<string, unknown>>,
): GameState['curves'] =>
  Object.fromEntries(
    shownNames.map((name) => {
      const value = (signals as Readonly<Record<string, unknown>>)[name];
      return [name, longer(now.curves[name], round, typeof value === 'number' ? value : undefined)];
    }),
  ) as unknown as GameState['curves'];

function hear(event: GanEvent): void {
  if (event.kind === 'begun') {
    now = { ...now, run: event.run };
    opened = event.about;
  } else if (event.kind === 'at') now = { ...now, ...placeOf(event) };
  else if (event.kind === 'signals') now = { ...now, curves: withSignals(event.round, event.signals) };
  else if (event.kind === 'grid') {
    const { round, png } = event;
    now = { ...now, grids: [...now.grids.filter((one) => one.round !== round), { round, png }] };
    if (opened) opened = { ...opened, rounds: round };
  } else if (event.kind === 'health') now = { ...now, findings: event.findings };
  else if (event.kind === 'warning') void complain(new EngineError(event.words, 'library'));
  else if (event.state !== 'ended') now = { ...now, phase: event.state };
}

const placeOf = ({ round, rounds, secondsLeft }: GanEvent & { readonly kind: 'at' }): Partial<GameState> => ({
  round,
  rounds,
  secondsLeft,
});

async function follow(work: (onEvent: (event: GanEvent) => void) => Promise<GeneratorCard>): Promise<void> {
  const before = now;
  now = { ...none, phase: 'preparing' };
  try {
    opened = await work(hear);
    now = { ...now, phase: 'over' };
  } catch (error) {
    now = now.run === '' ? before : { ...now, phase: 'broken' };
    await complain(error);
  }
}

/** Begins one. */
export const beginGame = (plan: GanPlan): Promise<void> =>
  follow((onEvent) => engine.generate.start(plan, { onEvent }));

/** Goes on with a run, its curves and grids first. */
export const goOnGame = (run: string): Promise<void> =>
  follow(async (onEvent) => {
    const { lines } = await engine.runs.lines({ run });
    for (const line of lines)
      if (typeof line['step'] === 'number') now = { ...now, curves: withSignals(line['step'], line) };
    const grids: Grid[] = [];
    for (const name of await engine.runs.pictures({ run })) {
      const round = Number(/^round-(\d+)\.png$/.exec(name)?.[1] ?? NaN);
      if (Number.isFinite(round)) grids.push({ round, png: await engine.runs.picture({ run, name }) });
    }
    now = { ...now, grids };
    return engine.generate.resume({ run }, { onEvent });
  });

/** Opens the generator of a run. */
export async function openGenerator(run: string): Promise<void> {
  try {
    opened = await engine.generate.open({ run });
  } catch (error) {
    await complain(error);
  }
}

/** Plays, pauses, plays one round, stops. */
export const controlGame = (what: 'play' | 'pause' | 'step' | 'stop'): Promise<void> =>
  engine.generate.control({ what }).catch(complain);
