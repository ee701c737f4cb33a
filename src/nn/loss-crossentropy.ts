// Losses of probabilities: how surprised a prediction is by what is right.
//
// Behind a last softmax or sigmoid the loss is computed from the numbers before it (logits), as Keras does:
// the same value, but exact where a probability rounds to 0 or 1.
import { check } from '../base/check.ts';
import { at } from '../base/shape.ts';
import { pick } from '../ops/rows.ts';
import type { Tensor } from '../tensor.ts';
import type { Logits } from './layer.ts';
import type { Loss, Prediction } from './loss.ts';
import { epsilon, perExample } from './per-example.ts';

/** What crossentropies take. */
export interface CrossentropyOptions {
  /** The model ends without softmax or sigmoid. */
  readonly fromLogits?: boolean;
}

export interface SmoothedOptions extends CrossentropyOptions {
  /** This share of each target is spread evenly over all classes, 0 to 1. Szegedy et al. 2016, https://arxiv.org/abs/1512.00567 */
  readonly labelSmoothing?: number;
}

/** The logits, if the model's last function was `of` or there was none. */
const logitsOf = (of: Logits['of'], { y, logits }: Prediction, fromLogits: boolean): Tensor | undefined => {
  if (logits?.of === of) return logits.x;
  return fromLogits ? y : undefined;
};

/** log(softmax(x)); the shift is a whole number at least the largest, which has no gradient to follow. */
function logProbabilities(x: Tensor): Tensor {
  const shifted = x.sub(x.max(-1, { keep: true }).ceil());
  return shifted.sub(shifted.exp().sum(-1, { keep: true }).log());
}

const kept = (p: Tensor): Tensor => p.clip(epsilon, 1 - epsilon);
const whole = (p: Tensor): Tensor => p.div(p.sum(-1, { keep: true }));

/**
 * The logarithms of probabilities over the last axis, from logits or from probabilities; those are made to sum to 1
 * and kept from 0 and 1, in the order that `before` says: Keras has one for class numbers and one for rows.
 */
function logs(prediction: Prediction, fromLogits: boolean, before: (p: Tensor) => Tensor): Tensor {
  const x = logitsOf('softmax', prediction, fromLogits);
  return x ? logProbabilities(x) : before(prediction.y).log();
}

const keptThenWhole = (p: Tensor): Tensor => whole(kept(p));
const wholeThenKept = (p: Tensor): Tensor => kept(whole(p));

/** Of a probability and of what is left to 1, from logits or from the probability: themselves and their logarithms. */
function bothOf(prediction: Prediction, fromLogits: boolean): { p: Both; logs: Both } {
  const x = logitsOf('sigmoid', prediction, fromLogits);
  if (x) {
    const logs = { yes: x.neg().softplus().neg(), no: x.softplus().neg() };
    return { p: { yes: logs.yes.exp(), no: logs.no.exp() }, logs };
  }
  const p = { yes: prediction.y, no: prediction.y.neg().add(1) };
  // What is left is kept from 0 itself: 1 less what is nearly 1 has few digits in f32.
  return { p, logs: { yes: kept(p.yes).log(), no: kept(p.no).log() } };
}

interface Both {
  readonly yes: Tensor;
  readonly no: Tensor;
}

function checkSmoothing(call: string, labelSmoothing: number): void {
  check(
    labelSmoothing >= 0 && labelSmoothing <= 1,
    () => `${call}: labelSmoothing must be from 0 to 1, got ${labelSmoothing}`,
  );
}

/** Targets with a share of them spread over `classes`. */
const smoothed = (target: Tensor, share: number, classes: number): Tensor =>
  share === 0 ? target : target.mul(1 - share).add(share / classes);

const classesOf = (target: Tensor): number => at(target.shape, target.rank - 1);

/** -log of the probability of the right class. Shapes: target i32 [N, ...], y [N, ..., classes]. */
export const sparseCategoricalCrossentropy = ({ fromLogits = false }: CrossentropyOptions = {}): Loss => ({
  name: 'sparseCategoricalCrossentropy',
  target: 'class',
  each: (target, prediction) =>
    perExample(pick(logs(prediction, fromLogits, keptThenWhole), target).neg(), prediction.mask),
});

/** -sum over classes of target * log(probability). Shapes: target and y [N, ..., classes]. */
export function categoricalCrossentropy({
  fromLogits = false,
  labelSmoothing = 0,
}: SmoothedOptions = {}): Loss {
  checkSmoothing('categoricalCrossentropy', labelSmoothing);
  return {
    name: 'categoricalCrossentropy',
    target: 'oneHot',
    each(target, prediction) {
      const t = smoothed(target, labelSmoothing, classesOf(target));
      return perExample(
        t
          .mul(logs(prediction, fromLogits, wholeThenKept))
          .sum(-1)
          .neg(),
        prediction.mask,
      );
    },
  };
}

