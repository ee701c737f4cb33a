// Digits written with a pen that no network of ours has learned from, as strokes on a pad: rows of the data set
// `pendigits` after the first 6,000, from EIDOS_PENDIGITS=<file.csv>, where it is at hand.
import { readFileSync } from 'node:fs';
import { readPenDigits } from '../src/data/pen-digits.ts';
import { scatter, strokeOf, type Stroke } from '../src/picture/strokes.ts';

/** Rows that networks may have learned from. */
const learned = 6000;

/** `count` of them, each at a place and of a size of its own; undefined where the file is not at hand. */
export function drawnPenDigits(
  count: number,
): { readonly digit: number; readonly strokes: readonly Stroke[] }[] | undefined {
  const path = process.env['EIDOS_PENDIGITS'];
  if (path === undefined) return undefined;
  const { images, labels, count: rows } = readPenDigits(readFileSync(path), path);
  const every = Math.max(1, Math.floor((rows - learned) / count));
  return Array.from({ length: Math.min(count, rows - learned) }, (_, i) => {
    const row = learned + i * every;
    const strokes = [strokeOf(images.subarray(16 * row, 16 * (row + 1)))];
    return { digit: labels[row] ?? -1, strokes: scatter(strokes, { seed: 1, number: row }) };
  });
}
