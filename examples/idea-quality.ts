// What makes a network's ideas good? kaityo256 saw that another batch size or hidden layer made them unrecognizable.
// Here the same network, 784-width-width-10, is trained in different ways and asked for ten ideas, helped as little as
// makes sense (strokes are smooth) and helped much (in which directions digits differ). A judge that was never asked says
// how many it reads. Run it with `node dist/examples/idea-quality.js [--limit n] [--epochs n] [--seeds n]`.
import { parseArgs } from 'node:util';
import {
  adversarial,
  ascentOf,
  flatten,
  dense,
  judge,
  mnist,
  open,
  optimizers,
  priorStatistics,
  sequential,
  sparseCategoricalCrossentropy,
  subset,
  type Device,
  type Judge,
  type OptimizerName,
  type Perturbation,
  type Split,
  type Statistics,
} from 'eidos';

/** One way to train it. */
export interface Way {
  readonly name: string;
  /** Units of both hidden layers. */
  readonly width: number;
  readonly batch: number;
  readonly optimizer: OptimizerName;
  readonly learningRate?: number;
  readonly perturbation?: Perturbation;
}

/** mnist_check's network and training, and others that differ from it in one thing. */
const usual: Way = { name: 'as in mnist_check', width: 784, batch: 1000, optimizer: 'adam' };
export const ways: readonly Way[] = [
  usual,
  { ...usual, name: 'width 32', width: 32 },
  { ...usual, name: 'width 128', width: 128 },
  { ...usual, name: 'batch 100', batch: 100 },
  { ...usual, name: 'batch 4000', batch: 4000 },
  { ...usual, name: 'sgd', optimizer: 'sgd', learningRate: 0.1 },
  { ...usual, name: 'adam, rate x 10', learningRate: 0.01 },
  { ...usual, name: 'against attacks', perturbation: adversarial({ epsilon: 0.2, steps: 2 }) },
];

/** What ten ideas of one network come to. */
export interface Quality {
  readonly name: string;
  /** Of the test digits, how many the network reads. */
  readonly accuracy: number;
  /** Of ten ideas, how many the judge reads as asked, with a probability above 0.9; nobody says what digits are like. */
  readonly plain: number;
  /** The same where it is said. */
  readonly helped: number;
}

/** What ideas are asked and judged with. */
export interface Means {
  readonly device: Device;
  readonly judge: Judge;
  readonly statistics: Statistics;
}

/** Trains a network one way, and lets its ideas be judged. */
export async function qualityOf(
  { name, width, batch, optimizer, learningRate, perturbation }: Way,
  { train, test }: { readonly train: Split; readonly test: Split },
  { epochs, seed, ...means }: Means & { readonly epochs: number; readonly seed: number },
): Promise<Quality> {
  const model = sequential(
    flatten(),
    dense(width, { activation: 'relu' }),
    dense(width, { activation: 'relu' }),
    dense(10),
  ).build(train.shape);
  model.compile({
    device: means.device,
    seed,
    optimizer: optimizers[optimizer](learningRate === undefined ? {} : { learningRate }),
    loss: sparseCategoricalCrossentropy({ fromLogits: true }),
    metrics: ['accuracy'],
    ...(perturbation && { perturbation }),
  });
  if (epochs > 0) await model.fit(train, { epochs, batchSize: batch });
  const { accuracy = NaN } = await model.evaluate(test);
  const targets = Array.from({ length: 10 }, (_, k) => k);
  const read = async (statistics?: Statistics): Promise<number> => {
    const ideas = await ascentOf(model, {
      targets,
      method: 'gradient',
      seed,
      ...(statistics && { statistics }),
    });
    const verdicts = await means.judge.read(ideas.map(({ image }) => image));
    return verdicts.filter(({ reads, probabilities }, k) => reads === k && probabilities[k]! > 0.9).length;
  };
  const quality = { name, accuracy, plain: await read(), helped: await read(means.statistics) };
  await model.close();
  return quality;
}

async function main(): Promise<void> {
  const number = (usually: string) => ({ type: 'string', default: usually }) as const;
  const { values } = parseArgs({
    options: { limit: number('20000'), epochs: number('5'), seeds: number('3'), threads: { type: 'string' } },
  });
  const device = await open(values.threads === undefined ? {} : { threads: Number(values.threads) });
  const means = { device, judge: await judge({ device }), statistics: await priorStatistics() };
  const { train, test } = await mnist();
  const data = { train: subset(train, Number(values.limit)), test };
  console.log('| trained             | test accuracy | read, plain priors | read, helped |');
  console.log('| ------------------- | ------------- | ------------------ | ------------ |');
  for (const way of ways) {
    const all: Quality[] = [];
    for (let seed = 1; seed <= Number(values.seeds); seed++)
      all.push(await qualityOf(way, data, { ...means, epochs: Number(values.epochs), seed }));
    const mean = all.reduce((sum, { accuracy }) => sum + accuracy, 0) / all.length;
    const cells = [
      way.name.padEnd(19),
      `${(100 * mean).toFixed(2)} %`.padEnd(13),
      all
        .map(({ plain }) => plain)
        .join(' ')
        .padEnd(18),
      all
        .map(({ helped }) => helped)
        .join(' ')
        .padEnd(12),
    ];
    console.log(`| ${cells.join(' | ')} |`);
  }
  await means.judge.close();
  await device.close();
}

if (import.meta.filename === process.argv[1]) await main();
