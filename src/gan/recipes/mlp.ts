// `mlp`: dense layers only, as in eriklindernoren's Keras-GAN and triwave33's GAN, number by number: the critic is
// taught real and generated halves in turn, on pictures that the generator draws as in predict().
import { leakyRelu } from '../../nn/activation.ts';
import { batchNorm } from '../../nn/batch-norm.ts';
import { dense } from '../../nn/dense.ts';
import type { AnyLayer } from '../../nn/layer.ts';
import { adam } from '../../nn/optimizer.ts';
import { flatten, reshape } from '../../nn/reshape.ts';
import { sequential } from '../../nn/sequential.ts';
import type { Look, Recipe } from './recipe.ts';

const wider = (units: number): readonly AnyLayer[] => [
  dense(units),
  leakyRelu(0.2),
  batchNorm({ momentum: 0.8 }),
];

/** The console of these sources. */
export const line: NonNullable<Look['line']> = (round, { criticLoss, accuracy, generatorLoss }) =>
  `${round} [D loss: ${criticLoss.toFixed(6)}, acc.: ${(100 * accuracy).toFixed(2)}%] [G loss: ${generatorLoss.toFixed(6)}]`;

/** 1,489,936 trainable parameters of 1,493,520 against 533,505, on MNIST. */
export const mlp: Recipe = {
  about: 'dense layers only, as in Keras-GAN',
  data: ['mnist', 'fashion-mnist'],
  rounds: 30_000,
  conditional: false,
  source: { title: 'triwave33/GAN, Keras-GAN gan.py', link: 'https://github.com/triwave33/GAN' },
  look: {
    rows: 5,
    columns: 5,
    inverted: false,
    line,
  },
  game: ({ shape, numbers = 100 }) => ({
    generator: sequential(
      ...wider(256),
      ...wider(512),
      ...wider(1024),
      dense(shape[0] * shape[1] * shape[2], { activation: 'tanh' }),
      reshape(shape),
    ),
    critic: sequential(
      flatten(),
      dense(512),
      leakyRelu(0.2),
      dense(256),
      leakyRelu(0.2),
      dense(1, { activation: 'sigmoid' }),
    ),
    shape,
    latent: { size: numbers, distribution: 'normal' },
    loss: 'nonSaturating',
    generatorOptimizer: adam({ learningRate: 2e-4, beta1: 0.5 }),
    criticOptimizer: adam({ learningRate: 2e-4, beta1: 0.5 }),
    batchSize: 32,
    criticBatchSize: 16,
    meeting: 'inTurn',
    criticWeight: 0.5,
    fakes: 'inference',
  }),
};
