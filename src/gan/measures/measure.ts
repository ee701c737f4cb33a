// All measures of generated pictures at once: against real pictures that nobody learned from, and beside each the same
// for real training pictures, which is as good as a generator can get. What looks is an Eye, so the figures are worth
// what its features are worth; they are compared with figures of the same eye only.
import { check } from '../../base/check.ts';
import { at, range, same, show, type Shape } from '../../base/shape.ts';
import type { Device } from '../../device/device.ts';
import { colourDistance } from './colour.ts';
import type { Eye, Pictures, Sight } from './eye.ts';
import { featuresAt } from './features.ts';
import { frechetDistance, momentsOf } from './frechet.ts';
import { crowdOf, likenessOf, middleOf, type Crowd, type Likeness } from './likeness.ts';
import { inceptionScore, readingOf, type Reading } from './reading.ts';

/** Pictures, with a class for each where there are such: of real ones what they show, of generated ones what was asked for. */
export type Named = Pictures & { readonly labels?: ArrayLike<number> | undefined };

/** What is compared. */
export interface Piles {
  /** Real pictures that the generator did not learn from. */
  readonly test: Named;
  /** Real pictures that it learned from: as good as it gets. */
  readonly train: Named;
  readonly samples: Named;
}

/** Figures of one pile beside the test pictures. */
export interface Compared extends Likeness {
  /** The Fréchet distance of the features. */
  readonly frechetDistance: number;
  /** In levels of 255; for colour pictures (colour.ts). */
  readonly colourDistance?: number;
  /** exp of the mean information of what the eye reads; for an eye that was taught classes. */
  readonly inceptionScore?: number;
  /** Coverage within each class and its mean; where samples were asked for by class. */
  readonly withinClass?: { readonly coverage: number; readonly each: readonly number[] };
}

/** What was measured. */
export interface Measures {
  /** Which network looked. */
  readonly eye: Eye['kind'];
  /** Pictures in each pile. */
  readonly count: number;
  readonly samples: Compared;
  /** The same of the training pictures. */
  readonly floor: Compared;
  /** What the test pictures' own inception score is. */
  readonly testScore?: number;
  /** What the eye read in the samples, if it was taught classes. */
  readonly reading?: Reading;
}

/** With what is measured. */
export interface MeasureOptions {
  readonly device: Device;
  readonly eye: Eye;
  readonly signal?: AbortSignal | undefined;
  /** Told what is done next. */
  readonly onEvent?:
    ((event: { readonly stage: 'look' | 'compare'; readonly share: number }) => void) | undefined;
}

/** A pile after it was looked at. */
interface Seen {
  readonly pile: Named;
  readonly sight: Sight;
}

/** Measures samples, with the floor that training pictures give. As many of each pile are taken as the smallest has. */
export async function measure(
  piles: Piles,
  { device, eye, signal, onEvent }: MeasureOptions,
): Promise<Measures> {
  const { test, train, samples } = piles;
  check(
    same(test.shape, train.shape) && same(test.shape, samples.shape),
    () =>
      `measure: pictures must have one shape, got ${[test, train, samples].map(({ shape }) => show(shape)).join(', ')}`,
  );
  const count = Math.min(test.count, train.count, samples.count);
  check(count >= 10, () => `measure: needs at least 10 pictures of each kind, got ${count}`);
  const seen: Seen[] = [];
  for (const pile of [spread(test, count), spread(train, count), first(samples, count)]) {
    signal?.throwIfAborted();
    onEvent?.({ stage: 'look', share: seen.length / 3 });
    seen.push({ pile, sight: await eye.see(pile, { signal }) });
  }
  const [reference, floor, drawn] = seen as [Seen, Seen, Seen];
  const comparing = await comparer(reference, { device, eye, signal });
  onEvent?.({ stage: 'compare', share: 0 });
  const floorFigures = await comparing(floor);
  onEvent?.({ stage: 'compare', share: 0.5 });
  const figures = await comparing(drawn);
  return {
    eye: eye.kind,
    count,
    samples: figures,
    floor: floorFigures,
    ...(eye.classes > 0 && {
      testScore: scoreOf(eye, reference),
      reading: readingOf(drawn.sight.probabilities, eye, drawn.pile.labels),
    }),
  };
}

