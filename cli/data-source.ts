// Where examples come from: a data set by name, a folder of pictures with a sub-folder for each class, or a file. What
// commands get is the same for all. Finding, fetching and reading are the library's.
import { readFile, stat } from 'node:fs/promises';
import { basename, resolve } from 'node:path';
import {
  aboutDataset,
  dataset,
  datasetNames,
  EidosError,
  pictures,
  readCsv,
  readNpz,
  subset,
  type Dataset,
  type DatasetName,
  type Npy,
  type Split,
} from '../src/index.ts';
import type { Io } from './io.ts';
import type { Kind, Plan } from './plan.ts';

/** Of a folder's pictures, the share that is put aside for the test. */
const testShare = 0.2;

/** The side that a folder's pictures are brought to unless --size says otherwise: the digits'. */
export const usualSize = 28;

/** Whether a name is a data set's. */
export const isDataset = (name: string): name is DatasetName => (datasetNames as string[]).includes(name);

/** Whether there is such a folder. */
export const isFolder = (path: string): Promise<boolean> =>
  stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  );

/** Whether a name is the studio's for examples that it was given: its browser alone has them. */
export const isGiven = (data: unknown): data is string =>
  typeof data === 'string' && /^(folder|files)-[0-9a-f]{8}$/.test(data);

/** At most so many examples to learn from, and to be tested with. */
export function limited(all: Dataset, limit: number | null): Dataset {
  const part = (split: Split): Split =>
    limit === null ? split : subset(split, Math.min(limit, split.count));
  return { ...all, train: part(all.train), test: part(all.test) };
}

/** All examples of a plan's data set or folder, as many as it wants. */
export async function loadData(
  io: Io,
  { data, limit, size, grey }: Pick<Plan, 'data' | 'limit' | 'size' | 'grey'>,
): Promise<Dataset> {
  const { t, progress, signal } = io;
  if (isGiven(data)) throw new EidosError(t.onlyInStudio(data));
  progress.begin(t.looking(data));
  const side = size ?? usualSize;
  const all = isDataset(data)
    ? await dataset(data, {
        signal,
        onProgress: ({ file, received, total }) => progress.show(() => t.downloading(file, received, total)),
      })
    : await folderData(io, data, { shape: [side, side, grey ? 1 : 3], classes: 2 });
  return limited(all, limit);
}

/** A folder's pictures of so many classes at least, a part of each for the test; always the same part. */
export async function folderData(
  io: Io,
  folder: string,
  { shape, classes: least }: { readonly shape: Kind['shape']; readonly classes: number },
): Promise<Dataset> {
  const { validation, classes, ...train } = await readPictures(io, folder, {
    shape,
    validationSplit: testShare,
  });
  if (validation === undefined || classes.length < least)
    throw new EidosError(io.t.needsClasses(folder, classes.length));
  return { name: basename(resolve(folder)), train, test: validation, classes, licence: '', source: '' };
}

async function readPictures(
  { t, progress, signal }: Io,
  folder: string,
  {
    shape: [height, width, channels],
    validationSplit = 0,
  }: { readonly shape: Kind['shape']; readonly validationSplit?: number },
): ReturnType<typeof pictures> {
  const found = await pictures(folder, {
    size: [height, width],
    channels: channels === 1 ? 1 : 3,
    validationSplit,
    signal,
    onProgress: ({ file, done, total }) => progress.show(() => t.reading(file, done, total)),
  });
  for (const { file, why, advice } of found.skipped.slice(0, 5)) progress.note(t.skipped(file, why, advice));
  if (found.skipped.length > 5) progress.note(t.skippedMore(found.skipped.length - 5));
  return found;
}

/** Examples to be tested with: of a data set its test part, of a folder or a file all. */
export async function loadTest(
  io: Io,
  from: string,
  { shape, classes }: Kind,
  limit: number | null,
): Promise<Split> {
  const some = (split: Split): Split =>
    limit === null ? split : subset(split, Math.min(limit, split.count));
  if (isDataset(from)) {
    const { test } = await loadData(io, { data: from, limit, size: null, grey: false });
    if (aboutDataset(from).classes.length !== classes.length)
      throw new EidosError(io.t.otherClasses(from, aboutDataset(from).classes.length, classes.length));
    return test;
  }
  io.progress.begin(io.t.looking(from));
  if (await isFolder(from)) {
    const { classes: found, labels, ...split } = await readPictures(io, from, { shape });
    const places = found.map((name) => classes.indexOf(name));
    const strange = found.filter((_, i) => places[i] === -1);
    if (strange.length > 0) throw new EidosError(io.t.strangeClasses(from, strange, classes));
    return some({ ...split, labels: labels.map((label) => places[label] ?? 0) });
  }
  return some(await fileData(io, from, shape));
}

/** Examples in an .npz file, as Keras keeps MNIST, or a CSV file of labels and pixels. */
async function fileData({ t }: Io, path: string, shape: Kind['shape']): Promise<Split> {
  const bytes = await readFile(path).catch((error: NodeJS.ErrnoException) => {
    throw new EidosError(t.noData(path, error.code ?? String(error)));
  });
  const name = basename(path);
  if (/\.npz$/i.test(path)) return fromNpz(await readNpz(new Uint8Array(bytes), name));
  if (/\.csv$/i.test(path)) return fromCsv(bytes);
  throw new EidosError(t.strangeFile(path));

  function fromNpz(arrays: ReadonlyMap<string, Npy>): Split {
    const pairs = [
      ['x_test', 'y_test'],
      ['x', 'y'],
      ['images', 'labels'],
    ] as const;
    const [x, y] = pairs.map(([x, y]) => [arrays.get(x), arrays.get(y)]).find(([x, y]) => x && y) ?? [];
    if (!x || !y) throw new EidosError(t.strangeArrays(path, [...arrays.keys()]));
    return splitOf(x.data, y.data);
  }

  function fromCsv(text: Uint8Array): Split {
    const firstLine = new TextDecoder().decode(text.subarray(0, 4096)).split(/\r?\n/)[0] ?? '';
    const label = /(^|,)"?(label|class|y)"?(,|$)/i.exec(firstLine)?.[2] ?? 0;
    const { x, y = new Int32Array(), classes = [] } = readCsv(text, name, { label });
    return splitOf(
      x,
      Int32Array.from(y, (place) => Number(classes[place])),
    );
  }

  /** Pixels 0 to 255 as bytes. */
  function splitOf(x: ArrayLike<number>, y: ArrayLike<number>): Split {
    const size = shape.reduce((a, b) => a * b, 1);
    const good = x.length === y.length * size && y.length > 0 && isBytes(x) && isBytes(y);
    if (!good) throw new EidosError(t.strangePixels(path, shape, x.length, y.length));
    return { images: Uint8Array.from(x), labels: Uint8Array.from(y), count: y.length, shape };
  }
}

function isBytes(x: ArrayLike<number>): boolean {
  for (let i = 0; i < x.length; i++) if (((x[i] ?? NaN) & 255) !== x[i]) return false;
  return true;
}
