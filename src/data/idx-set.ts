// MNIST and its kin: 28 x 28 grey pixels in four IDX files, 0 (paper) to 255 (ink).
// Fashion-MNIST and KMNIST were made to take MNIST's place, so they are read by the same lines.
import { check } from '../base/check.ts';
import { show } from '../base/shape.ts';
import { readIdx } from './idx.ts';
import type { Split } from './split.ts';

/** The four IDX files of a set like MNIST, each plain or gzipped. */
export interface IdxFiles {
  readonly trainImages: Uint8Array;
  readonly trainLabels: Uint8Array;
  readonly testImages: Uint8Array;
  readonly testLabels: Uint8Array;
}

/** Both splits of a set of ten classes from the bytes of its files; `name` is what errors call it. */
export async function splitsFromIdx(
  files: IdxFiles,
  name: string,
): Promise<{ readonly train: Split; readonly test: Split }> {
  const split = async (part: string, imageFile: Uint8Array, labelFile: Uint8Array): Promise<Split> => {
    const images = await readIdx(imageFile, `${part} images`);
    const labels = await readIdx(labelFile, `${part} labels`);
    const [count, height, width] = images.shape;
    check(
      count !== undefined && images.shape.length === 3 && height === 28 && width === 28,
      () => `${name}: ${part} images must be [count, 28, 28], got ${show(images.shape)}`,
    );
    check(
      labels.shape.length === 1 && labels.shape[0] === count,
      () =>
        `${name}: needs ${part} labels [${count}] for images ${show(images.shape)}, got ${show(labels.shape)}`,
    );
    const wrong = labels.data.findIndex((label) => label > 9);
    check(
      wrong < 0,
      () => `${name}: ${part} labels must be 0 to 9, got ${labels.data[wrong]} at label ${wrong}`,
    );
    return { images: images.data, labels: labels.data, count, shape: [28, 28, 1] };
  };
  return {
    train: await split('train', files.trainImages, files.trainLabels),
    test: await split('test', files.testImages, files.testLabels),
  };
}
