// W3: the convolutional network of TensorFlow's tutorial, learning and answering.
import { adam, tutorial, type Device } from '../../src/index.ts';
import { examplesFor, learning, put } from './learning.ts';
import { classes, pictures, weights, type Data, type Entry, type Workload } from './workload.ts';

const shapes = [
  [3, 3, 1, 32],
  [32],
  [3, 3, 32, 64],
  [64],
  [3, 3, 64, 64],
  [64],
  [576, 64],
  [64],
  [64, 10],
  [10],
];

const learns = (batch: number, goal: Workload['goal']): Workload => ({
  id: `W3-${batch}`,
  about: `conv32-pool-conv64-pool-conv64-dense64-dense10, Adam, batch ${batch}`,
  unit: 'ms',
  items: batch,
  giga: 0.01637 * batch,
  ...(goal && { goal }),
  data: (): Data => ({
    x: pictures(1, [examplesFor(batch), 28, 28, 1]),
    y: classes(examplesFor(batch)),
    ...weights(2, shapes),
  }),
  ours: (device, data) =>
    learning(device, data, {
      model: tutorial,
      compile: () => ({ optimizer: adam(), loss: 'sparseCategoricalCrossentropy' }),
      batch,
    }),
});

async function answering(device: Device, data: Data, batch: number): Promise<Entry> {
  const model = tutorial().compile({ optimizer: 'adam', loss: 'sparseCategoricalCrossentropy', device });
  await put(model, data);
  const x = data['x']!.data;
  const answers = (): Promise<{ readonly data: Float32Array }> => model.predict(x, { batchSize: batch });
  return {
    answer: async () => Array.from((await answers()).data.subarray(0, 40)),
    async run(times) {
      for (let i = 0; i < times; i++) await answers();
    },
  };
}

const asks = (batch: number): Workload => ({
  id: `W3-ask-${batch}`,
  about: `the same network answering, ${batch} ${batch === 1 ? 'image' : 'images'} at a time`,
  unit: 'images/s',
  items: batch,
  giga: 0.0056 * batch,
  data: (): Data => ({ x: pictures(3, [batch, 28, 28, 1]), ...weights(2, shapes) }),
  ours: (device, data) => answering(device, data, batch),
});

export const w3: readonly Workload[] = [
  learns(32, { native: 2 }),
  learns(128, { native: 7 }),
  asks(1),
  asks(256),
];
