// The fully connected layer.
import { check } from '../base/check.ts';
import { at, show } from '../base/shape.ts';
import { matmul } from '../ops/matmul.ts';
import type { Tensor } from '../tensor.ts';
import { activated, activationOf, type ActivationName } from './activation.ts';
import type { Layer } from './layer.ts';
import { glorotUniform, zeros } from './start.ts';

export interface DenseOptions {
  readonly activation?: ActivationName;
  readonly bias?: boolean;
  readonly name?: string;
}

/** A whole number from 1 that a layer was given. */
export function checkCount(call: string, what: string, n: number): void {
  check(Number.isInteger(n) && n >= 1, () => `${call}: ${what} must be a whole number from 1, got ${n}`);
}

/**
 * Every output is a weighted sum of every input: y = activation(x·kernel + bias).
 *
 * Shapes: [N, inputs] -> [N, units]; kernel [inputs, units] (Glorot uniform), bias [units] (zeros).
 */
export function dense(
  units: number,
  { activation = 'linear', bias = true, name = 'dense' }: DenseOptions = {},
): Layer<{ kernel: Tensor; bias?: Tensor }, Record<string, never>> {
  const call = `dense(${units})`;
  checkCount(call, 'units', units);
  const after = activationOf(call, activation);
  return {
    name,
    kind: 'Dense',
    build(shape, draw) {
      check(
        shape.length === 1,
        () => `${call}: needs rows of numbers, got ${show(shape)} per example; put flatten() before it`,
      );
      const inputs = at(shape, 0);
      const kernel = glorotUniform([inputs, units], { fanIn: inputs, fanOut: units }, draw('kernel'));
      return { params: bias ? { kernel, bias: zeros([units]) } : { kernel }, state: {}, shape: [units] };
    },
    apply({ params: { kernel, bias } }, x) {
      const y = matmul(x, kernel);
      return { ...activated(after, bias ? y.add(bias) : y), state: {} };
    },
  };
}
