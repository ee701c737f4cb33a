// Pooling layers: one number for each window of an image, or for all of it.
import { at } from '../base/shape.ts';
import { averagePool2d as average, maxPool2d as largest, type PoolOptions } from '../ops/pool.ts';
import type { Tensor } from '../tensor.ts';
import { checkImages, fitting, windowsOf, written, type Size } from './arguments.ts';
import { stateless, type Layer } from './layer.ts';

export interface Pool2dOptions extends PoolOptions {
  readonly name?: string;
}

function pool(
  call: string,
  of: typeof largest,
  head: Pick<Layer, 'name' | 'kind'>,
  poolSize: Size,
  options: PoolOptions,
): Layer {
  const windows = windowsOf(call, 'poolSize', poolSize, options);
  return stateless(
    head,
    (shape) => [...fitting(call, shape, windows), at(shape, 2)],
    (x) => of(x, windows.size, windows),
  );
}

/** The largest of each window; windows do not overlap unless `strides` says so. Shapes: [N, H, W, C] -> [N, rows, columns, C]. */
export const maxPool2d = (
  poolSize: Size = 2,
  { name = 'max_pooling2d', ...options }: Pool2dOptions = {},
): Layer => pool(written('maxPool2d', poolSize), largest, { name, kind: 'MaxPooling2D' }, poolSize, options);

/** The mean of each window; padding does not count. Shapes: [N, H, W, C] -> [N, rows, columns, C]. */
export const averagePool2d = (
  poolSize: Size = 2,
  { name = 'average_pooling2d', ...options }: Pool2dOptions = {},
): Layer =>
  pool(written('averagePool2d', poolSize), average, { name, kind: 'AveragePooling2D' }, poolSize, options);

export interface GlobalPool2dOptions {
  /** Keep height and width with size 1. */
  readonly keepdims?: boolean;
  readonly name?: string;
}

function whole(
  call: string,
  of: (x: Tensor, keep: boolean) => Tensor,
  head: Pick<Layer, 'name' | 'kind'>,
  keep: boolean,
): Layer {
  return stateless(
    head,
    (shape) => {
      checkImages(call, shape);
      return [...(keep ? [1, 1] : []), at(shape, 2)];
    },
    (x) => of(x, keep),
  );
}

/** The mean of each channel. Shapes: [N, H, W, C] -> [N, C], or [N, 1, 1, C] with `keepdims`. */
export const globalAveragePool2d = ({
  keepdims = false,
  name = 'global_average_pooling2d',
}: GlobalPool2dOptions = {}): Layer =>
  whole(
    'globalAveragePool2d()',
    (x, keep) => x.mean([1, 2], { keep }),
    { name, kind: 'GlobalAveragePooling2D' },
    keepdims,
  );

/** The largest of each channel. Shapes: [N, H, W, C] -> [N, C], or [N, 1, 1, C] with `keepdims`. */
export const globalMaxPool2d = ({
  keepdims = false,
  name = 'global_max_pooling2d',
}: GlobalPool2dOptions = {}): Layer =>
  whole(
    'globalMaxPool2d()',
    (x, keep) => x.max([1, 2], { keep }),
    { name, kind: 'GlobalMaxPooling2D' },
    keepdims,
  );
