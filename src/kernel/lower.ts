// From a graph to kernels: ask a stored node for its element at [i0, i1, ...] and let each node answer with
// a formula over its sources. Fusion is what happens when nobody stops asking; cut.ts decides who stops.
import { assert } from '../base/check.ts';
import type { Dtype } from '../base/dtype.ts';
import {
  axis,
  held,
  int,
  newAxis,
  plus,
  symbol,
  text,
  times,
  type Axis,
  type Index,
} from '../base/formula.ts';
import { at, range, sizeOf } from '../base/shape.ts';
import { topological, type Node } from '../graph/node.ts';
import { mostOf, view } from '../graph/view.ts';
import { cut, type Cut } from './cut.ts';
import { newBuffer, type Buffer, type Expr, type Item, type Kernel } from './kernel.ts';
import { limitsOf } from './limits.ts';
import { merge } from './merge.ts';
import { ravel } from './place.ts';

/** Where a node's elements are: a buffer, from a place on (that place may move with a scan's counter). */
export interface Place {
  readonly buffer: Buffer;
  readonly base: Index;
}

export interface Lowered {
  readonly items: readonly Item[];
  /** Where each stored node and input is. */
  readonly places: ReadonlyMap<Node, Place>;
  /** Symbols used: the batch and one for each scan. */
  readonly symbols: number;
}

/** The kernels that compute `roots`, in an order in which every value is there before it is read. */
export function lower(roots: readonly Node[]): Lowered {
  const lowering = new Lowering();
  const items = lowering.block(roots);
  return { items, places: lowering.places, symbols: lowering.symbols };
}

class Lowering {
  readonly places = new Map<Node, Place>();
  symbols = 1;

  /** Kernels for `roots` and what they need that is not there yet, each stored in a buffer of its own. */
  block(roots: readonly Node[]): Item[] {
    const given = new Set(this.places.keys());
    const plan = cut(roots, given);
    const scans = longestScans(roots);
    const items: Item[] = [];
    for (const n of topological(roots, given)) {
      if (given.has(n)) continue;
      if (n.kind === 'input') this.places.set(n, whole(n));
      else if (n.kind === 'part') this.placePart(n);
      else if (n.kind === 'scan') items.push(...this.scan(scans.get(bodyOf(n)) ?? n));
      else if (plan.stored.has(n)) {
        const place = whole(n);
        items.push(...this.kernel(n, place, plan));
        this.places.set(n, place);
      }
    }
    return merge(items);
  }

  private kernel(n: Node, place: Place, plan: Cut): Kernel[] {
    const start = plan.start.get(n) ?? n;
    if (n.kind === 'scatter') return [this.scatter(n, place)];
    const axes = n.shape.map((d, i) => newAxis(d, at(n.scale, i)));
    const index = axes.map(axis);
    const element = new Elements(this.places, start.kind === 'contract' ? start : undefined);
    const store = {
      to: place.buffer,
      index: plus(place.base, ravel(index, n.shape)),
      value: element.formula(n, index),
    };
    if (start.kind !== 'contract') return [{ kind: 'loop', axes, stores: [store] }];
    const { spec } = start;
    const letters = spec.sizes.map((d, l) => {
      const out = spec.out.indexOf(l);
      return out >= 0 ? at(axes, out) : newAxis(d, at(spec.scale, l));
    });
    const operand = (i: 0 | 1): { from: Buffer; index: Index } => {
      const dims = i === 0 ? spec.a : spec.b;
      const load = element.at(
        at(start.src, i),
        dims.map((dim) => plus(int(0), ...dim.map(([l, k]) => times(axis(at(letters, l)), k)))),
      );
      assert(load.e === 'load', () => `lower: an operand of a contraction became ${load.e}`);
      return { from: load.from, index: load.index };
    };
    // A gradient's letters include some of the product it came from that nothing reads any more.
    const read = new Set([...spec.a, ...spec.b].flatMap((dim) => dim.map(([l]) => l)));
    const over = letters.filter(
      (a, l) => read.has(l) && !spec.out.includes(l) && (a.size !== 1 || a.scale !== 0),
    );
    const [limits, { plainly = 1 }] = [limitsOf(spec, letters), spec];
    return [{ kind: 'contract', axes, over, a: operand(0), b: operand(1), stores: [store], plainly, limits }];
  }

