// The training example that is nearest to an idea: whether a search found what a model has seen, or something of its
// own. Every example is compared; that is half a second for sixty thousand digits.
import { check } from '../base/check.ts';
import { sizeOf } from '../base/shape.ts';
import type { Split } from '../data/split.ts';
import type { Image } from './method.ts';

/** An example and how far away it is. */
export interface Near {
  /** Its number among the examples, from 0. */
  readonly index: number;
  readonly label: number;
  /** Euclidean, pixels in [0, 1]. */
  readonly distance: number;
}

/** The nearest example to each picture of pixels in [0, 1]; the first of several that are equally near. */
export function nearestOf(
  pictures: readonly Image[],
  { images, labels, count, shape }: Split,
): readonly Near[] {
  const size = sizeOf(shape);
  return pictures.map((picture) => {
    check(
      picture.length === size,
      () => `nearestOf: examples have ${size} pixels, got a picture of ${picture.length}`,
    );
    const levels = picture.map((x) => Math.round(255 * x));
    let [index, least] = [0, Infinity];
    for (let i = 0; i < count; i++) {
      let sum = 0;
      for (let k = 0, from = i * size; k < size && sum < least; k++) {
        const d = levels[k]! - images[from + k]!;
        sum += d * d;
      }
      if (sum < least) [index, least] = [i, sum];
    }
    return { index, label: labels[index] ?? 0, distance: Math.sqrt(least) / 255 };
  });
}
