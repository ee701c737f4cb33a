// One-class anomaly detection on MNIST, as Ruff et al. 2018 (Deep SVDD) put it: a detector learns one digit from its
// training pictures and sees no other; of the 10,000 test pictures that digit is normal and the nine others are not. AUC of
// the score, for each digit and in the mean, beside a nearest-neighbour baseline and figures of others. And the other way
// round (--without): nine digits are learned, the one left out is what should be found.
//
//   node dist/bench/anomaly.js [--digits 0,1] [--steps 1500] [--code 16] [--seed 1] [--without] [--alone] [--threads n]
//
// --alone leaves the baseline out, which takes longer than the detector.
import { parseArgs } from 'node:util';
import { examplesAt, mnist, open, ops, trainDetector, type Split, type Tensor } from '../src/index.ts';

const { values } = parseArgs({
  options: {
    digits: { type: 'string', default: '0,1,2,3,4,5,6,7,8,9' },
    steps: { type: 'string', default: '1500' },
    code: { type: 'string', default: '16' },
    hidden: { type: 'string', default: '256' },
    seed: { type: 'string', default: '1' },
    without: { type: 'boolean', default: false },
    alone: { type: 'boolean', default: false },
    threads: { type: 'string' },
  },
});

/** Mean AUC over ten digits in %: Ruff et al. 2018, table 1; Tonnaer, thesis, table 3.3 (VAE, each digit left out). */
const others = values.without
  ? { 'VAE, 2 numbers': [96, 73, 97, 94, 73, 92, 95, 77, 92, 66], 'VAE, 32 numbers': [81, 9, 92, 87, 78, 86, 87, 51, 89, 58] } // prettier-ignore
  : { 'Deep SVDD': [98.0, 99.7, 91.7, 91.9, 94.9, 88.5, 98.3, 94.6, 93.9, 96.5] };

const { train, test } = await mnist();
const device = await open({ ...(values.threads !== undefined && { threads: Number(values.threads) }) });

/** The chance that what is odd has a higher score than what is normal, ties counting half. */
function auc(scores: ArrayLike<number>, odd: (i: number) => boolean): number {
  const rows = Array.from(scores, (score, i) => ({ score, odd: odd(i) })).sort((a, b) => a.score - b.score);
  let [below, sum, count] = [0, 0, 0];
  for (let i = 0; i < rows.length;) {
    let j = i;
    while (j < rows.length && rows[j]!.score === rows[i]!.score) j++;
    const same = rows.slice(i, j);
    const normal = same.filter((row) => !row.odd).length;
    sum += (same.length - normal) * (below + normal / 2);
    count += same.length - normal;
    below += normal;
    i = j;
  }
  return sum / (count * below);
}

/** The distance of every test picture to the nearest of these. */
async function nearest(known: Split): Promise<Float32Array> {
  const { images, count } = known;
  const pixels = Float32Array.from(images, (x) => x / 255);
  const table = device.variable(pixels, [count, 784]);
  const squares = device.variable(
    Float32Array.from({ length: count }, (_, i) =>
      pixels.subarray(784 * i, 784 * (i + 1)).reduce((sum, x) => sum + x * x, 0),
    ),
    [count],
  );
  const program = await device.compile(
    ({ inputs }) => {
      const x = inputs['x'] as Tensor;
      const products = ops.matmul(x, table.tensor.permute([1, 0]));
      const apart = products.mul(-2).add(squares.tensor).min(1);
      return { outputs: { d: apart.add(x.mul(x).sum(1)) } };
    },
    { inputs: { x: { shape: [250, 784] } } },
  );
  const all = new Float32Array(test.count);
  for (let from = 0; from < test.count; from += 250) {
    const x = Float32Array.from(test.images.subarray(784 * from, 784 * (from + 250)), (v) => v / 255);
    all.set((await program.run({ x }))['d'] as Float32Array, from);
  }
  for (const one of [program, table, squares]) one.close();
  return all;
}

const table: { digit: number; detector: number; neighbour: number; caught: number }[] = [];
for (const digit of values.digits.split(',').map(Number)) {
  const began = performance.now();
  const odd = (i: number): boolean => (test.labels[i] === digit) === values.without;
  const places = Array.from(train.labels.keys()).filter(
    (i) => (train.labels[i] === digit) !== values.without,
  );
  const own = examplesAt(train, places);
  const detector = await trainDetector(own, {
    device,
    steps: Number(values.steps),
    code: Number(values.code),
    hidden: Number(values.hidden),
    seed: Number(values.seed),
  });
  const seconds = (performance.now() - began) / 1000;
  const { scores } = await detector.look(test);
  const limit = detector.threshold();
  const share = (of: (i: number) => boolean): number => {
    const some = Array.from(scores.keys()).filter(of);
    return some.filter((i) => scores[i]! > limit).length / some.length;
  };
  const row = {
    digit,
    detector: auc(scores, odd),
    neighbour: values.alone ? NaN : auc(await nearest(own), odd),
    caught: share(odd),
    falseAlarms: share((i) => !odd(i)),
    seconds,
    ...Object.fromEntries(Object.entries(others).map(([name, list]) => [name, list[digit]! / 100])),
  };
  table.push(row);
  process.stdout.write(`${JSON.stringify(row)}\n`);
  await detector.close();
}
const mean = (of: (row: (typeof table)[number]) => number): number =>
  table.reduce((sum, row) => sum + of(row), 0) / table.length;
process.stdout.write(
  `${JSON.stringify({ mean: { detector: mean((row) => row.detector), neighbour: mean((row) => row.neighbour), caught: mean((row) => row.caught) } })}\n`,
);
await device.close();
