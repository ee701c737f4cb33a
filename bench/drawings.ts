// Drawings made of the digits that people wrote with a pen: as a pad's brush would draw them, and prepared for a
// network. What is learned from and what is tested with are told apart by rows, here and nowhere else.
import { readFileSync } from 'node:fs';
import { uniform } from '../src/base/rng.ts';
import { readPenDigits, type Split } from '../src/index.ts';
import { prepare, type Preparation } from '../src/picture/prepare.ts';
import { drawStrokes, scatter, strokeOf, type Scattering } from '../src/picture/strokes.ts';

/** Rows up to this one may be learned from, those after it are for testing only. */
const learned = 6000;

/** The rows of a file of UCI's form to learn from, and those to test with. */
export function penDigits(path: string): { readonly train: Split; readonly test: Split } {
  const all = readPenDigits(readFileSync(path), path);
  const rows = (from: number, to: number): Split => ({
    images: all.images.subarray(16 * from, 16 * to),
    labels: all.labels.subarray(from, to),
    count: to - from,
    shape: all.shape,
  });
  return { train: rows(0, learned), test: rows(learned, all.count) };
}

/** Each row drawn once, moved and scaled at random, and prepared: pictures [28, 28, 1]. */
export const drawn = (rows: Split, by: Preparation, seed: number): Split =>
  drawings(rows, rows.count, by, (number) => ({ seed, number }));

/** As a network should learn from them: each row drawn again and again, with other brushes, narrower, turned and leaning. */
export const drawnToLearn = (rows: Split, times: number, by: Preparation, seed: number): Split =>
  drawings(rows, times * rows.count, by, (number) => ({
    seed,
    number,
    // A third of the pad's size, which is a ninth of the work and hardly another picture.
    side: 140,
    brush: (40 / 3) * (0.6 + 0.7 * uniform(seed, 9, number, 0)),
    size: [0.35, 0.8],
    narrowing: 0.4,
    turn: 12,
    slant: 0.2,
  }));

function drawings(
  { images, labels, count: rows }: Split,
  count: number,
  by: Preparation,
  scattering: (number: number) => Scattering & { readonly seed: number; readonly number: number },
): Split {
  const pictures = new Uint8Array(count * 784);
  for (let i = 0; i < count; i++) {
    const from = 16 * (i % rows);
    const options = scattering(i);
    const strokes = scatter([strokeOf(images.subarray(from, from + 16))], options);
    pictures.set(prepare(drawStrokes(strokes, options), by).data, i * 784);
  }
  return {
    images: pictures,
    labels: Uint8Array.from({ length: count }, (_, i) => labels[i % rows] ?? 0),
    count,
    shape: [28, 28, 1],
  };
}
