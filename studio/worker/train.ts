// Training in the worker: one at a time, played, paused and stepped by the page, kept as it goes, and looked into.
// What the page shows is told by events; what a training is made of is in recipe.ts.
import {
  activationTiles,
  diagram,
  EidosError,
  filterTiles,
  layerActivations,
  Playback,
  presets,
  recorded,
  type BrowserRun,
  type Dataset,
  type History,
  type Json,
  type Model,
  type Progress,
  type Snapshot,
  type Tile,
} from 'eidos';
import { dataFor, limited } from './data.ts';
import { device } from './engine.ts';
import { keepModel } from './models.ts';
import { Lent, offer, secondsPerStepThere, type Offer } from './native.ts';
import { configFrom, configOf, modelFor, presetCards, type PresetCard, type TrainConfig, type TrainPlan } from './recipe.ts'; // prettier-ignore
import { Said, type Context } from './rpc.ts';
import { cardFor } from './run-models.ts';
import { seenBy, type Seen } from './seen.ts';
import { store } from './store.ts';

export type { Offer } from './native.ts';
export type { PresetCard, TrainPlan } from './recipe.ts';
export type { Misread, Seen } from './seen.ts';

/** What is known before anything is trained. */
export interface Forecast {
  readonly parameters: number;
  readonly trainable: number;
  readonly peakBytes: number;
  readonly operations: number;
  readonly seconds: number;
  readonly steps: number;
  readonly examples: number;
  readonly tested: number;
  /** The network as a drawing: layers, shapes, parameters. */
  readonly svg: string;
}

/** What the page is told while a network is trained. */
export type TrainEvent =
  | {
      readonly kind: 'begun';
      readonly run: string;
      readonly config: TrainConfig;
      readonly layers: readonly string[];
    }
  | { readonly kind: 'at'; readonly at: At }
  | { readonly kind: 'epoch'; readonly at: At; readonly validation: At['metrics'] }
  | { readonly kind: 'seen'; readonly seen: Seen }
  | { readonly kind: 'state'; readonly state: 'playing' | 'paused' | 'ended' }
  | { readonly kind: 'warning'; readonly words: string };

/** How far it is. */
export interface At {
  /** Steps in all. */
  readonly done: number;
  readonly epoch: number;
  readonly epochs: number;
  readonly step: number;
  readonly steps: number;
  readonly secondsLeft: number;
  /** Since the last event, and of the epoch so far. */
  readonly recent: number;
  readonly metrics: Readonly<Record<string, number>>;
}

/** What it came to. */
export interface Trained {
  readonly run: string;
  readonly finished: boolean;
  readonly figures: Readonly<Record<string, number>>;
}

/** Something asked for, and whether the server's processor may do it. */
export type Where<T> = T & { readonly native: boolean };

/** Seconds between checkpoints. */
const saveEvery = 10;

/** Test examples that are looked at after an epoch; all of them at the end. */
const lookedAt = 1000;

type Ended = Pick<History, 'stopped'>;

interface Session {
  readonly config: TrainConfig;
  readonly model: Model;
  readonly data: Dataset;
  readonly run: BrowserRun;
  readonly playback: Playback<Progress, Ended>;
  /** Of the last whole step. */
  readonly snapshot: () => Promise<Snapshot>;
  last: Readonly<Record<string, number>>;
  /** Whole epochs done, if one was completed since it began. */
  epoch: number | undefined;
}

let session: Session | undefined;
/** The network that was trained last, to be looked into; where the server trains it, it is brought up to date first. */
let looked:
  { readonly model: Model; readonly data: Dataset; readonly fresh: () => Promise<void> } | undefined;

let busy = false;

/** One training at a time. */
async function alone<T>(work: () => Promise<T>): Promise<T> {
  if (busy) throw new Said('busyTraining');
  busy = true;
  try {
    return await work();
  } finally {
    busy = false;
  }
}

/** What is trained, where it is kept, what it goes on from, and who lends the processor if not the browser. */
interface Lesson {
  readonly config: TrainConfig;
  readonly seed: number;
  readonly data: Dataset;
  readonly run: BrowserRun;
  readonly snapshot?: Snapshot | undefined;
  readonly lent: Lent | undefined;
}

/** Works with the server's processor if that is wished, and gives it back. */
async function lending<T>(
  native: boolean,
  { data, ...order }: Pick<Lesson, 'config' | 'seed' | 'data' | 'snapshot'>,
  work: (lent: Lent | undefined) => Promise<T>,
): Promise<T> {
  if (!native) return work(undefined);
  const lent = await Lent.begin({ ...order, data: data.train });
  try {
    return await work(lent);
  } finally {
    lent.close();
  }
}

