// `pictures`: colour pictures of one's own, a few hundred of them. Pairs are compared, both kinds are kept smooth, and
// the critic sees everything turned over and recoloured at random, so that it cannot learn so few by heart. Colours are made
// by one 1 x 1 convolution at the end and are never mixed with features before.
import { activation, leakyRelu } from '../../nn/activation.ts';
import { batchNorm } from '../../nn/batch-norm.ts';
import { conv2d } from '../../nn/conv2d.ts';
import { dense } from '../../nn/dense.ts';
import type { AnyLayer } from '../../nn/layer.ts';
import { adam } from '../../nn/optimizer.ts';
import { flatten, reshape } from '../../nn/reshape.ts';
import { sequential } from '../../nn/sequential.ts';
import { upSampling2d } from '../../nn/up-sampling2d.ts';
import { diffAugment } from '../layers.ts';
import type { About, Recipe } from './recipe.ts';

/** How often the smallest picture is doubled: until it is 4 to 7 pixels high. */
const doublings = (height: number): number => Math.max(1, Math.floor(Math.log2(height / 4)));

const normalized = (layer: AnyLayer): readonly AnyLayer[] => [
  layer,
  batchNorm({ momentum: 0.9 }),
  activation('relu'),
];

/** Filters at `level` doublings from the smallest picture, at most 128. */
const filtersAt = (level: number, levels: number): number => Math.min(128, 24 * 2 ** (levels - level));

function drawing([height, width, channels]: About['shape']): readonly AnyLayer[] {
  const levels = doublings(height);
  const [rows, columns] = [height / 2 ** levels, width / 2 ** levels];
  const grown = Array.from({ length: levels }, (_, i): readonly AnyLayer[] => [
    upSampling2d(2),
    ...normalized(conv2d(filtersAt(i + 1, levels), 3, { padding: 'same', useBias: false })),
  ]);
  const first = filtersAt(0, levels);
  return [
    dense(rows * columns * first, { useBias: false }),
    reshape([rows, columns, first]),
    batchNorm({ momentum: 0.9 }),
    activation('relu'),
    ...grown.flat(),
    conv2d(channels, 1, { activation: 'tanh' }),
  ];
}

function seeing([height, , channels]: About['shape']): readonly AnyLayer[] {
  const levels = doublings(height);
  const seen = Array.from({ length: levels }, (_, i): readonly AnyLayer[] => [
    conv2d(filtersAt(levels - i - 1, levels), 4, { strides: 2, padding: 'same' }),
    leakyRelu(0.2),
  ]);
  return [...diffAugment({ colour: channels === 3 }), ...seen.flat(), flatten(), dense(1)];
}

/** A folder of pictures, 16 to 256 pixels a side. */
export const pictures: Recipe = {
  about: 'a folder of your own pictures',
  data: ['folder'],
  rounds: 6000,
  conditional: false,
  game: ({ shape }) => ({
    generator: sequential(...drawing(shape)),
    critic: sequential(...seeing(shape)),
    shape,
    latent: { size: 64, distribution: 'normal' },
    loss: 'relativistic',
    generatorOptimizer: adam({ learningRate: 5e-4, beta1: 0.5, beta2: 0.99 }),
    criticOptimizer: adam({ learningRate: 2e-4, beta1: 0.5, beta2: 0.99 }),
    batchSize: 32,
    sameNoise: true,
    r1: 1,
    r2: 1,
    average: 0.998,
  }),
};
