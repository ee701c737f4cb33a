// Optimizers beside Keras's numbers, five steps along given gradients, and learning-rate schedules at given steps. The
// reference agrees in float64; wasm and native agree with the reference.
import assert from 'node:assert/strict';
import { after, suite, test } from 'node:test';
import type { TypedArray } from '../src/base/dtype.ts';
import type { Shape } from '../src/base/shape.ts';
import type { Device, Variable } from '../src/device/device.ts';
import * as optimizer from '../src/nn/optimizer.ts';
import { averaged, averageSlot, optimizers, type Optimizer, type Start } from '../src/nn/optimizer.ts';
import * as schedule from '../src/nn/schedule.ts';
import * as decay from '../src/nn/schedule-decay.ts';
import type { Schedule } from '../src/nn/schedule.ts';
import { Tensor } from '../src/tensor.ts';
import { values } from './helpers.ts';
import {
  fixture,
  limits,
  made,
  numbers,
  openCompared,
  unpacked,
  Worst,
  type Call,
  type Named,
  type Packed,
} from './keras.ts';

interface Rule {
  readonly name: string;
  readonly optimizer: Call;
  /** How much of their average the weights' average keeps, where one is kept. */
  readonly average?: number;
  /** All weights after each of five steps. */
  readonly steps: Packed;
  readonly averages?: Packed;
}

interface Rates {
  readonly name: string;
  readonly schedule: Call;
  readonly steps: readonly number[];
  readonly rates: Packed;
}

const file = fixture<{ readonly optimizers: readonly Rule[]; readonly schedules: readonly Rates[] }>(
  'optimizers',
);
const library = { ...optimizer, ...schedule, ...decay };
const devices = await openCompared();
after(() => devices.close());

/** Weights by path; one of them is a bias. */
const owned: readonly (readonly [string, Shape])[] = [
  ['dense/kernel', [2, 3]],
  ['dense/bias', [4]],
];
const stepCount = 5;

const optimizerOf = ({ optimizer: call, average }: Rule): Optimizer => {
  const inner = made(library, call) as Optimizer;
  return average === undefined ? inner : averaged(inner, average);
};

const joined = (lists: readonly ArrayLike<number>[]): number[] => lists.flatMap((list) => Array.from(list));

/** The given gradients of a step, by path. */
const gradientsOf = (step: number): Record<string, TypedArray> =>
  Object.fromEntries(owned.map(([path, shape], i) => [path, numbers('signed', 10 + 2 * step + i, shape)]));

/** A weight, or what is remembered beside it, on a device. */
const begun = (
  device: Device,
  start: Start,
  [path, shape]: readonly [string, Shape],
  i: number,
): Variable => {
  const first = numbers('signed', 1 + i, shape);
  const fill = typeof start === 'object' ? start.fill : 0;
  // In float64, where the device has it: 0.1 is no f32 number.
  const data = start === 'weight' ? first : new Float64Array(first.length).fill(fill);
  return device.variable(data as unknown as TypedArray, shape, { name: path, dtype: 'f32' });
};

/** A rule's variables: of each weight itself, and its slots. */
const heldBy = (device: Device, rule: Rule) =>
  owned.map((one, i) => ({
    path: one[0],
    w: begun(device, 'weight', one, i),
    slots: Object.entries(optimizerOf(rule).slots).map(
      ([name, start]) => [name, begun(device, start, one, i)] as const,
    ),
  }));

type Held = ReturnType<typeof heldBy>;

/** What a step of a rule changes. */
function movesOf(rule: Rule, held: Held, gradients: readonly Tensor[], done: Tensor): Update[] {
  const optimizer = optimizerOf(rule);
  const { clip, learningRate } = optimizer;
  const taken = clip ? clip.of(gradients) : gradients;
  const rate = typeof learningRate === 'number' ? Tensor.fill(learningRate) : learningRate.at(done);
  return held.flatMap(({ path, w, slots }, i): Update[] => {
    const now = Object.fromEntries(slots.map(([name, v]) => [name, v.tensor]));
    const moved = optimizer.step(w.tensor, taken[i]!, now, { t: done.add(1).to('f32'), rate, path });
    return [[w, moved.w], ...slots.map(([name, v]): Update => [v, moved.slots[name]!])];
  });
}

type Update = readonly [Variable, Tensor];

