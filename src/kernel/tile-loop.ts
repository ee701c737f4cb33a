// Loops over places, made fast: neighbouring axes become one, the last runs in lanes, the first is shared
// out in parts.
import { factorOf, text, type Axis, type Index, axis, newAxis, int } from '../base/formula.ts';
import { at } from '../base/shape.ts';
import { Build } from './build.ts';
import type { Code, Machine, Value } from './code.ts';
import { Emitter } from './element.ts';
import { straight } from './fold-code.ts';
import {
  expressions,
  formulasOf,
  partsOf,
  type Buffer,
  type Expr,
  type LoopKernel,
  type Store,
} from './kernel.ts';
import { renamed } from './merge.ts';

/** A kernel's code, the buffers it takes in order, and how many parts its work is in. */
export interface Tiled {
  readonly code: Code;
  readonly buffers: readonly Buffer[];
  readonly parts: number;
}

/** Below this many scalar operations work is not worth sharing out (about 5 microseconds). */
const partWork = 16_000;
const mostParts = 32;

export function tileLoop(kernel: LoopKernel, machine: Machine): Tiled {
  const b = new Build(machine);
  const e = new Emitter(b);
  const { condition, stores } = commonGuard(e, kernel);
  const loop = joined({ ...kernel, stores });
  let parts = 1;
  b.when(condition && e.narrow(condition, {}), () => {
    parts = loops(e, loop);
  });
  return { ...b.finish(), parts };
}

/** The loops over all places, in so many parts. */
function loops(e: Emitter, k: LoopKernel): number {
  const { b } = e;
  const [first, ...rest] = k.axes;
  const last = k.axes[k.axes.length - 1];
  const vector = last && last.size >= b.lanes && k.stores.every((s) => runsAlong(s, last)) ? last : undefined;
  if (!first) {
    store(e, k.stores, undefined);
    return 1;
  }
  const { parts, chunk } = share(k, first, vector === first ? b.lanes : 1);
  const nest = (i: number): void => {
    const a = rest[i];
    if (!a) store(e, k.stores, undefined);
    else if (a === vector) lanes(e, k.stores, a, b.ix(0), b.extent(a));
    else b.loop(b.ix(0), b.extent(a), 1, () => nest(i + 1), a);
  };
  b.loop(b.param('lo'), b.param('hi'), 1, (part) => {
    const from = b.mulIx(part, chunk);
    const to = b.minIx(b.addIx(from, b.ix(chunk)), b.extent(first));
    if (first === vector) lanes(e, k.stores, first, from, to);
    else b.loop(from, to, 1, () => nest(0), first);
  });
  return parts;
}

/**
 * The stores with the condition left out that all of them have in common: where it does not hold, they leave everything as
 * it is, as a step that is not taken leaves the state.
 */
function commonGuard(
  e: Emitter,
  { stores }: LoopKernel,
): { readonly condition: Expr | undefined; readonly stores: readonly Store[] } {
  let condition: Expr | undefined;
  const guarded: Store[] = [];
  for (const s of stores) {
    const { value } = s;
    if (value.e !== 'map' || value.op !== 'select') return { condition: undefined, stores };
    const [given, then, otherwise] = [at(value.src, 0), at(value.src, 1), at(value.src, 2)];
    condition ??= given;
    const keeps =
      otherwise.e === 'load' && otherwise.from === s.to && text(otherwise.index) === text(s.index);
    const written = expressions([given]).some(
      (x) => x.e === 'load' && stores.some(({ to }) => to === x.from),
    );
    if (given !== condition || !keeps || e.axesOf(given).size > 0 || written)
      return { condition: undefined, stores };
    guarded.push({ ...s, value: then });
  }
  return { condition, stores: guarded };
}

/** The loop over a vector axis: whole vectors, then what is left, as part of one or one by one. */
function lanes(e: Emitter, stores: readonly Store[], a: Axis, from: Value, to: Value): void {
  const { b } = e;
  const [p, q] = [b.constantOf(from), b.constantOf(to)];
  const rest = p !== undefined && q !== undefined ? (q - p) % b.lanes : undefined;
  const left = (): Value => b.map('rem', b.map('max', b.map('sub', to, from), b.ix(0)), b.ix(b.lanes));
  const whole = q === undefined || rest === undefined ? b.map('sub', to, left()) : b.ix(q - rest);
  b.loop(from, whole, b.lanes, () => store(e, stores, a), a);
  if (rest === 0) return;
  const cut = rest !== undefined && stores.every((s) => mayBeCut(s, a, b.lanes));
  if (cut) b.loop(whole, to, b.lanes, () => store(e, stores, a, rest), a);
  else b.loop(whole, to, 1, () => store(e, stores, undefined), a);
}

