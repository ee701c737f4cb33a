// A prior that has seen pictures and no labels: a small variational autoencoder, whose decoder makes a picture of a few
// numbers (Kingma and Welling 2014, https://arxiv.org/abs/1312.6114). Ideas are then looked for among what the decoder can
// draw: its numbers are a canvas (fourier.ts) to climb on from many starts, and the asked model alone decides which
// picture it wants. Training it is generator-train.ts.
import { check } from '../base/check.ts';
import { at, show, sizeOf, type Shape } from '../base/shape.ts';
import { readSafetensors, writeSafetensors, type FileTensor } from '../files/safetensors.ts';
import { matmul } from '../ops/matmul.ts';
import { Tensor } from '../tensor.ts';
import type { Canvas } from './fourier.ts';

/** Weights of a decoder of one hidden layer: numbers [latent] -> relu [hidden] -> logits of pixels. */
export interface Generator {
  /** Of a picture. */
  readonly shape: Shape;
  readonly latent: number;
  readonly hidden: number;
  /** [latent, hidden], [hidden], [hidden, pixels], [pixels]. */
  readonly weights: readonly [Float32Array, Float32Array, Float32Array, Float32Array];
}

/** relu(z a + b) c + d. Shapes: [N, latent] -> [N, pixels], before the sigmoid. */
export function decoded(z: Tensor, [a, b, c, d]: readonly [Tensor, Tensor, Tensor, Tensor]): Tensor {
  return matmul(matmul(z, a).add(b).relu(), c).add(d);
}

/** The shapes of a decoder's weights. */
export const sizesOf = ({
  shape,
  latent,
  hidden,
}: Pick<Generator, 'shape' | 'latent' | 'hidden'>): readonly Shape[] => [
  [latent, hidden],
  [hidden],
  [hidden, sizeOf(shape)],
  [sizeOf(shape)],
];

/**
 * What a generator can draw, as a canvas to climb on: its numbers are normal where pictures are usual, so `weight` times
 * half their sum of squares is taken from the score.
 */
export function generatorCanvas(generator: Generator, weight = 1): Canvas {
  const { shape, latent, weights } = generator;
  const sizes = sizesOf(generator);
  const held = weights.map((data, i) => Tensor.from(data, at(sizes, i))) as [Tensor, Tensor, Tensor, Tensor];
  return {
    name: 'generator',
    size: [latent],
    draw: (z) => decoded(z, held).reshape([at(z.shape, 0), ...shape]),
    penalty: (z) =>
      z
        .mul(z)
        .sum(1)
        .mul(weight / 2),
  };
}

/** Bytes of a generator's file: safetensors, each weight in 8 bits with a scale for each column; a quarter of its size. */
export function packGenerator(generator: Generator): Uint8Array {
  const { shape, latent, hidden, weights } = generator;
  const sizes = sizesOf(generator);
  const tensors = weights.flatMap((data, i): FileTensor[] => {
    const size = at(sizes, i);
    const columns = at(size, size.length - 1);
    if (size.length === 1) return [{ name: `bias${i}`, shape: size, dtype: 'f32', data }];
    const scales = new Float32Array(columns);
    data.forEach((w, k) => (scales[k % columns] = Math.max(scales[k % columns] ?? 0, Math.abs(w) / 127)));
    const codes = Uint8Array.from(data, (w, k) => 128 + Math.round(w / (scales[k % columns] || 1)));
    return [
      { name: `codes${i}`, shape: size, dtype: 'u8', data: codes },
      { name: `scales${i}`, shape: [columns], dtype: 'f32', data: scales },
    ];
  });
  return writeSafetensors(tensors, {
    kind: 'generator',
    shape: shape.join(),
    latent: `${latent}`,
    hidden: `${hidden}`,
  });
}

/** The generator in the bytes of a file that packGenerator() made. */
export function unpackGenerator(bytes: Uint8Array): Generator {
  const { tensors, metadata } = readSafetensors(bytes, 'unpackGenerator');
  check(
    metadata['kind'] === 'generator',
    () =>
      `unpackGenerator: the file is of kind ${JSON.stringify(metadata['kind'] ?? 'none')}, not a generator`,
  );
  const shape = (metadata['shape'] ?? '').split(',').map(Number);
  const [latent, hidden] = [Number(metadata['latent']), Number(metadata['hidden'])];
  const sizes = sizesOf({ shape, latent, hidden });
  const named = (name: string, size: Shape): FileTensor['data'] => {
    const found = tensors.find((t) => t.name === name);
    check(
      found?.data.length === sizeOf(size),
      () => `unpackGenerator: needs ${name} ${show(size)}, got ${found ? show(found.shape) : 'none'}`,
    );
    return found.data;
  };
  const weights = sizes.map((size, i): Float32Array => {
    if (size.length === 1) return Float32Array.from(named(`bias${i}`, size));
    const columns = at(size, 1);
    const scales = named(`scales${i}`, [columns]);
    return Float32Array.from(
      named(`codes${i}`, size),
      (code, k) => (code - 128) * (scales[k % columns] ?? 0),
    );
  });
  return { shape, latent, hidden, weights: weights as unknown as Generator['weights'] };
}
