// Convolutions whose filters see only their group of the channels, as one contraction over all groups.
import { check } from '../base/check.ts';
import { at, show } from '../base/shape.ts';
import type { Tensor } from '../tensor.ts';
import { padded, pairOf, type ConvOptions } from './conv.ts';

/**
 * conv2d in `groups` parts: the first C / groups channels go into the first F / groups filters, and so on
 * (Krizhevsky et al. 2012, https://dl.acm.org/doi/10.5555/2999134.2999257).
 *
 * Shapes: x [N, H, W, C], kernel [P, Q, C / groups, F] -> [N, rows, columns, F].
 */
export function groupedConv2d(x: Tensor, kernel: Tensor, groups: number, options: ConvOptions = {}): Tensor {
  const call = 'groupedConv2d';
  const [p, q, c, f] = kernel.shape as [number, number, number, number];
  check(
    x.rank === 4 && kernel.rank === 4 && at(x.shape, 3) === c * groups && f % groups === 0,
    () =>
      `${call}: needs images [N, H, W, C] and a kernel [rows, columns, C / ${groups}, filters in ${groups} groups], got ${show(x.shape)} and ${show(kernel.shape)}`,
  );
  const { image, rows, columns } = padded(call, x, [p, q], options);
  const [[sh, sw], [dh, dw]] = [
    pairOf(call, 'strides', options.strides),
    pairOf(call, 'dilation', options.dilation),
  ];
  const [N, I, J, P, Q, G, C, F] = [0, 1, 2, 3, 4, 5, 6, 7] as const;
  const apart = image.reshape([...image.shape.slice(0, 3), groups, c]);
  const y = apart.contract(kernel.reshape([p, q, c, groups, f / groups]), {
    sizes: [at(x.shape, 0), rows, columns, p, q, groups, c, f / groups],
    scale: [at(x.node.scale, 0), 0, 0, 0, 0, 0, 0, 0],
    out: [N, I, J, G, F],
    a: [
      [[N, 1]],
      [
        [I, sh],
        [P, dh],
      ],
      [
        [J, sw],
        [Q, dw],
      ],
      [[G, 1]],
      [[C, 1]],
    ],
    b: [[[P, 1]], [[Q, 1]], [[C, 1]], [[G, 1]], [[F, 1]]],
  });
  return y.reshape([at(x.shape, 0), rows, columns, f]);
}
