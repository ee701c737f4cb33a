// The two networks behind the judge: what others, who were not asked, read in a picture. They have a word that classifiers
// lack: the eleventh output says that a picture shows no digit. They share no layer sizes and no last layer with the networks whose
// ideas they read, so that what fools those by accident has no reason to fool them. What they learn from is
// bench/judge-nonsense.ts's business, who asks them is run/judge.ts's; the weights are in models/.
import { activation } from './activation.ts';
import { batchNorm } from './batch-norm.ts';
import { conv2d, type Conv2dOptions } from './conv2d.ts';
import { dense } from './dense.ts';
import type { AnyLayer } from './layer.ts';
import { sparseCategoricalCrossentropy } from './loss.ts';
import type { Model } from './model.ts';
import { adam, type Optimizer } from './optimizer.ts';
import { globalAveragePool2d } from './pool2d.ts';
import { digits } from './presets/preset.ts';
import { oneCycle } from './schedule.ts';
import { sequential } from './sequential.ts';

/** The digits and "nothing". */
const classes = 11;

/** A convolution whose sums are normalized over the batch before what is below 0 is cut. The judge's own: it stays as it is. */
const block = (filters: number, size: number, options: Conv2dOptions = {}): readonly AnyLayer[] => [
  conv2d(filters, size, { useBias: false, kernelInitializer: 'heNormal', ...options }),
  batchNorm({ momentum: 0.9 }),
  activation('relu'),
];

/** Pictures as logits, [28, 28, 1] -> 11: the digits, then "nothing". Convolutions only, and the mean of what they find. */
const coarse = (): Model =>
  sequential(
    ...block(32, 5, { strides: 2 }),
    ...block(40, 3),
    ...block(64, 3, { strides: 2 }),
    ...block(96, 3),
    globalAveragePool2d(),
    dense(classes),
  ).build(digits);

/** The same with more places to look at. */
const fine = (): Model =>
  sequential(
    ...block(32, 5, { strides: 2 }),
    ...block(48, 3, { padding: 'same' }),
    ...block(64, 3, { strides: 2, padding: 'same' }),
    ...block(112, 3),
    globalAveragePool2d(),
    dense(classes),
  ).build(digits);

/** How its weights were learned, each network's by itself: the rate rises to its most and falls to nothing, and the last weights are kept. */
export const judgeRecipe = {
  networks: [coarse, fine],
  optimizer: (totalSteps: number, maxLearningRate = 0.005): Optimizer =>
    adam({ learningRate: oneCycle({ maxLearningRate, totalSteps, warmupShare: 0.25 }) }),
  loss: sparseCategoricalCrossentropy({ fromLogits: true }),
  logits: true,
  batchSize: 128,
  epochs: 8,
} as const;
