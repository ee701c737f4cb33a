// The page's hold on the worker, which starts with the page so that the engine is ready when the first stroke is.
import { remote } from '../worker/rpc.ts';
import type { Services } from '../worker/worker.ts';

const worker = new Worker(new URL('../worker/worker.ts', import.meta.url), { type: 'module', name: 'eidos' });

/** The services in the worker: `await engine.draw.read({ … })`. */
export const engine = remote<Services>(worker);
