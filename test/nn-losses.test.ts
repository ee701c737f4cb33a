// Losses and accuracy beside their formulas in float64, at the edges too, on the reference and a fast device.
import { suite, test } from 'node:test';
import assert from 'node:assert/strict';
import {
  binaryCrossentropy,
  categoricalCrossentropy,
  grad,
  meanSquaredError,
  open,
  sparseCategoricalCrossentropy,
  Tensor,
  type DeviceName,
  type Logits,
  type Loss,
} from '../src/index.ts';
import { checkTargets, lossOf } from '../src/nn/loss.ts';
import { metricOf, metrics } from '../src/nn/metric.ts';

const devices: readonly DeviceName[] = ['reference', 'wasm'];

/** Each example's loss. */
async function eachOf(
  loss: Loss,
  target: Tensor,
  y: Tensor,
  device: DeviceName,
  logits?: Logits,
): Promise<number[]> {
  await using on = await open({ device, threads: 1 });
  return [...(await on.read(loss.each(target, { y, ...(logits && { logits }) })))];
}

async function slopesOf(loss: Loss, target: Tensor, y: Tensor, device: DeviceName): Promise<number[]> {
  await using on = await open({ device, threads: 1 });
  const [slopes = y] = grad(loss.each(target, { y }).sum(), [y]);
  return [...(await on.read(slopes))];
}

function near(got: readonly number[], want: readonly number[], tolerance = 1e-5): void {
  assert.equal(got.length, want.length);
  got.forEach((x, i) => {
    const right = want[i] ?? NaN;
    assert.ok(
      Math.abs(x - right) <= tolerance * (1 + Math.abs(right)),
      `${String(got)} instead of ${String(want)}`,
    );
  });
}

const logits = [
  [2, -1, 0.5],
  [0, 0, 0],
  [1e4, 0, -1e4],
  [-1e4, -1e4, 3],
];
const labels = [0, 2, 1, 2];
/** log(sum(exp(row))) - row[label], in float64. */
const crossentropies = logits.map((row, i) => {
  const top = Math.max(...row);
  return top + Math.log(row.reduce((sum, x) => sum + Math.exp(x - top), 0)) - (row[labels[i] ?? 0] ?? NaN);
});
const rows = (list: readonly (readonly number[])[]): Tensor =>
  Tensor.from(list.flat(), [list.length, list[0]?.length ?? 0]);
const oneHots = labels.map((l) => [0, 1, 2].map((c) => Number(c === l)));
const softmax = (row: readonly number[]): number[] => {
  const e = row.map((x) => Math.exp(x - Math.max(...row)));
  return e.map((x) => x / e.reduce((a, b) => a + b));
};

