// Metrics beside Keras's numbers, losses as metrics, and the confusion matrix with what is read from it.
import { after, before, suite, test } from 'node:test';
import assert from 'node:assert/strict';
import type { Device } from '../src/device/device.ts';
import { open } from '../src/device/open.ts';
import * as confusion from '../src/nn/confusion.ts';
import {
  binaryCrossentropy,
  categoricalCrossentropy,
  meanSquaredError,
  sparseCategoricalCrossentropy,
  type Loss,
  type Prediction,
} from '../src/nn/loss.ts';
import * as nn from '../src/nn/metric.ts';
import { metricOf, metrics, scores, type Metric } from '../src/nn/metric.ts';
import { Tensor } from '../src/tensor.ts';
import { assertClose } from './helpers.ts';
import { tensor, type Rows } from './nn-loss-cases.ts';

let devices: readonly Device[];
before(async () => {
  devices = [await open({ device: 'reference' }), await open({ device: 'wasm', threads: 1 })];
});
after(() => Promise.all(devices.map((device) => device.close())));

const numbersOf = (list: readonly number[]): Tensor => Tensor.from(Int32Array.from(list));

/** The metric of each example, the same on every device. */
async function each(
  metric: Metric,
  target: Tensor,
  prediction: Prediction | Rows,
  loss: Loss,
): Promise<readonly number[]> {
  const said = 'y' in prediction ? prediction : { y: tensor(prediction) };
  const all = await Promise.all(devices.map((device) => device.read(metric.each(target, said, loss))));
  const [first = []] = all.map((list) => Array.from(list, Number));
  for (const other of all) assertClose(other, first);
  return first;
}

// Ties on purpose: in row 1 of the two largest, in row 2 of all.
const y: Rows = [[0.1, 0.7, 0.2, 0], [0.4, 0.4, 0.1, 0.1], [0.25, 0.25, 0.25, 0.25], [0.1, 0.2, 0.3, 0.4]]; // prettier-ignore
const classes = [0, 1, 3, 1];
const oneHots: Rows = classes.map((c) => [0, 1, 2, 3].map((i) => Number(i === c)));
const sparse = sparseCategoricalCrossentropy();
const full = categoricalCrossentropy();

