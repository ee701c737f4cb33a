// Makes the files in models/ of the networks that are shipped as their own presets train them: seed 1, the preset's data,
// batch, rate and epochs. Test examples are looked at once, at the end. (freehand learns from more: train-freehand.ts.)
//   node dist/bench/train-shipped.js [--models simple-cnn,tutorial,fashion,mlp784] [--out models] [--device native|wasm]
//     [--threads n] [--seed n]
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { dataset, open, presetModel, presets, type Device, type DeviceName } from '../src/index.ts';
import { check } from '../src/base/check.ts';
import { shippedToBytes } from '../src/files/shipped.ts';

const names = ['simple-cnn', 'tutorial', 'fashion', 'mlp784'] as const;

const text = { type: 'string' } as const;
const { values } = parseArgs({
  options: {
    models: { ...text, default: names.join(',') },
    out: { ...text, default: 'models' },
    device: text,
    threads: text,
    seed: { ...text, default: '1' },
  },
});

async function make(device: Device, name: (typeof names)[number], seed: number): Promise<void> {
  const preset = presets[name];
  const { data, batchSize, epochs, validationSplit, callbacks } = preset;
  const { train, test } = await dataset(data);
  const totalSteps = epochs * Math.ceil(Math.floor(train.count * (1 - validationSplit)) / batchSize);
  await using model = presetModel(preset, { totalSteps, device, seed });
  await model.fit(train, {
    epochs,
    batchSize,
    validationSplit,
    ...(callbacks && { callbacks: callbacks() }),
    onEvent: ({ kind, epoch, loss: now, metrics, seconds }) => {
      if (kind !== 'epoch') return;
      const accuracy = metrics['accuracy']?.toFixed(4);
      console.log(
        `${name}, epoch ${epoch}: loss ${now.toFixed(4)}, accuracy ${accuracy}, ${seconds.toFixed(0)} s`,
      );
    },
  });
  const { accuracy = NaN } = await model.evaluate(test, { batchSize: 500 });
  const bytes = await shippedToBytes(name, model);
  const path = join(values.out, `${name}.safetensors`);
  writeFileSync(path, bytes);
  console.log(`${path}: ${bytes.length} bytes, test accuracy ${accuracy.toFixed(4)}`);
}

const device = await open({
  device: values.device as DeviceName | undefined,
  threads: values.threads === undefined ? undefined : Number(values.threads),
});
for (const one of values.models.split(',')) {
  const name = names.find((known) => known === one);
  check(name !== undefined, () => `train-shipped: --models must be among ${names.join(', ')}, got ${one}`);
  await make(device, name, Number(values.seed));
}
await device.close();
