// Optimizers that divide each weight's step by the size its gradients had: rmsprop and adadelta by that of the
// last ones, adagrad by that of all. Rules and defaults of Keras 3, where epsilon stands inside the root.
import { checkShare, rule, type Optimizer, type OptimizerOptions } from './optimizer-rule.ts';
import { checkNumber } from './schedule.ts';

export interface RmspropOptions extends OptimizerOptions {
  /** How much of the mean square is kept at each step. */
  readonly rho?: number;
  readonly momentum?: number;
  readonly epsilon?: number;
  /** Divide by the standard deviation of gradients instead of their root mean square. */
  readonly centered?: boolean;
}

/**
 * RMSprop: v <- ρv + (1 - ρ)g², w <- w - rate g / √(v + ε). Centered: a <- ρa + (1 - ρ)g and v - a² in place of v.
 * With momentum, u <- momentum u + that step, w <- w - u.
 * Tieleman & Hinton 2012, https://www.cs.toronto.edu/~tijmen/csc321/slides/lecture_slides_lec6.pdf
 */
export function rmsprop({
  learningRate = 0.001,
  rho = 0.9,
  momentum = 0,
  epsilon = 1e-7,
  centered = false,
  ...shared
}: RmspropOptions = {}): Optimizer {
  checkShare('rmsprop', 'rho', rho);
  checkShare('rmsprop', 'momentum', momentum);
  checkNumber('rmsprop', 'epsilon', epsilon);
  return rule<'v', 'a' | 'u'>(
    'rmsprop',
    { learningRate, ...shared },
    {
      slots: { v: 'zeros', ...(centered && { a: 'zeros' }), ...(momentum > 0 && { u: 'zeros' }) },
      step(w, g, { v: before, a: mean, u: moving }, { rate }) {
        const v = before.mul(rho).add(g.mul(g).mul(1 - rho));
        const a = mean?.mul(rho).add(g.mul(1 - rho));
        const spread = a ? v.sub(a.mul(a)) : v;
        const by = g.mul(rate).div(spread.add(epsilon).sqrt());
        const u = moving?.mul(momentum).add(by);
        return { w: w.sub(u ?? by), slots: { v, ...(a && { a }), ...(u && { u }) } };
      },
    },
  );
}

export interface AdagradOptions extends OptimizerOptions {
  /** What the sum of squares begins at. */
  readonly initialAccumulatorValue?: number;
  readonly epsilon?: number;
}

/**
 * Adagrad: s <- s + g², w <- w - rate g / √(s + ε), so that steps only ever shorten; s begins at 0.1. The default
 * rate of 0.001 is Keras's, and slow.
 * Duchi, Hazan & Singer 2011, https://jmlr.org/papers/v12/duchi11a.html
 */
export function adagrad({
  learningRate = 0.001,
  initialAccumulatorValue = 0.1,
  epsilon = 1e-7,
  ...shared
}: AdagradOptions = {}): Optimizer {
  checkNumber('adagrad', 'initialAccumulatorValue', initialAccumulatorValue);
  checkNumber('adagrad', 'epsilon', epsilon);
  return rule<'s'>(
    'adagrad',
    { learningRate, ...shared },
    {
      slots: { s: { fill: initialAccumulatorValue } },
      step(w, g, slots, { rate }) {
        const s = slots.s.add(g.mul(g));
        return { w: w.sub(g.mul(rate).div(s.add(epsilon).sqrt())), slots: { s } };
      },
    },
  );
}

export interface AdadeltaOptions extends OptimizerOptions {
  /** How much of both mean squares is kept at each step. */
  readonly rho?: number;
  readonly epsilon?: number;
}

/**
 * Adadelta: steps of about the size the last steps had, so that they have the weight's own unit.
 *
 *     v <- ρv + (1 - ρ)g²        d = g √(u + ε) / √(v + ε)        u <- ρu + (1 - ρ)d²        w <- w - rate d
 *
 * The paper's rate is 1; Keras's default is 0.001. Zeiler 2012, https://arxiv.org/abs/1212.5701
 */
export function adadelta({
  learningRate = 0.001,
  rho = 0.95,
  epsilon = 1e-7,
  ...shared
}: AdadeltaOptions = {}): Optimizer {
  checkShare('adadelta', 'rho', rho);
  checkNumber('adadelta', 'epsilon', epsilon);
  return rule<'v' | 'u'>(
    'adadelta',
    { learningRate, ...shared },
    {
      slots: { v: 'zeros', u: 'zeros' },
      step(w, g, slots, { rate }) {
        const v = slots.v.mul(rho).add(g.mul(g).mul(1 - rho));
        const d = g.mul(slots.u.add(epsilon).sqrt()).div(v.add(epsilon).sqrt());
        const u = slots.u.mul(rho).add(d.mul(d).mul(1 - rho));
        return { w: w.sub(d.mul(rate)), slots: { v, u } };
      },
    },
  );
}
