// The fully connected layer.
import { check } from '../base/check.ts';
import { at } from '../base/shape.ts';
import { matmul } from '../ops/matmul.ts';
import { affine, type Affine, type KernelOptions, type Stateless } from './affine.ts';
import { checkCount } from './arguments.ts';
import { unary, type Layer } from './layer.ts';

export type DenseOptions = KernelOptions;

/**
 * Every output is a weighted sum of every input of the last axis: y = activation(x·kernel + bias).
 *
 * Shapes: [N, ..., inputs] -> [N, ..., units]; kernel [inputs, units], bias [units].
 */
export function dense(units: number, options: DenseOptions = {}): Layer<Affine, Stateless> {
  const call = `dense(${units})`;
  checkCount(call, 'units', units);
  const parts = affine(call, options);
  return unary({
    name: options.name ?? 'dense',
    kind: 'Dense',
    build(shape, draw) {
      check(
        shape.length >= 1,
        () => `${call}: needs rows of numbers, got one number per example; put reshape([1]) before it`,
      );
      const params = parts.start([at(shape, shape.length - 1), units], [units], draw);
      return { params, state: {}, shape: [...shape.slice(0, -1), units] };
    },
    apply: ({ params }, x) => parts.finish(matmul(x, params.kernel), params),
  });
}
