// Filling what is missing: numbers are found whose picture agrees with what is there, and their picture is put into the
// hole. Several fillings are given, for there is seldom one answer.
import { check } from '../base/check.ts';
import { at, sizeOf } from '../base/shape.ts';
import { blend } from './blend.ts';
import { findLatents, type FindOptions, type Found } from './find.ts';
import type { Painter } from './painter.ts';

/** A hole filled. */
export interface Filling extends Found {
  /** The picture with the hole filled and the seam blended: bytes [H, W, C]. */
  readonly filled: Uint8Array;
}

/** How a hole is filled. */
export interface InpaintOptions extends Omit<FindOptions, 'weights' | 'labels' | 'starts'> {
  /** The class to fill with; else all are tried. */
  readonly label?: number | undefined;
  /** How far from the hole a pixel counts half as much as beside it, in pixels; 0 counts all alike. */
  readonly near?: number;
}

/**
 * How much each pixel says about a hole: nothing inside; outside, what lies near says more. 2^(-distance / near), the
 * distance being that in steps to one of eight neighbours.
 */
export function weightsRound(
  hole: ArrayLike<number>,
  [height, width]: readonly [number, number],
  near: number,
): Float32Array {
  let edge: number[] = [];
  const far = new Int32Array(height * width).fill(-1);
  for (let i = 0; i < far.length; i++)
    if (hole[i]! > 0) {
      far[i] = 0;
      edge.push(i);
    }
  for (let d = 1; edge.length > 0; d++) {
    const next: number[] = [];
    for (const i of edge)
      for (let y = -1; y <= 1; y++)
        for (let x = -1; x <= 1; x++) {
          const [row, column] = [Math.floor(i / width) + y, (i % width) + x];
          if (row < 0 || row >= height || column < 0 || column >= width) continue;
          const j = row * width + column;
          if (far[j] !== -1) continue;
          far[j] = d;
          next.push(j);
        }
    edge = next;
  }
  return Float32Array.from(far, (d) => (d === 0 ? 0 : near > 0 && d > 0 ? 2 ** ((1 - d) / near) : 1));
}

/**
 * Fills the hole in a picture with what the generator would draw there; the best fillings first.
 *
 * Shapes: picture bytes [H, W, C]; hole [H, W], above 0 where something is to be filled in.
 */
export async function inpaint(
  painter: Painter,
  picture: Uint8Array,
  hole: ArrayLike<number>,
  { label, near = 8, keep = 5, ...options }: InpaintOptions = {},
): Promise<readonly Filling[]> {
  const { shape } = painter;
  const [height, width] = [at(shape, 0), at(shape, 1)];
  check(
    hole.length === height * width,
    () => `inpaint: the hole needs a number for each of ${height} x ${width} pixels, got ${hole.length}`,
  );
  const holes = Array.from(hole).filter((x) => x > 0).length;
  check(
    holes > 0 && holes < hole.length,
    () => `inpaint: the hole must be a part of the picture, got ${holes} of ${hole.length} pixels`,
  );
  check(
    picture.length === sizeOf(shape),
    () => `inpaint: the picture needs ${sizeOf(shape)} numbers, got ${picture.length}`,
  );
  const [found = []] = await findLatents(
    painter,
    { images: picture, count: 1 },
    {
      restarts: Math.max(16, keep),
      ...options,
      keep,
      weights: weightsRound(hole, [height, width], near),
      ...(label !== undefined && { labels: [label] }),
    },
  );
  return found.map((one) => ({ ...one, filled: blend(picture, one.image, hole, shape) }));
}
