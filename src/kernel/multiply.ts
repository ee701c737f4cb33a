// The multiplying kernel: for each tile of rows by panels, the sum over k of a (one element of each row,
// repeated) times b (vectors of a panel), in registers.
import { axis, factorOf, int, plus, times, type Axis, type Index } from '../base/formula.ts';
import { at, range } from '../base/shape.ts';
import { Build } from './build.ts';
import type { Machine, Value } from './code.ts';
import { Emitter } from './element.ts';
import { symbols } from './pack.ts';
import { partsOf, sharesOf, shortSum } from './shares.ts';
import type { Block, Place, Product, Target } from './product.ts';
import { SumLoops } from './sum-loops.ts';
import { mayBeCut, type Tiled } from './tile-loop.ts';

export function multiply(p: Product, machine: Machine, target: Target): Tiled {
  const writer = new Writer(p, machine, target);
  return writer.write();
}

class Writer {
  private readonly b: Build;
  private readonly e: Emitter;
  private readonly loops: SumLoops;
  private readonly p: Product;
  private readonly target: Target;
  private readonly groups: number;

  constructor(p: Product, machine: Machine, target: Target) {
    this.p = p;
    this.target = target;
    this.b = new Build(machine);
    this.e = new Emitter(this.b);
    this.loops = new SumLoops(this.b, this.e, p);
    this.groups = target.partial?.groups.count ?? 1;
  }

  write(): Tiled {
    const { b, p } = this;
    const [rows] = p.tile;
    const tileRows = Math.ceil(p.count / rows);
    const outer = p.outer.reduce((n, a) => n * a.size, 1) * this.groups;
    const work = outer * p.count * p.width * p.panels * p.depth;
    const wanted = partsOf(work, this.target.partial !== undefined);
    const [down, across] = sharesOf(p, Math.ceil(wanted / outer), tileRows);
    const [chunkDown, chunkAcross] = [Math.ceil(tileRows / down), Math.ceil(p.panels / across)];
    const [partsDown, partsAcross] = [Math.ceil(tileRows / chunkDown), Math.ceil(p.panels / chunkAcross)];
    const parts = outer * partsDown * partsAcross;
    b.loop(b.param('lo'), b.param('hi'), 1, (part) => {
      // Of parts that follow each other, which mostly one core takes, as many as can be read the larger operand's same share.
      const columnsFirst = p.count >= p.column.size;
      const [rest, fast] = this.digits(part, columnsFirst ? partsAcross : partsDown);
      const [rest2, slow] = this.digits(rest, columnsFirst ? partsDown : partsAcross);
      const [x, y] = columnsFirst ? [fast, slow] : [slow, fast];
      const [group] = this.bindOuter(rest2);
      const fromPanel = b.mulIx(x, chunkAcross);
      const toPanel = b.minIx(b.addIx(fromPanel, b.ix(chunkAcross)), b.ix(p.panels));
      const fromRow = b.mulIx(y, chunkDown * rows);
      const toRow = b.minIx(b.addIx(fromRow, b.ix(chunkDown * rows)), this.rowCount());
      this.tiles(group, [fromRow, toRow], [fromPanel, toPanel]);
    });
    return { ...b.finish(), parts };
  }

  private rowCount(): Value {
    const [first] = this.p.rows;
    return first && first.scale !== 0
      ? this.b.mulIx(this.b.symbol(0), (first.scale * this.p.count) / first.size)
      : this.b.ix(this.p.count);
  }

  /** x = quotient * size + rest. */
  private digits(x: Value, size: number): [quotient: Value, rest: Value] {
    const { b } = this;
    if (size === 1) return [x, b.ix(0)];
    return [b.map('div', x, b.ix(size)), b.map('rem', x, b.ix(size))];
  }

  private bindOuter(flat: Value): [group: Value] {
    const { b } = this;
    let rest = flat;
    for (const a of [...this.p.outer].reverse()) {
      const [next, own] = this.digits(rest, a.size);
      b.bind(a, own);
      rest = next;
    }
    return [rest];
  }

  /** The tiles of one part: for each block of the sum, panel by panel, so that a panel stays in the nearest cache. */
  private tiles(group: Value, [fromRow, toRow]: [Value, Value], [fromPanel, toPanel]: [Value, Value]): void {
    const { b, p, target } = this;
    const [rows] = p.tile;
    const sweep = (block: Block): void => {
      const panels = (body: (panel: Value) => void): void => b.loop(fromPanel, toPanel, 1, body);
      const downwards = (body: (row: Value) => void): void =>
        b.loop(fromRow, toRow, rows, (row) => body(this.windowsFirst(row)));
      if (p.depth < shortSum)
        downwards((row) => {
          const places = this.places(row);
          panels((panel) => this.tile(group, places, panel, block));
        });
      else panels((panel) => downwards((row) => this.tile(group, this.places(row), panel, block)));
    };
    if (target.partial) this.blocks(group, target.partial, sweep);
    else
      sweep({
        places: [],
        from: b.ix(0),
        to: b.extent(at(p.over, 0).axis),
        first: undefined,
        last: undefined,
      });
  }

