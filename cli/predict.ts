// `eidos predict`: what a trained classifier takes pictures for. A picture is brought to what the network learned from:
// for digits that is MNIST's own preparation, unless the picture has the network's size already.
import {
  asDrawing,
  preparations,
  prepare,
  readPicture,
  readRun,
  resize,
  shippedNames,
  type Picture,
  type Preparation,
} from '../src/index.ts';
import type { Spec } from './command.ts';
import type { Io } from './io.ts';
import { oneOf, UsageError, wholeNumber, type SharedOptions } from './options.ts';
import { probabilitiesOf } from './plan.ts';
import { withTrained, type About } from './trained.ts';

const ways = [...preparations, 'none'] as const;

interface PredictOptions extends SharedOptions {
  readonly prepare?: Preparation | 'none';
  readonly invert?: boolean;
  readonly top: number;
}

/** The command. */
export const predict: Spec = {
  name: 'predict',
  computes: true,
  define(command, t, run) {
    command
      .summary(t.predictSummary)
      .description(t.predictDescription)
      .argument('<run-or-picture>', t.firstPictureArgument)
      .argument('[pictures...]', t.picturesArgument)
      .option('--prepare <how>', t.prepareOption, oneOf(command, t, '--prepare', ways))
      .option('--invert', t.invertOption)
      .option('--top <n>', t.topOption, wholeNumber(command, t, '--top', [1, 256]), 3)
      .action((first: string, others: readonly string[], options: PredictOptions) =>
        run(options, (io) => read(io, [first, ...others], options)),
      );
  },
  examples: (t) => [
    ['eidos predict three.png', t.examplePredict],
    ['eidos predict runs/my-run a.png b.jpg --top 1 --json', t.examplePredictMore],
  ],
};

async function read(io: Io, words: readonly string[], options: PredictOptions): Promise<void> {
  const { t, signal } = io;
  const which = (await isTrained(words[0] ?? '')) ? words[0] : undefined;
  const paths = which === undefined ? words : words.slice(1);
  if (paths.length === 0) throw new UsageError(t.needsPicture);
  // Pictures first: a file that cannot be read is known before anything takes time.
  const found: readonly Picture[] = await Promise.all(paths.map((path) => readPicture(path)));
  await withTrained(io, which, options, async ({ about, model }) => {
    const { shape, classes } = about;
    const pictures = found.map((picture) => prepared(picture, about, options));
    const images = new Uint8Array(pictures.flatMap(({ data }) => [...data]));
    const { data } = await model.predict({ images, shape, count: paths.length }, { signal });
    signal.throwIfAborted();
    const probabilities = probabilitiesOf(data, classes.length, about);
    const answers = paths.map((path, i) => {
      const row = probabilities.subarray(i * classes.length, (i + 1) * classes.length);
      return { picture: path, top: best(row, classes, options.top) };
    });
    for (const { picture, top } of answers) io.result(t.takenFor(picture, top));
    io.figures({ command: 'predict', run: about.run, model: about.name, pictures: answers });
  });
}

/** Whether the word is a run or a model that comes with eidos, and no picture. */
const isTrained = async (word: string): Promise<boolean> =>
  (shippedNames as string[]).includes(word) ||
  readRun(word).then(
    () => true,
    () => false,
  );

/** A picture as the network takes it: [height, width, channels]. */
function prepared(
  picture: Picture,
  { shape: [height, width, channels], preparation }: About,
  { prepare: asked, invert = false }: PredictOptions,
): Picture {
  const fits = picture.height === height && picture.width === width;
  const how = asked ?? (fits ? undefined : preparation) ?? 'none';
  if (how !== 'none') return prepare(asDrawing(picture), how);
  const plain = resize(picture, { height, width, channels: channels === 1 ? 1 : 3, crop: 'pad' });
  return invert ? { ...plain, data: plain.data.map((x) => 255 - x) } : plain;
}

/** The likeliest classes, the first first. */
function best(
  row: Float32Array,
  classes: readonly string[],
  count: number,
): { class: string; probability: number }[] {
  return [...row]
    .map((probability, i) => ({ class: classes[i] ?? '', probability }))
    .sort((a, b) => b.probability - a.probability)
    .slice(0, count);
}
