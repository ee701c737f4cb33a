// What is cut off need not be computed: a crop of a sum of products becomes one over fewer places, and a crop
// of padding less padding. So the gradient of a padded convolution's input leaves the padding out.
import { at, type Extent } from '../base/shape.ts';
import { contractExtent, type ContractSpec, type Dim, type Zeros } from '../graph/contract.ts';
import { node, type Node } from '../graph/node.ts';
import { view, type Margins, type Move, type Pair } from '../graph/view.ts';

const viewExtent = (src: Node, move: Move): Extent => view(move).extent(move, src);

/** A crop in a cheaper way, if there is one; `alone` where nothing else reads what is cropped. */
export function cropped(src: Node, margins: Margins, alone: boolean): Node | undefined {
  if (margins.per.some(([a, b]) => a !== 0 || b !== 0)) return undefined;
  if (src.kind === 'contract' && alone) return narrower(src, margins.by);
  return src.kind === 'view' && src.move.to === 'pad' ? lessPadding(src, src.move, margins.by) : undefined;
}

function crop(src: Node, by: readonly Pair[]): Node {
  if (by.every(([a, b]) => a === 0 && b === 0)) return src;
  const move = { to: 'crop', by, per: by.map((): Pair => [0, 0]) } as const;
  const extent = viewExtent(src, move);
  return cropped(src, move, false) ?? node({ kind: 'view', move, dtype: src.dtype }, extent, [src]);
}

/** Padding by `pad`, then cropping by `by`: the one that is more remains, side by side. */
function lessPadding(n: Node, pad: Margins, by: readonly Pair[]): Node | undefined {
  if (pad.per.some(([a, b]) => a !== 0 || b !== 0)) return undefined;
  const [src] = n.src as [Node];
  const rest =
    (sign: 1 | -1) =>
    (x: Pair, i: number): Pair => {
      const [p, q] = at(by, i);
      return [Math.max(0, sign * (x[0] - p)), Math.max(0, sign * (x[1] - q))];
    };
  const [more, less] = [pad.by.map(rest(1)), pad.by.map(rest(-1))];
  if (less.some(([a, b], i) => a + b > at(src.shape, i) && a + b > 0)) return undefined;
  const inner = crop(src, less);
  if (more.every(([a, b]) => a === 0 && b === 0)) return inner;
  const move = { to: 'pad', by: more, per: pad.per } as const;
  return node({ kind: 'view', move, dtype: n.dtype }, viewExtent(inner, move), [inner]);
}

/** The sum of products at the places that remain, of operands cut to what those read. */
function narrower(n: Extract<Node, { kind: 'contract' }>, by: readonly Pair[]): Node | undefined {
  const { spec } = n;
  const margin = new Map(spec.out.map((l, i) => [l, at(by, i)] as const));
  const cut = (l: number): Pair => margin.get(l) ?? [0, 0];
  const sizes = spec.sizes.map((d, l) => d - cut(l)[0] - cut(l)[1]);
  if (sizes.some((d) => d <= 0)) return undefined;
  const operand = (src: Node, dims: readonly Dim[]): Node =>
    crop(
      src,
      dims.map((dim, axis): Pair => {
        if (dim.every(([l]) => cut(l).every((m) => m === 0))) return [0, 0];
        const before = dim.reduce((sum, [l, factor]) => sum + factor * cut(l)[0], 0);
        const reach = dim.reduce((sum, [l, factor]) => sum + factor * (at(sizes, l) - 1), 1);
        return [before, at(src.shape, axis) - before - reach];
      }),
    );
  const next: ContractSpec = {
    ...spec,
    sizes,
    ...(spec.zeros && { zeros: spec.zeros.map((z) => moved(z, cut(z.by)[0])) }),
  };
  const [a, b] = n.src as [Node, Node];
  const extent: Extent = contractExtent(next);
  return node({ kind: 'contract', spec: next, dtype: n.dtype }, extent, [
    operand(a, spec.a),
    operand(b, spec.b),
  ]);
}

/** Bounds by a letter that now begins `first` places on. */
const moved = (z: Zeros, first: number): Zeros => ({
  ...z,
  low: [z.low[0], z.low[1] + z.low[0] * first, z.low[2]],
  high: [z.high[0], z.high[1] + z.high[0] * first, z.high[2]],
});
