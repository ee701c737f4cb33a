// The words of a multiplication (multiply.ts): what is summed over which loops, in which tiles and blocks,
// and where the sums go.
import type { Axis, Index } from '../base/formula.ts';
import type { Value } from './code.ts';
import type { Buffer, Store } from './kernel.ts';
import type { Limit } from './limits.ts';
import type { Padded, Panels } from './pack.ts';
import type { Terms } from './terms.ts';

/** One loop of the sum: how many elements go from one term to the next in a and in b. */
export interface SumLoop {
  readonly axis: Axis;
  readonly a: number;
  readonly b: number;
}

export interface Product {
  readonly a: { readonly from: Buffer; readonly index: Index };
  readonly b: Panels;
  /** Elements from one row of a tile to the next, where a is in strips as high as the tile. */
  readonly spacing?: number;
  /** The axis of the rows that goes on beyond its last place, to whole strips. */
  readonly padded?: Padded;
  readonly rows: readonly Axis[];
  readonly column: Axis;
  readonly outer: readonly Axis[];
  readonly over: readonly SumLoop[];
  /** The terms of the one summed axis that are not 0, where they are listed. */
  readonly terms?: Terms;
  /** Places of a summed axis outside of which all terms are 0, by the place of an outer axis. */
  readonly limits: readonly Limit[];
  readonly tile: readonly [rows: number, vectors: number];
  /** Columns of a panel, and panels. */
  readonly width: number;
  readonly panels: number;
  /** Rows in all, and the length of the sum. */
  readonly count: number;
  readonly depth: number;
}

/** Where sums go: through the kernel's own store, or block by block to memory; there is a store if the last block finishes. */
export interface Target {
  readonly store?: Store;
  readonly partial?: {
    readonly to: Buffer;
    readonly blocks: Blocks;
    readonly groups: { readonly count: number; readonly size: number };
  };
}

/** A long sum in blocks: `size` terms of the loop at `level`, and of the loops before it one place. */
export interface Blocks {
  readonly level: number;
  readonly size: number;
}

export interface Place {
  /** The row's number, counting on beyond the last. */
  readonly whole: Value;
  readonly values: ReadonlyMap<Axis, Value>;
  readonly address: Value;
}

export type Range = readonly [from: Value, to: Value];

export interface Rows {
  readonly addresses: readonly Value[];
  /** Set where the rows follow the first by this many elements each. */
  readonly spacing: number | undefined;
}

export interface Block {
  /** The one place of each loop before the one cut into blocks. */
  readonly places: readonly Value[];
  readonly from: Value;
  readonly to: Value;
  /** Whether this is the first, the last block of its group; undefined where there is only one. */
  readonly first: Value | undefined;
  readonly last: Value | undefined;
}

/** A loop of the sum in bytes. */
export type Step = SumLoop;
