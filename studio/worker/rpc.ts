// Calls from the page to the worker: typed by the services themselves, with events on the way and an end by signal.
// A service is an object of functions `(ask, context) => Promise`; the page gets the same object without the context.
// What crosses is what structuredClone() takes. One message a call, one an event, one an answer.
import type { MessageName } from '../messages.ts';

/** What a service's function is told beside what is asked. */
export interface Context<Event = never> {
  /** Aborted when the page no longer wants the answer. */
  readonly signal: AbortSignal;
  /** Tells the page something before the answer. */
  readonly tell: (event: Event) => void;
}

/** Functions that a page may call. */
export type Service = Readonly<Record<string, (ask: never, context: never) => Promise<unknown>>>;

/** What a page may say beside what it asks. */
export interface CallOptions<Event> {
  readonly signal?: AbortSignal | undefined;
  readonly onEvent?: (event: Event) => void;
}

/** Services as the page sees them. */
export type Remote<Services> = {
  readonly [S in keyof Services]: {
    readonly [F in keyof Services[S]]: Services[S][F] extends (
      ask: infer Ask,
      context: Context<infer Event>,
    ) => Promise<infer Answer>
      ? (ask: Ask, options?: CallOptions<Event>) => Promise<Answer>
      : never;
  };
};

/** Thrown by services: an error that the catalogue of messages has the words for, by name, and what it is told. */
export class Said extends Error {
  override readonly name = 'Said';
  readonly told: readonly unknown[];

  constructor(message: MessageName, ...told: readonly unknown[]) {
    super(message);
    this.told = told;
  }
}

/** Whose words an error has: the catalogue's, the library's, or nobody's that people know. */
export type Words = 'catalogue' | 'library' | 'none';

/** An error of the worker, in the page. */
export class EngineError extends Error {
  override readonly name = 'EngineError';
  readonly words: Words;
  readonly told: readonly unknown[];

  constructor(message: string, words: Words, told: readonly unknown[] = []) {
    super(message);
    this.words = words;
    this.told = told;
  }
}

type Order =
  | { readonly id: number; readonly kind: 'call'; readonly to: string; readonly ask: unknown }
  | { readonly id: number; readonly kind: 'abort' };

type Reply =
  | { readonly id: number; readonly kind: 'event'; readonly event: unknown }
  | { readonly id: number; readonly kind: 'answer'; readonly answer: unknown }
  | {
      readonly id: number;
      readonly kind: 'error';
      readonly message: string;
      readonly words: Words;
      readonly told: readonly unknown[];
    };

/** Where messages go to and come from: a Worker, or the worker's own global. */
interface Port {
  postMessage(message: unknown): void;
  addEventListener(kind: 'message', listener: (event: MessageEvent) => void): void;
}

/** In the worker: answers calls. */
export function serve(services: Readonly<Record<string, Service>>, port: Port): void {
  const running = new Map<number, AbortController>();
  const send = (reply: Reply): void => port.postMessage(reply);
  const answer = async ({ id, to, ask }: Order & { kind: 'call' }): Promise<void> => {
    const [service = '', name = ''] = to.split('.');
    const controller = new AbortController();
    running.set(id, controller);
    try {
      const context: Context<unknown> = {
        signal: controller.signal,
        tell: (event) => controller.signal.aborted || send({ id, kind: 'event', event }),
      };
      const call = services[service]?.[name] as
        ((ask: unknown, context: Context<unknown>) => Promise<unknown>) | undefined;
      if (!call) throw new Error(`the worker has no ${to}`);
      send({ id, kind: 'answer', answer: await call(ask, context) });
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      const name = error instanceof Error ? error.name : '';
      const words = ({ Said: 'catalogue', EidosError: 'library' } as const)[name] ?? 'none';
      send({ id, kind: 'error', message, words, told: error instanceof Said ? error.told : [] });
    } finally {
      running.delete(id);
    }
  };
  port.addEventListener('message', ({ data }: MessageEvent<Order>) => {
    if (data.kind === 'abort') running.get(data.id)?.abort();
    else void answer(data);
  });
}

interface Pending {
  resolve(answer: unknown): void;
  reject(error: unknown): void;
  readonly onEvent: ((event: never) => void) | undefined;
}

/** In the page: services behind a worker. */
export function remote<Services>(worker: Worker): Remote<Services> {
  const pending = new Map<number, Pending>();
  let last = 0;
  worker.addEventListener('message', ({ data }: MessageEvent<Reply>) => {
    const call = pending.get(data.id);
    if (data.kind === 'event') return call?.onEvent?.(data.event as never);
    pending.delete(data.id);
    if (data.kind === 'answer') call?.resolve(data.answer);
    else call?.reject(new EngineError(data.message, data.words, data.told));
  });
  worker.addEventListener('error', ({ message }) => {
    for (const call of pending.values()) call.reject(new EngineError(message || 'the worker ended', 'none'));
    pending.clear();
  });
  const call = (to: string, ask: unknown, { signal, onEvent }: CallOptions<never> = {}): Promise<unknown> =>
    new Promise((resolve, reject) => {
      if (signal?.aborted) return reject(signal.reason as Error);
      const id = ++last;
      pending.set(id, { resolve, reject, onEvent });
      // It is the service that decides how it ends: what was found until then may be its answer.
      signal?.addEventListener('abort', () => worker.postMessage({ id, kind: 'abort' } satisfies Order));
      worker.postMessage({ id, kind: 'call', to, ask } satisfies Order);
    });
  const service = (name: string): unknown =>
    new Proxy(
      {},
      {
        get: (_, method) => (ask: unknown, options?: CallOptions<never>) =>
          call(`${name}.${String(method)}`, ask, options),
      },
    );
  return new Proxy({}, { get: (_, name) => service(String(name)) }) as Remote<Services>;
}
