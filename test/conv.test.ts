// Convolutions and both their gradients against their definition, in whole numbers and so exactly: every stride,
// dilation and padding, odd and even windows, one channel and many.
import { after, suite, test } from 'node:test';
import assert from 'node:assert/strict';
import { range, sizeOf } from '../src/base/shape.ts';
import { grad } from '../src/grad.ts';
import { ops } from '../src/index.ts';
import type { ConvOptions } from '../src/ops/index.ts';
import { Tensor } from '../src/tensor.ts';
import { agree, assertNear, assertSame, draw, openAll, values, weighted, type Draw } from './helpers.ts';

const devices = await openAll();
after(() => devices.close());

const { conv2d, conv2dTranspose, depthwiseConv2d } = ops;

type Four = readonly [number, number, number, number];

interface Setup {
  readonly x: Four;
  /** Rows, columns, and filters or, depthwise, the multiplier. */
  readonly k: readonly [number, number, number];
  readonly strides?: readonly [number, number];
  readonly dilation?: readonly [number, number];
  readonly padding?: 'same' | 'valid';
}

const setups: readonly Setup[] = [
  { x: [2, 5, 7, 3], k: [3, 3, 4] },
  { x: [2, 5, 7, 3], k: [3, 3, 4], padding: 'same' },
  { x: [1, 6, 6, 1], k: [1, 1, 5] },
  { x: [3, 4, 9, 1], k: [3, 2, 17], padding: 'same' },
  { x: [1, 9, 8, 2], k: [5, 5, 3], padding: 'same' },
  { x: [1, 9, 8, 2], k: [5, 5, 16] },
  { x: [2, 8, 7, 3], k: [4, 4, 8], padding: 'same' },
  { x: [2, 7, 7, 4], k: [3, 3, 6], strides: [2, 2] },
  { x: [2, 7, 7, 4], k: [3, 3, 6], strides: [2, 2], padding: 'same' },
  { x: [2, 8, 6, 3], k: [3, 3, 5], strides: [2, 2], padding: 'same' },
  { x: [1, 10, 11, 2], k: [3, 3, 4], strides: [3, 3] },
  { x: [1, 10, 11, 2], k: [3, 4, 4], strides: [3, 3], padding: 'same' },
  { x: [1, 10, 11, 2], k: [2, 5, 9], strides: [1, 2], padding: 'same' },
  { x: [1, 7, 6, 3], k: [1, 1, 4], strides: [2, 3] },
  { x: [1, 9, 9, 2], k: [2, 2, 4], strides: [3, 3] },
  { x: [2, 9, 8, 3], k: [3, 3, 4], dilation: [2, 2] },
  { x: [2, 9, 8, 3], k: [3, 3, 4], dilation: [2, 3], padding: 'same' },
  { x: [1, 11, 12, 2], k: [3, 2, 4], strides: [2, 2], dilation: [2, 2] },
  { x: [1, 11, 12, 2], k: [3, 3, 4], strides: [3, 2], dilation: [2, 3], padding: 'same' },
  { x: [1, 3, 3, 2], k: [3, 3, 4] },
  { x: [1, 5, 5, 2], k: [4, 4, 3] },
  { x: [1, 3, 2, 2], k: [5, 5, 3], padding: 'same' },
  { x: [4, 1, 1, 8], k: [3, 3, 16], padding: 'same' },
  { x: [2, 6, 6, 32], k: [3, 3, 32], padding: 'same' },
  { x: [2, 9, 8, 1], k: [5, 5, 20], strides: [2, 2], padding: 'same' },
  { x: [2, 8, 7, 3], k: [4, 4, 30], strides: [2, 2], padding: 'same' },
  { x: [2, 7, 8, 2], k: [3, 3, 17], dilation: [2, 1] },
  { x: [1, 7, 6, 3], k: [3, 3, 24], padding: 'same' },
  { x: [1, 11, 12, 1], k: [3, 3, 9], strides: [3, 2], dilation: [2, 3], padding: 'same' },
];

const name = ({ x, k, strides = [1, 1], dilation = [1, 1], padding = 'valid' }: Setup): string =>
  `[${x.join()}] by [${k.join()}], strides ${strides.join()}, dilation ${dilation.join()}, ${padding}`;

const optionsOf = ({ strides, dilation, padding }: Setup): ConvOptions => ({
  ...(strides && { strides }),
  ...(dilation && { dilation }),
  ...(padding && { padding }),
});

const integers = (n: number, d: Draw): number[] => range(n).map(() => d.whole(-4, 4));

