// What a run will take, told before its first round. Rounds, grids and checkpoints are timed in seconds of the processor,
// which other work does not move; how many of the clock those are just now is seen over the whole trial. Memory is counted.
import { createHash } from 'node:crypto';
import { samplesToLookAt, snapshotToParts, type Game } from '../src/index.ts';
import type { GanConfig, Source } from './gan-run.ts';
import { seen, shown, viewOf, type Eyes } from './gan-view.ts';

const version = Number.parseInt(process.versions.node);
/**
 * Bytes that Node comes to take more while a game is played. Measured, of a small game and of MNIST: 20 to 46 MB with Node
 * 20, 40 to 53 with 22, 53 to 90 with 24; each keeps more room for what is young than the one before.
 */
const growth = (version >= 24 ? 64 : version >= 22 ? 40 : 32) * 2 ** 20;

/**
 * Copies of all that is learned that there are while a checkpoint is written: the numbers, and often still those of the
 * checkpoint before (elix at full size: 540 MB in all without them, 632 with).
 */
const copies = 2;

/** Seconds from one checkpoint to the next. */
export const saveEvery = 60;

/** Samples that reading is timed with. */
const some = 200;

/** What a run will take. */
export interface Forecast {
  /** By the clock, if the machine stays as busy as it is. */
  readonly seconds: number;
  /** Of all processors together: what the clock shows of a thread that has one to itself. */
  readonly cpuSeconds: number;
  /** Most memory of the whole process. */
  readonly bytes: number;
  /** Seconds that saving takes once. */
  readonly saving: number;
}

/** What is about to be played. */
export interface Ahead {
  readonly config: GanConfig;
  readonly game: Game;
  readonly source: Source;
  readonly eyes: Eyes;
  /** Rounds that are done. */
  readonly done: number;
}

/** What the clock shows, and what this process has had of all processors. */
export type Spent = Pick<Forecast, 'seconds' | 'cpuSeconds'>;

/** Both since some moment; all there is without one. */
export function spent(since: Spent = { seconds: 0, cpuSeconds: 0 }): Spent {
  const { user, system } = process.cpuUsage();
  return {
    seconds: performance.now() / 1000 - since.seconds,
    cpuSeconds: (user + system) / 1e6 - since.cpuSeconds,
  };
}

/** Seconds of the processor: what a clock shows of work that lasts a moment is mostly what else was done meanwhile. */
const once = async (work: () => Promise<unknown>): Promise<number> => {
  const began = spent();
  await work();
  return spent(began).cpuSeconds;
};

/** The middle of three: the engine that runs all this compiles and collects in threads of its own, whenever it likes. */
async function timed(work: () => Promise<unknown>): Promise<number> {
  const [, middle = 0] = [await once(work), await once(work), await once(work)].sort((a, b) => a - b);
  return middle;
}

/** Seconds of a grid, with what is seen and read of it. */
async function secondsPerGrid({ config, game, eyes }: Ahead): Promise<number> {
  const view = viewOf(config);
  const samples = await game.sample({ count: samplesToLookAt(game.rules.shape) });
  const few = Math.min(some, view.reads);
  // The first ones compile, and Node comes to know its way.
  for (let i = 0; i < 2; i++) {
    await shown(game, view);
    await seen(game, eyes, few);
  }
  const drawing = await timed(() => shown(game, view));
  const beside = await timed(() => Promise.resolve(eyes.distances(samples)));
  const looking = await timed(() => seen(game, eyes, few));
  // Drawing and reading many takes as much longer as there are more of them; few are laid beside real ones, however many.
  return drawing + beside + (looking - beside) * (eyes.reader ? Math.max(1, view.reads / some) : 1);
}

/** Seconds of a checkpoint: all that is learned as a file's bytes, and their checksum. */
const secondsPerSave = (game: Game): Promise<number> =>
  timed(async () => {
    const sum = createHash('sha256');
    for (const part of snapshotToParts(await game.snapshot())) sum.update(part);
    sum.digest();
  });

/** Grids from here on: every so many rounds, and at the end; a new run draws one before. */
const gridsLeft = ({ config: { rounds, gridEvery }, done }: Ahead): number =>
  Math.floor(rounds / gridEvery) - Math.floor(done / gridEvery) + (done === 0 ? 2 : 1);

/** Tells what is ahead; the game is as before afterwards. */
export async function forecast(ahead: Ahead): Promise<Forecast> {
  const { config, game, source, done } = ahead;
  // What is compiled is there, and so is what the networks hold; what they work on comes with the first round.
  const { peakBytes, stateBytes, snapshotBytes } = await game.cost(source.split);
  const bytes = process.memoryUsage().rss + peakBytes - stateBytes + copies * snapshotBytes + growth;
  const began = spent();
  const perRound = await game.secondsPerRound(source.split, 1, () => spent().cpuSeconds);
  const [perGrid, perSave] = [await secondsPerGrid(ahead), await secondsPerSave(game)];
  const trial = spent(began);
  const playing = Math.max(0, config.rounds - done) * perRound + gridsLeft(ahead) * perGrid;
  const busy = trial.seconds / trial.cpuSeconds;
  const cpuSeconds = playing + perSave * (1 + Math.floor((playing * busy) / saveEvery));
  return { seconds: cpuSeconds * busy, cpuSeconds, bytes, saving: perSave };
}
