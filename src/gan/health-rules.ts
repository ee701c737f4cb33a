// The rules by which a game is called ill, each a few lines over what was reported of it. Some look at what the critic and
// the gradients say, some at how samples lie among real pictures; and the latter may speak for a game whose losses look bad.
import type { Distances } from './distances.ts';
import type { Finding, Limits, Observation, Trouble } from './health.ts';

/** Something wrong, if the latest reports show it. */
type Rule = (all: readonly Observation[], limits: Limits) => Finding | undefined;

const median = (list: readonly number[]): number => {
  const sorted = [...list].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? NaN;
};

const mean = (list: readonly number[]): number => list.reduce((a, b) => a + b, 0) / list.length;

const latest = (all: readonly Observation[], count: number): readonly Observation[] => all.slice(-count);

const found = (
  trouble: Trouble,
  all: readonly Observation[],
  value: number,
  more: Pick<Finding, 'class'> = {},
): Finding => ({ trouble, round: all.at(-1)?.round ?? 0, value, ...more });

/** What was seen of samples, and when. */
interface Look extends Distances {
  readonly round: number;
}

const looksOf = (all: readonly Observation[]): readonly Look[] =>
  all.flatMap(({ round, distances }) => (distances ? [{ round, ...distances }] : []));

/**
 * Whether samples are where real pictures are: not off at all as a whole, or a little, but each near to some real one. What
 * differs more lies further from anything, so the nearest is seen beside the spread.
 */
const isNear = ({ gap, nearest, spread }: Distances, { near, close, far }: Limits): boolean =>
  gap < close || (gap < near && nearest < far * Math.sqrt(spread));

/** Whether samples will be near when all rounds are played, should the gap go on to shrink by the same share. */
function onCourse(all: readonly Observation[], limits: Limits, rounds: number): boolean {
  const looks = looksOf(all);
  const [last, before] = [looks.at(-1), looks.at(-1 - limits.pace)];
  // A gap is an estimate, and below 0 as often as above once there is none.
  if (!last || !before || last.gap < limits.close) return true;
  const times = (rounds - last.round) / (last.round - before.round);
  const share = before.gap > 0 ? Math.min(1, last.gap / before.gap) : 1;
  return isNear({ ...last, gap: last.gap * share ** times }, limits);
}

/** Whether samples, if they were looked at, speak for a game: most of the latest looks found them near, or they will be. */
export function goesWell(all: readonly Observation[], limits: Limits, rounds: number): boolean {
  const few = looksOf(all).slice(-limits.most);
  const near = few.filter((one) => isNear(one, limits));
  return few.length > 0 && (near.length >= few.length / 2 || onCourse(all, limits, rounds));
}

/** Samples that are nearer to training pictures than those are to each other. */
export const memorising: Rule = (all, { looks, byHeart }) => {
  const few = looksOf(all).slice(-looks);
  if (few.length < looks || few.some(({ nearest }) => nearest >= byHeart)) return undefined;
  return found('memorising', all, mean(few.map(({ nearest }) => nearest)));
};

/** Samples that are away from the data, for whatever reason; asked when they should be near and are not. */
export const farOff: Rule = (all, { looks, most }) => {
  const few = looksOf(all).slice(-most);
  return few.length >= looks ? found('farOff', all, median(few.map(({ gap }) => gap))) : undefined;
};

/** Samples that hardly differ from each other. */
export const collapse: Rule = (all, { enough, diversity }) => {
  const shares = latest(all, enough).map(({ signals }) => signals.diversity / signals.realDiversity);
  return Math.max(...shares) < diversity ? found('collapse', all, mean(shares)) : undefined;
};

/** One class that is drawn several times as often as it should be; what is far from any real picture is of no class. */
export const oneClass: Rule = (all, { looks, times, far }) => {
  const told = all.flatMap(({ classShares }) => (classShares ? [classShares] : [])).slice(-looks);
  const shares = told.at(-1);
  if (!shares || told.length < looks || (looksOf(all).at(-1)?.nearest ?? 0) >= far) return undefined;
  const name = shares.indexOf(Math.max(...shares));
  const least = Math.min(...told.map((one) => one[name] ?? 0));
  return least > Math.min(0.9, times / shares.length)
    ? found('oneClass', all, shares[name] ?? NaN, { class: name })
    : undefined;
};

/** A critic that is hardly ever wrong, and sure of it. */
export const criticTooStrong: Rule = (all, { enough, accuracy, loss, ordered: most }) => {
  const few = latest(all, enough + 2);
  const ordered = few.map(({ signals }) => signals.ordered);
  const sure = few.every(({ signals }) => signals.accuracy > accuracy || signals.criticLoss < loss);
  return Math.min(...ordered) > most && sure ? found('criticTooStrong', all, mean(ordered)) : undefined;
};

/** Its own past: the first half of the reports, which must be there. */
const past = (
  all: readonly Observation[],
  name: 'generatorGradient' | 'criticGradient',
  enough: number,
): number =>
  median(all.slice(0, Math.max(enough, Math.floor(all.length / 2))).map(({ signals }) => signals[name]));

export const vanished: Rule = (all, { enough, vanished: least }) => {
  const before = past(all, 'generatorGradient', enough);
  const shares = latest(all, enough).map(({ signals }) => signals.generatorGradient / before);
  return Math.max(...shares) < least ? found('vanished', all, mean(shares)) : undefined;
};

export const exploded: Rule = (all, { enough, exploded: limit, steep }) => {
  const names = ['generatorGradient', 'criticGradient'] as const;
  const few = (name: (typeof names)[number], count: number): number[] =>
    latest(all, count).map(({ signals }) => signals[name]);
  const most = Math.max(...names.map((name) => Math.min(...few(name, 2)) / past(all, name, enough)));
  const steepest = Math.max(...names.map((name) => median(few(name, enough + 2))));
  return most > limit || steepest > steep ? found('exploded', all, Math.max(most, 1)) : undefined;
};

/** A loss whose mean is about 0, as of hinge, swings about nothing: then this is what it is compared with. */
const least = 0.5;

/** Losses that swing widely, up and down again and again. */
export const oscillation: Rule = (all, limits) => {
  const few = latest(all, 12).map(({ signals }) => signals.generatorLoss);
  if (few.length < 12) return undefined;
  const middle = mean(few);
  const off = few.map((x) => x - middle);
  const swing = Math.sqrt(mean(off.map((x) => x * x))) / Math.max(Math.abs(middle), least);
  const turns = off.filter((x, i) => i > 0 && x * (off[i - 1] ?? 0) < 0).length;
  return swing > limits.swing && turns >= limits.turns ? found('oscillation', all, swing) : undefined;
};
