// Row-major places in a buffer.
import { int, plus, times, type Index } from '../base/formula.ts';
import { at, stridesOf, type Shape } from '../base/shape.ts';

/** The row-major place of an element. */
export function ravel(index: readonly Index[], shape: Shape): Index {
  const strides = stridesOf(shape);
  return plus(int(0), ...index.map((x, i) => times(x, at(strides, i))));
}
