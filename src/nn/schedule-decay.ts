// Keras's schedules that fall: exponential, inverse, polynomial, cosine, and cosine with restarts. Formulas, names
// and defaults are Keras 3's; schedule.ts says how a formula becomes a schedule.
import { check } from '../base/check.ts';
import { Tensor } from '../tensor.ts';
import { checkNumber, checkSteps, halfCosine, schedule, type Schedule } from './schedule.ts';

export interface DecayOptions {
  readonly initialLearningRate: number;
  /** Steps in which the decay happens once. */
  readonly decaySteps: number;
}

export interface RateDecayOptions extends DecayOptions {
  readonly decayRate: number;
  /** Only whole decaySteps count, so that the rate falls in steps. */
  readonly staircase?: boolean;
}

function checkDecay(call: string, { initialLearningRate, decaySteps }: DecayOptions): void {
  checkNumber(call, 'initialLearningRate', initialLearningRate);
  checkSteps(call, 'decaySteps', decaySteps);
}

/** How often decaySteps have passed; divided as whole numbers for a staircase, so that no step is missed. */
const times = (step: Tensor, decaySteps: number, staircase: boolean): Tensor =>
  staircase ? step.div(decaySteps).to('f32') : step.to('f32').div(decaySteps);

/** initialLearningRate · decayRate^(step / decaySteps). */
export function exponentialDecay({ staircase = false, ...options }: RateDecayOptions): Schedule {
  const { initialLearningRate, decaySteps, decayRate } = options;
  checkDecay('exponentialDecay', options);
  checkNumber('exponentialDecay', 'decayRate', decayRate);
  return schedule('exponentialDecay', (step) =>
    Tensor.fill(decayRate)
      .pow(times(step, decaySteps, staircase))
      .mul(initialLearningRate),
  );
}

/** initialLearningRate / (1 + decayRate · step / decaySteps). */
export function inverseTimeDecay({ staircase = false, ...options }: RateDecayOptions): Schedule {
  const { initialLearningRate, decaySteps, decayRate } = options;
  checkDecay('inverseTimeDecay', options);
  checkNumber('inverseTimeDecay', 'decayRate', decayRate);
  return schedule('inverseTimeDecay', (step) =>
    Tensor.fill(initialLearningRate).div(times(step, decaySteps, staircase).mul(decayRate).add(1)),
  );
}

export interface PolynomialDecayOptions extends DecayOptions {
  readonly endLearningRate?: number;
  readonly power?: number;
  /** After decaySteps fall again, from less and over more steps each time, instead of staying at the end. */
  readonly cycle?: boolean;
}

/** From initialLearningRate to endLearningRate, the distance falling as (1 - step / decaySteps)^power. */
export function polynomialDecay({
  endLearningRate = 0.0001,
  power = 1,
  cycle = false,
  ...options
}: PolynomialDecayOptions): Schedule {
  const { initialLearningRate, decaySteps } = options;
  checkDecay('polynomialDecay', options);
  checkNumber('polynomialDecay', 'endLearningRate', endLearningRate);
  checkNumber('polynomialDecay', 'power', power);
  return schedule('polynomialDecay', (step) => {
    const rounds = step
      .add(decaySteps - 1)
      .div(decaySteps)
      .max2(1);
    const share = cycle
      ? step.to('f32').div(rounds.mul(decaySteps).to('f32'))
      : step.min2(decaySteps).to('f32').div(decaySteps);
    const left = share.neg().add(1);
    return (power === 1 ? left : left.pow(power))
      .mul(initialLearningRate - endLearningRate)
      .add(endLearningRate);
  });
}

export interface CosineDecayOptions extends DecayOptions {
  /** The last rate, as a share of the one it falls from. */
  readonly alpha?: number;
  /** Rise in a straight line from initialLearningRate to this over warmupSteps first, and fall from here. */
  readonly warmupTarget?: number;
  readonly warmupSteps?: number;
}

/** From 1 to alpha along half a cosine. */
const falling = (share: Tensor, alpha: number): Tensor =>
  halfCosine(share)
    .mul(1 - alpha)
    .add(alpha);

