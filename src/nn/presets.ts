// Networks by name, each as its source has it.
import { conv2d } from './conv2d.ts';
import { dense } from './dense.ts';
import type { Model } from './model.ts';
import { maxPool2d } from './pool2d.ts';
import { flatten } from './reshape.ts';
import { sequential } from './sequential.ts';

/**
 * TensorFlow's tutorial network for digits, 93,322 parameters: [28, 28, 1] -> 10 probabilities.
 * https://www.tensorflow.org/tutorials/images/cnn
 */
export const tutorial = (): Model =>
  sequential(
    conv2d(32, 3, { activation: 'relu' }),
    maxPool2d(2),
    conv2d(64, 3, { activation: 'relu' }),
    maxPool2d(2),
    conv2d(64, 3, { activation: 'relu' }),
    flatten(),
    dense(64, { activation: 'relu' }),
    dense(10, { activation: 'softmax' }),
  ).build([28, 28, 1]);

/** Inputs, one hidden layer, outputs, 25,450 parameters: small enough for the reference target. */
export const threeLayer = (): Model =>
  sequential(flatten(), dense(32, { activation: 'relu' }), dense(10, { activation: 'softmax' })).build([
    28, 28, 1,
  ]);

/** The networks by name. */
export const presets = { tutorial, threeLayer } as const;

export type PresetName = keyof typeof presets;
