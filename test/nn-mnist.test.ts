// The whole way with real digits: 2,000 of them, one small network, on wasm. The accuracy has a window: too low
// means it does not learn, 100 % means it has seen what it is tested with.
import { suite, test } from 'node:test';
import assert from 'node:assert/strict';
import { mnist, open, subset, threeLayer } from '../src/index.ts';

suite('MNIST', () => {
  test('three layers learn 2,000 digits', async () => {
    const { train, test } = await mnist();
    await using device = await open({ device: 'wasm' });
    const model = threeLayer();
    model.compile({
      optimizer: 'adam',
      loss: 'sparseCategoricalCrossentropy',
      metrics: ['accuracy'],
      device,
      seed: 1,
    });
    const history = await model.fit(subset(train, 2000), { epochs: 4 });
    const { loss, accuracy = 0 } = await model.evaluate(subset(test, 2000));
    assert.ok(accuracy > 0.8 && accuracy < 1, `accuracy ${accuracy}`);
    assert.ok(loss < 0.7, `loss ${loss}`);
    assert.ok((history.epochs.at(-1)?.metrics.accuracy ?? 0) > accuracy - 0.05);
  });
});
