// Derives every constant of src/kernel/math-*.ts and prints it with its error. Run: node tools/fit/fit.mjs
// (Node 20 or later, no packages; the constants in use are Node 20.20's). Constants are printed as the shortest decimal that rounds to
// the float32. Errors are largest relative errors of the formula with these coefficients in exact arithmetic.

import { erf, erfc, ln2Bits, normalQuantile, piBits } from './real.mjs';
import { minimaxFloat32, nodes } from './least.mjs';

const powers = (x, n) => Array.from({ length: n }, (_, i) => x ** i);

/** The shortest decimal that rounds to the same float32. */
function short(value) {
  for (let digits = 1; digits < 10; digits++) {
    const text = Number(value.toPrecision(digits));
    if (Math.fround(text) === Math.fround(value)) return String(text);
  }
  return String(value);
}

const show = (name, c, error) =>
  console.log(`${name}: [${c.map(short).join(', ')}]  error ${error.toExponential(1)}`);

/** f(x) ~ head(x) + factor(x) * (c0 + c1 v(x) + ...), relative to f. */
function polynomial(name, [lo, hi], count, { f, head, factor, v = (x) => x }) {
  const at = nodes(lo, hi);
  const rows = at.map((x) => powers(v(x), count).map((p) => (p * factor(x)) / f(x)));
  const { c, error } = minimaxFloat32(
    rows,
    at.map((x) => (f(x) - head(x)) / f(x)),
  );
  show(name, c, error);
}

/** value (an integer times 2^-bits) cut into pieces of `size` significant bits, the last one a whole float32. */
function pieces(name, value, bits, size, count) {
  const out = [];
  let rest = value;
  for (let i = 0; i < count; i++) {
    const drop = BigInt(rest.toString(2).length - (i === count - 1 ? 30 : size));
    const piece = (rest >> drop) << drop;
    out.push(Math.fround(Number(piece) / 2 ** bits));
    rest -= piece;
  }
  console.log(`${name}: [${out.map(short).join(', ')}]`);
}

console.log(`node ${process.version}`);
pieces('ln 2 in 16 bits and the rest', ln2Bits(100), 100, 16, 2);
pieces('pi in pieces of 8 bits and the rest', piBits(100), 100, 8, 5);
console.log(`1/ln 2: ${short(Math.LOG2E)}; 1/pi: ${short(1 / Math.PI)}`);

const overLn2 = 2 / Math.LN2;
const high = Math.floor(overLn2 * 1024) / 1024; // 2 bits before the point, 10 after
console.log(`2/ln 2: ${short(overLn2)} = ${high} + ${short(overLn2 - high)}`);

// |r| <= ln(2)/2 and a little, for x/ln 2 is rounded before the nearest integer is taken.
polynomial('exp: e^r = 1 + r + r^2 q(r)', [-0.34665, 0.34665], 5, {
  f: Math.exp,
  head: (r) => 1 + r,
  factor: (r) => r * r,
});
polynomial('exp2: 2^r = 1 + r q(r)', [-0.5005, 0.5005], 6, {
  f: (r) => 2 ** r,
  head: () => 1,
  factor: (r) => r,
});
polynomial('log: log(1+f) = f - f^2/2 + f^3 p(f)', [-1 / 3, 1 / 3], 7, {
  f: Math.log1p,
  head: (f) => f - (f * f) / 2,
  factor: (f) => f ** 3,
});
const edge = 3 - Math.SQRT2 * 2; // (m - 1)/(m + 1) at m = sqrt 2
polynomial('pow: 2/ln 2 atanh s = 2/ln 2 s + s^3 p(s^2)', [1e-4, edge], 4, {
  f: (s) => overLn2 * Math.atanh(s),
  head: (s) => overLn2 * s,
  factor: (s) => s ** 3,
  v: (s) => s * s,
});
// |r| <= pi/2 and what rounding x/pi at 1e5 adds.
polynomial('sin: sin r = r + r^3 p(r^2)', [1e-4, 1.5785], 4, {
  f: Math.sin,
  head: (r) => r,
  factor: (r) => r ** 3,
  v: (r) => r * r,
});

// -log(1 - erf x) = x g(x), relative to erf in what it leads to.
const minusLogErfc = (x) => (x < 2.5 ? -Math.log1p(-erf(x)) : -Math.log(erfc(x)));
const weight = (x) => erfc(x) / erf(x);
polynomial('erf: erf x = 1 - e^(-x g(x))', [1e-4, 3.95], 8, {
  f: () => 1,
  head: (x) => 1 - minusLogErfc(x) * weight(x),
  factor: (x) => x * weight(x),
});

// Normals: with w = -log(4p(1-p)) for the tail's probability p (the variable of M. Giles, 2010), z = x c(w - 2.5)
// for w < 5, z = c(sqrt(w) - 3.4375) beyond; p is at least 2^-33.
const tail = (w) => Math.exp(-w) / (2 * (1 + Math.sqrt(-Math.expm1(-w))));
const middle = (w) => Math.sqrt(-Math.expm1(-w));
polynomial('normal, middle', [0, 5], 8, {
  f: (w) => (w < 1e-9 ? Math.sqrt(Math.PI / 2) : normalQuantile(tail(w), middle(w)) / middle(w)),
  head: () => 0,
  factor: () => 1,
  v: (w) => w - 2.5,
});
polynomial('normal, tail', [Math.sqrt(5), Math.sqrt(31 * Math.LN2)], 8, {
  f: (s) => normalQuantile(tail(s * s), middle(s * s)),
  head: () => 0,
  factor: () => 1,
  v: (s) => s - 3.4375,
});
