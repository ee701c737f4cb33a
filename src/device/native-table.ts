// A program's table as the words the C runtime walks (see emit/c-runtime.ts), and the block of memory
// that holds them: header, table, room for arguments, slots and symbols.
import { assert } from '../base/check.ts';
import type { Entry, Listing } from '../kernel/code.ts';

export interface Table {
  readonly words: readonly number[];
  /** Words at which kernel entries begin, in the order of the listing, loop bodies inline. */
  readonly entries: readonly number[];
  /** Arguments of all entries together. */
  readonly arguments: number;
  /** Whether any entry has more than one part. */
  readonly shared: boolean;
}

/** The words of a table whose kernels are at these addresses. */
export function tableWords(table: readonly Entry[], kernels: readonly number[]): Table {
  const words: number[] = [];
  const entries: number[] = [];
  let [argc, shared] = [0, false];
  const write = (entry: Entry): void => {
    if (entry.kind === 'kernel') {
      const address = kernels[entry.kernel];
      assert(address !== undefined, () => `native: entry of kernel ${entry.kernel} of ${kernels.length}`);
      entries.push(words.length);
      words.push(0, address, entry.parts, argc, entry.args.length, ...entry.args);
      argc += entry.args.length;
      shared ||= entry.parts > 1;
      return;
    }
    const start = words.length;
    words.push(1, entry.symbol, entry.length, 0);
    for (const inner of entry.body) write(inner);
    words[start + 3] = words.length - start - 4;
  };
  for (const entry of table) write(entry);
  return { words, entries, arguments: argc, shared };
}

/** The parts of a program's block, by what the C `struct Program` calls them. */
export interface ProgramBlock {
  readonly slots: BigInt64Array;
  readonly symbols: Int32Array;
  /** Tell the runtime where to add up nanoseconds, one 64-bit count per word of the table. */
  time(address: number): void;
}

/** Bytes of the block of a program. */
export function blockBytes(table: Table, { slots, symbols }: Omit<Listing, 'kernels'>): number {
  return 64 + 8 * (table.words.length + table.arguments + slots) + 4 * symbols;
}

/** Fills in a block of `blockBytes` that lies at `address`. */
export function writeBlock(
  buffer: ArrayBuffer,
  address: number,
  table: Table,
  listing: Omit<Listing, 'kernels'>,
): ProgramBlock {
  const { words } = table;
  const argv = 64 + 8 * words.length;
  const slots = argv + 8 * table.arguments;
  const symbols = slots + 8 * listing.slots;
  const header = new BigInt64Array(buffer, 0, 8);
  [
    address + 64,
    words.length,
    address + argv,
    address + slots,
    address + symbols,
    listing.symbols,
    table.shared && !listing.alone ? 1 : 0,
    0,
  ].forEach((word, i) => (header[i] = BigInt(word)));
  new BigInt64Array(buffer, 64, words.length).set(words.map(BigInt));
  return {
    slots: new BigInt64Array(buffer, slots, listing.slots),
    symbols: new Int32Array(buffer, symbols, listing.symbols),
    time: (to) => {
      header[7] = BigInt(to);
    },
  };
}
