// Files that someone gives for a set like MNIST, in any order and under any names: which is which is told by what is in
// them (images have three sizes, labels one) and, between learning and testing, by name or by how many there are.
import { check } from '../base/check.ts';
import { readIdx, writeIdx, type Idx } from './idx.ts';
import type { IdxFiles } from './idx-set.ts';

/** A file as it was given: plain or gzipped. */
export interface GivenFile {
  readonly name: string;
  readonly bytes: Uint8Array;
}

interface Read extends GivenFile {
  readonly idx: Idx;
}

const testName = /t10k|test/i;

/** The four files of a set like MNIST among those given. Those for testing may be missing: then the last sixth is for it. */
export async function idxFilesFrom(given: readonly GivenFile[]): Promise<IdxFiles> {
  const read = await Promise.all(
    given.map(async (file): Promise<Read> => ({ ...file, idx: await readIdx(file.bytes, file.name) })),
  );
  const images = inOrder(read.filter(({ idx }) => idx.shape.length === 3));
  const labels = inOrder(read.filter(({ idx }) => idx.shape.length === 1));
  const names = given.map(({ name }) => name).join(', ') || 'none';
  check(
    images.length === labels.length && images.length >= 1 && images.length <= 2,
    () => `idxFilesFrom: needs a file of images and one of labels, or two of each, got ${names}`,
  );
  const [trainImages, testImages] = images.map(({ bytes }) => bytes);
  const [trainLabels, testLabels] = labels.map(({ bytes }) => bytes);
  if (trainImages && trainLabels && testImages && testLabels)
    return { trainImages, trainLabels, testImages, testLabels };
  return halved(images[0] as Read, labels[0] as Read);
}

/** Those to learn from first: by name where that says it, else the larger ones. */
const inOrder = (files: readonly Read[]): Read[] =>
  files.toSorted((a, b) => {
    const named = Number(testName.test(a.name)) - Number(testName.test(b.name));
    return named || (b.idx.shape[0] ?? 0) - (a.idx.shape[0] ?? 0);
  });

const sixth = 6;

/** Two sets from one: the last sixth is to be tested with. */
function halved(images: Read, labels: Read): IdxFiles {
  const count = images.idx.shape[0] ?? 0;
  const kept = count - Math.max(1, Math.floor(count / sixth));
  check(kept >= 1, () => `idxFilesFrom: needs at least 2 images, got ${count}`);
  const part = ({ idx: { shape, data } }: Read, from: number, to: number): Uint8Array => {
    const each = data.length / Math.max(1, shape[0] ?? 1);
    return writeIdx([to - from, ...shape.slice(1)], data.subarray(from * each, to * each));
  };
  return {
    trainImages: part(images, 0, kept),
    trainLabels: part(labels, 0, Math.min(kept, labels.idx.shape[0] ?? 0)),
    testImages: part(images, kept, count),
    testLabels: part(labels, kept, labels.idx.shape[0] ?? 0),
  };
}
