// Ideas by gradient, ready to ask for: several targets, each from several starts, climb as one batch; the best start of
// each is its idea. The last part of the way is climbed without chance and with shorter and shorter steps. Restarts are
// told apart by the asked model alone. Progress, stopping and going on are as in idea.ts.
import { check } from '../base/check.ts';
import { at, range, same, show, type Shape } from '../base/shape.ts';
import { Tensor } from '../tensor.ts';
import { generatorCanvas, type Generator } from './generator.ts';
import {
  climb,
  type Climb,
  type Climbed,
  type ClimbOptions,
  type ClimbState,
  type Goal,
} from './gradient.ts';
import type { Image } from './method.ts';
import { blur, frame, ink, jitter, totalVariation, type Prior } from './priors.ts';
import { outputsOf, scoreOf } from './question.ts';
import { checkScore } from './search.ts';
import { likeness, statisticsCanvas, type Statistics } from './statistics.ts';
import { subjectOf, type Classifier, type Subject } from './subject.ts';
import { distance, wishOf, type Score, type Target, type Wish } from './target.ts';

/** Ways of climbing by name: on the pixels themselves, on waves, or on the numbers that a generator draws from. */
export const ascentNames = ['gradient', 'fourier', 'generator'] as const;

export type AscentName = (typeof ascentNames)[number];

/** What is asked, and how it is climbed to. */
export interface AscentOptions {
  readonly targets: readonly Target[];
  /** 'fourier' unless said. */
  readonly method?: AscentName;
  /** What the method 'generator' draws with; trainPrior() makes one. */
  readonly generator?: Generator;
  /**
   * What is known of the pictures that models learn from, on the way to classes: 'gradient' climbs along their directions,
   * waves pay for what is seldom in them. A vector is met more nearly without.
   */
  readonly statistics?: Statistics;
  /** As in idea(); a class is climbed to by its lead over the best other class unless said. */
  readonly score?: Score;
  /** What pictures are like; digits of MNIST unless said, and with a generator none. `[]` shows what the model wants when nobody helps it. */
  readonly priors?: readonly Prior[];
  /** Starts for each target: 4 for a generator, else 1, unless said. */
  readonly restarts?: number;
  /** Steps, each of one image for every start: 100 for a generator, else 240, unless said. */
  readonly steps?: number;
  readonly learningRate?: number;
  readonly seed?: number;
  /** Steps from one frame to the next. */
  readonly every?: number;
  readonly signal?: AbortSignal | undefined;
  /** The state of an earlier event, to go on from there. */
  readonly resume?: AscentState;
}

/** All that ideas go on climbing from: plain data. */
export interface AscentState extends ClimbState {
  readonly seconds: number;
  /** The best of each target so far. */
  readonly best: readonly Best[];
}

/** How far all ideas are. */
export interface AscentEvent {
  readonly steps: number;
  readonly of: number;
  /** The best start's picture so far, for each target. */
  readonly images: readonly Image[];
  readonly scores: readonly number[];
  readonly secondsLeft: number;
  /** What resume takes. */
  state(): Promise<AscentState>;
}

/** What one target has come to; the same words as in idea.ts. */
export interface ClimbedIdea {
  readonly method: string;
  readonly seed: number;
  /** Multiples of 1/255. */
  readonly image: Image;
  readonly shape: Shape;
  readonly score: number;
  readonly probabilities: Float32Array;
  readonly probability: number | undefined;
  readonly residual: number | undefined;
  /** Images of this target that the network computed, all starts counted. */
  readonly evaluations: number;
  readonly seconds: number;
  readonly frames: readonly Image[];
  readonly stopped: boolean;
}

/** What is known of a digit of MNIST: smooth, away from the edges, as much ink as usual, and the same if moved a little. */
export const digitPriors = (): readonly Prior[] => [totalVariation(0.1), frame(0.5), ink(0.1), jitter()];

/** What an unusual picture costs, in logits for each nat. */
const likely = 2;

/** Starts and steps unless said. A generator's pictures are few and good, but which one depends on the start. */
const [free, drawn] = [
  { restarts: 1, steps: 240 },
  { restarts: 4, steps: 100 },
];

const defined = ({ restarts, steps }: AscentOptions): Partial<typeof free> => ({
  ...(restarts !== undefined && { restarts }),
  ...(steps !== undefined && { steps }),
});

/** The part of the way that is climbed without chance; where it is known what pictures are like, and to a class, none: chance is what keeps an idea whole. */
const polishedOf = ({ method, statistics }: AscentOptions, wish: Wish): number =>
  method !== 'generator' && statistics && !ends(wish) ? 0 : 0.35;

