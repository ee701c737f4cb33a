// Normalizing each example by itself, over its last axis or others.
import type { Stateless } from './affine.ts';
import { unary, type Layer } from './layer.ts';
import {
  checkEpsilon,
  moments,
  ownAxes,
  scaleOf,
  sizesOn,
  standardized,
  type ScaleOptions,
  type ScaleParams,
} from './norm.ts';

export interface LayerNormOptions extends ScaleOptions {
  /** The axis or axes of [N, ...] that are normalized together. */
  readonly axis?: number | readonly number[];
}

/**
 * (x - mean) / sqrt(variance + epsilon) * gamma + beta over the axes, for each example and each place on the others.
 *
 * Shapes: [N, ...] -> the same; gamma (ones) and beta (zeros) have the sizes of the axes.
 * Ba et al. 2016, https://arxiv.org/abs/1607.06450
 */
export function layerNorm({
  axis = -1,
  epsilon = 1e-3,
  name = 'layer_normalization',
  ...options
}: LayerNormOptions = {}): Layer<ScaleParams, Stateless> {
  const call = 'layerNorm';
  checkEpsilon(call, epsilon);
  const scale = scaleOf(call, options);
  return unary({
    name,
    kind: 'LayerNormalization',
    build(shape, draw) {
      const sizes = sizesOn(shape, ownAxes(call, axis, shape));
      return { params: scale.make(sizes, draw), state: {}, shape };
    },
    apply({ params }, x) {
      const axes = ownAxes(call, axis, x.shape.slice(1)).map((i) => i + 1);
      const y = standardized(x, moments(x, axes), epsilon);
      return { y: scale.put(params, y, axes), state: {}, ...scale.penalty(params) };
    },
  });
}
