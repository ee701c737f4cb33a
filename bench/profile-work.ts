// What bench/profile.ts looks into: training steps and single kernels, each as the last program it compiles.
import type { Device, Program } from '../src/device/device.ts';
import type { TypedArray } from '../src/base/dtype.ts';
import { grad } from '../src/grad.ts';
import { adam, tutorial, type Tensor } from '../src/index.ts';
import { conv2d } from '../src/ops/conv.ts';
import { matmul } from '../src/ops/matmul.ts';

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
  conv: async (device, { batch }) => {
    const [x, w] = [variable(device, batch, 28, 28, 128), variable(device, 3, 3, 128, 128)];
    const y = device.variable(undefined, [batch, 28, 28, 128]);
    const dx = device.variable(undefined, [batch, 28, 28, 128]);
    const dw = device.variable(undefined, [3, 3, 128, 128]);
    const g = variable(device, batch, 28, 28, 128);
    const program = await device.compile(() => {
      const out = conv2d(x, w, { padding: 'same' });
      const [gx, gw] = grad(out.mul(g).sum(), [x, w]);
      return {
        updates: [
          [y, out],
          [dx, gx!],
          [dw, gw!],
        ],
      };
    });
    return { program };
  },
};
