// The folds: ways to make one element of many along axes. One row each: the element to start from,
// how two are joined, and the gradient. Folding no elements gives the start.
//
// `lower` fixes the order of joining from the shape alone, so that a result is the same bits at any
// thread count; it is not the order of a plain loop.
import type { Dtype } from '../base/dtype.ts';
import type { Tensor } from '../tensor.ts';

export interface Fold {
  /** In i32 the nearest there is. */
  readonly start: number;
  /** Reference in float64. */
  readonly join: (a: number, b: number) => number;
  /** Reference for i32 where it differs from `join`; wrapped to 32 bits at every step. */
  readonly whole?: (a: number, b: number) => number;
  /** The result's element type; undefined: the same as the source's. */
  readonly to?: Dtype;
  /** dL/dx from g = dL/dy and y, both with the folded axes kept as size 1, and x; null where it is 0. */
  readonly grad: ((g: Tensor, y: Tensor, x: Tensor, axes: readonly number[]) => Tensor) | null;
}

export type FoldName = 'sum' | 'prod' | 'max' | 'min' | 'argmax' | 'argmin';

/** 1 at the first of the elements that `name` picks along the axes, 0 elsewhere. */
const first = (x: Tensor, axes: readonly number[], name: 'argmax' | 'argmin'): Tensor =>
  x.place(axes).equal(x[name](axes, { keep: true }));

// prettier-ignore
export const folds: Readonly<Record<FoldName, Fold>> = {
  sum:    { start: 0, join: (a, b) => a + b, grad: (g, _, x) => g.expandTo(x) },
  // The product of the others, also where an element is 0: prod / x would be 0 / 0 there.
  prod:   { start: 1, join: (a, b) => a * b, whole: Math.imul, grad: (g, _, x, axes) => g.expandTo(x).mul(x.productOfOthers(axes)) },
  // NaN if any element is NaN; the gradient goes to the first element that is largest (smallest).
  max:    { start: -Infinity, join: Math.max, grad: (g, _, x, axes) => g.expandTo(x).where(first(x, axes, 'argmax'), 0) },
  min:    { start: Infinity,  join: Math.min, grad: (g, _, x, axes) => g.expandTo(x).where(first(x, axes, 'argmin'), 0) },
  // The place (row-major over the folded axes) of the first largest (smallest); the first NaN where there is one.
  argmax: { start: 0, join: () => 0, to: 'i32', grad: null },
  argmin: { start: 0, join: () => 0, to: 'i32', grad: null },
};
