// How each primitive function is spelled in WebAssembly: one row each, for one value and for four.
// A row lists what follows the arguments on the stack; what needs its arguments twice, lane by lane
// or through a function of its own is `special` here and written out in wasm-kernel.ts.
import type { Prim } from '../kernel/code.ts';
import type { Func, Instr, Local } from './wasm-code.ts';
import type { OpName } from './wasm-ops.ts';

/** Spellings by the base of the first argument (ix is spelled like i32). */
export interface Spelling {
  readonly f32?: readonly Instr[];
  readonly f64?: readonly Instr[];
  readonly i32?: readonly Instr[];
  readonly mask?: readonly Instr[];
}

const one = (name: OpName): readonly Instr[] => [[name]];
const none: readonly Instr[] = [];

/** The row's `special` marks what wasm-kernel.ts spells itself. */
export const narrow: Record<Prim, Spelling | 'special'> = {
  add: { f32: one('f32.add'), i32: one('i32.add') },
  sub: { f32: one('f32.sub'), i32: one('i32.sub') },
  mul: { f32: one('f32.mul'), i32: one('i32.mul') },
  div: 'special',
  rem: 'special',
  min: 'special',
  max: 'special',
  sqrt: { f32: one('f32.sqrt') },
  floor: { f32: one('f32.floor') },
  ceil: { f32: one('f32.ceil') },
  trunc: { f32: one('f32.trunc') },
  nearest: { f32: one('f32.nearest') },
  neg: { f32: one('f32.neg') },
  abs: { f32: one('f32.abs') },
  lt: { f32: one('f32.lt'), i32: one('i32.lt_s') },
  le: { f32: one('f32.le'), i32: one('i32.le_s') },
  eq: { f32: one('f32.eq'), i32: one('i32.eq') },
  and: { i32: one('i32.and'), mask: one('i32.and') },
  or: { i32: one('i32.or'), mask: one('i32.or') },
  xor: { i32: one('i32.xor'), mask: one('i32.xor') },
  not: { i32: [['i32.const', -1], ['i32.xor']], mask: one('i32.eqz') },
  shl: { i32: one('i32.shl') },
  shr: { i32: one('i32.shr_u') },
  sar: { i32: one('i32.shr_s') },
  select: 'special',
  toInt: { f32: one('i32.trunc_sat_f32_s') },
  toFloat: { i32: one('f32.convert_i32_s') },
  bits: { f32: one('i32.reinterpret_f32') },
  fromBits: { i32: one('f32.reinterpret_i32') },
  fromMask: { mask: none },
  toMask: { i32: [['i32.const', 0], ['i32.ne']] },
  toIndex: { i32: none },
  fromIndex: { i32: none },
};

/** The same for four lanes, or two of f64; there is no wide ix. */
export const wide: Record<Prim, Spelling | 'special'> = {
  add: { f32: one('f32x4.add'), f64: one('f64x2.add'), i32: one('i32x4.add') },
  sub: { f32: one('f32x4.sub'), f64: one('f64x2.sub'), i32: one('i32x4.sub') },
  mul: { f32: one('f32x4.mul'), f64: one('f64x2.mul'), i32: one('i32x4.mul') },
  div: 'special',
  rem: 'special',
  min: { f32: one('f32x4.min'), i32: one('i32x4.min_s') },
  max: { f32: one('f32x4.max'), i32: one('i32x4.max_s') },
  sqrt: { f32: one('f32x4.sqrt'), f64: one('f64x2.sqrt') },
  floor: { f32: one('f32x4.floor') },
  ceil: { f32: one('f32x4.ceil') },
  trunc: { f32: one('f32x4.trunc') },
  nearest: { f32: one('f32x4.nearest') },
  neg: { f32: one('f32x4.neg') },
  abs: { f32: one('f32x4.abs') },
  lt: { f32: one('f32x4.lt'), i32: one('i32x4.lt_s') },
  le: { f32: one('f32x4.le'), i32: one('i32x4.le_s') },
  eq: { f32: one('f32x4.eq'), i32: one('i32x4.eq') },
  and: { i32: one('v128.and'), mask: one('v128.and') },
  or: { i32: one('v128.or'), mask: one('v128.or') },
  xor: { i32: one('v128.xor'), mask: one('v128.xor') },
  not: { i32: one('v128.not'), mask: one('v128.not') },
  shl: 'special',
  shr: 'special',
  sar: 'special',
  select: 'special',
  toInt: { f32: one('i32x4.trunc_sat_f32x4_s') },
  toFloat: { i32: one('f32x4.convert_i32x4_s') },
  bits: { f32: none },
  fromBits: { i32: none },
  fromMask: { mask: [['i32.const', 31], ['i32x4.shr_u']] },
  toMask: { i32: [['v128.const', 0, 0, 0, 0], ['i32x4.ne']] },
  toIndex: {},
  fromIndex: {},
};

