// The convolution layer that keeps channels apart.
import { at } from '../base/shape.ts';
import { depthwiseConv2d as convolve } from '../ops/conv.ts';
import { affine, type Affine, type BiasOptions, type Stateless } from './affine.ts';
import { checkCount, fitting, windowsOf, written, type Size, type WindowOptions } from './arguments.ts';
import type { Initializer, InitializerName } from './initializer.ts';
import { unary, type Layer } from './layer.ts';
import type { Regularizer, RegularizerName } from './regularizer.ts';

export interface DepthwiseConv2dOptions extends BiasOptions, WindowOptions {
  /** Filters for each channel; 1 unless said. */
  readonly depthMultiplier?: number;
  /** 'glorotUniform' unless said. */
  readonly depthwiseInitializer?: InitializerName | Initializer;
  readonly depthwiseRegularizer?: RegularizerName | Regularizer;
}

/**
 * Each channel convolved with M = depthMultiplier filters of its own; outputs of one channel stand together.
 *
 * Shapes: [N, H, W, C] -> [N, rows, columns, C * M]; kernel [P, Q, C, M], bias [C * M].
 */
export function depthwiseConv2d(
  kernelSize: Size,
  options: DepthwiseConv2dOptions = {},
): Layer<Affine, Stateless> {
  const call = written('depthwiseConv2d', kernelSize);
  const { depthMultiplier = 1, depthwiseInitializer, depthwiseRegularizer } = options;
  checkCount(call, 'depthMultiplier', depthMultiplier);
  const windows = windowsOf(call, 'kernelSize', kernelSize, options);
  const parts = affine(call, {
    ...options,
    ...(depthwiseInitializer && { kernelInitializer: depthwiseInitializer }),
    ...(depthwiseRegularizer && { kernelRegularizer: depthwiseRegularizer }),
  });
  return unary({
    name: options.name ?? 'depthwise_conv2d',
    kind: 'DepthwiseConv2D',
    build(shape, draw) {
      const places = fitting(call, shape, windows);
      const [channels, out] = [at(shape, 2), at(shape, 2) * depthMultiplier];
      const params = parts.start([...windows.size, channels, depthMultiplier], [out], draw);
      return { params, state: {}, shape: [...places, out] };
    },
    apply: ({ params }, x) => parts.finish(convolve(x, params.kernel, windows), params),
  });
}