/** Climbs to all targets at once, and tells how the ideas form. */
export async function* ascent(
  model: Classifier,
  options: AscentOptions,
): AsyncGenerator<AscentEvent, readonly ClimbedIdea[]> {
  const { targets, method = 'fourier', every = 20, seed = 0, signal, resume } = options;
  check(targets.length > 0, () => 'ascent: needs at least one target, got none');
  const subject = await subjectOf(model, 'ascent');
  const wishes = targets.map((target) => wishOf(target, options.score, outputsOf(subject)));
  const { restarts, steps } = { ...(method === 'generator' ? drawn : free), ...defined(options) };
  for (const [name, value] of Object.entries({ restarts, steps, every }))
    check(
      Number.isInteger(value) && value >= 1,
      () => `ascent: ${name} must be a whole number from 1, got ${value}`,
    );
  const began = performance.now();
  const climbing = await begin(subject, wishes, { ...options, method, restarts, steps, seed });
  const frames: Image[][] = targets.map(() => []);
  try {
    if (resume) await climbing.resume(resume);
    const first = resume?.steps ?? 0;
    let done = first;
    let best: readonly Best[] = resume?.best ?? bestOf(await climbing.look(), wishes, restarts);
    const before = resume?.seconds ?? 0;
    const seconds = (): number => before + (performance.now() - began) / 1000;
    check(
      best.length === targets.length,
      () => `ascent: can go on only with the targets it began with, ${best.length}, got ${targets.length}`,
    );
    for (const { score } of best) checkScore(score);
    const early = steps - Math.round(polishedOf({ ...options, method }, at(wishes, 0)) * steps);
    while (done < steps && !signal?.aborted) {
      const end = Math.min(done < early ? early : steps, done + every);
      const running = await climbing.start(end - done, done >= early);
      await running.done;
      done = end;
      const now = bestOf(await climbing.look(), wishes, restarts);
      // A class is climbed to for as long as there is time, and priors with it; a vector is met, and may be passed.
      best = now.map((one, i) => (ends(at(wishes, i)) && at(best, i).score > one.score ? at(best, i) : one));
      best.forEach(({ image }, i) => frames[i]?.push(image));
      const [images, scores] = [best.map(({ image }) => image), best.map(({ score }) => score)];
      const secondsLeft = (((performance.now() - began) / (done - first)) * (steps - done)) / 1000;
      const here = { seconds: seconds(), best };
      const state = async (): Promise<AscentState> => ({ ...(await climbing.state()), ...here });
      yield { steps: done, of: steps, images, scores, secondsLeft, state };
    }
    const stopped = done < steps;
    const common = {
      method,
      seed,
      shape: subject.shape,
      evaluations: done * restarts,
      seconds: seconds(),
      stopped,
    };
    return best.map((one, i) => ({ ...one, ...common, frames: at(frames, i) }));
  } finally {
    climbing.close();
  }
}

/** ascent() for those who only want what it comes to; `onEvent` is told of each event. */
export async function ascentOf(
  model: Classifier,
  { onEvent, ...options }: AscentOptions & { readonly onEvent?: (event: AscentEvent) => void },
): Promise<readonly ClimbedIdea[]> {
  const events = ascent(model, options);
  for (;;) {
    const { done, value } = await events.next();
    if (done) return value;
    onEvent?.(value);
  }
}

type Begun = AscentOptions & {
  readonly method: AscentName;
  readonly restarts: number;
  readonly steps: number;
  readonly seed: number;
};

function begin(subject: Subject, wishes: readonly Wish[], options: Begun): Promise<Climb> {
  const { restarts, steps, learningRate, seed } = options;
  const { of, form } = at(wishes, 0);
  check(
    wishes.every((one) => one.form === form && JSON.stringify(one.of) === JSON.stringify(of)),
    () => 'ascent: targets climbed together must be of one kind: classes, vectors and mixes, or one layer',
  );
  return climb(subject, goalOf(wishes, restarts, options.score), {
    ideas: wishes.length * restarts,
    ...groundOf(subject, options, at(wishes, 0)),
    seed,
    ease: ends(at(wishes, 0)) ? 0.1 : undefined,
    polish: Math.max(1, Math.round(polishedOf(options, at(wishes, 0)) * steps)),
    ...(learningRate !== undefined && { learningRate }),
    inside: typeof of === 'object' ? of.layer : undefined,
  });
}

