// `eidos gan measure`: how good a generator's pictures are, each figure beside the one that real pictures get. What looks
// at digits is the fixed judge, which only reports here; for other data a network is trained on that data set.
import { writeFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import {
  contactSheet,
  conv2d,
  dense,
  EidosError,
  encodePng,
  examplesAt,
  examplesFrom,
  flatten,
  judge,
  judges,
  maxPool2d,
  measure,
  nearestTo,
  trainEye,
  sequential,
  type Eye,
  type Measures,
  type Model,
  type Split,
  type Tile,
} from '../src/index.ts';
import type { Spec } from './command.ts';
import { isDataset, loadData } from './data-source.ts';
import { loadPictures, withGame, type Drawing, type GanConfig } from './gan-run.ts';
import type { Io } from './io.ts';
import { realNumber, UsageError, wholeNumber, type SharedOptions } from './options.ts';
import { near, prepareFolder } from './sheet.ts';
import { table } from './table.ts';

interface MeasureOptions extends SharedOptions {
  readonly samples: number;
  readonly truncation?: number;
  readonly latest?: boolean;
  readonly best?: boolean;
  readonly trainOnSamples?: boolean;
  readonly out: string;
}

/** The command. */
export const measureCommand: Spec = {
  name: 'measure',
  computes: true,
  define(command, t, run) {
    command
      .summary(t.ganMeasureSummary)
      .description(t.ganMeasureDescription)
      .argument('[run]', t.runArgument)
      .option('--samples <n>', t.ganSamplesOption, wholeNumber(command, t, '--samples', [20, 50_000]), 10_000)
      .option('--truncation <x>', t.ganTruncationOption, realNumber(command, t, '--truncation', [0, 1], true))
      .option('--latest', t.ganLatestOption)
      .option('--best', t.ganBestOption)
      .option('--train-on-samples', t.ganTrainOnOption)
      .option('--out <file>', t.ganNearestOutOption, 'nearest.png')
      .action((which: string | undefined, options: MeasureOptions) =>
        run(options, (io) => measured(io, which, options)),
      );
  },
  examples: (t) => [
    ['eidos gan measure', t.exampleGanMeasure],
    ['eidos gan measure runs/digits --samples 2000 --json', t.exampleGanMeasureFew],
  ],
};

/** Real pictures of two kinds. */
interface Real {
  readonly train: Split;
  readonly test: Split;
  readonly classes: readonly string[];
  /** Whether these are halves of what was learned from, because nothing was held out. */
  readonly halves: boolean;
}

/** A data set has pictures to test with; of a folder every second one is taken for that. */
async function realPictures(io: Io, config: GanConfig): Promise<Real> {
  if (isDataset(config.data)) {
    const { train, test, classes } = await loadData(io, config);
    return { train, test, classes, halves: false };
  }
  const { split } = await loadPictures(io, config);
  const half = (first: number): Split =>
    examplesAt(
      split,
      Array.from({ length: split.count >> 1 }, (_, i) => 2 * i + first),
    );
  return { train: half(0), test: half(1), classes: config.classes, halves: true };
}

/** The judge for digits; for anything else a network that learns the pictures now. */
async function eyeFor(io: Io, { config, device }: Drawing, { train, classes }: Real): Promise<Eye> {
  const digits = config.data === 'mnist' && judges(config.shape);
  if (digits) return judge({ device });
  const { t, progress, signal } = io;
  progress.begin(t.compiling);
  return trainEye(train, classes, {
    device,
    signal,
    onEvent: ({ share }) => progress.show(() => t.ganEyeLearns(share)),
  });
}

async function measured(io: Io, which: string | undefined, options: MeasureOptions): Promise<void> {
  const { t, progress, signal } = io;
  const { seed, truncation = 1, samples: count } = options;
  await withGame(io, which, options, async (drawing) => {
    const { game, config, device, folder } = drawing;
    const conditional = game.rules.classes > 0;
    if (options.trainOnSamples && !conditional) throw new UsageError(t.ganTrainOnNeedsClasses);
    const real = await realPictures(io, config);
    const eye = await eyeFor(io, drawing, real);
    try {
      progress.begin(t.ganDraws(count));
      const labels = Array.from({ length: count }, (_, i) => i % Math.max(1, game.rules.classes));
      const weights = options.latest ? ({ weights: 'latest' } as const) : {};
      const drawn = await game.sample({ count, seed, labels, truncation, ...weights });
      signal.throwIfAborted();
      const shape = real.train.shape;
      const samples = { ...drawn, shape, ...(conditional && { labels }) };
      const figures = await measure(
        { ...real, samples, ...(real.classes.length < 2 && unnamed(real)) },
        {
          device,
          eye,
          signal,
          onEvent: ({ stage, share }) => progress.show(() => t.ganMeasures(stage, share)),
        },
      );
      const close = await nearestSheet(io, drawing, real, samples, options.out);
      const learned = options.trainOnSamples
        ? await trainedOnSamples(io, drawing, real, { ...samples, labels: Uint8Array.from(labels) })
        : undefined;
      tell(io, figures, { config, real, eye, close, learned });
      io.figures({
        command: 'gan-measure',
        run: folder,
        rounds: game.round,
        samples: count,
        seed,
        device: device.name,
        ...figuresOf(figures, eye, config),
        ...close,
        ...learned,
      });
    } finally {
      await eye.close();
    }
  });
}

const unnamed = ({ train, test }: Real) => ({
  train: { images: train.images, count: train.count, shape: train.shape },
  test: { images: test.images, count: test.count, shape: test.shape },
});

/** How near samples are to what was learned from, and how near pictures are that were not. */
interface Closeness {
  /** Median distances, pixels in [0, 1]. */
  readonly nearest: number;
  readonly nearestOfTest: number;
  readonly picture: string;
}

const median = (list: readonly number[]): number => list.toSorted((a, b) => a - b)[list.length >> 1] ?? NaN;

/** Samples of which the nearest training pictures are sought. */
const sought = 500;

/** Ten samples a row, and the nearest training picture under each. */
async function nearestSheet(
  io: Io,
  { device }: Drawing,
  { train, test }: Real,
  samples: { readonly images: Uint8Array; readonly count: number; readonly shape: Split['shape'] },
  out: string,
): Promise<Closeness> {
  const { t, progress, signal } = io;
  progress.begin(t.ganSeeksNearest);
  const [height, width, channels] = train.shape;
  const size = height * width * channels;
  const some = (pile: typeof samples) => {
    const count = Math.min(sought, pile.count);
    return { images: pile.images.subarray(0, count * size), count, shape: train.shape };
  };
  const found = await nearestTo(device, some(samples), train, signal);
  const others = await nearestTo(device, some(test), train, signal);
  const tile = (images: Uint8Array, i: number, caption: string): Tile => ({
    pixels: images.subarray(i * size, (i + 1) * size),
    width,
    height,
    channels: channels === 3 ? 3 : 1,
    caption,
  });
  const rows = Math.min(2, Math.floor(Math.min(found.length, 20) / 10)) || 1;
  const tiles = Array.from({ length: rows }, (_, row) => {
    const places = Array.from({ length: Math.min(10, found.length) }, (_, i) => 10 * row + i);
    return [
      ...places.map((i) => tile(samples.images, i, '')),
      ...places.map((i) => tile(train.images, found[i]?.index ?? 0, (found[i]?.distance ?? NaN).toFixed(1))),
    ];
  });
  const scale = Math.max(1, Math.round(64 / height));
  const sheet = contactSheet(tiles.flat(), {
    columns: 10,
    scale,
    ink: channels === 1,
    title: t.ganNearestTitle,
  });
  const path = resolve(out);
  await prepareFolder(dirname(path), t);
  await writeFile(path, encodePng(sheet)).catch((error: NodeJS.ErrnoException) => {
    throw new EidosError(t.noFolder(path, error.code ?? String(error)));
  });
  const distances = (list: typeof found): number[] => list.map(({ distance }) => distance);
  return { nearest: median(distances(found)), nearestOfTest: median(distances(others)), picture: path };
}

/** How a network does on real pictures that learned from samples, and one that learned from as many real ones. */
interface Learned {
  readonly trainedOnSamples: number;
  readonly trainedOnReal: number;
}

/** A small network for pictures of any size. */
const student = (classes: number): Model =>
  sequential(
    conv2d(32, 3, { padding: 'same', activation: 'relu' }),
    maxPool2d(2),
    conv2d(64, 3, { padding: 'same', activation: 'relu' }),
    maxPool2d(2),
    flatten(),
    dense(64, { activation: 'relu' }),
    dense(classes, { activation: 'softmax' }),
  );

/** Passes over what is learned from. */
const epochs = 5;

async function trainedOnSamples(
  { t, progress, signal }: Io,
  { device }: Drawing,
  { train, test, classes }: Real,
  samples: Split,
): Promise<Learned> {
  const learn = async (data: Split, what: 'samples' | 'real'): Promise<number> => {
    await using model = student(classes.length).build(train.shape);
    model.compile({
      device,
      optimizer: 'adam',
      loss: 'sparseCategoricalCrossentropy',
      metrics: ['accuracy'],
    });
    await model.fit(data, {
      epochs,
      batchSize: 64,
      signal,
      onEvent: ({ epoch, secondsLeft }) =>
        progress.show(() => t.ganLearnsFrom(what, epoch, epochs) + t.left(secondsLeft)),
    });
    signal.throwIfAborted();
    return (await model.evaluate(test, { signal })).accuracy ?? NaN;
  };
  const count = Math.min(samples.count, train.count);
  return {
    trainedOnSamples: await learn(samples, 'samples'),
    trainedOnReal: await learn(examplesFrom(train, 0, count), 'real'),
  };
}

/** What --json gives of the measures. The judge's own distance has its own name: others cannot be compared with it. */
function figuresOf(
  { eye: kind, samples, floor, testScore, reading, count }: Measures,
  eye: Eye,
  config: GanConfig,
) {
  const fid = kind.startsWith('judge') ? 'judgeFid' : 'fid';
  const both = (name: string, a: number | undefined, b: number | undefined) =>
    a === undefined ? {} : { [name]: a, [`${name}Floor`]: b };
  const worst = reading?.worstClass;
  return {
    eye: kind,
    compared: count,
    ...both(fid, samples.frechetDistance, floor.frechetDistance),
    ...both('kid', samples.kernelDistance, floor.kernelDistance),
    ...both('precision', samples.precision, floor.precision),
    ...both('recall', samples.recall, floor.recall),
    ...both('density', samples.density, floor.density),
    ...both('coverage', samples.coverage, floor.coverage),
    ...both('withinClassCoverage', samples.withinClass?.coverage, floor.withinClass?.coverage),
    ...both('colourDistance', samples.colourDistance, floor.colourDistance),
    ...(samples.inceptionScore !== undefined && {
      inceptionScore: samples.inceptionScore,
      inceptionScoreReal: testScore,
    }),
    ...(reading && {
      classShares: Object.fromEntries(eye.words.map((word, i) => [word, reading.shares[i]])),
      judgeAccuracy: reading.accuracy ?? null,
      worstClass: worst ? { class: config.classes[worst.class], accuracy: worst.accuracy } : null,
    }),
  };
}

interface Told {
  readonly config: GanConfig;
  readonly real: Real;
  readonly eye: Eye;
  readonly close: Closeness;
  readonly learned: Learned | undefined;
}

/** A table for people: what was measured, and what real pictures get. */
function tell(
  io: Io,
  { samples, floor, testScore, reading, count }: Measures,
  { config, real, eye, close, learned }: Told,
): void {
  const { t } = io;
  const result = (line: string): void => io.result(line);
  result(t.ganEye(eye.kind));
  result(t.ganFloor(count, real.halves));
  const number = (x: number | undefined, digits: number): string =>
    x === undefined ? '' : x.toFixed(digits);
  const row = (name: string, a: number | undefined, b: number | undefined, digits = 3): string[][] =>
    a === undefined ? [] : [[name, number(a, digits), number(b, digits)]];
  const rows = [
    ['', t.ganOfSamples, t.ganOfReal],
    ...row(t.ganFid, samples.frechetDistance, floor.frechetDistance),
    ...row('KID', samples.kernelDistance, floor.kernelDistance, 5),
    ...row(t.ganPrecision, samples.precision, floor.precision),
    ...row(t.ganRecall, samples.recall, floor.recall),
    ...row(t.ganDensity, samples.density, floor.density),
    ...row(t.ganCoverage, samples.coverage, floor.coverage),
    ...row(t.ganWithin, samples.withinClass?.coverage, floor.withinClass?.coverage),
    ...row(t.ganColour, samples.colourDistance, floor.colourDistance, 2),
    ...row(t.ganScore, samples.inceptionScore, testScore),
    ...row(t.ganNear, close.nearest, close.nearestOfTest, 2),
    ...row(t.ganTrainedOn, learned?.trainedOnSamples, learned?.trainedOnReal, 4),
  ];
  for (const line of table(rows, [1, 2])) result(line);
  if (reading?.accuracy !== undefined) {
    const { class: worst = 0, accuracy = NaN } = reading.worstClass ?? {};
    result(t.ganAsAsked(reading.accuracy, config.classes[worst] ?? '', accuracy));
  }
  if (reading) result(t.ganShares(eye.words, reading.shares));
  result(t.ganDrawn(near(close.picture)));
}
