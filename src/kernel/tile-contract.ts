// The one template for sums of products: pack, multiply, finish. An operand is read in place where its
// columns lie side by side, else packed into panels; the product runs in a tile of registers, `rows` places
// of the one operand by `vectors` of the other; the finishing work happens on the registers or, for long
// sums, in a loop of its own.
//
// The block of the sum, the number of its parts and their order come from the shapes alone: the same bits
// at any thread count.
import { axis, factorOf, int, newAxis, plus, times, type Axis, type Index } from '../base/formula.ts';
import { at, range } from '../base/shape.ts';
import type { Machine } from './code.ts';
import {
  newBuffer,
  readableBeyond,
  type Buffer,
  type ContractKernel,
  type Expr,
  type LoopKernel,
} from './kernel.ts';
import type { Limit } from './limits.ts';
import { multiply } from './multiply.ts';
import {
  filling,
  inPlacePanels,
  outermostStrips,
  packedPanels,
  packedStrips,
  readInPlace,
  spreadRows,
  type Operand,
} from './pack.ts';
import type { Blocks, Product, SumLoop } from './product.ts';
import { folded, laneOf } from './tile-fold.ts';
import { runsAlong, tileLoop, type Tiled } from './tile-loop.ts';
import { listedTerms, type Facts } from './terms.ts';
import { withSum } from './merge.ts';

/** Sums up to this long are one chain in f32. */
const longest = 1024;
/** Longer ones are cut into blocks of about so many terms, and of no more elements of a panel: it stays in the nearest cache. */
const blockSize = 400;
const blockElements = 6400;
/** Fewer independent tiles than this are worth cutting a long sum into parts. */
const fewTiles = 16;
/** Sums from this long on, where all of them are at most so many numbers, are cut into parts for the caches' sake. */
const worthParts = { terms: 2048, numbers: 2 ** 20, parts: 4 };

/** Sums from this long on are worth a pass of their own over the results. */
const lengthy = 512;

/** Rows of a register tile by its vectors (one, two, ...), by lanes of the machine; the last entry is the widest tile. */
const tiles: Readonly<Record<number, readonly number[]>> = { 4: [6, 4, 2, 2], 8: [10, 6], 16: [14, 14] };
/** Registers for sums, by lanes: with fewer rows than a tile has, they hold more vectors of a row. */
const sumRegisters: Readonly<Record<number, number>> = { 4: 8, 8: 12, 16: 28 };
const mostVectors = 8;
/** How much longer a term takes in tiles of one vector than in the widest ones. */
const narrowCost: Readonly<Record<number, number>> = { 8: 1.2, 16: 1.06 };

export function tileContract(k: ContractKernel, machine: Machine, facts: Facts): Tiled[] {
  const roles = rolesOf(k, machine);
  return roles ? tiled(k, roles, machine, facts) : folded(k, machine);
}

/** A register tile for so many rows and columns: its rows, and its width in vectors and columns. */
function tileOf(
  rows: number,
  columns: number,
  { lanes }: Machine,
): { most: number; vectors: number; width: number } {
  const byVectors = tiles[lanes] ?? [4];
  const all = Math.ceil(columns / lanes);
  const few = Math.min(mostVectors, Math.floor((sumRegisters[lanes] ?? 4) / rows));
  if (few > byVectors.length) {
    const even = Math.ceil(all / Math.ceil(all / few));
    // Narrower where that lets the last panel be read in place.
    const within = (v: number): boolean => Math.ceil(all / v) * v * lanes - columns <= readableBeyond;
    const narrower = range(even - byVectors.length).map((i) => even - i);
    const vectors = narrower.find(within) ?? even;
    if (vectors >= byVectors.length) return { most: rows, vectors, width: vectors * lanes };
  }
  const widest = Math.min(byVectors.length, all);
  const [narrow, wide] = [all * (narrowCost[lanes] ?? Infinity), Math.ceil(all / widest) * widest];
  const vectors = narrow < wide ? 1 : widest;
  return { most: at(byVectors, vectors - 1), vectors, width: vectors * lanes };
}

export interface Roles {
  readonly a: Operand;
  readonly b: Operand;
  /** Axes of the result that only a has, the batch first; they are counted as one. */
  readonly rows: readonly Axis[];
  /** The axis of the result whose neighbours are lanes; only b has it. */
  readonly column: Axis;
  /** The other axes of the result. */
  readonly outer: readonly Axis[];
  readonly over: readonly Axis[];
  readonly limits: readonly Limit[];
}

