// Sums of a generator's numbers, as in "this one, less that one, and that": where a direction means something, it is kept.
import { check } from '../base/check.ts';
import type { Latent } from './latent.ts';

/** A term of a sum. */
export interface Term {
  readonly latent: Float32Array;
  /** By how much it counts: 1 adds it, -1 takes it away. */
  readonly times: number;
}

/**
 * The sum of numbers, brought back to where a generator has learned to draw: normal ones to the mean length of the terms,
 * because a sum of three is longer than numbers ever are; uniform ones are cut off at their ends.
 */
export function latentSum({ size, distribution }: Latent, terms: readonly Term[]): Float32Array {
  check(
    terms.length > 0 && terms.every(({ latent }) => latent.length === size),
    () =>
      `latentSum: needs at least one term of ${size} numbers, got ${terms.map(({ latent }) => latent.length).join(', ') || 'none'}`,
  );
  const middle = distribution === 'unit' ? 0.5 : 0;
  const sum = new Float32Array(size).fill(middle);
  for (const { latent, times } of terms) latent.forEach((x, i) => (sum[i]! += times * (x - middle)));
  if (distribution !== 'normal') {
    const [least, most] = distribution === 'unit' ? [0, 1] : [-1, 1];
    return sum.map((x) => Math.max(least, Math.min(most, x)));
  }
  const wanted = terms.reduce((all, { latent }) => all + Math.hypot(...latent), 0) / terms.length;
  const length = Math.hypot(...sum);
  return length === 0 ? sum : sum.map((x) => (x * wanted) / length);
}
