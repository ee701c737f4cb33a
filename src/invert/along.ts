// Any population method, searching among the directions in which pictures differ instead of among pixels: its numbers,
// each in [0, 1], say how far to go along each direction. The method itself knows nothing of it, and so is the same one
// that makes noise of pixels.
import { check } from '../base/check.ts';
import { sizeOf } from '../base/shape.ts';
import type { Image, Population, Problem } from './method.ts';
import type { Statistics } from './statistics.ts';

/** How many deviations a number of 0 or 1 is from the mean. */
const reach = 3;

/** The method along directions; `weight` times half the sum of squared deviations is taken from scores, as unusual pictures seldom are what is meant. */
export function along<S>(
  method: Population<S>,
  { shape, mean, directions, variances }: Statistics,
  weight = 0.1,
): Population<S> {
  check(
    method.slopes === undefined && Number.isFinite(weight) && weight >= 0,
    () => `along: needs a method without slopes and a weight from 0, got ${method.name} and ${weight}`,
  );
  const [size, count] = [sizeOf(shape), variances.length];
  const inner = ({ reach: far, rng, budget }: Problem): Problem => ({
    shape: [count],
    size: count,
    pixels: 'continuous',
    reach: far,
    rng,
    budget,
  });
  const deviations = (genes: Image): Float32Array => genes.map((u) => reach * (2 * u - 1));
  const draw = (genes: Image): Image => {
    const z = deviations(genes);
    const image = mean.slice();
    for (let k = 0; k < count; k++) {
      const by = z[k]! * Math.sqrt(variances[k] ?? 0);
      for (let i = 0, from = k * size; i < size; i++) image[i]! += by * directions[from + i]!;
    }
    return image.map((x) => Math.min(1, Math.max(0, x)));
  };
  // What a method asks follows from its state, so it is asked once for each.
  let known: { readonly state: S; readonly genes: readonly Image[] } | undefined;
  const genesOf = (state: S, problem: Problem): readonly Image[] => {
    if (known?.state !== state) known = { state, genes: method.ask(state, inner(problem)) };
    return known.genes;
  };
  return {
    kind: 'population',
    name: method.name,
    budget: () => method.budget({ size: count, pixels: 'continuous' }),
    start: (problem) => method.start(inner(problem)),
    ask: (state, problem) => genesOf(state, problem).map(draw),
    costs: (state, problem) =>
      genesOf(state, problem).map(
        (genes) => (weight / 2) * deviations(genes).reduce((sum, z) => sum + z * z, 0),
      ),
    tell: (state, images, answer, problem) =>
      method.tell(state, genesOf(state, problem).slice(0, images.length), answer, inner(problem)),
  };
}