/** What a method climbs on: a canvas, what is known of pictures, and where starts are. */
function groundOf(
  { shape }: Subject,
  { method, generator, statistics, priors }: Begun,
  wish: Wish,
): Pick<ClimbOptions, 'canvas' | 'priors' | 'noise' | 'paper' | 'limits' | 'learningRate'> {
  check(
    ascentNames.includes(method),
    () => `ascent: method must be one of ${ascentNames.join(', ')}, got ${JSON.stringify(method)}`,
  );
  if (method !== 'generator' && statistics && !ends(wish)) {
    check(
      same(statistics.shape, shape),
      () =>
        `ascent: the statistics are of pictures ${show(statistics.shape)}, the model takes ${show(shape)}`,
    );
    const moved = jitter({ shift: 2, rotate: 12, scale: 0.12 });
    if (method === 'fourier')
      return {
        canvas: 'fourier',
        priors: priors ?? [likeness(statistics, likely), moved],
        noise: 0.2,
        paper: 0.1,
      };
    const canvas = statisticsCanvas(statistics, likely);
    const own = { canvas, noise: 0.2, paper: 0, limits: 'clip', learningRate: 0.05 } as const;
    return { ...own, priors: priors ?? [moved] };
  }
  if (method === 'fourier') return { canvas: 'fourier', priors: priors ?? digitPriors(), noise: 0.5 };
  // Pixels know nothing of their neighbours: a pen of about a pixel and a half stands in for the waves.
  if (method === 'gradient')
    return { canvas: 'pixels', priors: priors ?? [blur(0.7), ...digitPriors()], noise: 2 };
  check(
    generator !== undefined,
    () => 'ascent: the method generator needs a generator; make one with trainPrior() or unpackGenerator()',
  );
  check(
    same(generator.shape, shape),
    () => `ascent: the generator draws pictures ${show(generator.shape)}, the model takes ${show(shape)}`,
  );
  return { canvas: generatorCanvas(generator), priors: priors ?? [], noise: 1, paper: 0.5 };
}

const ends = ({ form }: Wish): boolean => form === 'distance';

/** What each start climbs towards. */
function goalOf(wishes: readonly Wish[], restarts: number, score: Score | undefined): Goal {
  const first = at(wishes, 0);
  const goals = Float32Array.from(wishes.flatMap(({ goal }) => range(restarts).flatMap(() => [...goal])));
  const goal = Tensor.from(goals, [wishes.length * restarts, first.goal.length]);
  // The lead over the best other: a logit alone rises fastest where all logits do.
  if (score === undefined && wishes.every((one) => one.class !== undefined))
    return ({ logits }) =>
      logits
        .mul(goal)
        .sum(1)
        .sub(logits.sub(goal.mul(1e9)).max(1));
  const shares =
    first.form === 'distance' && first.of === 'probabilities' && goals.every((y) => y >= 0 && y <= 1);
  return shares
    ? ({ probabilities }) => apart(probabilities, goal).neg()
    : (seen) => scoreOf(seen, first, goal);
}

/**
 * How far probabilities p are from y, as the root of twice the sum over classes of the Kullback-Leibler divergence
 * y log(y / p) + (1 - y) log((1 - y) / (1 - p)). It is 0 where the distance is, and has a slope where p is near 0 or 1.
 */
function apart(p: Tensor, y: Tensor): Tensor {
  const log = (t: Tensor): Tensor => t.max2(1e-12).log();
  const rest = (t: Tensor): Tensor => t.neg().add(1);
  const parts = y.mul(log(y).sub(log(p))).add(rest(y).mul(log(rest(y)).sub(log(rest(p)))));
  return parts.sum(1).mul(2).max2(1e-12).sqrt();
}

/** What is known of the best picture of a target. */
export type Best = Pick<ClimbedIdea, 'image' | 'score' | 'probabilities' | 'probability' | 'residual'>;

/** The best start of each target. */
function bestOf(
  { pictures, scores, probabilities, logits }: Climbed,
  wishes: readonly Wish[],
  restarts: number,
): Best[] {
  const [per, classes] = [pictures.length / scores.length, probabilities.length / scores.length];
  return wishes.map((wish, i) => {
    const row = range(restarts)
      .map((k) => i * restarts + k)
      .reduce((top, k) => ((scores[k] ?? NaN) > (scores[top] ?? NaN) ? k : top));
    const cut = (all: Float32Array, n: number): Float32Array => all.slice(row * n, (row + 1) * n);
    const given = cut(probabilities, classes);
    const n = wish.of === 'logits' && wish.form === 'distance' ? cut(logits, classes) : given;
    const residual = wish.y && distance(n, wish.y);
    return {
      image: cut(pictures, per),
      score: ends(wish) && residual !== undefined ? -residual : (scores[row] ?? NaN),
      probabilities: given,
      probability: wish.class === undefined ? undefined : given[wish.class],
      residual,
    };
  });
}
