// W5: a GAN of dense layers, the critic taught on half a batch of real and half a batch of generated pictures in turn.
import { recipeFor } from '../../src/index.ts';
import { gameData, playing, type Playing } from './game.ts';
import { named, weights, type Workload } from './workload.ts';

const about = { shape: [28, 28, 1] as const, classes: 10 };

const play = (): Playing => ({
  options: () => recipeFor('mlp', about).game(about),
  weights: named(
    [
      ...['dense', 'dense_1', 'dense_2', 'dense_3'].map((name) => `generator/${name}/kernel`),
      ...['dense', 'dense_1', 'dense_2'].map((name) => `critic/${name}/kernel`),
    ],
    weights(2, [
      [100, 256],
      [256, 512],
      [512, 1024],
      [1024, 784],
      [784, 512],
      [512, 256],
      [256, 1],
    ]),
  ),
});

export const w5: Workload = {
  id: 'W5',
  about: 'a round of the dense GAN, batch 32 with half batches, Adam',
  unit: 'ms',
  items: 32,
  giga: 0.476,
  goal: { native: 3.6, wasm: 10 },
  data: () => gameData(play()),
  ours: (device, { images, ...data }) => playing(device, { ...data, images: images! }, play()),
};
