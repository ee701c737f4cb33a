// What nobody reads is not computed, and what is known to be 0 is not multiplied. A pool whose windows leave out the
// last row and column of a convolution's result takes that row and column from the convolution, and from both its
// gradients; the gradient of a padded image's convolution leaves out the padding.
//
// Three passes: from sources to users what is known to be 0 at the ends of axes (zero-rim.ts), from users to sources
// what is asked for, and from sources to users again each node with what is left of it. As in lowering, a term that
// is left out counts as 0 whatever it would be multiplied by.
import { at } from '../base/shape.ts';
import { node, topological, type Node } from '../graph/node.ts';
import type { Pair } from '../graph/view.ts';
import { outerOf } from '../ops/scan.ts';
import { lessOf, narrower, sameBounds } from './narrow-product.ts';
import { beyond, both, either, isNone, noRim, outside, regrouped, sound, within, type Rim } from './rim.ts';
import { zeroRim } from './zero-rim.ts';

/** The roots, over a graph that computes no more than they need. */
export function narrow(roots: readonly Node[]): Node[] {
  const narrowing = new Narrowing();
  narrowing.block(roots);
  return roots.map((n) => narrowing.part(n, noRim(n.shape)));
}

class Narrowing {
  /** By node, what stands for it, and what that leaves out. */
  private readonly next = new Map<Node, Node>();
  private readonly left = new Map<Node, Rim>();
  private readonly zeros = new Map<Node, Rim>();
  private readonly asked = new Map<Node, Rim>();
  private readonly parts = new Map<Node, Map<string, Node>>();

  /** Everything that the roots are made of. */
  block(roots: readonly Node[]): void {
    const order = topological(roots).filter((n) => !this.next.has(n));
    for (const n of order) this.zeros.set(n, sound(zeroRim(n, this.zeroOf), n));
    for (const n of roots) this.ask(n, noRim(n.shape));
    for (const n of [...order].reverse()) {
      const rim = settled(n, either(this.asked.get(n) ?? noRim(n.shape), this.zeroOf(n)));
      this.left.set(n, rim);
      this.asksOf(n, rim).forEach((ask, i) => this.ask(at(n.src, i), ask));
    }
    for (const n of order) this.next.set(n, this.rebuilt(n, this.left.get(n) ?? noRim(n.shape)));
  }

  /** A node without this rim; what it leaves out besides is put back as zeros. */
  part(n: Node, rim: Rim): Node {
    const [next, left] = [this.next.get(n) ?? n, this.left.get(n) ?? noRim(n.shape)];
    const known = this.parts.get(n) ?? new Map<string, Node>();
    this.parts.set(n, known);
    const key = rim.join(' ');
    const found = known.get(key) ?? within('pad', within('crop', next, beyond(rim, left)), beyond(left, rim));
    known.set(key, found);
    return found;
  }

  private readonly zeroOf = (n: Node): Rim => this.zeros.get(n) ?? noRim(n.shape);

  private ask(n: Node, rim: Rim): void {
    const before = this.asked.get(n);
    this.asked.set(n, before ? both(before, rim) : rim);
  }

  /** What a node without this rim leaves out of each of its sources. */
  private asksOf(n: Node, rim: Rim): readonly Rim[] {
    switch (n.kind) {
      case 'map':
        return n.src.map(() => rim);
      case 'contract':
        return lessOf(n, rim, this.zeroOf).asks;
      case 'fold':
        return [this.folded(n, rim)];
      case 'view':
        return [viewed(n, rim)];
      default:
        return n.src.map((s) => noRim(s.shape));
    }
  }

  /** Zeros need not be added up. */
  private folded(n: Extract<Node, { kind: 'fold' }>, rim: Rim): Rim {
    const zero = this.zeroOf(at(n.src, 0));
    let kept = 0;
    return zero.map((pair, axis): Pair => {
      if (!n.axes.includes(axis)) return at(rim, kept++);
      return n.op === 'sum' ? pair : [0, 0];
    });
  }

