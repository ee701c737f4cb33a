// What all optimizers have in common, so that each file of them holds only its rule: the learning rate, weight
// decay, clipping, and slots by name.
import { check } from '../base/check.ts';
import type { Tensor } from '../tensor.ts';
import { clipOf, type Clip, type ClipOptions } from './clip.ts';
import { checkLearningRate, checkNumber, type Schedule } from './schedule.ts';

/** What an update may use besides weight and gradient. */
export interface StepInfo {
  /** The number of this step, from 1; f32, shape []. */
  readonly t: Tensor;
  /** The learning rate; f32, shape []: a run-time number, so that changing it compiles nothing. */
  readonly rate: Tensor;
  /** Where the weight is in the model: `dense/kernel`. */
  readonly path?: string;
}

/** What a slot starts as: zeros, the weight itself, or one number. */
export type Start = 'zeros' | 'weight' | { readonly fill: number };

/** Moves weights by their gradients, each weight on its own. */
export interface Optimizer {
  readonly name: string;
  /** How far a step goes; a schedule says it for every step. */
  readonly learningRate: number | Schedule;
  /** Tensors in the shape of each weight, carried from step to step; what each starts as. */
  readonly slots: Readonly<Record<string, Start>>;
  /** What is done to all gradients first. */
  readonly clip?: Clip;
  /** The weight and its slots after one step along gradient `g`. */
  step(w: Tensor, g: Tensor, slots: Slots, info: StepInfo): { readonly w: Tensor; readonly slots: Slots };
}

type Slots = Readonly<Record<string, Tensor>>;

/** What every optimizer takes. */
export interface OptimizerOptions extends ClipOptions {
  /** How far a step goes: a number, or a schedule of them. */
  readonly learningRate?: number | Schedule;
  /** Before each step, this times the learning rate is taken off each weight, as a share of it. */
  readonly weightDecay?: number;
  /** Weights that do not decay: those with one of these texts in their path (`bias`), or those the function says. */
  readonly excludeFromWeightDecay?: readonly string[] | ((path: string) => boolean);
}

/** An optimizer's rule: slots that are always there and slots that options ask for. */
interface Rule<Always extends string, Sometimes extends string> {
  readonly slots: Readonly<Record<Always, Start> & Partial<Record<Sometimes, Start>>>;
  step(
    w: Tensor,
    g: Tensor,
    slots: Readonly<Record<Always, Tensor> & Partial<Record<Sometimes, Tensor>>>,
    info: StepInfo,
  ): { readonly w: Tensor; readonly slots: Slots };
}

/** The optimizer of a rule: weights decay first, as in Keras 3, then move. */
export function rule<Always extends string = never, Sometimes extends string = never>(
  name: string,
  {
    learningRate,
    weightDecay = 0,
    excludeFromWeightDecay: excluded = [],
    ...clipping
  }: OptimizerOptions & { readonly learningRate: number | Schedule },
  own: Rule<Always, Sometimes>,
): Optimizer {
  checkLearningRate(name, learningRate);
  checkNumber(name, 'weightDecay', weightDecay);
  const clip = clipOf(name, clipping);
  const decays = (path = ''): boolean =>
    weightDecay > 0 &&
    !(typeof excluded === 'function' ? excluded(path) : excluded.some((part) => path.includes(part)));
  return {
    name,
    learningRate,
    slots: own.slots,
    ...(clip && { clip }),
    step(w, g, held, info) {
      const start = decays(info.path) ? w.sub(w.mul(weightDecay).mul(info.rate)) : w;
      return own.step(start, g, slotsOf(name, held, Object.keys(own.slots) as (Always | Sometimes)[]), info);
    },
  };
}

/** The tensors of these slots, all of which must be there. */
export function slotsOf<Name extends string>(
  call: string,
  held: Slots,
  names: readonly Name[],
): Readonly<Record<Name, Tensor>> {
  for (const name of names)
    check(
      held[name] !== undefined,
      () => `${call}: there is no slot ${name}, only ${Object.keys(held).join(', ') || 'none'}`,
    );
  return held;
}

/** Throws unless x is from 0 to less than 1. */
export function checkShare(call: string, what: string, x: number): void {
  check(x >= 0 && x < 1, () => `${call}: ${what} must be from 0 to less than 1, got ${x}`);
}
