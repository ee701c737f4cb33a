// The scores of images that differ from one image in a few pixels. Two ways, one interface. Where the network begins
// with a dense layer, its sums are kept, and the device adds one row of the kernel for the pixel that is another; else
// images are handed over whole. Sums are kept in float64 and rounded when handed over, so they do not drift however
// many pixels have changed.
import type { Image } from './method.ts';
import type { Question } from './question.ts';

/**
 * A line of images: it begins at the image that is kept, moves pixel by pixel, and beside each place of it images with
 * one pixel more changed are put up to be scored.
 */
export interface Neighbours {
  /** Back to the image that is kept. */
  begin(): void;
  /** Puts up the image of this place of the line with one pixel changed; gives its number. */
  put(pixel: number, from: number, to: number): number;
  /** Moves the line on. */
  move(pixel: number, from: number, to: number): void;
  /** Changes the image that is kept. */
  keep(pixel: number, from: number, to: number): void;
  /** The scores of all that was put up. */
  scores(): Promise<ArrayLike<number>>;
}

/** The neighbours of an image, at most so many put up at once; by sums where that can be. */
export async function neighbours(question: Question, image: Image, most: number): Promise<Neighbours> {
  const { first } = question;
  if (!first) return whole(question, image);
  return bySums(question, image, {
    most,
    units: first.units,
    kernel: (await first.kernel.read()) as Float32Array,
  });
}

interface Sums {
  readonly most: number;
  readonly units: number;
  /** [pixels, units] */
  readonly kernel: Float32Array;
}

function bySums(question: Question, image: Image, { most, units, kernel }: Sums): Neighbours {
  const kept = new Float64Array(units);
  const here = new Float64Array(units);
  const lines = new Float32Array(most * units);
  const [line, pixels, by] = [new Int32Array(most), new Int32Array(most), new Float32Array(most)];
  let [used, count, moved] = [0, 0, true];
  const add = (sums: Float64Array, pixel: number, times: number): void => {
    const row = pixel * units;
    for (let u = 0; u < units; u++) sums[u] = sums[u]! + times * kernel[row + u]!;
  };
  image.forEach((x, pixel) => {
    if (x !== 0) add(kept, pixel, x);
  });
  return {
    begin: () => {
      here.set(kept);
      [used, count, moved] = [0, 0, true];
    },
    put(pixel, from, to) {
      if (moved) lines.set(here, used++ * units);
      moved = false;
      [line[count], pixels[count], by[count]] = [used - 1, pixel, to - from];
      return count++;
    },
    move: (pixel, from, to) => {
      add(here, pixel, to - from);
      moved = true;
    },
    keep: (pixel, from, to) => add(kept, pixel, to - from),
    scores: () => {
      const some = {
        line: line.subarray(0, count),
        pixel: pixels.subarray(0, count),
        by: by.subarray(0, count),
      };
      return question.rest({ lines, used, ...some }, most);
    },
  };
}

function whole(question: Question, image: Image): Neighbours {
  const kept = image.slice();
  const line = image.slice();
  let put: Image[] = [];
  return {
    begin: () => {
      line.set(kept);
      put = [];
    },
    put(pixel, _from, to) {
      const one = line.slice();
      one[pixel] = to;
      return put.push(one) - 1;
    },
    move: (pixel, _from, to) => {
      line[pixel] = to;
    },
    keep: (pixel, _from, to) => {
      kept[pixel] = to;
    },
    scores: async () => (await question.ask(put)).scores,
  };
}
