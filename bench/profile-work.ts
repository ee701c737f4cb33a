// What bench/profile.ts looks into: training steps and single kernels, each as the last program it compiles.
import type { Device, Program } from '../src/device/device.ts';
import type { TypedArray } from '../src/base/dtype.ts';
import { grad } from '../src/grad.ts';
import { adam, tutorial, type Tensor } from '../src/index.ts';
import { conv2d } from '../src/ops/conv.ts';
import { matmul } from '../src/ops/matmul.ts';
import { upsample2d } from '../src/ops/pool.ts';

interface Sizes {
  readonly batch: number;
  readonly size: number;
}

const noise = (n: number): Float32Array =>
  Float32Array.from({ length: n }, (_, i) => Math.sin(i * 12.9898) / 3);

/** A program, and what it is handed in each run. */
export interface Work {
  readonly program: Program;
  readonly inputs?: Readonly<Record<string, TypedArray>>;
}

/** A model's training step: the program it compiles in trainOnBatch. */
async function tutorialStep(device: Device, { batch }: Sizes): Promise<Work> {
  let last: Program | undefined;
  const compile = device.compile.bind(device);
  device.compile = async (...args) => (last = await compile(...args));
  const model = tutorial().compile({
    optimizer: adam(),
    loss: 'sparseCategoricalCrossentropy',
    metrics: ['accuracy'],
    device,
  });
  const x = Uint8Array.from({ length: batch * 784 }, (_, i) => (i * 7919) % 256);
  const y = Int32Array.from({ length: batch }, (_, i) => i % 10);
  await model.trainOnBatch(x, y);
  return { program: last!, inputs: { x, y } };
}

const variable = (device: Device, ...shape: number[]): Tensor =>
  device.variable(noise(shape.reduce((a, b) => a * b, 1)), shape).tensor;

/** Forward, input gradient and weight gradient of one convolution. */
async function passes(
  device: Device,
  image: readonly [number, number, number, number],
  kernel: readonly [number, number, number, number],
  { strides = 1, up = 1 }: { strides?: number; up?: number } = {},
): Promise<Work> {
  const [x, w] = [variable(device, ...image), variable(device, ...kernel)];
  const forward = (): Tensor => conv2d(up > 1 ? upsample2d(x, up) : x, w, { padding: 'same', strides });
  const { shape } = forward();
  const g = variable(device, ...shape);
  const into = [shape, image, kernel].map((s) => device.variable(undefined, [...s]));
  const program = await device.compile(() => {
    const y = forward();
    const all = [y, ...grad(y.mul(g).sum(), [x, w])];
    return { updates: into.map((v, i) => [v, all[i]!] as const) };
  });
  return { program };
}

export const workloads: Readonly<Record<string, (device: Device, sizes: Sizes) => Promise<Work>>> = {
  tutorial: tutorialStep,
  matmul: async (device, { size: n }) => {
    const [a, b] = [variable(device, n, n), variable(device, n, n)];
    const t = (x: Tensor): Tensor => x.permute([1, 0]);
    const into = [0, 1, 2, 3].map((i) => device.variable(undefined, [n, n], { name: `c${i}` }));
    const products = [matmul(a, b), matmul(t(a), b), matmul(a, t(b)), matmul(t(a), t(b))];
    const program = await device.compile(() => ({ updates: into.map((v, i) => [v, products[i]!] as const) }));
    return { program };
  },
  conv: (device, { batch }) => passes(device, [batch, 28, 28, 128], [3, 3, 128, 128]),
  'game-d1': (device, { batch }) => passes(device, [batch, 28, 28, 1], [5, 5, 1, 256], { strides: 2 }),
  'game-d2': (device, { batch }) => passes(device, [batch, 14, 14, 256], [5, 5, 256, 512], { strides: 2 }),
  'game-g1': (device, { batch }) => passes(device, [batch, 14, 14, 200], [3, 3, 200, 100], { up: 2 }),
  'game-g2': (device, { batch }) => passes(device, [batch, 28, 28, 100], [3, 3, 100, 50]),
  'game-g3': (device, { batch }) => passes(device, [batch, 28, 28, 50], [1, 1, 50, 1]),
  dense: async (device, { batch, size }) => {
    const [x, w, g] = [
      variable(device, batch, 784),
      variable(device, 784, size),
      variable(device, batch, size),
    ];
    const into = [
      [batch, size],
      [batch, 784],
      [784, size],
    ].map((d) => device.variable(undefined, d));
    const program = await device.compile(() => {
      const y = matmul(x, w);
      const all = [y, ...grad(y.mul(g).sum(), [x, w])];
      return { updates: into.map((v, i) => [v, all[i]!] as const) };
    });
    return { program };
  },
};
