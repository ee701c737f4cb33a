// Digits asked for by class, small and fast: a few minutes on two cores. The generator gets the class beside its
// numbers; the critic has a score for each class and is asked for that of the one wanted.
import { activation, leakyRelu } from '../../nn/activation.ts';
import { batchNorm } from '../../nn/batch-norm.ts';
import { conv2d } from '../../nn/conv2d.ts';
import { dense } from '../../nn/dense.ts';
import { model } from '../../nn/functional.ts';
import { concatenate } from '../../nn/merge.ts';
import type { Model } from '../../nn/model.ts';
import { adam } from '../../nn/optimizer.ts';
import { flatten, reshape } from '../../nn/reshape.ts';
import { input, type Symbolic } from '../../nn/symbolic.ts';
import { upSampling2d } from '../../nn/up-sampling2d.ts';
import { classScore } from '../layers.ts';
import type { About, Recipe } from './recipe.ts';

/** Numbers the generator starts from. */
const size = 64;

const normalized = (x: Symbolic): Symbolic => activation('relu')(batchNorm({ momentum: 0.9 })(x));

const grown = (x: Symbolic, filters: number): Symbolic =>
  normalized(conv2d(filters, 3, { padding: 'same', useBias: false })(upSampling2d(2)(x)));

/** Numbers and a class -> a picture of four times 7 x 7 pixels, or of four times another quarter. */
export function generatorOf(
  { shape: [height, width, channels], classes, numbers = size }: About,
  filters: number,
): Model {
  const [z, c] = [input([numbers]), input([classes])];
  const [rows, columns] = [height / 4, width / 4];
  const first = dense(rows * columns * 2 * filters, { useBias: false })(concatenate()([z, c]));
  const small = normalized(reshape([rows, columns, 2 * filters])(first));
  const large = grown(grown(small, filters), filters / 2);
  const picture = conv2d(channels, 3, { padding: 'same', activation: 'tanh' })(large);
  return model({ inputs: [z, c], outputs: picture });
}

/** A picture and a class -> how real it is as one of that class. */
export function criticOf({ shape, classes }: About, filters: number): Model {
  const [x, c] = [input(shape), input([classes])];
  const seen = (from: Symbolic, many: number): Symbolic =>
    leakyRelu(0.2)(conv2d(many, 4, { strides: 2, padding: 'same' })(from));
  const features = flatten()(seen(seen(seen(x, filters), 2 * filters), 4 * filters));
  return model({ inputs: [x, c], outputs: classScore()([dense(classes)(features), c]) });
}

const rules =
  (filters: { readonly generator: number; readonly critic: number }): Recipe['game'] =>
  (about) => ({
    generator: generatorOf(about, filters.generator),
    critic: criticOf(about, filters.critic),
    shape: about.shape,
    latent: { size: about.numbers ?? size, distribution: 'normal' },
    loss: 'nonSaturating',
    generatorOptimizer: adam({ learningRate: 1e-3, beta1: 0.5, beta2: 0.99 }),
    criticOptimizer: adam({ learningRate: 5e-4, beta1: 0.5, beta2: 0.99 }),
    classes: about.classes,
    batchSize: 64,
    sameNoise: true,
    r1: 0.1,
    average: 0.998,
  });

/** `digits`: "2" in, a picture of a 2 out. */
export const digits: Recipe = {
  about: 'digits by class, in minutes',
  data: ['mnist'],
  rounds: 4000,
  conditional: true,
  game: rules({ generator: 32, critic: 16 }),
};

/** `fashion`: clothes by class, with a critic twice as wide. */
export const fashion: Recipe = {
  about: 'clothes by class, in minutes',
  data: ['fashion-mnist'],
  rounds: 4000,
  conditional: true,
  game: rules({ generator: 32, critic: 32 }),
};
