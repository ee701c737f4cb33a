// Folds inside a kernel: loops that join elements into one, along lanes where the machine can. The order of
// joining comes from the shapes and the machine's lanes alone, never from how work is shared out.
import { assert } from '../base/check.ts';
import { factorOf, type Axis } from '../base/formula.ts';
import { folds } from '../graph/fold.ts';
import type { Build } from './build.ts';
import type { Value } from './code.ts';
import { baseOf, type Emitter, type Mode } from './element.ts';
import { expressions, formulasOf, type Expr } from './kernel.ts';

type Fold = Extract<Expr, { e: 'fold' }>;

/** A chain of this many sums in f32 costs about two digits; longer ones are cut into blocks. */
const block = 256;

export function foldValue(e: Emitter, x: Fold, mode: Mode): Value {
  const axes = x.axes.filter((a) => a.size !== 1 || a.scale !== 0);
  if (x.op === 'argmax' || x.op === 'argmin') return place(e, { ...x, axes }, mode);
  const last = axes[axes.length - 1];
  const lanes =
    mode.vector === undefined && last !== undefined && last.size >= e.b.lanes && straight(x.body, last);
  return lanes ? across(e, x, axes) : along(e, x, axes, mode);
}

/** Whether the places of an axis can be lanes: every formula moves straight along it, loads by 0 or 1. */
export function straight(x: Expr, axis: Axis, steps: readonly number[] = [0, 1]): boolean {
  return expressions([x]).every((y) => {
    if (y.e === 'inside') return formulasOf(y).every((f) => factorOf(f, axis) === 0);
    if (y.e === 'fold' && y.axes.includes(axis)) return false;
    const factors = formulasOf(y).map((f) => factorOf(f, axis));
    return factors.every((k) => k !== undefined && (y.e !== 'load' || steps.includes(k)));
  });
}

const startOf = (b: Build, x: Fold, wide: boolean): Value => {
  const { start } = folds[x.op];
  const whole = start === 0 || start === 1 ? start : start < 0 ? -(2 ** 31) : 2 ** 31 - 1;
  if (x.dtype === 'i32') return b.constant('i32', whole, wide);
  return Number.isFinite(start)
    ? b.constant('f32', start, wide)
    : b.map('fromBits', b.constant('i32', start < 0 ? 0xff800000 | 0 : 0x7f800000, wide));
};

const joins = { sum: 'add', prod: 'mul', max: 'max', min: 'min' } as const;
const join = (b: Build, x: Fold, p: Value, q: Value): Value => b.map(joins[x.op as keyof typeof joins], p, q);

/** Loops over the axes, adding each element to a variable; blocks have one of their own. */
function along(e: Emitter, x: Fold, axes: readonly Axis[], mode: Mode): Value {
  const { b } = e;
  const wide = mode.vector !== undefined;
  const total = b.variable(startOf(b, x, wide));
  const nest = (i: number, into: Value): void => {
    const a = axes[i];
    if (!a) return b.set(into, join(b, x, into, e.arg(x.body, mode)));
    if (a.size === 1 && i === axes.length - 1) {
      // A batch of one: a choice costs less than a loop that turns once or never.
      b.bind(a, b.ix(0));
      const some = b.map('lt', b.ix(0), b.extent(a));
      const joined = join(b, x, into, e.arg(x.body, mode));
      return b.set(into, b.map('select', wide ? b.splat(some) : some, joined, into));
    }
    const inner = axes.slice(i + 1).reduce((n, c) => n * c.size, 1);
    const each = (from: Value, to: Value, sum: Value): void => b.loop(from, to, 1, () => nest(i + 1, sum), a);
    if (x.op === 'sum' && inner > block / 8 && inner > 1 && i + 1 < axes.length) {
      b.loop(b.ix(0), b.extent(a), 1, () => own(b, x, wide, into, (part) => nest(i + 1, part)), a);
    } else if (x.op === 'sum' && inner === 1 && a.size > 2 * block) {
      blocks(b, a, block, (from, to) => own(b, x, wide, into, (part) => each(from, to, part)));
    } else each(b.ix(0), b.extent(a), into);
  };
  nest(0, total);
  return total;
}

