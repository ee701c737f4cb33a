// Compiled programs on disk: what a traced graph became, by the text of the graph and by everything that turns one into
// the other: our own code, the compiler with its flags, the processor. Kernels stay in their libraries and are named.
import { createHash } from 'node:crypto';
import { readFileSync, readdirSync } from 'node:fs';
import { rename, unlink, writeFile } from 'node:fs/promises';
import { basename, dirname, extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Listing } from '../kernel/code.ts';
import type { Executable, Shelf } from './backend.ts';
import { sweep, trusted } from './native-cache.ts';
import { hash, type Compiler } from './native-compiler.ts';
import { halvesOf } from './prepare.ts';
import { recorded, written } from './record.ts';
import { sourceText } from './source-text.ts';

/** Folders and files of ours, beside this one's folder, that decide what a traced graph becomes. */
const deciding = ['base', 'graph', 'ops', 'simplify', 'kernel', 'emit', 'device'];

/**
 * All our code that turns graphs into programs, as one number, taken when it is loaded: later it may be another on disk.
 * Undefined where it does not lie as we know it (in a bundle).
 */
const ownCode = contentOf();

function contentOf(): string | undefined {
  const all = createHash('sha256');
  try {
    const here = fileURLToPath(import.meta.url);
    const [root, ending] = [dirname(dirname(here)), extname(here)];
    if (basename(dirname(here)) !== 'device') return undefined;
    for (const folder of deciding) {
      const names = readdirSync(join(root, folder)).filter((name) => name.endsWith(ending));
      for (const name of names.sort()) all.update(name).update(readFileSync(join(root, folder, name)));
    }
    return all.update(readFileSync(join(root, `tensor${ending}`))).digest('hex');
  } catch {
    return undefined;
  }
}

/** A listing whose kernels are told by name. */
export type Named = Omit<Listing, 'kernels'> & { readonly kernels: readonly string[] };

/** The shelf in a folder; `load` loads kernels by name, if all are there. */
export function shelfIn(
  folder: string,
  { key, machine }: Compiler,
  load: (listing: Named) => Promise<Executable | undefined>,
): Shelf {
  return {
    place(source) {
      const about = sourceText(source);
      if (!about || ownCode === undefined) return undefined;
      const path = join(folder, `program-${hash([ownCode, key, JSON.stringify(machine), about.text])}.json`);
      return {
        async find() {
          const text = trusted(path) ? whole(readFileSync(path, 'utf8')) : undefined;
          if (text === undefined) return undefined;
          const { compiled: program, prepared } = recorded(source, about, text);
          const { before, main } = await halvesOf(prepared, load);
          if (main && (before || prepared.kept.size === 0)) return { program, prepared, before, main };
          before?.drop();
          main?.drop();
          return undefined;
        },
        keep: (made) => put(folder, path, () => written(source, about, made)),
      };
    },
  };
}

let files = 0;

async function put(folder: string, path: string, write: () => string): Promise<void> {
  const temporary = `${path}.${process.pid}.${files++}`;
  try {
    const program = write();
    await writeFile(temporary, `${hash([program])}\n${program}`, { mode: 0o600 });
    await rename(temporary, path);
    await sweep(folder, '.json');
  } catch {
    // A full disk: the program works, and is made again next time.
    await unlink(temporary).catch(() => undefined);
  }
}

/** A file's content, if it is all there. */
function whole(file: string): string | undefined {
  const end = file.indexOf('\n');
  const program = file.slice(end + 1);
  return file.slice(0, end) === hash([program]) ? program : undefined;
}
