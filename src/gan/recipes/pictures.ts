// `pictures`: colour pictures of one's own, a few hundred of them. Pairs are compared, both kinds are kept smooth, and
// the critic sees everything turned over, recoloured and moved at random, so that it cannot learn so few by heart. The
// numbers a picture is made of weigh the features of every size, not only of the smallest, and its colours are made by
// one 1 x 1 convolution at the end and never mixed with features before: what is to be red is decided for the whole picture.
import { activation, leakyRelu } from '../../nn/activation.ts';
import { batchNorm } from '../../nn/batch-norm.ts';
import { conv2d } from '../../nn/conv2d.ts';
import { dense } from '../../nn/dense.ts';
import { model } from '../../nn/functional.ts';
import { concatenate, multiply } from '../../nn/merge.ts';
import type { Model } from '../../nn/model.ts';
import { adam } from '../../nn/optimizer.ts';
import { flatten, reshape } from '../../nn/reshape.ts';
import { sequential } from '../../nn/sequential.ts';
import { input, type Symbolic } from '../../nn/symbolic.ts';
import { upSampling2d } from '../../nn/up-sampling2d.ts';
import { diffAugment } from '../layers.ts';
import type { About, Recipe } from './recipe.ts';

/** Numbers the generator starts from. */
const size = 64;

/** How often the smallest picture is doubled: until it is 4 to 7 pixels high. */
const doublings = (height: number): number => Math.max(1, Math.floor(Math.log2(height / 4)));

/** Filters of the generator, of the whole picture first and of each halving after it; the last ones go on. */
const drawn = [16, 32, 48, 80, 128] as const;

/** Filters of the critic, of the first halving first. */
const seen = [24, 48, 72, 96, 128] as const;

const filtersAt = (list: readonly number[], halvings: number): number =>
  list[Math.min(halvings, list.length - 1)] ?? 1;

const normalized = (x: Symbolic): Symbolic => batchNorm({ momentum: 0.9 })(x);

/** Where colours are made: of the last features only; or at each size, to be grown further among the features. */
type Colours = 'last' | 'mixed';

const generatorOf = (
  { shape: [height, width, channels], numbers = size }: About,
  colours: Colours,
): Model => {
  const coloured = (x: Symbolic): Symbolic => conv2d(channels, 1, { activation: 'tanh' })(x);
  const carried = (x: Symbolic): Symbolic => (colours === 'last' ? x : concatenate()([x, coloured(x)]));
  const levels = doublings(height);
  const [rows, columns] = [height / 2 ** levels, width / 2 ** levels];
  const z = input([numbers]);
  const first = filtersAt(drawn, levels);
  const small = reshape([rows, columns, first])(dense(rows * columns * first, { useBias: false })(z));
  let x = activation('relu')(normalized(small));
  for (let halvings = levels - 1; halvings >= 0; halvings--) {
    const filters = filtersAt(drawn, halvings);
    const grown = conv2d(filters, 3, { padding: 'same', useBias: false })(upSampling2d(2)(carried(x)));
    const weights = reshape([1, 1, filters])(dense(filters, { biasInitializer: 'ones' })(z));
    x = activation('relu')(multiply()([normalized(grown), weights]));
  }
  return model({ inputs: z, outputs: coloured(x) });
};

const criticOf = ([height, , channels]: About['shape']): Model =>
  sequential(
    ...diffAugment({ colour: channels === 3, cutout: false }),
    ...Array.from({ length: doublings(height) }, (_, halvings) => [
      conv2d(filtersAt(seen, halvings), 4, { strides: 2, padding: 'same' }),
      leakyRelu(0.2),
    ]).flat(),
    flatten(),
    dense(1),
  );

const rules =
  (colours: Colours): Recipe['game'] =>
  (about) => ({
    generator: generatorOf(about, colours),
    critic: criticOf(about.shape),
    shape: about.shape,
    latent: { size: about.numbers ?? size, distribution: 'normal' },
    loss: 'relativistic',
    generatorOptimizer: adam({ learningRate: 5e-4, beta1: 0.5, beta2: 0.99 }),
    criticOptimizer: adam({ learningRate: 3e-4, beta1: 0.5, beta2: 0.99 }),
    batchSize: 16,
    sameNoise: true,
    r1: 0.1,
    r2: 0.1,
    penaltyBatchSize: 4,
    average: 0.998,
  });

/** A folder of pictures, 16 to 256 pixels a side. */
export const pictures: Recipe = {
  about: 'a folder of your own pictures',
  data: ['folder'],
  rounds: 12_000,
  conditional: false,
  game: rules('last'),
};

/** The same with red, green and blue among the features at every size: what `pictures` does not do, to be seen beside it. */
export const picturesMixed: Recipe = {
  ...pictures,
  about: 'pictures with colours mixed among features',
  game: rules('mixed'),
};
