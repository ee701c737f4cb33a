// Whether a run learns far slower than it could: on copies of weights and optimizers, the next batches are learned
// with other rates and with adam, and the losses compared. Nothing of the run changes. Only a large difference is
// told of: rates a little better are many, and a few dozen steps do not tell them apart.
import { at } from '../base/shape.ts';
import type { TypedArray } from '../base/dtype.ts';
import type { Program, Variable } from '../device/device.ts';
import type { Bench } from './bench.ts';
import { meansOf, rewind, type Table } from './data.ts';
import { ratesOf } from './diagnose.ts';
import type { Group } from './groups.ts';
import { Homes } from './homes.ts';
import { nothing } from './layer.ts';
import { beginAll, forget, hold, release, variablesOf, type Memory, type Training } from './memory.ts';
import { adam } from './optimizer.ts';
import type { Sizes } from './sizes.ts';
import { Slices } from './slices.ts';
import { learnFrom } from './step.ts';
import { scoreNames, type Task } from './task.ts';
import { leavesOf } from './tree.ts';

/** A way to train, and where it led in the trial. */
export interface Trial {
  /** Of the optimizer; of the first, if there are several. */
  readonly optimizer: string;
  readonly learningRate: number;
  /** Mean loss over the second half of the trial's steps; NaN if it failed. */
  readonly loss: number;
}

/** That another way to train does far better. */
export interface Advice {
  readonly present: Trial;
  readonly better: Trial;
  /** All that was tried. */
  readonly tried: readonly Trial[];
  /** Steps of each trial. */
  readonly steps: number;
  /** The same as a sentence. */
  readonly message: string;
}

/** Before so many steps a run has hardly begun. */
const earliest = 100;
/** Steps of a trial: fewer tell nothing, more no more. */
const [fewest, most] = [10, 40];
/** The trials take at most this share of all steps. */
const share = 0.05;
/** Times the present rate. */
const factors = [3, 10, 0.1];
/** A run whose loss has fallen below this share of its first one learns well enough: high rates often look better then. */
const slow = 0.5;
/** Another way is told of if its loss is at most this share of the present one's. */
const farBetter = 0.6;

/** After how many steps advice is looked for, and how long each trial is; undefined if a run is too short for it. */
export function adviceFor(
  steps: number,
): { readonly afterSteps: number; readonly steps: number } | undefined {
  const each = Math.min(most, Math.floor((steps * share) / (factors.length + 2)));
  return each < fewest ? undefined : { afterSteps: earliest, steps: each };
}

/** What a trial begins with. */
export interface Run {
  readonly task: Task;
  readonly memory: Memory;
  readonly training: readonly Training[];
  readonly bench: Bench;
  /** Of its inputs. */
  readonly shapes: readonly Sizes[];
  readonly seed: number;
  readonly batchSize: number;
  /** The row that comes next, and how many there are. */
  readonly taken: number;
  readonly rows: number;
  /** The loss of its first steps. */
  readonly firstLoss: number;
  readonly signal: AbortSignal | undefined;
}

/** Tries other ways for `steps` steps each. */
export async function adviceOn(run: Run, steps: number): Promise<Advice | undefined> {
  const { task, training, memory, batchSize, rows } = run;
  const possible = Math.min(steps, Math.floor(rows / batchSize));
  if (possible < 2) return undefined;
  const rates = (await ratesOf(task, training)).map((rate) => Number(rate.toPrecision(7)));
  // A schedule stands still for so few steps; as a number it can be multiplied.
  const now = task.groups.map((group, i) => withRate(group, at(rates, i)));
  const kept = new Map(
    await Promise.all(variablesOf(memory).map(async ([name, v]) => [name, await v.read()] as const)),
  );
  const first = at(now, 0).optimizer.name;
  const trial = (groups: readonly Group[], factors: readonly number[], enough?: number): Promise<number[]> =>
    trialsOf({ ...run, task: { ...task, groups } }, kept, { steps: possible, factors, enough });
  const [present, ...others] = await trial(now, [1, ...factors], slow * run.firstLoss);
  if (present === undefined || others.length === 0) return undefined;
  const isAdam = now.every(({ optimizer }) => /adam/.test(optimizer.name));
  const withAdam = task.groups.map((group): Group => ({ ...group, optimizer: adam() }));
  const adams = isAdam ? [] : await trial(withAdam, [1]);
  if (run.signal?.aborted) return undefined;
  const tried = [
    ...others.map((loss, i): Trial => ({
      optimizer: first,
      learningRate: at(rates, 0) * at(factors, i),
      loss,
    })),
    ...adams.map((loss): Trial => ({ optimizer: 'adam', learningRate: 0.001, loss })),
  ];
  return adviceFrom({ optimizer: first, learningRate: at(rates, 0), loss: present }, tried, possible);
}