/** Which axis plays which part, or undefined where a plain loop does as well. */
function rolesOf(k: ContractKernel, machine: Machine): Roles | undefined {
  const axes = k.axes.filter(long);
  const over = k.over.filter(long);
  if (over.length === 0 || [...axes, ...over].some((x) => x.size === 0)) return undefined;
  const straight = [k.a, k.b].every((x) =>
    [...axes, ...over].every((a) => factorOf(x.index, a) !== undefined),
  );
  const column = columnOf(k, axes, machine);
  if (!straight || !column || column.size < leastColumns(machine) || column.scale !== 0) return undefined;
  const has = (x: Operand, a: Axis): boolean => factorOf(x.index, a) !== 0;
  if (has(k.a, column) && has(k.b, column)) return undefined;
  const [a, b] = has(k.b, column) ? [k.a, k.b] : [k.b, k.a];
  const rest = axes.filter((x) => x !== column);
  const rows = rest
    .filter((x) => has(a, x) && !has(b, x) && !k.limits.some((limit) => limit.by === x))
    .sort((x, y) => Number(y.scale > 0) - Number(x.scale > 0));
  // One term is no sum: its products are a pass over the places of the result.
  if (product(over) === 1) return undefined;
  // With one row nothing packed would be read twice: a plain fold reads the operand where it is.
  if (product(rows) === 1 && factorOf(b.index, column) !== 1) return undefined;
  const outer = rest.filter((x) => !rows.includes(x));
  if (outer.some((x) => x.scale !== 0)) return undefined;
  return { a, b, rows, column, outer, over: ordered(over, a, k.limits), limits: k.limits };
}

/** Columns from which on a tile is worth it: three of four lanes, or four of more. */
const leastColumns = ({ lanes }: Machine): number => Math.min(4, Math.ceil(0.75 * lanes));

/**
 * The axis whose neighbours are lanes: the result's last one, or where that fills few of them and the sum is long, one along
 * which an operand lies (a weight's gradient by channels, not by three filters).
 */
function columnOf(k: ContractKernel, axes: readonly Axis[], machine: Machine): Axis | undefined {
  const { lanes } = machine;
  // What bounds a sum has a place of its own in each part, no lanes.
  const free = axes.filter((a) => !k.limits.some((limit) => limit.by === a));
  const last = free.find((a) => factorOf(k.stores[0].index, a) === 1);
  if (last && last.size >= leastColumns(machine) && 2 * last.size > machine.lanes) return last;
  const steps = (a: Axis): number[] => [k.a, k.b].map((x) => Math.abs(factorOf(x.index, a) ?? NaN));
  const others = free.filter(
    (a) => a !== last && a.scale === 0 && a.size >= lanes && steps(a).reduce((sum, n) => sum + n, 0) === 1,
  );
  const longest = others.reduce<Axis | undefined>(
    (most, a) => (a.size > (most?.size ?? 0) ? a : most),
    undefined,
  );
  if (longest && product(k.over) >= lengthy) return longest;
  return last && laneOf(k, lanes) && 4 * last.size <= lanes ? undefined : last;
}

/** Whether a contraction runs in register tiles, and not as a plain loop. */
export const isTiled = (k: ContractKernel, machine: Machine): boolean => rolesOf(k, machine) !== undefined;

const long = (a: Axis): boolean => a.size !== 1 || a.scale !== 0;

/**
 * The axes summed over: first those with bounds, so that the innermost loop is a long one; then the batch; and the longest
 * step of a first, so that neighbours in memory follow each other.
 */
function ordered(over: readonly Axis[], a: Operand, limits: readonly Limit[]): readonly Axis[] {
  const step = (x: Axis): number => Math.max(Math.abs(factorOf(a.index, x) ?? 0), 0);
  const bounded = (x: Axis): number => Number(limits.some((limit) => limit.of === x));
  return [...over].sort(
    (x, y) => bounded(y) - bounded(x) || Number(y.scale > 0) - Number(x.scale > 0) || step(y) - step(x),
  );
}

function tiled(k: ContractKernel, roles: Roles, machine: Machine, facts: Facts): Tiled[] {
  const { column, over, outer } = roles;
  const { most, vectors, width } = tileOf(product(roles.rows), column.size, machine);
  const panels = Math.ceil(column.size / width);
  const depth = product(over);
  const kernels: Tiled[] = [];
  const strips =
    packedStrips(roles, most, machine, kernels) ?? outermostStrips(roles, most, machine, kernels);
  const rows = strips?.width ?? fitting(most, roles.rows);
  const a = strips?.a ?? spreadRows(roles, machine, kernels) ?? roles.a;
  const inPlace = readInPlace(roles, width);
  const b = inPlace ? inPlacePanels(roles, width) : packedPanels(roles, { width, panels }, machine, kernels);
  const sized = roles.rows.map((a) => (a === strips?.padded?.axis ? strips.padded.size : a.size));
  const count = sized.reduce((n, d) => n * d, 1);
  const shape: Product = {
    ...roles,
    ...(strips && { spacing: 1 }),
    ...(strips?.padded && { padded: strips.padded }),
    a,
    b,
    over: sumLoops(roles, a, b.steps),
    tile: [rows, vectors],
    width,
    panels,
    count,
    depth,
  };
  // What follows happens on the registers where its places lie side by side along the columns, too.
  const store = runsAlong(k.stores[0], column) ? k.stores[0] : undefined;
  if (depth <= longest && store) {
    const terms = listedTerms(roles, shape, facts, machine, kernels);
    return [...kernels, multiply({ ...shape, ...(terms && { terms }) }, machine, { store })];
  }
  const blocks = blocksOf(shape.over, roles.limits, Math.min(blockSize, blockElements / width));
  const first = at(shape.over, 0).axis;
  const step = blocks.level === 0 ? blocks.size : 1;
  const turns = Math.ceil(first.size / step);
  const padded = Math.ceil(count / rows) * rows;
  const tileCount = Math.ceil(count / rows) * panels * product(outer);
  const groups = partsOf({ tileCount, turns, depth, numbers: product(outer) * padded * panels * width });
  const sums = newBuffer('sums', 'f32', groups * product(outer) * padded * panels * width);
  const partial = { to: sums, blocks, groups: { count: groups, size: Math.ceil(turns / groups) * step } };
  if (groups === 1 && store) return [...kernels, multiply(shape, machine, { store, partial })];
  return [
    ...kernels,
    multiply(shape, machine, { partial }),
    tileLoop(finish(k, roles, sums, { groups, sized, padded, row: panels * width }), machine),
  ];
}

