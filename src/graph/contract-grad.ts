// What a sum of products hands back to its operands: the same kind of sum, solved for the places of the operand.
import { assert } from '../base/check.ts';
import { at, range, type Extent } from '../base/shape.ts';
import type { Tensor } from '../tensor.ts';
import type { ContractSpec, Dim, Zeros } from './contract.ts';

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

/** What a contraction of an A of this shape with `b` hands back to A for `g` of its result; `one` is a single 1. */
export const transposed = (
  spec: ContractSpec,
  { g, b, one }: Record<'g' | 'b' | 'one', Tensor>,
  shape: readonly number[],
): Tensor =>
  gradientBy(
    spec,
    [
      { t: g, dims: spec.out.map(single) },
      { t: b, dims: spec.b },
    ],
    { shape, dims: spec.a },
    one,
  );

/** dL/dA and dL/dB of a contraction, themselves contractions; `one` is a single 1. */
export function contractGrads(
  spec: ContractSpec,
  g: Tensor,
  [a, b]: readonly [Tensor, Tensor],
  one: Tensor,
): [() => Tensor, () => Tensor] {
  const up: Operand = { t: g, dims: spec.out.map(single) };
  return [
    () => gradientBy(spec, [up, { t: b, dims: spec.b }], wanted(a, spec.a), one),
    () => gradientBy(spec, [up, { t: a, dims: spec.a }], wanted(b, spec.b), one),
  ];
}

/** Fewer columns than this leave most lanes of any machine idle. */
const fewColumns = 8;

/** Sums of whole vectors, up to some length, are as quick place by place: both operands are read as they lie. */
const placeByPlace = { multiples: 16, below: 128 };

/**
 * dL/dP for P from g and the other operand. Where P is seen through windows and has few channels (a picture's one or three
 * colours), the shares of all taps are computed first, as columns of one product, and then those that meet in a place are added.
 */
function gradientBy(
  spec: ContractSpec,
  [up, other]: readonly [Operand, Operand],
  p: Wanted,
  one: Tensor,
): Tensor {
  const columns = tapsOf(spec, [up, other], p);
  if (!columns) return new Gradient(spec, up, other).by(p);
  const shares = productOf(spec, [up, other], columns);
  return new Gradient(spec, shares, { t: one, dims: [] }).by(p);
}

/** The letters of `other` that P is seen by, and its channels, where they are worth a product of their own. */
function tapsOf(
  { sizes, scale }: ContractSpec,
  [up, other]: readonly [Operand, Operand],
  { dims }: Wanted,
): readonly number[] | undefined {
  const own = (l: number): boolean => axisOf(other, l) >= 0 && axisOf(up, l) < 0;
  const windows = dims.filter((dim) => dim.length > 1);
  const taps = windows.flatMap((dim) => dim.map(([l]) => l).filter(own));
  const channels = dims.flatMap((dim) => (dim.length === 1 ? [at(dim, 0)[0]].filter(own) : []));
  const count = (letters: readonly number[]): number => letters.reduce((n, l) => n * at(sizes, l), 1);
  const columns = [...taps, ...channels];
  const plain = other.dims.every((dim) => dim.length === 1 && at(dim, 0)[1] === 1);
  const paired = windows.every((dim) => dim.length === 2 && dim.filter(([l]) => own(l)).length === 1);
  const fixed = columns.every((l) => at(scale, l) === 0);
  const few = fixed && count(channels) < fewColumns && count(columns) >= fewColumns;
  const summed = lettersOf(other).filter((l) => !columns.includes(l));
  const gone = summed.every((l) => !dims.flat().some(([m]) => m === l));
  const { multiples, below } = placeByPlace;
  const short = count(summed) % multiples === 0 && count(summed) < below;
  // What is summed must be worth writing all columns down between.
  const worth = few && !short && 2 * count(summed) >= count(columns);
  return plain && paired && taps.length > 0 && gone && worth ? columns : undefined;
}

/** The product of both operands with `columns`, letters of `other`, side by side at the end of the result. */
function productOf(
  { sizes, scale }: ContractSpec,
  [up, other]: readonly [Operand, Operand],
  columns: readonly number[],
): Operand {
  const summed = lettersOf(other).filter((l) => !columns.includes(l));
  const places = lettersOf(up).filter((l) => !summed.includes(l));
  const extentOf = (letters: readonly number[]): Extent => ({
    shape: letters.map((l) => at(sizes, l)),
    scale: letters.map((l) => at(scale, l)),
  });
  const { shape, scale: scales } = extentOf([...places, ...summed]);
  const joined = columns.reduce((n, l) => n * at(sizes, l), 1);
  const turned = other.t.permute([...summed, ...columns].map((l) => axisOf(other, l)));
  const [own, column] = [(l: number) => [...places, ...summed].indexOf(l), shape.length];
  const product = up.t.contract(
    turned.reshapeExtent({
      shape: [...extentOf(summed).shape, joined],
      scale: [...extentOf(summed).scale, 0],
    }),
    {
      sizes: [...shape, joined],
      scale: [...scales, 0],
      out: [...places.map(own), column],
      a: lettersOf(up).map((l) => single(own(l))),
      b: [...summed.map(own), column].map(single),
    },
  );
  const letters = [...places, ...columns];
  return { t: product.reshapeExtent(extentOf(letters)), dims: letters.map(single) };
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

/** The letters of an operand that is not seen through windows. */
const lettersOf = ({ dims }: Operand): number[] => dims.map((dim) => at(dim, 0)[0]);

/** The axis that a letter alone stands for, or -1. */
const axisOf = ({ dims }: Operand, letter: number): number =>
  dims.findIndex((dim) => dim.length === 1 && at(dim, 0)[0] === letter);

const padded = (t: Tensor, axis: number, by: readonly [number, number]): Tensor =>
  t.pad(t.shape.map((_, i) => (i === axis ? by : ([0, 0] as const))));

const read = (t: Tensor, dims: readonly Dim[], axis: number, by: Dim): Operand => ({
  t,
  dims: dims.map((dim, i) => (i === axis ? by : dim)),
});
