// Pictures by their paths as a data set, wherever their files are: which are classes, in which order, what is put
// aside. Reading files is others' business: node-folder.ts reads a folder, web-folder.ts what was dropped on a page.
import { check } from '../base/check.ts';
import { shuffle } from '../base/rng.ts';
import { range, sizeOf } from '../base/shape.ts';
import { byCodePoint } from '../data/csv.ts';
import { examplesAt, type Split } from '../data/split.ts';
import type { Pictures, PicturesOptions, Skipped } from './folder.ts';
import type { Refusal } from './kinds.ts';
import type { Frame } from './resize.ts';

/** Files that systems put into folders by themselves. */
export const litter = /^(\..*|Thumbs\.db|desktop\.ini)$/i;

/** Pictures decoded at once. */
const abreast = 4;

/** Labels are bytes. */
const mostClasses = 256;

/** What is sorted. */
export interface Sorting {
  /** Begins every message. */
  readonly call: string;
  /** What the one class of a flat folder is called. */
  readonly folder: string;
  readonly frame: Frame;
  readonly options: PicturesOptions;
  /** The pixels of the picture at a path, in the frame. */
  readonly read: (path: string) => Promise<Uint8Array | Refusal>;
}

/** What every picture is brought to. */
export function frameOf(call: string, { size, crop = 'centre', channels = 3 }: PicturesOptions): Frame {
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

/** The pictures at some paths, sorted by code point, as a data set; those refused are added to `skipped`. */
export async function sorted(
  { call, folder, frame, options, read }: Sorting,
  found: readonly string[],
  skipped: Skipped[],
): Promise<Pictures> {
  const labels = options.labels ?? (found.some((path) => !path.includes('/')) ? 'flat' : 'folders');
  const paths = labels === 'flat' ? found : found.filter((path) => path.includes('/'));
  for (const file of found)
    if (labels === 'folders' && !file.includes('/'))
      skipped.push({ file, why: 'is in no class', advice: 'put it into the sub-folder of its class' });
  const images = await readAll(read, options, paths, skipped);
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

/** The pixels of each file, or undefined for one that is added to `skipped`. */
async function readAll(
  read: Sorting['read'],
  { onProgress, signal }: PicturesOptions,
  paths: readonly string[],
  skipped: Skipped[],
): Promise<(Uint8Array | undefined)[]> {
  const images = new Array<Uint8Array | undefined>(paths.length).fill(undefined);
  let [next, done] = [0, 0];
  const worker = async (): Promise<void> => {
    for (let i = next++; i < paths.length; i = next++) {
      signal?.throwIfAborted();
      const file = paths[i] ?? '';
      const pixels = await read(file);
      if (pixels instanceof Uint8Array) images[i] = pixels;
      else skipped.push({ file, ...pixels });
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
