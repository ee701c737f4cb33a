// Losses of numbers: how far a prediction is from what is right. Keras 3's formulas; where nothing else is said,
// shapes are target and y [N, ...] and the mean is over an example's outputs.
import { check } from '../base/check.ts';
import type { Tensor } from '../tensor.ts';
import type { Loss } from './loss.ts';
import { epsilon, perExample, sumOfExample } from './per-example.ts';

/** A loss that compares numbers one by one. */
const byNumber = (name: string, one: (t: Tensor, y: Tensor) => Tensor, range?: Loss['range']): Loss => ({
  name,
  target: 'numbers',
  ...(range && { range }),
  each: (target, { y, mask }) => perExample(one(target, y), mask),
});

const square = (x: Tensor): Tensor => x.mul(x);

/** (y - t)². */
export const meanSquaredError = (): Loss => byNumber('meanSquaredError', (t, y) => square(y.sub(t)));

/** ½ (y - t)², the sum over an example's outputs: its slope is y - t, as textbooks have it. */
export const halfSumSquaredError = (): Loss => ({
  name: 'halfSumSquaredError',
  target: 'numbers',
  each: (target, { y, mask }) => sumOfExample(square(y.sub(target)), mask).mul(0.5),
});

/** |y - t|. */
export const meanAbsoluteError = (): Loss => byNumber('meanAbsoluteError', (t, y) => y.sub(t).abs());

/** 100 |y - t| / |t|; t is kept from 0. */
export const meanAbsolutePercentageError = (): Loss =>
  byNumber('meanAbsolutePercentageError', (t, y) => y.sub(t).div(t.abs().max2(epsilon)).abs().mul(100));

/** (log(1 + y) - log(1 + t))²; numbers below 0 count as 0. */
export const meanSquaredLogarithmicError = (): Loss =>
  byNumber('meanSquaredLogarithmicError', (t, y) => {
    const log = (x: Tensor): Tensor => x.max2(epsilon).add(1).log();
    return square(log(y).sub(log(t)));
  });

export interface HuberOptions {
  /** Where it goes over from squares to a straight line. */
  readonly delta?: number;
}

/** ½ d² for d = |y - t| up to delta, delta (d - ½ delta) beyond. Huber 1964, https://doi.org/10.1214/aoms/1177703732 */
export function huber({ delta = 1 }: HuberOptions = {}): Loss {
  check(delta > 0 && Number.isFinite(delta), () => `huber: delta must be a number above 0, got ${delta}`);
  return byNumber('huber', (t, y) => {
    const d = y.sub(t).abs();
    return square(d)
      .mul(0.5)
      .where(d.lessEqual(delta), d.mul(delta).sub(0.5 * delta ** 2));
  });
}

/** log(cosh(y - t)): about ½ d² near 0 and |d| - log 2 far away. */
export const logCosh = (): Loss =>
  byNumber('logCosh', (t, y) => {
    const d = y.sub(t).abs();
    return d.add(d.mul(-2).softplus()).sub(Math.LN2);
  });

/** y - t log y, for counts: targets from 0. Shapes: target and y [N, ...]. */
export const poisson = (): Loss =>
  byNumber('poisson', (t, y) => y.sub(t.mul(y.add(epsilon).log())), [0, Infinity]);

/** Minus the cosine of the angle between target and y along the last axis: -1 is the same direction, 1 the opposite. */
export const cosineSimilarity = (): Loss => ({
  name: 'cosineSimilarity',
  target: 'numbers',
  each(target, { y, mask }) {
    const unit = (x: Tensor): Tensor =>
      x.mul(
        square(x)
          .sum(-1, { keep: true })
          .max2(epsilon ** 2)
          .rsqrt(),
      );
    return perExample(unit(target).mul(unit(y)).sum(-1).neg(), mask);
  },
});
