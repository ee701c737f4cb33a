// Windows over an image's edge, where the batch is large enough for each place of it to have terms of its own: rows of
// images in strips, sums with bounds. The same as where nobody knows that the padding is 0, and fewer operations.
import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { at, range, sizeOf, type Shape } from '../src/base/shape.ts';
import { grad, open, ops, type Device } from '../src/index.ts';

interface Case {
  readonly batch: number;
  readonly image: readonly [height: number, width: number, channels: number];
  readonly kernel: readonly [height: number, width: number, filters: number];
  readonly strides: number;
}

const cases: readonly Case[] = [
  { batch: 70, image: [6, 5, 33], kernel: [5, 5, 130], strides: 2 },
  { batch: 67, image: [7, 7, 17], kernel: [5, 4, 129], strides: 2 },
  { batch: 66, image: [4, 3, 65], kernel: [3, 3, 128], strides: 1 },
  { batch: 64, image: [7, 5, 16], kernel: [6, 5, 130], strides: 3 },
  // Too few images for strips of them.
  { batch: 9, image: [5, 5, 16], kernel: [5, 5, 16], strides: 2 },
];

const whole = (shape: Shape, factor: number): Float32Array =>
  Float32Array.from({ length: sizeOf(shape) }, (_, i) => ((i * factor) % 7) - 3);

/** Zeros before and after, so that windows fit as 'same' has it. */
function margins(size: number, window: number, stride: number): [number, number] {
  const all = Math.max(0, (Math.ceil(size / stride) - 1) * stride + window - size);
  return [Math.floor(all / 2), Math.ceil(all / 2)];
}

/** The result, and both gradients of its product with chance numbers, for the first `count` of the batch. */
async function outputs(
  device: Device,
  { batch, image, kernel: [p, q, filters], strides }: Case,
  { told, count }: { readonly told: boolean; readonly count: number },
): Promise<{ values: Readonly<Record<string, ArrayLike<number>>>; operations: number }> {
  const [rows, columns] = [margins(image[0], p, strides), margins(image[1], q, strides)];
  const shape = [p, q, image[2], filters];
  const kernel = device.variable(whole(shape, 5), shape);
  const nothing = device.variable(undefined, []);
  const program = await device.compile(
    ({ inputs: { images } }) => {
      const padded = images!.pad([[0, 0], rows, columns, [0, 0]]);
      // Nobody can know that a variable is 0.
      const y = ops.conv2d(told ? padded : padded.add(nothing.tensor), kernel.tensor, { strides });
      const [x, k] = grad(y.mul(y.place([1, 2, 3]).rem(5).to('f32')).sum(), [images!, kernel.tensor]);
      return { outputs: { y, x: x!, k: k! } };
    },
    { batch, inputs: { images: { shape: ['batch', ...image] } } },
  );
  const images = whole([count, ...image], 3);
  const values = await program.run({ images }, { batch: count });
  const { productOperations } = program.cost();
  for (const held of [program, kernel, nothing]) held.close();
  return { values, operations: productOperations };
}

for (const name of ['reference', 'wasm', 'native'] as const)
  suite(`windows over an edge on ${name}`, () => {
    for (const one of cases)
      test(`${one.kernel.join(' x ')} over ${one.batch} x ${one.image.join(' x ')}, stride ${one.strides}`, async () => {
        await using device = await open({ device: name });
        // Sums of whole numbers are exact in any order.
        for (const count of name === 'reference' ? [2] : [one.batch, one.batch - 1, 3]) {
          const [got, want] = [
            await outputs(device, one, { told: true, count }),
            await outputs(device, one, { told: false, count }),
          ];
          for (const part of ['y', 'x', 'k'])
            assert.deepEqual(got.values[part], want.values[part], `${part} of ${count}`);
          assert.ok(got.operations < want.operations);
        }
      });
  });

/** Pairs of a place and a tap along one axis that lie within the image. */
const pairs = (size: number, window: number, stride: number): number => {
  const [before] = margins(size, window, stride);
  const taps = range(Math.ceil(size / stride)).flatMap((o) =>
    range(window).map((k) => o * stride + k - before),
  );
  return taps.filter((i) => i >= 0 && i < size).length;
};

test('a product is counted by the pairs within the image', async () => {
  await using device = await open({ device: 'reference' });
  const one = at(cases, 0);
  const { image: [h, w, channels], kernel: [p, q, filters], strides, batch } = one; // prettier-ignore
  const kernel = device.variable(undefined, [p, q, channels, filters]);
  const program = await device.compile(
    ({ inputs: { images } }) => ({
      outputs: { y: ops.conv2d(images!, kernel.tensor, { strides, padding: 'same' }) },
    }),
    { batch, inputs: { images: { shape: ['batch', h, w, channels] } } },
  );
  const { productOperations, plainOperations } = program.cost();
  const within = pairs(h, p, strides) * pairs(w, q, strides) * channels * filters * batch;
  assert.equal(productOperations, 2 * within);
  const places = Math.ceil(h / strides) * Math.ceil(w / strides);
  assert.equal(plainOperations, 2 * batch * places * p * q * channels * filters);
});
