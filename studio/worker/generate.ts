// GANs in the worker: one game at a time, played, paused and stepped by the page and kept as it goes; then, or
// meanwhile, its generator draws whatever the page asks for. What a game is made of is in gan-recipe.ts.
import {
  addLook,
  between,
  contactSheet,
  distancesFrom,
  encodePng,
  healthOf,
  lookLine,
  observationsIn,
  Playback,
  samplesToLookAt,
  type BrowserRun,
  type Dataset,
  type Distances,
  type Finding,
  type Game,
  type GameEvent,
  type Json,
  type Observation,
  type Samples,
  type Signals,
  type Snapshot,
} from 'eidos';
import { dataFor, limited } from './data.ts';
import { device } from './engine.ts';
import { builtGame, gameOf, ganConfigFrom, ganConfigOf, recipeCards, recipeOf, type GanConfig, type GanPlan, type RecipeCard } from './gan-recipe.ts'; // prettier-ignore
import { Said, type Context } from './rpc.ts';
import { store } from './store.ts';

export type { GanPlan, RecipeCard } from './gan-recipe.ts';
export type { Finding, Signals } from 'eidos';

/** What is known before a round is played. */
export interface GanForecast {
  readonly generator: number;
  readonly critic: number;
  readonly peakBytes: number;
  readonly secondsPerRound: number;
}

/** What the page is told while a game is played. */
export type GanEvent =
  | { readonly kind: 'begun'; readonly run: string; readonly about: GeneratorCard }
  | { readonly kind: 'at'; readonly round: number; readonly rounds: number; readonly secondsLeft: number }
  | { readonly kind: 'signals'; readonly round: number; readonly signals: Signals }
  | { readonly kind: 'grid'; readonly round: number; readonly png: Uint8Array }
  | { readonly kind: 'health'; readonly findings: readonly Finding[] }
  | { readonly kind: 'state'; readonly state: 'playing' | 'paused' | 'ended' }
  | { readonly kind: 'warning'; readonly words: string };

/** What the page knows of a generator. */
export interface GeneratorCard {
  readonly run: string;
  readonly shape: readonly [number, number, number];
  /** What can be asked for; empty where it knows no classes. */
  readonly classes: readonly string[];
  readonly latent: number;
  readonly rounds: number;
}

/** Pictures as the page draws them: bytes [count, ...shape]. */
export interface Drawn {
  readonly images: Uint8Array;
  readonly count: number;
  readonly shape: readonly number[];
}

/** Seconds between checkpoints. */
const saveEvery = 5;

/** The seed of the numbers that all grids of all runs are drawn from. */
const gridSeed = 1;

interface Session {
  readonly game: Game;
  readonly run: BrowserRun;
  readonly config: GanConfig;
  readonly data: Dataset;
  readonly playback: Playback<GameEvent, void>;
  readonly observations: Observation[];
  readonly distances: (made: Samples) => Distances;
}

let session: Session | undefined;
let busy = false;
/** The game that draws: that of the session, or of a run that was opened. */
let drawing: { readonly game: Game; readonly card: GeneratorCard } | undefined;

async function alone<T>(work: () => Promise<T>): Promise<T> {
  if (busy) throw new Said('busyTraining');
  busy = true;
  try {
    return await work();
  } finally {
    busy = false;
  }
}

const cardOf = (run: string, { shape, classes }: GanConfig, game: Game): GeneratorCard => ({
  run,
  shape,
  classes: game.rules.classes > 0 ? classes : [],
  latent: game.latent.size,
  rounds: game.round,
});

async function draws(game: Game, card: GeneratorCard): Promise<void> {
  const before = drawing;
  drawing = { game, card };
  if (before && before.game !== game) await before.game.close();
}

/** The grid of fixed numbers as a picture: a column for each class, or five by five. */
async function gridOf(game: Game): Promise<Uint8Array> {
  const { classes } = game.rules;
  const [count, columns] = classes > 0 ? [5 * classes, classes] : [25, 5];
  return encodePng(sheetOf(await game.sample({ count, seed: gridSeed }), columns));
}

function sheetOf({ images, count, shape }: Samples, columns: number): ReturnType<typeof contactSheet> {
  const [height = 1, width = 1, channels = 1] = shape;
  const size = height * width * channels;
  const tiles = Array.from({ length: count }, (_, i) => ({
    pixels: images.subarray(i * size, (i + 1) * size),
    width,
    height,
    channels: channels === 3 ? (3 as const) : (1 as const),
  }));
  return contactSheet(tiles, {
    columns,
    scale: Math.max(1, Math.round(64 / height)),
    gap: 2,
    ink: channels === 1,
  });
}

