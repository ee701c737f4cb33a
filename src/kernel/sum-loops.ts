// The loops of a product's sum: for each term one element of each row, repeated, times the vectors of a panel, added to
// sums in registers. Over all terms, block by block, or over those that are listed (terms.ts).
import type { Axis } from '../base/formula.ts';
import { range } from '../base/shape.ts';
import type { Build } from './build.ts';
import type { Value } from './code.ts';
import type { Emitter } from './element.ts';
import type { Block, Place, Product, Range, Rows, Step } from './product.ts';
import type { Terms } from './terms.ts';

/**
 * Innermost loops of up to so many terms are written out, by lanes of the machine: a loop's end costs as much as three or
 * four terms. V8, which WebAssembly's 4 lanes stand for, then spills the sums and takes twice as long.
 */
const writtenOut: Readonly<Record<number, number>> = { 8: 16, 16: 16 };

export class SumLoops {
  private readonly b: Build;
  private readonly e: Emitter;
  private readonly p: Product;

  constructor(b: Build, e: Emitter, p: Product) {
    [this.b, this.e, this.p] = [b, e, p];
  }

  /** One term of the sum, added for each row and vector: at byte `a` behind the rows' addresses and at address `bAt`. */
  private term(
    rows: Rows,
    sums: readonly (readonly Value[])[],
    a: Value,
    bAt: Value,
    [pa, pb]: readonly [number, number] = [0, 0],
  ): void {
    const { b } = this;
    const vectors = range(sums[0]!.length).map((v) => {
      const offset = v * b.lanes + pb / 4;
      return b.let({ base: 'f32', wide: true }, { o: 'peek', at: bAt, offset, stride: 1 });
    });
    sums.forEach((row, r) => {
      const at = b.addIx(rows.spacing === undefined ? rows.addresses[r]! : rows.addresses[0]!, a);
      const offset = r * (rows.spacing ?? 0) + pa / 4;
      const x = b.let({ base: 'f32', wide: true }, { o: 'peek', at, offset, stride: 0 });
      vectors.forEach((y, v) =>
        b.set(row[v]!, b.let({ base: 'f32', wide: true }, { o: 'fma', args: [x, y, row[v]!] })),
      );
    });
  }

  /** The sum over the terms that are not 0 in all of the tile's rows. */
  listed(
    { list, stride }: Terms,
    step: Step,
    { places, rows }: { readonly places: readonly Place[]; readonly rows: Rows },
    panel: Value,
    sums: readonly (readonly Value[])[],
  ): void {
    const { b, p } = this;
    const begin = b.mulIx(b.map('div', places[0]!.whole, b.ix(p.tile[0])), stride);
    const entry = (at: Value): Value =>
      b.map(
        'toIndex',
        b.let({ base: 'i32', wide: false }, { o: 'load', buffer: b.buffer(list), at, offset: 0, stride: 0 }),
      );
    const from = b.addIx(begin, b.ix(1));
    b.loop(from, b.addIx(from, entry(begin)), 1, (i) => {
      const k = entry(i);
      this.term(rows, sums, b.mulIx(k, step.a), b.addIx(panel, b.mulIx(k, step.b)));
    });
  }

  /**
   * The loops of the sum; the byte offsets into a and b step along, so that nothing is multiplied inside.
   */
  all(
    steps: readonly Step[],
    rows: Rows,
    panel: Value,
    sums: readonly (readonly Value[])[],
    block: Block,
  ): void {
    const { b } = this;
    const begin = block.places.length;
    const nest = (i: number, a: Value, bAt: Value): void => {
      const step = steps[i]!;
      const whole: Range = i === begin ? [block.from, block.to] : [b.ix(0), b.extent(step.axis)];
      const [from, to] = this.within(step.axis, whole);
      const count = this.fixedCount(from, to);
      if (i === steps.length - 1 && count !== undefined && count <= (writtenOut[b.lanes] ?? 0))
        return range(count).forEach((u) => this.term(rows, sums, a, bAt, [u * step.a, u * step.b]));
      const ka = b.variable(b.addIx(a, b.mulIx(from, step.a)));
      const kb = b.variable(b.addIx(bAt, b.mulIx(from, step.b)));
      b.loop(from, to, 1, () => {
        if (i === steps.length - 1) this.term(rows, sums, ka, kb);
        else nest(i + 1, ka, kb);
        b.set(ka, b.addIx(ka, b.ix(step.a)));
        b.set(kb, b.addIx(kb, b.ix(step.b)));
      });
    };
    const before = (of: (x: Step) => number): Value =>
      block.places.reduce((sum, place, i) => b.addIx(sum, b.mulIx(place, of(steps[i]!))), b.ix(0));
    nest(begin, before((x) => x.a), b.addIx(panel, before((x) => x.b))); // prettier-ignore
  }

  /** How many terms a loop from 0 has, where that is known. */
  private fixedCount(from: Value, to: Value): number | undefined {
    return this.b.constantOf(from) === 0 ? this.b.constantOf(to) : undefined;
  }

  /** The part of a summed axis with terms that are not 0. */
  private within(of: Axis, whole: Range): Range {
    const { b, e, p } = this;
    return p.limits
      .filter((limit) => limit.of === of)
      .reduce<Range>(
        ([from, to], { low, high }) => [b.map('max', from, e.ix(low)), b.minIx(to, e.ix(high))],
        whole,
      );
  }
}
