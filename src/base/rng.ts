// Chance on the host, in integers only: the same numbers on every machine, and the same as the programs'.
//
// There is no state. Bits are a function of (seed, purpose, step, element), through Threefry2x32-20 (Salmon,
// Moraes, Dror and Shaw, 2011, https://doi.org/10.1145/2063384.2063405): key (seed, purpose), counter (element, step).
// Whoever asks twice gets the same answer; whoever wants another one counts on.

import { check } from './check.ts';

/** Both words of Threefry2x32-20 as i32, of i32 keys and counters (taken modulo 2^32). */
export function threefry2x32(key0: number, key1: number, count0: number, count1: number): [number, number] {
  // Written out: millions of first weights are drawn with it. After four rounds each time the keys come in, in turn.
  let [now, next, last] = [key0, key1, key0 ^ key1 ^ 0x1bd11bda];
  let x = (count0 + now) | 0;
  let y = (count1 + next) | 0;
  for (let turn = 1; turn <= 5; turn++) {
    if (turn % 2 === 1) {
      x = (x + y) | 0;
      y = ((y << 13) | (y >>> 19)) ^ x;
      x = (x + y) | 0;
      y = ((y << 15) | (y >>> 17)) ^ x;
      x = (x + y) | 0;
      y = ((y << 26) | (y >>> 6)) ^ x;
      x = (x + y) | 0;
      y = ((y << 6) | (y >>> 26)) ^ x;
    } else {
      x = (x + y) | 0;
      y = ((y << 17) | (y >>> 15)) ^ x;
      x = (x + y) | 0;
      y = ((y << 29) | (y >>> 3)) ^ x;
      x = (x + y) | 0;
      y = ((y << 16) | (y >>> 16)) ^ x;
      x = (x + y) | 0;
      y = ((y << 24) | (y >>> 8)) ^ x;
    }
    [now, next, last] = [next, last, now];
    x = (x + now) | 0;
    y = (y + next + turn) | 0;
  }
  return [x, y];
}

/** 32 random bits as i32. */
export function bits(seed: number, purpose: number, step: number, element: number): number {
  return threefry2x32(seed, purpose, element, step)[0];
}

/** A multiple of 2^-24 in [0, 1). */
export function uniform(seed: number, purpose: number, step: number, element: number): number {
  return (bits(seed, purpose, step, element) >>> 8) * 2 ** -24;
}

/** The purpose that `shuffle` draws for; callers' own purposes are smaller. */
export const shufflePurpose = 0x7fffffff;

/**
 * A permutation of 0 .. n-1, another for each epoch: a Feistel network on the places (row, column) of the
 * smallest near-square that holds n, walking on from places that are not among the n (Black and Rogaway, 2002,
 * "Ciphers with arbitrary finite domains"). The round functions are tables of sqrt(n) random numbers.
 */
export function shuffle(seed: number, epoch: number, n: number): Int32Array {
  check(
    Number.isInteger(n) && n >= 0 && n < 2 ** 31,
    () => `shuffle: needs a count from 0 to 2147483647, got ${n}`,
  );
  const columns = Math.ceil(Math.sqrt(n));
  const rows = Math.ceil(n / Math.max(columns, 1));
  const rounds = 16; // with 8, n = 5 and 6 are visibly uneven
  // Round r moves along a row by tables[r][row], or down a column by tables[r][column].
  const tables = Array.from({ length: rounds }, (_, round) => {
    const [inputs, outputs] = round % 2 === 0 ? [rows, columns] : [columns, rows];
    const draw = (_: unknown, i: number) =>
      (bits(seed, shufflePurpose, epoch, round * columns + i) >>> 0) % outputs;
    return Int32Array.from({ length: inputs }, draw);
  });
  const place = (from: number): number => {
    let row = Math.trunc(from / columns);
    let column = from - row * columns;
    for (let round = 0; round < rounds; round += 2) {
      // Both are below the modulus: one subtraction is the remainder, and far faster.
      column += tables[round]![row]!;
      if (column >= columns) column -= columns;
      row += tables[round + 1]![column]!;
      if (row >= rows) row -= rows;
    }
    return row * columns + column;
  };
  const order = new Int32Array(n);
  for (let i = 0; i < n; i++) {
    let to = place(i);
    while (to >= n) to = place(to);
    order[i] = to;
  }
  return order;
}

/** The chance of one seed. */
export interface Rng {
  readonly seed: number;
  /** 32 random bits as i32. */
  bits(purpose: number, step: number, element: number): number;
  /** A multiple of 2^-24 in [0, 1). */
  uniform(purpose: number, step: number, element: number): number;
  /** A permutation of 0 .. n-1. */
  shuffle(epoch: number, n: number): Int32Array;
}

/** The chance of `seed`, an integer from 0 to 2^32 - 1. */
export function rng(seed: number): Rng {
  check(
    Number.isInteger(seed) && seed >= 0 && seed < 2 ** 32,
    () => `rng: needs an integer seed from 0 to 4294967295, got ${seed}`,
  );
  return {
    seed,
    bits: (purpose, step, element) => bits(seed, purpose, step, element),
    uniform: (purpose, step, element) => uniform(seed, purpose, step, element),
    shuffle: (epoch, n) => shuffle(seed, epoch, n),
  };
}
