// The running sum, learned: the network, the data and the question of the source. One linear recurrent unit adds if
// its three numbers are 1, 1 and 0; how near they come is seen on sequences longer than those it learned from.
import { check } from '../base/check.ts';
import { uniform } from '../base/rng.ts';
import { at } from '../base/shape.ts';
import type { Pairs } from '../nn/data.ts';
import { purposeOf } from '../nn/layer.ts';
import type { Model } from '../nn/model.ts';
import { adam, type Optimizer } from '../nn/optimizer.ts';
import { cosineDecay } from '../nn/schedule-decay.ts';
import { sequential } from '../nn/sequential.ts';
import { simpleRnn } from '../nn/simple-rnn.ts';

/** What the source trains it with. */
export const cumsumRecipe = { count: 51_200, steps: 10, batchSize: 512, epochs: 100 } as const;

/** One linear recurrent unit, 3 parameters: y = kernel x + recurrentKernel y' + bias, from y = 0. Shapes: [time, 1] -> [time, 1]. */
export const cumsum = (): Model =>
  sequential(simpleRnn(1, { activation: 'linear', returnSequences: true })).build([null, 1]);

/** How it is trained: adam at 0.001, as in the source, or falling from 0.01 to 0 along half a cosine. */
export const cumsumOptimizer = ({
  decay = false,
  totalSteps = 10_000,
}: { readonly decay?: boolean; readonly totalSteps?: number } = {}): Optimizer =>
  decay
    ? adam({ learningRate: cosineDecay({ initialLearningRate: 0.01, decaySteps: totalSteps }) })
    : adam({ learningRate: 0.001 });

/** Sequences of numbers in [0, 1) and their running sums, summed in float64. Shapes: x and y [count, steps, 1]. */
export function cumsumData({
  seed = 1,
  count = cumsumRecipe.count,
  steps = cumsumRecipe.steps,
}: { readonly seed?: number; readonly count?: number; readonly steps?: number } = {}): Pairs & {
  readonly x: Float32Array;
  readonly y: Float32Array;
} {
  for (const [what, n] of Object.entries({ count, steps }))
    check(Number.isInteger(n) && n >= 1, () => `cumsumData: ${what} must be a whole number from 1, got ${n}`);
  const purpose = purposeOf('cumsum');
  const x = Float32Array.from({ length: count * steps }, (_, i) => uniform(seed, purpose, 0, i));
  return { x, y: runningSums(x, steps), shape: [steps, 1] };
}

/** The running sums of rows of so many numbers. */
function runningSums(x: Float32Array, steps: number): Float32Array {
  let sum = 0;
  return x.map((now, i) => (sum = i % steps === 0 ? now : sum + now));
}

/** For each length the largest error on a sequence of that many ones, whose running sums are 1, 2, 3 and so on. */
export async function errorsOnOnes(
  model: Model,
  lengths: readonly number[] = [20, 100, 1000],
): Promise<number[]> {
  const longest = Math.max(...lengths);
  const { data } = await model.predict({ x: new Float32Array(longest).fill(1), shape: [longest, 1] });
  const errors = Array.from(data, (y, i) => Math.abs(y - (i + 1)));
  return lengths.map((n) =>
    errors.slice(0, n).reduce((most, e) => (e > most || Number.isNaN(e) ? e : most), 0),
  );
}

/** The rule that a model of cumsum() has come to: y = kernel x + recurrent y' + bias. */
export interface Rule {
  readonly kernel: number;
  readonly recurrent: number;
  readonly bias: number;
}

/** Its three numbers. */
export async function ruleOf(model: Model): Promise<Rule> {
  const [kernel, recurrent, bias] = (await model.getWeights()).map(({ data }) => at(Array.from(data), 0));
  return { kernel: kernel ?? NaN, recurrent: recurrent ?? NaN, bias: bias ?? NaN };
}
