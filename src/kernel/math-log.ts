// log and log1p, and what needs a logarithm inside.
//
// x = 2^n (1 + f) with f in [-1/3, 1/3), so that log x = n ln 2 + log(1 + f) and n = 0 around 1, where the
// result is small. n is found by subtracting the bits of 2/3 and shifting. Coefficients: tools/fit/fit.mjs.

import { parts, smallestNormal } from './math-parts.ts';
import type { Builder } from './math-parts.ts';

/** ln 2 in 16 bits, so that its product with an exponent is exact, and the rest. */
export const ln2 = { high: 0.69314575, low: 0.0000014286068 } as const;

/** log(1 + f) = f - f^2/2 + f^3 p(f) for |f| <= 1/3. */
const logTail = [0.33333266, -0.25004238, 0.20007928, -0.16472325, 0.1404225, -0.15122186, 0.13820268];

/** The bits of 2/3 and of sqrt(1/2): the least mantissa that `split` leaves. */
export const leastMantissa = { twoThirds: 0x3f2aaaab, rootHalf: 0x3f3504f3 } as const;

/** x = 2^n m with n i32 and m in [least, 2 least), for a normal x > 0; anything for others. */
export function split<V>(b: Builder<V>, x: V, least: number): { n: V; m: V } {
  const { i32, add, sub, and, sar, bits, fromBits } = parts(b);
  const i = sub(bits(x), i32(least));
  return { n: sar(i, i32(23)), m: fromBits(add(and(i, i32(0x7fffff)), i32(least))) };
}

/** The same for any finite x > 0, with n as f32: subnormals are multiplied by 2^23 first. */
export function splitAny<V>(b: Builder<V>, x: V, least: number): { n: V; m: V } {
  const { f32, add, mul, lt, select, toFloat } = parts(b);
  const tiny = lt(x, f32(smallestNormal));
  const { n, m } = split(b, select(tiny, mul(x, f32(2 ** 23)), x), least);
  return { n: add(toFloat(n), select(tiny, f32(-23), f32(0))), m };
}

/** n ln 2 + log(1 + f), smallest terms first; `n` f32. */
function logOf<V>(b: Builder<V>, n: V, f: V): V {
  const { f32, add, sub, mul, polynomial } = parts(b);
  const square = mul(f, f);
  const tail = add(mul(mul(square, f), polynomial(f, logTail)), mul(n, f32(ln2.low)));
  return add(add(sub(tail, mul(square, f32(0.5))), f), mul(n, f32(ln2.high)));
}

/** `y` where pole < x < inf; -inf at the pole, NaN below it, inf and NaN as they are. */
function aboveThePole<V>(b: Builder<V>, x: V, pole: number, y: V): V {
  const { f32, lt, eq, neg, select, infinity, nan } = parts(b);
  const inf = infinity();
  const beyond = select(eq(x, f32(pole)), neg(inf), nan());
  return select(lt(f32(pole), x), select(lt(x, inf), y, x), beyond);
}

/** The natural logarithm within 1.25 ULP: log(±0) = -inf, log(x < 0) = NaN, log(inf) = inf. */
export function log<V>(b: Builder<V>, x: V): V {
  const { f32, sub } = parts(b);
  const { n, m } = splitAny(b, x, leastMantissa.twoThirds);
  return aboveThePole(b, x, 0, logOf(b, n, sub(m, f32(1))));
}

/** log x for a normal x > 0, nothing else: what `normal` needs. */
export function logOfNormal<V>(b: Builder<V>, x: V): V {
  const { f32, sub, toFloat } = parts(b);
  const { n, m } = split(b, x, leastMantissa.twoThirds);
  return logOf(b, toFloat(n), sub(m, f32(1)));
}

/** log(1 + x) within 2 ULP: log1p(-0) = -0, log1p(-1) = -inf. What 1 + x loses in rounding is added to f. */
export function log1p<V>(b: Builder<V>, x: V): V {
  const { f32, i32, add, sub, mul, eq, shl, select, toFloat, fromBits } = parts(b);
  const one = f32(1);
  const u = add(x, one);
  const lost = sub(x, sub(u, one)); // exact for x < 2^24; beyond, it does not matter
  const { n, m } = split(b, u, leastMantissa.twoThirds);
  const power = fromBits(sub(i32(0x3f800000), shl(b.map('min', n, i32(100)), i32(23)))); // 2^-n, while `lost` counts
  const y = logOf(b, toFloat(n), add(sub(m, one), mul(lost, power)));
  return select(eq(x, f32(0)), x, aboveThePole(b, x, -1, y));
}

/** log(1 + z) for z in [0, 1] or NaN: n is 0 or 1, and f is z or (z - 1)/2. */
export function log1pOfUnit<V>(b: Builder<V>, z: V): V {
  const { f32, sub, mul, lt, select } = parts(b);
  const large = lt(f32(1 / 3), z);
  return logOf(b, select(large, f32(1), f32(0)), select(large, mul(sub(z, f32(1)), f32(0.5)), z));
}
