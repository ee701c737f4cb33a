// Simulated annealing: a change for the worse is taken too, with probability exp(change / temperature), and the
// temperature falls. Kirkpatrick, Gelatt & Vecchi 1983, https://doi.org/10.1126/science.220.4598.671; the rule of
// acceptance is Metropolis et al. 1953, https://doi.org/10.1063/1.1699114
import { check } from '../base/check.ts';
import { firstImage, pair, purposes } from './draw.ts';
import type { Problem, Walk } from './method.ts';

/** Temperatures, in units of the score. */
export interface AnnealingOptions {
  /** At the first try: 0.5 for logits, 0.02 for probabilities and distances, unless said. */
  readonly from?: number;
  /** At the last: a thousandth of `from`, unless said. */
  readonly to?: number;
}

/** Changes that a pixel of noise makes to a score of each reach, roughly: half of those for the worse are taken at first. */
const typical: Readonly<Record<Problem['reach'], number>> = { wide: 0.5, unit: 0.02 };

/** Flips a pixel at random; the temperature falls by the same factor each try, from one end of the budget to the other. 10,000 tries. */
export function annealing({ from, to }: AnnealingOptions = {}): Walk {
  const given = [from ?? 1, to ?? 1];
  check(
    given.every((x) => Number.isFinite(x) && x > 0) && (from === undefined || (to ?? 0) <= from),
    () => `annealing: needs temperatures above 0 that fall, got from ${from} to ${to}`,
  );
  const temperature = (t: number, { reach, budget }: Problem): number => {
    const hot = from ?? Math.max(typical[reach], to ?? 0);
    return hot * ((to ?? hot / 1000) / hot) ** (t / Math.max(1, budget - 1));
  };
  return {
    kind: 'walk',
    name: 'annealing',
    budget: () => 10_000,
    start: firstImage,
    draw: (t, { rng }) => [...pair(rng.seed, purposes.walk, t, 0), rng.uniform(purposes.walk, t, 1)],
    propose: (_t, image, [where = 0, , value = 0], { size, pixels }) => {
      const pixel = Math.floor(where * size);
      return { pixel, values: [pixels === 'binary' ? Number((image[pixel] ?? 0) <= 0.5) : value] };
    },
    choose: (t, current, [score = NaN], [, chance = 1], problem) =>
      score >= current || chance < Math.exp((score - current) / temperature(t, problem)) ? 0 : -1,
  };
}
