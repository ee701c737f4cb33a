// The network that reads MNIST best after a minute of training on two cores, and how. What makes it good is what it is
// shown: every picture changed at random, each time in another way, while the rate rises once and falls to nothing, so
// that the last weights are the ones to keep. What makes it quick is that no convolution sees all pixels.
import { augment } from '../augment.ts';
import { dense } from '../dense.ts';
import { sparseCategoricalCrossentropy } from '../loss.ts';
import type { Model } from '../model.ts';
import { maxPool2d } from '../pool2d.ts';
import { flatten } from '../reshape.ts';
import { sequential } from '../sequential.ts';
import { normalized, once } from './freehand.ts';
import { digits, type Preset } from './preset.ts';

/** Digits as logits, [28, 28, 1] -> 10: four convolutions, 1.8 million products for an answer. */
export const best = (shape = digits, classes = 10): Model =>
  sequential(
    augment({ translation: 0.07, rotation: 0.03, zoom: 0.1, shear: 0.1 }),
    ...normalized(32, 5, { strides: 2 }),
    ...normalized(32, 3),
    maxPool2d(2),
    ...normalized(64, 3, { padding: 'same' }),
    ...normalized(64, 3),
    flatten(),
    dense(classes),
  ).build(shape);

/** How it is trained: one rise and fall of the rate. Smith and Topin 2017, https://arxiv.org/abs/1708.07120 */
export const bestPresets = {
  best: {
    data: 'mnist',
    network: best,
    optimizer: once,
    loss: sparseCategoricalCrossentropy({ fromLogits: true }),
    logits: true,
    batchSize: 128,
    epochs: 8,
    validationSplit: 0,
    source: { title: 'eidos: MNIST within a minute', link: 'https://arxiv.org/abs/1708.07120' },
  },
} as const satisfies Readonly<Record<string, Preset>>;
