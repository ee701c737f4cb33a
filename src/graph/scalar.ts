// The scalar functions: one row says what each one means, its gradient, and where tests draw inputs.
// How a target spells it is kernel/spell.ts's table, which does not type-check until it has every row.
//
// To add one: write its row, run `npm run check`, and fill in the spelling it asks for.
// test/scalar.test.ts then checks value, gradient, second gradient and every target, with no new test code.
//
// Conventions on every target: NaN in gives NaN out in f32 unless the row says otherwise; comparisons with
// NaN are false; i32 arithmetic wraps.
import type { Dtype } from '../base/dtype.ts';
import { erf, normalOf } from '../base/gauss.ts';
import type { Tensor } from '../tensor.ts';

/** What a function takes: f32 only, f32 or i32 alike, i32 only, or bool only. */
export type Takes = 'f32' | 'number' | 'i32' | 'bool' | 'any';

export interface Scalar {
  /** The number of arguments. */
  readonly arity: 1 | 2 | 3;
  readonly takes: Takes;
  /** The result's element type; 'same' as the (last) argument's. */
  readonly gives: Dtype | 'same';
  /** Reference value in float64 (i32: exact). */
  readonly js: (...x: number[]) => number;
  /** Reference for i32 arguments where it differs from `js`; wrapped to 32 bits afterwards. */
  readonly whole?: (...x: number[]) => number;
  /** dL/dx for each input, from g = dL/dy, the result y and the inputs; null where it is 0 or none. */
  readonly grad: ((g: Tensor, y: Tensor, ...x: Tensor[]) => readonly (Tensor | null)[]) | null;
  /** Where tests draw f32 inputs from: inside the domain, away from kinks and poles. */
  readonly sample: readonly [lo: number, hi: number];
}

type Grad = NonNullable<Scalar['grad']>;
type Js = Scalar['js'];

const f32 = (arity: 1 | 2, js: Js, sample: readonly [number, number], grad: Grad | null): Scalar => ({
  arity,
  takes: 'f32',
  gives: 'same',
  js,
  sample,
  grad,
});
const num = (
  arity: 1 | 2,
  js: Js,
  sample: readonly [number, number],
  grad: Grad | null,
  whole?: Js,
): Scalar => ({ arity, takes: 'number', gives: 'same', js, sample, grad, ...(whole && { whole }) });
const compare = (js: Js): Scalar => ({
  arity: 2,
  takes: 'number',
  gives: 'bool',
  js,
  sample: [-2, 2],
  grad: null,
});
const bits = (js: Js): Scalar => ({ arity: 2, takes: 'i32', gives: 'same', js, sample: [-9, 9], grad: null });
const truth = (arity: 1 | 2, js: Js): Scalar => ({
  arity,
  takes: 'bool',
  gives: 'bool',
  js,
  sample: [0, 1],
  grad: null,
});
const cast = (gives: Dtype, js: Js, grad: Grad | null): Scalar => ({
  arity: 1,
  takes: 'any',
  gives,
  js,
  sample: [-2, 2],
  grad,
});

const none: Grad = () => [null];
const twoOverRootPi = 2 / Math.sqrt(Math.PI);

