// The contract (nn-contract.ts) over dense layers, functions of numbers, layers that only arrange them anew and
// models among layers; and what chance does in training. Layers over images are in nn-images.test.ts.
//
// A new layer: add its row to a list like `layers`.
import { after, suite, test } from 'node:test';
import assert from 'node:assert/strict';
import { activation } from '../src/nn/activation.ts';
import { dense } from '../src/nn/dense.ts';
import { dropout, gaussianNoise, spatialDropout2d } from '../src/nn/dropout.ts';
import { drawFrom, purposeOf, type Context, type Layer } from '../src/nn/layer.ts';
import { flatten, permute, repeatVector, reshape } from '../src/nn/reshape.ts';
import { sequential } from '../src/nn/sequential.ts';
import { leavesOf } from '../src/nn/tree.ts';
import { randomUniform } from '../src/ops/random.ts';
import { Tensor } from '../src/tensor.ts';
import { openAll } from './helpers.ts';
import { checkLayers, type Row } from './nn-contract.ts';
import { near } from './nn-kit.ts';
import { denseBy, each, mean, permuteBy, relu, rowsOf, softmaxOf } from './nn-loops.ts';

const devices = await openAll();
after(() => devices.close());

const layers: Readonly<Record<string, Row>> = {
  dense: { layer: dense(4), takes: [3], gives: [4], params: 16, loops: denseBy(3, 4, (x) => x) },
  'dense without bias, relu': {
    layer: dense(5, { useBias: false, activation: 'relu' }),
    takes: [3],
    gives: [5],
    params: 15,
    loops: denseBy(3, 5, relu),
  },
  'dense over the last axis of several': {
    layer: dense(4, { activation: 'sigmoid' }),
    takes: [2, 3, 5],
    gives: [2, 3, 4],
    params: 24,
    loops: rowsOf(
      5,
      denseBy(5, 4, (x) => 1 / (1 + Math.exp(-x))),
    ),
  },
  'dense on sequences, no bias': {
    layer: dense(2, { useBias: false }),
    takes: [4, 3],
    gives: [4, 2],
    params: 6,
    loops: rowsOf(
      3,
      denseBy(3, 2, (x) => x),
    ),
  },
  'dense tanh': {
    layer: dense(2, { activation: 'tanh' }),
    takes: [3],
    gives: [2],
    params: 8,
    loops: denseBy(3, 2, Math.tanh),
  },
  flatten: { layer: flatten(), takes: [2, 3, 2], gives: [12], params: 0, loops: (x) => Array.from(x) },
  reshape: { layer: reshape([3, -1]), takes: [2, 6], gives: [3, 4], params: 0, loops: (x) => Array.from(x) },
  permute: {
    layer: permute([2, 3, 1]),
    takes: [2, 3, 4],
    gives: [3, 4, 2],
    params: 0,
    loops: permuteBy([2, 3, 4], [1, 2, 0]),
  },
  'permute of sequences': {
    layer: permute([2, 1]),
    takes: [2, 3],
    gives: [3, 2],
    params: 0,
    loops: permuteBy([2, 3], [1, 0]),
  },
  repeatVector: {
    layer: repeatVector(3),
    takes: [4],
    gives: [3, 4],
    params: 0,
    loops: (x) => [x, x, x].flatMap((row) => Array.from(row)),
  },
  'spatialDropout2d, not training': {
    layer: spatialDropout2d(0.5),
    takes: [2, 3, 2],
    gives: [2, 3, 2],
    params: 0,
    loops: (x) => Array.from(x),
  },
  'gaussianNoise, not training': {
    layer: gaussianNoise(0.5),
    takes: [4],
    gives: [4],
    params: 0,
    loops: (x) => Array.from(x),
  },
  'dropout, not training': {
    layer: dropout(0.5),
    takes: [4],
    gives: [4],
    params: 0,
    loops: (x) => Array.from(x),
  },
  'activation linear': {
    layer: activation('linear'),
    takes: [2, 3],
    gives: [2, 3],
    params: 0,
    loops: (x) => Array.from(x),
  },
  'activation relu': {
    layer: activation('relu'),
    takes: [2, 3],
    gives: [2, 3],
    params: 0,
    loops: each(relu),
  },
  'activation sigmoid': {
    layer: activation('sigmoid'),
    takes: [5],
    gives: [5],
    params: 0,
    loops: each((x) => 1 / (1 + Math.exp(-x))),
  },
  'activation tanh': { layer: activation('tanh'), takes: [5], gives: [5], params: 0, loops: each(Math.tanh) },
  'activation softmax': { layer: activation('softmax'), takes: [4], gives: [4], params: 0, loops: softmaxOf },
  'a model among layers': {
    layer: sequential(sequential(dense(3, { activation: 'tanh' })), dense(2)).layer,
    takes: [2],
    gives: [2],
    params: 17,
    loops: (x, w) => {
      const inner = { kernel: w['sequential/dense/kernel'] ?? [], bias: w['sequential/dense/bias'] ?? [] };
      const outer = { kernel: w['dense/kernel'] ?? [], bias: w['dense/bias'] ?? [] };
      return denseBy(3, 2, (y) => y)(denseBy(2, 3, Math.tanh)(x, inner), outer);
    },
  },
};

