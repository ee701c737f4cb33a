// `lesson6`: the convolutional GAN of the course Deep Learning for Us, lesson 6, number by number: numbers from 0 to
// 1, sigmoid pictures, a critic of two softmax units with dropout, and a rate ten times as high for the generator.
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
import type { Recipe } from './recipe.ts';

const normalized = (layer: AnyLayer): readonly AnyLayer[] => [layer, batchNorm(), activation('relu')];

const dropped = (layer: AnyLayer): readonly AnyLayer[] => [layer, leakyRelu(0.2), dropout(0.25)];

const seen = (filters: number): AnyLayer => conv2d(filters, 5, { strides: 2, padding: 'same' });

/** 4,263,101 trainable parameters of 4,341,801 against 9,707,266, on MNIST. */
export const lesson6: Recipe = {
  about: "the course's convolutional GAN, lesson 6",
  data: ['mnist', 'fashion-mnist'],
  rounds: 3000,
  conditional: false,
  source: { title: 'DL4US lesson 6', link: 'https://weblab.t.u-tokyo.ac.jp/dl4us/' },
  look: { rows: 2, columns: 5, inverted: true },
  game: ({ shape: [height, width, channels], numbers = 100 }) => ({
    generator: sequential(
      ...normalized(dense(200 * (height / 2) * (width / 2), { kernelInitializer: 'glorotNormal' })),
      reshape([height / 2, width / 2, 200]),
      upSampling2d(2),
      ...normalized(conv2d(100, 3, { padding: 'same' })),
      ...normalized(conv2d(50, 3, { padding: 'same' })),
      conv2d(channels, 1, { padding: 'same', activation: 'sigmoid' }),
    ),
    critic: sequential(
      ...dropped(seen(256)),
      ...dropped(seen(512)),
      flatten(),
      ...dropped(dense(256)),
      dense(2, { activation: 'softmax' }),
    ),
    shape: [height, width, channels],
    latent: { size: numbers, distribution: 'unit' },
    loss: 'nonSaturating',
    generatorOptimizer: adam({ learningRate: 1e-3 }),
    criticOptimizer: adam({ learningRate: 1e-4 }),
    batchSize: 128,
    // The mean over the 256 pictures that the source joins; nothing in this critic looks across a batch.
    criticWeight: 0.5,
    fakes: 'inference',
    range: 'unit',
  }),
};