suite('losses', () => {
  for (const device of devices) {
    test(`${device}: crossentropy of classes from logits, also extreme ones`, async () => {
      const sparse = sparseCategoricalCrossentropy({ fromLogits: true });
      near(await eachOf(sparse, Tensor.from(Int32Array.from(labels)), rows(logits), device), crossentropies);
      const full = categoricalCrossentropy({ fromLogits: true });
      near(await eachOf(full, rows(oneHots), rows(logits), device), crossentropies);
    });

    test(`${device}: its slopes are softmax minus the right answer, also where logits are extreme`, async () => {
      const want = logits.flatMap((row, i) => softmax(row).map((p, c) => p - (oneHots[i]?.[c] ?? 0)));
      const sparse = sparseCategoricalCrossentropy({ fromLogits: true });
      near(await slopesOf(sparse, Tensor.from(Int32Array.from(labels)), rows(logits), device), want, 1e-6);
      const full = categoricalCrossentropy({ fromLogits: true });
      near(await slopesOf(full, rows(oneHots), rows(logits), device), want, 1e-6);
    });

    test(`${device}: behind a softmax the logits are taken, so that nothing is clipped`, async () => {
      const y = rows(logits.map(softmax));
      const behind: Logits = { of: 'softmax', x: rows(logits) };
      const target = Tensor.from(Int32Array.from(labels));
      near(await eachOf(sparseCategoricalCrossentropy(), target, y, device, behind), crossentropies);
      near(await eachOf(categoricalCrossentropy(), rows(oneHots), y, device, behind), crossentropies);
      near((await eachOf(sparseCategoricalCrossentropy(), target, y, device)).slice(2, 3), [-Math.log(1e-7)]);
    });

    test(`${device}: crossentropy of probabilities, made to sum to 1 and kept from 0 and 1`, async () => {
      const y = rows([
        [0.2, 0.3, 0.5],
        [2, 1, 1],
        [1, 0, 0],
        [0, 0, 1],
      ]);
      const want = [-Math.log(0.2), -Math.log(0.25), -Math.log(1e-7), -Math.log(1 - 1e-7)];
      near(
        await eachOf(sparseCategoricalCrossentropy(), Tensor.from(Int32Array.from(labels)), y, device),
        want,
      );
      const soft = [
        [0.5, 0.25, 0.25],
        [0, 0, 1],
        [0, 1, 0],
        [0, 0, 1],
      ];
      const first = -(0.5 * Math.log(0.2) + 0.25 * Math.log(0.3) + 0.25 * Math.log(0.5));
      near(await eachOf(categoricalCrossentropy(), rows(soft), y, device), [first, ...want.slice(1)]);
    });

    test(`${device}: binary crossentropy, from probabilities and from logits`, async () => {
      const [p, t] = [
        [
          [0.9, 0.2],
          [0, 1],
          [1, 0],
        ],
        [
          [1, 0],
          [0, 1],
          [0, 0.5],
        ],
      ];
      const one = (x: number, y: number): number => {
        const kept = Math.min(1 - Math.fround(1e-7), Math.max(1e-7, x));
        return -(y * Math.log(kept) + (1 - y) * Math.log(1 - kept));
      };
      const want = p.map((row, i) => row.reduce((sum, x, j) => sum + one(x, t[i]?.[j] ?? NaN), 0) / 2);
      // 1 - 1e-7 is not an f32: the nearest is 1 - 2^-23, so that log(1 - p) is -15.9 and not -16.1 there
      near(await eachOf(binaryCrossentropy(), rows(t), rows(p), device), want, 2e-2);
      const x = [
        [3, -2],
        [0, 500],
        [-500, 1],
      ];
      const exact = x.map(
        (row, i) =>
          row.reduce(
            (sum, v, j) => sum + Math.max(v, 0) + Math.log1p(Math.exp(-Math.abs(v))) - v * (t[i]?.[j] ?? NaN),
            0,
          ) / 2,
      );
      near(await eachOf(binaryCrossentropy({ fromLogits: true }), rows(t), rows(x), device), exact);
      near(
        await eachOf(binaryCrossentropy(), rows(t), rows(x).sigmoid(), device, { of: 'sigmoid', x: rows(x) }),
        exact,
      );
    });

    test(`${device}: mean squared error over all of an example's outputs`, async () => {
      const [y, t] = [
        [1, 2, 3, 4, 5, 6, 7, 8],
        [1, 1, 1, 1, 5, 5, 5, 9],
      ];
      near(await eachOf(meanSquaredError(), Tensor.from(t, [2, 2, 2]), Tensor.from(y, [2, 2, 2]), device), [
        14 / 4,
        6 / 4,
      ]);
    });
  }

  test('accuracy: by class, by the largest of a target, and by the right side of 0.5', async () => {
    const device = await open({ device: 'reference' });
    const hits = async (target: Tensor, y: Tensor, loss: Loss): Promise<number[]> => [
      ...(await device.read(metrics.accuracy.each(target, { y }, loss))),
    ];
    const y = rows([
      [0.1, 0.7, 0.2],
      [0.4, 0.4, 0.2],
    ]);
    assert.deepEqual(
      await hits(Tensor.from(Int32Array.of(1, 1)), y, sparseCategoricalCrossentropy()),
      [1, 0],
    );
    assert.deepEqual(
      await hits(
        rows([
          [0, 0, 1],
          [1, 0, 0],
        ]),
        y,
        categoricalCrossentropy(),
      ),
      [0, 1],
    );
    assert.deepEqual(
      await hits(
        rows([
          [0, 1],
          [0, 1],
        ]),
        rows([
          [0.5, 0.6],
          [0.51, 0.4],
        ]),
        binaryCrossentropy(),
      ),
      [1, 0],
    );
  });

  test('targets that mean nothing are refused with their place', () => {
    const says = (make: () => unknown, message: string): void =>
      assert.throws(make, { name: 'EidosError', message });
    says(
      () => checkTargets('fit', sparseCategoricalCrossentropy(), [0, 9, 10], [10]),
      'fit: labels must be 0 to 9, got 10 at example 2',
    );
    says(
      () => checkTargets('fit', sparseCategoricalCrossentropy(), [0, 1.5], [3]),
      'fit: labels must be 0 to 2, got 1.5 at example 1',
    );
    says(
      () => checkTargets('fit', binaryCrossentropy(), [0, 0.5, 1, NaN], [2]),
      'fit: targets must be 0 to 1, got NaN at example 1',
    );
    says(
      () => lossOf('mse' as 'meanSquaredError'),
      'compile: loss must be one of sparseCategoricalCrossentropy, categoricalCrossentropy, binaryCrossentropy, meanSquaredError, got "mse"',
    );
    says(() => metricOf('recall' as 'accuracy'), 'compile: metrics must be among accuracy, got "recall"');
  });
});
