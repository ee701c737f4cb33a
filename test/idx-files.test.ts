// Files given for a set like MNIST, in any order, under any names, gzipped or not.
import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { writeIdx } from '../src/data/idx.ts';
import { datasetFromBytes, idxFilesFrom, type GivenFile } from '../src/index.ts';

const images = (count: number): Uint8Array =>
  writeIdx(
    [count, 28, 28],
    Uint8Array.from({ length: 784 * count }, (_, i) => Math.floor(i / 784)),
  );
const labels = (count: number): Uint8Array =>
  writeIdx(
    [count],
    Uint8Array.from({ length: count }, (_, i) => i % 10),
  );
const file = (name: string, bytes: Uint8Array): GivenFile => ({ name, bytes });

const counts = async (given: readonly GivenFile[]): Promise<number[]> => {
  const { train, test: other } = await datasetFromBytes('mnist', { ...(await idxFilesFrom(given)) });
  return [train.count, other.count, train.images[0] ?? -1, other.images[0] ?? -1, other.labels[0] ?? -1];
};

suite('files like those of MNIST', () => {
  test('are told apart by what is in them, and by name', async () => {
    const given = [
      file('t10k-labels-idx1-ubyte.gz', gzipSync(labels(6))),
      file('train-images-idx3-ubyte', images(6)),
      file('train-labels-idx1-ubyte', labels(6)),
      file('t10k-images-idx3-ubyte.gz', gzipSync(images(6))),
    ];
    assert.deepEqual(await counts(given), [6, 6, 0, 0, 0]);
    const nameless = [file('d', labels(3)), file('a', images(3)), file('b', images(8)), file('c', labels(8))];
    assert.deepEqual(await counts(nameless), [8, 3, 0, 0, 0]);
  });

  test('where only two are given, the last sixth is for testing', async () => {
    assert.deepEqual(await counts([file('l', labels(13)), file('i', images(13))]), [11, 2, 0, 11, 1]);
  });

  test('others are refused by name', async () => {
    await assert.rejects(idxFilesFrom([]), {
      message: 'idxFilesFrom: needs a file of images and one of labels, or two of each, got none',
    });
    await assert.rejects(idxFilesFrom([file('a', images(3)), file('b', images(3))]), {
      message: 'idxFilesFrom: needs a file of images and one of labels, or two of each, got a, b',
    });
    await assert.rejects(idxFilesFrom([file('photo.jpg', Uint8Array.of(255, 216, 255, 1, 2, 3, 4, 5))]), {
      message: 'readIdx(photo.jpg): needs 0 at byte 0, got 255; this is not an IDX file',
    });
  });
});
