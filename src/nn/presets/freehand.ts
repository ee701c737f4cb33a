// The network that reads digits drawn by hand on a pad, and how it learns: from MNIST and from digits written with a
// pen, redrawn with the pad's brush, both prepared as MNIST's were. Small enough for a page, and for an answer at once.
// What is drawn and how it is prepared is src/picture's business; the weights are in models/.
import { activation } from '../activation.ts';
import { augment } from '../augment.ts';
import { batchNorm } from '../batch-norm.ts';
import { conv2d, type Conv2dOptions } from '../conv2d.ts';
import { dense } from '../dense.ts';
import type { AnyLayer } from '../layer.ts';
import { sparseCategoricalCrossentropy } from '../loss.ts';
import type { Model } from '../model.ts';
import { adam, type Optimizer } from '../optimizer.ts';
import { maxPool2d } from '../pool2d.ts';
import { flatten } from '../reshape.ts';
import { oneCycle } from '../schedule.ts';
import { sequential } from '../sequential.ts';
import { digits, type Preset } from './preset.ts';

/** A convolution whose sums are normalized over the batch before what is below 0 is cut. */
export const normalized = (
  filters: number,
  size: number,
  options: Conv2dOptions = {},
): readonly AnyLayer[] => [
  conv2d(filters, size, { useBias: false, kernelInitializer: 'heNormal', ...options }),
  batchNorm({ momentum: 0.9 }),
  activation('relu'),
];

/** adam whose rate rises to its most and falls to nothing, so that the last weights are the ones to keep. */
export const once = (totalSteps: number): Optimizer =>
  adam({ learningRate: oneCycle({ maxLearningRate: 0.005, totalSteps, warmupShare: 0.25 }) });

/**
 * Digits as logits, [28, 28, 1] -> 10. The first convolution looks at every second pixel, which costs a quarter; while
 * training, pictures are turned, moved, leant and made larger or smaller at random.
 */
export const freehand = (shape = digits, classes = 10): Model =>
  sequential(
    augment({ translation: 0.07, rotation: 0.03, zoom: 0.1, shear: 0.1 }),
    ...normalized(16, 5, { strides: 2 }),
    ...normalized(32, 3),
    maxPool2d(2),
    ...normalized(64, 3),
    flatten(),
    dense(classes),
  ).build(shape);

/** How the shipped weights were learned. The epochs were chosen by digits that were put aside from those to learn from. */
export const freehandPresets = {
  freehand: {
    data: 'mnist',
    drawings: { rows: 6000, times: 6 },
    network: freehand,
    optimizer: once,
    loss: sparseCategoricalCrossentropy({ fromLogits: true }),
    logits: true,
    batchSize: 128,
    epochs: 10,
    validationSplit: 0,
    source: {
      title: 'the one that comes with eidos: digits drawn on a pad',
      link: 'https://github.com/kaityo256/mnist_check',
    },
  },
} as const satisfies Readonly<Record<string, Preset>>;
