// W6: a whole round of lesson 6's convolutional GAN: pictures drawn, a critic's step on 256, a generator's on 128.
import {
  conv2d,
  dense,
  flatten,
  leakyRelu,
  recipeFor,
  sequential,
  type AnyLayer,
  type GanOptions,
} from '../../src/index.ts';
import { gameData, playing, type Playing } from './game.ts';
import { named, weights, type Workload } from './workload.ts';

const about = { shape: [28, 28, 1] as const, classes: 10 };

/** The critic of the recipe `lesson6`; without dropout, so that contestants can be compared. */
function compared(options: GanOptions): GanOptions {
  const seen = (filters: number): readonly AnyLayer[] => [
    conv2d(filters, 5, { strides: 2, padding: 'same' }),
    leakyRelu(0.2),
  ];
  return {
    ...options,
    critic: sequential(
      ...seen(256),
      ...seen(512),
      flatten(),
      dense(256),
      leakyRelu(0.2),
      dense(2, { activation: 'softmax' }),
    ),
  };
}

const play = (): Playing => {
  const options = recipeFor('lesson6', about).game(about);
  const kernels = ['dense', 'conv2d', 'conv2d_1', 'conv2d_2'].map((name) => `generator/${name}/kernel`);
  const others = ['conv2d', 'conv2d_1', 'dense', 'dense_1'].map((name) => `critic/${name}/kernel`);
  return {
    options: (dropout) => (dropout ? options : compared(options)),
    weights: named(
      [...kernels, ...others],
      weights(2, [
        [100, 39200],
        [3, 3, 200, 100],
        [3, 3, 100, 50],
        [1, 1, 50, 1],
        [5, 5, 1, 256],
        [5, 5, 256, 512],
        [25088, 256],
        [256, 2],
      ]),
    ),
  };
};

export const w6: Workload = {
  id: 'W6',
  about: "a round of lesson 6's GAN, batch 128: G draws, D on 256, G on 128",
  unit: 'ms',
  items: 128,
  giga: 528,
  goal: { native: 1350, wasm: 8000 },
  data: () => gameData(play()),
  ours: (device, { images, ...data }) => playing(device, { ...data, images: images! }, play()),
};
