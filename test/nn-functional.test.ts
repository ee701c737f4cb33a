// The functional form: what models of several inputs and outputs compute and learn, beside graphs written by hand,
// and what does not fit.
import { suite, test } from 'node:test';
import assert from 'node:assert/strict';
import {
  dense,
  flatten,
  grad,
  input,
  model,
  open,
  sequential,
  sgd,
  Tensor,
  type Device,
  type Model,
} from '../src/index.ts';
import { layerOf, merging, unary } from '../src/nn/layer.ts';
import { add, concatenate } from '../src/nn/merge.ts';
import { l2 } from '../src/nn/regularizer.ts';
import { matmul } from '../src/ops/matmul.ts';
import { near, numbers, one } from './nn-kit.ts';

/** Numbers without a pattern, from -1 to 1. */
const some = (n: number, from = 1): Float32Array =>
  Float32Array.from({ length: n }, (_, i) => Math.sin(17.3 * (i + 1) * from));

/** Two inputs, a layer for both, an output of both and one of the second alone. */
function twoByTwo(): {
  readonly net: Model<'many'>;
  readonly weights: (m: Model<'many'>) => Promise<Tensor[]>;
} {
  const [a, b] = [input([3], { name: 'a' }), input([2], { name: 'b' })];
  const both = concatenate()([dense(2)(a), b]);
  const net = model({ inputs: [a, b], outputs: [dense(1)(both), dense(3, { name: 'side' })(b)] });
  return {
    net,
    weights: async (m) => (await m.getWeights()).map(({ data, shape }) => Tensor.from(data, shape)),
  };
}

