// A sum of products with named axes: result[out] = sum over the other letters of A[a] * B[b], where an
// axis of an operand is a letter or a window, stride * letter + dilation * letter. Matrix products,
// convolutions and both gradients of each are such sums, so they are built as such and never
// recognised again from formulas.
import { assert } from '../base/check.ts';
import { at, range, type Extent } from '../base/shape.ts';
import type { Tensor } from '../tensor.ts';

/** One axis of an operand: the sum of factor * letter. All places it reads are inside the operand. */
export type Dim = readonly (readonly [letter: number, factor: number])[];

export interface ContractSpec {
  /** By letter. */
  readonly sizes: readonly number[];
  readonly scale: readonly number[];
  readonly out: readonly number[];
  readonly a: readonly Dim[];
  readonly b: readonly Dim[];
  /** How many times as many products it would be if nothing were summed in phases; 1 if not given. */
  readonly plainly?: number;
  /** Terms known to be 0, that need not be added. */
  readonly zeros?: readonly Zeros[];
}

/** (factor * place + plus) / over, floored. */
type Line = readonly [factor: number, plus: number, over: number];

/** Where the letter `by` is at a place, terms with the letter `of` below `low` or from `high` on are 0. */
export interface Zeros {
  readonly of: number;
  readonly by: number;
  readonly low: Line;
  readonly high: Line;
}

export const contractExtent = (spec: ContractSpec): Extent => ({
  shape: spec.out.map((l) => at(spec.sizes, l)),
  scale: spec.out.map((l) => at(spec.scale, l)),
});

const single = (l: number): Dim => [[l, 1]];

/** A tensor with, for each of its axes, the letter or window it is read by. */
interface Operand {
  readonly t: Tensor;
  readonly dims: readonly Dim[];
}

/** What a gradient is taken by: sizes, the letters they are read by, and how many places before all others are padding. */
interface Wanted {
  readonly shape: readonly number[];
  readonly dims: readonly Dim[];
  readonly before?: readonly number[];
}

/** An operand as what a gradient is taken by. */
function wanted({ node: n }: Tensor, dims: readonly Dim[]): Wanted {
  const padded = n.kind === 'view' && n.move.to === 'pad' ? n.move.by : undefined;
  return { shape: n.shape, dims, ...(padded && { before: padded.map(([first]) => first) }) };
}

/** What a contraction of an A of this shape with `b` hands back to A for `g` of its result. */
export const transposed = (spec: ContractSpec, g: Tensor, b: Tensor, shape: readonly number[]): Tensor =>
  new Gradient(spec, { t: g, dims: spec.out.map(single) }, { t: b, dims: spec.b }).by({
    shape,
    dims: spec.a,
  });

/** dL/dA and dL/dB of a contraction, themselves contractions. */
export function contractGrads(
  spec: ContractSpec,
  g: Tensor,
  a: Tensor,
  b: Tensor,
): [() => Tensor, () => Tensor] {
  const up: Operand = { t: g, dims: spec.out.map(single) };
  return [
    () => new Gradient(spec, up, { t: b, dims: spec.b }).by(wanted(a, spec.a)),
    () => new Gradient(spec, up, { t: a, dims: spec.a }).by(wanted(b, spec.b)),
  ];
}

/**
 * dL/dP for an operand P from g and the other operand Q: the same product with P's letters as the result's. A window
 * h = stride * o + the sum of factor * k of P is solved for the longest of its letters, o: whichever of g and Q has o is
 * padded, so that h + factor * k' reads it, and each k is counted backwards.
 *
 * With a stride, h and k fall into `stride` phases, h = stride * h' + r and k = stride * k' + r, and in each o = h' - k':
 * the phase r becomes a letter of its own, and no zeros are multiplied. Phases are counted from a place on that lets the
 * first one after the padding begin one, h + shift and k + shift in place of h and k, if that makes no more taps: so padding
 * may be left out whole.
 */
class Gradient {
  private readonly sizes: number[];
  private readonly scale: number[];
  private pair: [Operand, Operand];
  private readonly flipped = new Set<number>();
  private readonly zeros: Zeros[] = [];
  /** By letter of h', the shift of its phases. */
  private readonly shifts = new Map<number, number>();
  private plainly: number;

  constructor(spec: ContractSpec, g: Operand, q: Operand) {
    this.sizes = [...spec.sizes];
    this.scale = [...spec.scale];
    this.plainly = spec.plainly ?? 1;
    this.pair = [g, q];
  }

  by(p: Wanted): Tensor {
    const parts = p.dims.map((dim, axis) =>
      dim.length === 1
        ? [at(at(dim, 0), 0)]
        : this.solve(dim, at(p.shape, axis), p.dims, p.before?.[axis] ?? 0),
    );
    const out = parts.flat();
    const [first, second] = this.pair;
    const { sizes, scale, plainly, zeros } = this;
    const spec = {
      ...{ sizes, scale, out, a: first.dims, b: second.dims },
      ...(plainly !== 1 && { plainly }),
      ...(zeros.length > 0 && { zeros }),
    };
    const product = first.t.contract(second.t, spec);
    const turned = range(out.length).filter((i) => this.flipped.has(at(out, i)));
    const forwards = turned.length > 0 ? product.flip(turned) : product;
    if (parts.every((part) => part.length === 1)) return forwards;
    const whole = parts.map((part) => part.reduce((n, l) => n * at(sizes, l), 1));
    const joined = forwards.reshapeExtent({
      shape: whole,
      scale: parts.map((part) => at(scale, at(part, 0))),
    });
    return joined.crop(
      whole.map((n, i) => {
        const shift = this.shifts.get(at(at(parts, i), 0)) ?? 0;
        return at(parts, i).length > 1 ? [shift, n - shift - at(p.shape, i)] : [0, 0];
      }),
    );
  }

