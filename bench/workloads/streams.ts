// What memory and chance limit: a chain of functions of many numbers in one pass, and uniform random numbers.
import { ops, Tensor, type Device } from '../../src/index.ts';
import { numbers, spread, type Entry, type Workload } from './workload.ts';

const count = 2 ** 25;

/** max(a x + b, 0) - x² c: five operations that read x and write y once. */
export const chain: Workload = {
  id: 'CHAIN',
  about: 'max(2x + 1, 0) - x²/2 for 33 million numbers: bytes read and written',
  unit: 'GB/s',
  items: 8 * count,
  giga: 0,
  bytes: 8 * count,
  data: () => ({ x: numbers(1, [count]) }),
  async ours(device, data) {
    const x = device.variable(data['x']!.data, [count]);
    const y = device.variable(undefined, [count]);
    const program = await device.compile(() => {
      const t = x.tensor;
      return { updates: [[y, t.mul(2).add(1).max2(0).sub(t.mul(t).mul(0.5))]] };
    });
    return {
      async answer() {
        await program.run();
        return spread(await y.read());
      },
      run: (times) => program.start({}, { times }).done,
    };
  },
};

const drawn = 2 ** 24;

async function drawing(device: Device): Promise<Entry> {
  const [y, step] = [device.variable(undefined, [drawn]), device.variable(Int32Array.of(0), [])];
  const program = await device.compile(() => {
    const chance = { seed: Tensor.fill(1, [], 'i32'), step: step.tensor };
    return {
      updates: [
        [y, ops.randomUniform([drawn], chance, 1)],
        [step, step.tensor.add(1)],
      ],
    };
  });
  return {
    async answer() {
      await program.run();
      return [Float32Array.from(await y.read()).reduce((a, b) => a + b, 0) / drawn];
    },
    run: (times) => program.start({}, { times }).done,
  };
}

/** Contestants draw other numbers: what must agree is their mean. */
export const random: Workload = {
  id: 'RANDOM',
  about: 'uniform random numbers in [0, 1), 17 million at a time',
  unit: 'G/s',
  items: drawn,
  giga: 0,
  goal: { native: 1 },
  data: () => ({}),
  ours: (device) => drawing(device),
};
