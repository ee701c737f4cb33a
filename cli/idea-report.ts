// What is said of ideas that were found: the asked model's numbers, what the judge reads, and the nearest training digit.
// The judge comes in here, when all searching is done, and nowhere before.
import { dataset, judge, judges, judgeVersion, nearestOf, type Near, type Verdict } from '../src/index.ts';
import type { Io } from './io.ts';
import type { Found } from './idea-search.ts';
import type { Messages } from './messages.ts';
import type { Trained } from './trained.ts';

/** An idea with all that is said of it. */
export interface Reported extends Found {
  readonly verdict: Verdict | undefined;
  readonly near: Near | undefined;
  /** What --json gives, the picture left out. */
  readonly figures: Readonly<Record<string, unknown>>;
}

/** Whether the judge knows what this model tells apart: the ten digits, by their names. */
export const canJudge = ({ about: { classes, shape } }: Trained): boolean =>
  judges(shape) && classes.length === 10 && classes.every((name, i) => name === String(i));

/** Asks the judge, and if it is wanted the training data. */
export async function reported(
  io: Io,
  trained: Trained,
  found: readonly Found[],
  { nearest = false }: { readonly nearest?: boolean },
): Promise<readonly Reported[]> {
  const images = found.map(({ image }) => image);
  const verdicts = await verdictsOf(trained, images);
  const neighbours = nearest ? await neighboursOf(io, trained, images) : undefined;
  return found.map((idea, i) => {
    const [verdict, near] = [verdicts?.[i], neighbours?.[i]];
    return { ...idea, verdict, near, figures: figuresOf(idea, verdict, near, trained) };
  });
}

/** What the judge reads in each picture; undefined where it does not know what the model tells apart. */
export async function verdictsOf(
  trained: Trained,
  images: readonly Float32Array[],
): Promise<readonly Verdict[] | undefined> {
  if (!canJudge(trained)) return undefined;
  const one = await judge({ device: trained.device });
  try {
    return await one.read(images);
  } finally {
    await one.close();
  }
}

async function neighboursOf(
  { t, progress }: Io,
  { about: { data } }: Trained,
  images: readonly Found['image'][],
): Promise<readonly Near[]> {
  progress.begin(t.looking(data));
  const { train } = await dataset(data as 'mnist', {
    onProgress: ({ file, received, total }) => progress.show(() => t.downloading(file, received, total)),
  });
  return nearestOf(images, train);
}

function figuresOf(
  idea: Found,
  verdict: Verdict | undefined,
  near: Near | undefined,
  { about: { classes } }: Trained,
): Reported['figures'] {
  const { class: wanted, score, probability, residual, evaluations, seconds } = idea;
  return {
    class: wanted === undefined ? idea.name : (classes[wanted] ?? wanted),
    score,
    probability: probability ?? null,
    residual: residual ?? null,
    judge: verdict && wanted !== undefined ? (verdict.probabilities[wanted] ?? null) : null,
    judgeReads: verdict?.reads ?? null,
    judgeVersion: verdict ? judgeVersion : null,
    ...(near && { nearest: { index: near.index, class: classes[near.label], distance: near.distance } }),
    evaluations,
    evaluationsPerSecond: Math.round(evaluations / Math.max(1e-9, seconds)),
    seconds,
  };
}

/** How many ideas of classes the judge reads as asked, with a probability above 0.9. */
export const readAsAsked = (ideas: readonly Reported[]): number =>
  ideas.filter(
    ({ verdict, class: wanted }) =>
      verdict &&
      wanted !== undefined &&
      verdict.reads === wanted &&
      (verdict.probabilities[wanted] ?? 0) > 0.9,
  ).length;

/** A line for each idea, and one for all of them. */
export function summary(t: Messages, ideas: readonly Reported[]): string[] {
  const lines = ideas.map((idea) => t.ideaFound({ ...idea, ...saidOf(idea) }));
  const judged = ideas.filter(({ verdict, class: wanted }) => verdict && wanted !== undefined);
  return judged.length > 1
    ? [...lines, t.ideaJudged(readAsAsked(ideas), judged.length, judgeVersion)]
    : lines;
}

/** What the judge reads and how surely, and how far the nearest example is, as words take them. */
export const saidOf = ({
  verdict,
  near,
}: Pick<Reported, 'verdict' | 'near'>): {
  readonly judge: { readonly reads: number | 'nothing'; readonly probability: number } | undefined;
  readonly distance: number | undefined;
} => ({
  judge: verdict && {
    reads: verdict.reads,
    probability: verdict.probabilities[verdict.reads === 'nothing' ? 10 : verdict.reads] ?? NaN,
  },
  distance: near?.distance,
});
