// Starts workers, the same way in Node and in a browser. What they run is one text without imports of its
// own files, so that a bundler has nothing to find; whom they serve is wasm-pool.ts's business.

import { inNode, processorsOfNode, startThread } from './node-threads.ts';

/** A job as workers get it: which program, and the arguments of its `drive` (emit/wasm-driver.ts). */
export interface Job {
  readonly program: number;
  /** Thread, threads, table, symbols, control, spin. */
  readonly args: readonly number[];
}

/** What a worker is told. */
export type Order =
  | { readonly kind: 'memory'; readonly memory: WebAssembly.Memory }
  | { readonly kind: 'load'; readonly program: number; readonly module: WebAssembly.Module }
  | { readonly kind: 'unload'; readonly program: number }
  | ({ readonly kind: 'run' } & Job);

/** What a worker says: a job is over, or failed with this message. */
export type Answer = { readonly kind: 'done' } | { readonly kind: 'failed'; readonly message: string };

/** A started worker. */
export interface Worker {
  post(order: Order): void;
  /** Whether the process has to stay for it. */
  hold(on: boolean): void;
  end(): Promise<void>;
}

/** Called with each answer, and with a failed one if the worker dies. */
export type Listener = (answer: Answer) => void;

// `port` is what it talks to. Only thread 0 says when it is done: it is the last to leave (emit/wasm-driver.ts).
const source = `
'use strict';
const programs = new Map();
let memory;
const orders = {
  memory(order) { memory = order.memory; },
  load({ program, module }) {
    programs.set(program, new WebAssembly.Instance(module, { env: { memory } }).exports.drive);
  },
  unload({ program }) { programs.delete(program); },
  run({ program, args }) {
    programs.get(program)(...args);
    if (args[0] === 0) port.postMessage({ kind: 'done' });
  },
};
const obey = (order) => {
  try {
    orders[order.kind](order);
  } catch (error) {
    port.postMessage({ kind: 'failed', message: String(error && error.message || error) });
  }
};
port.onmessage = (event) => obey(event.data);
`;

function startInPage(listen: Listener): Worker {
  const address = URL.createObjectURL(new Blob([`const port = self;${source}`], { type: 'text/javascript' }));
  const worker = new globalThis.Worker(address, { name: 'eidos' });
  worker.onmessage = (event: MessageEvent<Answer>) => listen(event.data);
  worker.onerror = (event) =>
    listen({ kind: 'failed', message: event.message || 'the worker could not start' });
  return {
    post: (order) => worker.postMessage(order),
    hold: () => undefined,
    end: () => {
      worker.terminate();
      URL.revokeObjectURL(address);
      return Promise.resolve();
    },
  };
}

/** How many threads this machine has for us. */
export async function processors(): Promise<number> {
  return inNode ? processorsOfNode() : navigator.hardwareConcurrency || 1;
}

/** A new worker that knows `memory`. */
export async function startWorker(memory: WebAssembly.Memory, listen: Listener): Promise<Worker> {
  const worker = inNode ? await startThread(source, listen) : startInPage(listen);
  worker.post({ kind: 'memory', memory });
  return worker;
}