/** On machines with fewer lanes what is left of a vector is done one by one. */
const worthCutting = 8;

/** Whether part of a vector may be stored: its lanes beyond the axis's last place read on in memory, at most a vector far. */
export const mayBeCut = ({ to, value }: Store, a: Axis, lanes: number): boolean =>
  lanes >= worthCutting &&
  to.dtype === 'f32' &&
  expressions([value]).every(
    (x) => x.e !== 'random' && (x.e !== 'load' || [0, 1].includes(factorOf(x.index, a) ?? NaN)),
  );

/** All values first, then the stores: a value may read what another store overwrites at this place. */
function store(e: Emitter, stores: readonly Store[], vector: Axis | undefined, count?: number): void {
  const { b } = e;
  const made = stores.map((s) => ({ s, value: e.arg(s.value, { vector }), ...e.split(s.index) }));
  for (const { s, value, at, offset } of made)
    b.push({ s: 'store', buffer: b.buffer(s.to, true), at, offset, value, ...(count && { count }) });
}

/** Steps between a load's lanes that are still worth a vector; a fold's own lanes are better than any but 0 and 1. */
const gathers = [0, 1, 2, 3, 4, 8, 16, 32, 64, 128, 256, 512, 1024];

/** Whether neighbouring places along the axis can be lanes of a store. */
export const runsAlong = (s: Store, a: Axis): boolean => {
  const folds = expressions([s.value]).some((x) => x.e === 'fold');
  return factorOf(s.index, a) === 1 && straight(s.value, a, folds ? [0, 1] : gathers);
};

/** How the first axis is shared out: parts of `chunk`, a multiple of `unit`. */
function share(k: LoopKernel, first: Axis, unit: number): { parts: number; chunk: number } {
  const places = k.axes.reduce((n, a) => n * a.size, 1);
  const work = places * workOf(k.stores.map((s) => s.value));
  const wanted = Math.max(1, Math.min(mostParts, Math.floor(work / partWork)));
  const chunk = Math.max(unit, Math.ceil(first.size / wanted / unit) * unit);
  return { parts: Math.max(1, Math.ceil(first.size / chunk)), chunk };
}

/** Roughly how many scalar operations one place takes, folds included. */
export function workOf(roots: readonly Expr[]): number {
  const within = (x: Expr): number => {
    if (x.e === 'fold') return x.axes.reduce((n, a) => n * a.size, 1) * Math.max(1, workOf([x.body]));
    return x.e === 'random' ? 40 : 1;
  };
  const seen = new Set<Expr>();
  const walk = (x: Expr): number => {
    if (seen.has(x)) return 0;
    seen.add(x);
    return within(x) + (x.e === 'fold' ? 0 : partsOf(x).reduce((n, p) => n + walk(p), 0));
  };
  return roots.reduce((n, x) => n + walk(x), 0);
}

/** Neighbouring axes that every formula steps through as one become one; axes of one element go. */
function joined(k: LoopKernel): LoopKernel {
  let current: LoopKernel = { ...k, axes: k.axes.filter((a) => a.size !== 1 || a.scale !== 0) };
  for (let i = current.axes.length - 2; i >= 0; i--) {
    const [outer, inner] = [at(current.axes, i), at(current.axes, i + 1)];
    if (inner.scale !== 0 || !asOne(current, outer, inner)) continue;
    const both = newAxis(outer.size * inner.size, outer.scale * inner.size);
    // Every formula has outer * inner.size + inner, which is the new axis; outer alone then counts nothing.
    const rename = new Map<Axis, Index>([
      [outer, int(0)],
      [inner, axis(both)],
    ]);
    current = renamed(
      { ...current, axes: [...current.axes.slice(0, i), both, ...current.axes.slice(i + 2)] },
      rename,
    );
  }
  return current;
}

function asOne(k: LoopKernel, outer: Axis, inner: Axis): boolean {
  const step = (x: Index): boolean => {
    const [p, q] = [factorOf(x, outer), factorOf(x, inner)];
    return p !== undefined && q !== undefined && p === q * inner.size;
  };
  return [
    ...k.stores.map((s) => s.index),
    ...expressions(k.stores.map((s) => s.value)).flatMap(formulasOf),
  ].every(step);
}
