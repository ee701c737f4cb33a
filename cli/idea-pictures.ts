// Ideas as files and on the terminal: a picture of 280 x 280, the bare numbers as .vf, an idea forming as a GIF, all ten
// on a sheet with what the judge reads, the score by images tried as curves.
import { writeFile } from 'node:fs/promises';
import {
  contactSheet,
  EidosError,
  encodePng,
  fontFor,
  gif,
  ideaPicture,
  mosaic,
  plot,
  terminalPicture,
  writeVf,
  type Picture,
  type Tile,
} from '../src/index.ts';
import type { IdeaOptions } from './idea.ts';
import { saidOf, type Reported } from './idea-report.ts';
import type { Io } from './io.ts';
import type { Messages } from './messages.ts';
import { UsageError } from './options.ts';
import type { Trained } from './trained.ts';

/** What --out may end in. */
export const pictureEndings = ['png', 'vf', 'gif'] as const;

/** The ending of a file's name, one of these. */
export function endingOf<Ending extends string>(
  t: Messages,
  flag: string,
  path: string,
  endings: readonly Ending[],
): Ending {
  const found = /\.([a-z]+)$/i.exec(path)?.[1]?.toLowerCase();
  const known = endings.find((one) => one === found);
  if (known === undefined) throw new UsageError(t.ideaEnding(flag, path, endings));
  return known;
}

/** Where everything went. */
export interface Saved {
  readonly out: string;
  /** The picture of each idea. */
  readonly pictures: readonly string[];
  readonly gif: string | undefined;
  readonly plot: string | undefined;
}

/** Writes all files that were asked for. */
export async function saveIdeas(
  { t }: Io,
  trained: Trained,
  ideas: readonly Reported[],
  { out, gif: animated, plot: curves, method, seed }: IdeaOptions,
): Promise<Saved> {
  const [only] = ideas;
  const single = ideas.length === 1 && only !== undefined;
  const path = out ?? (single ? `idea-${fileWord(only.name)}.png` : 'ideas.png');
  const ending = endingOf(t, '--out', path, pictureEndings);
  const each = (i: number): string =>
    single ? path : path.replace(/\.[a-z]+$/i, `-${fileWord(ideas[i]?.name ?? '')}$&`);
  const pictures: string[] = [];
  for (const [i, idea] of ideas.entries()) {
    const name = ending === 'gif' && !single ? each(i).replace(/gif$/i, 'png') : each(i);
    await write(t, name, ending === 'gif' && !single ? bytesOf(idea, 'png') : bytesOf(idea, ending));
    pictures.push(name);
  }
  if (!single && ending === 'png') {
    const title = t.ideaSheet(trained.about.name, method, seed);
    await write(t, path, encodePng(await sheetOf(t, ideas, title)));
  }
  if (!single && ending === 'gif') await write(t, path, animation(ideas));
  if (animated !== undefined) await write(t, animated, animation(ideas));
  if (curves !== undefined) await write(t, curves, await curvesOf(t, ideas, curves, method));
  return {
    out: !single && ending === 'vf' ? (pictures[0] ?? path) : path,
    pictures,
    gif: animated,
    plot: curves,
  };
}

/** A name as a part of a file's name. */
const fileWord = (name: string): string =>
  name.replaceAll(/[^\p{L}\p{N}+-]+/gu, '-').replaceAll(/^-|-$/g, '');

function bytesOf(idea: Reported, ending: (typeof pictureEndings)[number]): Uint8Array {
  if (ending === 'vf') return writeVf(idea.image);
  if (ending === 'gif') return animation([idea]);
  return encodePng(ideaPicture(idea.image, idea.shape));
}

async function write(t: Messages, path: string, content: string | Uint8Array): Promise<void> {
  await writeFile(path, content).catch((error: NodeJS.ErrnoException) => {
    throw new EidosError(t.noFile(path, error.code ?? String(error)));
  });
}

/** A tile with what the judge reads under it. */
export function tileOf(t: Messages, idea: Reported): Tile {
  const { width, height, channels, data } = ideaPicture(idea.image, idea.shape, 1);
  const { judge } = saidOf(idea);
  const right = idea.class !== undefined && judge?.reads === idea.class;
  return {
    pixels: data,
    width,
    height,
    channels,
    caption: judge ? `${idea.name}\n${t.judgeReads(judge.reads, judge.probability)}` : idea.name,
    ...(judge && idea.class !== undefined && { mark: right ? 'right' : 'wrong' }),
  };
}

/** A sheet of tiles, drawn with a font that has all letters. */
export async function sheetOf(t: Messages, ideas: readonly Reported[], title: string): Promise<Picture> {
  const tiles = ideas.map((idea) => tileOf(t, idea));
  const font = await fontFor(title, ...tiles.map(({ caption = '' }) => caption));
  const ink = ideas[0]?.shape.at(-1) !== 3;
  return contactSheet(tiles, { columns: 5, scale: 4, gap: 18, title, ink, font });
}

/** How ideas form: side by side where there are several, with the last picture shown for longer. */
function animation(ideas: readonly Reported[]): Uint8Array {
  const length = Math.max(1, ...ideas.map(({ frames }) => frames.length));
  const at = (idea: Reported, i: number): Float32Array =>
    i === length ? idea.image : (idea.frames[Math.min(i, idea.frames.length - 1)] ?? idea.image);
  const frames = Array.from({ length: length + 1 }, (_, i) =>
    strip(ideas.map((idea) => ({ ...idea, image: at(idea, i) }))),
  );
  return gif(frames, {
    scale: ideas.length === 1 ? 10 : 4,
    delay: frames.map((_, i) => (i === length ? 1500 : 80)),
  });
}

/** Pictures side by side, five in a row. */
function strip(ideas: readonly Pick<Reported, 'image' | 'shape'>[]): Picture {
  return mosaic(
    ideas.map(({ image, shape }) => ideaPicture(image, shape, 1)),
    5,
  );
}

/** The pictures of ideas, side by side, as a terminal shows them. */
export const asPictures = (ideas: readonly Pick<Reported, 'image' | 'shape'>[]): Picture => strip(ideas);

/** Shows a picture with half blocks where there are colours, else with letters. */
export function showIdeas(io: Io, picture: Picture): void {
  const columns = Math.max(20, Math.min(process.stdout.columns ?? 80, picture.width, 140));
  const { NO_COLOR, COLORTERM, TERM } = process.env;
  const plain = !process.stdout.isTTY || (NO_COLOR !== undefined && NO_COLOR !== '') || TERM === 'dumb';
  const colours = plain ? 'none' : /truecolor|24bit/.test(COLORTERM ?? '') ? 'true' : '256';
  io.result(terminalPicture(picture, { columns, colours }));
}

function curvesOf(
  t: Messages,
  ideas: readonly Reported[],
  path: string,
  method: string,
): Promise<string | Uint8Array> {
  const format = endingOf(t, '--plot', path, ['svg', 'png']);
  const series = ideas.map(({ name, course }) => ({ name, x: course.evaluations, y: course.scores }));
  return plot({ series, x: t.axisEvaluations, y: t.axisScore, title: method, format });
}
