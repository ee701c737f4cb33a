// A search for ideas that was stopped, as a file beside the picture: what was asked, how far each idea is, and all that
// the search goes on from. `eidos idea --resume` reads it, asks the same network the same thing, and ends where a search
// that nobody stopped would have ended, byte for byte.
import { createHash } from 'node:crypto';
import { readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { deserialize, serialize } from 'node:v8';
import { EidosError, type Model } from '../src/index.ts';
import type { IdeaOptions } from './idea.ts';
import type { SearchState } from './idea-search.ts';
import type { Messages } from './messages.ts';
import { UsageError } from './options.ts';

const kind = 'eidos search 1';
const ending = '.search';

/** What the command was asked for: everything that the pictures depend on, and where they go. */
export interface KeptWords {
  readonly run: string;
  readonly device: string;
  readonly options: Readonly<Partial<IdeaOptions>>;
}

/** A stopped search. */
export interface KeptSearch {
  readonly words: KeptWords;
  /** Of the weights that were asked: with others it would not be the same search. */
  readonly weights: string;
  readonly search: SearchState;
}

/** Options that a search has settled when it began. */
const settled = [
  'class',
  'y',
  'layer',
  'channel',
  'neuron',
  'method',
  'budget',
  'priors',
  'score',
  'pixels',
  'seed',
] as const;

/** Those of the options that are kept. */
export function keptOf(options: IdeaOptions): Partial<IdeaOptions> {
  const names = [...settled, 'out', 'gif', 'plot', 'nearest'] as const;
  return Object.fromEntries(
    names.filter((name) => options[name] !== undefined).map((name) => [name, options[name]]),
  );
}

/** Throws where a search that goes on is asked for something else than it began with. */
export function checkSettled(t: Messages, words: readonly string[], given: (name: string) => boolean): void {
  const changed = words[0] ?? settled.find(given);
  if (changed === undefined && !given('compare')) return;
  throw new UsageError(t.ideaSettled(words.length > 0 ? (words[0] ?? '') : `--${changed ?? 'compare'}`));
}

/** Which weights a model has, in a few letters. */
export async function weightsOf(model: Pick<Model, 'getWeights'>): Promise<string> {
  const hash = createHash('sha256');
  for (const { name, data } of await model.getWeights()) hash.update(name).update(data);
  return hash.digest('hex');
}

/** The file of a search whose picture goes to `out`. */
export const fileOf = (out: string): string => out.replace(/\.[a-z]+$/i, '') + ending;

/** Keeps a search; gives its file. */
export async function keep(t: Messages, out: string, search: KeptSearch): Promise<string> {
  const path = fileOf(out);
  await writeFile(path, serialize({ kind, ...search })).catch((error: NodeJS.ErrnoException) => {
    throw new EidosError(t.noFile(path, error.code ?? String(error)));
  });
  return path;
}

/** The search in a file, or in the newest file of a search in this folder. */
export async function kept(
  t: Messages,
  path: string | true,
): Promise<KeptSearch & { readonly path: string }> {
  const found = path === true ? await newest() : path;
  if (found === undefined) throw new UsageError(t.ideaNothingKept(ending));
  const bytes = await readFile(found).catch((error: NodeJS.ErrnoException) => {
    throw new EidosError(t.noFile(found, error.code ?? String(error)));
  });
  return { ...searchIn(t, found, bytes), path: found };
}

function searchIn(t: Messages, path: string, bytes: Buffer): KeptSearch {
  let read: unknown;
  try {
    read = deserialize(bytes);
  } catch {
    read = undefined;
  }
  if (typeof read !== 'object' || read === null || !('kind' in read) || read.kind !== kind)
    throw new EidosError(t.ideaNotKept(path));
  return read as unknown as KeptSearch;
}

async function newest(): Promise<string | undefined> {
  const names = (await readdir('.')).filter((name) => name.endsWith(ending));
  const times = await Promise.all(names.map(async (name) => ({ name, at: (await stat(name)).mtimeMs })));
  return times.sort((a, b) => b.at - a.at)[0]?.name;
}

/** A search that came to its end is kept no longer. */
export const forget = (path: string): Promise<void> => rm(path, { force: true });
