// Minimax fits of functions that are linear in their coefficients, in plain doubles.
//
// Lawson's iteration (C. L. Lawson, 1961): solve weighted least squares on Chebyshev nodes, multiply each
// node's weight by its error, repeat; the largest error levels out. Rounding the coefficients to float32 is
// part of the fit: the leading one is rounded and fixed, and the others are fitted again to make up for it.

/** Chebyshev nodes of [lo, hi], away from the ends by less than the spacing. */
export function nodes(lo, hi, count = 600) {
  const at = (i) => (lo + hi) / 2 - ((hi - lo) / 2) * Math.cos((Math.PI * (i + 0.5)) / count);
  return Array.from({ length: count }, (_, i) => at(i));
}

/** The c that makes |rows c - target| least, by Householder reflections of scaled columns. */
export function leastSquares(rows, target) {
  const n = rows[0].length;
  const scale = rows[0].map((_, j) => 1 / Math.max(Math.hypot(...rows.map((row) => row[j])), 1e-300));
  const a = rows.map((row, i) => [...row.map((v, j) => v * scale[j]), target[i]]);
  for (let k = 0; k < n; k++) {
    const norm = Math.hypot(...a.slice(k).map((row) => row[k]));
    const alpha = a[k][k] > 0 ? -norm : norm;
    const v = a.map((row, i) => (i < k ? 0 : i === k ? row[k] - alpha : row[k]));
    const square = v.reduce((sum, x) => sum + x * x, 0);
    for (let j = k; j <= n; j++) {
      let dot = 0;
      for (let i = k; i < a.length; i++) dot += v[i] * a[i][j];
      for (let i = k; i < a.length; i++) a[i][j] -= ((2 * dot) / square) * v[i];
    }
  }
  const c = new Array(n).fill(0);
  for (let k = n - 1; k >= 0; k--) {
    let rest = a[k][n];
    for (let j = k + 1; j < n; j++) rest -= a[k][j] * c[j];
    c[k] = rest / a[k][k];
  }
  return c.map((value, j) => value * scale[j]);
}

/** The c that makes max |rows c - target| nearly least, and that maximum. */
export function minimax(rows, target, rounds = 60) {
  const residual = (c) => rows.map((row, i) => Math.abs(row.reduce((s, v, j) => s + v * c[j], -target[i])));
  let weight = rows.map(() => 1);
  let best = { c: [], error: Infinity };
  for (let round = 0; round < rounds; round++) {
    const root = weight.map(Math.sqrt);
    const c = leastSquares(
      rows.map((row, i) => row.map((v) => v * root[i])),
      target.map((v, i) => v * root[i]),
    );
    const errors = residual(c);
    const error = Math.max(...errors);
    if (error < best.error) best = { c, error };
    const mean = errors.reduce((s, e, i) => s + e * weight[i], 0);
    weight = weight.map((w, i) => Math.max((w * errors[i]) / mean, 1e-30));
  }
  return best;
}

/** Like minimax, with every coefficient a float32; `order` says which is rounded first. */
export function minimaxFloat32(rows, target, order = rows[0].map((_, j) => j)) {
  const fixed = new Map();
  let left = [...order];
  let error = minimax(rows, target).error;
  const exact = error;
  while (left.length > 0) {
    const moved = target.map((t, i) => [...fixed].reduce((s, [j, c]) => s - c * rows[i][j], t));
    const { c } = minimax(
      rows.map((row) => left.map((j) => row[j])),
      moved,
      left.length === rows[0].length ? 60 : 25,
    );
    fixed.set(left[0], Math.fround(c[0]));
    left = left.slice(1);
  }
  const c = rows[0].map((_, j) => fixed.get(j));
  error = Math.max(...rows.map((row, i) => Math.abs(row.reduce((s, v, j) => s + v * c[j], -target[i]))));
  return { c, error, exact };
}
