// The gated recurrent unit: a state that gates renew in part.
import { slice } from '../ops/concat.ts';
import { matmul } from '../ops/matmul.ts';
import type { Tensor } from '../tensor.ts';
import { activationOf } from './activation.ts';
import type { Count } from './layer.ts';
import { recurrent, type Cell, type GatedOptions, type Recurrent, type WithState } from './recurrent.ts';

export interface GruOptions extends GatedOptions {
  /** Where the reset gate is applied: after h is multiplied by the recurrent kernel (as cuDNN does), or before. */
  readonly resetAfter?: boolean;
}

type Of = (x: Tensor) => Tensor;

const columns = (t: Tensor, units: number, from: number, to = from + 1): Tensor =>
  slice(t, t.rank - 1, from * units, to * units);

/** z h + (1 - z) candidate. */
const mixed = (z: Tensor, h: Tensor, candidate: Tensor): Tensor => z.mul(h.sub(candidate)).add(candidate);

const cells: Record<'after' | 'before', (units: number, of: Of, gate: Of) => Cell> = {
  after: (units, of, gate) => ({
    gates: 3,
    states: 1,
    biasShape: [2, 3 * units],
    inputBias: (bias) => slice(bias, 0, 0, 1),
    step(x, [h], { recurrentKernel, bias }, dropped) {
      const product = matmul(dropped(h!), recurrentKernel);
      const inner = bias ? product.add(slice(bias, 0, 1, 2)) : product;
      const part = (i: number): readonly [Tensor, Tensor] => [columns(x, units, i), columns(inner, units, i)];
      const [z, r] = [part(0), part(1)].map(([a, b]) => gate(a.add(b)));
      const [a, b] = part(2);
      return [mixed(z!, h!, of(a.add(r!.mul(b))))];
    },
  }),
  before: (units, of, gate) => ({
    gates: 3,
    states: 1,
    biasShape: [3 * units],
    step(x, [h], { recurrentKernel }, dropped) {
      const from = dropped(h!);
      const both = gate(columns(x, units, 0, 2).add(matmul(from, columns(recurrentKernel, units, 0, 2))));
      const [z, r] = [columns(both, units, 0), columns(both, units, 1)];
      const inner = matmul(r.mul(from), columns(recurrentKernel, units, 2));
      return [mixed(z, h!, of(columns(x, units, 2).add(inner)))];
    },
  }),
};

/**
 * With z, r = recurrentActivation of x·kernel + h·recurrentKernel, columns in the order z r g:
 * g = activation(x·kernel + r (h·recurrentKernel)), h = z h + (1 - z) g, from h = 0; a masked step leaves it as it is.
 * Biases are added to both products. With resetAfter false g takes (r h)·recurrentKernel, and there is one bias.
 *
 * Shapes: [N, time, features] -> [N, units], or [N, time, units] with returnSequences, and states
 * [N, units] with returnState; kernel [features, 3 units]
 * (Glorot uniform), recurrentKernel [units, 3 units] (orthogonal), bias [2, 3 units], or [3 units] (zeros).
 * Cho et al. 2014, https://arxiv.org/abs/1406.1078
 */
export function gru(units: number, options: GruOptions & WithState): Recurrent<'many'>;
export function gru(units: number, options?: GruOptions): Recurrent;
export function gru(
  units: number,
  {
    activation = 'tanh',
    recurrentActivation = 'sigmoid',
    resetAfter = true,
    name = 'gru',
    ...options
  }: GruOptions = {},
): Recurrent<Count> {
  const call = `gru(${units})`;
  const { of } = activationOf(call, activation);
  const gate = activationOf(call, recurrentActivation).of;
  const cell = cells[resetAfter ? 'after' : 'before'](units, of, gate);
  return recurrent(call, { name, kind: 'GRU' }, units, cell, options);
}