// prettier-ignore
export const scalars = {
  neg:      num(1, (x) => -x,                   [-2, 2],  (g) => [g.neg()]),
  abs:      num(1, Math.abs,                    [0.2, 2], (g, _, x) => [g.mul(x.sign())]),            // slope 0 at 0
  sign:     num(1, Math.sign,                   [0.2, 2], none),                                      // sign(±0) = ±0
  floor:    f32(1, Math.floor,                  [0.1, 0.9], none),
  ceil:     f32(1, Math.ceil,                   [0.1, 0.9], none),
  round:    f32(1, roundEven,                   [0.1, 0.4], none),                                    // ties to even
  sqrt:     f32(1, Math.sqrt,                   [0.2, 4], (g, y) => [g.div(y.mul(2))]),
  rsqrt:    f32(1, (x) => 1 / Math.sqrt(x),     [0.2, 4], (g, y, x) => [g.mul(y).div(x).mul(-0.5)]),
  exp:      f32(1, Math.exp,                    [-2, 2],  (g, y) => [g.mul(y)]),
  expm1:    f32(1, Math.expm1,                  [-2, 2],  (g, y) => [g.mul(y.add(1))]),
  log:      f32(1, Math.log,                    [0.2, 4], (g, _, x) => [g.div(x)]),
  log1p:    f32(1, Math.log1p,                  [-0.5, 3], (g, _, x) => [g.div(x.add(1))]),
  sin:      f32(1, Math.sin,                    [-3, 3],  (g, _, x) => [g.mul(x.cos())]),                    // f32: 4 ULP for |x| <= 1e5, beyond some number in [-1, 1]
  cos:      f32(1, Math.cos,                    [-3, 3],  (g, _, x) => [g.mul(x.sin()).neg()]),              // as sin
  tanh:     f32(1, Math.tanh,                   [-2, 2],  (g, y) => [g.mul(y.mul(y).neg().add(1))]),
  sigmoid:  f32(1, (x) => 1 / (1 + Math.exp(-x)), [-3, 3], (g, y) => [g.mul(y).mul(y.neg().add(1))]),
  softplus: f32(1, (x) => Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x))), [-3, 3], (g, _, x) => [g.mul(x.sigmoid())]),
  erf:      f32(1, erf,                         [-2, 2],  (g, _, x) => [g.mul(x.mul(x).neg().exp()).mul(twoOverRootPi)]),
  relu:     f32(1, (x) => (x < 0 ? 0 : x),      [0.2, 2], (g, y) => [g.where(y.greater(0), 0)]),      // slope 0 at 0; relu(-0) = -0

  stop:     num(1, (x) => x,                    [-2, 2],  null),                                      // itself, taken for constant by gradients

  add:      num(2, (a, b) => a + b,             [-2, 2],  (g) => [g, g]),
  sub:      num(2, (a, b) => a - b,             [-2, 2],  (g) => [g, g.neg()]),
  mul:      num(2, (a, b) => a * b,             [-2, 2],  (g, _, a, b) => [g.mul(b), g.mul(a)], Math.imul),
  // i32: towards zero, x / 0 = 0
  div:      num(2, (a, b) => a / b,             [0.5, 2], (g, y, _, b) => [g.div(b), g.mul(y).div(b).neg()], (a, b) => (b === 0 ? 0 : Math.trunc(a / b))),
  // sign of the dividend; i32: x % 0 = 0. f32: a - b * trunc(a / b), rounded at each step
  rem:      num(2, (a, b) => a - b * Math.trunc(a / b), [0.5, 2], null, (a, b) => (b === 0 ? 0 : a % b)),
  // IEEE 754 pow: pow(x, 0) = pow(1, y) = 1 even for NaN
  pow:      f32(2, power,                       [0.5, 2], (g, y, a, b) => [g.mul(b).mul(a.pow(b.sub(1))), g.mul(y).mul(a.log())]),
  // NaN if either is NaN; -0 < +0; at a tie the gradient goes to the first argument
  max:      num(2, Math.max,                    [-2, 2],  (g, y, a) => [g.where(a.equal(y), 0), g.where(a.equal(y).not(), 0)]),
  min:      num(2, Math.min,                    [-2, 2],  (g, y, a) => [g.where(a.equal(y), 0), g.where(a.equal(y).not(), 0)]),

  less:      compare((a, b) => Number(a < b)),
  lessEqual: compare((a, b) => Number(a <= b)),
  equal:     compare((a, b) => Number(a === b)),                                                      // -0 = +0; NaN equals nothing

  bitAnd:     bits((a, b) => a & b),
  bitOr:      bits((a, b) => a | b),
  bitXor:     bits((a, b) => a ^ b),
  shiftLeft:  bits((a, b) => a << b),                                                                 // counts modulo 32
  shiftRight: bits((a, b) => a >>> b),                                                                // zeros come in
  not:        truth(1, (a) => Number(a === 0)),
  and:        truth(2, (a, b) => Number(a !== 0 && b !== 0)),
  or:         truth(2, (a, b) => Number(a !== 0 || b !== 0)),

  // (condition, a, b): a where the condition holds; a and b of one type
  select:   { arity: 3, takes: 'any', gives: 'same', js: (c, a, b) => (c !== 0 ? a : b), sample: [-2, 2],
              grad: (g, _, c) => [null, g.where(c, 0), g.where(c.not(), 0)] },

  // random bits (i32) as f32: uniform in [0, 1), and standard normal
  uniform: { arity: 1, takes: 'i32', gives: 'f32', js: (x) => (x >>> 8) * 2 ** -24, sample: [-9, 9], grad: null },
  normal:  { arity: 1, takes: 'i32', gives: 'f32', js: normalOf, sample: [-9, 9], grad: null },

  toF32:  cast('f32', (x) => x, (g, _, x) => [x.dtype === 'f32' ? g : null]),
  toI32:  cast('i32', (x) => saturate(x), null),                                                      // towards zero, saturating, NaN to 0
  toU8:   cast('u8', (x) => saturate(x) & 255, null),                                                 // toI32, then the low byte
  toBool: cast('bool', (x) => Number(x !== 0), null),                                                 // NaN is true
} satisfies Record<string, Scalar>;

export type ScalarName = keyof typeof scalars;

/** The row of a scalar function. */
export const scalar = (name: ScalarName): Scalar => scalars[name];

function roundEven(x: number): number {
  const up = Math.round(x);
  const rounded = up - x === 0.5 && up % 2 !== 0 ? up - 1 : up;
  return rounded === 0 && (x < 0 || Object.is(x, -0)) ? -0 : rounded;
}

function power(x: number, y: number): number {
  if (x === 1) return 1;
  return x === -1 && Math.abs(y) === Infinity ? 1 : x ** y;
}

function saturate(x: number): number {
  if (Number.isNaN(x)) return 0;
  return Math.max(-(2 ** 31), Math.min(2 ** 31 - 1, Math.trunc(x))) + 0;
}
