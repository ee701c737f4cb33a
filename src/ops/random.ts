// Chance inside a program: numbers that depend only on (seed, purpose, step, element), so that a seed and
// a step number say everything. Seed and step are i32 tensors and may be carried from call to call.
import { check } from '../base/check.ts';
import type { Extent } from '../base/shape.ts';
import { fixed, node } from '../graph/node.ts';
import { Tensor } from '../tensor.ts';

export interface Chance {
  /** i32, shape []. */
  readonly seed: Tensor;
  /** i32, shape []. */
  readonly step: Tensor;
}

/** Random bits as i32, by Threefry2x32 with 20 rounds (Salmon et al. 2011, https://doi.org/10.1145/2063384.2063405). */
export function randomBits(
  like: Tensor | readonly number[],
  { seed, step }: Chance,
  purpose: number,
): Tensor {
  check(
    seed.dtype === 'i32' && step.dtype === 'i32' && seed.rank === 0 && step.rank === 0,
    () => `random: needs seed and step as single i32, got ${String(seed)} and ${String(step)}`,
  );
  const extent: Extent = like instanceof Tensor ? like.node : fixed(like);
  return new Tensor(node({ kind: 'random', purpose, dtype: 'i32' }, extent, [seed.node, step.node]));
}

/** Uniform f32 in [0, 1), multiples of 2^-24. */
export const randomUniform = (like: Tensor | readonly number[], chance: Chance, purpose: number): Tensor =>
  Tensor.map('uniform', randomBits(like, chance, purpose));

/** Standard normal f32: the inverse of the distribution function by one fixed polynomial, the same bits on every CPU target. */
export const randomNormal = (like: Tensor | readonly number[], chance: Chance, purpose: number): Tensor =>
  Tensor.map('normal', randomBits(like, chance, purpose));

/** True with probability p, as bool. */
export const randomBernoulli = (
  like: Tensor | readonly number[],
  p: number,
  chance: Chance,
  purpose: number,
): Tensor => randomUniform(like, chance, purpose).less(p);
