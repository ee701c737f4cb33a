// A prior that has counted pictures and seen no label: their mean, and the directions in which they differ most
// (principal components; Hotelling 1933, https://doi.org/10.1037/h0071325). Ideas by slope climb along these directions
// instead of pixel by pixel; searches without slopes pay for what pictures seldom do. Which picture it becomes, the asked
// model alone decides.
import { check } from '../base/check.ts';
import { rng } from '../base/rng.ts';
import { range, show, sizeOf, type Shape } from '../base/shape.ts';
import type { Split } from '../data/split.ts';
import { readSafetensors, writeSafetensors, type FileTensor } from '../files/safetensors.ts';
import { matmul } from '../ops/matmul.ts';
import { Tensor } from '../tensor.ts';
import type { Canvas } from './fourier.ts';
import type { Prior } from './priors.ts';

/** What was counted of pictures with pixels in [0, 1]. */
export interface Statistics {
  /** Of a picture. */
  readonly shape: Shape;
  readonly mean: Float32Array;
  /** Directions of length 1, the one in which pictures differ most first: [components, pixels]. */
  readonly directions: Float32Array;
  /** The variance along each direction: [components]. */
  readonly variances: Float32Array;
  /** The mean variance along all others. */
  readonly rest: number;
}

/** How much is counted. */
export interface StatisticsOptions {
  /** Directions kept. */
  readonly components?: number;
  /** Pictures counted, evenly picked from all. */
  readonly most?: number;
  readonly rounds?: number;
}

/** Directions are found by turning a handful of them towards where variance is, again and again (orthogonal iteration; Golub and Van Loan, section 8.2.4). */
export function statisticsOf(
  { images, count, shape }: Pick<Split, 'images' | 'count' | 'shape'>,
  { components = 64, most = 12_000, rounds = 40 }: StatisticsOptions = {},
): Statistics {
  const size = sizeOf(shape);
  const n = Math.min(most, count);
  check(
    Number.isInteger(components) && components >= 1 && components < size && n > 1,
    () =>
      `statisticsOf: needs components from 1 to ${size - 1} and at least 2 pictures, got ${components} and ${n}`,
  );
  const [mean, covariance] = moments(
    range(n).map((i) =>
      images.subarray(Math.floor((i * count) / n) * size, (Math.floor((i * count) / n) + 1) * size),
    ),
    size,
  );
  const chance = rng(1);
  let directions = Float64Array.from({ length: components * size }, (_, i) => chance.uniform(0, 0, i) - 0.5);
  const variances = new Float64Array(components);
  for (let round = 0; round < rounds; round++) {
    const turned = new Float64Array(components * size);
    for (let k = 0; k < components; k++) {
      const to = turned.subarray(k * size, (k + 1) * size);
      for (let i = 0; i < size; i++) {
        const by = directions[k * size + i]!;
        for (let j = 0, row = i * size; j < size; j++) to[j]! += by * covariance[row + j]!;
      }
      for (let other = 0; other < k; other++) {
        const taken = turned.subarray(other * size, (other + 1) * size);
        const along = to.reduce((sum, v, j) => sum + v * taken[j]!, 0);
        for (let j = 0; j < size; j++) to[j]! -= along * taken[j]!;
      }
      const length = Math.hypot(...to);
      variances[k] = length;
      for (let j = 0; j < size; j++) to[j]! /= length || 1;
    }
    directions = turned;
  }
  const all = range(size).reduce((sum, i) => sum + covariance[i * size + i]!, 0);
  const kept = variances.reduce((sum, v) => sum + v, 0);
  return {
    shape,
    mean: Float32Array.from(mean),
    directions: Float32Array.from(directions),
    variances: Float32Array.from(variances),
    rest: Math.max(1e-6, (all - kept) / (size - components)),
  };
}

/** Mean and covariance of pictures of bytes. */
function moments(
  pictures: readonly ArrayLike<number>[],
  size: number,
): [mean: Float64Array, covariance: Float64Array] {
  const mean = new Float64Array(size);
  for (const picture of pictures)
    for (let i = 0; i < size; i++) mean[i]! += picture[i]! / 255 / pictures.length;
  const covariance = new Float64Array(size * size);
  const off = new Float64Array(size);
  for (const picture of pictures) {
    for (let i = 0; i < size; i++) off[i] = picture[i]! / 255 - mean[i]!;
    for (let i = 0; i < size; i++) {
      const by = off[i]! / pictures.length;
      for (let j = 0, row = i * size; j < size; j++) covariance[row + j]! += by * off[j]!;
    }
  }
  return [mean, covariance];
}

