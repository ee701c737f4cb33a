// The functional form: what stands for a batch while a model is put together. Calling a layer with it computes
// nothing; it notes the call and finds the shapes that come out, so that what does not fit is said right there.
import { check } from '../base/check.ts';
import type { Dtype } from '../base/dtype.ts';
import type { AnyLayer, Count, Given } from './layer.ts';
import { showSizes, type Sizes } from './sizes.ts';

/** One use of a layer. */
export interface Call {
  readonly layer: AnyLayer;
  readonly inputs: readonly Symbolic[];
  readonly outputs: readonly Symbolic[];
}

/** What an input of a model is called and holds. */
export interface InputHead {
  readonly name: string;
  readonly dtype: Dtype | undefined;
}

/** A batch of examples of `shape` that a model will be given, or that a layer will give. */
export class Symbolic {
  /** Of one example; null where a size is open. */
  readonly shape: Sizes;
  /** Where it comes from: an input, or one output of a call. */
  readonly from: InputHead | Call;

  /** @internal */
  constructor(shape: Sizes, from: InputHead | Call) {
    this.shape = shape;
    this.from = from;
  }

  toString(): string {
    const { from } = this;
    return `${'layer' in from ? from.layer.name : from.name} ${showSizes(this.shape)}`;
  }
}

export interface InputOptions {
  readonly name?: string;
  /** Numbers become this; without it bytes become f32 from 0 to 1 and others stay what they are. */
  readonly dtype?: Dtype;
}

/**
 * An input of a model: examples of `shape`, null where a size may differ from batch to batch.
 *
 * @example
 * const x = input([28, 28, 1]);
 * const net = model({ inputs: x, outputs: dense(10)(flatten()(x)) });
 */
export function input(shape: Sizes, { name = 'input_layer', dtype }: InputOptions = {}): Symbolic {
  check(
    shape.every((d) => d === null || (Number.isInteger(d) && d >= 1)),
    () => `input: sizes must be whole numbers from 1, or null where open, got ${showSizes(shape)}`,
  );
  return new Symbolic([...shape], { name, dtype });
}

/** Notes a use of a layer; gives what stands for its outputs. */
export function call<N extends Count>(layer: AnyLayer & { readonly gives: N }, x: unknown): Given<N> {
  const inputs: readonly unknown[] = Array.isArray(x) ? x : [x];
  check(
    inputs.length > 0 && inputs.every((one) => one instanceof Symbolic),
    () =>
      `${layer.name}: takes what input() or another layer gave, got ${said(inputs)}; numbers go to model.predict()`,
  );
  const { shapes } = layer.lists.build(
    inputs.map((one) => one.shape),
    () => () => 0, // only the shapes are asked for
  );
  const outputs: Symbolic[] = [];
  const made: Call = { layer, inputs, outputs };
  for (const shape of shapes) outputs.push(new Symbolic(shape, made));
  return (layer.gives === 'many' ? outputs : outputs[0]) as Given<N>;
}

const said = (inputs: readonly unknown[]): string =>
  inputs.length === 0
    ? 'an empty list'
    : inputs
        .filter((x) => !(x instanceof Symbolic))
        .map((x) => (typeof x === 'object' && x !== null ? x.constructor.name : typeof x))
        .join(', ');
