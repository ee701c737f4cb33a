// Writes a Code: values are made once per scope, and work is put into the outermost scope in which
// everything it needs is known. Loops and branches are scopes; only what cannot fail (index arithmetic,
// plain scalar functions) leaves a branch.
import { assert } from '../base/check.ts';
import type { Axis } from '../base/formula.ts';
import type { Base, BufferParam, Code, Machine, Op, Prim, Stmt, Type, Value } from './code.ts';
import type { Buffer } from './kernel.ts';
import type { Builder } from './math.ts';

interface Scope {
  readonly kind: 'top' | 'loop' | 'if';
  readonly stmts: Stmt[];
  readonly made: Map<string, Value>;
  /** What emitters remember here (element.ts). */
  readonly known: Map<object, Map<string, Value>>;
  /** Loop variables bound in this scope. */
  readonly axes: Map<Axis, Value>;
}

const resultBase: Partial<Record<Prim, Base>> = {
  lt: 'mask',
  le: 'mask',
  eq: 'mask',
  toInt: 'i32',
  toFloat: 'f32',
  bits: 'i32',
  fromBits: 'f32',
  fromMask: 'i32',
  toMask: 'mask',
  toIndex: 'ix',
  fromIndex: 'i32',
};

/** A text that equal operations share; most are functions of values, and their texts are short. */
const keyOf = ({ base, wide }: Type, op: Op): string =>
  (wide ? base : `one ${base}`) + (op.o === 'map' ? `${op.f}${op.args.join()}` : JSON.stringify(op));

export class Build {
  readonly types: Type[] = [];
  readonly machine: Machine;
  private readonly top: Scope = {
    kind: 'top',
    stmts: [],
    made: new Map(),
    known: new Map(),
    axes: new Map(),
  };
  /** Constants and parameters, before everything else. */
  private readonly prelude: Stmt[] = [];
  private readonly fixed = new Map<string, Value>();
  private scopes: Scope[] = [this.top];
  private readonly buffers: Buffer[] = [];
  private readonly written = new Set<Buffer>();

  constructor(machine: Machine) {
    this.machine = machine;
  }

  get lanes(): number {
    return this.machine.lanes;
  }

  get depth(): number {
    return this.scopes.length - 1;
  }

  // ---------------------------------------------------------------- values

  value(type: Type): Value {
    return this.types.push(type) - 1;
  }

  typeOf(v: Value): Type {
    return this.types[v]!;
  }

  /** The value of an operation in the current scope; the same operation is the same value wherever it is in sight. */
  let(type: Type, op: Op): Value {
    const key = keyOf(type, op);
    for (let i = this.scopes.length - 1; i >= 0; i--) {
      const known = this.scopes[i]!.made.get(key);
      if (known !== undefined) return known;
    }
    const to = this.value(type);
    const scope = this.scopes[this.scopes.length - 1]!;
    scope.stmts.push({ s: 'let', to, op });
    // Loads are remembered by expression, which knows about branches; sums change under their name.
    if (op.o !== 'load' && op.o !== 'fma') scope.made.set(key, to);
    return to;
  }

  private once(type: Type, op: Op): Value {
    const key = keyOf(type, op);
    const known = this.fixed.get(key);
    if (known !== undefined) return known;
    const to = this.value(type);
    this.prelude.push({ s: 'let', to, op });
    this.fixed.set(key, to);
    return to;
  }

  constant(base: Base, value: number, wide = false): Value {
    const exact = base === 'f32' ? Math.fround(value) : value;
    const key = `${base} ${String(wide)} ${Object.is(exact, -0) ? '-0' : String(exact)}`;
    const known = this.fixed.get(key);
    if (known !== undefined) return known;
    const to = this.value({ base, wide });
    this.prelude.push({ s: 'let', to, op: { o: 'const', value: exact } });
    this.fixed.set(key, to);
    return to;
  }

  ix(value: number): Value {
    return this.constant('ix', value);
  }

  param(which: 'lo' | 'hi'): Value {
    return this.once({ base: 'ix', wide: false }, { o: 'param', which });
  }

  symbol(index: number): Value {
    return this.once({ base: 'ix', wide: false }, { o: 'symbol', index });
  }

  map(f: Prim, ...args: Value[]): Value {
    const last = this.typeOf(args[args.length - 1]!);
    return this.let({ base: resultBase[f] ?? last.base, wide: last.wide }, { o: 'map', f, args });
  }

  /** Index arithmetic with what is plain taken out: x + 0, x * 1, constants. */
  addIx(a: Value, b: Value): Value {
    const [p, q] = [this.constantOf(a), this.constantOf(b)];
    if (p !== undefined && q !== undefined) return this.ix(p + q);
    if (p === 0) return b;
    return q === 0 ? a : this.map('add', a, b);
  }

  mulIx(a: Value, k: number): Value {
    const p = this.constantOf(a);
    if (p !== undefined) return this.ix(p * k);
    return k === 1 ? a : this.map('mul', a, this.ix(k));
  }

  constantOf(v: Value): number | undefined {
    const made = this.prelude.find((s) => s.s === 'let' && s.to === v);
    return made?.s === 'let' && made.op.o === 'const' ? made.op.value : undefined;
  }

