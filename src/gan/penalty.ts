// What keeps a critic smooth: penalties on the gradient of its scores by its pictures. Their own gradients by the
// critic's weights are second derivatives, which the engine takes like any other.
import { at, range } from '../base/shape.ts';
import { grad } from '../grad.ts';
import type { Tensor } from '../tensor.ts';

/** A critic as a function of pictures: [N, ...] -> scores [N]. */
export type Score = (x: Tensor) => Tensor;

/** Below the root of a norm, where a gradient of 0 would have no derivative. */
export const rootEpsilon = 1e-12;

/** For each example the sum of squares of the gradient of its score by its pixels: [N]. */
export function squaredSlope(score: Score, x: Tensor): Tensor {
  const [slope] = grad(score(x).sum(), [x]);
  const g = slope as Tensor;
  return g.mul(g).sum(range(g.rank).slice(1));
}

/**
 * R1 for real pictures, R2 for generated ones: half the mean of the squared slopes, [].
 * Mescheder et al. 2018, equation 9, https://arxiv.org/abs/1801.04406
 */
export const slopePenalty = (score: Score, x: Tensor): Tensor => squaredSlope(score, x).mean().mul(0.5);

/**
 * The mean of (slope - 1)^2 at random places between real and generated pictures, [].
 * Gulrajani et al. 2017, equation 3, https://arxiv.org/abs/1704.00028
 *
 * Shapes: real and fake [N, ...], chance uniform in [0, 1) [N].
 */
export function gradientPenalty(score: Score, real: Tensor, fake: Tensor, chance: Tensor): Tensor {
  const share = chance.reshape([at(chance.shape, 0), ...real.shape.slice(1).map(() => 1)]).expandTo(real);
  const between = fake.add(real.sub(fake).mul(share));
  const off = squaredSlope(score, between).add(rootEpsilon).sqrt().sub(1);
  return off.mul(off).mean();
}
