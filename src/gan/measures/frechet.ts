// The Fréchet distance of two sets of features, each taken for normal: how far their means and covariances are apart.
// With features of an Inception network it is called FID; with another eye it is a figure of that eye alone.
import { check } from '../../base/check.ts';
import { product, symmetricEigen, symmetricRoot } from './eigen.ts';
import type { Features } from './features.ts';

/** Mean [size] and covariance [size, size] of features. */
export interface Moments {
  readonly mean: Float64Array;
  readonly covariance: Float64Array;
}

/** The moments of features; the covariance is divided by count - 1, as numpy's cov does. */
export function momentsOf({ data, count, size }: Features): Moments {
  check(count >= 2, () => `momentsOf: needs at least 2 pictures, got ${count}`);
  const mean = new Float64Array(size);
  for (let i = 0; i < count; i++) for (let j = 0; j < size; j++) mean[j]! += data[i * size + j]! / count;
  const covariance = new Float64Array(size * size);
  const off = new Float64Array(size);
  for (let i = 0; i < count; i++) {
    for (let j = 0; j < size; j++) off[j] = data[i * size + j]! - mean[j]!;
    for (let j = 0; j < size; j++) {
      const by = off[j]!;
      if (by !== 0) for (let k = 0, row = j * size; k <= j; k++) covariance[row + k]! += by * off[k]!;
    }
  }
  for (let j = 0; j < size; j++)
    for (let k = 0; k <= j; k++)
      covariance[k * size + j] = covariance[j * size + k] = covariance[j * size + k]! / (count - 1);
  return { mean, covariance };
}

/**
 * |m1 - m2|² + Tr(C1 + C2 - 2 (C1 C2)^½), 0 for equal moments. Heusel et al. 2017, equation 6,
 * https://arxiv.org/abs/1706.08500. The trace of the root is that of the symmetric (C1^½ C2 C1^½)^½, which has the same
 * eigenvalues.
 */
export function frechetDistance(a: Moments, b: Moments): number {
  const n = a.mean.length;
  check(
    b.mean.length === n,
    () => `frechetDistance: needs features of one size, got ${n} and ${b.mean.length}`,
  );
  const root = symmetricRoot(a.covariance, n);
  const inner = product(product(root, b.covariance, n), root, n);
  // Rounding leaves the halves apart.
  for (let i = 0; i < n; i++)
    for (let j = 0; j < i; j++)
      inner[i * n + j] = inner[j * n + i] = (inner[i * n + j]! + inner[j * n + i]!) / 2;
  const { values } = symmetricEigen(inner, n);
  const shared = values.reduce((sum, x) => sum + Math.sqrt(Math.max(0, x)), 0);
  const trace = (m: Float64Array): number => m.reduce((sum, x, i) => (i % (n + 1) === 0 ? sum + x : sum), 0);
  const means = a.mean.reduce((sum, x, i) => sum + (x - b.mean[i]!) ** 2, 0);
  return Math.max(0, means + trace(a.covariance) + trace(b.covariance) - 2 * shared);
}
