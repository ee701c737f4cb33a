// A sum of products with less of it: at the places that are asked for, without terms that are known to be 0.
import { at } from '../base/shape.ts';
import { contractExtent, type ContractSpec, type Dim, type Zeros } from '../graph/contract.ts';
import { node, type Node } from '../graph/node.ts';
import type { Pair } from '../graph/view.ts';
import type { Rim } from './rim.ts';

export type Product = Extract<Node, { kind: 'contract' }>;

/** What is left of a product, and what it leaves out of its operands. */
export interface Less {
  readonly spec: ContractSpec;
  readonly asks: readonly [Rim, Rim];
}

/** `rim` is what is left out of the result, `zero` what is known to be 0 of the operands. */
export function lessOf(n: Product, rim: Rim, zero: (src: Node) => Rim): Less {
  const { spec } = n;
  const [a, b] = n.src as [Node, Node];
  const cuts = spec.sizes.map((_, l) => cutOf(spec, l, rim, [zero(a), zero(b)]));
  const sizes = spec.sizes.map((d, l) => d - at(cuts, l)[0] - at(cuts, l)[1]);
  const ask = (src: Node, dims: readonly Dim[]): Rim =>
    dims.map((dim, axis): Pair => {
      if (sizes.includes(0)) return [0, 0];
      const before = dim.reduce((sum, [l, factor]) => sum + factor * at(cuts, l)[0], 0);
      const reach = dim.reduce((sum, [l, factor]) => sum + factor * (at(sizes, l) - 1), 1);
      return at(src.scale, axis) === 0 ? [before, at(src.shape, axis) - before - reach] : [0, 0];
    });
  const tight = (z: Zeros): Zeros =>
    tightened(z, a, spec.a, zero(a)) ?? tightened(z, b, spec.b, zero(b)) ?? z;
  const shrunk = spec.sizes.reduce((times, d, l) => (d === 0 ? times : (times * d) / at(sizes, l)), 1);
  return {
    spec: {
      ...spec,
      sizes,
      ...(shrunk !== 1 && { plainly: (spec.plainly ?? 1) * shrunk }),
      ...(spec.zeros && {
        zeros: spec.zeros.map((z) => moved(tight(z), at(cuts, z.by)[0], at(cuts, z.of)[0])),
      }),
    },
    asks: [ask(a, spec.a), ask(b, spec.b)],
  };
}

/** The product with what is left. */
export const narrower = (n: Product, spec: ContractSpec, src: readonly Node[]): Node =>
  node({ kind: 'contract', spec, dtype: n.dtype }, contractExtent(spec), src);

/** Of a letter of the result what is left out of it; of a summed one the places where an operand is 0. */
function cutOf(spec: ContractSpec, letter: number, rim: Rim, zeros: readonly [Rim, Rim]): Pair {
  const out = spec.out.indexOf(letter);
  if (out >= 0) return at(rim, out);
  const size = at(spec.sizes, letter);
  const known = [spec.a, spec.b].flatMap((dims, i) =>
    dims.flatMap((dim, axis) =>
      dim.length === 1 && at(dim, 0)[0] === letter && at(dim, 0)[1] === 1 ? [at(at(zeros, i), axis)] : [],
    ),
  );
  const [low, high] = [0, 1].map((side) => Math.max(0, ...known.map((pair) => at(pair, side)))) as [
    number,
    number,
  ];
  return at(spec.scale, letter) !== 0 || low + high >= size ? [0, 0] : [low, high];
}

/** The terms that are 0 because a window of the operand lies in its rim, if that is where these zeros come from. */
function tightened(z: Zeros, operand: Node, dims: readonly Dim[], zero: Rim): Zeros | undefined {
  const axis = dims.findIndex(
    (dim) => dim.length === 2 && dim.some(([l, k]) => l === z.by && k === 1) && dim.some(([l]) => l === z.of),
  );
  if (axis < 0) return undefined;
  const step = at(at(dims, axis), at(at(dims, axis), 0)[0] === z.of ? 0 : 1)[1];
  const [low, high] = at(zero, axis);
  const end = at(operand.shape, axis) - high;
  return { ...z, low: [-1, low + step - 1, step], high: [-1, end + step - 1, step] };
}

/** Bounds on a letter that now begins `own` places on, by one that begins `first` places on. */
const moved = (z: Zeros, first: number, own: number): Zeros => ({
  ...z,
  low: [z.low[0], z.low[1] + z.low[0] * first - z.low[2] * own, z.low[2]],
  high: [z.high[0], z.high[1] + z.high[0] * first - z.high[2] * own, z.high[2]],
});
