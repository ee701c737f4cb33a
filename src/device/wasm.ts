// The wasm device: one memory, one pool, and programs as modules plus a table of words in that memory.
// It works in Node and in pages; a page that is not cross-origin isolated gets one thread, in slices.
// What runs there is written by emit/wasm.ts and emit/wasm-driver.ts.
import { Bug, assert, check } from '../base/check.ts';
import { control, controlBytes, symbolsHeader, writeTable } from '../emit/wasm-driver.ts';
import type { Table } from '../emit/wasm-driver.ts';
import type { Listing, Machine } from '../kernel/code.ts';
import type { Backend, Block, Executable, Running } from './backend.ts';
import { inNode } from './node-threads.ts';
import { Heap } from './wasm-heap.ts';
import { Modules } from './wasm-modules.ts';
import type { HeldModule } from './wasm-modules.ts';
import { Caller, Pool } from './wasm-pool.ts';
import type { Failure, Runner } from './wasm-pool.ts';
import { Way } from './wasm-way.ts';
import { processors } from './wasm-worker.ts';

/** How to open the device. */
export interface WasmOptions {
  /** Threads that compute, from 1 to 256; as many as the machine has processors if not given. */
  readonly threads?: number;
  /** Whether to share memory between threads; where that can be done if not given. */
  readonly shared?: boolean;
  /** Most memory to use, in pages of 64 KiB; 65536, or what the engine allows, if not given. */
  readonly pages?: number;
}

const machine: Machine = { lanes: 4, registers: 16, fma: false };

/** Looks at a barrier before sleeping there: some 30 microseconds, next to none if threads have to share processors. */
const spins = { own: 20_000, crowded: 100 } as const;

const canShare = (): boolean =>
  typeof SharedArrayBuffer === 'function' && (inNode || globalThis.crossOriginIsolated === true);

const aligned = (bytes: number): number => Math.ceil(bytes / 64) * 64;

/** Control blocks lie below the heap; the next run after a failure gets another. */
const controlAt = (generation: number): number => 64 + controlBytes * (generation % 64);

/** One call of `run`, from its place in the queue to its end. */
class Run implements Running {
  readonly done: Promise<number>;
  readonly #words: () => Int32Array;
  #state: 'queued' | 'running' | 'over' = 'queued';
  #completed = 0;
  #cancelled = false;

  /** `words` is the control block; `start` does the work once `before` is over, `end` follows in any case. */
  constructor(
    times: number,
    words: () => Int32Array,
    before: Promise<unknown>,
    start: () => Promise<void>,
    end: () => void,
  ) {
    this.#words = words;
    this.done = before.then(async () => {
      try {
        if (this.#cancelled || times === 0) return 0;
        const work = start();
        this.#state = 'running';
        await work;
      } finally {
        this.#completed = this.progress();
        this.#state = 'over';
        end();
      }
      return this.#completed;
    });
  }

  progress(): number {
    return this.#state === 'running' ? Atomics.load(this.#words(), control.progress / 4) : this.#completed;
  }

  cancel(): void {
    this.#cancelled = true;
    if (this.#state === 'running') Atomics.store(this.#words(), control.cancel / 4, 1);
  }
}

/** A loaded program: its words in memory, and how many runs still need them. */
interface Program {
  readonly kernels: number;
  readonly slots: number;
  readonly counts: number;
  readonly table: Table;
  readonly number: number;
  readonly module: WebAssembly.Module;
  /** Where the table's words lie, and each thread's symbols. */
  readonly address: number;
  readonly symbols: readonly number[];
  readonly way: Way;
  /** Gives words and module back. */
  readonly release: () => void;
  runs: number;
  dropped: boolean;
}

class Device implements Backend {
  readonly name = 'wasm';
  readonly machine = machine;
  readonly threads: number;
  readonly #spin: number;
  readonly #modules: Modules;
  readonly #runner: Runner;
  readonly #caller: Caller;
  readonly #runs = new Set<Run>();
  /** Undefined once the device is closed. */
  #heap: Heap | undefined;
  #queue: Promise<unknown> = Promise.resolve();
  #programs = 0;
  #failures = 0;

  constructor(threads: number, spin: number, shared: boolean, pages?: number) {
    this.threads = threads;
    this.#spin = spin;
    this.#heap = new Heap(shared, pages);
    const { memory, maximum } = this.#heap;
    this.#caller = new Caller(memory);
    this.#runner = shared ? new Pool(memory) : this.#caller;
    this.#modules = new Modules({ shared, maximum }, (program) => {
      this.#runner.unload(program);
      this.#caller.unload(program);
    });
  }