suite('layers', () => {
  checkLayers(devices, layers);

  test('first weights: Glorot uniform in range, zeros, the same for a seed, untouched by other layers', () => {
    const first = (layer: Layer, seed = 1) =>
      Object.fromEntries(
        leavesOf(layer.build([3], drawFrom(seed)).params).map(([p, t]) => [
          p,
          t.node.kind === 'input' ? t.node.data : undefined,
        ]),
      );
    const alone = first(sequential(dense(40)).layer);
    const kernel = alone['dense/kernel'] ?? [];
    const limit = Math.sqrt(6 / 43);
    assert.ok(Array.from(kernel).every((x) => Math.abs(x) <= limit));
    assert.ok(Math.max(...kernel) > 0.9 * limit && Math.min(...kernel) < -0.9 * limit);
    assert.ok(Math.abs(mean(Array.from(kernel))) < 0.1 * limit);
    assert.deepEqual(alone['dense/bias'], new Float32Array(40));
    assert.deepEqual(first(sequential(dropout(0.5), dense(40), dense(2)).layer)['dense/kernel'], kernel);
    assert.notDeepEqual(first(sequential(dense(40)).layer, 2)['dense/kernel'], kernel);
  });

  test('names stand for numbers that do not change', () => {
    assert.equal(purposeOf(''), 0x811c9dc5 & 0x3fffffff);
    assert.equal(purposeOf('a'), 0xe40c292c & 0x3fffffff); // FNV-1a test vector of its authors
    assert.equal(purposeOf('foobar'), 0xbf9cf968 & 0x3fffffff);
  });

  test('dropout while training: a share of zeros, the rest scaled, other places every step', async () => {
    const layer = sequential(dropout(0.25), dropout(0.25)).layer;
    const names: string[] = [];
    const one = Tensor.fill(1, [1, 1000]);
    const { y } = dropout(0.25).apply({ params: {}, state: {} }, one, {
      training: true,
      uniform: (like) => like.iota(1).to('f32').div(1000),
    });
    const got = await devices.reference.read(y);
    assert.deepEqual([...got.slice(0, 250)], Array<number>(250).fill(0));
    near(got.slice(250), Array<number>(750).fill(4 / 3), 1e-6);
    layer.apply({ params: {}, state: {} }, one, {
      training: true,
      uniform: (like, name) => (names.push(name), like),
    });
    assert.deepEqual(names, ['dropout/mask', 'dropout_1/mask']);
  });

  test('spatialDropout2d while training: whole channels are 0, the rest scaled, each example its own', async () => {
    const [examples, channels] = [8, 50];
    const { y } = spatialDropout2d(0.25).apply(
      { params: {}, state: {} },
      Tensor.fill(1, [examples, 3, 2, channels]),
      training(1),
    );
    const got = await devices.reference.read(y);
    const of = (example: number, pixel: number): number[] =>
      [...got.slice((example * 6 + pixel) * channels, (example * 6 + pixel + 1) * channels)].map(Number);
    let zeros = 0;
    for (let n = 0; n < examples; n++) {
      for (let pixel = 1; pixel < 6; pixel++) assert.deepEqual(of(n, pixel), of(n, 0));
      for (const x of of(n, 0)) {
        assert.ok(x === 0 || x === Math.fround(4 / 3), `got ${x}`);
        zeros += Number(x === 0);
      }
    }
    // 400 draws of probability 1/4: 100, with a deviation of 8.7.
    assert.ok(zeros > 70 && zeros < 130, `${zeros} zeros`);
    assert.notDeepEqual(of(0, 0), of(1, 0));
  });

  test('gaussianNoise while training: normal, other numbers every step', async () => {
    const noise = async (step: number): Promise<number[]> => {
      const x = Tensor.fill(2, [20, 500]);
      const { y } = gaussianNoise(0.5).apply({ params: {}, state: {} }, x, training(step));
      return Array.from(await devices.reference.read(y), (v) => (Number(v) - 2) / 0.5);
    };
    const first = await noise(1);
    const moment = (k: number): number => mean(first.map((v) => v ** k));
    // 10,000 draws: the mean's deviation is 0.01, that of the second moment 0.014, of the fourth 0.1.
    assert.ok(Math.abs(moment(1)) < 0.04, `mean ${moment(1)}`);
    assert.ok(Math.abs(moment(2) - 1) < 0.05, `variance ${moment(2)}`);
    assert.ok(Math.abs(moment(3)) < 0.15, `third moment ${moment(3)}`);
    assert.ok(Math.abs(moment(4) - 3) < 0.4, `fourth moment ${moment(4)}`);
    assert.notDeepEqual(await noise(2), first);
    assert.deepEqual(await noise(1), first);
  });
});

