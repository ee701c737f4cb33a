// The running sum for ten fixed seeds: the largest error on 20, 100 and 1,000 ones, beside Keras's own on the same
// set-up (test/fixtures/keras-cumsum.json), and its twin with a falling rate. Prints the table of docs/sequences.md, and
// fails where an aim is missed.
//   node dist/bench/cumsum.js [--device native|wasm] [--threads n] [--seeds n]
import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import {
  cumsum,
  cumsumData,
  cumsumOptimizer,
  cumsumRecipe,
  errorsOnOnes,
  open,
  type DeviceName,
} from '../src/index.ts';

/** On 20 ones: the best of the plain ones, the median of the others, and what as many as Keras's have to come to. */
const aims = { best: 2e-6, median: 1e-5, near: 2e-5 };

const { values } = parseArgs({
  options: { device: { type: 'string' }, threads: { type: 'string' }, seeds: { type: 'string' } },
});
const seeds = Array.from({ length: Number(values.seeds ?? 10) }, (_, i) => i + 1);
const device = await open({
  device: values.device as DeviceName | undefined,
  threads: Number(values.threads ?? 1),
});
const keras = JSON.parse(readFileSync('test/fixtures/keras-cumsum.json', 'utf8')) as {
  readonly maxErrors: readonly (readonly number[])[];
};
const median = (x: readonly number[]): number => {
  const sorted = [...x].sort((a, b) => a - b);
  const half = sorted.length >> 1;
  return sorted.length % 2 ? (sorted[half] ?? NaN) : ((sorted[half - 1] ?? NaN) + (sorted[half] ?? NaN)) / 2;
};

/** One training: errors, and milliseconds for each step. */
async function trained(seed: number, decay: boolean): Promise<{ errors: number[]; stepTime: number }> {
  const { count, batchSize, epochs } = cumsumRecipe;
  const steps = epochs * Math.ceil(count / batchSize);
  const model = cumsum();
  const optimizer = cumsumOptimizer({ decay, totalSteps: steps });
  model.compile({ optimizer, loss: 'meanSquaredError', device, seed });
  const begin = performance.now();
  await model.fit(cumsumData({ seed }), { epochs, batchSize });
  const stepTime = (performance.now() - begin) / steps;
  const errors = await errorsOnOnes(model);
  await model.close();
  return { errors, stepTime };
}

const shown = (error = NaN): string => (error === 0 ? '0' : error.toExponential(1));
const table: Record<'plain' | 'decay', number[][]> = { plain: [], decay: [] };
const times: number[] = [];
for (const way of ['plain', 'decay'] as const)
  for (const seed of seeds) {
    const { errors, stepTime } = await trained(seed, way === 'decay');
    table[way].push(errors);
    times.push(stepTime);
    console.error(`${way} ${seed}: ${errors.map(shown).join('  ')}, ${stepTime.toFixed(3)} ms a step`);
  }
await device.close();

const column = (rows: readonly (readonly number[])[], i: number): number[] =>
  rows.map((row) => row[i] ?? NaN);
const overall = (of: (errors: readonly number[]) => number) => (rows: readonly (readonly number[])[]) =>
  [0, 1, 2].map((i) => of(column(rows, i)));
const [best, middle, worst] = [
  overall((x) => Math.min(...x)),
  overall(median),
  overall((x) => Math.max(...x)),
];

/** The table: rows of ours, of Keras's with that seed, of the twin's, for each length. */
const sides = [table.plain, keras.maxErrors, table.decay];
const row = (name: string, cells: readonly (readonly number[] | undefined)[]): string =>
  `| ${[name, ...cells.flatMap((errors) => [0, 1, 2].map((i) => shown(errors?.[i])))].join(' | ')} |`;
console.log('| seed | 20 | 100 | 1,000 | Keras: 20 | 100 | 1,000 | falling: 20 | 100 | 1,000 |');
console.log(`| --- |${' ---: |'.repeat(9)}`);
for (const [i, seed] of seeds.entries())
  console.log(
    row(
      `${seed}`,
      sides.map((side) => side[i]),
    ),
  );
for (const [name, of] of Object.entries({ best, median: middle, worst }))
  console.log(row(name, sides.map(of)));

const report = {
  device: device.name,
  threads: device.threads,
  stepMilliseconds: median(times),
  best: best(table.plain),
  medians: middle(table.plain),
  worst: worst(table.plain),
  kerasMedians: middle(keras.maxErrors),
  kerasWorst: worst(keras.maxErrors),
  decayMedians: middle(table.decay),
};
console.log(JSON.stringify(report));
const near = (rows: readonly (readonly number[])[]): number =>
  rows.filter(([at20 = NaN]) => at20 <= aims.near).length / rows.length;
const missed = [
  !((report.best[0] ?? NaN) <= aims.best) && `the best is over ${aims.best}`,
  !((report.decayMedians[0] ?? NaN) <= aims.median) &&
    `the median with a falling rate is over ${aims.median}`,
  !(near(table.plain) >= near(keras.maxErrors)) && `fewer than Keras's come to ${aims.near}`,
  !report.worst.every((error, i) => error <= (report.kerasWorst[i] ?? NaN)) &&
    "the worst is worse than Keras's",
].filter((text) => text !== false);
for (const text of missed) console.error(text);
if (missed.length > 0) process.exitCode = 1;
