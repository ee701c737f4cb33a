// Turns formulas and expressions into values of a Code, narrow or along a vector axis, each in the
// outermost scope that knows what it needs.
import { assert } from '../base/check.ts';
import type { Dtype } from '../base/dtype.ts';
import { bounds, factorOf, text, type Atom, type Axis, type Index } from '../base/formula.ts';
import type { Build } from './build.ts';
import type { Base, Value } from './code.ts';
import { foldValue } from './fold-code.ts';
import { formulasOf, partsOf, type Expr } from './kernel.ts';
import { expansions } from './math.ts';
import { spellings } from './spell.ts';

export const baseOf = (dtype: Dtype): Base => (dtype === 'f32' ? 'f32' : dtype === 'bool' ? 'mask' : 'i32');

/** How expressions are to be computed where the emitter stands. */
export interface Mode {
  /** The axis whose neighbouring places are lanes, if any. */
  readonly vector?: Axis | undefined;
  /** What {e: 'sum'} stands for. */
  readonly sum?: Value | undefined;
}

export class Emitter {
  readonly b: Build;
  private readonly free = new Map<Expr, Set<Axis>>();

  constructor(b: Build) {
    this.b = b;
  }

  /** Axes an expression depends on, not counting those it folds over. */
  axesOf(x: Expr): Set<Axis> {
    const known = this.free.get(x);
    if (known) return known;
    const axes = new Set<Axis>();
    for (const p of partsOf(x)) for (const a of this.axesOf(p)) axes.add(a);
    for (const f of formulasOf(x)) for (const a of this.axesIn(f)) axes.add(a);
    if (x.e === 'fold') for (const a of x.axes) axes.delete(a);
    this.free.set(x, axes);
    return axes;
  }

  axesIn(x: Index): Set<Axis> {
    const axes = new Set<Axis>();
    for (const [a] of x.terms) {
      if (a.i === 'axis') axes.add(a.axis);
      if (a.i === '/' || a.i === '%') for (const b of this.axesIn(a.of)) axes.add(b);
      if (a.i === 'held') for (const b of this.axesOf(a.value as Expr)) axes.add(b);
    }
    return axes;
  }

  // ---------------------------------------------------------------- formulas

  /** The value of a formula without its constant, and the constant. Terms are summed from the outermost scope inwards. */
  split(x: Index): { at: Value; offset: number } {
    const { b } = this;
    const terms = x.terms
      .map(([a, k]) => ({ a, k, depth: this.depthOfAtom(a) }))
      .sort((p, q) => p.depth - q.depth);
    let sum = b.ix(0);
    for (const { a, k, depth } of terms) sum = b.at(depth, () => b.addIx(sum, b.mulIx(this.atom(a), k)));
    return { at: sum, offset: x.plus };
  }

  ix(x: Index): Value {
    const { at, offset } = this.split(x);
    return this.b.addIx(at, this.b.ix(offset));
  }

  private depthOfAtom(a: Atom): number {
    const depth = this.b.depthOf(this.axesIn({ terms: [[a, 1]], plus: 0 }));
    return holds(a) ? Math.max(depth, this.b.branch) : depth;
  }

  private atom(a: Atom): Value {
    const { b } = this;
    if (a.i === 'axis') return b.valueOf(a.axis);
    if (a.i === 'symbol') return b.symbol(a.symbol);
    if (a.i === 'held') return b.map('toIndex', this.narrow(a.value as Expr, {}));
    // Floored by making the dividend positive first: (x + c*k) / k - c.
    const [lo] = bounds(a.of);
    const up = lo < 0 ? Math.ceil(-lo / a.by) : 0;
    const of = this.ix({ terms: a.of.terms, plus: a.of.plus + up * a.by });
    const q = b.map(a.i === '/' ? 'div' : 'rem', of, b.ix(a.by));
    return a.i === '/' ? b.addIx(q, b.ix(-up)) : q;
  }

  // ---------------------------------------------------------------- expressions

  /** One element, at the places the axes are bound to. */
  narrow(x: Expr, mode: Mode): Value {
    return this.emit(x, { sum: mode.sum });
  }

  /** `lanes` elements along the vector axis. */
  wide(x: Expr, mode: Mode): Value {
    const { vector } = mode;
    assert(vector !== undefined, () => 'tile: a wide value without a vector axis');
    const along = this.axesOf(x).has(vector) || sums(x);
    return along ? this.emit(x, mode) : this.b.splat(this.emit(x, { sum: mode.sum }));
  }

  private emit(x: Expr, mode: Mode): Value {
    const { b } = this;
    const wide = mode.vector !== undefined;
    const tag = `${wide ? `w${String(mode.vector?.id)}` : 'n'}${sums(x) ? ` ${String(mode.sum)}` : ''}`;
    const found = b.recall(x, tag);
    if (found !== undefined) return found;
    const own = sums(x) ? b.depth : b.depthOf(this.axesOf(x));
    const depth = Math.min(b.depth, Math.max(own, fails(x) ? b.branch : 0));
    const value = b.at(depth, () => this.make(x, mode));
    b.remember(depth, x, tag, value);
    return value;
  }

