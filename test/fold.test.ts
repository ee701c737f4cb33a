// The folds, tested from their table: along every choice of axes, over sizes that fill lanes, leave tails and need
// blocks, with ties and NaN; gradients where elements are zero or equal.
import { after, suite, test } from 'node:test';
import assert from 'node:assert/strict';
import { range, sizeOf, type Shape } from '../src/base/shape.ts';
import { folds, type FoldName } from '../src/graph/fold.ts';
import { grad } from '../src/grad.ts';
import { Tensor } from '../src/tensor.ts';
import {
  agree,
  assertClose,
  assertEqualGraphs,
  assertSame,
  draw,
  openAll,
  slopePairs,
  values,
} from './helpers.ts';

const devices = await openAll();
after(() => devices.close());

const names = Object.keys(folds) as FoldName[];
const subsets = (n: number): number[][] =>
  range(2 ** n).map((bits) => range(n).filter((i) => bits & (1 << i)));

/** Rounding only shows where elements are added or multiplied: the rest is exact. */
const compare = (actual: ArrayLike<number>, expected: ArrayLike<number>, what: string): void => {
  if (/^(sum|prod|mean)/.test(what) && actual instanceof Float32Array)
    assertClose(actual, expected, { rtol: 2e-6, atol: 2e-6, what });
  else assertSame(actual, expected, what);
};

