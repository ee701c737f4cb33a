// The moves: the same elements elsewhere. A row says the shape that comes out, where an element of the
// result comes from (an index formula, and conditions outside of which it is 0), and the gradient.
// `pull` is the whole lowering of a move; convolution, upsampling, dilation, windows and pooling are
// built from these rows in tensor.ts.
import { check } from '../base/check.ts';
import { bounds, int, minus, modulo, over, plus, symbol, times, type Index } from '../base/formula.ts';
import { at, same, show, sizeOf, stridesOf, type Extent, type Shape } from '../base/shape.ts';
import type { Tensor } from '../tensor.ts';

export type Pair = readonly [low: number, high: number];

/** Elements at both ends of each axis, `per` more of them for each example of the batch. */
export interface Margins {
  readonly by: readonly Pair[];
  readonly per: readonly Pair[];
}

export type Move =
  | { readonly to: 'reshape'; readonly extent: Extent }
  /** Axis i of the result is axis order[i] of the source. */
  | { readonly to: 'permute'; readonly order: readonly number[] }
  /** Axes of size 1 repeated to the extent's size. */
  | { readonly to: 'expand'; readonly extent: Extent }
  /** Zeros put round it; the opposite of crop. */
  | ({ readonly to: 'pad' } & Margins)
  | ({ readonly to: 'crop' } & Margins)
  | { readonly to: 'flip'; readonly axes: readonly number[] }
  /** Axes (H, K) at `axis`, `axis` + 1 to (count, K): result[o, k] = source[o * stride + k * dilation, k]. */
  | {
      readonly to: 'slide';
      readonly axis: number;
      readonly stride: number;
      readonly dilation: number;
      readonly count: number;
    }
  /** The opposite, (O, K) to (count, K): result[o * stride + k * dilation, k] = source[o, k], 0 elsewhere. */
  | {
      readonly to: 'spread';
      readonly axis: number;
      readonly stride: number;
      readonly dilation: number;
      readonly count: number;
    };

/** The element is 0 unless low <= index < high (`perHigh` more for each example of the batch). */
export interface Inside {
  readonly index: Index;
  readonly low: Index;
  readonly high: Index;
}

export interface Pulled {
  readonly index: readonly Index[];
  readonly inside: readonly Inside[];
}

interface Row<M extends Move> {
  extent(move: M, input: Extent): Extent;
  pull(move: M, input: Extent, index: readonly Index[]): Pulled;
  grad(move: M, x: Tensor, g: Tensor): Tensor;
}

type MoveOf<K extends Move['to']> = Extract<Move, { to: K }>;

const moved = (index: readonly Index[], inside: readonly Inside[] = []): Pulled => ({ index, inside });
const inverse = (order: readonly number[]): number[] => order.map((_, axis) => order.indexOf(axis));

/** k times the batch, whose largest value is `most`. */
const batches = (k: number, most: number): Index => (k === 0 ? int(0) : times(symbol(0, most), k));

/** The largest batch of an extent: any batch axis tells it. */
export function mostOf({ shape, scale }: Extent): number {
  const i = scale.findIndex((k) => k > 0);
  return i < 0 ? 0 : at(shape, i) / at(scale, i);
}

const resize = (input: Extent, { by, per }: Margins, sign: 1 | -1): Extent => ({
  shape: input.shape.map((d, i) => d + sign * (sum(by[i]!) + sum(per[i]!) * mostOf(input))),
  scale: input.scale.map((k, i) => k + sign * sum(per[i]!)),
});
const sum = ([a, b]: Pair): number => a + b;

/** The place after axes are cut anew: the same row-major position, axis by axis. */
function reshaped(from: Shape, to: Shape, index: readonly Index[]): Index[] {
  const strides = stridesOf(to);
  const flat = plus(int(0), ...index.map((x, i) => times(x, at(strides, i))));
  return stridesOf(from).map((stride, i) => {
    const outer = over(flat, stride);
    return i === 0 ? outer : modulo(outer, at(from, i));
  });
}

/** Reshapes in pieces where axes group (each group [a, b] -> [c] alone), so that formulas stay short. */
function reshapeIndex(from: Shape, to: Shape, index: readonly Index[]): Index[] {
  const out: Index[] = [];
  let [i, j] = [0, 0];
  while (i < from.length || j < to.length) {
    let [i1, j1] = [i, j];
    let [p, q] = [i1 < from.length ? at(from, i1++) : 1, j1 < to.length ? at(to, j1++) : 1];
    while (p !== q) {
      if (p < q && i1 < from.length) p *= at(from, i1++);
      else if (j1 < to.length) q *= at(to, j1++);
      else p *= at(from, i1++);
    }
    out.push(...reshaped(from.slice(i, i1), to.slice(j, j1), index.slice(j, j1)));
    [i, j] = [i1, j1];
  }
  return out;
}

const edge = (x: Index, low: Index, high: Index, isLow: boolean, isHigh: boolean): Inside[] => {
  if (!isLow && !isHigh) return [];
  const [lo] = bounds(x);
  return isHigh || lo < 0 || low.terms.length > 0 ? [{ index: x, low, high }] : [];
};

