// Where steps up a loss begin, as a part of the ball's radius: at random places, or also at its corners in stripes and
// squares. From noise alone steps find what slopes lead to; a network so trained gives way to changes that no slope shows,
// stripes and squares that are pushed one way (Andriushchenko et al. 2020, https://arxiv.org/abs/1912.00049).
import { at } from '../base/shape.ts';
import type { Tensor } from '../tensor.ts';
import type { Context } from './layer.ts';

/** 'noise' for each pixel its own, 'mixed' a third each of noise, vertical stripes and squares of 4 by 4. */
export type Beginnings = 'noise' | 'mixed';

/** Pixels of a square's side. */
const side = 4;

/** A beginning for each picture of x [N, H, W, C], from -1 to 1, in its shape. */
export function beginning(kind: Beginnings, x: Tensor, uniform: Context['uniform']): Tensor {
  const noise = uniform(x, 'adversarial start').mul(2).sub(1);
  if (kind === 'noise') return noise;
  const stripes = signs(uniform(x.max(1, { keep: true }), 'adversarial stripes')).expandTo(x);
  const which = uniform(x.max([1, 2, 3], { keep: true }), 'adversarial kind').expandTo(x);
  return noise.where(which.less(1 / 3), stripes.where(which.less(2 / 3), squares(x, uniform)));
}

const signs = (chance: Tensor): Tensor => chance.less(0.5).to('f32').mul(2).sub(1);

function squares(x: Tensor, uniform: Context['uniform']): Tensor {
  const [n, height, width, channels] = x.shape as [number, number, number, number];
  const [more, wider] = [height, width].map((size) => (side - (size % side)) % side) as [number, number];
  const whole = x.pad([[0, 0], [0, more], [0, wider], [0, 0]]); // prettier-ignore
  const cut = whole.reshapeExtent({
    shape: [n, (height + more) / side, side, (width + wider) / side, side, channels],
    scale: [at(x.node.scale, 0), 0, 0, 0, 0, 0],
  });
  const each = signs(uniform(cut.max([2, 4], { keep: true }), 'adversarial squares'));
  return each.expandTo(cut).reshapeLike(whole).crop([[0, 0], [0, more], [0, wider], [0, 0]]); // prettier-ignore
}
