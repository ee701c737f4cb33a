// Workers and the machine as Node has them. Node's modules are imported when asked for, by a name that is put
// together then, so that this file may lie in a page's bundle; nothing here is called in a page.
import type * as Os from 'node:os';
import type * as Threads from 'node:worker_threads';
import type { Answer, Listener, Order, Worker } from './wasm-worker.ts';

/** Whether this is Node or one of its kin. */
export const inNode = typeof process === 'object' && typeof process.versions?.node === 'string';

async function nodeModule(name: string): Promise<unknown> {
  return import(/* @vite-ignore */ /* webpackIgnore: true */ `node:${name}`);
}

/** How many threads the machine runs at once for this process. */
export async function processorsOfNode(): Promise<number> {
  return ((await nodeModule('os')) as typeof Os).availableParallelism();
}

/** A worker that runs `source`, in which `port` is its end of the line; it does not hold the process. */
export async function startThread(source: string, listen: Listener): Promise<Worker> {
  const { Worker } = (await nodeModule('worker_threads')) as typeof Threads;
  const text = `const port = require('worker_threads').parentPort;${source}`;
  // The process's own flags are not for the worker: one of them may turn its text into a module.
  const worker = new Worker(text, { eval: true, execArgv: [], name: 'eidos' });
  worker.on('message', (answer: Answer) => listen(answer));
  worker.on('error', (error) => listen({ kind: 'failed', message: error.message }));
  worker.on('exit', (code) => listen({ kind: 'failed', message: `the worker ended with code ${code}` }));
  worker.unref(); // last: a listener holds the process
  return {
    post: (order: Order) => worker.postMessage(order),
    hold: (on) => (on ? worker.ref() : worker.unref()),
    end: async () => void (await worker.terminate()),
  };
}
