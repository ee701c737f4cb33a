// What a layer is: a function to call in the functional form, that makes parameters for inputs of some shapes,
// and computes outputs from parameters, state and inputs. Models are layers, so they nest.
//
// To add one: write a function that returns unary(), merging() or stateless() of what it does (dense.ts is the
// pattern), export it in src/index.ts, and add a row to `layers` in test/nn-layers.test.ts, which then checks
// shapes, counts and gradients.
import { check, EidosError } from '../base/check.ts';
import { uniform } from '../base/rng.ts';
import { at, same, show, type Shape } from '../base/shape.ts';
import type { Tensor } from '../tensor.ts';
import type { Wiring } from './call-graph.ts';
import type { Chance } from './initializer.ts';
import { closedBy, common, isClosed, showSizes, type Sizes } from './sizes.ts';
import { call, type Symbolic } from './symbolic.ts';
import { leavesOfAll, type Tree } from './tree.ts';

/** Parameters or state: tensors by name. */
export type Params = Tree<Tensor>;

/** For each named parameter a function from an element's number to its chance, uniform in [0, 1). */
export type Draw = (parameter: string) => Chance;

/** A layer's parameters and state as they are in a step. */
export interface Held<P extends Params = Params, S extends Params = Params> {
  /** Learned: gradients are taken by these. */
  readonly params: P;
  /** Carried from step to step without gradients. */
  readonly state: S;
}

/** What build() of a layer of one output gives: first values, and the shape that comes out, without the batch axis. */
export interface Built<P extends Params = Params, S extends Params = Params> extends Held<P, S> {
  readonly shape: Shape;
}

/** First values, and the shapes that come out, without the batch axis. */
export interface BuiltLists<P extends Params = Params, S extends Params = Params> extends Held<P, S> {
  readonly shapes: readonly Sizes[];
  /** The layers inside, as they were built. */
  readonly parts?: readonly Part[];
}

/** A layer inside another, under the name it has there, as it was built. */
export interface Part {
  readonly name: string;
  readonly layer: AnyLayer;
  readonly built: BuiltLists;
}

/** Numbers before a last softmax or sigmoid; a loss takes them where that is more exact. */
export interface Logits {
  readonly of: 'softmax' | 'sigmoid';
  readonly x: Tensor;
}

/** What apply() of a layer of one output gives: it, the next state, and logits where the last thing done was one of their functions. */
export interface Applied<S extends Params = Params> {
  readonly y: Tensor;
  readonly state: S;
  readonly logits?: Logits;
  /** Added to the loss, as regularizers ask; f32, shape []. */
  readonly penalty?: Tensor;
  /** The part of it that is asked of outputs: it is asked again wherever the layer is used again. */
  readonly outputPenalty?: Tensor;
  /** Which steps of a sequence count: bool [N, time]. Not given, it is that of the inputs, where it still fits. */
  readonly mask?: Tensor;
}

/** The same of a layer of any number of outputs. */
export interface AppliedLists<S extends Params = Params> {
  readonly ys: readonly Tensor[];
  readonly state: S;
  /** By output. */
  readonly logits?: readonly (Logits | undefined)[];
  /** By output. */
  readonly masks?: readonly (Tensor | undefined)[];
  readonly penalty?: Tensor;
  readonly outputPenalty?: Tensor;
}

/** What a layer may know of the step it is in. */
export interface Context {
  /** Learning, so that chance (dropout) is at work. */
  readonly training: boolean;
  /** Uniform f32 in [0, 1) in the shape of `like`; other numbers for every name and every step. */
  readonly uniform: (like: Tensor, name: string) => Tensor;
  /** Which steps of its inputs count, where a layer before it said so: bool [N, time]. */
  readonly mask?: Tensor;
  /** Told what each layer inside gives, by its path, when someone looks into the step. */
  readonly watch?: (path: string, ys: readonly Tensor[]) => void;
}

