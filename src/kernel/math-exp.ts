// exp and what is made of it.
//
// e^x = 2^n e^r with n the integer nearest to x/ln 2; x - n ln 2 is taken in two steps, the first exact (Cody and
// Waite 1980). Results below 2^-126 are rounded once, by multiplying with 2^n in two halves. Coefficients:
// tools/fit/fit.mjs. The errors stated are the largest over all float32 arguments (bench/nightly-math.ts).

import { ln2, log1pOfUnit } from './math-log.ts';
import { parts, roundingShift, signBit } from './math-parts.ts';
import type { Builder } from './math-parts.ts';

/** e^r = 1 + r + r^2 q(r) for |r| <= ln(2)/2. */
const expTail = [0.49999994, 0.16666521, 0.041668262, 0.008368673, 0.0013821012];

/** n + roundingShift and r, with x = n ln 2 + r. */
function reduce<V>(b: Builder<V>, x: V): { shifted: V; r: V } {
  const { f32, add, sub, mul } = parts(b);
  const shifted = add(mul(x, f32(Math.LOG2E)), f32(roundingShift));
  const n = sub(shifted, f32(roundingShift));
  return { shifted, r: sub(sub(x, mul(n, f32(ln2.high))), mul(n, f32(ln2.low))) };
}

/** 2^n for an i32 n in -126..127; bits of n above the ninth do not count. */
function powerOfTwo<V>(b: Builder<V>, n: V): V {
  const { i32, add, shl, fromBits } = parts(b);
  return fromBits(add(shl(n, i32(23)), i32(0x3f800000)));
}

/** p 2^n, rounded once even if it is subnormal; `shifted` is n + roundingShift, n in -252..254. */
export function scale<V>(b: Builder<V>, p: V, shifted: V): V {
  const { i32, sub, mul, sar, bits } = parts(b);
  const n = bits(shifted);
  const half = sar(n, i32(1)); // the shift's own bits stay above the ninth, halved or not
  return mul(mul(p, powerOfTwo(b, half)), powerOfTwo(b, sub(n, half)));
}

/** e^r - 1 for |r| <= ln(2)/2. */
function expm1Near0<V>(b: Builder<V>, r: V): V {
  const { add, mul, polynomial } = parts(b);
  return add(r, mul(mul(r, r), polynomial(r, expTail)));
}

/** e^x for x in [-104, 89] or NaN; beyond, exp is 0 or infinite. */
function expWithin<V>(b: Builder<V>, x: V): V {
  const { shifted, r } = reduce(b, x);
  return scale(b, parts(b).polynomial(r, [1, 1, ...expTail]), shifted);
}

/** e^-|x|, in [0, 1]. */
function expOfMinus<V>(b: Builder<V>, x: V): V {
  const { neg, abs, atLeast } = parts(b);
  return expWithin(b, atLeast(neg(abs(x)), -104));
}

/** e^x within 1.2 ULP: exp(-inf) = 0, exp(inf) = inf. */
export function exp<V>(b: Builder<V>, x: V): V {
  const { atLeast, atMost } = parts(b);
  return expWithin(b, atMost(atLeast(x, -104), 89));
}

/** e^x - 1 within 1.6 ULP: expm1(-0) = -0, expm1(-inf) = -1. */
export function expm1<V>(b: Builder<V>, x: V): V {
  const { f32, i32, add, sub, mul, lt, select, abs, bits, atLeast, atMost } = parts(b);
  const { shifted, r } = reduce(b, atMost(atLeast(x, -20), 89));
  const tail = expm1Near0(b, r);
  // 2^n (e^r - 1) + (2^n - 1), all halved, because 2^128 is not a float32.
  const power = powerOfTwo(b, sub(bits(shifted), i32(1)));
  const y = mul(add(mul(power, tail), sub(power, f32(0.5))), f32(2));
  return select(lt(abs(x), f32(2 ** -25)), x, y); // the sign of zero; subnormals
}

/** 1 / (1 + e^-x) within 2.5 ULP, without loss where it is small. */
export function sigmoid<V>(b: Builder<V>, x: V): V {
  const { f32, add, div, lt, select } = parts(b);
  const e = expOfMinus(b, x);
  return div(select(lt(x, f32(0)), e, f32(1)), add(e, f32(1)));
}

/** log(1 + e^x) = max(x, 0) + log(1 + e^-|x|), within 2.4 ULP. */
export function softplus<V>(b: Builder<V>, x: V): V {
  const { add, atLeast } = parts(b);
  return add(atLeast(x, 0), log1pOfUnit(b, expOfMinus(b, x)));
}

/** 1 - e^g for g <= 0, in [0, 1], to full precision where it is small. */
function oneMinusExp<V>(b: Builder<V>, g: V): V {
  const { f32, add, sub, mul, abs, bits, atLeast } = parts(b);
  const { shifted, r } = reduce(b, atLeast(g, -20));
  const power = powerOfTwo(b, bits(shifted));
  return abs(add(mul(power, expm1Near0(b, r)), sub(power, f32(1))));
}

/** `size` >= 0 with the sign of x. */
function withSign<V>(b: Builder<V>, size: V, x: V): V {
  const { i32, and, or, bits, fromBits } = parts(b);
  return fromBits(or(bits(size), and(bits(x), i32(signBit))));
}

/** tanh |x| = e / (2 - e), e = 1 - e^(-2|x|), within 2.5 ULP and never above 1: tanh(-0) = -0, tanh(inf) = 1. */
export function tanh<V>(b: Builder<V>, x: V): V {
  const { f32, sub, mul, div, abs } = parts(b);
  const e = oneMinusExp(b, mul(abs(x), f32(-2)));
  return withSign(b, div(e, sub(f32(2), e)), x);
}

/** erf x = 1 - e^(x g(x)) for 0 <= x <= 4; beyond, it grows on and the result is 1. */
const erfExponent = [
  -1.1283792, -0.63661534, -0.10282542, 0.019360503, -0.00026844567, -0.0012017563, 0.00036200654,
  -0.000037974558,
];

/**
 * The error function, 2/sqrt(pi) times the integral of e^-t^2 from 0 to x, within 3.2 ULP and never above 1:
 * erf(-0) = -0, erf(inf) = 1.
 */
export function erf<V>(b: Builder<V>, x: V): V {
  const { mul, abs, polynomial } = parts(b);
  const size = abs(x);
  return withSign(b, oneMinusExp(b, mul(size, polynomial(size, erfExponent))), x);
}

/** 1 / sqrt(x), rounded twice, within 1.5 ULP: rsqrt(-0) = -inf, rsqrt(inf) = 0. */
export function rsqrt<V>(b: Builder<V>, x: V): V {
  const { f32, div, sqrt } = parts(b);
  return div(f32(1), sqrt(x));
}
