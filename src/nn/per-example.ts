// One number for each example, as losses and metrics give it: the mean over everything an example holds.
import { range } from '../base/shape.ts';
import type { Tensor } from '../tensor.ts';

/**
 * The mean over all axes but the first. Where a mask says which steps count, each step that does counts alike, in
 * whatever example it is: the mean of the result is the mean over the steps that count, as in Keras.
 * Shapes: x [N, time, ...], mask bool [N, time] -> [N]; without a mask [N, ...] -> [N].
 */
export function perExample(x: Tensor, mask?: Tensor): Tensor {
  if (!mask) return x.rank > 1 ? x.mean(range(x.rank).slice(1)) : x;
  const counting = mask.to('f32').sum().max2(1);
  return meanOfSteps(x)
    .where(mask, 0)
    .sum(1)
    .mul(mask.countOf([0]))
    .div(counting);
}

/** The sum over all axes but the first, of the steps that count. Shapes: as perExample(). */
export function sumOfExample(x: Tensor, mask?: Tensor): Tensor {
  const over = (y: Tensor, from: number): Tensor => (y.rank > from ? y.sum(range(y.rank).slice(from)) : y);
  return mask ? over(x, 2).where(mask, 0).sum(1) : over(x, 1);
}

const meanOfSteps = (x: Tensor): Tensor => (x.rank > 2 ? x.mean(range(x.rank).slice(2)) : x);

/** Keras's: probabilities are taken no nearer to 0 and 1 than this, and nothing smaller is divided by. */
export const epsilon = 1e-7;
