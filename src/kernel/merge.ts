// Neighbouring loops over the same axes become one: what the second reads of the first at its own place
// stays in a register. So an optimizer's update is one pass over its state.
import { axis, held, over, modulo, plus, int, times, text, type Axis, type Index } from '../base/formula.ts';
import { at } from '../base/shape.ts';
import { expressions, type Buffer, type Expr, type Item, type LoopKernel, type Store } from './kernel.ts';

/** The most expressions and buffers one kernel may have: compilers and devices have limits. */
const mostExpressions = 160;
const mostStores = 8;

/** The items with mergeable neighbours merged. */
export function merge(items: readonly Item[]): Item[] {
  const out: Item[] = [];
  for (const item of items) {
    const last = out[out.length - 1];
    const both = last?.kind === 'loop' && item.kind === 'loop' ? merged(last, item) : undefined;
    if (both) out[out.length - 1] = both;
    else out.push(item);
  }
  return out;
}

function merged(a: LoopKernel, b: LoopKernel): LoopKernel | undefined {
  const [p, q] = [long(a.axes), long(b.axes)];
  if (p.length !== q.length || p.some((x, i) => x.size !== at(q, i).size || x.scale !== at(q, i).scale))
    return undefined;
  if (a.stores.length + b.stores.length > mostStores) return undefined;
  const made = new Map(a.stores.map((s) => [s.to, s]));
  const rename = new Map(q.map((x, i) => [x, axis(at(p, i))]));
  const loads = expressions(a.stores.map((s) => s.value)).filter((x) => x.e === 'load');
  const rewrite = new Rewrite(rename, made, { loads });
  const stores = b.stores.map((s): Store => ({
    to: s.to,
    index: rewrite.formula(s.index),
    value: rewrite.expr(s.value),
  }));
  if (rewrite.failed || stores.some((s) => made.has(s.to))) return undefined;
  const all = [...a.stores, ...stores];
  const values = expressions(all.map((s) => s.value));
  if (values.length > mostExpressions || !inPlace(values, stores)) return undefined;
  return { kind: 'loop', axes: a.axes, stores: all };
}

/** Whether whatever is overwritten is read at the very place only, so that no neighbour sees it changed. */
const inPlace = (values: readonly Expr[], stores: readonly Store[]): boolean =>
  stores.every((s) =>
    values.every((x) => x.e !== 'load' || x.from !== s.to || text(x.index) === text(s.index)),
  );

/** The kernel with axes replaced by formulas. */
export function renamed(k: LoopKernel, rename: ReadonlyMap<Axis, Index>): LoopKernel {
  const rewrite = new Rewrite(rename, new Map());
  return {
    ...k,
    stores: k.stores.map((s) => ({
      to: s.to,
      index: rewrite.formula(s.index),
      value: rewrite.expr(s.value),
    })),
  };
}

const long = (axes: readonly Axis[]): Axis[] => axes.filter((a) => a.size !== 1 || a.scale !== 0);

type Load = Extract<Expr, { e: 'load' }>;

const placeOf = (from: Buffer, index: Index): string => `${from.id} ${text(index)}`;

/** Expressions with axes renamed, and loads of what `made` stores at the same place replaced by the value. */
class Rewrite {
  failed = false;
  private readonly known = new Map<Expr, Expr>();
  private readonly rename: ReadonlyMap<Axis, Index>;
  private readonly made: ReadonlyMap<Buffer, Store>;

  private readonly sum: Expr | undefined;
  /** Loads that are there already, by buffer and place: an equal one is the same value. */
  private readonly loads: ReadonlyMap<string, Expr>;

  constructor(
    rename: ReadonlyMap<Axis, Index>,
    made: ReadonlyMap<Buffer, Store>,
    { sum, loads = [] }: { sum?: Expr; loads?: readonly Load[] } = {},
  ) {
    this.rename = rename;
    this.made = made;
    this.sum = sum;
    this.loads = new Map(loads.map((x) => [placeOf(x.from, x.index), x]));
  }

  formula(x: Index): Index {
    const terms = x.terms.map(([a, k]) => {
      if (a.i === 'axis') return times(this.rename.get(a.axis) ?? axis(a.axis), k);
      if (a.i === '/') return times(over(this.formula(a.of), a.by), k);
      if (a.i === '%') return times(modulo(this.formula(a.of), a.by), k);
      if (a.i === 'held') return times(this.heldOnce(a.held, a.value as Expr, a.max), k);
      return { terms: [[a, k] as const], plus: 0 };
    });
    return plus(int(x.plus), ...terms);
  }

  private readonly helds = new Map<number, Index>();

  private heldOnce(id: number, value: Expr, max: number): Index {
    const known = this.helds.get(id) ?? held(this.expr(value), max);
    this.helds.set(id, known);
    return known;
  }

  expr(x: Expr): Expr {
    const known = this.known.get(x) ?? this.rewritten(x);
    this.known.set(x, known);
    return known;
  }

  private rewritten(x: Expr): Expr {
    switch (x.e) {
      case 'load': {
        const index = this.formula(x.index);
        const store = this.made.get(x.from);
        if (!store) return this.loads.get(placeOf(x.from, index)) ?? { ...x, index };
        if (text(store.index) !== text(index)) this.failed = true;
        return store.value;
      }
      case 'map':
        return { ...x, src: x.src.map((s) => this.expr(s)) };
      case 'place':
      case 'count':
        return { ...x, index: this.formula(x.index) };
      case 'inside': {
        const guards = x.guards.map((g) => ({
          index: this.formula(g.index),
          low: this.formula(g.low),
          high: this.formula(g.high),
        }));
        return { ...x, guards, value: this.expr(x.value) };
      }
      case 'random':
        return { ...x, seed: this.expr(x.seed), step: this.expr(x.step), index: this.formula(x.index) };
      case 'fold':
        return { ...x, body: this.expr(x.body) };
      case 'sum':
        return this.sum ?? x;
      case 'num':
        return x;
    }
  }
}

/** The expression with the sum of products replaced. */
export function withSum(x: Expr, sum: Expr): Expr {
  const rewrite = new Rewrite(new Map(), new Map(), { sum });
  return rewrite.expr(x);
}
