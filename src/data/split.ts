// What a data set is, whatever it shows: pictures as bytes with a class each, some to learn from and some to be
// tested with. Pixels stay bytes, 0 to 255, the way they come: programs normalise them.
import { check } from '../base/check.ts';
import { sizeOf } from '../base/shape.ts';

/** Labelled pictures of one kind: images [count, ...shape] row-major, 0 to 255; labels [count]. */
export interface Split {
  readonly images: Uint8Array;
  readonly labels: Uint8Array;
  readonly count: number;
  /** Sizes of one example: [height, width, channels]. */
  readonly shape: readonly [number, number, number];
}

/** Pictures to learn from, pictures to be tested with, and what the labels mean. */
export interface Dataset {
  readonly name: string;
  readonly train: Split;
  readonly test: Split;
  /** What label i is called. */
  readonly classes: readonly string[];
  /** Under which terms it is published. */
  readonly licence: string;
  /** Whom and where it is from. */
  readonly source: string;
}

/** The first `count` examples; a view of the same bytes. */
export function subset(split: Split, count: number): Split {
  check(
    Number.isInteger(count) && count > 0 && count <= split.count,
    () => `subset: needs a count of 1 to ${split.count}, got ${count}`,
  );
  return {
    images: split.images.subarray(0, count * sizeOf(split.shape)),
    labels: split.labels.subarray(0, count),
    count,
    shape: split.shape,
  };
}

/** The examples at these places, in this order; a copy. */
export function examplesAt(split: Split, places: readonly number[]): Split {
  const size = sizeOf(split.shape);
  const images = new Uint8Array(places.length * size);
  const labels = new Uint8Array(places.length);
  places.forEach((from, to) => {
    const label = split.labels[from];
    check(label !== undefined, () => `examplesAt: needs places of 0 to ${split.count - 1}, got ${from}`);
    images.set(split.images.subarray(from * size, (from + 1) * size), to * size);
    labels[to] = label;
  });
  return { images, labels, count: places.length, shape: split.shape };
}
