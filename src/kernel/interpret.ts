// Runs kernels the slow, plain way, in float64 and with every load checked. It is the meaning of a kernel:
// all targets are tested against it, and it is what a machine with no other device runs.
//
// Expressions become closures (never text that is evaluated: strict pages forbid that).
import { assert } from '../base/check.ts';
import { stored, type Dtype } from '../base/dtype.ts';
import { axis, evaluate, text, type Atom, type Axis, type Index } from '../base/formula.ts';
import { threefry2x32 } from '../base/rng.ts';
import { folds } from '../graph/fold.ts';
import { scalar } from '../graph/scalar.ts';
import { expressions, partsOf, type Buffer, type Expr, type Item, type Kernel } from './kernel.ts';

/** The elements of buffers as float64; whole numbers and truths are exact. */
export type Memory = Map<Buffer, Float64Array>;

type Thunk = () => number;

/** Runs items in order over `memory`; symbols[0] is the batch. */
export function interpret(items: readonly Item[], memory: Memory, symbols: number[]): void {
  for (const item of items) {
    if (item.kind !== 'scan') {
      new Interpreter(memory, symbols).run(item);
      continue;
    }
    for (let t = 0; t < item.length; t++) {
      symbols[item.symbol] = t;
      interpret(item.items, memory, symbols);
    }
  }
}

class Interpreter {
  private readonly memory: Memory;
  private readonly symbols: readonly number[];
  private readonly axes = new Map<Axis, number>();
  private readonly thunks = new Map<Expr, Thunk>();
  private readonly shared = new Set<Expr>();
  /** Counts places: a shared value is computed once for each. */
  private tick = 0;
  private sum = 0;

  constructor(memory: Memory, symbols: readonly number[]) {
    this.memory = memory;
    this.symbols = symbols;
  }

  run(k: Kernel): void {
    if (k.kind === 'scatter') return this.scatter(k);
    this.share(k.stores.map((s) => s.value));
    const stores = k.stores.map((s) => ({ ...s, index: this.index(s.index), value: this.thunk(s.value) }));
    const product = k.kind === 'contract' ? this.product(k) : undefined;
    this.each(k.axes, () => {
      if (product) this.sum = product();
      const values = stores.map((s) => s.value());
      stores.forEach((s, i) => this.put(s.to, s.index(), values[i]!));
    });
  }

  private product(k: Extract<Kernel, { kind: 'contract' }>): Thunk {
    const [a, b] = [this.load(k.a.from, k.a.index), this.load(k.b.from, k.b.index)];
    const within = k.limits.map(({ of, low, high }) => {
      const [place, from, to] = [axis(of), low, high].map((index) => this.index(index)) as [
        Thunk,
        Thunk,
        Thunk,
      ];
      return () => from() <= place() && place() < to();
    });
    return () => {
      let sum = 0;
      this.each(k.over, () => {
        if (within.every((inside) => inside())) sum += a() * b();
      });
      return sum;
    };
  }

  private scatter(k: Extract<Kernel, { kind: 'scatter' }>): void {
    const base = this.value(k.base);
    const out = this.bufferOf(k.to);
    out.fill(0, base, base + k.rows * k.width);
    const [row, update] = [this.thunk(k.row), this.thunk(k.update)];
    this.each([k.count], () => {
      const r = row();
      if (r < 0 || r >= k.rows) return;
      this.each([k.column], () => {
        const i = base + r * k.width + (this.axes.get(k.column) ?? 0);
        out[i] = out[i]! + update();
      });
    });
  }

  /** Runs `body` for each place of the axes, the last fastest. */
  private each(axes: readonly Axis[], body: () => void, from = 0): void {
    const a = axes[from];
    if (!a) {
      this.tick++;
      return body();
    }
    const end = a.scale === 0 ? a.size : Math.min(a.size, a.scale * this.symbols[0]!);
    for (let i = 0; i < end; i++) {
      this.axes.set(a, i);
      this.each(axes, body, from + 1);
    }
  }

  private share(roots: readonly Expr[]): void {
    const seen = new Set<Expr>();
    for (const x of expressions(roots))
      for (const p of partsOf(x)) {
        if (seen.has(p)) this.shared.add(p);
        seen.add(p);
      }
  }

