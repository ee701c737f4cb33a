// `eidos gan find` and `eidos gan inpaint`: from pictures back to the numbers they could be drawn from, whole or in part.
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  contactSheet,
  encodePng,
  encoderFromBytes,
  findLatents,
  inpaint,
  trainEncoder,
  type Encoder,
  type FindEvent,
  type Found,
  type Tile,
} from '../src/index.ts';
import type { Spec } from './command.ts';
import { broughtTo, holeIn, joined, readAll, wordsOf } from './gan-pictures.ts';
import { withGame, type Drawing, type GanConfig } from './gan-run.ts';
import { classIn, weightsOf, written } from './gan-sample.ts';
import type { Io } from './io.ts';
import { wholeNumber, type SharedOptions } from './options.ts';

interface SearchOptions extends SharedOptions {
  readonly class?: string;
  readonly steps: number;
  readonly restarts: number;
  readonly latest?: boolean;
  readonly best?: boolean;
  readonly out: string;
}

interface FindOptions extends SearchOptions {
  readonly encoder?: boolean;
}

interface InpaintOptions extends SearchOptions {
  readonly mask: string;
  readonly count: number;
}

/** `eidos gan find`. */
export const findCommand: Spec = {
  name: 'find',
  computes: true,
  define(command, t, run) {
    command
      .summary(t.ganFindSummary)
      .description(t.ganFindDescription)
      .argument('<run-or-picture>', t.firstPictureArgument)
      .argument('[pictures...]', t.picturesArgument)
      .option('--class <name>', t.ganFindClassOption)
      .option('--encoder', t.ganEncoderOption)
      .option('--restarts <n>', t.ganRestartsOption, wholeNumber(command, t, '--restarts', [1, 64]), 8)
      .option('--steps <n>', t.ganFindStepsOption, wholeNumber(command, t, '--steps', [0, 10_000]), 200)
      .option('--latest', t.ganLatestOption)
      .option('--best', t.ganBestOption)
      .option('--out <file>', t.ganOutFileOption, 'found.png')
      .action((first: string, others: readonly string[], options: FindOptions) =>
        run(options, (io) => find(io, [first, ...others], options)),
      );
  },
  examples: (t) => [
    ['eidos gan find my-seven.png', t.exampleGanFind],
    ['eidos gan find runs/digits a.png b.png --encoder --json', t.exampleGanFindMore],
  ],
};

/** `eidos gan inpaint`. */
export const inpaintCommand: Spec = {
  name: 'inpaint',
  computes: true,
  define(command, t, run) {
    command
      .summary(t.ganInpaintSummary)
      .description(t.ganInpaintDescription)
      .argument('<run-or-picture>', t.firstPictureArgument)
      .argument('[picture]', t.ganPictureArgument)
      .requiredOption('--mask <file>', t.ganMaskOption)
      .option('--class <name>', t.ganFindClassOption)
      .option('--count <n>', t.ganFillingsOption, wholeNumber(command, t, '--count', [1, 16]), 5)
      .option('--restarts <n>', t.ganRestartsOption, wholeNumber(command, t, '--restarts', [1, 64]), 16)
      .option('--steps <n>', t.ganFindStepsOption, wholeNumber(command, t, '--steps', [0, 10_000]), 200)
      .option('--latest', t.ganLatestOption)
      .option('--best', t.ganBestOption)
      .option('--out <file>', t.ganOutFileOption, 'filled.png')
      .action((first: string, other: string | undefined, options: InpaintOptions) =>
        run(options, (io) => fill(io, [first, ...(other === undefined ? [] : [other])], options)),
      );
  },
  examples: (t) => [
    ['eidos gan inpaint torn.png --mask torn-mask.png', t.exampleGanInpaint],
    [
      'eidos gan inpaint runs/apples photo.jpg --mask hole.png --count 1 --out whole.png',
      t.exampleGanInpaintOne,
    ],
  ],
};

export const searching = ({ t, progress, signal }: Io) => ({
  signal,
  onEvent: ({ done, total }: FindEvent) => progress.show(() => t.ganSearches(done, total)),
});

const tileOf = (
  { shape: [height, width, channels] }: GanConfig,
  pixels: Uint8Array,
  caption: string,
): Tile => ({
  pixels,
  width,
  height,
  channels: channels === 3 ? 3 : 1,
  caption,
});

function sheetOf(config: GanConfig, tiles: readonly Tile[], columns: number): Uint8Array {
  const [height, , channels] = config.shape;
  const scale = Math.max(1, Math.round(96 / height));
  return encodePng(contactSheet(tiles, { columns, scale, ink: channels === 1 }));
}

