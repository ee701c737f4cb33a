// A sum of products with named axes: result[out] = sum over the other letters of A[a] * B[b], where an
// axis of an operand is a letter or a window, stride * letter + dilation * letter. Matrix products,
// convolutions and both gradients of each are such sums, so they are built as such and never
// recognised again from formulas.
import { at, type Extent } from '../base/shape.ts';

/** One axis of an operand: the sum of factor * letter. All places it reads are inside the operand. */
export type Dim = readonly (readonly [letter: number, factor: number])[];

export interface ContractSpec {
  /** By letter. */
  readonly sizes: readonly number[];
  readonly scale: readonly number[];
  readonly out: readonly number[];
  readonly a: readonly Dim[];
  readonly b: readonly Dim[];
  /** How many times as many products it would be if nothing were summed in phases; 1 if not given. */
  readonly plainly?: number;
  /** Terms known to be 0, that need not be added. */
  readonly zeros?: readonly Zeros[];
}

/** (factor * place + plus) / over, floored. */
type Line = readonly [factor: number, plus: number, over: number];

/** Where the letter `by` is at a place, terms with the letter `of` below `low` or from `high` on are 0. */
export interface Zeros {
  readonly of: number;
  readonly by: number;
  readonly low: Line;
  readonly high: Line;
}

export const contractExtent = (spec: ContractSpec): Extent => ({
  shape: spec.out.map((l) => at(spec.sizes, l)),
  scale: spec.out.map((l) => at(spec.scale, l)),
});
