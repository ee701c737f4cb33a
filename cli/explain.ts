// `eidos explain`: why a trained classifier reads a picture as it does: which pixels speak for a class, what its layers
// make of the picture, or what to add and to erase for it to be read as meant.
import { writeFile } from 'node:fs/promises';
import {
  activationTiles,
  asDrawing,
  coach,
  contactSheet,
  EidosError,
  encodePng,
  filterTiles,
  fontFor,
  gradCam,
  heatMap,
  integratedGradients,
  layerActivations,
  occlusion,
  prepare,
  readPicture,
  saliency,
  type Tile,
} from '../src/index.ts';
import type { Spec } from './command.ts';
import { endingOf } from './idea-pictures.ts';
import type { Io } from './io.ts';
import { nearest, oneOf, UsageError, type SharedOptions } from './options.ts';
import { near } from './sheet.ts';
import { withTrained, type Trained } from './trained.ts';

const ways = ['saliency', 'integrated', 'grad-cam', 'occlusion', 'activations', 'filters', 'coach'] as const;

interface ExplainOptions extends SharedOptions {
  readonly method: (typeof ways)[number];
  readonly class?: string;
  readonly layer?: string;
  readonly out?: string;
}

/** The command. */
export const explain: Spec = {
  name: 'explain',
  computes: true,
  define(command, t, run) {
    command
      .summary(t.explainSummary)
      .description(t.explainDescription)
      .argument('<picture-or-run>', t.explainArgument)
      .argument('[picture]', t.explainPictureArgument)
      .option(
        '--method <name>',
        t.explainMethodOption(ways),
        oneOf(command, t, '--method', ways),
        'integrated',
      )
      .option('--class <name>', t.explainClassOption)
      .option('--layer <name>', t.explainLayerOption)
      .option('--out <file>', t.explainOutOption)
      .action((first: string, second: string | undefined, options: ExplainOptions) =>
        run(options, (io) => start(io, first, second, options)),
      );
  },
  examples: (t) => [
    ['eidos explain three.png', t.exampleExplain],
    ['eidos explain three.png --method coach --class 8', t.exampleExplainCoach],
    ['eidos explain runs/my-run three.png --method grad-cam --json', t.exampleExplainRun],
  ],
};

async function start(
  io: Io,
  first: string,
  second: string | undefined,
  options: ExplainOptions,
): Promise<void> {
  const { t, signal } = io;
  const [which, path] = second === undefined ? [undefined, first] : [first, second];
  const { method, out = `explain-${method}.png` } = options;
  endingOf(t, '--out', out, ['png']);
  if (method === 'coach' && options.class === undefined) throw new UsageError(t.explainMeant);
  // The picture first: a file that cannot be read is known before anything takes time.
  const found = await readPicture(path);
  await withTrained(io, which, options, async (trained) => {
    const { about, model } = trained;
    const [height, width, channels] = about.shape;
    const fits = found.height === height && found.width === width && found.channels === channels;
    if (!fits && !about.preparation) throw new EidosError(t.foolShape(path, about.shape));
    const { data } = fits ? found : prepare(asDrawing(found), about.preparation ?? 'mnist');
    const x = Float32Array.from(data, (v) => v / 255);
    const read = await model.predict({ images: x, shape: about.shape, count: 1 }, { signal });
    signal.throwIfAborted();
    const taken = read.data.indexOf(Math.max(...read.data));
    const asked = options.class === undefined ? taken : about.classes.indexOf(options.class);
    if (asked < 0)
      throw new UsageError(
        t.explainNoClass(options.class ?? '', about.classes, nearest(options.class ?? '', about.classes)),
      );
    const { bytes, figures, lines } = await explained(io, trained, x, asked, options);
    signal.throwIfAborted();
    await writeFile(out, bytes).catch((error: NodeJS.ErrnoException) => {
      throw new EidosError(t.noFile(out, error.code ?? String(error)));
    });
    const name = (k: number): string => about.classes[k] ?? String(k);
    io.result(t.explainRead(near(path), name(taken)));
    for (const line of lines) io.result(line);
    io.result(t.ideaFile(near(out)));
    io.figures({
      command: 'explain',
      run: about.run,
      model: about.name,
      method,
      reads: name(taken),
      class: name(asked),
      ...figures,
      picture: out,
    });
  });
}

