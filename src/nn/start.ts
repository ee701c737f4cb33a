// What parameters are before training: numbers from the host's counter-based chance, so that a seed gives the
// same weights on every device.
import { sizeOf, type Shape } from '../base/shape.ts';
import { Tensor } from '../tensor.ts';

/**
 * Uniform within sqrt(6 / (fanIn + fanOut)) around 0. Fans: how many inputs an output sums and the reverse.
 * Glorot & Bengio 2010, eq. 16, https://proceedings.mlr.press/v9/glorot10a.html
 */
export function glorotUniform(
  shape: Shape,
  { fanIn, fanOut }: { readonly fanIn: number; readonly fanOut: number },
  chance: (element: number) => number,
): Tensor {
  const limit = Math.sqrt(6 / (fanIn + fanOut));
  return Tensor.from(
    Float32Array.from({ length: sizeOf(shape) }, (_, i) => limit * (2 * chance(i) - 1)),
    shape,
  );
}

/** All zeros, held as numbers. */
export const zeros = (shape: Shape): Tensor => Tensor.from(new Float32Array(sizeOf(shape)), shape);
