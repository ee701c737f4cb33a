// `eidos bench`: how fast this machine is and what eidos makes of it, in half a minute. What takes turns with other
// libraries, for the documents, is bench/run.ts; here are a few workloads, alone.
import {
  adam,
  deviceNames,
  machineLimits,
  open,
  ops,
  sequential,
  dense,
  tutorial,
  type Device,
  type DeviceName,
  type MachineLimits,
  type Model,
} from '../src/index.ts';
import type { Spec } from './command.ts';
import type { Io } from './io.ts';
import { realNumber, type SharedOptions } from './options.ts';
import { table } from './table.ts';

/** The command. */
export const bench: Spec = {
  name: 'bench',
  computes: true,
  define(command, t, run) {
    command
      .summary(t.benchSummary)
      .description(t.benchDescription)
      .option('--seconds <n>', t.benchSecondsOption, realNumber(command, t, '--seconds', [0.01, 60]), 1)
      .action((options: BenchOptions) => run(options, (io) => benched(io, options)));
  },
  examples: (t) => [
    ['eidos bench', t.exampleBench],
    ['eidos bench --device wasm --json', t.exampleBenchJson],
  ],
};

interface BenchOptions extends SharedOptions {
  /** For each workload. */
  readonly seconds: number;
}

/** Something to time: what one time computes, and how to do it so many times. */
interface Work {
  readonly name: 'matmul' | 'dense' | 'tutorial32' | 'tutorial128' | 'answers' | 'chain';
  /** Operations of one time in units of 1e9; 0 if memory is the limit. */
  readonly giga: number;
  /** Bytes read and written in one time, where memory is the limit. */
  readonly bytes: number;
  readonly run: (times: number) => Promise<unknown>;
  readonly close: () => void | Promise<void>;
}

/** What a workload came to. */
interface Timed {
  readonly name: Work['name'];
  readonly device: DeviceName;
  /** Milliseconds of one time: the median of stretches, and the quartiles. */
  readonly ms: number;
  readonly low: number;
  readonly high: number;
  /** Of the machine's limit, if that is known. */
  readonly share: number | null;
}

const uneven = (count: number): Float32Array =>
  Float32Array.from({ length: count }, (_, i) => (((i * 7919) % 1009) - 504) / 504);

async function matmul(device: Device): Promise<Work> {
  const n = 1024;
  const [a, b, c] = [uneven(n * n), uneven(n * n), undefined].map((x) => device.variable(x, [n, n]));
  const program = await device.compile(() => ({ updates: [[c!, ops.matmul(a!.tensor, b!.tensor)]] }));
  return {
    name: 'matmul',
    giga: (2 * n ** 3) / 1e9,
    bytes: 0,
    run: (times) => program.start({}, { times }).done,
    close: () => program.close(),
  };
}

async function chain(device: Device): Promise<Work> {
  const count = 2 ** 24;
  const [x, y] = [device.variable(uneven(count), [count]), device.variable(undefined, [count])];
  const program = await device.compile(() => {
    const t = x.tensor;
    return { updates: [[y, t.mul(2).add(1).max2(0).sub(t.mul(t).mul(0.5))]] };
  });
  return {
    name: 'chain',
    giga: 0,
    bytes: 8 * count,
    run: (times) => program.start({}, { times }).done,
    close: () => [program, x, y].forEach((one) => one.close()),
  };
}

const examples = (count: number, shape: readonly number[]) => ({
  x: Uint8Array.from({ length: count * 784 }, (_, i) => (i * 7919) % 256),
  y: Int32Array.from({ length: count }, (_, i) => i % 10),
  shape,
});

function learning(
  name: Work['name'],
  device: Device,
  {
    model: made,
    batch,
    giga,
    shape,
  }: { model: Model; batch: number; giga: number; shape: readonly number[] },
): Work {
  const model = made.compile({ optimizer: adam(), loss: 'sparseCategoricalCrossentropy', device });
  const data = examples(4 * batch, shape);
  return {
    name,
    giga,
    bytes: 0,
    run: (times) => model.fit(data, { batchSize: batch, stepsPerEpoch: times, epochs: 1 }),
    close: () => model.close(),
  };
}

function answers(device: Device): Work {
  const model = tutorial().compile({ optimizer: 'adam', loss: 'sparseCategoricalCrossentropy', device });
  const { x } = examples(256, [28, 28, 1]);
  return {
    name: 'answers',
    giga: 0.0056 * 256,
    bytes: 0,
    async run(times) {
      for (let i = 0; i < times; i++) await model.predict(x);
    },
    close: () => model.close(),
  };
}