/** What an event is worth keeping and telling. */
async function hear(
  { game, run, observations, distances }: Pick<Session, 'game' | 'run' | 'observations' | 'distances'>,
  { kind, round, rounds, secondsLeft, seconds, signals }: GameEvent,
  tell: (event: GanEvent) => void,
): Promise<void> {
  tell({ kind: 'at', round, rounds, secondsLeft });
  if (signals) {
    await run.log({ step: round, seconds, ...signals });
    observations.push({ round, signals });
    tell({ kind: 'signals', round, signals });
  }
  if (kind === 'grid') {
    await show(game, run, tell);
    const count = samplesToLookAt(game.rules.shape);
    const look = { distances: distances(await game.sample({ count, seed: gridSeed })) };
    addLook(observations, look);
    await run.log({ step: round, ...lookLine(look) });
  }
  if (kind !== 'progress') {
    const fault = kind === 'fault' ? { fault: round } : {};
    const conditional = game.rules.classes > 0;
    tell({ kind: 'health', findings: healthOf(observations, { rounds, conditional, ...fault }) });
  }
}

/** Draws the grid of this round, keeps it, and tells of it. */
async function show(game: Game, run: BrowserRun, tell: (event: GanEvent) => void): Promise<void> {
  const png = await gridOf(game);
  await run.savePicture(`round-${String(game.round).padStart(6, '0')}.png`, png);
  tell({ kind: 'grid', round: game.round, png });
}

interface Stage {
  readonly config: GanConfig;
  readonly seed: number;
  readonly run: BrowserRun;
  readonly snapshot?: Snapshot | undefined;
}

/** Plays in a run. */
async function playIn(
  { config, seed, run, snapshot }: Stage,
  context: Context<GanEvent>,
): Promise<GeneratorCard> {
  const tell = (event: GanEvent): void => context.tell(event);
  const data = limited(await dataFor(config.data), config.limit);
  const game = await gameOf(config, await device(), seed);
  try {
    if (snapshot) await game.restore(snapshot);
    await draws(game, cardOf(run.name, config, game));
    const distances = distancesFrom(data.train);
    const observations = snapshot ? observationsIn(await (await store()).metrics(run.name)) : [];
    const latest = (): Readonly<Record<string, number>> => ({ ...observations.at(-1)?.signals });
    let saved = performance.now();
    const keep = async (): Promise<void> => {
      saved = performance.now();
      // That the browser has no room now is no reason to stop.
      await game
        .snapshot()
        .then((all) => run.save(all, latest()))
        .catch((error: unknown) => tell({ kind: 'warning', words: String((error as Error).message) }));
    };
    const { rounds, reportEvery, gridEvery } = config;
    const playback = new Playback<GameEvent, void>({
      train: (how) => game.train(data.train, { rounds, reportEvery, gridEvery, ...how }),
      onEvent: async (event) => {
        await hear({ game, run, observations, distances }, event, tell);
        if (performance.now() - saved > saveEvery * 1000) await keep();
      },
      isStep: ({ kind }) => kind === 'progress',
      onState: (state) => tell({ kind: 'state', state }),
    });
    session = { game, run, config, data, playback, observations, distances };
    context.signal.addEventListener('abort', () => void playback.stop());
    tell({ kind: 'begun', run: run.name, about: cardOf(run.name, config, game) });
    if (game.round === 0) await show(game, run, tell);
    playback.play();
    await playback.ended;
    await keep();
    await show(game, run, tell);
    await run.end(game.round >= rounds ? 'finished' : 'stopped', {
      figures: { step: game.round, ...latest() },
    });
    return cardOf(run.name, config, game);
  } catch (error) {
    await run.end('failed', { error }).catch(() => undefined);
    throw error;
  } finally {
    session = undefined;
    await run.close();
  }
}

/** The generator that draws now. */
export function generator(): { readonly game: Game; readonly card: GeneratorCard } {
  if (!drawing) throw new Said('noGenerator');
  return drawing;
}

/** What is asked of a generator. */
export interface Wish {
  /** Numbers to start from, for each picture; those of a seed where they are not given. */
  readonly latents?: Float32Array;
  readonly seed: number;
  readonly count: number;
  /** How much of each class, [count * classes], where there are classes. */
  readonly mixes?: Float32Array;
}

