// The comparing half of nightly-math.ts: a thread for each function, because a loop that has only ever called one
// function is several times faster than one that has called them all.

import { Worker, isMainThread, parentPort, workerData } from 'node:worker_threads';
import { differing, swept, worstOf } from '../test/math-sweep.ts';
import type { SweptName } from '../test/math-sweep.ts';

/** An error in ULP and the arguments that have it. */
export interface Found {
  readonly ulp: number;
  readonly x: number;
  readonly y: number;
}

/** How many results are not the same on all devices, and the first arguments of such. */
export interface Differences {
  readonly count: number;
  readonly x: number;
  readonly y: number;
}

interface Chunk {
  readonly x: Float32Array;
  /** pow's second arguments. */
  readonly y: Float32Array;
  /** Of each device; they go to the worker. */
  readonly results: readonly Float32Array[];
  /** Errors up to this one are known. */
  readonly floor: number;
}

/** What a chunk has. */
export interface Answer {
  /** Of each device. */
  readonly found: readonly Found[];
  readonly differences: Differences;
}

/** The worker of one function. */
export interface Comparer {
  /** One chunk at a time. */
  compare(chunk: Chunk): Promise<Answer>;
  end(): Promise<unknown>;
}

/** Starts the worker of `name`. */
export function comparer(name: SweptName): Comparer {
  const worker = new Worker(new URL(import.meta.url), { workerData: name });
  return {
    compare: (chunk) =>
      new Promise((resolve, reject) => {
        worker.once('error', reject);
        worker.once('message', (answer: Answer) => {
          worker.off('error', reject);
          resolve(answer);
        });
        worker.postMessage(
          chunk,
          chunk.results.map(({ buffer }) => buffer as ArrayBuffer),
        );
      }),
    end: () => worker.terminate(),
  };
}

/** Bits first: a device whose results are the first one's has its errors too. */
function answer(name: SweptName, { x, y, results, floor }: Chunk): Answer {
  const [first, ...others] = results as [Float32Array, ...Float32Array[]];
  const found = (got: Float32Array): Found => {
    const { ulp, index } = worstOf(swept[name], x, y, got, floor);
    return { ulp, x: x[index] ?? NaN, y: y[index] ?? NaN };
  };
  const ofFirst = found(first);
  let differences: Differences = { count: 0, x: NaN, y: NaN };
  const ofOthers = others.map((got) => {
    const { count, first: index } = differing(first, got);
    if (count === 0) return ofFirst;
    differences = { count: differences.count + count, x: x[index]!, y: y[index]! };
    return found(got);
  });
  return { found: [ofFirst, ...ofOthers], differences };
}

if (!isMainThread) {
  const name = workerData as SweptName;
  parentPort?.on('message', (chunk: Chunk) => parentPort?.postMessage(answer(name, chunk)));
}
