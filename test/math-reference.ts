// What the expansions are measured against: each function in float64, how far float32 may be from it, and how
// the distance is counted. Shared by math.test.ts (samples) and bench/nightly-math.ts (every float32).

import { blocks, f32Block, floats } from '../src/kernel/math-block.ts';
import { expansions } from '../src/kernel/math.ts';

/** A function of one f32 with its float64 meaning. */
export interface Reference {
  readonly f: (x: number) => number;
  /** The largest error over all float32 arguments up to `most` in size, in ULP; bench/nightly-math.ts checks it. */
  readonly ulp: number;
  readonly most: number;
}

/**
 * The error function, to about 1e-15 of itself: the series with positive terms up to 2, the continued fraction of
 * 1 - erf beyond (Abramowitz and Stegun 1964, 7.1.6 and 7.1.14).
 */
export function erf(x: number): number {
  const size = Math.abs(x);
  if (!(size > 2)) {
    let sum = x;
    for (let n = 1, term = x; Math.abs(term) > 1e-18 * Math.abs(sum); n++)
      sum += term *= (2 * x * x) / (2 * n + 1);
    return (2 / Math.sqrt(Math.PI)) * Math.exp(-x * x) * sum;
  }
  if (size > 6) return Math.sign(x);
  let tail = 0;
  for (let n = 60; n >= 1; n--) tail = n / 2 / (size + tail);
  return Math.sign(x) * (1 - Math.exp(-x * x) / Math.sqrt(Math.PI) / (size + tail));
}

/** One row a function; everywhere means every float32, NaN, infinities and subnormals included. */
export const references = {
  exp: { f: Math.exp, ulp: 1.2, most: Infinity },
  expm1: { f: Math.expm1, ulp: 1.6, most: Infinity },
  log: { f: Math.log, ulp: 1.25, most: Infinity },
  log1p: { f: Math.log1p, ulp: 2, most: Infinity },
  sin: { f: Math.sin, ulp: 3.3, most: 1e5 },
  cos: { f: Math.cos, ulp: 3.5, most: 1e5 },
  tanh: { f: Math.tanh, ulp: 2.5, most: Infinity },
  sigmoid: { f: (x) => 1 / (1 + Math.exp(-x)), ulp: 2.5, most: Infinity },
  softplus: { f: (x) => Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x))), ulp: 2.4, most: Infinity },
  erf: { f: erf, ulp: 3.2, most: Infinity },
  rsqrt: { f: (x) => 1 / Math.sqrt(x), ulp: 1.5, most: Infinity },
} as const satisfies Partial<Record<keyof typeof expansions, Reference>>;

/** What has a reference. */
export type Measured = keyof typeof references;

const field = new DataView(new ArrayBuffer(8));

/** The distance between neighbouring float32 values around `value` (below it, at a power of two it is just under). */
export function ulpOf(value: number): number {
  field.setFloat64(0, value);
  const exponent = ((field.getUint16(0) >> 4) & 0x7ff) - 1023;
  return 2 ** (Math.min(Math.max(exponent, -126), 127) - 23);
}

/**
 * |got - want| in ULP of `want`. Infinite unless NaN meets NaN and a zero one of its sign; an infinity counts
 * as 2^128 where `want` is finite.
 */
export function ulpError(got: number, want: number): number {
  if (Number.isNaN(want) || Number.isNaN(got)) return Number.isNaN(want) && Number.isNaN(got) ? 0 : Infinity;
  if (want === 0 || Math.abs(want) === Infinity) return Object.is(got, want) ? 0 : Infinity;
  if (Math.fround(want) === got) return Math.abs(got) === Infinity ? 0 : Math.abs(got - want) / ulpOf(want);
  const finite = Math.abs(got) === Infinity ? Math.sign(got) * 2 ** 128 : got;
  return Math.abs(finite - want) / ulpOf(want);
}

const part = 4096; // elements at a time, so that an expansion's values stay near the processor
const builder = blocks(part);

/** The f32 results of an expansion of one f32. */
export function values(name: Measured, x: Float32Array): Float32Array {
  const out = new Float32Array(x.length);
  for (let from = 0; from < x.length; from += part) {
    const block = new Float32Array(part);
    block.set(x.subarray(from, from + part));
    out.set(floats(expansions[name](builder, f32Block(block))).subarray(0, x.length - from), from);
  }
  return out;
}

/** The largest error of `name` over `x` and where it is; arguments beyond the reference's range do not count. */
export function worst(name: Measured, x: Float32Array): { ulp: number; at: number } {
  const { f, most }: Reference = references[name];
  const got = values(name, x);
  let [ulp, at] = [0, 0];
  for (const [i, argument] of x.entries()) {
    if (Math.abs(argument) > most) continue;
    const error = ulpError(got[i] ?? NaN, f(argument));
    if (error > ulp) [ulp, at] = [error, argument];
  }
  return { ulp, at };
}
