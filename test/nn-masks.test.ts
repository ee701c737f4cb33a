// Steps that do not count: in losses and metrics, in what is learned, beside numbers that Keras 3.15.1 gave for the
// same few sequences (masking, a dense layer without bias, float64). Then every loss, beside itself without those steps.
import { after, before, suite, test } from 'node:test';
import assert from 'node:assert/strict';
import type { Device } from '../src/device/device.ts';
import { open } from '../src/device/open.ts';
import { dense } from '../src/nn/dense.ts';
import { losses } from '../src/nn/loss.ts';
import { masking } from '../src/nn/masking.ts';
import type { Model } from '../src/nn/model.ts';
import { sgd } from '../src/nn/optimizer.ts';
import { sequential } from '../src/nn/sequential.ts';
import { Tensor } from '../src/tensor.ts';
import { near } from './nn-kit.ts';

/** Three sequences of three steps of two numbers; of the first one step does not count, of the second two. */
const x = Float32Array.of(1, 2, 3, -1, 0, 0, 0.5, 0.25, 0, 0, 0, 0, -1, 1, 2, 2, 0.5, -2);
const y = Float32Array.of(1, 0, 5, 2, 7, -3, 0, 1, 2);

let device: Device;
before(async () => {
  device = await open({ device: 'reference' });
});
after(() => device.close());

const regression = async (metrics: readonly 'meanAbsoluteError'[] = []): Promise<Model> => {
  const net = sequential(masking(), dense(1, { useBias: false })).build([3, 2]);
  net.compile({ device, loss: 'mse', optimizer: sgd({ learningRate: 0.1 }), metrics });
  await net.setWeights([{ name: 'dense/kernel', data: Float32Array.of(0.5, -0.25) }]);
  return net;
};

suite('steps that do not count', () => {
  test('are left out of the loss and of metrics, whatever examples count', async () => {
    await using net = await regression(['meanAbsoluteError']);
    const { loss, meanAbsoluteError } = await net.evaluate({ x, y });
    near([loss, meanAbsoluteError ?? NaN], [1.6204427083, 1.1770833333]);
    const weighted = await net.evaluate({ x, y }, { sampleWeight: [1, 2, 0.5] });
    near([weighted.loss], [1.9700520833]);
    // Batches count by their examples.
    near([(await net.evaluate({ x, y }, { batchSize: 2 })).loss], [1.8967013889]);
  });

  test('teach nothing', async () => {
    await using net = await regression();
    await net.fit({ x, y }, { batchSize: 3 });
    near((await net.getWeights())[0]?.data ?? [], [0.41770833, -0.13489583]);
  });

  test('are left out where classes are told', async () => {
    await using net = sequential(masking(), dense(2, { useBias: false, activation: 'softmax' })).build([
      3, 2,
    ]);
    net.compile({ device, loss: 'sparseCategoricalCrossentropy', metrics: ['accuracy'] });
    await net.setWeights([{ name: 'dense/kernel', data: Float32Array.of(0.5, -0.5, 1, 0.25) }]);
    const { loss, accuracy } = await net.evaluate({ x, y: Int32Array.of(0, 1, 1, 1, 0, 0, 0, 1, 0) });
    near([loss, accuracy ?? NaN], [1.532149811, 1 / 6]);
  });

  test('are as not there, in every loss', async () => {
    const [examples, steps, numbers] = [2, 3, 4];
    const counts = [true, false, true, true, true, false];
    const some = (n: number, by: number): number[] =>
      Array.from({ length: n }, (_, i) => 0.5 + 0.4 * Math.sin(by * (i + 1)));
    const outputs = some(examples * steps * numbers, 3.7);
    const targets = some(examples * steps * numbers, 1.9);
    const kept = (list: readonly number[]): number[] =>
      list.filter((_, i) => counts[Math.floor(i / numbers)] === true);
    const mask = Tensor.from(counts.map(Number), [examples, steps]).greater(0);
    for (const make of Object.values(losses)) {
      const one = make();
      const ofClass = one.target === 'class';
      const wanted = (list: readonly number[], shape: readonly number[]): Tensor =>
        ofClass
          ? Tensor.fill(2, shape.slice(0, -1), 'i32')
          : Tensor.from(list.map((t) => Math.fround(t)), shape); // prettier-ignore
      const shape = [examples, steps, numbers];
      const whole = one.each(wanted(targets, shape), { y: Tensor.from(outputs, shape), mask });
      // Each step that counts as an example of its own.
      const alone = [counts.filter((count) => count).length, numbers];
      const part = one.each(wanted(kept(targets), alone), { y: Tensor.from(kept(outputs), alone) });
      const [got, want] = await Promise.all([device.read(whole.mean()), device.read(part.mean())]);
      // A sum over an example is not made larger for the steps that are left out.
      const factor = one.name === 'halfSumSquaredError' ? alone[0]! / examples : 1;
      near(got, [factor * want[0]!], 1e-6);
      assert.ok(Number.isFinite(got[0]), one.name);
    }
  });

  test('none at all is no loss', async () => {
    const mask = Tensor.from([0, 0], [1, 2]).greater(0);
    const none = losses
      .meanSquaredError()
      .each(Tensor.from([1, 2], [1, 2, 1]), { y: Tensor.from([3, 4], [1, 2, 1]), mask });
    assert.deepEqual([...(await device.read(none))], [0]);
  });
});
