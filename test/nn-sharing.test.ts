// Weights belong to layers: models with the same layer on a device train the same numbers, and closing or moving
// one of them takes nothing from the others.
import { suite, test } from 'node:test';
import assert from 'node:assert/strict';
import {
  dense,
  dropout,
  input,
  model,
  open,
  sequential,
  sgd,
  Tensor,
  type Device,
  type Model,
} from '../src/index.ts';
import { batchNorm } from '../src/nn/batch-norm.ts';
import { drawFrom, unary } from '../src/nn/layer.ts';
import { leavesOf } from '../src/nn/tree.ts';
import { heaps, near, numbers, one } from './nn-kit.ts';

const kernel = async (net: Model, name = 'dense/kernel'): Promise<number[]> =>
  (await numbers(net))[name] ?? [];

/** An autoencoder and the encoder in it. */
function pair(device: Device): { readonly whole: Model; readonly encoder: Model } {
  const x = input([2]);
  const code = dense(3, { activation: 'tanh' })(x);
  const how = { optimizer: sgd({ learningRate: 0.1 }), loss: 'mse', device } as const;
  return {
    whole: model({ inputs: x, outputs: dense(2)(code) }).compile(how),
    encoder: model({ inputs: x, outputs: code }).compile(how),
  };
}

suite('shared weights', () => {
  test('an encoder sees what the autoencoder learned, and holds no memory of its own', async () => {
    await using device = await one();
    const { whole, encoder } = pair(device);
    const { x } = heaps(40);
    const before = await encoder.predict(x);
    const { bytes } = device.stats();
    await encoder.variables();
    assert.equal(device.stats().bytes, bytes);
    await whole.fit({ x, y: x }, { epochs: 2 });
    assert.deepEqual(await kernel(encoder), await kernel(whole));
    const after = await encoder.predict(x);
    assert.notDeepEqual(after.data, before.data);
    await encoder.setWeights([{ name: 'dense/bias', data: Float32Array.of(1, 2, 3) }]);
    assert.deepEqual((await numbers(whole))['dense/bias'], [1, 2, 3]);
  });

  test('first weights are those of the model that is used first, drawn by its seed and names', async () => {
    await using device = await one();
    const { whole, encoder } = pair(device);
    encoder.compile({ loss: 'mse', device, seed: 5 });
    const [first] = leavesOf(encoder.layer.build([2], drawFrom(5)).params);
    const data = first?.[1].node.kind === 'input' ? first[1].node.data : undefined;
    assert.deepEqual(await kernel(encoder), [...(data ?? [])]);
    assert.deepEqual(await kernel(whole), await kernel(encoder));
  });

  test('closing one leaves the other its weights; closing both gives them back', async () => {
    await using device = await one();
    const { bytes } = device.stats();
    const { whole, encoder } = pair(device);
    const { x } = heaps(40);
    await whole.fit({ x, y: x });
    const [trained, answers] = [await kernel(whole), await encoder.predict(x)];
    await whole.close();
    assert.deepEqual((await encoder.predict(x)).data, answers.data);
    assert.deepEqual(await kernel(encoder), trained);
    // Used again, it takes what is still there.
    assert.deepEqual(await kernel(whole), trained);
    await whole.close();
    await encoder.close();
    const again = device.stats().bytes;
    assert.ok(again - bytes < 65_536, `${again - bytes} bytes are still held`); // scratch memory of programs stays
    assert.notDeepEqual(await kernel(whole), trained);
  });

  test('what moves to another device is copied, and so is what others make there', async () => {
    await using device = await one();
    await using other = await open({ device: 'reference' });
    const { whole, encoder } = pair(device);
    const { x } = heaps(40);
    await whole.fit({ x, y: x });
    const trained = await kernel(whole);
    await encoder.variables();
    whole.compile({ loss: 'mse', device: other });
    assert.deepEqual(await kernel(whole), trained);
    await whole.fit({ x, y: x });
    assert.notDeepEqual(await kernel(whole), trained);
    assert.deepEqual(await kernel(encoder), trained);
    // Moved after it, the encoder joins what is there.
    encoder.compile({ loss: 'mse', device: other });
    assert.deepEqual(await kernel(encoder), await kernel(whole));
  });

  test('a device that is closed is forgotten', async () => {
    const { x } = heaps(40);
    const first = await one();
    const { whole } = pair(first);
    await whole.fit({ x, y: x });
    const { layers } = whole;
    await first.close();
    await using device = await one();
    const net = sequential(layers[0]?.layer as ReturnType<typeof dense>).build([2]);
    net.compile({ loss: 'mse', device });
    assert.deepEqual((await net.predict(x)).shape, [40, 3]);
  });

  test('a layer in two places of one model learns once: nested, and beside the model it is in', async () => {
    await using device = await one();
    const shared = dense(2, { useBias: false, name: 'shared' });
    const inner = sequential({ name: 'inner' }, shared);
    const x = input([2]);
    const net = model({ inputs: x, outputs: shared(inner(x)) });
    assert.equal(net.count(), 4);
    net.compile({ optimizer: sgd({ learningRate: 0.1 }), loss: 'mse', device });
    assert.deepEqual(Object.keys(await numbers(net)), ['inner/shared/kernel']);
    const { x: points } = heaps(6);
    const before = await net.evaluate({ x: points, y: points });
    await net.fit({ x: points, y: points }, { epochs: 20, batchSize: 6 });
    assert.ok((await net.evaluate({ x: points, y: points })).loss < before.loss);
  });

  test('a layer used twice moves its state twice, and has chances of its own each time', async () => {
    await using device = await one();
    const x = input([2]);
    const norm = batchNorm({ momentum: 0.5 });
    const net = model({ inputs: x, outputs: norm(norm(x)) }).compile({ loss: 'mse', device });
    await net.trainOnBatch(Float32Array.of(0, 10, 2, 14), new Float32Array(4));
    // Means of the batch are 1 and 12, then 0 of what was normalized: 0.5 * (0.5 * 0 + 0.5 * mean) + 0.5 * 0.
    near((await numbers(net))['batch_normalization/movingMean'] ?? [], [0.25, 3]);
    const drop = dropout(0.5);
    const names: string[] = [];
    model({ inputs: x, outputs: drop(drop(x)) }).layer.apply(
      { params: {}, state: {} },
      Tensor.fill(1, [1, 2]),
      {
        training: true,
        uniform: (like, name) => (names.push(name), like),
      },
    );
    assert.deepEqual(names, ['dropout/mask', 'dropout/1/mask']);
  });

  test('weights of other sizes are refused', async () => {
    await using device = await one();
    const layer = dense(2);
    await sequential(layer).build([3]).compile({ loss: 'mse', device }).variables();
    await assert.rejects(sequential(layer).build([4]).compile({ loss: 'mse', device }).variables(), {
      name: 'EidosError',
      message:
        'build: dense has a kernel [3, 2] in another model and would need [4, 2] here; make another layer',
    });
    await using other = await open({ device: 'reference' });
    await assert.rejects(sequential(layer).build([4]).compile({ loss: 'mse', device: other }).variables(), {
      name: 'EidosError',
      message:
        'build: dense has 6 numbers in kernel on another device and would need [4, 2] here; make another layer',
    });
    assert.equal(
      (await sequential(layer).build([3]).compile({ loss: 'mse', device }).getWeights()).length,
      2,
    );
  });

  test('a layer must hold numbers', async () => {
    await using device = await one();
    const layer = unary({
      name: 'odd',
      kind: 'Odd',
      build: (shape) => ({ params: { w: Tensor.fill(1, shape).add(1) }, state: {}, shape }),
      apply: (_, x) => ({ y: x, state: {} }),
    });
    await assert.rejects(sequential(layer).build([2]).compile({ loss: 'mse', device }).variables(), {
      name: 'Bug',
    });
  });
});
