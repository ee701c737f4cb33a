// How long training will take, told before it begins: the real step is timed on throw-away weights where that
// is quick, else its sums of products are set against what the device does in a second.
import type { Device, Program } from '../device/device.ts';
import { matmul } from '../ops/matmul.ts';
import { Bench } from './bench.ts';
import { fill, tableFor, type Filling } from './data.ts';
import { nothing } from './layer.ts';
import { Homes } from './homes.ts';
import { beginAll, forget, hold, release } from './memory.ts';
import { learnFrom } from './step.ts';
import { scoreNames, type Task } from './task.ts';

export interface Estimate {
  /** For all epochs, compilation and validation left out. */
  readonly seconds: number;
  readonly steps: number;
  readonly secondsPerStep: number;
  /** Timed steps, or only reckoned from operation counts. */
  readonly measured: boolean;
}

/** Steps reckoned to take longer than this are not timed, seconds. */
const worthTiming = 0.25;

/** Runs a program more and more often until a call takes `enough` seconds; gives the seconds of one run. */
async function timed(program: Program, enough: number): Promise<number> {
  for (let times = 1; ;) {
    const began = performance.now();
    await program.start({}, { times }).done;
    const seconds = (performance.now() - began) / 1000;
    if (seconds >= enough) return seconds / times;
    times = Math.ceil(times * Math.min(16, Math.max(2, (1.2 * enough) / Math.max(seconds, 1e-5))));
  }
}

/** Multiplications and additions in a second in a matrix product, from some 30 ms of them. */
export async function productsPerSecond(device: Device): Promise<number> {
  const n = device.name === 'reference' ? 64 : 256;
  const [a, product] = [device.variable(undefined, [n, n]), device.variable(undefined, [n, n])];
  const program = await device.compile(() => ({ updates: [[product, matmul(a.tensor, a.tensor)]] }));
  try {
    await program.run();
    return (2 * n ** 3) / (await timed(program, 0.03));
  } finally {
    for (const held of [program, a, product]) held.close();
  }
}

/** Seconds of a step: measured, or reckoned from its operations where it would take long. */
async function stepTime(
  device: Device,
  program: Program,
): Promise<Pick<Estimate, 'secondsPerStep' | 'measured'>> {
  const reckoned = program.cost().productOperations / (await productsPerSecond(device));
  if (reckoned >= worthTiming) return { secondsPerStep: reckoned, measured: false };
  await program.run();
  return { secondsPerStep: await timed(program, 0.1), measured: true };
}

/** How long `steps` steps will take over batches like `batch`; weights, slots and data are made for it and given back. */
export async function estimateOf(
  device: Device,
  task: Task,
  batch: Filling,
  steps: number,
): Promise<Estimate> {
  const { inputs, count } = batch.examples;
  const built = task.layer.lists.build(
    inputs.map(({ shape }) => shape),
    nothing,
  );
  const memory = await hold(device, task.layer, built, 0, new Homes());
  const training = await beginAll(memory, task.groups);
  const table = tableFor(device, batch, { totals: scoreNames(task), shuffled: true });
  try {
    const bench = new Bench(await learnFrom(task, memory, training, table, count), table);
    try {
      await fill(table, batch);
      const { secondsPerStep, measured } = await stepTime(device, bench.program);
      return { seconds: steps * secondsPerStep, steps, secondsPerStep, measured };
    } finally {
      bench.close();
    }
  } finally {
    forget(training);
    await release(memory);
  }
}
