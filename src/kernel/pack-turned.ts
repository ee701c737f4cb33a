// Panels of an operand whose summed axis lies side by side in memory, not its columns (a product with a transposed
// matrix): squares of it, as wide as a vector, are turned over in registers. One by one each element would be a
// cache line of its own.
import { axis, factorOf, int, plus, times, type Axis } from '../base/formula.ts';
import { at, range } from '../base/shape.ts';
import { Build } from './build.ts';
import type { Machine, Value } from './code.ts';
import { Emitter } from './element.ts';
import type { Buffer } from './kernel.ts';
import type { Operand } from './pack.ts';
import type { Tiled } from './tile-loop.ts';

export interface Turning {
  readonly from: Operand;
  readonly to: Buffer;
  /** The axes before the panels, those summed over, and how many elements of `to` a step along each is. */
  readonly own: readonly Axis[];
  readonly over: readonly Axis[];
  readonly strides: ReadonlyMap<Axis, number>;
  readonly column: Axis;
  readonly width: number;
  readonly panels: number;
  /** Elements of `to` from one panel to the next. */
  readonly panel: number;
}

/** Elements worth a part of their own, and the most parts. */
const partWork = 16_000;
const mostParts = 32;

/** The summed axis that lies side by side, where squares of it can be turned. */
export function alongMemory(
  { index }: Operand,
  { own, over, column }: Pick<Turning, 'own' | 'over' | 'column'>,
  { lanes }: Machine,
): Axis | undefined {
  const fixed = [...own, ...over].every((a) => a.scale === 0);
  const along = over.find((a) => factorOf(index, a) === 1 && a.size >= lanes);
  return fixed && factorOf(index, column) !== 1 ? along : undefined;
}

/** The kernel that fills the panels; columns beyond the last are the last one again. */
export function turned(t: Turning, along: Axis, machine: Machine): Tiled {
  const b = new Build(machine);
  const e = new Emitter(b);
  const others = t.over.filter((a) => a !== along);
  const outer = [...t.own, ...others];
  const units = t.panels * outer.reduce((n, a) => n * a.size, 1);
  const wanted = Math.max(1, Math.min(mostParts, Math.floor((units * t.width * along.size) / partWork)));
  const chunk = Math.ceil(units / wanted);
  const base = plus(
    { terms: t.from.index.terms.filter(([x]) => x.i === 'symbol'), plus: t.from.index.plus },
    ...outer.map((a) => times(axis(a), factorOf(t.from.index, a) ?? 0)),
  );
  const place = plus(int(0), ...outer.map((a) => times(axis(a), t.strides.get(a) ?? 0)));
  b.loop(b.param('lo'), b.param('hi'), 1, (part) => {
    const from = b.mulIx(part, chunk);
    b.loop(from, b.minIx(b.addIx(from, b.ix(chunk)), b.ix(units)), 1, (unit) => {
      let rest = unit;
      for (const a of [...outer].reverse()) {
        b.bind(a, a.size === 1 ? b.ix(0) : b.map('rem', rest, b.ix(a.size)));
        if (a.size > 1) rest = b.map('div', rest, b.ix(a.size));
      }
      const to = b.addIx(e.ix(place), b.mulIx(rest, t.panel));
      for (const v of range(t.width / b.lanes)) {
        const first = b.addIx(b.mulIx(rest, t.width), b.ix(v * b.lanes));
        squares(b, t, along, { first, from: e.ix(base), to: b.addIx(to, b.ix(v * b.lanes)) });
      }
    });
  });
  return { ...b.finish(), parts: Math.ceil(units / chunk) };
}

/** One vector of columns, from `first` on: whole squares along the sum, then what is left of it one by one. */
function squares(
  b: Build,
  t: Turning,
  along: Axis,
  { first, from, to }: { readonly first: Value; readonly from: Value; readonly to: Value },
): void {
  const step = t.strides.get(along) ?? 0;
  const factor = factorOf(t.from.index, t.column) ?? 0;
  const [source, target] = [b.buffer(t.from.from), b.buffer(t.to, true)];
  const beyond = t.panels * t.width > t.column.size;
  const starts = range(b.lanes).map((i) => {
    const column = b.addIx(first, b.ix(i));
    return b.addIx(from, b.mulIx(beyond ? b.minIx(column, b.ix(t.column.size - 1)) : column, factor));
  });
  const whole = along.size - (along.size % b.lanes);
  b.loop(b.ix(0), b.ix(whole), b.lanes, (k) => {
    const rows = starts.map((start) =>
      b.let(
        { base: 'f32', wide: true },
        { o: 'load', buffer: source, at: b.addIx(start, k), offset: 0, stride: 1 },
      ),
    );
    const place = b.addIx(to, b.mulIx(k, step));
    transposed(b, rows).forEach((value, i) =>
      b.push({ s: 'store', buffer: target, at: place, offset: i * step, value }),
    );
  });
  for (const k of range(along.size - whole)) {
    const lanes = starts.map((start) =>
      b.let(
        { base: 'f32', wide: false },
        { o: 'load', buffer: source, at: start, offset: whole + k, stride: 0 },
      ),
    );
    const value = b.let({ base: 'f32', wide: true }, { o: 'pack', args: lanes });
    b.push({ s: 'store', buffer: target, at: to, offset: (whole + k) * step, value });
  }
}

/** Rows for columns: the two squares off the diagonal change places, in halves, quarters and so on. */
function transposed(b: Build, rows: readonly Value[]): readonly Value[] {
  const result = [...rows];
  for (let half = rows.length / 2; half >= 1; half /= 2) {
    const pick = (upper: number): number[] =>
      range(rows.length).map((i) => ((i & half) === 0 ? i + upper : rows.length + i - half + upper));
    for (const i of range(rows.length).filter((x) => (x & half) === 0)) {
      const args = [at(result, i), at(result, i + half)] as const;
      const mixed = (upper: number): Value =>
        b.let({ base: 'f32', wide: true }, { o: 'shuffle', args, pick: pick(upper) });
      [result[i], result[i + half]] = [mixed(0), mixed(half)];
    }
  }
  return result;
}
