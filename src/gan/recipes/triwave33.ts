// What triwave33's series plays with the networks of elix.ts: five numbers to start from, the Wasserstein distance with
// a gradient penalty, as written and mended, and classes.
import { leakyRelu } from '../../nn/activation.ts';
import { dense } from '../../nn/dense.ts';
import { dropout } from '../../nn/dropout.ts';
import { model } from '../../nn/functional.ts';
import { concatenate } from '../../nn/merge.ts';
import { adam } from '../../nn/optimizer.ts';
import { repeatVector, reshape } from '../../nn/reshape.ts';
import { sequential } from '../../nn/sequential.ts';
import { input } from '../../nn/symbolic.ts';
import type { GanOptions } from '../rules.ts';
import { drawing, elix, judging, line, rules, seeing } from './elix.ts';
import { line as lineOfMlp } from './mlp.ts';
import type { About, Look, Recipe } from './recipe.ts';

const source = { title: 'triwave33/GAN', link: 'https://github.com/triwave33/GAN' };

/** At each grid the source reads 10,000 samples. */
const look: Look = { rows: 5, columns: 5, inverted: false, reads: 10_000 };

/**
 * The networks and rates of elix; 5 normal numbers, and the critic is taught halves of 16 in turn, as in `mlp`. The
 * source asks for 100,000 passes of 3,750 rounds; these are ten.
 */
export const dcganZ5: Recipe = {
  ...elix,
  about: 'elix with 5 numbers to start from',
  source,
  look: { ...look, line: lineOfMlp },
  game: (about) => ({
    ...rules(about),
    latent: { size: about.numbers ?? 5, distribution: 'normal' },
    criticBatchSize: 16,
    meeting: 'inTurn',
    order: 'random',
  }),
};

/** What both forms share: Gulrajani et al. 2017, https://arxiv.org/abs/1704.00028, with the source's sizes. */
const critical = (about: About): GanOptions => ({
  ...rules(about),
  generator: sequential(...drawing(about.shape, () => leakyRelu(0.2))),
  latent: { size: about.numbers ?? 5, distribution: 'normal' },
  loss: 'wasserstein',
  gradientPenalty: 10,
  criticSteps: 5,
  order: 'random',
  generatorOptimizer: adam({ learningRate: 1e-4, beta1: 0.5, beta2: 0.9 }),
  criticOptimizer: adam({ learningRate: 1e-4, beta1: 0.5, beta2: 0.9 }),
});

/**
 * The source to the letter. It divides the mean scores by the batch of 32 once more, but not the penalty; and its
 * functions are never told that they train, so that batch norm normalizes by 0 and 1 and nothing is dropped.
 */
export const wganGp: Recipe = {
  ...elix,
  about: 'the Wasserstein distance with a gradient penalty, as triwave33 wrote it',
  rounds: 100_000,
  source,
  look: {
    ...look,
    line: (round, { criticLoss, generatorLoss }) =>
      `${round} [D loss: ${(-criticLoss).toFixed(6)}] [G loss: ${generatorLoss.toFixed(6)}]`,
  },
  game: (about) => ({
    ...critical(about),
    critic: sequential(...seeing(1024), dropout(0.5), dense(1)),
    criticWeight: 1 / 32,
    layers: 'inference',
  }),
};

/** The same as the paper has it: whole scores, a critic without dropout, and batch norm that normalizes. */
export const wganGpMended: Recipe = {
  ...wganGp,
  about: 'the Wasserstein distance with a gradient penalty, mended',
  game: (about) => ({
    ...critical(about),
    critic: sequential(...seeing(1024), dense(1)),
    criticWeight: 1,
    fakes: 'training',
  }),
};

/** The networks of elix with classes: beside 1000 numbers, and as one more channel each of the picture. 50 epochs. */
export const cgan: Recipe = {
  ...elix,
  about: 'elix with classes as channels',
  rounds: 93_750,
  conditional: true,
  source,
  look: { rows: 10, columns: 10, inverted: false, line },
  game: (about) => {
    const { shape, classes, numbers = 1000 } = about;
    const [height, width] = shape;
    const [z, c] = [input([numbers]), input([classes])];
    const [x, asked] = [input(shape), input([classes])];
    const maps = reshape([height, width, classes])(repeatVector(height * width)(asked));
    const [drawn, seen] = [sequential(...drawing(shape)), sequential(...judging())];
    return {
      ...rules(about),
      generator: model({ inputs: [z, c], outputs: drawn(concatenate()([z, c])) }),
      critic: model({ inputs: [x, asked], outputs: seen(concatenate()([x, maps])) }),
      classes,
      latent: { size: numbers, distribution: 'uniform' },
      generatorOptimizer: adam({ learningRate: 0.8e-4, beta1: 0.5 }),
    };
  },
};
