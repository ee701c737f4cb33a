// `eidos gan sample` and `eidos gan interpolate`: what a trained generator draws, by class and seed, and the ways from
// one picture to another.
import { writeFile } from 'node:fs/promises';
import { dirname, extname, resolve } from 'node:path';
import { between, EidosError, gif, type Game, type Samples } from '../src/index.ts';
import type { Spec } from './command.ts';
import { gridBytes, gridOf } from './gan-grid.ts';
import { withGame, type GanConfig } from './gan-run.ts';
import type { Io } from './io.ts';
import type { Messages } from './messages.ts';
import { nearest, realNumber, UsageError, wholeNumber, type SharedOptions } from './options.ts';
import { viewOf } from './gan-view.ts';
import { near, prepareFolder } from './sheet.ts';

interface DrawOptions extends SharedOptions {
  readonly class?: string;
  readonly columns?: number;
  readonly out: string;
  readonly latest?: boolean;
  readonly best?: boolean;
}

interface SampleOptions extends DrawOptions {
  readonly count?: number;
  readonly truncation?: number;
}

interface WayOptions extends DrawOptions {
  readonly toClass?: string;
  readonly steps: number;
  readonly rows: number;
}

/** `eidos gan sample`. */
export const sampleCommand: Spec = {
  name: 'sample',
  computes: true,
  define(command, t, run) {
    command
      .summary(t.ganSampleSummary)
      .description(t.ganSampleDescription)
      .argument('[run]', t.runArgument)
      .option('--class <name>', t.ganClassOption)
      .option('--count <n>', t.ganCountOption, wholeNumber(command, t, '--count', [1, 10_000]))
      .option('--columns <n>', t.ganColumnsOption, wholeNumber(command, t, '--columns', [1, 100]))
      .option('--truncation <x>', t.ganTruncationOption, realNumber(command, t, '--truncation', [0, 1], true))
      .option('--latest', t.ganLatestOption)
      .option('--best', t.ganBestOption)
      .option('--out <file>', t.ganOutFileOption, 'samples.png')
      .action((run_: string | undefined, options: SampleOptions) =>
        run(options, (io) => sample(io, run_, options)),
      );
  },
  examples: (t) => [
    ['eidos gan sample --class 2', t.exampleGanSample],
    ['eidos gan sample --count 100 --seed 7 --out hundred.png', t.exampleGanMany],
  ],
};

/** `eidos gan interpolate`. */
export const interpolateCommand: Spec = {
  name: 'interpolate',
  computes: true,
  define(command, t, run) {
    command
      .summary(t.ganWaySummary)
      .description(t.ganWayDescription)
      .argument('[run]', t.runArgument)
      .option('--class <name>', t.ganClassOption)
      .option('--to-class <name>', t.ganToClassOption)
      .option('--steps <n>', t.ganStepsOption, wholeNumber(command, t, '--steps', [2, 100]), 10)
      .option('--rows <n>', t.ganRowsOption, wholeNumber(command, t, '--rows', [1, 20]), 5)
      .option('--latest', t.ganLatestOption)
      .option('--best', t.ganBestOption)
      .option('--out <file>', t.ganWayOutOption, 'way.png')
      .action((run_: string | undefined, options: WayOptions) =>
        run(options, (io) => interpolate(io, run_, options)),
      );
  },
  examples: (t) => [
    ['eidos gan interpolate --out way.gif', t.exampleGanWay],
    ['eidos gan interpolate --class 3 --to-class 8', t.exampleGanMix],
  ],
};

/** The number of a class by its name; undefined if none is asked for. */
export function classIn(
  t: Messages,
  { classes }: GanConfig,
  game: Game,
  name: string | undefined,
): number | undefined {
  if (name === undefined) return undefined;
  if (game.rules.classes === 0) throw new UsageError(t.ganNoClasses);
  const place = classes.indexOf(name);
  if (place < 0) throw new UsageError(t.ganNoClass(name, classes, nearest(name, classes)));
  return place;
}

export const weightsOf = ({ latest }: { readonly latest?: boolean }): { readonly weights?: 'latest' } =>
  latest ? { weights: 'latest' } : {};