suite('metrics', () => {
  // Numbers below are Keras 3.15.1's (TensorFlow 2.21) for the same rows.
  test('top k: right where fewer than k outputs are larger, so that equal ones share a place', async () => {
    const want: Readonly<Record<number, number[]>> = { 1: [0, 1, 1, 0], 2: [0, 1, 1, 0], 3: [1, 1, 1, 1] };
    for (const [k, hits] of Object.entries(want)) {
      const options = { k: Number(k) };
      for (const make of [nn.topKCategoricalAccuracy, nn.sparseTopKCategoricalAccuracy]) {
        assert.deepEqual(await each(make(options), tensor(oneHots), y, full), hits);
        assert.deepEqual(await each(make(options), numbersOf(classes), y, sparse), hits);
      }
    }
    const broken: Rows = [[1, NaN, 0], [1, -Infinity, 0], [1, 3, 2]]; // prettier-ignore
    assert.deepEqual(
      await each(nn.sparseTopKCategoricalAccuracy({ k: 2 }), numbersOf([0, 0, 2]), broken, sparse),
      [0, 0, 1],
    );
    assert.deepEqual(await each(metricOf('topKCategoricalAccuracy'), tensor(oneHots), y, full), [1, 1, 1, 1]);
  });

  test('of classes: the first of the largest outputs, by number or by row', async () => {
    for (const name of ['categoricalAccuracy', 'sparseCategoricalAccuracy', 'accuracy'] as const) {
      assert.deepEqual(await each(metricOf(name), numbersOf(classes), y, sparse), [0, 0, 0, 0]);
      assert.deepEqual(await each(metricOf(name), tensor(oneHots), y, full), [0, 0, 0, 0]);
      assert.deepEqual(await each(metricOf(name), numbersOf([1, 0, 0, 3]), y, sparse), [1, 1, 1, 1]);
    }
  });

  test('a softmax that rounds different logits to one number is looked behind', async () => {
    const x = tensor([[100, 300, 200], [5, 300, 4]]); // prettier-ignore
    const behind: Prediction = { y: tensor([[0, 1, 0], [0, 1, 0]]), logits: { of: 'softmax', x } }; // prettier-ignore
    const second = nn.sparseTopKCategoricalAccuracy({ k: 2 });
    assert.deepEqual(await each(second, numbersOf([2, 2]), behind, sparse), [1, 0]);
    assert.deepEqual(await each(nn.accuracy(), numbersOf([1, 2]), behind, sparse), [1, 0]);
  });

  test('of single outputs: the right side of the threshold', async () => {
    const [t, p]: [Rows, Rows] = [[[1, 0, 1], [0, 1, 1]], [[0.5, 0.6, 0.9], [0.2, 0.7, 0.3]]]; // prettier-ignore
    const binary = binaryCrossentropy();
    assertClose(await each(nn.binaryAccuracy(), tensor(t), p, binary), [1 / 3, 2 / 3]);
    assertClose(await each(nn.binaryAccuracy({ threshold: 0.25 }), tensor(t), p, binary), [2 / 3, 1]);
  });

  test("accuracy: by the number of outputs, as Keras's word for it", async () => {
    const one = [tensor([[1], [0]]), [[0.7], [0.6]]] as const; // prettier-ignore
    const three = [tensor([[0, 1, 0], [1, 0, 1]]), [[0.4, 0.45, 0.1], [0.9, 0.2, 0.7]]] as const; // prettier-ignore
    for (const loss of [meanSquaredError(), binaryCrossentropy()]) {
      assert.deepEqual(await each(nn.accuracy(), ...one, loss), [1, 0]);
      assert.deepEqual(await each(nn.accuracy(), ...three, loss), [1, 1]);
    }
    const flat = { y: Tensor.from([0.7, 0.6]) };
    assert.deepEqual(await each(nn.accuracy(), Tensor.from([1, 0]), flat, meanSquaredError()), [1, 0]);
  });

  test('losses are metrics by their names, whatever kind of target the model is trained on', async () => {
    const squares = y.map(
      (row, i) => row.reduce((s, p, c) => s + (p - (oneHots[i]?.[c] ?? NaN)) ** 2, 0) / 4,
    );
    for (const name of ['mse', 'meanSquaredError'] as const) {
      assert.equal(metricOf(name).name, name);
      assertClose(await each(metricOf(name), numbersOf(classes), y, sparse), squares);
      assertClose(await each(metricOf(name), tensor(oneHots), y, full), squares);
    }
    const surprise = y.map((row, i) => -Math.log(row[classes[i] ?? 0] ?? NaN));
    const named = metricOf('sparseCategoricalCrossentropy');
    assertClose(await each(named, tensor(oneHots), y, full), surprise);
    assertClose(await each(metricOf('categoricalCrossentropy'), numbersOf(classes), y, sparse), surprise);
  });

  test('names, objects, and what is refused', () => {
    for (const [name, make] of Object.entries(metrics)) {
      assert.equal(make().name, name);
      assert.equal(metricOf(name as 'accuracy').name, name);
    }
    const own: Metric = { name: 'own', each: (target) => target };
    assert.equal(metricOf(own), own);
    assert.deepEqual(scores({ loss: 1, own: 2 }), { loss: 1, own: 2 });
    const says = (make: () => unknown, message: string): void =>
      assert.throws(make, { name: 'EidosError', message });
    says(
      () => metricOf({ ...own, name: 'loss' }),
      "compile: a metric cannot be called loss, which is the loss's own name",
    );
    says(
      () => metricOf('recall' as 'accuracy'),
      'compile: metrics must be among accuracy, binaryAccuracy, categoricalAccuracy, sparseCategoricalAccuracy, ' +
        'topKCategoricalAccuracy, sparseTopKCategoricalAccuracy, sparseCategoricalCrossentropy, ' +
        'categoricalCrossentropy, binaryCrossentropy, categoricalFocalCrossentropy, binaryFocalCrossentropy, ' +
        'klDivergence, meanSquaredError, meanAbsoluteError, meanAbsolutePercentageError, ' +
        'meanSquaredLogarithmicError, halfSumSquaredError, huber, logCosh, poisson, cosineSimilarity, hinge, ' +
        'squaredHinge, categoricalHinge, wasserstein, mse, mae, mape, msle, got "recall"',
    );
    says(
      () => nn.topKCategoricalAccuracy({ k: 0 }),
      'topKCategoricalAccuracy: k must be a whole number from 1, got 0',
    );
    says(() => nn.binaryAccuracy({ threshold: NaN }), 'binaryAccuracy: threshold must be a number, got NaN');
  });
});