suite('folds', () => {
  test('every fold over every choice of axes, in f32 and i32', async () => {
    const d = draw(40);
    const all: Record<string, Tensor> = {};
    for (const op of names)
      for (const axes of subsets(4)) {
        const shape = [2, 3, 5, 4];
        all[`${op} f32 over [${axes.join()}]`] = d.tensor(shape, -1.2, 1.2).fold(op, axes);
        const wholes = Int32Array.from({ length: sizeOf(shape) }, () => d.whole(-40, 40));
        all[`${op} i32 over [${axes.join()}]`] = Tensor.from(wholes, shape).fold(op, axes);
      }
    await agree(devices, all, compare);
  });

  test('long folds: lanes, tails and blocks, along the last axis, another one, and all', async () => {
    const d = draw(41);
    const shapes: Shape[] = [[3, 1030], [1030], [5000], [33, 17, 9], [2, 129, 31], [1, 513], [4, 4097]];
    const all: Record<string, Tensor> = {};
    for (const op of names)
      for (const shape of shapes)
        for (const axes of shape.length === 1
          ? [[0]]
          : [[shape.length - 1], [0], range(shape.length), [0, shape.length - 1]]) {
          const x = op === 'prod' ? d.tensor(shape, 0.99, 1.01) : d.tensor(shape, -0.2, 1);
          all[`${op} of [${shape.join()}] over [${axes.join()}]`] = x.fold(op, axes);
          const wholes = Int32Array.from({ length: sizeOf(shape) }, () => d.whole(-(2 ** 31), 2 ** 31 - 1));
          all[`${op} of [${shape.join()}] i32 over [${axes.join()}]`] = Tensor.from(wholes, shape).fold(
            op,
            axes,
          );
        }
    await agree(devices, all, (actual, expected, what) => {
      // A product's error grows with its factors: one rounding each.
      if (what.startsWith('prod') && actual instanceof Float32Array)
        assertClose(actual, expected, { rtol: 5e-5, what });
      else compare(actual, expected, what);
    });
  });

  test('a sum of 70,000 positive numbers keeps six digits, however it is reached', async () => {
    const d = draw(42);
    const x = d.tensor([70000], 0, 1);
    const y = d.tensor([20000, 3], 0, 1);
    await agree(
      devices,
      {
        plain: x.sum(),
        'of a function': x.mul(x).add(1).sum(),
        backwards: x.flip(0).sum(),
        padded: x.pad([[3, 5]]).sum(),
        'in rows': x.reshape([7, 10000]).sum(),
        'down columns': y.sum(0),
        'over both': y.sum(),
        'of a permutation': y.permute([1, 0]).sum(1),
        mean: x.mean(),
      },
      (actual, expected, what) => assertClose(actual, expected, { rtol: 2e-6, atol: 0, what }),
    );
  });

  test('ties: the first place, row-major over the folded axes, short and in lanes', async () => {
    const x = Tensor.from([3, 1, 3, 2, 3, 3, 1, 1], [2, 2, 2]);
    const long = Tensor.from(
      range(100).map((i) => (i === 17 || i === 63 ? 9 : i === 30 || i === 31 ? -9 : 0)),
      [2, 50],
    );
    const told: readonly (readonly [string, Tensor, readonly number[]])[] = [
      ['argmax all', x.argmax(), [0]],
      ['argmin all', x.argmin(), [1]],
      ['argmax 1,2', x.argmax([1, 2]), [0, 0]],
      ['argmin 1,2', x.argmin([1, 2]), [1, 2]],
      ['argmax 0,2', x.argmax([0, 2]), [0, 0]],
      ['argmin 0,2', x.argmin([0, 2]), [1, 2]],
      ['argmax long', long.argmax(1), [17, 13]],
      ['argmin long', long.argmin(1), [30, 0]],
      ['argmax long all', long.argmax(), [17]],
      ['argmin i32', long.to('i32').argmin(), [30]],
      ['argmax no axes', x.argmax([]), range(8).map(() => 0)],
    ];
    for (const device of devices.all) {
      const out = await values(
        device,
        told.map(([, t]) => t),
      );
      told.forEach(([what, , expected], i) => assertSame(out[i]!, expected, `${what} on ${device.name}`));
    }
  });

  test('of no elements: the start of each row', async () => {
    const starts = names.map((op) => folds[op].start);
    const wholes: Readonly<Record<FoldName, number>> = {
      sum: 0,
      prod: 1,
      max: -(2 ** 31),
      min: 2 ** 31 - 1,
      argmax: 0,
      argmin: 0,
    };
    const x = Tensor.from([], [2, 0]);
    for (const device of devices.all) {
      const f32 = await values(
        device,
        names.map((op) => x.fold(op, 1)),
      );
      const i32 = await values(
        device,
        names.map((op) => x.to('i32').fold(op, 1)),
      );
      const none = await values(
        device,
        names.map((op) => x.fold(op, 0)),
      );
      names.forEach((op, i) => {
        assertSame(f32[i]!, [starts[i]!, starts[i]!], `${op} on ${device.name}`);
        assertSame(i32[i]!, [wholes[op], wholes[op]], `${op} of i32 on ${device.name}`);
        assert.equal(none[i]!.length, 0);
      });
    }
  });

  test('folds keep their axes on request', () => {
    const x = Tensor.fill(1, [2, 3, 5]);
    for (const op of names) {
      assert.deepEqual(x.fold(op, [0, 2], { keep: true }).shape, [1, 3, 1]);
      assert.deepEqual(x.fold(op, [-1, 0]).shape, [3]);
      assert.deepEqual(x.fold(op).shape, []);
    }
  });

  test('gradients and second gradients over every choice of axes agree with finite differences', async () => {
    const d = draw(43);
    for (const op of names) {
      if (folds[op].grad === null) continue;
      const all = subsets(3).map((axes) =>
        slopePairs(`${op} over [${axes.join()}]`, (x) => x.mul(x).add(x).fold(op, axes), [
          d.tensor([2, 3, 4], 0.5, 1.5),
        ]),
      );
      await assertEqualGraphs(devices, Object.assign({}, ...all) as (typeof all)[number], {
        rtol: 1e-5,
        atol: 1e-5,
      });
    }
  });

  test('the gradient of a product is the product of the others, with none, one and two zeros among them', async () => {
    const x = Tensor.from([2, 3, 5, 2, 0, 5, 0, 0, 5], [3, 3]);
    const [g] = grad(
      x
        .prod(1)
        .mul(Tensor.from([1, 10, 100]))
        .sum(),
      [x],
    ) as [Tensor];
    // Its gradient again: for each pair the product of the third.
    const [gg] = grad(g.mul(Tensor.from([1, 0, 0, 1, 0, 0, 1, 0, 0], [3, 3])).sum(), [x]) as [Tensor];
    for (const device of devices.all) {
      const [first, second] = await values(device, [g, gg]);
      assertSame(first!, [15, 10, 6, 0, 100, 0, 0, 0, 0], device.name);
      assertSame(second!, [0, 5, 3, 0, 50, 0, 0, 500, 0], device.name);
    }
  });

  test('the gradient of max and min goes to the first of equals, and to the first NaN', async () => {
    const x = Tensor.from([1, 3, 3, 2, 1, 1, NaN, 1, NaN], [3, 3]);
    const w = Tensor.from([1, 10, 100]);
    const list = [
      grad(x.max(1).mul(w).sum(), [x])[0]!,
      grad(x.min(1).mul(w).sum(), [x])[0]!,
      grad(x.max().mul(7), [x])[0]!,
      grad(x.max([]).mul(2).sum(), [x])[0]!,
    ];
    const expected = [
      [0, 1, 0, 10, 0, 0, 100, 0, 0],
      [1, 0, 0, 0, 10, 0, 100, 0, 0],
      [0, 0, 0, 0, 0, 0, 7, 0, 0],
      range(9).map(() => 2),
    ];
    for (const device of devices.all)
      (await values(device, list)).forEach((v, i) => assertSame(v, expected[i]!, `${i} on ${device.name}`));
  });

  test('mean over axes is the sum by their count', async () => {
    const x = draw(44).tensor([3, 4, 5]);
    await assertEqualGraphs(
      devices,
      Object.fromEntries(
        subsets(3).map((axes) => [
          `[${axes.join()}]`,
          [x.mean(axes), x.sum(axes).mul(1 / axes.reduce((n, i) => n * x.shape[i]!, 1))] as const,
        ]),
      ),
      { rtol: 1e-6 },
    );
  });
});
