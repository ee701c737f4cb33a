// sin and cos from one odd polynomial on [-pi/2, pi/2]: sin x = (-1)^n sin(x - n pi), and
// cos x = -(-1)^n sin(x - (n + 1/2) pi).
//
// There is no fma, so pi is cut into pieces of 8 bits: their products with n + 1/2 < 2^15 are exact, the
// differences are exact where they cancel (Cody and Waite 1980), and the error stays small up to |x| = 1e5.
// Beyond, the result loses a bit with each doubling of x but stays in [-1, 1]. Coefficients: tools/fit/fit.mjs.

import { parts, roundingShift } from './math-parts.ts';
import type { Builder } from './math-parts.ts';

/** The leading bits of pi, eight at a time, and the rest. */
const piPieces = [3.140625, 0.0009651184, 0.0000025331974, 1.9790605e-9, 5.126688e-12];

/** sin r = r + r^3 p(r^2) for |r| <= pi/2. */
const sinTail = [-0.1666666, 0.0083330665, -0.0001980945, 0.0000026051835];

/** (-1)^n sin(x - turns pi), where `shifted` is n + roundingShift. */
function sinOf<V>(b: Builder<V>, x: V, turns: V, shifted: V): V {
  const { f32, i32, add, sub, mul, shl, xor, bits, fromBits, atLeast, atMost, polynomial } = parts(b);
  const rest = piPieces.reduce((r, piece) => sub(r, mul(turns, f32(piece))), x);
  const r = atMost(atLeast(rest, -1.5785), 1.5785); // only for |x| beyond 1e5
  const square = mul(r, r);
  const y = add(r, mul(mul(r, square), polynomial(square, sinTail)));
  return fromBits(xor(bits(y), shl(bits(shifted), i32(31))));
}

/** The sine of x radians, within 3.3 ULP for |x| <= 1e5: sin(-0) = -0, sin(±inf) = NaN. */
export function sin<V>(b: Builder<V>, x: V): V {
  const { f32, add, sub, mul, eq, select } = parts(b);
  const shifted = add(mul(x, f32(1 / Math.PI)), f32(roundingShift));
  const y = sinOf(b, x, sub(shifted, f32(roundingShift)), shifted);
  return select(eq(x, f32(0)), x, y);
}

/** The cosine of x radians, within 3.5 ULP for |x| <= 1e5: cos(0) = 1, cos(±inf) = NaN. */
export function cos<V>(b: Builder<V>, x: V): V {
  const { f32, add, sub, mul } = parts(b);
  // n + 1, whose parity is that of the sign.
  const shifted = add(add(mul(x, f32(1 / Math.PI)), f32(0.5)), f32(roundingShift));
  return sinOf(b, x, sub(sub(shifted, f32(roundingShift)), f32(0.5)), shifted);
}
