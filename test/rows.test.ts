// Rows by number: gather and its transpose scatterAdd, one-hot, picking, softmax and its kin, joining and cutting.
import { after, suite, test } from 'node:test';
import assert from 'node:assert/strict';
import { range, sizeOf, type Shape } from '../src/base/shape.ts';
import { grad } from '../src/grad.ts';
import { ops } from '../src/index.ts';
import { Tensor } from '../src/tensor.ts';
import {
  agree,
  assertClose,
  assertEqualGraphs,
  assertNear,
  assertSame,
  draw,
  openAll,
  slopePairs,
  values,
} from './helpers.ts';

const devices = await openAll();
after(() => devices.close());

const { concat, gather, logSoftmax, logSumExp, oneHot, pick, scatterAdd, slice, softmax, stack } = ops;
const i32 = (...x: number[]): Tensor => Tensor.from(Int32Array.from(x));

/** Tensors and what they must be, exactly, on every device. */
async function exactly(told: Readonly<Record<string, readonly [Tensor, readonly number[]]>>): Promise<void> {
  for (const device of devices.all) {
    const out = await values(
      device,
      Object.values(told).map(([t]) => t),
    );
    Object.entries(told).forEach(([what, [, expected]], i) =>
      assertSame(out[i]!, expected, `${what} on ${device.name}`),
    );
  }
}

suite('gather and scatterAdd', () => {
  /** Numbers of rows with repetitions, and some outside of the table on both sides. */
  const numbers = [2, 0, -1, 2, 5, 4, 3, 2, 2147483647, -2147483648, 1, 0];

  test('rows by number; a number outside gives zeros; of every element type', async () => {
    const d = draw(80);
    const told: Record<string, readonly [Tensor, number[]]> = {};
    for (const row of [[], [1], [3], [2, 4], [37]] as Shape[])
      for (const dtype of ['f32', 'i32', 'u8', 'bool'] as const) {
        const width = sizeOf(row);
        const data = range(5 * width).map(() => (dtype === 'bool' ? d.whole(0, 1) : d.whole(0, 200)));
        const table = Tensor.from(data, [5, ...row], dtype);
        const expected = numbers.flatMap((n) =>
          range(width).map((j) => (n >= 0 && n < 5 ? data[n * width + j]! : 0)),
        );
        told[`${dtype} [5, ${row.join()}]`] = [gather(table, i32(...numbers)), expected];
        told[`${dtype} [5, ${row.join()}], numbers [3, 4]`] = [
          gather(table, i32(...numbers).reshape([3, 4])),
          expected,
        ];
      }
    await exactly(told);
  });

  test('rows added up by number, in order; numbers outside are dropped', async () => {
    const d = draw(81);
    const told: Record<string, readonly [Tensor, number[]]> = {};
    for (const row of [[], [1], [3], [2, 4], [37]] as Shape[]) {
      const width = sizeOf(row);
      const data = range(numbers.length * width).map(() => d.whole(-9, 9));
      const expected = range(5 * width).map(() => 0);
      numbers.forEach((n, i) =>
        range(width).forEach((j) => {
          if (n >= 0 && n < 5) expected[n * width + j]! += data[i * width + j]!;
        }),
      );
      told[`[12, ${row.join()}]`] = [
        scatterAdd(5, i32(...numbers), Tensor.from(data, [12, ...row])),
        expected,
      ];
      told[`[3, 4, ${row.join()}]`] = [
        scatterAdd(5, i32(...numbers).reshape([3, 4]), Tensor.from(data, [3, 4, ...row])),
        expected,
      ];
    }
    told['no updates'] = [scatterAdd(3, i32(), Tensor.from([], [0, 2])), [0, 0, 0, 0, 0, 0]];
    told['no numbers'] = [gather(Tensor.from([1, 2]), i32()), []];
    told['a table without rows'] = [gather(Tensor.from([], [0, 2]), i32(0, 1)), [0, 0, 0, 0]];
    await exactly(told);
  });

  test("each is the other's gradient, and its own second one", async () => {
    const d = draw(82);
    const index = i32(...numbers);
    const w = Tensor.from(
      range(36).map((i) => i + 1),
      [12, 3],
    );
    const v = Tensor.from(
      range(15).map((i) => 2 * i - 7),
      [5, 3],
    );
    const [table, updates] = [d.tensor([5, 3]), d.tensor([12, 3])];
    const cube = (x: Tensor): Tensor => x.mul(x).mul(x);
    await assertEqualGraphs(devices, {
      gather: [grad(gather(table, index).mul(w).sum(), [table])[0]!, scatterAdd(5, index, w)],
      scatterAdd: [grad(scatterAdd(5, index, updates).mul(v).sum(), [updates])[0]!, gather(v, index)],
      ...slopePairs('gather', (t) => cube(gather(t, index)), [table]),
      ...slopePairs('scatterAdd', (t) => cube(scatterAdd(5, index, t)), [updates]),
    });
  });

  test('between other work: moves, computed tables and numbers, a gather of a gather', async () => {
    const d = draw(83);
    const x = d.tensor([6, 4]);
    const index = i32(5, 0, -2, 3, 7, 6, 2, 1);
    const inner = gather(x, index);
    await agree(
      devices,
      {
        'of a permutation': gather(x.permute([1, 0]), i32(3, 1, 9)),
        'of a padded table': gather(
          x.pad([
            [1, 2],
            [1, 0],
          ]),
          i32(0, 1, 8, 9, -1, 6, 7),
        ),
        'of a flipped table': gather(x.flip(0), index),
        'of a reshaped table': gather(x.reshape([4, 6]), i32(0, 3, 4)),
        'of a repeated row': gather(
          x
            .crop([
              [0, 5],
              [0, 0],
            ])
            .expand([6, 4]),
          index,
        ),
        'of a computed table': gather(x.exp().add(1), index),
        'of a folded table': gather(d.tensor([6, 4, 9]).sum(2), index),
        'of a product': gather(ops.matmul(x, d.tensor([4, 5])), index),
        'by computed numbers': gather(x, x.sum(1).mul(3).to('i32')),
        'by places': gather(x, Tensor.iota([3], 0).mul(2)),
        'of a gather': gather(inner, i32(7, 2, 0, 9)),
        'by gathered numbers': gather(x, gather(index, i32(1, 2, 3))),
        'a move behind': inner.permute([1, 0]).flip(0).add(1),
        'a reshape behind': inner.reshape([4, 8]).tanh(),
        'padded behind': inner
          .pad([
            [1, 1],
            [2, 0],
          ])
          .add(1),
        'summed behind': inner.mul(inner).sum(0),
        'into a product': ops.matmul(inner, d.tensor([4, 7])),
        'scatter of a computation': scatterAdd(6, index, inner.mul(2).add(1)),
        'scatter by computed numbers': scatterAdd(4, index.rem(4), inner.permute([0, 1])),
        'scatter, then more': scatterAdd(6, index, inner).exp().sum(1),
        'scatter of a permutation': scatterAdd(9, i32(8, 1, 8, 3), x.permute([1, 0])),
        'a large table': gather(d.tensor([1000, 33]), Tensor.iota([400], 0).mul(7)),
        'a large scatter': scatterAdd(50, Tensor.iota([3000], 0).rem(50), d.tensor([3000, 5])),
      },
      (actual, expected, what) => assertClose(actual, expected, { rtol: 1e-5, atol: 1e-5, what }),
    );
  });
});

