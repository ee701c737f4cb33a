// Layers that only arrange an example's numbers anew.
import { check } from '../base/check.ts';
import { at, show, sizeOf, type Shape } from '../base/shape.ts';
import { stateless, type Layer } from './layer.ts';

interface Named {
  readonly name?: string;
}

/** All numbers of an example in one row. Shapes: [N, ...] -> [N, numbers]. */
export const flatten = ({ name = 'flatten' }: Named = {}): Layer =>
  stateless(
    { name, kind: 'Flatten' },
    (shape) => [sizeOf(shape)],
    (x) => x.reshape([at(x.shape, 0), sizeOf(x.shape.slice(1))]),
  );

/** The numbers of an example, row-major, in another shape; one size may be -1: what is left. */
export function reshape(shape: Shape, { name = 'reshape' }: Named = {}): Layer {
  const call = `reshape(${show(shape)})`;
  const open = shape.filter((d) => d === -1).length;
  check(
    open <= 1 && shape.every((d) => Number.isInteger(d) && (d > 0 || d === -1)),
    () => `${call}: needs whole numbers from 1, one of them may be -1`,
  );
  const full = (from: Shape): number[] => {
    const known = shape.reduce((n, d) => (d === -1 ? n : n * d), 1);
    const total = sizeOf(from);
    check(
      open ? total % known === 0 : total === known,
      () => `${call}: ${show(from)} per example has ${total} numbers, which do not fill it`,
    );
    return shape.map((d) => (d === -1 ? total / known : d));
  };
  return stateless({ name, kind: 'Reshape' }, full, (x) =>
    x.reshape([at(x.shape, 0), ...full(x.shape.slice(1))]),
  );
}
