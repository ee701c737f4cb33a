// Models as they are built, before anything runs: what summary() and count() say, and what does not fit.
import { suite, test } from 'node:test';
import assert from 'node:assert/strict';
import {
  averagePool2d,
  conv2d,
  dense,
  dropout,
  flatten,
  maxPool2d,
  reshape,
  sequential,
  Tensor,
  tutorial,
} from '../src/index.ts';
import { unary } from '../src/nn/layer.ts';

suite('building', () => {
  test('the tutorial network is the one with 93,322 parameters', () => {
    const text = tutorial().summary();
    const lines = text.split('\n');
    assert.equal(lines[0], 'Model: "sequential"');
    assert.equal(lines[4], '│ conv2d (Conv2D)                 │ (None, 26, 26, 32)     │           320 │');
    assert.equal(lines[8], '│ conv2d_1 (Conv2D)               │ (None, 11, 11, 64)     │        18,496 │');
    assert.deepEqual(lines.slice(-4), [
      ' Total params: 93,322 (364.54 KB)',
      ' Trainable params: 93,322 (364.54 KB)',
      ' Non-trainable params: 0 (0.00 B)',
      ' Operations per example: 5,588,480',
    ]);
  });

  test('count() is of all parameters, trainable and not, as summary() has them', () => {
    assert.equal(tutorial().count(), 93_322);
    assert.equal(sequential(flatten()).build([2, 3]).count(), 0);
    const counting = unary({
      name: 'counting',
      kind: 'Counting',
      build: (shape, draw) => ({ ...dense(2).build(shape, draw), state: { seen: Tensor.fill(0, [5]) } }),
      apply: ({ params, state }, x, context) => ({
        ...dense(2).apply({ params, state: {} }, x, context),
        state,
      }),
    });
    const model = sequential(counting, dense(4)).build([3]);
    assert.equal(model.count(), 3 * 2 + 2 + 5 + 2 * 4 + 4);
    assert.match(
      model.summary(),
      /^ Total params: 25 .*\n Trainable params: 20 .*\n Non-trainable params: 5 /m,
    );
  });

  test('what does not fit is said where the model is built', () => {
    const says = (make: () => unknown, message: string): void =>
      assert.throws(make, { name: 'EidosError', message });
    says(
      () => sequential(conv2d(8, 3)).build([784]),
      'conv2d(8, 3): needs images [H, W, C], got [784] per example; put reshape([H, W, C]) before it',
    );
    says(
      () => sequential(conv2d(8, [3, 5])).build([4, 4, 1]),
      "conv2d(8, [3, 5]): a window of [3, 5] does not fit into [4, 4, 1]; use padding 'same' or larger images",
    );
    says(
      () => sequential(maxPool2d(3)).build([2, 2, 1]),
      "maxPool2d(3): a window of [3, 3] does not fit into [2, 2, 1]; use padding 'same' or larger images",
    );
    says(
      () => sequential(reshape([5, -1])).build([2, 3]),
      'reshape([5, -1]): [2, 3] per example has 6 numbers, which do not fill it',
    );
    says(() => reshape([-1, -1]), 'reshape([-1, -1]): needs whole numbers from 1, one of them may be -1');
    says(() => dense(0), 'dense(0): units must be a whole number from 1, got 0');
    says(() => conv2d(2.5, 3), 'conv2d(2.5, 3): filters must be a whole number from 1, got 2.5');
    says(() => conv2d(2, 0), 'conv2d(2, 0): kernelSize must be a whole number from 1 or two of them, got 0');
    says(
      () => averagePool2d(2, { strides: 0 }),
      'averagePool2d(2): strides must be a whole number from 1 or two of them, got 0',
    );
    says(() => dropout(1), 'dropout(1): the rate must be from 0 to less than 1, got 1');
    says(() => sequential(), 'sequential: needs at least one layer, got none');
    says(
      () => dense(3, { activation: 'step' as 'relu' }),
      'dense(3): activation must be one of linear, relu, sigmoid, softmax, tanh, leakyRelu, elu, selu, gelu, silu, swish, softplus, softsign, exponential, hardSigmoid, relu6, mish, got "step"',
    );
    says(
      () => sequential(flatten()).build([2]).build([3]),
      'build: the model takes [2] per example, got [3]; make another model',
    );
    says(
      () => sequential(flatten()).summary(),
      'summary: the shape of one example is not known; call build([28, 28, 1]), or whatever it is, first',
    );
    says(
      () => sequential(flatten()).count(),
      'count: the shape of one example is not known; call build([28, 28, 1]), or whatever it is, first',
    );
  });
});
