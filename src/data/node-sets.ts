// Where the files of data sets come from, in Node: an npm package if it is installed (its files only, none of its
// code), a package of the system, the user's cache, the public addresses. Each file is looked for by itself and
// compared with its sum wherever it was found; a wrong one is refused, never replaced or skipped.
import { createHash } from 'node:crypto';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { check, EidosError } from '../base/check.ts';
import type { DatasetOptions } from './dataset.ts';
import { readIdx, unpackIdx } from './idx.ts';
import { download } from './node-download.ts';
import { cacheFolder, readIfThere } from './node-files.ts';
import { known, type DatasetName, type SourceFile } from './sets.ts';

/** Where files of a set are looked for, and where they go. */
interface Places {
  readonly name: DatasetName;
  readonly folders: readonly string[];
  readonly home: string;
}

/** The files of a set, found or fetched, with the right sums. */
export async function filesOf(
  name: DatasetName,
  options: DatasetOptions,
): Promise<Readonly<Record<string, Uint8Array>>> {
  const set = known(name);
  const home = options.folder ?? join(cacheFolder(), 'data', name);
  const packaged = set.package === undefined ? [] : packageFolders(set.package);
  const folders = options.folder === undefined ? [...packaged, ...(set.system ?? []), home] : [home];
  const places = { name, folders, home };
  const files: Record<string, Uint8Array> = {};
  for (const [key, file] of Object.entries(set.files))
    files[key] = (await find(file, places)) ?? (await get(file, places, options));
  return files;
}

/** The data folder of an npm package as eidos sees it and as the program at work sees it. */
function packageFolders(name: string): string[] {
  const places = [() => import.meta.url, () => join(process.cwd(), 'package.json')];
  return places.flatMap((place) => {
    try {
      return [join(dirname(createRequire(place()).resolve(`${name}/package.json`)), 'data')];
    } catch {
      return []; // not installed there, or there is no there
    }
  });
}

/** The names a file may have in a folder. */
const namesOf = ({ name, gzipped }: SourceFile): string[] => (gzipped ? [name, `${name}.gz`] : [name]);

async function find(file: SourceFile, { name: call, folders }: Places): Promise<Uint8Array | undefined> {
  for (const folder of folders) {
    for (const name of namesOf(file)) {
      const path = join(folder, name);
      const bytes = await readIfThere(call, path);
      if (bytes)
        return await verified(file, bytes, name).catch((error: unknown) => {
          if (!(error instanceof EidosError)) throw error;
          throw new EidosError(
            `${call}: needs ${path} as published, got another (${error.message}); delete it and run it again`,
          );
        });
    }
  }
  return undefined;
}

async function get(
  file: SourceFile,
  { name: call, folders, home }: Places,
  options: DatasetOptions,
): Promise<Uint8Array> {
  const set = known(call);
  const { download: allowed = true, mirrors = set.mirrors } = options;
  const names = Object.values(set.files).map(({ name }) => name);
  const either = file.gzipped ? ' (plain or .gz)' : '';
  const byHand = `put ${names.join(', ')}${either} into ${home}`;
  check(
    allowed,
    () =>
      `${call}: needs ${file.name}, found it${file.gzipped ? ' neither plain nor gzipped' : ' not'} ` +
      `in ${folders.join(' or ')}; allow the download, or ${byHand}`,
  );
  const published = namesOf(file).at(-1) ?? file.name;
  return download({
    call,
    file: published,
    addresses: mirrors.map((mirror) => `${mirror.replace(/\/$/, '')}/${published}`),
    path: join(home, file.name),
    limit: file.limit,
    accept: (bytes) => verified(file, bytes, published),
    wayOut: `go online and run it again, or ${byHand}`,
    ...(options.onProgress && { onProgress: options.onProgress }),
    ...(options.signal && { signal: options.signal }),
  });
}

/** The bytes to keep; throws unless they are those of the file. */
async function verified(file: SourceFile, bytes: Uint8Array, where: string): Promise<Uint8Array> {
  const kept = file.gzipped ? await unpackIdx(bytes, where) : bytes;
  // Says more of a broken file than a sum does.
  if (file.gzipped) await readIdx(kept, where);
  file.inspect?.(kept);
  if (!file.sum) return kept;
  const { by, hex } = file.sum;
  const sum = createHash(by).update(kept).digest('hex');
  check(sum === hex, () => `its ${by} is ${sum}, not ${hex}`);
  return kept;
}