export async function written(io: Io, out: string, bytes: Uint8Array): Promise<string> {
  const path = resolve(out);
  await prepareFolder(dirname(path), io.t);
  await writeFile(path, bytes).catch((error: NodeJS.ErrnoException) => {
    throw new EidosError(io.t.noFolder(path, error.code ?? String(error)));
  });
  io.result(io.t.ganDrawn(near(path)));
  return path;
}

async function sample(io: Io, which: string | undefined, options: SampleOptions): Promise<void> {
  const { t, signal } = io;
  const { seed, truncation = 1 } = options;
  await withGame(io, which, options, async ({ game, config, device, folder }) => {
    const { classes } = game.rules;
    const label = classIn(t, config, game, options.class);
    const count = options.count ?? (classes > 0 && label === undefined ? 10 * classes : 25);
    const labels = Array.from({ length: count }, (_, i) => label ?? i % Math.max(1, classes));
    const samples = await game.sample({ count, seed, labels, truncation, ...weightsOf(options) });
    signal.throwIfAborted();
    const { inverted } = viewOf(config);
    const columns = options.columns ?? (classes > 0 && label === undefined ? classes : 5);
    const path = await written(io, options.out, await gridBytes(samples, { columns, inverted }));
    io.figures({
      command: 'gan-sample',
      run: folder,
      rounds: game.round,
      count,
      seed,
      class: options.class ?? null,
      device: device.name,
      picture: path,
    });
  });
}

/** Rows of pictures on the way from one set of numbers to the next, and from one class to another. */
async function ways(
  game: Game,
  { steps, rows, seed, ...options }: WayOptions,
  from: number | undefined,
  to: number | undefined,
): Promise<Samples> {
  const { latent, classes } = game.rules;
  const count = steps * rows;
  const latents = new Float32Array(count * latent.size);
  const mixes = new Float32Array(count * classes);
  for (let row = 0; row < rows; row++) {
    const [a, b] = [game.latents(seed, [2 * row]), game.latents(seed, [2 * row + 1])];
    const [first, last] = [from ?? row % Math.max(1, classes), to ?? from ?? row % Math.max(1, classes)];
    for (let step = 0; step < steps; step++) {
      const [i, share] = [row * steps + step, step / (steps - 1)];
      // From class to class the numbers stay: what changes is then the class alone.
      latents.set(to === undefined ? between(latent, a, b, share) : a, i * latent.size);
      if (classes === 0) continue;
      mixes[i * classes + first] = (mixes[i * classes + first] ?? 0) + 1 - share;
      mixes[i * classes + last] = (mixes[i * classes + last] ?? 0) + share;
    }
  }
  return game.sample({ count, latents, mixes, ...weightsOf(options) });
}

async function interpolate(io: Io, which: string | undefined, options: WayOptions): Promise<void> {
  const { t, signal } = io;
  const { steps, rows, seed, out } = options;
  const moving = extname(out).toLowerCase() === '.gif';
  await withGame(io, which, options, async ({ game, config, device, folder }) => {
    const [from, to] = [classIn(t, config, game, options.class), classIn(t, config, game, options.toClass)];
    const samples = await ways(game, options, from, to);
    signal.throwIfAborted();
    const { inverted } = viewOf(config);
    const bytes = moving
      ? frames(samples, { steps, rows, inverted })
      : await gridBytes(samples, { columns: steps, inverted });
    const path = await written(io, out, bytes);
    const { class: first = null, toClass = null } = options;
    io.figures({
      command: 'gan-interpolate',
      run: folder,
      rounds: game.round,
      steps,
      rows,
      seed,
      class: first,
      toClass,
      device: device.name,
      picture: path,
    });
  });
}

/** The rows side by side, a step a frame, there and back. */
function frames(
  { images, shape }: Samples,
  { steps, rows, inverted }: { readonly steps: number; readonly rows: number; readonly inverted: boolean },
): Uint8Array {
  const size = images.length / (steps * rows);
  const frame = (step: number): ReturnType<typeof gridOf> => {
    const parts = Array.from({ length: rows }, (_, row) =>
      images.subarray((row * steps + step) * size, (row * steps + step + 1) * size),
    );
    const all = new Uint8Array(parts.length * size);
    parts.forEach((part, i) => all.set(part, i * size));
    return gridOf({ images: all, count: rows, shape }, { columns: rows, inverted });
  };
  const there = Array.from({ length: steps }, (_, step) => frame(step));
  return gif([...there, ...there.slice(1, -1).toReversed()], { delay: 120 });
}
