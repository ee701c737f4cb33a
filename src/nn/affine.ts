// What layers have in common whose outputs are sums of inputs times a kernel, plus a bias: their options with
// Keras's defaults, the first values, and all that comes after the sum.
import type { Shape } from '../base/shape.ts';
import type { Tensor } from '../tensor.ts';
import { activated, activationOf, type AnyActivation } from './activation.ts';
import { fansOf, initializerOf, type Initializer, type InitializerName } from './initializer.ts';
import type { Applied, Draw } from './layer.ts';
import {
  penalties,
  perExample,
  regularizerOf,
  type Regularizer,
  type RegularizerName,
} from './regularizer.ts';

/** The options of bias and outputs. */
export interface BiasOptions {
  /** After the sum; 'linear' unless said. */
  readonly activation?: AnyActivation;
  /** Whether a bias is added; true unless said. */
  readonly useBias?: boolean;
  /** 'zeros' unless said. */
  readonly biasInitializer?: InitializerName | Initializer;
  readonly biasRegularizer?: RegularizerName | Regularizer;
  /** Of the outputs, divided by the batch. */
  readonly activityRegularizer?: RegularizerName | Regularizer;
  readonly name?: string;
}

/** The options of a layer with a kernel and a bias. */
export interface KernelOptions extends BiasOptions {
  /** 'glorotUniform' unless said. */
  readonly kernelInitializer?: InitializerName | Initializer;
  readonly kernelRegularizer?: RegularizerName | Regularizer;
}

/** A kernel and, unless it is left out, a bias. A type, not an interface: trees of parameters have no other names. */
export type Affine = { readonly kernel: Tensor; readonly bias?: Tensor };

/** The state of a layer without one. */
export type Stateless = Record<string, never>;

/** What a layer of such options does before and after its own sum. */
export interface AffineParts {
  /** First values of a kernel and a bias in these shapes. */
  start(kernel: Shape, bias: Shape, draw: Draw): Affine;
  /** Bias, activation and what the regularizers ask. */
  finish(sum: Tensor, held: Affine): Applied<Stateless>;
}

/** Reads the options; `call` is the layer as it was written. */
export function affine(call: string, options: KernelOptions): AffineParts {
  const { activation = 'linear', useBias = true } = options;
  const after = activationOf(call, activation);
  const kernelStart = initializerOf(call, options.kernelInitializer ?? 'glorotUniform');
  const biasStart = initializerOf(call, options.biasInitializer ?? 'zeros');
  const byKernel = regularizerOf(call, options.kernelRegularizer);
  const byBias = regularizerOf(call, options.biasRegularizer);
  const byOutputs = perExample(regularizerOf(call, options.activityRegularizer));
  return {
    start(kernelShape, biasShape, draw) {
      const kernel = kernelStart.make(kernelShape, fansOf(kernelShape), draw('kernel'));
      return useBias
        ? { kernel, bias: biasStart.make(biasShape, fansOf(biasShape), draw('bias')) }
        : { kernel };
    },
    finish(sum, { kernel, bias }) {
      const out = activated(after, bias ? sum.add(bias) : sum);
      return {
        ...out,
        ...penalties([byKernel, kernel], [byBias, bias], [byOutputs, out.y]),
        ...(byOutputs && { outputPenalty: byOutputs.of(out.y) }),
        state: {},
      };
    },
  };
}
