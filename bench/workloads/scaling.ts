// How time and memory grow: steps of learning of one network that is made wider, deeper, or shown more or larger pictures.
// Everything else stays.
import {
  adam,
  conv2d,
  dense,
  globalAveragePool2d,
  maxPool2d,
  sequential,
  tutorial,
  type Model,
} from '../../src/index.ts';
import type { Shape } from '../../src/base/shape.ts';
import { learning } from './learning.ts';
import { classes, pictures, weights, type Data, type Workload } from './workload.ts';

/** What grows, how far, and the network of each size. */
interface Growth {
  readonly sizes: readonly number[];
  readonly about: (n: number) => string;
  readonly batch: (n: number) => number;
  readonly image: (n: number) => Shape;
  readonly kernels: (n: number) => readonly Shape[];
  readonly model: (n: number) => Model;
  /** Multiplications and additions of an example's whole step, in units of 1e9. */
  readonly giga: (n: number) => number;
}

/** A kernel and its bias for each. */
const withBiases = (kernels: readonly Shape[]): Shape[] => kernels.flatMap((k) => [k, [k.at(-1) ?? 1]]);

const relu = { activation: 'relu' } as const;

const end = () => dense(10, { activation: 'softmax' });

/** Forward, and as much again for each of two gradients, but none to the pixels. */
const steps = (products: readonly number[]): number =>
  products.reduce((sum, n, i) => sum + 2 * n * (i === 0 ? 2 : 3), 0) / 1e9;

const layers = [
  [3, 3, 1, 32],
  [3, 3, 32, 64],
  [3, 3, 64, 64],
  [576, 64],
  [64, 10],
];

const seen = [
  [3, 3, 3, 16],
  [3, 3, 16, 32],
  [3, 3, 32, 32],
  [32, 10],
];

export const growths: Readonly<Record<'width' | 'batch' | 'size' | 'depth', Growth>> = {
  width: {
    sizes: [64, 128, 256, 512, 1024, 2048, 4096],
    about: (n) => `784-${n}-10, batch 128`,
    batch: () => 128,
    image: () => [784],
    kernels: (n) => [
      [784, n],
      [n, 10],
    ],
    model: (n) => sequential(dense(n, relu), end()),
    giga: (n) => steps([784 * n, 10 * n]),
  },
  batch: {
    sizes: [1, 4, 16, 64, 256, 1024],
    about: (n) => `the tutorial network, batch ${n}`,
    batch: (n) => n,
    image: () => [28, 28, 1],
    kernels: () => layers,
    model: () => tutorial(),
    giga: () => 0.01637,
  },
  size: {
    sizes: [16, 32, 64, 128, 256],
    about: (n) => `three convolutions of colour pictures ${n} x ${n}, batch 8`,
    batch: () => 8,
    image: (n) => [n, n, 3],
    kernels: () => seen,
    model: () =>
      sequential(
        conv2d(16, 3, { ...relu, padding: 'same' }),
        maxPool2d(2),
        conv2d(32, 3, { ...relu, padding: 'same' }),
        maxPool2d(2),
        conv2d(32, 3, { ...relu, padding: 'same' }),
        globalAveragePool2d(),
        end(),
      ),
    giga: (n) => steps([n * n * 432, (n * n * 4608) / 4, (n * n * 9216) / 16, 320]),
  },
  depth: {
    sizes: [1, 2, 4, 8, 16, 32],
    about: (n) => `${n} hidden layers of 256, batch 64`,
    batch: () => 64,
    image: () => [784],
    kernels: (n) => [[784, 256], ...Array.from({ length: n - 1 }, () => [256, 256]), [256, 10]],
    model: (n) => sequential(...Array.from({ length: n }, () => dense(256, relu)), end()),
    giga: (n) => steps([784 * 256, ...Array.from({ length: n - 1 }, () => 256 * 256), 2560]),
  },
};

export type Growing = keyof typeof growths;

export const scalingId = (what: Growing, n: number): string => `SCALE-${what}-${n}`;

function step(what: Growing, n: number): Workload {
  const { about, batch: batchOf, image, kernels, model, giga } = growths[what];
  const batch = batchOf(n);
  const count = 4 * batch;
  return {
    id: scalingId(what, n),
    about: about(n),
    unit: 'ms',
    items: batch,
    giga: giga(n) * batch,
    rare: true,
    data: (): Data => ({
      x: pictures(1, [count, ...image(n)]),
      y: classes(count),
      batch: { data: Int32Array.of(batch), shape: [1] },
      ...weights(2, withBiases(kernels(n))),
    }),
    ours: (device, data) =>
      learning(device, data, {
        model: () => model(n),
        compile: () => ({ optimizer: adam(), loss: 'sparseCategoricalCrossentropy' }),
        batch,
      }),
  };
}

/** A workload for each size, in order. */
export const scaling: readonly Workload[] = (Object.keys(growths) as Growing[]).flatMap((what) =>
  growths[what].sizes.map((n) => step(what, n)),
);
