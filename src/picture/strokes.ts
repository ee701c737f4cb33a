// Drawings as a pen makes them: strokes of points, drawn with a round brush, white on black, as the pad of a page does.
// What the pen covers is reckoned, not looked up from a browser, so that a drawing is the same bytes everywhere.
// What a network is given of a drawing is prepare.ts's business.
import { check } from '../base/check.ts';
import { uniform } from '../base/rng.ts';
import { at } from '../base/shape.ts';
import type { Picture } from './png.ts';

/** A place on the pad in pixels: to the right and down from its top left corner. */
export type Point = readonly [x: number, y: number];

/** The way of the pen from where it is put down to where it is lifted. */
export type Stroke = readonly Point[];

/** A pad and its brush. */
export interface Pad {
  /** Pixels of a side. */
  readonly side?: number;
  /** How wide the brush is, in pixels. */
  readonly brush?: number;
}

/** kaityo256's, https://github.com/kaityo256/mnist_check: 420 x 420 pixels, a round brush of 40. */
const usual = { side: 420, brush: 40 } as const;

/** A pad that can be drawn on. */
function padOf(call: string, { side = usual.side, brush = usual.brush }: Pad): Required<Pad> {
  check(
    Number.isInteger(side) && side > 0 && brush > 0 && brush < side,
    () =>
      `${call}: needs a side of whole pixels and a brush narrower than that, got a side of ${side} and a brush of ${brush}`,
  );
  return { side, brush };
}

/**
 * The strokes as a grey picture [side, side, 1], 0 (black) to 255 where the brush was: lines between points, round
 * where they end and bend, antialiased over one pixel. A stroke of one point is a dot.
 */
export function drawStrokes(strokes: readonly Stroke[], pad: Pad = {}): Picture {
  const { side, brush } = padOf('drawStrokes', pad);
  const data = new Uint8Array(side * side);
  for (const stroke of strokes)
    stroke.forEach((from, i) => {
      if (i + 1 < stroke.length || stroke.length === 1)
        line(data, side, [from, stroke[i + 1] ?? from], brush / 2);
    });
  return { width: side, height: side, channels: 1, data };
}

/** Raises pixels to what the brush covers of them on its way along one line. */
function line(
  data: Uint8Array,
  side: number,
  [[ax, ay], [bx, by]]: readonly [Point, Point],
  radius: number,
): void {
  const [dx, dy] = [bx - ax, by - ay];
  const length2 = dx * dx + dy * dy;
  const reach = radius + 0.5;
  const [whole, none] = [Math.max(0, radius - 0.5) ** 2, reach ** 2];
  const low = (a: number, b: number): number => Math.max(0, Math.floor(Math.min(a, b) - reach));
  const high = (a: number, b: number): number => Math.min(side - 1, Math.ceil(Math.max(a, b) + reach));
  const [left, right, bottom] = [low(ax, bx), high(ax, bx), high(ay, by)];
  for (let y = low(ay, by); y <= bottom; y++)
    for (let x = left; x <= right; x++) {
      const [px, py] = [x + 0.5 - ax, y + 0.5 - ay];
      // How far along the line the nearest point of it is, 0 to 1.
      const along = length2 > 0 ? Math.max(0, Math.min(1, (px * dx + py * dy) / length2)) : 0;
      const distance2 = (px - along * dx) ** 2 + (py - along * dy) ** 2;
      if (distance2 >= none) continue;
      const covered = distance2 <= whole ? 255 : Math.round(255 * Math.min(1, reach - Math.sqrt(distance2)));
      const i = y * side + x;
      if (covered > (data[i] ?? 0)) data[i] = covered;
    }
}

/** The points that a pen tablet gave, x1, y1, x2, y2 ..., y upwards (pen digits are so), as a stroke with y downwards. */
export const strokeOf = (points: ArrayLike<number>): Stroke =>
  Array.from({ length: points.length >> 1 }, (_, i): Point => [
    points[2 * i] ?? 0,
    -(points[2 * i + 1] ?? 0),
  ]);

/** How strokes are put on a pad. */
export interface Scattering extends Pad {
  /** The longer side of what is drawn, from the least to the most, in parts of the pad; the brush not counted. */
  readonly size?: readonly [least: number, most: number];
  /** How much narrower than it is a drawing may become: 0.3 leaves 0.7 of its width or more. */
  readonly narrowing?: number;
  /** Turned by up to so many degrees each way. */
  readonly turn?: number;
  /** Leaning by up to so much each way: how far the top is moved, in parts of the height. */
  readonly slant?: number;
}

/**
 * Strokes of any units, brought to a random size and moved to a random place where all of them, the brush included, is
 * on the pad; not turned, bent or stretched unless asked for. Chance is that of (seed, number): the same drawing again.
 */
export function scatter(
  strokes: readonly Stroke[],
  { seed, number, ...options }: Scattering & { readonly seed: number; readonly number: number },
): Stroke[] {
  const { side, brush } = padOf('scatter', options);
  const { size: [least, most] = [0.4, 0.8], narrowing = 0, turn = 0, slant = 0 } = options;
  const room = side - brush;
  check(
    least > 0 && least <= most && most * side <= room,
    () => `scatter: size must be from above 0 to ${room / side}, rising, got ${least} to ${most}`,
  );
  const chance = (purpose: number, low: number, high: number): number =>
    low + (high - low) * uniform(seed, purpose, number, 0);
  const narrow = 1 - chance(3, 0, narrowing);
  const angle = (chance(4, -turn, turn) * Math.PI) / 180;
  const lean = chance(5, -slant, slant);
  const [sine, cosine] = [Math.sin(angle), Math.cos(angle)];
  const bent = strokes.map((stroke) =>
    stroke.map(([x, y]): Point => {
      const across = narrow * x - lean * y;
      return [cosine * across + sine * y, cosine * y - sine * across];
    }),
  );
  const box = [0, 1].map((axis) => {
    const places = bent.flat().map((point) => at(point, axis));
    const low = Math.min(...places);
    return { low, length: Math.max(...places) - low };
  });
  const longest = Math.max(...box.map(({ length }) => length));
  const scale = longest > 0 ? (chance(0, least, most) * side) / longest : 1;
  const shift = box.map(
    ({ low, length }, axis) => brush / 2 + chance(1 + axis, 0, room - scale * length) - scale * low,
  );
  return bent.map((stroke) =>
    stroke.map(([x, y]): Point => [scale * x + at(shift, 0), scale * y + at(shift, 1)]),
  );
}
