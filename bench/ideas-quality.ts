// How good ideas are, by a judge that was not asked: of ten ideas, how many it reads as asked with a probability above 0.9,
// for three networks and several seeds, all as stored pictures; what a vector's residual comes to; and whether it is the
// asked network that decides: one trained with 2 and 5 exchanged shall draw a 2 where it is asked for its 5.
//   node dist/bench/ideas-quality.js [--nets folder] [--epochs n] [--seeds n] [--budget n] [--only mlp784] [--threads n]
import { parseArgs } from 'node:util';
import { asked, netOf, trained } from './judge-nets.ts';
import {
  along,
  ascentOf,
  genetic,
  ideaOf,
  judge as openJudge,
  looksOf,
  open,
  priorGenerator,
  priorStatistics,
  type Image,
  type Model,
  type Target,
} from '../src/index.ts';

const { values } = parseArgs({
  options: {
    nets: { type: 'string', default: 'runs/judge-nets' },
    epochs: { type: 'string' },
    seeds: { type: 'string', default: '5' },
    budget: { type: 'string', default: '5000' },
    only: { type: 'string' },
    threads: { type: 'string' },
  },
});
const device = await open({ threads: values.threads ? Number(values.threads) : undefined });
const nets = { device, folder: values.nets, epochs: values.epochs ? Number(values.epochs) : undefined };
const [judge, statistics, generator] = [
  await openJudge({ device }),
  await priorStatistics(),
  await priorGenerator(),
];
const budget = Number(values.budget);
const seeds = Array.from({ length: Number(values.seeds) }, (_, i) => i + 1);
const classes = Array.from({ length: 10 }, (_, i) => i);
const median = (x: readonly number[]): number => x.toSorted((a, b) => a - b)[x.length >> 1] ?? NaN;
const stored = (image: Image): Image => image.map((x) => Math.round(255 * x) / 255);

/** How many of ten are read as asked. */
async function asAsked(images: readonly Image[]): Promise<number> {
  const verdicts = await judge.read(images);
  return verdicts.filter(({ reads, probabilities }, i) => reads === i && (probabilities[i] ?? 0) > 0.9)
    .length;
}

async function evolved(model: Model, seed: number, helped: boolean): Promise<Image[]> {
  const images: Image[] = [];
  const method = helped ? along(genetic(), statistics, 0.3) : genetic();
  for (const target of classes)
    images.push(stored((await ideaOf(model, { target, method, budget, seed, every: 1_000_000 })).image));
  return images;
}

const ways: Readonly<
  Record<
    string,
    { readonly least: number; readonly ideas: (model: Model, seed: number) => Promise<readonly Image[]> }
  >
> = {
  gradient: {
    least: 9,
    ideas: async (model, seed) =>
      (await ascentOf(model, { targets: classes, method: 'gradient', statistics, seed })).map(
        ({ image }) => image,
      ),
  },
  'gradient, plain priors': {
    least: 0,
    ideas: async (model, seed) =>
      (await ascentOf(model, { targets: classes, method: 'gradient', seed })).map(({ image }) => image),
  },
  generator: {
    least: 10,
    ideas: async (model, seed) =>
      (await ascentOf(model, { targets: classes, method: 'generator', generator, seed })).map(
        ({ image }) => image,
      ),
  },
  genetic: { least: 8, ideas: (model, seed) => evolved(model, seed, true) },
  'genetic, unaided': { least: 0, ideas: (model, seed) => evolved(model, seed, false) },
};

/** One-hot vectors and three mixes: the largest |N(x) - y|. */
async function worstResidual(model: Model): Promise<number> {
  const vectors: Target[] = [
    ...classes.map((k) => classes.map((i) => Number(i === k))),
    { 3: 1, 8: 1 },
    { 0: 0.7, 6: 0.3 },
    { 1: 1, 4: 1, 9: 1 },
  ];
  const ideas = await ascentOf(model, { targets: vectors, method: 'gradient', statistics, seed: 1 });
  let worst = 0;
  for (const [i, { image }] of ideas.entries()) {
    const [look] = await looksOf(model, vectors[i] ?? 0, [image]);
    worst = Math.max(worst, look?.residual ?? NaN);
  }
  return worst;
}

let low = false;
const report: Record<string, unknown> = { budget, seeds: seeds.length };
for (const name of asked.filter((one) => values.only === undefined || one === values.only)) {
  const model = await netOf(name, 1, nets);
  const own: Record<string, unknown> = {};
  for (const [way, { least, ideas }] of Object.entries(ways)) {
    const counts: number[] = [];
    for (const seed of seeds) counts.push(await asAsked(await ideas(model, seed)));
    console.log(`${name}, ${way}: ${counts.join(' ')} of 10 read as asked`);
    own[way] = counts;
    low ||= median(counts) < least;
  }
  const residual = await worstResidual(model);
  console.log(`${name}: residual at most ${residual.toFixed(5)}`);
  own['residual'] = residual;
  low ||= !(residual <= 0.01);
  report[name] = own;
  await model.close();
}

const turned = await trained(
  'simple-cnn',
  1,
  { ...nets, epochs: 2 },
  { labels: (k) => ({ 2: 5, 5: 2 })[k] ?? k, mark: '-exchanged' },
);
for (const method of ['gradient', 'generator'] as const) {
  const [idea] = await ascentOf(turned, { targets: [5], method, statistics, generator, seed: 1 });
  const [verdict] = await judge.read(idea ? [idea.image] : []);
  console.log(
    `trained with 2 and 5 exchanged, asked for its 5, ${method}: the judge reads ${verdict?.reads}`,
  );
  report[`exchanged, ${method}`] = verdict?.reads;
  low ||= verdict?.reads !== 2;
}
console.log(JSON.stringify(report));
await turned.close();
await judge.close();
await device.close();
if (low) process.exitCode = 1;
