// Up to 256 colours for pictures of more: the colours are divided where they differ most (the variance-based
// division of Wan, Prusinkiewicz and Wong 1990, https://doi.org/10.1002/col.5080150109), and each part becomes its
// mean. Pictures of few colours and greys keep theirs exactly.
import { at } from '../base/shape.ts';

/** Colours as 0xrrggbb, and how often each occurs. */
export type Histogram = Map<number, number>;

/** Adds the pixels [count, 3] to the histogram. */
export function countColours(histogram: Histogram, pixels: Uint8Array): void {
  for (let i = 0; i + 2 < pixels.length; i += 3) {
    const colour = ((pixels[i] ?? 0) << 16) | ((pixels[i + 1] ?? 0) << 8) | (pixels[i + 2] ?? 0);
    histogram.set(colour, (histogram.get(colour) ?? 0) + 1);
  }
}

/** Most colours a palette holds. */
export const MOST = 256;

/** Colours that stand for those of the histogram, 0xrrggbb, dark to light. */
export function paletteOf(histogram: Histogram): number[] {
  // In a fixed order, so that the same colours give the same palette.
  const all = [...histogram.entries()].sort(([a], [b]) => a - b);
  if (all.length <= MOST) return all.map(([colour]) => colour);
  const parts = [partOf(all)];
  while (parts.length < MOST) {
    let worst = 0;
    parts.forEach(({ error }, i) => {
      if (error > at(parts, worst).error) worst = i;
    });
    const { colours, axis, middle, error } = at(parts, worst);
    if (error === 0) break;
    const low = colours.filter(([colour]) => channel(colour, axis) <= middle);
    const high = colours.filter(([colour]) => channel(colour, axis) > middle);
    parts.splice(worst, 1, partOf(low), partOf(high));
  }
  return [...new Set(parts.map(({ mean }) => mean))].sort((a, b) => a - b);
}

/** For each pixel [count, 3] the place in the palette of the nearest colour. */
export function indexed(pixels: Uint8Array, palette: readonly number[]): Uint8Array {
  const known = new Map(palette.map((colour, i) => [colour, i]));
  return Uint8Array.from({ length: pixels.length / 3 }, (_, i) => {
    const colour = ((pixels[3 * i] ?? 0) << 16) | ((pixels[3 * i + 1] ?? 0) << 8) | (pixels[3 * i + 2] ?? 0);
    let place = known.get(colour);
    if (place === undefined) {
      place = nearest(colour, palette);
      known.set(colour, place);
    }
    return place;
  });
}

const channel = (colour: number, axis: number): number => (colour >> (16 - 8 * axis)) & 255;

function nearest(colour: number, palette: readonly number[]): number {
  const [r, g, b] = [channel(colour, 0), channel(colour, 1), channel(colour, 2)];
  let [best, least] = [0, Infinity];
  for (let i = 0; i < palette.length; i++) {
    const other = palette[i] ?? 0;
    const far = (channel(other, 0) - r) ** 2 + (channel(other, 1) - g) ** 2 + (channel(other, 2) - b) ** 2;
    if (far < least) [best, least] = [i, far];
  }
  return best;
}

/** Colours that will be one, and where they are best divided. */
interface Part {
  readonly colours: readonly (readonly [colour: number, count: number])[];
  readonly mean: number;
  /** Sum of squared distances from the mean. */
  readonly error: number;
  /** The channel that differs most, and its mean: colours up to it, and those beyond, are both there. */
  readonly axis: number;
  readonly middle: number;
}

function partOf(colours: Part['colours']): Part {
  const count = colours.reduce((sum, [, n]) => sum + n, 0);
  const stats = [0, 1, 2].map((axis) => {
    const mean = colours.reduce((sum, [colour, n]) => sum + n * channel(colour, axis), 0) / count;
    const error = colours.reduce((sum, [colour, n]) => sum + n * (channel(colour, axis) - mean) ** 2, 0);
    return { mean, error };
  });
  const errors = stats.map(({ error }) => error);
  const axis = errors.indexOf(Math.max(...errors));
  return {
    colours,
    mean: stats.reduce((colour, { mean }) => colour * 256 + Math.round(mean), 0),
    error: colours.length > 1 ? errors.reduce((sum, error) => sum + error, 0) : 0,
    axis,
    middle: at(stats, axis).mean,
  };
}
