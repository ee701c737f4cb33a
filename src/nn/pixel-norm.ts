// Normalizing each pixel by the length of its own vector of channels; nothing is learned.
import { checkEpsilon } from './norm.ts';
import { stateless, type Layer } from './layer.ts';

export interface PixelNormOptions {
  readonly epsilon?: number;
  readonly name?: string;
}

/**
 * x / sqrt(mean(x^2) + epsilon), the mean over the last axis. Shapes: [N, ..., C] -> the same.
 * Karras et al. 2018, section 4.2, https://arxiv.org/abs/1710.10196
 */
export function pixelNorm({ epsilon = 1e-8, name = 'pixel_norm' }: PixelNormOptions = {}): Layer {
  checkEpsilon('pixelNorm', epsilon);
  return stateless(
    { name, kind: 'PixelNorm' },
    (shape) => shape,
    (x) => x.mul(x.mul(x).mean(-1, { keep: true }).add(epsilon).rsqrt()),
  );
}
