// Data sets in the worker: from the studio's server when asked for, from files, or from a folder of pictures that was
// dropped on the page. Each is known to the page by a card; the bytes stay here, and a copy is kept in the browser, so
// that a run can be gone on with after a reload.
import {
  aboutDataset,
  datasetFromBytes,
  examplesAt,
  idxFilesFrom,
  picturesFromFiles,
  readNpz,
  subset,
  type Dataset,
  type DatasetName,
  type DroppedFile,
  type GivenFile,
  type Npy,
  type Split,
} from 'eidos';
import { keepData, keptData } from './kept-data.ts';
import { Said, type Context } from './rpc.ts';

/** Data sets that the server has. */
export const served = ['mnist', 'fashion-mnist', 'kmnist'] as const satisfies readonly DatasetName[];

/** What the page knows of a data set. */
export interface DataCard {
  /** What services are asked with: a data set's name, or one made of what is in the files. */
  readonly id: string;
  readonly name: string;
  readonly train: number;
  readonly test: number;
  /** Of one example: [height, width, channels]. */
  readonly shape: readonly [number, number, number];
  readonly classes: readonly string[];
  /** The first examples' pixels, to be shown. */
  readonly sample: Uint8Array;
  /** Whether the browser had room to keep it. */
  readonly kept: boolean;
}

/** A file of a folder that was left out. */
export interface LeftOut {
  readonly file: string;
  readonly why: string;
  readonly advice: string;
}

const shown = 24;

/** Of a folder's pictures, the share that is put aside for the test. */
const testShare = 0.2;

const held = new Map<string, { readonly data: Dataset; readonly kept: boolean }>();

const cardOf = (id: string, { data, kept }: { data: Dataset; kept: boolean }): DataCard => ({
  id,
  name: data.name,
  train: data.train.count,
  test: data.test.count,
  shape: data.train.shape,
  classes: data.classes,
  sample: subset(data.train, Math.min(shown, data.train.count)).images.slice(),
  kept,
});

async function take(id: string, data: Dataset): Promise<DataCard> {
  const kept = await keepData(id, data);
  held.set(id, { data, kept });
  return cardOf(id, { data, kept });
}

/** The data set of a card, from here or from what the browser has kept; undefined where it is gone. */
export async function dataOf(id: string): Promise<Dataset | undefined> {
  const there = held.get(id);
  if (there) return there.data;
  const data = await keptData(id);
  if (data) held.set(id, { data, kept: true });
  return data;
}

/** The same, or an error that says what to do. */
export async function dataFor(id: string): Promise<Dataset> {
  const data = await dataOf(id);
  if (!data) throw new Said('dataGone', id);
  return data;
}

/** At most so many examples to learn from, and to be tested with. */
export const limited = ({ train, test, ...rest }: Dataset, limit: number | null): Dataset => {
  const part = (split: Split): Split =>
    limit === null || limit >= split.count ? split : subset(split, limit);
  return { ...rest, train: part(train), test: part(test) };
};

/** A name for files: what is in them decides, not what they are called. */
async function idOf(kind: string, bytes: Uint8Array): Promise<string> {
  const sum = new Uint8Array(await crypto.subtle.digest('SHA-256', new Uint8Array(bytes)));
  return `${kind}-${Array.from(sum.subarray(0, 4), (byte) => byte.toString(16).padStart(2, '0')).join('')}`;
}

function splitOf(images: Npy | undefined, labels: Npy | undefined): Split {
  const [count = 0, height = 0, width = 0, channels = 1] = images?.shape ?? [];
  return {
    images: Uint8Array.from(images?.data ?? []),
    labels: Uint8Array.from(labels?.data ?? []),
    count,
    shape: [height, width, channels],
  };
}

async function fetched(name: DatasetName, download: boolean, signal: AbortSignal): Promise<Dataset> {
  // The page and its server share an origin; the worker's own file is in assets/. (Not import.meta.url: it would be
  // taken for the address of a file to be built in.)
  const address = new URL(`../api/data/${name}${download ? '?download=1' : ''}`, self.location.href);
  const answer = await fetch(address, { signal }).catch(() => undefined);
  if (answer?.status === 422) throw new Said('dataRefused', name, await answer.text());
  if (!answer?.ok) throw new Said('noServer', name, answer?.status ?? 0);
  const arrays = await readNpz(new Uint8Array(await answer.arrayBuffer()), name);
  const { classes, licence, source } = aboutDataset(name);
  return {
    name,
    train: splitOf(arrays.get('x_train'), arrays.get('y_train')),
    test: splitOf(arrays.get('x_test'), arrays.get('y_test')),
    classes,
    licence,
    source,
  };
}

/** Pictures as a data set, a part of each class put aside for the test; all of it where there are too few. */
function fromPictures(found: Awaited<ReturnType<typeof picturesFromFiles>>, name: string): Dataset {
  const test = found.validation ?? examplesAt(found, [0]);
  const { images, labels, count, shape, classes } = found;
  return { name, train: { images, labels, count, shape }, test, classes, licence: '', source: '' };
}

/** What the page can ask about data. */
export const data = {
  /** Those at hand. */
  list: (): Promise<readonly DataCard[]> =>
    Promise.resolve([...held].map(([id, found]) => cardOf(id, found))),

  /** One that is at hand or kept; undefined where there is none. */
  async card({ id }: { readonly id: string }): Promise<DataCard | undefined> {
    await dataOf(id);
    const found = held.get(id);
    return found && cardOf(id, found);
  },

  /** Fetches a data set from the studio's server, which looks for it on its machine, or downloads it if it may. */
  async fetch(
    { name, download }: { readonly name: DatasetName; readonly download: boolean },
    { signal }: Context,
  ): Promise<DataCard> {
    const there = held.get(name) ?? (await dataOf(name).then(() => held.get(name)));
    return there ? cardOf(name, there) : take(name, await fetched(name, download, signal));
  },

  /** A set like MNIST from its files. */
  async files({ files }: { readonly files: readonly GivenFile[] }): Promise<DataCard> {
    const given = await idxFilesFrom(files);
    const id = await idOf('files', given.trainImages);
    const found = await datasetFromBytes('mnist', { ...given });
    return take(id, { ...found, name: files[0]?.name ?? id, licence: '', source: '' });
  },

  /** A folder of pictures. */
  async folder(
    {
      files,
      size,
      grey,
    }: { readonly files: readonly DroppedFile[]; readonly size: number; readonly grey: boolean },
    context: Context<{ readonly done: number; readonly total: number }>,
  ): Promise<{ readonly card: DataCard; readonly skipped: readonly LeftOut[] }> {
    const options = {
      size,
      channels: grey ? 1 : 3,
      onProgress: (at: { readonly done: number; readonly total: number }): void => context.tell(at),
    } as const;
    const few = files.length < 10;
    const found = await picturesFromFiles(files, { ...options, ...(!few && { validationSplit: testShare }) });
    const name = files[0]?.path.split('/')[0] ?? 'pictures';
    const card = await take(await idOf('folder', found.images), fromPictures(found, name));
    return { card, skipped: found.skipped };
  },
};
