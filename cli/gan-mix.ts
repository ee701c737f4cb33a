// `eidos gan mix`: what a generator draws when it is asked for no class, for several at once, or for a part of one: the probes
// of triwave33's generate_test.py, and others in the same words.
import { extname } from 'node:path';
import { gif, type Game, type Samples } from '../src/index.ts';
import type { Spec } from './command.ts';
import { gridBytes, gridOf } from './gan-grid.ts';
import { withGame, type GanConfig } from './gan-run.ts';
import { classIn, weightsOf, written } from './gan-sample.ts';
import { viewOf } from './gan-view.ts';
import type { Io } from './io.ts';
import type { Messages } from './messages.ts';
import { UsageError, wholeNumber, type SharedOptions } from './options.ts';

interface MixOptions extends SharedOptions {
  readonly labels: readonly string[];
  readonly sweep?: string;
  readonly steps: number;
  readonly count: number;
  readonly latest?: boolean;
  readonly best?: boolean;
  readonly out: string;
}

/** What the source looked at. */
const usual = ['3+7', '2+6', 'none', 'all', 'half', 'noise'];

/** The command. */
export const mixCommand: Spec = {
  name: 'mix',
  computes: true,
  define(command, t, run) {
    command
      .summary(t.ganMixSummary)
      .description(t.ganMixDescription)
      .argument('[run]', t.runArgument)
      .option('--labels <what...>', t.ganLabelsOption, usual)
      .option('--sweep <class>', t.ganSweepOption)
      .option('--steps <n>', t.ganSweepStepsOption, wholeNumber(command, t, '--steps', [2, 100]), 11)
      .option('--count <n>', t.ganMixCountOption, wholeNumber(command, t, '--count', [1, 50]), 10)
      .option('--latest', t.ganLatestOption)
      .option('--best', t.ganBestOption)
      .option('--out <file>', t.ganWayOutOption, 'mix.png')
      .action((which: string | undefined, options: MixOptions) =>
        run(options, (io) => mix(io, which, options)),
      );
  },
  examples: (t) => [
    ['eidos gan mix', t.exampleGanMixUsual],
    ['eidos gan mix --labels 0.5*3+0.5*8 4+9 none', t.exampleGanMixOwn],
    ['eidos gan mix --sweep 5 --out five.gif', t.exampleGanSweep],
  ],
};

/** Says which numbers a generator is given for its classes, for the picture of this number in the row. */
type Flags = (i: number) => readonly number[];

/** `3+7`, `0.5*3+0.5*8`, `none`, `all`, `half` or `noise`. */
function flagsOf(t: Messages, config: GanConfig, game: Game, what: string, seed: number): Flags {
  const { classes } = game.rules;
  const same = (x: number): Flags => {
    const list = Array.from({ length: classes }, () => x);
    return () => list;
  };
  if (what === 'none') return same(0);
  if (what === 'all') return same(1);
  if (what === 'half') return same(0.5);
  // Uniform from 0 to 1, from the same numbers that pictures begin with.
  if (what === 'noise')
    return (i) => {
      const z = game.latents(seed + 1, [i]);
      return Array.from({ length: classes }, (_, c) => Math.abs((z[c % z.length] ?? 0) % 1));
    };
  const list = Array.from({ length: classes }, () => 0);
  for (const term of what.split('+')) {
    const [, factor = '1', name = ''] = /^(?:(\d*\.?\d+)\*)?(.+)$/.exec(term) ?? [];
    const place = classIn(t, config, game, name) ?? 0;
    list[place] = (list[place] ?? 0) + Number(factor);
  }
  return () => list;
}

async function mix(io: Io, which: string | undefined, options: MixOptions): Promise<void> {
  const { t } = io;
  const { seed, sweep, steps, count, out } = options;
  const moving = extname(out).toLowerCase() === '.gif';
  if (moving && sweep === undefined) throw new UsageError(t.ganMixMoves);
  await withGame(io, which, options, async ({ game, config, device, folder }) => {
    if (game.rules.classes === 0) throw new UsageError(t.ganNoClasses);
    const one = classIn(t, config, game, sweep);
    // A sweep: a row for each set of numbers, a column for each step; else a row for each kind of labels.
    const [rows, columns] = one === undefined ? [options.labels.length, count] : [count, steps];
    const flags = one === undefined ? options.labels.map((what) => flagsOf(t, config, game, what, seed)) : [];
    const { classes, latent } = game.rules;
    const latents = new Float32Array(rows * columns * latent.size);
    const mixes = new Float32Array(rows * columns * classes);
    for (let row = 0; row < rows; row++)
      for (let column = 0; column < columns; column++) {
        const i = row * columns + column;
        latents.set(game.latents(seed, [one === undefined ? column : row]), i * latent.size);
        if (one === undefined) mixes.set(flags[row]?.(column) ?? [], i * classes);
        else mixes[i * classes + one] = column / (steps - 1);
      }
    const samples = await game.sample({ count: rows * columns, latents, mixes, ...weightsOf(options) });
    io.signal.throwIfAborted();
    const captions =
      one === undefined
        ? options.labels.flatMap((what) => Array.from({ length: columns }, (_, i) => (i === 0 ? what : '')))
        : Array.from({ length: rows * columns }, (_, i) => i < columns ? (i / (steps - 1)).toFixed(1) : ''); // prettier-ignore
    const { inverted } = viewOf(config);
    const bytes = moving
      ? frames(samples, { rows, columns, inverted })
      : await gridBytes(samples, { columns, captions, inverted });
    const path = await written(io, out, bytes);
    io.figures({
      command: 'gan-mix',
      run: folder,
      rounds: game.round,
      seed,
      device: device.name,
      ...(one === undefined ? { labels: options.labels } : { sweep, steps }),
      picture: path,
    });
  });
}

/** All rows beside each other, a step a frame, there and back. */
function frames(
  { images, shape }: Samples,
  {
    rows,
    columns,
    inverted,
  }: { readonly rows: number; readonly columns: number; readonly inverted: boolean },
): Uint8Array {
  const size = images.length / (rows * columns);
  const there = Array.from({ length: columns }, (_, column) => {
    const all = new Uint8Array(rows * size);
    for (let row = 0; row < rows; row++) {
      const from = (row * columns + column) * size;
      all.set(images.subarray(from, from + size), row * size);
    }
    return gridOf({ images: all, count: rows, shape }, { columns: Math.min(rows, 5), inverted });
  });
  return gif([...there, ...there.slice(1, -1).toReversed()], { delay: 150 });
}