/** -(t log p + (1 - t) log(1 - p)), the mean over an example's outputs. Shapes: target and y [N, ...]. */
export function binaryCrossentropy({ fromLogits = false, labelSmoothing = 0 }: SmoothedOptions = {}): Loss {
  checkSmoothing('binaryCrossentropy', labelSmoothing);
  return {
    name: 'binaryCrossentropy',
    target: 'numbers',
    range: [0, 1],
    each(target, prediction) {
      const t = smoothed(target, labelSmoothing, 2);
      const x = logitsOf('sigmoid', prediction, fromLogits);
      if (x) return perExample(x.softplus().sub(x.mul(t)), prediction.mask); // log(1 + e^x) - t x
      const { yes, no } = bothOf(prediction, fromLogits).logs;
      return perExample(t.mul(yes).add(t.neg().add(1).mul(no)).neg(), prediction.mask);
    },
  };
}

export interface FocalOptions extends SmoothedOptions {
  /** How much less is made of what is nearly right already; 0 is crossentropy. */
  readonly gamma?: number;
  /** A factor on all classes, or (binary) on target 1 with 1 - alpha on target 0. */
  readonly alpha?: number;
}

export interface BinaryFocalOptions extends FocalOptions {
  /** Whether alpha is used. */
  readonly applyClassBalancing?: boolean;
}

function checkFocal(call: string, gamma: number, alpha: number): void {
  check(
    gamma >= 0 && Number.isFinite(alpha),
    () => `${call}: gamma must be from 0 and alpha a number, got ${gamma} and ${alpha}`,
  );
}

/** What is missing to right, to the power of gamma; kept from 0, where a power below 1 has no slope. */
const focus = (missing: Tensor, gamma: number): Tensor => missing.max2(epsilon).pow(gamma);

/**
 * Crossentropy times (1 - pᵗ)^gamma, where pᵗ is the probability given to what is right: examples that are right
 * already count less. Shapes: target and y [N, ...]. Lin et al. 2017, https://arxiv.org/abs/1708.02002
 */
export function binaryFocalCrossentropy({
  gamma = 2,
  alpha = 0.25,
  applyClassBalancing = false,
  fromLogits = false,
  labelSmoothing = 0,
}: BinaryFocalOptions = {}): Loss {
  const name = 'binaryFocalCrossentropy';
  checkSmoothing(name, labelSmoothing);
  checkFocal(name, gamma, alpha);
  return {
    name,
    target: 'numbers',
    range: [0, 1],
    each(target, prediction) {
      const t = smoothed(target, labelSmoothing, 2);
      const rest = t.neg().add(1);
      const { p, logs } = bothOf(prediction, fromLogits);
      const likely = t.mul(logs.yes).add(rest.mul(logs.no));
      const missing = t.mul(p.no).add(rest.mul(p.yes));
      const weight = applyClassBalancing ? t.mul(alpha).add(rest.mul(1 - alpha)) : 1;
      return perExample(focus(missing, gamma).mul(likely).mul(weight).neg(), prediction.mask);
    },
  };
}

/** -sum over classes of alpha (1 - p)^gamma target log p. Shapes: target and y [N, ..., classes]. As binaryFocalCrossentropy. */
export function categoricalFocalCrossentropy({
  gamma = 2,
  alpha = 0.25,
  fromLogits = false,
  labelSmoothing = 0,
}: FocalOptions = {}): Loss {
  const name = 'categoricalFocalCrossentropy';
  checkSmoothing(name, labelSmoothing);
  checkFocal(name, gamma, alpha);
  return {
    name,
    target: 'oneHot',
    each(target, prediction) {
      const t = smoothed(target, labelSmoothing, classesOf(target));
      const log = logs(prediction, fromLogits, wholeThenKept);
      const missing = log.expm1().neg();
      return perExample(focus(missing, gamma).mul(log).mul(t).sum(-1).mul(-alpha), prediction.mask);
    },
  };
}

/** sum over classes of target * log(target / y), both kept from 0. Shapes: target and y [N, ..., classes]. */
export const klDivergence = (): Loss => ({
  name: 'klDivergence',
  target: 'oneHot',
  each(target, { y, mask }) {
    const [t, p] = [target.clip(epsilon, 1), y.clip(epsilon, 1)];
    return perExample(t.mul(t.div(p).log()).sum(-1), mask);
  },
});
