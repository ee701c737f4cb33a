// W2: one wide hidden layer, where the optimizer's memory weighs as much as the products.
import { adam, dense, sequential } from '../../src/index.ts';
import { examplesFor, learning } from './learning.ts';
import { classes, pictures, weights, type Data, type Workload } from './workload.ts';

const batch = 128;

export const w2: Workload = {
  id: 'W2',
  about: '784-1024-10, sigmoid, softmax cross-entropy, Adam, batch 128',
  unit: 'ms',
  items: batch,
  giga: 0.419,
  goal: { native: 1.6, wasm: 7 },
  data: (): Data => ({
    x: pictures(1, [examplesFor(batch), 784]),
    y: classes(examplesFor(batch)),
    ...weights(2, [[784, 1024], [1024], [1024, 10], [10]]),
  }),
  ours: (device, data) =>
    learning(device, data, {
      model: () => sequential(dense(1024, { activation: 'sigmoid' }), dense(10, { activation: 'softmax' })),
      compile: () => ({ optimizer: adam(), loss: 'sparseCategoricalCrossentropy' }),
      batch,
    }),
};