  private scatter(n: Node, place: Place): Kernel {
    const [index, updates] = n.src as [Node, Node];
    const element = new Elements(this.places, undefined);
    const width = sizeOf(n.shape.slice(1));
    const batch = index.scale.reduce((p, k) => p + k, 0);
    const most = sizeOf(index.shape);
    const count = newAxis(most, batch === 0 ? 0 : most / mostOf(index));
    const column = newAxis(width);
    const lead = unravel(axis(count), index.shape);
    const row = element.at(index, lead);
    const update = element.at(updates, [...lead, ...unravel(axis(column), n.shape.slice(1))]);
    return {
      kind: 'scatter',
      to: place.buffer,
      base: place.base,
      rows: at(n.shape, 0),
      width,
      count,
      row,
      column,
      update,
    };
  }

  /** A scan: its carries begin as copies, the body runs over them, and each step ends by copying the new ones in. */
  private scan(n: ScanNode): Item[] {
    const spec = n.scan;
    if (this.results.has(bodyOf(n))) return [];
    const counter = this.symbols++;
    const now = symbol(counter, spec.length - 1);
    const carries = spec.carryIn.length;
    const state = spec.carryIn.map((c) => whole(c));
    const first = state.map((place, i) => this.copy(at(n.src, i), place));
    spec.carryIn.forEach((c, i) => this.places.set(c, at(state, i)));
    spec.xIn.forEach((x, i) => {
      const from = this.places.get(at(n.src, carries + i));
      assert(from !== undefined, () => 'lower: a sequence of a scan is not stored');
      this.places.set(x, { buffer: from.buffer, base: plus(from.base, times(now, sizeOf(x.shape))) });
    });
    const stacks = spec.yOut.map((y) => newBuffer('stack', y.dtype, spec.length * sizeOf(y.shape)));
    const body = this.block([...spec.carryOut, ...spec.yOut]);
    const push = spec.yOut.map((y, i) =>
      this.copy(y, { buffer: at(stacks, i), base: times(now, sizeOf(y.shape)) }),
    );
    // All carries are read before one is written: through buffers of their own.
    const next = spec.carryOut.map((c) => whole(c));
    const out = spec.carryOut.map((c, i) => this.copy(c, at(next, i)));
    const back = spec.carryOut.map((_, i) => copyOf(at(next, i), at(state, i), at(spec.carryIn, i)));
    this.results.set(bodyOf(n), [...state, ...stacks.map((buffer) => ({ buffer, base: int(0) }))]);
    return [
      ...first,
      { kind: 'scan', symbol: counter, length: spec.length, items: [...body, ...push, ...out, ...back] },
    ];
  }

  private readonly results = new Map<Node, Place[]>();

  private placePart(n: Extract<Node, { kind: 'part' }>): void {
    const place = this.results.get(bodyOf(at(n.src, 0) as ScanNode))?.[n.index];
    assert(place !== undefined, () => 'lower: a result of a scan is read before the scan');
    this.places.set(n, place);
  }

  private copy(n: Node, to: Place): Kernel {
    const axes = n.shape.map((d, i) => newAxis(d, at(n.scale, i)));
    const index = axes.map(axis);
    const element = new Elements(this.places, undefined);
    return {
      kind: 'loop',
      axes,
      stores: [{ to: to.buffer, index: plus(to.base, ravel(index, n.shape)), value: element.at(n, index) }],
    };
  }
}

const whole = (n: Node): Place => ({
  buffer: newBuffer(n.kind === 'input' ? n.name : n.kind === 'map' ? n.op : n.kind, n.dtype, sizeOf(n.shape)),
  base: int(0),
});

function copyOf(from: Place, to: Place, like: Node): Kernel {
  const axes = like.shape.map((d, i) => newAxis(d, at(like.scale, i)));
  const index = ravel(axes.map(axis), like.shape);
  const value: Expr = { e: 'load', dtype: like.dtype, from: from.buffer, index: plus(from.base, index) };
  return { kind: 'loop', axes, stores: [{ to: to.buffer, index: plus(to.base, index), value }] };
}