/** The workloads, each made when its turn comes. */
const works: readonly ((device: Device) => Work | Promise<Work>)[] = [
  matmul,
  (device) => {
    const model = sequential(dense(1024, { activation: 'sigmoid' }), dense(10, { activation: 'softmax' }));
    return learning('dense', device, { model, batch: 128, giga: 0.419, shape: [784] });
  },
  ...([32, 128] as const).map(
    (batch) => (device: Device) =>
      learning(`tutorial${batch}`, device, {
        model: tutorial(),
        batch,
        giga: 0.01637 * batch,
        shape: [28, 28, 1],
      }),
  ),
  answers,
  chain,
];

/** Milliseconds of one time, over stretches of some 60 ms, for so many seconds. */
async function timed({ run }: Work, io: Io, seconds: number): Promise<readonly number[]> {
  const stretch = Math.min(60, 200 * seconds);
  await run(1);
  const found: number[] = [];
  let times = 1;
  const began = performance.now();
  while (found.length < 3 || performance.now() - began < 1000 * seconds) {
    io.signal.throwIfAborted();
    const start = performance.now();
    await run(times);
    const ms = performance.now() - start;
    if (ms >= 0.8 * stretch || found.length > 0) found.push(ms / times);
    else times = Math.ceil(times * Math.min(8, Math.max(1.2, stretch / ms)));
  }
  return found.sort((a, b) => a - b);
}

async function timedOn(
  name: DeviceName,
  io: Io,
  {
    threads,
    seconds,
    limits,
  }: Pick<BenchOptions, 'threads' | 'seconds'> & { limits: MachineLimits | undefined },
): Promise<Timed[]> {
  await using device = await open({ device: name, threads });
  const peak = (name === 'wasm' ? limits?.narrow : limits?.full)?.[device.threads > 1 ? 1 : 0];
  const stream = limits?.stream[device.threads > 1 ? 1 : 0];
  const all: Timed[] = [];
  for (const make of works) {
    const work = await make(device);
    io.progress.begin(io.t.benchWork(name, work.name));
    try {
      const found = await timed(work, io, seconds);
      const at = (q: number): number => found[Math.floor(q * (found.length - 1))] ?? NaN;
      const [low, ms, high] = [at(0.25), at(0.5), at(0.75)];
      const limit = work.giga > 0 ? peak : stream;
      const reached = (work.giga > 0 ? work.giga : work.bytes / 1e9) / (ms / 1000);
      all.push({
        name: work.name,
        device: name,
        ms,
        low,
        high,
        share: limit === undefined ? null : reached / limit,
      });
    } finally {
      await work.close();
    }
  }
  return all;
}

async function benched(io: Io, options: BenchOptions): Promise<void> {
  const { t } = io;
  const names =
    options.device === undefined ? deviceNames.filter((name) => name !== 'reference') : [options.device];
  io.progress.begin(t.benchMachine);
  const threads = await countOf(options);
  const limits = await machineLimits(threads);
  const digits = (x: number): string => (x >= 100 ? x.toFixed(0) : x >= 10 ? x.toFixed(1) : x.toFixed(2));
  if (limits) {
    const both = (x: readonly number[]): readonly string[] => x.map(digits);
    io.result(
      t.benchLimits({
        bits: 8 * limits.width,
        threads,
        full: both(limits.full),
        narrow: both(limits.narrow),
      }),
    );
    io.result(t.benchStream(threads, both(limits.stream)));
  } else io.progress.note(t.benchNoLimits);
  const all: Timed[] = [];
  for (const name of names) {
    try {
      all.push(...(await timedOn(name, io, { ...options, limits })));
    } catch (error) {
      io.signal.throwIfAborted();
      if (options.device !== undefined) throw error;
      io.progress.note(t.notUsed(error instanceof Error ? error.message : String(error)));
    }
  }
  const share = (x: number | null): string => (x === null ? '' : `${Math.round(100 * x)} %`);
  const rows = all.map(({ device, name, ms, low, high, share: of }) => [
    device,
    t.benchName(name),
    digits(ms),
    `${digits(low)}-${digits(high)}`,
    share(of),
  ]);
  for (const line of table([[...t.benchHead], ...rows], [2, 3, 4])) io.result(line);
  io.figures({ command: 'bench', threads, limits: limits ?? null, workloads: all });
}

/** Threads that devices will have. */
async function countOf({ threads }: SharedOptions): Promise<number> {
  if (threads !== undefined) return threads;
  await using device = await open({ device: 'wasm' });
  return device.threads;
}
