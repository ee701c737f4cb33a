// The convolution layer backwards: each pixel paints a window of a larger image.
import { check } from '../base/check.ts';
import { at, show, type Shape } from '../base/shape.ts';
import { conv2dTranspose as transpose, samePadding } from '../ops/conv.ts';
import type { Tensor } from '../tensor.ts';
import { affine, type Affine, type KernelOptions, type Stateless } from './affine.ts';
import {
  checkCount,
  checkImages,
  windowsOf,
  written,
  type Pair,
  type Size,
  type WindowOptions,
  type Windows,
} from './arguments.ts';
import { unary, type Layer } from './layer.ts';

export interface Conv2dTransposeOptions extends KernelOptions, WindowOptions {
  /** Rows and columns beyond the smallest image that a convolution with these strides makes the input of; less than the strides. */
  readonly outputPadding?: Size;
}

/** The output's size, and where it begins in the whole of what is painted. */
interface Cut {
  readonly size: number;
  readonly before: number;
}

/**
 * A transposed convolution (Keras's Conv2DTranspose): y = activation(sum of each pixel times the kernel at its place + bias).
 *
 * Shapes: [N, H, W, C] -> [N, rows, columns, filters]; kernel [P, Q, filters, C], bias [filters]. Rows are H * stride
 * for 'same', (H - 1) * stride + max(reach, stride) for 'valid', reach = (P - 1) * dilationRate + 1; with
 * outputPadding they are (H - 1) * stride + outputPadding + (reach modulo 2 for 'same', reach for 'valid').
 */
export function conv2dTranspose(
  filters: number,
  kernelSize: Size,
  options: Conv2dTransposeOptions = {},
): Layer<Affine, Stateless> {
  const call = written('conv2dTranspose', filters, kernelSize);
  checkCount(call, 'filters', filters);
  const windows = windowsOf(call, 'kernelSize', kernelSize, options);
  const extra = outputPaddingOf(call, windows, options.outputPadding);
  const parts = affine(call, options);
  return unary({
    name: options.name ?? 'conv2d_transpose',
    kind: 'Conv2DTranspose',
    build(shape, draw) {
      checkImages(call, shape);
      const params = parts.start([...windows.size, filters, at(shape, 2)], [filters], draw);
      return { params, state: {}, shape: [...cuts(shape, windows, extra).map((c) => c.size), filters] };
    },
    apply({ params }, x) {
      const { kernel } = params;
      if (extra === undefined) return parts.finish(transpose(x, kernel, windows), params);
      const all = transpose(x, kernel, { ...windows, padding: 'valid' });
      return parts.finish(cutOut(all, cuts(x.shape.slice(1), windows, extra)), params);
    },
  });
}

const reachOf = ({ size, dilation }: Windows, i: 0 | 1): number => (size[i] - 1) * dilation[i] + 1;

function outputPaddingOf(call: string, windows: Windows, given: Size | undefined): Pair | undefined {
  if (given === undefined) return undefined;
  const [down, across] = typeof given === 'number' ? [given, given] : given;
  const pair = [down, across] as const;
  const { strides, padding } = windows;
  check(
    pair.every((n, i) => Number.isInteger(n) && n >= 0 && n < at(strides, i)),
    () =>
      `${call}: outputPadding must be whole numbers from 0 and less than the strides ${show(strides)}, got ${JSON.stringify(given)}`,
  );
  // An even window with nothing added would leave out the last pixel: no convolution has it as its output's place.
  check(
    padding === 'valid' || ([0, 1] as const).every((i) => (reachOf(windows, i) % 2) + pair[i] >= 1),
    () =>
      `${call}: outputPadding must be at least 1 for even windows and padding 'same', got ${JSON.stringify(given)}; leave it out for H * stride rows`,
  );
  return pair;
}

/** Of images [H, W, C], down and across. */
function cuts(shape: Shape, windows: Windows, extra: Pair | undefined): Cut[] {
  const { size: window, strides, dilation, padding } = windows;
  return ([0, 1] as const).map((i) => {
    const [steps, reach] = [(at(shape, i) - 1) * strides[i], reachOf(windows, i)];
    if (padding === 'valid')
      return { size: steps + (extra ? reach + extra[i] : Math.max(reach, strides[i])), before: 0 };
    const size = steps + (extra ? (reach % 2) + extra[i] : strides[i]);
    return { size, before: samePadding(size, window[i], strides[i], dilation[i])[0] };
  });
}

/** The part of the images [N, H, W, C] that the cuts say, zeros where it goes beyond them. */
function cutOut(x: Tensor, [down, across]: readonly Cut[]): Tensor {
  const both = [down, across].map((cut, i) => {
    const after = at(x.shape, i + 1) - (cut?.before ?? 0) - (cut?.size ?? 0);
    return { before: cut?.before ?? 0, off: Math.max(0, after), on: Math.max(0, -after) };
  });
  return x
    .crop([[0, 0], ...both.map(({ before, off }) => [before, off] as const), [0, 0]])
    .pad([[0, 0], ...both.map(({ on }) => [0, on] as const), [0, 0]]);
}
