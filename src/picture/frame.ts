// What all plots have round their data: a title, a legend of series, axes with numbers and labels. It says where
// the data go and hands over the shapes round them; the label of the upright axis lies over it, so that no head need
// be turned.
import { check } from '../base/check.ts';
import { at, range } from '../base/shape.ts';
import type { Axis } from './axis.ts';
import type { Colour } from './canvas.ts';
import { ink } from './colours.ts';
import {
  letteringFor,
  lineHeight,
  render,
  type Format,
  type Formats,
  type Lettering,
  type Shape,
} from './scene.ts';

/** What every plot may be told. Lengths are in units of which a capital is seven high. */
export interface PlotLook<F extends Format> {
  /** svg, png, or picture (pixels). */
  readonly format: F;
  /** Stands on top. */
  readonly title?: string;
  /** Of the whole; 420 if not said. */
  readonly width?: number;
  /** Of the whole; 260 if not said. */
  readonly height?: number;
  /** Pixels to a unit, a whole number; 2 if not said. */
  readonly scale?: number;
}

/** What stands in the legend for a series. */
export interface Key {
  readonly name: string;
  readonly colour: Colour;
  readonly dashes?: readonly [number, number] | undefined;
  /** A square, as bars are, and not a line. */
  readonly square?: boolean;
}

/** Where the data go. */
export interface Area {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

/** What is drawn. */
export interface Plotted {
  readonly call: string;
  readonly x: Pick<Axis, 'label' | 'ticks' | 'place'>;
  readonly y: Axis;
  readonly keys: readonly Key[];
  /** Words the data will need. */
  readonly texts?: readonly string[];
  /** Lines behind the data at the numbers of x too. */
  readonly upright: boolean;
  readonly data: (area: Area, lettering: Lettering) => readonly Shape[];
}

const MARGIN = 12;

/** The whole plot in its format. */
export async function framed<F extends Format>(
  { call, x, y, keys, texts = [], upright, data }: Plotted,
  { format, title = '', width = 420, height = 260, scale = 2 }: PlotLook<F>,
): Promise<Formats[F]> {
  checkLook(call, { format, width, height, scale });
  const ticks = [...x.ticks, ...y.ticks].map(({ text }) => text);
  const lettering = await letteringFor([
    title,
    x.label,
    y.label,
    ...keys.map(({ name }) => name),
    ...ticks,
    ...texts,
  ]);
  const { measure } = lettering;
  const heading = headShapes(title, keys, width, lettering);
  const left = MARGIN + Math.max(0, ...y.ticks.map(({ text }) => measure(text))) + 6;
  // The last number of x may stick out.
  const last = x.ticks.at(-1);
  const right = MARGIN + (last ? Math.max(0, measure(last.text) / 2 - 4) : 0);
  const top = heading.bottom + (y.label === '' ? 4 : lineHeight + 6);
  const bottom = MARGIN + lineHeight + (x.label === '' ? 0 : lineHeight + 3);
  const area: Area = { left, top, width: width - left - right, height: height - top - bottom };
  check(
    area.width >= 40 && area.height >= 40,
    () =>
      `${call}: ${width} x ${height} leaves ${Math.floor(area.width)} x ${Math.floor(area.height)} for the data; make it larger`,
  );
  const shapes = [
    ...heading.shapes,
    ...axisShapes(x, y, area, upright),
    ...(y.label === '' ? [] : [words(y.label, MARGIN, top - 6 - lineHeight / 2, ink.muted)]),
    ...(x.label === ''
      ? []
      : [
          {
            ...words(x.label, area.left + area.width / 2, height - MARGIN - lineHeight / 2 + 2, ink.muted),
            anchor: 'middle' as const,
          },
        ]),
    ...data(area, lettering),
  ];
  const scene = {
    width,
    height,
    title: title || `${y.label} ${x.label}`.trim() || call,
    ground: ink.ground,
    shapes,
  };
  return render(scene, format, lettering.font, { scale });
}

/** Checks the format and the sizes of a plot. */
export function checkLook(
  call: string,
  { format, ...sizes }: { readonly format: string } & Readonly<Record<string, number | string>>,
): void {
  const formats = ['svg', 'png', 'picture'];
  check(
    formats.includes(format),
    () => `${call}: format must be one of ${formats.join(', ')}, got ${JSON.stringify(format)}`,
  );
  checkWhole(call, sizes);
}

/** Checks sizes by name. */
export function checkWhole(call: string, sizes: Readonly<Record<string, number | string>>): void {
  for (const [name, size] of Object.entries(sizes))
    check(
      Number.isInteger(size) && Number(size) >= 1,
      () => `${call}: ${name} must be a whole number from 1, got ${size}`,
    );
}

/** Text that starts at x, its middle at y. */
export const words = (
  text: string,
  x: number,
  y: number,
  colour: Colour,
): Extract<Shape, { kind: 'text' }> => ({
  kind: 'text',
  text,
  x,
  y,
  colour,
});

/** Title and legend, and where they end. */
export function headShapes(
  title: string,
  keys: readonly Key[],
  width: number,
  { measure }: Lettering,
): { readonly shapes: readonly Shape[]; readonly bottom: number } {
  const shapes: Shape[] = [];
  let bottom = MARGIN;
  if (title !== '') {
    shapes.push({ ...words(title, MARGIN, bottom + lineHeight / 2, ink.text), bold: true });
    bottom += lineHeight + 5;
  }
  if (keys.length === 0) return { shapes, bottom };
  let x = MARGIN;
  for (const { name, colour, dashes, square = false } of keys) {
    const mark = square ? 7 : 18;
    const needs = mark + 5 + measure(name);
    if (x > MARGIN && x + needs > width - MARGIN) {
      x = MARGIN;
      bottom += lineHeight + 2;
    }
    const y = bottom + lineHeight / 2;
    shapes.push(
      square
        ? { kind: 'box', x, y: y - 3.5, width: 7, height: 7, fill: colour }
        : { kind: 'line', points: [[x, y], [x + mark, y]], colour, width: 2, ...(dashes && { dashes }) }, // prettier-ignore
      words(name, x + mark + 5, y, ink.text),
    );
    x += needs + 14;
  }
  return { shapes, bottom: bottom + lineHeight + 5 };
}

function axisShapes(x: Plotted['x'], y: Axis, { left, top, width, height }: Area, upright: boolean): Shape[] {
  const rule = (
    points: readonly [readonly [number, number], readonly [number, number]],
    colour: Colour,
  ): Shape => ({
    kind: 'line',
    points,
    colour,
    width: 0.5,
  });
  const half = (value: number): number => Math.round(value * 2) / 2 + 0.25;
  const across = x.ticks.map(({ value }) => half(left + x.place(value) * width));
  const down = y.ticks.map(({ value }) => half(top + (1 - y.place(value)) * height));
  const foot = half(top + height);
  return [
    ...down.map((at) => rule([[left, at], [left + width, at]], ink.grid)), // prettier-ignore
    ...(upright ? across.map((at) => rule([[at, top], [at, foot]], ink.grid)) : []), // prettier-ignore
    rule([[left, foot], [left + width, foot]], ink.axis), // prettier-ignore
    ...y.ticks.map(({ text }, i): Shape => ({
      ...words(text, left - 5, at(down, i), ink.muted),
      anchor: 'end',
    })),
    ...range(across.length).map((i): Shape => {
      const { text } = at(x.ticks, i);
      return {
        ...words(text, at(across, i), top + height + 3 + lineHeight / 2, ink.muted),
        anchor: 'middle',
      };
    }),
  ];
}
