// The shape of one example where not every size is fixed: null stands for a size that may differ from batch to
// batch, as the length of a sequence does. Layers never see null: a layer is built for two lengths, and what
// differs between the two is open.
import type { Shape } from '../base/shape.ts';

/** Sizes of one example, the batch axis left out; null is open. */
export type Sizes = readonly (number | null)[];

/** Sizes as users write them: [null, 28]. */
export const showSizes = (sizes: Sizes): string => `[${sizes.map(String).join(', ')}]`;

/** Whether every size is known. */
export const isClosed = (sizes: Sizes): sizes is Shape => sizes.every((d) => d !== null);

/** The shape with `size` for every open one. */
export const closedBy = (sizes: Sizes, size: number): Shape => sizes.map((d) => d ?? size);

/** What two shapes have in common: open where they differ; undefined if their ranks do. */
export const common = (a: Sizes, b: Sizes): Sizes | undefined =>
  a.length === b.length ? a.map((d, i) => (d === b[i] ? d : null)) : undefined;

/** Whether examples of `shape` suit `sizes`; what is open suits everything. */
export const suits = (sizes: Sizes, shape: Sizes): boolean =>
  sizes.length === shape.length && sizes.every((d, i) => d === null || shape[i] === null || d === shape[i]);

/** The same sizes, open where the other is. */
export const sameSizes = (a: Sizes, b: Sizes): boolean =>
  a.length === b.length && a.every((d, i) => d === b[i]);

/** Whether a list of shapes was given, and not one shape. */
export const isList = (shapes: Sizes | readonly Sizes[]): shapes is readonly Sizes[] =>
  shapes.length > 0 && shapes.every((x) => Array.isArray(x));
