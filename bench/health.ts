// Whether health names what fails, and only that: many short games of small networks on MNIST at 14 x 14, half of them
// set up to fail, each labelled by a rule that looks at none of the alarms' signals. Limits are set on some groups
// of runs and frozen before `test` is played, which has another seed and other rates; the games are in health-games.ts.
// A group is some five to ten minutes of one core.
//
//   node dist/bench/health.js play --group tune --out tune.jsonl [--threads 1] [--rounds 1000]
//   node dist/bench/health.js judge tune.jsonl
//
// The rule: of 500 real pictures, the share that has a generated one among 500 nearer than its own 5th real neighbour
// (coverage, Naeem et al. 2020, https://arxiv.org/abs/2002.09797), in pixels, at each twentieth of the run. A run has
// failed if it was not finite, or if its last five are in the mean below a quarter of what 500 other real pictures cover.
// Its onset is where coverage came to stay below that, but not before 0.4 of the run, when good ones are above.
import { appendFileSync, readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import {
  dense,
  distancesFrom,
  flatten,
  gan,
  healthLimits,
  healthOf,
  mnist,
  open,
  sequential,
  subset,
  type Device,
  type Distances,
  type Game,
  type HealthLimits,
  type Model,
  type Observation,
  type Samples,
  type Split,
  type Trouble,
} from '../src/index.ts';
import { critic, generator, groups, side, type Wish } from './health-games.ts';

const shape = [side, side, 1] as const;
const [few, parts, reports, looks] = [500, 20, 40, 200] as const;

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
  { device, train: all, model, cover, whole }: Bench,
): Promise<Record_> {
  const train = wish.pictures === undefined ? all : subset(all, wish.pictures);
  const distances: (made: Samples) => Distances = distancesFrom(train);
  await using game: Game = await gan({
    generator: generator(wish.generator),
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
    coverage.push([event.round, cover((await game.sample({ count: few, seed: 5 })).images) / whole]);
    // Alarms look at others than labels do.
    const made = await game.sample({ count: looks, seed: 1 });
    const seen = { classShares: await sharesOf(model, made.images), distances: distances(made) };
    const last = observations.pop();
    if (last) observations.push({ ...last, ...seen });
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

/** The parts at a run's end that its label looks at, a quarter of it. */
const ends = 5;

/** Coverage below which a run of 400 rounds has failed. */
const failing = 0.25;

/** By the rule above: whether it failed, and from which round on. */
function labelOf({ fault, coverage, rounds }: Record_): number | undefined {
  if (fault !== undefined) return fault;
  if (mean(coverage.slice(-ends).map(([, share]) => share)) >= failing) return undefined;
  const good = coverage.findLastIndex(([, share]) => share >= failing);
  return Math.max(0.4 * rounds, coverage[good + 1]?.[0] ?? 0);
}

/** When health first says something, and what: as it is asked while a game is played, after each report. */
function alarmOf(run: Record_, limits: HealthLimits): readonly [round: number, Trouble] | undefined {
  for (let n = 1; n <= run.observations.length; n++) {
    const [found] = healthOf(run.observations.slice(0, n), { rounds: run.rounds, limits });
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
    const last = mean(run.coverage.slice(-ends).map(([, share]) => share)).toFixed(2);
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

// ---------------------------------------------------------------- the command

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    group: { type: 'string', default: 'tune' },
    out: { type: 'string' },
    rounds: { type: 'string', default: '1000' },
    threads: { type: 'string' },
  },
});
const print = (line: string): boolean => process.stdout.write(`${line}\n`);

/** Four digits of each number say enough. */
const brief = (_: string, value: unknown): unknown =>
  typeof value === 'number' && Number.isFinite(value) ? Number(value.toPrecision(4)) : value;

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
    const began = process.cpuUsage();
    const run = await played(wish, Number(values.rounds), bench);
    appendFileSync(values.out ?? `${values.group}.jsonl`, `${JSON.stringify(run, brief)}\n`);
    print(`${wish.name}: ${(process.cpuUsage(began).user / 1e6).toFixed(0)} s, covers ${run.coverage.at(-1)?.[1].toFixed(2) ?? 'none'}`); // prettier-ignore
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
  print(JSON.stringify({ runs: runs.length, ...scoreOf(runs, healthLimits, print) }));
}