/** What the page can ask about GANs. */
export const generate = {
  /** The recipes there are, and the one for a data set. */
  recipes: ({
    data,
    shape,
    classes,
  }: {
    readonly data: string;
    readonly shape: readonly number[];
    readonly classes: number;
  }): Promise<{ readonly all: readonly RecipeCard[]; readonly usual: string }> =>
    Promise.resolve({ all: recipeCards(), usual: recipeOf(data, shape, classes) }),

  /** What a game would take; nothing of it is kept. */
  async forecast(plan: GanPlan): Promise<GanForecast> {
    const data = limited(await dataFor(plan.data), plan.limit);
    const game = await gameOf(ganConfigOf(plan, data), await device(), plan.seed);
    try {
      const { peakBytes } = await game.cost(data.train);
      const secondsPerRound = await game.secondsPerRound(data.train, 0.2);
      const about = { shape: data.train.shape, classes: data.classes.length };
      const count = (of: 'generator' | 'critic'): number => parameters(plan, about)[of];
      return { generator: count('generator'), critic: count('critic'), peakBytes, secondsPerRound };
    } finally {
      await game.close();
    }
  },

  /** Plays to the end, or until it is stopped. */
  start: (plan: GanPlan, context: Context<GanEvent>): Promise<GeneratorCard> =>
    alone(() => started(plan, context)),

  /** Goes on with a run, to the bit as if it had not been interrupted. */
  resume: ({ run }: { readonly run: string }, context: Context<GanEvent>): Promise<GeneratorCard> =>
    alone(() => resumed(run, context)),

  /** Plays, pauses, plays one round, or stops. What is paused is saved. */
  async control({ what }: { readonly what: 'play' | 'pause' | 'step' | 'stop' }): Promise<void> {
    if (!session) return;
    const { playback, run, game } = session;
    if (what === 'play') return playback.play();
    if (what === 'stop') return void playback.stop();
    if (what === 'step') return playback.step();
    await playback.pause();
    await run.save(await game.snapshot());
  },

  /** Opens the generator of a run to draw. */
  async open({ run }: { readonly run: string }): Promise<GeneratorCard> {
    if (session?.run.name === run) return generator().card;
    if (session) throw new Said('busyTraining');
    const runs = await store();
    const { record } = await runs.read(run);
    const config = ganConfigFrom(run, record.config);
    const { snapshot } = await runs.load(run);
    const game = await gameOf(config, await device(), record.seed);
    await game.restore(snapshot);
    const card = cardOf(run, config, game);
    await draws(game, card);
    return card;
  },

  /** Pictures of the generator that is open. */
  async sample({ latents, seed, count, mixes }: Wish): Promise<Drawn> {
    const { game } = generator();
    return game.sample({ count, seed, ...(latents && { latents }), ...(mixes && { mixes }) });
  },

  /** The numbers of a seed, one row. */
  latents: ({ seed, row }: { readonly seed: number; readonly row: number }): Promise<Float32Array> =>
    Promise.resolve(generator().game.latents(seed, [row])),

  /** A walk from the numbers of one seed to those of another, in so many pictures. */
  async walk({
    from,
    to,
    count,
    mix,
  }: {
    readonly from: number;
    readonly to: number;
    readonly count: number;
    readonly mix?: Float32Array;
  }): Promise<Drawn> {
    const { game } = generator();
    const [a, b] = [game.latents(from, [0]), game.latents(to, [0])];
    const rows = Array.from({ length: count }, (_, i) =>
      between(game.latent, a, b, i / Math.max(1, count - 1)),
    );
    const latents = Float32Array.from(rows.flatMap((row) => Array.from(row)));
    const mixes =
      mix && Float32Array.from({ length: count * mix.length }, (_, i) => mix[i % mix.length] ?? 0);
    return game.sample({ count, latents, ...(mixes && { mixes }) });
  },
};

/** Parameters of both networks. */
function parameters(
  { recipe }: GanPlan,
  about: { readonly shape: readonly [number, number, number]; readonly classes: number },
): { readonly generator: number; readonly critic: number } {
  const built = builtGame(recipe, about);
  return { generator: built.generator.count(), critic: built.critic.count() };
}

async function started(plan: GanPlan, context: Context<GanEvent>): Promise<GeneratorCard> {
  const data = limited(await dataFor(plan.data), plan.limit);
  const config = ganConfigOf(plan, data);
  const { threads } = await device();
  const run = await (
    await store()
  ).start({
    name: `gan-${data.name}-${plan.recipe}`,
    seed: plan.seed,
    config: config as unknown as Readonly<Record<string, Json>>,
    device: `wasm, ${threads} ${threads === 1 ? 'thread' : 'threads'}`,
  });
  return playIn({ config, seed: plan.seed, run }, context);
}

async function resumed(name: string, context: Context<GanEvent>): Promise<GeneratorCard> {
  const runs = await store();
  const config = ganConfigFrom(name, (await runs.read(name)).record.config);
  await dataFor(config.data); // before the run is taken up
  const { run, snapshot } = await runs.resume(name, {
    onWarning: (words) => context.tell({ kind: 'warning', words }),
  });
  return playIn({ config, seed: run.record.seed, run, snapshot }, context);
}
