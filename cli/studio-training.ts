// Trainings that the studio's page has this machine's own processor do, on `native`: one at a time. The page sends its
// settings and examples, asks for one event after another, which are lines of JSON, and takes snapshots in between; it
// keeps the run itself. So a page that pauses or goes away has nothing computed for it. Who may ask is studio-server.ts's.
import {
  EidosError,
  open,
  presets,
  readSafetensors,
  snapshotFromBytes,
  snapshotToBytes,
  type Device,
  type FileTensor,
  type Model,
  type Progress,
  type Snapshot,
  type Split,
} from '../src/index.ts';
import { messages } from './messages.ts';
import { configOf, modelFor, type Config } from './plan.ts';

/** What is asked for, from the bytes of a safetensors file. */
export interface Order {
  readonly config: Config;
  readonly seed: number;
  readonly data: Split;
  /** To go on from. */
  readonly snapshot: Snapshot | undefined;
}

/** What the page is told, a line each: an event for each time it asked, the end, or that the server wants to end. */
export type Line =
  | { readonly kind: 'begun'; readonly threads: number }
  | { readonly kind: 'event'; readonly event: Progress }
  | { readonly kind: 'over'; readonly stopped: boolean }
  | { readonly kind: 'failed'; readonly message: string }
  | { readonly kind: 'closing' };

/** Whether this machine's processor can be used, and why not. */
export type Offer =
  { readonly works: true; readonly threads: number } | { readonly works: false; readonly why: string };

/** Milliseconds that a page has to save when the server ends. */
const patience = 5000;

/** An order from its bytes: tensors `images` [count, height, width, channels] and `labels` [count] of bytes, perhaps `snapshot`, the bytes of one; config and seed in the metadata. */
export function orderFrom(bytes: Uint8Array): Order {
  const { tensors, metadata } = readSafetensors(bytes, 'training');
  const [images, labels, snapshot] = ['images', 'labels', 'snapshot'].map((name) =>
    tensors.find((tensor) => tensor.name === name && tensor.dtype === 'u8'),
  );
  const config = configOf(settingsIn(metadata['config'] ?? ''), 'training', messages.en);
  const [count = 0, ...shape] = images?.shape ?? [];
  const seed = Number(metadata['seed']);
  if (
    !images ||
    labels?.shape[0] !== count ||
    shape.join() !== config.shape.join() ||
    !Number.isInteger(seed)
  )
    throw new EidosError(messages.en.badOrder(config.shape.join(' x '), named(tensors)));
  return {
    config,
    seed,
    data: {
      images: images.data as Uint8Array,
      labels: labels.data as Uint8Array,
      count,
      shape: config.shape,
    },
    snapshot: snapshot && snapshotFromBytes(snapshot.data as Uint8Array, 'training'),
  };
}

const named = (tensors: readonly FileTensor[]): string =>
  tensors.map(({ name, shape }) => `${name} ${shape.join(' x ')}`).join(', ') || 'nothing';

/** Settings from their text; none where it is no JSON. */
function settingsIn(text: string): Parameters<typeof configOf>[0] {
  try {
    return JSON.parse(text) as Parameters<typeof configOf>[0];
  } catch {
    return {};
  }
}

/** A training under way, as the page's other requests reach it. */
class Session {
  readonly stopping = new AbortController();
  /** When the page has gone, or has let it go. */
  readonly gone: Promise<void>;
  readonly tell: (line: Line) => void;
  pace = Infinity;
  model: Model | undefined;
  private wake: () => void = () => undefined;
  private asked = 0;
  private left = false;

  constructor(tell: (line: Line) => void, signal: AbortSignal) {
    this.tell = tell;
    this.gone = new Promise((resolve) => {
      const end = (): void => {
        this.left = true;
        this.stopping.abort();
        this.wake();
        resolve();
      };
      if (signal.aborted) end();
      else signal.addEventListener('abort', end, { once: true });
    });
  }

  /** The page wants one event more, after at most so many steps. */
  next(pace: number): void {
    this.pace = pace;
    this.asked++;
    this.wake();
  }

  /** Until the page wants an event, or has gone. */
  async wanted(): Promise<void> {
    while (this.asked === 0 && !this.left) await new Promise<void>((resolve) => (this.wake = resolve));
    this.asked--;
  }
}

/** The trainings of a server. */
export class Trainings {
  private session: Session | undefined;
  private offered: Promise<Offer> | undefined;

  /** Whether there can be any; found out once. */
  offer(): Promise<Offer> {
    return (this.offered ??= offer());
  }

  /** Whether one is under way. */
  get busy(): boolean {
    return this.session !== undefined;
  }

  /** Seconds that a step of the order's training takes. */
  async secondsPerStep({ config, seed, data }: Order): Promise<number> {
    return compiled({ config, seed }, async (model) => {
      const { secondsPerStep } = await model.estimate(data, { epochs: 1, batchSize: config.batch });
      return secondsPerStep;
    });
  }

  /** Trains as the page asks, and holds what was learned until `signal` says that the page has let go of it. */
  async train(order: Order, tell: (line: Line) => void, signal: AbortSignal): Promise<void> {
    const session = new Session(tell, signal);
    this.session = session;
    try {
      await compiled(order, async (model, device) => {
        if (order.snapshot) await model.restore(order.snapshot);
        session.model = model;
        tell({ kind: 'begun', threads: device.threads });
        await follow(session, model, order);
        await session.gone;
      });
    } catch (error) {
      if (!(error instanceof EidosError)) throw error;
      tell({ kind: 'failed', message: error.message });
    } finally {
      this.session = undefined;
    }
  }

  /** The page wants one event more. */
  next(pace: number): void {
    this.session?.next(pace);
  }

  /** The training is to end after its step. */
  stop(): void {
    this.session?.stopping.abort();
  }

  /** What was learned until now, as bytes; undefined if nothing is being trained. */
  async snapshot(): Promise<Uint8Array | undefined> {
    const snapshot = await this.session?.model?.snapshot();
    return snapshot && snapshotToBytes(snapshot);
  }

  /** Lets the page stop and save what is under way, for some seconds. */
  async close(): Promise<void> {
    const { session } = this;
    if (!session) return;
    session.tell({ kind: 'closing' });
    const late = new Promise<void>((resolve) => setTimeout(resolve, patience).unref());
    await Promise.race([session.gone, late]);
  }
}

async function offer(): Promise<Offer> {
  try {
    await using device = await open({ device: 'native' });
    return { works: true, threads: device.threads };
  } catch (error) {
    if (!(error instanceof EidosError)) throw error;
    return { works: false, why: error.message };
  }
}

/** The network of an order on `native`, for as long as the work takes. */
async function compiled<T>(
  { config, seed }: Pick<Order, 'config' | 'seed'>,
  work: (model: Model, device: Device) => Promise<T>,
): Promise<T> {
  await using device = await open({ device: 'native' });
  await using model = modelFor(config, { device, seed });
  return await work(model, device);
}

/** Events as they are asked for, to the last; a page that has gone wants no more of them. */
async function follow(session: Session, model: Model, { config, data }: Order): Promise<void> {
  const { epochs, batch: batchSize, validationSplit, model: name } = config;
  const events = model.train(data, {
    epochs,
    batchSize,
    validationSplit,
    resume: true,
    callbacks: presets[name].callbacks?.() ?? [],
    pace: () => session.pace,
    signal: session.stopping.signal,
  });
  for (;;) {
    await session.wanted();
    const { done, value } = await events.next();
    session.tell(done ? { kind: 'over', stopped: value.stopped } : { kind: 'event', event: value });
    if (done) return;
  }
}
