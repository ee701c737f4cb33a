// What of a program comes out the same in every run, as long as what it is made from stays the same: weights packed as
// a product reads them, most of all. It is computed once and kept, and again when somebody has written to the weights.
import { bytesOf } from '../base/dtype.ts';
import { at } from '../base/shape.ts';
import type { Code, Entry, Stmt } from './code.ts';
import type { Buffer } from './kernel.ts';
import type { TiledProgram } from './tile.ts';

/** Entries of one kind of work, with the kernels they use. */
export interface Part {
  readonly kernels: readonly Code[];
  readonly table: readonly Entry[];
}

/** A program in two parts. */
export interface Parted {
  /** What is run first, and not again as long as no constant changes. */
  readonly before: Part;
  readonly main: Part;
  /** What the first part fills, for the other. */
  readonly kept: readonly Buffer[];
}

/** Bytes kept for each byte they are made from, at most: more would be numbers unfolded, which is cheaper done again. */
const worthKeeping = 2;

type Kernel = Extract<Entry, { kind: 'kernel' }>;

/** Takes out of a program what depends only on `constants`, which it must not write to; `own` are buffers nobody else sees. */
export function parted(
  { kernels, table, buffers }: Pick<TiledProgram, 'kernels' | 'table' | 'buffers'>,
  constants: ReadonlySet<Buffer>,
  own: (b: Buffer) => boolean,
): Parted {
  const writers = new Map<number, number>();
  const all: Kernel[] = [];
  each(table, (entry) => {
    all.push(entry);
    for (const slot of written(entry, kernels)) writers.set(slot, (writers.get(slot) ?? 0) + 1);
  });
  const known = new Set(buffers.flatMap((b, slot) => (constants.has(b) ? [slot] : [])));
  const bytes = (slots: readonly number[]): number =>
    slots.reduce((n, slot) => n + at(buffers, slot).size * bytesOf[at(buffers, slot).dtype], 0);
  const first = new Set<Kernel>();
  for (const entry of all) {
    const to = written(entry, kernels);
    const from = entry.args.filter((slot) => !to.includes(slot));
    const alone = to.every((slot) => writers.get(slot) === 1 && own(at(buffers, slot)));
    if (from.length === 0 || !alone || !from.every((slot) => known.has(slot))) continue;
    if (bytes(to) > worthKeeping * bytes(from) || !isSteady(at(kernels, entry.kernel))) continue;
    first.add(entry);
    for (const slot of to) known.add(slot);
  }
  const kept = [...first].flatMap((entry) => written(entry, kernels).map((slot) => at(buffers, slot)));
  return {
    before: partOf(
      all.filter((entry) => first.has(entry)),
      kernels,
    ),
    main: partOf(without(table, first), kernels),
    kept,
  };
}

/** Entries of kernels, inside loops too. */
function each(table: readonly Entry[], visit: (entry: Kernel) => void): void {
  for (const entry of table)
    if (entry.kind === 'kernel') visit(entry);
    else each(entry.body, visit);
}

const without = (table: readonly Entry[], some: ReadonlySet<Kernel>): Entry[] =>
  table.flatMap((entry): Entry[] => {
    if (entry.kind === 'kernel') return some.has(entry) ? [] : [entry];
    return [{ ...entry, body: without(entry.body, some) }];
  });

const written = ({ kernel, args }: Kernel, kernels: readonly Code[]): readonly number[] =>
  args.filter((_, i) => at(at(kernels, kernel).buffers, i).written);

/** Whether a kernel is told no run-time count, and reads nothing that it writes. */
function isSteady({ body, buffers }: Code): boolean {
  const steady = (list: readonly Stmt[]): boolean =>
    list.every((x) => {
      if (x.s === 'loop') return steady(x.body);
      if (x.s === 'if') return steady(x.then);
      if (x.s !== 'let') return true;
      if (x.op.o === 'symbol') return false;
      const reads = x.op.o === 'load' || x.op.o === 'address' ? buffers[x.op.buffer] : undefined;
      return !reads?.written;
    });
  return steady(body);
}

/** The kernels that entries use, and the entries with their numbers among these. */
function partOf(table: readonly Entry[], all: readonly Code[]): Part {
  const numbers = new Map<number, number>();
  const kernels: Code[] = [];
  const number = (kernel: number): number => {
    const known = numbers.get(kernel) ?? kernels.push(at(all, kernel)) - 1;
    numbers.set(kernel, known);
    return known;
  };
  const renumbered = (list: readonly Entry[]): Entry[] =>
    list.map((entry) =>
      entry.kind === 'kernel'
        ? { ...entry, kernel: number(entry.kernel) }
        : { ...entry, body: renumbered(entry.body) },
    );
  return { table: renumbered(table), kernels };
}
