// `eidos fool`: changes a picture as little as can be seen, so that a trained classifier reads it as something else; or
// attacks a whole data set, and says how many are still read right. The judge says what the changed picture shows.
import { writeFile } from 'node:fs/promises';
import {
  contactSheet,
  dataset,
  EidosError,
  encodePng,
  fontFor,
  plot,
  prepare,
  asDrawing,
  readPicture,
  robustness,
  subset,
  type Dataset,
  type RobustnessOptions,
} from '../src/index.ts';
import type { Spec } from './command.ts';
import { attackNames, attacked, type Attacked, type AttackOptions } from './fool-attack.ts';
import { endingOf } from './idea-pictures.ts';
import { verdictsOf } from './idea-report.ts';
import type { Io } from './io.ts';
import { nearest, oneOf, realNumber, UsageError, wholeNumber, type SharedOptions } from './options.ts';
import { near } from './sheet.ts';
import { withTrained, type Trained } from './trained.ts';

interface FoolOptions extends SharedOptions, AttackOptions {
  readonly from?: string;
  readonly to?: string;
  readonly picture?: string;
  readonly data?: string;
  readonly limit?: number;
  readonly out?: string;
  readonly curve?: string;
}

/** The command. */
export const fool: Spec = {
  name: 'fool',
  computes: true,
  define(command, t, run) {
    command
      .summary(t.foolSummary)
      .description(t.foolDescription)
      .argument('[run]', t.runArgument)
      .option('--from <class>', t.foolFromOption)
      .option('--to <class>', t.foolToOption)
      .option('--picture <file>', t.foolPictureOption)
      .option('--data <name>', t.foolDataOption)
      .option('--limit <n>', t.testLimitOption, wholeNumber(command, t, '--limit', [1, 1e9]))
      .option('--attack <name>', t.foolAttackOption(attackNames), oneOf(command, t, '--attack', attackNames))
      .option('--norm <name>', t.foolNormOption, oneOf(command, t, '--norm', ['linf', 'l2']))
      .option('--epsilon <x>', t.foolEpsilonOption, realNumber(command, t, '--epsilon', [0, 100]))
      .option('--steps <n>', t.foolStepsOption, wholeNumber(command, t, '--steps', [1, 100_000]))
      .option('--restarts <n>', t.foolRestartsOption, wholeNumber(command, t, '--restarts', [1, 1000]), 1)
      .option('--out <file>', t.foolOutOption)
      .option('--curve <file>', t.foolCurveOption)
      .action((which: string | undefined, options: FoolOptions) =>
        run(options, (io) => start(io, which, options)),
      );
  },
  examples: (t) => [
    ['eidos fool --from 0 --to 9', t.exampleFool],
    ['eidos fool --data mnist --attack pgd --epsilon 0.1 --limit 500', t.exampleFoolData],
    ['eidos fool --picture mine.png --from 0 --to 9 --attack pgd', t.exampleFoolPicture],
  ],
};

async function start(io: Io, which: string | undefined, options: FoolOptions): Promise<void> {
  const { t } = io;
  if ((options.data === undefined) === (options.from === undefined)) throw new UsageError(t.foolNeeds);
  for (const [flag, path] of [
    ['--out', options.out],
    ['--curve', options.curve],
  ] as const)
    if (path !== undefined) endingOf(t, flag, path, ['png']);
  await withTrained(io, which, options, (trained) =>
    options.data === undefined ? foolOne(io, trained, options) : foolAll(io, trained, options),
  );
}

/** The number of a class by its name. */
function classOf({ t }: Io, { about: { classes } }: Trained, name: string): number {
  const found = classes.indexOf(name);
  if (found < 0) throw new UsageError(t.foolNoClass(name, classes, nearest(name, classes)));
  return found;
}

const load = ({ t, progress }: Io, name: string): Promise<Dataset> => {
  progress.begin(t.looking(name));
  return dataset(name as 'mnist', {
    onProgress: ({ file, received, total }) => progress.show(() => t.downloading(file, received, total)),
  });
};

/** The picture to attack: the caller's, or the first test picture of the class that is read right. */
async function victim(
  io: Io,
  trained: Trained,
  from: number,
  { picture }: FoolOptions,
): Promise<Float32Array> {
  const { about, model } = trained;
  const [height, width, channels] = about.shape;
  if (picture !== undefined) {
    const found = await readPicture(picture);
    const fits = found.height === height && found.width === width && found.channels === channels;
    if (!fits && !about.preparation) throw new EidosError(io.t.foolShape(picture, about.shape));
    const { data } = fits ? found : prepare(asDrawing(found), about.preparation ?? 'mnist');
    return Float32Array.from(data, (x) => x / 255);
  }
  const { test } = await load(io, about.data);
  const size = height * width * channels;
  const { data } = await model.predict(subset(test, 1000));
  for (let i = 0; i < Math.min(1000, test.count); i++) {
    const row = data.subarray(i * about.classes.length, (i + 1) * about.classes.length);
    if (test.labels[i] === from && row.indexOf(Math.max(...row)) === from)
      return Float32Array.from(test.images.subarray(i * size, (i + 1) * size), (x) => x / 255);
  }
  throw new EidosError(io.t.foolNoVictim(about.classes[from] ?? String(from)));
}

