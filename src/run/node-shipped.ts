// The bytes of shipped models, in Node: files in the package's own folder `models`.
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { check } from '../base/check.ts';
import { readIfThere } from '../data/node-files.ts';

/** Beside `dist`, which this file lies in once it is compiled. */
const folder = join(dirname(fileURLToPath(import.meta.url)), '..', '..', '..', 'models');

/** The bytes of a file there. */
export async function shippedBytes(file: string): Promise<Uint8Array> {
  const path = join(folder, file);
  const bytes = await readIfThere('shipped', path);
  check(bytes !== undefined, () => `shipped: needs ${path}, which comes with eidos; install it again`);
  return bytes;
}
