// Every loss beside its formula in plain float64 loops: values, slopes by finite differences, and what happens where
// probabilities are 0 or 1 and logits enormous. Some values are Keras's own.
import { after, before, suite, test } from 'node:test';
import assert from 'node:assert/strict';
import type { Device } from '../src/device/device.ts';
import { open } from '../src/device/open.ts';
import { grad } from '../src/grad.ts';
import type { Logits } from '../src/nn/layer.ts';
import * as loss from '../src/nn/loss.ts';
import { checkTargets, lossOf, losses, type Loss } from '../src/nn/loss.ts';
import { Tensor } from '../src/tensor.ts';
import { assertClose, values, type Tolerance } from './helpers.ts';
import {
  cases,
  fromLogits,
  numbers,
  sigmoid,
  softmax,
  targetOf,
  tensor,
  type Case,
  type Plain,
  type Rows,
} from './nn-loss-cases.ts';
import type { Numbers } from './nn-loops.ts';

let devices: readonly Device[];
before(async () => {
  devices = [await open({ device: 'reference' }), await open({ device: 'wasm', threads: 1 })];
});
after(() => Promise.all(devices.map((device) => device.close())));

/** A loss of each example, and its slope along each output. */
function traced(one: Pick<Case, 'loss' | 'target' | 'y'>): { each: Tensor; slope: Tensor } {
  const y = tensor(one.y);
  const each = one.loss.each(targetOf(one), { y });
  const [slope = y] = grad(each.sum(), [y]);
  return { each, slope };
}

/** The slope of the plain formula along each output, of one example. */
const slopes = (plain: Plain, t: Numbers, y: Numbers, h = 1e-5): number[] =>
  Array.from(y, (_, i) => {
    const moved = (by: number): number =>
      plain(
        t,
        Array.from(y, (x, j) => (i === j ? x + by : x)),
      );
    return (moved(h) - moved(-h)) / (2 * h);
  });

/** What each of these comes to on every device, beside what is wanted. */
async function compared(
  list: Readonly<Record<string, readonly [got: Tensor, want: Numbers]>>,
  tolerance: Tolerance,
): Promise<void> {
  for (const device of devices) {
    const found = await values(device, Object.values(list).map(([got]) => got)); // prettier-ignore
    Object.entries(list).forEach(([name, [, want]], i) =>
      assertClose(found[i] ?? [], want, { ...tolerance, what: `${name} on ${device.name}` }),
    );
  }
}

/** The same for every case. */
const ofCases = <T>(f: (one: Case) => T): Record<string, T> =>
  Object.fromEntries(Object.entries(cases).map(([name, one]) => [name, f(one)]));

suite('losses', () => {
  test('all of them are here', () => {
    const names = new Set(Object.values(cases).map(({ loss }) => loss.name));
    assert.deepEqual([...names].sort(), Object.keys(losses).sort());
    for (const [name, make] of Object.entries(losses)) assert.equal(make().name, name);
  });

  const plainly = ({ plain, target, y }: Case): number[] => y.map((row, i) => plain(target[i] ?? [], row));

  test("the plain loops give Keras's numbers", () => {
    for (const [what, one] of Object.entries(cases))
      if (one.keras) assertClose(plainly(one), one.keras, { rtol: 1e-6, atol: 1e-9, what });
  });

  test('values are those of the plain loops', () =>
    compared(
      ofCases((one) => [traced(one).each, plainly(one)]),
      { rtol: 3e-6, atol: 1e-6 },
    ));

  test('slopes are those of the plain loops', () => {
    const steep = ({ plain, target, y }: Case): number[] =>
      y.flatMap((row, i) => slopes(plain, target[i] ?? [], row));
    return compared(
      ofCases((one) => [traced(one).slope, steep(one)]),
      { rtol: 2e-5, atol: 2e-6 },
    );
  });

  test('several axes in an example: the mean over all of them', () => {
    const twice = (rows: Rows): Tensor => Tensor.from([...rows.flat(), ...rows.flat()], [2, 2, 3]);
    const [t, y] = [twice(numbers.target), twice(numbers.y)];
    const of = (name: loss.LossName, one: number): [Tensor, number[]] => [
      lossOf(name).each(t, { y }),
      [one, one],
    ];
    const whole = (1.1666666666666667 + 4.854166666666667) / 2;
    return compared(
      {
        mean: of('mse', whole),
        'half the sum': of('halfSumSquaredError', 3 * whole),
        'over an axis': of('cosineSimilarity', (0.6666666666666667 + 0.6368893858004031) / -2),
      },
      {},
    );
  });
});

// ---------------------------------------------------------------- the edges

const sure: Rows = [[1, 0, 0], [0, 1, 0], [0, 0, 1]]; // prettier-ignore
const wrong: Rows = [[0, 0, 1], [1, 0, 0], [0, 0, 1]]; // prettier-ignore
const huge: Rows = [[1000, -1000, 0], [-1000, -1000, 1000], [0, 0, 0]]; // prettier-ignore

/** Whether a loss takes outputs of any size, and not only probabilities. */
const takesAny = ({ target, name }: Loss): boolean =>
  target === 'numbers' && !name.startsWith('binary') && name !== 'poisson';

