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

/** A polynomial, its constant first. */
export type Polynomial = readonly [number, number, number, number, number, number, number, number];

const valueOf = ([a, b, c, d, e, f, g, h]: Polynomial, x: number): number =>
  ((((((h * x + g) * x + f) * x + e) * x + d) * x + c) * x + b) * x + a;

/** Quotients of polynomials around the middle, and in the tails. */
export const quotients: Readonly<Record<'middle' | 'tail', readonly [Polynomial, Polynomial]>> = {
  middle: [
    [
      3.3871328727963665, 133.14166789178438, 1971.5909503065513, 13731.69376550946, 45921.95393154987,
      67265.7709270087, 33430.57558358813, 2509.0809287301227,
    ],
    [
      1, 42.31333070160091, 687.1870074920579, 5394.196021424751, 21213.794301586597, 39307.89580009271,
      28729.085735721943, 5226.495278852854,
    ],
  ],
  tail: [
    [
      1.4234371107496835, 4.630337846156546, 5.769497221460691, 3.6478483247632045, 1.2704582524523684,
      0.2417807251774506, 0.022723844989269184, 0.0007745450142783414,
    ],
    [
      1, 2.053191626637759, 1.6763848301838038, 0.6897673349851, 0.14810397642748008, 0.015198666563616457,
      0.0005475938084995345, 1.0507500716444169e-9,
    ],
  ],
};

/**
 * The z >= 0 above which a standard normal is with probability p from 2^-36 to 1/2, within a few units in the last place. M. J.
 * Wichura 1988, "The Percentage Points of the Normal Distribution", Applied Statistics 37, 477-484 (algorithm AS 241).
 */
export function upperQuantile(p: number): number {
  const off = 0.5 - p;
  if (off <= 0.425) {
    const [over, under] = quotients.middle;
    const r = 0.180625 - off * off;
    return (off * valueOf(over, r)) / valueOf(under, r);
  }
  const r = Math.sqrt(-Math.log(p)) - 1.6;
  const [over, under] = quotients.tail;
  return valueOf(over, r) / valueOf(under, r);
}

/** The standard normal that random bits (i32) stand for: the upper bit its sign, the others its tail's probability. */
export function normalOf(bits: number): number {
  const z = upperQuantile(((bits & 0x7fffffff) + 0.5) / 2 ** 32);
  return bits < 0 ? -z : z;
}
