// This machine's own processor, lent by the page's server: a network that is trained there, on `native`, event by event
// as it is asked for, and whose snapshots are taken here. The server keeps nothing; the run is the page's.
import {
  EidosError,
  snapshotFromBytes,
  snapshotToBytes,
  subset,
  writeSafetensors,
  type FileTensor,
  type History,
  type Progress,
  type Snapshot,
  type Split,
} from 'eidos';
import type { TrainConfig } from './recipe.ts';
import { Said } from './rpc.ts';

/** What the server says of its processor. */
export type Offer =
  { readonly works: true; readonly threads: number } | { readonly works: false; readonly why: string };

/** What is sent to be trained. */
interface Order {
  readonly config: TrainConfig;
  readonly seed: number;
  readonly data: Split;
  readonly snapshot?: Snapshot | undefined;
}

type Line =
  | { readonly kind: 'begun'; readonly threads: number }
  | { readonly kind: 'event'; readonly event: Progress }
  | { readonly kind: 'over'; readonly stopped: boolean }
  | { readonly kind: 'failed'; readonly message: string }
  | { readonly kind: 'closing' };

/** The page and its server share an origin; the worker's own file is in assets/. */
const address = (path: string): URL => new URL(`../api/native${path}`, self.location.href);

/** Asks the server; an error where it does not answer. */
async function ask(path: string, how: RequestInit = {}): Promise<Response> {
  const answer = await fetch(address(path), how).catch(() => undefined);
  // For people, and perhaps the library's words.
  if (answer?.status === 422) throw new EidosError(await answer.text());
  if (answer?.status === 409) throw new Said('busyTraining');
  if (!answer?.ok) throw new Said('serverGone');
  return answer;
}

/** Whether the server can train; only asked where there is one. */
export const offer = async (): Promise<Offer> => (await ask('')).json() as Promise<Offer>;

/** An order as the bytes of a safetensors file. */
function bytesOf({ config, seed, data, snapshot }: Order): Uint8Array<ArrayBuffer> {
  const { images, labels, count, shape } = data;
  const tensors: FileTensor[] = [
    { name: 'images', dtype: 'u8', shape: [count, ...shape], data: images },
    { name: 'labels', dtype: 'u8', shape: [count], data: labels },
  ];
  if (snapshot) {
    const kept = snapshotToBytes(snapshot);
    tensors.push({ name: 'snapshot', dtype: 'u8', shape: [kept.length], data: kept });
  }
  return writeSafetensors(tensors, {
    config: JSON.stringify(config),
    seed: String(seed),
  }) as Uint8Array<ArrayBuffer>;
}

/** Seconds that a step of a training would take there; a batch of examples is sent. */
export async function secondsPerStepThere(order: Order): Promise<number> {
  const data = subset(order.data, Math.min(order.config.batch, order.data.count));
  const answer = await ask('/estimate', { method: 'POST', body: bytesOf({ ...order, data }) });
  const { secondsPerStep } = (await answer.json()) as { secondsPerStep: number };
  return secondsPerStep;
}

/** Numbers that JSON has no way to write are none of it. */
const lineFrom = (text: string): Line => JSON.parse(text, (_, x: unknown) => (x === null ? NaN : x)) as Line;

/** A network that is trained by the server. */
export class Lent {
  readonly threads: number;
  /** Called when the server wants to end. */
  onClosing: () => void = () => undefined;
  private readonly reading: AbortController;
  private readonly lines: AsyncGenerator<Line, void>;
  private waiting: ((line: Line | undefined) => void) | undefined;
  private taken: Promise<Snapshot> | undefined;
  private gone = false;

  private constructor(threads: number, lines: AsyncGenerator<Line, void>, reading: AbortController) {
    this.threads = threads;
    this.lines = lines;
    this.reading = reading;
    void this.listen();
  }

  /** Has the server begin, or go on from a snapshot, and rest before the first step. */
  static async begin(order: Order): Promise<Lent> {
    const reading = new AbortController();
    const { body } = await ask('/train', { method: 'POST', body: bytesOf(order), signal: reading.signal });
    const lines = linesOf(body as ReadableStream<Uint8Array<ArrayBuffer>>);
    const { value: first } = await lines.next();
    if (first?.kind === 'failed') throw new EidosError(first.message);
    if (first?.kind !== 'begun') throw new Said('serverGone');
    return new Lent(first.threads, lines, reading);
  }

  /** As Model.train(): whoever does not ask for the next event pauses it. */
  async *train({
    pace,
    signal,
  }: {
    readonly pace: () => number;
    readonly signal: AbortSignal;
  }): AsyncGenerator<Progress, Pick<History, 'stopped'>> {
    let stopped: Promise<unknown> | undefined;
    const stop = (): void => void (stopped = ask('/stop', { method: 'POST' }).catch(() => undefined));
    signal.addEventListener('abort', stop, { once: true });
    for (;;) {
      await stopped;
      const line = await this.next(pace());
      if (line?.kind === 'failed') throw new EidosError(line.message);
      if (line?.kind === 'over') return line;
      if (line?.kind !== 'event') throw new Said('serverGone');
      yield line.event;
    }
  }

  /** Of the last whole step. */
  snapshot(): Promise<Snapshot> {
    this.taken ??= ask('/snapshot')
      .then((answer) => answer.arrayBuffer())
      .then((bytes) => snapshotFromBytes(new Uint8Array(bytes), 'native'));
    // Who asks again after a failure tries again.
    this.taken.catch(() => (this.taken = undefined));
    return this.taken;
  }

  /** Lets the server forget it. */
  close(): void {
    this.reading.abort();
  }

  private async next(pace: number): Promise<Line | undefined> {
    if (this.gone) return undefined;
    const line = new Promise<Line | undefined>((resolve) => (this.waiting = resolve));
    await ask(`/next?pace=${pace}`, { method: 'POST' });
    return line;
  }

  private async listen(): Promise<void> {
    try {
      for await (const line of this.lines)
        if (line.kind === 'closing') this.onClosing();
        else this.arrived(line);
    } catch {
      // The connection has ended; who waits is told.
    }
    this.gone = true;
    this.arrived(undefined);
    this.onClosing();
  }

  private arrived(line: Line | undefined): void {
    this.taken = undefined;
    this.waiting?.(line);
  }
}

/** Lines as they arrive. */
async function* linesOf(body: ReadableStream<Uint8Array<ArrayBuffer>>): AsyncGenerator<Line, void> {
  const reader = body.pipeThrough(new TextDecoderStream()).getReader();
  let rest = '';
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return;
    const texts = (rest + value).split('\n');
    rest = texts.pop() ?? '';
    for (const text of texts) yield lineFrom(text);
  }
}
