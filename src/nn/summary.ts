// A model as a table, the way Keras prints it.
import { at } from '../base/shape.ts';
import type { WiredInput, Wiring } from './call-graph.ts';
import type { AnyLayer } from './layer.ts';
import type { Outline } from './outline.ts';
import type { Sizes } from './sizes.ts';

interface Row {
  readonly layer: string;
  readonly shape: string;
  readonly params: number;
  /** Each output that it is given. */
  readonly from: readonly string[];
}

/** How many numbers a model learns, and how many it holds beside them: frozen ones and those carried. */
export function countsOf(
  { learned, carried }: Outline,
  isLearned: (path: string) => boolean,
): { readonly trainable: number; readonly other: number } {
  const sum = (paths: Outline['learned']): number => paths.reduce((n, { size }) => n + size, 0);
  const trainable = sum(learned.filter(({ path }) => isLearned(path)));
  return { trainable, other: sum(learned) + carried - trainable };
}

const printedShape = (shape: Sizes): string =>
  `(${['None', ...shape.map((d) => d ?? 'None')].join(', ')}${shape.length === 0 ? ',' : ''})`;

const printedShapes = (shapes: readonly Sizes[]): string =>
  shapes.length === 1 ? printedShape(at(shapes, 0)) : `[${shapes.map(printedShape).join(', ')}]`;

/** Whether every layer is used once, by the next one only, so that the table need not say what is connected. */
const isChain = ({ calls, layers, outputs, inputs = [] }: Wiring): boolean =>
  inputs.length <= 1 &&
  outputs.length === 1 &&
  calls.length === layers.length &&
  calls.every(({ from }, i) => from.length === 1 && at(from, 0).call === i - 1);

function rowsOf({ wiring }: AnyLayer, { layers }: Outline): Row[] {
  const rows = layers.map(({ name, kind, shapes, params }, i): Row => {
    const uses = wiring?.calls.filter(({ layer }) => layer === i) ?? [];
    return {
      layer: `${name} (${kind})`,
      shape: printedShapes(shapes),
      params,
      from: uses.flatMap(({ from }) => from.map((source) => connection(wiring as Wiring, source))),
    };
  });
  const inputs = [...(wiring?.inputs ?? [])].reverse();
  const put = ({ name, shape, before }: WiredInput): Row[] =>
    rows.splice(before, 0, {
      layer: `${name} (InputLayer)`,
      shape: printedShape(shape),
      params: 0,
      from: ['-'],
    });
  inputs.sort((a, b) => b.before - a.before).forEach(put);
  return rows;
}

/** As Keras writes where a value comes from: the layer, which use of it, which of its outputs. */
function connection({ calls, layers, inputs }: Wiring, { call, output }: Wiring['outputs'][number]): string {
  if (call < 0) return `${inputs?.[output]?.name ?? ''}[0][0]`;
  const { layer } = at(calls, call);
  const use = calls.slice(0, call).filter((other) => other.layer === layer).length;
  return `${at(layers, layer).name}[${use}][${output}]`;
}

const grouped = (n: number): string => n.toLocaleString('en-US');

function bytes(count: number): string {
  let [size, unit] = [count * 4, 0];
  for (; size >= 1024 && unit < 4; unit++) size /= 1024;
  return `${size.toFixed(2)} ${['B', 'KB', 'MB', 'GB', 'TB'][unit]}`;
}

/** Cells with several lines, under heads. */
function table(heads: readonly string[], cells: readonly (readonly string[][])[]): string {
  const widths = [31, 22, 13, 26].slice(0, heads.length).map((least, i) => {
    const lines = cells.flatMap((row) => at(row, i));
    return Math.max(least, at(heads, i).length, ...lines.map((line) => line.length));
  });
  const line = (row: readonly string[], wall: string): string => {
    const padded = row.map((cell, i) =>
      i === 2 ? cell.padStart(at(widths, i)) : cell.padEnd(at(widths, i)),
    );
    return `${wall} ${padded.join(` ${wall} `)} ${wall}`;
  };
  const rule = (left: string, fill: string, cross: string, right: string): string =>
    left + widths.map((w) => fill.repeat(w + 2)).join(cross) + right;
  const high = (row: readonly string[][]): string => {
    const height = Math.max(...row.map((cell) => cell.length));
    return Array.from({ length: height }, (_, i) =>
      line(
        row.map((cell) => cell[i] ?? ''),
        '│',
      ),
    ).join('\n');
  };
  return [
    rule('┏', '━', '┳', '┓'),
    line(heads, '┃'),
    rule('┡', '━', '╇', '┩'),
    cells.map(high).join(`\n${rule('├', '─', '┼', '┤')}\n`),
    rule('└', '─', '┴', '┘'),
  ].join('\n');
}

/** The table as text: layers, what comes out of each, what goes in where that is not plain, and totals. */
export function printed(layer: AnyLayer, outline: Outline, isLearned: (path: string) => boolean): string {
  const plain = !layer.wiring || isChain(layer.wiring);
  const heads = ['Layer (type)', 'Output Shape', 'Param #', ...(plain ? [] : ['Connected to'])];
  const cells = rowsOf(layer, outline).map(({ layer, shape, params, from }) => [
    [layer],
    [shape],
    [grouped(params)],
    ...(plain ? [] : [from.map((one, i) => (i < from.length - 1 ? `${one},` : one))]),
  ]);
  const { trainable, other } = countsOf(outline, isLearned);
  const total = (label: string, n: number): string => ` ${label} params: ${grouped(n)} (${bytes(n)})`;
  return [
    `Model: "${layer.name}"`,
    table(heads, cells),
    total('Total', trainable + other),
    total('Trainable', trainable),
    total('Non-trainable', other),
  ].join('\n');
}