suite('confusion', () => {
  const labels = [0, 0, 0, 1, 1, 2, 2, 2, 2];
  const predicted = [0, 0, 1, 1, 1, 0, 2, 2, 1];
  const matrix = [[2, 1, 0, 0], [0, 2, 0, 0], [1, 1, 2, 0], [0, 0, 0, 0]]; // prettier-ignore

  test('counts what was taken for what, from class numbers or from outputs', () => {
    assert.deepEqual(confusion.confusionMatrix(labels, predicted, 4), matrix);
    assert.deepEqual(confusion.confusionMatrix(Uint8Array.from(labels), Int32Array.from(predicted)), matrix.slice(0, 3).map((row) => row.slice(0, 3))); // prettier-ignore
    const data = predicted.flatMap((p) => [0, 1, 2, 3].map((c) => (c === p ? 0.7 : 0.1)));
    assert.deepEqual(confusion.confusionMatrix(labels, { data, shape: [9, 4] }), matrix);
    assert.deepEqual([...confusion.classesOf({ data: [0.5, 0.5, 0, 1], shape: [2, 2] })], [0, 1]);
    assert.deepEqual(confusion.confusionMatrix([], []), []);
  });

  test('precision, recall and F1 of each class; 0 where there is nothing to divide by', () => {
    const [first, second, third, none] = confusion.perClass(matrix);
    assert.deepEqual(first, { class: 0, precision: 2 / 3, recall: 2 / 3, f1: 2 / 3, support: 3 });
    assert.deepEqual(second, { class: 1, precision: 2 / 4, recall: 1, f1: 2 / 3, support: 2 });
    assert.deepEqual(third, { class: 2, precision: 1, recall: 2 / 4, f1: 2 / 3, support: 4 });
    assert.deepEqual(none, { class: 3, precision: 0, recall: 0, f1: 0, support: 0 });
  });

  test('printed, with names or numbers', () => {
    assert.equal(
      confusion.printedConfusion(matrix.slice(0, 2).map((row) => row.slice(0, 2)), ['cat', 'mouse']), // prettier-ignore
      ['       cat  mouse', '  cat    2      1', 'mouse    .      2'].join('\n'),
    );
    assert.equal(
      confusion.printedPerClass(confusion.perClass(matrix).slice(1, 3)),
      [
        'class  precision  recall      f1  examples',
        '    1     0.5000  1.0000  0.6667         2',
        '    2     1.0000  0.5000  0.6667         4',
      ].join('\n'),
    );
  });

  test('what does not fit is refused', () => {
    const says = (make: () => unknown, message: string): void =>
      assert.throws(make, { name: 'EidosError', message });
    says(
      () => confusion.confusionMatrix([0, 1], [0]),
      'confusionMatrix: needs a prediction for each label, got 1 for 2',
    );
    says(
      () => confusion.confusionMatrix([0, 1], [0, 3], 3),
      'confusionMatrix: classes must be 0 to 2, got 1 taken for 3 at example 1',
    );
    says(
      () => confusion.classesOf({ data: [1, 2, 3], shape: [3] }),
      'classesOf: needs outputs [N, classes], got 3 numbers of [3]',
    );
  });
});
