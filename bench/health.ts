// Whether health names what fails, and only that: many short games of small networks on MNIST at 14 x 14, half of them
// set up to fail, each labelled by a rule that looks at none of the alarms' signals. Limits are set on one group of
// runs (`tune`) and frozen; the other group (`test`) has other seeds, rates and kinds of failure.
//
//   node dist/bench/health.js play --group tune --out tune.jsonl [--threads 1] [--rounds 1200]
//   node dist/bench/health.js judge tune.jsonl [--search]
//
// The rule: of 500 real pictures, the share that has a generated one among 500 nearer than its own 5th real neighbour
// (coverage, Naeem et al. 2020, https://arxiv.org/abs/2002.09797), in pixels, at each twentieth of the run. A run has
// failed if it was not finite, or if its last three are in the mean below 0.3 of what 500 other real pictures cover.
// Its onset is where coverage came to stay below that, but not before 0.4 of the run, when good ones are above.
import { appendFileSync, readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import {
  activation,
  adam,
  batchNorm,
  conv2d,
  dense,
  dropout,
  flatten,
  gan,
  healthLimits,
  healthOf,
  leakyRelu,
  mnist,
  open,
  reshape,
  sequential,
  sgd,
  subset,
  upSampling2d,
  type Device,
  type Game,
  type GanOptions,
  type HealthLimits,
  type Model,
  type Observation,
  type Split,
  type Trouble,
} from '../src/index.ts';

const [side, few, parts, reports] = [14, 500, 20, 40] as const;

// ---------------------------------------------------------------- the games

const shape = [side, side, 1] as const;

interface Wish {
  readonly name: string;
  /** What it was set up for; not what it is labelled. */
  readonly meant: 'well' | 'ill';
  readonly seed: number;
  readonly options: Partial<GanOptions>;
  readonly critic?: Parameters<typeof critic>[0];
}

const generator = (): GanOptions['generator'] => {
  const normal = [batchNorm(), activation('relu')];
  return sequential(
    ...[dense(128), batchNorm(), activation('relu'), dense(16 * 49), ...normal],
    reshape([7, 7, 16]),
    upSampling2d(2),
    conv2d(1, 5, { padding: 'same', activation: 'tanh' }),
  );
};

/** The critic of elix, an eighth as wide; with batch norm where that is asked for. */
function critic({ normalized = false, drops = 0.5 } = {}): GanOptions['critic'] {
  const seen = (filters: number) => [
    conv2d(filters, 5, { strides: 2, padding: 'same' }),
    ...(normalized ? [batchNorm()] : []),
    leakyRelu(0.2),
  ];
  return sequential(...seen(12), ...seen(24), flatten(), dense(48), leakyRelu(0.2), dropout(drops), dense(1));
}

const both = (g: number, d: number, beta1 = 0.5): Partial<GanOptions> => ({
  generatorOptimizer: adam({ learningRate: g, beta1 }),
  criticOptimizer: adam({ learningRate: d, beta1 }),
});

/** The kinds of game; `by` moves their rates, so that the groups do not share one. */
const kinds = (by: number, seed: number): Wish[] => [
  { name: 'elix, 2e-4 and 0.5 for both', meant: 'ill', seed, options: both(2e-4, 2e-4) },
  { name: 'elix, batch norm in D', meant: 'ill', seed, options: both(2e-4 * by, 1e-4 * by), critic: { normalized: true } }, // prettier-ignore
  {
    name: 'D fifty times as fast',
    meant: 'ill',
    seed,
    options: both(1e-4 * by, 5e-3 * by),
    critic: { drops: 0 },
  },
  { name: 'G far too fast', meant: 'ill', seed, options: both(0.05 * by, 2e-4) },
  { name: 'minimax against a fast D', meant: 'ill', seed, options: { ...both(1e-4, 2e-3 * by), loss: 'minimax' }, critic: { drops: 0 } }, // prettier-ignore
  { name: 'wasserstein without a penalty', meant: 'ill', seed, options: { ...both(1e-3 * by, 1e-2 * by), loss: 'wasserstein' } }, // prettier-ignore
  { name: 'steps that overshoot', meant: 'ill', seed, options: { ...both(1e-3, 1e-3), criticOptimizer: sgd({ learningRate: 1e6 * by }) } }, // prettier-ignore
  { name: 'both far too fast', meant: 'ill', seed, options: both(0.02 * by, 0.02 * by) },
  { name: 'r1', meant: 'well', seed, options: { ...both(1e-3 * by, 1e-3 * by), r1: 0.1 } },
  { name: 'pairs, r1 and r2', meant: 'well', seed, options: { ...both(1e-3 * by, 1e-3 * by), loss: 'relativistic', r1: 0.1, r2: 0.1 } }, // prettier-ignore
  { name: 'elix with faster rates', meant: 'well', seed, options: both(1e-3 * by, 2e-4 * by) },
  {
    name: 'least squares',
    meant: 'well',
    seed,
    options: { ...both(1e-3 * by, 3e-4 * by), loss: 'leastSquares' },
  },
  { name: 'hinge with r1', meant: 'well', seed, options: { ...both(1e-3 * by, 5e-4 * by), loss: 'hinge', r1: 0.05 } }, // prettier-ignore
  { name: 'wasserstein with its penalty', meant: 'well', seed, options: { ...both(1e-3 * by, 1e-3 * by), loss: 'wasserstein', gradientPenalty: 10 } }, // prettier-ignore
  {
    name: 'smoothed labels',
    meant: 'well',
    seed,
    options: { ...both(1e-3 * by, 3e-4 * by), realTarget: 0.9 },
  },
  { name: 'two steps of D, r1', meant: 'well', seed, options: { ...both(1e-3 * by, 5e-4 * by), criticSteps: 2, r1: 0.2 } }, // prettier-ignore
];

const groups: Readonly<Record<string, readonly Wish[]>> = {
  tune: kinds(1, 1),
  test: [...kinds(1.4, 11), ...kinds(0.7, 12)],
};

// ---------------------------------------------------------------- data, and what labels are made of

function smaller({ images, labels, count }: Split): Split {
  const out = new Uint8Array(count * side * side);
  for (let i = 0; i < out.length; i++) {
    const [n, row, column] = [Math.floor(i / side / side), Math.floor(i / side) % side, i % side];
    const from = n * 784 + row * 56 + column * 2;
    const at = (k: number): number => images[from + k] ?? 0;
    out[i] = Math.round((at(0) + at(1) + at(28) + at(29)) / 4);
  }
  return { images: out, labels, count, shape: [...shape] };
}

const size = side * side;

/** Squares of distances between pictures, [a, b]. */
function apart(a: Uint8Array, b: Uint8Array): Float64Array {
  const [n, m] = [a.length / size, b.length / size];
  const all = new Float64Array(n * m);
  for (let i = 0; i < n; i++)
    for (let j = 0; j < m; j++) {
      let sum = 0;
      for (let k = 0; k < size; k++) sum += ((a[i * size + k] ?? 0) - (b[j * size + k] ?? 0)) ** 2;
      all[i * m + j] = sum;
    }
  return all;
}

/** A function that gives the share of `real` that pictures cover. */
function coverageOf(real: Uint8Array): (made: Uint8Array) => number {
  const own = apart(real, real);
  const n = real.length / size;
  // The nearest of all is the picture itself.
  const reach = Array.from({ length: n }, (_, i) => own.slice(i * n, (i + 1) * n).sort()[5] ?? 0);
  return (made) => {
    const all = apart(real, made);
    const m = made.length / size;
    return reach.filter((r, i) => all.subarray(i * m, (i + 1) * m).some((d) => d < r)).length / n;
  };
}

async function reader(train: Split, device: Device): Promise<Model> {
  const model = sequential(
    flatten(),
    dense(64, { activation: 'relu' }),
    dense(10, { activation: 'softmax' }),
  );
  model.compile({ loss: 'sparseCategoricalCrossentropy', device });
  await model.fit(train, { epochs: 2, batchSize: 100 });
  return model;
}

async function sharesOf(model: Model, images: Uint8Array): Promise<number[]> {
  const { data } = await model.predict({ images, shape: [...shape], count: images.length / size });
  const shares = new Array<number>(10).fill(0);
  for (let i = 0; i < data.length; i += 10) {
    const row = data.subarray(i, i + 10);
    const best = row.indexOf(Math.max(...row));
    shares[best] = (shares[best] ?? 0) + 10 / data.length;
  }
  return shares;
}

/** What is kept of a run. */
interface Record_ {
  readonly name: string;
  readonly meant: string;
  readonly rounds: number;
  readonly fault?: number;
  readonly observations: readonly Observation[];
  /** At each part of the run, as a share of what real pictures cover. */
  readonly coverage: readonly (readonly [round: number, share: number])[];
}

async function played(
  wish: Wish,
  rounds: number,
  { device, train, model, cover, whole }: Bench,
): Promise<Record_> {
  await using game: Game = await gan({
    generator: generator(),
    critic: critic(wish.critic),
    shape: [...shape],
    latent: { size: 32, distribution: 'uniform' },
    batchSize: 32,
    generatorOptimizer: 'adam',
    criticOptimizer: 'adam',
    ...wish.options,
    device,
    seed: wish.seed,
  });
  const observations: Observation[] = [];
  const coverage: [number, number][] = [];
  let fault: number | undefined;
  const every = rounds / reports;
  for await (const event of game.train(train, { rounds, reportEvery: every, gridEvery: rounds / parts })) {
    if (event.kind === 'fault') fault = event.round;
    if (event.kind === 'report' && event.signals)
      observations.push({ round: event.round, signals: event.signals });
    if (event.kind !== 'grid') continue;
    const { images } = await game.sample({ count: few, seed: 5 });
    coverage.push([event.round, cover(images) / whole]);
    const last = observations.pop();
    if (last) observations.push({ ...last, classShares: await sharesOf(model, images) });
  }
  const { name, meant } = wish;
  return { name, meant, rounds, ...(fault !== undefined && { fault }), observations, coverage };
}

interface Bench {
  readonly device: Device;
  readonly train: Split;
  readonly model: Model;
  readonly cover: (made: Uint8Array) => number;
  readonly whole: number;
}

// ---------------------------------------------------------------- labels and alarms

const mean = (list: readonly number[]): number => list.reduce((a, b) => a + b, 0) / list.length;

/** By the rule above: whether it failed, and from which round on. */
function labelOf({ fault, coverage, rounds }: Record_): number | undefined {
  if (fault !== undefined) return fault;
  if (mean(coverage.slice(-3).map(([, share]) => share)) >= 0.3) return undefined;
  const good = coverage.findLastIndex(([, share]) => share >= 0.3);
  return Math.max(0.4 * rounds, coverage[good + 1]?.[0] ?? 0);
}

/** When health first says something, and what: as it is asked while a game is played, after each report. */
function alarmOf(run: Record_, limits: HealthLimits): readonly [round: number, Trouble] | undefined {
  for (let n = 1; n <= run.observations.length; n++) {
    const [found] = healthOf(run.observations.slice(0, n), { limits });
    if (found) return [found.round, found.trouble];
  }
  const [found] = run.fault === undefined ? [] : healthOf(run.observations, { fault: run.fault, limits });
  return found && [found.round, found.trouble];
}

interface Score {
  readonly precision: number;
  readonly recall: number;
  readonly inTime: number;
  readonly falseAlarms: number;
}

function scoreOf(runs: readonly Record_[], limits: HealthLimits, say?: (line: string) => void): Score {
  let [hits, alarms, failed, timely, falsely] = [0, 0, 0, 0, 0];
  for (const run of runs) {
    const [onset, alarm] = [labelOf(run), alarmOf(run, limits)];
    if (onset !== undefined) failed++;
    if (alarm) alarms++;
    if (alarm && onset !== undefined) hits++;
    if (alarm && onset !== undefined && alarm[0] <= onset + 0.2 * run.rounds) timely++;
    if (alarm && onset === undefined) falsely++;
    const last = mean(run.coverage.slice(-3).map(([, share]) => share)).toFixed(2);
    say?.(
      `${run.name} (meant ${run.meant}): covers ${last}; ${onset === undefined ? 'well' : `failed from ${onset}`}; ` +
        (alarm ? `${alarm[1]} at ${alarm[0]}` : 'no alarm'),
    );
  }
  const healthy = runs.length - failed;
  return {
    precision: hits / alarms,
    recall: hits / failed,
    inTime: timely / failed,
    falseAlarms: falsely / healthy,
  };
}

/** Limits that do best on these runs: recall and precision, then few changes from those before. */
function searched(runs: readonly Record_[]): HealthLimits {
  let best = { limits: healthLimits, value: -1 };
  for (const diversity of [0.35, 0.25, 0.45, 0.55, 0.65])
    for (const ordered of [0.995, 0.99, 0.98, 0.96])
      for (const accuracy of [0.98, 0.96, 0.94])
        for (const times of [3, 4, 5])
          for (const swing of [0.5, 0.7, 1])
            for (const vanished of [1e-3, 1e-2]) {
              const limits = { ...healthLimits, diversity, ordered, accuracy, times, swing, vanished };
              const { precision, recall, inTime } = scoreOf(runs, limits);
              const value = 2 / (1 / precision + 1 / recall) + 0.1 * inTime;
              if (value > best.value + 1e-9) best = { limits, value };
            }
  return best.limits;
}

// ---------------------------------------------------------------- the command

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    group: { type: 'string', default: 'tune' },
    out: { type: 'string' },
    rounds: { type: 'string', default: '1200' },
    threads: { type: 'string' },
    search: { type: 'boolean', default: false },
  },
});
const print = (line: string): boolean => process.stdout.write(`${line}\n`);

