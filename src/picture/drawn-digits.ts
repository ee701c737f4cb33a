// Digits that people wrote with a pen, as pictures for a network: drawn with a pad's brush, put on the pad at random,
// and prepared. One way is for testing, as a pad would show them; the other, for learning, changes more of them.
import { uniform } from '../base/rng.ts';
import type { Split } from '../data/split.ts';
import { prepare, type Preparation } from './prepare.ts';
import { drawStrokes, scatter, strokeOf, type Scattering } from './strokes.ts';

/** How rows become pictures. */
export interface DrawnOptions {
  readonly preparation?: Preparation;
  /** Of places and sizes; the same seed gives the same pictures. */
  readonly seed?: number;
}

/** Each row drawn once, moved and scaled at random. Shapes: strokes [N, 8, 2, 1] -> pictures [N, 28, 28, 1]. */
export const drawnDigits = (rows: Split, options: DrawnOptions = {}): Split =>
  drawings(rows, rows.count, options, () => ({}));

/**
 * Each row drawn so many times, with other brushes, narrower, turned and leaning, so that there is more to learn from.
 * Shapes: strokes [N, 8, 2, 1] -> pictures [times N, 28, 28, 1].
 */
export function drawnToLearn(rows: Split, times: number, options: DrawnOptions = {}): Split {
  const { seed = 1 } = options;
  return drawings(rows, times * rows.count, options, (number) => ({
    // A third of the pad's size, which is a ninth of the work and hardly another picture.
    side: 140,
    brush: (40 / 3) * (0.6 + 0.7 * uniform(seed, 9, number, 0)),
    size: [0.35, 0.8],
    narrowing: 0.4,
    turn: 12,
    slant: 0.2,
  }));
}

function drawings(
  { images, labels, count: rows }: Split,
  count: number,
  { preparation, seed = 1 }: DrawnOptions,
  scattering: (number: number) => Scattering,
): Split {
  const pictures = new Uint8Array(count * 784);
  for (let number = 0; number < count; number++) {
    const from = 16 * (number % rows);
    const options = { ...scattering(number), seed, number };
    const strokes = scatter([strokeOf(images.subarray(from, from + 16))], options);
    pictures.set(prepare(drawStrokes(strokes, options), preparation).data, number * 784);
  }
  return {
    images: pictures,
    labels: Uint8Array.from({ length: count }, (_, i) => labels[i % rows] ?? 0),
    count,
    shape: [28, 28, 1],
  };
}
