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
type Polynomial = readonly [number, number, number, number, number, number, number, number];

const valueOf = ([a, b, c, d, e, f, g, h]: Polynomial, x: number): number =>
  ((((((h * x + g) * x + f) * x + e) * x + d) * x + c) * x + b) * x + a;

/** Quotients of polynomials around the middle, and in the tails before and behind 5. */
const quotients: Readonly<Record<'middle' | 'tail' | 'end', readonly [Polynomial, Polynomial]>> = {
  middle: [
    [
      3.387132872796366608, 133.14166789178437745, 1971.5909503065514427, 13731.693765509461125,
      45921.953931549871457, 67265.770927008700853, 33430.575583588128105, 2509.0809287301226727,
    ],
    [
      1, 42.313330701600911252, 687.1870074920579083, 5394.1960214247511077, 21213.794301586595867,
      39307.89580009271061, 28729.085735721942674, 5226.495278852854561,
    ],
  ],
  tail: [
    [
      1.42343711074968357734, 4.6303378461565452959, 5.7694972214606914055, 3.64784832476320460504,
      1.27045825245236838258, 0.24178072517745061177, 0.0227238449892691845833, 7.7454501427834140764e-4,
    ],
    [
      1, 2.05319162663775882187, 1.6763848301838038494, 0.68976733498510000455, 0.14810397642748007459,
      0.0151986665636164571966, 5.475938084995344946e-4, 1.05075007164441684324e-9,
    ],
  ],
  end: [
    [
      6.6579046435011037772, 5.4637849111641143699, 1.7848265399172913358, 0.29656057182850489123,
      0.026532189526576123093, 0.0012426609473880784386, 2.71155556874348757815e-5, 2.01033439929228813265e-7,
    ],
    [
      1, 0.59983220655588793769, 0.13692988092273580531, 0.0148753612908506148525, 7.868691311456132591e-4,
      1.8463183175100546818e-5, 1.4215117583164458887e-7, 2.04426310338993978564e-15,
    ],
  ],
};

/**
 * The z >= 0 above which a standard normal is with probability p in (0, 1/2], within a few units in the last place. M. J.
 * Wichura 1988, "The Percentage Points of the Normal Distribution", Applied Statistics 37, 477-484 (algorithm AS 241).
 */
export function upperQuantile(p: number): number {
  const off = 0.5 - p;
  if (off <= 0.425) {
    const [over, under] = quotients.middle;
    const r = 0.180625 - off * off;
    return (off * valueOf(over, r)) / valueOf(under, r);
  }
  const r = Math.sqrt(-Math.log(p));
  const [over, under] = r <= 5 ? quotients.tail : quotients.end;
  const x = r <= 5 ? r - 1.6 : r - 5;
  return valueOf(over, x) / valueOf(under, x);
}

/** The standard normal that random bits (i32) stand for: the upper bit its sign, the others its tail's probability. */
export function normalOf(bits: number): number {
  const z = upperQuantile(((bits & 0x7fffffff) + 0.5) / 2 ** 32);
  return bits < 0 ? -z : z;
}
