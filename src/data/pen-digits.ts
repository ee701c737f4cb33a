// Digits written with a pen: eight points of the way it went, x and y from 0 to 100, y upwards, in writing order,
// and the digit. They are strokes, not pictures; who wants pictures draws them.
// Source: E. Alpaydin, F. Alimoglu, "Pen-Based Recognition of Handwritten Digits", UCI Machine Learning Repository,
// 1998, https://doi.org/10.24432/C5MG6K
import { check } from '../base/check.ts';
import { readCsv } from './csv.ts';
import type { Split } from './split.ts';

const points = 8;

/**
 * Strokes and their digits from a file of UCI's form: sixteen numbers x1, y1, ..., x8, y8 and the digit on each line.
 * Each stroke is an "image" [8 points, 2, 1]: x and y, 0 to 100. `name` is what errors call the file.
 */
export function readPenDigits(bytes: Uint8Array, name: string): Split {
  const { x, count, columns } = readCsv(bytes, name, { header: false });
  const call = `readPenDigits(${name})`;
  const width = 2 * points + 1;
  check(
    columns.length === width,
    () =>
      `${call}: needs ${width} numbers on a line (x and y of ${points} points, the digit), got ${columns.length}`,
  );
  const images = new Uint8Array(count * 2 * points);
  const labels = new Uint8Array(count);
  for (let row = 0; row < count; row++)
    for (let column = 0; column < width; column++) {
      const value = x[row * width + column] ?? NaN;
      const most = column < 2 * points ? 100 : 9;
      check(
        Number.isInteger(value) && value >= 0 && value <= most,
        () =>
          `${call}: needs a whole number of 0 to ${most} in row ${row + 1}, column ${column + 1}, got ${value}`,
      );
      if (column < 2 * points) images[row * 2 * points + column] = value;
      else labels[row] = value;
    }
  return { images, labels, count, shape: [points, 2, 1] };
}