  private letter(size: number): number {
    this.scale.push(0);
    return this.sizes.push(size) - 1;
  }

  /** The letters of the result that take the place of a window of P `size` long. */
  private solve(window: Dim, size: number, dims: readonly Dim[], before: number): number[] {
    // A phase stands in both operands, beside the windows: it is never solved for.
    const once = window.filter(([l]) => this.pair.filter((x) => axisOf(x, l) >= 0).length === 1);
    const longest = once.reduce((l, x) => (at(this.sizes, x[0]) > at(this.sizes, l[0]) ? x : l));
    const others = window.filter((x) => x !== longest);
    const [o, stride] = longest;
    for (const { dims } of this.pair)
      assert(
        dims.every((dim) => dim.length === 1 || !dim.some(([l]) => window.some(([w]) => w === l))),
        () => 'contract: a letter stands in two windows',
      );
    const [[k, dilation], ...more] = others as [Dim[0], ...Dim[0][]];
    const phased =
      stride > 1 &&
      dilation === 1 &&
      more.length === 0 &&
      this.pair.some((x) => axisOf(x, k) >= 0) &&
      !dims.some((dim) => dim.length === 1 && at(dim, 0)[0] === k);
    const [shift, taps] = [(stride - (before % stride)) % stride, at(this.sizes, k)];
    const fits = Math.ceil((taps + shift) / stride) === Math.ceil(taps / stride);
    return phased
      ? this.inPhases({ o, k, stride, size, shift: fits ? shift : 0 })
      : this.spread(longest, others, size);
  }

  private inPhases({
    o,
    k,
    stride,
    size,
    shift,
  }: Record<'o' | 'k' | 'stride' | 'size' | 'shift', number>): number[] {
    const kernel = at(this.sizes, k);
    const [wide, taps] = [size, kernel].map((n) => Math.ceil((n + shift) / stride)) as [number, number];
    const [h, r, back] = [this.letter(wide), this.letter(stride), this.letter(taps)];
    this.shifts.set(h, shift);
    this.plainly *= (size * kernel) / (wide * stride * taps);
    const [missing, last] = [taps * stride - kernel - shift, taps - 1];
    const end = at(this.sizes, o) + last;
    this.zeros.push({ of: back, by: r, low: [1, missing, stride], high: [1, taps * stride - shift, stride] });
    this.zeros.push({ of: back, by: h, low: [-1, last, 1], high: [-1, end, 1] });
    this.pair = this.each((x) => {
      const axis = axisOf(x, k);
      if (axis < 0) return x;
      const whole = padded(x.t, axis, [shift, missing]);
      const { shape, scale } = whole.node;
      const cut = <T>(list: readonly T[], two: readonly T[]): T[] => [
        ...list.slice(0, axis),
        ...two,
        ...list.slice(axis + 1),
      ];
      const split = whole
        .reshapeExtent({ shape: cut(shape, [taps, stride]), scale: cut(scale, [0, 0]) })
        .flip([axis]);
      return { t: split, dims: cut(x.dims, [single(back), single(r)]) };
    });
    this.pair = this.each((x) => {
      const axis = axisOf(x, o);
      const by = [last, wide - at(this.sizes, o)] as const;
      return axis < 0
        ? x
        : read(padded(x.t, axis, by), x.dims, axis, [
            [h, 1],
            [back, 1],
          ]);
    });
    return [h, r];
  }

  private spread([o, stride]: Dim[0], others: Dim, size: number): number[] {
    const h = this.letter(size);
    const reach = others.reduce((sum, [k, factor]) => sum + factor * (at(this.sizes, k) - 1), 0);
    for (const [k] of others) this.flipped.add(k);
    const [[k, step], ...more] = others as [Dim[0], ...Dim[0][]];
    const end = at(this.sizes, o) + reach;
    if (more.length === 0 && stride === 1)
      this.zeros.push({ of: k, by: h, low: [-1, reach + step - 1, step], high: [-1, end + step - 1, step] });
    this.pair = this.each((x) => {
      const back = others.map(([k]) => axisOf(x, k)).filter((i) => i >= 0);
      const turned = back.length > 0 ? x.t.flip(back) : x.t;
      const axis = axisOf(x, o);
      if (axis < 0) return { t: turned, dims: x.dims };
      const apart = turned.dilate(axis, stride);
      const by = [reach, size - at(apart.shape, axis)] as const;
      return read(padded(apart, axis, by), x.dims, axis, [[h, 1], ...others]);
    });
    return [h];
  }

  private each(to: (x: Operand) => Operand): [Operand, Operand] {
    return [to(this.pair[0]), to(this.pair[1])];
  }
}

/** The axis that a letter alone stands for, or -1. */
const axisOf = ({ dims }: Operand, letter: number): number =>
  dims.findIndex((dim) => dim.length === 1 && at(dim, 0)[0] === letter);

const padded = (t: Tensor, axis: number, by: readonly [number, number]): Tensor =>
  t.pad(t.shape.map((_, i) => (i === axis ? by : ([0, 0] as const))));

const read = (t: Tensor, dims: readonly Dim[], axis: number, by: Dim): Operand => ({
  t,
  dims: dims.map((dim, i) => (i === axis ? by : dim)),
});
