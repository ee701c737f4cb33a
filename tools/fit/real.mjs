// The functions the fits aim at, in float64, and constants from integer arithmetic.

/** floor(2^bits * pi), by Machin's formula pi = 16 atan(1/5) - 4 atan(1/239) (1706). */
export function piBits(bits) {
  const one = 1n << BigInt(bits + 32);
  const arctan = (n) => {
    let sum = 0n;
    for (let term = one / n, k = 1n; term > 0n; term /= n * n, k += 4n) {
      sum += term / k;
      term /= n * n;
      sum -= term / (k + 2n);
    }
    return sum;
  };
  return (16n * arctan(5n) - 4n * arctan(239n)) >> 32n;
}

/** floor(2^bits * ln 2), from ln 2 = sum of 1 / (k 2^k). */
export function ln2Bits(bits) {
  let sum = 0n;
  for (let k = 1n, power = 1n << BigInt(bits + 32); power > 0n; k++) sum += (power >>= 1n) / k;
  return sum >> 32n;
}

/** The error function: its series with positive terms (Abramowitz and Stegun 7.1.6) up to 2.5, then 1 - erfc. */
export function erf(x) {
  if (x < 0) return -erf(-x);
  if (x > 2.5) return 1 - erfc(x);
  let sum = x;
  for (let n = 1, term = x; term > 1e-18 * sum; n++) sum += term *= (2 * x * x) / (2 * n + 1);
  return (2 / Math.sqrt(Math.PI)) * Math.exp(-x * x) * sum;
}

/** 1 - erf(x) for x >= 0: its continued fraction (Abramowitz and Stegun 7.1.14) above 2.5. */
export function erfc(x) {
  if (x <= 2.5) return 1 - erf(x);
  let tail = 0;
  for (let n = 120; n >= 1; n--) tail = n / 2 / (x + tail);
  return Math.exp(-x * x) / Math.sqrt(Math.PI) / (x + tail);
}

/** The z >= 0 with P(|Z| > z) = 2p for a standard normal Z, where x = 1 - 2p is given too for the middle. */
export function normalQuantile(p, x) {
  const density = (z) => Math.exp((-z * z) / 2) / Math.sqrt(2 * Math.PI);
  const middle = x < 0.5;
  let z = middle ? x * 1.2533 : p > 0.1 ? (0.5 - p) * 2.5 : Math.sqrt(-2 * Math.log(p)) - 0.5;
  for (let i = 0; i < 60; i++) {
    const miss = middle ? (x - erf(z / Math.SQRT2)) / 2 : erfc(z / Math.SQRT2) / 2 - p;
    const newton = miss / density(z);
    const step = newton / (1 + Math.max(-0.5, Math.min(0.5, (newton * z) / 2))); // Halley
    z += step;
    if (Math.abs(step) < 1e-15 * z) break;
  }
  return z;
}