  private rebuilt(n: Node, rim: Rim): Node {
    if (n.kind === 'scan') return this.scan(n);
    const less = n.kind === 'contract' ? lessOf(n, rim, this.zeroOf) : undefined;
    const asks = less?.asks ?? this.asksOf(n, rim);
    const src = n.src.map((s, i) => this.part(s, at(asks, i)));
    const asBefore = isNone(rim) && src.every((s, i) => s === n.src[i]);
    if (less && n.kind === 'contract')
      return asBefore && sameBounds(n.spec, less.spec) ? n : narrower(n, less.spec, src);
    if (asBefore) return n;
    if (n.kind === 'view' && n.move.to === 'crop' && canBeLess(n)) return at(src, 0);
    if (n.kind === 'view' && n.move.to === 'pad' && canBeLess(n))
      return within('pad', at(src, 0), beyond(n.move.by, rim));
    const shape = n.shape.map((d, i) => d - at(rim, i)[0] - at(rim, i)[1]);
    const { id: _, src: __, scale, ...fields } = n;
    if (n.kind === 'view' && (n.move.to === 'expand' || n.move.to === 'reshape')) {
      const move = { to: n.move.to, extent: { shape, scale } };
      return node({ kind: 'view', move, dtype: n.dtype }, { shape, scale }, src);
    }
    return node(fields, { shape, scale }, src);
  }

  /** A loop's body reads nodes from outside, so it is narrowed along with them; its placeholders stay. */
  private scan(n: Extract<Node, { kind: 'scan' }>): Node {
    const { carryIn, xIn, carryOut, yOut, length } = n.scan;
    this.block([...carryOut, ...yOut]);
    const whole = (list: readonly Node[]): Node[] => list.map((m) => this.part(m, noRim(m.shape)));
    const inside = { carryIn, xIn, carryOut: whole(carryOut), yOut: whole(yOut) };
    const reads = outerOf(inside);
    const src = [...whole(n.src.slice(0, carryIn.length + xIn.length)), ...reads];
    return node({ kind: 'scan', scan: { length, ...inside, outer: reads }, dtype: n.dtype }, n, src);
  }
}

const constantMargins = ({ by, per }: { readonly by: Rim; readonly per: Rim }, { scale }: Node): boolean =>
  isNone(per) && by.every(([a, b], i) => scale[i] === 0 || a + b === 0);

/** As much of a rim as a node can do without. */
function settled(n: Node, rim: Rim): Rim {
  if (!canBeLess(n)) return noRim(n.shape);
  const whole = sound(rim, n);
  if (n.kind !== 'view' || n.move.to !== 'reshape') return whole;
  const { shape } = at(n.src, 0);
  return regrouped(shape, n.shape, sound(regrouped(n.shape, shape, whole), at(n.src, 0)));
}

/** Whether a node can do without its rim; others are computed whole. */
function canBeLess(n: Node): boolean {
  if ([n, ...n.src].some(({ shape }) => shape.includes(0))) return false;
  if (n.kind === 'map' || n.kind === 'contract' || n.kind === 'fold') return true;
  if (n.kind !== 'view') return false;
  if (n.move.to === 'pad' || n.move.to === 'crop') return constantMargins(n.move, n);
  return n.move.to === 'permute' || n.move.to === 'expand' || n.move.to === 'reshape';
}

/** What a view without this rim leaves out of its source. */
function viewed(n: Extract<Node, { kind: 'view' }>, rim: Rim): Rim {
  const [{ move }, src] = [n, at(n.src, 0)];
  switch (move.to) {
    case 'permute':
      return src.shape.map((_, axis) => at(rim, move.order.indexOf(axis)));
    case 'reshape':
      return regrouped(n.shape, src.shape, rim);
    case 'expand':
      return src.shape.map((d, axis): Pair => (d === at(n.shape, axis) ? at(rim, axis) : [0, 0]));
    case 'crop':
      return constantMargins(move, n) ? outside(move.by, rim) : noRim(src.shape);
    case 'pad':
      return constantMargins(move, n) ? beyond(rim, move.by) : noRim(src.shape);
    default:
      return noRim(src.shape);
  }
}
