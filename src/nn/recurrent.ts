// What recurrent layers share: their parameters, and the one loop over time. A cell says only how a step makes new
// states of old ones.
//
// The inputs of all steps are multiplied by the kernel at once, before the loop; in it there is only what depends on
// the step before.
import { check } from '../base/check.ts';
import { at, type Shape } from '../base/shape.ts';
import { matmul } from '../ops/matmul.ts';
import { scan } from '../ops/scan.ts';
import { Tensor } from '../tensor.ts';
import type { AnyActivation } from './activation.ts';
import type { Stateless } from './affine.ts';
import { checkCount } from './arguments.ts';
import { fansOf, initializerOf, type Initializer, type InitializerName } from './initializer.ts';
import { layerOf, type Context, type Count, type Draw, type Layer } from './layer.ts';
import { penalties, regularizerOf, type Regularizer, type RegularizerName } from './regularizer.ts';
import { showSizes, type Sizes } from './sizes.ts';

/** What every recurrent layer takes. */
export interface RecurrentOptions {
  /** Of what becomes the new state. */
  readonly activation?: AnyActivation;
  readonly useBias?: boolean;
  readonly kernelInitializer?: InitializerName | Initializer;
  readonly recurrentInitializer?: InitializerName | Initializer;
  readonly biasInitializer?: InitializerName | Initializer;
  readonly kernelRegularizer?: RegularizerName | Regularizer;
  readonly recurrentRegularizer?: RegularizerName | Regularizer;
  readonly biasRegularizer?: RegularizerName | Regularizer;
  /** The probability with which a feature is 0 while training: the same ones at all steps of a sequence. */
  readonly dropout?: number;
  /** The same for the state that goes from step to step. */
  readonly recurrentDropout?: number;
  /** Give the outputs of all steps, not only of the last. */
  readonly returnSequences?: boolean;
  /** Give the states after the last step too, as further outputs. */
  readonly returnState?: boolean;
  /** From the last step to the first; outputs of all steps come in that order. */
  readonly goBackwards?: boolean;
  readonly name?: string;
}

/** What gates take besides. */
export interface GatedOptions extends RecurrentOptions {
  /** Of the gates. */
  readonly recurrentActivation?: AnyActivation;
}

export type RecurrentParams = { kernel: Tensor; recurrentKernel: Tensor; bias?: Tensor };

/** A recurrent layer: called with a sequence, or with a list of it and the states to begin with. */
export type Recurrent<N extends Count = 'one'> = Layer<RecurrentParams, Stateless, N>;

/** Options that ask for the states too. */
export interface WithState {
  readonly returnState: true;
}

/** One kind of recurrent layer. */
export interface Cell {
  /** How many sums there are for each unit. */
  readonly gates: number;
  /** How many states go from step to step, each [N, units]; the first is the output. */
  readonly states: number;
  readonly biasShape: Shape;
  /** The bias of x·kernel; all of it unless the cell says otherwise. */
  readonly inputBias?: (bias: Tensor) => Tensor;
  /**
   * One step: x·kernel + bias and the states before, to the states after; `dropped` is what the output before becomes
   * where it is multiplied by the recurrent kernel. Shapes: x [N, gates * units], states [N, units].
   */
  step(
    x: Tensor,
    states: readonly Tensor[],
    params: RecurrentParams,
    dropped: (h: Tensor) => Tensor,
  ): Tensor[];
}

/** Zeros [N, columns] for a sequence [time, N, features]. */
const zerosFor = (x: Tensor, columns: number): Tensor =>
  Tensor.fill(0, [1, 1]).move({
    to: 'expand',
    extent: { shape: [at(x.shape, 1), columns], scale: [at(x.node.scale, 1), 0] },
  });

/** x with some of it 0 while training, by one draw for all steps. Shapes: like [N, features], x [..., N, features]. */
function dropping(rate: number, name: string, like: Tensor, context: Context): (x: Tensor) => Tensor {
  if (!context.training || rate === 0) return (x) => x;
  const kept = context.uniform(like, name).greaterEqual(rate);
  return (x) => x.mul(1 / (1 - rate)).where(kept, 0);
}

function checkRate(call: string, what: string, rate: number): void {
  check(rate >= 0 && rate < 1, () => `${call}: ${what} must be from 0 to less than 1, got ${rate}`);
}

/** Checks the shapes a layer is called with: a sequence and, if there are more, the states to begin with. */
function checkTaken(call: string, units: number, { states }: Cell, shapes: readonly Sizes[]): void {
  const [sequence = [], ...starts] = shapes;
  check(
    sequence.length === 2,
    () => `${call}: needs sequences [time, features], got ${showSizes(sequence)} per example`,
  );
  check(
    typeof sequence[1] === 'number',
    () => `${call}: the number of features must be known, got ${showSizes(sequence)} per example`,
  );
  check(
    starts.length === 0 || starts.length === states,
    () => `${call}: begins with ${states} states, or with none for zeros, got ${starts.length}`,
  );
  for (const shape of starts)
    check(
      shape.length === 1 && shape[0] === units,
      () => `${call}: its states are [${units}] per example, got ${showSizes(shape)}`,
    );
}

