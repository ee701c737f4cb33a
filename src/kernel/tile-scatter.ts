// Rows added up by number: each part owns a stretch of the table's rows and goes through all updates in
// order, so the sums are the same bits however the parts are shared out.
import { axis, newAxis, plus, times } from '../base/formula.ts';
import { Build } from './build.ts';
import type { Machine } from './code.ts';
import { Emitter } from './element.ts';
import type { ScatterKernel } from './kernel.ts';
import type { Tiled } from './tile-loop.ts';

const mostParts = 8;

export function tileScatter(k: ScatterKernel, machine: Machine): Tiled {
  const b = new Build(machine);
  const e = new Emitter(b);
  const chunk = Math.max(1, Math.ceil(k.rows / mostParts));
  const to = b.buffer(k.to, true);
  const [row, column] = [newAxis(k.rows), k.column];
  b.loop(b.param('lo'), b.param('hi'), 1, (part) => {
    const from = b.mulIx(part, chunk);
    const end = b.minIx(b.addIx(from, b.ix(chunk)), b.ix(k.rows));
    b.loop(
      from,
      end,
      1,
      () =>
        b.loop(
          b.ix(0),
          b.ix(k.width),
          1,
          () => {
            const { at, offset } = e.split(plus(k.base, times(axis(row), k.width), axis(column)));
            b.push({ s: 'store', buffer: to, at, offset, value: b.constant('f32', 0) });
          },
          column,
        ),
      row,
    );
    b.loop(
      b.ix(0),
      b.extent(k.count),
      1,
      () => {
        const r = b.map('toIndex', e.narrow(k.row, {}));
        b.when(b.map('and', b.map('le', from, r), b.map('lt', r, end)), () =>
          b.loop(
            b.ix(0),
            b.ix(k.width),
            1,
            () => {
              const here = b.addIx(e.ix(plus(k.base, axis(column))), b.mulIx(r, k.width));
              const before = b.let(
                { base: 'f32', wide: false },
                { o: 'load', buffer: to, at: here, offset: 0, stride: 0 },
              );
              b.push({
                s: 'store',
                buffer: to,
                at: here,
                offset: 0,
                value: b.map('add', before, e.narrow(k.update, {})),
              });
            },
            column,
          ),
        );
      },
      k.count,
    );
  });
  return { ...b.finish(), parts: Math.ceil(k.rows / chunk) };
}