/** The group with its optimizer's rate as a number. */
const withRate = (group: Group, learningRate: number): Group => ({
  ...group,
  optimizer: { ...group.optimizer, learningRate },
});

/** Advice if the best of some trials is far better; ratios mean nothing for losses that can be negative. */
function adviceFrom(present: Trial, tried: readonly Trial[], steps: number): Advice | undefined {
  const good = tried.filter(({ loss }) => Number.isFinite(loss));
  const better = good.toSorted((a, b) => a.loss - b.loss)[0];
  if (!better || better.loss < 0 || !(better.loss <= farBetter * present.loss)) return undefined;
  const named = ({ optimizer, learningRate }: Trial): string =>
    `${optimizer} with learning rate ${Number(learningRate.toPrecision(3))}`;
  const to = (x: number): string => String(Number(x.toPrecision(3)));
  const message = `${named(better)} learns far faster than ${named(present)}: after ${steps} steps on the same batches its loss was ${to(better.loss)}, not ${to(present.loss)}`;
  return { present, better, tried, steps, message };
}

/** Trials of one program. */
interface Trials {
  readonly steps: number;
  /** Times the rates. */
  readonly factors: readonly number[];
  /** If the first comes to less, the others are left out. */
  readonly enough?: number | undefined;
}

/** The losses that the optimizers of a task come to, with their rates times each of some factors. */
async function trialsOf(
  { task, memory, training, bench, shapes, seed, batchSize, taken, rows, signal }: Run,
  kept: ReadonlyMap<string, TypedArray>,
  { steps, factors, enough = -Infinity }: Trials,
): Promise<number[]> {
  const { device } = memory;
  const copy = await hold(device, task.layer, task.layer.lists.build(shapes, nothing), seed, new Homes());
  const own = await beginAll(copy, task.groups);
  const table = besides(bench.table, task, memory);
  try {
    const program = await learnFrom(task, copy, own, table, batchSize);
    try {
      const losses: number[] = [];
      for (const factor of factors) {
        if (signal?.aborted || (losses[0] ?? Infinity) < enough) break;
        await Promise.all(variablesOf(copy).map(([name, v]) => v.write(kept.get(name) as TypedArray)));
        await copyTraining(training, own, task, factor);
        await rewind(table, taken + steps * batchSize <= rows ? taken : 0);
        losses.push(await lossAfter(program, table, { steps, batch: batchSize, signal }));
      }
      return losses;
    } finally {
      program.close();
    }
  } finally {
    for (const v of [table.position, table.fault, ...Object.values(table.totals)]) v.close();
    forget(own);
    await release(copy);
  }
}

/** The mean loss over the second half of so many steps; NaN if they fail or are stopped. */
async function lossAfter(
  program: Program,
  table: Table,
  {
    steps,
    batch,
    signal,
  }: { readonly steps: number; readonly batch: number; readonly signal: AbortSignal | undefined },
): Promise<number> {
  const slices = new Slices();
  const half = Math.ceil(steps / 2);
  for (const part of [steps - half, half]) {
    await Promise.all(Object.values(table.totals).map((t) => t.write(new Float32Array(1))));
    for (let done = 0; done < part;) {
      if (signal?.aborted) return NaN;
      done += await slices.run(program, part - done, { batch, signal });
    }
  }
  const failed = (await table.fault.read())[0] === 1;
  return failed ? NaN : ((await meansOf(table, half * batch))['loss'] ?? NaN);
}

/** The same examples in the same order, with a place and totals of its own. */
function besides(table: Table, task: Task, { device }: Memory): Table {
  const room = (name: string, dtype: 'i32' | 'f32'): Variable =>
    device.variable(undefined, [], { name, dtype });
  return {
    ...table,
    position: room('position', 'i32'),
    fault: room('fault', 'i32'),
    totals: Object.fromEntries(scoreNames(task).map((name) => [name, room(`sum of ${name}`, 'f32')])),
  };
}

/** What optimizers remember, where the same ones go on; others begin at the same step with nothing. */
async function copyTraining(
  from: readonly Training[],
  to: readonly Training[],
  { groups }: Task,
  factor: number,
): Promise<void> {
  for (const [i, own] of to.entries()) {
    const { optimizer } = at(groups, i);
    const old = at(from, i);
    const same = Object.keys(own.slots).every((slot) => slot in old.slots);
    for (const [slot, tree] of Object.entries(own.slots)) {
      const known = new Map(same ? leavesOf(old.slots[slot] ?? {}) : []);
      for (const [path, v] of leavesOf(tree)) {
        const data = await known.get(path)?.read();
        await v.write(data ?? new Float32Array(v.shape.reduce((n, d) => n * d, 1)));
      }
    }
    await own.step.write(same ? await old.step.read() : new Int32Array(1));
    const { learningRate } = optimizer;
    await own.rate.write(Float32Array.of((typeof learningRate === 'number' ? learningRate : NaN) * factor));
  }
}
