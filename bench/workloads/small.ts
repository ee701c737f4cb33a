// Small and awkward sizes, where a figure is mostly beginning and end: few rows, ten outputs, one channel, odd widths.
import { ops } from '../../src/index.ts';
import { bytesOf, convolution, passes, single, titleOf, type Pass } from './products.ts';
import { numbers, type Workload } from './workload.ts';

interface Dense {
  readonly batch: number;
  readonly from: number;
  readonly to: number;
  readonly of: readonly Pass[];
}

/** A dense layer's product and its gradients, each of two matrices that are given. */
const dense = ({ batch, from, to, of }: Dense): Workload[] =>
  of.map((pass) => ({
    id: `SMALL-dense-${from}-${to}-b${batch}-${pass}`,
    about: `dense ${from}->${to}, batch ${batch}: ${titleOf(pass)}`,
    unit: 'µs',
    items: batch,
    giga: (2 * batch * from * to) / 1e9,
    bytes: bytesOf([batch, from], [from, to], [batch, to]),
    rare: true,
    data: () => ({
      x: numbers(1, [batch, from]),
      w: numbers(2, [from, to], { low: -0.1, high: 0.1 }),
      g: numbers(3, [batch, to]),
    }),
    ours: (device, data) => {
      if (pass === 'forward') return single(device, data, ['x', 'w'], ({ x, w }) => ops.matmul(x!, w!));
      if (pass === 'input')
        return single(device, data, ['g', 'w'], ({ g, w }) => ops.matmul(g!, w!.permute([1, 0])));
      return single(device, data, ['x', 'g'], ({ x, g }) => ops.matmul(x!.permute([1, 0]), g!));
    },
  }));

const ends = [1, 3, 7, 32].flatMap((batch) => dense({ batch, from: 128, to: 10, of: ['forward', 'weight'] }));

const odd = dense({ batch: 5, from: 257, to: 129, of: passes });

const convolutions = [
  { name: '3-1-32', image: [32, 28, 28, 1], kernel: [3, 3, 1, 32], of: ['forward', 'weight'] },
  { name: '5-64-1', image: [32, 28, 28, 64], kernel: [5, 5, 64, 1], of: passes },
  { name: '3-48-3', image: [8, 64, 64, 48], kernel: [3, 3, 48, 3], of: passes },
  { name: '3-3-48', image: [8, 64, 64, 3], kernel: [3, 3, 3, 48], of: passes },
  { name: '3-17-19', image: [3, 15, 15, 17], kernel: [3, 3, 17, 19], of: passes },
  { name: '3-32-64', image: [1, 13, 13, 32], kernel: [3, 3, 32, 64], of: passes },
] as const;

export const small: readonly Workload[] = [
  ...ends,
  ...odd,
  ...convolutions.flatMap((one) =>
    convolution({ ...one, name: `SMALL-conv-${one.name}`, unit: 'µs', rare: true }),
  ),
];
