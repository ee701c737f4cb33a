// A convolution's sums with weights of their own at every place.
import { at, sizeOf } from '../base/shape.ts';
import { windowsOf as windowsIn } from '../ops/pool.ts';
import type { Tensor } from '../tensor.ts';
import { affine, type Affine, type KernelOptions, type Stateless } from './affine.ts';
import { checkCount, fitting, windowsOf, written, type Size, type WindowOptions } from './arguments.ts';
import { unary, type Layer } from './layer.ts';

export interface LocallyConnected2dOptions extends KernelOptions, Pick<WindowOptions, 'strides'> {}

/**
 * Each output pixel is a weighted sum over its window, with weights that no other place has (Keras 2's
 * LocallyConnected2D, padding 'valid'; Keras 3 has none).
 *
 * Shapes: [N, H, W, C] -> [N, rows, columns, filters]; kernel [rows * columns, P * Q * C, filters], bias
 * [rows, columns, filters].
 */
export function locallyConnected2d(
  filters: number,
  kernelSize: Size,
  options: LocallyConnected2dOptions = {},
): Layer<Affine, Stateless> {
  const call = written('locallyConnected2d', filters, kernelSize);
  checkCount(call, 'filters', filters);
  const windows = windowsOf(call, 'kernelSize', kernelSize, { strides: options.strides ?? 1 });
  const parts = affine(call, options);
  return unary({
    name: options.name ?? 'locally_connected2d',
    kind: 'LocallyConnected2D',
    build(shape, draw) {
      const places = fitting(call, shape, windows);
      const out = [...places, filters];
      const kernel = [sizeOf(places), sizeOf(windows.size) * at(shape, 2), filters];
      return { params: parts.start(kernel, out, draw), state: {}, shape: out };
    },
    apply({ params }, x) {
      const places = fitting(call, x.shape.slice(1), windows);
      const patches = windowsIn(x, windows.size, windows.strides, places);
      return parts.finish(eachPlace(patches, params.kernel), params);
    },
  });
}

/** Shapes: [N, rows, columns, P, Q, C], kernel [rows * columns, P * Q * C, filters] -> [N, rows, columns, filters]. */
function eachPlace(patches: Tensor, kernel: Tensor): Tensor {
  const [n, rows, columns] = patches.shape as [number, number, number];
  const [places, inputs, filters] = kernel.shape as [number, number, number];
  const [N, L, K, F] = [0, 1, 2, 3] as const;
  const sums = patches.reshape([n, places, inputs]).contract(kernel, {
    sizes: [n, places, inputs, filters],
    scale: [at(patches.node.scale, 0), 0, 0, 0],
    out: [N, L, F],
    a: [[[N, 1]], [[L, 1]], [[K, 1]]],
    b: [[[L, 1]], [[K, 1]], [[F, 1]]],
  });
  return sums.reshape([n, rows, columns, filters]);
}
