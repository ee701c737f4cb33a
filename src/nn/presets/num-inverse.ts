// The classifiers of heppocogne's num_inverse (2022): its three networks, what its history tried before them, and the
// second with adam in place of adagrad, which shows what held it back. All learn from 54,000 digits, in batches of
// 128, for 20 epochs; 6,000 validate. https://github.com/heppocogne/num_inverse
import { activation } from '../activation.ts';
import { batchNorm } from '../batch-norm.ts';
import { conv2d } from '../conv2d.ts';
import { dense } from '../dense.ts';
import { dropout } from '../dropout.ts';
import type { AnyLayer } from '../layer.ts';
import type { Model } from '../model.ts';
import type { OptimizerName } from '../optimizer.ts';
import { maxPool2d } from '../pool2d.ts';
import { flatten } from '../reshape.ts';
import { sequential } from '../sequential.ts';
import { digits, type Preset, type Source } from './preset.ts';

/** The layers, then probabilities of classes. */
const classifier =
  (...layers: readonly (() => AnyLayer)[]): Preset['network'] =>
  (shape = digits, classes = 10): Model =>
    sequential(...layers.map((make) => make()), flatten(), dense(classes, { activation: 'softmax' })).build(
      shape,
    );

const conv = (filters: number, size: number) => (): AnyLayer => conv2d(filters, size, { activation: 'relu' });
const pool = (): AnyLayer => maxPool2d(2);
const drop = (rate: number) => (): AnyLayer => dropout(rate);

/** Two convolutions and a hidden layer, the second convolution of so many filters. */
const cnnAndDense = (filters: number): Preset['network'] =>
  classifier(
    conv(32, 3),
    conv(filters, 3),
    pool,
    drop(0.25),
    flatten,
    () => dense(128, { activation: 'relu' }),
    drop(0.5),
  );

const preset = (
  network: Preset['network'],
  optimizer: OptimizerName,
  { title, ...source }: Omit<Source, 'link'>,
): Preset => ({
  data: 'mnist',
  network,
  optimizer,
  loss: 'sparseCategoricalCrossentropy',
  batchSize: 128,
  epochs: 20,
  validationSplit: 0.1,
  source: { title: `num_inverse, ${title}`, link: 'https://github.com/heppocogne/num_inverse', ...source },
});

/** By name; figures are those of the project's output files. */
export const numInversePresets = {
  dense: preset(classifier(), 'rmsprop', {
    title: 'simple-dense',
    testAccuracy: 0.9283,
    testLoss: 0.26907,
    epochSeconds: [3, 5],
  }),
  'cnn-and-dense': preset(cnnAndDense(32), 'adagrad', {
    title: 'cnn-and-dense',
    testAccuracy: 0.942,
    testLoss: 0.2,
    epochSeconds: [70, 82],
  }),
  'cnn-and-dense-adam': preset(cnnAndDense(32), 'adam', { title: 'cnn-and-dense, with adam instead' }),
  'cnn-and-dense-64': preset(cnnAndDense(64), 'adagrad', {
    title: 'cnn-and-dense at 28a665a',
    testAccuracy: 0.9467,
    testLoss: 0.1811,
  }),
  'simple-cnn': preset(
    classifier(conv(16, 3), pool, conv(16, 3), pool, batchNorm, () => activation('relu'), drop(0.25)),
    'adam',
    { title: 'simple-cnn', testAccuracy: 0.9902, testLoss: 0.028643, epochSeconds: [14, 17] },
  ),
  'simple-cnn-plain': preset(classifier(conv(16, 3), pool, conv(16, 3), pool), 'adam', {
    title: 'simple-cnn at 94d0f70',
    testAccuracy: 0.9874,
    testLoss: 0.03995,
  }),
  'simple-cnn-wide': preset(classifier(conv(32, 5), pool, conv(16, 3), pool), 'adam', {
    title: 'simple-cnn at 9ae0f90',
    testAccuracy: 0.989,
    testLoss: 0.03844,
  }),
} as const;
