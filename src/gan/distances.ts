// How a generator's pictures lie among real ones, by distances alone: whether they are as far apart as those, how far off
// they are as a whole, and whether they are nearer to training pictures than those are to each other. On the host, of
// pictures made small, so that looking is cheap enough to be done at every grid.
import { sizeOf, type Shape } from '../base/shape.ts';
import type { Pictures } from './measures/eye.ts';

/** Each as a share of what real pictures come to among themselves. */
export interface Distances {
  /** Between two generated pictures, in the mean: 1 if they differ as much as real ones. */
  readonly spread: number;
  /** The energy distance of both kinds (Székely & Rizzo 2013): 0 if they are of one kind, on average. */
  readonly gap: number;
  /** From a generated picture to the nearest training picture, in the median: far below 1, it was learned by heart. */
  readonly nearest: number;
}

/** The names, as they stand in metrics. */
export const distanceNames = ['spread', 'gap', 'nearest'] as const satisfies readonly (keyof Distances)[];

/** Most pixels of a side that are compared. */
const side = 16;

/** Training pictures among which the nearest is looked for, at most: all of a small set, which alone can be learned by heart. */
const known = 2000;

/** Pictures of each kind whose pairs are compared. */
const some = 200;

/** How many samples are worth drawing to be looked at: fewer where they are large, so that looking takes no longer than a few rounds. */
export const samplesToLookAt = ([height = 1, width = 1]: Shape): number =>
  Math.max(25, Math.min(some, Math.floor(2 ** 20 / (height * width))));

/** Small pictures as rows of numbers from 0 to 1. */
type Rows = readonly Float32Array[];

/** Pictures a whole number of times smaller, each pixel the mean of those it stands for. */
function small({ images, shape }: Pictures, picked: readonly number[]): Rows {
  const [height = 1, width = 1, channels = 1] = shape;
  const by = Math.max(1, Math.ceil(Math.max(height, width) / side));
  const [rows, columns, size] = [Math.ceil(height / by), Math.ceil(width / by), sizeOf(shape)];
  return picked.map((n) => {
    const row = new Float32Array(rows * columns * channels);
    for (let i = 0; i < size; i++) {
      const [y, x, c] = [Math.floor(i / channels / width), Math.floor(i / channels) % width, i % channels];
      const at = (Math.floor(y / by) * columns + Math.floor(x / by)) * channels + c;
      row[at] = (row[at] ?? 0) + (images[n * size + i] ?? 0) / (255 * by * by);
    }
    return row;
  });
}

/** Places spread evenly over `count`, all of them if they are few. */
const spreadOver = (count: number, most: number): number[] =>
  Array.from({ length: Math.min(count, most) }, (_, i) => Math.floor((i * count) / Math.min(count, most)));

function apart(a: Float32Array, b: Float32Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += ((a[i] as number) - (b[i] as number)) ** 2;
  return Math.sqrt(sum);
}

/** The mean over pairs of different rows; a row is not compared with itself. */
function meanApart(a: Rows, b: Rows): number {
  let [sum, count] = [0, 0];
  for (const one of a)
    for (const other of b)
      if (one !== other) {
        sum += apart(one, other);
        count++;
      }
  return sum / Math.max(1, count);
}

function nearestAmong(rows: Rows, all: Rows): number {
  const least = rows.map((one) => {
    let near = Infinity;
    for (const other of all) if (other !== one) near = Math.min(near, apart(one, other));
    return near;
  });
  return least.sort((a, b) => a - b)[Math.floor(least.length / 2)] ?? 0;
}

/** Pictures that are all alike, or only one, are no measure: then nothing is said against the others. */
const share = (value: number, of: number): number => (of > 0 && of < Infinity ? value / of : 1);

/** What real pictures come to among themselves, once; then a function that lays generated ones beside them. */
export function distancesFrom(real: Pictures): (made: Pictures) => Distances {
  const all = small(real, spreadOver(real.count, known));
  const few = spreadOver(all.length, some).map((i) => all[i] as Float32Array);
  const [own, near] = [meanApart(few, few), nearestAmong(few, all)];
  return (made) => {
    const rows = small(made, spreadOver(made.count, some));
    const theirs = meanApart(rows, rows);
    return {
      spread: share(theirs, own),
      gap: own > 0 ? (2 * meanApart(rows, few) - theirs - own) / own : 0,
      nearest: share(nearestAmong(rows, all), near),
    };
  };
}