suite('classes', () => {
  test('one-hot and picked', async () => {
    await exactly({
      oneHot: [oneHot(i32(2, 0, 3, -1), 3), [0, 0, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0]],
      'oneHot of a square': [oneHot(i32(1, 0, 0, 1).reshape([2, 2]), 2), [0, 1, 1, 0, 1, 0, 0, 1]],
      pick: [pick(Tensor.from(range(6), [2, 3]), i32(2, 0)), [2, 3]],
      'pick outside': [pick(Tensor.from(range(6), [2, 3]), i32(3, -1)), [0, 0]],
      "pick's gradient": [
        (() => {
          const x = Tensor.from(range(6), [2, 3]);
          return grad(
            pick(x, i32(2, 0))
              .mul(Tensor.from([5, 7]))
              .sum(),
            [x],
          )[0]!;
        })(),
        [0, 0, 5, 7, 0, 0],
      ],
    });
  });

  test('softmax, logSoftmax and logSumExp do not overflow and sum to one', async () => {
    const { POSITIVE_INFINITY: inf, NaN: nan } = Number;
    const rows = [
      [1, 2, 3],
      [1000, 1000, 1000],
      [-1000, 0, 1000],
      [1e38, -1e38, 0],
      [-inf, 0, 1],
      [-inf, -inf, -inf],
      [inf, 0, 1],
      [nan, 0, 1],
    ];
    const x = Tensor.from(rows.flat(), [8, 3]);
    const e = rows[0]!.map((v) => Math.exp(v - 3));
    const total = e.reduce((a, b) => a + b);
    const s = [
      e.map((v) => v / total),
      [1 / 3, 1 / 3, 1 / 3],
      [0, 0, 1],
      [1, 0, 0],
      [0, 1 / (1 + Math.E), Math.E / (1 + Math.E)],
      [nan, nan, nan],
      [nan, nan, nan],
      [nan, nan, nan],
    ];
    const lse = [3 + Math.log(total), 1000 + Math.log(3), 1000, 1e38, Math.log(1 + Math.E), -inf, inf, nan];
    const log = rows.map((row, i) => row.map((v) => v - lse[i]!));
    for (const device of devices.all) {
      const [a, b, c] = await values(device, [softmax(x), logSumExp(x, [1]), logSoftmax(x)]);
      assertClose(a!, s.flat(), { rtol: 1e-6, atol: 1e-7, what: `softmax on ${device.name}` });
      assertClose(b!, lse, { rtol: 1e-6, what: `logSumExp on ${device.name}` });
      assertClose(c!, log.flat(), { rtol: 1e-6, what: `logSoftmax on ${device.name}` });
    }
  });

  test('their gradients: softmax less one-hot, finite for extreme rows', async () => {
    const x = Tensor.from([1, 2, 3, 1000, 0, -1000, 0, 0, 0], [3, 3]);
    const y = i32(2, 0, 1);
    const loss = pick(logSoftmax(x), y).neg().sum();
    await assertEqualGraphs(
      devices,
      { 'cross-entropy': [grad(loss, [x])[0]!, softmax(x).sub(oneHot(y, 3))] },
      { rtol: 1e-6 },
    );
    const d = draw(84);
    const all = [3, 10, 37].map((n) => {
      const t = d.tensor([5, n], -3, 3);
      const classes = i32(...range(5).map((i) => (i * 3) % n));
      return {
        [`softmax ${n}`]: softmax(t),
        [`loss ${n}`]: pick(logSoftmax(t), classes).mean(),
        [`gradient ${n}`]: grad(pick(logSoftmax(t), classes).mean(), [t])[0]!,
        [`softmax's gradient ${n}`]: grad(
          softmax(t)
            .mul(d.tensor([5, n]))
            .sum(),
          [t],
        )[0]!,
      };
    });
    await agree(devices, Object.assign({}, ...all) as Record<string, Tensor>, (actual, expected, what) =>
      assertNear(actual, expected, { what }),
    );
  });
});

