// Chance for methods: what each kind of number is drawn for, first images, normal numbers. Everything follows from
// (seed, purpose, step, element), so a search needs no state of chance to be gone on with.
import { threefry2x32 } from '../base/rng.ts';
import type { Image, Problem } from './method.ts';

/** What numbers are drawn for, so that no two uses share any; a method's own start at a hundred of its own. */
export const purposes = { start: 1, walk: 100, genetic: 200, cmaEs: 300 } as const;

/** Two independent numbers in [0, 1) at the price of one. */
export function pair(seed: number, purpose: number, step: number, element: number): [number, number] {
  const [a, b] = threefry2x32(seed, purpose, element, step);
  return [(a >>> 8) * 2 ** -24, (b >>> 8) * 2 ** -24];
}

/** Two independent standard normal numbers (Box and Muller 1958, https://doi.org/10.1214/aoms/1177706645). */
export function normals(seed: number, purpose: number, step: number, element: number): [number, number] {
  const [a, b] = pair(seed, purpose, step, element);
  const radius = Math.sqrt(-2 * Math.log(1 - a)); // 1 - a is never 0
  return [radius * Math.cos(2 * Math.PI * b), radius * Math.sin(2 * Math.PI * b)];
}

/** The caller's image, else pixels uniform in [0, 1). */
export const noise = ({ size, rng, start }: Problem): Image =>
  start?.slice() ?? Float32Array.from({ length: size }, (_, i) => rng.uniform(purposes.start, 0, i));

/** The caller's image, else noise; black and white where pixels are binary. */
export const firstImage = (problem: Problem): Image => {
  const image = noise(problem);
  return problem.pixels === 'binary' ? image.map((x) => (x > 0.5 ? 1 : 0)) : image;
};
