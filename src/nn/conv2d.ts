// The convolution layer over images [H, W, C].
import { check } from '../base/check.ts';
import { at } from '../base/shape.ts';
import { conv2d as convolve } from '../ops/conv.ts';
import { groupedConv2d } from '../ops/grouped.ts';
import { affine, type Affine, type KernelOptions, type Stateless } from './affine.ts';
import { checkCount, fitting, windowsOf, written, type Size, type WindowOptions } from './arguments.ts';
import { unary, type Layer } from './layer.ts';

export interface Conv2dOptions extends KernelOptions, WindowOptions {
  /** Parts that channels and filters are cut into, each filter seeing only its part; 1 unless said. */
  readonly groups?: number;
}

/**
 * Each output pixel is a weighted sum over a window of the image, for each filter: y = activation(x * kernel + bias).
 *
 * Shapes: [N, H, W, C] -> [N, rows, columns, filters]; kernel [P, Q, C / groups, filters], bias [filters].
 */
export function conv2d(
  filters: number,
  kernelSize: Size,
  options: Conv2dOptions = {},
): Layer<Affine, Stateless> {
  const call = written('conv2d', filters, kernelSize);
  const { groups = 1 } = options;
  checkCount(call, 'filters', filters);
  checkCount(call, 'groups', groups);
  check(
    filters % groups === 0,
    () => `${call}: groups must divide the filters, got ${groups} groups of ${filters} filters`,
  );
  const windows = windowsOf(call, 'kernelSize', kernelSize, options);
  const parts = affine(call, options);
  return unary({
    name: options.name ?? 'conv2d',
    kind: 'Conv2D',
    build(shape, draw) {
      const places = fitting(call, shape, windows);
      const channels = at(shape, 2);
      check(
        channels % groups === 0,
        () => `${call}: groups must divide the channels, got ${groups} groups of ${channels} channels`,
      );
      const params = parts.start([...windows.size, channels / groups, filters], [filters], draw);
      return { params, state: {}, shape: [...places, filters] };
    },
    apply({ params }, x) {
      const { kernel } = params;
      const sum = groups === 1 ? convolve(x, kernel, windows) : groupedConv2d(x, kernel, groups, windows);
      return parts.finish(sum, params);
    },
  });
}
