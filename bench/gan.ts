// What a round of each recipe costs: operations, processor seconds, and bytes, on MNIST or Fashion-MNIST. Processor
// time is told beside the clock's, because a machine is seldom all one's own.
//
//   node dist/bench/gan.js [--recipes digits,mlp] [--rounds 20] [--device native] [--threads 2]
import { parseArgs } from 'node:util';
import {
  dataset,
  gan,
  open,
  recipeFor,
  recipeNames,
  type DeviceName,
  type Game,
  type RecipeName,
  type Split,
} from '../src/index.ts';

const { values } = parseArgs({
  options: {
    recipes: { type: 'string', default: recipeNames.filter((name) => name !== 'pictures').join() },
    rounds: { type: 'string', default: '20' },
    device: { type: 'string' },
    threads: { type: 'string' },
  },
});

const device = await open({
  ...(values.device !== undefined && { device: values.device as DeviceName }),
  ...(values.threads !== undefined && { threads: Number(values.threads) }),
});

async function played(game: Game, train: Split, rounds: number): Promise<void> {
  for await (const { kind } of game.train(train, { rounds: game.round + rounds }))
    if (kind === 'fault') throw new Error('a round was not finite');
}

for (const name of values.recipes.split(',') as RecipeName[]) {
  const { train, classes } = await dataset(name === 'fashion' ? 'fashion-mnist' : 'mnist', {});
  const about = { shape: train.shape, classes: classes.length };
  await using game = await gan({ ...recipeFor(name, about).game(about), device });
  const { productOperations, peakBytes } = await game.cost(train);
  await played(game, train, 2);
  const [rounds, began, before] = [Number(values.rounds), performance.now(), process.cpuUsage()];
  await played(game, train, rounds);
  const { user, system } = process.cpuUsage(before);
  const seconds = (performance.now() - began) / 1000 / rounds;
  const cpuSeconds = (user + system) / 1e6 / rounds;
  const figures = {
    recipe: name,
    gigaOperations: productOperations / 1e9,
    secondsPerRound: seconds,
    cpuSecondsPerRound: cpuSeconds,
    gigaPerCpuSecond: productOperations / 1e9 / cpuSeconds,
    peakBytes,
    device: device.name,
    threads: device.threads,
  };
  process.stdout.write(`${JSON.stringify(figures)}\n`);
}
await device.close();
