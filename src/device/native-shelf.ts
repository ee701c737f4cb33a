// Compiled programs on disk: what a traced graph became, by the text of the graph and by everything that turns one into
// the other: our own code, the compiler with its flags, the processor. Kernels stay in their libraries and are named.
import { createHash } from 'node:crypto';
import { readFileSync, readdirSync } from 'node:fs';
import { rename, unlink, writeFile } from 'node:fs/promises';
import { basename, dirname, extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Shelf } from './backend.ts';
import { sweep, trusted } from './native-cache.ts';
import { hash, type Compiler } from './native-compiler.ts';

/** Folders and files of ours, beside this one's folder, that decide what a traced graph becomes. */
const deciding = ['base', 'graph', 'ops', 'simplify', 'kernel', 'emit', 'device'];

let own: string | undefined | null = null;

/** All our code that turns graphs into programs, as one number; undefined where it does not lie as we know it (in a bundle). */
function ownCode(): string | undefined {
  if (own !== null) return own;
  const here = fileURLToPath(import.meta.url);
  const [folder, ending] = [dirname(here), extname(here)];
  own = basename(folder) === 'device' ? contentOf(dirname(folder), ending) : undefined;
  return own;
}

function contentOf(root: string, ending: string): string | undefined {
  const all = createHash('sha256');
  try {
    for (const folder of deciding) {
      const names = readdirSync(join(root, folder)).filter((name) => name.endsWith(ending));
      for (const name of names.sort()) all.update(name).update(readFileSync(join(root, folder, name)));
    }
    return all.update(readFileSync(join(root, `tensor${ending}`))).digest('hex');
  } catch {
    return undefined;
  }
}

let written = 0;

/** The shelf in a folder; `load` loads kernels by name. */
export function shelfIn(folder: string, compiler: Compiler, load: Shelf['load']): Shelf {
  const pathOf = (about: string): string | undefined => {
    const code = ownCode();
    const { key, machine } = compiler;
    return code && join(folder, `program-${hash([code, key, JSON.stringify(machine), about])}.json`);
  };
  return {
    load,
    get(about) {
      const path = pathOf(about);
      return Promise.resolve(path && trusted(path) ? whole(readFileSync(path, 'utf8')) : undefined);
    },
    async put(about, program) {
      const path = pathOf(about);
      if (!path) return;
      const temporary = `${path}.${process.pid}.${written++}`;
      try {
        await writeFile(temporary, `${hash([program])}\n${program}`, { mode: 0o600 });
        await rename(temporary, path);
        await sweep(folder, '.json');
      } catch {
        // A full disk: the program works, and is made again next time.
        await unlink(temporary).catch(() => undefined);
      }
    },
  };
}

/** A file's content, if it is all there. */
function whole(file: string): string | undefined {
  const end = file.indexOf('\n');
  const program = file.slice(end + 1);
  return file.slice(0, end) === hash([program]) ? program : undefined;
}