/** A step of training with the chance that programs have. */
const training = (step: number): Context => ({
  training: true,
  uniform: (like, name) =>
    randomUniform(
      like,
      { seed: Tensor.fill(7, [], 'i32'), step: Tensor.fill(step, [], 'i32') },
      purposeOf(name),
    ),
});

suite('layers that do not fit', () => {
  const says = (make: () => unknown, message: string): void =>
    assert.throws(make, { name: 'EidosError', message });
  const on = (layer: Layer, shape: readonly number[]) => () => layer.build(shape, drawFrom(1));

  test('what they were given is said where they are written', () => {
    says(() => dense(0), 'dense(0): units must be a whole number from 1, got 0');
    says(() => repeatVector(1.5), 'repeatVector(1.5): n must be a whole number from 1, got 1.5');
    says(() => permute([0, 1]), 'permute([0, 1]): needs the numbers from 1 to 2, each once');
    says(() => permute([]), 'permute([]): needs the numbers from 1 to 1, each once');
    says(() => dropout(1), 'dropout(1): the rate must be from 0 to less than 1, got 1');
    says(
      () => spatialDropout2d(-0.1),
      'spatialDropout2d(-0.1): the rate must be from 0 to less than 1, got -0.1',
    );
    says(() => gaussianNoise(2), 'gaussianNoise(2): the deviation must be from 0 to 1, got 2');
  });

  test('what they do not fit is said where the model is built', () => {
    says(
      on(dense(3), []),
      'dense(3): needs rows of numbers, got one number per example; put reshape([1]) before it',
    );
    says(on(permute([2, 1]), [4]), 'permute([2, 1]): needs 2 axes, got [4] per example');
    says(
      on(repeatVector(2), [4, 3]),
      'repeatVector(2): needs rows of numbers, got [4, 3] per example; put flatten() before it',
    );
    says(
      on(spatialDropout2d(0.5), [4, 3]),
      'spatialDropout2d(0.5): needs images [H, W, C], got [4, 3] per example; put reshape([H, W, C]) before it',
    );
  });
});
