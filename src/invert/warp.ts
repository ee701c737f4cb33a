// Pictures turned, made larger or smaller and moved by amounts of their own, so that gradients flow back to the pixels.
// Any affine map is one pass along the rows and one along the columns (Catmull and Smith 1980, "3-D transformations of
// images in scanline order"), and a pass is a sum of pixels weighed by how near they are, which differentiates like any
// other. nn/resample.ts looks pixels up instead: quicker for large pictures, and without a gradient by the amounts.
import { at } from '../base/shape.ts';
import { Tensor, type Operand } from '../tensor.ts';

/** How each picture is changed; numbers, or one for each picture [N]. */
export interface Warp {
  /** Radians, clockwise on the screen; within a quarter turn. */
  readonly turn?: Operand;
  /** How many times larger. */
  readonly scale?: Operand;
  /** Pixels to the right. */
  readonly right?: Operand;
  /** Pixels down. */
  readonly down?: Operand;
}

const tensor = (x: Operand): Tensor => (typeof x === 'number' ? Tensor.fill(x) : x);

/** One for each picture, to stand beside rows or columns [N, H, W]. */
const each = (x: Tensor): Tensor => (x.rank === 0 ? x : x.reshape([at(x.shape, 0), 1, 1]));

/** Places along an axis from the middle, f32 [1, H, 1] or [1, 1, W]. */
const fromMiddle = (size: number, axis: 1 | 2): Tensor =>
  Tensor.iota(
    [1, 1, 1].map((one, i) => (i === axis ? size : one)),
    axis,
  )
    .to('f32')
    .sub((size - 1) / 2);

/**
 * Each output pixel of a row is what lies at `from` of that row, mixed of its two neighbours; nothing (0) lies outside.
 * Shapes: x [N, H, W, C], from [N, H, W] in pixels from the left -> [N, H, W, C].
 */
function alongRows(x: Tensor, from: Tensor): Tensor {
  const [n, height, width, channels] = x.shape as [number, number, number, number];
  const there = from
    .expand([n, height, width])
    .reshape([n, height, width, 1, 1])
    .expand([n, height, width, width, 1]);
  const near = there.sub(there.iota(3).to('f32')).abs().neg().add(1).relu(); // 1 at the place, 0 a pixel away
  const pixels = x.reshape([n, height, 1, width, channels]).expand([n, height, width, width, channels]);
  return pixels.mul(near).sum(3);
}

/**
 * Pictures turned about their middle, scaled and moved; what was outside is 0. Gradients flow to the pixels.
 * Shapes: [N, H, W, C] -> the same.
 */
export function warp(x: Tensor, { turn = 0, scale = 1, right = 0, down = 0 }: Warp): Tensor {
  const [height, width] = [at(x.shape, 1), at(x.shape, 2)];
  const [u, v] = [fromMiddle(width, 2), fromMiddle(height, 1)];
  const [angle, size] = [each(tensor(turn)), each(tensor(scale))];
  const [cos, sin] = [angle.cos(), angle.sin()];
  // Output (u, v) shows the input at ((cos u' + sin v'), (-sin u' + cos v')) with u' = (u - right) / size, and so on.
  // Rows first: from input (p, q) to between (u, q), where p = (u' + sin q) / cos; then columns: q = cos v' - sin u'.
  const across = u.sub(each(tensor(right))).div(size);
  const p = across
    .add(v.mul(sin))
    .div(cos)
    .add((width - 1) / 2);
  const rows = alongRows(x, p);
  const q = v
    .sub(each(tensor(down)))
    .div(size)
    .mul(cos)
    .sub(across.mul(sin))
    .add((height - 1) / 2);
  return alongRows(
    rows.permute([0, 2, 1, 3]),
    q.expand([at(x.shape, 0), height, width]).permute([0, 2, 1]),
  ).permute([0, 2, 1, 3]);
}
