// Images made larger by repeating their pixels.
import { check } from '../base/check.ts';
import { at } from '../base/shape.ts';
import { pairOf } from '../ops/conv.ts';
import { upsample2d } from '../ops/pool.ts';
import { checkImages, written, type Size } from './arguments.ts';
import { stateless, type Layer } from './layer.ts';

export interface UpSampling2dOptions {
  /** What stands between the pixels: 'nearest' repeats them. */
  readonly interpolation?: 'nearest';
  readonly name?: string;
}

/** Every pixel repeated `size` times down and across. Shapes: [N, H, W, C] -> [N, H * size, W * size, C]. */
export function upSampling2d(
  size: Size = 2,
  { interpolation = 'nearest', name = 'up_sampling2d' }: UpSampling2dOptions = {},
): Layer {
  const call = written('upSampling2d', size);
  const [down, across] = pairOf(call, 'size', size);
  check(
    interpolation === 'nearest',
    () => `${call}: interpolation must be 'nearest', got ${JSON.stringify(interpolation)}`,
  );
  return stateless(
    { name, kind: 'UpSampling2D' },
    (shape) => {
      checkImages(call, shape);
      return [at(shape, 0) * down, at(shape, 1) * across, at(shape, 2)];
    },
    (x) => upsample2d(x, [down, across]),
  );
}
