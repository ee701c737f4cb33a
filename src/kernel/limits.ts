// Which terms of a sum of products are known to be 0: where a window reaches over an image's edge, or a phase
// has fewer taps than another. The sum's loop is then bounded by the place in the result it is for.
import { axis, int, over, plus, times, type Axis, type Index } from '../base/formula.ts';
import { at, range } from '../base/shape.ts';
import type { ContractSpec, Zeros } from '../graph/contract.ts';

/** For a summed axis the places with terms that may not be 0: low <= place < high, by the place of an axis of the result. */
export interface Limit {
  readonly of: Axis;
  readonly by: Axis;
  readonly low: Index;
  readonly high: Index;
  /** Of all terms, those within. */
  readonly share: number;
}

/** Limits that leave more than this of a sum are not worth a loop of its own for each place. */
const worthwhile = 15 / 16;
/** Places of the result that must be left to be computed together. */
const together = 64;

/** The limits worth keeping of a product whose letters are these axes. */
export function limitsOf({ zeros = [], out }: ContractSpec, letters: readonly Axis[]): Limit[] {
  const limits: Limit[] = [];
  for (const z of zeros) {
    const [of, by] = [at(letters, z.of), at(letters, z.by)];
    const alone = new Set([by, ...limits.map((limit) => limit.by)]);
    const places = out.slice(0, -1).map((l) => at(letters, l));
    const others = places.reduce((n, a) => (alone.has(a) ? n : n * a.size), 1);
    const share = shareOf(z, of.size, by.size);
    if (out.includes(z.of) || !places.includes(by) || others < together || share > worthwhile) continue;
    limits.push({ of, by, low: line(z.low, by), high: line(z.high, by), share });
  }
  return limits;
}

const line = ([factor, constant, by]: Zeros['low'], a: Axis): Index =>
  over(plus(times(axis(a), factor), int(constant)), by);

/** The part of all pairs of places that lies within the bounds. */
function shareOf({ low, high }: Zeros, size: number, places: number): number {
  const value = ([factor, constant, by]: Zeros['low'], place: number): number =>
    Math.floor((factor * place + constant) / by);
  const counts = range(places).map((place) =>
    Math.max(0, Math.min(size, value(high, place)) - Math.max(0, value(low, place))),
  );
  return counts.reduce((sum, n) => sum + n, 0) / (size * places);
}
