// W7: searches for the picture that a network of three dense layers takes for a digit: pixel after pixel, and by chance.
import { dense, ideaOf, sequential, type Device, type Model } from '../../src/index.ts';
import { put } from './learning.ts';
import { numbers, weights, type Data, type Entry, type Workload } from './workload.ts';

const target = 3;
const sizes = [[784, 784], [784], [784, 784], [784], [784, 10], [10]] as const;

const network = (): Model =>
  sequential(dense(784, { activation: 'relu' }), dense(784, { activation: 'relu' }), dense(10)).build([784]);

/** The score that a greedy search of one sweep ends at, from a given picture, and whole searches from noise. */
async function searching(device: Device, data: Data, method: 'greedy' | 'monte-carlo'): Promise<Entry> {
  const model = network().compile({ optimizer: 'sgd', loss: 'meanSquaredError', device });
  await put(model, data);
  const start = data['start']!.data as Float32Array;
  let seed = 0;
  return {
    async answer() {
      const found = await ideaOf(model, { target, method: 'greedy', start, budget: 2 * 784 });
      return [found.score];
    },
    async run(times) {
      for (let i = 0; i < times; i++) await ideaOf(model, { target, method, seed: seed++ });
    },
  };
}

const search = (method: 'greedy' | 'monte-carlo', images: number): Workload => ({
  id: `W7-${method}`,
  about: `784-784-784-10, relu: ${method === 'greedy' ? 'five sweeps over all pixels' : 'Monte-Carlo climbing'}, ${images.toLocaleString('en-US')} predictions`,
  unit: 'predictions/s',
  items: images,
  giga: 0.00247 * images,
  data: (): Data => ({ start: numbers(9, [784], { low: 0 }), ...weights(2, sizes) }),
  ours: (device, data) => searching(device, data, method),
});

export const w7: readonly Workload[] = [search('greedy', 7840), search('monte-carlo', 10_000)];
