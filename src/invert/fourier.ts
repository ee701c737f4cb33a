// Ways to describe a picture by numbers to search over: its pixels, fewer and larger pixels, or waves. Climbing the same
// slope in another description gives another picture: in waves scaled by their frequency, all scales of a picture move
// alike, and the high frequencies that noise is made of do not run ahead (Olah, Mordvintsev and Schubert 2017, "Feature
// Visualization", https://distill.pub/2017/feature-visualization). What is climbed is gradient.ts's business.
import { check } from '../base/check.ts';
import { at, range, sizeOf, type Shape } from '../base/shape.ts';
import { matmul } from '../ops/matmul.ts';
import { Tensor } from '../tensor.ts';

/** A description of pictures. */
export interface Canvas {
  readonly name: CanvasName | 'generator' | 'statistics';
  /** Sizes of the numbers for one picture. */
  readonly size: Shape;
  /** Numbers [N, ...size] -> pictures [N, H, W, C] of values of any size. */
  draw(z: Tensor): Tensor;
  /** What is taken from the score of each picture for unlikely numbers: [N]. */
  penalty?(z: Tensor): Tensor;
}

export type CanvasName = 'pixels' | 'coarse' | 'fourier';

/** Matrices [M, H] @ x @ [W, K] over the rows and columns of each picture. Shapes: [N, H, W, C] -> [N, M, K, C]. */
export function both(x: Tensor, down: Tensor, across: Tensor): Tensor {
  const columns = matmul(x.permute([0, 3, 1, 2]), across); // [N, C, H, K]
  const rows = matmul(columns.permute([0, 1, 3, 2]), down.permute([1, 0])); // [N, C, K, M]
  return rows.permute([0, 3, 2, 1]);
}

const matrix = (rows: number, columns: number, f: (i: number, j: number) => number): Tensor =>
  Tensor.from(
    Float32Array.from({ length: rows * columns }, (_, k) => f(Math.floor(k / columns), k % columns)),
    [rows, columns],
  );

/** The discrete Hartley transform, (cos + sin)(2 pi j k / n) / sqrt(n): real, symmetric and its own inverse. Bracewell 1983, https://doi.org/10.1364/JOSA.73.001832 */
export const hartley = (n: number): Tensor =>
  matrix(n, n, (j, k) => {
    const angle = (2 * Math.PI * ((j * k) % n)) / n;
    return (Math.cos(angle) + Math.sin(angle)) / Math.sqrt(n);
  });

/** Waves per picture of the k-th of n coefficients: k, or n - k in the other half. */
const frequency = (k: number, n: number): number => Math.min(k, n - k) / n;

/** Straight lines between the middles of `from` coarse pixels, read at `to` fine ones: [to, from]. */
export const interpolate = (to: number, from: number): Tensor =>
  matrix(to, from, (i, j) => {
    const place = Math.min(from - 1, Math.max(0, ((i + 0.5) * from) / to - 0.5));
    return Math.max(0, 1 - Math.abs(place - j));
  });

/** The pixels themselves. */
export const pixels = (shape: Shape): Canvas => ({ name: 'pixels', size: shape, draw: (z) => z });

/** Pictures of fewer pixels, enlarged by straight lines between them (bilinear). */
export function coarse(shape: Shape, factor = 2): Canvas {
  const [height, width, channels] = shape as [number, number, number];
  check(
    Number.isFinite(factor) && factor >= 1 && factor <= Math.min(height, width),
    () => `coarse: the factor must be a number from 1 to ${Math.min(height, width)}, got ${factor}`,
  );
  const size = [Math.ceil(height / factor), Math.ceil(width / factor), channels];
  const [down, across] = [interpolate(height, at(size, 0)), interpolate(width, at(size, 1)).permute([1, 0])];
  return { name: 'coarse', size, draw: (z) => both(z, down, across) };
}

/**
 * Waves, each divided by its frequency to the power `decay`: 1 makes all scales alike, more makes pictures smoother.
 * The real Hartley basis holds the same waves as the complex Fourier one, in half the numbers.
 */
export function fourier(shape: Shape, decay = 1): Canvas {
  const [height, width, channels] = shape as [number, number, number];
  const least = 1 / Math.max(height, width);
  const one = range(sizeOf([height, width])).map((k) => {
    const f = Math.hypot(frequency(Math.floor(k / width), height), frequency(k % width, width));
    return (Math.max(f, least) / least) ** -decay;
  });
  const scale = Tensor.from(Float32Array.from(one), [height, width, 1]);
  const [down, across] = [hartley(height), hartley(width)];
  // An orthonormal transform of one wave gives pixels of 1 / sqrt(HW) its size; waves of 1 shall give pixels of about 1.
  const gain = Math.sqrt(height * width) / Math.sqrt(one.reduce((sum, s) => sum + s * s, 0));
  return {
    name: 'fourier',
    size: [height, width, channels],
    draw: (z) => both(z.mul(scale), down, across).mul(gain),
  };
}

/** A canvas by name, for pictures of this shape. */
export function canvasOf(name: CanvasName, shape: Shape): Canvas {
  const makers = { pixels, coarse, fourier };
  check(
    name in makers,
    () => `idea: the canvas must be one of ${Object.keys(makers).join(', ')}, got ${JSON.stringify(name)}`,
  );
  return makers[name](shape);
}