suite('the functional form', () => {
  test('several inputs and outputs: outputs, scores and gradients as a graph written by hand has them', async () => {
    await using device = await one();
    const { net, weights } = twoByTwo();
    const x = [some(12), some(8, 2)] as const;
    const y = [some(4, 3), some(12, 4)] as const;
    net.compile({
      optimizer: sgd({ learningRate: 0.5 }),
      loss: ['mse', 'mae'],
      lossWeights: [1, 0.25],
      device,
    });
    const ws = await weights(net);
    const [w0, b0, w1, b1, w2, b2] = ws as [Tensor, Tensor, Tensor, Tensor, Tensor, Tensor];
    assert.deepEqual(
      (await net.getWeights()).map((w) => w.name),
      ['dense/kernel', 'dense/bias', 'dense_1/kernel', 'dense_1/bias', 'side/kernel', 'side/bias'],
    );
    const xs = [Tensor.from(x[0], [4, 3]), Tensor.from(x[1], [4, 2])] as const;
    const both = Tensor.from(Float32Array.of(1, 0, 0, 1), [2, 2]);
    // [h, b] kernel = h (upper half of kernel) + b (lower half)
    const upper = matmul(Tensor.from([1, 0, 0, 0, 0, 1, 0, 0], [2, 4]), w1);
    const lower = matmul(Tensor.from([0, 0, 1, 0, 0, 0, 0, 1], [2, 4]), w1);
    const first = matmul(matmul(xs[0], w0).add(b0), upper)
      .add(matmul(matmul(xs[1], both), lower))
      .add(b1);
    const second = matmul(xs[1], w2).add(b2);
    const off = first.sub(Tensor.from(y[0], [4, 1]));
    const losses = [
      off.mul(off).mean(),
      second
        .sub(Tensor.from(y[1], [4, 3]))
        .abs()
        .mean(),
    ] as const;
    const loss = losses[0].add(losses[1].mul(0.25));

    const answers = await net.predict(x);
    assert.deepEqual(
      answers.map(({ shape }) => shape),
      [
        [4, 1],
        [4, 3],
      ],
    );
    near(answers[0]?.data ?? [], await device.read(first));
    near(answers[1]?.data ?? [], await device.read(second));

    const scores = await net.evaluate({ x, y });
    assert.deepEqual(Object.keys(scores).sort(), ['dense_1_loss', 'loss', 'side_loss']);
    near([scores.loss], await device.read(loss));
    near(
      [scores['dense_1_loss'] ?? NaN, scores['side_loss'] ?? NaN],
      [...(await device.read(losses[0])), ...(await device.read(losses[1]))],
    );

    const moved = grad(loss, ws).map((g, i) => (ws[i] as Tensor).sub(g.mul(0.5)));
    await net.fit({ x, y }, { batchSize: 4, shuffle: false });
    const after = (await net.getWeights()).map(({ data }) => data);
    for (const [i, t] of moved.entries()) near(after[i] ?? [], await device.read(t));
  });

  test('a step over a batch is the step of fit(), and metrics are named by output', async () => {
    await using device = await one();
    const [x, y] = [
      [some(12), some(8, 2)],
      [Int32Array.of(0, 1, 1, 0), some(12, 4)],
    ] as const;
    const make = (): Model<'many'> => {
      const [a, b] = [input([3]), input([2])];
      const h = dense(2, { activation: 'softmax', name: 'kind' })(concatenate()([a, b]));
      const net = model({ inputs: [a, b], outputs: [h, dense(3)(b)] });
      return net.compile({
        optimizer: 'sgd',
        loss: ['sparseCategoricalCrossentropy', 'mse'],
        metrics: [['accuracy'], ['mae']],
        device,
      });
    };
    const [whole, parts] = [make(), make()];
    const history = await whole.fit({ x, y }, { batchSize: 4, validationData: { x, y } });
    const scores = await parts.trainOnBatch(x, y);
    assert.deepEqual(Object.keys(scores).sort(), [
      'dense_loss',
      'dense_mae',
      'kind_accuracy',
      'kind_loss',
      'loss',
    ]);
    const { loss, metrics, validation } = history.epochs[0] ?? assert.fail('no epoch');
    near(Object.values({ loss, ...metrics }).sort(), Object.values(scores).sort());
    assert.deepEqual(Object.keys(validation ?? {}).sort(), Object.keys(scores).sort());
    const [a, b] = [await numbers(whole as unknown as Model), await numbers(parts as unknown as Model)];
    for (const name of Object.keys(a)) near(a[name] ?? [], b[name] ?? []);
  });

  test('one loss and one list of metrics serve all outputs', async () => {
    await using device = await one();
    const x = input([2]);
    const net = model({ inputs: x, outputs: [dense(1)(x), dense(1)(x)] });
    net.compile({ loss: 'mse', metrics: ['mae'], device });
    const scores = await net.evaluate({ x: some(6), y: [some(3, 2), some(3, 3)] });
    assert.deepEqual(Object.keys(scores).sort(), [
      'dense_1_loss',
      'dense_1_mae',
      'dense_loss',
      'dense_mae',
      'loss',
    ]);
    near([scores.loss], [(scores['dense_loss'] ?? NaN) + (scores['dense_1_loss'] ?? NaN)]);
  });

  test('a layer used twice has one set of weights, and its gradient is the sum of both uses', async () => {
    await using device = await one();
    const [a, b] = [input([3]), input([3])];
    const same = dense(2, { useBias: false });
    const net = model({ inputs: [a, b], outputs: add()([same(a), same(b)]) });
    assert.equal(net.count(), 6);
    net.compile({ optimizer: sgd({ learningRate: 1 }), loss: 'mse', device });
    const [weight] = await net.getWeights();
    const w = Tensor.from(weight?.data ?? [], [3, 2]);
    const [x, z, y] = [some(12), some(12, 2), some(8, 3)];
    const [p, q] = [w.add(0), w.mul(1)];
    const sum = matmul(Tensor.from(x, [4, 3]), p).add(matmul(Tensor.from(z, [4, 3]), q));
    const off = sum.sub(Tensor.from(y, [4, 2]));
    const [byFirst, bySecond] = grad(off.mul(off).mean(), [p, q]) as [Tensor, Tensor];
    await net.trainOnBatch([x, z], y);
    near((await net.getWeights())[0]?.data ?? [], await device.read(w.sub(byFirst).sub(bySecond)));
  });

  test('models nest: a model is called like a layer, and may stand among layers', async () => {
    await using device = await one();
    const inner = sequential({ name: 'inner' }, dense(4, { activation: 'tanh' }), dense(2));
    const x = input([3]);
    const outer = model({ inputs: x, outputs: add()([inner(x), inner(x)]) }).compile({ loss: 'mse', device });
    inner.build([3]).compile({ loss: 'mse', device });
    assert.ok(typeof inner === 'function' && inner.name === 'inner');
    const [alone, twice] = [await inner.predict(some(9)), await outer.predict(some(9))];
    near(
      twice.data,
      alone.data.map((v) => 2 * v),
    );
    assert.deepEqual(
      (await outer.getWeights()).map((w) => w.name),
      ['inner/dense/kernel', 'inner/dense/bias', 'inner/dense_1/kernel', 'inner/dense_1/bias'],
    );
    const chained = sequential(outer, inner.layer, dense(1));
    assert.deepEqual(chained.inputShapes, [[3]]);
    assert.deepEqual(
      chained.layers.map(({ name }) => name),
      ['functional', 'inner', 'dense'],
    );
  });

  test('a model of several outputs is called for a list, and its inputs may be whole numbers', async () => {
    await using device = await one();
    const x = input([2], { dtype: 'i32' });
    const halves = layerOf({
      name: 'halves',
      kind: 'Halves',
      gives: 'many',
      lists: {
        build: () => ({ params: {}, state: {}, shapes: [[1], [1]] }),
        apply: (_, [t]) => {
          const whole = (t as Tensor).to('f32');
          const [first, second] = [Tensor.from([1, 0], [2, 1]), Tensor.from([0, 1], [2, 1])];
          return { ys: [matmul(whole, first), matmul(whole, second)], state: {} };
        },
      },
    });
    const split = model({ inputs: x, outputs: halves(x) }).compile({ loss: 'mse', device });
    const [left, right] = await split.predict(Int32Array.of(1, 2, 3, 4));
    assert.deepEqual([...(left?.data ?? [])], [1, 3]);
    assert.deepEqual([...(right?.data ?? [])], [2, 4]);
    const [l, r] = split(x) as [ReturnType<typeof input>, ReturnType<typeof input>];
    const net = model({ inputs: x, outputs: add()([l, r]) }).compile({ loss: 'mse', device });
    assert.deepEqual([...(await net.predict(Int32Array.of(1, 2, 3, 4))).data], [3, 7]);
    // Numbers become what the input asks for, bytes not parts of 255.
    assert.deepEqual([...(await net.predict(Float32Array.of(1.9, 2, 3, 4))).data], [3, 7]);
    assert.deepEqual([...(await net.predict(Uint8Array.of(1, 2, 3, 4))).data], [3, 7]);
  });

  test('what layers add to the loss counts in training and judging, for shared weights once', async () => {
    await using device = await one();
    const penal = (name: string): ReturnType<typeof unary> =>
      unary({
        name,
        kind: 'Penal',
        build: () => ({ params: { w: Tensor.from([2]) }, state: {}, shape: [1] }),
        apply: ({ params }, x) => {
          const w = params.w;
          return { y: x.mul(w), state: {}, penalty: w.mul(w).sum().mul(0.1) };
        },
      });
    const x = input([1]);
    const shared = penal('shared');
    const net = model({ inputs: x, outputs: penal('last')(shared(shared(x))) });
    net.compile({ optimizer: sgd({ learningRate: 0.1 }), loss: 'mse', device });
    const data = { x: Float32Array.of(1, 2), y: Float32Array.of(8, 16) };
    near([(await net.evaluate(data)).loss], [0.8]);
    const history = await net.fit(data, { batchSize: 2 });
    near([history.epochs[0]?.loss ?? NaN], [0.8]);
    // The answers are right, so that only the penalty moves a weight: 2 - 0.1 * 0.2 * 2.
    near(
      (await net.getWeights()).map(({ data }) => data[0] ?? NaN),
      [1.96, 1.96],
    );
  });

  test('regularizers of outputs ask for every use of a layer, those of weights once', async () => {
    await using device = await one();
    const x = input([2]);
    const shared = dense(1, { useBias: false, kernelRegularizer: l2(0.01), activityRegularizer: l2(0.1) });
    const between = dense(2, { useBias: false, kernelInitializer: 'ones' });
    const net = model({ inputs: x, outputs: shared(between(shared(x))) });
    net.compile({ loss: 'mse', device });
    await net.setWeights([{ name: 'dense/kernel', data: Float32Array.of(0.5, 2) }]);
    const data = { x: Float32Array.of(1, 2, 3, -1), y: Float32Array.of(1, 2) };
    // Outputs 4.5 and -0.5, then 11.25 and -1.25. Keras 3.15.1 gives the same.
    const want = (10.25 ** 2 + 3.25 ** 2) / 2 + 0.01 * 4.25 + (0.1 * (4.5 ** 2 + 0.5 ** 2 + 11.25 ** 2 + 1.25 ** 2)) / 2; // prettier-ignore
    near([(await net.evaluate(data)).loss], [want]);
    near([want], [65.28625]);
    // A model that is used twice is a layer that is used twice.
    const inner = sequential(shared).build([2]);
    const nested = model({ inputs: x, outputs: inner(between(inner(x))) }).compile({ loss: 'mse', device });
    near([(await nested.evaluate(data)).loss], [want]);
  });

  test('gradients agree on every device', async () => {
    const learned = async (name: 'reference' | 'wasm'): Promise<number[]> => {
      await using device: Device = await open({ device: name, threads: 1 });
      const { net } = twoByTwo();
      net.compile({ loss: 'mse', device });
      await net.fit(
        { x: [some(60), some(40, 2)], y: [some(20, 3), some(60, 4)] },
        { batchSize: 8, epochs: 2 },
      );
      return (await net.getWeights()).flatMap(({ data }) => [...data]);
    };
    near(await learned('wasm'), await learned('reference'), 1e-5);
  });
});

