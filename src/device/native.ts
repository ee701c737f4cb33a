// The `native` target: kernels compiled by the system's C compiler, kept on disk, and run by a pool of
// threads in this process. This file is memory and programs; the compiler, the cache, the C runtime and
// the table's words are native-*.ts.
import { availableParallelism } from 'node:os';
import { assert, Bug, check, EidosError } from '../base/check.ts';
import { emitC } from '../emit/c.ts';
import type { Listing, Machine } from '../kernel/code.ts';
import type { Backend, Block, Executable, Running, Shelf } from './backend.ts';
import { openCache } from './native-cache.ts';
import { findCompiler, type Compiler } from './native-compiler.ts';
import { kernelsOf, type Kernels, type Loaded } from './native-kernels.ts';
import { runtime, type Runtime } from './native-runtime.ts';
import { Pace } from './native-pace.ts';
import { shelfIn, type Named } from './native-shelf.ts';
import { blockBytes, tableWords, writeBlock, type ProgramBlock, type Table } from './native-table.ts';

/** Milliseconds spent in one kernel entry; entries are counted in the order of the table, loop bodies inline. */
export interface EntryTime {
  readonly entry: number;
  readonly ms: number;
}

export interface NativeExecutable extends Executable {
  /** Time by entry, in all runs since the first call, which only starts the clock. */
  profile(): readonly EntryTime[];
}

/** The native target on this machine; rejects with an EidosError of one line where it cannot work. */
export async function nativeBackend(options: { readonly threads?: number } = {}): Promise<NativeBackend> {
  const { threads = Math.min(availableParallelism(), 64) } = options;
  check(
    Number.isInteger(threads) && threads >= 1 && threads <= 256,
    () => `native: threads must be 1 to 256, got ${threads}`,
  );
  const { platform } = process;
  check(platform === 'linux' || platform === 'darwin', () => `native: needs Linux or macOS, got ${platform}`);
  try {
    const folder = await openCache();
    const compiler = await findCompiler(folder);
    const host = await runtime(folder, compiler);
    return new NativeBackend(host, kernelsOf(host, folder, compiler), compiler, threads);
  } catch (error) {
    // A full disk, a folder that has gone: whatever it is, the caller can go on without this target.
    if (error instanceof EidosError || error instanceof Bug) throw error;
    throw new EidosError(
      `native: ${(error as Error).message.split('\n')[0]}; set EIDOS_CACHE to another folder`,
    );
  }
}

/** Requests from this many bytes on are compared with what the system has left. */
const large = 2 ** 26;

/** Bytes the system can still give; where Node cannot tell, no bound. */
const availableMemory = (): number =>
  (process as { availableMemory?: () => number }).availableMemory?.() ?? Infinity;

/** Memory and programs of one user of the runtime. */
export class NativeBackend implements Backend {
  readonly name = 'native';
  readonly machine: Machine;
  readonly threads: number;
  readonly shelf: Shelf;
  private readonly runtime: Runtime;
  private readonly kernels: Kernels;
  private readonly blocks = new Map<number, { readonly bytes: number; view?: Uint8Array }>();
  private readonly programs = new Set<Program>();
  private readonly collected = new FinalizationRegistry((program: Program) => program.drop());
  /** Bytes the system can still give; tests put their own in. */
  available = availableMemory;
  private compiled = 0;
  private closed = false;

  constructor(host: Runtime, kernels: Kernels, compiler: Compiler, threads: number) {
    [this.runtime, this.kernels, this.threads] = [host, kernels, threads];
    this.machine = compiler.machine;
    this.shelf = shelfIn(kernels.folder, compiler, (listing) => this.recall(listing));
  }

  allocate(bytes: number): Block {
    assert(!this.closed, () => 'native: allocate after close');
    // The system promises more than it has and ends the process when it is taken at its word.
    const free = bytes < large ? Infinity : this.available();
    check(
      bytes <= free,
      () =>
        `native: needs ${Math.ceil(bytes / 2 ** 20)} MB of memory, the system has ${Math.floor(free / 2 ** 20)} MB; take a smaller batch`,
    );
    const address = this.runtime.allocate(Math.max(bytes, 64));
    check(
      address !== 0,
      () => `native: needs ${bytes} bytes of memory, and the system has none left; take a smaller batch`,
    );
    this.blocks.set(address, { bytes });
    return { address, bytes };
  }

  free(block: Block): void {
    const address = Number(block.address);
    assert(this.blocks.delete(address), () => `native: free of ${address}, which is not a block`);
    this.runtime.free(address);
  }

  view(block: Block): Uint8Array {
    const found = this.blocks.get(Number(block.address));
    assert(found !== undefined, () => `native: view of ${block.address}, which is not a block`);
    return (found.view ??= new Uint8Array(this.runtime.view(Number(block.address), found.bytes)));
  }

  /** Of programs that earlier processes have compiled. */
  private async recall(listing: Named): Promise<NativeExecutable | undefined> {
    assert(!this.closed, () => 'native: load after close');
    const loaded = await this.kernels.recall(listing.kernels);
    return loaded && this.executable(listing, loaded);
  }

