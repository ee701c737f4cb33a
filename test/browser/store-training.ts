// A small training that a page keeps in its store and Node takes up again: points on three arms of a spiral.
import { dense, sequential, type Device, type Labelled, type Model } from '../../src/index.ts';

export const [epochs, batchSize, seed] = [4, 16, 5];

const [examples, arms] = [192, 3];

/** Where the points lie, as bytes, and the arm of each. */
export function spirals(): Labelled {
  const images = new Uint8Array(2 * examples);
  const labels = new Uint8Array(examples);
  for (let i = 0; i < examples; i++) {
    const [arm, r] = [i % arms, i / examples];
    const turn = 3 * r + (2 * Math.PI * arm) / arms;
    images.set([128 + 127 * r * Math.cos(turn), 128 + 127 * r * Math.sin(turn)].map(Math.round), 2 * i);
    labels[i] = arm;
  }
  return { images, labels, shape: [2], count: examples };
}

/** The network, compiled. */
export function network(device: Device): Model {
  const model = sequential(dense(24, { activation: 'tanh' }), dense(arms, { activation: 'softmax' })).build([
    2,
  ]);
  model.compile({
    optimizer: 'adam',
    loss: 'sparseCategoricalCrossentropy',
    metrics: ['accuracy'],
    device,
    seed,
  });
  return model;
}

/** All weights, one behind the other. */
export const weightsOf = async (model: Model): Promise<number[]> =>
  (await model.getWeights()).flatMap(({ data }) => Array.from(data));

/** The whole training, without a stop. */
export async function whole(device: Device): Promise<number[]> {
  const model = network(device);
  await model.fit(spirals(), { epochs, batchSize });
  const weights = await weightsOf(model);
  await model.close();
  return weights;
}
