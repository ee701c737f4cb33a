// `eidos gan anomaly`: does a picture belong to what a run learned from, and where does it not? A detector is trained on the
// run's own pictures, once, and kept in its folder.
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  contactSheet,
  detectorFromBytes,
  EidosError,
  encodePng,
  examplesAt,
  trainDetector,
  type Anomalies,
  type Detector,
  type Device,
  type Split,
  type Tile,
} from '../src/index.ts';
import type { Spec } from './command.ts';
import { broughtTo, joined, readAll, wordsOf } from './gan-pictures.ts';
import { configIn, ganRun, loadPictures, type GanConfig } from './gan-run.ts';
import { written } from './gan-sample.ts';
import { openDevice, type Io } from './io.ts';
import { nearest, realNumber, UsageError, wholeNumber, type SharedOptions } from './options.ts';
import { near } from './sheet.ts';

interface AnomalyOptions extends SharedOptions {
  readonly class?: string;
  readonly usual: number;
  readonly steps: number;
  readonly code: number;
  readonly again?: boolean;
  readonly out: string;
}

/** The command. */
export const anomalyCommand: Spec = {
  name: 'anomaly',
  computes: true,
  define(command, t, run) {
    command
      .summary(t.ganAnomalySummary)
      .description(t.ganAnomalyDescription)
      .argument('<run-or-picture>', t.firstPictureArgument)
      .argument('[pictures...]', t.picturesArgument)
      .option('--class <name>', t.ganAnomalyClassOption)
      .option('--usual <share>', t.ganUsualOption, realNumber(command, t, '--usual', [0.5, 1]), 0.99)
      .option('--steps <n>', t.ganDetectorStepsOption, wholeNumber(command, t, '--steps', [1, 100_000]), 1500)
      .option('--code <n>', t.ganCodeOption, wholeNumber(command, t, '--code', [1, 1024]), 16)
      .option('--again', t.ganAgainOption)
      .option('--out <file>', t.ganOutFileOption, 'anomaly.png')
      .action((first: string, others: readonly string[], options: AnomalyOptions) =>
        run(options, (io) => look(io, [first, ...others], options)),
      );
  },
  examples: (t) => [
    ['eidos gan anomaly runs/apples new-photos/', t.exampleGanAnomaly],
    ['eidos gan anomaly odd.png --class 3 --usual 0.95 --json', t.exampleGanAnomalyClass],
  ],
};

/** The pictures that are usual: those of a run, or those of one of its classes. */
async function usualPictures(io: Io, config: GanConfig, name: string | undefined): Promise<Split> {
  const { split, classes } = await loadPictures(io, config);
  if (name === undefined) return split;
  const label = classes.indexOf(name);
  if (label < 0) throw new UsageError(io.t.ganNoClass(name, classes, nearest(name, classes)));
  const places = Array.from(split.labels.keys()).filter((i) => split.labels[i] === label);
  return examplesAt(split, places);
}

async function look(io: Io, words: readonly string[], options: AnomalyOptions): Promise<void> {
  const { t, progress, signal } = io;
  const { run, files } = await wordsOf(t, words);
  const pictures = await readAll(files);
  const info = await ganRun(t, run, () => true);
  const config = configIn(t, info);
  progress.note(t.ganAnomalyRun(near(info.folder), options.class));
  await using device = await openDevice(io, options);
  const images = joined(pictures.map((picture) => broughtTo(config, picture)));
  const kept = join(
    info.folder,
    `detector${options.class === undefined ? '' : `-${options.class}`}.safetensors`,
  );
  const bytes = options.again ? undefined : await readFile(kept).catch(() => undefined);
  const detector = bytes
    ? await detectorFromBytes(new Uint8Array(bytes), { device })
    : await trained(io, await usualPictures(io, config, options.class), device, options);
  // A folder that cannot be written to is no reason not to look.
  if (!bytes) await writeFile(kept, await detector.toBytes()).catch(() => undefined);
  const said = await detector.look({ images, count: pictures.length, shape: config.shape }, { signal });
  const limit = detector.threshold(options.usual);
  const odd = Array.from(said.scores, (score) => score > limit);
  said.scores.forEach((score, i) => io.result(t.ganScore1(files[i] ?? '', score, odd[i] === true)));
  io.result(t.ganLimit(limit, options.usual));
  const path = await written(io, options.out, sheet(config, images, said, odd));
  io.figures({
    command: 'gan-anomaly',
    run: info.folder,
    class: options.class ?? null,
    device: device.name,
    usual: options.usual,
    threshold: limit,
    pictures: files.map((file, i) => ({
      file,
      score: said.scores[i],
      anomaly: odd[i],
      // The share of usual pictures that have a lower score.
      above: detector.usual.filter((x) => x < (said.scores[i] ?? 0)).length / detector.usual.length,
    })),
    picture: path,
  });
  await detector.close();
}

async function trained(
  { t, progress, signal }: Io,
  split: Split,
  device: Device,
  { steps, code, seed }: AnomalyOptions,
): Promise<Detector> {
  if (split.count < 10) throw new EidosError(t.ganTooFewUsual(split.count));
  progress.begin(t.compiling);
  return trainDetector(split, {
    device,
    steps,
    code,
    seed,
    signal,
    onEvent: ({ share, secondsLeft }) =>
      progress.show(() => t.ganDetectorLearns(share) + t.left(secondsLeft)),
  });
}

/** For each picture: it, the same drawn again, and where they differ, in red over it. */
function sheet(
  { shape: [height, width, channels] }: GanConfig,
  images: Uint8Array,
  { scores, maps, drawn }: Anomalies,
  odd: readonly boolean[],
): Uint8Array {
  const size = height * width * channels;
  const most = maps.reduce((a, b) => Math.max(a, b), 1e-9);
  const colours = (bytes: Uint8Array, i: number): Uint8Array =>
    Uint8Array.from({ length: 3 * height * width }, (_, k) => {
      const pixel = Math.floor(k / 3);
      // Ink on paper, as everywhere.
      if (channels === 1) return 255 - (bytes[i * size + pixel] ?? 0);
      return bytes[i * size + 3 * pixel + (k % 3)] ?? 0;
    });
  const tile = (pixels: Uint8Array, more: Partial<Tile> = {}): Tile => ({
    pixels,
    width,
    height,
    channels: 3,
    ...more,
  });
  const tiles = Array.from(scores, (score, i) => {
    const own = colours(images, i);
    const red = own.map((x, k) => {
      const share = Math.min(1, Math.sqrt((maps[i * height * width + Math.floor(k / 3)] ?? 0) / most));
      return Math.round((1 - share) * (255 - (255 - x) / 3) + share * [214, 39, 40][k % 3]!);
    });
    const mark = odd[i] ? ({ mark: 'wrong' } as const) : ({ mark: 'right' } as const);
    return [tile(own, { caption: score.toFixed(3), ...mark }), tile(colours(drawn, i)), tile(red)];
  });
  const scale = Math.max(1, Math.round(96 / height));
  return encodePng(contactSheet(tiles.flat(), { columns: Math.min(9, 3 * tiles.length), scale }));
}
