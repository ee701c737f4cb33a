// Writing that outlives crashes and power cuts: everything is written aside, flushed to the disk, and then put in
// place by a rename, which happens wholly or not at all. Also the one way failures of a disk are told.
import { randomBytes } from 'node:crypto';
import { mkdir, open, readdir, rename, rm, stat, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { EidosError } from '../base/check.ts';
import { codeOf } from '../data/node-files.ts';

/** The beginning of names that stand for something half done; whoever holds the lock may remove them. */
const aside = '.aside-';

/** A new name beside `path` for what is not whole yet. */
export const besides = (path: string): string =>
  join(dirname(path), `${aside}${process.pid}-${randomBytes(4).toString('hex')}-${basename(path)}`);

/** Writes a new file, of one piece or of several one after the other, and flushes it to the disk. */
export async function writeSynced(
  path: string,
  bytes: Uint8Array | string | readonly Uint8Array[],
): Promise<void> {
  const file = await open(path, 'wx');
  try {
    await writeFile(file, bytes);
    await file.sync();
  } finally {
    await file.close();
  }
}

/** Flushes to the disk which names a folder holds. */
export async function syncFolder(path: string): Promise<void> {
  if (process.platform === 'win32') return; // a folder cannot be opened there, and renames are journalled
  const folder = await open(path, 'r');
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}

/** Puts a file in the place of another, or of none. */
export async function replaceFile(path: string, bytes: Uint8Array | string): Promise<void> {
  const draft = besides(path);
  try {
    await writeSynced(draft, bytes);
    await rename(draft, path);
    await syncFolder(dirname(path));
  } catch (error) {
    await rm(draft, { force: true }).catch(() => undefined);
    throw error;
  }
}

/** Makes a folder and those it is to stand in, if they are not there; unlike mkdir's own way, says why it cannot. */
export async function makeFolder(path: string): Promise<void> {
  try {
    await mkdir(path);
  } catch (error) {
    const code = codeOf(error);
    if (code === 'EEXIST' && (await stat(path)).isDirectory()) return;
    if (code !== 'ENOENT' || dirname(path) === path) throw error;
    await makeFolder(dirname(path));
    await mkdir(path);
  }
}

/** Removes a folder so that at no time half of it stands under its name. */
export async function removeFolder(path: string): Promise<void> {
  const dying = besides(path);
  await rename(path, dying);
  await rm(dying, { recursive: true, force: true });
}

/** Removes what was left half done in a folder. */
export async function sweepAside(folder: string): Promise<void> {
  const left = (await readdir(folder)).filter((name) => name.startsWith(aside));
  await Promise.all(left.map((name) => rm(join(folder, name), { recursive: true, force: true })));
}

const full = 'the disk is full';
const readOnly = 'the folder may only be read';
const gone = 'the folder is gone';

const reasons: Readonly<Record<string, string>> = {
  ENOSPC: full,
  EDQUOT: full,
  EFBIG: full,
  EACCES: readOnly,
  EPERM: readOnly,
  EROFS: readOnly,
  ENOENT: gone,
  ENOTDIR: gone,
};

/** What to say when a path cannot be written. */
export function cannotWrite(call: string, path: string, error: unknown, wayOut: string): EidosError {
  if (error instanceof EidosError) return error;
  const code = codeOf(error);
  return new EidosError(`${call}: cannot write ${path} (${code}${reasonFor(code)}); ${wayOut}`);
}

const reasonFor = (code: string): string => (Object.hasOwn(reasons, code) ? `: ${reasons[code] ?? ''}` : '');
