// Clothes in the second lesson of the University of Tokyo's course DL4US (2019): two convolutions, and training ends
// when it no longer helps. https://github.com/reminayano/matsuo
import { conv2d } from '../conv2d.ts';
import { dense } from '../dense.ts';
import { earlyStopping } from '../early-stopping.ts';
import type { Model } from '../model.ts';
import { maxPool2d } from '../pool2d.ts';
import { flatten } from '../reshape.ts';
import { sequential } from '../sequential.ts';
import { digits, type Preset } from './preset.ts';

/** [28, 28, 1] -> 10 probabilities, 36,330 parameters. */
const network = (shape = digits, classes = 10): Model => {
  const relu = { activation: 'relu', kernelInitializer: 'heNormal' } as const;
  return sequential(
    conv2d(16, 5, relu),
    maxPool2d(2),
    conv2d(64, 5, relu),
    maxPool2d(2),
    flatten(),
    dense(classes, { activation: 'softmax' }),
  ).build(shape);
};

const lesson = {
  data: 'fashion-mnist',
  network,
  optimizer: 'adam',
  loss: 'sparseCategoricalCrossentropy',
  batchSize: 128,
  epochs: 100,
  // The lesson stops by the test data; here the examples that decide are put aside, so that the test stays a test.
  validationSplit: 0.1,
  source: {
    title: 'DL4US lesson 2, section 2',
    link: 'https://github.com/reminayano/matsuo',
    testAccuracy: 0.9001,
    afterEpochs: 8,
    epochSeconds: [84, 184],
  },
} as const satisfies Partial<Preset>;

/**
 * The lesson's own rule ends training at the first epoch whose loss is no better than the one before, which comes by
 * chance at the third epoch or the tenth; `fashion` looks at the accuracy, waits for five such epochs, and takes the best.
 */
export const fashionPresets = {
  fashion: {
    ...lesson,
    callbacks: () => [earlyStopping({ monitor: 'valAccuracy', patience: 5, restoreBestWeights: true })],
  },
  'fashion-lesson': { ...lesson, callbacks: () => [earlyStopping({ patience: 1 })] },
} as const satisfies Readonly<Record<string, Preset>>;
