// TensorFlow's tutorial network and a small one beside it, trained for one epoch as in the tutorial's digits edition.
import { conv2d } from '../conv2d.ts';
import { dense } from '../dense.ts';
import type { Model } from '../model.ts';
import { maxPool2d } from '../pool2d.ts';
import { flatten } from '../reshape.ts';
import { sequential } from '../sequential.ts';
import { digits, type Preset } from './preset.ts';

/**
 * TensorFlow's tutorial network for digits, 93,322 parameters: [28, 28, 1] -> 10 probabilities.
 * https://www.tensorflow.org/tutorials/images/cnn
 */
export const tutorial = (shape = digits, classes = 10): Model =>
  sequential(
    conv2d(32, 3, { activation: 'relu' }),
    maxPool2d(2),
    conv2d(64, 3, { activation: 'relu' }),
    maxPool2d(2),
    conv2d(64, 3, { activation: 'relu' }),
    flatten(),
    dense(64, { activation: 'relu' }),
    dense(classes, { activation: 'softmax' }),
  ).build(shape);

/** Inputs, one hidden layer, outputs, 25,450 parameters: small enough for the reference target. */
export const threeLayer = (shape = digits, classes = 10): Model =>
  sequential(flatten(), dense(32, { activation: 'relu' }), dense(classes, { activation: 'softmax' })).build(
    shape,
  );

const once = {
  data: 'mnist',
  optimizer: 'adam',
  loss: 'sparseCategoricalCrossentropy',
  batchSize: 32,
  epochs: 1,
  validationSplit: 0,
} as const satisfies Partial<Preset>;

/** How both are trained. */
export const tutorialPresets = {
  tutorial: {
    ...once,
    network: tutorial,
    source: {
      title: 'TensorFlow tutorial, Convolutional Neural Network',
      link: 'https://www.tensorflow.org/tutorials/images/cnn',
    },
  },
  'three-layer': {
    ...once,
    network: threeLayer,
    source: {
      title: 'the smallest, for a first try',
      link: 'https://en.wikipedia.org/wiki/Multilayer_perceptron',
    },
  },
} as const satisfies Readonly<Record<string, Preset>>;