export const views: { readonly [K in Move['to']]: Row<MoveOf<K>> } = {
  reshape: {
    extent: ({ extent }, input) => {
      check(
        sizeOf(extent.shape) === sizeOf(input.shape),
        () =>
          `reshape: ${show(input.shape)} has ${sizeOf(input.shape)} elements, ${show(extent.shape)} needs ${sizeOf(extent.shape)}`,
      );
      return extent;
    },
    pull: ({ extent }, input, index) =>
      moved(
        sizeOf(input.shape) === 0
          ? input.shape.map(() => int(0))
          : reshapeIndex(input.shape, extent.shape, index),
      ),
    grad: (_, x, g) => g.reshapeLike(x),
  },

  permute: {
    extent({ order }, input) {
      check(
        same(
          [...order].sort((a, b) => a - b),
          input.shape.map((_, i) => i),
        ),
        () =>
          `permute: needs each of the ${input.shape.length} axes of ${show(input.shape)} once, got ${show(order)}`,
      );
      return { shape: order.map((i) => at(input.shape, i)), scale: order.map((i) => at(input.scale, i)) };
    },
    pull: ({ order }, _, index) => moved(inverse(order).map((i) => at(index, i))),
    grad: ({ order }, _, g) => g.permute(inverse(order)),
  },

  expand: {
    extent: ({ extent }) => extent,
    pull: (_, input, index) =>
      moved(index.map((x, i) => (input.shape[i] === 1 && input.scale[i] === 0 ? int(0) : x))),
    grad: (_, x, g) => g.sum(x.repeatedAxes(g), { keep: true }),
  },

  pad: {
    extent: (move, input) => resize(input, move, 1),
    pull: ({ by, per }, input, index) => {
      const most = mostOf(input);
      const from = index.map((x, i) => minus(x, plus(int(by[i]![0]), batches(per[i]![0], most))));
      const inside = from.flatMap((x, i) => {
        const [low, high] = [by[i]![0] + per[i]![0] > 0, by[i]![1] + per[i]![1] > 0];
        const end = at(input.scale, i) ? batches(at(input.scale, i), most) : int(at(input.shape, i));
        return edge(x, int(0), end, low, high);
      });
      return moved(from, inside);
    },
    grad: (move, _, g) => g.move({ ...move, to: 'crop' }),
  },

  crop: {
    extent(move, input) {
      const out = resize(input, move, -1);
      check(
        out.shape.every((d) => d >= 0),
        () => `crop: takes more than there is of ${show(input.shape)}: ${move.by.map(show).join(' ')}`,
      );
      return out;
    },
    pull: ({ by, per }, input, index) =>
      moved(index.map((x, i) => plus(x, int(by[i]![0]), batches(per[i]![0], mostOf(input))))),
    grad: (move, _, g) => g.move({ ...move, to: 'pad' }),
  },

  flip: {
    extent({ axes }, input) {
      check(
        axes.every((i) => input.scale[i] === 0),
        () => `flip: cannot turn the batch round, got axes ${show(axes)} of ${show(input.shape)}`,
      );
      return input;
    },
    pull: ({ axes }, input, index) =>
      moved(index.map((x, i) => (axes.includes(i) ? minus(int(at(input.shape, i) - 1), x) : x))),
    grad: ({ axes }, _, g) => g.flip(axes),
  },

  slide: {
    extent: ({ axis, count }, input) => ({
      shape: input.shape.map((d, i) => (i === axis ? count : d)),
      scale: input.scale,
    }),
    pull: ({ axis, stride, dilation }, _, index) =>
      moved(
        index.map((x, i) => (i === axis ? plus(times(x, stride), times(at(index, axis + 1), dilation)) : x)),
      ),
    grad: (move, x, g) => g.move({ ...move, to: 'spread', count: at(x.shape, move.axis) }),
  },

  spread: {
    extent: ({ axis, count }, input) => ({
      shape: input.shape.map((d, i) => (i === axis ? count : d)),
      scale: input.scale,
    }),
    pull: ({ axis, stride, dilation }, input, index) => {
      const offset = minus(at(index, axis), times(at(index, axis + 1), dilation));
      const from = over(offset, stride);
      const inside: Inside[] = [{ index: from, low: int(0), high: int(at(input.shape, axis)) }];
      if (stride > 1) inside.push({ index: modulo(offset, stride), low: int(0), high: int(1) });
      return moved(
        index.map((x, i) => (i === axis ? from : x)),
        inside,
      );
    },
    grad: (move, x, g) => g.move({ ...move, to: 'slide', count: at(x.shape, move.axis) }),
  },
};

/** The row of a move, typed for any of them. */
export const view = (move: Move): Row<Move> => views[move.to];

/** Which axis of a new shape is the batch: the one that takes over its place from the front. */
export function rescale(from: Extent, to: Shape): number[] {
  const scale = to.map(() => 0);
  const batch = from.scale.findIndex((k) => k > 0);
  if (batch < 0) return scale;
  const before = sizeOf(from.shape.slice(0, batch));
  let [i, skipped] = [0, 1];
  while (i < to.length && skipped < before) skipped *= at(to, i++);
  const most = mostOf(from);
  while (i < to.length && to[i] === 1 && most !== 1) i++;
  check(
    skipped === before && i < to.length && at(to, i) % most === 0,
    () => `reshape: the batch axis of ${show(from.shape)} must stay a whole axis, got ${show(to)}`,
  );
  scale[i] = at(to, i) / most;
  return scale;
}
