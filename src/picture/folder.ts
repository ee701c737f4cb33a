// Folders of pictures as data sets, and data sets as folders of pictures: what users call and get.
// This file runs in browsers; the files themselves are read by node-folder.ts and written by node-export.ts.
import { check } from '../base/check.ts';
import type { Split } from '../data/split.ts';
import type { Crop } from './resize.ts';

/** How a folder is read. */
export interface PicturesOptions {
  /** Side of the square, or [height, width], that every picture is brought to. */
  readonly size: number | readonly [height: number, width: number];
  /** What is done with pictures of another ratio: cut off both ends, bend, or put white round them. */
  readonly crop?: Crop;
  /** 1 for grey, 3 for colour. */
  readonly channels?: 1 | 3;
  /** `folders`: each sub-folder is a class; `flat`: all are one. By default `folders` where only sub-folders hold pictures. */
  readonly labels?: 'folders' | 'flat';
  /** The part of each class, from 0 to less than 1, that is put aside. */
  readonly validationSplit?: number;
  /** Which pictures are put aside: another seed, others. */
  readonly seed?: number;
  readonly onProgress?: (progress: {
    readonly file: string;
    readonly done: number;
    readonly total: number;
  }) => void;
  readonly signal?: AbortSignal;
}

/** A file that was left out. */
export interface Skipped {
  /** Its path in the folder, with slashes. */
  readonly file: string;
  readonly why: string;
  /** What can be done about it. */
  readonly advice: string;
}

/** Pictures of one size: images [count, height, width, channels], 0 to 255; labels [count], places in `classes`. */
export interface Pictures extends Split {
  /** What the classes are called: the sub-folders' names, sorted by code point. */
  readonly classes: readonly string[];
  /** Each picture's path in the folder, with slashes, in the order of the images. */
  readonly files: readonly string[];
  /** What was left out, and why. */
  readonly skipped: readonly Skipped[];
  /** What `validationSplit` put aside. */
  readonly validation?: Split & { readonly files: readonly string[] };
}

/**
 * The pictures in a folder and its sub-folders, sorted by path (by code point), in Node. PNG is read by eidos itself;
 * JPEG, WebP, GIF, AVIF and TIFF need the package sharp. Cameras' turns (EXIF) are applied, transparent parts are put
 * over white. What cannot be read is left out and listed in `skipped`.
 */
export async function pictures(folder: string, options: PicturesOptions): Promise<Pictures> {
  checkNode(`pictures(${folder})`);
  const { readFolder } = await import('./node-folder.ts');
  return readFolder(folder, options);
}

/** How pictures are written. */
export interface ExportOptions {
  readonly onProgress?: (progress: { readonly done: number; readonly total: number }) => void;
  readonly signal?: AbortSignal;
}

/** What exportPictures() did. */
export interface Exported {
  /** Files written now. */
  readonly written: number;
  /** Files that were there already. */
  readonly kept: number;
}

/**
 * Writes each example as a PNG into a sub-folder by its class: `0/00001.png` is example 1, a 0. Whoever stops halfway
 * calls it again: files that are there are kept. In Node.
 */
export async function exportPictures(
  split: Split,
  classes: readonly string[],
  folder: string,
  options: ExportOptions = {},
): Promise<Exported> {
  checkNode(`exportPictures(${folder})`);
  const { writeFolder } = await import('./node-export.ts');
  return writeFolder(split, classes, folder, options);
}

function checkNode(call: string): void {
  check(
    typeof process !== 'undefined' && process.versions?.node !== undefined,
    () => `${call}: needs a file system, got a web page; draw files on a canvas and take their pixels`,
  );
}