suite('what does not fit in a functional model', () => {
  const says = (make: () => unknown, message: string): void =>
    assert.throws(make, { name: 'EidosError', message });
  const join = merging({
    name: 'join',
    kind: 'Join',
    build: ([shape]) => ({ params: {}, state: {}, shape: shape ?? [] }),
    apply: (_, [x]) => ({ y: x as Tensor, state: {} }),
  });

  test('is said where it is written', () => {
    const [a, b] = [input([3]), input([4], { name: 'b' })];
    says(
      () => model({ inputs: a, outputs: join([dense(2)(a), dense(2)(b)]) }),
      'model: output 0 also comes from b [4], which is not among the inputs',
    );
    says(
      () => model({ inputs: [a, a], outputs: dense(2)(a) }),
      'model: input_layer [3] is given twice as an input; make an input() for each',
    );
    says(
      () => model({ inputs: dense(2)(a), outputs: dense(2)(a) }),
      'model: inputs must come from input(), got what dense [2] stands for',
    );
    says(
      () => model({ inputs: a, outputs: [] }),
      'model: outputs must be one or several of what input() and layers gave',
    );
    says(
      () => sequential(dense(2), a as never),
      'sequential: needs layers, got input_layer [3]; what layers gave goes to model({ inputs, outputs })',
    );
    says(
      () => dense(2)(Tensor.fill(1, [3]) as never),
      'dense: takes what input() or another layer gave, got Tensor; numbers go to model.predict()',
    );
    says(
      () => dense(2)([]),
      'dense: takes what input() or another layer gave, got an empty list; numbers go to model.predict()',
    );
    says(() => dense(2)([a, b]), 'dense: takes one input, got 2');
    says(() => input([0]), 'input: sizes must be whole numbers from 1, or null where open, got [0]');
    const same = dense(2);
    says(
      () => model({ inputs: [a, b], outputs: join([same(a), same(b)]) }),
      'dense: is used twice, and its kernel would be [3, 2] here and [4, 2] there; make a layer for each',
    );
    const inner = model({ inputs: [a, b], outputs: join([dense(2)(a), dense(2)(b)]), name: 'inner' });
    says(() => inner(a), 'inner: takes 2 inputs, got 1');
    says(() => inner([b, a]), 'inner: input_layer takes [3] per example, got [4]');
    says(
      () => sequential(model({ inputs: a, outputs: [dense(1)(a), dense(2)(a)] })),
      'sequential: functional gives several outputs; use model({ inputs, outputs })',
    );
    says(() => sequential({ name: 'none' }), 'none: needs at least one layer, got none');
  });

  test('is said when it is compiled and when data is given', async () => {
    await using device = await one();
    const { net } = twoByTwo();
    says(
      () => net.compile({ loss: ['mse'] }),
      'compile: losses must be one for each of dense_1, side, got 1',
    );
    says(
      () => net.compile({ loss: 'mse', lossWeights: [1] }),
      'compile: lossWeights must be one for each of dense_1, side, got 1',
    );
    says(
      () => net.compile({ loss: 'mse', lossWeights: [1, NaN] }),
      'compile: lossWeights must be numbers, got 1, NaN',
    );
    says(
      () => net.compile({ loss: 'mse', metrics: [['mae']] }),
      'compile: lists of metrics must be one for each of dense_1, side, got 1',
    );
    net.compile({ loss: 'mse', device });
    const refuses = (job: Promise<unknown>, message: string): Promise<void> =>
      assert.rejects(job, { name: 'EidosError', message });
    await refuses(net.predict(some(12)), 'predict: the model takes 2 inputs, got 1');
    await refuses(
      net.predict([some(12), some(6)]),
      'predict: all inputs must hold as many examples, got 4 and 3',
    );
    await refuses(
      net.fit({ x: [some(12), some(8)], y: some(4) }),
      'fit: the model gives 2 outputs, got targets for 1',
    );
    await refuses(
      sequential(flatten()).predict([[1, 2]] as never),
      'predict: inputs must be a Float32Array, an Int32Array or a Uint8Array',
    );
  });
});