/** The bytes of 32-bit lanes of two vectors, as a shuffle picks them. */
export const bytesOf = (...lanes: readonly number[]): number[] =>
  lanes.flatMap((lane) => [4 * lane, 4 * lane + 1, 4 * lane + 2, 4 * lane + 3]);

const promote: Instr = ['f64x2.promote_low_f32x4'];

/** One half of an f32 vector as f64: what follows the vector on the stack. */
export const widened: readonly [readonly Instr[], readonly Instr[]] = [
  [promote],
  [['v128.const', 0, 0, 0, 0], ['i8x16.shuffle', ...bytesOf(2, 3, 2, 3)], promote],
];

const scratch = new DataView(new ArrayBuffer(8));

/** An f64 in both lanes. */
export function doubleConst(value: number): Instr {
  scratch.setFloat64(0, value);
  const [low, high] = [scratch.getInt32(4), scratch.getInt32(0)];
  return ['v128.const', low, high, low, high];
}

/** Functions that modules bring along for what has no instruction. */
export type Helper = 'quotient' | 'rest' | 'remainder';

const get = (index: number): Instr => ['local.get', index];
const local = (name: string, type: Local['type']): Local => ({ name, type });

// A divisor of 0 or -1 is the only one for which b + 1 is at most 1, unsigned. Dividing by 1 instead gives the
// remainder both want, and the quotient they want is -(a & b): 0 for 0, -a (wrapping) for -1.
const plainDivisor: readonly Instr[] = [
  get(1),
  ['i32.const', 1],
  ['i32.add'],
  ['i32.const', 1],
  ['i32.gt_u'],
];
const safeDivisor: readonly Instr[] = [get(1), ['i32.const', 1], ...plainDivisor, ['select']];
const ints = { params: [local('a', 'i32'), local('b', 'i32')], results: ['i32'], locals: [] } as const;

const quotient: Func = {
  name: 'quotient',
  ...ints,
  body: [
    ...([get(0), ...safeDivisor, ['i32.div_s']] as const),
    ...([['i32.const', 0], get(0), get(1), ['i32.and'], ['i32.sub']] as const),
    ...([...plainDivisor, ['select']] as const),
  ],
};

const rest: Func = { name: 'rest', ...ints, body: [get(0), ...safeDivisor, ['i32.rem_s']] };

// The exact remainder by long division in f64, where every step is exact: the divisor is doubled while it fits,
// then halved back, subtracted wherever it fits.
const [x, y, a, b, t] = [0, 1, 2, 3, 4];
const remainder: Func = {
  name: 'remainder',
  params: [local('x', 'f32'), local('y', 'f32')],
  results: ['f32'],
  locals: [local('a', 'f64'), local('b', 'f64'), local('t', 'f64')],
  body: [
    ...([get(x), ['f64.promote_f32'], ['f64.abs'], ['local.set', a]] as const),
    ...([get(y), ['f64.promote_f32'], ['f64.abs'], ['local.tee', b], ['local.set', t]] as const),
    // Not (|x| < inf and |y| > 0), which a NaN fails too.
    ...([
      get(a),
      ['f64.const', Infinity],
      ['f64.lt'],
      get(b),
      ['f64.const', 0],
      ['f64.gt'],
      ['i32.and'],
    ] as const),
    ...([['i32.eqz'], ['if'], ['f32.const', NaN], ['return'], ['end']] as const),
    ...([get(a), get(b), ['f64.lt'], ['if'], get(x), ['return'], ['end']] as const),
    ...([['loop'], get(t), ['f64.const', 2], ['f64.mul'], ['local.tee', t], get(a), ['f64.gt']] as const),
    ...([['i32.eqz'], ['br_if', 0], ['end']] as const),
    ['loop'],
    ...([
      get(a),
      get(t),
      ['f64.ge'],
      ['if'],
      get(a),
      get(t),
      ['f64.sub'],
      ['local.set', a],
      ['end'],
    ] as const),
    ...([
      get(t),
      ['f64.const', 0.5],
      ['f64.mul'],
      ['local.tee', t],
      get(b),
      ['f64.ge'],
      ['br_if', 0],
    ] as const),
    ['end'],
    ...([get(a), ['f32.demote_f64'], get(x), ['f32.copysign']] as const),
  ],
};

/** By name; `remainder` is of f32. */
export const helpers: Record<Helper, Func> = { quotient, rest, remainder };
