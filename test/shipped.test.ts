// The models that come with eidos, beside freehand, which has a test of its own: each reads as much of its data's test
// examples as its row says, its file is small and says what it is, and it is written as it was read.
import assert from 'node:assert/strict';
import { after, before, suite, test } from 'node:test';
import { dataset } from '../src/data/dataset.ts';
import type { Device } from '../src/device/device.ts';
import { open } from '../src/device/open.ts';
import { readSafetensors } from '../src/files/safetensors.ts';
import { aboutShipped, shippedFromBytes, shippedNames, shippedToBytes } from '../src/files/shipped.ts';
import { presets } from '../src/nn/presets.ts';
import { shippedBytes } from '../src/run/node-shipped.ts';
import { shipped } from '../src/run/shipped.ts';

suite('the models that come with eidos', () => {
  let device: Device;
  before(async () => {
    device = await open();
  });
  after(() => device.close());

  for (const name of shippedNames)
    test(`${name}: its file, and what it reads right`, async (t) => {
      const { file, accuracy: stated, data, classes, preparation, step } = aboutShipped(name);
      const bytes = await shippedBytes(file);
      assert.ok(bytes.length < 500_000, `${bytes.length} bytes`);
      assert.deepEqual(readSafetensors(bytes).metadata, { eidos: `model ${name} 1`, preparation });
      await using model = await shipped(name, { device });
      const written = await shippedToBytes(name, model);
      if (step === undefined) assert.deepEqual(Buffer.from(written), Buffer.from(bytes));
      await using again = await shippedFromBytes(name, written, { device });
      assert.deepEqual(await again.getWeights(), await model.getWeights());
      // What the network's source came to is in reach.
      const { testAccuracy = 0.98 } = presets[name].source;
      assert.ok(stated >= testAccuracy, `${stated}`);
      const found = await dataset(data, { download: false }).catch(() => undefined);
      if (!found) {
        t.skip(`${data} is not on this machine`);
        return;
      }
      assert.deepEqual(classes, found.classes);
      const { accuracy = NaN } = await model.evaluate(found.test, { batchSize: 500 });
      t.diagnostic(`${(100 * accuracy).toFixed(2)} % of ${found.test.count}, ${bytes.length} bytes`);
      assert.ok(Math.abs(accuracy - stated) < 0.0015, `${accuracy}, its row says ${stated}`);
    });
});
