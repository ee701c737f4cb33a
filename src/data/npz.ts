// NumPy's archives of arrays: a zip file of .npy files. An array's header is read first, and what it declares is all
// that is inflated: a file of a few bytes cannot fill the memory.
// Format: https://numpy.org/doc/stable/reference/generated/numpy.savez.html
import { check } from '../base/check.ts';
import { show, sizeOf, type Shape } from '../base/shape.ts';
import { longestNpyHeader, npyHeader } from './npy-header.ts';
import { readNpy, writeNpy, type Npy, type NpyArray } from './npy.ts';
import { readZip, type ZipEntry } from './zip.ts';
import { writeZip } from './zip-write.ts';

/** The arrays in a .npz file by their names, without `.npy`; `name` is what errors call the file. */
export async function readNpz(bytes: Uint8Array, name: string): Promise<ReadonlyMap<string, Npy>> {
  const arrays = new Map<string, Npy>();
  for (const entry of readZip(bytes, name)) {
    check(entry.name.endsWith('.npy'), () => `readNpz(${name}): needs .npy files only, got ${entry.name}`);
    await checkSize(entry, name);
    arrays.set(entry.name.slice(0, -4), readNpy(await entry.read(), `${name}: ${entry.name}`));
  }
  return arrays;
}

/** Throws unless the entry is as long as the array in it says. */
async function checkSize(entry: ZipEntry, name: string): Promise<void> {
  const { type, shape, start } = npyHeader(
    await entry.start(longestNpyHeader + 12),
    `readNpz(${name}: ${entry.name})`,
  );
  const need = start + sizeOf(shape) * Number(type.slice(1));
  check(
    entry.size === need,
    () => `readNpz(${name}): ${entry.name} needs ${need} bytes for ${type} ${show(shape)}, got ${entry.size}`,
  );
}

/** The bytes of a .npz file that numpy.load() reads; `deflate` packs it, as numpy.savez_compressed does. */
export function writeNpz(
  arrays: Readonly<Record<string, { readonly shape: Shape; readonly data: NpyArray }>>,
  options: { readonly deflate?: boolean } = {},
): Promise<Uint8Array> {
  const files = Object.entries(arrays).map(([name, { shape, data }]) => [
    `${name}.npy`,
    writeNpy(shape, data),
  ]);
  return writeZip(Object.fromEntries(files) as Record<string, Uint8Array>, options);
}
