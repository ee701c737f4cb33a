// What `eidos gan` is given to look at: a run and pictures in one list of words, pictures brought to what a generator
// draws, masks, and files written.
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { asDrawing, EidosError, prepare, readPicture, readRun, resize, type Picture } from '../src/index.ts';
import type { GanConfig } from './gan-run.ts';
import type { Messages } from './messages.ts';
import { UsageError } from './options.ts';

/** Words as they were meant: the first may name a run, the rest are pictures, and folders of pictures. */
export async function wordsOf(
  t: Messages,
  words: readonly string[],
): Promise<{ readonly run: string | undefined; readonly files: readonly string[] }> {
  const [first = ''] = words;
  const run = await readRun(first).then(
    () => first,
    () => undefined,
  );
  const files = await Promise.all(words.slice(run === undefined ? 0 : 1).map(filesIn));
  if (files.flat().length === 0) throw new UsageError(t.ganNeedsPicture);
  return { run, files: files.flat() };
}

/** A file, or the pictures of a folder in the order of their names. */
async function filesIn(path: string): Promise<readonly string[]> {
  const found = await stat(path).catch(() => undefined);
  if (!found?.isDirectory()) return [path];
  const names = await readdir(path);
  return names
    .filter((name) => /\.(png|jpe?g|webp|gif|avif|tiff?)$/i.test(name))
    .sort()
    .map((name) => join(path, name));
}

/** The files' pictures; a file that cannot be read is known before anything takes time. */
export const readAll = (files: readonly string[]): Promise<readonly Picture[]> =>
  Promise.all(files.map((file) => readPicture(file)));

const fits = ({ shape: [height, width, channels] }: GanConfig, picture: Picture): boolean =>
  picture.height === height && picture.width === width && picture.channels === channels;

/** A picture as the generator draws such: digits are made as MNIST's were, unless they have their size already. */
export function broughtTo(config: GanConfig, picture: Picture, keepsPlace = false): Uint8Array {
  if (fits(config, picture)) return picture.data;
  const [height, width, channels] = config.shape;
  const frame = { height, width, channels: channels === 3 ? 3 : 1, crop: 'stretch' } as const;
  if (config.data !== 'mnist') return resize(picture, frame).data;
  // A mask says where on the picture: then nothing is moved.
  return keepsPlace ? resize(asDrawing(picture), frame).data : prepare(asDrawing(picture)).data;
}

/** Where a mask is white: [H, W], 1 inside. It must have the picture's size, or the generator's. */
export function holeIn(t: Messages, config: GanConfig, picture: Picture, mask: Picture): Uint8Array {
  const [height, width] = config.shape;
  const same = mask.width === picture.width && mask.height === picture.height;
  if (!same && !(mask.width === width && mask.height === height))
    throw new EidosError(t.ganMaskSize([mask.width, mask.height], [picture.width, picture.height]));
  const small = resize(mask, { height, width, channels: 1, crop: 'stretch' });
  return small.data.map((x) => (x >= 128 ? 1 : 0));
}

/** All pictures' bytes, one after the other. */
export function joined(list: readonly Uint8Array[]): Uint8Array {
  const all = new Uint8Array(list.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const one of list) {
    all.set(one, at);
    at += one.length;
  }
  return all;
}
