// Chance without a state: random bits from a counter, and numbers made of them. The same integers on every
// target, the same floats on every CPU target; src/base/rng.ts computes the same on plain numbers.

import { logOfNormal } from './math-log.ts';
import { parts, signBit } from './math-parts.ts';
import type { Builder } from './math-parts.ts';

/** How far Threefry2x32 rotates, round by round, again from the start after eight. */
const rotations = [13, 15, 26, 6, 17, 29, 16, 24];

/**
 * Threefry2x32-20, both words, all i32 (Salmon, Moraes, Dror and Shaw, 2011,
 * https://doi.org/10.1145/2063384.2063405).
 */
export function threefryWords<V>(b: Builder<V>, key0: V, key1: V, count0: V, count1: V): [V, V] {
  const { i32, add, or, xor, shl, shr } = parts(b);
  const keys = [key0, key1, xor(xor(key0, key1), i32(0x1bd11bda))] as const;
  const key = (i: number) => keys[(i % 3) as 0 | 1 | 2];
  let [x, y] = [add(count0, key0), add(count1, key1)];
  for (let round = 0; round < 20; round++) {
    const by = rotations[round % 8] ?? 0;
    x = add(x, y);
    y = xor(or(shl(y, i32(by)), shr(y, i32(32 - by))), x);
    if (round % 4 === 3) {
      const injection = (round + 1) / 4;
      x = add(x, key(injection));
      y = add(y, add(key(injection + 1), i32(injection))); // the inner sum does not depend on the counter
    }
  }
  return [x, y];
}

/** The first word of Threefry2x32-20, i32. */
export function threefry<V>(b: Builder<V>, key0: V, key1: V, count0: V, count1: V): V {
  return threefryWords(b, key0, key1, count0, count1)[0];
}

/** Random bits (i32) to an f32 in [0, 1): a multiple of 2^-24, from the upper 24 bits. */
export function uniform<V>(b: Builder<V>, bits: V): V {
  const { f32, i32, mul, shr, toFloat } = parts(b);
  return mul(toFloat(shr(bits, i32(8))), f32(2 ** -24));
}

const normalMiddle = [
  2.1233132, 0.3488036, -0.0059060347, -0.0017742618, 0.0003073246, -0.0000058101027, -0.0000045018633,
  4.4836386e-7,
];
const normalTail = [
  4.6280518, 1.4241312, 0.004861737, -0.0026466348, 0.00096570567, -0.00028613306, 0.000019789659,
  0.000021133876,
];

/**
 * Random bits (i32) to a standard normal f32: the sign bit is its sign, the other 31 its magnitude, through the inverse
 * of the distribution. Larger magnitude bits are nearer to 0. All 2^32 values of `bits` count: the tail's probability
 * (31 bits + 1/2) / 2^32 goes down to 2^-33, so |z| ends at 6.34, and no value is 0. Relative error below 1e-6
 * (tools/fit/fit.mjs; the variable w = -log(4p(1-p)) and its two pieces after M. Giles, 2010,
 * "Approximating the erfinv function").
 */
export function normal<V>(b: Builder<V>, bits: V): V {
  const { f32, i32, add, sub, mul, lt, and, or, xor, neg, sqrt, select, toFloat, fromBits, polynomial } =
    parts(b);
  const largest = i32(0x7fffffff);
  const magnitude = and(bits, largest);
  // p, and x = 1 - 2p, each to full precision where it is small.
  const p = mul(add(toFloat(magnitude), f32(0.5)), f32(2 ** -32));
  const x = mul(add(toFloat(xor(magnitude, largest)), f32(0.5)), f32(2 ** -31));
  const w = neg(logOfNormal(b, mul(mul(f32(4), p), sub(f32(1), p))));
  const inMiddle = lt(w, f32(5));
  const middle = mul(x, polynomial(sub(w, f32(2.5)), normalMiddle));
  const tail = polynomial(sub(sqrt(w), f32(3.4375)), normalTail);
  const z = select(inMiddle, middle, tail);
  return fromBits(or(parts(b).bits(z), and(bits, i32(signBit))));
}