const first = (pile: Named, count: number): Named => ({
  ...pile,
  count,
  images: pile.images.subarray(0, (pile.images.length / pile.count) * count),
});

/** Real pictures from all over the pile: neighbours in a data set are often of one hand, or of one day. */
function spread(pile: Named, count: number): Named {
  if (count === pile.count) return pile;
  const size = pile.images.length / pile.count;
  const places = range(count).map((i) => Math.floor((i * pile.count) / count));
  const images = new Uint8Array(count * size);
  places.forEach((from, to) => images.set(pile.images.subarray(from * size, (from + 1) * size), to * size));
  const { labels } = pile;
  return { images, count, shape: pile.shape, ...(labels && { labels: places.map((i) => labels[i] ?? 0) }) };
}

const scoreOf = ({ words, classes }: Eye, { sight }: Seen): number =>
  inceptionScore(sight.probabilities, words.length, classes);

/** Compares piles with the reference, of which everything is computed once. */
async function comparer(
  reference: Seen,
  { device, eye, signal }: Pick<MeasureOptions, 'device' | 'eye' | 'signal'>,
): Promise<(pile: Seen) => Promise<Compared>> {
  const middle = middleOf(reference.sight.features);
  const own = await crowdOf(device, reference.sight.features, middle, { signal });
  const moments = momentsOf(reference.sight.features);
  const classes = await classCrowds(device, reference, middle, eye.classes, signal);
  return async (seen) => {
    const { features } = seen.sight;
    const crowd = await crowdOf(device, features, middle, { signal });
    const likeness = await likenessOf(device, own, crowd, { signal });
    const within = await withinClasses(device, classes, seen, middle, signal);
    return {
      ...likeness,
      frechetDistance: frechetDistance(moments, momentsOf(features)),
      ...(isColour(seen.pile.shape) && { colourDistance: colourDistance(reference.pile, seen.pile) }),
      ...(eye.classes > 0 && { inceptionScore: scoreOf(eye, seen) }),
      ...(within && { withinClass: within }),
    };
  };
}

const isColour = (shape: Shape): boolean => at(shape, shape.length - 1) === 3;

const placesOf = (labels: ArrayLike<number>, label: number): number[] =>
  range(labels.length).filter((i) => labels[i] === label);

/** The reference class by class. */
interface ClassCrowds {
  readonly crowds: readonly Crowd[];
  /** Pictures of each class. */
  readonly each: number;
}

/** Pictures that a class must have to be looked at on its own. */
const fewest = 20;

async function classCrowds(
  device: Device,
  { pile: { labels }, sight: { features } }: Seen,
  middle: Float64Array,
  classes: number,
  signal: AbortSignal | undefined,
): Promise<ClassCrowds | undefined> {
  if (!labels || classes === 0) return undefined;
  const places = range(classes).map((c) => placesOf(labels, c).filter((i) => i < features.count));
  // As many of each, so that one program serves all, and a tenth fewer than there are: other piles have others.
  const each = Math.floor(0.9 * Math.min(...places.map((list) => list.length)));
  if (each < fewest) return undefined;
  const crowds: Crowd[] = [];
  for (const list of places)
    crowds.push(await crowdOf(device, featuresAt(features, list.slice(0, each)), middle, { signal }));
  return { crowds, each };
}

async function withinClasses(
  device: Device,
  reference: ClassCrowds | undefined,
  { pile: { labels }, sight: { features } }: Seen,
  middle: Float64Array,
  signal: AbortSignal | undefined,
): Promise<Compared['withinClass']> {
  if (!reference || !labels) return undefined;
  const each: number[] = [];
  for (const [c, real] of reference.crowds.entries()) {
    const list = placesOf(labels, c).filter((i) => i < features.count);
    if (list.length < reference.each) return undefined;
    const crowd = await crowdOf(device, featuresAt(features, list.slice(0, reference.each)), middle, {
      signal,
    });
    each.push((await likenessOf(device, real, crowd, { signal })).coverage);
  }
  return { coverage: each.reduce((a, b) => a + b, 0) / each.length, each };
}
