// Bars that start at 0: a few named numbers beside each other, in groups if there are several series.
import { check } from '../base/check.ts';
import { at, range } from '../base/shape.ts';
import { axisFor, numberText, type AxisOptions } from './axis.ts';
import { ink, seriesColours } from './colours.ts';
import { framed, words, type PlotLook } from './frame.ts';
import type { Format, Formats, Lettering, Shape } from './scene.ts';
import type { Area } from './frame.ts';

export interface BarSeries {
  /** Stands in the legend. */
  readonly name?: string;
  /** One for each label. */
  readonly values: ArrayLike<number>;
}

export interface BarsOptions<F extends Format> extends PlotLook<F> {
  /** Under each bar, or group of bars. */
  readonly labels: readonly string[];
  readonly series: readonly BarSeries[];
  /** What the labels are. */
  readonly x?: string;
  /** The axis of the values, or what they are; bars start at 0, so it cannot be logarithmic. */
  readonly y?: Omit<AxisOptions, 'log'> | string;
  /** Writes each number over its bar; true if there is room and not said. */
  readonly numbers?: boolean;
}

/**
 * Draws numbers as bars.
 *
 * @example
 * const svg = await bars({ labels: ['greedy', 'genetic'], series: [{ values: [0.93, 0.97] }], format: 'svg' });
 */
export async function bars<F extends Format>(options: BarsOptions<F>): Promise<Formats[F]> {
  const { labels, series, x = '', y = '', numbers } = options;
  check(
    labels.length > 0 && series.length > 0,
    () => `bars: needs labels and series, got ${labels.length} and ${series.length}`,
  );
  series.forEach(({ name, values }, i) => {
    check(
      values.length === labels.length,
      () => `bars: series ${name ?? i} needs ${labels.length} values, got ${values.length}`,
    );
  });
  const all = series.flatMap(({ values }) => Array.from(values));
  const upright = axisFor({ call: 'bars', values: [0, ...all], options: y, count: 5, whole: true });
  const slots = labels.map((text, value) => ({ text, value }));
  const data = (area: Area, { measure }: Lettering): Shape[] => {
    const slot = area.width / labels.length;
    const width = (slot * 0.8) / series.length;
    const texts = series.map(({ values }) => Array.from(values, (value) => figureText(value)));
    const fits = texts.flat().every((text) => measure(text) + 2 <= width);
    const zero = area.top + (1 - upright.place(0)) * area.height;
    return series.flatMap(({ values }, s) =>
      range(labels.length).flatMap((i): Shape[] => {
        const value = values[i] ?? NaN;
        if (!Number.isFinite(value)) return [];
        const end = area.top + (1 - Math.max(0, Math.min(1, upright.place(value)))) * area.height;
        const left = area.left + slot * (i + 0.1) + width * s;
        const bar: Shape = {
          kind: 'box',
          x: left + 0.5,
          y: Math.min(zero, end),
          width: width - 1,
          height: Math.abs(end - zero),
          fill: at(seriesColours, s % seriesColours.length),
        };
        if (!(numbers ?? fits)) return [bar];
        const beyond = end + (value < 0 ? 6 : -6);
        return [bar, { ...words(at(at(texts, s), i), left + width / 2, beyond, ink.text), anchor: 'middle' }];
      }),
    );
  };
  const keys = series.map(({ name = '' }, i) => ({
    name,
    colour: at(seriesColours, i % seriesColours.length),
    square: true,
  }));
  return framed(
    {
      call: 'bars',
      x: { label: x, ticks: slots, place: (i) => (i + 0.5) / labels.length },
      y: upright,
      keys: series.length > 1 ? keys : [],
      texts: ['-0123456789.,e'],
      upright: false,
      data,
    },
    options,
  );
}

/** A number in at most three or so digits: 97.3, 0.934, 12,345. */
export const figureText = (value: number): string => {
  if (Number.isInteger(value)) return numberText(value, 1);
  const digits = Math.max(0, 2 - Math.floor(Math.log10(Math.abs(value))));
  return numberText(value, 10 ** -Math.min(3, digits));
};
