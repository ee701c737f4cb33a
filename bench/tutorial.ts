// The tutorial network, one epoch of MNIST, for eleven fixed seeds: median accuracy beside Keras's own on the
// same set-up (test/fixtures/keras-tutorial.json), and the time an epoch takes. Fails where the accuracy does.
//   node dist/bench/tutorial.js [--device native|wasm] [--threads n] [--seeds n]
import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { peak } from './peak.ts';
import { adam, mnist, open, tutorial, type DeviceName } from '../src/index.ts';

/** Keras's median may be this much better. */
const slack = 0.002;
const least = 0.983;

const { values } = parseArgs({
  options: { device: { type: 'string' }, threads: { type: 'string' }, seeds: { type: 'string' } },
});
const seeds = Array.from({ length: Number(values.seeds ?? 11) }, (_, i) => i + 1);
const median = (x: readonly number[]): number =>
  [...x].sort((a, b) => a - b)[Math.floor(x.length / 2)] ?? NaN;

const device = await open({
  device: values.device as DeviceName | undefined,
  threads: values.threads ? Number(values.threads) : undefined,
});
const { train, test } = await mnist();
const keras = JSON.parse(readFileSync('test/fixtures/keras-tutorial.json', 'utf8')) as {
  median: number;
  accuracies: number[];
};
const accuracies: number[] = [];
const seconds: number[] = [];
for (const seed of seeds) {
  const model = tutorial();
  model.compile({
    optimizer: adam(),
    loss: 'sparseCategoricalCrossentropy',
    metrics: ['accuracy'],
    device,
    seed,
  });
  const begin = performance.now();
  await model.fit(train, { epochs: 1, batchSize: 32 });
  seconds.push((performance.now() - begin) / 1000);
  const { accuracy } = await model.evaluate(test);
  accuracies.push(accuracy!);
  console.log(`seed ${seed}: ${(100 * accuracy!).toFixed(2)} % in ${(seconds.at(-1) ?? NaN).toFixed(1)} s`);
  await model.close();
}
await device.close();
// Of the machine's multiplications and additions a second: what the network needs, not what is performed.
const limit = peak(device.name === 'wasm' ? 16 : 32);
const needed = (60_000 * 16.37e6) / 1e9 / median(seconds);
const mid = median(accuracies);
const report = {
  device: device.name,
  threads: device.threads,
  median: mid,
  keras: keras.median,
  epochSeconds: median(seconds),
  peakGflops: limit?.two,
  shareOfPeak: limit && needed / limit.two,
  fastest: Math.min(...seconds),
  slowest: Math.max(...seconds),
};
console.log(JSON.stringify(report));
if (mid < least || mid < keras.median - slack) {
  console.error(`the median ${mid} is below ${least} or ${slack} under Keras's ${keras.median}`);
  process.exitCode = 1;
}
