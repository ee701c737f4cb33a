// Single sums of products: the matrix product four ways round, a wide convolution and those of lesson 6's generator and
// discriminator, three passes each. As programs of their own, so that nothing else is in the figure.
import { sizeOf, type Shape } from '../../src/base/shape.ts';
import { grad, ops, type Device, type Tensor } from '../../src/index.ts';
import { numbers, spread, type Data, type Entry, type Unit, type Workload } from './workload.ts';

/**
 * A program that makes one tensor of numbers that it is given. Given, not held: what a program holds and never changes
 * would be packed once for all repetitions, and the packing is part of a product.
 */
export async function single(
  device: Device,
  data: Data,
  names: readonly string[],
  make: (given: Readonly<Record<string, Tensor>>) => Tensor,
): Promise<Entry> {
  const given = Object.fromEntries(names.map((name) => [name, data[name]!.data]));
  const inputs = Object.fromEntries(names.map((name) => [name, { shape: data[name]!.shape }]));
  const program = await device.compile((t) => ({ outputs: { made: make(t.inputs) } }), { inputs });
  return {
    answer: async () => spread((await program.run(given))['made']!),
    run: (times) => program.start(given, { times }).done,
    performed: program.cost().productOperations / 1e9,
  };
}

/** What any way of doing it must read or write, once each. */
export const bytesOf = (...shapes: readonly Shape[]): number =>
  shapes.reduce((sum, shape) => sum + 4 * sizeOf(shape), 0);

const size = 1024;

const turned = (x: Tensor): Tensor => x.permute([1, 0]);

const product = (id: string, about: string, of: (a: Tensor, b: Tensor) => Tensor): Workload => ({
  id: `GEMM-${id}`,
  about: `${about}, 1024 x 1024 each`,
  unit: 'GFLOP/s',
  items: 1,
  giga: (2 * size ** 3) / 1e9,
  bytes: 3 * bytesOf([size, size]),
  data: () => ({ a: numbers(1, [size, size]), b: numbers(2, [size, size]) }),
  ours: (device, data) => single(device, data, ['a', 'b'], ({ a, b }) => of(a!, b!)),
});

export const gemm: readonly Workload[] = [
  product('ab', 'a b', (a, b) => ops.matmul(a, b)),
  product('atb', 'aᵀ b', (a, b) => ops.matmul(turned(a), b)),
  product('abt', 'a bᵀ', (a, b) => ops.matmul(a, turned(b))),
  product('atbt', 'aᵀ bᵀ', (a, b) => ops.matmul(turned(a), turned(b))),
];

export const passes = ['forward', 'input', 'weight'] as const;
export type Pass = (typeof passes)[number];
export const titleOf = (pass: Pass): string => (pass === 'forward' ? pass : `${pass} gradient`);

interface Convolution {
  readonly name: string;
  readonly image: Shape;
  readonly kernel: Shape;
  readonly strides?: number;
  /** Behind a nearest upsampling by so much. */
  readonly up?: number;
  readonly of?: readonly Pass[];
  readonly unit?: Unit;
  readonly rare?: boolean;
}

/** A workload for each pass: what goes forward, and the gradients to the image and to the kernel. */
export function convolution(options: Convolution): Workload[] {
  const { name, image, kernel, strides = 1, up = 1, unit = 'GFLOP/s', rare = false } = options;
  const [n = 0, h = 0, w = 0] = image;
  const out = [n, Math.ceil((h * up) / strides), Math.ceil((w * up) / strides), kernel[3] ?? 0];
  const forward = (x: Tensor, k: Tensor): Tensor =>
    ops.conv2d(up > 1 ? ops.upsample2d(x, up) : x, k, { padding: 'same', strides });
  const shape = `${kernel.slice(0, 2).join('x')} ${kernel[2]}->${kernel[3]}`;
  const more = `${strides > 1 ? `, strides ${strides}` : ''}${up > 1 ? `, behind an upsampling by ${up}` : ''}`;
  return (options.of ?? passes).map((pass) => ({
    id: `${name}-${pass}`,
    about: `convolution ${shape} on ${h * up}x${w * up}${more}, batch ${n}: ${titleOf(pass)}`,
    unit,
    items: n,
    giga: (2 * sizeOf(out) * sizeOf(kernel.slice(0, 3))) / 1e9,
    bytes: bytesOf(image, kernel, out),
    rare,
    data: (): Data => ({
      x: numbers(1, image),
      w: numbers(2, kernel, { low: -0.1, high: 0.1 }),
      g: numbers(3, out),
      strides: { data: Int32Array.of(strides), shape: [1] },
      up: { data: Int32Array.of(up), shape: [1] },
    }),
    ours: (device, data) => {
      const slope = (x: Tensor, k: Tensor, g: Tensor, by: Tensor): Tensor =>
        grad(forward(x, k).mul(g).sum(), [by])[0]!;
      if (pass === 'forward') return single(device, data, ['x', 'w'], ({ x, w }) => forward(x!, w!));
      return single(device, data, ['x', 'w', 'g'], ({ x, w, g }) =>
        slope(x!, w!, g!, pass === 'input' ? x! : w!),
      );
    },
  }));
}

export const conv = convolution({ name: 'CONV', image: [64, 28, 28, 128], kernel: [3, 3, 128, 128] });

export const gameConv = [
  { name: 'GAME-d1', image: [128, 28, 28, 1], kernel: [5, 5, 1, 256], strides: 2 },
  { name: 'GAME-d2', image: [128, 14, 14, 256], kernel: [5, 5, 256, 512], strides: 2 },
  { name: 'GAME-g1', image: [128, 14, 14, 200], kernel: [3, 3, 200, 100], up: 2 },
  { name: 'GAME-g2', image: [128, 28, 28, 100], kernel: [3, 3, 100, 50] },
  { name: 'GAME-g3', image: [128, 28, 28, 50], kernel: [1, 1, 50, 1] },
].flatMap((one) => convolution({ ...one, rare: true }));
