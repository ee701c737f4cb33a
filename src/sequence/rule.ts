// The rule between two rows of numbers: the network of the running sum learns y = a x + b y' + c from them, as far as
// they have one, and goes on with it. Where they have none, it is looked for up to which number they do.
//
// Both rows are divided by their largest number first, so that one recipe suits all. A unit that hears only itself can
// settle for a rule that is not the right one, so it is told the y before at first (Williams & Zipser 1989, section 4,
// https://doi.org/10.1162/neco.1989.1.2.270): then one best answer is all there is to find. After that it is on its own.
import { check } from '../base/check.ts';
import { at, range } from '../base/shape.ts';
import type { Device } from '../device/device.ts';
import { dense } from '../nn/dense.ts';
import type { Model } from '../nn/model.ts';
import { adam } from '../nn/optimizer.ts';
import { cosineDecay } from '../nn/schedule-decay.ts';
import { sequential } from '../nn/sequential.ts';
import { cumsum, ruleOf, type Rule } from './cumsum.ts';

/** What is learned from, and on what. */
export interface RuleOptions {
  readonly device: Device;
  readonly seed?: number;
  /** Steps of training, half of them with the y before told. */
  readonly steps?: number;
  readonly signal?: AbortSignal | undefined;
}

/** What was learned from rows of numbers. */
export interface Learned extends Rule {
  /** What the rule says for every x, those beyond the last y among them. */
  readonly y: readonly number[];
  /** The largest difference from the ys given. */
  readonly miss: number;
  /** The rule explains all ys: it misses none by more than a thousandth of the largest. */
  readonly exact: boolean;
}

/** The same, and what can be said of numbers that one rule does not explain. */
export interface Explained extends Learned {
  /** The rule of the first numbers, where they have one and all together have none. */
  readonly until?: Learned & { readonly count: number };
}

/** A rule has three numbers: fewer ys do not say what they are. */
const fewest = 3;

/** Three ys nearly always have a rule; the fourth is the first that can speak against one. */
const telling = 4;

/**
 * Learns y = a x + b y' + c, y' being the y before and 0 at first, from `y.length` pairs; further xs are answered by
 * the rule. If it does not explain the numbers, the longest beginning that has a rule is looked for.
 */
export async function explainRows(
  x: readonly number[],
  y: readonly number[],
  options: RuleOptions,
): Promise<Explained> {
  checkRows(x, y);
  const all = await learnRows(x, y, options);
  if (all.exact) return all;
  // Where a beginning has a rule, every shorter one has it too: the longest is found by halving.
  let until: Explained['until'];
  for (let [has, hasNot] = [telling - 1, y.length]; hasNot - has > 1;) {
    const count = (has + hasNot) >> 1;
    const part = await learnRows(x, y.slice(0, count), options);
    if (part.exact) [has, until] = [count, { ...part, count }];
    else hasNot = count;
  }
  return { ...all, ...(until && { until }) };
}

function checkRows(x: readonly number[], y: readonly number[]): void {
  for (const [name, row] of Object.entries({ x, y }))
    check(
      row.every((n) => Number.isFinite(n)),
      () => `explainRows: ${name} must be numbers, got ${row.join(', ')}`,
    );
  check(
    y.length >= fewest && x.length >= y.length,
    () =>
      `explainRows: needs at least ${fewest} ys, and an x for each, got ${x.length} xs and ${y.length} ys; a rule has three numbers`,
  );
}

/** How many times the largest number a rule may miss by and still be made better. */
const runaway = 100;

/** The rule nearest to the pairs. */
async function learnRows(x: readonly number[], y: readonly number[], options: RuleOptions): Promise<Learned> {
  const [wide, high] = [largest(x.slice(0, y.length)), largest(y)];
  const scaled: Rows = {
    x: Float32Array.from(y, (_, i) => at(x, i) / wide),
    y: Float32Array.from(y, (now) => now / high),
  };
  const learned = (rule: Rule): Learned => {
    const right = { ...rule, kernel: (rule.kernel * high) / wide, bias: rule.bias * high };
    const says = tell(right, x);
    const miss = largest(
      y.map((given, i) => at(says, i) - given),
      0,
    );
    return { ...right, y: says, miss, exact: miss <= high / 1000 };
  };
  const told = await learnTold(scaled, options);
  const first = learned(told);
  // A rule that runs away is no beginning: its numbers would soon be too large to learn from.
  if (!(first.miss < runaway * high)) return first;
  const last = learned(await learnAlone(scaled, told, options));
  return last.miss < first.miss ? last : first;
}

/** The largest size of a number, or what is said instead of 0. */
const largest = (row: readonly number[], none = 1): number =>
  row.reduce((most, n) => (Math.abs(n) > most || Number.isNaN(n) ? Math.abs(n) : most), 0) || none;

/** Rows between -1 and 1. Shapes: [time]. */
interface Rows {
  readonly x: Float32Array;
  readonly y: Float32Array;
}

/** Told the y before, as the second of two inputs. Shapes: [time, 2] -> [time, 1]. */
async function learnTold({ x, y }: Rows, options: RuleOptions): Promise<Rule> {
  const model = sequential(dense(1)).build([y.length, 2]);
  const told = Float32Array.from(
    { length: 2 * y.length },
    (_, i) => (i % 2 === 0 ? x[i / 2] : y[(i - 3) / 2]) ?? 0,
  );
  try {
    await train(model, { x: told, y, shape: [y.length, 2] }, { rate: 0.05 }, options);
    const [kernel = [], bias = []] = (await model.getWeights()).map(({ data }) => Array.from(data));
    return { kernel: at(kernel, 0), recurrent: at(kernel, 1), bias: at(bias, 0) };
  } finally {
    await model.close();
  }
}

/** Hearing only itself, from a rule that is nearly right. */
async function learnAlone({ x, y }: Rows, start: Rule, options: RuleOptions): Promise<Rule> {
  const model = cumsum();
  try {
    await train(model, { x, y, shape: [y.length, 1] }, { rate: 0.005, start }, options);
    return await ruleOf(model);
  } finally {
    await model.close();
  }
}

/** Rows that an epoch goes through one by one: copies, so that few epochs are many steps. */
const copies = 250;

/** Half of the steps, at a rate that falls to 0. */
async function train(
  model: Model,
  { x, y, shape }: Rows & { readonly shape: readonly number[] },
  { rate, start }: { readonly rate: number; readonly start?: Rule },
  { device, seed = 1, steps = 10_000, signal }: RuleOptions,
): Promise<void> {
  const epochs = Math.ceil(steps / 2 / copies);
  const learningRate = cosineDecay({ initialLearningRate: rate, decaySteps: epochs * copies });
  model.compile({ optimizer: adam({ learningRate }), loss: 'meanSquaredError', device, seed });
  if (start) {
    const numbers = [start.kernel, start.recurrent, start.bias];
    const weights = await model.getWeights();
    await model.setWeights(weights.map(({ name }, i) => ({ name, data: Float32Array.of(at(numbers, i)) })));
  }
  const copied = (row: Float32Array): Float32Array =>
    Float32Array.from({ length: copies * row.length }, (_, i) => row[i % row.length] ?? 0);
  await model.fit({ x: copied(x), y: copied(y), shape }, { epochs, batchSize: 1, signal });
  signal?.throwIfAborted();
}

/** What a rule says for xs, in float64. */
function tell({ kernel, recurrent, bias }: Rule, x: readonly number[]): number[] {
  let before = 0;
  return range(x.length).map((i) => (before = kernel * at(x, i) + recurrent * before + bias));
}
