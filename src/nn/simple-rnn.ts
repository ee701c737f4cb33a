// The plain recurrent layer: one sum and one function a step.
import { matmul } from '../ops/matmul.ts';
import { activationOf } from './activation.ts';
import type { Count } from './layer.ts';
import { recurrent, type RecurrentOptions, type Recurrent, type WithState } from './recurrent.ts';

/**
 * h = activation(x·kernel + bias + h·recurrentKernel), from h = 0, step by step; a masked step leaves h as it is.
 *
 * Shapes: [N, time, features] -> [N, units], or [N, time, units] with returnSequences, and states
 * [N, units] with returnState; kernel [features, units]
 * (Glorot uniform), recurrentKernel [units, units] (orthogonal), bias [units] (zeros).
 * Elman 1990, https://doi.org/10.1207/s15516709cog1402_1
 */
export function simpleRnn(units: number, options: RecurrentOptions & WithState): Recurrent<'many'>;
export function simpleRnn(units: number, options?: RecurrentOptions): Recurrent;
export function simpleRnn(
  units: number,
  { activation = 'tanh', name = 'simple_rnn', ...options }: RecurrentOptions = {},
): Recurrent<Count> {
  const call = `simpleRnn(${units})`;
  const { of } = activationOf(call, activation);
  return recurrent(
    call,
    { name, kind: 'SimpleRNN' },
    units,
    {
      gates: 1,
      states: 1,
      biasShape: [units],
      step: (x, [h], { recurrentKernel }, dropped) => [of(x.add(matmul(dropped(h!), recurrentKernel)))],
    },
    options,
  );
}
