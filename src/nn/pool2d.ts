// Pooling layers: one number for each window of an image.
import { at } from '../base/shape.ts';
import { pairOf } from '../ops/conv.ts';
import { averagePool2d as average, maxPool2d as largest, type PoolOptions } from '../ops/pool.ts';
import { windowsIn, written } from './conv2d.ts';
import { stateless, type Layer } from './layer.ts';

export interface Pool2dOptions extends PoolOptions {
  readonly name?: string;
}

type Size = number | readonly [number, number];

function pool(
  call: string,
  of: typeof largest,
  head: Pick<Layer, 'name' | 'kind'>,
  size: Size,
  options: PoolOptions,
): Layer {
  const window = pairOf(call, 'size', size);
  const strides = pairOf(call, 'strides', options.strides ?? window);
  return stateless(
    head,
    (shape) => [...windowsIn(call, shape, window, { ...options, strides }), at(shape, 2)],
    (x) => of(x, window, { ...options, strides }),
  );
}

/** The largest of each window; windows do not overlap unless `strides` says so. Shapes: [N, H, W, C] -> [N, rows, columns, C]. */
export const maxPool2d = (
  size: Size = 2,
  { name = 'max_pooling2d', ...options }: Pool2dOptions = {},
): Layer => pool(written('maxPool2d', size), largest, { name, kind: 'MaxPooling2D' }, size, options);

/** The mean of each window; padding does not count. Shapes: [N, H, W, C] -> [N, rows, columns, C]. */
export const averagePool2d = (
  size: Size = 2,
  { name = 'average_pooling2d', ...options }: Pool2dOptions = {},
): Layer => pool(written('averagePool2d', size), average, { name, kind: 'AveragePooling2D' }, size, options);
