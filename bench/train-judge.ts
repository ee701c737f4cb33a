// Trains the network that models/judge.safetensors holds, from MNIST's training digits and nonsense (judge-nonsense.ts),
// both drawn anew for every epoch. With --choose the last 5,000 training digits are not learned from and say how well it
// reads; MNIST's test digits are looked at by judge.ts alone.
//   node dist/bench/train-judge.js [--out models/judge.safetensors] [--epochs n] [--threads n] [--seed n] [--choose]
//     [--network 0|1] [--from weights.safetensors --rate 0.0015]
// One of the judge's networks is trained, the other is kept as it is in --out. Network 0 is that of judge 1, from 60,000
// digits changed farther, as this was before.
// With --from it goes on from weights that are there, the rate rising again to --rate and falling to nothing.
import { readFileSync, writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { changeAt, lesson } from './judge-nonsense.ts';
import { mnist, open, readSafetensors, type Split } from '../src/index.ts';
import { judgeRecipe } from '../src/nn/judge.ts';
import { judgeToBytes } from '../src/run/judge.ts';

const { values } = parseArgs({
  options: {
    out: { type: 'string', default: 'models/judge.safetensors' },
    epochs: { type: 'string', default: String(judgeRecipe.epochs) },
    threads: { type: 'string' },
    seed: { type: 'string', default: '1' },
    choose: { type: 'boolean', default: false },
    network: { type: 'string', default: '1' },
    from: { type: 'string' },
    rate: { type: 'string' },
  },
});

const part = ({ images, labels, shape }: Split, from: number, to: number): Split => ({
  images: images.subarray(784 * from, 784 * to),
  labels: labels.subarray(from, to),
  count: to - from,
  shape,
});

/** By how many logits "nothing" weighs less than it was learned. */
const quieter = 4;

const { train } = await mnist();
const digits = values.choose ? part(train, 0, 55_000) : train;
const nonsense = Math.floor(digits.count / 2.5);
const rate = values.rate === undefined ? undefined : Number(values.rate);
const [seed, epochs] = [Number(values.seed), Number(values.epochs)];
const { networks, optimizer, loss, batchSize } = judgeRecipe;
const which = Number(values.network);
const network = networks[which] ?? networks[0];
const device = await open({ threads: values.threads ? Number(values.threads) : undefined });
const model = network();
const steps = epochs * Math.ceil((digits.count + nonsense) / batchSize);
model.compile({ device, seed, optimizer: optimizer(steps, rate), loss, metrics: ['accuracy'] });
if (values.from !== undefined) {
  const { tensors } = readSafetensors(new Uint8Array(readFileSync(values.from)), values.from);
  await model.setWeights(tensors.map(({ name, data }) => ({ name, data: Float32Array.from(data) })));
}
for (let epoch = 0; epoch < epochs; epoch++) {
  const begin = performance.now();
  const data = lesson(digits, nonsense, seed * 1000 + epoch, changeAt(epoch / epochs));
  const made = performance.now();
  await model.fit(data, {
    epochs: epoch + 1,
    initialEpoch: epoch,
    batchSize,
    onEvent: ({ kind, loss: now, metrics }) => {
      if (kind === 'epoch')
        console.log(
          `epoch ${epoch + 1}: loss ${now.toFixed(4)}, accuracy ${metrics['accuracy']?.toFixed(4)}, ${((made - begin) / 1000).toFixed(0)} s to draw, ${((performance.now() - made) / 1000).toFixed(0)} s to learn`,
        );
    },
  });
}
if (values.choose) {
  const { accuracy } = await model.evaluate(part(train, 55_000, 60_000), { batchSize: 500 });
  console.log(`digits it has not seen, of the training ones: ${accuracy}`);
  const other = lesson(part(train, 55_000, 55_001), 5000, 77_777, changeAt(0));
  const { accuracy: quiet } = await model.evaluate(part(other, 1, other.count), { batchSize: 500 });
  console.log(`nonsense it has not seen: ${quiet}`);
}
// The lesson has more nonsense than the judge will see, and "nothing" is said too often: digits put aside (--choose) are
// read best, and nonsense still told as such, where it weighs four logits less.
const weights = await model.getWeights();
const less = (data: Float32Array): Float32Array => data.map((x, k) => (k === 10 ? x - quieter : x));
await model.setWeights(
  weights.map(({ name, shape, data }) => ({
    name,
    data: shape.length === 1 && shape[0] === 11 ? less(data as Float32Array) : data,
  })),
);
// The other network stays as it is in the file.
const { tensors: old } = readSafetensors(new Uint8Array(readFileSync(values.out)), values.out);
const all = networks.map((make) => make());
for (const [i, one] of all.entries()) {
  one.compile({ device, optimizer: optimizer(steps), loss });
  const mine = old.filter(({ name }) => name.startsWith(`${i}/`));
  await one.setWeights(
    i === which
      ? await model.getWeights()
      : mine.map(({ name, data }) => ({ name: name.slice(2), data: Float32Array.from(data) })),
  );
}
const bytes = await judgeToBytes(all);
writeFileSync(values.out, bytes);
console.log(`${values.out}: ${bytes.length} bytes`);
for (const one of [model, ...all]) await one.close();
await device.close();