  async load(listing: Listing): Promise<NativeExecutable> {
    assert(!this.closed, () => 'native: load after close');
    const loaded = await this.kernels.load(listing.kernels);
    this.compiled += loaded.compiled;
    return this.executable(listing, loaded);
  }

  private executable(listing: Omit<Listing, 'kernels'>, loaded: Loaded): NativeExecutable {
    const program = new Program(this.runtime, listing, loaded, this.threads, () => {
      this.programs.delete(program);
      this.kernels.release(loaded.libraries);
    });
    this.programs.add(program);
    const executable: NativeExecutable = {
      names: loaded.names,
      run: (slots, symbols, times) => program.run(slots, symbols, times),
      profile: () => program.profile(),
      drop: () => program.drop(),
    };
    this.collected.register(executable, program);
    return executable;
  }

  text({ kernels }: Listing): string {
    return kernels.map((code, i) => emitC(code, `kernel${i}`)).join('\n');
  }

  stats(): { readonly bytes: number; readonly compiled: number; readonly programs: number } {
    let bytes = 0;
    for (const block of this.blocks.values()) bytes += block.bytes;
    for (const program of this.programs) bytes += program.bytes;
    return { bytes, compiled: this.compiled, programs: this.programs.size };
  }

  async close(): Promise<void> {
    if (this.closed) return;
    this.closed = true;
    const programs = [...this.programs];
    await Promise.all(programs.map((program) => program.stop()));
    for (const program of programs) program.drop();
    for (const address of this.blocks.keys()) this.runtime.free(address);
    this.blocks.clear();
  }
}

/** What a loaded listing holds: its table in native memory, and its libraries until `given` is called. */
class Program {
  readonly bytes: number;
  private readonly runtime: Runtime;
  private readonly threads: number;
  private readonly table: Table;
  private readonly address: number;
  private readonly block: ProgramBlock;
  private readonly runs = new Set<Running>();
  private readonly pace = new Pace();
  /** The addresses that its block holds: the caller does not change a list that it has given. */
  private places: readonly (number | bigint)[] | undefined;
  private readonly given: () => void;
  private times?: { readonly address: number; readonly nanoseconds: BigInt64Array };
  private dropped = false;

  constructor(
    host: Runtime,
    listing: Omit<Listing, 'kernels'>,
    loaded: Loaded,
    threads: number,
    given: () => void,
  ) {
    [this.runtime, this.threads, this.given] = [host, threads, given];
    this.table = tableWords(listing.table, loaded.addresses);
    this.bytes = blockBytes(this.table, listing);
    this.address = host.allocate(this.bytes);
    check(
      this.address !== 0,
      () => `native: needs ${this.bytes} bytes of memory for a program, and the system has none left`,
    );
    this.block = writeBlock(host.view(this.address, this.bytes), this.address, this.table, listing);
  }

  run(slots: readonly (number | bigint)[], symbols: readonly number[], times: number): Running {
    const { block } = this;
    assert(!this.dropped, () => 'native: run after drop');
    assert(
      slots.length === block.slots.length,
      () => `native: ${block.slots.length} slots, got ${slots.length}`,
    );
    assert(
      symbols.length <= block.symbols.length,
      () => `native: ${block.symbols.length} symbols, got ${symbols.length}`,
    );
    const counts = [...symbols];
    const size = times * Math.max(1, counts[0] ?? 1);
    let began = 0;
    let brief = false;
    const running = this.runtime.run(this.address, times, this.threads, () => {
      if (slots !== this.places) block.slots.set(slots.map(BigInt));
      this.places = slots;
      block.symbols.fill(0);
      block.symbols.set(counts);
      brief = this.pace.isBrief(times, size);
      began = performance.now();
      return { brief };
    });
    this.runs.add(running);
    const over = (): void => {
      this.runs.delete(running);
      if (this.dropped) this.release();
    };
    running.done.then((completed) => {
      if (completed === times) this.pace.took(performance.now() - began, { times, size, brief });
      over();
    }, over);
    return running;
  }

  profile(): readonly EntryTime[] {
    assert(!this.dropped, () => 'native: profile after drop');
    if (!this.times) {
      const bytes = 8 * this.table.words.length;
      const address = this.runtime.allocate(bytes);
      check(
        address !== 0,
        () => `native: needs ${bytes} bytes of memory for a profile, and the system has none left`,
      );
      this.times = { address, nanoseconds: new BigInt64Array(this.runtime.view(address, bytes)) };
      this.block.time(address);
    }
    const { nanoseconds } = this.times;
    return this.table.entries.map((word, entry) => ({ entry, ms: Number(nanoseconds[word]) / 1e6 }));
  }

  /** Cancels what runs and waits for it. */
  async stop(): Promise<void> {
    for (const running of this.runs) running.cancel();
    await Promise.allSettled([...this.runs].map((running) => running.done));
  }

  /** Gives everything back, after the runs under way. */
  drop(): void {
    if (this.dropped) return;
    this.dropped = true;
    this.release();
  }

  private release(): void {
    if (this.runs.size > 0) return;
    this.runtime.free(this.address);
    if (this.times) this.runtime.free(this.times.address);
    this.given();
  }
}
