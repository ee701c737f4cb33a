// 20 steps of training of small models beside Keras's: the loss of each step and all weights afterwards. The reference
// agrees in float64; wasm and native agree with the reference.
import assert from 'node:assert/strict';
import { after, suite, test } from 'node:test';
import type { Shape } from '../src/base/shape.ts';
import type { Device } from '../src/device/device.ts';
import { activation } from '../src/nn/activation.ts';
import { batchNorm } from '../src/nn/batch-norm.ts';
import { conv2d } from '../src/nn/conv2d.ts';
import { dense } from '../src/nn/dense.ts';
import { embedding } from '../src/nn/embedding.ts';
import { model } from '../src/nn/functional.ts';
import { lstm } from '../src/nn/lstm.ts';
import { add, concatenate } from '../src/nn/merge.ts';
import type { Model } from '../src/nn/model.ts';
import { adam, adamw, rmsprop, sgd } from '../src/nn/optimizer.ts';
import { globalAveragePool2d, maxPool2d } from '../src/nn/pool2d.ts';
import { sequential } from '../src/nn/sequential.ts';
import { input } from '../src/nn/symbolic.ts';
import type { CompileOptions } from '../src/nn/task.ts';
import {
  fixture,
  limits,
  numbers,
  openCompared,
  startOf,
  unpacked,
  Worst,
  type Kind,
  type Named,
  type Packed,
} from './keras.ts';

interface Trace {
  readonly name: string;
  readonly inputs: readonly Spec[];
  readonly target: Spec;
  readonly batch: number;
  readonly weights: readonly { readonly path: string; readonly shape: Shape }[];
  /** Of each step, from before it. */
  readonly losses: Packed;
  readonly after: Readonly<Record<string, Packed>>;
}

interface Spec {
  readonly kind: Kind;
  readonly shape: Shape;
}

interface Trained {
  readonly model: Model;
  readonly compile: CompileOptions;
}

const classes = 'sparseCategoricalCrossentropy';

/** The models that tools/keras-fixtures.py trains, by the same names. */
const models: Readonly<Record<string, () => Trained>> = {
  denseClassifier: () => ({
    model: sequential(
      dense(8, { activation: 'tanh', name: 'hidden' }),
      dense(3, { activation: 'softmax', name: 'out' }),
    ).build([6]),
    compile: { loss: classes, optimizer: sgd({ learningRate: 0.125, momentum: 0.5 }) },
  }),
  adamClassifier: () => ({
    model: sequential(
      dense(8, { activation: 'relu', name: 'hidden', kernelRegularizer: 'l2' }),
      dense(3, { activation: 'softmax', name: 'out' }),
    ).build([6]),
    compile: { loss: classes, optimizer: adam({ learningRate: 2 ** -6 }) },
  }),
  smallCnn: () => ({
    model: sequential(
      conv2d(4, 3, { padding: 'same', useBias: false, name: 'conv' }),
      batchNorm({ momentum: 0.75, name: 'norm' }),
      activation('relu', { name: 'act' }),
      maxPool2d(2, { name: 'pool' }),
      conv2d(5, 3, { strides: 2, padding: 'same', activation: 'relu', name: 'strided' }),
      globalAveragePool2d({ name: 'mean' }),
      dense(3, { activation: 'softmax', name: 'out' }),
    ).build([6, 6, 2]),
    compile: { loss: classes, optimizer: adam({ learningRate: 2 ** -6 }) },
  }),
  twoInputs() {
    const [a, b] = [input([5], { name: 'a' }), input([3], { name: 'b' })];
    const left = dense(4, { activation: 'relu', name: 'left' })(a);
    const right = dense(4, { activation: 'tanh', name: 'right' })(b);
    const both = concatenate({ name: 'both' })([left, right]);
    const shared = dense(8, { activation: 'silu', name: 'shared' });
    const outputs = dense(2, { name: 'out' })(add({ name: 'sum' })([shared(both), both]));
    return {
      model: model({ inputs: [a, b], outputs }),
      compile: { loss: 'meanSquaredError', optimizer: rmsprop({ learningRate: 2 ** -7, momentum: 0.5 }) },
    };
  },
  letters: () => ({
    model: sequential(
      embedding(7, 4, { maskZero: true, name: 'embedding' }),
      lstm(5, { name: 'lstm' }),
      dense(7, { activation: 'softmax', name: 'out' }),
    ).build([6]),
    compile: {
      loss: classes,
      optimizer: adamw({ learningRate: 2 ** -6, weightDecay: 0.125, globalClipnorm: 0.5 }),
    },
  }),
};

const { traces } = fixture<{ readonly traces: readonly Trace[] }>('traces');
const devices = await openCompared();
const worst = new Worst();
after(() => devices.close());

/** Losses of 20 steps, and weights and state afterwards. */
async function train(device: Device, trace: Trace): Promise<Named> {
  const { model: net, compile } = models[trace.name]!();
  net.compile({ ...compile, device });
  await net.setWeights(
    trace.weights.map(({ path, shape }, i) => ({
      name: path,
      data: startOf(path, i, shape).map((x) => x / 2),
    })),
  );
  assert.deepEqual(
    (await net.getWeights()).map(({ name }) => name).sort(),
    trace.weights.map(({ path }) => path).sort(),
  );
  const losses: number[] = [];
  for (let step = 0; step < 20; step++) {
    const seed = 1000 + 10 * step;
    const of = ({ kind, shape }: Spec, i: number) => numbers(kind, seed + i, [trace.batch, ...shape]);
    const xs = trace.inputs.map(of);
    losses.push((await net.trainOnBatch(xs.length > 1 ? xs : xs[0]!, of(trace.target, 9))).loss);
  }
  const weights = await net.getWeights();
  await net.close();
  return {
    [`${trace.name}: losses`]: losses,
    ...Object.fromEntries(weights.map(({ name, data }) => [`${trace.name}: ${name}`, data])),
  };
}

suite('20 steps of training beside Keras', () => {
  for (const trace of traces)
    test(trace.name, async () => {
      const want = {
        [`${trace.name}: losses`]: unpacked(trace.losses),
        ...Object.fromEntries(
          Object.entries(trace.after).map(([path, w]) => [`${trace.name}: ${path}`, unpacked(w)]),
        ),
      };
      const double = await train(devices.double, trace);
      worst.check('reference', double, want, limits.reference);
      for (const device of devices.single)
        worst.check(device.name, await train(device, trace), double, limits.trained);
    });

  test('every model here has a fixture', (t) => {
    t.diagnostic(`largest deviations: ${String(worst)}`);
    assert.deepEqual(Object.keys(models).sort(), traces.map(({ name }) => name).sort());
  });
});
