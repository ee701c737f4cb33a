// An idea: the image that a trained model takes for what it was asked. One loop for all methods: it has the budget, the
// clock, the best so far, frames, interrupting and going on; a method has none of them. It reports through a generator
// of plain events, so that pausing is not asking for the next one.
import { check } from '../base/check.ts';
import { rng } from '../base/rng.ts';
import type { Shape } from '../base/shape.ts';
import type { Device } from '../device/device.ts';
import type { Image, Method, Pixels, Problem } from './method.ts';
import { methodOf, type MethodName } from './methods.ts';
import { question, sizeText, type Asked, type Question } from './question.ts';
import type { Prior } from './priors.ts';
import { PopulationSearch, type Note, type Search } from './search.ts';
import type { Score, Target } from './target.ts';
import { WalkSearch, type Ahead, type WalkMemory } from './walk.ts';

export interface IdeaOptions {
  readonly target: Target;
  /** 'greedy' unless said; a name, or a method with options of its own: `genetic({ population: 128 })`. */
  readonly method?: MethodName | Method;
  /** Of all chance: the same seed gives the same image on the same kind of device, at any number of threads. 0 unless said. */
  readonly seed?: number;
  /** Images tried; the method's own unless said. */
  readonly budget?: number;
  /** Logits for a class, probabilities for vectors and mixes, unless said. */
  readonly score?: Score;
  /** 'binary' unless said. */
  readonly pixels?: Pixels;
  /** Images tried from one frame to the next, the first after the first try; 200 unless said. */
  readonly every?: number;
  /** What is known of pictures, to keep ideas from being noise: priors with a penalty. */
  readonly priors?: readonly Prior[];
  /** Where to begin: pixels in [0, 1]; noise or grey, as the method has it, unless said. */
  readonly start?: Image;
  /** Ends the search at the next event; what was best so far is given as the idea. */
  readonly signal?: AbortSignal | undefined;
  /** Where to search, on a copy of the weights; where the model is unless said. */
  readonly device?: Device | undefined;
  /** The state of an earlier event or idea, to go on from there. */
  readonly resume?: IdeaState;
}

/** All that a search goes on from: plain data, that structuredClone() copies. */
export interface IdeaState {
  readonly method: string;
  readonly seed: number;
  readonly evaluations: number;
  readonly seconds: number;
  readonly frames: number;
  readonly best: { readonly image: Image; readonly score: number };
  /** The method's own. */
  readonly memory: unknown;
}

/** How far a search is: at every frame, and several times a second. */
export interface IdeaEvent {
  /** The best so far. */
  readonly image: Image;
  readonly score: number;
  /** Images tried, those whose score was known already among them. */
  readonly evaluations: number;
  readonly budget: number;
  /** If this event is a frame: its number from 0, and the image the method stood at. */
  readonly frame?: { readonly number: number; readonly image: Image; readonly score: number };
  readonly evaluationsPerSecond: number;
  readonly secondsLeft: number;
  /** What resume takes; asked for when wanted, as it copies. */
  readonly state: IdeaState;
}

/** What a search has come to. */
export interface Idea {
  readonly method: string;
  readonly seed: number;
  /** The best image, and its shape. */
  readonly image: Image;
  readonly shape: Shape;
  /** Without what priors take from it. */
  readonly score: number;
  /** What the model gives for it: probabilities where it tells classes apart. */
  readonly probabilities: Float32Array;
  /** That of the class asked for, if it was a class. */
  readonly probability: number | undefined;
  /** |N(x) - y|, where y can be said: for classes, vectors and mixes. */
  readonly residual: number | undefined;
  readonly evaluations: number;
  /** Images that the network computed. */
  readonly computed: number;
  readonly seconds: number;
  /** Images the method stood at, every so many tries; those of this run, where it was gone on with. */
  readonly frames: readonly Image[];
  /** Whether it was stopped before the budget was used up. */
  readonly stopped: boolean;
  readonly state: IdeaState;
}

/** Milliseconds between two events that are no frames. */
const pause = 100;

/**
 * Asks a model for its idea of something, and tells how it forms. Whoever leaves the loop ends it; the signal ends it
 * with the best so far as its result.
 *
 * @example
 * for await (const { image, score } of idea(model, { target: 5, method: 'greedy' })) show(image, score);
 */
export async function* idea(model: Asked, options: IdeaOptions): AsyncGenerator<IdeaEvent, Idea> {
  const { target, score, priors, device, signal } = options;
  const asked = await question(model, target, { score, priors, device });
  try {
    const course = await Course.begin(asked, options);
    while (!course.done && !signal?.aborted) yield* course.turn();
    return await course.idea();
  } finally {
    asked.close();
  }
}

/** idea() for those who only want what it comes to; `onEvent` is told of each event. */
export async function ideaOf(
  model: Asked,
  { onEvent, ...options }: IdeaOptions & { readonly onEvent?: (event: IdeaEvent) => void },
): Promise<Idea> {
  const events = idea(model, options);
  for (;;) {
    const { done, value } = await events.next();
    if (done) return value;
    onEvent?.(value);
  }
}

