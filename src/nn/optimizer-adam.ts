// Adam and its kin: a step along the mean of the last gradients, divided by their size. Rules and defaults of
// Keras 3: epsilon is added after the root, outside the bias correction.
import { Tensor } from '../tensor.ts';
import { checkShare, rule, type Optimizer, type OptimizerOptions, type StepInfo } from './optimizer-rule.ts';
import { checkNumber } from './schedule.ts';

/** What Adam and its kin take. */
export interface MomentsOptions extends OptimizerOptions {
  /** How much of the mean of gradients is kept at each step. */
  readonly beta1?: number;
  /** How much of their size is kept at each step. */
  readonly beta2?: number;
  readonly epsilon?: number;
}

export interface AdamOptions extends MomentsOptions {
  /** Divide by the largest mean square so far instead of the latest. Reddi et al. 2018, https://arxiv.org/abs/1904.09237 */
  readonly amsgrad?: boolean;
}

function checkMoments(call: string, beta1: number, beta2: number, epsilon: number): void {
  checkShare(call, 'beta1', beta1);
  checkShare(call, 'beta2', beta2);
  checkNumber(call, 'epsilon', epsilon);
}

/** 1 - βᵗ: the share of a mean begun at 0 that is not still that 0 after t steps; exact in f32 where βᵗ is near 1. */
const begun = (beta: number, t: Tensor): Tensor => t.mul(Math.log(beta)).expm1().neg();

/** `mean` moved towards x: mean + (x - mean)(1 - β). */
const towards = (mean: Tensor, x: Tensor, beta: number): Tensor => mean.add(x.sub(mean).mul(1 - beta));

/** Adam under a name of its own. */
function adamAs(
  name: string,
  {
    learningRate = 0.001,
    beta1 = 0.9,
    beta2 = 0.999,
    epsilon = 1e-7,
    amsgrad = false,
    ...shared
  }: AdamOptions,
): Optimizer {
  checkMoments(name, beta1, beta2, epsilon);
  return rule<'m' | 'v', 'most'>(
    name,
    { learningRate, ...shared },
    {
      slots: { m: 'zeros', v: 'zeros', ...(amsgrad && { most: 'zeros' }) },
      step(w, g, slots, { t, rate }) {
        const alpha = rate.mul(begun(beta2, t).sqrt()).div(begun(beta1, t));
        const m = towards(slots.m, g, beta1);
        const v = towards(slots.v, g.mul(g), beta2);
        const most = slots.most?.max2(v);
        const by = m.mul(alpha).div((most ?? v).sqrt().add(epsilon));
        return { w: w.sub(by), slots: { m, v, ...(most && { most }) } };
      },
    },
  );
}

/**
 * Adam: each weight gets its own step length, from the mean m and mean square v of its gradients.
 *
 *     m <- m + (g - m)(1 - β₁)        v <- v + (g² - v)(1 - β₂)
 *     w <- w - m α / (√v + ε)         with α = rate √(1 - β₂ᵗ) / (1 - β₁ᵗ)
 *
 * Kingma & Ba 2015, the efficient form before section 2.1, https://arxiv.org/abs/1412.6980; ε as in Keras 3.
 */
export const adam = (options: AdamOptions = {}): Optimizer => adamAs('adam', options);

/**
 * Adam whose weights also shrink: w <- w - 0.004 rate w before each step, apart from the gradient.
 * Loshchilov & Hutter 2019, https://arxiv.org/abs/1711.05101
 */
export const adamw = ({ weightDecay = 0.004, ...options }: AdamOptions = {}): Optimizer =>
  adamAs('adamw', { weightDecay, ...options });

/**
 * Adamax: Adam with the largest gradient in place of the mean square, u <- max(β₂u, |g|),
 * w <- w - rate m / ((1 - β₁ᵗ)(u + ε)). Kingma & Ba 2015, algorithm 2, https://arxiv.org/abs/1412.6980
 */
export function adamax({
  learningRate = 0.001,
  beta1 = 0.9,
  beta2 = 0.999,
  epsilon = 1e-7,
  ...shared
}: MomentsOptions = {}): Optimizer {
  checkMoments('adamax', beta1, beta2, epsilon);
  return rule<'m' | 'u'>(
    'adamax',
    { learningRate, ...shared },
    {
      slots: { m: 'zeros', u: 'zeros' },
      step(w, g, slots, { t, rate }) {
        const m = towards(slots.m, g, beta1);
        const u = slots.u.mul(beta2).max2(g.abs());
        return { w: w.sub(m.mul(rate).div(u.add(epsilon).mul(begun(beta1, t)))), slots: { m, u } };
      },
    },
  );
}

/**
 * Nadam: Adam that looks ahead as Nesterov's momentum does, with β₁ rising over the first steps,
 * μᵢ = β₁(1 - 0.96ⁱ / 2).
 *
 *     w <- w - rate (μₜ₊₁ m / (1 - μ₁…μₜ₊₁) + (1 - μₜ) g / (1 - μ₁…μₜ)) / (√(v / (1 - β₂ᵗ)) + ε)
 *
 * Dozat 2016, https://openreview.net/forum?id=OM0jvwB8jIp57ZJjtNEZ
 */
export function nadam({
  learningRate = 0.001,
  beta1 = 0.9,
  beta2 = 0.999,
  epsilon = 1e-7,
  ...shared
}: MomentsOptions = {}): Optimizer {
  checkMoments('nadam', beta1, beta2, epsilon);
  return rule<'m' | 'v'>(
    'nadam',
    { learningRate, ...shared },
    {
      slots: { m: 'zeros', v: 'zeros' },
      step(w, g, slots, info) {
        const { ofMean, ofGradient } = nesterovShares(beta1, info);
        const m = towards(slots.m, g, beta1);
        const v = towards(slots.v, g.mul(g), beta2);
        const along = m.mul(ofMean).add(g.mul(ofGradient)).mul(info.rate);
        return { w: w.sub(along.div(v.div(begun(beta2, info.t)).sqrt().add(epsilon))), slots: { m, v } };
      },
    },
  );
}

/** How much Nadam's step takes of the mean and of the gradient itself: f32, shape []. */
function nesterovShares(beta1: number, { t }: StepInfo): { ofMean: Tensor; ofGradient: Tensor } {
  const mu = (i: Tensor): Tensor => Tensor.fill(warmth).pow(i).mul(-0.5).add(1).mul(beta1);
  const [now, next] = [mu(t), mu(t.add(1))];
  const product = Tensor.fill(beta1).pow(t).mul(warmProduct(t));
  const rest = (share: Tensor): Tensor => share.neg().add(1);
  return { ofMean: next.div(rest(product.mul(next))), ofGradient: rest(now).div(rest(product)) };
}

const warmth = 0.96;

/**
 * The product of 1 - 0.96ⁱ / 2 for i from 1 to t, from t alone, so that nothing has to be carried: its logarithm is
 * the sum over i of -Σₖ (0.96ⁱ / 2)ᵏ / k, and the sum over i is a geometric one for each k, so that with z = 0.96ᵗ
 * a polynomial in z remains. 40 terms: right to 1e-13.
 */
function warmProduct(t: Tensor): Tensor {
  const z = Tensor.fill(warmth).pow(t);
  let [polynomial, atOne] = [Tensor.fill(0), 0];
  for (let k = 40; k >= 1; k--) {
    const q = warmth ** k;
    const term = (0.5 ** k * q) / (k * (1 - q));
    polynomial = polynomial.add(term).mul(z);
    atOne += term;
  }
  return polynomial.sub(atOne).exp();
}