  private readonly atom = (a: Atom): number => {
    if (a.i === 'axis') return this.axes.get(a.axis) ?? 0;
    if (a.i === 'symbol') return this.symbols[a.symbol] ?? 0;
    assert(a.i === 'held', () => `interpret: ${a.i} is not an atom`);
    return this.thunk(a.value as Expr)();
  };

  private index(x: Index): Thunk {
    return () => evaluate(x, this.atom);
  }

  private value(x: Index): number {
    return evaluate(x, this.atom);
  }

  private bufferOf(b: Buffer): Float64Array {
    const data = this.memory.get(b) ?? new Float64Array(b.size);
    this.memory.set(b, data);
    return data;
  }

  private load(from: Buffer, index: Index): Thunk {
    const data = this.bufferOf(from);
    return () => {
      const at = evaluate(index, this.atom);
      const x = data[at];
      assert(
        x !== undefined,
        () => `load: element ${at} of ${from.name}, which has ${from.size}: ${text(index)}`,
      );
      return x;
    };
  }

  private put(to: Buffer, at: number, x: number): void {
    const data = this.bufferOf(to);
    assert(at >= 0 && at < data.length, () => `store: element ${at} of ${to.name}, which has ${to.size}`);
    data[at] = to.dtype === 'f32' ? x : stored(to.dtype, x);
  }

  private thunk(x: Expr): Thunk {
    const known = this.thunks.get(x);
    if (known) return known;
    const plain = this.plain(x);
    let [tick, value] = [-1, 0];
    const made = !this.shared.has(x)
      ? plain
      : (): number => {
          if (tick !== this.tick) [value, tick] = [plain(), this.tick];
          return value;
        };
    this.thunks.set(x, made);
    return made;
  }

  private plain(x: Expr): Thunk {
    switch (x.e) {
      case 'num': {
        const value = x.dtype === 'f32' ? x.value : stored(x.dtype, x.value);
        return () => value;
      }
      case 'load':
        return this.load(x.from, x.index);
      case 'map':
        return this.map(x.op, x.dtype, x.src);
      case 'place':
      case 'count':
        return this.index(x.index);
      case 'inside': {
        const value = this.thunk(x.value);
        const within = (): boolean =>
          x.guards.every((g) => {
            const i = this.value(g.index);
            return this.value(g.low) <= i && i < this.value(g.high);
          });
        return () => (within() ? value() : 0);
      }
      case 'random': {
        const [seed, step, at] = [this.thunk(x.seed), this.thunk(x.step), this.index(x.index)];
        return () => threefry2x32(seed(), x.purpose, at(), step())[0] | 0;
      }
      case 'fold':
        return this.fold(x.op, x.dtype, x.axes, this.thunk(x.body));
      case 'sum':
        return () => this.sum;
    }
  }

  private map(op: Parameters<typeof scalar>[0], dtype: Dtype, src: readonly Expr[]): Thunk {
    const row = scalar(op);
    const whole = src.every((s) => s.dtype === 'i32') && dtype === 'i32';
    const f = (whole ? row.whole : undefined) ?? row.js;
    const args = src.map((s) => this.thunk(s));
    const end = dtype === 'f32' ? (v: number): number => v : (v: number): number => stored(dtype, v);
    const [a, b] = args;
    if (args.length === 1) return () => end(f(a!()));
    if (args.length === 2) return () => end(f(a!(), b!()));
    return () => end(f(...args.map((g) => g())));
  }

  private fold(op: keyof typeof folds, dtype: Dtype, axes: readonly Axis[], body: Thunk): Thunk {
    if (op === 'argmax' || op === 'argmin') return this.place(op === 'argmax' ? 1 : -1, axes, body);
    const row = folds[op];
    const whole = row.whole ?? row.join;
    const join = dtype === 'f32' ? row.join : (a: number, b: number): number => stored(dtype, whole(a, b));
    const start = dtype === 'f32' ? row.start : Math.max(-(2 ** 31), Math.min(2 ** 31 - 1, row.start));
    return () => {
      let y = start;
      this.each(axes, () => (y = join(y, body())));
      return y;
    };
  }

  private place(sign: number, axes: readonly Axis[], body: Thunk): Thunk {
    return () => {
      let [best, place, n] = [-Infinity, 0, 0];
      this.each(axes, () => {
        const v = sign * body();
        if ((v > best || (Number.isNaN(v) && !Number.isNaN(best))) && !Number.isNaN(best))
          [best, place] = [v, n];
        n++;
      });
      return place;
    };
  }
}
