// Convolutions in phases: behind a nearest upsampling, against a stride, and transposed. Each gives what the
// same sum gives written out, its first and second gradients too, and takes fewer products.
import { suite, test } from 'node:test';
import assert from 'node:assert/strict';
import { sizeOf, type Shape } from '../src/base/shape.ts';
import { grad, open, ops, Tensor, type Device } from '../src/index.ts';
import type { ConvOptions } from '../src/ops/index.ts';

type Conv = (x: Tensor, kernel: Tensor) => Tensor;

const numbers = (shape: Shape, by: number, from: number): Float32Array =>
  Float32Array.from({ length: sizeOf(shape) }, (_, i) => Math.sin(i * by + from));

/** Result, gradients and gradients of the gradients' squares, and what they cost. */
async function all(
  device: Device,
  conv: Conv,
  shapes: readonly [Shape, Shape],
): Promise<{ values: Record<string, ArrayLike<number>>; operations: number; plain: number }> {
  const [x, kernel] = shapes.map((shape, i) => device.variable(numbers(shape, 1.7, i + 0.5), shape));
  const program = await device.compile(() => {
    const inputs = [x!.tensor, kernel!.tensor] as const;
    const y = conv(...inputs);
    const weights = Tensor.from(numbers(y.shape, 0.37, 0), y.shape);
    const first = grad(y.mul(y).mul(weights).sum(), inputs) as [Tensor, Tensor];
    const square = (t: Tensor): Tensor => t.mul(t).sum();
    const [xx, kk] = grad(square(first[0]).add(square(first[1])), inputs) as [Tensor, Tensor];
    return { outputs: { y, x: first[0], kernel: first[1], xx, kk } };
  });
  const values = await program.run();
  const { productOperations, plainOperations } = program.cost();
  for (const held of [program, x!, kernel!]) held.close();
  return { values, operations: productOperations, plain: plainOperations };
}

function near(got: ArrayLike<number>, want: ArrayLike<number>, what: string): void {
  assert.equal(got.length, want.length, what);
  let [off, all] = [0, 0];
  for (let i = 0; i < got.length; i++) {
    off += (got[i]! - want[i]!) ** 2;
    all += want[i]! ** 2;
  }
  assert.ok(Math.sqrt(off) <= 3e-6 * Math.sqrt(all), `${what}: ${Math.sqrt(off / all)} of its length`);
}

/** Adding 0 hides the upsampling, and spreading by hand the stride, from who looks for phases. */
const hidden = (x: Tensor): Tensor => ops.upsample2d(x).add(0);

interface Row {
  readonly name: string;
  readonly shapes: readonly [Shape, Shape];
  readonly phased: Conv;
  readonly plain: Conv;
}

const behindUpsampling = (
  [h, w, p, q]: readonly [number, number, number, number],
  padding: 'same' | 'valid',
): Row => ({
  name: `${p}x${q} '${padding}' behind an upsampling of ${h}x${w}`,
  shapes: [
    [2, h, w, 5],
    [p, q, 5, 6],
  ],
  phased: (x, kernel) => ops.conv2d(ops.upsample2d(x), kernel, { padding }),
  plain: (x, kernel) => ops.conv2d(hidden(x), kernel, { padding }),
});

/** Every s-th place of a convolution without stride. */
const strided = (
  [h, w, p, q]: readonly [number, number, number, number],
  [s, t]: readonly [number, number],
): Row => ({
  name: `${p}x${q} over ${h}x${w} with strides ${s}x${t}`,
  shapes: [
    [2, h, w, 4],
    [p, q, 4, 5],
  ],
  phased: (x, kernel) => ops.conv2d(x, kernel, { strides: [s, t] }),
  plain(x, kernel) {
    const y = ops.conv2d(x, kernel);
    const [n, rows, columns, c] = y.shape as [number, number, number, number];
    const [up, across] = [Math.ceil(rows / s), Math.ceil(columns / t)];
    const wide = y.pad([
      [0, 0],
      [0, up * s - rows],
      [0, across * t - columns],
      [0, 0],
    ]);
    const first = wide.reshape([n, up, s, across, t, c]).crop([
      [0, 0],
      [0, 0],
      [0, s - 1],
      [0, 0],
      [0, t - 1],
      [0, 0],
    ]);
    return first.reshape([n, up, across, c]);
  },
});

