// The picture a run leaves behind: test digits with what the network took them for, misread ones first.
// Words on it are English, because the font of pictures knows no other letters. Drawing is src/picture's.
import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { contactSheet, EidosError, encodePng, type Split, type Tile } from '../src/index.ts';
import type { Messages } from './messages.ts';

/** How many digits are on a sheet; misread ones take at most half of them. */
const SHEET = { columns: 12, tiles: 96, misread: 48 };

/** What is drawn. */
export interface Reading {
  readonly split: Split;
  /** Probabilities [count, classes], row-major. */
  readonly probabilities: ArrayLike<number>;
  readonly classes: readonly string[];
  /** What stands on top, under the number of digits read right. */
  readonly run: string;
  readonly model: string;
}

/** One digit as it was read. */
interface Read {
  readonly index: number;
  readonly label: number;
  readonly taken: number;
  /** How sure the network was, 0 to 1. */
  readonly sure: number;
}

/** The bytes of the PNG: the surest mistakes first, then digits read right in the order of the data. */
export function drawSheet({ split, probabilities, classes, run, model }: Reading, t: Messages): Uint8Array {
  const reads = readings(split, probabilities, classes.length);
  const misread = reads.filter(({ label, taken }) => label !== taken).sort((a, b) => b.sure - a.sure);
  const right = reads.filter(({ label, taken }) => label === taken);
  const mistakes = misread.slice(0, SHEET.misread);
  const shown = [...mistakes, ...right.slice(0, SHEET.tiles - mistakes.length)];
  const title = [
    t.sheetTitle(model, right.length / reads.length, reads.length),
    run,
    t.sheetMistakes(mistakes.length, misread.length),
  ];
  const tiles = shown.map((read) => tileOf(split, read, classes));
  const options = { columns: SHEET.columns, scale: 2, ink: true, title: title.join('\n') };
  return encodePng(contactSheet(tiles, options));
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
  const [height, width] = shape;
  const size = height * width;
  const [truth, reading] = [classes[label]!, classes[taken]!];
  return {
    pixels: images.subarray(index * size, (index + 1) * size),
    width,
    height,
    channels: 1,
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

/** Writes a file that is whole or not there, and returns its path. */
export async function writeInto(
  folder: string,
  name: string,
  bytes: Uint8Array,
  t: Messages,
): Promise<string> {
  const path = join(folder, name);
  const draft = `${path}.${process.pid}.tmp`;
  try {
    await writeFile(draft, bytes);
    await rename(draft, path);
    return path;
  } catch (error) {
    await rm(draft, { force: true }).catch(() => undefined);
    throw refusal(error, folder, t);
  }
}

const refusal = (error: unknown, folder: string, t: Messages): EidosError =>
  new EidosError(t.noFolder(folder, (error as NodeJS.ErrnoException).code ?? String(error)));
