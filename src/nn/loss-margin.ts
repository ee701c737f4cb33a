// Losses of scores without a scale: which side they are on, and by how much.
import type { Tensor } from '../tensor.ts';
import type { Loss } from './loss.ts';
import { perExample } from './per-example.ts';

/** How much is missing to 1 on the right side; target 0 means -1. */
const missing = (target: Tensor, y: Tensor): Tensor =>
  target.where(target.notEqual(0), -1).mul(y).neg().add(1).relu();

/** max(1 - t y, 0) for t of -1 or 1 (0 counts as -1), the mean over an example's outputs. Shapes: target and y [N, ...]. */
export const hinge = (): Loss => ({
  name: 'hinge',
  target: 'numbers',
  range: [-1, 1],
  each: (target, { y, mask }) => perExample(missing(target, y), mask),
});

/** The square of hinge, output by output. */
export const squaredHinge = (): Loss => ({
  name: 'squaredHinge',
  target: 'numbers',
  range: [-1, 1],
  each(target, { y, mask }) {
    const off = missing(target, y);
    return perExample(off.mul(off), mask);
  },
});

/** max(1 + the largest score of a wrong class - the score of the right one, 0). Shapes: target and y [N, ..., classes]. */
export const categoricalHinge = (): Loss => ({
  name: 'categoricalHinge',
  target: 'oneHot',
  each(target, { y, mask }) {
    const right = target.mul(y).sum(-1);
    const wrong = target.neg().add(1).mul(y).max(-1);
    return perExample(wrong.sub(right).add(1).relu(), mask);
  },
});

/**
 * -t y: a critic's scores are raised where the target is 1 (real) and lowered where it is -1 (made), and the mean of
 * both is minus half the distance it sees. Shapes: target and y [N, ...]. Arjovsky, Chintala & Bottou 2017,
 * https://arxiv.org/abs/1701.07875
 */
export const wasserstein = (): Loss => ({
  name: 'wasserstein',
  target: 'numbers',
  range: [-1, 1],
  each: (target, { y, mask }) => perExample(target.mul(y).neg(), mask),
});
