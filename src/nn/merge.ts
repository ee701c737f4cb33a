// Layers that make one of several inputs: element by element, or side by side.
import { check } from '../base/check.ts';
import { at, axisOf, broadcast, same, show, type Extent, type Shape } from '../base/shape.ts';
import { concat } from '../ops/concat.ts';
import type { Tensor } from '../tensor.ts';
import { merging, type Layer } from './layer.ts';

interface Named {
  readonly name?: string;
}

/** Sizes that all of these can be repeated to; a missing axis is one in front of the others. */
function joint(call: string, shapes: readonly Shape[]): Shape {
  const extents = shapes.map((shape): Extent => ({ shape, scale: shape.map(() => 0) }));
  return extents.reduce((a, b) => broadcast(call, a, b)).shape;
}

/** Axes of size 1 put behind the batch until there are `rank`. */
function ranked(x: Tensor, rank: number): Tensor {
  const missing = Array.from({ length: rank - x.rank }, () => 1);
  return x.reshapeExtent({
    shape: [at(x.shape, 0), ...missing, ...x.shape.slice(1)],
    scale: [at(x.node.scale, 0), ...missing.map(() => 0), ...x.node.scale.slice(1)],
  });
}

/** A layer that joins its inputs element by element; sizes of 1 are repeated. */
const elementwise = (
  call: string,
  head: Pick<Layer, 'name' | 'kind'>,
  join: (xs: readonly Tensor[]) => Tensor,
  count: { readonly least: number; readonly most: number } = { least: 1, most: Infinity },
): Layer =>
  merging({
    ...head,
    build(shapes) {
      check(
        shapes.length >= count.least && shapes.length <= count.most,
        () =>
          `${call}: needs ${count.most === 2 ? 'two inputs' : 'at least one input'}, got ${shapes.length}`,
      );
      return { params: {}, state: {}, shape: joint(call, shapes) };
    },
    apply(_, xs) {
      const rank = Math.max(...xs.map((x) => x.rank));
      return { y: join(xs.map((x) => ranked(x, rank))), state: {} };
    },
  });

const sum = (xs: readonly Tensor[]): Tensor => xs.reduce((a, b) => a.add(b));

/** The sum of the inputs. Shapes: several [N, ...] -> [N, ...]; sizes of 1 are repeated, as for all of these. */
export const add = ({ name = 'add' }: Named = {}): Layer => elementwise('add', { name, kind: 'Add' }, sum);

/** The first of two inputs less the second. */
export const subtract = ({ name = 'subtract' }: Named = {}): Layer =>
  elementwise('subtract', { name, kind: 'Subtract' }, ([a, b]) => a!.sub(b!), { least: 2, most: 2 });

/** The product of the inputs. */
export const multiply = ({ name = 'multiply' }: Named = {}): Layer =>
  elementwise('multiply', { name, kind: 'Multiply' }, (xs) => xs.reduce((a, b) => a.mul(b)));

/** The mean of the inputs. */
export const average = ({ name = 'average' }: Named = {}): Layer =>
  elementwise('average', { name, kind: 'Average' }, (xs) => sum(xs).div(xs.length));

/** The largest of the inputs, element by element; at a tie the gradient goes to the first. */
export const maximum = ({ name = 'maximum' }: Named = {}): Layer =>
  elementwise('maximum', { name, kind: 'Maximum' }, (xs) => xs.reduce((a, b) => a.max2(b)));

/** The smallest of the inputs, element by element; at a tie the gradient goes to the first. */
export const minimum = ({ name = 'minimum' }: Named = {}): Layer =>
  elementwise('minimum', { name, kind: 'Minimum' }, (xs) => xs.reduce((a, b) => a.min2(b)));

export interface ConcatenateOptions extends Named {
  /** The axis of [N, ...] along which the inputs stand; 1 is the first, -1 the last. */
  readonly axis?: number;
}

/** The inputs one after the other along an axis; their other sizes must be equal. */
export function concatenate({ axis = -1, name = 'concatenate' }: ConcatenateOptions = {}): Layer {
  const call = 'concatenate';
  return merging({
    name,
    kind: 'Concatenate',
    build(shapes) {
      check(shapes.length > 0, () => `${call}: needs at least one input, got none`);
      const first = at(shapes, 0);
      const i = axisOf(call, axis, first.length + 1) - 1;
      check(i >= 0, () => `${call}: axis 0 is the batch; name an axis from 1, or -1 for the last`);
      const others = (shape: Shape): Shape => shape.filter((_, j) => j !== i);
      for (const shape of shapes)
        check(
          shape.length === first.length && same(others(shape), others(first)),
          () =>
            `${call}: needs equal sizes but for axis ${i + 1}, got ${shapes.map(show).join(' and ')} per example`,
        );
      const length = shapes.reduce((n, shape) => n + at(shape, i), 0);
      return { params: {}, state: {}, shape: first.with(i, length) };
    },
    apply: (_, xs) => ({ y: concat(xs, axis), state: {} }),
  });
}
