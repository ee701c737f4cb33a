// Convolutions over images [N, H, W, C], as contractions over windows of a padded image.
import { check } from '../base/check.ts';
import { at, show } from '../base/shape.ts';
import { transposed } from '../graph/contract-grad.ts';
import type { ContractSpec } from '../graph/contract.ts';
import type { Pair } from '../graph/view.ts';
import { Tensor } from '../tensor.ts';
import { conv2dRepeated, repeatedTwice } from './conv-phases.ts';

export type Padding = 'valid' | 'same';

export interface ConvOptions {
  /** Steps between windows, [down, across] or one for both. */
  readonly strides?: number | readonly [number, number];
  /** 'valid': windows inside the image only; 'same': zeros around it so that ceil(size / stride) windows fit. */
  readonly padding?: Padding;
  /** Steps between the elements of a window. */
  readonly dilation?: number | readonly [number, number];
}

/** One number for both directions, or one each; whole numbers from 1. */
export function pairOf(
  call: string,
  name: string,
  x: number | readonly [number, number] = 1,
): readonly [number, number] {
  const pair = typeof x === 'number' ? ([x, x] as const) : x;
  check(
    pair.length === 2 && pair.every((n) => Number.isInteger(n) && n >= 1),
    () => `${call}: ${name} must be a whole number from 1 or two of them, got ${JSON.stringify(x)}`,
  );
  return pair;
}

/** Zeros before and after so that 'same' gives ceil(size / stride) windows; the odd one goes after. */
export function samePadding(size: number, window: number, stride: number, dilation: number): Pair {
  const reach = (Math.ceil(size / stride) - 1) * stride + (window - 1) * dilation + 1;
  const total = Math.max(0, reach - size);
  return [Math.floor(total / 2), total - Math.floor(total / 2)];
}

/** How many windows fit into `size`. */
export const windows = (size: number, window: number, stride: number, dilation: number): number =>
  Math.floor((size - (window - 1) * dilation - 1) / stride) + 1;

/** The image padded for windows of this size, and how many fit each way. */
export function padded(
  call: string,
  x: Tensor,
  window: readonly [number, number],
  options: ConvOptions,
  zero = 0,
): { image: Tensor; rows: number; columns: number; before: readonly [number, number] } {
  check(x.rank === 4, () => `${call}: needs images [N, H, W, C], got ${show(x.shape)}`);
  const { padding = 'valid' } = options;
  check(
    padding === 'valid' || padding === 'same',
    () => `${call}: padding must be 'valid' or 'same', got ${JSON.stringify(padding)}`,
  );
  const strides = pairOf(call, 'strides', options.strides);
  const dilation = pairOf(call, 'dilation', options.dilation);
  const pads = ([0, 1] as const).map((i): Pair =>
    padding === 'same' ? samePadding(at(x.shape, i + 1), window[i], strides[i], dilation[i]) : [0, 0],
  );
  const by: Pair[] = [[0, 0], ...pads, [0, 0]];
  const image = zero === 0 ? x.pad(by) : filled(x, by, zero);
  const [rows, columns] = ([0, 1] as const).map((i) =>
    windows(at(image.shape, i + 1), window[i], strides[i], dilation[i]),
  ) as [number, number];
  check(
    rows >= 1 && columns >= 1,
    () =>
      `${call}: a window of ${show(window)} does not fit into ${show(x.shape)}; use padding 'same' or larger images`,
  );
  return { image, rows, columns, before: [at(pads, 0)[0], at(pads, 1)[0]] };
}

function filled(x: Tensor, by: readonly Pair[], value: number): Tensor {
  if (by.every(([p, q]) => p + q === 0)) return x;
  return x.pad(by).where(Tensor.fill(1).expandTo(x).pad(by).greater(0), value);
}

/**
 * Correlation of images with filters: y[n, i, j, f] = sum over p, q, c of x[n, i*s + p*d, j*s + q*d, c] * kernel[p, q, c, f].
 *
 * Shapes: x [N, H, W, C], kernel [P, Q, C, F] -> [N, rows, columns, F].
 */
export function conv2d(x: Tensor, kernel: Tensor, options: ConvOptions = {}): Tensor {
  check(
    kernel.rank === 4,
    () => `conv2d: needs a kernel [rows, columns, channels, filters], got ${show(kernel.shape)}`,
  );
  const [p, q, c, f] = kernel.shape as [number, number, number, number];
  check(
    x.rank !== 4 || at(x.shape, 3) === c,
    () =>
      `conv2d: channels differ: images ${show(x.shape)}, kernel ${show(kernel.shape)} (${at(x.shape, x.rank - 1)} and ${c})`,
  );
  const { image, rows, columns, before } = padded('conv2d', x, [p, q], options);
  const [strides, dilation] = [
    pairOf('conv2d', 'strides', options.strides),
    pairOf('conv2d', 'dilation', options.dilation),
  ];
  const small = [...strides, ...dilation].every((d) => d === 1) ? repeatedTwice(x) : undefined;
  if (small) return conv2dRepeated(small, kernel, before, [rows, columns]);
  const sizes = [at(x.shape, 0), rows, columns, p, q, c, f];
  return image.contract(kernel, convolution(sizes, at(x.node.scale, 0), strides, dilation));
}

