// Chance that keeps a network from relying on any one number; at work only while training.
import { check } from '../base/check.ts';
import type { Shape } from '../base/shape.ts';
import { Tensor } from '../tensor.ts';
import { checkImages } from './arguments.ts';
import { stateless, type Context, type Layer } from './layer.ts';

interface Named {
  readonly name?: string;
}

const checkRate = (call: string, rate: number): void =>
  check(rate >= 0 && rate < 1, () => `${call}: the rate must be from 0 to less than 1, got ${rate}`);

/** x with `rate` of it 0 and the rest scaled, by one chance for each element of `like`. */
function dropped(x: Tensor, like: Tensor, rate: number, { training, uniform }: Context): Tensor {
  if (!training || rate === 0) return x;
  return x.mul(1 / (1 - rate)).where(uniform(like, 'mask').greaterEqual(rate), 0);
}

const sameShape = (shape: Shape): Shape => shape;

/**
 * While training, each number is 0 with probability `rate` and multiplied by 1 / (1 - rate) otherwise, so that
 * the mean stays. Shapes: [N, ...] -> the same. Srivastava et al. 2014, https://jmlr.org/papers/v15/srivastava14a.html
 */
export function dropout(rate: number, { name = 'dropout' }: Named = {}): Layer {
  checkRate(`dropout(${rate})`, rate);
  return stateless({ name, kind: 'Dropout' }, sameShape, (x, context) => dropped(x, x, rate, context));
}

/**
 * dropout of whole channels: neighbouring pixels say much the same, so leaving out single ones does little.
 * Shapes: [N, H, W, C] -> the same. Tompson et al. 2015, https://arxiv.org/abs/1411.4280
 */
export function spatialDropout2d(rate: number, { name = 'spatial_dropout2d' }: Named = {}): Layer {
  const call = `spatialDropout2d(${rate})`;
  checkRate(call, rate);
  return stateless(
    { name, kind: 'SpatialDropout2D' },
    (shape) => {
      checkImages(call, shape);
      return shape;
    },
    (x, context) => {
      const channels = x.crop(x.shape.map((d, i) => (i === 1 || i === 2 ? [0, d - 1] : [0, 0])));
      return dropped(x, channels, rate, context);
    },
  );
}

/** While training, a normal number of deviation `stddev` added to each. Shapes: [N, ...] -> the same. */
export function gaussianNoise(stddev: number, { name = 'gaussian_noise' }: Named = {}): Layer {
  check(
    stddev >= 0 && stddev <= 1,
    () => `gaussianNoise(${stddev}): the deviation must be from 0 to 1, got ${stddev}`,
  );
  return stateless({ name, kind: 'GaussianNoise' }, sameShape, (x, { training, uniform }) =>
    training && stddev > 0 ? x.add(normalFrom(uniform(x, 'noise')).mul(stddev)) : x,
  );
}

/**
 * Standard normals from chances, multiples of 2^-24: their 24 bits are the upper ones of what 'normal' takes, the
 * lower eight stand in the middle.
 */
const normalFrom = (chance: Tensor): Tensor =>
  Tensor.map(
    'normal',
    chance
      .sub(0.5)
      .mul(2 ** 24)
      .to('i32')
      .mul(256)
      .add(128),
  );
