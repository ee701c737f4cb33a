// What a kernel computes, before anything is decided about speed: loops over axes, loads by index
// formula, one value stored for each place. kernel/interpret.ts is its meaning, kernel/tile.ts its speed.
import type { Dtype } from '../base/dtype.ts';
import type { Axis, Index } from '../base/formula.ts';
import type { FoldName } from '../graph/fold.ts';
import type { ScalarName } from '../graph/scalar.ts';
import type { Limit } from './limits.ts';

/** A stretch of memory of one element type; what plan.ts places. */
export interface Buffer {
  readonly id: number;
  readonly name: string;
  readonly dtype: Dtype;
  /** Elements, at the largest batch. */
  readonly size: number;
}

/** Elements behind a buffer's last that may be read, whatever they are: vectors may reach so far. */
export const readableBeyond = 16;

/** Where an expression is 0: unless low <= index < high. */
export interface Guard {
  readonly index: Index;
  readonly low: Index;
  readonly high: Index;
}

/** A value at one place. Equal objects are computed once. */
export type Expr = { readonly dtype: Dtype } & (
  | { readonly e: 'num'; readonly value: number }
  | { readonly e: 'load'; readonly from: Buffer; readonly index: Index }
  | { readonly e: 'map'; readonly op: ScalarName; readonly src: readonly Expr[] }
  /** A place as a number, i32. */
  | { readonly e: 'place'; readonly index: Index }
  /** A run-time count as f32. */
  | { readonly e: 'count'; readonly index: Index }
  | { readonly e: 'inside'; readonly guards: readonly Guard[]; readonly value: Expr }
  /** The first word of Threefry for key (seed, purpose) and counter (place, step). */
  | {
      readonly e: 'random';
      readonly seed: Expr;
      readonly step: Expr;
      readonly purpose: number;
      readonly index: Index;
    }
  | { readonly e: 'fold'; readonly op: FoldName; readonly axes: readonly Axis[]; readonly body: Expr }
  /** In a contract kernel: the finished sum of products. */
  | { readonly e: 'sum' }
);

export interface Store {
  readonly to: Buffer;
  readonly index: Index;
  readonly value: Expr;
}

/** For each place of the axes, each store's value. */
export interface LoopKernel {
  readonly kind: 'loop';
  readonly axes: readonly Axis[];
  readonly stores: readonly Store[];
}

/** For each place of the axes, the sum over `over` of a * b, finished by the store's value. */
export interface ContractKernel {
  readonly kind: 'contract';
  readonly axes: readonly Axis[];
  readonly over: readonly Axis[];
  readonly a: { readonly from: Buffer; readonly index: Index };
  readonly b: { readonly from: Buffer; readonly index: Index };
  readonly stores: readonly [Store];
  /** How many times as many products it would be without phases (graph/contract.ts). */
  readonly plainly: number;
  /** Which terms are left out because they are 0. */
  readonly limits: readonly Limit[];
}

/** Rows of `updates` added into zeros: to[index[i]] += updates[i] for i in order; rows of `width` elements. */
export interface ScatterKernel {
  readonly kind: 'scatter';
  readonly to: Buffer;
  readonly base: Index;
  readonly rows: number;
  readonly width: number;
  readonly count: Axis;
  /** The row number of update `count`, and the update's element at `column`. */
  readonly row: Expr;
  readonly column: Axis;
  readonly update: Expr;
}

export type Kernel = LoopKernel | ContractKernel | ScatterKernel;

/** The steps of a program in order; a scan is a loop over some of them. */
export type Item = Kernel | ScanItem;

export interface ScanItem {
  readonly kind: 'scan';
  readonly symbol: number;
  readonly length: number;
  readonly items: readonly Item[];
}

let buffers = 0;
export const newBuffer = (name: string, dtype: Dtype, size: number): Buffer => ({
  id: buffers++,
  name,
  dtype,
  size,
});

/** The direct parts of an expression. */
export function partsOf(x: Expr): readonly Expr[] {
  if (x.e === 'map') return x.src;
  if (x.e === 'inside') return [x.value];
  if (x.e === 'fold') return [x.body];
  return x.e === 'random' ? [x.seed, x.step] : [];
}

/** Every formula an expression reads directly. */
export function formulasOf(x: Expr): readonly Index[] {
  if (x.e === 'load' || x.e === 'place' || x.e === 'count' || x.e === 'random') return [x.index];
  return x.e === 'inside' ? x.guards.flatMap((g) => [g.index, g.low, g.high]) : [];
}

const heldIn = (index: Index): Expr[] =>
  index.terms.flatMap(([a]) =>
    a.i === 'held' ? [a.value as Expr] : a.i === '/' || a.i === '%' ? heldIn(a.of) : [],
  );

/** All expressions within `roots`, those held in formulas included, each once, parts first. */
export function expressions(roots: readonly Expr[]): Expr[] {
  const done = new Set<Expr>();
  const stack = [...roots].reverse();
  const open = new Set<Expr>();
  while (stack.length > 0) {
    const x = stack[stack.length - 1]!;
    if (done.has(x) || open.has(x)) {
      stack.pop();
      done.add(x);
    } else {
      open.add(x);
      const parts = [...partsOf(x), ...formulasOf(x).flatMap(heldIn)];
      for (let i = parts.length - 1; i >= 0; i--) if (!done.has(parts[i]!)) stack.push(parts[i]!);
    }
  }
  return [...done];
}

/** The expressions a kernel computes, at their roots. */
export const rootsOf = (k: Kernel): readonly Expr[] =>
  k.kind === 'scatter' ? [k.row, k.update] : k.stores.map((s) => s.value);

/** The buffers a kernel reads. */
export function readsOf(k: Kernel): Set<Buffer> {
  const loads = expressions(rootsOf(k)).flatMap((x) => (x.e === 'load' ? [x.from] : []));
  return new Set(k.kind === 'contract' ? [k.a.from, k.b.from, ...loads] : loads);
}

/** The buffers a kernel writes. */
export const writesOf = (k: Kernel): readonly Buffer[] =>
  k.kind === 'scatter' ? [k.to] : k.stores.map((s) => s.to);

/** The buffers that items write, inside scans too. */
export const writtenBy = (items: readonly Item[]): Set<Buffer> =>
  new Set(items.flatMap((i) => (i.kind === 'scan' ? [...writtenBy(i.items)] : writesOf(i))));
