// Optimizers that step the same way for large and small gradients' sizes alike: along them, or by their signs.
import { checkShare, rule, type Optimizer, type OptimizerOptions } from './optimizer-rule.ts';

export interface SgdOptions extends OptimizerOptions {
  readonly momentum?: number;
  /** Step from where momentum is about to lead. */
  readonly nesterov?: boolean;
}

/**
 * Downhill: w <- w - rate g. With momentum: v <- momentum v - rate g, w <- w + v, or (nesterov)
 * w <- w + momentum v - rate g. As in Keras 3. Sutskever et al. 2013, https://proceedings.mlr.press/v28/sutskever13.html
 */
export function sgd({
  learningRate = 0.01,
  momentum = 0,
  nesterov = false,
  ...shared
}: SgdOptions = {}): Optimizer {
  checkShare('sgd', 'momentum', momentum);
  return rule<never, 'velocity'>(
    'sgd',
    { learningRate, ...shared },
    {
      slots: momentum > 0 ? { velocity: 'zeros' } : {},
      step(w, g, { velocity }, { rate }) {
        const down = g.mul(rate).neg();
        if (!velocity) return { w: w.add(down), slots: {} };
        const v = velocity.mul(momentum).add(down);
        return { w: w.add(nesterov ? v.mul(momentum).add(down) : v), slots: { velocity: v } };
      },
    },
  );
}

export interface LionOptions extends OptimizerOptions {
  /** How much of the step's direction comes from the steps before. */
  readonly beta1?: number;
  /** How much of the remembered direction is kept at each step. */
  readonly beta2?: number;
}

/**
 * Lion: every weight moves by the learning rate, and only the direction is learned from gradients.
 *
 *     w <- w - rate sign(β₁m + (1 - β₁)g)        m <- β₂m + (1 - β₂)g
 *
 * Chen et al. 2023, algorithm 2, https://arxiv.org/abs/2302.06675; defaults of Keras 3.
 */
export function lion({
  learningRate = 0.001,
  beta1 = 0.9,
  beta2 = 0.99,
  ...shared
}: LionOptions = {}): Optimizer {
  checkShare('lion', 'beta1', beta1);
  checkShare('lion', 'beta2', beta2);
  return rule<'m'>(
    'lion',
    { learningRate, ...shared },
    {
      slots: { m: 'zeros' },
      step(w, g, { m }, { rate }) {
        const direction = m
          .mul(beta1)
          .add(g.mul(1 - beta1))
          .sign();
        return { w: w.sub(direction.mul(rate)), slots: { m: m.mul(beta2).add(g.mul(1 - beta2)) } };
      },
    },
  );
}
