// `elix`, and three games that triwave33 plays with its networks: five numbers to start from, the Wasserstein distance
// with a gradient penalty, and classes.
import { activation, leakyRelu } from '../../nn/activation.ts';
import { batchNorm } from '../../nn/batch-norm.ts';
import { conv2d } from '../../nn/conv2d.ts';
import { dense } from '../../nn/dense.ts';
import { dropout } from '../../nn/dropout.ts';
import { model } from '../../nn/functional.ts';
import type { AnyLayer } from '../../nn/layer.ts';
import { concatenate } from '../../nn/merge.ts';
import { adam } from '../../nn/optimizer.ts';
import { flatten, repeatVector, reshape } from '../../nn/reshape.ts';
import { sequential } from '../../nn/sequential.ts';
import { input } from '../../nn/symbolic.ts';
import { upSampling2d } from '../../nn/up-sampling2d.ts';
import type { GanOptions } from '../rules.ts';
import type { About, Look, Recipe } from './recipe.ts';

const normalized = (layer: AnyLayer): readonly AnyLayer[] => [layer, batchNorm(), activation('relu')];

type Shape = About['shape'];

const drawing = ([height, width, channels]: Shape): readonly AnyLayer[] => [
  ...normalized(dense(1024)),
  ...normalized(dense(128 * (height / 4) * (width / 4))),
  reshape([height / 4, width / 4, 128]),
  upSampling2d(2),
  ...normalized(conv2d(64, 5, { padding: 'same' })),
  upSampling2d(2),
  conv2d(channels, 5, { padding: 'same', activation: 'tanh' }),
];

/** The second convolution is padded nowhere: 14 pixels become 5. */
const seeing = (end: readonly AnyLayer[]): readonly AnyLayer[] => [
  conv2d(64, 5, { strides: 2, padding: 'same' }),
  leakyRelu(0.2),
  conv2d(128, 5, { strides: 2 }),
  leakyRelu(0.2),
  flatten(),
  dense(256),
  leakyRelu(0.2),
  ...end,
];

const judging: readonly (() => AnyLayer)[] = [() => dropout(0.5), () => dense(1, { activation: 'sigmoid' })];

const rules = ({ shape }: About): GanOptions => ({
  generator: sequential(...drawing(shape)),
  critic: sequential(...seeing(judging.map((make) => make()))),
  shape,
  latent: { size: 100, distribution: 'uniform' },
  loss: 'nonSaturating',
  generatorOptimizer: adam({ learningRate: 2e-4, beta1: 0.5 }),
  criticOptimizer: adam({ learningRate: 1e-5, beta1: 0.1 }),
  batchSize: 32,
  criticWeight: 0.5,
  fakes: 'inference',
  order: 'rows',
});

const source = { title: 'elix, gan.md', link: 'https://elix-tech.github.io/ja/2017/02/06/gan.html' };
const triwave33 = { title: 'triwave33/GAN', link: 'https://github.com/triwave33/GAN' };

/** Batches of an epoch, in the source's line. */
const epoch = 1875;

const look: Look = {
  rows: 7,
  columns: 5,
  inverted: false,
  line: (round, { generatorLoss, criticLoss }) =>
    `epoch: ${Math.floor(round / epoch)}, batch: ${round % epoch}, g_loss: ${generatorLoss.toFixed(6)}, d_loss: ${criticLoss.toFixed(6)}`,
};

/** 6,753,409 trainable parameters of 6,768,129 against 1,026,305, on MNIST; 20 epochs. */
export const elix: Recipe = {
  about: 'a convolutional GAN with a slow critic',
  data: ['mnist', 'fashion-mnist'],
  rounds: 37_500,
  conditional: false,
  source,
  look,
  game: rules,
};

/** elix with five numbers to start from. */
export const dcganZ5: Recipe = {
  ...elix,
  about: 'elix with 5 numbers to start from',
  source: triwave33,
  game: (about) => ({ ...rules(about), latent: { size: 5, distribution: 'uniform' } }),
};

/** The networks of elix in the game of Gulrajani et al. 2017; the critic has neither sigmoid nor dropout. */
export const wganGp: Recipe = {
  ...elix,
  about: 'the Wasserstein distance with a gradient penalty',
  rounds: 100_000,
  source: triwave33,
  game: (about) => ({
    ...rules(about),
    critic: sequential(...seeing([dense(1)])),
    latent: { size: 100, distribution: 'normal' },
    loss: 'wasserstein',
    gradientPenalty: 10,
    criticSteps: 5,
    criticWeight: 1,
    order: 'random',
    generatorOptimizer: adam({ learningRate: 1e-4, beta1: 0.5, beta2: 0.9 }),
    criticOptimizer: adam({ learningRate: 1e-4, beta1: 0.5, beta2: 0.9 }),
  }),
};

/** The networks of elix with classes: beside 1000 numbers, and as one more channel each of the picture. */
export const cgan: Recipe = {
  ...elix,
  about: 'elix with classes as channels',
  rounds: 93_750,
  conditional: true,
  source: triwave33,
  game: (about) => {
    const { shape, classes } = about;
    const [height, width] = shape;
    const [z, c] = [input([1000]), input([classes])];
    const [x, asked] = [input(shape), input([classes])];
    const maps = reshape([height, width, classes])(repeatVector(height * width)(asked));
    const drawn = sequential(...drawing(shape));
    const seen = sequential(...seeing(judging.map((make) => make())));
    return {
      ...rules(about),
      generator: model({ inputs: [z, c], outputs: drawn(concatenate()([z, c])) }),
      critic: model({ inputs: [x, asked], outputs: seen(concatenate()([x, maps])) }),
      classes,
      latent: { size: 1000, distribution: 'uniform' },
      generatorOptimizer: adam({ learningRate: 0.8e-4, beta1: 0.5 }),
    };
  },
};
