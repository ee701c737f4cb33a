// Compiled libraries on disk, by content: who may write there is checked before anything is loaded,
// files appear whole (written aside, then renamed), and many processes may share the folder.
//
// `index` has a line per kernel, "key library"; lines are only added, the last one counts, and one that
// does not hold (the library is gone, or not safe) means that the kernel is compiled again.
import { constants, lstatSync } from 'node:fs';
import {
  access,
  appendFile,
  chmod,
  mkdir,
  readFile,
  readdir,
  realpath,
  rename,
  stat,
  unlink,
} from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { EidosError, check } from '../base/check.ts';
import { compile, hash, type Compiler } from './native-compiler.ts';

/** Our files, whole or written aside: the folder may hold others. */
const ours = {
  '.so': /^(kernels|runtime)-[0-9a-f]{64}\.so(\.\d+\.\d+)?$/,
  '.json': /^program-[0-9a-f]{64}\.json(\.\d+\.\d+)?$/,
} as const;

/** How many are kept; beyond, the older half goes. A library is about 20 kB and holds many kernels, a program 20 to 60 kB. */
const most = { '.so': 1024, '.json': 256 } as const;

/** The folder of the cache, made if need be; rejects with an EidosError where it cannot be used safely. */
export async function openCache(): Promise<string> {
  const wanted = cacheFolder();
  try {
    await mkdir(wanted, { recursive: true, mode: 0o700 });
    const folder = await realpath(wanted);
    const { uid, mode } = lstatSync(folder);
    check(
      uid === process.getuid!(),
      () => `native: the cache folder ${wanted} belongs to another user; set EIDOS_CACHE`,
    );
    check(
      (mode & 0o022) === 0,
      () => `native: the cache folder ${wanted} can be written by others; chmod 700 it or set EIDOS_CACHE`,
    );
    await access(folder, constants.W_OK | constants.X_OK);
    return folder;
  } catch (error) {
    if (error instanceof EidosError) throw error;
    throw new EidosError(
      `native: cannot write to the cache folder ${wanted} (${(error as NodeJS.ErrnoException).code}); set EIDOS_CACHE`,
    );
  }
}

function cacheFolder(): string {
  const { EIDOS_CACHE, XDG_CACHE_HOME } = process.env;
  if (EIDOS_CACHE) return EIDOS_CACHE;
  if (XDG_CACHE_HOME) return join(XDG_CACHE_HOME, 'eidos');
  return process.platform === 'darwin'
    ? join(homedir(), 'Library', 'Caches', 'eidos')
    : join(homedir(), '.cache', 'eidos');
}

/** Whether the file is there, ours, and nobody else could have written it. */
export function trusted(path: string): boolean {
  const found = lstatSync(path, { throwIfNoEntry: false });
  return (
    found !== undefined && found.isFile() && found.uid === process.getuid!() && (found.mode & 0o022) === 0
  );
}

/**
 * Opens the library with this text; compiles it where it is not there, not safe, or not to be opened, and
 * says so.
 */
export async function openLibrary<T>(
  folder: string,
  compiler: Compiler,
  kind: 'kernels' | 'runtime',
  text: string,
  open: (path: string) => T,
): Promise<{ readonly opened: T; readonly built: boolean }> {
  const path = join(folder, `${kind}-${hash([compiler.key, text])}.so`);
  if (trusted(path)) {
    try {
      return { opened: open(path), built: false };
    } catch {
      // Damaged: the new one takes its place.
    }
  }
  await build(compiler, text, path);
  return { opened: open(path), built: true };
}

let built = 0;

/** Compiles beside the place and renames: whoever looks finds a whole library or none. */
async function build(compiler: Compiler, text: string, path: string): Promise<void> {
  const temporary = `${path}.${process.pid}.${built++}`;
  await compile(compiler, text, temporary);
  await chmod(temporary, 0o700);
  await rename(temporary, path);
}

/** Kernel keys to the libraries that hold them, of those that may be loaded. */
export async function readIndex(folder: string, keys: ReadonlySet<string>): Promise<Map<string, string>> {
  const path = join(folder, 'index');
  const found = new Map<string, string>();
  if (!trusted(path)) return found;
  for (const [, key, name] of (await readFile(path, 'utf8')).matchAll(
    /^([0-9a-f]{64}) (kernels-[0-9a-f]{64}\.so)$/gm,
  )) {
    if (keys.has(key!)) found.set(key!, join(folder, name!));
  }
  const safe = new Map([...new Set(found.values())].map((file) => [file, trusted(file)]));
  return new Map([...found].filter(([, file]) => safe.get(file)));
}

/** Adds kernels to the index. One write: lines of several processes do not mix. */
export async function writeIndex(folder: string, keys: readonly string[], file: string): Promise<void> {
  const path = join(folder, 'index');
  if (!trusted(path)) await unlink(path).catch(() => undefined);
  const name = file.slice(file.lastIndexOf('/') + 1);
  await appendFile(path, keys.map((key) => `\n${key} ${name}\n`).join(''), { mode: 0o600 });
}

/**
 * Removes what interrupted processes left an hour ago, and the older half of too many libraries or programs; without
 * some of the libraries the index is begun anew.
 */
export async function sweep(folder: string, kind: keyof typeof most): Promise<void> {
  const names = (await readdir(folder)).filter((name) => ours[kind].test(name));
  const whole = names.filter((name) => name.endsWith(kind));
  const aside = names.filter((name) => !name.endsWith(kind));
  const remove = (name: string): Promise<void> => unlink(join(folder, name)).catch(() => undefined);
  const time = (name: string): Promise<number> =>
    stat(join(folder, name)).then(
      (found) => found.mtimeMs,
      () => Infinity,
    );
  for (const name of aside) if ((await time(name)) < Date.now() - 3_600_000) await remove(name);
  if (whole.length <= most[kind]) return;
  const ages = await Promise.all(whole.map(async (name) => ({ name, time: await time(name) })));
  ages.sort((a, b) => a.time - b.time);
  const old = ages.slice(0, whole.length - most[kind] / 2).map(({ name }) => name);
  await Promise.all([...old, ...(kind === '.so' ? ['index'] : [])].map(remove));
}
