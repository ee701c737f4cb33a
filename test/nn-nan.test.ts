// NaN and infinity: the step that makes one is not taken, and what made it is named; the weights are those from
// before, and training can go on.
import { suite, test } from 'node:test';
import assert from 'node:assert/strict';
import { open } from '../src/device/open.ts';
import { terminateOnNaN } from '../src/nn/saving-callbacks.ts';
import {
  dense,
  dropout,
  meanSquaredError,
  sequential,
  sgd,
  adam,
  type Loss,
  type Model,
} from '../src/index.ts';
import { openNative } from './helpers.ts';
import { classes, heaps, numbers, one, small } from './nn-kit.ts';

const finite = async (model: Model): Promise<void> => {
  const snapshot = await model.snapshot();
  for (const { name, data } of snapshot.tensors)
    assert.ok([...data].every(Number.isFinite), `${name}: ${[...data].join()}`);
};

const says = (job: Promise<unknown>, message: string): Promise<void> =>
  assert.rejects(job, { name: 'EidosError', message });

suite('a step that cannot be taken', () => {
  for (const name of ['reference', 'wasm', 'native'] as const)
    test(`after NaN in the data says at which example, on ${name}`, async (t) => {
      await using device = name === 'native' ? await openNative(2) : await open({ device: name, threads: 1 });
      if (!device) return t.skip('there is no C compiler');
      const model = small().compile(classes(device, { optimizer: adam() }));
      const data = heaps(100);
      const good = small().compile(classes(device, { optimizer: adam() }));
      await good.fit(
        { ...data, x: data.x.slice(0, 96), y: data.y.slice(0, 48) },
        { batchSize: 16, shuffle: false },
      );
      data.x[2 * 57 + 1] = NaN;
      await says(
        model.fit(data, { batchSize: 16, shuffle: false }),
        'fit: step 4 of epoch 1 made NaN in the data, at example 57; it was not taken, and the weights are those from before it; mend it or leave it out',
      );
      await finite(model);
      assert.deepEqual(await numbers(model), await numbers(good));
      assert.equal((await model.snapshot()).counters['taken'], 48);
      data.x[2 * 57 + 1] = 0;
      assert.equal((await model.fit(data, { batchSize: 16, resume: true })).stopped, false);
      await finite(model);
    });

  test('with a huge rate is found where numbers become too large', async () => {
    await using device = await one();
    const model = sequential(dense(4), dense(2)).compile({
      loss: meanSquaredError(),
      optimizer: sgd({ learningRate: 1e9 }),
      device,
    });
    const data = {
      x: Float32Array.from({ length: 64 }, (_, i) => i % 7),
      y: new Float32Array(64),
      shape: [2],
    };
    await says(
      model.fit(data, { batchSize: 8 }),
      'fit: step 2 of epoch 1 made infinity in the loss meanSquaredError; it was not taken, and the weights are those from before it; a smaller learning rate (now 1000000000) or clipnorm may help, or a loss that takes no logarithm or root of 0',
    );
    await finite(model);
    await says(
      sequential(dense(2))
        .compile({ loss: meanSquaredError(), optimizer: sgd({ learningRate: 1e30 }), device })
        .fit(data),
      'fit: step 1 of epoch 1 made gradients or a learning rate so large that their squares are infinite; it was not taken, and the weights are those from before it; a smaller learning rate (now 1e+30) or clipnorm may help',
    );
  });

  test('for the logarithm of 0 in a loss names the loss', async () => {
    await using device = await one();
    const loss: Loss = {
      name: 'surprise',
      target: 'numbers',
      each: (target, { y }) => target.mul(y.relu().log()).sum([1]).neg(),
    };
    const model = sequential(dense(1, { useBias: false, kernelInitializer: 'zeros' })).compile({
      loss,
      device,
    });
    await says(
      model.fit({ x: new Float32Array(4).fill(1), y: new Float32Array(4).fill(1), shape: [1] }),
      'fit: step 1 of epoch 1 made infinity in the loss surprise; it was not taken, and the weights are those from before it; a smaller learning rate (now 0.001) or clipnorm may help, or a loss that takes no logarithm or root of 0',
    );
    await finite(model);
  });

  test('for a gradient that is not finite names its parameter, and for an output its layer', async () => {
    await using device = await one();
    // The root of 0 is 0, its slope infinite.
    const root: Loss = {
      name: 'root',
      target: 'numbers',
      each: (target, { y }) => y.sub(target).abs().sqrt().sum([1]),
    };
    const zeros = { kernelInitializer: 'zeros' as const };
    const data = { x: new Float32Array(8).fill(1), y: new Float32Array(4), shape: [2] };
    const model = sequential(dense(2, { name: 'inner' }), dense(1, { name: 'outer', ...zeros })).compile({
      loss: root,
      device,
    });
    await says(
      model.fit(data),
      'fit: step 1 of epoch 1 made NaN in the gradient of outer/bias; it was not taken, and the weights are those from before it; a smaller learning rate (now 0.001) or clipnorm may help',
    );
    await finite(model);
    await model.setWeights([
      { name: 'inner/kernel', data: new Float32Array(4).fill(1e30) },
      { name: 'outer/kernel', data: new Float32Array(2).fill(1e30) },
    ]);
    await says(
      model.fit(data),
      'fit: step 1 of epoch 1 made infinity in what outer gives; it was not taken, and the weights are those from before it; a smaller learning rate (now 0.001) or clipnorm may help',
    );
    await model.setWeights([{ name: 'inner/kernel', data: new Float32Array(4).fill(NaN) }]);
    await says(
      model.fit(data),
      'fit: step 1 of epoch 1 made NaN in inner/kernel, from before it; it was not taken, and the weights are those from before it; put good numbers in with setWeights() or restore()',
    );
  });

  test('is also refused where a kernel is larger than what its gradient is made of', async () => {
    await using device = await one();
    const steep: Loss = {
      name: 'steep',
      target: 'numbers',
      each: (target, { y }) => y.sub(target).abs().sqrt().mean([1]),
    };
    const wide = dense(64, { useBias: false, kernelInitializer: 'zeros' });
    const model = sequential(wide).compile({ loss: steep, optimizer: 'sgd', device });
    const data = { x: new Float32Array(4 * 64).fill(1), y: new Float32Array(4 * 64), shape: [64] };
    await says(
      model.fit(data, { batchSize: 4 }),
      'fit: step 1 of epoch 1 made NaN in the gradient of dense/kernel; it was not taken, and the weights are those from before it; a smaller learning rate (now 0.01) or clipnorm may help',
    );
    await finite(model);
  });

  test('is not taken by trainOnBatch either', async () => {
    await using device = await one();
    const model = small().compile(classes(device));
    const { x, y } = heaps(10);
    await model.trainOnBatch({ x, shape: [2] }, y);
    const before = await model.snapshot();
    x[7] = Infinity;
    await says(
      model.trainOnBatch({ x, shape: [2] }, y),
      'trainOnBatch: step 2 made infinity in the data, at example 3; it was not taken, and the weights are those from before it; mend it or leave it out',
    );
    assert.deepEqual(await model.snapshot(), before);
  });

  test('in the last, smaller batch is found there', async () => {
    await using device = await one();
    const data = heaps(38);
    data.x[75] = NaN;
    const model = small().compile(classes(device));
    await says(
      model.fit(data, { batchSize: 16, shuffle: false, epochs: 2 }),
      'fit: step 3 of epoch 1 made NaN in the data, at example 37; it was not taken, and the weights are those from before it; mend it or leave it out',
    );
    assert.equal((await model.snapshot()).counters['taken'], 32);
  });

  test('ends fit() without an error where terminateOnNaN() is among the callbacks', async () => {
    await using device = await one();
    const data = heaps(64);
    data.x[100] = NaN;
    const model = sequential(dense(8), dropout(0.5), dense(3, { activation: 'softmax' })).compile(
      classes(device),
    );
    let said = '';
    let ended = 0;
    const history = await model.fit(data, {
      epochs: 3,
      shuffle: false,
      callbacks: [
        terminateOnNaN({ onFault: (message) => (said = message) }),
        { name: 'end', onTrainEnd: () => void ended++ },
      ],
    });
    assert.equal(history.stopped, true);
    assert.equal(ended, 1);
    assert.match(said, /^fit: step 2 of epoch 1 made NaN in the data, at example 50;/);
    await finite(model);
  });

  test('is told of large numbers only: what merely is large is learned from', async () => {
    await using device = await one();
    const model = sequential(dense(1)).compile({
      loss: meanSquaredError(),
      optimizer: sgd({ learningRate: 1e-9 }),
      device,
    });
    const data = { x: new Float32Array(8).fill(1e4), y: new Float32Array(8).fill(1e4), shape: [1] };
    const history = await model.fit(data, { epochs: 2 });
    assert.ok(history.epochs.every(({ loss }) => Number.isFinite(loss)));
  });
});
