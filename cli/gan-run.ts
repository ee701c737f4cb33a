// What a run of `eidos gan` is: the words it was begun with, the pictures it learns from, and its game made anew from
// them. Training and drawing both begin here.
import { basename, resolve } from 'node:path';
import {
  EidosError,
  gan,
  ganWithin,
  latestRun,
  loadCheckpoint,
  pictures,
  readRun,
  recipeFor,
  recipeNames,
  subset,
  withBatch,
  type Device,
  type Game,
  type GanOptions,
  type Json,
  type RecipeName,
  type RunInfo,
  type Split,
} from '../src/index.ts';
import { isDataset, isGiven, loadData } from './data-source.ts';
import { openDevice, type Io } from './io.ts';
import type { Messages } from './messages.ts';
import type { SharedOptions } from './options.ts';
import { near } from './sheet.ts';
import { givenAgain } from './studio-data.ts';

/** What was asked for; kept in the run. */
export interface GanPlan {
  readonly recipe: RecipeName;
  /** A data set's name, or a folder. */
  readonly data: string;
  readonly rounds: number;
  readonly reportEvery: number;
  readonly gridEvery: number;
  readonly limit: number | null;
  /** Side of a folder's pictures. */
  readonly size: number | null;
  readonly grey: boolean;
  /** Rows and columns of grids, and whether they are ink on white; runs of before have none. */
  readonly grid?: readonly [rows: number, columns: number] | null;
  readonly inverted?: boolean | null;
  /** Examples in a batch where the recipe's do not fit into memory; runs of before have none. */
  readonly batch?: number | null;
  /** Numbers the generator starts from, where they are not the recipe's. */
  readonly numbers?: number | null;
  /** Samples that are read at each grid, where they are not the recipe's. */
  readonly reads?: number | null;
}

/** The same with what was found in the data. */
export interface GanConfig extends GanPlan {
  readonly shape: Split['shape'];
  readonly classes: readonly string[];
}

/** Pictures to learn from. */
export interface Source {
  readonly name: string;
  readonly split: Split;
  readonly classes: readonly string[];
}

/** What runs of this command say in their config. */
export const kind = 'gan';

/** The pictures of a plan, or of a run that is gone on with. */
export async function loadPictures(io: Io, plan: GanPlan, before?: RunInfo): Promise<Source> {
  if (before && isGiven(before.record.config['data'])) {
    const { name, train, classes } = await givenAgain(io, 'gan', plan.data, before);
    return { name, split: train, classes };
  }
  if (isGiven(plan.data)) throw new EidosError(io.t.onlyInStudio(plan.data));
  if (!isDataset(plan.data)) return fromFolder(io, plan);
  const { name, train, classes } = await loadData(io, plan);
  return { name, split: train, classes };
}

async function fromFolder(
  { t, progress, signal }: Io,
  { data, size, grey, limit }: GanPlan,
): Promise<Source> {
  progress.begin(t.looking(data));
  const found = await pictures(data, {
    size: size ?? 64,
    channels: grey ? 1 : 3,
    signal,
    onProgress: ({ file, done, total }) => progress.show(() => t.reading(file, done, total)),
  });
  for (const { file, why, advice } of found.skipped.slice(0, 5)) progress.note(t.skipped(file, why, advice));
  if (found.skipped.length > 5) progress.note(t.skippedMore(found.skipped.length - 5));
  if (found.count < 2) throw new EidosError(t.ganTooFew(data, found.count));
  const split = limit === null ? found : subset(found, Math.min(limit, found.count));
  return { name: basename(resolve(data)), split, classes: found.classes };
}

/** What the recipe of a config says. */
export function optionsOf({ recipe, shape, classes, batch = null, numbers = null }: GanConfig): GanOptions {
  const about = { shape, classes: classes.length, ...(numbers !== null && { numbers }) };
  const options = recipeFor(recipe, about).game(about);
  return batch === null ? options : withBatch(options, batch);
}

/** The game of a config on a device. */
export const gameOf = (config: GanConfig, device: Device, seed: number): Promise<Game> =>
  gan({ ...optionsOf(config), device, seed });

/** Compiling and what else Node does meanwhile, bytes: reckoned, on the safe side. */
const besides = 96 * 2 ** 20;

/** The game with batches such that the whole process keeps within `memory` bytes, and the config with that batch. */
export async function gameWithin(
  memory: number,
  config: GanConfig,
  { split }: Source,
  { device, seed }: { readonly device: Device; readonly seed: number },
): Promise<{ readonly game: Game; readonly config: GanConfig; readonly wanted: number }> {
  const bytes = memory - process.memoryUsage().rss - besides;
  const found = await ganWithin({ bytes, options: () => optionsOf(config), data: split, device, seed });
  const { game, batchSize, wanted } = found;
  return { game, wanted, config: batchSize === wanted ? config : { ...config, batch: batchSize } };
}

/** A config as a run holds it. */
export const asJson = (config: GanConfig): Readonly<Record<string, Json>> => ({
  model: kind,
  ...(config as unknown as Readonly<Record<string, Json>>),
});

/** The config of a run. */
export function configIn(t: Messages, { record: { config }, folder }: RunInfo): GanConfig {
  const found = config as unknown as GanConfig;
  const good =
    config['model'] === kind &&
    recipeNames.includes(found.recipe) &&
    Array.isArray(found.shape) &&
    Array.isArray(found.classes) &&
    [found.rounds, found.reportEvery, found.gridEvery].every((n) => Number.isInteger(n) && n >= 1);
  if (!good) throw new EidosError(t.notGan(near(folder)));
  return found;
}

/** The run that is named, or the newest that suits. */
export async function ganRun(
  t: Messages,
  which: string | undefined,
  suits: (info: RunInfo) => boolean,
): Promise<RunInfo> {
  if (which !== undefined) return readRun(which);
  const run = await latestRun('runs', (info) => info.record.config['model'] === kind && suits(info));
  if (!run) throw new EidosError(t.noGan);
  return run;
}

/** A trained game, opened to draw. */
export interface Drawing {
  readonly game: Game;
  readonly config: GanConfig;
  readonly device: Device;
  readonly folder: string;
}

/** Opens a trained game for `work`, and closes it after. */
export async function withGame(
  io: Io,
  which: string | undefined,
  options: SharedOptions & { readonly best?: boolean },
  work: (drawing: Drawing) => Promise<void>,
): Promise<void> {
  const { t, progress, signal } = io;
  const info = await ganRun(t, which, ({ checkpoints }) => checkpoints.length > 0);
  const config = configIn(t, info);
  const { checkpoint, snapshot } = await loadCheckpoint(info.folder, {
    which: options.best ? 'best' : 'latest',
    onWarning: (warning) => progress.note(t.refused(warning)),
  });
  progress.note(t.ganAsks(near(info.folder), checkpoint.step));
  await using device = await openDevice(io, options);
  signal.throwIfAborted();
  await using game = await gameOf(config, device, info.record.seed);
  await game.restore(snapshot);
  await work({ game, config, device, folder: info.folder });
}
