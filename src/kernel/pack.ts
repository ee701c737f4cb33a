// Operands of a sum of products as the register tile reads them: b in panels of columns, a in strips of
// rows, one stretch of memory each. What is read often is copied so first; the rest is read where it is.
import { axis, bounds, factorOf, int, newAxis, plus, times, type Axis, type Index } from '../base/formula.ts';
import { at, gcd, stridesOf } from '../base/shape.ts';
import type { Machine } from './code.ts';
import { newBuffer, readableBeyond, type Buffer, type Expr } from './kernel.ts';
import { alongMemory, turned } from './pack-turned.ts';
import type { Roles } from './tile-contract.ts';
import { tileLoop, type Tiled } from './tile-loop.ts';

export interface Operand {
  readonly from: Buffer;
  readonly index: Index;
}

/** Where panel p of b begins, and how far a step along each summed axis goes. */
export interface Panels {
  readonly from: Buffer;
  /** Elements from one panel to the next. */
  readonly panel: number;
  /** The place of panel 0 at the start of the sum, over the outer axes. */
  readonly base: Index;
  readonly steps: readonly number[];
}

/** An operand's rows in strips: row r of strip s is element r of a stretch of `width`. */
export interface Strips {
  readonly a: Operand;
  readonly width: number;
  /** The last axis of the rows, and what its size is in whole strips, if it is counted so. */
  readonly padded: Padded | undefined;
}

export interface Padded {
  readonly axis: Axis;
  readonly size: number;
}

/** How often an element must be multiplied to be worth copying first. */
const worthPanel = 48;
/** The same where its rows are at most two panels long: what is read in place then still fits into the nearest cache. */
const worthNearPanel = 640;
const worthStrip = 128;
/** Sums shorter than this are read in place: what they read stays in the nearest cache. */
const shortSum = 64;

const product = (axes: readonly Axis[]): number => axes.reduce((n, a) => n * a.size, 1);

/**
 * Whether b is read where it is: its columns lie side by side, and few rows read them. The last panel may reach into what
 * follows in memory, whatever that is: those columns are not kept.
 */
export function readInPlace({ b, column, rows, outer }: Roles, width: number): boolean {
  const uses = product(rows) * product(outer.filter((a) => factorOf(b.index, a) === 0));
  const beyond = (width - (column.size % width)) % width;
  return (
    factorOf(b.index, column) === 1 &&
    beyond <= readableBeyond &&
    uses < (column.size <= 2 * width ? worthNearPanel : worthPanel)
  );
}

export function inPlacePanels({ b, outer, over }: Roles, width: number): Panels {
  const keep = plus(
    int(b.index.plus),
    ...outer.map((a) => times(axis(a), factorOf(b.index, a) ?? 0)),
    symbols(b.index),
  );
  return { from: b.from, panel: width, base: keep, steps: over.map((a) => factorOf(b.index, a) ?? 0) };
}

/** The part of a formula that moves with a scan's counter. */
export const symbols = (x: Index): Index => ({ terms: x.terms.filter(([a]) => a.i === 'symbol'), plus: 0 });

/** b copied into panels: [outer axes of b, panel, summed axes, width], columns beyond the last as zeros. */
export function packedPanels(
  { b, outer, over, column }: Roles,
  { width, panels }: { width: number; panels: number },
  machine: Machine,
  kernels: Tiled[],
): Panels {
  const own = outer.filter((a) => factorOf(b.index, a) !== 0);
  const [panel, lane] = [newAxis(panels), newAxis(width)];
  const order = [...own, panel, ...over, lane];
  // Read as it lies in memory: written in stretches of a panel's width either way.
  const walk = factorOf(b.index, column) === 1 ? [...own, ...over, panel, lane] : order;
  const strides = stridesOf(order.map((a) => a.size));
  const to = newBuffer('packed', 'f32', product(order));
  const base = plus(int(0), ...own.map((a) => times(axis(a), at(strides, order.indexOf(a)))));
  const found = {
    from: to,
    panel: at(strides, own.length),
    base,
    steps: over.map((a) => at(strides, order.indexOf(a))),
  };
  const shape = { own, over, column };
  const contiguous = alongMemory(b, shape, machine);
  if (contiguous) {
    const steps = new Map(order.map((a, i) => [a, at(strides, i)]));
    kernels.push(
      turned(
        { ...shape, from: b, to, strides: steps, width, panels, panel: found.panel },
        contiguous,
        machine,
      ),
    );
    return found;
  }
  const place = plus(times(axis(panel), width), axis(lane));
  const index = plus(
    int(b.index.plus),
    symbols(b.index),
    times(place, factorOf(b.index, column) ?? 0),
    ...[...own, ...over].map((a) => times(axis(a), factorOf(b.index, a) ?? 0)),
  );
  const value = upTo(column.size, place, { e: 'load', dtype: 'f32', from: b.from, index });
  const store = { to, index: plus(int(0), ...order.map((a, i) => times(axis(a), at(strides, i)))), value };
  kernels.push(tileLoop({ kind: 'loop', axes: walk, stores: [store] }, machine));
  return found;
}