/** Sizes: [N, rows, columns, P, Q, C, F]. */
function convolution(
  sizes: readonly number[],
  batch: number,
  [sh, sw]: readonly [number, number],
  [dh, dw]: readonly [number, number],
): ContractSpec {
  const [N, I, J, P, Q, C, F] = [0, 1, 2, 3, 4, 5, 6] as const;
  return {
    sizes,
    scale: [batch, 0, 0, 0, 0, 0, 0],
    out: [N, I, J, F],
    a: [
      [[N, 1]],
      [
        [I, sh],
        [P, dh],
      ],
      [
        [J, sw],
        [Q, dw],
      ],
      [[C, 1]],
    ],
    b: [[[P, 1]], [[Q, 1]], [[C, 1]], [[F, 1]]],
  };
}

/**
 * A filter of its own for each channel: y[n, i, j, c*M + m] = sum over p, q of x[n, i*s + p*d, j*s + q*d, c] * kernel[p, q, c, m].
 *
 * Shapes: x [N, H, W, C], kernel [P, Q, C, M] -> [N, rows, columns, C * M].
 */
export function depthwiseConv2d(x: Tensor, kernel: Tensor, options: ConvOptions = {}): Tensor {
  check(
    kernel.rank === 4 && (x.rank !== 4 || at(kernel.shape, 2) === at(x.shape, 3)),
    () =>
      `depthwiseConv2d: needs a kernel [rows, columns, ${x.shape[3] ?? 'channels'}, multiplier] for images ${show(x.shape)}, got ${show(kernel.shape)}`,
  );
  const [p, q, c, m] = kernel.shape as [number, number, number, number];
  const { image, rows, columns } = padded('depthwiseConv2d', x, [p, q], options);
  const [[sh, sw], [dh, dw]] = [
    pairOf('depthwiseConv2d', 'strides', options.strides),
    pairOf('depthwiseConv2d', 'dilation', options.dilation),
  ];
  const [N, I, J, P, Q, C, M] = [0, 1, 2, 3, 4, 5, 6] as const;
  const y = image.contract(kernel, {
    sizes: [at(x.shape, 0), rows, columns, p, q, c, m],
    scale: [at(x.node.scale, 0), 0, 0, 0, 0, 0, 0],
    out: [N, I, J, C, M],
    a: [
      [[N, 1]],
      [
        [I, sh],
        [P, dh],
      ],
      [
        [J, sw],
        [Q, dw],
      ],
      [[C, 1]],
    ],
    b: [[[P, 1]], [[Q, 1]], [[C, 1]], [[M, 1]]],
  });
  return y.reshape([at(x.shape, 0), rows, columns, c * m]);
}

/**
 * The transpose of conv2d with the same options: each element of x adds its multiple of the kernel to the result.
 *
 * Shapes: x [N, H, W, C], kernel [P, Q, F, C] -> [N, H * s, W * s, F] for 'same', [N, (H-1)*s + (P-1)*d + 1, ..., F]
 * for 'valid' (at least H * s, as Keras has it).
 */
export function conv2dTranspose(x: Tensor, kernel: Tensor, options: ConvOptions = {}): Tensor {
  check(
    x.rank === 4 && kernel.rank === 4 && at(kernel.shape, 3) === at(x.shape, 3),
    () =>
      `conv2dTranspose: needs images [N, H, W, C] and a kernel [rows, columns, filters, C], got ${show(x.shape)} and ${show(kernel.shape)}`,
  );
  const strides = pairOf('conv2dTranspose', 'strides', options.strides);
  const dilation = pairOf('conv2dTranspose', 'dilation', options.dilation);
  const [n, rows, columns, c] = x.shape as [number, number, number, number];
  const [p, q, f] = kernel.shape as [number, number, number, number];
  const axes = ([0, 1] as const).map((i) => {
    const [reach, count, s] = [(at(kernel.shape, i) - 1) * dilation[i], at(x.shape, i + 1), strides[i]];
    const size = options.padding === 'same' ? count * s : (count - 1) * s + Math.max(reach + 1, s);
    const pad: Pair =
      options.padding === 'same' ? samePadding(size, at(kernel.shape, i), s, dilation[i]) : [0, 0];
    return { pad, whole: size + pad[0] + pad[1] };
  });
  const [down, across] = [at(axes, 0), at(axes, 1)];
  const batch = at(x.node.scale, 0);
  const spec = convolution([n, rows, columns, p, q, f, c], batch, strides, dilation);
  return transposed(spec, { g: x, b: kernel, one: Tensor.fill(1) }, [n, down.whole, across.whole, f]).crop([
    [0, 0],
    down.pad,
    across.pad,
    [0, 0],
  ]);
}
