// Makes what ideas are helped with, models/generator.safetensors and models/statistics.safetensors, from MNIST's training
// digits; no label is looked at.
//   node dist/bench/train-generator.js [--out models] [--epochs n] [--threads n] [--seed n] [--statistics]
// With --statistics only these are made, which takes seconds.
import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import {
  generatorFile,
  mnist,
  open,
  packGenerator,
  packStatistics,
  statisticsFile,
  statisticsOf,
  trainPrior,
} from '../src/index.ts';
import { join } from 'node:path';

const { values } = parseArgs({
  options: {
    out: { type: 'string', default: 'models' },
    epochs: { type: 'string', default: '10' },
    threads: { type: 'string' },
    seed: { type: 'string', default: '1' },
    statistics: { type: 'boolean', default: false },
  },
});
const { train } = await mnist();
const save = (name: string, bytes: Uint8Array): void => {
  const path = join(values.out, name);
  writeFileSync(path, bytes);
  console.log(`${path}: ${bytes.length} bytes`);
};
save(statisticsFile, packStatistics(statisticsOf(train)));
if (!values.statistics) {
  const device = await open({ threads: values.threads ? Number(values.threads) : undefined });
  const generator = await trainPrior(train, {
    device,
    epochs: Number(values.epochs),
    seed: Number(values.seed),
    onEvent: ({ epoch, loss }) => console.log(`epoch ${epoch}: ${loss.toFixed(2)} nats a picture`),
  });
  save(generatorFile, packGenerator(generator));
  await device.close();
}
