// Numbers of words, letters or things, each turned into its own learned vector.
import { check } from '../base/check.ts';
import type { Tensor } from '../tensor.ts';
import { gather } from '../ops/rows.ts';
import type { Stateless } from './affine.ts';
import { checkCount } from './arguments.ts';
import { fansOf, initializerOf, type Initializer, type InitializerName } from './initializer.ts';
import { unary, type Layer } from './layer.ts';
import { penalties, regularizerOf, type Regularizer, type RegularizerName } from './regularizer.ts';

export interface EmbeddingOptions {
  readonly embeddingsInitializer?: InitializerName | Initializer;
  readonly embeddingsRegularizer?: RegularizerName | Regularizer;
  /** 0 fills up short sequences: layers behind leave these steps out. */
  readonly maskZero?: boolean;
  readonly name?: string;
}

/**
 * The vector of each number from 0 to inputDim - 1; a number outside has a vector of zeros.
 *
 * Shapes: i32 [N, ...] -> [N, ..., outputDim]; embeddings [inputDim, outputDim] (uniform from -0.05 to 0.05).
 * Gives a mask with maskZero: true where the number is not 0.
 */
export function embedding(
  inputDim: number,
  outputDim: number,
  {
    embeddingsInitializer = 'randomUniform',
    embeddingsRegularizer,
    maskZero = false,
    name = 'embedding',
  }: EmbeddingOptions = {},
): Layer<{ embeddings: Tensor }, Stateless> {
  const call = `embedding(${inputDim}, ${outputDim})`;
  checkCount(call, 'inputDim', inputDim);
  checkCount(call, 'outputDim', outputDim);
  const first = initializerOf(call, embeddingsInitializer);
  const regularizer = regularizerOf(call, embeddingsRegularizer);
  return unary({
    name,
    kind: 'Embedding',
    build(shape, draw) {
      const sizes = [inputDim, outputDim];
      const embeddings = first.make(sizes, fansOf(sizes), draw('embeddings'));
      return { params: { embeddings }, state: {}, shape: [...shape, outputDim] };
    },
    apply({ params: { embeddings } }, x) {
      check(
        x.dtype !== 'f32',
        () =>
          `${call}: needs whole numbers, got f32; give an Int32Array, or make the input with dtype: 'i32'`,
      );
      const index = x.to('i32');
      return {
        y: gather(embeddings, index),
        state: {},
        ...(maskZero && { mask: index.notEqual(0) }),
        ...penalties([regularizer, embeddings]),
      };
    },
  });
}