/** The run's encoder, trained now if it has none for these rounds. */
export async function encoderFor(io: Io, { game, device, folder }: Drawing): Promise<Encoder> {
  const path = join(folder, `encoder-${String(game.round).padStart(6, '0')}.safetensors`);
  const kept = await readFile(path).catch(() => undefined);
  if (kept) return encoderFromBytes(new Uint8Array(kept), { device });
  const { t, progress, signal } = io;
  progress.begin(t.compiling);
  const encoder = await trainEncoder(game, {
    signal,
    onEvent: ({ share, secondsLeft }) => progress.show(() => t.ganEncoderLearns(share) + t.left(secondsLeft)),
  });
  // A folder that cannot be written to is no reason not to look.
  await writeFile(path, await encoder.toBytes()).catch(() => undefined);
  return encoder;
}

async function find(io: Io, words: readonly string[], options: FindOptions): Promise<void> {
  const { t } = io;
  const { run, files } = await wordsOf(t, words);
  const pictures = await readAll(files);
  await withGame(io, run, options, async (drawing) => {
    const { game, config, device, folder } = drawing;
    const label = classIn(t, config, game, options.class);
    const images = joined(pictures.map((picture) => broughtTo(config, picture)));
    const count = pictures.length;
    let starts: Float32Array | undefined;
    if (options.encoder) {
      const encoder = await encoderFor(io, drawing);
      starts = (await encoder.encode({ images, count, shape: config.shape })).latents;
      await encoder.close();
    }
    io.progress.begin(t.compiling);
    const found = await findLatents(
      game.painter(weightsOf(options)),
      { images, count },
      {
        steps: options.steps,
        restarts: options.restarts,
        seed: options.seed,
        starts,
        ...(label !== undefined && { labels: pictures.map(() => label) }),
        ...searching(io),
      },
    );
    const best = found.map(([one]) => one as Found);
    const size = images.length / count;
    const name = (one: Found): string => config.classes[one.label] ?? '';
    const columns = Math.min(10, count);
    const tiles: Tile[] = [];
    for (let row = 0; row < count; row += columns) {
      const places = Array.from({ length: Math.min(columns, count - row) }, (_, i) => row + i);
      const empty = Array.from({ length: columns - places.length }, () =>
        tileOf(config, new Uint8Array(size), ''),
      );
      tiles.push(
        ...places.map((i) => tileOf(config, images.subarray(i * size, (i + 1) * size), '')),
        ...empty,
      );
      tiles.push(
        ...places.map((i) =>
          tileOf(config, best[i]?.image ?? new Uint8Array(size), `${best[i]?.error.toFixed(3) ?? ''}`),
        ),
        ...empty,
      );
    }
    best.forEach((one, i) => io.result(t.ganFound(files[i] ?? '', one.error, name(one))));
    const path = await written(io, options.out, sheetOf(config, tiles, columns));
    io.figures({
      command: 'gan-find',
      run: folder,
      rounds: game.round,
      seed: options.seed,
      device: device.name,
      found: best.map((one, i) => ({
        file: files[i],
        error: one.error,
        class: config.classes[one.label] ?? null,
        numbers: Array.from(one.latent),
      })),
      picture: path,
    });
  });
}

async function fill(io: Io, words: readonly string[], options: InpaintOptions): Promise<void> {
  const { t } = io;
  const { run, files } = await wordsOf(t, words);
  const [picture, mask] = await readAll([files[0] ?? '', options.mask]);
  if (!picture || !mask) return;
  await withGame(io, run, options, async ({ game, config, device, folder }) => {
    const label = classIn(t, config, game, options.class);
    const hole = holeIn(t, config, picture, mask);
    const whole = broughtTo(config, picture, true);
    io.progress.begin(t.compiling);
    const fillings = await inpaint(game.painter(weightsOf(options)), whole, hole, {
      label,
      keep: options.count,
      restarts: Math.max(options.restarts, options.count),
      steps: options.steps,
      seed: options.seed,
      ...searching(io),
    });
    const channels = config.shape[2];
    const covered = whole.map((x, i) => (hole[Math.floor(i / channels)] === 1 ? 110 : x));
    // One filling is the picture itself; several are shown beside what was given.
    const [first] = fillings;
    const bytes =
      options.count === 1 && first
        ? encodePng({ width: config.shape[1], height: config.shape[0], channels: channels === 3 ? 3 : 1, data: first.filled }) // prettier-ignore
        : sheetOf(
            config,
            [
              tileOf(config, covered, ''),
              ...fillings.map((one) => tileOf(config, one.filled, `${config.classes[one.label] ?? ''} ${one.error.toFixed(3)}`)), // prettier-ignore
            ],
            fillings.length + 1,
          );
    const path = await written(io, options.out, bytes);
    io.figures({
      command: 'gan-inpaint',
      run: folder,
      rounds: game.round,
      seed: options.seed,
      device: device.name,
      hole: hole.reduce((a, b) => a + b, 0),
      fillings: fillings.map((one) => ({
        error: one.error,
        class: config.classes[one.label] ?? null,
        numbers: Array.from(one.latent),
      })),
      picture: path,
    });
  });
}
