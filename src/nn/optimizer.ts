// How a gradient moves a weight: the optimizers by name, and averaging the weights they move. What they share is
// in optimizer-rule.ts, their rules in the files beside it.
//
// To add one: write its rule with rule(), put it in `optimizers` here, export it in src/index.ts, and add a row
// to `rules` in test/nn-optimizers.test.ts.
import { check } from '../base/check.ts';
import { adadelta, adagrad, rmsprop } from './optimizer-adaptive.ts';
import { adam, adamax, adamw, nadam } from './optimizer-adam.ts';
import { checkShare, slotsOf, type Optimizer } from './optimizer-rule.ts';
import { lion, sgd } from './optimizer-sgd.ts';

export {
  adadelta,
  adagrad,
  rmsprop,
  type AdadeltaOptions,
  type AdagradOptions,
  type RmspropOptions,
} from './optimizer-adaptive.ts';
export { adam, adamax, adamw, nadam, type AdamOptions, type MomentsOptions } from './optimizer-adam.ts';
export type { Optimizer, OptimizerOptions, Start, StepInfo } from './optimizer-rule.ts';
export { lion, sgd, type LionOptions, type SgdOptions } from './optimizer-sgd.ts';

/** The slot that averaged() keeps its averages in. */
export const averageSlot = 'average';

/**
 * Keeps, beside the weights that `inner` moves, their average over the steps: a <- decay a + (1 - decay) w.
 * evaluate() and predict() use it when asked for `weights: 'averaged'`. It is Keras's `use_ema` with `ema_momentum`
 * for decay, but starts at the first weights (Keras: at those after one step) and never overwrites the weights.
 * Polyak & Juditsky 1992, https://doi.org/10.1137/0330046
 */
export function averaged(inner: Optimizer, decay = 0.999): Optimizer {
  checkShare('averaged', 'decay', decay);
  return {
    ...inner,
    name: `averaged ${inner.name}`,
    slots: { ...inner.slots, [averageSlot]: 'weight' },
    step(w, g, slots, info) {
      const next = inner.step(w, g, slots, info);
      const { average } = slotsOf('averaged', slots, [averageSlot]);
      const moved = average.add(next.w.sub(average).mul(1 - decay));
      return { w: next.w, slots: { ...next.slots, [averageSlot]: moved } };
    },
  };
}

/** The optimizers by name, with their defaults. */
export const optimizers = { sgd, rmsprop, adagrad, adadelta, adam, adamw, adamax, nadam, lion } as const;

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
