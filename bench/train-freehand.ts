// Trains the network that models/freehand.safetensors holds: from MNIST's training digits and the first 6,000 rows of a
// file of pen digits, each drawn six times. Neither MNIST's test digits nor the other rows are looked at.
//   node dist/bench/train-freehand.js --pen <file.csv> [--out models/freehand.safetensors] [--threads n] [--seed n]
import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { drawnToLearn, penDigits } from './drawings.ts';
import { mnist, open, type Split } from '../src/index.ts';
import { shippedToBytes } from '../src/files/shipped.ts';
import { freehandRecipe } from '../src/nn/freehand.ts';

const { values } = parseArgs({
  options: {
    pen: { type: 'string' },
    out: { type: 'string', default: 'models/freehand.safetensors' },
    threads: { type: 'string' },
    seed: { type: 'string', default: '1' },
  },
});
if (values.pen === undefined) throw new Error('train-freehand: needs --pen <file.csv>');

/** One split after the other. */
function both(a: Split, b: Split): Split {
  const images = new Uint8Array(a.images.length + b.images.length);
  images.set(a.images);
  images.set(b.images, a.images.length);
  const labels = Uint8Array.from([...a.labels, ...b.labels]);
  return { images, labels, count: a.count + b.count, shape: a.shape };
}

const seed = Number(values.seed);
const { train } = await mnist();
const data = both(train, drawnToLearn(penDigits(values.pen).train, 6, 'mnist', seed));
console.log(`${train.count} digits of MNIST and ${data.count - train.count} drawn ones`);

const { network, optimizer, loss, batchSize, epochs } = freehandRecipe;
const device = await open({ threads: values.threads ? Number(values.threads) : undefined });
const model = network();
model.compile({
  device,
  seed,
  optimizer: optimizer(epochs * Math.ceil(data.count / batchSize)),
  loss,
  metrics: ['accuracy'],
});
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
const bytes = await shippedToBytes('freehand', model);
writeFileSync(values.out, bytes);
console.log(`${values.out}: ${bytes.length} bytes`);
await model.close();
await device.close();
