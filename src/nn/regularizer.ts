// What is added to the loss so that weights, or outputs, stay small or apart: one row each.
//
// To add one: write its function and name it in `regularizers`; every layer then takes it.
import { check } from '../base/check.ts';
import { show } from '../base/shape.ts';
import { matmul } from '../ops/matmul.ts';
import type { Tensor } from '../tensor.ts';

/** One number, f32 [], from a parameter or from outputs. */
export interface Regularizer {
  readonly name: string;
  of(w: Tensor): Tensor;
}

function checkFactor(call: string, what: string, x: number): void {
  check(x >= 0 && Number.isFinite(x), () => `${call}: ${what} must be a number from 0, got ${x}`);
}

/** factor * sum(|w|). */
export function l1(factor = 0.01): Regularizer {
  checkFactor('l1', 'the factor', factor);
  return { name: 'l1', of: (w) => w.abs().sum().mul(factor) };
}

/** factor * sum(w^2). */
export function l2(factor = 0.01): Regularizer {
  checkFactor('l2', 'the factor', factor);
  return { name: 'l2', of: (w) => w.mul(w).sum().mul(factor) };
}

export interface L1L2Options {
  readonly l1?: number;
  readonly l2?: number;
}

/** l1 * sum(|w|) + l2 * sum(w^2). */
export function l1l2({ l1: first = 0, l2: second = 0 }: L1L2Options = {}): Regularizer {
  checkFactor('l1l2', 'l1', first);
  checkFactor('l1l2', 'l2', second);
  return { name: 'l1l2', of: (w) => l1(first).of(w).add(l2(second).of(w)) };
}

export interface OrthogonalRegularizerOptions {
  readonly factor?: number;
  /** Which vectors of the matrix are to be at right angles. */
  readonly mode?: 'rows' | 'columns';
}

/** factor * the mean of |cosine| over all pairs of the matrix's rows (or columns); 0 if there is only one. */
export function orthogonalRegularizer({
  factor = 0.01,
  mode = 'rows',
}: OrthogonalRegularizerOptions = {}): Regularizer {
  const call = 'orthogonalRegularizer';
  checkFactor(call, 'factor', factor);
  check(
    mode === 'rows' || mode === 'columns',
    () => `${call}: mode must be 'rows' or 'columns', got ${JSON.stringify(mode)}`,
  );
  return {
    name: call,
    of(w) {
      check(w.rank === 2, () => `${call}: needs a matrix, got ${show(w.shape)}`);
      const rows = mode === 'rows' ? w : w.permute([1, 0]);
      const unit = rows.div(rows.mul(rows).sum(-1, { keep: true }).max2(tiny).sqrt());
      const cosines = matmul(unit, unit.permute([1, 0]));
      const n = cosines.shape[0] ?? 0;
      const apart = cosines.iota(0).equal(cosines.iota(1));
      // Each pair stands there twice.
      return cosines
        .abs()
        .mul(apart.to('f32').sub(1).neg())
        .sum()
        .mul(factor / Math.max(1, n * (n - 1)));
    },
  };
}

/** Square lengths below are taken for this: the square of Keras's epsilon. */
const tiny = 1e-14;

/** The regularizers by name. */
export const regularizers = { l1, l2, l1l2, orthogonalRegularizer } as const;

export type RegularizerName = keyof typeof regularizers;

/** The regularizer itself, the one of that name with Keras's defaults, or none; `call` is who asks. */
export function regularizerOf(
  call: string,
  given: RegularizerName | Regularizer | undefined,
): Regularizer | undefined {
  if (given === undefined || typeof given === 'object') return given;
  check(
    typeof given === 'string' && Object.hasOwn(regularizers, given),
    () =>
      `${call}: a regularizer must be one of ${Object.keys(regularizers).join(', ')}, got ${JSON.stringify(given)}`,
  );
  return regularizers[given]();
}

/** The sum of what regularizers ask of tensors, as apply() gives it; nothing where none asks. */
export function penalties(...list: readonly (readonly [Regularizer | undefined, Tensor | undefined])[]): {
  readonly penalty?: Tensor;
} {
  const asked = list.flatMap(([regularizer, t]) => (regularizer && t ? [regularizer.of(t)] : []));
  return asked.length === 0 ? {} : { penalty: asked.reduce((a, b) => a.add(b)) };
}

/** A regularizer of outputs [N, ...]: what it asks, divided by the batch. */
export const perExample = (of: Regularizer | undefined): Regularizer | undefined =>
  of && { name: of.name, of: (y) => of.of(y).div(y.countOf([0])) };
