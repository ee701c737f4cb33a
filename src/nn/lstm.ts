// Long short-term memory: a state that gates let in, keep and let out.
import { assert } from '../base/check.ts';
import { slice } from '../ops/concat.ts';
import { matmul } from '../ops/matmul.ts';
import { Tensor } from '../tensor.ts';
import { activationOf } from './activation.ts';
import { initializerOf, type Initializer } from './initializer.ts';
import type { Count } from './layer.ts';
import { recurrent, type GatedOptions, type Recurrent, type WithState } from './recurrent.ts';

export interface LstmOptions extends GatedOptions {
  /** The forget gate's bias begins at 1, so that much is kept at first. Jozefowicz et al. 2015. */
  readonly unitForgetBias?: boolean;
}

/** The initializer with 1 for the second quarter: the forget gate's. */
const rememberingFirst = (units: number, rest: Initializer): Initializer => ({
  name: rest.name,
  make(shape, fans, chance) {
    const { node } = rest.make(shape, fans, chance);
    return Tensor.later(shape, () => {
      const data = node.kind === 'input' ? node.data : undefined;
      assert(data !== undefined, () => `lstm: the initializer ${rest.name} must make numbers`);
      return Float32Array.from(data).fill(1, units, 2 * units);
    });
  },
});

/**
 * With i, f, o = recurrentActivation and g = activation of x·kernel + bias + h·recurrentKernel, columns in the order
 * i f g o: c = f c + i g, h = o activation(c), both from 0; a masked step leaves them as they are.
 *
 * Shapes: [N, time, features] -> [N, units], or [N, time, units] with returnSequences, and states
 * [N, units] with returnState; kernel [features, 4 units]
 * (Glorot uniform), recurrentKernel [units, 4 units] (orthogonal), bias [4 units] (zeros, and ones for f).
 * Hochreiter & Schmidhuber 1997, https://doi.org/10.1162/neco.1997.9.8.1735; f by Gers et al. 2000.
 */
export function lstm(units: number, options: LstmOptions & WithState): Recurrent<'many'>;
export function lstm(units: number, options?: LstmOptions): Recurrent;
export function lstm(
  units: number,
  {
    activation = 'tanh',
    recurrentActivation = 'sigmoid',
    biasInitializer = 'zeros',
    unitForgetBias = true,
    name = 'lstm',
    ...options
  }: LstmOptions = {},
): Recurrent<Count> {
  const call = `lstm(${units})`;
  const { of } = activationOf(call, activation);
  const gate = activationOf(call, recurrentActivation).of;
  const bias = initializerOf(call, biasInitializer);
  return recurrent(
    call,
    { name, kind: 'LSTM' },
    units,
    {
      gates: 4,
      states: 2,
      biasShape: [4 * units],
      step(x, [h, c], { recurrentKernel }, dropped) {
        const z = x.add(matmul(dropped(h!), recurrentKernel));
        const part = (i: number): Tensor => slice(z, 1, i * units, (i + 1) * units);
        const next = gate(part(1))
          .mul(c!)
          .add(gate(part(0)).mul(of(part(2))));
        return [gate(part(3)).mul(of(next)), next];
      },
    },
    { ...options, biasInitializer: unitForgetBias ? rememberingFirst(units, bias) : bias },
  );
}
