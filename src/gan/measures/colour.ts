// How far the colours of two sets of pictures are apart, wherever they stand in the pictures.
import { sizeOf } from '../../base/shape.ts';
import type { Pictures } from './eye.ts';

/** What is compared of a pixel: red, green, blue, and how red it is beside green and green beside blue. */
const looks: readonly ((r: number, g: number, b: number) => number)[] = [
  (r) => r,
  (_, g) => g,
  (_, __, b) => b,
  (r, g) => r - g,
  (_, g, b) => g - b,
];

/** Levels from -255 to 255. */
const levels = 511;

/** Shares of pixels at each level, of each look. */
function histograms({ images, count, shape }: Pictures): Float64Array[] {
  const pixels = (count * sizeOf(shape)) / 3;
  const all = looks.map(() => new Float64Array(levels));
  for (let i = 0; i < 3 * pixels; i += 3)
    looks.forEach((of, k) => (all[k]![255 + of(images[i]!, images[i + 1]!, images[i + 2]!)]! += 1 / pixels));
  return all;
}

/**
 * How many levels (of 255) a pixel's colour must be moved on average for the pixels of one set to become those of the other:
 * the earth mover's distance, exact in one dimension (the area between the cumulated shares), in the mean over red,
 * green, blue, red less green, green less blue. 0 for equal colours. Pictures [H, W, 3].
 */
export function colourDistance(a: Pictures, b: Pictures): number {
  const [p, q] = [histograms(a), histograms(b)];
  const areas = looks.map((_, k) => {
    let [below, area] = [0, 0];
    for (let level = 0; level < levels; level++) {
      below += p[k]![level]! - q[k]![level]!;
      area += Math.abs(below);
    }
    return area;
  });
  return areas.reduce((sum, x) => sum + x, 0) / areas.length;
}
