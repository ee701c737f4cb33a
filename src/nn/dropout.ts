// Chance that keeps a network from relying on any one number.
import { check } from '../base/check.ts';
import { stateless, type Layer } from './layer.ts';

/**
 * While training, each number is 0 with probability `rate` and multiplied by 1 / (1 - rate) otherwise, so that
 * the mean stays. Shapes: [N, ...] -> the same. Srivastava et al. 2014, https://jmlr.org/papers/v15/srivastava14a.html
 */
export function dropout(rate: number, { name = 'dropout' }: { readonly name?: string } = {}): Layer {
  check(rate >= 0 && rate < 1, () => `dropout(${rate}): the rate must be from 0 to less than 1, got ${rate}`);
  return stateless(
    { name, kind: 'Dropout' },
    (shape) => shape,
    (x, { training, uniform }) =>
      training && rate > 0 ? x.mul(1 / (1 - rate)).where(uniform(x, 'mask').greaterEqual(rate), 0) : x,
  );
}
