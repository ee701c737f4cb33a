// How each scalar function is made of primitives, once for every target. Does not type-check until every
// row of graph/scalar.ts has its line here.
import type { Dtype } from '../base/dtype.ts';
import type { ScalarName } from '../graph/scalar.ts';
import { expansions, type Builder } from './math.ts';

/** A line: the value of the function, from its arguments and the element type of its last argument. */
export type Spell = <V>(b: Builder<V>, x: readonly V[], dtype: Dtype) => V;

const zero = <V>(b: Builder<V>, dtype: Dtype): V => (dtype === 'f32' ? b.f32(0) : b.i32(0));
const isTrue = <V>(b: Builder<V>, x: V, dtype: Dtype): V => {
  if (dtype === 'bool') return x;
  return dtype === 'f32' ? b.map('not', b.map('eq', x, b.f32(0))) : b.map('toMask', x);
};
const whole = <V>(b: Builder<V>, x: V, dtype: Dtype): V => {
  if (dtype === 'f32') return b.map('toInt', x);
  return dtype === 'bool' ? b.map('fromMask', x) : x;
};

const one =
  (f: Parameters<Builder<unknown>['map']>[0]): Spell =>
  (b, x) =>
    b.map(f, ...x);
/** What an expansion is, whatever its number of arguments. */
type Expand = <V>(b: Builder<V>, ...x: readonly V[]) => V;
const made = (f: keyof typeof expansions): Spell => {
  const expand: unknown = expansions[f];
  return (b, x) => (expand as Expand)(b, ...x);
};

// prettier-ignore
export const spellings: Readonly<Record<ScalarName, Spell>> = {
  neg: (b, [x], t) => (t === 'f32' ? b.map('neg', x!) : b.map('sub', b.i32(0), x!)),
  abs: (b, [x], t) => (t === 'f32' ? b.map('abs', x!) : b.map('max', x!, b.map('sub', b.i32(0), x!))),
  sign: (b, [x], t) => {
    const [o, minus] = t === 'f32' ? [b.f32(1), b.f32(-1)] : [b.i32(1), b.i32(-1)];
    const below = b.map('select', b.map('lt', x!, zero(b, t)), minus, x!); // ±0 and NaN stay themselves
    return b.map('select', b.map('lt', zero(b, t), x!), o, below);
  },
  stop: (_, [x]) => x!,
  floor: one('floor'), ceil: one('ceil'), round: one('nearest'), sqrt: one('sqrt'),
  rsqrt: made('rsqrt'), exp: made('exp'), expm1: made('expm1'), log: made('log'), log1p: made('log1p'),
  sin: made('sin'), cos: made('cos'), tanh: made('tanh'), sigmoid: made('sigmoid'), softplus: made('softplus'),
  erf: made('erf'), pow: made('pow'), uniform: made('uniform'), normal: made('normal'),
  relu: (b, [x]) => b.map('select', b.map('lt', x!, b.f32(0)), b.f32(0), x!),

  add: one('add'), sub: one('sub'), mul: one('mul'), div: one('div'), max: one('max'), min: one('min'),
  rem: (b, [x, y], t) => (t === 'i32' ? b.map('rem', x!, y!) : b.map('sub', x!, b.map('mul', y!, b.map('trunc', b.map('div', x!, y!))))),

  less: one('lt'), lessEqual: one('le'), equal: one('eq'),
  bitAnd: one('and'), bitOr: one('or'), bitXor: one('xor'), shiftLeft: one('shl'), shiftRight: one('shr'),
  not: one('not'), and: one('and'), or: one('or'),
  select: one('select'),

  toF32: (b, [x], t) => (t === 'f32' ? x! : b.map('toFloat', whole(b, x!, t))),
  toI32: (b, [x], t) => whole(b, x!, t),
  toU8: (b, [x], t) => b.map('and', whole(b, x!, t), b.i32(255)),
  toBool: (b, [x], t) => isTrue(b, x!, t),
};
