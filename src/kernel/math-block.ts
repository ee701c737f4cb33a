// Expansions on plain numbers: a builder whose values are blocks of elements, computed as they are built,
// in float32 with every primitive rounded once. What it gives, the compiled targets give, bit for bit.
//
// It has the primitives that the expansions use. Sums, products, quotients and roots are computed in float64 and
// rounded to float32, which gives the correctly rounded result (S. Figueroa, 1995, "When is double rounding
// innocuous?").

import { assert } from '../base/check.ts';
import type { Prim } from './code.ts';
import type { Builder } from './math-parts.ts';

/** Elements of one base; masks hold 1 or 0. */
export type Block =
  | { readonly base: 'f32'; readonly data: Float32Array }
  | { readonly base: 'i32' | 'mask'; readonly data: Int32Array };

type Rule = (x: number, y: number) => number;

/** What the expansions use of f32, besides `loops`. */
const floatRules = {
  div: (x, y) => x / y,
  sqrt: (x) => Math.sqrt(x),
  trunc: (x) => Math.trunc(x),
  neg: (x) => -x,
  abs: (x) => Math.abs(x),
} satisfies Partial<Record<Prim, Rule>>;

/** Of i32 and masks, which keep the lowest bit. */
const wordRules = {
  add: (x, y) => x + y,
  sub: (x, y) => x - y,
  min: (x, y) => Math.min(x, y),
  and: (x, y) => x & y,
  or: (x, y) => x | y,
  xor: (x, y) => x ^ y,
  not: (x) => ~x,
  shl: (x, y) => x << y,
  shr: (x, y) => x >>> y,
  sar: (x, y) => x >> y,
} satisfies Partial<Record<Prim, Rule>>;

/** To masks. */
const compareRules = {
  lt: (x, y) => (x < y ? 1 : 0),
  eq: (x, y) => (x === y ? 1 : 0),
} satisfies Partial<Record<Prim, Rule>>;

type Loop = (out: Float32Array, x: Float32Array, y: Float32Array) => void;

/** The commonest f32 functions, each with its own loop: a shared one cannot inline its rule (3x slower). */
const loops: Partial<Record<Prim, Loop>> = {
  add: (out, x, y) => {
    for (let i = 0; i < out.length; i++) out[i] = x[i]! + y[i]!;
  },
  sub: (out, x, y) => {
    for (let i = 0; i < out.length; i++) out[i] = x[i]! - y[i]!;
  },
  mul: (out, x, y) => {
    for (let i = 0; i < out.length; i++) out[i] = x[i]! * y[i]!;
  },
};

/** out = mask ? x : y. */
function choose<T extends Float32Array | Int32Array>(out: T, mask: Block['data'], x: T, y: T): T {
  for (let i = 0; i < out.length; i++) out[i] = mask[i] === 0 ? y[i]! : x[i]!;
  return out;
}

/** out = rule(x, y), x read twice where there is no y. */
function fill<T extends Float32Array | Int32Array>(out: T, rule: Rule, x: Block, y: Block = x): T {
  const [left, right] = [x.data, y.data];
  for (let i = 0; i < out.length; i++) out[i] = rule(left[i]!, right[i]!);
  return out;
}

function has<T extends object>(table: T, f: PropertyKey): f is keyof T {
  return f in table;
}

/** `data` as f32 elements. */
export const f32Block = (data: Float32Array): Block & { readonly base: 'f32' } => ({ base: 'f32', data });

/** `data` as i32 elements. */
export const i32Block = (data: Int32Array): Block & { readonly base: 'i32' } => ({ base: 'i32', data });

/** The elements of an f32 block. */
export function floats(block: Block): Float32Array {
  assert(block.base === 'f32', () => `expected a block of f32, got ${block.base}`);
  return block.data;
}

function words(block: Block): Int32Array {
  assert(block.base !== 'f32', () => 'expected a block of i32 or mask, got f32');
  return block.data;
}

/** One primitive that stays within f32. */
function mapFloats(f: Prim, out: Float32Array, x: Block, y?: Block): Float32Array {
  const loop = loops[f];
  if (loop !== undefined && y !== undefined) loop(out, floats(x), floats(y));
  else if (has(floatRules, f)) fill(out, floatRules[f], x, y);
  else assert(false, () => `blocks have no ${f} of f32`);
  return out;
}

/** A builder of blocks of `size` elements. Constants are kept, so that one builder is best used again and again. */
export function blocks(size: number): Builder<Block> {
  const constants = new Map<string, Block>();
  const constant = (key: string, make: () => Block): Block => {
    const block = constants.get(key) ?? make();
    constants.set(key, block);
    return block;
  };
  const i32 = (rule: Rule, x: Block, y?: Block): Block => i32Block(fill(new Int32Array(size), rule, x, y));
  const mask = (data: Int32Array): Block => ({ base: 'mask', data });
  const map = (f: Prim, x: Block, y: Block = x, z: Block = x): Block => {
    if (f === 'select' && y.base === 'f32')
      return f32Block(choose(new Float32Array(size), x.data, y.data, floats(z)));
    if (f === 'select')
      return { base: y.base, data: choose(new Int32Array(size), x.data, words(y), words(z)) } as Block;
    if (f === 'toFloat') return f32Block(new Float32Array(words(x)));
    if (f === 'bits') return i32Block(new Int32Array(floats(x).buffer, floats(x).byteOffset, size));
    if (f === 'fromBits') return f32Block(new Float32Array(words(x).buffer, words(x).byteOffset, size));
    if (has(compareRules, f)) return mask(fill(new Int32Array(size), compareRules[f], x, y));
    if (x.base === 'f32') return f32Block(mapFloats(f, new Float32Array(size), x, y));
    assert(has(wordRules, f), () => `blocks have no ${f} of ${x.base}`);
    return x.base === 'i32'
      ? i32(wordRules[f], x, y)
      : mask(fill(new Int32Array(size), (a, b) => wordRules[f](a, b) & 1, x, y));
  };
  return {
    f32: (value) =>
      constant(`f32 ${Object.is(value, -0) ? '-0' : value}`, () =>
        f32Block(new Float32Array(size).fill(value)),
      ),
    i32: (value) => constant(`i32 ${value}`, () => i32Block(new Int32Array(size).fill(value))),
    map: (f, ...args) => {
      const [x, y, z] = args;
      assert(x !== undefined, () => `${f} of nothing`);
      return map(f, x, y, z);
    },
  };
}
