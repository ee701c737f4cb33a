// The network behind the judge: what others, who were not asked, read in a picture. It has a word that classifiers lack:
// the eleventh output says that a picture shows no digit. It shares no layer sizes and no last layer with the networks
// whose ideas it reads, so that what fools them by accident has no reason to fool it. What it learns from is
// bench/judge-nonsense.ts's business, who asks it is run/judge.ts's; the weights are in models/.
import { activation } from './activation.ts';
import { batchNorm } from './batch-norm.ts';
import { conv2d } from './conv2d.ts';
import { dense } from './dense.ts';
import type { AnyLayer } from './layer.ts';
import { sparseCategoricalCrossentropy } from './loss.ts';
import type { Model } from './model.ts';
import { adam, type Optimizer } from './optimizer.ts';
import { globalAveragePool2d } from './pool2d.ts';
import { digits } from './presets/preset.ts';
import { oneCycle } from './schedule.ts';
import { sequential } from './sequential.ts';

/** A convolution whose sums are normalized over the batch before what is below 0 is cut. The judge's own: it stays as it is. */
const block = (filters: number, size: number, strides = 1): readonly AnyLayer[] => [
  conv2d(filters, size, { strides, useBias: false, kernelInitializer: 'heNormal' }),
  batchNorm({ momentum: 0.9 }),
  activation('relu'),
];

/** Pictures as logits, [28, 28, 1] -> 11: the digits, then "nothing". Convolutions only, and the mean of what they find. */
export const judgeNetwork = (shape = digits, classes = 11): Model =>
  sequential(
    ...block(32, 5, 2),
    ...block(40, 3),
    ...block(64, 3, 2),
    ...block(96, 3),
    globalAveragePool2d(),
    dense(classes),
  ).build(shape);

/** How its weights were learned: the rate rises to its most and falls to nothing, and the last weights are kept. */
export const judgeRecipe = {
  network: judgeNetwork,
  optimizer: (totalSteps: number, maxLearningRate = 0.005): Optimizer =>
    adam({ learningRate: oneCycle({ maxLearningRate, totalSteps, warmupShare: 0.25 }) }),
  loss: sparseCategoricalCrossentropy({ fromLogits: true }),
  logits: true,
  batchSize: 128,
  epochs: 8,
} as const;