/** Whether calling a layer gives one output, or a list of them. */
export type Count = 'one' | 'many';

/** What calling a layer gives. */
export type Given<N extends Count> = N extends 'many' ? readonly Symbolic[] : Symbolic;

/** A layer: called with what input() or other layers gave, it becomes part of a model. Its weights belong to it. */
export interface Layer<P extends Params = Params, S extends Params = Params, N extends Count = 'one'> {
  (x: Symbolic | readonly Symbolic[]): Given<N>;
  /** What it is called in a model; a number is added where two would be called the same. */
  readonly name: string;
  /** What Keras calls such a layer. */
  readonly kind: string;
  readonly gives: N;
  /** The layers it is made of, if it is. */
  readonly wiring?: Wiring;
  /** What it does, whatever the number of its inputs and outputs. */
  readonly lists: Lists<P, S>;
  /** The same for one input of known shape, the batch axis left out, and one output. */
  build(shape: Shape, draw: Draw): Built<P, S>;
  /** The same for one input and one output. Shapes: [N, ...shape] -> [N, ...]. */
  apply(held: Held<P, S>, x: Tensor, context: Context): Applied<S>;
}

/** What a layer does for lists of inputs and outputs. */
export interface Lists<P extends Params = Params, S extends Params = Params> {
  /** First values for inputs of `shapes`, the batch axes left out. */
  build(shapes: readonly Sizes[], draw: Draw): BuiltLists<P, S>;
  /** Outputs [N, ...] of inputs [N, ...shape]. */
  apply(held: Held<P, S>, xs: readonly Tensor[], context: Context): AppliedLists<S>;
}

/** A layer of any number of outputs. */
export type AnyLayer = Layer<Params, Params, Count>;

/** What a layer of one input and one output is made from. */
export interface Unary<P extends Params = Params, S extends Params = Params> {
  readonly name: string;
  readonly kind: string;
  /** First values for an input of `shape`, the batch axis left out. */
  build(shape: Shape, draw: Draw): Built<P, S>;
  /** Outputs [N, ...] of inputs [N, ...shape]. */
  apply(held: Held<P, S>, x: Tensor, context: Context): Applied<S>;
}

/** What a layer of several inputs and one output is made from. */
export interface Merging<P extends Params = Params, S extends Params = Params> {
  readonly name: string;
  readonly kind: string;
  /** First values for inputs of `shapes`, the batch axes left out. */
  build(shapes: readonly Shape[], draw: Draw): Built<P, S>;
  /** Outputs [N, ...] of inputs [N, ...shape]. */
  apply(held: Held<P, S>, xs: readonly Tensor[], context: Context): Applied<S>;
}

/** A layer of any number of inputs and outputs, from what it does. */
export function layerOf<P extends Params, S extends Params, N extends Count>({
  name,
  ...head
}: Pick<Layer<P, S, N>, 'name' | 'kind' | 'gives' | 'wiring' | 'lists'>): Layer<P, S, N> {
  const layer = (x: Symbolic | readonly Symbolic[]): Given<N> =>
    call(layer as unknown as AnyLayer & { readonly gives: N }, x);
  const { lists } = head;
  const alone: Pick<Layer<P, S>, 'build' | 'apply'> = {
    build(shape, draw) {
      const { params, state, shapes } = lists.build([shape], draw);
      return { params, state, shape: at(shapes, 0).filter((d) => d !== null) };
    },
    apply(held, x, context) {
      const { ys, logits, masks, ...rest } = lists.apply(held, [x], context);
      const [of, mask] = [logits?.[0], masks?.[0]];
      const y = at(ys, 0);
      return { ...rest, y, ...(of && { logits: of }), ...(mask && { mask }) };
    },
  };
  Object.defineProperty(layer, 'name', { value: name, enumerable: true });
  return Object.assign(layer, head, alone);
}

