// Terms that are not 0. What relu made is 0 at half of its places, and where the rows of a tile differ little from each
// other, as the images of a search do, at the same ones: a product over constant weights then goes over a list of the
// others only. Leaving out 0 * w changes no sum unless w is infinite or NaN; a weight's rows with such are always listed.
// (But the sign of a sum that is 0.)
import { axis, factorOf, int, plus, type Axis } from '../base/formula.ts';
import { range } from '../base/shape.ts';
import { Build } from './build.ts';
import type { Machine, Value } from './code.ts';
import { Emitter } from './element.ts';
import { newBuffer, type Buffer, type Expr, type Item } from './kernel.ts';
import { symbols, type Operand } from './pack.ts';
import type { Product } from './product.ts';
import type { Roles } from './tile-contract.ts';
import { tileLoop, type Tiled } from './tile-loop.ts';

/** For each tile of rows how many terms there are, then their places along the sum, in order. */
export interface Terms {
  readonly list: Buffer;
  /** Elements from one tile's list to the next. */
  readonly stride: number;
}

/** What is known of a program's buffers. */
export interface Facts {
  /** Never written to by the program. */
  readonly constants: ReadonlySet<Buffer>;
  /** Made by relu and nothing else. */
  readonly halfZeros: ReadonlySet<Buffer>;
}

/** As many rows as a search asks for at once; more are a batch of different things, where hardly a term is 0 in all of a tile. */
const mostRows = 64;
/** Making the list costs as much as the product of so many columns, several times over. */
const leastColumns = 128;
const leastTerms = 128;

export const nothingKnown: Facts = { constants: new Set(), halfZeros: new Set() };

/** What is known of a program's items; `constants` are what they read and never write to. */
export function factsOf(items: readonly Item[], constants: ReadonlySet<Buffer>): Facts {
  const [made, others] = [new Set<Buffer>(), new Set<Buffer>()];
  const visit = (list: readonly Item[]): void => {
    for (const item of list)
      if (item.kind === 'scan') visit(item.items);
      else if (item.kind === 'scatter') others.add(item.to);
      else
        for (const { to, value } of item.stores)
          (value.e === 'map' && value.op === 'relu' ? made : others).add(to);
  };
  visit(items);
  return { constants, halfZeros: new Set([...made].filter((b) => !others.has(b))) };
}

/** The kernels that list a product's terms, pushed to `kernels`; undefined where that does not pay. */
export function listedTerms(
  { b: weights, over: summed }: Pick<Roles, 'b' | 'over'>,
  p: Product,
  { constants, halfZeros }: Facts,
  machine: Machine,
  kernels: Tiled[],
): Terms | undefined {
  const [row, ...otherRows] = p.rows;
  const [over, ...others] = p.over;
  if (!row || otherRows.length > 0 || !over || others.length > 0 || p.outer.length > 0) return undefined;
  if (!halfZeros.has(p.a.from) || !constants.has(weights.from)) return undefined;
  // An axis joined of several is none that the weights' formula knows.
  if (!summed.includes(over.axis) || over.axis.scale !== 0 || p.limits.length > 0) return undefined;
  if (p.count > mostRows || p.column.size < leastColumns || p.depth < leastTerms) return undefined;
  const strange = newBuffer('strange', 'f32', p.depth);
  kernels.push(findStrange(weights, { over: over.axis, column: p.column, to: strange }, machine));
  const stride = p.depth + 1;
  const list = newBuffer('terms', 'i32', Math.ceil(p.count / p.tile[0]) * stride);
  kernels.push(listing(p, { row, step: over.a, strange, list, stride }, machine));
  return { list, stride };
}

/** For each term 0, or NaN if a weight is infinite or NaN: the sum of its weights times 0. */
function findStrange(
  weights: Operand,
  { over, column, to }: { readonly over: Axis; readonly column: Axis; readonly to: Buffer },
  machine: Machine,
): Tiled {
  const load: Expr = { e: 'load', dtype: 'f32', from: weights.from, index: weights.index };
  const none: Expr = { e: 'map', dtype: 'f32', op: 'mul', src: [load, { e: 'num', dtype: 'f32', value: 0 }] };
  const value: Expr = { e: 'fold', dtype: 'f32', op: 'sum', axes: [column], body: none };
  return tileLoop({ kind: 'loop', axes: [over], stores: [{ to, index: axis(over), value }] }, machine);
}

/** Goes through a tile's rows side by side and writes down each place where one of them is not 0. */
function listing(
  p: Product,
  {
    row,
    step,
    strange,
    list,
    stride,
  }: Terms & { readonly row: Axis; readonly step: number; readonly strange: Buffer },
  machine: Machine,
): Tiled {
  const b = new Build(machine);
  const e = new Emitter(b);
  const [rows] = p.tile;
  const i32 = (value: number, wide: boolean): Value => b.constant('i32', value, wide);
  b.loop(b.param('lo'), b.param('hi'), 1, (tile) => {
    const last = b.map('max', b.map('sub', b.extent(row), b.ix(1)), b.ix(0));
    const start = e.ix(plus(int(p.a.index.plus), symbols(p.a.index)));
    const places = range(rows).map((r) => {
      const place = b.minIx(b.addIx(b.mulIx(tile, rows), b.ix(r)), last);
      return b.addIx(b.mulIx(place, factorOf(p.a.index, row) ?? 0), start);
    });
    const begin = b.mulIx(tile, stride);
    const count = b.variable(b.ix(0));
    const write = (at: Value, index: Value): void =>
      b.push({
        s: 'store',
        buffer: b.buffer(list, true),
        at: b.addIx(begin, at),
        offset: 0,
        value: b.map('fromIndex', index),
      });
    /** Not 0 for each place from k on, of as many as a vector has or of one, where some row is not. */
    const some = (k: Value, wide: boolean): Value => {
      const bits = (from: Buffer, at: Value, by: number): Value => {
        const op = { o: 'load', buffer: b.buffer(from), at, offset: 0, stride: wide ? by : 0 } as const;
        return b.map('bits', b.let({ base: 'f32', wide }, op));
      };
      const any = places
        .map((place) => bits(p.a.from, b.addIx(place, b.mulIx(k, step)), step))
        .reduce((x, y) => b.map('or', x, y), bits(strange, k, 1));
      // -0 is 0, too.
      return b.map('shl', any, i32(1, wide));
    };
    /** Writes down a place behind those before, to be written over if there is none; gives how many there are then. */
    const note = (k: Value, found: Value, before: Value): Value => {
      write(b.addIx(before, b.ix(1)), k);
      const none = b.map('eq', found, i32(0, false));
      return b.addIx(before, b.map('toIndex', b.map('fromMask', b.map('not', none))));
    };
    const whole = p.depth - (p.depth % b.lanes);
    b.loop(b.ix(0), b.ix(whole), b.lanes, (k) => {
      const found = some(k, true);
      const lane = (index: number): Value =>
        b.let({ base: 'i32', wide: false }, { o: 'lane', from: found, index });
      b.set(
        count,
        range(b.lanes).reduce((n, i) => note(b.addIx(k, b.ix(i)), lane(i), n), count),
      );
    });
    b.loop(b.ix(whole), b.ix(p.depth), 1, (k) => b.set(count, note(k, some(k, false), count)));
    write(b.ix(0), count);
  });
  return { ...b.finish(), parts: Math.ceil(p.count / rows) };
}
