// Where a search for a generator's numbers begins: with numbers that were given, and with the best of many that are
// drawn and compared with the pictures looked for.
import { check } from '../base/check.ts';
import { at, range } from '../base/shape.ts';
import type { Tensor } from '../tensor.ts';
import { latentRow } from './latent.ts';
import type { Painter } from './painter.ts';

/** A place to begin. */
export interface Start {
  readonly latent: Float32Array;
  readonly label: number;
}

/** What is looked for, checked. */
export interface Search {
  readonly painter: Painter;
  /** Pixels in [0, 1], [count, pixels]. */
  readonly targets: Float32Array;
  readonly count: number;
  readonly pixels: number;
  /** How much each number of a picture counts, adding up to 1: [pixels]. */
  readonly weights: Float32Array;
}

/** Pictures drawn at once. */
export const together = 64;

/** Numbers that were given to begin from for picture `i`, in each class that may be. */
function givenTo(
  { painter: { latent, classes }, count }: Search,
  starts: Float32Array | undefined,
  i: number,
  labels: readonly number[] | undefined,
): Start[] {
  if (!starts) return [];
  const per = starts.length / (count * latent.size);
  check(
    Number.isInteger(per) && per >= 1,
    () => `findLatents: starts need a multiple of ${count * latent.size} numbers, got ${starts.length}`,
  );
  const known = labels?.[i];
  const tried = known !== undefined ? [known] : classes === 0 ? [-1] : range(classes);
  return range(per).flatMap((k) => {
    const from = (i * per + k) * latent.size;
    const row = starts.slice(from, from + latent.size);
    return tried.map((label) => ({ latent: row, label }));
  });
}

export const oneHots = (places: readonly Start[], classes: number): Float32Array => {
  const all = new Float32Array(together * classes);
  places.forEach(({ label }, i) => {
    if (label >= 0) all[i * classes + label] = 1;
  });
  return all;
};

export const numbersOf = (places: readonly Start[], size: number): Float32Array => {
  const all = new Float32Array(together * size);
  places.forEach(({ latent }, i) => all.set(latent, i * size));
  return all;
};

/** Draws pictures of starts: pixels in [0, 1], [starts, pixels]. */
async function drawAll(
  { painter, pixels }: Search,
  places: readonly Start[],
  signal: AbortSignal | undefined,
): Promise<Float32Array> {
  const { device, latent, classes } = painter;
  const program = await device.compile(
    ({ inputs }) => {
      const drawn = painter.paint(inputs['z'] as Tensor, classes > 0 ? inputs['c'] : undefined);
      return { outputs: { drawn: drawn.reshape([together, pixels]) } };
    },
    {
      inputs: {
        z: { shape: [together, latent.size] },
        ...(classes > 0 && { c: { shape: [together, classes] } }),
      },
    },
  );
  try {
    const all = new Float32Array(places.length * pixels);
    for (let from = 0; from < places.length; from += together) {
      signal?.throwIfAborted();
      const some = places.slice(from, from + together);
      const given = {
        z: numbersOf(some, latent.size),
        ...(classes > 0 && { c: oneHots(some, classes) }),
      };
      const { drawn } = await program.run(given);
      all.set((drawn as Float32Array).subarray(0, some.length * pixels), from * pixels);
    }
    return all;
  } finally {
    program.close();
  }
}

/** How starts are drawn. */
interface Drawing {
  readonly tries: number;
  readonly seed: number;
  readonly labels: readonly number[] | undefined;
  readonly starts: Float32Array | undefined;
  readonly signal: AbortSignal | undefined;
}

/**
 * For each picture the `most` starts whose pictures are nearest, the nearest first: of random numbers, the same for all, with
 * classes in turn, and of those that were given for it.
 */
export async function begun(
  search: Search,
  most: number,
  { tries, seed, labels, starts, signal }: Drawing,
): Promise<Start[][]> {
  const { painter, targets, count, pixels, weights } = search;
  const { latent, classes } = painter;
  const asked = labels && classes > 0 ? [...new Set(labels)] : range(classes);
  const random = range(tries).map((i): Start => ({
    latent: latentRow(latent, seed, i),
    label: classes > 0 ? at(asked, i % asked.length) : -1,
  }));
  const given = range(count).map((i) => givenTo(search, starts, i, labels));
  const all = [...random, ...given.flat()];
  const drawn = await drawAll(search, all, signal);
  const far = (i: number, j: number): number => {
    let sum = 0;
    for (let k = 0; k < pixels; k++) {
      const d = targets[i * pixels + k]! - drawn[j * pixels + k]!;
      sum += weights[k]! * d * d;
    }
    return sum;
  };
  let next = tries;
  return given.map((own, i) => {
    const label = labels?.[i];
    const places = [...range(tries), ...range(own.length).map((k) => next + k)];
    next += own.length;
    return places
      .filter((j) => label === undefined || at(all, j).label === label)
      .map((j) => ({ start: at(all, j), far: far(i, j) }))
      .sort((a, b) => a.far - b.far)
      .slice(0, most)
      .map(({ start }) => start);
  });
}
