// A table of numbers as coloured squares: confusion matrices with their counts, and maps of how much each pixel
// speaks for or against an answer.
import { check } from '../base/check.ts';
import { range } from '../base/shape.ts';
import { figureText } from './bars.ts';
import { ink, readableOn, shade } from './colours.ts';
import { checkLook, headShapes, words, type PlotLook } from './frame.ts';
import { letteringFor, lineHeight, render, type Format, type Formats, type Shape } from './scene.ts';

export interface HeatMapOptions<F extends Format> extends Omit<PlotLook<F>, 'width' | 'height'> {
  /** Rows of equal length. */
  readonly values: readonly ArrayLike<number>[];
  /** Beside each row, and over each column. */
  readonly rows?: readonly string[];
  readonly columns?: readonly string[];
  /** What the rows and the columns are. */
  readonly y?: string;
  readonly x?: string;
  /** Blue below 0, red above, white between; else light to dark from the least to the largest number. */
  readonly diverging?: boolean;
  /** Writes each number into its square; true if there are at most 20 by 20 and not said. */
  readonly numbers?: boolean;
  /** Colours go by the share of the largest number to this power; 0.5 shows small counts beside large ones. 1 if not said. */
  readonly gamma?: number;
  /** Side of a square; as large as the numbers need if not said. */
  readonly cell?: number;
}

const MARGIN = 12;

/**
 * Draws a table of numbers in colours.
 *
 * @example
 * const svg = await heatMap({ values: [[9, 1], [0, 10]], rows: ['3', '8'], columns: ['3', '8'], format: 'svg' });
 */
export async function heatMap<F extends Format>(options: HeatMapOptions<F>): Promise<Formats[F]> {
  const { values, rows = [], columns = [], x = '', y = '', title = '', format, scale = 2 } = options;
  const wide = checkTable(options);
  checkLook('heatMap', { format, scale });
  const written = options.numbers ?? values.length * wide <= 400;
  const texts = written ? values.map((row) => Array.from(row, figureText)) : [];
  const lettering = await letteringFor([title, x, y, ...rows, ...columns, ...texts.flat()]);
  const { measure } = lettering;
  const widest = Math.max(0, ...texts.flat().map(measure), ...columns.map(measure));
  const cell = options.cell ?? Math.max(written ? 18 : 6, Math.ceil(widest) + (widest > 0 ? 6 : 0));
  const left = MARGIN + (rows.length > 0 ? Math.max(...rows.map(measure)) + 6 : 0);
  const width = Math.max(
    left + cell * wide + MARGIN,
    measure(title) * 1.1 + 2 * MARGIN,
    measure(`${y} ↓`) + 2 * MARGIN,
  );
  const head = headShapes(title, [], width, lettering);
  const labels = y === '' && x === '' ? 0 : lineHeight + 4;
  const top = head.bottom + labels + (columns.length > 0 ? lineHeight + 2 : 0);
  const colour = colouring(options);
  const shapes: Shape[] = [
    ...head.shapes,
    ...(labels > 0 ? [words(axisLabels(y, x), MARGIN, head.bottom + lineHeight / 2, ink.muted)] : []),
    ...columns.map((text, j): Shape => ({
      ...words(text, left + (j + 0.5) * cell, top - 2 - lineHeight / 2, ink.text),
      anchor: 'middle',
    })),
    ...rows.map((text, i): Shape => ({
      ...words(text, left - 6, top + (i + 0.5) * cell, ink.text),
      anchor: 'end',
    })),
    ...values.flatMap((row, i) =>
      range(wide).flatMap((j): Shape[] => {
        const fill = colour(row[j] ?? NaN);
        const [x, y] = [left + j * cell, top + i * cell];
        const square: Shape = { kind: 'box', x, y, width: cell, height: cell, fill };
        const text = texts[i]?.[j];
        if (text === undefined) return [square];
        return [square, { ...words(text, x + cell / 2, y + cell / 2, readableOn(fill)), anchor: 'middle' }];
      }),
    ),
  ];
  const scene = {
    width,
    height: top + cell * values.length + MARGIN,
    title: title || 'heat map',
    ground: ink.ground,
    shapes,
  };
  return render(scene, format, lettering.font, { scale });
}

/** How many columns there are. */
function checkTable({ values, rows, columns, gamma = 1 }: HeatMapOptions<Format>): number {
  const wide = values[0]?.length ?? 0;
  check(
    wide > 0 && values.every((row) => row.length === wide),
    () =>
      `heatMap: needs rows of equal length, got ${values.length === 0 ? 'none' : values.map((row) => row.length).join(', ')}`,
  );
  for (const [name, labels, count] of [
    ['rows', rows, values.length],
    ['columns', columns, wide],
  ] as const)
    check(
      labels === undefined || labels.length === count,
      () => `heatMap: ${name} needs ${count} labels, got ${labels?.length}`,
    );
  check(gamma > 0, () => `heatMap: gamma must be above 0, got ${gamma}`);
  return wide;
}

/** The colour of each number: grey for what is none. */
function colouring({
  values,
  diverging = false,
  gamma = 1,
}: HeatMapOptions<Format>): (value: number) => readonly [number, number, number] {
  let [low, high] = [Infinity, -Infinity];
  for (const row of values)
    for (const value of Array.from(row))
      if (Number.isFinite(value)) {
        low = Math.min(low, value);
        high = Math.max(high, value);
      }
  const largest = Math.max(Math.abs(low), Math.abs(high)) || 1;
  return (value) => {
    if (!Number.isFinite(value)) return ink.axis;
    if (diverging) return shade(Math.sign(value) * (Math.abs(value) / largest) ** gamma, 'signed');
    // Counts start at 0, whatever the least of them is.
    const from = Math.min(0, low);
    return shade(((value - from) / (high - from || 1)) ** gamma, 'amount');
  };
}

/** Arrows say which way: rows go down, columns across. */
const axisLabels = (y: string, x: string): string =>
  [y === '' ? '' : `${y} ↓`, x === '' ? '' : `${x} →`].filter((text) => text !== '').join('   ');
