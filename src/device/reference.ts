// The reference target: kernels interpreted in float64 with every load checked. Slow, everywhere, and the
// meaning of a program for all others.
import { arrayOf, type Dtype, type TypedArray } from '../base/dtype.ts';
import { interpret, type Memory } from '../kernel/interpret.ts';
import type { Buffer } from '../kernel/kernel.ts';
import type { Running } from './backend.ts';
import { costOf } from './compile.ts';
import type { Runnable, Store, Target } from './target.ts';

/** Memory of the reference target: read() gives elements as other targets hold them, `data` as they are here. */
export interface Numbers extends Store {
  /** Numbers of type f32 are never rounded: an i32 or u8 is the whole number it stands for. */
  readonly data: Float64Array;
}

/** The reference target, whose memory can be looked at in float64. */
export interface ReferenceTarget extends Target {
  store(dtype: Dtype, size: number): Numbers;
}

/** How long the interpreter may keep the event loop waiting between steps, milliseconds. */
const patience = 20;

export function referenceTarget(): ReferenceTarget {
  let [bytes, programs, closed] = [0, 0, false];
  let last: Promise<unknown> = Promise.resolve();
  return {
    name: 'reference',
    threads: 1,
    store(dtype, size) {
      const data = new Float64Array(size);
      bytes += data.byteLength;
      return {
        data,
        bytes: data.byteLength,
        write: (from: TypedArray, at = 0) => data.set(from, at),
        read: (count) => {
          const copy = arrayOf(dtype, count);
          copy.set(data.subarray(0, count));
          return copy;
        },
        free: () => (bytes -= data.byteLength),
      };
    },
    load(program, bindings): Promise<Runnable> {
      programs++;
      const memory: Memory = new Map([...bindings].map(([b, s]) => [b as Buffer, (s as Numbers).data]));
      return Promise.resolve({
        run(symbols, times) {
          const running = runInSlices(
            times,
            () => interpret(program.items, memory, [...symbols]),
            () => closed,
          );
          last = running.done.catch(() => undefined);
          return running;
        },
        cost: costOf(program, 0),
        explain: () => 'the reference target interprets the kernels; see explain("kernels")',
        drop: () => void programs--,
      });
    },
    stats: () => ({ bytes, compiled: 0, programs }),
    close: async () => {
      closed = true;
      await last;
    },
  };
}

/** Runs `step` `times` times or until `ended`, letting the event loop breathe in between. */
function runInSlices(times: number, step: () => void, ended: () => boolean): Running {
  let [count, cancelled] = [0, false];
  const go = async (): Promise<number> => {
    await Promise.resolve();
    let since = performance.now();
    while (count < times && !cancelled && !ended()) {
      step();
      count++;
      if (performance.now() - since < patience) continue;
      await new Promise((resolve) => setTimeout(resolve, 0));
      since = performance.now();
    }
    return count;
  };
  return { done: go(), progress: () => count, cancel: () => void (cancelled = true) };
}