/** Runs `fill` with a fresh variable and joins it into `into`. */
function own(b: Build, x: Fold, wide: boolean, into: Value, fill: (part: Value) => void): void {
  const part = b.variable(startOf(b, x, wide));
  fill(part);
  b.set(into, join(b, x, into, part));
}

/** Loops over an axis in blocks of `length`. */
function blocks(b: Build, a: Axis, length: number, body: (from: Value, to: Value) => void): void {
  b.loop(b.ix(0), b.extent(a), length, (from) =>
    body(from, b.minIx(b.addIx(from, b.ix(length)), b.extent(a))),
  );
}

/** The last axis in lanes: one wide variable and a narrow one for what is left over, joined lane by lane at the end. */
function across(e: Emitter, x: Fold, axes: readonly Axis[]): Value {
  const { b } = e;
  const last = axes[axes.length - 1]!;
  const lanes = b.variable(startOf(b, x, true));
  const rest = b.variable(startOf(b, x, false));
  const end = b.extent(last);
  const whole =
    last.scale === 0
      ? b.ix(last.size - (last.size % b.lanes))
      : b.map('sub', end, b.map('rem', end, b.ix(b.lanes)));
  const row = (): void => {
    const sweep = (from: Value, to: Value, into: Value): void =>
      b.loop(from, to, b.lanes, () => b.set(into, join(b, x, into, e.wide(x.body, { vector: last }))), last);
    if (x.op === 'sum' && last.size > 2 * block * b.lanes) {
      const length = block * b.lanes;
      b.loop(b.ix(0), whole, length, (from) =>
        own(b, x, true, lanes, (part) => sweep(from, b.minIx(b.addIx(from, b.ix(length)), whole), part)),
      );
    } else if (x.op === 'sum' && last.size >= 2 * b.lanes && axes.length > 1) {
      own(b, x, true, lanes, (part) => sweep(b.ix(0), whole, part));
    } else sweep(b.ix(0), whole, lanes);
    if (last.scale !== 0 || last.size % b.lanes !== 0)
      b.loop(whole, end, 1, () => b.set(rest, join(b, x, rest, e.narrow(x.body, {}))), last);
  };
  const nest = (i: number): void =>
    i === axes.length - 1 ? row() : b.loop(b.ix(0), b.extent(axes[i]!), 1, () => nest(i + 1), axes[i]);
  nest(0);
  const { base } = b.typeOf(lanes);
  const lane = (i: number): Value => b.let({ base, wide: false }, { o: 'lane', from: lanes, index: i });
  return Array.from({ length: b.lanes }, (_, i) => lane(i)).reduce((sum, v) => join(b, x, sum, v), rest);
}

/** The place of the first largest (smallest) element, of the first NaN if there is one. */
function place(e: Emitter, x: Fold, mode: Mode): Value {
  const { b } = e;
  const wide = mode.vector !== undefined;
  const type = baseOf(x.body.dtype);
  assert(type === 'f32' || type === 'i32', () => `tile: ${x.op} of ${type}`);
  const best = b.variable(startOf(b, { ...x, op: x.op === 'argmax' ? 'max' : 'min', dtype: type }, wide));
  const at = b.variable(b.constant('i32', 0, wide));
  const count = b.variable(b.ix(0));
  const step = (): void => {
    const v = e.arg(x.body, mode);
    const ahead = x.op === 'argmax' ? b.map('lt', best, v) : b.map('lt', v, best);
    const better =
      type === 'i32'
        ? ahead
        : b.map('and', b.map('eq', best, best), b.map('or', ahead, b.map('not', b.map('eq', v, v))));
    const here = b.map('fromIndex', count);
    b.set(at, b.map('select', better, wide ? b.splat(here) : here, at));
    b.set(best, b.map('select', better, v, best));
    b.set(count, b.addIx(count, b.ix(1)));
  };
  const nest = (i: number): void =>
    i === x.axes.length ? step() : b.loop(b.ix(0), b.extent(x.axes[i]!), 1, () => nest(i + 1), x.axes[i]);
  nest(0);
  return at;
}
