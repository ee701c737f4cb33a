// The running sum for ten fixed seeds: the largest error on 20, 100 and 1,000 ones, beside Keras's own on the same
// set-up (test/fixtures/keras-cumsum.json); then its twin with a falling rate. Fails where an aim is missed.
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

/** On 20 ones: the best of the plain ones, the median of the others, and how much worse than Keras's the plain median may be. */
const aims = { best: 2e-6, median: 1e-5, spread: 4 };

const { values } = parseArgs({
  options: { device: { type: 'string' }, threads: { type: 'string' }, seeds: { type: 'string' } },
});
const seeds = Array.from({ length: Number(values.seeds ?? 10) }, (_, i) => i + 1);
const device = await open({
  device: values.device as DeviceName | undefined,
  threads: Number(values.threads ?? 1),
});
const keras = JSON.parse(readFileSync('test/fixtures/keras-cumsum.json', 'utf8')) as {
  readonly medians: readonly number[];
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

const shown = (errors: readonly number[]): string => errors.map((e) => e.toExponential(1)).join('  ');
const table: Record<'plain' | 'decay', number[][]> = { plain: [], decay: [] };
const times: number[] = [];
for (const way of ['plain', 'decay'] as const)
  for (const seed of seeds) {
    const { errors, stepTime } = await trained(seed, way === 'decay');
    table[way].push(errors);
    times.push(stepTime);
    console.log(`${way} ${seed}: ${shown(errors)}, ${stepTime.toFixed(3)} ms a step`);
  }
await device.close();

const column = (rows: readonly (readonly number[])[], i: number): number[] =>
  rows.map((row) => row[i] ?? NaN);
const medians = (rows: readonly (readonly number[])[]): number[] =>
  [0, 1, 2].map((i) => median(column(rows, i)));
const report = {
  device: device.name,
  threads: device.threads,
  stepMilliseconds: median(times),
  best: Math.min(...column(table.plain, 0)),
  medians: medians(table.plain),
  kerasBest: Math.min(...column(keras.maxErrors, 0)),
  kerasMedians: keras.medians,
  decayMedians: medians(table.decay),
};
console.log(JSON.stringify(report));
const missed = [
  report.best > aims.best && `the best, ${report.best}, is over ${aims.best}`,
  (report.decayMedians[0] ?? NaN) > aims.median && `the median with a falling rate is over ${aims.median}`,
  (report.medians[0] ?? NaN) > aims.spread * (keras.medians[0] ?? NaN) && "the median is far from Keras's",
].filter((text) => text !== false);
for (const text of missed) console.error(text);
if (missed.length > 0) process.exitCode = 1;
