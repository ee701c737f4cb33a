// One number for each example, as losses and metrics give it: the mean over everything an example holds.
import { range } from '../base/shape.ts';
import type { Tensor } from '../tensor.ts';

/** The mean over all axes but the first. Shapes: [N, ...] -> [N]. */
export const perExample = (x: Tensor): Tensor => (x.rank > 1 ? x.mean(range(x.rank).slice(1)) : x);

/** The sum over all axes but the first. Shapes: [N, ...] -> [N]. */
export const sumOfExample = (x: Tensor): Tensor => (x.rank > 1 ? x.sum(range(x.rank).slice(1)) : x);

/** Keras's: probabilities are taken no nearer to 0 and 1 than this, and nothing smaller is divided by. */
export const epsilon = 1e-7;
