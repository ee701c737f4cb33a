// What a data set is, whatever it shows: pictures as bytes with a class each, some to learn from and some to be
// tested with. Pixels stay bytes, 0 to 255, the way they come: programs normalise them.
import { check } from '../base/check.ts';
import { same, show, sizeOf } from '../base/shape.ts';

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

/** The examples from one place up to another one; a view of the same bytes. */
export function examplesFrom({ images, labels, count, shape }: Split, from: number, to = count): Split {
  check(
    Number.isInteger(from) && Number.isInteger(to) && from >= 0 && from < to && to <= count,
    () => `examplesFrom: needs places of 0 to ${count}, rising, got ${from} to ${to}`,
  );
  const size = sizeOf(shape);
  return {
    images: images.subarray(from * size, to * size),
    labels: labels.subarray(from, to),
    count: to - from,
    shape,
  };
}

/** The examples of one, then those of the other; a copy. */
export function together(a: Split, b: Split): Split {
  check(same(a.shape, b.shape), () => `together: shapes differ: ${show(a.shape)} and ${show(b.shape)}`);
  const images = new Uint8Array(a.images.length + b.images.length);
  images.set(a.images);
  images.set(b.images, a.images.length);
  const labels = Uint8Array.from([...a.labels, ...b.labels]);
  return { images, labels, count: a.count + b.count, shape: a.shape };
}
