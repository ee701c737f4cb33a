// `elix`: the convolutional GAN of the post "はじめてのGAN", number by number: a critic that learns twenty times as
// slowly as the generator, and real pictures in the order of the data. Its networks are those of triwave33.ts too.
import { activation, leakyRelu } from '../../nn/activation.ts';
import { batchNorm } from '../../nn/batch-norm.ts';
import { conv2d } from '../../nn/conv2d.ts';
import { dense } from '../../nn/dense.ts';
import { dropout } from '../../nn/dropout.ts';
import type { AnyLayer } from '../../nn/layer.ts';
import { adam } from '../../nn/optimizer.ts';
import { flatten, reshape } from '../../nn/reshape.ts';
import { sequential } from '../../nn/sequential.ts';
import { upSampling2d } from '../../nn/up-sampling2d.ts';
import type { GanOptions } from '../rules.ts';
import type { About, Look, Recipe } from './recipe.ts';

type Make = () => AnyLayer;

/** The generator: a picture from a quarter of its height and width, with what follows each normalization. */
export const drawing = (
  [height, width, channels]: About['shape'],
  active: Make = () => activation('relu'),
): readonly AnyLayer[] => {
  const normalized = (layer: AnyLayer): readonly AnyLayer[] => [layer, batchNorm(), active()];
  return [
    ...normalized(dense(1024)),
    ...normalized(dense(128 * (height / 4) * (width / 4))),
    reshape([height / 4, width / 4, 128]),
    upSampling2d(2),
    ...normalized(conv2d(64, 5, { padding: 'same' })),
    upSampling2d(2),
    conv2d(channels, 5, { padding: 'same', activation: 'tanh' }),
  ];
};

/** The critic up to its features. The second convolution is padded nowhere: 14 pixels become 5. */
export const seeing = (units: number): readonly AnyLayer[] => [
  conv2d(64, 5, { strides: 2, padding: 'same' }),
  leakyRelu(0.2),
  conv2d(128, 5, { strides: 2 }),
  leakyRelu(0.2),
  flatten(),
  dense(units),
  leakyRelu(0.2),
];

/** The critic of elix. */
export const judging = (): readonly AnyLayer[] => [
  ...seeing(256),
  dropout(0.5),
  dense(1, { activation: 'sigmoid' }),
];

/** How elix plays. */
export const rules = ({ shape, numbers = 100 }: About): GanOptions => ({
  generator: sequential(...drawing(shape)),
  critic: sequential(...judging()),
  shape,
  latent: { size: numbers, distribution: 'uniform' },
  loss: 'nonSaturating',
  generatorOptimizer: adam({ learningRate: 2e-4, beta1: 0.5 }),
  criticOptimizer: adam({ learningRate: 1e-5, beta1: 0.1 }),
  batchSize: 32,
  criticWeight: 0.5,
  fakes: 'inference',
  order: 'rows',
});

/** The console of elix. */
export const line: NonNullable<Look['line']> = (round, { generatorLoss, criticLoss }, perEpoch) =>
  `epoch: ${Math.floor(round / perEpoch)}, batch: ${round % perEpoch}, g_loss: ${generatorLoss.toFixed(6)}, d_loss: ${criticLoss.toFixed(6)}`;

/** 6,753,409 trainable parameters of 6,768,129 against 1,026,305, on MNIST; 20 epochs. */
export const elix: Recipe = {
  about: 'a convolutional GAN with a slow critic',
  data: ['mnist', 'fashion-mnist'],
  rounds: 37_500,
  conditional: false,
  source: { title: 'elix, gan.md', link: 'https://elix-tech.github.io/ja/2017/02/06/gan.html' },
  look: { rows: 7, columns: 5, inverted: false, line },
  // Below that the second convolution has nowhere to go.
  least: 12,
  game: rules,
};