async function foolOne(io: Io, trained: Trained, options: FoolOptions): Promise<void> {
  const { t, signal } = io;
  const { about } = trained;
  const from = classOf(io, trained, options.from ?? '');
  const to = options.to === undefined ? undefined : classOf(io, trained, options.to);
  if (to === from) throw new UsageError(t.foolSame(options.from ?? ''));
  const picture = await victim(io, trained, from, options);
  signal.throwIfAborted();
  const begin = performance.now();
  const found = await attacked(trained, picture, { from, to }, options);
  const seconds = (performance.now() - begin) / 1000;
  signal.throwIfAborted();
  const [verdict] = (await verdictsOf(trained, [found.picture])) ?? [];
  const out = options.out ?? `fool-${about.classes[from]}.png`;
  await save(io, out, await sheet(io, trained, picture, found));
  const name = (k: number): string => about.classes[k] ?? String(k);
  io.result(t.fooled({ ...found, from: name(from), read: name(found.read), judge: verdict?.reads, seconds }));
  io.result(t.ideaFile(near(out)));
  io.figures({
    command: 'fool',
    run: about.run,
    model: about.name,
    attack: found.attack,
    from: name(from),
    to: to === undefined ? null : name(to),
    success: found.success,
    read: name(found.read),
    distance: found.distance,
    distances: found.distances,
    judgeReads: verdict?.reads ?? null,
    seconds,
    picture: out,
  });
}

/** The picture, the changed one, and the change: grey where nothing changed. */
async function sheet(
  { t }: Io,
  { about }: Trained,
  before: Float32Array,
  found: Attacked,
): Promise<Uint8Array> {
  const [height, width, channels] = about.shape;
  const bytes = (f: (i: number) => number): Uint8Array =>
    Uint8Array.from(before, (_, i) => Math.round(255 * Math.min(1, Math.max(0, f(i)))));
  const captions = [t.foolBefore, t.foolAfter(about.classes[found.read] ?? ''), t.foolChange];
  const pixels = [
    bytes((i) => before[i] ?? 0),
    bytes((i) => found.picture[i] ?? 0),
    bytes((i) => 0.5 + ((found.picture[i] ?? 0) - (before[i] ?? 0)) / 2),
  ];
  const size = { width, height, channels: channels === 3 ? 3 : 1 } as const;
  const tiles = pixels.map((one, i) => ({ pixels: one, ...size, caption: captions[i] ?? '' }));
  const font = await fontFor(...captions);
  return encodePng(contactSheet(tiles, { columns: 3, scale: 6, gap: 24, ink: false, font }));
}

async function save({ t }: Io, path: string, content: Uint8Array): Promise<void> {
  await writeFile(path, content).catch((error: NodeJS.ErrnoException) => {
    throw new EidosError(t.noFile(path, error.code ?? String(error)));
  });
}

/** Shares of epsilon that the curve is drawn at. */
const SHARES = [0.25, 0.5, 0.75, 1] as const;

async function foolAll(io: Io, { about, model }: Trained, options: FoolOptions): Promise<void> {
  const { t, progress, signal } = io;
  const {
    attack = 'pgd',
    norm = 'linf',
    epsilon = norm === 'linf' ? 0.3 : 2,
    restarts,
    steps,
    seed,
    curve,
  } = options;
  if (attack === 'smallest' || attack === 'few-pixels') throw new UsageError(t.foolOnlyOne(attack));
  const { test } = await load(io, options.data ?? about.data);
  const some = subset(test, options.limit ?? test.count);
  const strike = (radius: number): ReturnType<typeof robustness> =>
    robustness(model, some, {
      ...({ attack, norm, epsilon: radius, restarts, seed } satisfies RobustnessOptions),
      ...(steps !== undefined && { steps }),
      signal,
      onEvent: ({ restart, done, of, robustAccuracy }) =>
        progress.show(() => t.foolGoesOn(restart, restarts, done, of, robustAccuracy)),
    });
  const begin = performance.now();
  const points = [];
  for (const share of curve === undefined ? [1] : SHARES) points.push(await strike(share * epsilon));
  signal.throwIfAborted();
  const seconds = (performance.now() - begin) / 1000;
  const { cleanAccuracy = NaN, robustAccuracy = NaN } = points.at(-1) ?? {};
  io.result(t.robust(cleanAccuracy, robustAccuracy, some.count));
  if (curve !== undefined) {
    const x = [0, ...SHARES.map((share) => share * epsilon)];
    const y = [cleanAccuracy, ...points.map((one) => one.robustAccuracy)];
    const drawn = await plot({
      series: [{ name: about.name, x, y }],
      x: 'epsilon',
      y: 'accuracy',
      format: 'png',
    });
    await save(io, curve, drawn);
    io.result(t.ideaFile(near(curve)));
  }
  io.figures({
    command: 'fool',
    run: about.run,
    model: about.name,
    data: options.data,
    attack,
    norm,
    epsilon,
    restarts,
    pictures: some.count,
    cleanAccuracy,
    robustAccuracy,
    seconds,
    ...(curve !== undefined && { curve }),
  });
}