/** A value at places below `size`, 0 beyond. */
function upTo(size: number, place: Index, value: Expr): Expr {
  const [, last] = bounds(place);
  if (last < size) return value;
  return { e: 'inside', dtype: 'f32', guards: [{ index: place, low: int(0), high: int(size) }], value };
}

/**
 * a copied into strips of up to `most` rows, where that pays: its rows lie side by side, one step of the sum goes far, and
 * all other steps are whole rows of its memory. The memory is copied as it is, [m, rows] to [strip, m, width],
 * however often windows read the same place; but where the sum's innermost axis is the outermost of the memory, as the
 * batch is where sums over places have bounds, from [batch, m, rows] to [strip, m, batch, width].
 */
export function packedStrips(
  roles: Roles,
  most: number,
  machine: Machine,
  kernels: Tiled[],
): Strips | undefined {
  const { a, rows, outer, over, column } = roles;
  const inner = at(over, over.length - 1);
  const [last, step] = [rows[rows.length - 1], Math.abs(factorOf(a.index, inner) ?? 0)];
  if (!last || last.scale !== 0 || last.size < most || factorOf(a.index, last) !== 1) return undefined;
  const row = rowOf(roles, last);
  if (row === undefined || step < row || product(over) < shortSum) return undefined;
  const width = filling(last.size, most);
  const [strips, high] = [Math.ceil(last.size / width), a.from.size / row];
  const multiplications = product(rows) * product(outer) * product(over) * column.size;
  if (multiplications < worthStrip * high * strips * width) return undefined;
  const to = newBuffer('strips', 'f32', strips * width * high);
  const far = step > row && step * inner.size === a.from.size;
  const [n, m] = far
    ? [newAxis(inner.size, inner.scale), newAxis(step / row)]
    : [newAxis(1), along(roles, row, high)];
  const [strip, lane] = [newAxis(strips), newAxis(width)];
  const place = plus(times(axis(strip), width), axis(lane));
  const from = plus(times(axis(n), step), times(axis(m), row), int(within(a.index.plus, row)), place);
  const value = upTo(last.size, place, { e: 'load', dtype: 'f32', from: a.from, index: from });
  const index = plus(
    times(axis(strip), high * width),
    times(axis(m), n.size * width),
    times(axis(n), width),
    axis(lane),
  );
  kernels.push(
    tileLoop({ kind: 'loop', axes: [m, n, strip, lane], stores: [{ to, index, value }] }, machine),
  );
  const moved = a.index.terms.map(([x, k]): Index => {
    if (x.i === 'axis' && x.axis === last) return { terms: [[x, high]], plus: 0 };
    const isFar = far && x.i === 'axis' && x.axis === inner;
    return { terms: [[x, isFar ? width : (k / row) * n.size * width]], plus: 0 };
  });
  return {
    a: { from: to, index: plus(int(Math.floor(a.index.plus / row) * n.size * width), ...moved) },
    width,
    padded: { axis: last, size: strips * width },
  };
}

/**
 * The same where the rows are the outermost axis of a's memory, as the images of a batch are where each place of theirs has
 * terms of its own: each strip holds the same element of so many images side by side.
 */
