// A classifier trained against attacks: a small network, as each batch is made hard by steps up the slope of its loss
// before it is learned from, which costs that many times as much again. It begins in small balls, which grow to the full
// one while the rate rises.
// Madry et al. 2018, https://arxiv.org/abs/1706.06083; the network is that of Wong, Rice and Kolter 2020,
// https://arxiv.org/abs/2001.03994, half as wide again.
import { adversarial } from '../adversarial.ts';
import { conv2d } from '../conv2d.ts';
import { dense } from '../dense.ts';
import { sparseCategoricalCrossentropy } from '../loss.ts';
import type { Model } from '../model.ts';
import { adam } from '../optimizer.ts';
import { flatten } from '../reshape.ts';
import { oneCycle } from '../schedule.ts';
import { sequential } from '../sequential.ts';
import { digits, type Preset } from './preset.ts';

/** Digits as logits, [28, 28, 1] -> 10. */
export const robust = (shape = digits, classes = 10): Model =>
  sequential(
    conv2d(24, 4, { strides: 2, padding: 'same', activation: 'relu' }),
    conv2d(48, 4, { strides: 2, padding: 'same', activation: 'relu' }),
    flatten(),
    dense(100, { activation: 'relu' }),
    dense(classes),
  ).build(shape);

/** How it is trained: within balls that reach 0.3 after a fifth of the batches, by four steps each, from noise, stripes and squares. */
export const robustPresets = {
  robust: {
    data: 'mnist',
    network: robust,
    optimizer: (totalSteps: number) =>
      adam({ learningRate: oneCycle({ maxLearningRate: 0.003, totalSteps, warmupShare: 0.2 }) }),
    perturbation: (totalSteps: number) =>
      adversarial({ epsilon: 0.3, steps: 4, beginnings: 'mixed', warmup: Math.ceil(totalSteps / 5) }),
    loss: sparseCategoricalCrossentropy({ fromLogits: true }),
    logits: true,
    batchSize: 128,
    epochs: 20,
    validationSplit: 0,
    source: { title: 'eidos: MNIST under attack', link: 'https://arxiv.org/abs/1706.06083' },
  },
} as const satisfies Readonly<Record<string, Preset>>;
