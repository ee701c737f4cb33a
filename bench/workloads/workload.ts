// What the bench times: a workload makes its data once, for all contestants alike; each contestant, ours and others'
// libraries, gives numbers that must agree before anyone is timed, and then does the work as often as it is told.
import type { TypedArray } from '../../src/base/dtype.ts';
import { sizeOf, type Shape } from '../../src/base/shape.ts';
import type { Device } from '../../src/index.ts';

/** Numbers with their shape, as they are written for the other contestants to read. */
export interface Numbers {
  readonly data: TypedArray;
  readonly shape: Shape;
}

export type Data = Readonly<Record<string, Numbers>>;

/** A contestant with the data before it. */
export interface Entry {
  /** Numbers that all contestants must come to. */
  readonly answer: () => Promise<readonly number[]>;
  /** Does the work so many times. */
  readonly run: (times: number) => Promise<unknown>;
  /** Operations of one time that are performed, in units of 1e9, where that is known: zeros may be left out. */
  readonly performed?: number;
}

/** What a figure is told in, made of the milliseconds that one time took. */
export type Unit = 'ms' | 'µs' | 'samples/s' | 'images/s' | 'predictions/s' | 'GFLOP/s' | 'GB/s' | 'G/s';

export interface Workload {
  /** As it is asked for by name, W3-32 of W3: its group. */
  readonly id: string;
  readonly about: string;
  readonly unit: Unit;
  /** Samples, images, predictions or numbers of one time; bytes for GB/s. */
  readonly items: number;
  /** Operations of one time in units of 1e9, as the network is written; 0 where they are not what limits it. */
  readonly giga: number;
  /** Bytes that must be read or written once, whoever does it, where memory may be the limit. */
  readonly bytes?: number;
  /** What issue and documents ask of `native` and of `wasm`, in the unit. */
  readonly goal?: { readonly native?: number; readonly wasm?: number };
  /** Only done when asked for by name or with --full. */
  readonly rare?: boolean;
  readonly data: () => Data | Promise<Data>;
  readonly ours: (device: Device, data: Data) => Entry | Promise<Entry>;
}

/** A figure in the workload's unit. */
export const figureOf = ({ unit, items, giga }: Workload, ms: number): number => {
  if (unit === 'ms') return ms;
  if (unit === 'µs') return 1000 * ms;
  if (unit === 'GFLOP/s') return (giga / ms) * 1e3;
  const perSecond = (items / ms) * 1e3;
  return unit === 'GB/s' || unit === 'G/s' ? perSecond / 1e9 : perSecond;
};

/** Uniform numbers in [low, high), the same in every run: the congruential generator of Numerical Recipes (1992), 7.1. */
export function numbers(
  seed: number,
  shape: Shape,
  { low = -1, high = 1 }: { readonly low?: number; readonly high?: number } = {},
): Numbers {
  let state = seed;
  const next = (): number => {
    state = (Math.imul(1664525, state) + 1013904223) >>> 0;
    return low + ((high - low) * (state >>> 8)) / 2 ** 24;
  };
  return { data: Float32Array.from({ length: sizeOf(shape) }, next), shape };
}

/** Bytes as of pictures: a fifth of them ink. */
export function pictures(seed: number, shape: Shape): Numbers {
  const { data } = numbers(seed, shape, { low: -1024, high: 256 });
  return { data: Uint8Array.from(data, (x) => Math.max(0, x)), shape };
}

/** Classes, a tenth of each. */
export const classes = (count: number): Numbers => ({
  data: Int32Array.from({ length: count }, (_, i) => (i * 7) % 10),
  shape: [count],
});

/** First weights w0, w1, ...: Glorot uniform for kernels, 0 for what has one axis. */
export function weights(seed: number, shapes: readonly Shape[], prefix = 'w'): Data {
  const one = (shape: Shape, i: number): Numbers => {
    if (shape.length < 2) return { data: new Float32Array(sizeOf(shape)), shape };
    const [window, [fanIn = 1, fanOut = 1]] = [sizeOf(shape.slice(0, -2)), shape.slice(-2)];
    const limit = Math.sqrt(6 / (window * (fanIn + fanOut)));
    return numbers(seed + i, shape, { low: -limit, high: limit });
  };
  return Object.fromEntries(shapes.map((shape, i) => [`${prefix}${i}`, one(shape, i)]));
}

/** The same numbers under other names. */
export const named = (names: readonly string[], all: Data): Data =>
  Object.fromEntries(Object.values(all).map((one, i) => [names[i] ?? '', one]));

/** Some forty of many numbers, from all over: what single products answer with. */
export const spread = (data: ArrayLike<number>): number[] => {
  const step = Math.max(1, Math.floor(data.length / 40));
  return Array.from({ length: Math.min(40, data.length) }, (_, i): number => data[i * step] ?? NaN);
};
