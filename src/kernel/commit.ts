// How state is written: all of it at the end of a step, in place where nobody still needs the old value,
// else through a copy. What nobody reads is not stored at all.
import { text } from '../base/formula.ts';
import { axis, newAxis } from '../base/formula.ts';
import { expressions, readsOf, rootsOf, writesOf, type Buffer, type Item, type Kernel } from './kernel.ts';

/** At the end of a step `to` holds what `from` does. */
export interface Update {
  readonly from: Buffer;
  readonly to: Buffer;
}

/** The items with unread stores gone, writers of state last, and each update done; `outputs` are read from outside. */
export function commit(
  items: readonly Item[],
  updates: readonly Update[],
  outputs: ReadonlySet<Buffer>,
): Item[] {
  const needed = new Set([...outputs, ...updates.map((u) => u.from)]);
  const list = withWritersLast(withoutUnread(items, needed), new Set(updates.map((u) => u.from)), outputs);
  const uses = usesOf(list);
  /** Where a value is by now: a second variable that takes it copies it from there. */
  const now = new Map<Buffer, Buffer>();
  const copies: Kernel[] = [];
  for (const u of updates) {
    const first = !now.has(u.from);
    const direct = first && !outputs.has(u.from) && inPlace(list, uses, u);
    if (!direct) copies.push(copyAll({ from: now.get(u.from) ?? u.from, to: u.to }));
    if (first) now.set(u.from, direct ? u.to : u.from);
  }
  return [...list.map((item) => retarget(item, (b) => now.get(b) ?? b)), ...copies];
}

const flat = (items: readonly Item[]): Kernel[] =>
  items.flatMap((i) => (i.kind === 'scan' ? flat(i.items) : [i]));

function withoutUnread(items: readonly Item[], needed: ReadonlySet<Buffer>): Item[] {
  let list = [...items];
  for (;;) {
    const read = new Set([...needed, ...flat(list).flatMap((k) => [...readsOf(k)])]);
    const next = prune(list, read);
    if (count(next) === count(list)) return next;
    list = next;
  }
}

const count = (items: readonly Item[]): number => flat(items).reduce((n, k) => n + writesOf(k).length, 0);

const prune = (items: readonly Item[], read: ReadonlySet<Buffer>): Item[] =>
  items.flatMap((item): Item[] => {
    if (item.kind === 'scan') return [{ ...item, items: prune(item.items, read) }];
    if (item.kind !== 'loop') return writesOf(item).some((b) => read.has(b)) ? [item] : [];
    const stores = item.stores.filter((s) => read.has(s.to));
    return stores.length > 0 ? [{ ...item, stores }] : [];
  });

/** Kernels that only write new state, and are read by each other at most, go to the end in their order. */
function withWritersLast(
  items: readonly Item[],
  state: ReadonlySet<Buffer>,
  outputs: ReadonlySet<Buffer>,
): Item[] {
  const writers = new Set(
    items.filter((i) => i.kind !== 'scan' && writesOf(i).every((b) => state.has(b) && !outputs.has(b))),
  );
  for (;;) {
    const read = new Set(flat(items.filter((i) => !writers.has(i))).flatMap((k) => [...readsOf(k)]));
    const early = [...writers].filter((i) => writesOf(i as Kernel).some((b) => read.has(b)));
    if (early.length === 0)
      return [...items.filter((i) => !writers.has(i)), ...items.filter((i) => writers.has(i))];
    for (const i of early) writers.delete(i);
  }
}

/** By buffer: the places of the items that write it, and of the last that reads or writes it. */
interface Uses {
  readonly writers: ReadonlyMap<Buffer, ReadonlySet<number>>;
  readonly last: ReadonlyMap<Buffer, number>;
}

function usesOf(items: readonly Item[]): Uses {
  const writers = new Map<Buffer, Set<number>>();
  const last = new Map<Buffer, number>();
  items.forEach((item, place) => {
    for (const k of flat([item])) {
      for (const b of writesOf(k)) writers.set(b, (writers.get(b) ?? new Set<number>()).add(place));
      for (const b of [...readsOf(k), ...writesOf(k)]) last.set(b, place);
    }
  });
  return { writers, last };
}

/** Whether the one kernel that makes `from` may write `to` instead: nobody reads the old value later, or elsewhere. */
function inPlace(items: readonly Item[], { writers, last }: Uses, { from, to }: Update): boolean {
  const [place, ...others] = writers.get(from) ?? [];
  const only = place === undefined ? undefined : items[place];
  if (place === undefined || others.length > 0 || !only || only.kind === 'scan' || only.kind === 'scatter')
    return false;
  if ((last.get(to) ?? -1) > place) return false;
  if (only.kind === 'contract' && (only.a.from === to || only.b.from === to)) return false;
  const store = only.stores.find((s) => s.to === from);
  const here = store && text(store.index);
  const loads = expressions(rootsOf(only)).filter((x) => x.e === 'load' && x.from === to);
  return loads.every((x) => x.e === 'load' && text(x.index) === here);
}

/** The item with buffers replaced. */
function retarget(item: Item, moved: (b: Buffer) => Buffer): Item {
  if (item.kind === 'scan') return { ...item, items: item.items.map((i) => retarget(i, moved)) };
  return redirect(item, moved);
}

function redirect(k: Kernel, moved: (b: Buffer) => Buffer): Kernel {
  const known = new Map<object, object>();
  const walk = <T>(x: T): T => {
    if (typeof x !== 'object' || x === null || x instanceof Set || x instanceof Map) return x;
    const seen = known.get(x);
    if (seen) return seen as T;
    if ('dtype' in x && 'size' in x && 'name' in x) return moved(x as unknown as Buffer) as T;
    if ('scale' in x && 'size' in x) return x;
    const copy = (Array.isArray(x) ? [] : {}) as Record<string, unknown>;
    known.set(x, copy);
    let same = true;
    for (const [key, value] of Object.entries(x)) {
      copy[key] = walk(value);
      same &&= copy[key] === value;
    }
    if (same) known.set(x, x);
    return same ? x : (copy as T);
  };
  return walk(k);
}

function copyAll({ from, to }: Update): Kernel {
  const a = newAxis(from.size);
  const index = axis(a);
  const value = { e: 'load', dtype: from.dtype, from, index } as const;
  return { kind: 'loop', axes: [a], stores: [{ to, index, value }] };
}
