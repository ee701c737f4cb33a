// What the two players of a GAN make small: one row for each game. A critic's answers are scores, numbers without
// bounds, before any sigmoid; a row says what they cost. How answers are come by is round.ts's business.
//
// To add one: a row in `ganLosses`, and its plain numbers in test/gan-loss.test.ts.
import { check } from '../base/check.ts';
import type { Tensor } from '../tensor.ts';

/** What the critic is told of: 1 for real, less where its certainty is to be kept down. */
export interface Targets {
  readonly real: number;
  readonly fake: number;
}

/** A game. All tensors are scores [N], and so is what comes out: one number for each example. */
export interface GanLoss {
  /** What real examples cost the critic; a row of pairs has none. */
  readonly real?: (real: Tensor, targets: Targets) => Tensor;
  readonly fake?: (fake: Tensor, targets: Targets) => Tensor;
  /** What pairs of a real and a generated example cost the critic, where they are not judged apart. */
  readonly pairs?: (real: Tensor, fake: Tensor) => Tensor;
  /** What its examples cost the generator; `real` is there if the row has pairs. */
  readonly generator: (fake: Tensor, real: Tensor | undefined) => Tensor;
  /** Whether targets other than 1 and 0 mean something. */
  readonly smooths?: true;
}

/** Crossentropy of sigmoid(score) with a target, [N]. */
const crossentropy = (score: Tensor, target: number): Tensor => score.softplus().sub(score.mul(target));

const judged = {
  real: (real: Tensor, targets: Targets) => crossentropy(real, targets.real),
  fake: (fake: Tensor, targets: Targets) => crossentropy(fake, targets.fake),
  smooths: true,
} as const;

const squared = (x: Tensor): Tensor => x.mul(x);

/** The games by name. */
export const ganLosses = {
  /** Crossentropy; the generator wants its examples called real. Goodfellow et al. 2014, section 3, https://arxiv.org/abs/1406.2661 */
  nonSaturating: { ...judged, generator: (fake) => fake.neg().softplus() },
  /** Crossentropy; the generator wants the critic to be wrong, equation 1 of the same. Its gradient fades when it loses. */
  minimax: { ...judged, generator: (fake) => fake.softplus().neg() },
  /** Squares of the distance from the targets. Mao et al. 2017, equation 9, https://arxiv.org/abs/1611.04076 */
  leastSquares: {
    real: (real, targets) => squared(real.sub(targets.real)).mul(0.5),
    fake: (fake, targets) => squared(fake.sub(targets.fake)).mul(0.5),
    generator: (fake) => squared(fake.sub(1)).mul(0.5),
    smooths: true,
  },
  /** Only scores on the wrong side of a margin of 1 cost the critic. Lim & Ye 2017, https://arxiv.org/abs/1705.02894 */
  hinge: {
    real: (real) => real.neg().add(1).relu(),
    fake: (fake) => fake.add(1).relu(),
    generator: (fake) => fake.neg(),
  },
  /** The difference of the scores; the critic needs a gradient penalty. Arjovsky et al. 2017, https://arxiv.org/abs/1701.07875 */
  wasserstein: {
    real: (real) => real.neg(),
    fake: (fake) => fake,
    generator: (fake) => fake.neg(),
  },
  /** A real example must be called more real than the generated one beside it. Jolicoeur-Martineau 2018, https://arxiv.org/abs/1807.00734; Huang et al. 2025, https://arxiv.org/abs/2501.05441 */
  relativistic: {
    pairs: (real, fake) => fake.sub(real).softplus(),
    generator: (fake, real) => (real ? real.sub(fake) : fake.neg()).softplus(),
  },
} as const satisfies Readonly<Record<string, GanLoss>>;

/** A game's name. */
export type GanLossName = keyof typeof ganLosses;

/** The game of that name, or the game itself. */
export function ganLossOf(loss: GanLossName | GanLoss): GanLoss {
  if (typeof loss === 'object') return loss;
  check(
    Object.hasOwn(ganLosses, loss),
    () => `gan: loss must be one of ${Object.keys(ganLosses).join(', ')}, got ${JSON.stringify(loss)}`,
  );
  return ganLosses[loss];
}