/** The cell over a sequence, from states or from zeros: the states after the last step, and the outputs of all if asked. */
function overTime(
  cell: Cell,
  params: RecurrentParams,
  xs: Tensor,
  {
    start,
    mask,
    dropped,
    sequences,
  }: {
    readonly start: readonly Tensor[];
    /** [time, N]. */
    readonly mask: Tensor | undefined;
    readonly dropped: (h: Tensor) => Tensor;
    readonly sequences: boolean;
  },
): { readonly states: readonly Tensor[]; readonly all: Tensor | undefined } {
  const sums = matmul(xs, params.kernel);
  const bias = params.bias && (cell.inputBias?.(params.bias) ?? params.bias);
  const { carry, out } = scan(
    start,
    [bias ? sums.add(bias) : sums, ...(mask ? [columnOf(mask)] : [])],
    (before, [now, counts]) => {
      const after = cell.step(now as Tensor, before, params, dropped);
      const next = counts ? after.map((t, i) => t.where(counts, at(before, i))) : after;
      return { carry: next, out: sequences ? [at(next, 0)] : [] };
    },
  );
  return { states: carry, all: out[0] };
}

/** A recurrent layer of that cell; with returnState it gives its last states too, each [N, units]. */
export function recurrent(
  call: string,
  head: Pick<Layer, 'name' | 'kind'>,
  units: number,
  cell: Cell,
  options: RecurrentOptions,
): Recurrent<Count> {
  const { dropout = 0, recurrentDropout = 0, returnState = false } = options;
  const { returnSequences: sequences = false, goBackwards = false } = options;
  checkCount(call, 'units', units);
  checkRate(call, 'dropout', dropout);
  checkRate(call, 'recurrentDropout', recurrentDropout);
  const parameters = parametersOf(call, units, cell, options);
  return layerOf<RecurrentParams, Stateless, Count>({
    ...head,
    gives: returnState ? 'many' : 'one',
    lists: {
      build(shapes, draw) {
        checkTaken(call, units, cell, shapes);
        const [time = null, features] = at(shapes, 0);
        const states = returnState ? Array.from({ length: cell.states }, () => [units]) : [];
        return {
          params: parameters.make(features ?? 0, draw),
          state: {},
          shapes: [sequences ? [time, units] : [units], ...states],
        };
      },
      apply({ params }, [x, ...starts], context) {
        const inTime = (t: Tensor): Tensor => (goBackwards ? t.flip(0) : t);
        const xs = inTime((x as Tensor).permute([1, 0, 2]));
        const zeros = zerosFor(xs, units);
        const { states, all } = overTime(
          cell,
          params,
          dropping(dropout, 'dropout', zerosFor(xs, at(xs.shape, 2)), context)(xs),
          {
            start: starts.length > 0 ? starts : Array.from({ length: cell.states }, () => zeros),
            mask: context.mask && inTime(context.mask.permute([1, 0])),
            dropped: dropping(recurrentDropout, 'recurrentDropout', zeros, context),
            sequences,
          },
        );
        return {
          ys: [all?.permute([1, 0, 2]) ?? at(states, 0), ...(returnState ? states : [])],
          state: {},
          masks: [all && context.mask && (goBackwards ? context.mask.flip(1) : context.mask)],
          ...parameters.penalty(params),
        };
      },
    },
  });
}

/** [time, N] as [time, N, 1]. */
const columnOf = (t: Tensor): Tensor =>
  t.reshapeExtent({ shape: [...t.shape, 1], scale: [...t.node.scale, 0] });

/** The parameters of a cell as the options want them: kernel [features, gates * units], recurrentKernel, bias. */
function parametersOf(
  call: string,
  units: number,
  { gates, biasShape }: Cell,
  {
    useBias = true,
    kernelInitializer = 'glorotUniform',
    recurrentInitializer = 'orthogonal',
    biasInitializer = 'zeros',
    ...options
  }: RecurrentOptions,
): {
  readonly make: (features: number, draw: Draw) => RecurrentParams;
  readonly penalty: (params: RecurrentParams) => { readonly penalty?: Tensor };
} {
  const first = {
    kernel: initializerOf(call, kernelInitializer),
    recurrentKernel: initializerOf(call, recurrentInitializer),
    bias: initializerOf(call, biasInitializer),
  };
  const kernel = regularizerOf(call, options.kernelRegularizer);
  const recurrentKernel = regularizerOf(call, options.recurrentRegularizer);
  const bias = regularizerOf(call, options.biasRegularizer);
  return {
    make(features, draw) {
      const made = (name: keyof typeof first, shape: Shape): Tensor =>
        first[name].make(shape, fansOf(shape), draw(name));
      return {
        kernel: made('kernel', [features, gates * units]),
        recurrentKernel: made('recurrentKernel', [units, gates * units]),
        ...(useBias && { bias: made('bias', biasShape) }),
      };
    },
    penalty: (params) =>
      penalties([kernel, params.kernel], [recurrentKernel, params.recurrentKernel], [bias, params.bias]),
  };
}
