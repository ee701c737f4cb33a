// A folder of pictures as a data set, in Node: finding the files, reading a few at a time, and telling the classes.
// The order is that of the paths' code points, the same on every machine, whoever lists the folder.
import type { Dirent } from 'node:fs';
import { readdir, readFile, realpath, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { check, EidosError } from '../base/check.ts';
import { shuffle } from '../base/rng.ts';
import { range, sizeOf } from '../base/shape.ts';
import { byCodePoint } from '../data/csv.ts';
import { codeOf } from '../data/node-files.ts';
import { examplesAt, type Split } from '../data/split.ts';
import type { Pictures, PicturesOptions, Skipped } from './folder.ts';
import { decodePicture, type Refusal } from './node-decode.ts';
import type { Picture } from './png.ts';
import { resize, type Frame } from './resize.ts';

/** Files that systems put into folders by themselves. */
const litter = /^(\..*|Thumbs\.db|desktop\.ini)$/i;

/** Pictures decoded at once. */
const abreast = 4;

/** Labels are bytes. */
const mostClasses = 256;

/** What is read from a folder: see folder.ts. */
export async function readFolder(folder: string, options: PicturesOptions): Promise<Pictures> {
  const call = `pictures(${folder})`;
  const frame = frameOf(call, options);
  const skipped: Skipped[] = [];
  const found = await listed(call, folder, skipped);
  const labels = options.labels ?? (found.some((path) => !path.includes('/')) ? 'flat' : 'folders');
  const paths = labels === 'flat' ? found : found.filter((path) => path.includes('/'));
  for (const file of found)
    if (labels === 'folders' && !file.includes('/'))
      skipped.push({ file, why: 'is in no class', advice: 'put it into the sub-folder of its class' });
  const images = await readAll({ call, folder, frame, options }, paths, skipped);
  skipped.sort((a, b) => byCodePoint(a.file, b.file));
  const files = paths.filter((_, i) => images[i] !== undefined);
  check(files.length > 0, () => `${call}: needs pictures, found none${excuses(skipped)}`);
  const className = (path: string): string =>
    (labels === 'flat'
      ? (folder.split(/[\\/]/).filter(Boolean).at(-1) ?? folder)
      : (path.split('/')[0] ?? '')
    ).normalize('NFC');
  const classes = [...new Set(files.map(className))].sort(byCodePoint);
  check(
    classes.length <= mostClasses,
    () =>
      `${call}: needs at most ${mostClasses} classes, got ${classes.length} sub-folders; labels: 'flat' takes them as one`,
  );
  const place = new Map(classes.map((name, i) => [name, i]));
  const shape = [frame.height, frame.width, frame.channels] as const;
  const split: Split = {
    images: joined(
      images.filter((image) => image !== undefined),
      sizeOf(shape),
    ),
    labels: Uint8Array.from(files, (path) => place.get(className(path)) ?? 0),
    count: files.length,
    shape,
  };
  return { ...parted(call, split, files, options), classes, skipped };
}

function frameOf(call: string, { size, crop = 'centre', channels = 3 }: PicturesOptions): Frame {
  const [height, width] = typeof size === 'number' ? [size, size] : size;
  check(
    [height, width].every((side) => Number.isInteger(side) && side >= 1 && side <= 4096),
    () => `${call}: size must be whole numbers from 1 to 4096, got ${height} x ${width}`,
  );
  check(
    ['centre', 'stretch', 'pad'].includes(crop),
    () => `${call}: crop must be one of centre, stretch, pad, got ${JSON.stringify(crop)}`,
  );
  check([1, 3].includes(channels), () => `${call}: channels must be 1 (grey) or 3 (colour), got ${channels}`);
  return { height, width, channels, crop };
}

/** Paths of all files in a folder and its sub-folders, with slashes, sorted; links are followed, but not round. */
async function listed(call: string, folder: string, skipped: Skipped[]): Promise<string[]> {
  const paths: string[] = [];
  const visited = new Set<string>();
  const walk = async (path: string): Promise<void> => {
    const entries = await readdir(join(folder, path), { withFileTypes: true });
    const real = await realpath(join(folder, path));
    if (visited.has(real)) return;
    visited.add(real);
    for (const entry of entries) {
      if (litter.test(entry.name)) continue;
      const below = path === '' ? entry.name : `${path}/${entry.name}`;
      const kind = await kindOfEntry(entry, join(folder, below));
      if (kind === 'folder')
        await walk(below).catch((error: unknown) => skipped.push(unreadable(below, error)));
      else if (kind === 'file') paths.push(below);
      else
        skipped.push({
          file: below,
          why: `cannot be read (${kind})`,
          advice: 'check that it is there and yours to read',
        });
    }
  };
  try {
    await walk('');
  } catch (error) {
    throw new EidosError(`${call}: cannot read the folder (${codeOf(error)}); check its name`);
  }
  return paths.sort(byCodePoint);
}

async function kindOfEntry(entry: Dirent, path: string): Promise<string> {
  try {
    const what = entry.isSymbolicLink() ? await stat(path) : entry;
    return what.isDirectory() ? 'folder' : what.isFile() ? 'file' : 'neither file nor folder';
  } catch (error) {
    return codeOf(error);
  }
}

const unreadable = (file: string, error: unknown): Skipped => ({
  file,
  why: `cannot be read (${codeOf(error)})`,
  advice: 'check that it is there and yours to read',
});

interface Reading {
  readonly call: string;
  readonly folder: string;
  readonly frame: Frame;
  readonly options: PicturesOptions;
}

/** The pixels of each file, or undefined for one that is added to `skipped`. */
async function readAll(
  { call, folder, frame, options: { onProgress, signal } }: Reading,
  paths: readonly string[],
  skipped: Skipped[],
): Promise<(Uint8Array | undefined)[]> {
  const images = new Array<Uint8Array | undefined>(paths.length).fill(undefined);
  let [next, done] = [0, 0];
  const worker = async (): Promise<void> => {
    for (let i = next++; i < paths.length; i = next++) {
      signal?.throwIfAborted();
      const file = paths[i] ?? '';
      const read = await readOne(call, join(folder, file), frame);
      if (read instanceof Uint8Array) images[i] = read;
      else skipped.push({ file, ...read });
      onProgress?.({ file, done: ++done, total: paths.length });
    }
  };
  try {
    await Promise.all(range(abreast).map(worker));
  } finally {
    next = paths.length; // after a failure, nobody begins another file
  }
  signal?.throwIfAborted();
  return images;
}

async function readOne(
  call: string,
  path: string,
  frame: Frame,
): Promise<Uint8Array | { readonly why: string; readonly advice: string }> {
  let bytes: Uint8Array;
  try {
    bytes = await readFile(path);
  } catch (error) {
    const { why, advice } = unreadable(path, error);
    return { why, advice };
  }
  const picture = await decodePicture(call, bytes, [frame.height, frame.width]);
  return 'why' in picture ? picture : resize(picture, frame).data;
}

/** The picture in a file, as it is: see file.ts. */
export async function readWhole(path: string): Promise<Picture> {
  const call = `readPicture(${path})`;
  let found: Picture | Refusal;
  try {
    // Only what is larger than anyone needs comes smaller.
    found = await decodePicture(call, await readFile(path), [1024, 1024]);
  } catch (error) {
    if (error instanceof EidosError) throw error;
    found = unreadable(path, error);
  }
  if ('why' in found) throw new EidosError(`${call}: the file ${found.why}; ${found.advice}`);
  return found;
}

function joined(images: readonly Uint8Array[], size: number): Uint8Array {
  const all = new Uint8Array(images.length * size);
  images.forEach((image, i) => all.set(image, i * size));
  return all;
}

/** The pictures to learn from, and of each class the part put aside. */
function parted(
  call: string,
  split: Split,
  files: readonly string[],
  { validationSplit = 0, seed = 0 }: PicturesOptions,
): Omit<Pictures, 'classes' | 'skipped'> {
  check(
    validationSplit >= 0 && validationSplit < 1,
    () => `${call}: validationSplit must be from 0 to less than 1, got ${validationSplit}`,
  );
  if (validationSplit === 0) return { ...split, files };
  const aside = new Set<number>();
  for (const label of new Set(split.labels)) {
    const own = range(split.count).filter((i) => split.labels[i] === label);
    const order = shuffle(seed, label, own.length);
    for (const i of order.subarray(0, Math.round(own.length * validationSplit))) aside.add(own[i] ?? 0);
  }
  check(
    aside.size > 0 && aside.size < split.count,
    () =>
      `${call}: a validationSplit of ${validationSplit} puts ${aside.size} of ${split.count} pictures aside; choose another`,
  );
  const part = (places: readonly number[]): Split & { files: string[] } => ({
    ...examplesAt(split, places),
    files: places.map((i) => files[i] ?? ''),
  });
  const kept = range(split.count).filter((i) => !aside.has(i));
  return { ...part(kept), validation: part([...aside].sort((a, b) => a - b)) };
}

/** What was found instead of pictures. */
function excuses(skipped: readonly Skipped[]): string {
  const [first, ...others] = skipped;
  if (!first) return ' in it; put PNG, JPEG or WebP files there';
  const rest = others.length > 0 ? `, and ${others.length} more` : '';
  return `; ${first.file} ${first.why}, ${first.advice}${rest}`;
}