/** Windows of one direction: how many, and the zeros in front. Keras's rule for 'same'. */
function along(
  size: number,
  window: number,
  stride: number,
  dilation: number,
  same: boolean,
): [count: number, before: number] {
  const reach = (window - 1) * dilation + 1;
  if (!same) return [Math.floor((size - reach) / stride) + 1, 0];
  const count = Math.ceil(size / stride);
  return [count, Math.floor(Math.max(0, (count - 1) * stride + reach - size) / 2)];
}

interface Results {
  readonly shape: Four;
  readonly y: number[];
  readonly u: number[];
  readonly dx: number[];
  readonly dk: number[];
}

/** y, and the gradients of dot(y, u): one walk over every product. `deep` convolves each channel on its own. */
function byDefinition(
  s: Setup,
  x: readonly number[],
  kernel: readonly number[],
  d: Draw,
  deep: boolean,
): Results {
  const [n, h, w, c] = s.x;
  const [p, q, f] = s.k;
  const [[sh, sw], [dh, dw]] = [s.strides ?? [1, 1], s.dilation ?? [1, 1]];
  const [rows, top] = along(h, p, sh, dh, s.padding === 'same');
  const [columns, left] = along(w, q, sw, dw, s.padding === 'same');
  const out = deep ? c * f : f;
  const shape: Four = [n, rows, columns, out];
  const u = integers(sizeOf(shape), d);
  const [y, dx, dk] = [sizeOf(shape), sizeOf(s.x), kernel.length].map((size) => range(size).map(() => 0)) as [
    number[],
    number[],
    number[],
  ];
  for (let b = 0; b < n; b++)
    for (let i = 0; i < rows; i++)
      for (let j = 0; j < columns; j++)
        for (let a = 0; a < p; a++)
          for (let e = 0; e < q; e++) {
            const [r, t] = [i * sh + a * dh - top, j * sw + e * dw - left];
            if (r < 0 || r >= h || t < 0 || t >= w) continue;
            for (let ch = 0; ch < c; ch++)
              for (let m = 0; m < f; m++) {
                const yi = ((b * rows + i) * columns + j) * out + (deep ? ch * f + m : m);
                const xi = ((b * h + r) * w + t) * c + ch;
                const ki = ((a * q + e) * c + ch) * f + m;
                y[yi]! += x[xi]! * kernel[ki]!;
                dx[xi]! += u[yi]! * kernel[ki]!;
                dk[ki]! += u[yi]! * x[xi]!;
              }
          }
  return { shape, y, u, dx, dk };
}

/** A convolution and both gradients of every set-up, on every device, against the definition. */
async function exact(f: typeof conv2d, deep: boolean, purpose: number): Promise<void> {
  const d = draw(purpose);
  const cases = setups.map((s) => {
    const [x, kernel] = [integers(sizeOf(s.x), d), integers(s.k[0] * s.k[1] * s.x[3] * s.k[2], d)];
    const expected = byDefinition(s, x, kernel, d, deep);
    const [tx, tk] = [Tensor.from(x, s.x), Tensor.from(kernel, [s.k[0], s.k[1], s.x[3], s.k[2]])];
    const y = f(tx, tk, optionsOf(s));
    assert.deepEqual(y.shape, expected.shape, name(s));
    const [dx, dk] = grad(y.mul(Tensor.from(expected.u, expected.shape)).sum(), [tx, tk]) as [Tensor, Tensor];
    return { what: name(s), expected, graphs: [y, dx, dk] };
  });
  for (const device of devices.all) {
    const out = await values(
      device,
      cases.flatMap((c) => c.graphs),
    );
    cases.forEach(({ what, expected }, i) => {
      assertSame(out[3 * i]!, expected.y, `${what}: result on ${device.name}`);
      assertSame(out[3 * i + 1]!, expected.dx, `${what}: gradient by images on ${device.name}`);
      assertSame(out[3 * i + 2]!, expected.dk, `${what}: gradient by the kernel on ${device.name}`);
    });
  }
}

