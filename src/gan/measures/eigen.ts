// Eigenvalues of symmetric matrices, and what follows from them, in float64 on the host: matrices of features are small,
// a hundred or two a side, and a root of a covariance is no place to lose digits.
import { check } from '../../base/check.ts';

/** A symmetric matrix taken apart: a = V diag(values) Vᵀ, with the eigenvectors as columns of V [n, n]. */
export interface Eigen {
  readonly values: Float64Array;
  readonly vectors: Float64Array;
}

/** Sweeps after which Jacobi's method has long converged; it needs six to ten. */
const sweeps = 60;

/**
 * Eigenvalues and eigenvectors of a symmetric matrix [n, n], row-major, by Jacobi's rotations: each makes one pair of
 * elements beside the diagonal 0, until all are. Golub & Van Loan, Matrix Computations, section 8.5.
 */
export function symmetricEigen(matrix: Float64Array, n: number): Eigen {
  check(
    matrix.length === n * n,
    () => `symmetricEigen: a matrix of ${n} x ${n} needs ${n * n} numbers, got ${matrix.length}`,
  );
  const a = matrix.slice();
  const v = identity(n);
  const size = Math.sqrt(a.reduce((sum, x) => sum + x * x, 0));
  for (let sweep = 0; sweep < sweeps && beside(a, n) > 1e-15 * size; sweep++)
    for (let p = 0; p < n - 1; p++) for (let q = p + 1; q < n; q++) rotate(a, v, n, p, q);
  return { values: Float64Array.from({ length: n }, (_, i) => a[i * n + i]!), vectors: v };
}

function identity(n: number): Float64Array {
  const one = new Float64Array(n * n);
  for (let i = 0; i < n; i++) one[i * n + i] = 1;
  return one;
}

/** The root of the sum of squares beside the diagonal. */
function beside(a: Float64Array, n: number): number {
  let sum = 0;
  for (let i = 0; i < n; i++) for (let j = 0; j < i; j++) sum += 2 * a[i * n + j]! * a[i * n + j]!;
  return Math.sqrt(sum);
}

/** Turns axes p and q so that a[p, q] becomes 0. */
function rotate(a: Float64Array, v: Float64Array, n: number, p: number, q: number): void {
  const off = a[p * n + q]!;
  if (off === 0) return;
  const theta = (a[q * n + q]! - a[p * n + p]!) / (2 * off);
  const t = (theta < 0 ? -1 : 1) / (Math.abs(theta) + Math.sqrt(theta * theta + 1));
  const c = 1 / Math.sqrt(t * t + 1);
  const s = t * c;
  for (let k = 0; k < n; k++) {
    const [x, y] = [a[k * n + p]!, a[k * n + q]!];
    a[k * n + p] = c * x - s * y;
    a[k * n + q] = s * x + c * y;
  }
  for (let k = 0; k < n; k++) {
    const [x, y] = [a[p * n + k]!, a[q * n + k]!];
    a[p * n + k] = c * x - s * y;
    a[q * n + k] = s * x + c * y;
    const [left, right] = [v[k * n + p]!, v[k * n + q]!];
    v[k * n + p] = c * left - s * right;
    v[k * n + q] = s * left + c * right;
  }
}

/** The root of a symmetric matrix without negative eigenvalues, [n, n]; what rounding made negative counts as 0. */
export function symmetricRoot(matrix: Float64Array, n: number): Float64Array {
  const { values, vectors } = symmetricEigen(matrix, n);
  const root = new Float64Array(n * n);
  for (let k = 0; k < n; k++) {
    const length = Math.sqrt(Math.max(0, values[k]!));
    for (let i = 0; i < n; i++) {
      const by = length * vectors[i * n + k]!;
      for (let j = 0; j < n; j++) root[i * n + j]! += by * vectors[j * n + k]!;
    }
  }
  return root;
}

/** The product of two matrices [n, n]. */
export function product(a: Float64Array, b: Float64Array, n: number): Float64Array {
  const out = new Float64Array(n * n);
  for (let i = 0; i < n; i++)
    for (let k = 0; k < n; k++) {
      const by = a[i * n + k]!;
      for (let j = 0; j < n; j++) out[i * n + j]! += by * b[k * n + j]!;
    }
  return out;
}