/** What an explanation comes to. */
interface Explained {
  readonly bytes: Uint8Array;
  readonly figures: Readonly<Record<string, unknown>>;
  readonly lines: readonly string[];
}

async function explained(
  io: Io,
  { about, model }: Trained,
  x: Float32Array,
  asked: number,
  { method, layer }: ExplainOptions,
): Promise<Explained> {
  const { t } = io;
  const name = about.classes[asked] ?? String(asked);
  if (method === 'coach') return coached(io, { about, model }, x, asked);
  if (method === 'filters')
    return { bytes: await sheet(await filterTiles(model), name), figures: {}, lines: [] };
  if (method === 'activations') {
    if (layer === undefined) throw new UsageError(t.explainNeedsLayer);
    const tiles = activationTiles(await layerActivations(model, x, layer));
    return { bytes: await sheet(tiles, layer), figures: { layer }, lines: [] };
  }
  const [height, width, channels] = about.shape;
  const title = t.explainTitle(method, name);
  const draw = async (map: Float32Array, rows: number, columns: number, each: number): Promise<Uint8Array> =>
    heatMap({
      values: Array.from({ length: rows }, (_, i) =>
        Array.from({ length: columns }, (__, j) =>
          map.subarray((i * columns + j) * each, (i * columns + j + 1) * each).reduce((sum, v) => sum + v, 0),
        ),
      ),
      diverging: true,
      numbers: false,
      cell: 9,
      title,
      format: 'png',
    });
  if (method === 'occlusion') {
    const { map, rows, columns, scores } = await occlusion(model, x, [asked]);
    return { bytes: await draw(map, rows, columns, 1), figures: { score: scores[0] }, lines: [] };
  }
  if (method === 'grad-cam') {
    const seen = await gradCam(model, x, [asked], { ...(layer !== undefined && { layer }) });
    const figures = { score: seen.scores[0], layer: seen.layer };
    return { bytes: await draw(seen.map, height, width, 1), figures, lines: [] };
  }
  if (method === 'saliency') {
    const { map, scores } = await saliency(model, x, [asked]);
    return { bytes: await draw(map, height, width, channels), figures: { score: scores[0] }, lines: [] };
  }
  const { map, scores, gap } = await integratedGradients(model, x, [asked]);
  return {
    bytes: await draw(map, height, width, channels),
    figures: { score: scores[0], gap: gap[0] },
    lines: [t.explainGap(gap[0] ?? NaN)],
  };
}

/** The drawing, what to add, what to erase, and the drawing so changed. */
async function coached(
  { t }: Io,
  { about, model }: Pick<Trained, 'about' | 'model'>,
  x: Float32Array,
  asked: number,
): Promise<Explained> {
  const { success, add, erase, picture, before, after, added, erased } = await coach(model, x, asked);
  const [height, width, channels] = about.shape;
  const size = { width, height, channels: channels === 3 ? 3 : 1 } as const;
  const bytesOf = (values: Float32Array): Uint8Array => Uint8Array.from(values, (v) => Math.round(255 * v));
  const captions = [t.foolBefore, t.coachAdd, t.coachErase, t.foolAfter(about.classes[asked] ?? '')];
  const tiles = [x, add, erase, picture].map((one, i) => ({
    pixels: bytesOf(one),
    ...size,
    caption: captions[i] ?? '',
  }));
  return {
    bytes: await sheet(tiles, ''),
    figures: { success, before: before[asked], after: after[asked], added, erased },
    lines: [t.coached(success, added, erased, before[asked] ?? NaN, after[asked] ?? NaN)],
  };
}

async function sheet(tiles: readonly Tile[], title: string): Promise<Uint8Array> {
  const font = await fontFor(title, ...tiles.map(({ caption = '' }) => caption));
  const scale = Math.max(1, Math.min(8, Math.floor(84 / Math.max(1, ...tiles.map(({ height }) => height)))));
  const words = title === '' ? {} : { title };
  return encodePng(
    contactSheet(tiles, { columns: Math.min(8, tiles.length), scale, gap: 20, ink: true, font, ...words }),
  );
}
