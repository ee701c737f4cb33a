// What a layer is: a value that makes parameters for inputs of a shape, and a pure function of parameters,
// state and inputs. Models are layers, so they nest.
//
// To add one: write a function that returns a Layer (dense.ts is the pattern), export it in src/index.ts, and
// add a row to `layers` in test/nn-layers.test.ts, which then checks shapes, counts and gradients.
import { uniform } from '../base/rng.ts';
import type { Shape } from '../base/shape.ts';
import type { Tensor } from '../tensor.ts';
import type { Tree } from './tree.ts';

/** Parameters or state: tensors by name. */
export type Params = Tree<Tensor>;

/** For each named parameter a function from an element's number to its chance, uniform in [0, 1). */
export type Draw = (parameter: string) => (element: number) => number;

/** A layer's parameters and state as they are in a step. */
export interface Held<P extends Params = Params, S extends Params = Params> {
  /** Learned: gradients are taken by these. */
  readonly params: P;
  /** Carried from step to step without gradients. */
  readonly state: S;
}

/** What build() gives: first values, and the shape that comes out, both without the batch axis. */
export interface Built<P extends Params = Params, S extends Params = Params> extends Held<P, S> {
  readonly shape: Shape;
  /** The layers inside, for summary(). */
  readonly parts?: readonly Part[];
}

/** A layer inside another, as it was built. */
export interface Part {
  readonly name: string;
  readonly kind: string;
  readonly built: Built;
}

/** Numbers before a last softmax or sigmoid; a loss takes them where that is more exact. */
export interface Logits {
  readonly of: 'softmax' | 'sigmoid';
  readonly x: Tensor;
}

/** What apply() gives: outputs, the next state, and logits where the last thing done was one of their functions. */
export interface Applied<S extends Params = Params> {
  readonly y: Tensor;
  readonly state: S;
  readonly logits?: Logits;
}

/** What a layer may know of the step it is in. */
export interface Context {
  /** Learning, so that chance (dropout) is at work. */
  readonly training: boolean;
  /** Uniform f32 in [0, 1) in the shape of `like`; other numbers for every name and every step. */
  readonly uniform: (like: Tensor, name: string) => Tensor;
}

export interface Layer<P extends Params = Params, S extends Params = Params> {
  /** What it is called in a model; a number is added where two would be called the same. */
  readonly name: string;
  /** What Keras calls such a layer. */
  readonly kind: string;
  /** First values for inputs of `shape`, the batch axis left out. */
  build(shape: Shape, draw: Draw): Built<P, S>;
  /** Outputs [N, ...] of inputs [N, ...shape]. */
  apply(held: Held<P, S>, x: Tensor, context: Context): Applied<S>;
}

/** A layer that holds nothing and only needs the shape that comes out and a function. */
export function stateless(
  head: Pick<Layer, 'name' | 'kind'>,
  shapeOut: (shape: Shape) => Shape,
  apply: (x: Tensor, context: Context) => Tensor | Omit<Applied, 'state'>,
): Layer {
  return {
    ...head,
    build: (shape) => ({ params: {}, state: {}, shape: shapeOut(shape) }),
    apply(_, x, context) {
      const out = apply(x, context);
      return 'y' in out ? { ...out, state: {} } : { y: out, state: {} };
    },
  };
}

/**
 * The number that a name stands for in the counter of random bits (base/rng.ts), so that another layer more or
 * less changes nobody's numbers. FNV-1a of Fowler, Noll and Vo, 30 bits of it.
 */
export function purposeOf(name: string): number {
  let hash = 0x811c9dc5;
  for (const letter of name) hash = Math.imul(hash ^ (letter.codePointAt(0) ?? 0), 0x01000193);
  return hash & 0x3fffffff;
}

/** First values for a seed: each parameter draws by its own name. */
export const drawFrom =
  (seed: number): Draw =>
  (parameter) => {
    const purpose = purposeOf(parameter);
    return (element) => uniform(seed, purpose, 0, element);
  };

/** For parameters whose numbers nobody looks at. */
export const nothing: Draw = () => () => 0;
