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
  const zeros = boundsOf(spec, [
    { dims: spec.a, shape: a.shape, zero: zero(a) },
    { dims: spec.b, shape: b.shape, zero: zero(b) },
  ]);
  const shrunk = spec.sizes.reduce((times, d, l) => (d === 0 ? times : (times * d) / at(sizes, l)), 1);
  return {
    spec: {
      ...spec,
      sizes,
      ...(shrunk !== 1 && { plainly: (spec.plainly ?? 1) * shrunk }),
      ...(zeros.length > 0 && {
        zeros: zeros.map((z) => moved(z, at(cuts, z.by)[0], at(cuts, z.of)[0])),
      }),
    },
    asks: [ask(a, spec.a), ask(b, spec.b)],
  };
}

/** The product with what is left. */
export const narrower = (n: Product, spec: ContractSpec, src: readonly Node[]): Node =>
  node({ kind: 'contract', spec, dtype: n.dtype }, contractExtent(spec), src);

/** Whether two products leave out the same terms. */
export const sameBounds = (p: ContractSpec, q: ContractSpec): boolean =>
  JSON.stringify(p.zeros) === JSON.stringify(q.zeros);

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

/** An operand's axes, and what is known to be 0 at their ends. */
interface Rimmed {
  readonly dims: readonly Dim[];
  readonly shape: readonly number[];
  readonly zero: Rim;
}

/** The terms known to be 0: those told before, and those whose window of an operand lies in its rim, which may be more. */
function boundsOf({ zeros = [], out }: ContractSpec, operands: readonly Rimmed[]): readonly Zeros[] {
  const seen = operands.flatMap(({ dims, shape, zero }) =>
    dims.flatMap((dim, axis) => {
      const [low, high] = at(zero, axis);
      return windowBounds(dim, out, low, at(shape, axis) - high, at(shape, axis));
    }),
  );
  const isOf = (z: Zeros, y: Zeros): boolean => z.of === y.of && z.by === y.by;
  return [...zeros.filter((z) => !seen.some((y) => isOf(z, y))), ...seen];
}

/** Bounds on a window's summed letter by its letter of the result, where some of it may lie outside of `low` to `end`. */
function windowBounds(
  dim: Dim,
  out: readonly number[],
  low: number,
  end: number,
  size: number,
): readonly Zeros[] {
  if (dim.length !== 2 || (low === 0 && end === size)) return [];
  const [summed, placed] = [dim.filter(([l]) => !out.includes(l)), dim.filter(([l]) => out.includes(l))];
  if (summed.length !== 1 || placed.length !== 1) return [];
  const [[of, step], [by, stride]] = [at(summed, 0), at(placed, 0)];
  return [{ of, by, low: [-stride, low + step - 1, step], high: [-stride, end + step - 1, step] }];
}

/** Bounds on a letter that now begins `own` places on, by one that begins `first` places on. */
const moved = (z: Zeros, first: number, own: number): Zeros => ({
  ...z,
  low: [z.low[0], z.low[1] + z.low[0] * first - z.low[2] * own, z.low[2]],
  high: [z.high[0], z.high[1] + z.high[0] * first - z.high[2] * own, z.high[2]],
});