/** Trains in a run, from where a snapshot was taken if there is one. */
async function trainIn(lesson: Lesson, context: Context<TrainEvent>): Promise<Trained> {
  const { config, seed, data, run, snapshot, lent } = lesson;
  const tell = (event: TrainEvent): void => context.tell(event);
  const model = modelFor(config, await device(), seed);
  const { logits = false } = presets[config.model];
  const classes = config.classes.length;
  try {
    if (snapshot) await model.restore(snapshot);
    keepModel({ ...cardFor(run.name, run.record.name, config), model, logits });
    const now = { snapshot: () => (lent ?? model).snapshot() };
    const fresh = async (): Promise<void> => lent && model.restore(await lent.snapshot());
    looked = { model, data, fresh };
    let before: At | undefined;
    const look = async (most: number): Promise<void> => {
      await fresh();
      tell({ kind: 'seen', seen: await seenBy(model, data.test, { classes, logits, most }) });
    };
    const playback = new Playback<Progress, Ended>({
      train: (how) =>
        recorded(run, now, lent ? lent.train(how) : trainHere(lesson, model, how), {
          saveEvery,
          onWarning: (words) => tell({ kind: 'warning', words }),
        }),
      onEvent: async (event) => {
        const at = atOf(event, before);
        before = at;
        if (session) session.last = at.metrics;
        if (session && event.kind === 'epoch') session.epoch = event.epoch;
        if (event.kind === 'progress') return tell({ kind: 'at', at });
        tell({ kind: 'epoch', at, validation: numbersIn(event.validation ?? {}) });
        await look(lookedAt);
      },
      isStep: ({ kind }) => kind === 'progress',
      onState: (state) => tell({ kind: 'state', state }),
    });
    session = { config, model, data, run, playback, ...now, last: {}, epoch: undefined };
    context.signal.addEventListener('abort', () => void playback.stop());
    if (lent) lent.onClosing = () => void playback.stop().catch(() => undefined);
    tell({ kind: 'begun', run: run.name, config, layers: model.layers.map(({ name }) => name) });
    await look(lookedAt);
    playback.play();
    const { stopped } = await playback.ended;
    return await conclude(session, stopped, look);
  } catch (error) {
    // A server that has ended is no failure of the run: it is listed as interrupted, and can be gone on with.
    if (!(error instanceof Said)) await run.end('failed', { error }).catch(() => undefined);
    throw error;
  } finally {
    looked = looked?.model === model ? { ...looked, fresh: () => Promise.resolve() } : looked;
    session = undefined;
    await run.close();
  }
}

/** Trains in the browser. */
function trainHere(
  { config, data }: Lesson,
  model: Model,
  how: { readonly pace: () => number; readonly signal: AbortSignal },
): AsyncGenerator<Progress, Ended> {
  const { epochs, batch: batchSize, validationSplit } = config;
  const callbacks = presets[config.model].callbacks?.() ?? [];
  return model.train(data.train, { epochs, batchSize, validationSplit, resume: true, callbacks, ...how });
}

const numbersIn = (scores: object): Record<string, number> =>
  Object.fromEntries(Object.entries(scores).filter(([, x]) => typeof x === 'number'));

/** An event as the page is told; `recent` is the loss of what was learned since the one before. */
function atOf(
  { epoch, epochs, step, steps, secondsLeft, loss, metrics }: Progress,
  before: At | undefined,
): At {
  const done = (epoch - 1) * steps + step;
  const same = before?.epoch === epoch && before.step < step ? before : undefined;
  const recent = same ? (loss * step - (same.metrics['loss'] ?? 0) * same.step) / (step - same.step) : loss;
  return { done, epoch, epochs, step, steps, secondsLeft, recent, metrics: { loss, ...metrics } };
}

/** Tests a network whose training is over, keeps all of it, and ends the run; one that was stopped can be gone on with. */
async function conclude(
  { model, data, run, snapshot, last: metrics, epoch }: Session,
  stopped: boolean,
  look: (most: number) => Promise<void>,
): Promise<Trained> {
  const last = { ...(epoch !== undefined && { epoch }), ...metrics };
  await run.save(await snapshot(), metrics);
  if (stopped) {
    await run.end('stopped', { figures: last });
    return { run: run.name, finished: false, figures: last };
  }
  await look(Infinity);
  const { loss: testLoss, accuracy: testAccuracy = NaN } = await model.evaluate(data.test);
  const figures = { ...last, testLoss, testAccuracy };
  await run.end('finished', { figures });
  return { run: run.name, finished: true, figures };
}

const onThreads = (name: string, threads: number): string =>
  `${name}, ${threads} ${threads === 1 ? 'thread' : 'threads'}`;

