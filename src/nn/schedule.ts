// Learning rates that change by themselves: each is one formula of the number of steps done before. The program
// of a step evaluates it on the device, and rateAt() evaluates the same formula here.
//
// A step number is an f32 inside most formulas: exact to 2^24 = 16,777,216 steps, to 1 part in 10^7 beyond.
// To add one: write its formula with schedule(), and put it in `schedules` of test/nn-schedules.test.ts.
import { assert, check } from '../base/check.ts';
import { at } from '../base/shape.ts';
import { scalar } from '../graph/scalar.ts';
import { topological, type Node } from '../graph/node.ts';
import { Tensor } from '../tensor.ts';

/** A learning rate for every step. */
export interface Schedule {
  readonly name: string;
  /** The rate of the step that comes after `step` others: i32 [] -> f32 []. */
  at(step: Tensor): Tensor;
  /** The same as a number. */
  rateAt(step: number): number;
}

/** A schedule from its formula: i32 [] of steps done before -> f32 [], of scalar functions only. */
export const schedule = (name: string, formula: Schedule['at']): Schedule => ({
  name,
  at: formula,
  rateAt: (step) => valueOf(formula(Tensor.fill(step, [], 'i32'))),
});

/** The number that scalar functions of constants come to, in float64. */
function valueOf(formula: Tensor): number {
  const values = new Map<Node, number>();
  for (const n of topological([formula.node]))
    values.set(
      n,
      valueFrom(
        n,
        n.src.map((s) => values.get(s) ?? NaN),
      ),
    );
  return values.get(formula.node) ?? NaN;
}

function valueFrom(n: Node, src: readonly number[]): number {
  if (n.kind === 'const') return n.value;
  assert(n.kind === 'map', () => `schedule: needs scalar functions of the step, got ${n.kind}`);
  const { js, whole = js } = scalar(n.op);
  const isWhole = n.dtype === 'i32' && n.src.every((s) => s.dtype === 'i32');
  return isWhole ? whole(...src) | 0 : js(...src);
}

/** The rate that a number or a schedule has after `step` steps. */
export const rateAfter = (learningRate: number | Schedule, step: number): number =>
  typeof learningRate === 'number' ? learningRate : learningRate.rateAt(step);

/** Throws unless it is a finite number from 0 or a schedule. */
export function checkLearningRate(call: string, learningRate: number | Schedule): void {
  if (typeof learningRate === 'object') return;
  check(
    Number.isFinite(learningRate) && learningRate >= 0,
    () => `${call}: learningRate must be a number from 0 or a schedule, got ${learningRate}`,
  );
}

/** Throws unless it is a finite number from `low`. */
export function checkNumber(call: string, what: string, x: number, low = 0): void {
  check(Number.isFinite(x) && x >= low, () => `${call}: ${what} must be a number from ${low}, got ${x}`);
}

/** Throws unless it is a whole number of steps from `low`. */
export function checkSteps(call: string, what: string, steps: number, low = 1): void {
  check(
    Number.isInteger(steps) && steps >= low && steps < 2 ** 31,
    () => `${call}: ${what} must be a whole number from ${low}, got ${steps}`,
  );
}

/** Always the same. */
export function constantRate(learningRate: number): Schedule {
  checkLearningRate('constantRate', learningRate);
  return schedule('constantRate', () => Tensor.fill(learningRate));
}

/**
 * A rate, or a schedule, reached in equal parts over the first steps: at step s from 0 it is (s + 1) / steps of
 * what it would be. Goyal et al. 2017, https://arxiv.org/abs/1706.02677
 */
export function warmUp(inner: number | Schedule, steps: number): Schedule {
  checkLearningRate('warmUp', inner);
  checkSteps('warmUp', 'steps', steps);
  return schedule('warmUp', (step) => {
    const full = typeof inner === 'number' ? Tensor.fill(inner) : inner.at(step);
    return full.mul(
      step
        .min2(steps - 1)
        .add(1)
        .to('f32')
        .div(steps),
    );
  });
}

export interface PiecewiseConstantDecayOptions {
  /** The last step of each rate but the last one; whole numbers, rising. */
  readonly boundaries: readonly number[];
  /** The rates: one more. */
  readonly values: readonly number[];
}

/** values[0] up to and with step boundaries[0], then values[1] up to boundaries[1], and so on; the last for ever. */
export function piecewiseConstantDecay({ boundaries, values }: PiecewiseConstantDecayOptions): Schedule {
  const call = 'piecewiseConstantDecay';
  check(
    values.length === boundaries.length + 1,
    () => `${call}: values must be one more than boundaries, got ${values.length} and ${boundaries.length}`,
  );
  check(
    boundaries.every((b, i) => Number.isInteger(b) && b >= 0 && b < 2 ** 31 && b > (boundaries[i - 1] ?? -1)),
    () => `${call}: boundaries must be rising whole numbers from 0, got ${boundaries.join(', ')}`,
  );
  for (const value of values) checkNumber(call, 'each value', value);
  return schedule(call, (step) =>
    boundaries.reduceRight(
      (later, boundary, i) => Tensor.fill(at(values, i)).where(step.lessEqual(boundary), later),
      Tensor.fill(at(values, boundaries.length)),
    ),
  );
}

export interface OneCycleOptions {
  readonly maxLearningRate: number;
  readonly totalSteps: number;
  /** The share of steps on which the rate rises; PyTorch's pct_start. */
  readonly warmupShare?: number;
  /** The first rate is maxLearningRate divided by this. */
  readonly divFactor?: number;
  /** The last rate is the first one divided by this. */
  readonly finalDivFactor?: number;
}

/**
 * Up along half a cosine to maxLearningRate, then down along another one, far below the first rate. Numbers as of
 * PyTorch's OneCycleLR; after totalSteps the last rate stays.
 * Smith & Topin 2018, https://arxiv.org/abs/1708.07120
 */
export function oneCycle({
  maxLearningRate,
  totalSteps,
  warmupShare = 0.3,
  divFactor = 25,
  finalDivFactor = 1e4,
}: OneCycleOptions): Schedule {
  checkNumber('oneCycle', 'maxLearningRate', maxLearningRate);
  checkSteps('oneCycle', 'totalSteps', totalSteps);
  checkNumber('oneCycle', 'warmupShare', warmupShare);
  checkNumber('oneCycle', 'divFactor', divFactor, 1);
  checkNumber('oneCycle', 'finalDivFactor', finalDivFactor, 1);
  const [first, last] = [maxLearningRate / divFactor, maxLearningRate / divFactor / finalDivFactor];
  const [top, end] = [Math.min(warmupShare, 1) * totalSteps - 1, totalSteps - 1];
  return schedule('oneCycle', (step) => {
    const here = step.min2(end);
    const between = (from: number, to: number, low: number, high: number): Tensor =>
      halfCosine(
        here
          .to('f32')
          .sub(low)
          .div(high - low),
      )
        .mul(from - to)
        .add(to);
    if (end <= top) return between(first, maxLearningRate, 0, Math.max(top, 1));
    const down = between(maxLearningRate, last, top, end);
    if (top <= 0) return down;
    return between(first, maxLearningRate, 0, top).where(here.lessEqual(Math.floor(top)), down);
  });
}

/** From 1 at 0 down to 0 at 1 along half a cosine. */
export const halfCosine = (share: Tensor): Tensor => share.mul(Math.PI).cos().add(1).mul(0.5);
