// What is known to be 0 at the ends of a node's axes: padding, what was chosen from it, and sums of its products.
import { at } from '../base/shape.ts';
import type { Node } from '../graph/node.ts';
import type { Pair } from '../graph/view.ts';
import { numberOf } from './simplify.ts';
import type { Product } from './narrow-product.ts';
import { beyond, noRim, outside, regrouped, type Rim } from './rim.ts';

/** The rim of a node that is +0 for sure, by those of its sources. */
export function zeroRim(n: Node, of: (src: Node) => Rim): Rim {
  if (n.kind === 'map' && n.op === 'select') {
    const [, a, b] = n.src as [Node, Node, Node];
    if (isZero(b)) return of(a);
    return isZero(a) ? of(b) : noRim(n.shape);
  }
  if (n.kind === 'contract') return n.spec.out.map((l) => ofProduct(n, l, of));
  return n.kind === 'view' ? moved(n, at(n.src, 0), of(at(n.src, 0))) : noRim(n.shape);
}

function moved({ move, shape }: Extract<Node, { kind: 'view' }>, src: Node, rim: Rim): Rim {
  switch (move.to) {
    case 'permute':
      return move.order.map((i) => at(rim, i));
    case 'expand':
      return shape.map((d, axis): Pair => (src.shape[axis] === d ? at(rim, axis) : [0, 0]));
    case 'reshape':
      return regrouped(src.shape, shape, rim);
    case 'pad':
      return outside(rim, move.by);
    case 'crop':
      return beyond(rim, move.by);
    default:
      return noRim(shape);
  }
}

/** The places along a letter of the result whose window lies in the rim of an operand. */
function ofProduct({ spec, src }: Product, letter: number, of: (src: Node) => Rim): Pair {
  const rims = [spec.a, spec.b].flatMap((dims, i) =>
    dims.flatMap((dim, axis): Pair[] => {
      const step = dim.find(([l]) => l === letter)?.[1];
      if (step === undefined) return [];
      const reach = dim.reduce((sum, [l, k]) => (l === letter ? sum : sum + k * (at(spec.sizes, l) - 1)), 0);
      const operand = at(src, i);
      const [low, high] = at(of(operand), axis);
      const end = Math.ceil((at(operand.shape, axis) - high) / step);
      return [[Math.max(0, Math.ceil((low - reach) / step)), Math.max(0, at(spec.sizes, letter) - end)]];
    }),
  );
  return [Math.max(0, ...rims.map(([a]) => a)), Math.max(0, ...rims.map(([, b]) => b))];
}

const isZero = (n: Node): boolean => Object.is(numberOf(n), 0);
