// `eidos gan train`: which recipe on which pictures, from the words of the command, or which run to go on with. The
// rounds themselves are played in gan-course.ts.
import type { Command } from 'commander';
import { resolve } from 'node:path';
import {
  recipeNames,
  recipes,
  usualRecipe,
  type DeviceName,
  type RecipeName,
  type RunInfo,
} from '../src/index.ts';
import type { Spec } from './command.ts';
import { datasets } from './data.ts';
import { isDataset, isFolder } from './data-source.ts';
import { playIn } from './gan-course.ts';
import { configIn, ganRun, type GanPlan } from './gan-run.ts';
import type { Io } from './io.ts';
import type { Messages } from './messages.ts';
import {
  callOf,
  memorySize,
  nearest,
  oneOf,
  UsageError,
  wholeNumber,
  type SharedOptions,
} from './options.ts';
import { namedAgain } from './studio-data.ts';

/** What was asked for beside the plan. */
export interface GanWishes extends SharedOptions {
  readonly out?: string;
  /** Bytes that all of it may take. */
  readonly memory?: number;
}

interface TrainOptions extends GanWishes {
  readonly recipe?: RecipeName;
  readonly rounds?: number;
  readonly every?: number;
  readonly limit?: number;
  readonly size?: number;
  readonly grey?: boolean;
  readonly numbers?: number;
  readonly read?: number;
  readonly grid?: readonly [rows: number, columns: number];
  readonly inverted?: boolean;
  readonly resume?: string | true;
}

/** The command. */
export const trainCommand: Spec = {
  name: 'train',
  computes: true,
  define(command, t, run) {
    addOptions(command, t);
    command.action((what: string | undefined, options: TrainOptions) =>
      run(options, (io) => begin(io, what, options)),
    );
  },
  examples: (t) => [
    ['eidos gan train mnist', t.exampleGanDigits],
    ['eidos gan train ./my-apples --size 64', t.exampleGanFolder],
    ['eidos gan train ./my-apples --size 256 --memory 1G', t.exampleGanMemory],
    ['eidos gan train mnist --recipe lesson6 --rounds 200 --seed 3', t.exampleGanRecipe],
    ['eidos gan train --resume', t.exampleGanResume],
  ],
};

function addOptions(command: Command, t: Messages): void {
  const whole = (flag: string, most: number): ((got: string) => number) =>
    wholeNumber(command, t, flag, [1, most]);
  command
    .summary(t.ganTrainSummary)
    .description(t.ganTrainDescription)
    .argument('[what]', t.ganTrainArgument)
    .option('--recipe <name>', t.ganRecipeOption, oneOf(command, t, '--recipe', recipeNames))
    .option('--rounds <n>', t.ganRoundsOption, whole('--rounds', 10_000_000))
    .option('--every <n>', t.ganEveryOption, whole('--every', 1_000_000))
    .option('--limit <n>', t.limitOption, whole('--limit', 1_000_000))
    .option('--size <n>', t.ganSizeOption, whole('--size', 1024))
    .option('--numbers <n>', t.ganNumbersOption, whole('--numbers', 10_000))
    .option('--read <n>', t.ganReadOption, whole('--read', 100_000))
    .option('--grid <rows x columns>', t.ganGridOption, gridSize(command, t))
    .option('--inverted', t.ganInvertedOption)
    .option('--no-inverted', t.ganLightOption)
    .option('--memory <size>', t.ganMemoryOption, memorySize(command, t, '--memory'))
    .option('--grey', t.greyOption)
    .option('--out <folder>', t.outOption)
    .option('--resume [run]', t.resumeOption);
}

/** Reads 2x5. */
const gridSize =
  (command: Command, t: Messages) =>
  (got: string): readonly [number, number] => {
    const [, rows, columns] = /^(\d{1,2})x(\d{1,2})$/.exec(got) ?? [];
    const size = [Number(rows), Number(columns)] as const;
    if (size.every((n) => n >= 1)) return size;
    throw new UsageError(t.ganNoGrid(callOf(command), got));
  };

async function begin(io: Io, what: string | undefined, options: TrainOptions): Promise<void> {
  if (options.resume !== undefined) return goOn(io, what, options);
  return playIn(io, await planOf(io.t, what, options), options);
}

/** Rounds between two reports: health needs a dozen to go by, and files are not to grow without end. */
const reports = (rounds: number): number => Math.max(1, Math.min(50, Math.round(rounds / 40)));

async function planOf(t: Messages, what: string | undefined, options: TrainOptions): Promise<GanPlan> {
  if (what === undefined) throw new UsageError(t.ganNeedsData);
  if (!isDataset(what) && !(await isFolder(what)))
    throw new UsageError(t.noSuchData(what, nearest(what, datasets)));
  const data = isDataset(what) ? what : resolve(what);
  const recipe = options.recipe ?? usualRecipe(data);
  const rounds = options.rounds ?? recipes[recipe].rounds;
  return {
    recipe,
    data,
    rounds,
    reportEvery: reports(rounds),
    gridEvery: options.every ?? Math.max(1, Math.round(rounds / 20)),
    limit: options.limit ?? null,
    size: options.size ?? null,
    grey: options.grey ?? false,
    numbers: options.numbers ?? null,
    reads: options.read ?? null,
    grid: options.grid ?? null,
    inverted: options.inverted ?? null,
  };
}

/** Options that a run has settled when it began. */
const settled = [
  'recipe',
  'every',
  'limit',
  'size',
  'memory',
  'grey',
  'numbers',
  'read',
  'grid',
  'inverted',
  'out',
] as const;

/** Goes on with the run that is named, or with the newest that is not finished; it may be given more rounds. */
async function goOn(io: Io, what: string | undefined, options: TrainOptions): Promise<void> {
  const { t } = io;
  const changed = settled.find((name) => options[name] !== undefined);
  if (changed !== undefined) throw new UsageError(t.settled(`--${changed}`));
  const unfinished = ({ state }: RunInfo): boolean => state === 'stopped' || state === 'interrupted';
  const named = options.resume === true ? undefined : options.resume;
  const before = await ganRun(t, named, unfinished);
  const { shape: _, classes: __, ...plan } = configIn(t, before);
  const data = namedAgain(t, 'gan', before, what);
  const device = (before.record.versions['device'] ?? '').split(',')[0] as DeviceName | '';
  // On the device it began on, so that nothing differs.
  const same = { ...options, ...(options.device === undefined && device !== '' && { device }) };
  return playIn(
    io,
    { ...plan, ...(data !== undefined && { data }), rounds: options.rounds ?? plan.rounds },
    same,
    before,
  );
}