  allocate(bytes: number): Block {
    return { address: this.#open().allocate(bytes), bytes };
  }

  free(block: Block): void {
    this.#heap?.free(Number(block.address));
  }

  view(block: Block): Uint8Array {
    return new Uint8Array(this.#open().memory.buffer, Number(block.address), block.bytes);
  }

  text({ kernels }: Listing): string {
    return this.#modules.text(kernels);
  }

  stats(): { readonly bytes: number; readonly compiled: number; readonly programs: number } {
    return { bytes: this.#heap?.bytes ?? 0, compiled: this.#modules.compiled, programs: this.#programs };
  }

  async load(listing: Listing): Promise<Executable> {
    this.#open();
    const held = await this.#modules.hold(listing.kernels);
    let program: Program;
    try {
      program = this.#place(listing, held);
    } catch (error) {
      held.release();
      throw error;
    }
    this.#programs++;
    return {
      run: (slots, counts, times) => this.#run(program, slots, counts, times),
      drop: () => {
        if (program.dropped) return;
        program.dropped = true;
        this.#programs--;
        if (program.runs === 0) program.release();
      },
    };
  }

  async close(): Promise<void> {
    for (const run of this.#runs) run.cancel();
    const queue = this.#queue;
    this.#heap = undefined;
    await queue;
    await Promise.all([this.#runner.close(), this.#caller.close()]);
  }

  #open(): Heap {
    const heap = this.#heap;
    check(heap !== undefined, () => 'wasm: the device is closed; open another');
    return heap;
  }

  /** Puts a program's words into memory. */
  #place({ kernels, slots, symbols: counts, table: entries, alone }: Listing, held: HeldModule): Program {
    const heap = this.#open();
    const table = writeTable(entries, alone ? 1 : this.threads);
    const tableBytes = aligned(4 * table.words.length);
    const stride = aligned(symbolsHeader + 4 * counts);
    const address = heap.allocate(tableBytes + stride * table.width);
    new Int32Array(heap.memory.buffer, address, table.words.length).set(table.words);
    const first = address + tableBytes + symbolsHeader;
    const symbols = Array.from({ length: table.width }, (_, thread) => first + thread * stride);
    const release = (): void => {
      this.#heap?.free(address);
      held.release();
    };
    const { number, module } = held;
    const sizes = { kernels: kernels.length, slots, counts, way: new Way(table.width) };
    return { ...sizes, table, number, module, address, symbols, release, runs: 0, dropped: false };
  }

  #run(program: Program, slots: readonly (number | bigint)[], counts: readonly number[], times: number): Run {
    const { memory } = this.#open();
    assert(!program.dropped, () => 'wasm: the program has been dropped');
    const need = (what: string, right: boolean, limit: number, got: number): void =>
      assert(right, () => `wasm: the program has ${limit} ${what}, got ${got}`);
    need('slots', slots.length === program.slots, program.slots, slots.length);
    need('symbols', counts.length <= program.counts, program.counts, counts.length);
    const whole = Number.isInteger(times) && times >= 0 && times < 2 ** 31;
    assert(whole, () => `wasm: a program runs a whole number of times below 2^31, got ${times}`);
    let block = 0;
    const words = (): Int32Array => new Int32Array(memory.buffer, block, controlBytes / 4);
    const start = async (): Promise<void> => {
      block = controlAt(this.#failures);
      prepare(memory, program, slots, counts);
      words().fill(0)[control.stop / 4] = times;
      const { number, module, address: table, symbols, way } = program;
      const spin = this.#spin;
      const size = times * Math.max(1, counts[0] ?? 1);
      const atOnce = way.isAtOnce(size);
      const began = performance.now();
      const job = { program: number, module, table, symbols, control: block, spin };
      const failure = await (atOnce ? this.#caller.atOnce(job) : this.#runner.run(job));
      if (failure) throw this.#failed(memory, program, failure);
      if (words()[control.cancel / 4] === 0) way.took(performance.now() - began, size, atOnce);
    };
    const end = (): void => {
      this.#runs.delete(run);
      if (--program.runs === 0 && program.dropped) program.release();
    };
    const run = new Run(times, words, this.#queue, start, end);
    program.runs++;
    this.#runs.add(run);
    this.#queue = run.done.catch(() => undefined); // whoever asked for it is told
    return run;
  }

  #failed(memory: WebAssembly.Memory, { symbols, kernels }: Program, { thread, message }: Failure): Bug {
    this.#failures++;
    const [kernel] = new Int32Array(memory.buffer, symbols[thread]! - 4, 1);
    return new Bug(`wasm: kernel ${kernel} of ${kernels} failed on thread ${thread}: ${message}`);
  }
}

/** Puts a run's addresses and counts where its threads look for them. */
function prepare(
  { buffer }: WebAssembly.Memory,
  { table, address, symbols, counts: length }: Program,
  slots: readonly (number | bigint)[],
  counts: readonly number[],
): void {
  const args = new Uint32Array(buffer, address + 4 * table.args, table.words.length - table.args);
  const addresses = slots.map(Number);
  for (let i = 0; i < args.length; i++) args[i] = addresses[table.words[table.args + i]!]!;
  for (const own of symbols) new Int32Array(buffer, own, length).fill(0).set(counts);
}

/** Opens the wasm device. */
export async function wasmBackend({
  threads,
  shared = canShare(),
  pages,
}: WasmOptions = {}): Promise<Backend> {
  const available = await processors();
  const wanted = threads ?? Math.min(available, 256);
  check(
    Number.isInteger(wanted) && wanted >= 1 && wanted <= 256,
    () => `wasm: threads must be a whole number from 1 to 256, got ${wanted}`,
  );
  const count = shared ? wanted : 1;
  return new Device(count, count <= available ? spins.own : spins.crowded, shared, pages);
}
