// How ideas are searched for in the page, with the choices of the command: methods that climb do so for all targets at
// once, the others one after the other. What comes out is the same for both.
import {
  along,
  ascent,
  cmaEs,
  digitPenalties,
  generatorFile,
  genetic,
  idea as search,
  likeness,
  statisticsFile,
  unpackGenerator,
  unpackStatistics,
  type AscentName,
  type Generator,
  type IdeaOptions,
  type Image,
  type MethodName,
  type Statistics,
} from 'eidos';
import type { Asking } from './idea.ts';
import { readsDigits } from './judge.ts';
import { besidePage, type OpenModel } from './models.ts';
import { asBytes } from './pictures.ts';

/** How far a search is. */
export interface Step {
  readonly pictures: readonly (Uint8Array | undefined)[];
  readonly scores: readonly (number | undefined)[];
  /** From 0 to 1, of all. */
  readonly done: number;
  readonly secondsLeft: number;
}

/** What a search came to. */
export interface Found {
  readonly image: Image;
  readonly shape: readonly number[];
  readonly frames: readonly Image[];
  readonly evaluations: number;
  readonly seconds: number;
  readonly stopped: boolean;
}

/** Who is told, and who may end it. */
export interface Telling {
  readonly signal: AbortSignal;
  readonly tell: (step: Step) => Promise<void>;
}

/** What an unusual picture costs, in logits for each nat: where a search goes along directions, and where pixel by pixel. */
const COST = { directions: 0.3, pixels: 0.01 };

/** Frames that an animation should have, about. */
const FRAMES = 40;

let generator: Promise<Generator> | undefined;
let statistics: Promise<Statistics> | undefined;

function theGenerator(): Promise<Generator> {
  generator ??= besidePage(generatorFile).then(unpackGenerator);
  generator.catch(() => (generator = undefined));
  return generator;
}

function theStatistics(): Promise<Statistics> {
  statistics ??= besidePage(statisticsFile).then(unpackStatistics);
  statistics.catch(() => (statistics = undefined));
  return statistics;
}

/** What a generator of events ends with. */
async function ended<Event, End>(
  events: AsyncGenerator<Event, End>,
  each: (event: Event) => Promise<void>,
): Promise<End> {
  for (;;) {
    const { done, value } = await events.next();
    if (done) return value;
    await each(value);
  }
}

/** Climbs to all targets at once. */
export async function climbed(
  open: OpenModel,
  { targets, method, budget, priors, seed }: Asking & { readonly method: AscentName },
  { signal, tell }: Telling,
): Promise<readonly Found[]> {
  const drawsWith = method === 'generator' ? await theGenerator() : undefined;
  const counted = method === 'gradient' && priors === 'digit' && readsDigits(open);
  const starts = drawsWith ? 4 : 1;
  // A budget too small for several starts is one start's.
  const restarts = (budget ?? starts) >= starts ? starts : 1;
  const steps = budget === undefined ? (drawsWith ? 100 : 240) : Math.max(1, Math.floor(budget / restarts));
  const events = ascent(open.model, {
    targets,
    method,
    ...(priors === 'none' && { priors: [] }),
    ...(drawsWith && { generator: drawsWith }),
    ...(counted && { statistics: await theStatistics() }),
    restarts,
    steps,
    seed,
    signal,
    every: Math.max(1, Math.round(steps / FRAMES)),
  });
  const ideas = await ended(events, ({ images, scores, steps: done, of, secondsLeft }) =>
    tell({ pictures: images.map(asBytes), scores, done: done / of, secondsLeft }),
  );
  return ideas.map(({ image, shape, evaluations, seconds, frames, stopped }) => ({
    image,
    shape,
    frames,
    evaluations,
    seconds: seconds / ideas.length,
    stopped,
  }));
}

/** Searches for one target after the other. */
export async function walked(
  open: OpenModel,
  asking: Asking & { readonly method: MethodName },
  { signal, tell }: Telling,
): Promise<readonly Found[]> {
  const { targets, budget, seed } = asking;
  const known = await guided(open, asking);
  const pictures: (Uint8Array | undefined)[] = targets.map(() => undefined);
  const scores: (number | undefined)[] = targets.map(() => undefined);
  const all: Found[] = [];
  for (const [i, target] of targets.entries()) {
    if (signal.aborted && all.length > 0) break;
    const options = { target, ...known, seed, signal, ...(budget !== undefined && { budget }) };
    const found = await ended(search(open.model, options), async (event) => {
      [pictures[i], scores[i]] = [asBytes(event.image), event.score];
      const here = event.evaluations / event.budget;
      const others = (targets.length - 1 - i) * (event.secondsLeft / Math.max(1e-9, 1 - here));
      await tell({
        pictures: [...pictures],
        scores: [...scores],
        done: (i + here) / targets.length,
        secondsLeft: event.secondsLeft + others,
      });
    });
    const { image, shape, evaluations, seconds, frames, stopped } = found;
    all.push({ image, shape, frames: thinned(frames), evaluations, seconds, stopped });
  }
  return all;
}

/** What a search without slopes is told of pictures. */
async function guided(
  open: OpenModel,
  { method, priors }: Asking & { readonly method: MethodName },
): Promise<Pick<IdeaOptions, 'method' | 'priors' | 'start' | 'pixels'>> {
  if (priors === 'none') return { method };
  if (priors === 'plain' || !readsDigits(open)) return { method, priors: digitPenalties() };
  const counted = await theStatistics();
  if (method === 'genetic') return { method: along(genetic(), counted, COST.directions) };
  if (method === 'cma-es') return { method: along(cmaEs(), counted, COST.directions) };
  const start = new Float32Array(counted.mean.length);
  return { method, priors: [likeness(counted, COST.pixels)], start, pixels: 'continuous' };
}

/** About as many frames as an animation should have, the first and the last among them. */
function thinned(frames: readonly Image[]): readonly Image[] {
  const by = Math.max(1, Math.ceil(frames.length / FRAMES));
  return frames.filter((_, i) => i % by === 0 || i === frames.length - 1);
}
