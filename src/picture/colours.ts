// The colours of plots, chosen so that people who see colours in other ways can tell them apart.
import { at } from '../base/shape.ts';
import type { Colour } from './canvas.ts';

/** Text, quieter text, axes, lines behind the data, and what is under it all. */
export const ink = {
  text: [36, 40, 48],
  muted: [96, 100, 110],
  axis: [140, 144, 152],
  grid: [230, 231, 234],
  ground: [255, 255, 255],
} as const satisfies Record<string, Colour>;

/** Of series in turn: Okabe and Ito (2008, https://jfly.uni-koeln.de/color/), without their yellow, which is too light for lines. */
export const seriesColours: readonly Colour[] = [
  [0, 114, 178],
  [213, 94, 0],
  [0, 158, 115],
  [204, 121, 167],
  [230, 159, 0],
  [86, 180, 233],
  [60, 60, 60],
];

/** Light to dark, one hue: for amounts. */
const AMOUNT: readonly Colour[] = [
  [250, 250, 252],
  [190, 214, 236],
  [94, 155, 207],
  [24, 96, 164],
  [8, 48, 107],
];

/** Blue over white to red: for numbers on both sides of 0. Blue and red, unlike green and red, are told apart by all. */
const SIGNED: readonly Colour[] = [
  [5, 48, 97],
  [67, 147, 195],
  [248, 248, 248],
  [214, 96, 77],
  [103, 0, 31],
];

/** The colour of an amount of 0 to 1, or of a signed number of -1 to 1. */
export function shade(value: number, of: 'amount' | 'signed'): Colour {
  const stops = of === 'amount' ? AMOUNT : SIGNED;
  const part = Math.max(0, Math.min(1, of === 'amount' ? value : (value + 1) / 2)) * (stops.length - 1);
  const below = Math.min(stops.length - 2, Math.floor(part));
  const [from, to] = [at(stops, below), at(stops, below + 1)];
  const mix = (c: 0 | 1 | 2): number => Math.round(from[c] + (to[c] - from[c]) * (part - below));
  return [mix(0), mix(1), mix(2)];
}

/** Black or white, whichever is easier to read on the colour (relative luminance of WCAG 2.2). */
export function readableOn(colour: Colour): Colour {
  const linear = (value: number): number => {
    const c = value / 255;
    return c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4;
  };
  const light = 0.2126 * linear(colour[0]) + 0.7152 * linear(colour[1]) + 0.0722 * linear(colour[2]);
  // Contrast with white is 1.05 / (light + 0.05), with black (light + 0.05) / 0.05.
  return (light + 0.05) ** 2 > 1.05 * 0.05 ? [0, 0, 0] : [255, 255, 255];
}
