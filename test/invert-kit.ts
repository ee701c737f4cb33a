// What tests of ideas, attacks and explanations stand on: pictures that a small network learns at once.
import { uniform } from '../src/base/rng.ts';
import type { Device } from '../src/device/device.ts';
import { conv2d } from '../src/nn/conv2d.ts';
import type { Labelled } from '../src/nn/data.ts';
import { dense } from '../src/nn/dense.ts';
import type { Model } from '../src/nn/model.ts';
import { adam } from '../src/nn/optimizer-adam.ts';
import { maxPool2d } from '../src/nn/pool2d.ts';
import { flatten } from '../src/nn/reshape.ts';
import { sequential } from '../src/nn/sequential.ts';

/** Side of the pictures. */
export const side = 10;

/** Pictures [10, 10, 1] in bytes: a bar down (0), a bar across (1), both (2); a pixel off the middle at most, and noise. */
export function bars(count: number, seed = 1): Labelled {
  const labels = Int32Array.from({ length: count }, (_, i) => i % 3);
  const images = new Uint8Array(count * side * side);
  for (let n = 0; n < count; n++) {
    const at = (purpose: number): number => 4 + Math.floor(3 * uniform(seed, purpose, 0, n));
    const [column, row] = [at(1), at(2)];
    for (let i = 0; i < side * side; i++) {
      const [y, x] = [Math.floor(i / side), i % side];
      const down = labels[n] !== 1 && x === column && y > 0 && y < side - 1;
      const across = labels[n] !== 0 && y === row && x > 0 && x < side - 1;
      const noise = uniform(seed, 3, n, i);
      images[n * side * side + i] = Math.floor(down || across ? 180 + 75 * noise : 40 * noise * noise);
    }
  }
  return { images, labels, shape: [side, side, 1], count };
}

/** A network that tells them apart, trained for a moment. */
export async function barsModel(device: Device): Promise<Model> {
  const model = sequential(
    conv2d(4, 3, { activation: 'relu' }),
    maxPool2d(2),
    flatten(),
    dense(16, { activation: 'relu' }),
    dense(3, { activation: 'softmax' }),
  ).build([side, side, 1]);
  model.compile({
    optimizer: adam({ learningRate: 0.01 }),
    loss: 'sparseCategoricalCrossentropy',
    metrics: ['accuracy'],
    device,
    seed: 7,
  });
  await model.fit(bars(300), { epochs: 6, batchSize: 30 });
  return model;
}