/** All weights after each of the steps, and the averages after the last, of all rules by one program. */
async function run(device: Device): Promise<Named> {
  const rules = file.optimizers.map((rule) => ({ rule, held: heldBy(device, rule) }));
  const done = device.variable(Int32Array.of(0), [], { name: 'done' });
  using program = await device.compile(
    ({ inputs }) => {
      const gradients = owned.map(([path]) => inputs[path]!);
      const moves = rules.flatMap(({ rule, held }) => movesOf(rule, held, gradients, done.tensor));
      return { updates: [...moves, [done, done.tensor.add(1)]] };
    },
    { inputs: Object.fromEntries(owned.map(([path, shape]) => [path, { shape }])) },
  );
  const found: Record<string, number[]> = {};
  for (let step = 0; step < stepCount; step++) {
    await program.run(gradientsOf(step));
    for (const { rule, held } of rules)
      (found[rule.name] ??= []).push(...joined(await Promise.all(held.map(({ w }) => w.read()))));
  }
  for (const { rule, held } of rules)
    if (rule.averages) {
      const averages = held.map(({ slots }) => Object.fromEntries(slots)[averageSlot]!);
      found[`${rule.name}: averages`] = joined(await Promise.all(averages.map((v) => v.read())));
    }
  return found;
}

/**
 * Keras's average begins at the weights after one step, ours at the first weights: what is left of that difference
 * after n steps is decay^n of that first step.
 */
function averagesOf({ average = 0, averages, steps }: Rule): number[] {
  const first = joined(owned.map(([, shape], i) => numbers('signed', 1 + i, shape)));
  return Array.from(
    unpacked(averages!),
    (a, i) => a + average ** stepCount * (first[i]! - unpacked(steps)[i]!),
  );
}

suite('optimizers beside Keras', () => {
  test('five steps', async (t) => {
    const worst = new Worst();
    const want = Object.fromEntries<ArrayLike<number>>(
      file.optimizers.flatMap((rule) => [
        [rule.name, unpacked(rule.steps)] as const,
        ...(rule.averages ? [[`${rule.name}: averages`, averagesOf(rule)] as const] : []),
      ]),
    );
    const double = await run(devices.double);
    worst.check('reference', double, want, limits.reference);
    for (const device of devices.single) worst.check(device.name, await run(device), double, limits.single);
    t.diagnostic(`largest deviations: ${String(worst)}`);
  });

  test('every optimizer has a fixture', () => {
    const known = new Set(file.optimizers.map(({ optimizer: { call } }) => call));
    assert.deepEqual(
      Object.keys(optimizers).filter((name) => !known.has(name)),
      [],
    );
  });
});

/** The number of steps done, as programs hold it: not a constant, which would be worked out before. */
const at = (step: number): Tensor => Tensor.from(Int32Array.of(step)).reshape([]);

/** Schedules that no fixture has, and why. */
const others: Readonly<Record<string, string>> = {
  constantRate: 'a number in Keras',
  oneCycle: 'PyTorch’s, not Keras’s; beside its formula in nn-schedules.test.ts',
  warmUp: 'Keras has it in cosineDecay only; nn-schedules.test.ts',
};

suite('schedules beside Keras', () => {
  test('rates', async (t) => {
    const worst = new Worst();
    const ratesOf = file.schedules.map(({ schedule: call }) => made(library, call) as Schedule);
    const run = async (device: Device): Promise<Named> => {
      const all = file.schedules.map(({ steps }, i) => steps.map((s) => ratesOf[i]!.at(at(s))));
      const out = joined(await values(device, all.flat()));
      let from = 0;
      return Object.fromEntries(
        file.schedules.map(({ name, steps }) => [name, out.slice(from, (from += steps.length))]),
      );
    };
    const want = Object.fromEntries(file.schedules.map(({ name, rates }) => [name, unpacked(rates)]));
    const double = await run(devices.double);
    worst.check('reference', double, want, limits.reference);
    for (const device of devices.single) worst.check(device.name, await run(device), double, limits.single);
    const byHand = Object.fromEntries(
      file.schedules.map(({ name, steps }, i) => [name, steps.map((s) => ratesOf[i]!.rateAt(s))]),
    );
    worst.check('rateAt()', byHand, want, limits.reference);
    t.diagnostic(`largest deviations: ${String(worst)}`);
  });

  test('every schedule has a fixture', () => {
    const known = new Set(file.schedules.map(({ schedule: { call } }) => call));
    const inside = ['schedule', 'rateAfter', 'checkLearningRate', 'checkNumber', 'checkSteps', 'halfCosine'];
    const all = Object.keys({ ...schedule, ...decay }).filter((name) => !inside.includes(name));
    assert.deepEqual(all.filter((name) => !known.has(name)).sort(), Object.keys(others).sort());
  });
});