/** The problem that options pose to a method. */
export function problemOf(method: Method, { shape, size, wish }: Question, options: IdeaOptions): Problem {
  const { seed = 0, pixels = 'binary', start } = options;
  check(
    pixels === 'binary' || pixels === 'continuous',
    () => `idea: pixels must be binary or continuous, got ${JSON.stringify(pixels)}`,
  );
  const budget = options.budget ?? method.budget({ size, pixels });
  check(
    Number.isInteger(budget) && budget >= 1,
    () => `idea: budget must be a whole number of images from 1, got ${budget}`,
  );
  check(
    start === undefined || start.length === size,
    () => `idea: an image has ${sizeText(shape)}, got ${start?.length} to start from`,
  );
  const reach = wish.of === 'probabilities' || wish.form === 'distance' ? 'unit' : 'wide';
  return { shape, size, pixels, reach, rng: rng(seed), budget, ...(start && { start }) };
}

/** A search of either kind, from its start or from where it was. */
export const searchOf = (
  method: Method,
  problem: Problem,
  told: { readonly question: Question; readonly note: Note },
  {
    resume,
    ...ahead
  }: Ahead & { readonly resume?: Pick<IdeaState, 'memory' | 'evaluations'> | undefined } = {},
): Promise<Search> => {
  const before = resume?.evaluations ?? 0;
  if (method.kind === 'population')
    return Promise.resolve(
      new PopulationSearch(method, problem, told, resume && { memory: resume.memory, evaluations: before }),
    );
  const resumed = resume && { ...(resume.memory as WalkMemory), evaluations: before };
  return WalkSearch.begin(method, problem, told, { ...ahead, ...(resumed && { resumed }) });
};

/** A search with its records. */
class Course {
  private readonly asked: Question;
  private readonly method: Method;
  private readonly problem: Problem;
  private readonly every: number;
  private search!: Search;
  private best: IdeaState['best'];
  private next: number;
  private readonly before: Pick<IdeaState, 'seconds' | 'evaluations' | 'frames'>;
  private readonly began = performance.now();
  private readonly frames: (NonNullable<IdeaEvent['frame']> & { readonly evaluations: number })[] = [];
  private told = 0;

  private constructor(asked: Question, method: Method, options: IdeaOptions) {
    const { every = 200, resume } = options;
    check(
      Number.isInteger(every) && every >= 1,
      () => `idea: every must be a whole number of images from 1, got ${every}`,
    );
    [this.asked, this.method, this.every] = [asked, method, every];
    this.problem = problemOf(method, asked, options);
    const { seed } = this.problem.rng;
    check(
      !resume ||
        (resume.method === method.name && resume.seed === seed && resume.best.image.length === asked.size),
      () =>
        `idea: can go on only with the method and seed it began with, ${resume?.method} and ${resume?.seed}, got ${method.name} and ${seed}`,
    );
    this.before = resume ?? { seconds: 0, evaluations: 0, frames: 0 };
    this.best = resume?.best ?? { image: new Float32Array(asked.size), score: -Infinity };
    this.next = 1 + every * Math.ceil(this.before.evaluations / every);
  }

  static async begin(asked: Question, options: IdeaOptions): Promise<Course> {
    const course = new Course(asked, methodOf(options.method ?? 'greedy'), options);
    const note: Note = (image, score, evaluations) => course.note(image, score, evaluations);
    const { method, problem } = course;
    course.search = await searchOf(method, problem, { question: asked, note }, { resume: options.resume });
    return course;
  }

  get done(): boolean {
    return this.search.done;
  }

  /** Searches until there is something to tell. */
  async *turn(): AsyncGenerator<IdeaEvent, void> {
    const known = this.frames.length;
    const start = performance.now();
    while (!this.search.done && this.frames.length === known && performance.now() - start < pause)
      await this.search.advance();
    for (; this.told < this.frames.length; this.told++) yield this.event(this.frames[this.told]);
    if (this.frames.length === known) yield this.event();
  }

  async idea(): Promise<Idea> {
    const { asked, best, search, method, problem } = this;
    const { score, outputs, residual } = await asked.look(best.image);
    return {
      method: method.name,
      seed: problem.rng.seed,
      image: best.image,
      shape: asked.shape,
      score,
      probabilities: outputs,
      probability: asked.wish.class === undefined ? undefined : outputs[asked.wish.class],
      residual,
      evaluations: search.evaluations,
      computed: search.computed,
      seconds: this.seconds,
      frames: this.frames.map(({ image }) => image),
      stopped: !search.done,
      state: this.state(),
    };
  }

  private get seconds(): number {
    return this.before.seconds + (performance.now() - this.began) / 1000;
  }

  private note(image: Image, score: number, evaluations: number): void {
    if (score > this.best.score) this.best = { image: image.slice(), score };
    if (evaluations < this.next) return;
    const number = this.before.frames + this.frames.length;
    this.frames.push({ number, image: image.slice(), score, evaluations });
    while (this.next <= evaluations) this.next += this.every;
  }

  private event(frame?: (typeof this.frames)[number]): IdeaEvent {
    const { evaluations } = this.search;
    const { budget } = this.problem;
    const rate = (evaluations - this.before.evaluations) / Math.max(1e-9, this.seconds - this.before.seconds);
    return {
      ...this.best,
      evaluations,
      budget,
      ...(frame && { frame: { number: frame.number, image: frame.image, score: frame.score } }),
      evaluationsPerSecond: rate,
      secondsLeft: (budget - evaluations) / Math.max(1e-9, rate),
      state: this.state(),
    };
  }

  private state(): IdeaState {
    return {
      method: this.method.name,
      seed: this.problem.rng.seed,
      evaluations: this.search.evaluations,
      seconds: this.seconds,
      frames: this.before.frames + this.frames.length,
      best: this.best,
      memory: this.search.memory(),
    };
  }
}
