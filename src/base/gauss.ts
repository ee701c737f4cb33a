// The error function and the normal distribution in float64: what the f32 versions of the targets are
// measured against.

const twoOverRootPi = 2 / Math.sqrt(Math.PI);

/** erf by its Maclaurin series where that converges fast, else by the continued fraction of erfc (Abramowitz & Stegun 1964, 7.1.5 and 7.1.14). */
export function erf(x: number): number {
  const a = Math.abs(x);
  if (Number.isNaN(x) || a === 0) return x;
  if (a > 6) return Math.sign(x);
  return a < 2.5 ? series(x) : Math.sign(x) * (1 - tail(a));
}

function series(x: number): number {
  let [term, sum] = [x, x];
  for (let n = 1; Math.abs(term) > 1e-18 * Math.abs(sum); n++) {
    term *= (-x * x) / n;
    sum += term / (2 * n + 1);
  }
  return twoOverRootPi * sum;
}

/** erfc(a) for a >= 2. */
function tail(a: number): number {
  let below = 0;
  for (let n = 60; n > 0; n--) below = n / 2 / (a + below);
  return Math.exp(-a * a) / (Math.sqrt(Math.PI) * (a + below));
}

/** The probability of a standard normal above z >= 0. */
const above = (z: number): number => (z < 3 ? (1 - series(z / Math.SQRT2)) / 2 : tail(z / Math.SQRT2) / 2);

/** The z >= 0 above which a standard normal is with probability p in (0, 1/2], by Newton's method. */
export function upperQuantile(p: number): number {
  // Any start right of the root's bend will do: Abramowitz & Stegun 1964, 26.2.22.
  const t = Math.sqrt(-2 * Math.log(p));
  let z = Math.max(0, t - (2.30753 + 0.27061 * t) / (1 + 0.99229 * t + 0.04481 * t * t));
  for (let i = 0; i < 20; i++) {
    const step = ((above(z) - p) * Math.sqrt(2 * Math.PI)) / Math.exp((-z * z) / 2);
    z += step;
    if (Math.abs(step) < 1e-15 * Math.max(1, z)) break;
  }
  return z;
}

/** The standard normal that random bits (i32) stand for: the upper bit its sign, the others its tail's probability. */
export function normalOf(bits: number): number {
  const z = upperQuantile(((bits & 0x7fffffff) + 0.5) / 2 ** 32);
  return bits < 0 ? -z : z;
}
