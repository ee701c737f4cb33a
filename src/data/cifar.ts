// CIFAR-10, 60,000 photographs of 32 x 32 pixels in ten classes, from its binary version: records of one byte
// for the class, then all red, all green and all blue pixels. The Python version is a pickle, which is a program,
// and is not read.
// Source: A. Krizhevsky, "Learning Multiple Layers of Features from Tiny Images", 2009,
// https://www.cs.toronto.edu/~kriz/cifar.html
import { check } from '../base/check.ts';
import { gunzip, isGzip } from './inflate.ts';
import type { Split } from './split.ts';
import { readTar } from './tar.ts';

const side = 32;
const plane = side * side;
const record = 1 + 3 * plane;

/** Most bytes the archive may unpack to: six files of 10,000 records, and a little text. */
const limit = 6 * 10_000 * record + 1_000_000;

/** Both splits of CIFAR-10 from its archive `cifar-10-binary.tar.gz`, gzipped or not. */
export async function cifar10FromBytes(
  archive: Uint8Array,
): Promise<{ readonly train: Split; readonly test: Split }> {
  const name = 'cifar-10-binary.tar';
  const files = readTar(isGzip(archive) ? await gunzip(archive, limit, 'cifar10') : archive, name);
  const batch = (file: string): Uint8Array => {
    const bytes = files.get(`cifar-10-batches-bin/${file}`);
    check(
      bytes !== undefined,
      () => `cifar10: needs cifar-10-batches-bin/${file} in ${name}, it is not there`,
    );
    return bytes;
  };
  const numbered = [1, 2, 3, 4, 5].map((i) => `data_batch_${i}.bin`);
  return {
    train: splitOf(numbered.map((file) => [file, batch(file)])),
    test: splitOf([['test_batch.bin', batch('test_batch.bin')]]),
  };
}

function splitOf(files: readonly (readonly [name: string, bytes: Uint8Array])[]): Split {
  for (const [name, bytes] of files)
    check(
      bytes.length > 0 && bytes.length % record === 0,
      () => `cifar10: ${name} needs a multiple of ${record} bytes, got ${bytes.length}`,
    );
  const count = files.reduce((total, [, bytes]) => total + bytes.length / record, 0);
  const images = new Uint8Array(count * 3 * plane);
  const labels = new Uint8Array(count);
  let example = 0;
  for (const [name, bytes] of files)
    for (let at = 0; at < bytes.length; at += record, example++) {
      const label = bytes[at] ?? 255;
      check(label < 10, () => `cifar10: labels must be 0 to 9, got ${label} at byte ${at} of ${name}`);
      labels[example] = label;
      interleave(bytes.subarray(at + 1, at + record), images, example * 3 * plane);
    }
  return { images, labels, count, shape: [side, side, 3] };
}

/** Three planes [3, pixels] into pixels [pixels, 3], from `at` on. */
function interleave(planes: Uint8Array, pixels: Uint8Array, at: number): void {
  for (let channel = 0; channel < 3; channel++)
    for (let i = 0; i < plane; i++) pixels[at + 3 * i + channel] = planes[channel * plane + i] ?? 0;
}