/** Of few channels, whose shares of all taps are columns of one product; more channels of zeros hide it. */
const ofFew = (
  [h, w, c, p, q, filters]: readonly [number, number, number, number, number, number],
  options: ConvOptions,
): Row => {
  const wider = (t: Tensor, axis: number): Tensor =>
    t.pad(t.shape.map((_, i) => (i === axis ? ([0, 8] as const) : ([0, 0] as const))));
  return {
    name: `${p}x${q} over ${h}x${w}x${c}, ${filters} filters, ${JSON.stringify(options)}`,
    shapes: [
      [2, h, w, c],
      [p, q, c, filters],
    ],
    phased: (x, kernel) => ops.conv2d(x, kernel, options),
    plain: (x, kernel) => ops.conv2d(wider(x, 3), wider(kernel, 2), options),
  };
};

const rows: readonly Row[] = [
  behindUpsampling([4, 5, 3, 3], 'same'),
  behindUpsampling([4, 3, 5, 5], 'same'),
  behindUpsampling([3, 3, 2, 4], 'same'),
  behindUpsampling([4, 4, 3, 3], 'valid'),
  behindUpsampling([3, 4, 4, 1], 'valid'),
  behindUpsampling([2, 2, 1, 1], 'same'),
  behindUpsampling([1, 3, 3, 3], 'same'),
  behindUpsampling([3, 3, 7, 6], 'same'),
  strided([9, 8, 5, 5], [2, 2]),
  strided([7, 9, 3, 4], [2, 3]),
  strided([8, 7, 1, 2], [2, 3]),
  strided([9, 6, 2, 6], [4, 1]),
  ofFew([9, 8, 1, 5, 5, 20], { strides: 2, padding: 'same' }),
  ofFew([8, 7, 3, 4, 4, 30], { strides: [2, 3] }),
  ofFew([7, 6, 2, 3, 3, 21], { padding: 'same' }),
  ofFew([7, 8, 1, 3, 3, 33], { strides: [2, 1], dilation: [1, 2] }),
];

for (const name of ['reference', 'wasm', 'native'] as const)
  suite(`convolutions in phases on ${name}`, () => {
    for (const row of rows)
      test(row.name, async () => {
        await using device = await open({ device: name });
        const [got, want] = [
          await all(device, row.phased, row.shapes),
          await all(device, row.plain, row.shapes),
        ];
        for (const part of Object.keys(want.values)) near(got.values[part]!, want.values[part]!, part);
      });
  });

suite('products in phases', () => {
  const cost = async (conv: Conv, shapes: readonly [Shape, Shape], gradient: 0 | 1 | undefined) => {
    await using device = await open({ device: 'reference' });
    const [x, kernel] = shapes.map((shape) => device.variable(undefined, shape));
    const program = await device.compile(() => {
      const inputs = [x!.tensor, kernel!.tensor] as const;
      const y = conv(...inputs);
      return { outputs: { y: gradient === undefined ? y : grad(y.sum(), inputs)[gradient]! } };
    });
    return program.cost();
  };

  test('a 3x3 kernel behind an upsampling takes 16 of 36', async () => {
    const row = behindUpsampling([14, 14, 3, 3], 'same');
    const { productOperations, plainOperations } = await cost(row.phased, row.shapes, undefined);
    const products = 2 * 2 * 28 * 28 * 5 * 6;
    const summing = 2 * (2 * 2 * 3 * 3 * 30 + 2 * 2 * 3 * 4 * 30);
    assert.equal(productOperations, 4 * products + summing);
    assert.equal(plainOperations, 9 * products + summing);
  });

  test("a strided convolution's input gradient multiplies no zeros between", async () => {
    const { productOperations, plainOperations } = await cost(
      (x, kernel) => ops.conv2d(x, kernel, { strides: 2 }),
      [
        [3, 14, 14, 4],
        [4, 4, 4, 5],
      ],
      0,
    );
    // At both ends of a phase's 7 rows one of its 2 taps lies beyond the edge.
    const all = 2 * 3 * 14 * 14 * 2 * 2 * 4 * 5;
    assert.equal(productOperations, (12 / 14) * all);
    assert.equal(plainOperations, 4 * all);
  });

  test('where a picture has one channel, the shares of all taps are one product, and are then added', async () => {
    const { productOperations } = await cost(
      (x, kernel) => ops.conv2d(x, kernel),
      [
        [3, 8, 8, 1],
        [3, 3, 1, 24],
      ],
      0,
    );
    const [shares, adding] = [3 * 6 * 6 * 9 * 24, 3 * 8 * 8 * 9];
    assert.equal(productOperations, 2 * (shares + adding));
  });

  test('a transposed convolution neither', async () => {
    const { productOperations } = await cost(
      (x, kernel) => ops.conv2dTranspose(x, kernel, { strides: 2, padding: 'same' }),
      [
        [3, 7, 7, 4],
        [4, 4, 5, 4],
      ],
      undefined,
    );
    assert.equal(productOperations, (14 / 16) * 2 * 3 * 16 * 16 * 2 * 2 * 4 * 5);
  });
});
