// What a model says of itself before it runs: the table Keras prints, and what it will need.
import { suite, test } from 'node:test';
import assert from 'node:assert/strict';
import { dense, flatten, input, model, sequential, tutorial } from '../src/index.ts';
import { batchNorm } from '../src/nn/batch-norm.ts';
import { add, concatenate } from '../src/nn/merge.ts';
import { classes, heaps, one, small } from './nn-kit.ts';

/** The cells of each row, without frames. */
const cells = (text: string): string[][] =>
  text
    .split('\n')
    .filter((line) => line.startsWith('│') || line.startsWith('┃'))
    .map((line) => line.split(/[│┃]/).slice(1, -1).map((cell) => cell.trim())); // prettier-ignore

suite('summary', () => {
  test('a model of several inputs and outputs, as Keras 3.15 lists it', () => {
    const [a, b] = [input([28, 28, 1]), input([10], { name: 'side' })];
    const both = add()([dense(4)(flatten()(a)), dense(4)(b)]);
    const ends = [dense(3, { activation: 'softmax' })(both), dense(1)(batchNorm()(both))];
    const text = model({ inputs: [a, b], outputs: ends }).summary();
    assert.deepEqual(cells(text), [
      ['Layer (type)', 'Output Shape', 'Param #', 'Connected to'],
      ['input_layer (InputLayer)', '(None, 28, 28, 1)', '0', '-'],
      ['flatten (Flatten)', '(None, 784)', '0', 'input_layer[0][0]'],
      ['side (InputLayer)', '(None, 10)', '0', '-'],
      ['dense (Dense)', '(None, 4)', '3,140', 'flatten[0][0]'],
      ['dense_1 (Dense)', '(None, 4)', '44', 'side[0][0]'],
      ['add (Add)', '(None, 4)', '0', 'dense[0][0],'],
      ['', '', '', 'dense_1[0][0]'],
      ['batch_normalization (BatchNormalization)', '(None, 4)', '16', 'add[0][0]'],
      ['dense_2 (Dense)', '(None, 3)', '15', 'add[0][0]'],
      ['dense_3 (Dense)', '(None, 1)', '5', 'batch_normalization[0][0]'],
    ]);
    assert.deepEqual(text.split('\n').slice(-4), [
      ' Total params: 3,220 (12.58 KB)',
      ' Trainable params: 3,212 (12.55 KB)',
      ' Non-trainable params: 8 (32.00 B)',
      ' Operations per example: 6,384',
    ]);
    const lengths = text.split('\n').filter((line) => /^[┏┃┡│├└]/.test(line));
    assert.equal(new Set(lengths.map((line) => line.length)).size, 1);
  });

  test('a layer used twice stands there once, with all it is connected to', () => {
    const [u, v] = [input([4]), input([4])];
    const same = dense(4);
    const text = model({ inputs: [u, v], outputs: concatenate()([same(u), same(v)]) }).summary();
    assert.deepEqual(cells(text).slice(1), [
      ['input_layer (InputLayer)', '(None, 4)', '0', '-'],
      ['input_layer_1 (InputLayer)', '(None, 4)', '0', '-'],
      ['dense (Dense)', '(None, 4)', '20', 'input_layer[0][0],'],
      ['', '', '', 'input_layer_1[0][0]'],
      ['concatenate (Concatenate)', '(None, 8)', '0', 'dense[0][0],'],
      ['', '', '', 'dense[1][0]'],
    ]);
  });

  test('nested models are rows, and a plain chain needs no connections', () => {
    const generator = sequential({ name: 'generator' }, dense(50));
    const disc = sequential({ name: 'disc' }, dense(1));
    const z = input([100]);
    const gan = model({ inputs: z, outputs: disc(generator(z)), name: 'gan' });
    const text = gan.summary();
    assert.ok(text.startsWith('Model: "gan"\n'));
    assert.deepEqual(cells(text), [
      ['Layer (type)', 'Output Shape', 'Param #'],
      ['input_layer (InputLayer)', '(None, 100)', '0'],
      ['generator (Sequential)', '(None, 50)', '5,050'],
      ['disc (Sequential)', '(None, 1)', '51'],
    ]);
    gan.compile({ optimizer: [{ optimizer: 'adam', owns: [generator] }], loss: 'mse' });
    assert.match(gan.summary(), /\n Trainable params: 5,050 .*\n Non-trainable params: 51 /);
  });
});

suite('cost', () => {
  test('is told before training, and its programs are those of training', async () => {
    await using device = await one();
    const net = small().build([2]).compile(classes(device));
    const { weightBytes, operationsPerExample, peakBytes, secondsPerStep } = await net.cost({
      batchSize: 16,
    });
    assert.deepEqual([weightBytes, operationsPerExample], [4 * (3 * 8 + 9 * 3), 2 * (2 * 8 + 8 * 3)]);
    assert.ok(peakBytes > 3 * weightBytes && peakBytes < 100_000, `${peakBytes} bytes`); // weights and two slots
    assert.ok(secondsPerStep > 0 && secondsPerStep < 0.01, `${secondsPerStep} s`);
    assert.match(net.summary(), new RegExp(`Operations per example: ${operationsPerExample}$`));
    const { programs } = device.stats();
    assert.equal(programs, 2);
    const { x, y } = heaps(16);
    await net.trainOnBatch(x, y);
    await net.predict(x, { batchSize: 16 });
    assert.equal(device.stats().programs, programs);
    const { operationsPerExample: large } = await tutorial().compile(classes(device)).cost({ batchSize: 1 });
    assert.equal(large, 2 * (26 * 26 * 32 * 9 + 11 * 11 * 64 * 288 + 9 * 64 * 576 + 576 * 64 + 64 * 10));
  });

  test('needs to know how the model is trained', async () => {
    await assert.rejects(small().build([2]).cost(), {
      name: 'EidosError',
      message: 'cost: the model is not compiled; call compile({ optimizer, loss }) first',
    });
  });
});
