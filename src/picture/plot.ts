// Lines over axes: losses by epoch, accuracy by how much a picture is disturbed, scores by how often was asked. Points
// that are no numbers, or have no place on a logarithmic axis, leave gaps.
import { check } from '../base/check.ts';
import { at, range } from '../base/shape.ts';
import { axisFor, type Axis, type AxisOptions } from './axis.ts';
import { seriesColours } from './colours.ts';
import { framed, type Area, type Key, type PlotLook } from './frame.ts';
import type { Format, Formats, Point, Shape } from './scene.ts';

/** Numbers that are one line. */
export interface Series {
  /** Stands in the legend. */
  readonly name?: string;
  readonly y: ArrayLike<number>;
  /** As many as y; 1, 2, 3, ... if not given. */
  readonly x?: ArrayLike<number>;
}

export interface PlotOptions<F extends Format> extends PlotLook<F> {
  readonly series: readonly Series[];
  /** The axes, or what they are called. */
  readonly x?: AxisOptions | string;
  readonly y?: AxisOptions | string;
}

/** Series of more points than this are lines without dots. */
const DOTS = 40;

/**
 * Draws series of numbers as lines.
 *
 * @example
 * const svg = await plot({ series: [{ name: 'loss', y: [2.1, 0.9, 0.4] }], x: 'epoch', format: 'svg' });
 */
export async function plot<F extends Format>(options: PlotOptions<F>): Promise<Formats[F]> {
  const { series, x = '', y = '' } = options;
  checkSeries(series);
  const lines = series.map(({ x, y }) =>
    range(y.length).map((i): Point => [x ? (x[i] ?? NaN) : i + 1, y[i] ?? NaN]),
  );
  const counting = series.every(({ x }) => !x) || lines.flat().every(([x]) => Number.isInteger(x));
  const longest = Math.max(...lines.map((line) => line.length));
  const across = axisFor({
    call: 'plot',
    values: lines.flat().map(([x]) => x),
    options: x,
    // Epochs have no halves.
    count: counting ? Math.max(1, Math.min(7, longest - 1)) : 7,
    whole: false,
  });
  const upright = axisFor({
    call: 'plot',
    values: lines.flat().map(([, y]) => y),
    options: y,
    count: 5,
    whole: true,
  });
  const keys = series.map(({ name = '' }, i): Key => ({ name, ...looksOf(i) }));
  return framed(
    {
      call: 'plot',
      x: across,
      y: upright,
      keys: series.length > 1 || keys.some(({ name }) => name !== '') ? keys : [],
      upright: true,
      data: (area) => lines.flatMap((line, i) => drawLine(line, { across, upright, area }, at(keys, i))),
    },
    options,
  );
}

/** Colours in turn; when all have been used, with dashes. */
function looksOf(i: number): Pick<Key, 'colour' | 'dashes'> {
  const round = Math.floor(i / seriesColours.length);
  return {
    colour: at(seriesColours, i % seriesColours.length),
    dashes: round === 0 ? undefined : [3 + 3 * round, 3],
  };
}

function checkSeries(series: readonly Series[]): void {
  check(series.length > 0, () => 'plot: needs at least 1 series, got 0');
  series.forEach(({ name, x, y }, i) =>
    check(
      x === undefined || x.length === y.length,
      () => `plot: series ${name ?? i} needs as many x as y, got ${x?.length} and ${y.length}`,
    ),
  );
}

interface Place {
  readonly across: Axis;
  readonly upright: Axis;
  readonly area: Area;
}

/** The runs of points that have a place, each a line; a run of one point is a dot. */
function drawLine(
  line: readonly Point[],
  { across, upright, area }: Place,
  { colour, dashes }: Key,
): Shape[] {
  const runs: Point[][] = [[]];
  for (const [x, y] of line) {
    const point: Point = [across.place(x), upright.place(y)];
    // What lies outside the axes asked for ends the line there.
    const inside = point.every((part) => part >= -1e-9 && part <= 1 + 1e-9);
    if (inside)
      runs.at(-1)?.push([area.left + point[0] * area.width, area.top + (1 - point[1]) * area.height]);
    else if (runs.at(-1)?.length !== 0) runs.push([]);
  }
  return runs
    .filter((run) => run.length > 0)
    .flatMap((points): Shape[] => [
      ...(points.length > 1
        ? [{ kind: 'line' as const, points, colour, width: 1.5, ...(dashes && { dashes }) }]
        : []),
      ...(points.length === 1 || line.length <= DOTS
        ? points.map((at): Shape => ({ kind: 'dot', at, radius: 2, colour }))
        : []),
    ]);
}
