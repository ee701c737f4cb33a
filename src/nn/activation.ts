// Functions after a layer's sum: one row each.
//
// To add one: write its row; it is then an activation of every layer that takes one, and of activation().
import { check } from '../base/check.ts';
import { softmax } from '../ops/rows.ts';
import type { Tensor } from '../tensor.ts';
import { stateless, type Applied, type Layer, type Logits } from './layer.ts';

interface Activation {
  readonly of: (x: Tensor) => Tensor;
  /** Set where a loss is more exact from what the function was given. */
  readonly logits?: Logits['of'];
}

export const activations = {
  linear: { of: (x) => x },
  relu: { of: (x) => x.relu() },
  sigmoid: { of: (x) => x.sigmoid(), logits: 'sigmoid' },
  softmax: { of: softmax, logits: 'softmax' },
  tanh: { of: (x) => x.tanh() },
} satisfies Record<string, Activation>;

export type ActivationName = keyof typeof activations;

/** The row of that name; `call` is who asks. */
export function activationOf(call: string, name: ActivationName): Activation {
  const row = Object.entries<Activation>(activations).find(([known]) => known === name)?.[1];
  check(
    row !== undefined,
    () =>
      `${call}: activation must be one of ${Object.keys(activations).join(', ')}, got ${JSON.stringify(name)}`,
  );
  return row;
}

/** The function's outputs, with its logits if it has such. */
export const activated = ({ of, logits }: Activation, x: Tensor): Omit<Applied, 'state'> => ({
  y: of(x),
  ...(logits && { logits: { of: logits, x } }),
});

/** A function of each element, or over the last axis: linear, relu, sigmoid, softmax or tanh. Shapes: [N, ...] -> the same. */
export function activation(
  name: ActivationName,
  { name: called = 'activation' }: { readonly name?: string } = {},
): Layer {
  const row = activationOf(`activation(${JSON.stringify(name)})`, name);
  return stateless(
    { name: called, kind: 'Activation' },
    (shape) => shape,
    (x) => activated(row, x),
  );
}
