// How wrong a prediction is: what a loss is, the losses by name, and what their targets must be. A loss gives one
// number per example; training takes their mean, which is Keras's sum over the batch size.
//
// To add one: write it in the file of its kind, put it in `losses`, export it in src/index.ts, and add a row to
// `cases` in test/nn-losses.test.ts.
import { check } from '../base/check.ts';
import { at, show, type Shape } from '../base/shape.ts';
import type { Tensor } from '../tensor.ts';
import type { Logits } from './layer.ts';
import {
  binaryCrossentropy,
  binaryFocalCrossentropy,
  categoricalCrossentropy,
  categoricalFocalCrossentropy,
  klDivergence,
  sparseCategoricalCrossentropy,
} from './loss-crossentropy.ts';
import {
  cosineSimilarity,
  halfSumSquaredError,
  huber,
  logCosh,
  meanAbsoluteError,
  meanAbsolutePercentageError,
  meanSquaredError,
  meanSquaredLogarithmicError,
  poisson,
} from './loss-distance.ts';
import { categoricalHinge, hinge, squaredHinge, wasserstein } from './loss-margin.ts';

export * from './loss-crossentropy.ts';
export * from './loss-distance.ts';
export * from './loss-margin.ts';

/** What a model said: its outputs, and the logits behind them where there are such. */
export interface Prediction {
  readonly y: Tensor;
  readonly logits?: Logits;
  /** Which steps of [N, time, ...] count, where a layer said so: bool [N, time]. */
  readonly mask?: Tensor;
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

/** The losses by name, with their defaults. */
export const losses = {
  sparseCategoricalCrossentropy,
  categoricalCrossentropy,
  binaryCrossentropy,
  categoricalFocalCrossentropy,
  binaryFocalCrossentropy,
  klDivergence,
  meanSquaredError,
  meanAbsoluteError,
  meanAbsolutePercentageError,
  meanSquaredLogarithmicError,
  halfSumSquaredError,
  huber,
  logCosh,
  poisson,
  cosineSimilarity,
  hinge,
  squaredHinge,
  categoricalHinge,
  wasserstein,
} as const;

/** Keras's short names. */
const short = {
  mse: meanSquaredError,
  mae: meanAbsoluteError,
  mape: meanAbsolutePercentageError,
  msle: meanSquaredLogarithmicError,
} as const;

export type LossName = keyof typeof losses | keyof typeof short;

/** Every name a loss can be asked for by. */
export const lossesByName: Readonly<Record<LossName, () => Loss>> = { ...losses, ...short };

/** The loss of that name, or the loss itself. */
export function lossOf(loss: LossName | Loss): Loss {
  if (typeof loss === 'object') return loss;
  const make = Object.entries(lossesByName).find(([name]) => name === loss)?.[1];
  check(
    make !== undefined,
    () => `compile: loss must be one of ${Object.keys(lossesByName).join(', ')}, got ${JSON.stringify(loss)}`,
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
