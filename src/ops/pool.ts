// Pooling and upsampling of images [N, H, W, C], as moves and folds over windows.
import { at, range, show } from '../base/shape.ts';
import { check } from '../base/check.ts';
import { Tensor } from '../tensor.ts';
import { padded, pairOf, type ConvOptions } from './conv.ts';

export type PoolOptions = Pick<ConvOptions, 'padding' | 'strides'>;

/**
 * All windows of the images: [N, H, W, C] -> [N, rows, columns, P, Q, C]. Windows that do not overlap and leave
 * nothing out between them are a reshape.
 */
export function windowsOf(
  image: Tensor,
  [p, q]: readonly [number, number],
  strides: readonly [number, number],
  [rows, columns]: readonly [number, number],
): Tensor {
  const [n, h, w, c] = image.shape as [number, number, number, number];
  const scale = (rank: number): number[] => range(rank).map((i) => (i === 0 ? at(image.node.scale, 0) : 0));
  if (strides[0] === p && strides[1] === q) {
    const whole = image.crop([
      [0, 0],
      [0, h - rows * p],
      [0, w - columns * q],
      [0, 0],
    ]);
    const split = whole.reshapeExtent({ shape: [n, rows, p, columns, q, c], scale: scale(6) });
    return split.permute([0, 1, 3, 2, 4, 5]);
  }
  const across = image.reshapeExtent({ shape: [n, h, 1, w, 1, c], scale: scale(6) });
  const wide = across.move({ to: 'expand', extent: { shape: [n, h, p, w, q, c], scale: scale(6) } });
  return wide
    .move({ to: 'slide', axis: 1, stride: strides[0], dilation: 1, count: rows })
    .move({ to: 'slide', axis: 3, stride: strides[1], dilation: 1, count: columns })
    .permute([0, 1, 3, 2, 4, 5]);
}

/** The largest of each window; 'same' pads with -Infinity. Shapes: [N, H, W, C] -> [N, rows, columns, C]. */
export function maxPool2d(
  x: Tensor,
  size: number | readonly [number, number] = 2,
  options: PoolOptions = {},
): Tensor {
  const window = pairOf('maxPool2d', 'size', size);
  const strides = pairOf('maxPool2d', 'strides', options.strides ?? window);
  const { image, rows, columns } = padded('maxPool2d', x, window, { ...options, strides }, -Infinity);
  return windowsOf(image, window, strides, [rows, columns]).max([3, 4]);
}

/** The mean of each window; padding does not count. Shapes: [N, H, W, C] -> [N, rows, columns, C]. */
export function averagePool2d(
  x: Tensor,
  size: number | readonly [number, number] = 2,
  options: PoolOptions = {},
): Tensor {
  const window = pairOf('averagePool2d', 'size', size);
  const strides = pairOf('averagePool2d', 'strides', options.strides ?? window);
  const sums = (t: Tensor): Tensor => {
    const { image, rows, columns } = padded('averagePool2d', t, window, { ...options, strides });
    return windowsOf(image, window, strides, [rows, columns]).sum([3, 4]);
  };
  if (options.padding !== 'same') return sums(x).mul(1 / (window[0] * window[1]));
  const [h, w] = [at(x.shape, 1), at(x.shape, 2)];
  return sums(x).div(sums(Tensor.fill(1, [1, h, w, 1])));
}

/** Each element repeated `size` times down and across. Shapes: [N, H, W, C] -> [N, H * size, W * size, C]. */
export function upsample2d(x: Tensor, size: number | readonly [number, number] = 2): Tensor {
  check(x.rank === 4, () => `upsample2d: needs images [N, H, W, C], got ${show(x.shape)}`);
  const [p, q] = pairOf('upsample2d', 'size', size);
  const [n, h, w, c] = x.shape as [number, number, number, number];
  const batch = at(x.node.scale, 0);
  const extent = (shape: number[]): { shape: number[]; scale: number[] } => ({
    shape,
    scale: shape.map((_, i) => (i === 0 ? batch : 0)),
  });
  return x
    .reshapeExtent(extent([n, h, 1, w, 1, c]))
    .move({ to: 'expand', extent: extent([n, h, p, w, q, c]) })
    .reshapeExtent(extent([n, h * p, w * q, c]));
}
