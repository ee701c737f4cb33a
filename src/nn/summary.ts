// A model as a table, the way Keras prints it.
import type { Shape } from '../base/shape.ts';
import type { Built } from './layer.ts';
import { countOf } from './memory.ts';

/** What a model is made of, as plain data. */
export interface Summary {
  readonly rows: readonly { readonly layer: string; readonly shape: Shape; readonly params: number }[];
  readonly trainable: number;
  readonly other: number;
}

/** The layers of a built model, and how many numbers each holds. */
export function summaryOf(name: string, kind: string, built: Built): Summary {
  const parts = built.parts ?? [{ name, kind, built }];
  const rows = parts.map((part) => {
    const { trainable, other } = countOf(part.built);
    return { layer: `${part.name} (${part.kind})`, shape: part.built.shape, params: trainable + other };
  });
  return { rows, ...countOf(built) };
}

const grouped = (n: number): string => n.toLocaleString('en-US');

function bytes(count: number): string {
  let [size, unit] = [count * 4, 0];
  for (; size >= 1024 && unit < 4; unit++) size /= 1024;
  return `${size.toFixed(2)} ${['B', 'KB', 'MB', 'GB', 'TB'][unit]}`;
}

/** The table as text: layers, what comes out of each, and totals. */
export function printed(title: string, { rows, trainable, other }: Summary): string {
  const cells = rows.map((r) => [r.layer, `(None, ${r.shape.join(', ')})`, grouped(r.params)]);
  const heads = ['Layer (type)', 'Output Shape', 'Param #'];
  const widths = [31, 22, 13].map((least, i) =>
    Math.max(least, ...[heads, ...cells].map((row) => row[i]?.length ?? 0)),
  );
  const line = (row: readonly string[], wall: string): string => {
    const padded = row.map((cell, i) =>
      i === 2 ? cell.padStart(widths[i] ?? 0) : cell.padEnd(widths[i] ?? 0),
    );
    return `${wall} ${padded.join(` ${wall} `)} ${wall}`;
  };
  const rule = (left: string, fill: string, cross: string, right: string): string =>
    left + widths.map((w) => fill.repeat(w + 2)).join(cross) + right;
  const body = cells.map((row) => line(row, '│')).join(`\n${rule('├', '─', '┼', '┤')}\n`);
  const total = (label: string, n: number): string => ` ${label} params: ${grouped(n)} (${bytes(n)})`;
  return [
    `Model: "${title}"`,
    rule('┏', '━', '┳', '┓'),
    line(heads, '┃'),
    rule('┡', '━', '╇', '┩'),
    body,
    rule('└', '─', '┴', '┘'),
    total('Total', trainable + other),
    total('Trainable', trainable),
    total('Non-trainable', other),
  ].join('\n');
}
