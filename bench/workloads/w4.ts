// W4: a recurrent network of three numbers that learns running sums; next to no work, so all is dispatch.
import { adam, sequential, simpleRnn } from '../../src/index.ts';
import { learning } from './learning.ts';
import { numbers, type Data, type Workload } from './workload.ts';

const [batch, count, steps] = [512, 51_200, 10];

function sums(x: ArrayLike<number>): Float32Array {
  let sum = 0;
  return Float32Array.from(x, (now, i) => (sum = i % steps === 0 ? now : sum + now));
}

export const w4: Workload = {
  id: 'W4',
  about: 'SimpleRNN(1), linear, (512, 10, 1), mean squared error, Adam',
  unit: 'ms',
  items: batch,
  giga: 0.000061,
  goal: { native: 0.033 },
  data: (): Data => {
    const x = numbers(1, [count, steps, 1], { low: 0 });
    const one = (value: number, shape: readonly number[]): Data[string] => ({
      data: Float32Array.of(value),
      shape: [...shape],
    });
    return {
      x,
      y: { data: sums(x.data), shape: x.shape },
      w0: one(0.7, [1, 1]),
      w1: one(0.9, [1, 1]),
      w2: one(0, [1]),
    };
  },
  ours: (device, data) =>
    learning(device, data, {
      model: () => sequential(simpleRnn(1, { activation: 'linear', returnSequences: true })),
      compile: () => ({ optimizer: adam(), loss: 'meanSquaredError' }),
      batch,
    }),
};
