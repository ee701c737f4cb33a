// `eidos gan gif`: how a generator learned, as one moving picture, from the grids that its run left behind; two runs side by
// side where a second one is named.
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { contactSheet, EidosError, gif, readPicture, resize, type Picture, type Tile } from '../src/index.ts';
import type { Spec } from './command.ts';
import { configIn, ganRun } from './gan-run.ts';
import { written } from './gan-sample.ts';
import type { Io } from './io.ts';
import { wholeNumber, type SpeechOptions } from './options.ts';
import { near } from './sheet.ts';

interface GifOptions extends SpeechOptions {
  readonly delay: number;
  readonly width: number;
  readonly frames: number;
  readonly strip?: boolean;
  readonly out: string;
}

/** The command. */
export const gifCommand: Spec = {
  name: 'gif',
  define(command, t, run) {
    command
      .summary(t.ganGifSummary)
      .description(t.ganGifDescription)
      .argument('[run]', t.runArgument)
      .argument('[other]', t.ganOtherArgument)
      .option('--delay <ms>', t.ganDelayOption, wholeNumber(command, t, '--delay', [20, 10_000]), 300)
      .option('--width <n>', t.ganWidthOption, wholeNumber(command, t, '--width', [64, 2000]), 480)
      .option('--frames <n>', t.ganFramesOption, wholeNumber(command, t, '--frames', [1, 500]), 60)
      .option('--strip', t.ganStripOption)
      .option('--out <file>', t.ganOutFileOption, 'timeline.gif')
      .action((which: string | undefined, other: string | undefined, options: GifOptions) =>
        run(options, (io) => animate(io, which, other, options)),
      );
  },
  examples: (t) => [
    ['eidos gan gif', t.exampleGanGif],
    ['eidos gan gif runs/a runs/b --out both.gif', t.exampleGanGifTwo],
  ],
};

/** A run's grids by round. */
interface Timeline {
  readonly name: string;
  readonly folder: string;
  readonly frames: readonly { readonly round: number; readonly picture: Picture }[];
}

async function timelineOf(
  io: Io,
  which: string | undefined,
  kind: 'round' | 'strip',
  width: number,
): Promise<Timeline> {
  const { t, progress, signal } = io;
  const info = await ganRun(t, which, () => true);
  const { recipe } = configIn(t, info);
  const folder = join(info.folder, 'pictures');
  const names = await readdir(folder).catch((): string[] => []);
  const found = names.filter((name) => new RegExp(`^${kind}-\\d+\\.png$`).test(name)).sort();
  if (found.length === 0) throw new EidosError(t.ganNoGrids(near(info.folder)));
  progress.begin(t.looking(near(folder)));
  const frames: { round: number; picture: Picture }[] = [];
  for (const name of found) {
    signal.throwIfAborted();
    const picture = await readPicture(join(folder, name));
    const smaller = Math.min(1, width / picture.width);
    const size = { width: Math.round(picture.width * smaller), height: Math.round(picture.height * smaller) };
    frames.push({
      round: Number(/\d+/.exec(name)?.[0]),
      picture: resize(picture, { ...size, channels: 3, crop: 'stretch' }),
    });
  }
  return { name: recipe, folder: info.folder, frames };
}

/** The last grid that a run had drawn at a round, and the first one before that. */
const frameAt = ({ frames }: Timeline, round: number): Timeline['frames'][number] | undefined =>
  frames.findLast((frame) => frame.round <= round) ?? frames[0];

/** At most so many of a list, evenly, the first and the last among them. */
function some<T>(list: readonly T[], most: number): readonly T[] {
  if (list.length <= most) return list;
  const places = Array.from({ length: most }, (_, i) =>
    Math.round((i * (list.length - 1)) / Math.max(1, most - 1)),
  );
  return places.flatMap((place) => list.slice(place, place + 1));
}

async function animate(
  io: Io,
  which: string | undefined,
  other: string | undefined,
  options: GifOptions,
): Promise<void> {
  const { t } = io;
  const kind = options.strip ? 'strip' : 'round';
  const width = other === undefined ? options.width : Math.floor(options.width / 2);
  const runs = [await timelineOf(io, which, kind, width)];
  if (other !== undefined) runs.push(await timelineOf(io, other, kind, width));
  // By rounds: whichever run draws, the other shows what it had drawn by then.
  const all = [...new Set(runs.flatMap(({ frames }) => frames.map(({ round }) => round)))].sort(
    (x, y) => x - y,
  );
  const rounds = some(all, options.frames);
  const sheets = rounds.map((round) =>
    contactSheet(
      runs.map((one): Tile => {
        const frame = frameAt(one, round);
        const { width: w = 1, height = 1, data = new Uint8Array(3) } = frame?.picture ?? {};
        const caption = t.ganFrame(one.name, frame?.round ?? 0);
        return { pixels: data, width: w, height, channels: 3, caption };
      }),
      { columns: runs.length, scale: 1, gap: 12 },
    ),
  );
  const [most, tall] = [
    Math.max(...sheets.map((one) => one.width)),
    Math.max(...sheets.map((one) => one.height)),
  ];
  const even = sheets.map((one) => padded(one, most, tall));
  // The last one stays a while.
  const delay = even.map((_, i) => (i === even.length - 1 ? Math.max(1500, options.delay) : options.delay));
  const path = await written(io, options.out, gif(even, { delay }));
  io.figures({
    command: 'gan-gif',
    run: runs[0]?.folder,
    ...(runs[1] && { other: runs[1].folder }),
    frames: even.length,
    rounds,
    picture: path,
  });
}

/** The picture with its last row and column repeated until it has this size: captions of different lengths make sheets of different widths. */
function padded(picture: Picture, width: number, height: number): Picture {
  const { channels } = picture;
  const data = new Uint8Array(width * height * channels);
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) {
      const from =
        (Math.min(y, picture.height - 1) * picture.width + Math.min(x, picture.width - 1)) * channels;
      for (let c = 0; c < channels; c++) data[(y * width + x) * channels + c] = picture.data[from + c] ?? 0;
    }
  return { width, height, channels, data };
}
