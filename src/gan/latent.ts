// The numbers a generator starts from: how they are distributed, drawn inside a program while it trains, and on the
// host where pictures are asked for one by one.
import { check } from '../base/check.ts';
import { uniform } from '../base/rng.ts';
import { randomNormal, randomUniform, type Chance } from '../ops/random.ts';
import type { Tensor } from '../tensor.ts';

/** Distributions by name: what is drawn from chance in a program, and from a chance in [0, 1) twice on the host. */
export const distributions = {
  /** Mean 0, variance 1. */
  normal: {
    draw: (shape, chance, purpose) => randomNormal(shape, chance, purpose),
    // Box & Muller 1958, https://doi.org/10.1214/aoms/1177706645
    of: (a, b) => Math.sqrt(-2 * Math.log(1 - a)) * Math.cos(2 * Math.PI * b),
  },
  /** Uniform from -1 to 1. */
  uniform: {
    draw: (shape, chance, purpose) => randomUniform(shape, chance, purpose).mul(2).sub(1),
    of: (a) => 2 * a - 1,
  },
  /** Uniform from 0 to 1. */
  unit: { draw: (shape, chance, purpose) => randomUniform(shape, chance, purpose), of: (a) => a },
} as const satisfies Readonly<
  Record<
    string,
    {
      draw: (shape: readonly number[], chance: Chance, purpose: number) => Tensor;
      of: (a: number, b: number) => number;
    }
  >
>;

/** A distribution's name. */
export type Distribution = keyof typeof distributions;

/** What a generator starts from. */
export interface Latent {
  /** How many numbers. */
  readonly size: number;
  readonly distribution: Distribution;
}

const purpose = 700;

/**
 * Row `row` of the numbers that belong to a seed: the same for whoever asks, however many are asked for. With a
 * truncation below 1, numbers are drawn towards the middle (for uniform ones too), for fewer but surer pictures.
 */
export function latentRow(
  { size, distribution }: Latent,
  seed: number,
  row: number,
  truncation = 1,
): Float32Array {
  check(
    truncation >= 0 && truncation <= 1,
    () => `latentRow: truncation must be a number from 0 to 1, got ${truncation}`,
  );
  const { of } = distributions[distribution];
  const middle = distribution === 'unit' ? 0.5 : 0;
  const chance = (i: number): number => uniform(seed, purpose, row, i);
  return Float32Array.from(
    { length: size },
    (_, i) => middle + truncation * (of(chance(2 * i), chance(2 * i + 1)) - middle),
  );
}

/** Part `share` of the way from one row to another: along the sphere for normal numbers (Shoemake 1985), else straight. */
export function between(
  { distribution }: Latent,
  from: Float32Array,
  to: Float32Array,
  share: number,
): Float32Array {
  const straight = (a: number, b: number): Float32Array => from.map((x, i) => a * x + b * (to[i] ?? 0));
  if (distribution !== 'normal') return straight(1 - share, share);
  const dot = from.reduce((sum, x, i) => sum + x * (to[i] ?? 0), 0);
  const lengths = Math.hypot(...from) * Math.hypot(...to);
  const angle = Math.acos(Math.max(-1, Math.min(1, dot / lengths)));
  if (!(angle > 1e-4)) return straight(1 - share, share);
  return straight(Math.sin((1 - share) * angle) / Math.sin(angle), Math.sin(share * angle) / Math.sin(angle));
}
