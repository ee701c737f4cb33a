// The training pictures nearest to generated ones: whether a generator draws what it learned by heart. By pixels, on the
// device, for any number of both.
import { sizeOf } from '../../base/shape.ts';
import type { Device } from '../../device/device.ts';
import type { Pictures } from './eye.ts';
import { middleOf } from './likeness.ts';
import { products, shifted, squaresOf, type Features } from './features.ts';

/** A picture and how far away it is. */
export interface Neighbour {
  /** Its number among those searched. */
  readonly index: number;
  /** Euclidean, pixels in [0, 1]. */
  readonly distance: number;
}

const pixelsOf = ({ images, count, shape }: Pictures): Features => ({
  data: Float32Array.from(images, (x) => x / 255),
  count,
  size: sizeOf(shape),
});

/** For each picture the nearest of those that are known; the first of several that are equally near. */
export async function nearestTo(
  device: Device,
  pictures: Pictures,
  known: Pictures,
  signal?: AbortSignal,
): Promise<readonly Neighbour[]> {
  const all = pixelsOf(known);
  const middle = middleOf(all);
  const [a, b] = [shifted(pixelsOf(pictures), middle), shifted(all, middle)];
  const [own, others] = [squaresOf(a), squaresOf(b)];
  const found: Neighbour[] = [];
  await products(
    device,
    a,
    b,
    (i, list, from) => {
      let [index, least] = [0, Infinity];
      for (let j = 0; j < b.count; j++) {
        const d = others[j]! - 2 * list[from + j]!;
        if (d < least) [index, least] = [j, d];
      }
      found.push({ index, distance: Math.sqrt(Math.max(0, own[i]! + least)) });
    },
    signal,
  );
  return found;
}