suite('joining and cutting', () => {
  test('concat, stack and slice along every axis, with their gradients', async () => {
    const d = draw(85);
    const shapes = [
      [2, 3, 4],
      [2, 1, 4],
      [2, 5, 4],
    ];
    const parts = shapes.map((s) =>
      Tensor.from(
        range(sizeOf(s)).map(() => d.whole(-99, 99)),
        s,
      ),
    );
    const joined = concat(parts, 1);
    const first = concat([parts[0]!, parts[0]!.mul(2)], 0);
    const last = concat([parts[1]!, parts[1]!, parts[1]!.neg()], -1);
    const w = Tensor.from(
      range(72).map((i) => i - 30),
      [2, 9, 4],
    );
    const back = grad(joined.mul(w).sum(), parts);
    assert.deepEqual(
      [joined.shape, first.shape, last.shape, stack(parts.slice(0, 1)).shape],
      [
        [2, 9, 4],
        [4, 3, 4],
        [2, 1, 12],
        [1, 2, 3, 4],
      ],
    );
    await assertEqualGraphs(
      devices,
      {
        'slice 0': [slice(joined, 1, 0, 3), parts[0]!],
        'slice 1': [slice(joined, 1, 3, 4), parts[1]!],
        'slice 2': [slice(joined, -2, 4, 9), parts[2]!],
        'first axis': [slice(first, 0, 2, 4), parts[0]!.mul(2)],
        'last axis': [slice(last, 2, 8, 12), parts[1]!.neg()],
        'gradient 0': [back[0]!, slice(w, 1, 0, 3)],
        'gradient 1': [back[1]!, slice(w, 1, 3, 4)],
        'gradient 2': [back[2]!, slice(w, 1, 4, 9)],
        stack: [stack([parts[0]!, parts[0]!.add(1)]).sum(0), parts[0]!.mul(2).add(1)],
        'an empty slice': [slice(joined, 1, 4, 4).sum(), Tensor.fill(0)],
        'an empty part': [concat([parts[0]!, slice(joined, 1, 0, 0)], 1), parts[0]!],
        'of one': [concat([parts[0]!]), parts[0]!],
      },
      { rtol: 0, atol: 0 },
    );
    await agree(
      devices,
      {
        joined,
        first,
        last,
        ...Object.fromEntries(back.map((g, i) => [`gradient ${i}`, g])),
        computed: concat([parts[0]!.exp(), parts[2]!.abs().neg().exp()], 1),
      },
      (actual, expected, what) => assertClose(actual, expected, { rtol: 1e-6, what }),
    );
  });

  test('joined whole numbers, truths and NaN', async () => {
    await exactly({
      i32: [concat([i32(1, 2), i32(3)]), [1, 2, 3]],
      bool: [concat([i32(1, 0).to('bool'), i32(5).to('bool')]), [1, 0, 1]],
      NaN: [concat([Tensor.from([NaN, 1]), Tensor.from([Infinity])]), [NaN, 1, Infinity]],
    });
  });
});