/** The directions as a canvas to climb on: numbers are normal where pictures are usual, so `weight` times half their sum of squares is taken from the score. */
export function statisticsCanvas(statistics: Statistics, weight = 1): Canvas {
  const { shape, mean, directions, variances } = statistics;
  const [size, count] = [sizeOf(shape), variances.length];
  const scaled = directions.map((v, i) => v * Math.sqrt(variances[Math.floor(i / size)] ?? 0));
  const [basis, middle] = [Tensor.from(scaled, [count, size]), Tensor.from(mean, [size])];
  return {
    name: 'statistics',
    size: [count],
    draw: (z) =>
      matmul(z, basis)
        .add(middle)
        .reshape([z.shape[0] ?? 1, ...shape]),
    penalty: (z) =>
      z
        .mul(z)
        .sum(1)
        .mul(weight / 2),
  };
}

/**
 * Weight times how unlikely a picture is if pictures were normal with this mean and these variances, in nats above the
 * likeliest: half its squared distance from the mean, each direction measured by its own deviation (Mahalanobis 1936).
 */
export function likeness(statistics: Statistics, weight = 1): Prior {
  check(Number.isFinite(weight) && weight >= 0, () => `likeness: needs a number from 0, got ${weight}`);
  const { shape, mean, directions, variances, rest } = statistics;
  const [size, count] = [sizeOf(shape), variances.length];
  // By Woodbury's identity: all directions at the rest's deviation, less what those that vary more are charged too much.
  const less = new Float32Array(size * count);
  for (let k = 0; k < count; k++) {
    const by = Math.sqrt(Math.max(0, 1 - rest / (variances[k] ?? rest)));
    for (let i = 0; i < size; i++) less[i * count + k] = by * (directions[k * size + i] ?? 0);
  }
  const [basis, middle] = [Tensor.from(less, [size, count]), Tensor.from(mean, [size])];
  return {
    name: 'likeness',
    penalty(x) {
      const off = x.reshape([x.shape[0] ?? 1, size]).sub(middle);
      const along = matmul(off, basis);
      return off
        .mul(off)
        .sum(1)
        .sub(along.mul(along).sum(1))
        .mul(weight / (2 * rest));
    },
  };
}

/** Bytes of a file of statistics: safetensors, directions in 8 bits with a scale for each. */
export function packStatistics({ shape, mean, directions, variances, rest }: Statistics): Uint8Array {
  const [size, count] = [sizeOf(shape), variances.length];
  const scales = Float32Array.from(range(count), (k) =>
    directions.subarray(k * size, (k + 1) * size).reduce((most, v) => Math.max(most, Math.abs(v) / 127), 0),
  );
  const codes = Uint8Array.from(
    directions,
    (v, i) => 128 + Math.round(v / (scales[Math.floor(i / size)] || 1)),
  );
  const tensors: FileTensor[] = [
    { name: 'mean', shape: [size], dtype: 'f32', data: mean },
    { name: 'directions', shape: [count, size], dtype: 'u8', data: codes },
    { name: 'scales', shape: [count], dtype: 'f32', data: scales },
    { name: 'variances', shape: [count], dtype: 'f32', data: variances },
    { name: 'rest', shape: [1], dtype: 'f32', data: Float32Array.of(rest) },
  ];
  return writeSafetensors(tensors, { kind: 'statistics', shape: shape.join() });
}

/** The statistics in the bytes of a file that packStatistics() made. */
export function unpackStatistics(bytes: Uint8Array): Statistics {
  const { tensors, metadata } = readSafetensors(bytes, 'unpackStatistics');
  check(
    metadata['kind'] === 'statistics',
    () =>
      `unpackStatistics: the file is of kind ${JSON.stringify(metadata['kind'] ?? 'none')}, not statistics`,
  );
  const shape = (metadata['shape'] ?? '').split(',').map(Number);
  const size = sizeOf(shape);
  const count = tensors.find(({ name }) => name === 'variances')?.data.length ?? 0;
  const named = (name: string, length: number): FileTensor['data'] => {
    const found = tensors.find((one) => one.name === name);
    check(
      found?.data.length === length,
      () => `unpackStatistics: needs ${name} of ${length} numbers, got ${found ? show(found.shape) : 'none'}`,
    );
    return found.data;
  };
  const scales = named('scales', count);
  return {
    shape,
    mean: Float32Array.from(named('mean', size)),
    directions: Float32Array.from(
      named('directions', size * count),
      (code, i) => (Number(code) - 128) * Number(scales[Math.floor(i / size)] ?? 0),
    ),
    variances: Float32Array.from(named('variances', count)),
    rest: Number(named('rest', 1)[0]),
  };
}