  private make(x: Expr, mode: Mode): Value {
    const { b } = this;
    const wide = mode.vector !== undefined;
    switch (x.e) {
      case 'num':
        return b.constant(baseOf(x.dtype), x.value, wide);
      case 'load':
        return this.load(x, mode);
      case 'map': {
        const args = x.src.map((s) => this.arg(s, mode));
        return spellings[x.op](b.builder(wide), args, x.src[x.src.length - 1]!.dtype);
      }
      case 'place':
        return this.place(x.index, mode);
      case 'count':
        return b.map('toFloat', b.map('fromIndex', this.ix(x.index)));
      case 'inside':
        return this.inside(x, mode);
      case 'random': {
        const [seed, step] = [this.arg(x.seed, mode), this.arg(x.step, mode)];
        const purpose = b.constant('i32', x.purpose, wide);
        return expansions.threefry(b.builder(wide), seed, purpose, this.place(x.index, mode), step);
      }
      case 'fold':
        return foldValue(this, x, mode);
      case 'sum':
        assert(mode.sum !== undefined, () => 'tile: no sum of products here');
        return mode.sum;
    }
  }

  arg(x: Expr, mode: Mode): Value {
    return mode.vector === undefined ? this.narrow(x, mode) : this.wide(x, mode);
  }

  private load(x: Extract<Expr, { e: 'load' }>, { vector }: Mode): Value {
    const { b } = this;
    const stride = vector ? factorOf(x.index, vector) : 0;
    assert(stride !== undefined, () => `tile: ${text(x.index)} is not straight along the vector axis`);
    const { at, offset } = this.split(x.index);
    const base = x.dtype === 'f32' ? 'f32' : 'i32';
    const loaded = b.let(
      { base, wide: vector !== undefined },
      { o: 'load', buffer: b.buffer(x.from), at, offset, stride },
    );
    return x.dtype === 'bool' ? b.map('toMask', loaded) : loaded;
  }

  /** A place as i32; along the vector axis, of each lane. */
  private place(index: Index, { vector }: Mode): Value {
    const { b } = this;
    const first = b.map('fromIndex', this.ix(index));
    if (!vector) return first;
    const stride = factorOf(index, vector);
    assert(stride !== undefined, () => `tile: ${text(index)} is not straight along the vector axis`);
    const lanes = b.let({ base: 'i32', wide: true }, { o: 'lanes' });
    const steps = stride === 1 ? lanes : b.map('mul', lanes, b.constant('i32', stride, true));
    return stride === 0 ? b.splat(first) : b.map('add', b.splat(first), steps);
  }

  private inside(x: Extract<Expr, { e: 'inside' }>, mode: Mode): Value {
    const { b } = this;
    const zero = b.constant(baseOf(x.dtype), 0, mode.vector !== undefined);
    const cond = this.guard(x);
    if (cond === undefined) return this.arg(x.value, mode);
    const y = b.variable(zero);
    b.when(cond, () => b.set(y, this.arg(x.value, mode)));
    return y;
  }

  /** Whether all guards hold, as a narrow mask; undefined where they always do. */
  private guard(x: Extract<Expr, { e: 'inside' }>): Value | undefined {
    const { b } = this;
    let all: Value | undefined;
    const also = (v: Value): void => {
      all = all === undefined ? v : b.map('and', all, v);
    };
    for (const g of x.guards) {
      const loose = g.index.terms.some(([a]) => holds(a));
      const [lo, hi] = bounds(g.index);
      if (loose || lo < bounds(g.low)[1]) also(b.map('le', this.ix(g.low), this.ix(g.index)));
      if (loose || hi >= bounds(g.high)[0]) also(b.map('lt', this.ix(g.index), this.ix(g.high)));
    }
    return all;
  }
}

const holds = (a: Atom): boolean =>
  a.i === 'held' || ((a.i === '/' || a.i === '%') && a.of.terms.some(([p]) => holds(p)));

const cache = new WeakMap<Expr, boolean>();
/** Whether computing an expression anywhere but where it is wanted could read outside a buffer. */
function fails(x: Expr): boolean {
  const known = cache.get(x);
  if (known !== undefined) return known;
  const result =
    x.e === 'load' ||
    x.e === 'fold' ||
    x.e === 'inside' ||
    partsOf(x).some(fails) ||
    formulasOf(x).some((f) => f.terms.some(([a]) => holds(a)));
  cache.set(x, result);
  return result;
}

const summed = new WeakMap<Expr, boolean>();
/** Whether an expression reads the sum of products, whose places no formula shows. */
function sums(x: Expr): boolean {
  const known = summed.get(x) ?? (x.e === 'sum' || partsOf(x).some(sums));
  summed.set(x, known);
  return known;
}
