// What can be done to a picture so that it no longer looks right, each in a way that generators err too: an eye without
// classes to learn learns to tell these apart (eye.ts). Turning pictures to learn from them: Gidaris et al. 2018,
// https://arxiv.org/abs/1803.07728; the other changes are added for what turning does not ask about: sharpness, colour,
// and whether parts stand where they belong.
import { uniform } from '../../base/rng.ts';
import { at, range, sizeOf, type Shape } from '../../base/shape.ts';

/** A number in [0, 1), another for each `i`. */
type Chance = (i: number) => number;

/** Something done to a picture [H, W, C]. */
interface Change {
  readonly name: string;
  readonly of: (picture: Uint8Array, shape: Shape, chance: Chance) => Uint8Array;
}

/** Each pixel of the new picture from a place of the old one. */
function moved(
  picture: Uint8Array,
  shape: Shape,
  from: (y: number, x: number) => readonly [y: number, x: number],
): Uint8Array {
  const [height, width, channels] = [at(shape, 0), at(shape, 1), at(shape, 2)];
  const out = new Uint8Array(picture.length);
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) {
      const [row, column] = from(y, x);
      const place = (Math.min(height - 1, row) * width + Math.min(width - 1, column)) * channels;
      for (let c = 0; c < channels; c++) out[(y * width + x) * channels + c] = picture[place + c]!;
    }
  return out;
}

/** The mean over a square of 3 pixels a side. */
function smoothed(picture: Uint8Array, shape: Shape): Uint8Array {
  const [height, width, channels] = [at(shape, 0), at(shape, 1), at(shape, 2)];
  const out = new Uint8Array(picture.length);
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++)
      for (let c = 0; c < channels; c++) {
        let [sum, count] = [0, 0];
        for (let v = Math.max(0, y - 1); v <= Math.min(height - 1, y + 1); v++)
          for (let u = Math.max(0, x - 1); u <= Math.min(width - 1, x + 1); u++) {
            sum += picture[(v * width + u) * channels + c]!;
            count++;
          }
        out[(y * width + x) * channels + c] = Math.round(sum / count);
      }
  return out;
}

/** The quarters of a picture in another order than theirs. */
function mixedUp(picture: Uint8Array, shape: Shape, chance: Chance): Uint8Array {
  const [rows, columns] = [Math.floor(at(shape, 0) / 2), Math.floor(at(shape, 1) / 2)];
  const shift = 1 + Math.floor(3 * chance(0));
  return moved(picture, shape, (y, x) => {
    const quarter = (y < rows ? 0 : 2) + (x < columns ? 0 : 1);
    const other = (quarter + shift) % 4;
    return [(other < 2 ? 0 : rows) + (y % rows), (other % 2 === 0 ? 0 : columns) + (x % columns)];
  });
}

/** Red, green and blue in turn; of grey its opposite. */
function recoloured(picture: Uint8Array, shape: Shape, chance: Chance): Uint8Array {
  const channels = at(shape, 2);
  if (channels < 3) return picture.map((x) => 255 - x);
  const by = chance(0) < 0.5 ? 1 : 2;
  return picture.map((_, i) => picture[i - (i % channels) + (((i % channels) + by) % channels)]!);
}

/** What is done, `as it is` first. */
export const changes: readonly Change[] = [
  { name: 'as it is', of: (picture) => picture },
  {
    name: 'upside down',
    of: (picture, shape) => moved(picture, shape, (y, x) => [at(shape, 0) - 1 - y, x]),
  },
  {
    name: 'on its side',
    // Of a picture that is not square a part stays where it was cut off.
    of: (picture, shape) =>
      moved(picture, shape, (y, x) => [Math.min(x, at(shape, 0) - 1), Math.min(y, at(shape, 1) - 1)]),
  },
  { name: 'blurred', of: (picture, shape) => smoothed(picture, shape) },
  {
    name: 'speckled',
    of: (picture, _, chance) =>
      picture.map((x, i) => Math.max(0, Math.min(255, Math.round(x + 60 * (chance(i) + chance(i + picture.length) - 1))))), // prettier-ignore
  },
  { name: 'recoloured', of: recoloured },
  { name: 'mixed up', of: mixedUp },
];

/** Pictures with what was done to each: every change once for each, mirrored at random. */
export function changed(
  { images, count, shape }: { readonly images: Uint8Array; readonly count: number; readonly shape: Shape },
  { seed, most }: { readonly seed: number; readonly most: number },
): { images: Uint8Array; labels: Uint8Array; count: number; shape: Shape } {
  const size = sizeOf(shape);
  const total = Math.max(1, Math.floor(most / changes.length)) * changes.length;
  const all = new Uint8Array(total * size);
  const labels = new Uint8Array(total);
  const width = at(shape, 1);
  for (const i of range(total)) {
    const [which, change] = [Math.floor(i / changes.length), i % changes.length];
    // From the same place on again where there are fewer pictures than places.
    const place = which < count ? which : Math.floor(uniform(seed, 710, 0, which) * count);
    const own = images.subarray(place * size, (place + 1) * size);
    const chance: Chance = (k) => uniform(seed, 711, i, k);
    const mirrored = uniform(seed, 712, 0, i) < 0.5 ? own : moved(own, shape, (y, x) => [y, width - 1 - x]);
    all.set(at(changes, change).of(mirrored, shape, chance), i * size);
    labels[i] = change;
  }
  return { images: all, labels, count: total, shape };
}
