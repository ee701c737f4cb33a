// A genetic algorithm on pictures: the fitter of a few drawn at random become parents (tournament), a child has a
// rectangle of the one in the picture of the other, a few pixels change by chance, and the best live on as they are.
// Tournaments: Goldberg & Deb 1991, https://doi.org/10.1016/B978-0-08-050684-5.50008-2. Cutting out rectangles keeps
// what belongs together together, as two-point crossover does in a row (Holland 1975).
import { check } from '../base/check.ts';
import { at, range } from '../base/shape.ts';
import { firstImage, pair, purposes } from './draw.ts';
import type { Image, Population, Problem } from './method.ts';

export interface GeneticOptions {
  /** Pictures alive at once; 64 unless said. */
  readonly population?: number;
  /** How many are drawn for a parent, of whom the fittest is taken; 4 unless said. */
  readonly tournament?: number;
  /** The chance that a child has two parents; 0.8 unless said. */
  readonly crossover?: number;
  /** Pixels of a child that change, on average; 3 unless said. */
  readonly mutation?: number;
  /** How many of the best live on; 2 unless said. */
  readonly elite?: number;
}

/** The living with their scores, the best first; empty before the first are scored. */
export interface Generation {
  readonly number: number;
  readonly images: readonly Image[];
  readonly scores: readonly number[];
}

/** Chance for one child: numbers in [0, 1), one after the other. */
type Next = () => number;

/** Starts from pictures of noise; 20,000 tries. */
export function genetic(options: GeneticOptions = {}): Population<Generation> {
  const { population = 64, tournament = 4, crossover = 0.8, mutation = 3, elite = 2 } = options;
  check(
    [population, tournament, elite].every(Number.isInteger) &&
      elite >= 0 &&
      population > elite &&
      tournament >= 1,
    () =>
      `genetic: needs whole numbers, a population above the elite and a tournament from 1, got ${population}, ${elite} and ${tournament}`,
  );
  check(
    crossover >= 0 && crossover <= 1 && mutation >= 0 && Number.isFinite(mutation),
    () =>
      `genetic: needs crossover from 0 to 1 and mutation in pixels from 0, got ${crossover} and ${mutation}`,
  );
  const child = ({ images }: Generation, next: Next, problem: Problem): Image => {
    // The living stand in order of fitness, so the fittest drawn is the one of the lowest number.
    const parent = (): Image =>
      at(images, Math.min(...range(tournament).map(() => Math.floor(next() * images.length))));
    const image = parent().slice();
    if (next() < crossover) patch(image, parent(), next, problem);
    mutate(image, mutation, next, problem);
    return image;
  };
  /** Noise; or where the caller said to begin, and others near it. */
  const founder = (i: number, next: Next, problem: Problem): Image => {
    if (!problem.start)
      return firstImage({ ...problem, start: Float32Array.from({ length: problem.size }, next) });
    const image = firstImage(problem);
    if (i > 0) mutate(image, 4 * mutation, next, problem);
    return image;
  };
  return {
    kind: 'population',
    name: 'genetic',
    budget: () => 20_000,
    start: () => ({ number: 0, images: [], scores: [] }),
    ask(generation, problem) {
      const next = (i: number): Next => chances(problem.rng.seed, generation.number, i);
      if (generation.number === 0) return range(population).map((i) => founder(i, next(i), problem));
      return range(population - elite).map((i) => child(generation, next(i), problem));
    },
    tell({ number, images, scores }, born, answer) {
      const all = [
        ...images.slice(0, elite).map((image, i) => ({ image, score: at(scores, i) })),
        ...born.map((image, i) => ({ image, score: at(answer.scores, i) })),
      ];
      // A stable sort: of equals the older goes first.
      const best = all.sort((a, b) => b.score - a.score).slice(0, population);
      return {
        number: number + 1,
        images: best.map(({ image }) => image),
        scores: best.map(({ score }) => score),
      };
    },
  };
}

function chances(seed: number, generation: number, child: number): Next {
  const waiting: number[] = [];
  let drawn = 0;
  return () => {
    if (waiting.length === 0)
      waiting.push(...pair(seed, purposes.genetic, generation * 2 ** 16 + child, drawn++));
    return waiting.pop() ?? 0;
  };
}

/** A rectangle of `other` put into `image`, all channels; of what is no picture, a stretch. */
function patch(image: Image, other: Image, next: Next, { shape, size }: Problem): void {
  const [H, W, C] =
    shape.length >= 2 ? [at(shape, 0), at(shape, 1), size / at(shape, 0) / at(shape, 1)] : [1, size, 1];
  const side = (length: number): [from: number, to: number] => {
    const [a, b] = [Math.floor(next() * length), Math.floor(next() * length)];
    return [Math.min(a, b), Math.max(a, b) + 1];
  };
  const [[top, bottom], [left, right]] = [side(H), side(W)];
  for (let y = top; y < bottom; y++) {
    const [from, to] = [(y * W + left) * C, (y * W + right) * C];
    image.set(other.subarray(from, to), from);
  }
}

/** Each pixel changes with the same small chance: how far it is to the next one that does is drawn, not asked of each. */
function mutate(image: Image, pixels: number, next: Next, { pixels: kind }: Problem): void {
  const rate = Math.min(0.5, pixels / image.length);
  if (rate === 0) return;
  const gap = (): number => Math.floor(Math.log(1 - next()) / Math.log(1 - rate));
  for (let i = gap(); i < image.length; i += 1 + gap())
    image[i] = kind === 'binary' ? Number((image[i] ?? 0) <= 0.5) : next();
}