/** The indices of a flat place in a shape. */
function unravel(flat: Index, shape: readonly number[]): Index[] {
  const move = { to: 'reshape', extent: { shape: [sizeOf(shape)], scale: [0] } } as const;
  return [...view(move).pull(move, { shape, scale: shape.map(() => 0) }, [flat]).index];
}

/** Answers for elements of nodes: the same object every time it is asked for the same place. */
class Elements {
  private readonly known = new Map<Node, Map<string, Expr>>();
  private readonly places: ReadonlyMap<Node, Place>;
  private readonly product: Node | undefined;

  /** `product` is the contraction whose result stands for itself in this kernel. */
  constructor(places: ReadonlyMap<Node, Place>, product: Node | undefined) {
    this.places = places;
    this.product = product;
  }

  at(n: Node, index: readonly Index[]): Expr {
    const place = this.places.get(n);
    if (place)
      return {
        e: 'load',
        dtype: n.dtype,
        from: place.buffer,
        index: plus(place.base, ravel(index, n.shape)),
      };
    const memo = this.known.get(n) ?? new Map<string, Expr>();
    this.known.set(n, memo);
    const key = index.map(text).join();
    const expr = memo.get(key) ?? this.formula(n, index);
    memo.set(key, expr);
    return expr;
  }

  /** The element itself, also of a node that is to be stored. */
  formula(n: Node, index: readonly Index[]): Expr {
    const dtype: Dtype = n.dtype;
    switch (n.kind) {
      case 'const':
        return { e: 'num', dtype, value: n.value };
      case 'count':
        return { e: 'count', dtype, index: times(symbol(0, n.most), n.per) };
      case 'iota':
        return { e: 'place', dtype, index: at(index, n.axis) };
      case 'map':
        return { e: 'map', dtype, op: n.op, src: n.src.map((s) => this.at(s, index)) };
      case 'random': {
        const [seed, step] = n.src.map((s) => this.at(s, [])) as [Expr, Expr];
        return { e: 'random', dtype, seed, step, purpose: n.purpose, index: ravel(index, n.shape) };
      }
      case 'view': {
        const [src] = n.src as [Node];
        const { index: from, inside } = view(n.move).pull(n.move, src, index);
        const value = this.at(src, from);
        return inside.length === 0 ? value : { e: 'inside', dtype, guards: inside, value };
      }
      case 'gather': {
        const [table, rows] = n.src as [Node, Node];
        const row = held(this.at(rows, index.slice(0, rows.shape.length)), at(table.shape, 0));
        const value = this.at(table, [row, ...index.slice(rows.shape.length)]);
        return {
          e: 'inside',
          dtype,
          guards: [{ index: row, low: int(0), high: int(at(table.shape, 0)) }],
          value,
        };
      }
      case 'fold': {
        const [src] = n.src as [Node];
        const over = new Map(
          n.axes.map((i): [number, Axis] => [i, newAxis(at(src.shape, i), at(src.scale, i))]),
        );
        let next = 0;
        const inner = range(src.shape.length).map((i) => {
          const folded = over.get(i);
          return folded ? axis(folded) : at(index, next++);
        });
        return { e: 'fold', dtype, op: n.op, axes: [...over.values()], body: this.at(src, inner) };
      }
      case 'contract':
        assert(n === this.product, () => 'lower: two contractions in one kernel');
        return { e: 'sum', dtype };
      default:
        assert(false, () => `lower: ${n.kind} has no element`);
    }
  }
}

/** Scans over one body are the one with the most outputs: for each body that scan. */
function longestScans(roots: readonly Node[]): Map<Node, ScanNode> {
  const longest = new Map<Node, ScanNode>();
  for (const n of topological(roots)) {
    if (n.kind !== 'scan') continue;
    const known = longest.get(bodyOf(n));
    if (!known || known.scan.yOut.length < n.scan.yOut.length) longest.set(bodyOf(n), n);
  }
  return longest;
}

type ScanNode = Extract<Node, { kind: 'scan' }>;

/** What tells bodies apart: their first placeholder. */
const bodyOf = (n: ScanNode): Node => at([...n.scan.carryIn, ...n.scan.xIn], 0);
