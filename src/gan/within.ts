// A game in the memory there is: what a round needs is known once it is compiled, so batches are halved until it fits.
// What the networks see in a round becomes less by that; rates stay as they are.
import { EidosError } from '../base/check.ts';
import type { Device } from '../device/device.ts';
import type { Labelled } from '../nn/data.ts';
import { gan, type Game } from './game.ts';
import type { GanOptions } from './rules.ts';

/** Fewer examples than this in a batch tell nothing of how they differ. */
const least = 2;

/** Where the options say none. */
const usual = 64;

/** The same game with batches of another size; those of the critic in proportion. */
export function withBatch(options: GanOptions, batchSize: number): GanOptions {
  const { batchSize: before = usual, criticBatchSize, penaltyBatchSize } = options;
  const critic =
    criticBatchSize === undefined
      ? batchSize
      : Math.max(1, Math.round((criticBatchSize * batchSize) / before));
  return {
    ...options,
    batchSize,
    criticBatchSize: critic,
    ...(penaltyBatchSize !== undefined && { penaltyBatchSize: Math.min(penaltyBatchSize, critic) }),
  };
}

/** What is to fit, and where. */
export interface Within {
  /** What the game may take on its device, with drawing and the pictures it learns from. */
  readonly bytes: number;
  /** Makes the game's models anew for each try. */
  readonly options: () => GanOptions;
  readonly data: Labelled;
  readonly device: Device;
  readonly seed?: number;
}

/** A game that fits. */
export interface Fitting {
  readonly game: Game;
  readonly batchSize: number;
  /** What the options say. */
  readonly wanted: number;
}

const mega = (bytes: number): string => Math.ceil(Math.max(0, bytes) / 1e6).toLocaleString('en');

/** Begins a game with the batches of its options if these fit, else with a half, a quarter and so on, down to 2. */
export async function ganWithin({ bytes, options, data, device, seed = 1 }: Within): Promise<Fitting> {
  const wanted = options().batchSize ?? usual;
  let needs = 0;
  for (let batchSize = wanted; batchSize >= Math.min(least, wanted); batchSize = Math.floor(batchSize / 2)) {
    const game = await gan({ ...withBatch(options(), batchSize), device, seed });
    needs = (await game.cost(data)).peakBytes;
    if (needs <= bytes) return { game, batchSize, wanted };
    await game.close();
  }
  throw new EidosError(
    `ganWithin: needs ${mega(needs)} MB even with batches of ${Math.min(least, wanted)}, got ${mega(bytes)} MB; take smaller pictures`,
  );
}
