// One way to search for ideas, whatever the method: those that climb do so for all targets at once, the others one after
// the other. What comes out is the same for both, pictures as they will be stored.
import {
  along,
  ascent,
  ascentNames,
  cmaEs,
  digitPenalties,
  genetic,
  ideaOf,
  likeness,
  looksOf,
  methodNames,
  priorGenerator,
  priorStatistics,
  type AscentEvent,
  type AscentName,
  type AscentState,
  type ClimbedIdea,
  type IdeaOptions,
  type IdeaState,
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

/** How an idea formed until a search was stopped. */
type Course = Pick<Found, 'frames' | 'course'>;

/** What a search that was stopped goes on from: plain data. */
export interface SearchState {
  /** Ideas that were found before, by methods that search for one after the other. */
  readonly finished: readonly Bare[];
  /** The state of the one that was being searched for, or of all that climbed together. */
  readonly state?: IdeaState | AscentState;
  readonly courses: readonly Course[];
}

/** What a search came to; where it was stopped, also what it goes on from. */
export interface Searched {
  readonly found: readonly Found[];
  readonly left?: SearchState | undefined;
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

/** An idea before the asked model says what it gives for the stored picture. */
export type Bare = Omit<Found, 'score' | 'probability' | 'residual' | 'image'> & { readonly image: Image };

/** Frames that an animation should have, about. */
const FRAMES = 40;

/** Searches for all that is wanted; what is best so far when the signal comes. */
export async function searchIdeas(
  io: Io,
  trained: Trained,
  wanted: readonly Wanted[],
  options: SearchOptions,
  before?: SearchState,
): Promise<Searched> {
  const climbs = (ascentNames as readonly string[]).includes(options.method);
  const { bare, left } = await (climbs ? climbed : walked)(io, trained, wanted, { ...options, before });
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
  return { found, left };
}

interface Bared {
  readonly bare: readonly Bare[];
  readonly left?: SearchState | undefined;
}

type Going = SearchOptions & { readonly before: SearchState | undefined };

async function climbed(
  { t, progress, signal }: Io,
  trained: Trained,
  wanted: readonly Wanted[],
  { method, budget, priors, score, seed, before }: Going,
): Promise<Bared> {
  const generator = method === 'generator' ? await priorGenerator() : undefined;
  const counted = !generator && priors === 'digit' && knowsDigits(trained);
  const starts = generator ? 4 : 1;
  // A budget too small for several starts is one start's.
  const restarts = (budget ?? starts) >= starts ? starts : 1;
  const steps = budget === undefined ? (generator ? 100 : 240) : Math.max(1, Math.floor(budget / restarts));
  const courses = wanted.map((_, i) => before?.courses[i] ?? nothing());
  const climbing = ascent(trained.model, {
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
    ...(before?.state && { resume: before.state as AscentState }),
  });
  const { ideas, state } = await followed(climbing, signal, ({ steps: done, of, scores, secondsLeft }) => {
    scores.forEach((value, i) => {
      courses[i]?.course.evaluations.push(done * restarts);
      courses[i]?.course.scores.push(value);
    });
    progress.show(() => t.ideaClimbs(done, of, secondsLeft));
  });
  const bare = ideas.map(({ image, shape, evaluations, seconds, frames }, i) => ({
    ...(wanted[i] as Wanted),
    method,
    image,
    shape,
    evaluations,
    seconds: seconds / ideas.length,
    frames: [...(courses[i]?.frames ?? []), ...frames],
    course: courses[i]?.course ?? nothing().course,
  }));
  return { bare, left: state && { finished: [], state, courses: bare } };
}

/** Climbs to the end, or until it is stopped; then with the state that it stopped in. */
async function followed(
  climbing: AsyncGenerator<AscentEvent, readonly ClimbedIdea[]>,
  signal: AbortSignal,
  onEvent: (event: AscentEvent) => void,
): Promise<{ readonly ideas: readonly ClimbedIdea[]; readonly state?: AscentState }> {
  let state: AscentState | undefined;
  for (;;) {
    const { done, value } = await climbing.next();
    if (done) return { ideas: value, ...(state && { state }) };
    onEvent(value);
    // It can be asked for only as long as the climb is not over.
    if (signal.aborted && value.steps < value.of) state = await value.state();
  }
}

const nothing = (): Course => ({ frames: [], course: { evaluations: [], scores: [] } });

async function walked(
  { t, progress, signal }: Io,
  trained: Trained,
  wanted: readonly Wanted[],
  options: Going,
): Promise<Bared> {
  const { method, budget, score, pixels, seed, before } = options;
  const all: Bare[] = [...(before?.finished ?? [])];
  const known = await guided(trained, options);
  let going = before;
  for (const one of wanted.slice(all.length)) {
    if (signal.aborted && all.length > 0) return { bare: all, left: { finished: all, courses: [] } };
    const [{ course, frames: earlier }, resume] = [going?.courses[0] ?? nothing(), going?.state];
    going = undefined;
    const idea = await ideaOf(trained.model, {
      target: one.target,
      ...known,
      seed,
      signal,
      ...(budget !== undefined && { budget }),
      ...(score && { score }),
      ...(pixels && { pixels }),
      ...(resume && { resume: resume as IdeaState }),
      onEvent: ({ score: best, evaluations, budget: of, secondsLeft }) => {
        course.evaluations.push(evaluations);
        course.scores.push(best);
        progress.show(() => t.ideaSearches(one.name, evaluations, of, best, secondsLeft));
      },
    });
    const { image, shape, evaluations, seconds, stopped, state } = idea;
    const frames = [...earlier, ...idea.frames];
    const bare = { ...one, method, image, shape, evaluations, seconds, frames: thinned(frames), course };
    if (stopped)
      return { bare: [...all, bare], left: { finished: all, state, courses: [{ frames, course }] } };
    all.push(bare);
  }
  return { bare: all };
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