/** Down along half a cosine over decaySteps, then flat. Loshchilov & Hutter 2017, https://arxiv.org/abs/1608.03983 */
export function cosineDecay({
  alpha = 0,
  warmupTarget,
  warmupSteps = 0,
  ...options
}: CosineDecayOptions): Schedule {
  const { initialLearningRate, decaySteps } = options;
  checkDecay('cosineDecay', options);
  checkNumber('cosineDecay', 'alpha', alpha);
  checkNumber('cosineDecay', 'warmupTarget', warmupTarget ?? 0);
  checkSteps('cosineDecay', 'warmupSteps', warmupSteps, 0);
  check(
    warmupSteps === 0 || warmupTarget !== undefined,
    () => `cosineDecay: warmupSteps needs a warmupTarget to rise to, got ${warmupSteps} without one`,
  );
  const top = warmupTarget ?? initialLearningRate;
  return schedule('cosineDecay', (step) => {
    const since = step.sub(warmupSteps).max2(0).min2(decaySteps);
    const down = falling(since.to('f32').div(decaySteps), alpha).mul(top);
    if (warmupSteps === 0) return down;
    const up = step
      .to('f32')
      .div(warmupSteps)
      .mul(top - initialLearningRate)
      .add(initialLearningRate);
    return up.where(step.less(warmupSteps), down);
  });
}

export interface CosineDecayRestartsOptions {
  readonly initialLearningRate: number;
  /** Steps of the first fall. */
  readonly firstDecaySteps: number;
  /** Each fall has this times the steps of the one before. */
  readonly tMul?: number;
  /** Each fall begins at this times the rate of the one before. */
  readonly mMul?: number;
  /** The lowest rate, as a share of initialLearningRate. */
  readonly alpha?: number;
}

/** Down along half a cosine, and again and again. Loshchilov & Hutter 2017, https://arxiv.org/abs/1608.03983 */
export function cosineDecayRestarts({
  initialLearningRate,
  firstDecaySteps,
  tMul = 2,
  mMul = 1,
  alpha = 0,
}: CosineDecayRestartsOptions): Schedule {
  const call = 'cosineDecayRestarts';
  checkNumber(call, 'initialLearningRate', initialLearningRate);
  checkSteps(call, 'firstDecaySteps', firstDecaySteps);
  checkNumber(call, 'tMul', tMul, 1);
  checkNumber(call, 'mMul', mMul);
  checkNumber(call, 'alpha', alpha);
  return schedule(call, (step) => {
    const { round, share } =
      tMul === 1 ? equalRounds(step, firstDecaySteps) : growingRounds(step, firstDecaySteps, tMul);
    const cosine = halfCosine(share).mul(Tensor.fill(mMul).pow(round));
    return cosine
      .mul(1 - alpha)
      .add(alpha)
      .mul(initialLearningRate);
  });
}

/** Which fall a step is in, from 0, and how much of it is done. */
interface Round {
  readonly round: Tensor;
  readonly share: Tensor;
}

const equalRounds = (step: Tensor, steps: number): Round => ({
  round: step.div(steps).to('f32'),
  share: step.rem(steps).to('f32').div(steps),
});

/**
 * Fall i begins after (growthⁱ - 1) / (growth - 1) first falls. The logarithm that finds i may be off by its
 * rounding at the first step of a fall, so its neighbours are asked as well.
 */
function growingRounds(step: Tensor, steps: number, growth: number): Round {
  const done = step.to('f32').div(steps);
  const length = (round: Tensor): Tensor => Tensor.fill(growth).pow(round);
  const begin = (round: Tensor): Tensor =>
    length(round)
      .sub(1)
      .div(growth - 1);
  const guess = done
    .mul(growth - 1)
    .add(1)
    .log()
    .div(Math.log(growth))
    .floor();
  const up = guess.add(1);
  const high = up.where(begin(up).lessEqual(done), guess);
  const round = high.sub(1).where(done.less(begin(high)), high);
  return { round, share: done.sub(begin(round)).div(length(round)) };
}