/**
 * How many parts a sum is cut into: as many as make enough work where there are few tiles; and a few where it goes over
 * much memory, as a weight's gradient goes over a batch, whose parts each thread mostly wrote itself and reads alone.
 */
function partsOf({
  tileCount,
  turns,
  depth,
  numbers,
}: Record<'tileCount' | 'turns' | 'depth' | 'numbers', number>): number {
  if (tileCount < fewTiles) return Math.min(turns, 16);
  const { terms, numbers: most, parts } = worthParts;
  return depth >= terms && parts * numbers <= most ? Math.min(turns, parts) : 1;
}

/** Blocks of a long sum: about `terms` terms, none cut off from a loop with bounds. */
function blocksOf(loops: readonly SumLoop[], limits: readonly Limit[], terms: number): Blocks {
  let inner = loops.reduce((n, { axis }) => n * axis.size, 1);
  for (const [level, { axis }] of loops.entries()) {
    inner /= axis.size;
    const bounded = limits.some((limit) => limit.of === axis);
    if (inner > terms && !bounded && level + 1 < loops.length) continue;
    const most = Math.max(1, Math.floor(terms / inner));
    return { level, size: Math.ceil(axis.size / Math.ceil(axis.size / most)) };
  }
  return { level: 0, size: 1 };
}

/** Nearly as many rows as the tile holds that divide the last axis: their addresses then follow from the first's. */
function fitting(most: number, rows: readonly Axis[]): number {
  const last = rows[rows.length - 1];
  const count = product(rows);
  if (count < most) return count;
  if (!last || last.scale !== 0) return most;
  if (count < 6 * most) return filling(count, most);
  for (let r = most; r >= 0.7 * most; r--) if (last.size % r === 0) return r;
  return most;
}

/** The loops of the sum. Neighbouring axes along which both operands step on evenly are one. */
function sumLoops({ over, limits }: Roles, a: Operand, steps: readonly number[]): SumLoop[] {
  const loops: SumLoop[] = [];
  for (const [i, x] of over.entries()) {
    const mine: SumLoop = { axis: x, a: factorOf(a.index, x) ?? 0, b: at(steps, i) };
    const before = loops[loops.length - 1];
    const even = before?.a === mine.a * x.size && before.b === mine.b * x.size && x.scale === 0;
    if (before && even && !limits.some((limit) => limit.of === x || limit.of === before.axis))
      loops[loops.length - 1] = {
        ...mine,
        axis: newAxis(before.axis.size * x.size, before.axis.scale * x.size),
      };
    else loops.push(mine);
  }
  return loops;
}

const product = (axes: readonly Axis[]): number => axes.reduce((n, a) => n * a.size, 1);

/** The loop that adds up a long sum's parts and does the finishing work. */
function finish(
  k: ContractKernel,
  { rows, column, outer }: Roles,
  sums: Buffer,
  shape: { groups: number; sized: readonly number[]; padded: number; row: number },
): LoopKernel {
  const row = rows.reduce<Index>((m, a, i) => plus(times(m, at(shape.sized, i)), axis(a)), int(0));
  const place = outer.reduce<Index>((m, a) => plus(times(m, a.size), axis(a)), int(0));
  const group = product(outer) * shape.padded * shape.row;
  const index = plus(times(place, shape.padded * shape.row), times(row, shape.row), axis(column));
  const load = (g: number): Expr => ({
    e: 'load',
    dtype: 'f32',
    from: sums,
    index: plus(index, int(g * group)),
  });
  let sum = load(0);
  for (let g = 1; g < shape.groups; g++) sum = { e: 'map', dtype: 'f32', op: 'add', src: [sum, load(g)] };
  const [store] = k.stores;
  return { kind: 'loop', axes: k.axes, stores: [{ ...store, value: withSum(store.value, sum) }] };
}