suite('losses at the edges', () => {
  test('probabilities of 0 and 1, outputs and logits of 1000: finite, and so are the slopes', async () => {
    const edges = Object.entries(cases).flatMap(([name, { loss }]) => {
      const target = loss.target === 'class' ? [[2], [0], [2]] : wrong;
      const given = { 'of 0 and 1': name.includes('logits') ? [] : sure };
      const large = { 'of 1000': name.includes('logits') || takesAny(loss) ? huge : [] };
      return Object.entries({ ...given, ...large })
        .filter(([, y]) => y.length > 0)
        .map(([what, y]) => [`${name}, outputs ${what}`, traced({ loss, target, y })] as const);
    });
    assert.ok(edges.length >= Object.keys(cases).length);
    for (const device of devices) {
      const found = await values(
        device,
        edges.flatMap(([, { each, slope }]) => [each, slope]),
      );
      edges.forEach(([name], i) => {
        for (const list of found.slice(2 * i, 2 * i + 2))
          assert.ok(list.every(Number.isFinite), `${name} on ${device.name}: ${String(list)}`);
      });
    }
  });

  test('powers below 1 of focal losses have a slope where nothing is missing', async () => {
    const slopes = [0, 0.5].flatMap((gamma) =>
      [loss.binaryFocalCrossentropy, loss.categoricalFocalCrossentropy].flatMap((make) => [
        traced({ loss: make({ gamma }), target: sure, y: sure }).slope,
        traced({ loss: make({ gamma, fromLogits }), target: sure, y: huge }).slope,
      ]),
    );
    for (const device of devices)
      for (const slope of await values(device, slopes))
        assert.ok(slope.every(Number.isFinite), String(slope));
  });

  test('crossentropy of enormous logits is exact, and its slope softmax minus the right answer', () => {
    const y: Rows = [[1e4, 0, -1e4], [-1e4, -1e4, 3]]; // prettier-ignore
    const target: Rows = [[0, 1, 0], [0, 0, 1]]; // prettier-ignore
    const full = traced({ loss: loss.categoricalCrossentropy({ fromLogits }), target, y });
    const sparse = traced({
      loss: loss.sparseCategoricalCrossentropy({ fromLogits }),
      target: [[1], [2]],
      y,
    });
    const [want, steep] = [[1e4, 0], [1, -1, 0, 0, 0, 0]]; // prettier-ignore
    return compared(
      {
        full: [full.each, want],
        'full, slope': [full.slope, steep],
        sparse: [sparse.each, want],
        'sparse, slope': [sparse.slope, steep],
      },
      {},
    );
  });

  test('behind a softmax or sigmoid the logits are taken, so that nothing is clipped', () => {
    const behind = (of: Logits['of'], y: Rows): loss.Prediction => ({
      y: tensor(y),
      logits: { of, x: tensor(huge) },
    });
    const softmaxed = behind('softmax', huge.map(softmax)); // prettier-ignore
    const squashed = behind('sigmoid', huge.map((row) => row.map(sigmoid))); // prettier-ignore
    const [third, half] = [Math.log(3), Math.log(2)];
    const full = loss.categoricalCrossentropy();
    const sparse = loss.sparseCategoricalCrossentropy().each(Tensor.from(Int32Array.of(2, 0, 2)), softmaxed);
    return compared(
      {
        sparse: [sparse, [1000, 2000, third]],
        full: [full.each(tensor(wrong), softmaxed), [1000, 2000, third]],
        // As Keras: fromLogits beside a softmax takes the numbers before it.
        'full, asked for logits': [
          loss.categoricalCrossentropy({ fromLogits }).each(tensor(wrong), softmaxed),
          [1000, 2000, third],
        ],
        'full, without logits': [
          full.each(tensor(wrong), { y: softmaxed.y }),
          [-Math.log(1e-7), -Math.log(1e-7), third],
        ],
        binary: [
          loss.binaryCrossentropy().each(tensor(wrong), squashed),
          [(1000 + half) / 3, 2000 / 3, half],
        ],
      },
      {},
    );
  });
});

suite('losses: what is refused', () => {
  const says = (make: () => unknown, message: string): void =>
    assert.throws(make, { name: 'EidosError', message });

  test('targets that mean nothing, with their place', () => {
    const refused = (one: Loss, targets: number[], outputs: number[], message: string): void =>
      says(() => checkTargets('fit', one, targets, outputs), message);
    const sparse = loss.sparseCategoricalCrossentropy();
    refused(sparse, [0, 9, 10], [10], 'fit: labels must be 0 to 9, got 10 at example 2');
    refused(sparse, [0, 1.5], [3], 'fit: labels must be 0 to 2, got 1.5 at example 1');
    refused(sparse, [0], [], 'fit: sparseCategoricalCrossentropy needs outputs [classes], got []');
    refused(
      loss.binaryCrossentropy(),
      [0, 0.5, 1, NaN],
      [2],
      'fit: targets must be 0 to 1, got NaN at example 1',
    );
    refused(loss.hinge(), [0, 2], [1], 'fit: targets must be -1 to 1, got 2 at example 1');
    refused(loss.poisson(), [-1], [1], 'fit: targets must be 0 to Infinity, got -1 at example 0');
  });

  test('options and names that mean nothing', () => {
    says(
      () => loss.categoricalCrossentropy({ labelSmoothing: 2 }),
      'categoricalCrossentropy: labelSmoothing must be from 0 to 1, got 2',
    );
    says(
      () => loss.binaryFocalCrossentropy({ gamma: -1 }),
      'binaryFocalCrossentropy: gamma must be from 0 and alpha a number, got -1 and 0.25',
    );
    says(() => loss.huber({ delta: 0 }), 'huber: delta must be a number above 0, got 0');
    says(
      () => lossOf('l2' as 'mse'),
      `compile: loss must be one of ${[...Object.keys(losses), 'mse', 'mae', 'mape', 'msle'].join(', ')}, got "l2"`,
    );
    assert.equal(lossOf('mae').name, 'meanAbsoluteError');
    assert.equal(lossOf('mape').name, 'meanAbsolutePercentageError');
    assert.equal(lossOf('msle').name, 'meanSquaredLogarithmicError');
    const own = loss.huber();
    assert.equal(lossOf(own), own);
  });
});
