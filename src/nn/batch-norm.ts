// Normalizing by the batch: while training by its own mean and variance, otherwise by their moving averages, which
// are the layer's state and move only in the step that trains it.
import { check } from '../base/check.ts';
import { at, range, show } from '../base/shape.ts';
import type { Tensor } from '../tensor.ts';
import { fansOf, initializerOf, type Initializer, type InitializerName } from './initializer.ts';
import { unary, type Layer } from './layer.ts';
import {
  checkEpsilon,
  moments,
  ownAxes,
  scaleOf,
  sizesOn,
  standardized,
  type Moments,
  type ScaleOptions,
  type ScaleParams,
} from './norm.ts';

export interface BatchNormOptions extends ScaleOptions {
  /** The axis of [N, ...] whose places are normalized apart: the channels. */
  readonly axis?: number;
  /** How much of the moving averages stays at a step. */
  readonly momentum?: number;
  readonly movingMeanInitializer?: InitializerName | Initializer;
  readonly movingVarianceInitializer?: InitializerName | Initializer;
}

/** What is remembered for use without training; f32 [C]. */
export type MovingMoments = { movingMean: Tensor; movingVariance: Tensor };

/** Keras's: a count of none is taken for this. */
const tiny = 1e-7;

/** The moments of the steps that count; mask [N, ...] for x [N, ..., C]. */
function maskedMoments(x: Tensor, mask: Tensor, axes: readonly number[]): Moments {
  const counts = mask
    .reshapeExtent({ shape: [...mask.shape, 1], scale: [...mask.node.scale, 0] })
    .to('f32')
    .expandTo(x);
  const kept = counts.greater(0);
  const total = counts.sum(axes, { keep: true }).add(tiny);
  const mean = x.where(kept, 0).sum(axes, { keep: true }).div(total);
  const off = x.sub(mean).where(kept, 0);
  return { mean, variance: off.mul(off).sum(axes, { keep: true }).div(total) };
}

/**
 * (x - mean) / sqrt(variance + epsilon) * gamma + beta, for each channel: over the batch and all other axes while
 * training, by moving averages otherwise. The variance is the biased one, and steps that are masked do not count.
 *
 * Shapes: [N, ..., C] -> the same; gamma (ones) and beta (zeros) [C]; state: movingMean (zeros), movingVariance
 * (ones) [C], each becoming momentum * itself + (1 - momentum) * the batch's.
 * Ioffe & Szegedy 2015, https://arxiv.org/abs/1502.03167
 */
export function batchNorm({
  axis = -1,
  momentum = 0.99,
  epsilon = 1e-3,
  movingMeanInitializer = 'zeros',
  movingVarianceInitializer = 'ones',
  name = 'batch_normalization',
  ...options
}: BatchNormOptions = {}): Layer<ScaleParams, MovingMoments> {
  const call = 'batchNorm';
  check(
    momentum >= 0 && momentum <= 1,
    () => `${call}: momentum must be a number from 0 to 1, got ${momentum}`,
  );
  checkEpsilon(call, epsilon);
  const scale = scaleOf(call, options);
  const firstMean = initializerOf(call, movingMeanInitializer);
  const firstVariance = initializerOf(call, movingVarianceInitializer);
  return unary({
    name,
    kind: 'BatchNormalization',
    build(shape, draw) {
      const sizes = sizesOn(shape, ownAxes(call, axis, shape));
      const state = {
        movingMean: firstMean.make(sizes, fansOf(sizes), draw('movingMean')),
        movingVariance: firstVariance.make(sizes, fansOf(sizes), draw('movingVariance')),
      };
      return { params: scale.make(sizes, draw), state, shape };
    },
    apply({ params, state }, x, { training, mask }) {
      const channels = at(ownAxes(call, axis, x.shape.slice(1)), 0) + 1;
      const others = range(x.rank).filter((i) => i !== channels);
      const along = (t: Tensor): Tensor => t.reshape(x.shape.map((d, i) => (i === channels ? d : 1)));
      check(
        mask === undefined || mask.rank === x.rank - 1,
        () => `${call}: a mask must have one axis less than ${show(x.shape)}, got ${show(mask?.shape ?? [])}`,
      );
      const now = !training
        ? { mean: along(state.movingMean), variance: along(state.movingVariance) }
        : mask
          ? maskedMoments(x, mask, others)
          : moments(x, others);
      const moved = (old: Tensor, latest: Tensor): Tensor =>
        old.mul(momentum).add(latest.reshape(old.shape).mul(1 - momentum));
      return {
        y: scale.put(params, standardized(x, now, epsilon), [channels]),
        state: training
          ? {
              movingMean: moved(state.movingMean, now.mean),
              movingVariance: moved(state.movingVariance, now.variance),
            }
          : state,
        ...scale.penalty(params),
      };
    },
  });
}
