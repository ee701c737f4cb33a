// A layer whose kernel is divided by its largest singular value, so that it stretches nothing by more than 1. The
// value is followed by power iteration: a step of it in each step of training is enough, as the kernel moves slowly.
import { check } from '../base/check.ts';
import { at, sizeOf } from '../base/shape.ts';
import { matmul } from '../ops/matmul.ts';
import { Tensor } from '../tensor.ts';
import { checkCount } from './arguments.ts';
import { fansOf, truncatedNormal } from './initializer.ts';
import { unary, type Layer, type Params } from './layer.ts';

export interface SpectralNormOptions {
  /** Steps of power iteration in a step of training. */
  readonly powerIterations?: number;
  readonly name?: string;
}

/** What a layer calls the parameter that is divided. */
const kernels = ['kernel', 'embeddings'] as const;

/** Below this a length is taken for this. */
const tiny = 1e-12;

const unit = (v: Tensor): Tensor => v.div(v.mul(v).sum().sqrt().max2(tiny));

/** The first estimate v of the left vector for u, then `times` steps of both. Shapes: w [R, C], u [1, C], v [1, R]. */
function iterated(w: Tensor, u: Tensor, times: number): { readonly u: Tensor; readonly v: Tensor } {
  const left = (from: Tensor): Tensor => unit(matmul(from, w.permute([1, 0])));
  let [right, v] = [unit(u), left(u)];
  for (let i = 0; i < times; i++) {
    if (i > 0) v = left(right);
    right = unit(matmul(v, w));
  }
  return { u: right, v };
}

/**
 * The layer with kernel / sigma in place of its kernel (or of its embeddings), the kernel taken as a matrix [all other
 * axes, last axis] and sigma its largest singular value as power iteration knows it. Gradients go through sigma, with
 * its two vectors held fixed. Parameters are the layer's own; state: vectorU [1, last axis], which moves while training.
 * Keras writes the divided kernel back; here it stays as it is, and is divided outside of training too.
 *
 * Miyato et al. 2018, https://arxiv.org/abs/1802.05957
 */
export function spectralNorm(
  layer: Layer,
  { powerIterations = 1, name = 'spectral_normalization' }: SpectralNormOptions = {},
): Layer {
  const call = `spectralNorm(${layer.name})`;
  checkCount(call, 'powerIterations', powerIterations);
  const kernelOf = (params: Params): readonly [string, Tensor] => {
    const path = kernels.find((key) => params[key] instanceof Tensor);
    check(path !== undefined, () => `${call}: the layer must have a kernel or embeddings, and has neither`);
    return [path, params[path] as Tensor];
  };
  return unary({
    name,
    kind: 'SpectralNormalization',
    build(shape, draw) {
      const built = layer.build(shape, draw);
      const [, kernel] = kernelOf(built.params);
      const columns = at(kernel.shape, kernel.rank - 1);
      const first = truncatedNormal({ stddev: 0.02 });
      const vectorU = first.make([1, columns], fansOf([1, columns]), draw('vectorU'));
      return { ...built, state: { vectorU, layer: built.state } };
    },
    apply({ params, state }, x, context) {
      const [path, kernel] = kernelOf(params);
      const { vectorU, layer: inner } = state as { vectorU: Tensor; layer?: Params };
      const columns = at(kernel.shape, kernel.rank - 1);
      const w = kernel.reshape([sizeOf(kernel.shape) / columns, columns]);
      const found = iterated(w, vectorU, context.training ? powerIterations : 0);
      const [u, v] = [found.u.stop(), found.v.stop()];
      // A kernel of zeros has no direction to follow: it and the vector stay.
      const alive = kernel.abs().max().greater(0);
      const sigma = matmul(matmul(v, w), u.permute([1, 0]))
        .reshape([])
        .where(alive, 1);
      const out = layer.apply(
        { params: { ...params, [path]: kernel.div(sigma) }, state: inner ?? {} },
        x,
        context,
      );
      return {
        ...out,
        state: { vectorU: context.training ? u.where(alive, vectorU) : vectorU, layer: out.state },
      };
    },
  });
}
