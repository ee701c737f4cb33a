// Metrics as text: one line of JSON for each time something was measured, appended and never changed, so that a
// crash can tear the last line at most. Also as a table in CSV, and as curves to plot.
import type { MetricsLine } from './record.ts';

/** A line with its end; numbers that JSON has no word for (NaN, Infinity) are written as null. */
export const lineOf = (line: MetricsLine): string =>
  `${JSON.stringify(line, (_, x: unknown) => (Object.is(x, -0) ? 0 : x))}\n`;

/** The whole lines of metrics.jsonl, the bytes they take, and whether a torn one follows. */
export function linesFrom(text: string): { readonly lines: readonly MetricsLine[]; readonly torn: boolean } {
  const rows = text.split('\n');
  const torn = rows.pop() !== '';
  const lines: MetricsLine[] = [];
  for (const row of rows) {
    const line = objectFrom(row);
    if (!line) return { lines, torn: true };
    lines.push(line);
  }
  return { lines, torn };
}

function objectFrom(row: string): MetricsLine | undefined {
  try {
    const line: unknown = JSON.parse(row);
    return typeof line === 'object' && line && !Array.isArray(line) ? (line as MetricsLine) : undefined;
  } catch {
    return undefined;
  }
}

/** The lines as a table (RFC 4180): a column for every name in the order they first appear. */
export function metricsCsv(lines: readonly MetricsLine[]): string {
  const columns = [...new Set(lines.flatMap((line) => Object.keys(line)))];
  const cell = (x: MetricsLine[string] | undefined): string => {
    const text = x === undefined || x === null ? '' : String(x);
    return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
  };
  return [columns.map(cell), ...lines.map((line) => columns.map((name) => cell(line[name])))]
    .map((row) => `${row.join(',')}\r\n`)
    .join('');
}

/** One metric over the steps. */
export interface Curve {
  readonly name: string;
  readonly x: readonly number[];
  /** NaN where the number was not finite. */
  readonly y: readonly number[];
}

/** Every number in the lines over `x`; lines without an `x` are left out. */
export function curvesOf(lines: readonly MetricsLine[], x = 'step'): readonly Curve[] {
  const curves = new Map<string, { x: number[]; y: number[] }>();
  for (const line of lines) {
    const at = line[x];
    if (typeof at !== 'number') continue;
    for (const [name, value] of Object.entries(line)) {
      if (name === x || !(typeof value === 'number' || value === null)) continue;
      const curve = curves.get(name) ?? { x: [], y: [] };
      curves.set(name, curve);
      curve.x.push(at);
      curve.y.push(value ?? NaN);
    }
  }
  return [...curves].map(([name, curve]) => ({ name, ...curve }));
}

/** The numbers of a line. */
export const numbersIn = (line: MetricsLine | undefined): Record<string, number> =>
  Object.fromEntries(Object.entries(line ?? {}).flatMap(([k, x]) => (typeof x === 'number' ? [[k, x]] : [])));

/** Numbers as run.json can hold them: those that are none are left out. */
export const finite = (figures: Readonly<Record<string, number>>): Record<string, number> =>
  Object.fromEntries(Object.entries(figures).filter(([, x]) => Number.isFinite(x)));
