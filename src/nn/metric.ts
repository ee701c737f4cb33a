// What people want to know of a prediction beside its loss: one row each, one number per example.
import { check } from '../base/check.ts';
import { range } from '../base/shape.ts';
import type { Tensor } from '../tensor.ts';
import type { Loss, Prediction } from './loss.ts';

interface Metric {
  /** One f32 per example; their mean is reported. Shapes: target [N, ...], y [N, ...] -> [N]. */
  each(target: Tensor, prediction: Prediction, loss: Loss): Tensor;
}

/** The mean over all axes but the first, of bool as 0 and 1. */
function share(hit: Tensor): Tensor {
  const x = hit.to('f32');
  return x.rank > 1 ? x.mean(range(x.rank).slice(1)) : x;
}

export const metrics = {
  // Right where the largest output is the right class; where each output stands for itself, on the right side of 0.5.
  accuracy: {
    each(target, { y, logits }, loss) {
      if (loss.target === 'numbers')
        return share(y.greater(0.5).to('i32').equal(target.greater(0.5).to('i32')));
      const said = (logits?.of === 'softmax' ? logits.x : y).argmax(-1);
      return share(said.equal(loss.target === 'class' ? target : target.argmax(-1)));
    },
  },
} satisfies Record<string, Metric>;

export type MetricName = keyof typeof metrics;

/** The row of that name. */
export function metricOf(name: MetricName): Metric {
  const row = Object.entries<Metric>(metrics).find(([known]) => known === name)?.[1];
  check(
    row !== undefined,
    () => `compile: metrics must be among ${Object.keys(metrics).join(', ')}, got ${JSON.stringify(name)}`,
  );
  return row;
}

/** What an epoch or an evaluation came to: the mean loss and metrics of its examples. */
export type Scores = { readonly loss: number } & { readonly [name in MetricName]?: number };

/** Means by name as scores. */
export const scores = (means: Readonly<Record<string, number>>): Scores => ({
  ...means,
  loss: means['loss'] ?? NaN,
});
