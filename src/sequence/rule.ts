// The rule between two rows of numbers: the network of the running sum learns y = a x + b y' + c from them, as far as
// they have one, and goes on with it. Where they have none, it is looked for up to which number they do.
//
// Both rows are divided by their largest number first, so that one recipe suits all.
import { check } from '../base/check.ts';
import { at, range } from '../base/shape.ts';
import type { Device } from '../device/device.ts';
import { adam } from '../nn/optimizer.ts';
import { cosineDecay } from '../nn/schedule-decay.ts';
import { cumsum, ruleOf, type Rule } from './cumsum.ts';

/** What is learned from, and on what. */
export interface RuleOptions {
  readonly device: Device;
  readonly seed?: number;
  /** Steps of training for each of the three beginnings. */
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

/** Three numbers of a rule always fit three numbers: the fourth is the first that says anything. */
const fewest = 4;

/** A rule that misses by less than this share of the largest number needs no other training beside it. */
const sure = 1e-4;

/** Rates that training begins with, one after the other until one finds a sure rule. */
const rates = [0.02, 0.05, 0.005] as const;

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
  for (let count = y.length - 1; count >= fewest; count--) {
    const part = await learnRows(x, y.slice(0, count), options);
    if (part.exact) return { ...all, until: { ...part, count } };
  }
  return all;
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
      `explainRows: needs at least ${fewest} ys, and an x for each, got ${x.length} xs and ${y.length} ys; a rule has three numbers, which fit any three`,
  );
}

/** The rule nearest to the pairs, of several trainings the best. */
async function learnRows(x: readonly number[], y: readonly number[], options: RuleOptions): Promise<Learned> {
  let best: Learned | undefined;
  for (const rate of rates) {
    const found = await learnOnce(x, y, rate, options);
    if (!best || found.miss < best.miss) best = found;
    if (best.miss <= sure * Math.max(...y.map(Math.abs))) break;
  }
  return best as Learned;
}

/** Examples that an epoch goes through one by one: copies, so that few epochs are many steps. */
const copies = 250;

async function learnOnce(
  x: readonly number[],
  y: readonly number[],
  rate: number,
  { device, seed = 1, steps = 10_000, signal }: RuleOptions,
): Promise<Learned> {
  const [wide, high] = [x.slice(0, y.length), y].map((row) => Math.max(...row.map(Math.abs)) || 1) as [
    number,
    number,
  ];
  const rows = (row: readonly number[], by: number): Float32Array =>
    Float32Array.from({ length: copies * y.length }, (_, i) => at(row, i % y.length) / by);
  const model = cumsum();
  const epochs = Math.ceil(steps / copies);
  const learningRate = cosineDecay({ initialLearningRate: rate, decaySteps: epochs * copies });
  model.compile({ optimizer: adam({ learningRate }), loss: 'meanSquaredError', device, seed });
  try {
    const data = { x: rows(x, wide), y: rows(y, high), shape: [y.length, 1] };
    await model.fit(data, { epochs, batchSize: 1, signal });
    signal?.throwIfAborted();
    const { kernel, recurrent, bias } = await ruleOf(model);
    const rule = { kernel: (kernel * high) / wide, recurrent, bias: bias * high };
    const told = tell(rule, x);
    const miss = Math.max(...y.map((right, i) => Math.abs(at(told, i) - right)));
    return { ...rule, y: told, miss, exact: miss <= high / 1000 };
  } finally {
    await model.close();
  }
}

/** What a rule says for xs, in float64. */
function tell({ kernel, recurrent, bias }: Rule, x: readonly number[]): number[] {
  let before = 0;
  return range(x.length).map((i) => (before = kernel * at(x, i) + recurrent * before + bias));
}