  /**
   * The tile to take for the one at `row` where tiles are strips seen through windows: all windows of a strip, then the
   * next strip, for they see the same memory.
   */
  private windowsFirst(row: Value): Value {
    const { b, p } = this;
    const windows = p.padded ? p.count / p.padded.size : 1;
    if (!p.padded || windows === 1 || p.rows.some((a) => a.scale !== 0)) return row;
    const [rows] = p.tile;
    const [strip, window] = this.digits(b.map('div', row, b.ix(rows)), windows);
    return b.addIx(b.mulIx(window, p.padded.size), b.mulIx(strip, rows));
  }

  /** The blocks of a group's share of the sum; there is at least one, so that sums of nothing are written, too. */
  private blocks(
    group: Value,
    { blocks: { level, size }, groups }: NonNullable<Target['partial']>,
    body: (block: Block) => void,
  ): void {
    const { b, p } = this;
    const from = b.mulIx(group, groups.size);
    const end = b.minIx(b.addIx(from, b.ix(groups.size)), b.extent(at(p.over, 0).axis));
    const nest = (
      i: number,
      places: readonly Value[],
      first: Value | undefined,
      last: Value | undefined,
    ): void => {
      const { axis: of } = at(p.over, i);
      const [low, high] = i === 0 ? [from, end] : [b.ix(0), b.extent(of)];
      const stop = b.constantOf(high) === undefined ? b.map('max', high, b.addIx(low, b.ix(1))) : high;
      const step = i === level ? size : 1;
      b.loop(low, stop, step, (at0) => {
        const next = b.addIx(at0, b.ix(step));
        const isFirst = this.both(first, b.map('eq', at0, low));
        const isLast = this.both(last, b.map('le', stop, next));
        if (i < level) return nest(i + 1, [...places, at0], isFirst, isLast);
        const to = b.minIx(next, high);
        // Where the loop over the batch has no place at all, its one turn adds nothing.
        const some = level > 0 && b.constantOf(end) === undefined;
        const terms = some ? b.map('select', b.map('lt', places[0]!, end), to, at0) : to;
        body({ places, from: at0, to: terms, first: isFirst, last: isLast });
      });
    };
    nest(0, [], undefined, undefined);
  }

  private both(p: Value | undefined, q: Value): Value {
    return p === undefined ? q : this.b.map('and', p, q);
  }

  /** The rows of a tile: their places along the rows' axes, those beyond the last being the last again. */
  private places(row: Value): Place[] {
    const { b, p } = this;
    const last = b.map('sub', this.rowCount(), b.ix(1));
    return range(p.tile[0]).map((r) => {
      const whole = b.addIx(row, b.ix(r));
      let rest = this.whole() ? whole : b.minIx(whole, last);
      const values = new Map<Axis, Value>();
      for (const [i, a] of [...p.rows.entries()].reverse()) {
        const [next, own] = i === 0 ? [rest, rest] : this.digits(rest, this.sizeOf(a));
        values.set(a, own);
        rest = next;
      }
      const terms = [...values].map(([a, v]) => b.mulIx(v, factorOf(p.a.index, a) ?? 0));
      const at0 = terms.reduce((sum, t) => b.addIx(sum, t), this.e.ix(this.baseOfA()));
      const address = b.let(
        { base: 'ix', wide: false },
        { o: 'address', buffer: b.buffer(p.a.from), at: at0 },
      );
      return { whole, values, address };
    });
  }

  /** The last axis of the rows where every tile lies within one stretch of it. */
  private get along(): Axis | undefined {
    const last = this.p.rows[this.p.rows.length - 1];
    return last && last.scale === 0 && this.sizeOf(last) % this.p.tile[0] === 0 ? last : undefined;
  }

  /** The size of an axis of the rows, in whole strips where there are strips. */
  private sizeOf(a: Axis): number {
    const { padded } = this.p;
    return a === padded?.axis ? padded.size : a.size;
  }

  /** Whether no tile reaches beyond the last row. */
  private whole(): boolean {
    const { p } = this;
    return this.along !== undefined || (p.count % p.tile[0] === 0 && p.rows.every((a) => a.scale === 0));
  }

  /** Elements from one row of a tile to the next, where that is the same in all tiles. */
  private spacing(): number | undefined {
    return this.p.spacing ?? (this.along && factorOf(this.p.a.index, this.along));
  }

  private baseOfA(): Index {
    const { p } = this;
    return plus(
      int(p.a.index.plus),
      symbols(p.a.index),
      ...p.outer.map((a) => times(axis(a), factorOf(p.a.index, a) ?? 0)),
    );
  }

