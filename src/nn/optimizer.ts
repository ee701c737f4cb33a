// How a gradient moves a weight: one function each, weight by weight, with named slots that remember things.
//
// To add one: write a function that returns an Optimizer, export it in src/index.ts, and add it to `optimizers`
// in test/nn-optimizers.test.ts.
import { check } from '../base/check.ts';
import { Tensor } from '../tensor.ts';

/** What an update may use besides weight and gradient. */
export interface StepInfo {
  /** The number of this step, from 1; f32, shape []. */
  readonly t: Tensor;
  /** f32, shape []: a run-time number, so that changing it compiles nothing. */
  readonly rate: Tensor;
}

type Slots = Readonly<Record<string, Tensor>>;

export interface Optimizer {
  readonly name: string;
  /** Learning rate at the start. */
  readonly rate: number;
  /** Tensors in the shape of each weight, carried from step to step; what each starts as. */
  readonly slots: Readonly<Record<string, 'zeros' | 'weight'>>;
  /** The weight and its slots after one step along gradient `g`. */
  step(w: Tensor, g: Tensor, slots: Slots, info: StepInfo): { readonly w: Tensor; readonly slots: Slots };
}

/** The slot that averaged() keeps its averages in. */
export const averageSlot = 'average';

function checkRate(call: string, rate: number): void {
  check(Number.isFinite(rate) && rate >= 0, () => `${call}: rate must be a number from 0, got ${rate}`);
}

function checkShare(call: string, what: string, x: number): void {
  check(x >= 0 && x < 1, () => `${call}: ${what} must be from 0 to less than 1, got ${x}`);
}

export interface SgdOptions {
  readonly rate?: number;
  readonly momentum?: number;
  readonly nesterov?: boolean;
}

/**
 * Downhill: w <- w - rate g. With momentum: v <- momentum v - rate g, w <- w + v, or (nesterov)
 * w <- w + momentum v - rate g. As in Keras 3. Sutskever et al. 2013, https://proceedings.mlr.press/v28/sutskever13.html
 */
export function sgd({ rate = 0.01, momentum = 0, nesterov = false }: SgdOptions = {}): Optimizer {
  checkRate('sgd', rate);
  checkShare('sgd', 'momentum', momentum);
  return {
    name: 'sgd',
    rate,
    slots: momentum > 0 ? { velocity: 'zeros' } : {},
    step(w, g, { velocity }, { rate }) {
      const down = g.mul(rate).neg();
      if (!velocity) return { w: w.add(down), slots: {} };
      const v = velocity.mul(momentum).add(down);
      return { w: w.add(nesterov ? v.mul(momentum).add(down) : v), slots: { velocity: v } };
    },
  };
}

export interface AdamOptions {
  readonly rate?: number;
  readonly beta1?: number;
  readonly beta2?: number;
  readonly epsilon?: number;
}

/**
 * Adam: each weight gets its own step length, from the mean m and mean square v of its gradients.
 *
 *     m <- m + (g - m)(1 - β₁)        v <- v + (g² - v)(1 - β₂)
 *     w <- w - m α / (√v + ε)         with α = rate √(1 - β₂ᵗ) / (1 - β₁ᵗ)
 *
 * Kingma & Ba 2015, the efficient form before section 2.1, https://arxiv.org/abs/1412.6980; ε as in Keras 3.
 */
export function adam({
  rate = 1e-3,
  beta1 = 0.9,
  beta2 = 0.999,
  epsilon = 1e-7,
}: AdamOptions = {}): Optimizer {
  checkRate('adam', rate);
  checkShare('adam', 'beta1', beta1);
  checkShare('adam', 'beta2', beta2);
  return {
    name: 'adam',
    rate,
    slots: { m: 'zeros', v: 'zeros' },
    step(w, g, slots, { t, rate }) {
      const left = (beta: number): Tensor => Tensor.fill(beta).pow(t).neg().add(1); // 1 - βᵗ
      const alpha = rate.mul(left(beta2).sqrt()).div(left(beta1));
      const m = slot(slots, 'm').add(g.sub(slot(slots, 'm')).mul(1 - beta1));
      const v = slot(slots, 'v').add(
        g
          .mul(g)
          .sub(slot(slots, 'v'))
          .mul(1 - beta2),
      );
      return { w: w.sub(m.mul(alpha).div(v.sqrt().add(epsilon))), slots: { m, v } };
    },
  };
}

/**
 * Keeps, beside the weights that `inner` moves, their average over the steps: a <- decay a + (1 - decay) w.
 * evaluate() and predict() use it when asked for `weights: 'averaged'`. Polyak & Juditsky 1992,
 * https://doi.org/10.1137/0330046
 */
export function averaged(inner: Optimizer, decay = 0.999): Optimizer {
  checkShare('averaged', 'decay', decay);
  return {
    name: `averaged ${inner.name}`,
    rate: inner.rate,
    slots: { ...inner.slots, [averageSlot]: 'weight' },
    step(w, g, slots, info) {
      const next = inner.step(w, g, slots, info);
      const average = slot(slots, averageSlot);
      const moved = average.add(next.w.sub(average).mul(1 - decay));
      return { w: next.w, slots: { ...next.slots, [averageSlot]: moved } };
    },
  };
}

function slot(slots: Slots, name: string): Tensor {
  const t = slots[name];
  check(
    t !== undefined,
    () => `optimizer: there is no slot ${name}, only ${Object.keys(slots).join(', ') || 'none'}`,
  );
  return t;
}

/** The optimizers by name, with their defaults. */
export const optimizers = { sgd, adam } as const;

export type OptimizerName = keyof typeof optimizers;

/** The optimizer of that name, or the optimizer itself. */
export function optimizerOf(optimizer: OptimizerName | Optimizer): Optimizer {
  if (typeof optimizer === 'object') return optimizer;
  const make = Object.entries(optimizers).find(([name]) => name === optimizer)?.[1];
  check(
    make !== undefined,
    () =>
      `compile: optimizer must be one of ${Object.keys(optimizers).join(', ')}, got ${JSON.stringify(optimizer)}`,
  );
  return make();
}