async function play(): Promise<void> {
  const device = await open(values.threads === undefined ? {} : { threads: Number(values.threads) });
  const all = await mnist();
  const train = smaller(subset(all.train, 20_000));
  const test = smaller(subset(all.test, 2 * few));
  const cover = coverageOf(test.images.slice(0, few * size));
  const whole = cover(test.images.slice(few * size));
  const bench = { device, train, model: await reader(train, device), cover, whole };
  print(`500 other real pictures cover ${whole}`);
  for (const wish of groups[values.group] ?? []) {
    const began = performance.now();
    const run = await played(wish, Number(values.rounds), bench);
    appendFileSync(values.out ?? `${values.group}.jsonl`, `${JSON.stringify(run)}\n`);
    print(`${wish.name}: ${((performance.now() - began) / 1000).toFixed(0)} s, covers ${run.coverage.at(-1)?.[1].toFixed(2) ?? 'none'}`); // prettier-ignore
  }
  await bench.model.close();
  await device.close();
}

if (positionals[0] === 'play') await play();
else {
  const lines = readFileSync(positionals[1] ?? '', 'utf8')
    .trim()
    .split('\n');
  const runs = lines.map((line) => JSON.parse(line) as Record_);
  const limits = values.search ? searched(runs) : healthLimits;
  const score = scoreOf(runs, limits, print);
  print(JSON.stringify({ runs: runs.length, limits, ...score }));
}
