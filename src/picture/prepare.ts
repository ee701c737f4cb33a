// What a network trained on MNIST is given of a drawing: 28 x 28 pixels, made as MNIST's own were, as kaityo256's page
// makes them, or just the drawing made smaller. How much depends on it is a table of bench/freehand.ts.
//
// To add one: a row in `ways`.
import { check } from '../base/check.ts';
import type { Picture } from './png.ts';

/** A part of a picture, in pixels. */
interface Box {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

/** Grey values row by row. */
interface Grey {
  readonly width: number;
  readonly height: number;
  readonly data: Float32Array;
}

const side = 28;

/** MNIST's digits fit in a square of this side; the page's are made smaller to it as they are, margins and all. */
const inner = 20;

const ways = { mnist: likeMnist, legacy: likeThePage, raw: smaller } as const;

/** How a drawing is prepared; see prepare(). */
export type Preparation = keyof typeof ways;

/** The names that prepare() takes. */
export const preparations = Object.keys(ways) as Preparation[];

/**
 * A square drawing, white on black, as the 28 x 28 pixels that a network is given. Shapes: [S, S, 1] -> [28, 28, 1].
 *
 * - `mnist`, as MNIST's digits were made: what is drawn is cut out, made smaller (grey where a pixel is covered in
 *   part) until its longer side is 20, and moved by whole pixels until its centre of mass is in the middle.
 *   LeCun, Bottou, Bengio and Haffner 1998, section III.A, http://yann.lecun.com/exdb/publis/pdf/lecun-98.pdf
 * - `legacy`, as kaityo256's page does: what is brighter than 128 counts, the whole drawing becomes 20 x 20 and is
 *   moved by its centre of mass, 4 pixels at most. https://github.com/kaityo256/mnist_check
 * - `raw`: the whole drawing made smaller.
 */
export function prepare(drawing: Picture, by: Preparation = 'mnist'): Picture {
  const { width, height, channels } = drawing;
  check(
    width === height && width >= side && channels === 1,
    () =>
      `prepare: needs a square grey drawing of at least 28 x 28 pixels, got ${width} x ${height} x ${channels}`,
  );
  check(
    Object.hasOwn(ways, by),
    () => `prepare: needs one of ${preparations.join(', ')}, got ${JSON.stringify(by)}`,
  );
  const { data } = ways[by](drawing);
  return { width: side, height: side, channels: 1, data: Uint8Array.from(data, (x) => Math.round(x)) };
}

function smaller(drawing: Picture): Grey {
  return averaged(drawing, whole(drawing), side, side);
}

function likeMnist(drawing: Picture): Grey {
  const box = inkIn(drawing);
  if (!box) return { width: side, height: side, data: new Float32Array(side * side) };
  const scale = inner / Math.max(box.width, box.height);
  const length = (of: number): number => Math.max(1, Math.round(of * scale));
  const digit = averaged(drawing, box, length(box.width), length(box.height));
  const centre = centreOf(digit);
  const shift = (c: number, size: number): number =>
    Math.max(0, Math.min(side - size, Math.round(side / 2 - c)));
  return put(digit, shift(centre.x, digit.width), shift(centre.y, digit.height));
}

function likeThePage(drawing: Picture): Grey {
  const bright = { ...drawing, data: drawing.data.map((x) => (x > 128 ? 255 : 0)) };
  const coarse = averaged(bright, whole(bright), inner, inner);
  const centre = centreOf(coarse);
  const shift = (c: number): number => {
    const off = Math.max(-4, Math.min(4, c - inner / 2));
    return Math.ceil((side - inner) / 2 - off);
  };
  return put(coarse, shift(centre.x), shift(centre.y));
}

const whole = ({ width, height }: Picture): Box => ({ left: 0, top: 0, width, height });

/** The smallest box around all that is drawn; undefined if nothing is. */
function inkIn({ width, height, data }: Picture): Box | undefined {
  let [left, right, top, bottom] = [width, -1, height, -1];
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++)
      if ((data[y * width + x] ?? 0) > 0) {
        if (x < left) left = x;
        if (x > right) right = x;
        if (y < top) top = y;
        bottom = y;
      }
  return bottom < 0 ? undefined : { left, top, width: right - left + 1, height: bottom - top + 1 };
}

/** The box made smaller: each output pixel is the mean of what it covers, pixels cut by its edge counting in part. */
function averaged({ width: stride, data }: Picture, box: Box, width: number, height: number): Grey {
  const [across, down] = [box.width / width, box.height / height];
  const out = new Float32Array(width * height);
  const row = new Float64Array(width);
  for (let y = 0; y < height; y++) {
    row.fill(0);
    const [from, to] = [y * down, (y + 1) * down];
    for (let i = Math.floor(from); i < Math.min(to, box.height); i++) {
      const part = Math.min(i + 1, to) - Math.max(i, from);
      const begin = (box.top + i) * stride + box.left;
      for (let x = 0; x < width; x++)
        row[x] = (row[x] ?? 0) + part * mean(data, begin, x * across, across, box.width);
    }
    for (let x = 0; x < width; x++) out[y * width + x] = (row[x] ?? 0) / down;
  }
  return { width, height, data: out };
}

/** The mean of `length` pixels of a row from `from` on, not always whole ones; none from `end` on. */
function mean(data: Uint8Array, begin: number, from: number, length: number, end: number): number {
  const to = from + length;
  let sum = 0;
  for (let i = Math.floor(from); i < Math.min(to, end); i++)
    sum += (Math.min(i + 1, to) - Math.max(i, from)) * (data[begin + i] ?? 0);
  return sum / length;
}

/** The centre of mass in numbers of pixels; that of nothing is 0. */
function centreOf({ width, height, data }: Grey): { readonly x: number; readonly y: number } {
  let [sum, x, y] = [0, 0, 0];
  for (let i = 0; i < height; i++)
    for (let j = 0; j < width; j++) {
      const mass = data[i * width + j] ?? 0;
      sum += mass;
      x += mass * j;
      y += mass * i;
    }
  return sum > 0 ? { x: x / sum, y: y / sum } : { x: 0, y: 0 };
}

/** Put into 28 x 28 pixels at a place. */
function put({ width, height, data }: Grey, left: number, top: number): Grey {
  const out = new Float32Array(side * side);
  for (let y = 0; y < height; y++)
    out.set(data.subarray(y * width, (y + 1) * width), (top + y) * side + left);
  return { width: side, height: side, data: out };
}
