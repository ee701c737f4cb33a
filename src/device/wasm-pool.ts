// Runs jobs: on a pool of workers over one shared memory, or on the calling thread, in slices where memory cannot be
// shared, at once where that is known to be quicker. Workers start when first needed; one that dies takes the pool with
// it, and the next job starts another. What a job computes, and what the shared words mean, is in emit/wasm-driver.ts.
import { control } from '../emit/wasm-driver.ts';
import { startWorker } from './wasm-worker.ts';
import type { Answer, Worker } from './wasm-worker.ts';

/** One run of a program's table, its words in memory ready. */
export interface Job {
  readonly program: number;
  readonly module: WebAssembly.Module;
  readonly table: number;
  /** Each thread's own symbols. */
  readonly symbols: readonly number[];
  readonly control: number;
  /** Looks at a barrier before sleeping there. */
  readonly spin: number;
}

/** Which thread of a job failed, and how. */
export interface Failure {
  readonly thread: number;
  readonly message: string;
}

/** Something that runs one job at a time, on as many threads as the job has symbols. */
export interface Runner {
  /** Resolves when no thread works on the job any more. */
  run(job: Job): Promise<Failure | undefined>;
  /** Forgets a program. */
  unload(program: number): void;
  close(): Promise<void>;
}

interface Member {
  readonly worker: Worker;
  /** Programs it has been sent. */
  readonly known: Set<number>;
}

/** Workers over one shared memory; thread i is worker i. */
export class Pool implements Runner {
  readonly #memory: WebAssembly.Memory;
  #members: Member[] = [];
  #finish: ((failure?: Failure) => void) | undefined;

  constructor(memory: WebAssembly.Memory) {
    this.#memory = memory;
  }

  async run({ program, module, table, symbols, control, spin }: Job): Promise<Failure | undefined> {
    const members = this.#members;
    const over = new Promise<Failure | undefined>((resolve) => (this.#finish = resolve));
    while (members.length < symbols.length) await this.#start(members);
    members[0]!.worker.hold(true);
    symbols.forEach((own, thread) => {
      const { worker, known } = members[thread]!;
      if (!known.has(program)) worker.post({ kind: 'load', program, module });
      known.add(program);
      worker.post({ kind: 'run', program, args: [thread, symbols.length, table, own, control, spin] });
    });
    const failure = await over;
    this.#finish = undefined;
    members[0]!.worker.hold(false);
    // The others may be waiting for the one that failed, for ever.
    if (failure) await this.close();
    return failure;
  }

  unload(program: number): void {
    for (const { worker, known } of this.#members) {
      if (known.delete(program)) worker.post({ kind: 'unload', program });
    }
  }

  async close(): Promise<void> {
    const members = this.#members;
    this.#members = [];
    await Promise.all(members.map(({ worker }) => worker.end()));
  }

  async #start(members: Member[]): Promise<void> {
    const thread = members.length;
    const worker = await startWorker(this.#memory, (answer) => {
      // Not those of a pool that has been given up.
      if (this.#members === members) this.#hear(thread, answer);
    });
    members.push({ worker, known: new Set() });
  }

  #hear(thread: number, answer: Answer): void {
    if (answer.kind === 'done') this.#finish?.();
    else if (this.#finish) this.#finish({ thread, message: answer.message });
    else void this.close();
  }
}

/** Milliseconds of a slice: the page stays alive between two. */
const slice = 10;

/** The next turn of the event loop; a timer would wait for four milliseconds in a page. */
function nextTurn(): Promise<void> {
  const { port1, port2 } = new MessageChannel();
  return new Promise((resolve) => {
    port1.onmessage = () => {
      port1.close();
      resolve();
    };
    port2.postMessage(0);
  });
}

/** The calling thread, alone. */
export class Caller implements Runner {
  readonly #memory: WebAssembly.Memory;
  readonly #drives = new Map<number, (...args: readonly number[]) => void>();
  /** Milliseconds of jobs done at once since others had their turn. */
  #busy = 0;

  constructor(memory: WebAssembly.Memory) {
    this.#memory = memory;
  }

  /** A few repetitions at a time. */
  async run(job: Job): Promise<Failure | undefined> {
    const { table, symbols, control: block, spin } = job;
    const word = (offset: number): Int32Array => new Int32Array(this.#memory.buffer, block + offset, 1);
    const last = word(control.stop)[0]!;
    await nextTurn(); // who asked gets its answer before the work starts
    return this.#driven(job, async (drive) => {
      while (word(control.progress)[0]! < last && word(control.cancel)[0] === 0) {
        const start = performance.now();
        do {
          word(control.stop)[0] = word(control.progress)[0]! + 1;
          drive(0, 1, table, symbols[0]!, block, spin);
          word(control.ticket)[0] = 0;
        } while (word(control.progress)[0]! < last && performance.now() - start < slice);
        await nextTurn();
      }
    });
  }

  /** All of a brief job at once; after a slice's time of such jobs what else waits on the thread has its turn. */
  async atOnce(job: Job): Promise<Failure | undefined> {
    const { table, symbols, control: block, spin } = job;
    if (this.#busy > slice) {
      this.#busy = 0;
      await nextTurn();
    }
    return this.#driven(job, (drive) => {
      const start = performance.now();
      drive(0, 1, table, symbols[0]!, block, spin);
      this.#busy += performance.now() - start;
    });
  }

  unload(program: number): void {
    this.#drives.delete(program);
  }

  close(): Promise<void> {
    this.#drives.clear();
    return Promise.resolve();
  }

  /** Does the work with the job's module, and says how it failed. */
  async #driven(
    { program, module }: Job,
    work: (drive: (...args: readonly number[]) => void) => void | Promise<void>,
  ): Promise<Failure | undefined> {
    try {
      let drive = this.#drives.get(program);
      if (!drive) {
        const { exports } = await WebAssembly.instantiate(module, { env: { memory: this.#memory } });
        drive = exports['drive'] as (...args: readonly number[]) => void;
        this.#drives.set(program, drive);
      }
      await work(drive);
      return undefined;
    } catch (error) {
      return { thread: 0, message: error instanceof Error ? error.message : String(error) };
    }
  }
}
