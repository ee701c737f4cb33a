// Graph to smaller graph: equal work once, constants worked out, moves that undo each other gone. Exact:
// nothing here changes a result's bits.
import { exactJson } from '../base/json.ts';
import { same, sizeOf } from '../base/shape.ts';
import { node, topological, type Node } from '../graph/node.ts';
import { scalar } from '../graph/scalar.ts';
import { outerOf } from '../ops/scan.ts';
import { stored } from '../base/dtype.ts';

/** The roots over a graph in which equal nodes are one. */
export function simplify(roots: readonly Node[]): Node[] {
  const simplifier = new Simplifier();
  simplifier.visit(roots);
  return roots.map((n) => simplifier.of(n));
}

/** From this many elements on a sum into at most `fewPlaces` is worth two kernels. */
const longSum = 4096;
const fewPlaces = 4096;

class Simplifier {
  private readonly next = new Map<Node, Node>();
  private readonly known = new Map<string, Node>();

  of(n: Node): Node {
    return this.next.get(n) ?? n;
  }

  visit(roots: readonly Node[]): void {
    for (const n of topological(roots)) if (!this.next.has(n)) this.next.set(n, this.simple(n));
  }

  private simple(n: Node): Node {
    if (n.kind === 'scan') return this.scan(n);
    const src = n.src.map((s) => this.of(s));
    const { id: _, shape, scale, src: __, ...fields } = n;
    const rebuilt = src.every((s, i) => s === n.src[i]) ? n : node(fields, { shape, scale }, src);
    const simple = rule(rebuilt) ?? this.inTwo(rebuilt) ?? rebuilt;
    const key = keyOf(simple);
    if (key === undefined) return simple;
    const found = this.known.get(key) ?? simple;
    this.known.set(key, found);
    return found;
  }

  /**
   * A long sum into few places, in two: first over all folded axes but the outermost, then over that one. The first half has
   * places enough to be shared out, and neighbours in memory stay together.
   */
  private inTwo(n: Node): Node | undefined {
    if (n.kind !== 'fold' || n.op !== 'sum' || n.dtype !== 'f32') return undefined;
    const [src] = n.src as [Node];
    const [first, ...others] = n.axes.filter((i) => src.shape[i] !== 1);
    const folded = n.axes.reduce((count, i) => count * src.shape[i]!, 1);
    if (first === undefined || others.length === 0 || folded < longSum || sizeOf(n.shape) > fewPlaces)
      return undefined;
    const inner = n.axes.filter((i) => i !== first);
    const kept = src.shape.map((_, i) => i).filter((i) => !inner.includes(i));
    const extent = { shape: kept.map((i) => src.shape[i]!), scale: kept.map((i) => src.scale[i]!) };
    const half = node({ kind: 'fold', op: 'sum', axes: inner, dtype: 'f32' }, extent, [src]);
    return node({ kind: 'fold', op: 'sum', axes: [kept.indexOf(first)], dtype: 'f32' }, n, [half]);
  }

  /** A loop's body reads nodes from outside, so it is simplified along with them; its placeholders stay. */
  private scan(n: Extract<Node, { kind: 'scan' }>): Node {
    const { carryIn, xIn, carryOut, yOut, length } = n.scan;
    this.visit([...carryOut, ...yOut]);
    const all = (list: readonly Node[]): Node[] => list.map((m) => this.of(m));
    const inside = { carryIn, xIn, carryOut: all(carryOut), yOut: all(yOut) };
    const reads = outerOf(inside);
    const src = [...n.src.slice(0, carryIn.length + xIn.length).map((s) => this.of(s)), ...reads];
    return node({ kind: 'scan', scan: { length, ...inside, outer: reads }, dtype: n.dtype }, n, src);
  }
}

/** A text that equal nodes share; inputs and loops are only equal to themselves. */
function keyOf(n: Node): string | undefined {
  if (n.kind === 'input' || n.kind === 'scan') return undefined;
  const { id: _, src, ...fields } = n;
  return `${src.map((s) => s.id).join()} ${exactJson(fields)}`;
}

function rule(n: Node): Node | undefined {
  if (n.kind === 'view') return move(n);
  return n.kind === 'map' ? (constant(n) ?? neutral(n)) : undefined;
}

type View = Extract<Node, { kind: 'view' }>;

function move(n: View): Node | undefined {
  const [src] = n.src as [Node];
  const unchanged = same(src.shape, n.shape) && same(src.scale, n.scale);
  if (n.move.to === 'reshape') {
    if (unchanged) return src;
    // A reshape of a reshape is one reshape, or none.
    if (src.kind === 'view' && src.move.to === 'reshape') {
      const [first] = src.src as [Node];
      const back = same(first.shape, n.shape) && same(first.scale, n.scale);
      return back ? first : node({ kind: 'view', move: n.move, dtype: n.dtype }, n, src.src);
    }
  }
  if (n.move.to === 'expand' && unchanged) return src;
  if (n.move.to === 'permute' && src.kind === 'view' && src.move.to === 'permute') {
    const { order } = n.move;
    const inner = src.move.order;
    const both = order.map((i) => inner[i]!);
    if (both.every((axis, i) => axis === i)) return src.src[0];
    return node({ kind: 'view', move: { to: 'permute', order: both }, dtype: n.dtype }, n, src.src);
  }
  return undefined;
}

type MapNode = Extract<Node, { kind: 'map' }>;

/** The number a node holds in every place. */
export function numberOf(n: Node): number | undefined {
  let m = n;
  while (m.kind === 'view' && (m.move.to === 'expand' || m.move.to === 'reshape')) m = m.src[0]!;
  return m.kind === 'const' ? m.value : undefined;
}

/**
 * Exact whole-number and rounded-once arithmetic on single constants is done now. An f32 constant stays in float64, as
 * the reference has it, if that rounds to what f32 arithmetic makes of the rounded constants; else nothing is done.
 */
function constant(n: MapNode): Node | undefined {
  const exact = ['add', 'sub', 'mul', 'div', 'neg', 'max', 'min', 'toF32', 'toI32'];
  if (n.shape.length > 0 || !exact.includes(n.op) || !n.src.every((s) => s.kind === 'const'))
    return undefined;
  const row = scalar(n.op);
  const f = (n.dtype === 'i32' ? row.whole : undefined) ?? row.js;
  const worked = (as: (s: Node, value: number) => number): number =>
    f(...n.src.map((s) => (s.kind === 'const' ? as(s, s.value) : NaN)));
  const double = worked((_, value) => value);
  const single = worked((s, value) => stored(s.dtype, value));
  if (!Object.is(stored(n.dtype, double), stored(n.dtype, single))) return undefined;
  return node(
    { kind: 'const', value: n.dtype === 'f32' ? double : stored(n.dtype, double), dtype: n.dtype },
    n,
  );
}

/** x * 1 = 1 * x = x / 1 = x; -(-x) = x. (x + 0 is not x for -0.) */
function neutral(n: MapNode): Node | undefined {
  const [a, b] = n.src as [Node, Node | undefined];
  if (n.op === 'mul' && b && numberOf(b) === 1) return a;
  if (n.op === 'mul' && b && numberOf(a) === 1) return b;
  if (n.op === 'div' && b && numberOf(b) === 1) return a;
  if (n.op === 'neg' && a.kind === 'map' && a.op === 'neg') return a.src[0];
  return undefined;
}
