// The C runtime as JavaScript functions: one per process, with its pool of threads and its queue of runs.
// Addresses are plain numbers (user space ends far below 2^53). koffi is an optional dependency and is
// imported only here.
import { isMainThread } from 'node:worker_threads';
import { EidosError, check } from '../base/check.ts';
import { cRuntime } from '../emit/c-runtime.ts';
import { openLibrary } from './native-cache.ts';
import type { Compiler } from './native-compiler.ts';
import type { Running } from './backend.ts';

export interface Runtime {
  /** Zeroed memory aligned to 64 bytes; 0 when there is none. */
  allocate(bytes: number): number;
  free(address: number): void;
  /** The bytes themselves, not a copy; free them only when nobody looks any more. */
  view(address: number, bytes: number): ArrayBuffer;
  /** A library's handle; throws an EidosError where the system will not load it. */
  open(path: string): number;
  /** Address of a function, 0 if the library has none of that name. */
  symbol(handle: number, name: string): number;
  close(handle: number): void;
  /**
   * Queue a run of the program block at `program`; `prepare` is called when its turn has come. Where it says that the
   * run is brief, it is run at once on this thread, which costs less than to hand it over.
   */
  run(program: number, times: number, threads: number, prepare: () => { readonly brief: boolean }): Running;
}

let shared: Promise<Runtime> | undefined;

/** The runtime of this process, compiled and loaded by whoever asks first. */
export function runtime(folder: string, compiler: Compiler): Promise<Runtime> {
  shared ??= start(folder, compiler).catch((error: unknown) => {
    shared = undefined;
    throw error;
  });
  return shared;
}

async function start(folder: string, compiler: Compiler): Promise<Runtime> {
  const { default: koffi } = await import('koffi').catch(() => {
    throw new EidosError(
      'native: needs the optional package koffi, which is not installed; npm install koffi',
    );
  });
  // The default of 128 kB is less than a kernel's compiler may assume of a stack.
  koffi.config({ ...koffi.config(), async_stack_size: 4 << 20 });
  const { opened } = await openLibrary(folder, compiler, 'runtime', cRuntime, (file) => ({
    c: koffi.load(file),
    path: file,
  })).catch((error: unknown) => {
    if (error instanceof EidosError) throw error;
    const reason = (error as Error).message.split('\n')[0];
    throw new EidosError(
      `native: cannot load libraries from the cache folder (${reason}); set EIDOS_CACHE to another`,
    );
  });
  const { c, path } = opened;
  check((c.func('int eidos_stay(str)')(path) as number) === 1, () => `native: cannot keep ${path} loaded`);
  const open = c.func('int64 eidos_open(str)') as (path: string) => number;
  const error = c.func('str eidos_error()') as () => string;
  const allocate = c.func('int64 eidos_allocate(int64)') as (bytes: number) => number;
  const view = (address: number, bytes: number): ArrayBuffer => koffi.view(BigInt(address), bytes);
  const control = allocate(64);
  const words = new Int32Array(view(control, 64));
  const run = c.func('int64 eidos_run(int64, int64, int64, int, int64)');
  const runAsync = run.async as (...call: [...RunCall, then: Then]) => void;
  const runNow = run as (...call: RunCall) => number;
  const end = c.func('void eidos_end()') as () => void;
  // The host waits for the call under way before it ends. The main thread can tell it to return; a
  // worker that is terminated cannot, so its calls are short and the rest is asked for again.
  if (isMainThread) process.on('exit', end);
  const slice = isMainThread ? 0 : 100;
  return {
    allocate,
    free: c.func('void eidos_free(int64)') as (address: number) => void,
    view,
    open: (file) => {
      const handle = open(file);
      check(
        handle !== 0,
        () => `native: cannot load ${file} (${error().split('\n')[0]}); set EIDOS_CACHE to another folder`,
      );
      return handle;
    },
    symbol: c.func('int64 eidos_symbol(int64, str)') as (handle: number, name: string) => number,
    close: c.func('void eidos_close(int64)') as (handle: number) => void,
    run: queue(words, {
      start: (program, times, threads, then) => runAsync(program, control, times, threads, slice, then),
      finish: (program, times, threads) => runNow(program, control, times, threads, 0),
    }),
  };
}

type Then = (error: Error | null, completed: number) => void;

type RunCall = [program: number, control: number, times: number, threads: number, milliseconds: number];

interface Calls {
  /** Starts a call that may return before all `times` repetitions are done. */
  readonly start: (program: number, times: number, threads: number, then: Then) => void;
  /** Does all of them, and gives how many that were. */
  readonly finish: (program: number, times: number, threads: number) => number;
}

/** Runs one after the other; `words` are those of the C `struct Control`: cancel, progress. */
function queue(words: Int32Array, { start, finish }: Calls): Runtime['run'] {
  let last: Promise<unknown> = Promise.resolve();
  return (program, times, threads, prepare) => {
    let [cancelled, active, completed] = [false, false, 0];
    const call = (resolve: (completed: number) => void, reject: (error: Error) => void): void => {
      if (cancelled) return resolve(completed);
      words.fill(0);
      active = true;
      start(program, times - completed, threads, (error, more) => {
        active = false;
        if (error) return reject(error);
        completed += more;
        if (completed < times) call(resolve, reject);
        else resolve(completed);
      });
    };
    const done = last.then(() => {
      const { brief } = prepare();
      if (!brief || cancelled) return new Promise(call);
      words.fill(0);
      return (completed = finish(program, times, threads));
    });
    last = done.catch(() => undefined);
    return {
      done,
      progress: () => completed + (active ? words[1]! : 0),
      cancel: () => {
        cancelled = true;
        if (active) words[0] = 1;
      },
    };
  };
}
