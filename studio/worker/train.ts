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
import { configFrom, configOf, modelFor, presetCards, type PresetCard, type TrainConfig, type TrainPlan } from './recipe.ts'; // prettier-ignore
import { Said, type Context } from './rpc.ts';
import { cardFor } from './run-models.ts';
import { seenBy, type Seen } from './seen.ts';
import { store } from './store.ts';

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

/** Seconds between checkpoints. */
const saveEvery = 10;

/** Test examples that are looked at after an epoch; all of them at the end. */
const lookedAt = 1000;

interface Session {
  readonly config: TrainConfig;
  readonly model: Model;
  readonly data: Dataset;
  readonly run: BrowserRun;
  readonly playback: Playback<Progress, History>;
  last: Readonly<Record<string, number>>;
  /** Whole epochs done, if one was completed since it began. */
  epoch: number | undefined;
}

let session: Session | undefined;
/** The network that was trained last, to be looked into. */
let looked: { readonly model: Model; readonly data: Dataset } | undefined;

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

/** Trains in a run, from where a snapshot was taken if there is one. */
async function trainIn(
  { config, seed, run, snapshot }: { config: TrainConfig; seed: number; run: BrowserRun; snapshot?: Snapshot | undefined }, // prettier-ignore
  context: Context<TrainEvent>,
): Promise<Trained> {
  const tell = (event: TrainEvent): void => context.tell(event);
  const data = limited(await dataFor(config.data), config.limit);
  const model = modelFor(config, await device(), seed);
  const { logits = false, callbacks } = presets[config.model];
  const classes = config.classes.length;
  try {
    if (snapshot) await model.restore(snapshot);
    keepModel({ ...cardFor(run.name, run.record.name, config), model, logits });
    looked = { model, data };
    let before: At | undefined;
    const look = async (most: number): Promise<void> =>
      tell({ kind: 'seen', seen: await seenBy(model, data.test, { classes, logits, most }) });
    const { epochs, batch: batchSize, validationSplit } = config;
    const playback = new Playback<Progress, History>({
      train: (how) =>
        recorded(
          run,
          model,
          model.train(data.train, {
            epochs,
            batchSize,
            validationSplit,
            resume: true,
            ...(callbacks && { callbacks: callbacks() }),
            ...how,
          }),
          { saveEvery, onWarning: (words) => tell({ kind: 'warning', words }) },
        ),
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
    session = { config, model, data, run, playback, last: {}, epoch: undefined };
    context.signal.addEventListener('abort', () => void playback.stop());
    tell({ kind: 'begun', run: run.name, config, layers: model.layers.map(({ name }) => name) });
    await look(lookedAt);
    playback.play();
    const { stopped } = await playback.ended;
    return await conclude(session, stopped, look);
  } catch (error) {
    await run.end('failed', { error }).catch(() => undefined);
    throw error;
  } finally {
    session = undefined;
    await run.close();
  }
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
  { model, data, run, last: metrics, epoch }: Session,
  stopped: boolean,
  look: (most: number) => Promise<void>,
): Promise<Trained> {
  const last = { ...(epoch !== undefined && { epoch }), ...metrics };
  await run.save(await model.snapshot(), metrics);
  if (stopped) {
    await run.end('stopped', { figures: last });
    return { run: run.name, finished: false, figures: last };
  }
  const { loss: testLoss, accuracy: testAccuracy = NaN } = await model.evaluate(data.test);
  await look(Infinity);
  const figures = { ...last, testLoss, testAccuracy };
  await run.end('finished', { figures });
  return { run: run.name, finished: true, figures };
}

async function started(plan: TrainPlan, context: Context<TrainEvent>): Promise<Trained> {
  const data = limited(await dataFor(plan.data), plan.limit);
  const config = configOf(plan, data);
  const { threads } = await device();
  const run = await (
    await store()
  ).start({
    name: `${data.name}-${plan.model}`,
    seed: plan.seed,
    config: config as unknown as Readonly<Record<string, Json>>,
    device: `wasm, ${threads} ${threads === 1 ? 'thread' : 'threads'}`,
  });
  return trainIn({ config, seed: plan.seed, run }, context);
}

async function resumed(name: string, context: Context<TrainEvent>): Promise<Trained> {
  const runs = await store();
  const config = configFrom(name, (await runs.read(name)).record.config);
  await dataFor(config.data); // before the run is taken up
  const { run, snapshot } = await runs.resume(name, {
    onWarning: (words) => context.tell({ kind: 'warning', words }),
  });
  return trainIn({ config, seed: run.record.seed, run, snapshot }, context);
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
  async forecast(plan: TrainPlan): Promise<Forecast> {
    const data = limited(await dataFor(plan.data), plan.limit);
    const config = configOf(plan, data);
    const model = modelFor(config, await device(), plan.seed);
    try {
      const { epochs, batch: batchSize } = config;
      const { secondsPerStep } = await model.estimate(data.train, { epochs, batchSize });
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

  /** Trains to the end, or until it is stopped. */
  start: (plan: TrainPlan, context: Context<TrainEvent>): Promise<Trained> =>
    alone(() => started(plan, context)),

  /** Goes on with a run, to the bit as if it had not been interrupted. */
  resume: (ask: { readonly run: string }, context: Context<TrainEvent>): Promise<Trained> =>
    alone(() => resumed(ask.run, context)),

  /** Plays, pauses, takes one step, or stops. What is paused is saved. */
  async control({ what }: { readonly what: 'play' | 'pause' | 'step' | 'stop' }): Promise<void> {
    if (!session) return;
    const { playback, run, model, last } = session;
    if (what === 'play') return playback.play();
    if (what === 'stop') return void playback.stop();
    if (what === 'step') return playback.step();
    await playback.pause();
    await run.save(await model.snapshot(), last);
  },

  /** What the first layer looks for, as pictures; none where it does not look at pixels. */
  async filters(_: unknown): Promise<readonly PlainTile[]> {
    if (!looked) return [];
    const { model } = looked;
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
    const { model, data } = looked;
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
