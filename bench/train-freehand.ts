// Trains the network that models/freehand.safetensors holds: from MNIST's training digits and the first 6,000 rows of a
// file of pen digits, each drawn some times. With --choose nothing is written: it learns from a part of these, for each
// of so many epochs, and is judged by the others. Neither MNIST's test digits nor later rows are looked at.
//   node dist/bench/train-freehand.js --pen <file.csv> [--out models/freehand.safetensors] [--device native|wasm]
//     [--threads n] [--seed n] [--choose 4,6,8]
import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { penDigits } from './drawings.ts';
import {
  drawnDigits,
  drawnToLearn,
  examplesFrom,
  mnist,
  open,
  presets,
  together,
  type DeviceName,
  type Model,
  type Split,
} from '../src/index.ts';
import { shippedToBytes } from '../src/files/shipped.ts';
import { freehandPresets } from '../src/nn/presets/freehand.ts';

const text = { type: 'string' } as const;
const { values } = parseArgs({
  options: {
    pen: text,
    out: { ...text, default: 'models/freehand.safetensors' },
    device: text,
    threads: text,
    seed: { ...text, default: '1' },
    choose: text,
  },
});
if (values.pen === undefined) throw new Error('train-freehand: needs --pen <file.csv>');

const seed = Number(values.seed);
const { network, optimizer, loss, batchSize, drawings } = freehandPresets.freehand;
const device = await open({
  device: values.device as DeviceName | undefined,
  threads: values.threads === undefined ? undefined : Number(values.threads),
});
const { train } = await mnist();
const rows = penDigits(values.pen);

async function trained(data: Split, epochs: number): Promise<Model> {
  const model = network();
  const totalSteps = epochs * Math.ceil(data.count / batchSize);
  model.compile({ device, seed, optimizer: optimizer(totalSteps), loss, metrics: ['accuracy'] });
  await model.fit(data, {
    epochs,
    batchSize,
    onEvent: ({ kind, epoch, loss: now, metrics, seconds }) => {
      if (kind === 'epoch')
        console.log(
          `epoch ${epoch}: loss ${now.toFixed(4)}, accuracy ${metrics['accuracy']?.toFixed(4)}, ${seconds.toFixed(0)} s`,
        );
    },
  });
  return model;
}

/** Judges by what was put aside: MNIST's last 10,000 training digits, and 1,000 rows, drawn in three places each. */
async function choose(all: readonly number[]): Promise<void> {
  const data = together(examplesFrom(train, 0, 50_000), drawnToLearn(rows.learned, drawings.times, { seed }));
  for (const epochs of all) {
    await using model = await trained(data, epochs);
    const part = async (held: Split): Promise<number> =>
      (await model.evaluate(held, { batchSize: 500 })).accuracy ?? NaN;
    const digits = await part(examplesFrom(train, 50_000));
    let drawn = 0;
    for (const place of [1, 2, 3]) drawn += (await part(drawnDigits(rows.aside, { seed: place }))) / 3;
    console.log(
      `${epochs} epochs: ${(100 * digits).toFixed(2)} % of the digits, ${(100 * drawn).toFixed(2)} % of the drawings`,
    );
  }
}

if (values.choose === undefined) {
  const data = together(train, drawnToLearn(rows.train, drawings.times, { seed }));
  console.log(`${train.count} digits of MNIST and ${data.count - train.count} drawn ones`);
  await using model = await trained(data, presets.freehand.epochs);
  const bytes = await shippedToBytes('freehand', model);
  writeFileSync(values.out, bytes);
  console.log(`${values.out}: ${bytes.length} bytes`);
} else await choose(values.choose.split(',').map(Number));
await device.close();
