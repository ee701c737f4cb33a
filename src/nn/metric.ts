// What people want to know of a prediction beside its loss: one number per example, the mean of which is reported.
// Keras's accuracies, and every loss by its name.
//
// Metrics take targets of any kind: class numbers become one-hot rows, and rows class numbers, as each needs them.
import { check } from '../base/check.ts';
import { at } from '../base/shape.ts';
import { oneHot } from '../ops/rows.ts';
import type { Tensor } from '../tensor.ts';
import { lossesByName, type Loss, type LossName, type Prediction } from './loss.ts';
import { perExample } from './per-example.ts';

export interface Metric {
  /** What its mean is called. */
  readonly name: string;
  /** One f32 per example. Shapes: target [N, ...] as the loss compares it, y [N, ...] -> [N]. */
  each(target: Tensor, prediction: Prediction, loss: Loss): Tensor;
}

/** The scores over classes: before a softmax, where its rounding has not made different ones equal. */
const scoresOf = ({ y, logits }: Prediction): Tensor => (logits?.of === 'softmax' ? logits.x : y);

/** The right class of each: i32, without the last axis. */
const classOf = (target: Tensor, loss: Loss): Tensor =>
  loss.target === 'class' ? target : target.argmax(-1);

/** What is right for each output: f32 in the shape of y. */
const numbersOf = (target: Tensor, { y }: Prediction, loss: Loss): Tensor =>
  loss.target === 'class' ? oneHot(target, at(y.shape, y.rank - 1)) : target;

/** Of steps that do not count none is looked at: in a batch, those that do count alike. */
const share = (hit: Tensor, { mask }: Prediction): Tensor => perExample(hit.to('f32'), mask);

const classAccuracy = (name: string): Metric => ({
  name,
  each: (target, prediction, loss) =>
    share(scoresOf(prediction).argmax(-1).equal(classOf(target, loss)), prediction),
});

/** Whether the largest output is the right class, which a row of the target tells. */
export const categoricalAccuracy = (): Metric => classAccuracy('categoricalAccuracy');

/** Whether the largest output is the right class, which the target is the number of. */
export const sparseCategoricalAccuracy = (): Metric => classAccuracy('sparseCategoricalAccuracy');

export interface BinaryAccuracyOptions {
  /** Outputs above it mean 1, others 0. */
  readonly threshold?: number;
}

/** The share of outputs on the target's side of the threshold; targets of 0 or 1. */
export function binaryAccuracy({ threshold = 0.5 }: BinaryAccuracyOptions = {}): Metric {
  check(Number.isFinite(threshold), () => `binaryAccuracy: threshold must be a number, got ${threshold}`);
  return {
    name: 'binaryAccuracy',
    each: (target, prediction, loss) =>
      share(
        prediction.y
          .greater(threshold)
          .to('f32')
          .equal(numbersOf(target, prediction, loss)),
        prediction,
      ),
  };
}

/** As Keras's 'accuracy': binaryAccuracy of a single output, else whether the largest is the right class. */
export const accuracy = (): Metric => ({
  name: 'accuracy',
  each(target, prediction, loss) {
    const { y } = prediction;
    const single = y.rank < 2 || y.shape.at(-1) === 1;
    const row = single && loss.target !== 'class' ? binaryAccuracy() : categoricalAccuracy();
    return row.each(target, prediction, loss);
  },
});

export interface TopKOptions {
  /** How many outputs may be as large as or larger than the right one, itself counted. */
  readonly k?: number;
}

function topK(name: string, k: number): Metric {
  check(Number.isInteger(k) && k >= 1, () => `${name}: k must be a whole number from 1, got ${k}`);
  return {
    name,
    each(target, prediction, loss) {
      const x = scoresOf(prediction);
      const right = x.mul(oneHot(classOf(target, loss), at(x.shape, x.rank - 1))).sum(-1, { keep: true });
      const larger = x.greater(right).to('f32').sum(-1);
      // As TensorFlow's in_top_k, which Keras asks: equal ones share a place, and nothing is right among NaN or Inf.
      const finite = x.abs().max(-1).less(Infinity);
      return share(larger.less(k).and(finite), prediction);
    },
  };
}

/** Whether fewer than k outputs are larger than that of the right class, which a row of the target tells. */
export const topKCategoricalAccuracy = ({ k = 5 }: TopKOptions = {}): Metric =>
  topK('topKCategoricalAccuracy', k);

/** Whether fewer than k outputs are larger than that of the right class, which the target is the number of. */
export const sparseTopKCategoricalAccuracy = ({ k = 5 }: TopKOptions = {}): Metric =>
  topK('sparseTopKCategoricalAccuracy', k);

/** A loss as a metric; `name` is what it was asked for by. */
const lossAsMetric = (name: string, asked: Loss): Metric => ({
  name,
  each: (target, prediction, loss) =>
    asked.each(
      asked.target === 'class' ? classOf(target, loss) : numbersOf(target, prediction, loss),
      prediction,
    ),
});

/** The metrics by name, with their defaults; every loss is one as well. */
export const metrics = {
  accuracy,
  binaryAccuracy,
  categoricalAccuracy,
  sparseCategoricalAccuracy,
  topKCategoricalAccuracy,
  sparseTopKCategoricalAccuracy,
} as const;

export type MetricName = keyof typeof metrics | LossName;

/** The metric of that name, or the metric itself. */
export function metricOf(metric: MetricName | Metric): Metric {
  if (typeof metric === 'object') {
    check(
      metric.name !== 'loss',
      () => `compile: a metric cannot be called loss, which is the loss's own name`,
    );
    return metric;
  }
  const own = Object.entries(metrics).find(([name]) => name === metric)?.[1];
  const loss = Object.entries(lossesByName).find(([name]) => name === metric)?.[1];
  check(
    own !== undefined || loss !== undefined,
    () =>
      `compile: metrics must be among ${[...Object.keys(metrics), ...Object.keys(lossesByName)].join(', ')}, got ${JSON.stringify(metric)}`,
  );
  return own ? own() : lossAsMetric(metric, (loss as () => Loss)());
}

/** What an epoch or an evaluation came to: the mean loss and metrics of its examples. */
export type Scores = { readonly loss: number } & { readonly [name in MetricName]?: number } & {
  readonly [name: string]: number;
};

/** Means by name as scores. */
export const scores = (means: Readonly<Record<string, number>>): Scores => ({
  ...means,
  loss: means['loss'] ?? NaN,
});
