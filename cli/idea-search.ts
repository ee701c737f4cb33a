// One way to search for ideas, whatever the method: those that climb do so for all targets at once, the others one after
// the other. What comes out is the same for both, pictures as they will be stored.
import {
  along,
  ascentNames,
  ascentOf,
  cmaEs,
  digitPenalties,
  genetic,
  ideaOf,
  likeness,
  looksOf,
  methodNames,
  priorGenerator,
  priorStatistics,
  type AscentName,
  type IdeaOptions,
  type Image,
  type MethodName,
  type Pixels,
  type Score,
} from '../src/index.ts';
import type { Io } from './io.ts';
import type { Wanted } from './idea-target.ts';
import type { SharedOptions } from './options.ts';
import type { Trained } from './trained.ts';

/** The methods, those that climb a slope first. */
export const ideaMethods = [...ascentNames, ...methodNames] as const;

/** A method's name. */
export type IdeaMethod = (typeof ideaMethods)[number];

/** What is known of pictures: in which ways digits differ, what anybody knows of strokes, or nothing. */
export const priorNames = ['digit', 'plain', 'none'] as const;

/** What an unusual picture costs, in logits for each nat: where a search goes along directions, and where pixel by pixel. */
const COST = { directions: 0.3, pixels: 0.01 };

/** Whether what was counted of MNIST's digits is about what the model reads. */
const knowsDigits = ({ about: { data, shape } }: Trained): boolean =>
  data === 'mnist' && shape.join() === '28,28,1';

/** How it is searched. */
export interface SearchOptions extends Pick<SharedOptions, 'seed'> {
  readonly method: IdeaMethod;
  /** Images tried for each idea. */
  readonly budget?: number;
  readonly priors: (typeof priorNames)[number];
  readonly score?: Score;
  readonly pixels?: Pixels;
}

/** An idea that was found. */
export interface Found extends Wanted {
  readonly method: IdeaMethod;
  /** Pixels in [0, 1], multiples of 1/255. */
  readonly image: Image;
  readonly shape: readonly number[];
  readonly score: number;
  readonly probability: number | undefined;
  readonly residual: number | undefined;
  readonly evaluations: number;
  readonly seconds: number;
  /** How it formed. */
  readonly frames: readonly Image[];
  /** The best score after so many images. */
  readonly course: { readonly evaluations: number[]; readonly scores: number[] };
}

type Bare = Omit<Found, 'score' | 'probability' | 'residual' | 'image'> & { readonly image: Image };

/** Frames that an animation should have, about. */
const FRAMES = 40;

/** Searches for all that is wanted; what is best so far when the signal comes. */
export async function searchIdeas(
  io: Io,
  trained: Trained,
  wanted: readonly Wanted[],
  options: SearchOptions,
): Promise<readonly Found[]> {
  const climbs = (ascentNames as readonly string[]).includes(options.method);
  const bare = climbs
    ? await climbed(io, trained, wanted, options)
    : await walked(io, trained, wanted, options);
  const found: Found[] = [];
  for (const one of bare) {
    const image = one.image.map((x) => Math.round(255 * x) / 255);
    const [look] = await looksOf(trained.model, one.target, [image], { score: options.score });
    found.push({
      ...one,
      image,
      score: look?.score ?? NaN,
      probability: one.class === undefined ? undefined : look?.outputs[one.class],
      residual: look?.residual,
    });
  }
  return found;
}

async function climbed(
  { t, progress, signal }: Io,
  trained: Trained,
  wanted: readonly Wanted[],
  { method, budget, priors, score, seed }: SearchOptions,
): Promise<readonly Bare[]> {
  const generator = method === 'generator' ? await priorGenerator() : undefined;
  const counted = method === 'gradient' && priors === 'digit' && knowsDigits(trained);
  const starts = generator ? 4 : 1;
  // A budget too small for several starts is one start's.
  const restarts = (budget ?? starts) >= starts ? starts : 1;
  const steps = budget === undefined ? (generator ? 100 : 240) : Math.max(1, Math.floor(budget / restarts));
  const course = wanted.map(() => ({ evaluations: [] as number[], scores: [] as number[] }));
  const ideas = await ascentOf(trained.model, {
    targets: wanted.map(({ target }) => target),
    method: method as AscentName,
    ...(priors === 'none' && { priors: [] }),
    ...(generator && { generator }),
    ...(counted && { statistics: await priorStatistics() }),
    ...(score && { score }),
    restarts,
    steps,
    seed,
    signal,
    every: Math.max(1, Math.round(steps / FRAMES)),
    onEvent: ({ steps: done, of, scores, secondsLeft }) => {
      scores.forEach((value, i) => {
        course[i]?.evaluations.push(done * restarts);
        course[i]?.scores.push(value);
      });
      progress.show(() => t.ideaClimbs(done, of, secondsLeft));
    },
  });
  return ideas.map(({ image, shape, evaluations, seconds, frames }, i) => ({
    ...(wanted[i] as Wanted),
    method,
    image,
    shape,
    evaluations,
    seconds: seconds / ideas.length,
    frames,
    course: course[i] ?? { evaluations: [], scores: [] },
  }));
}

async function walked(
  { t, progress, signal }: Io,
  trained: Trained,
  wanted: readonly Wanted[],
  options: SearchOptions,
): Promise<readonly Bare[]> {
  const { method, budget, score, pixels, seed } = options;
  const all: Bare[] = [];
  const known = await guided(trained, options);
  for (const one of wanted) {
    if (signal.aborted && all.length > 0) break;
    const course = { evaluations: [] as number[], scores: [] as number[] };
    const idea = await ideaOf(trained.model, {
      target: one.target,
      ...known,
      seed,
      signal,
      ...(budget !== undefined && { budget }),
      ...(score && { score }),
      ...(pixels && { pixels }),
      onEvent: ({ score: best, evaluations, budget: of, secondsLeft }) => {
        course.evaluations.push(evaluations);
        course.scores.push(best);
        progress.show(() => t.ideaSearches(one.name, evaluations, of, best, secondsLeft));
      },
    });
    const { image, shape, evaluations, seconds, frames } = idea;
    all.push({ ...one, method, image, shape, evaluations, seconds, frames: thinned(frames), course });
  }
  return all;
}

/** What a search without slopes is told of pictures: what unusual ones cost; populations go along directions. */
async function guided(
  trained: Trained,
  { method, priors }: SearchOptions,
): Promise<Pick<IdeaOptions, 'method' | 'priors' | 'start' | 'pixels'>> {
  const plain = { method: method as MethodName };
  if (priors === 'none') return plain;
  if (priors === 'plain' || !knowsDigits(trained)) return { ...plain, priors: digitPenalties() };
  const statistics = await priorStatistics();
  if (method === 'genetic') return { method: along(genetic(), statistics, COST.directions) };
  if (method === 'cma-es') return { method: along(cmaEs(), statistics, COST.directions) };
  const start = new Float32Array(statistics.mean.length);
  return { ...plain, priors: [likeness(statistics, COST.pixels)], start, pixels: 'continuous' };
}

/** About as many frames as an animation should have, the first and the last among them. */
function thinned(frames: readonly Image[]): readonly Image[] {
  const by = Math.max(1, Math.ceil(frames.length / FRAMES));
  return frames.filter((_, i) => i % by === 0 || i === frames.length - 1);
}
