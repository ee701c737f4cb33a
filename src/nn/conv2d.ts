// The convolution layer over images [H, W, C].
import { check } from '../base/check.ts';
import { at, show, sizeOf, type Shape } from '../base/shape.ts';
import { conv2d as convolve, pairOf, samePadding, windows, type ConvOptions } from '../ops/conv.ts';
import type { Tensor } from '../tensor.ts';
import { activated, activationOf, type ActivationName } from './activation.ts';
import { checkCount } from './dense.ts';
import type { Layer } from './layer.ts';
import { glorotUniform, zeros } from './start.ts';

export interface Conv2dOptions extends ConvOptions {
  readonly activation?: ActivationName;
  readonly bias?: boolean;
  readonly name?: string;
}

type Pair = readonly [number, number];

/** How many windows fit an image [H, W, C] down and across; an error says what does not fit. */
export function windowsIn(call: string, shape: Shape, window: Pair, options: ConvOptions): Pair {
  check(
    shape.length === 3,
    () => `${call}: needs images [H, W, C], got ${show(shape)} per example; put reshape([H, W, C]) before it`,
  );
  const [strides, dilation] = [
    pairOf(call, 'strides', options.strides),
    pairOf(call, 'dilation', options.dilation),
  ];
  const fits = ([0, 1] as const).map((i) => {
    const pads =
      options.padding === 'same' ? samePadding(at(shape, i), window[i], strides[i], dilation[i]) : [0, 0];
    return windows(at(shape, i) + at(pads, 0) + at(pads, 1), window[i], strides[i], dilation[i]);
  });
  const [rows, columns] = [at(fits, 0), at(fits, 1)];
  check(
    rows >= 1 && columns >= 1,
    () =>
      `${call}: a window of ${show(window)} does not fit into ${show(shape)}; use padding 'same' or larger images`,
  );
  return [rows, columns];
}

/** As it was called, for messages. */
export const written = (name: string, ...args: readonly (number | Pair)[]): string =>
  `${name}(${args.map((x) => (typeof x === 'number' ? x : show(x))).join(', ')})`;

/**
 * Each output pixel is a weighted sum over a window of the image, for each filter: y = activation(x * kernel + bias).
 *
 * Shapes: [N, H, W, C] -> [N, rows, columns, filters]; kernel [P, Q, C, filters] (Glorot uniform), bias [filters] (zeros).
 */
export function conv2d(
  filters: number,
  size: number | Pair,
  { activation = 'linear', bias = true, name = 'conv2d', ...options }: Conv2dOptions = {},
): Layer<{ kernel: Tensor; bias?: Tensor }, Record<string, never>> {
  const call = written('conv2d', filters, size);
  checkCount(call, 'filters', filters);
  const window = pairOf(call, 'size', size);
  const after = activationOf(call, activation);
  return {
    name,
    kind: 'Conv2D',
    build(shape, draw) {
      const [rows, columns] = windowsIn(call, shape, window, options);
      const channels = at(shape, 2);
      const fans = { fanIn: sizeOf(window) * channels, fanOut: sizeOf(window) * filters };
      const kernel = glorotUniform([...window, channels, filters], fans, draw('kernel'));
      return {
        params: bias ? { kernel, bias: zeros([filters]) } : { kernel },
        state: {},
        shape: [rows, columns, filters],
      };
    },
    apply({ params: { kernel, bias } }, x) {
      const y = convolve(x, kernel, options);
      return { ...activated(after, bias ? y.add(bias) : y), state: {} };
    },
  };
}
