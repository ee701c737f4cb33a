// What a program is before anything is decided about machines: a graph of a few kinds of node.
// A node has a shape and an element type and owns no memory. Nodes are made by tensor.ts, which
// checks shapes on the user's line; the tables beside this file say what each row means.
//
// Some axes may be the run-time batch: see `Extent` in base/shape.ts.
import type { Drawing } from '../base/deviates.ts';
import type { Dtype, TypedArray } from '../base/dtype.ts';
import type { Extent, Shape } from '../base/shape.ts';
import type { ContractSpec } from './contract.ts';
import type { FoldName } from './fold.ts';
import type { ScalarName } from './scalar.ts';
import type { Move } from './view.ts';

interface Common extends Extent {
  readonly id: number;
  readonly dtype: Dtype;
  readonly src: readonly Node[];
}

export type Node =
  /** A buffer filled from outside: a placeholder of a program, a carried variable, or literal data. */
  | (Common & {
      readonly kind: 'input';
      readonly name: string;
      readonly data?: TypedArray;
      /** How `data` is drawn: a device may do so itself. */
      readonly drawing?: Drawing;
      readonly source?: object;
    })
  /** One number, shape []. */
  | (Common & { readonly kind: 'const'; readonly value: number })
  /** k times the run-time batch as f32, shape []. */
  | (Common & { readonly kind: 'count'; readonly per: number; readonly most: number })
  /** A scalar function of equally shaped nodes, element by element. */
  | (Common & { readonly kind: 'map'; readonly op: ScalarName })
  /** The same elements elsewhere (graph/view.ts). */
  | (Common & { readonly kind: 'view'; readonly move: Move })
  /** Axes folded into one element; they are gone from the shape. */
  | (Common & { readonly kind: 'fold'; readonly op: FoldName; readonly axes: readonly number[] })
  /** A sum of products of two operands (graph/contract.ts). */
  | (Common & { readonly kind: 'contract'; readonly spec: ContractSpec })
  /** The element's own place along `axis`, as i32. */
  | (Common & { readonly kind: 'iota'; readonly axis: number })
  /** Random bits as i32: Threefry of key (src: seed, step; both i32 []) and (element, purpose). */
  | (Common & { readonly kind: 'random'; readonly purpose: number })
  /** Rows of src[0] by the indices src[1]: [...index, ...row]; a row outside the table reads as 0. */
  | (Common & { readonly kind: 'gather' })
  /** Rows src[1] added up by the indices src[0] into a table of zeros; an index outside is dropped. */
  | (Common & { readonly kind: 'scatter' })
  /** A loop over time; its results are taken by `part` nodes. Shape [] by convention. */
  | (Common & { readonly kind: 'scan'; readonly scan: ScanSpec })
  /** Result `index` of a scan: its final carries, then its stacked outputs. */
  | (Common & { readonly kind: 'part'; readonly index: number });

export type Kind = Node['kind'];

/**
 * The body of a scan, traced once. `carryIn` and `xIn` are placeholders (input nodes) of the body; its results are
 * `carryOut` and `yOut`. src of the scan node: initial carries, then sequences (leading axis `length`), then
 * `outer`: nodes from outside the body that it reads.
 */
export interface ScanSpec {
  readonly length: number;
  readonly carryIn: readonly Node[];
  readonly xIn: readonly Node[];
  readonly carryOut: readonly Node[];
  readonly yOut: readonly Node[];
  readonly outer: readonly Node[];
}

let nodes = 0;

type Part<T> = T extends unknown ? Omit<T, 'id' | 'src' | 'shape' | 'scale'> : never;

/** A new node over `src`. */
export function node(fields: Part<Node>, extent: Extent, src: readonly Node[] = []): Node {
  return { ...fields, id: nodes++, src, shape: extent.shape, scale: extent.scale };
}

/** An input of numbers that are made when somebody first asks for them. */
export function later(
  fields: { readonly dtype: Dtype; readonly drawing?: Drawing },
  extent: Extent,
  make: () => TypedArray,
): Node {
  let made: TypedArray | undefined;
  return {
    ...node({ kind: 'input', name: 'data', ...fields }, extent),
    get data() {
      return (made ??= make());
    },
  };
}

/** The extent of a shape none of whose axes is the batch. */
export const fixed = (shape: Shape): Extent => ({ shape, scale: shape.map(() => 0) });

/** All nodes reachable from `roots`, sources before users, not looking behind those in `stop`; iterative, so any depth will do. */
export function topological(roots: readonly Node[], stop: ReadonlySet<Node> = new Set()): Node[] {
  const done = new Set<Node>();
  const open = new Set<Node>();
  const stack = [...roots].reverse();
  while (stack.length > 0) {
    const n = stack[stack.length - 1]!;
    if (done.has(n)) {
      stack.pop();
    } else if (open.has(n)) {
      stack.pop();
      done.add(n);
    } else {
      open.add(n);
      if (!stop.has(n))
        for (let i = n.src.length - 1; i >= 0; i--) if (!done.has(n.src[i]!)) stack.push(n.src[i]!);
    }
  }
  return [...done];
}
