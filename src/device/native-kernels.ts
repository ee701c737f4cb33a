// Kernels as addresses of compiled functions: taken from this process, else from the cache folder, else
// compiled, all missing ones of a program together and several compilers at a time.
import { availableParallelism } from 'node:os';
import { basename, join } from 'node:path';
import { assert } from '../base/check.ts';
import { emitC } from '../emit/c.ts';
import { cPrelude } from '../emit/c-prelude.ts';
import type { Code } from '../kernel/code.ts';
import { openLibrary, readIndex, sweep, trusted, writeIndex } from './native-cache.ts';
import { hash, type Compiler } from './native-compiler.ts';
import type { Runtime } from './native-runtime.ts';

/** Libraries that stay loaded though no program uses them: a program is often made again. */
const spare = 64;

/** A loaded library; `users` counts the programs that need it. */
export interface Library {
  readonly path: string;
  readonly handle: number;
  users: number;
}

export interface Loaded {
  /** By kernel of the listing. */
  readonly addresses: readonly number[];
  /** One use of each is counted; give them back with `release`. */
  readonly libraries: readonly Library[];
  readonly compiled: number;
  /** By kernel: its library and its key, for `recall`. */
  readonly names: readonly string[];
}

interface Text {
  readonly key: string;
  readonly lanes: number;
  readonly text: string;
}

const loaders = new Map<string, Kernels>();

/** The loader for a folder and a compiler; backends of one process share what it has loaded. */
export function kernelsOf(runtime: Runtime, folder: string, compiler: Compiler): Kernels {
  const id = `${folder} ${compiler.command.join(' ')} ${compiler.key}`;
  const found = loaders.get(id) ?? new Kernels(runtime, folder, compiler);
  loaders.set(id, found);
  return found;
}

/** Loaded libraries and the kernels in them. */
export class Kernels {
  private readonly runtime: Runtime;
  readonly folder: string;
  private readonly compiler: Compiler;
  private readonly libraries = new Map<string, Library>();
  /** Where a kernel is, by key, of those in loaded libraries. */
  private readonly known = new Map<string, Library>();
  private last: Promise<unknown> = Promise.resolve();

  constructor(runtime: Runtime, folder: string, compiler: Compiler) {
    [this.runtime, this.folder, this.compiler] = [runtime, folder, compiler];
  }

  /** Loads kernels, after those asked for before: the same kernel is not compiled twice. */
  load(codes: readonly Code[]): Promise<Loaded> {
    const next = this.last.then(() => this.find(codes));
    this.last = next.catch(() => undefined);
    return next;
  }

  /** Loads kernels by their names, if all are there. */
  recall(names: readonly string[]): Promise<Loaded | undefined> {
    const next = this.last.then(() => this.remembered(names));
    this.last = next.catch(() => undefined);
    return next;
  }

  release(libraries: readonly Library[]): void {
    for (const used of libraries) used.users--;
    const idle = [...this.libraries.values()].filter((one) => one.users === 0);
    for (const one of idle.slice(0, Math.max(0, idle.length - spare))) {
      this.libraries.delete(one.path);
      for (const [key, at] of this.known) if (at === one) this.known.delete(key);
      this.runtime.close(one.handle);
    }
  }

  private async find(codes: readonly Code[]): Promise<Loaded> {
    const preludes = new Map<number, string>();
    const texts = codes.map((code): Text => {
      const { lanes } = code;
      const prelude = preludes.get(lanes) ?? cPrelude([lanes]);
      preludes.set(lanes, prelude);
      const text = emitC(code, 'kernel');
      return { key: hash([this.compiler.key, prelude, text]), lanes, text };
    });
    const missing = new Map(texts.filter(({ key }) => !this.known.has(key)).map((text) => [text.key, text]));
    if (missing.size > 0) {
      const cached = await readIndex(this.folder, new Set(missing.keys()));
      for (const [key, path] of cached) {
        const opened = this.tryOpen(path);
        if (opened === undefined) continue;
        this.known.set(key, opened);
        missing.delete(key);
      }
    }
    const compiled = missing.size > 0 ? await this.compile([...missing.values()]) : 0;
    return this.used(
      texts.map(({ key }) => key),
      compiled,
    );
  }

  private remembered(names: readonly string[]): Loaded | undefined {
    const keys = names.map((name) => {
      const [file, key] = name.split(' ') as [string, string];
      const path = join(this.folder, basename(file));
      const opened =
        this.known.get(key) ?? this.libraries.get(path) ?? (trusted(path) ? this.tryOpen(path) : undefined);
      if (opened && this.runtime.symbol(opened.handle, symbol(key)) !== 0) this.known.set(key, opened);
      return key;
    });
    return keys.every((key) => this.known.has(key)) ? this.used(keys, 0) : undefined;
  }

  /** Counts a use of the libraries that hold these kernels. */
  private used(keys: readonly string[], compiled: number): Loaded {
    const used = new Set<Library>();
    const found = keys.map((key) => {
      const at = this.known.get(key);
      assert(at !== undefined, () => `native: kernel ${key} was not loaded`);
      used.add(at);
      const address = this.runtime.symbol(at.handle, symbol(key));
      assert(address !== 0, () => `native: ${at.path} lacks ${symbol(key)}`);
      return { address, name: `${basename(at.path)} ${key}` };
    });
    const libraries = [...used];
    for (const one of libraries) one.users++;
    return {
      addresses: found.map(({ address }) => address),
      names: found.map(({ name }) => name),
      libraries,
      compiled,
    };
  }

  /** Gives how many kernels the compiler was needed for. */
  private async compile(texts: readonly Text[]): Promise<number> {
    const chunks = deal(texts, Math.min(8, availableParallelism(), Math.ceil(texts.length / 2)));
    const counts = await Promise.all(
      chunks.map(async (chunk) => {
        const body = chunk.map(({ key, text }) => text.replace('kernel', symbol(key)));
        const text = [cPrelude(chunk.map(({ lanes }) => lanes)), ...body].join('\n');
        const { opened, built } = await openLibrary(this.folder, this.compiler, 'kernels', text, (path) =>
          this.open(path),
        );
        const keys = chunk.map(({ key }) => key);
        for (const key of keys) this.known.set(key, opened);
        await writeIndex(this.folder, keys, opened.path);
        return built ? keys.length : 0;
      }),
    );
    await sweep(this.folder, '.so');
    return counts.reduce((a, b) => a + b, 0);
  }

  /** A cached library may be damaged, or swept away by another process: its kernels are compiled again. */
  private tryOpen(path: string): Library | undefined {
    try {
      return this.open(path);
    } catch {
      return undefined;
    }
  }

  private open(path: string): Library {
    const known = this.libraries.get(path);
    if (known) return known;
    const opened = { path, handle: this.runtime.open(path), users: 0 };
    this.libraries.set(path, opened);
    return opened;
  }
}

const symbol = (key: string): string => `kernel_${key.slice(0, 32)}`;

/** Texts in `count` heaps of about equal length: the longest first, each to the heap that is least. */
function deal(texts: readonly Text[], count: number): Text[][] {
  const heaps = Array.from({ length: count }, () => ({ length: 0, texts: [] as Text[] }));
  for (const text of [...texts].sort((a, b) => b.text.length - a.text.length)) {
    const least = heaps.reduce((a, b) => (b.length < a.length ? b : a));
    least.texts.push(text);
    least.length += text.text.length;
  }
  return heaps.map((heap) => heap.texts);
}
