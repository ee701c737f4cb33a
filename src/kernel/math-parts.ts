// What the expansions in math-*.ts are written with: a builder of values, one function per primitive,
// and polynomials. Nothing here knows whether a value is a C vector, a WASM local or a block of numbers.

import type { Prim } from './code.ts';

/** Builds values: each is a constant or one primitive applied to values. */
export interface Builder<V> {
  /** A constant, exactly representable and finite. */
  f32(value: number): V;
  i32(value: number): V;
  map(f: Prim, ...args: V[]): V;
}

/** The primitives as functions, and the few phrases that all expansions use. */
export function parts<V>(b: Builder<V>) {
  const one = (f: Prim) => (x: V) => b.map(f, x);
  const two = (f: Prim) => (x: V, y: V) => b.map(f, x, y);
  const f32 = (value: number) => b.f32(Math.fround(value));
  const select = (mask: V, x: V, y: V) => b.map('select', mask, x, y);
  const [add, mul, lt, fromBits] = [two('add'), two('mul'), two('lt'), one('fromBits')];
  return {
    f32,
    i32: (value: number) => b.i32(value | 0),
    ...{ add, mul, lt, fromBits, select },
    ...{ sub: two('sub'), div: two('div'), eq: two('eq') },
    ...{ and: two('and'), or: two('or'), xor: two('xor'), not: one('not') },
    ...{ shl: two('shl'), shr: two('shr'), sar: two('sar'), bits: one('bits') },
    ...{ neg: one('neg'), abs: one('abs'), sqrt: one('sqrt'), trunc: one('trunc'), toFloat: one('toFloat') },
    /** c0 + c1 x + c2 x^2 + ... */
    polynomial: (x: V, c: readonly number[]): V =>
      c.slice(0, -1).reduceRight<V>((sum, value) => add(mul(sum, x), f32(value)), f32(c.at(-1) ?? 0)),
    // Not min and max: these keep a NaN in one comparison and one selection.
    /** x, or `least` where x is below it; NaN stays. */
    atLeast: (x: V, least: number): V => select(lt(x, f32(least)), f32(least), x),
    /** x, or `most` where x is above it; NaN stays. */
    atMost: (x: V, most: number): V => select(lt(f32(most), x), f32(most), x),
    // From bits, because not every language can write them as numbers.
    infinity: (): V => fromBits(b.i32(0x7f800000)),
    nan: (): V => fromBits(b.i32(0x7fc00000)),
  };
}

/** The sign of an f32 in its bits. */
export const signBit = 0x80000000 | 0;

/** The smallest normal f32, 2^-126. */
export const smallestNormal = 2 ** -126;

/**
 * 1.5 * 2^23: adding it rounds an f32 below 2^22 in size to the nearest integer, ties to even, and leaves
 * that integer in the low bits of the sum. Cheaper than `nearest` and `toInt`, and of use for both.
 */
export const roundingShift = 3 * 2 ** 22;
