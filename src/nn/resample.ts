// Pictures seen through an affine map, another one for each example: every output pixel looks up where it comes from
// and mixes the four pixels around that place (bilinear). Maps are written in pixels from the picture's middle and
// composed before anything is looked up, so that several turns and shifts blur no more than one.
// Which maps, and by what chance, is augment.ts's business.
import { at } from '../base/shape.ts';
import { rowsAt } from '../ops/rows.ts';
import { Tensor, type Operand } from '../tensor.ts';

/**
 * Where output pixels come from: (u, v), to the right and down from the middle, is taken from
 * (xx u + xy v + x, yx u + yy v + y). Entries are numbers or one for each example [N, 1, 1, 1].
 */
export interface Affine {
  readonly xx: Operand;
  readonly xy: Operand;
  readonly x: Operand;
  readonly yx: Operand;
  readonly yy: Operand;
  readonly y: Operand;
}

/** Every pixel from where it is. */
export const identity: Affine = { xx: 1, xy: 0, x: 0, yx: 0, yy: 1, y: 0 };

/** What lies beyond the edges: a number, the nearest pixel, the picture mirrored (d c b a | a b c d | d c b a) or repeated. */
export type FillMode = 'constant' | 'nearest' | 'reflect' | 'wrap';

/** What is taken for pixels outside the picture. */
export interface Fill {
  readonly fillMode: FillMode;
  /** For `constant`. */
  readonly fillValue: number;
}

/** a + b, where a number 0 costs nothing. */
function add(a: Operand, b: Operand): Operand {
  if (typeof a === 'number') return typeof b === 'number' ? a + b : a === 0 ? b : b.add(a);
  return b === 0 ? a : a.add(b);
}

/** a * b, where a number 0 or 1 costs nothing. */
function times(a: Operand, b: Operand): Operand {
  if (typeof a !== 'number') return typeof b === 'number' ? times(b, a) : a.mul(b);
  if (typeof b === 'number') return a * b;
  return a === 0 ? 0 : a === 1 ? b : b.mul(a);
}

/** The map that looks up `outer` and then, from there, `inner`: the picture is changed by `inner` first. */
export function compose(inner: Affine, outer: Affine): Affine {
  const mix = (p: Operand, q: Operand, a: Operand, b: Operand): Operand => add(times(p, a), times(q, b));
  return {
    xx: mix(inner.xx, inner.xy, outer.xx, outer.yx),
    xy: mix(inner.xx, inner.xy, outer.xy, outer.yy),
    x: add(mix(inner.xx, inner.xy, outer.x, outer.y), inner.x),
    yx: mix(inner.yx, inner.yy, outer.xx, outer.yx),
    yy: mix(inner.yx, inner.yy, outer.xy, outer.yy),
    y: add(mix(inner.yx, inner.yy, outer.x, outer.y), inner.y),
  };
}

/** Pictures through their maps; a gradient goes to the pixels, and none to the maps. Shapes: [N, H, W, C] -> the same. */
export function resample(x: Tensor, map: Affine, { fillMode, fillValue }: Fill): Tensor {
  const [height, width] = [at(x.shape, 1), at(x.shape, 2)];
  const u = middled(width, 2);
  const v = middled(height, 1);
  const along = (a: Operand, b: Operand, c: Operand, size: number): Tensor => {
    const place = add(add(times(a, u), times(b, v)), add(c, (size - 1) / 2));
    const one = typeof place === 'number' ? Tensor.fill(place) : place;
    return one.expandTo(x.crop(x.shape.map((d, i) => (i === 3 ? [0, d - 1] : [0, 0]))));
  };
  const sx = along(map.xx, map.xy, map.x, width).stop();
  const sy = along(map.yx, map.yy, map.y, height).stop();
  const [left, top] = [sx.floor(), sy.floor()];
  const [right, below] = [sx.sub(left), sy.sub(top)];
  const [column, row] = [left.to('i32'), top.to('i32')];
  const shift = fillMode === 'constant' ? fillValue : 0;
  const table = shift === 0 ? x : x.sub(shift);
  let sum: Tensor | undefined;
  for (const [down, across] of [
    [0, 0],
    [0, 1],
    [1, 0],
    [1, 1],
  ] as const) {
    // prettier-ignore
    const weight = (across ? right : right.neg().add(1)).mul(down ? below : below.neg().add(1));
    const pixel = pixelsAt(table, row.add(down), column.add(across), fillMode).mul(weight);
    sum = sum ? sum.add(pixel) : pixel;
  }
  const y = sum ?? x;
  return shift === 0 ? y : y.add(shift);
}

/** Places along an axis, from the middle: [1, H, 1, 1] or [1, 1, W, 1]. */
function middled(size: number, axis: 1 | 2): Tensor {
  const shape = [1, 1, 1, 1].map((one, i) => (i === axis ? size : one));
  return Tensor.iota(shape, axis)
    .to('f32')
    .sub((size - 1) / 2);
}

/** Each example's own pixels at i32 places [N, H, W, 1]; zeros outside where `mode` is constant. Gives [N, H, W, C]. */
function pixelsAt(x: Tensor, row: Tensor, column: Tensor, mode: FillMode): Tensor {
  const [most, height, width, channels] = x.shape as [number, number, number, number];
  const place = row
    .iota(0)
    .mul(height)
    .add(inside(row, height, mode))
    .mul(width)
    .add(inside(column, width, mode));
  const there = (i: Tensor, size: number): Tensor => i.greaterEqual(0).and(i.less(size));
  const known = mode === 'constant' ? place.where(there(row, height).and(there(column, width)), -1) : place;
  const scale = at(x.node.scale, 0);
  const table = x.reshapeExtent({
    shape: [most * height * width, channels],
    scale: [scale * height * width, 0],
  });
  const index = known.reshapeExtent({ shape: known.shape.slice(0, 3), scale: known.node.scale.slice(0, 3) });
  // Rows of the batch may not be there, but each example asks for its own only, and those are.
  return rowsAt(table, index);
}

/**
 * Pictures moved by whole pixels, each by its own: i32 [N, 1, 1, 1], down and to the right; what comes in is 0.
 * A gradient goes through it to the pixels. Shapes: [N, H, W, C] -> the same.
 */
export function shifted(x: Tensor, down: Tensor, right: Tensor): Tensor {
  const one = x.crop(x.shape.map((d, i) => (i === 3 ? [0, d - 1] : [0, 0])));
  const from = (axis: 1 | 2, by: Tensor): Tensor => one.iota(axis).sub(by.expandTo(one));
  return pixelsAt(x, from(1, down), from(2, right), 'constant');
}

/** Places brought into the picture; those that `constant` leaves out are not looked up. */
function inside(i: Tensor, size: number, mode: FillMode): Tensor {
  if (mode === 'constant') return i;
  if (mode === 'nearest') return i.clip(0, size - 1);
  const period = mode === 'wrap' ? size : 2 * size;
  const rest = i.rem(period);
  const positive = rest.add(period).where(rest.less(0), rest);
  return mode === 'wrap' ? positive : positive.min2(positive.neg().add(2 * size - 1));
}
