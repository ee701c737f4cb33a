// W1: the network of three layers that "機械学習の実装" writes in NumPy, learning from one example at a time.
import { dense, halfSumSquaredError, sequential, sgd } from '../../src/index.ts';
import { learning } from './learning.ts';
import { pictures, weights, type Data, type Workload } from './workload.ts';

const count = 2000;

export const w1: Workload = {
  id: 'W1',
  about: '784-100-10, sigmoid, no biases, squared error, SGD one example at a time',
  unit: 'samples/s',
  items: 1,
  giga: 0.00032,
  goal: { native: 110_000 },
  data: (): Data => ({
    x: pictures(1, [count, 784]),
    y: {
      data: Float32Array.from({ length: count * 10 }, (_, i) =>
        i % 10 === (Math.floor(i / 10) * 7) % 10 ? 1 : 0,
      ),
      shape: [count, 10],
    },
    ...weights(2, [
      [784, 100],
      [100, 10],
    ]),
  }),
  ours: (device, data) =>
    learning(device, data, {
      model: () =>
        sequential(
          dense(100, { activation: 'sigmoid', useBias: false }),
          dense(10, { activation: 'sigmoid', useBias: false }),
        ),
      compile: () => ({ optimizer: sgd({ learningRate: 0.1 }), loss: halfSumSquaredError() }),
      batch: 1,
    }),
};
