// How wrong a prediction is: one row each. A loss gives one number per example; training takes their mean.
//
// Behind a last softmax or sigmoid the loss is computed from the numbers before it (logits), as Keras does:
// the same value, but exact where a probability rounds to 0 or 1.
import { check } from '../base/check.ts';
import { at, range, show, type Shape } from '../base/shape.ts';
import { pick } from '../ops/rows.ts';
import type { Tensor } from '../tensor.ts';
import type { Logits } from './layer.ts';

/** What a model said: its outputs, and the logits behind them where there are such. */
export interface Prediction {
  readonly y: Tensor;
  readonly logits?: Logits;
}

export interface Loss {
  readonly name: string;
  /** What it compares with: the number of the right class, or numbers in the outputs' shape. */
  readonly target: 'class' | 'oneHot' | 'numbers';
  /** The lowest and highest number a target may hold. */
  readonly range?: readonly [number, number];
  /** One number per example. Shapes: target [N, ...], y [N, ...] -> [N]. */
  each(target: Tensor, prediction: Prediction): Tensor;
}

export interface CrossentropyOptions {
  /** The model ends without softmax or sigmoid. */
  readonly fromLogits?: boolean;
}

/** Keras's: probabilities are taken no nearer to 0 and 1 than this. */
const epsilon = 1e-7;

const perExample = (x: Tensor): Tensor => (x.rank > 1 ? x.mean(range(x.rank).slice(1)) : x);

/** The logits, if the model's last function was `of` or there was none. */
const logitsOf = (of: Logits['of'], { y, logits }: Prediction, fromLogits: boolean): Tensor | undefined =>
  fromLogits ? y : logits?.of === of ? logits.x : undefined;

/** log(softmax(x)); the shift is a whole number at least the largest, which has no gradient to follow. */
function logProbabilities(x: Tensor): Tensor {
  const shifted = x.sub(x.max(-1, { keep: true }).ceil());
  return shifted.sub(shifted.exp().sum(-1, { keep: true }).log());
}

/** The logarithms of probabilities over the last axis, from logits or from probabilities. */
function logs(prediction: Prediction, fromLogits: boolean): Tensor {
  const x = logitsOf('softmax', prediction, fromLogits);
  if (x) return logProbabilities(x);
  const { y } = prediction;
  return y
    .div(y.sum(-1, { keep: true }))
    .clip(epsilon, 1 - epsilon)
    .log();
}

/** -log of the probability of the right class. Shapes: target i32 [N], y [N, classes]. */
export const sparseCategoricalCrossentropy = ({ fromLogits = false }: CrossentropyOptions = {}): Loss => ({
  name: 'sparseCategoricalCrossentropy',
  target: 'class',
  each: (target, prediction) => perExample(pick(logs(prediction, fromLogits), target).neg()),
});

/** -sum over classes of target * log(probability). Shapes: target [N, classes], y [N, classes]. */
export const categoricalCrossentropy = ({ fromLogits = false }: CrossentropyOptions = {}): Loss => ({
  name: 'categoricalCrossentropy',
  target: 'oneHot',
  each: (target, prediction) => perExample(target.mul(logs(prediction, fromLogits)).sum(-1).neg()),
});

/** -(t log p + (1 - t) log(1 - p)), the mean over an example's outputs. Shapes: target and y [N, ...]. */
export const binaryCrossentropy = ({ fromLogits = false }: CrossentropyOptions = {}): Loss => ({
  name: 'binaryCrossentropy',
  target: 'numbers',
  range: [0, 1],
  each(target, prediction) {
    const x = logitsOf('sigmoid', prediction, fromLogits);
    if (x) return perExample(x.softplus().sub(x.mul(target))); // log(1 + e^x) - t x
    const p = prediction.y.clip(epsilon, 1 - epsilon);
    const likely = target.mul(p.log()).add(target.neg().add(1).mul(p.neg().add(1).log()));
    return perExample(likely.neg());
  },
});

/** (y - t)^2, the mean over an example's outputs. Shapes: target and y [N, ...]. */
export const meanSquaredError = (): Loss => ({
  name: 'meanSquaredError',
  target: 'numbers',
  each(target, { y }) {
    const off = y.sub(target);
    return perExample(off.mul(off));
  },
});

/** The losses by name, with their defaults. */
export const losses = {
  sparseCategoricalCrossentropy,
  categoricalCrossentropy,
  binaryCrossentropy,
  meanSquaredError,
} as const;

export type LossName = keyof typeof losses;

/** The loss of that name, or the loss itself. */
export function lossOf(loss: LossName | Loss): Loss {
  if (typeof loss === 'object') return loss;
  const make = Object.entries(losses).find(([name]) => name === loss)?.[1];
  check(
    make !== undefined,
    () => `compile: loss must be one of ${Object.keys(losses).join(', ')}, got ${JSON.stringify(loss)}`,
  );
  return make();
}

/** The shape of one example's target for outputs of `shape`. */
export const targetShape = (loss: Loss, shape: Shape): Shape =>
  loss.target === 'class' ? shape.slice(0, -1) : shape;

/** Whether the targets are such that the loss means something; `call` is who asks, `per` their count in an example. */
export function checkTargets(call: string, loss: Loss, targets: ArrayLike<number>, outputs: Shape): void {
  const classes = outputs.at(-1);
  check(
    loss.target === 'numbers' || classes !== undefined,
    () => `${call}: ${loss.name} needs outputs [classes], got ${show(outputs)}`,
  );
  const [low, high] =
    loss.target === 'class' ? [0, (classes ?? 1) - 1] : (loss.range ?? [-Infinity, Infinity]);
  const whole = loss.target === 'class';
  const per = targetShape(loss, outputs).reduce((n, d) => n * d, 1);
  for (let i = 0; i < targets.length; i++) {
    const t = at(targets as number[], i);
    check(
      t >= low && t <= high && (!whole || Number.isInteger(t)),
      () =>
        `${call}: ${whole ? 'labels' : 'targets'} must be ${low} to ${high}, got ${t} at example ${Math.floor(i / per)}`,
    );
  }
}
