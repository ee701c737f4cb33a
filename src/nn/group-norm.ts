// Normalizing each example by itself, over groups of channels; a group of one channel is instance norm.
import { check } from '../base/check.ts';
import { at, range, show, type Shape } from '../base/shape.ts';
import type { Stateless } from './affine.ts';
import { unary, type Layer } from './layer.ts';
import {
  checkEpsilon,
  moments,
  ownAxes,
  scaleOf,
  standardized,
  type ScaleOptions,
  type ScaleParams,
} from './norm.ts';

export interface GroupNormOptions extends ScaleOptions {
  /** How many groups; -1: as many as there are channels. */
  readonly groups?: number;
  /** The axis of [N, ...] that holds the channels. */
  readonly axis?: number;
}

/**
 * (x - mean) / sqrt(variance + epsilon) * gamma + beta, where the mean is one of an example's group: neighbouring
 * channels and all of the other axes.
 *
 * Shapes: [N, ..., C] -> the same; gamma (ones) and beta (zeros) [C]. Wu & He 2018, https://arxiv.org/abs/1803.08494
 */
export function groupNorm({
  groups = 32,
  axis = -1,
  epsilon = 1e-3,
  name = 'group_normalization',
  ...options
}: GroupNormOptions = {}): Layer<ScaleParams, Stateless> {
  const call = `groupNorm(${groups})`;
  check(
    groups === -1 || (Number.isInteger(groups) && groups >= 1),
    () => `${call}: groups must be a whole number from 1, or -1 for one a channel, got ${groups}`,
  );
  checkEpsilon(call, epsilon);
  const scale = scaleOf(call, options);
  const channelsOf = (shape: Shape): number => at(ownAxes(call, axis, shape), 0);
  return unary({
    name,
    kind: 'GroupNormalization',
    build(shape, draw) {
      const channels = at(shape, channelsOf(shape));
      check(
        groups === -1 || channels % groups === 0,
        () => `${call}: ${channels} channels of ${show(shape)} do not fall into ${groups} equal groups`,
      );
      return { params: scale.make([channels], draw), state: {}, shape };
    },
    apply({ params }, x) {
      const i = channelsOf(x.shape.slice(1)) + 1;
      const channels = at(x.shape, i);
      const count = groups === -1 ? channels : groups;
      const split = <T>(list: readonly T[], pair: readonly [T, T]): T[] => [
        ...list.slice(0, i),
        ...pair,
        ...list.slice(i + 1),
      ];
      const grouped = x.reshapeExtent({
        shape: split(x.shape, [count, channels / count]),
        scale: split(x.node.scale, [0, 0]),
      });
      const together = range(grouped.rank).filter((axis) => axis !== 0 && axis !== i);
      const y = standardized(grouped, moments(grouped, together), epsilon).reshapeLike(x);
      return { y: scale.put(params, y, [i]), state: {}, ...scale.penalty(params) };
    },
  });
}
