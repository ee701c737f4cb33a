// What is wrong with a game, from what was recorded of it: pure functions of reports, so that a run can be judged
// while it is played, afterwards, or in a test. Each finding has a kind, when it began to show, and the number that
// shows it; what to change is said by whoever speaks to people, from `advice`.
import type { Signals } from './game.ts';

/** A report, and shares of the classes that a reader saw among samples, if there was one. */
export interface Observation {
  readonly round: number;
  readonly signals: Signals;
  readonly classShares?: readonly number[];
}

/** What may be wrong. */
export type Trouble =
  'notFinite' | 'collapse' | 'oneClass' | 'criticTooStrong' | 'vanished' | 'exploded' | 'oscillation';

/** Something wrong. */
export interface Finding {
  readonly trouble: Trouble;
  /** The last round of the reports that show it. */
  readonly round: number;
  /**
   * The number that shows it: the samples' diversity as a share of the data's, the share of the class drawn most, the
   * share of pairs in the right order, a gradient as a share or in multiples of what it was, the swing of the
   * generator's loss as a share of its mean.
   */
  readonly value: number;
  /** The class that is drawn too often. */
  readonly class?: number;
}

/** What helps. */
export const advice: Readonly<Record<Trouble, string>> = {
  notFinite: 'lower both learning rates, or add a penalty (r1)',
  collapse:
    "lower the generator's learning rate, use the relativistic loss with r1 and r2, or go back to an earlier checkpoint",
  oneClass:
    "ask for classes (a conditional recipe), lower the generator's learning rate, or use the relativistic loss with r1 and r2",
  criticTooStrong:
    "lower the critic's learning rate, raise r1, smooth its labels (realTarget 0.9), or give it dropout",
  vanished: 'use the nonSaturating or relativistic loss, and keep the critic weaker (r1)',
  exploded: 'lower the learning rates, or raise the penalty (r1)',
  oscillation:
    'lower both learning rates, use beta1 0 or 0.5, raise r1, and sample from the averaged generator',
};

/** Where something is called wrong. */
export interface Limits {
  /** Reports that must agree. */
  readonly enough: number;
  /** Collapse: the samples' diversity as a share of the data's. */
  readonly diversity: number;
  /** One class: how many times its fair share. */
  readonly times: number;
  /** A critic too strong: the share of pairs in the right order, and of right answers, or its loss. */
  readonly ordered: number;
  readonly accuracy: number;
  readonly loss: number;
  /** Gradients, as a share and in multiples of what they were. */
  readonly vanished: number;
  readonly exploded: number;
  /** Oscillation: the generator's loss's deviation as a share of its mean, and how often it crosses that. */
  readonly swing: number;
  readonly turns: number;
}

/** The limits that are used; how they were found is told in docs/gan.md. */
export const limits: Limits = {
  enough: 4,
  diversity: 0.35,
  times: 3,
  ordered: 0.995,
  accuracy: 0.98,
  loss: 0.05,
  vanished: 1e-3,
  exploded: 1000,
  swing: 0.5,
  turns: 5,
};

const median = (list: readonly number[]): number => {
  const sorted = [...list].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? NaN;
};

const mean = (list: readonly number[]): number => list.reduce((a, b) => a + b, 0) / list.length;

/** How a game is looked at. */
export interface HealthOptions {
  /** The round that could not be taken, if there was one. */
  readonly fault?: number | undefined;
  /** Whether classes are asked for, so that their shares say nothing. */
  readonly conditional?: boolean;
  readonly limits?: Limits;
}

/** The trouble that the latest reports show, the gravest first; none if there is none, or too few reports to tell. */
export function healthOf(
  observations: readonly Observation[],
  { fault, conditional = false, limits: by = limits }: HealthOptions = {},
): readonly Finding[] {
  const last = observations.at(-1);
  const round = fault ?? last?.round ?? 0;
  const finite = observations.every(({ signals }) => Object.values(signals).every(Number.isFinite));
  if (fault !== undefined || !finite) return [{ trouble: 'notFinite', round, value: round }];
  if (observations.length < by.enough + 2) return [];
  const rules = [collapse, oneClass(conditional), criticTooStrong, vanished, exploded, oscillation];
  return rules.flatMap((rule) => rule(observations, by) ?? []);
}

type Rule = (all: readonly Observation[], limits: Limits) => Finding | undefined;

const latest = (all: readonly Observation[], count: number): readonly Observation[] => all.slice(-count);

const found = (
  trouble: Trouble,
  all: readonly Observation[],
  value: number,
  more: Pick<Finding, 'class'> = {},
): Finding => ({ trouble, round: all.at(-1)?.round ?? 0, value, ...more });

/** Samples that hardly differ from each other. */
const collapse: Rule = (all, { enough, diversity }) => {
  const shares = latest(all, enough).map(({ signals }) => signals.diversity / signals.realDiversity);
  return Math.max(...shares) < diversity ? found('collapse', all, mean(shares)) : undefined;
};

/** Readings that must agree: a beginning's smudges are often all read as one class. */
const readings = 3;

/** One class that is drawn at least three times as often as it should be. */
const oneClass =
  (conditional: boolean): Rule =>
  (all, { times }) => {
    const told = all.flatMap(({ classShares }) => (classShares ? [classShares] : [])).slice(-readings);
    const shares = told.at(-1);
    if (conditional || !shares || told.length < readings) return undefined;
    const name = shares.indexOf(Math.max(...shares));
    const least = Math.min(...told.map((one) => one[name] ?? 0));
    const limit = Math.min(0.9, times / shares.length);
    return least > limit ? found('oneClass', all, shares[name] ?? NaN, { class: name }) : undefined;
  };

/** A critic that is hardly ever wrong, and sure of it. */
const criticTooStrong: Rule = (all, { enough, accuracy, loss, ordered: most }) => {
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

const vanished: Rule = (all, { enough, vanished: least }) => {
  const before = past(all, 'generatorGradient', enough);
  const shares = latest(all, enough).map(({ signals }) => signals.generatorGradient / before);
  return Math.max(...shares) < least ? found('vanished', all, mean(shares)) : undefined;
};

const exploded: Rule = (all, { enough, exploded: limit }) => {
  const times = (name: 'generatorGradient' | 'criticGradient'): number =>
    Math.min(...latest(all, 2).map(({ signals }) => signals[name])) / past(all, name, enough);
  const most = Math.max(times('generatorGradient'), times('criticGradient'));
  return most > limit ? found('exploded', all, most) : undefined;
};

/** Losses that swing widely, up and down again and again. */
const oscillation: Rule = (all, limits) => {
  const few = latest(all, 12).map(({ signals }) => signals.generatorLoss);
  if (few.length < 12) return undefined;
  const middle = mean(few);
  const off = few.map((x) => x - middle);
  const swing = Math.sqrt(mean(off.map((x) => x * x))) / Math.abs(middle);
  const turns = off.filter((x, i) => i > 0 && x * (off[i - 1] ?? 0) < 0).length;
  return swing > limits.swing && turns >= limits.turns ? found('oscillation', all, swing) : undefined;
};
