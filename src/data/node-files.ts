// Files for Node: read what may not be there, write so that a file is whole or not there at all,
// and the folder of this user where eidos keeps what it can fetch again.
import { randomBytes } from 'node:crypto';
import { mkdir, open, readFile, rename, rm } from 'node:fs/promises';
import { homedir } from 'node:os';
import { dirname, isAbsolute, join } from 'node:path';
import { EidosError } from '../base/check.ts';

/** The bytes of a file, or undefined if there is none. */
export async function readIfThere(call: string, path: string): Promise<Uint8Array | undefined> {
  try {
    const { buffer, byteOffset, byteLength } = await readFile(path);
    return new Uint8Array(buffer, byteOffset, byteLength);
  } catch (error) {
    if (codeOf(error) === 'ENOENT' || codeOf(error) === 'ENOTDIR') return undefined;
    throw new EidosError(`${call}: cannot read ${path} (${codeOf(error)})`);
  }
}

/** Writes a file beside its place and moves it there, so that no one ever reads half of it. */
export async function writeWhole(call: string, path: string, bytes: Uint8Array): Promise<void> {
  const draft = `${path}.${process.pid}-${randomBytes(4).toString('hex')}.tmp`;
  try {
    await mkdir(dirname(path), { recursive: true });
    // 'wx': never write through a file or link that somebody else put there.
    const file = await open(draft, 'wx');
    try {
      await file.writeFile(bytes);
    } finally {
      await file.close();
    }
    await rename(draft, path);
  } catch (error) {
    await rm(draft, { force: true }).catch(() => undefined);
    throw new EidosError(
      `${call}: cannot write ${path} (${codeOf(error)}); choose a folder that can be written to`,
    );
  }
}

/** EIDOS_CACHE if it is set, else a folder `eidos` where this system keeps a user's caches. */
export function cacheFolder(
  environment: Readonly<Record<string, string | undefined>> = process.env,
  platform: string = process.platform,
): string {
  const { EIDOS_CACHE, XDG_CACHE_HOME, LOCALAPPDATA } = environment;
  if (EIDOS_CACHE) return EIDOS_CACHE;
  // The XDG base directory specification says to ignore paths that are not absolute.
  if (XDG_CACHE_HOME && isAbsolute(XDG_CACHE_HOME)) return join(XDG_CACHE_HOME, 'eidos');
  if (platform === 'darwin') return join(homedir(), 'Library', 'Caches', 'eidos');
  if (platform === 'win32' && LOCALAPPDATA) return join(LOCALAPPDATA, 'eidos', 'Cache');
  return join(homedir(), '.cache', 'eidos');
}

/** The name Node gives a failure of the system: ENOENT, EACCES, ECONNREFUSED; else its message. */
export function codeOf(error: unknown): string {
  if (error instanceof Error && 'code' in error) return String(error.code);
  return error instanceof Error ? error.message : String(error);
}