suite('convolutions', () => {
  test('conv2d and both gradients, by definition', () => exact(conv2d, false, 60));

  test('depthwiseConv2d and both gradients, by definition', () => exact(depthwiseConv2d, true, 61));

  test('conv2dTranspose is the transpose of conv2d: dot(conv(z), x) = dot(z, transpose(x))', async () => {
    const d = draw(62);
    const cases = (
      [
        [[2, 4, 5, 3], [3, 3], 1, 1, 'same'],
        [[2, 4, 5, 3], [3, 3], 1, 1, 'valid'],
        [[1, 4, 3, 2], [4, 4], 2, 1, 'same'],
        [[1, 4, 3, 2], [5, 5], 2, 1, 'same'],
        [[1, 3, 3, 2], [3, 3], 3, 1, 'valid'],
        [[1, 3, 4, 2], [2, 2], 3, 1, 'valid'],
        [[1, 3, 4, 2], [2, 2], 3, 1, 'same'],
        [[1, 4, 4, 2], [1, 1], 2, 1, 'same'],
        [[1, 4, 4, 2], [3, 2], 1, 2, 'valid'],
        [[1, 7, 7, 16], [4, 4], 2, 1, 'same'],
      ] as const
    ).map(([shape, [p, q], strides, dilation, padding]) => {
      const filters = 4;
      const options = { strides, dilation, padding };
      const x = Tensor.from(integers(sizeOf(shape), d), shape);
      const kernel = Tensor.from(integers(p * q * filters * shape[3], d), [p, q, filters, shape[3]]);
      const y = conv2dTranspose(x, kernel, options);
      const size = (n: number, k: number): number =>
        padding === 'same' ? n * strides : (n - 1) * strides + Math.max((k - 1) * dilation + 1, strides);
      const big = [shape[0], size(shape[1], p), size(shape[2], q), filters];
      assert.deepEqual(y.shape, big);
      const z = Tensor.from(integers(sizeOf(big), d), big);
      const there = conv2d(z, kernel, options);
      assert.deepEqual(there.shape, shape);
      return {
        what: `${shape.join()} ${p}x${q} strides ${strides} ${padding}`,
        left: there.mul(x).sum(),
        right: z.mul(y).sum(),
        y,
        back: grad(there.mul(x).sum(), [z])[0]!,
      };
    });
    for (const device of devices.all) {
      const out = await values(
        device,
        cases.flatMap((c) => [c.left, c.right, c.y, c.back]),
      );
      cases.forEach(({ what }, i) => {
        assertSame(out[4 * i]!, out[4 * i + 1]!, `${what} on ${device.name}`);
        assertSame(out[4 * i + 2]!, out[4 * i + 3]!, `${what}: the image's gradient on ${device.name}`);
      });
    }
  });

  test('larger layers and their gradients, in fractions, on every target', async () => {
    const d = draw(63);
    const all: Record<string, Tensor> = {};
    const layers = [
      [[2, 9, 9, 8], [3, 3, 8, 20], { padding: 'same' }],
      [[2, 12, 12, 1], [5, 5, 1, 33], {}],
      [[2, 8, 8, 16], [4, 4, 16, 32], { strides: 2, padding: 'same' }],
      [[3, 3, 3, 64], [3, 3, 64, 24], { padding: 'same' }],
      // An image's few channels at the end: folds along what goes in, gradients by it.
      [[3, 20, 20, 24], [3, 3, 24, 3], { padding: 'same' }],
      [[3, 19, 18, 40], [5, 5, 40, 1], {}],
      [[2, 21, 20, 33], [3, 3, 33, 2], { strides: 2, padding: 'same' }],
      [[3, 20, 20, 17], [1, 1, 17, 7], {}],
    ] as const;
    for (const [shape, kernel, options] of layers) {
      const [x, k] = [d.tensor(shape), d.tensor(kernel)];
      const y = conv2d(x, k, options)
        .add(d.tensor([kernel[3]]))
        .relu();
      all[`[${shape.join()}] by [${kernel.join()}]`] = y;
      grad(weighted(y), [x, k]).forEach(
        (g, i) => (all[`[${shape.join()}] by [${kernel.join()}], gradient ${i}`] = g),
      );
    }
    const [x, k] = [d.tensor([1, 4, 4, 16]), d.tensor([4, 4, 8, 16])];
    const up = conv2dTranspose(x, k, { strides: 2, padding: 'same' });
    all['transposed'] = up;
    grad(weighted(up), [x, k]).forEach((g, i) => (all[`transposed, gradient ${i}`] = g));
    // One filter in phases: what lies side by side in the result is what bounds the sum.
    for (const [strides, side] of [
      [3, 3],
      [3, 4],
      [4, 5],
    ] as const)
      // prettier-ignore
      all[`transposed into one, strides ${strides}, ${side} x ${side}`] = conv2dTranspose(
        d.tensor([1, 7, 9, 3]),
        d.tensor([side, side, 1, 3]),
        { strides },
      );
    await agree(devices, all, (actual, expected, what) => assertNear(actual, expected, { what }));
  });
});
