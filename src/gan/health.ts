// What is wrong with a game, from what was recorded of it: pure functions of reports, so that a run can be judged
// while it is played, afterwards, or in a test. Each finding has a kind, when it began to show, and the number that
// shows it; what to change is said by whoever speaks to people, from `advice`. The rules are in health-rules.ts.
import type { Distances } from './distances.ts';
import type { Signals } from './game.ts';
import {
  collapse,
  criticTooStrong,
  exploded,
  farOff,
  goesWell,
  memorising,
  oneClass,
  oscillation,
  vanished,
} from './health-rules.ts';

/** A report; and where samples were looked at, how they lie among real pictures, and shares of the classes that a reader saw. */
export interface Observation {
  readonly round: number;
  readonly signals: Signals;
  readonly distances?: Distances;
  readonly classShares?: readonly number[];
}

/** What may be wrong. */
export type Trouble =
  | 'notFinite'
  | 'memorising'
  | 'collapse'
  | 'oneClass'
  | 'criticTooStrong'
  | 'vanished'
  | 'exploded'
  | 'oscillation'
  | 'farOff';

/** Something wrong. */
export interface Finding {
  readonly trouble: Trouble;
  /** The last round of the reports that show it. */
  readonly round: number;
  /**
   * The number that shows it: the distance to the nearest training picture as a share of that between real pictures, the
   * samples' diversity as a share of the data's, the share of the class drawn most, the share of pairs in the right order,
   * a gradient as a share or in multiples of what it was, the swing of the generator's loss as a share of its mean, the gap.
   */
  readonly value: number;
  /** The class that is drawn too often. */
  readonly class?: number;
}

/** What helps. */
export const advice: Readonly<Record<Trouble, string>> = {
  notFinite: 'lower both learning rates, or add a penalty (r1)',
  memorising:
    'give it more pictures, show them to the critic turned and moved (diffAugment), or stop earlier',
  collapse:
    "lower the generator's learning rate, use the relativistic loss with r1 and r2, or go back to the best checkpoint",
  oneClass:
    "ask for classes (a conditional recipe), lower the generator's learning rate, or use the relativistic loss with r1 and r2",
  criticTooStrong:
    "lower the critic's learning rate, raise r1, smooth its labels (realTarget 0.9), or give it dropout",
  vanished: 'use the nonSaturating or relativistic loss, and keep the critic weaker (r1)',
  exploded: 'lower the learning rates, or raise the penalty (r1)',
  oscillation:
    'lower both learning rates, use beta1 0 or 0.5, raise r1, and sample from the averaged generator',
  farOff:
    'if they still come nearer, play more rounds; if not, change the learning rates, or use a recipe with r1 and r2',
};

/** Where something is called wrong. */
export interface Limits {
  /** Reports that must agree, looks at samples that must, and those most of which must. */
  readonly enough: number;
  readonly looks: number;
  readonly most: number;
  /** Share of the rounds after which samples should be near the data. */
  readonly late: number;
  /** Samples are near with a gap below `close`; below `near` if the nearest real pictures are not `far`, for so much spread. */
  readonly close: number;
  readonly near: number;
  readonly far: number;
  /** Looks back to where the gap is compared with what it is. */
  readonly pace: number;
  /** Learned by heart: the distance to the nearest training picture. */
  readonly byHeart: number;
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
  /** A gradient that is too long whatever it was. */
  readonly steep: number;
  /** Oscillation: the generator's loss's deviation as a share of its mean, and how often it crosses that. */
  readonly swing: number;
  readonly turns: number;
}

/** The limits that are used; how they were found is told in docs/gan.md. */
export const limits: Limits = {
  enough: 4,
  looks: 3,
  most: 5,
  late: 0.6,
  close: 0.03,
  near: 0.1,
  far: 1.46,
  pace: 5,
  byHeart: 0.7,
  diversity: 0.6,
  times: 3,
  ordered: 0.97,
  accuracy: 0.92,
  loss: 0.05,
  vanished: 1e-3,
  exploded: 1000,
  steep: 100,
  swing: 0.5,
  turns: 5,
};

/** How a game is looked at. */
export interface HealthOptions {
  /** Rounds that are to be played in all; without it there is always time. */
  readonly rounds?: number;
  /** The round that could not be taken, if there was one. */
  readonly fault?: number | undefined;
  /** Whether classes are asked for, so that their shares say nothing. */
  readonly conditional?: boolean;
  readonly limits?: Limits;
}

/** The trouble that the latest reports show, the gravest first; none if there is none, or too few reports to tell. */
export function healthOf(
  observations: readonly Observation[],
  { rounds = Infinity, fault, conditional = false, limits: by = limits }: HealthOptions = {},
): readonly Finding[] {
  const last = observations.at(-1);
  const round = fault ?? last?.round ?? 0;
  const finite = observations.every(({ signals }) => Object.values(signals).every(Number.isFinite));
  if (fault !== undefined || !finite) return [{ trouble: 'notFinite', round, value: round }];
  if (observations.length < by.enough + 2) return [];
  const causes = [
    collapse,
    ...(conditional ? [] : [oneClass]),
    criticTooStrong,
    vanished,
    exploded,
    oscillation,
  ];
  const ill = [...causes, ...(round >= by.late * rounds ? [farOff] : [])];
  // Samples near the data speak against whatever losses and gradients say, not against having been learned by heart.
  const rules = [memorising, ...(goesWell(observations, by, rounds) ? [] : ill)];
  return rules.flatMap((rule) => rule(observations, by) ?? []);
}
