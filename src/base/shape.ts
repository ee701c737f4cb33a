// Shapes: lists of sizes, outermost first, row-major. An axis may be the run-time batch: its size is
// then the largest it may have, and `scale` says how many rows of it belong to one example.
import { check } from './check.ts';

export type Shape = readonly number[];

/** Sizes with, per axis, 0 for a fixed axis or k for an axis of k times the run-time batch. */
export interface Extent {
  readonly shape: Shape;
  readonly scale: readonly number[];
}

/** Whether sizes and batch axes are equal. */
export const sameExtent = (a: Extent, b: Extent): boolean => same(a.shape, b.shape) && same(a.scale, b.scale);

/** A shape as users read it, its batch axis by name: [batch of at most 32, 784]. */
export const showExtent = ({ shape, scale }: Extent): string =>
  `[${shape.map((d, i) => (scale[i] ? `batch of at most ${d}` : String(d))).join(', ')}]`;

/** The number of elements of a shape. */
export const sizeOf = (shape: Shape): number => shape.reduce((n, d) => n * d, 1);

/** A shape as users read it: [32, 784]. */
export const show = (shape: Shape): string => `[${shape.join(', ')}]`;

export const same = (a: readonly number[], b: readonly number[]): boolean =>
  a.length === b.length && a.every((x, i) => x === b[i]);

/** The item at `i`, which must exist. */
export function at<T>(list: readonly T[], i: number): T {
  const item = list[i];
  if (item === undefined) throw new RangeError(`index ${i} of a list of ${list.length}`);
  return item;
}

export const range = (n: number): number[] => Array.from({ length: n }, (_, i) => i);

/** The greatest whole number that divides both, which are not below 0. */
export const gcd = (a: number, b: number): number => (b === 0 ? a : gcd(b, a % b));

/** Elements to step over for one step along each axis, row-major. */
export function stridesOf(shape: Shape): number[] {
  const strides = shape.map(() => 1);
  for (let i = shape.length - 2; i >= 0; i--) strides[i] = at(strides, i + 1) * at(shape, i + 1);
  return strides;
}

/** The axis counted from the front; -1 is the last. */
export function axisOf(call: string, axis: number, rank: number): number {
  check(Number.isInteger(axis) && axis >= -rank && axis < rank, () =>
    rank === 0
      ? `${call}: a single number has no axis, got axis ${axis}`
      : `${call}: axis must be a whole number from ${-rank} to ${rank - 1}, got ${axis}`,
  );
  return axis < 0 ? axis + rank : axis;
}

/** Throws unless all sizes are whole numbers from 0. */
export function checkShape(call: string, shape: Shape): void {
  check(
    shape.every((d) => Number.isInteger(d) && d >= 0),
    () => `${call}: sizes must be whole numbers from 0, got ${show(shape)}`,
  );
}

/** Axes counted from the front, in rising order; all axes when none are given. */
export function axesOf(call: string, axes: number | readonly number[] | undefined, rank: number): number[] {
  if (axes === undefined) return range(rank);
  const given = typeof axes === 'number' ? [axes] : axes;
  // A tensor here is somebody looking for the function of two.
  check(
    'length' in given,
    () =>
      `${call}: axes must be numbers, got ${String(given)}; for two tensors, element by element, there is ${call}2`,
  );
  const list = given.map((axis) => axisOf(call, axis, rank));
  check(new Set(list).size === list.length, () => `${call}: an axis is named twice in ${show(list)}`);
  return list.sort((a, b) => a - b);
}

/** The extent two operands are both expanded to, matching axes from the last (NumPy's rule). */
export function broadcast(call: string, a: Extent, b: Extent): Extent {
  const rank = Math.max(a.shape.length, b.shape.length);
  const shape: number[] = [];
  const scale: number[] = [];
  for (let i = 0; i < rank; i++) {
    const [p, q] = [a.shape.length - rank + i, b.shape.length - rank + i];
    const [m, n] = [p < 0 ? 1 : at(a.shape, p), q < 0 ? 1 : at(b.shape, q)];
    const [s, t] = [p < 0 ? 0 : at(a.scale, p), q < 0 ? 0 : at(b.scale, q)];
    const left = m === 1 && s === 0;
    check(left || (n === 1 && t === 0) || (m === n && s === t), () => {
      const size = (d: number, k: number): string => (k ? `the batch (at most ${d})` : String(d));
      return `${call}: cannot broadcast ${show(a.shape)} with ${show(b.shape)}: axis ${i - rank} is ${size(m, s)} on the left, ${size(n, t)} on the right`;
    });
    shape.push(left ? n : m);
    scale.push(left ? t : s);
  }
  return { shape, scale };
}
