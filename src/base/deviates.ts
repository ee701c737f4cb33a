// The numbers that parameters begin with: mean + scale * deviate, where a deviate is made of one chance by an inverse
// distribution. Here in float64 on the host; kernel/draw.ts has the same arithmetic for devices, to the bit.
import { upperQuantile } from './gauss.ts';
import { uniform } from './rng.ts';

/** The standard normal below which one is with probability p in (0, 1). */
const quantile = (p: number): number => (p < 0.5 ? -upperQuantile(p) : upperQuantile(1 - p));

/** The middle of the 2^-24 that a chance stands for: never 0 and never 1. */
const middle = (chance: number): number => chance + 2 ** -25;

/** The probability of a standard normal below -2. */
export const below2 = 0.02275013194817921;

/** What is made of a chance, which is uniform in [0, 1) and a multiple of 2^-24. */
export const deviates = {
  /** The chance itself. */
  chance: (chance: number) => chance,
  /** Uniform in [-1, 1). */
  signed: (chance: number) => 2 * chance - 1,
  /** Standard normal. */
  normal: (chance: number) => quantile(middle(chance)),
  /** Standard normal, within 2. */
  normalWithin2: (chance: number) => quantile(below2 + middle(chance) * (1 - 2 * below2)),
} as const;

export type DeviateName = keyof typeof deviates;

/** A distribution: mean + scale * deviate. */
export interface Distribution {
  readonly of: DeviateName;
  readonly mean: number;
  readonly scale: number;
}

/** Where chances come from: those of elements 0, 1, 2, ... for a seed and a purpose, at step 0 (base/rng.ts). */
export interface Stream {
  readonly seed: number;
  readonly purpose: number;
}

/** A list of random numbers, said and not yet drawn. */
export interface Drawing extends Distribution, Stream {}

/** The number that a distribution makes of a chance. */
export const deviateOf =
  ({ of, mean, scale }: Distribution) =>
  (chance: number): number =>
    mean + scale * deviates[of](chance);

/** The first `count` numbers of a drawing. */
export function drawn(drawing: Drawing, count: number): Float32Array {
  const [value, { seed, purpose }] = [deviateOf(drawing), drawing];
  const numbers = new Float32Array(count);
  for (let i = 0; i < count; i++) numbers[i] = value(uniform(seed, purpose, 0, i));
  return numbers;
}
