// Rows of words as lines with columns that stand under each other, where Japanese letters take two places.
import { columnsOf } from './progress.ts';

/** The lines; columns whose number is in `right` end at the same place, the others begin there. */
export function table(rows: readonly (readonly string[])[], right: readonly number[] = []): string[] {
  const columns = Math.max(0, ...rows.map((row) => row.length));
  const widths = Array.from({ length: columns }, (_, i) =>
    Math.max(...rows.map((row) => columnsOf(row[i] ?? ''))),
  );
  return rows.map((row) =>
    widths
      .map((width, i) => {
        const cell = row[i] ?? '';
        const room = ' '.repeat(width - columnsOf(cell));
        return right.includes(i) ? room + cell : cell + room;
      })
      .join('  ')
      .trimEnd(),
  );
}
