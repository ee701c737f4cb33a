// Workloads that play a GAN's rounds. Chance is the same for all contestants in the rounds that are compared: what the
// game draws on the device is drawn here too and handed on as plain numbers.
import { check } from '../../src/base/check.ts';
import { gan, open, ops, Tensor, type Device, type Game, type GanOptions } from '../../src/index.ts';
import { distributions } from '../../src/gan/latent.ts';
import { purposeOf } from '../../src/nn/layer.ts';
import { classes, pictures, type Data, type Entry, type Numbers } from './workload.ts';

/** Rounds that are compared. */
const compared = 2;
const count = 1000;
const seed = 1;

export interface Playing {
  /** Without what makes two runs differ by more than the rounds' chance: dropout. */
  readonly options: (dropout: boolean) => GanOptions;
  readonly weights: Data;
}

/** First weights, pictures, and what is drawn in the rounds that are compared. */
export async function gameData({ options, weights }: Playing): Promise<Data> {
  const { latent, batchSize = 64, criticBatchSize = batchSize } = options(false);
  const images = pictures(1, [count, 28, 28, 1]);
  await using device = await open({ device: 'reference' });
  const drawn: Record<string, Numbers> = {};
  for (let round = 0; round < compared; round++) {
    const scalar = (x: number): Tensor => Tensor.from(Int32Array.of(x), []);
    const chance = { seed: scalar(seed), step: scalar(round) };
    const latents = async (n: number, tag: string): Promise<Numbers> => {
      const shape = [n, latent?.size ?? 100];
      const { draw } = distributions[latent?.distribution ?? 'normal'];
      return { data: await device.read(draw(shape, chance, purposeOf(`latent ${tag}`))), shape };
    };
    drawn[`critic latent ${round}`] = await latents(criticBatchSize, '0');
    drawn[`own latent ${round}`] = await latents(batchSize, 'own');
    const where = ops.randomUniform([criticBatchSize], chance, purposeOf('rows 0')).mul(count).to('i32');
    drawn[`rows ${round}`] = {
      data: await device.read(where.min2(count - 1)),
      shape: [criticBatchSize],
    };
  }
  return { images, ...weights, ...drawn };
}

async function begun(device: Device, options: GanOptions, weights: Data): Promise<Game> {
  const game = await gan({ ...options, device, seed });
  const held = new Map(game.held());
  for (const [name, { data }] of Object.entries(weights)) {
    const variable = held.get(name);
    check(variable !== undefined, () => `bench: the game has no ${name}`);
    await variable.write(data);
  }
  return game;
}

/** Our entry: losses of both in the rounds compared, then rounds as train() plays them. */
export function playing(
  device: Device,
  { images: { data: images, shape } }: Data & { readonly images: Numbers },
  { options, weights }: Playing,
): Entry {
  const data = {
    images: images as Uint8Array,
    labels: classes(count).data as Uint8Array,
    count,
    shape: shape.slice(1),
  };
  let timed: Game | undefined;
  return {
    async answer() {
      await using game = await begun(device, options(false), weights);
      const losses: number[] = [];
      for await (const { signals } of game.train(data, { rounds: compared, reportEvery: 1 }))
        if (signals) losses.push(signals.criticLoss, signals.generatorLoss);
      return losses;
    },
    async run(times) {
      timed ??= await begun(device, options(true), weights);
      for await (const { kind } of timed.train(data, { rounds: timed.round + times }))
        check(kind !== 'fault', () => 'bench: a round was not finite');
    },
  };
}
