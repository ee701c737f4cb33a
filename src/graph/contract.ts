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
}

export const contractExtent = (spec: ContractSpec): Extent => ({
  shape: spec.out.map((l) => at(spec.sizes, l)),
  scale: spec.out.map((l) => at(spec.scale, l)),
});

const letters = (dims: readonly Dim[]): number[] => dims.map((dim) => at(at(dim, 0), 0));
const single = (l: number): Dim => [[l, 1]];

/** A tensor with, for each of its axes, the letter or window it is read by. */
interface Operand {
  readonly t: Tensor;
  readonly dims: readonly Dim[];
}

/** dL/dA and dL/dB of a contraction, themselves contractions. */
export function contractGrads(
  spec: ContractSpec,
  g: Tensor,
  a: Tensor,
  b: Tensor,
): [() => Tensor, () => Tensor] {
  const up: Operand = { t: g, dims: spec.out.map(single) };
  return [
    () => gradOf(spec, up, { t: a, dims: spec.a }, { t: b, dims: spec.b }),
    () => gradOf(spec, up, { t: b, dims: spec.b }, { t: a, dims: spec.a }),
  ];
}

/**
 * dL/dP for an operand P from g and the other operand Q: the same product with P's letters as the result's. A window
 * h = stride * o + dilation * k of P is solved for the longer of its letters, o = (h - dilation * k) / stride: whichever
 * of g and Q has o is spread by the stride and padded, so that h + dilation * k' reads it, and k is counted backwards.
 */
function gradOf(spec: ContractSpec, g: Operand, p: Operand, q: Operand): Tensor {
  const sizes = [...spec.sizes];
  const scale = [...spec.scale];
  let pair: [Operand, Operand] = [g, q];
  const out = p.dims.map((dim, axis) => {
    if (dim.length === 1) return at(at(dim, 0), 0);
    const size = at(p.t.shape, axis);
    const h = sizes.push(size) - 1;
    scale.push(0);
    const [[x, fx], [y, fy]] = [at(dim, 0), at(dim, 1)];
    const [o, stride, k, dilation] = at(sizes, x) >= at(sizes, y) ? [x, fx, y, fy] : [y, fy, x, fx];
    const kept = at(sizes, k);
    pair = pair.map((operand) => solve(operand, { o, stride, k, dilation, h, size, kept })) as [
      Operand,
      Operand,
    ];
    return h;
  });
  const [first, second] = pair;
  return first.t.contract(second.t, { sizes, scale, out, a: first.dims, b: second.dims });
}

interface Window {
  readonly o: number;
  readonly stride: number;
  readonly k: number;
  readonly dilation: number;
  /** The letter of the window's place, and how many places there are. */
  readonly h: number;
  readonly size: number;
  readonly kept: number;
}

function solve({ t, dims }: Operand, { o, stride, k, dilation, h, size, kept }: Window): Operand {
  const back = range(dims.length).filter((i) => letters(dims)[i] === k);
  const axis = letters(dims).indexOf(o);
  assert(
    [...back, axis].every((i) => i < 0 || at(dims, i).length === 1),
    () => 'contract: a letter stands in two windows',
  );
  const turned = back.length > 0 ? t.flip(back) : t;
  if (axis < 0) return { t: turned, dims };
  const reach = dilation * (kept - 1);
  const spread = turned.dilate(axis, stride);
  const wide = spread.pad(
    dims.map((_, i) => (i === axis ? ([reach, size - at(spread.shape, axis)] as const) : ([0, 0] as const))),
  );
  return {
    t: wide,
    dims: dims.map((dim, i): Dim =>
      i === axis
        ? [
            [h, 1],
            [k, dilation],
          ]
        : dim,
    ),
  };
}
