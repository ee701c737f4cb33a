// A folder of pictures in Node: finding the files and reading them. What becomes of them is sorting.ts's business.
// The order is that of the paths' code points, the same on every machine, whoever lists the folder.
import type { Dirent } from 'node:fs';
import { readdir, readFile, realpath, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { EidosError } from '../base/check.ts';
import { byCodePoint } from '../data/csv.ts';
import { codeOf } from '../data/node-files.ts';
import type { Pictures, PicturesOptions, Skipped } from './folder.ts';
import type { Refusal } from './kinds.ts';
import { decodePicture } from './node-decode.ts';
import type { Picture } from './png.ts';
import { resize, type Frame } from './resize.ts';
import { frameOf, litter, sorted, type Sorting } from './sorting.ts';

/** What is read from a folder: see folder.ts. */
export async function readFolder(folder: string, options: PicturesOptions): Promise<Pictures> {
  const call = `pictures(${folder})`;
  const frame = frameOf(call, options);
  const skipped: Skipped[] = [];
  const found = await listed(call, folder, skipped);
  const read = (path: string): ReturnType<Sorting['read']> => readOne(call, join(folder, path), frame);
  return sorted({ call, folder, frame, options, read }, found, skipped);
}

/** Paths of all files in a folder and its sub-folders, with slashes, sorted; links are followed, but not round. */
async function listed(call: string, folder: string, skipped: Skipped[]): Promise<string[]> {
  const paths: string[] = [];
  const visited = new Set<string>();
  const walk = async (path: string): Promise<void> => {
    const entries = await readdir(join(folder, path), { withFileTypes: true });
    const real = await realpath(join(folder, path));
    if (visited.has(real)) return;
    visited.add(real);
    for (const entry of entries) {
      if (litter.test(entry.name)) continue;
      const below = path === '' ? entry.name : `${path}/${entry.name}`;
      const kind = await kindOfEntry(entry, join(folder, below));
      if (kind === 'folder')
        await walk(below).catch((error: unknown) => skipped.push(unreadable(below, error)));
      else if (kind === 'file') paths.push(below);
      else
        skipped.push({
          file: below,
          why: `cannot be read (${kind})`,
          advice: 'check that it is there and yours to read',
        });
    }
  };
  try {
    await walk('');
  } catch (error) {
    throw new EidosError(`${call}: cannot read the folder (${codeOf(error)}); check its name`);
  }
  return paths.sort(byCodePoint);
}

async function kindOfEntry(entry: Dirent, path: string): Promise<string> {
  try {
    const what = entry.isSymbolicLink() ? await stat(path) : entry;
    return what.isDirectory() ? 'folder' : what.isFile() ? 'file' : 'neither file nor folder';
  } catch (error) {
    return codeOf(error);
  }
}

const unreadable = (file: string, error: unknown): Skipped => ({
  file,
  why: `cannot be read (${codeOf(error)})`,
  advice: 'check that it is there and yours to read',
});

async function readOne(call: string, path: string, frame: Frame): Promise<Uint8Array | Refusal> {
  let bytes: Uint8Array;
  try {
    bytes = await readFile(path);
  } catch (error) {
    const { why, advice } = unreadable(path, error);
    return { why, advice };
  }
  const picture = await decodePicture(call, bytes, [frame.height, frame.width]);
  return 'why' in picture ? picture : resize(picture, frame).data;
}

/** The picture in a file, as it is: see file.ts. */
export async function readWhole(path: string): Promise<Picture> {
  const call = `readPicture(${path})`;
  let found: Picture | Refusal;
  try {
    // Only what is larger than anyone needs comes smaller.
    found = await decodePicture(call, await readFile(path), [1024, 1024]);
  } catch (error) {
    if (error instanceof EidosError) throw error;
    found = unreadable(path, error);
  }
  if ('why' in found) throw new EidosError(`${call}: the file ${found.why}; ${found.advice}`);
  return found;
}
