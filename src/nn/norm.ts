// What normalizing layers share: statistics over axes, and the scale and offset that are learned for what comes
// out. Which axes, and what is remembered, is each layer's own business.
import { check } from '../base/check.ts';
import { at, axesOf, show, type Shape } from '../base/shape.ts';
import type { Tensor } from '../tensor.ts';
import { fansOf, initializerOf, type Initializer, type InitializerName } from './initializer.ts';
import type { Draw } from './layer.ts';
import { penalties, regularizerOf, type Regularizer, type RegularizerName } from './regularizer.ts';

/** What every normalizing layer takes that learns a scale and an offset. */
export interface ScaleOptions {
  /** Added to the variance, so that no one divides by 0. */
  readonly epsilon?: number;
  /** Add a learned offset, beta. */
  readonly center?: boolean;
  /** Multiply by a learned scale, gamma. */
  readonly scale?: boolean;
  readonly betaInitializer?: InitializerName | Initializer;
  readonly gammaInitializer?: InitializerName | Initializer;
  readonly betaRegularizer?: RegularizerName | Regularizer;
  readonly gammaRegularizer?: RegularizerName | Regularizer;
  readonly name?: string;
}

/** gamma and beta, one number for each place on the axes that are normalized apart. */
export type ScaleParams = { gamma?: Tensor; beta?: Tensor };

/** The mean and the (biased) variance over axes, which stay with size 1. */
export interface Moments {
  readonly mean: Tensor;
  readonly variance: Tensor;
}

/** A number that is added below a root. */
export function checkEpsilon(call: string, epsilon: number): void {
  check(
    epsilon >= 0 && Number.isFinite(epsilon),
    () => `${call}: epsilon must be a number from 0, got ${epsilon}`,
  );
}

/** The moments of x over axes. The mean is taken off first: squares of large numbers would lose the small. */
export function moments(x: Tensor, axes: readonly number[]): Moments {
  const mean = x.mean(axes, { keep: true });
  const off = x.sub(mean);
  return { mean, variance: off.mul(off).mean(axes, { keep: true }) };
}

/** (x - mean) / sqrt(variance + epsilon). */
export const standardized = (x: Tensor, { mean, variance }: Moments, epsilon: number): Tensor =>
  x.sub(mean).mul(variance.add(epsilon).rsqrt());

/** The axes of [N, ...shape] that a layer was given, as axes of `shape`: 1 is its first, -1 its last. */
export function ownAxes(call: string, axis: number | readonly number[], shape: Shape): number[] {
  const axes = axesOf(call, axis, shape.length + 1);
  check(
    !axes.includes(0),
    () =>
      `${call}: axis 0 is the batch; name one of the ${shape.length} axes of ${show(shape)}, from 1 or -1`,
  );
  return axes.map((i) => i - 1);
}

/** The scale and offset of a layer: made for sizes, and put on what has those sizes on `axes` of [N, ...]. */
export interface Scale {
  make(sizes: Shape, draw: Draw): ScaleParams;
  put(params: ScaleParams, x: Tensor, axes: readonly number[]): Tensor;
  penalty(params: ScaleParams): { readonly penalty?: Tensor };
}

/** Reads what a layer was told about its scale and offset. */
export function scaleOf(
  call: string,
  {
    center = true,
    scale = true,
    betaInitializer = 'zeros',
    gammaInitializer = 'ones',
    ...options
  }: ScaleOptions,
): Scale {
  const [first, firstGamma] = [initializerOf(call, betaInitializer), initializerOf(call, gammaInitializer)];
  const beta = regularizerOf(call, options.betaRegularizer);
  const gamma = regularizerOf(call, options.gammaRegularizer);
  return {
    make: (sizes, draw) => ({
      ...(scale && { gamma: firstGamma.make(sizes, fansOf(sizes), draw('gamma')) }),
      ...(center && { beta: first.make(sizes, fansOf(sizes), draw('beta')) }),
    }),
    put(params, x, axes) {
      const along = (t: Tensor): Tensor => t.reshape(x.shape.map((d, i) => (axes.includes(i) ? d : 1)));
      const scaled = params.gamma ? x.mul(along(params.gamma)) : x;
      return params.beta ? scaled.add(along(params.beta)) : scaled;
    },
    penalty: (params) => penalties([gamma, params.gamma], [beta, params.beta]),
  };
}

/** The sizes of some axes. */
export const sizesOn = (shape: Shape, axes: readonly number[]): number[] => axes.map((i) => at(shape, i));