async function started(
  { native, ...plan }: Where<TrainPlan>,
  context: Context<TrainEvent>,
): Promise<Trained> {
  const data = limited(await dataFor(plan.data), plan.limit);
  const config = configOf(plan, data);
  const { seed } = plan;
  return lending(native, { config, seed, data }, async (lent) => {
    const run = await (
      await store()
    ).start({
      name: `${data.name}-${plan.model}`,
      seed,
      config: config as unknown as Readonly<Record<string, Json>>,
      device: lent ? onThreads('native', lent.threads) : onThreads('wasm', (await device()).threads),
    });
    return trainIn({ config, seed, data, run, lent }, context);
  });
}

/** Where it was begun, if that is at hand. */
async function resumed(
  { run: name, native }: Where<{ readonly run: string }>,
  context: Context<TrainEvent>,
): Promise<Trained> {
  const runs = await store();
  const { record } = await runs.read(name);
  const config = configFrom(name, record.config);
  // Before the run is taken up.
  const data = limited(await dataFor(config.data), config.limit);
  const there = native && record.versions['device']?.startsWith('native') === true && (await offer()).works;
  const { run, snapshot } = await runs.resume(name, {
    onWarning: (words) => context.tell({ kind: 'warning', words }),
  });
  try {
    const { seed } = record;
    return await lending(there, { config, seed, data, snapshot }, (lent) =>
      trainIn({ config, seed, data, run, snapshot, lent }, context),
    );
  } finally {
    await run.close();
  }
}

/** A tile as it crosses to the page. */
const plain = ({ pixels, width, height, caption = '' }: Tile) => ({ pixels, width, height, caption });

/** A small picture of one channel. */
export type PlainTile = ReturnType<typeof plain>;

/** What the page can ask about training. */
export const train = {
  /** The networks there are. */
  presets: (_: unknown): Promise<readonly PresetCard[]> => Promise.resolve(presetCards()),

  /** What a training would take; nothing of it is kept. */
  async forecast({ native, ...plan }: Where<TrainPlan>): Promise<Forecast> {
    const data = limited(await dataFor(plan.data), plan.limit);
    const config = configOf(plan, data);
    const model = modelFor(config, await device(), plan.seed);
    try {
      const { epochs, batch: batchSize } = config;
      const secondsPerStep = native
        ? await secondsPerStepThere({ config, seed: plan.seed, data: data.train })
        : (await model.estimate(data.train, { epochs, batchSize })).secondsPerStep;
      const steps = epochs * Math.ceil(config.examples / batchSize);
      const { peakBytes, operationsPerExample: operations } = await model.cost({ batchSize });
      return {
        parameters: model.count(),
        trainable: model.count('trainable'),
        peakBytes: peakBytes + data.train.images.length,
        operations,
        seconds: steps * secondsPerStep,
        steps,
        examples: config.examples,
        tested: data.test.count,
        svg: await diagram(model, { format: 'svg', title: '', scale: 1 }),
      };
    } finally {
      await model.close();
    }
  },

  /** What the page's server says of its processor; only for pages that have a server. */
  native: (_: unknown): Promise<Offer> => offer(),

  /** Trains to the end, or until it is stopped. */
  start: (plan: Where<TrainPlan>, context: Context<TrainEvent>): Promise<Trained> =>
    alone(() => started(plan, context)),

  /** Goes on with a run, to the bit as if it had not been interrupted. */
  resume: (ask: Where<{ readonly run: string }>, context: Context<TrainEvent>): Promise<Trained> =>
    alone(() => resumed(ask, context)),

  /** Plays, pauses, takes one step, or stops. What is paused is saved. */
  async control({ what }: { readonly what: 'play' | 'pause' | 'step' | 'stop' }): Promise<void> {
    if (!session) return;
    const { playback, run, snapshot, last } = session;
    if (what === 'play') return playback.play();
    if (what === 'stop') return void playback.stop();
    if (what === 'step') return playback.step();
    await playback.pause();
    await run.save(await snapshot(), last);
  },

  /** What the first layer looks for, as pictures; none where it does not look at pixels. */
  async filters(_: unknown): Promise<readonly PlainTile[]> {
    if (!looked) return [];
    const { model, fresh } = looked;
    await fresh();
    return (await withoutLayers(() => filterTiles(model, 64))).map(plain);
  },

  /** What a layer makes of a test example. */
  async inside({
    index,
    layer,
  }: {
    readonly index: number;
    readonly layer: string;
  }): Promise<readonly PlainTile[]> {
    if (!looked) return [];
    const { model, data, fresh } = looked;
    await fresh();
    const size = data.test.shape.reduce((a, b) => a * b, 1);
    const x = Float32Array.from(data.test.images.subarray(index * size, (index + 1) * size), (v) => v / 255);
    return (await withoutLayers(async () => activationTiles(await layerActivations(model, x, layer)))).map(
      plain,
    );
  },
};

/** What a network does not have is not shown. */
async function withoutLayers(work: () => Promise<readonly Tile[]>): Promise<readonly Tile[]> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof EidosError) return [];
    throw error;
  }
}
