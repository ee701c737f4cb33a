// x^y = 2^(y log2 |x|), with the sign and the special cases of IEEE 754-2019 `pow` (as C's powf; JavaScript
// differs: its 1 ** NaN and (±1) ** ±Infinity are NaN).
//
// The exponent needs about eight bits more than a float32 has: log2 |x| is kept as a sum high + low, and
// 12-bit pieces make products exact, since there is no fma. m = (1 + s)/(1 - s), log2 m = 2/ln 2 atanh s:
// only s itself is needed to more than 24 bits, the rest of the series is a hundredth of it.

import { scale } from './math-exp.ts';
import { leastMantissa, splitAny } from './math-log.ts';
import { parts, roundingShift, signBit } from './math-parts.ts';
import type { Builder } from './math-parts.ts';

/** 2/ln 2 atanh s = 2/ln 2 s + s^3 p(s^2) for |s| <= 3 - 2 sqrt 2. */
const atanhTail = [0.9617967, 0.5770788, 0.41192734, 0.33648726];

/** 2^r = 1 + r q(r) for |r| <= 1/2. */
const exp2Tail = [0.6931472, 0.24022648, 0.055503596, 0.009618503, 0.0013390997, 0.00015327828];

/** 2/ln 2, and it in 12 bits and the rest. */
const overLn2 = { whole: 2 / Math.LN2, high: 2.884765625, low: 0.0006244568 } as const;

/** x cut to its leading 12 bits, so that the product of two such is exact. */
function leading<V>(b: Builder<V>, x: V): V {
  const { i32, and, bits, fromBits } = parts(b);
  return fromBits(and(bits(x), i32(0xfffff000)));
}

/** log2 x = high + low for finite x > 0, high of 12 bits; error below 2^-29 of it. */
function log2<V>(b: Builder<V>, x: V): { high: V; low: V } {
  const { f32, add, sub, mul, div, polynomial } = parts(b);
  const { n, m } = splitAny(b, x, leastMantissa.rootHalf);
  const one = f32(1);
  const f = sub(m, one);
  const sum = add(m, one);
  const inverse = div(one, sum);
  // s = f / (m + 1) = sHigh + sLow: sLow from the remainder after sHigh, with m + 1 in two pieces.
  const sHigh = leading(b, mul(f, inverse));
  const sumHigh = leading(b, sum);
  const sumLow = sub(m, sub(sumHigh, one));
  const sLow = mul(sub(sub(f, mul(sHigh, sumHigh)), mul(sHigh, sumLow)), inverse);
  const s = add(sHigh, sLow);
  const square = mul(s, s);
  const tail = mul(mul(s, square), polynomial(square, atanhTail));
  const product = mul(sHigh, f32(overLn2.high));
  const rest = add(tail, add(mul(sLow, f32(overLn2.whole)), mul(sHigh, f32(overLn2.low))));
  const high = leading(b, add(n, add(product, rest)));
  return { high, low: sub(rest, sub(sub(high, n), product)) };
}

/** x^y for x > 0 and y where `finite`, else 2^special. */
function magnitude<V>(b: Builder<V>, x: V, y: V, finite: V, special: V): V {
  const { f32, add, sub, mul, lt, abs, select, atLeast, atMost, polynomial } = parts(b);
  const { high, low } = log2(b, x);
  const yHigh = leading(b, y);
  const main = select(finite, mul(yHigh, high), special);
  const rest = add(mul(sub(y, yHigh), high), mul(y, low));
  const zHigh = atMost(atLeast(main, -200), 200); // 2^200 is infinite and 2^-200 is 0
  const zLow = select(lt(abs(main), f32(200)), rest, f32(0));
  const shifted = add(add(zHigh, zLow), f32(roundingShift));
  const r = add(sub(zHigh, sub(shifted, f32(roundingShift))), zLow);
  return scale(b, polynomial(r, [1, ...exp2Tail]), shifted);
}

/**
 * x^y, within 5 ULP (4.02 is the worst of 1.5e8 random pairs). Special cases, signs of zeros and NaNs as in
 * IEEE 754-2019, 9.2.1 (C's powf).
 */
export function pow<V>(b: Builder<V>, x: V, y: V): V {
  const { f32, i32, mul, lt, eq, abs, neg, and, or, xor, not, trunc, bits, fromBits } = parts(b);
  const { select, atLeast, atMost, infinity, nan } = parts(b);
  const [zero, one, inf] = [f32(0), f32(1), infinity()];
  const size = abs(x);
  // A NaN may lose its payload, and so itself, in `leading`: it goes the other way.
  const finite = and(and(lt(zero, size), lt(size, inf)), eq(y, y));
  // Finite, so that 1^inf comes out as 2^(inf * 0) = 1; any base but 1 overflows all the same.
  const largest = (2 - 2 ** -23) * 2 ** 127;
  const exponent = atMost(atLeast(y, -largest), largest);
  const special = mul(exponent, select(eq(size, zero), neg(inf), size)); // used where x is 0, inf or NaN, or y is NaN
  const power = magnitude(b, size, exponent, finite, special);
  const whole = eq(trunc(y), y);
  const half = mul(y, f32(0.5));
  const odd = and(whole, not(eq(trunc(half), half)));
  const sign = select(odd, and(bits(x), i32(signBit)), i32(0));
  const imaginary = and(and(lt(x, zero), lt(neg(inf), x)), not(whole));
  const signed = select(imaginary, nan(), fromBits(xor(bits(power), sign)));
  return select(or(eq(x, one), eq(y, zero)), one, signed);
}
