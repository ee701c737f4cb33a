// Finding the numbers a generator draws a picture from: many starts are drawn and compared, the nearest ones go down
// the slope of the difference together, and the best are kept. With a mask only some pixels count: that is how holes are
// filled. Classes are tried, not mixed.
import { check } from '../base/check.ts';
import { at, show, sizeOf } from '../base/shape.ts';
import { descended } from './find-descent.ts';
import { begun, type Search } from './find-starts.ts';
import type { Painter } from './painter.ts';

/** How numbers are looked for. */
export interface FindOptions {
  /** The class of each picture where it is known; else all are tried. */
  readonly labels?: readonly number[] | undefined;
  /** How much each pixel counts, [H, W] for all pictures alike; all count unless said. */
  readonly weights?: ArrayLike<number> | undefined;
  /** Numbers to begin from, besides those that are drawn: any multiple of [count, size], picture by picture. */
  readonly starts?: Float32Array | undefined;
  /** Random numbers that are drawn and compared first. */
  readonly tries?: number;
  /** How many go down the slope for each picture. */
  readonly restarts?: number;
  /** Steps of each. */
  readonly steps?: number;
  readonly learningRate?: number;
  readonly seed?: number;
  /** How many are given back for each picture, the nearest first. */
  readonly keep?: number;
  readonly signal?: AbortSignal | undefined;
  /** Told after some steps. */
  readonly onEvent?: ((event: FindEvent) => void) | undefined;
}

/** How far a search is. */
export interface FindEvent {
  /** Steps done of all that are to be done, over all pictures. */
  readonly done: number;
  readonly total: number;
}

/** What was found for a picture. */
export interface Found {
  readonly latent: Float32Array;
  /** -1 where the generator knows no classes. */
  readonly label: number;
  /** What the generator draws of it: bytes [H, W, C]. */
  readonly image: Uint8Array;
  /** The root of the mean squared difference over the pixels that count, pixels in [0, 1]. */
  readonly error: number;
}

/** The numbers that a generator draws these pictures from, or comes nearest to them with: for each picture a list, the nearest first. */
export async function findLatents(
  painter: Painter,
  pictures: { readonly images: Uint8Array; readonly count: number },
  {
    labels,
    weights,
    starts,
    tries = 500,
    restarts = 8,
    steps = 200,
    learningRate = 0.1,
    seed = 1,
    keep = 1,
    signal,
    onEvent,
  }: FindOptions = {},
): Promise<readonly (readonly Found[])[]> {
  for (const [name, value] of Object.entries({ tries, restarts, keep }))
    check(
      Number.isInteger(value) && value >= 1 && value <= tries,
      () => `findLatents: ${name} must be a whole number from 1 to tries, got ${value}`,
    );
  check(
    Number.isInteger(steps) && steps >= 0,
    () => `findLatents: steps must be a whole number from 0, got ${steps}`,
  );
  const search = searchOf(painter, pictures, weights, labels);
  const places = await begun(search, restarts, { tries, seed, labels, starts, signal });
  return descended(search, places, { steps, learningRate, keep, signal, onEvent });
}

function searchOf(
  painter: Painter,
  { images, count }: { readonly images: Uint8Array; readonly count: number },
  weights: ArrayLike<number> | undefined,
  labels: readonly number[] | undefined,
): Search {
  const { shape, classes } = painter;
  const pixels = sizeOf(shape);
  check(
    images.length === count * pixels && count >= 1,
    () =>
      `findLatents: ${count} pictures of ${show(shape)} need ${count * pixels} numbers, got ${images.length}`,
  );
  check(
    labels === undefined || (labels.length === count && labels.every((c) => c >= 0 && c < classes)),
    () => `findLatents: labels must be ${count} classes from 0 to ${classes - 1}, got ${labels?.join(', ')}`,
  );
  const channels = at(shape, shape.length - 1);
  check(
    weights === undefined || weights.length * channels === pixels,
    () =>
      `findLatents: weights need a number for each of ${pixels / channels} pixels, got ${weights?.length}`,
  );
  const all = Float32Array.from({ length: pixels }, (_, i) => weights?.[Math.floor(i / channels)] ?? 1);
  const sum = all.reduce((a, b) => a + b, 0);
  check(
    sum > 0 && all.every((w) => w >= 0),
    () => 'findLatents: some pixel must count, and none less than 0; leave some of the picture unmasked',
  );
  return {
    painter,
    targets: Float32Array.from(images, (x) => x / 255),
    count,
    pixels,
    weights: all.map((w) => w / sum),
  };
}
