// What a backend is given of a program: its kernels tiled, its table in two parts (what depends on constants alone is
// computed once, see kernel/steady.ts), and a place for each buffer. Pure, so that it can be written down (record.ts).
import type { Code, Entry, Listing, Machine } from '../kernel/code.ts';
import { writtenBy, type Buffer } from '../kernel/kernel.ts';
import { parted } from '../kernel/steady.ts';
import { factsOf } from '../kernel/terms.ts';
import { tile } from '../kernel/tile.ts';
import type { Executable } from './backend.ts';
import { costOf, type Compiled, type Cost } from './compile.ts';
import { plan } from './plan.ts';

/** Some entries of a program and the kernels they use: codes, or names of what has been compiled. */
export interface Half<K> {
  readonly kernels: readonly K[];
  readonly table: readonly Entry[];
}

export interface Prepared<K> {
  /** Run once, and again when constants have changed. */
  readonly before: Half<K>;
  readonly main: Half<K>;
  readonly rest: Pick<Listing, 'slots' | 'symbols' | 'alone'>;
  /** By slot. */
  readonly buffers: readonly Buffer[];
  /** Where those lie that are kept from run to run, and all others that are the program's own. */
  readonly kept: ReadonlyMap<Buffer, number>;
  readonly keptBytes: number;
  readonly offsets: ReadonlyMap<Buffer, number>;
  readonly bytes: number;
  /** What it reads and never writes to, and what it writes to. */
  readonly constants: ReadonlySet<Buffer>;
  readonly changed: ReadonlySet<Buffer>;
  readonly cost: Cost;
}

/** What a program reads and never writes to; `changed` are the buffers that its kernels write to. */
export const constantsOf = (program: Compiled, changed: ReadonlySet<Buffer>): Set<Buffer> =>
  new Set(
    [...program.state.values(), ...program.literals.map(({ buffer }) => buffer)].filter(
      (b) => !changed.has(b),
    ),
  );

/** The buffers that are memory of somebody else: variables, inputs, outputs, literal numbers. */
export const boundOf = ({ state, inputs, outputs, literals }: Compiled): Set<Buffer> =>
  new Set([...state.values(), ...[...inputs, ...outputs, ...literals].map(({ buffer }) => buffer)]);

/** The whole listing, as people read it. */
export function listingOf(
  program: Compiled,
  machine: Machine,
): Listing & { readonly buffers: readonly Buffer[] } {
  const constants = constantsOf(program, writtenBy(program.items));
  const { kernels, table, buffers, alone } = tile(program.items, machine, factsOf(program.items, constants));
  return { kernels, table, buffers, slots: buffers.length, symbols: program.symbols, alone };
}

export function prepare(program: Compiled, machine: Machine): Prepared<Code> {
  const changed = writtenBy(program.items);
  const constants = constantsOf(program, changed);
  const { buffers, kernels, table, ...rest } = listingOf(program, machine);
  const bound = boundOf(program);
  const { before, main, kept } = parted({ kernels, table, buffers }, constants, (b) => !bound.has(b));
  const fixed = new Set(buffers.filter((b) => bound.has(b) || kept.includes(b)));
  const { offsets, bytes } = plan(table, buffers, fixed);
  // All of what is kept lives as long as any, so all lifetimes are one.
  const together: Entry = { kind: 'kernel', kernel: 0, parts: 1, args: kept.map((_, i) => i) };
  const apart = plan([together], kept, new Set());
  const cost = costOf(program, bytes + apart.bytes, kernels.length);
  return {
    ...{ before, main, rest, buffers, offsets, bytes, constants, changed, cost },
    ...{ kept: apart.offsets, keptBytes: apart.bytes },
  };
}

/** The halves of a program as the backend has loaded them; none for what is kept where nothing is. */
export interface Halves {
  readonly before: Executable | undefined;
  readonly main: Executable;
}

/** Loads both halves with `load`; undefined where it has not got one. */
export async function halvesOf<K, E extends Executable | undefined>(
  { before, main, rest, kept }: Prepared<K>,
  load: (listing: Prepared<K>['rest'] & Prepared<K>['main']) => Promise<E>,
): Promise<{ readonly before: E | undefined; readonly main: E }> {
  const first = kept.size > 0 ? await load({ ...before, ...rest }) : undefined;
  try {
    return { before: first, main: await load({ ...main, ...rest }) };
  } catch (error) {
    first?.drop();
    throw error;
  }
}

/** A program whose kernels are loaded. */
export interface Loaded extends Halves {
  readonly program: Compiled;
  readonly prepared: Prepared<unknown>;
}
