// The picture a run leaves behind: test examples with what the network took them for, misread ones first. Drawing is
// src/picture's. Beside it the little that commands need of folders: whether one can be written to, how paths are said.
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { isAbsolute, join, relative } from 'node:path';
import { contactSheet, EidosError, encodePng, fontFor, type Split, type Tile } from '../src/index.ts';
import type { Messages } from './messages.ts';

/** How many examples are on a sheet; misread ones take at most half of them. */
const SHEET = { columns: 12, tiles: 96, misread: 48, scale: 2 };

/** What is drawn. */
export interface Reading {
  readonly split: Split;
  /** Probabilities [count, classes], row-major. */
  readonly probabilities: ArrayLike<number>;
  readonly classes: readonly string[];
  /** What stands on top, under the number of examples read right. */
  readonly run: string;
  readonly model: string;
}

/** One example as it was read. */
interface Read {
  readonly index: number;
  readonly label: number;
  readonly taken: number;
  /** How sure the network was, 0 to 1. */
  readonly sure: number;
}

/** Whether examples can be seen: strokes of a few points cannot. */
export const isDrawable = ([height, width]: Split['shape']): boolean => Math.min(height, width) >= 4;

/** What the file is called. */
export const sheetName = (classes: readonly string[]): string =>
  classes.every((name) => /^\d$/.test(name)) ? 'test-digits.png' : 'test-pictures.png';

/** The bytes of the PNG: the surest mistakes first, then examples read right in the order of the data. */
export async function drawSheet(
  { split, probabilities, classes, run, model }: Reading,
  t: Messages,
): Promise<Uint8Array> {
  const reads = readings(split, probabilities, classes.length);
  const misread = reads.filter(({ label, taken }) => label !== taken).sort((a, b) => b.sure - a.sure);
  const right = reads.filter(({ label, taken }) => label === taken);
  const mistakes = misread.slice(0, SHEET.misread);
  const shown = [...mistakes, ...right.slice(0, SHEET.tiles - mistakes.length)];
  const title = [
    t.sheetTitle(model, right.length / reads.length, reads.length),
    run,
    t.sheetMistakes(mistakes.length, misread.length),
  ].join('\n');
  const tiles = shown.map((read) => tileOf(split, read, classes));
  const font = await fontFor(title, ...classes);
  // Grey sets are ink, light on black; photographs are what they are.
  const ink = split.shape[2] === 1;
  return encodePng(contactSheet(tiles, { columns: SHEET.columns, scale: SHEET.scale, ink, title, font }));
}

function readings({ labels, count }: Split, probabilities: ArrayLike<number>, classes: number): Read[] {
  return Array.from({ length: count }, (_, index) => {
    let taken = 0;
    for (let i = 1; i < classes; i++) {
      if (probabilities[index * classes + i]! > probabilities[index * classes + taken]!) taken = i;
    }
    return { index, label: labels[index]!, taken, sure: probabilities[index * classes + taken]! };
  });
}

function tileOf(
  { images, shape }: Split,
  { index, label, taken, sure }: Read,
  classes: readonly string[],
): Tile {
  const [height, width, channels] = shape;
  const size = height * width * channels;
  const [truth, reading] = [classes[label]!, classes[taken]!];
  return {
    pixels: images.subarray(index * size, (index + 1) * size),
    width,
    height,
    channels: channels === 3 ? 3 : 1,
    caption: `${label === taken ? truth : `${truth} → ${reading}`}\n${Math.floor(100 * sure)}%`,
    mark: label === taken ? 'right' : 'wrong',
  };
}

/** Makes the folder and sees that it can be written to, before anything that takes time. */
export async function prepareFolder(folder: string, t: Messages): Promise<void> {
  const probe = join(folder, `.eidos-${process.pid}`);
  try {
    await mkdir(folder, { recursive: true });
    await writeFile(probe, '');
    await rm(probe);
  } catch (error) {
    throw refusal(error, folder, t);
  }
}

/** A path from here, if it is in this folder. */
export function near(path: string): string {
  const from = relative('.', path);
  return from === '' || from.startsWith('..') || isAbsolute(from) ? path : from;
}

const refusal = (error: unknown, folder: string, t: Messages): EidosError =>
  new EidosError(t.noFolder(folder, (error as NodeJS.ErrnoException).code ?? String(error)));
