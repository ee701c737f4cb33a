// Presets: each is the network of its source, to the parameter; each learns from what it is given; each is listed.
import { suite, test } from 'node:test';
import assert from 'node:assert/strict';
import {
  mnist,
  open,
  optimizers,
  presetNames,
  presetOptimizer,
  presets,
  subset,
  type Preset,
  type PresetName,
} from '../src/index.ts';

/** Parameters: those of the sources' own summaries where they print one, else counted by hand. */
const parameters: Readonly<Record<PresetName, number>> = {
  tutorial: 93_322,
  'three-layer': 784 * 32 + 32 + 32 * 10 + 10,
  dense: 7850,
  'cnn-and-dense': 600_810,
  'cnn-and-dense-adam': 600_810,
  'cnn-and-dense-64': 320 + (32 * 9 * 64 + 64) + (12 * 12 * 64 * 128 + 128) + 1290,
  'simple-cnn': 6554,
  'simple-cnn-plain': 6490,
  'simple-cnn-wide': 32 * 26 + (32 * 9 * 16 + 16) + (5 * 5 * 16 * 10 + 10),
  mlp784: 1_238_730,
  'mlp784-softmax': 1_238_730,
  fashion: 36_330,
  'fashion-lesson': 36_330,
  best: 71_850,
  freehand: 29_658,
  robust: 24 * 17 + 48 * (16 * 24 + 1) + 49 * 48 * 100 + 100 + 1010,
};

/** Of these, what batch norm carries without learning it: a mean and a variance for each channel. */
const carried: Partial<Record<PresetName, number>> = {
  'simple-cnn': 2 * 16,
  best: 2 * (32 + 32 + 64 + 64),
  freehand: 2 * (16 + 32 + 64),
};

suite('presets', () => {
  for (const name of presetNames) {
    test(`${name} has its source's parameters, and another network at every call`, () => {
      const { network } = presets[name];
      assert.equal(network().count(), parameters[name]);
      assert.notEqual(network(), network());
      assert.equal(network().count('trainable'), parameters[name] - (carried[name] ?? 0));
    });
  }

  test('take other pictures and classes', () => {
    for (const name of presetNames) {
      const model = presets[name].network([32, 32, 3], 7);
      assert.deepEqual([model.inputShapes, model.outputShapes], [[[32, 32, 3]], [[7]]], name);
    }
  });

  test('say what makes them: data, optimizer, split, whole numbers', () => {
    for (const name of presetNames) {
      const { optimizer, batchSize, epochs, validationSplit, source } = presets[name];
      assert.ok(
        typeof optimizer === 'string' ? optimizer in optimizers : optimizer(100).name in optimizers,
        name,
      );
      assert.ok(
        [batchSize, epochs].every((n) => Number.isInteger(n) && n >= 1),
        name,
      );
      assert.ok(validationSplit >= 0 && validationSplit < 1, name);
      assert.match(source.link, /^https:\/\//, name);
    }
  });

  test('bring their optimizer, made for so many steps, or take another by name', () => {
    const totalSteps = 100;
    assert.equal(presetOptimizer(presets.dense, { totalSteps }).name, 'rmsprop');
    assert.equal(presetOptimizer(presets.dense, { totalSteps, optimizer: 'sgd' }).name, 'sgd');
    const { optimizer } = presets.best;
    assert.ok(typeof optimizer === 'function');
    assert.equal(presetOptimizer(presets.best, { totalSteps }).name, optimizer(totalSteps).name);
    assert.equal(presetOptimizer(presets.best, { totalSteps, optimizer: 'lion' }).name, 'lion');
  });

  test("a rate is the preset's, the optimizer's, or another", () => {
    const rateOf = (preset: Preset, how: object = {}): unknown =>
      presetOptimizer(preset, { totalSteps: 1, ...how }).learningRate;
    const usual = optimizers.rmsprop().learningRate;
    const own = { ...presets.dense, learningRate: 0.25 };
    assert.equal(rateOf(presets.dense), usual);
    assert.equal(rateOf(own), 0.25);
    assert.equal(rateOf(own, { learningRate: null }), usual);
    assert.equal(rateOf(own, { learningRate: 0.05 }), 0.05);
    // It was chosen for the preset's own optimizer.
    assert.equal(rateOf(own, { optimizer: 'sgd' }), optimizers.sgd().learningRate);
  });

  test('logits and probabilities of the same network learn the same', async () => {
    const { train, test } = await mnist();
    await using device = await open({ device: 'wasm' });
    const losses = [];
    for (const name of ['mlp784', 'mlp784-softmax'] as const) {
      const { network, optimizer, loss } = presets[name];
      assert.ok(typeof optimizer === 'string');
      await using model = network();
      model.compile({ optimizer, loss, metrics: ['accuracy'], device, seed: 3 });
      await model.fit(subset(train, 1000), { batchSize: 100 });
      losses.push(await model.evaluate(subset(test, 500)));
    }
    assert.deepEqual(losses[0], losses[1]);
    assert.ok((losses[0]?.accuracy ?? 0) > 0.6, `accuracy ${losses[0]?.accuracy}`);
  });
});
