// Functions after a layer's sum: one row each, with Keras 3's formulas and defaults.
//
// To add one: write its row; it is then an activation of every layer that takes one, and of activation().
// A function that takes a number of its own is a layer here too, and may be given wherever a name may.
import { check } from '../base/check.ts';
import { softmax } from '../ops/rows.ts';
import { Tensor } from '../tensor.ts';
import { stateless, type Applied, type Layer, type Logits } from './layer.ts';

/** A function of each number, or over the last axis; any shape to the same shape. */
export interface Activation {
  readonly of: (x: Tensor) => Tensor;
  /** Set where a loss is more exact from what the function was given. */
  readonly logits?: Logits['of'];
}

const half = Math.sqrt(1 / 2);

/** x above 0, slope * x elsewhere. */
const leaky =
  (slope: number) =>
  (x: Tensor): Tensor =>
    x.where(x.greater(0), x.mul(slope));

/**
 * x above 0, alpha * (e^x - 1) below; what is not used stays finite, or its gradient would be 0 times infinity. At 0 the
 * slope is alpha, or 1 where 0 counts as above; which one is Keras's choice.
 */
const exponentialBelow =
  (alpha: number, isAbove = (x: Tensor): Tensor => x.greater(0)) =>
  (x: Tensor): Tensor =>
    x.where(isAbove(x), x.min2(0).expm1().mul(alpha));

const silu = (x: Tensor): Tensor => x.mul(x.sigmoid());

// Klambauer et al. 2017, https://arxiv.org/abs/1706.02515, eq. 2: mean 0 and variance 1 are kept.
const [seluScale, seluAlpha] = [1.0507009873554805, 1.6732632423543772];

/** seluScale * x from 0 on. */
const selfNormalizing = exponentialBelow(seluAlpha, (x) => x.greaterEqual(0));

/** x times the chance that a standard normal number is below x. */
const gaussian = (x: Tensor): Tensor => x.mul(x.mul(half).erf().add(1)).mul(0.5);

/** The same with tanh in place of erf. */
const gaussianByTanh = (x: Tensor): Tensor => {
  const inner = x.add(x.mul(x).mul(x).mul(0.044715)).mul(Math.sqrt(2 / Math.PI));
  return x.mul(inner.tanh().add(1)).mul(0.5);
};

/** x from 0 to 6, else the nearer of them; slope 0 at both. */
const upTo6 = (x: Tensor): Tensor => Tensor.fill(6).min2(x.relu());

/** The functions by name. Sources: gelu arXiv:1606.08415, silu arXiv:1702.03118, mish arXiv:1908.08681. */
export const activations = {
  linear: { of: (x) => x },
  relu: { of: (x) => x.relu() },
  sigmoid: { of: (x) => x.sigmoid(), logits: 'sigmoid' },
  softmax: { of: softmax, logits: 'softmax' },
  tanh: { of: (x) => x.tanh() },
  leakyRelu: { of: leaky(0.2) },
  elu: { of: exponentialBelow(1) },
  selu: { of: (x) => selfNormalizing(x).mul(seluScale) },
  gelu: { of: gaussian },
  silu: { of: silu },
  swish: { of: silu },
  softplus: { of: (x) => x.softplus() },
  softsign: { of: (x) => x.div(x.abs().add(1)) },
  exponential: { of: (x) => x.exp() },
  hardSigmoid: { of: (x) => upTo6(x.add(3)).mul(1 / 6) },
  relu6: { of: upTo6 },
  mish: { of: (x) => x.mul(x.softplus().tanh()) },
} satisfies Record<string, Activation>;

export type ActivationName = keyof typeof activations;

/** What a layer's `activation` takes: a name, or a function such as leakyRelu(0.1) or `{ of: (x) => x.sin() }`. */
export type AnyActivation = ActivationName | Activation;

const isFunction = (x: AnyActivation): x is Activation =>
  typeof x !== 'string' && typeof x?.of === 'function';

/** The row of that name, or the function itself; `call` is who asks. */
export function activationOf(call: string, given: AnyActivation): Activation {
  if (isFunction(given)) return given;
  const row = Object.entries<Activation>(activations).find(([known]) => known === given)?.[1];
  check(
    row !== undefined,
    () =>
      `${call}: activation must be one of ${Object.keys(activations).join(', ')}, got ${JSON.stringify(given)}`,
  );
  return row;
}

/** The function's outputs, with its logits if it has such. */
export const activated = ({ of, logits }: Activation, x: Tensor): Omit<Applied, 'state'> => ({
  y: of(x),
  ...(logits && { logits: { of: logits, x } }),
});

interface Named {
  readonly name?: string;
}

const asLayer = (head: Pick<Layer, 'name' | 'kind'>, row: Activation): Layer =>
  stateless(
    head,
    (shape) => shape,
    (x) => activated(row, x),
  );

/** A function of each element, or over the last axis: a name of `activations`, or a function. Shapes: [N, ...] -> the same. */
export function activation(given: AnyActivation, { name = 'activation' }: Named = {}): Layer {
  const row = activationOf(`activation(${JSON.stringify(given)})`, given);
  return asLayer({ name, kind: 'Activation' }, row);
}

/** A layer that is a function too, for the `activation` of others. */
const both = (head: Pick<Layer, 'name' | 'kind'>, of: Activation['of']): Layer & Activation =>
  Object.assign(asLayer(head, { of }), { of });

/**
 * x above 0, negativeSlope * x elsewhere. As a layer, or as the activation of another: `dense(8, { activation:
 * leakyRelu(0.1) })`. Keras's layer has slope 0.3, its function `leakyRelu` 0.2. Maas et al. 2013.
 */
export function leakyRelu(negativeSlope = 0.3, { name = 'leaky_re_lu' }: Named = {}): Layer & Activation {
  check(
    negativeSlope >= 0,
    () => `leakyRelu(${negativeSlope}): the slope must be a number from 0, got ${negativeSlope}`,
  );
  return both({ name, kind: 'LeakyReLU' }, leaky(negativeSlope));
}

/** x above 0, alpha * (e^x - 1) below; as a layer, or as the activation of another. Clevert et al. 2016, https://arxiv.org/abs/1511.07289 */
export const elu = (alpha = 1, { name = 'elu' }: Named = {}): Layer & Activation =>
  both({ name, kind: 'ELU' }, exponentialBelow(alpha));

/**
 * x times the chance that a standard normal number is below x, exactly or by tanh, for the `activation` of a layer.
 * Hendrycks & Gimpel 2016, https://arxiv.org/abs/1606.08415
 */
export const gelu = ({ approximate = false }: { readonly approximate?: boolean } = {}): Activation => ({
  of: approximate ? gaussianByTanh : gaussian,
});
