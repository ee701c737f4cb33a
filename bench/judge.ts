// The judge's own figures: how many of MNIST's test digits it reads, and to how much nonsense it says nothing, which is
// that no digit gets half of its probability: noise, Fashion's test pictures, and greedy and genetic ideas of three
// networks that nobody helped. Fails where one is too low. Networks are trained first, and kept in --nets.
//   node dist/bench/judge.js [--judge models/judge.safetensors] [--nets folder] [--epochs n] [--seeds n] [--threads n]
import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { asked, netOf } from './judge-nets.ts';
import { drawsOf } from './judge-nonsense.ts';
import {
  dataset,
  ideaOf,
  judgeFile,
  judgeFromBytes,
  judgeVersion,
  mnist,
  open,
  type Split,
} from '../src/index.ts';

const least = { accuracy: 0.995, quiet: 0.95 };

const { values } = parseArgs({
  options: {
    judge: { type: 'string', default: `models/${judgeFile}` },
    nets: { type: 'string', default: 'runs/judge-nets' },
    epochs: { type: 'string' },
    seeds: { type: 'string', default: '1' },
    threads: { type: 'string' },
  },
});
const device = await open({ threads: values.threads ? Number(values.threads) : undefined });
const nets = { device, folder: values.nets, epochs: values.epochs ? Number(values.epochs) : undefined };
const bytes = new Uint8Array(readFileSync(values.judge));
const judge = await judgeFromBytes(bytes, { device });

const picturesOf = ({ images, count }: Split): Float32Array[] =>
  Array.from({ length: count }, (_, i) =>
    Float32Array.from(images.subarray(784 * i, 784 * (i + 1)), (x) => x / 255),
  );

/** The share of pictures in which no digit gets half of the judge's probability. */
async function quiet(pictures: readonly Float32Array[]): Promise<number> {
  const verdicts = await judge.read(pictures);
  const silent = verdicts.filter(({ probabilities }) => Math.max(...probabilities.subarray(0, 10)) < 0.5);
  return silent.length / pictures.length;
}

const report: Record<string, unknown> = { version: judgeVersion, bytes: bytes.length };
const shares: number[] = [];
const say = (name: string, share: number): void => {
  report[name] = share;
  console.log(`${name}: ${(100 * share).toFixed(2)} %`);
};

const { test } = await mnist();
const verdicts = await judge.read(picturesOf(test));
const accuracy = verdicts.filter(({ reads }, i) => reads === test.labels[i]).length / test.count;
say('accuracy', accuracy);

const draw = drawsOf(20_261_122);
const normal = (): number => Math.sqrt(-2 * Math.log(1 - draw())) * Math.cos(2 * Math.PI * draw());
const noise = {
  'uniform noise': () => draw(),
  'binary noise': () => Number(draw() < 0.5),
  'normal noise': () => Math.min(1, Math.max(0, 0.5 + 0.25 * normal())),
};
for (const [name, pixel] of Object.entries(noise)) {
  const share = await quiet(Array.from({ length: 2000 }, () => new Float32Array(784).map(pixel)));
  shares.push(share);
  say(name, share);
}
const fashion = await quiet(picturesOf((await dataset('fashion-mnist')).test));
shares.push(fashion);
say('fashion', fashion);

for (const method of ['greedy', 'genetic'] as const) {
  const found: Float32Array[] = [];
  for (const name of asked)
    for (let seed = 1; seed <= Number(values.seeds); seed++) {
      const model = await netOf(name, seed, nets);
      for (let target = 0; target < 10; target++) {
        const { image } = await ideaOf(model, { target, method, seed, every: 1_000_000 });
        found.push(image);
      }
      await model.close();
    }
  const share = await quiet(found);
  shares.push(share);
  say(`unaided ${method} ideas`, share);
  report[`${method} ideas`] = found.length;
}
console.log(JSON.stringify(report));
await judge.close();
await device.close();
if (accuracy < least.accuracy || shares.some((share) => share < least.quiet)) {
  console.error(`needs ${least.accuracy} read and ${least.quiet} of each kind of nonsense told as such`);
  process.exitCode = 1;
}
