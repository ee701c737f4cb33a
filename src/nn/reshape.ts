// Layers that only arrange an example's numbers anew.
import { check } from '../base/check.ts';
import { at, show, sizeOf, type Shape } from '../base/shape.ts';
import { checkCount } from './arguments.ts';
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

/** The axes of an example in another order, counted from 1 as Keras has them: permute([2, 1]) swaps two. */
export function permute(dims: readonly number[], { name = 'permute' }: Named = {}): Layer {
  const call = `permute(${show(dims)})`;
  check(
    dims.length > 0 && [...dims].sort((a, b) => a - b).every((d, i) => d === i + 1),
    () => `${call}: needs the numbers from 1 to ${Math.max(1, dims.length)}, each once`,
  );
  return stateless(
    { name, kind: 'Permute' },
    (shape) => {
      check(
        shape.length === dims.length,
        () => `${call}: needs ${dims.length} axes, got ${show(shape)} per example`,
      );
      return dims.map((d) => at(shape, d - 1));
    },
    (x) => x.permute([0, ...dims]),
  );
}

/** Each example's row `n` times. Shapes: [N, features] -> [N, n, features]. */
export function repeatVector(n: number, { name = 'repeat_vector' }: Named = {}): Layer {
  const call = `repeatVector(${n})`;
  checkCount(call, 'n', n);
  return stateless(
    { name, kind: 'RepeatVector' },
    (shape) => {
      check(
        shape.length === 1,
        () => `${call}: needs rows of numbers, got ${show(shape)} per example; put flatten() before it`,
      );
      return [n, at(shape, 0)];
    },
    (x) => x.reshape([at(x.shape, 0), 1, at(x.shape, 1)]).expand([at(x.shape, 0), n, at(x.shape, 1)]),
  );
}