  minIx(a: Value, b: Value): Value {
    const [p, q] = [this.constantOf(a), this.constantOf(b)];
    return p !== undefined && q !== undefined ? this.ix(Math.min(p, q)) : this.map('min', a, b);
  }

  splat(v: Value): Value {
    const { base, wide } = this.typeOf(v);
    if (wide) return v;
    const constant = this.constantOf(v);
    return constant !== undefined
      ? this.constant(base, constant, true)
      : this.let({ base, wide: true }, { o: 'splat', from: v });
  }

  /** Expansions over values of one width; constants are made to fit. */
  builder(wide: boolean): Builder<Value> {
    return {
      f32: (value) => this.constant('f32', value, wide),
      i32: (value) => this.constant('i32', value, wide),
      map: (f, ...args) => this.map(f, ...args),
    };
  }

  /** How far an axis goes: its size, or its share of the batch. */
  extent(a: Axis): Value {
    return a.scale === 0 ? this.ix(a.size) : this.mulIx(this.symbol(0), a.scale);
  }

  buffer(b: Buffer, written = false): number {
    if (written) this.written.add(b);
    const known = this.buffers.indexOf(b);
    return known >= 0 ? known : this.buffers.push(b) - 1;
  }

  /** What was remembered for `key` under `tag` in a scope still in sight. */
  recall(key: object, tag: string): Value | undefined {
    for (let i = this.scopes.length - 1; i >= 0; i--) {
      const known = this.scopes[i]!.known.get(key)?.get(tag);
      if (known !== undefined) return known;
    }
    return undefined;
  }

  remember(depth: number, key: object, tag: string, value: Value): void {
    const { known } = this.scopes[depth]!;
    known.set(key, (known.get(key) ?? new Map<string, Value>()).set(tag, value));
  }

  // ---------------------------------------------------------------- statements

  push(stmt: Stmt): void {
    this.scopes[this.scopes.length - 1]!.stmts.push(stmt);
  }

  variable(from: Value): Value {
    const to = this.value(this.typeOf(from));
    this.push({ s: 'var', to, from });
    return to;
  }

  set(to: Value, from: Value): void {
    this.push({ s: 'set', to, from });
  }

  /** for (i = from; i < to; i += step) body, with the loop variable bound to `axis` where one is given. */
  loop(from: Value, to: Value, step: number, body: (index: Value) => void, axis?: Axis): void {
    const index = this.value({ base: 'ix', wide: false });
    const scope: Scope = {
      kind: 'loop',
      stmts: [],
      made: new Map(),
      known: new Map(),
      axes: new Map(axis ? [[axis, index]] : []),
    };
    const outer = this.scopes;
    this.scopes = [...outer, scope];
    body(index);
    this.scopes = outer;
    this.push({ s: 'loop', index, from, to, step, body: scope.stmts });
  }

  /** A branch; without a condition a scope of its own that is always entered. */
  when(cond: Value | undefined, then: () => void): void {
    const scope: Scope = {
      kind: cond === undefined ? 'loop' : 'if',
      stmts: [],
      made: new Map(),
      known: new Map(),
      axes: new Map(),
    };
    const outer = this.scopes;
    this.scopes = [...outer, scope];
    then();
    this.scopes = outer;
    if (cond === undefined) for (const stmt of scope.stmts) this.push(stmt);
    else this.push({ s: 'if', cond, then: scope.stmts });
  }

  /** Runs `make` as if in the scope at `depth`: what it writes goes there. */
  at<T>(depth: number, make: () => T): T {
    if (depth >= this.depth) return make();
    const all = this.scopes;
    this.scopes = all.slice(0, depth + 1);
    try {
      return make();
    } finally {
      this.scopes = all;
    }
  }

  /** A value for an axis that is not a loop's own variable, in the current scope. */
  bind(axis: Axis, value: Value): void {
    this.scopes[this.scopes.length - 1]!.axes.set(axis, value);
  }

  valueOf(axis: Axis): Value {
    for (let i = this.scopes.length - 1; i >= 0; i--) {
      const v = this.scopes[i]!.axes.get(axis);
      if (v !== undefined) return v;
    }
    assert(axis.size === 1, () => `tile: axis ${axis.id} of size ${axis.size} is not bound`);
    return this.ix(0);
  }

  /** The innermost scope that binds one of the axes; 0 if none does. */
  depthOf(axes: Iterable<Axis>): number {
    let depth = 0;
    for (const a of axes)
      for (let i = this.scopes.length - 1; i > depth; i--) if (this.scopes[i]!.axes.has(a)) depth = i;
    return depth;
  }

  /** The innermost branch around the current scope; 0 if there is none. */
  get branch(): number {
    for (let i = this.scopes.length - 1; i > 0; i--) if (this.scopes[i]!.kind === 'if') return i;
    return 0;
  }

  // ---------------------------------------------------------------- the result

  finish(): { code: Code; buffers: readonly Buffer[] } {
    const params = this.buffers.map((b): BufferParam => ({ dtype: b.dtype, written: this.written.has(b) }));
    const body = [...this.prelude, ...this.top.stmts];
    return { code: { lanes: this.lanes, buffers: params, types: this.types, body }, buffers: this.buffers };
  }
}
