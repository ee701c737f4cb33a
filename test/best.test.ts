// The preset `best`: its size, what it costs, and that a little of it already learns. The accuracy it is for takes a
// minute and is bench/best.ts's.
import assert from 'node:assert/strict';
import { after, before, suite, test } from 'node:test';
import { mnist } from '../src/data/mnist.ts';
import { subset } from '../src/data/split.ts';
import type { Device } from '../src/device/device.ts';
import { open } from '../src/device/open.ts';
import { operationsOf } from '../src/nn/cost.ts';
import { bestPresets } from '../src/nn/presets/best.ts';
import { freehandPresets } from '../src/nn/presets/freehand.ts';

let device: Device;
before(async () => {
  device = await open();
});
after(() => device.close());

suite('best', () => {
  test('its size and the operations of an answer', () => {
    const sizes = [bestPresets.best, freehandPresets.freehand].map(({ network }) => {
      const model = network();
      assert.deepEqual(model.outputShapes, [[10]]);
      return [model.count(), operationsOf(model.layer, [[28, 28, 1]])];
    });
    assert.deepEqual(sizes, [[71_850, 3_670_272], [29_658, 1_380_096]]); // prettier-ignore
  });

  test('one epoch of 5,120 digits is enough to read most', async () => {
    const { network, optimizer, loss, batchSize } = bestPresets.best;
    const { train, test: digits } = await mnist();
    const model = network();
    const learned = subset(train, 5120);
    model.compile({ device, optimizer: optimizer(5120 / batchSize), loss, metrics: ['accuracy'] });
    await model.fit(learned, { batchSize });
    const { accuracy = NaN } = await model.evaluate(subset(digits, 1000));
    await model.close();
    assert.ok(accuracy > 0.85, `${accuracy}`);
  });
});
