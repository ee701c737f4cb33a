// What the compiled targets' functions are swept with: bit patterns, pairs for pow, and the two comparisons, with
// each other in bits and with float64 in ULP. Shared by math-targets.test.ts (a sample) and bench/nightly-math.ts
// (every float32), so nothing is allocated per number.

import { threefry2x32 } from '../src/base/rng.ts';
import type { Device, Program } from '../src/device/device.ts';
import { scalar } from '../src/graph/scalar.ts';
import { Tensor } from '../src/tensor.ts';
import { references, ulpError } from './math-reference.ts';

/** A function of one f32, or pow of two, with its float64 meaning and its largest error in ULP. */
interface Swept {
  /** Functions of one number leave y aside. */
  readonly f: (x: number, y: number) => number;
  readonly ulp: number;
  /** The size of x up to which the error holds; beyond, finite x give something in [-1, 1]. */
  readonly most: number;
}

/** Everything there is to sweep, by its name among the scalar functions. */
export const swept = {
  ...references,
  pow: { f: scalar('pow').js, ulp: 5, most: Infinity },
} as const satisfies Record<string, Swept>;

/** What can be swept. */
export type SweptName = keyof typeof swept;

/** All of `names` in one program: from x [batch], for pow also y [batch], to one output a name. */
export function program(device: Device, names: readonly SweptName[], batch: number): Promise<Program> {
  const shape = ['batch'] as const;
  const inputs = names.includes('pow') ? { x: { shape }, y: { shape } } : { x: { shape } };
  return device.compile(
    ({ inputs: { x, y } }) => ({
      outputs: Object.fromEntries(
        names.map((name) => [name, Tensor.map(name, ...(name === 'pow' ? [x!, y!] : [x!]))]),
      ),
    }),
    { inputs, batch },
  );
}

/** Elements that differ in their bits; any NaN is like any other, since WebAssembly leaves its sign and payload open. */
export function differing(a: Float32Array, b: Float32Array): { count: number; first: number } {
  const [left, right] = [wordsOf(a), wordsOf(b)];
  let [count, first] = [0, -1];
  for (let i = 0; i < left.length; i++) {
    if (left[i] === right[i] || (Number.isNaN(a[i]) && Number.isNaN(b[i]))) continue;
    if (count++ === 0) first = i;
  }
  return { count, first };
}

const wordsOf = (x: Float32Array): Int32Array => new Int32Array(x.buffer, x.byteOffset, x.length);

/** The largest error of `got` = f(x, y) above `floor`, in ULP, and its element; -1 where none is above. */
export function worstOf(
  { f, most }: Swept,
  x: Float32Array,
  y: Float32Array,
  got: Float32Array,
  floor = 0,
): { ulp: number; index: number } {
  let [ulp, index] = [floor, -1];
  for (let i = 0; i < x.length; i++) {
    const [argument, value] = [x[i]!, got[i]!];
    let error;
    if (Math.abs(argument) > most && Number.isFinite(argument)) error = Math.abs(value) <= 1 ? 0 : Infinity;
    else {
      const want = f(argument, y[i]!);
      // One ULP is at least 2^-24 of `want`: most elements need no closer look. False for zeros, infinities and NaN.
      if (Math.abs(value - want) < ulp * 2 ** -24 * Math.abs(want)) continue;
      error = ulpError(value, want);
    }
    if (error > ulp) [ulp, index] = [error, i];
  }
  return { ulp, index };
}

/**
 * Both signs of: the first, the middle and the last mantissas of every exponent, and every single bit of a
 * subnormal, of a power of two and of a NaN's payload, quiet and signalling.
 */
export function edges(): Uint32Array {
  const some = [0, 1, 2, 0x3fffff, 0x400000, 0x400001, 0x7ffffe, 0x7fffff];
  const bits = Array.from({ length: 23 }, (_, bit) => 1 << bit);
  const words = [0, 127, 255].flatMap((exponent) => bits.map((bit) => (exponent << 23) | bit));
  for (let exponent = 0; exponent < 256; exponent++) words.push(...some.map((m) => (exponent << 23) | m));
  return Uint32Array.from([...new Set(words)].flatMap((word) => [word, (word | (1 << 31)) >>> 0]));
}

/** Arguments of two numbers. */
export interface Pairs {
  readonly x: Float32Array;
  readonly y: Float32Array;
}

/** Every choice of two among 0, 1, whole and half numbers of every kind, the ends of the range, infinities and NaN. */
export function edgePairs(): Pairs {
  const words = [0, 0x00400000, 0x00800000, 0x3f000000, 0x3f800000, 0x3fc00000, 0x40000000, 0x40400000];
  const ends = [0x4b000000, 0x4b800000, 0x4b800001, 0x7f000000, 0x7f800000, 0x7fc00000, 0x7f800001];
  const near = [...words, ...ends].flatMap((word) => [word, word + 1, Math.max(word - 1, 0)]);
  const all = [...new Set(near)].flatMap((word) => [word, (word | (1 << 31)) >>> 0]);
  const choose = (pick: (i: number) => number): Float32Array =>
    new Float32Array(Uint32Array.from({ length: all.length ** 2 }, (_, i) => all[pick(i)]!).buffer);
  return { x: choose((i) => i % all.length), y: choose((i) => Math.floor(i / all.length)) };
}

/**
 * Random pairs from a seed, of four kinds in turn: any two patterns; a base of any size, then one from 1/2 to 2,
 * with exponents for powers from 2^-151 to 2^129; a negative base with a whole exponent.
 */
export function randomPairs(count: number, seed: number): Pairs {
  const x = new Float32Array(count);
  const y = new Float32Array(count);
  const [xWords, yWords] = [new Uint32Array(x.buffer), new Uint32Array(y.buffer)];
  for (let i = 0; i < count; i++) {
    const [first, second] = threefry2x32(seed, 0, i, 0);
    if (i % 4 === 0) [xWords[i], yWords[i]] = [first, second];
    else {
      xWords[i] = i % 4 === 1 ? first & 0x7fffffff : 0x3f000000 + (first & 0xffffff);
      const part = (second >>> 0) / 2 ** 32;
      y[i] = (280 * part - 151) / Math.log2(x[i]!);
      if (i % 4 === 3) [x[i], y[i]] = [-x[i]!, Math.round(y[i]!)];
    }
  }
  return { x, y };
}