/** A layer of several inputs and one output. */
export const merging = <P extends Params, S extends Params>(does: Merging<P, S>): Layer<P, S> =>
  layerOf({
    name: does.name,
    kind: does.kind,
    gives: 'one',
    lists: {
      build: (shapes, draw) => builtFor(does, shapes, draw),
      apply: (held, xs, context) => asLists(does.apply(held, xs, context), context),
    },
  });

/** A layer of one input and one output. */
export const unary = <P extends Params, S extends Params>(does: Unary<P, S>): Layer<P, S> =>
  merging({
    name: does.name,
    kind: does.kind,
    build(shapes, draw) {
      check(shapes.length === 1, () => `${does.name}: takes one input, got ${shapes.length}`);
      return does.build(at(shapes, 0), draw);
    },
    apply: (held, xs, context) => does.apply(held, at(xs, 0), context),
  });

/** A layer that holds nothing and only needs the shape that comes out and a function. */
export const stateless = (
  { name, kind }: Pick<Layer, 'name' | 'kind'>,
  shapeOut: (shape: Shape) => Shape,
  apply: (x: Tensor, context: Context) => Tensor | Omit<Applied, 'state'>,
): Layer =>
  unary<Params, Params>({
    name,
    kind,
    build: (shape) => ({ params: {}, state: {}, shape: shapeOut(shape) }),
    apply(_, x, context) {
      const out = apply(x, context);
      return 'y' in out ? { ...out, state: {} } : { y: out, state: {} };
    },
  });

/** Two lengths that an open size is tried as. Neither is prime, so that reshape() has something to divide. */
const lengths = [48, 96] as const;

/** What a layer's build() gives for shapes that may be open: what differs between two lengths is open as well. */
function builtFor<P extends Params, S extends Params>(
  does: Merging<P, S>,
  shapes: readonly Sizes[],
  draw: Draw,
): BuiltLists<P, S> {
  const { name } = does;
  if (shapes.every(isClosed)) {
    const { shape, ...held } = does.build(shapes, draw);
    return { ...held, shapes: [shape] };
  }
  const taken = shapes.map(showSizes).join(', ');
  const tried = (length: number, by: Draw): Built<P, S> => {
    try {
      return does.build(
        shapes.map((sizes) => closedBy(sizes, length)),
        by,
      );
    } catch (error) {
      if (!(error instanceof EidosError)) throw error;
      throw new EidosError(
        `${error.message} (${name} was given ${taken}, and tried with ${length} for null)`,
      );
    }
  };
  const [a, b] = [tried(lengths[0], draw), tried(lengths[1], nothing)];
  const others = new Map(leavesOfAll(b.params, b.state));
  for (const [path, t] of leavesOfAll(a.params, a.state))
    check(
      same(t.shape, others.get(path)?.shape ?? []),
      () =>
        `${name}: its ${path} would depend on a size that is open in ${taken}; fix that size, or take one step or a mean over it before`,
    );
  const shape = common(a.shape, b.shape);
  check(
    shape !== undefined,
    () => `${name}: gives ${show(a.shape)} or ${show(b.shape)} for ${taken}; fix the open size`,
  );
  return { params: a.params, state: a.state, shapes: [shape] };
}

/**
 * One output as a list of outputs. A mask goes on with outputs [N, time, ...] that keep the time axis, unless
 * the layer says otherwise; flatten and layers that give one answer for a sequence end it.
 */
function asLists<S extends Params>(applied: Applied<S>, { mask }: Context): AppliedLists<S> {
  const { y, logits, mask: own, ...rest } = applied;
  const keeps = mask && y.rank > 2 && at(y.shape, 1) === at(mask.shape, 1);
  const now = 'mask' in applied ? own : keeps ? mask : undefined;
  return { ...rest, ys: [y], logits: [logits], masks: [now] };
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
    const chance = (element: number): number => uniform(seed, purpose, 0, element);
    return Object.assign(chance, { stream: { seed, purpose } });
  };

/** For parameters whose numbers nobody looks at. */
export const nothing: Draw = () => () => 0;