export function outermostStrips(
  { a, rows, over, column, limits }: Roles,
  most: number,
  machine: Machine,
  kernels: Tiled[],
): Strips | undefined {
  const [last] = rows;
  const step = last && factorOf(a.index, last);
  if (!last || rows.length > 1 || !step || last.size < most || step * last.size !== a.from.size)
    return undefined;
  if (limits.length === 0 || product(over) < shortSum || column.size < worthStrip) return undefined;
  const width = filling(last.size, most);
  const [strip, m, lane] = [newAxis(Math.ceil(last.size / width)), newAxis(step), newAxis(width)];
  const to = newBuffer('strips', 'f32', strip.size * step * width);
  const place = plus(times(axis(strip), width), axis(lane));
  const index = plus(times(place, step), axis(m));
  const value = upTo(last.size, place, { e: 'load', dtype: 'f32', from: a.from, index });
  const store = {
    to,
    index: plus(times(axis(strip), step * width), times(axis(m), width), axis(lane)),
    value,
  };
  kernels.push(tileLoop({ kind: 'loop', axes: [strip, m, lane], stores: [store] }, machine));
  const moved = a.index.terms.map(([x, k]): Index => {
    return { terms: [[x, x.i === 'axis' && x.axis === last ? step : k * width]], plus: 0 };
  });
  return { a: { from: to, index: plus(int(a.index.plus * width), ...moved) }, width, padded: undefined };
}

/** Rows so far apart, in elements, all come to lie in the same few places of the nearest cache. */
const crowding = 512;
/** Elements put between them then: a cache line. */
const apart = 16;
const worthApart = 64;

/**
 * a copied with a line of memory between its rows, where they lie so that they would push each other out of the nearest
 * cache: rows of 512, 1024, ... numbers. All it is read by steps in whole rows or stays within one.
 */
export function spreadRows(roles: Roles, machine: Machine, kernels: Tiled[]): Operand | undefined {
  const { a, rows, outer, over, column } = roles;
  const last = rows[rows.length - 1];
  const row = last && factorOf(a.index, last);
  const uses = column.size * product(outer.filter((x) => factorOf(a.index, x) === 0));
  if (!row || row < crowding || row % crowding !== 0 || a.from.size % row !== 0) return undefined;
  if (product(rows) < 4 || uses < worthApart) return undefined;
  let reach = within(a.index.plus, row);
  for (const [x, k] of a.index.terms) {
    if (k % row === 0 && (x.i === 'axis' || x.i === 'symbol')) continue;
    if (x.i !== 'axis' || k < 0 || !(over.includes(x.axis) || outer.includes(x.axis))) return undefined;
    reach += k * (x.axis.size - 1);
  }
  if (reach >= row) return undefined;
  const [high, wide] = [along(roles, row, a.from.size / row), row + apart];
  const to = newBuffer('rows', 'f32', (a.from.size / row) * wide);
  const lane = newAxis(row);
  const value: Expr = {
    e: 'load',
    dtype: 'f32',
    from: a.from,
    index: plus(times(axis(high), row), axis(lane)),
  };
  const store = { to, index: plus(times(axis(high), wide), axis(lane)), value };
  kernels.push(tileLoop({ kind: 'loop', axes: [high, lane], stores: [store] }, machine));
  const terms = a.index.terms.map(([x, k]): Index => {
    return { terms: [[x, k % row === 0 ? (k / row) * wide : k]], plus: 0 };
  });
  const { plus: start } = a.index;
  return { from: to, index: plus(int(Math.floor(start / row) * wide + within(start, row)), ...terms) };
}

/** How far a's memory is from one row of it to the next, if all it is read by steps in whole rows. */
function rowOf({ a }: Roles, last: Axis): number | undefined {
  let row = 0;
  for (const [x, k] of a.index.terms) {
    if (x.i === '/' || x.i === '%' || x.i === 'held') return undefined;
    if (x.i === 'symbol' || (x.i === 'axis' && x.axis !== last)) row = gcd(row, Math.abs(k));
  }
  const fits = within(a.index.plus, row) + last.size <= row && a.from.size % row === 0;
  return row > 0 && fits ? row : undefined;
}

/** Where in its row a place lies that may be before the memory's first: 0 to row - 1. */
const within = (place: number, row: number): number => place - Math.floor(place / row) * row;

/** The rows of a's memory as an axis; as many as the batch has where they are the batch's. */
function along({ a, rows, outer, over }: Roles, row: number, high: number): Axis {
  const batch = [...rows, ...outer, ...over].find((x) => x.scale !== 0);
  const factor = batch ? (factorOf(a.index, batch) ?? 0) : 0;
  if (!batch || factor * batch.size !== a.from.size) return newAxis(high);
  return newAxis(high, (batch.scale * factor) / row);
}

/** The height of tiles that fills them best: one takes the time of its rows and of two more. */
export function filling(rows: number, most: number): number {
  const cost = (width: number): number => Math.ceil(rows / width) * (width + 2);
  let best = most;
  for (let w = most; w >= most / 2; w--) if (cost(w) < cost(best)) best = w;
  return best;
}