  private tile(group: Value, places: readonly Place[], panel: Value, block: Block): void {
    const { b, p } = this;
    const [, vectors] = p.tile;
    const zero = b.constant('f32', 0, true);
    const sums = places.map(() => range(vectors).map(() => b.variable(zero)));
    const start = b.addIx(this.e.ix(p.b.base), b.mulIx(panel, p.b.panel));
    const address = b.let(
      { base: 'ix', wide: false },
      { o: 'address', buffer: b.buffer(p.b.from), at: start },
    );
    const steps = p.over.map((x) => ({ axis: x.axis, a: 4 * x.a, b: 4 * x.b }));
    const rows = { addresses: places.map((x) => x.address), spacing: this.spacing() };
    if (p.terms) this.loops.listed(p.terms, at(steps, 0), { places, rows }, address, sums);
    else this.loops.all(steps, rows, address, sums, block);
    if (!this.target.partial) return this.finish(places, panel, sums);
    const kept = (adding: boolean, finishing: boolean): void =>
      this.keep(group, places, panel, { adding, finishing }, sums);
    const { first, last } = block;
    const more = b.map('not', first!);
    if (!this.target.store) {
      b.when(first, () => kept(false, false));
      return b.when(more, () => kept(true, false));
    }
    const going = b.map('not', last!);
    b.when(b.map('and', first!, going), () => kept(false, false));
    b.when(b.map('and', more, going), () => kept(true, false));
    b.when(last, () => {
      b.when(more, () => kept(true, true));
      this.finish(places, panel, sums);
    });
  }

  /** Keeps a block's sums, added to those kept so far; in the registers where what follows finishes them. */
  private keep(
    group: Value,
    places: readonly Place[],
    panel: Value,
    { adding, finishing }: { readonly adding: boolean; readonly finishing: boolean },
    sums: readonly (readonly Value[])[],
  ): void {
    const { b, p } = this;
    const to = this.target.partial!.to;
    const [row, padded] = [p.panels * p.width, Math.ceil(p.count / p.tile[0]) * p.tile[0]];
    const outer = p.outer.reduce<Index>((m, a) => plus(times(m, a.size), axis(a)), int(0));
    const place = b.addIx(
      b.mulIx(
        group,
        p.outer.reduce((n, a) => n * a.size, 1),
      ),
      this.e.ix(outer),
    );
    const base = b.addIx(b.mulIx(place, padded * row), b.mulIx(panel, p.width));
    const buffer = b.buffer(to, true);
    places.forEach(({ whole }, r) =>
      sums[r]!.forEach((sum, v) => {
        const where = { buffer, at: b.addIx(base, b.mulIx(whole, row)), offset: v * b.lanes };
        const value = adding
          ? b.map('add', b.let({ base: 'f32', wide: true }, { o: 'load', ...where, stride: 1 }), sum)
          : sum;
        if (finishing) b.set(sum, value);
        else b.push({ s: 'store', ...where, value });
      }),
    );
  }

  /** The finishing work on the registers, row by row and vector by vector; places beyond the last are left out. */
  private finish(places: readonly Place[], panel: Value, sums: readonly (readonly Value[])[]): void {
    const { b, p } = this;
    const full = this.whole();
    places.forEach(({ whole, values }, r) => {
      const within = full ? this.unpadded(values) : b.map('lt', whole, this.rowCount());
      b.when(within, () => {
        for (const [a, v] of values) b.bind(a, v);
        sums[r]!.forEach((sum, v) => this.vector(sum, b.addIx(b.mulIx(panel, p.width), b.ix(v * b.lanes))));
      });
    });
  }

  /** Whether a row of strips is not one beyond the last; undefined where all are. */
  private unpadded(values: ReadonlyMap<Axis, Value>): Value | undefined {
    const { padded } = this.p;
    const place = padded && values.get(padded.axis);
    if (!padded || place === undefined || padded.size === padded.axis.size) return undefined;
    return this.b.map('lt', place, this.b.ix(padded.axis.size));
  }

  /** One vector of finished sums, beginning at column `from`; of the last one what there is, else lane by lane. */
  private vector(sum: Value, from: Value): void {
    const { b, p } = this;
    const size = p.column.size;
    const whole = size % p.width === 0 ? undefined : b.map('le', b.addIx(from, b.ix(b.lanes)), b.ix(size));
    b.when(whole, () => {
      b.bind(p.column, from);
      this.put(this.e.wide(this.target.store!.value, { vector: p.column, sum }));
    });
    const rest = size % b.lanes;
    if (rest === 0) return;
    // The one vector that holds the last columns.
    const mine = b.map('eq', from, b.ix(size - rest));
    if (mayBeCut(this.target.store!, p.column, b.lanes))
      return b.when(mine, () => {
        b.bind(p.column, from);
        this.put(this.e.wide(this.target.store!.value, { vector: p.column, sum }), rest);
      });
    range(rest).forEach((i) => {
      b.when(mine, () => {
        b.bind(p.column, b.addIx(from, b.ix(i)));
        const one = b.let({ base: 'f32', wide: false }, { o: 'lane', from: sum, index: i });
        this.put(this.e.narrow(this.target.store!.value, { sum: one }));
      });
    });
  }

  private put(value: Value, count?: number): void {
    const store = this.target.store!;
    const { at: place, offset } = this.e.split(store.index);
    const buffer = this.b.buffer(store.to, true);
    this.b.push({ s: 'store', buffer, at: place, offset, value, ...(count && { count }) });
  }
}
