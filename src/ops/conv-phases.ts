// A convolution of an image whose elements were each repeated twice both ways (nearest upsampling), on the
// small image: each of the four phases of the result, by even and odd rows and columns, sees its own sums of
// neighbouring weights. A 3x3 kernel takes 16 products in place of 36, a 5x5 kernel 36 in place of 100.
import { at, same, type Shape } from '../base/shape.ts';
import type { Dim } from '../graph/contract.ts';
import type { Node } from '../graph/node.ts';
import type { Pair } from '../graph/view.ts';
import { Tensor } from '../tensor.ts';

/** The image [N, H, W, C] that `x` repeats twice down and across, as upsample2d() does, if it does. */
export function repeatedTwice(x: Tensor): Tensor | undefined {
  const [joined, wide, apart] = [x.node, x.node.src[0], x.node.src[0]?.src[0]];
  if (!moves(joined, 'reshape') || !moves(wide, 'expand') || !moves(apart, 'reshape')) return undefined;
  const small = at(apart.src, 0);
  const [n, h, w, c] = small.shape as [number, number, number, number];
  const steps: readonly (readonly [Node, Shape])[] = [
    [apart, [n, h, 1, w, 1, c]],
    [wide, [n, h, 2, w, 2, c]],
    [joined, [n, 2 * h, 2 * w, c]],
  ];
  return small.shape.length === 4 && steps.every(([step, shape]) => same(step.shape, shape))
    ? new Tensor(small)
    : undefined;
}

const moves = (n: Node | undefined, to: 'reshape' | 'expand'): n is Node =>
  n?.kind === 'view' && n.move.to === to;

/** One axis of it: which places of the small image each phase reads, and how weights add up to its taps. */
interface Phases {
  /** Places of each phase, and taps of its kernel. */
  readonly places: number;
  readonly taps: number;
  /** How far the odd phase's window lies behind the even phase's: 0 or 1. */
  readonly shift: number;
  /** Zeros before and after the small image. */
  readonly pad: Pair;
  /** [phase, tap, weight]: 1 where the weight belongs to the tap. */
  readonly sums: Tensor;
}

/** `count` windows of `window` weights over `size` elements, each twice, behind `before` zeros. */
function phasesOf(size: number, window: number, before: number, count: number): Phases {
  const place = (phase: number, k: number): number => Math.floor((phase + k - before) / 2);
  const first = [0, 1].map((phase) => place(phase, 0));
  const [even, odd] = [at(first, 0), at(first, 1)];
  const taps = Math.max(...[0, 1].map((phase) => place(phase, window - 1) - at(first, phase) + 1));
  const places = Math.ceil(count / 2);
  const belongs = [0, 1].flatMap((phase) =>
    Array.from({ length: taps * window }, (_, i) =>
      Number(place(phase, i % window) - at(first, phase) === Math.floor(i / window)),
    ),
  );
  return {
    places,
    taps,
    shift: odd - even,
    pad: [-even, Math.max(0, places - 1 + odd - even + taps + even - size)],
    sums: Tensor.from(Float32Array.from(belongs), [2, taps, window]),
  };
}

/**
 * conv2d with stride 1 of `small` repeated twice. Shapes: small [N, H, W, C], kernel [P, Q, C, F] -> [N, rows, columns, F];
 * `before`: zeros above and left of the repeated image.
 */
export function conv2dRepeated(
  small: Tensor,
  kernel: Tensor,
  before: readonly [number, number],
  [rows, columns]: readonly [number, number],
): Tensor {
  const [n, height, width, c] = small.shape as [number, number, number, number];
  const [p, q, , f] = kernel.shape as [number, number, number, number];
  const [down, across] = [phasesOf(height, p, before[0], rows), phasesOf(width, q, before[1], columns)];
  const weights = summed(kernel, down, across);
  const image = small.pad([[0, 0], down.pad, across.pad, [0, 0]]);
  const [N, I, J, R, S, T, U, C, F] = [0, 1, 2, 3, 4, 5, 6, 7, 8] as const;
  const batch = at(small.node.scale, 0);
  const phases = image.contract(weights, {
    sizes: [n, down.places, across.places, 2, 2, down.taps, across.taps, c, f],
    scale: [batch, 0, 0, 0, 0, 0, 0, 0, 0],
    out: [N, I, R, J, S, F],
    a: [[[N, 1]], window(I, R, T, down), window(J, S, U, across), [[C, 1]]],
    b: [[[R, 1]], [[T, 1]], [[S, 1]], [[U, 1]], [[C, 1]], [[F, 1]]],
    plainly: (p * q) / (down.taps * across.taps),
  });
  const [tall, broad] = [2 * down.places, 2 * across.places];
  return phases.reshapeExtent({ shape: [n, tall, broad, f], scale: [batch, 0, 0, 0] }).crop([
    [0, 0],
    [0, tall - rows],
    [0, broad - columns],
    [0, 0],
  ]);
}

const window = (place: number, phase: number, tap: number, { shift }: Phases): Dim => [
  [place, 1],
  ...(shift === 0 ? [] : ([[phase, shift]] as const)),
  [tap, 1],
];

/** The kernel of each phase: [phase, tap, phase, tap, C, F] of [P, Q, C, F]. */
function summed(kernel: Tensor, down: Phases, across: Phases): Tensor {
  const [p, q, c, f] = kernel.shape as [number, number, number, number];
  const [P, Q, C, F, R, T, S, U] = [0, 1, 2, 3, 4, 5, 6, 7] as const;
  const sizes = [p, q, c, f, 2, down.taps, 2, across.taps];
  const scale = sizes.map(() => 0);
  const tall = down.sums.contract(kernel, {
    sizes,
    scale,
    out: [R, T, Q, C, F],
    a: [[[R, 1]], [[T, 1]], [[P, 1]]],
    b: [[[P, 1]], [[Q, 1]], [[C, 1]], [[F, 1]]],
  });
  return across.sums.contract(tall, {
    sizes,
    scale,
    out: [R, T, S, U, C, F],
    a: [[[S, 1]], [[U, 1]], [[Q, 1]]],
    b: [[[R, 1]], [[T, 1]], [[Q, 1]], [[C, 1]], [[F, 1]]],
  });
}
