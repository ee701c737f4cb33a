// What the machine could do at most, so that a figure can be told as its share.
import { limitsOf } from '#platform';

/** Limits on one thread and on `threads`, measured now. */
export interface MachineLimits {
  /** Bytes of a vector at full width. */
  readonly width: number;
  readonly threads: number;
  /** GFLOP/s of multiplications and additions in registers, at full width; what `native` may reach. */
  readonly full: readonly [one: number, all: number];
  /** The same with vectors of 128 bits; what `wasm` may reach. */
  readonly narrow: readonly [one: number, all: number];
  /** GB/s read and written by one pass over 268 MB. */
  readonly stream: readonly [one: number, all: number];
}

/** Measures the machine for a second; undefined where there is no C compiler, and in a web page. */
export const machineLimits = (threads: number): Promise<MachineLimits | undefined> =>
  limitsOf(threads).catch(() => undefined);
