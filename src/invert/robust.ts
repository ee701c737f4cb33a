// A classifier trained against attacks, and its recipe: a small network, as each batch is made hard by seven steps up the
// slope of its loss before it is learned from, which costs eight times as much as learning alone. It begins in smaller
// balls: in the full one from the first step it learns nothing for epochs on end.
// Madry et al. 2018, https://arxiv.org/abs/1706.06083; the network is that of Wong, Rice and Kolter 2020,
// https://arxiv.org/abs/2001.03994, with twice the channels.
import { conv2d } from '../nn/conv2d.ts';
import { dense } from '../nn/dense.ts';
import { sparseCategoricalCrossentropy } from '../nn/loss.ts';
import type { Model } from '../nn/model.ts';
import { adam, type Optimizer } from '../nn/optimizer.ts';
import { flatten } from '../nn/reshape.ts';
import { oneCycle } from '../nn/schedule.ts';
import { sequential } from '../nn/sequential.ts';
import { adversarial } from './adversarial.ts';

const digits = [28, 28, 1] as const;

/** Digits as logits, [28, 28, 1] -> 10. */
export const robust = (shape: readonly number[] = digits, classes = 10): Model =>
  sequential(
    conv2d(32, 4, { strides: 2, padding: 'same', activation: 'relu' }),
    conv2d(64, 4, { strides: 2, padding: 'same', activation: 'relu' }),
    flatten(),
    dense(128, { activation: 'relu' }),
    dense(classes),
  ).build(shape);

/** How it is trained: within 0.1 of each pixel, then 0.2, then 0.3, each phase by itself; in each the rate rises once and falls to nothing. */
export const robustRecipe = {
  data: 'mnist',
  network: robust,
  optimizer: (totalSteps: number): Optimizer =>
    adam({ learningRate: oneCycle({ maxLearningRate: 0.001, totalSteps, warmupShare: 0.2 }) }),
  loss: sparseCategoricalCrossentropy({ fromLogits: true }),
  phases: [
    { perturbation: adversarial({ epsilon: 0.1, steps: 3 }), epochs: 1 },
    { perturbation: adversarial({ epsilon: 0.2, steps: 5 }), epochs: 1 },
    { perturbation: adversarial({ epsilon: 0.3, steps: 7 }), epochs: 13 },
  ],
  logits: true,
  batchSize: 128,
  validationSplit: 0,
} as const;
