// A target over a backend: kernels are tiled and emitted for its machine, buffers get places in memory. What depends on
// constants alone is computed once and kept with the program. One scratch arena, as large as the largest program needs,
// serves whichever program runs.
import { viewAs, bytesOf, type Dtype, type TypedArray } from '../base/dtype.ts';
import type { Buffer } from '../kernel/kernel.ts';
import type { Backend, Block, Executable, Running, Shelf } from './backend.ts';
import { lowered, type Compiled, type Source } from './compile.ts';
import { slack } from './plan.ts';
import { halvesOf, listingOf, prepare, type Halves, type Loaded, type Prepared } from './prepare.ts';
import type { Planned, Runnable, Store, Target } from './target.ts';

interface Held extends Store {
  readonly block: Block;
  /** Counts up whenever its numbers may have become others. */
  version: number;
}

export function compiledTarget(backend: Backend): Target {
  const { shelf } = backend;
  const arena = new Arena(backend);
  return {
    name: backend.name,
    threads: backend.threads,
    store: (dtype, size) => hold(backend, dtype, size),
    async load(program, bindings) {
      const prepared = prepare(program, backend.machine);
      return realize({ backend, arena, program, prepared, ...(await loaded(backend, prepared)) }, bindings);
    },
    ...(shelf && { plan: (source: Source) => planned(backend, shelf, arena, source) }),
    // Pages of small models never load it.
    draw: async (store, drawing, count) => {
      const { draw } = await import('./draw.ts');
      const done = await draw(backend, (store as Held).block, drawing, count);
      (store as Held).version++;
      return done;
    },
    stats: () => backend.stats(),
    close: () => backend.close(),
  };
}

/** Memory for what lies between a program's inputs and its results; it grows to what the largest needs. */
class Arena {
  private readonly backend: Backend;
  private block: Block | undefined;

  constructor(backend: Backend) {
    this.backend = backend;
  }

  of(bytes: number): Block {
    if (this.block && this.block.bytes >= bytes) return this.block;
    if (this.block) this.backend.free(this.block);
    this.block = undefined;
    this.block = this.backend.allocate(Math.max(64, bytes));
    return this.block;
  }
}

const loaded = (backend: Backend, prepared: ReturnType<typeof prepare>): Promise<Halves> =>
  halvesOf(prepared, (listing) => backend.load(listing));

/** A program as an earlier process has left it on the shelf; else it is made now, and left there. */
async function planned(backend: Backend, shelf: Shelf, arena: Arena, source: Source): Promise<Planned> {
  const place = shelf.place(source);
  // Whatever is wrong with what was left there: it is made again.
  const found = await place?.find().catch(() => undefined);
  if (found) {
    let mine = true;
    return {
      program: found.program,
      load(bindings) {
        mine = false;
        return Promise.resolve(realize({ backend, arena, ...found }, bindings));
      },
      drop() {
        if (mine) for (const half of [found.before, found.main]) half?.drop();
        mine = false;
      },
    };
  }
  const program = lowered(source);
  return {
    program,
    async load(bindings) {
      const prepared = prepare(program, backend.machine);
      const made = { program, prepared, ...(await loaded(backend, prepared)) };
      const runnable = realize({ backend, arena, ...made }, bindings);
      await place?.keep(made);
      return runnable;
    },
    drop: () => undefined,
  };
}

interface Parts extends Loaded {
  readonly backend: Backend;
  readonly arena: Arena;
}

/** Gives a loaded program its memory. */
function realize(
  { backend, arena, program, prepared, before, main }: Parts,
  bindings: ReadonlyMap<object, Store>,
): Runnable {
  const { buffers, offsets, bytes, constants, changed } = prepared;
  const held = (b: Buffer): Held | undefined => bindings.get(b) as Held | undefined;
  let steady: Steady | undefined;
  try {
    steady = before && keep(backend, before, prepared);
  } catch (error) {
    main.drop();
    throw error;
  }
  const address = (b: Buffer, base: Block): number | bigint =>
    held(b)?.block.address ?? steady?.address(b) ?? behind(base.address, offsets.get(b) ?? 0);
  const sources = [...constants].flatMap((b) => held(b) ?? []);
  let places: { readonly base: Block; readonly slots: readonly (number | bigint)[] } | undefined;
  const targets = [...changed].flatMap((b) => held(b) ?? []);
  return {
    run(symbols, times) {
      const base = arena.of(bytes);
      if (places?.base !== base) places = { base, slots: buffers.map((b) => address(b, base)) };
      const { slots } = places;
      const first = steady?.refresh(sources, slots);
      if (times > 0) for (const one of targets) one.version++;
      const running = main.run(slots, symbols, times);
      if (!first) return running;
      return {
        done: first.done.then(() => running.done),
        progress: () => running.progress(),
        cancel: () => running.cancel(),
      };
    },
    cost: prepared.cost,
    explain: (stage) => explain(stage, program, prepared, backend),
    drop: () => {
      main.drop();
      steady?.drop();
    },
  };
}

/** What a program keeps from run to run: see steady.ts. */
interface Steady {
  /** Where a buffer is, if it is kept. */
  address(b: Buffer): number | bigint | undefined;
  /** Computes it, if that has not been done with the numbers that `sources` have now. */
  refresh(sources: readonly Held[], slots: readonly (number | bigint)[]): Running | undefined;
  drop(): void;
}

function keep(backend: Backend, executable: Executable, { kept, keptBytes }: Prepared<unknown>): Steady {
  let block: Block;
  try {
    block = backend.allocate(keptBytes);
  } catch (error) {
    executable.drop();
    throw error;
  }
  let known: readonly number[] | undefined;
  return {
    address: (b) => {
      const offset = kept.get(b);
      return offset === undefined ? undefined : behind(block.address, offset);
    },
    refresh(sources, slots) {
      const versions = sources.map(({ version }) => version);
      if (known?.every((x, i) => x === versions[i])) return undefined;
      known = versions;
      return executable.run(slots, [], 1);
    },
    drop() {
      executable.drop();
      backend.free(block);
    },
  };
}

const behind = (address: number | bigint, bytes: number): number | bigint =>
  typeof address === 'bigint' ? address + BigInt(bytes) : address + bytes;

function hold(backend: Backend, dtype: Dtype, size: number): Held {
  const bytes = size * bytesOf[dtype];
  const block = backend.allocate(bytes + slack);
  const all = (): TypedArray => viewAs(dtype, backend.view(block).subarray(0, bytes));
  const held: Held = {
    block,
    bytes: block.bytes,
    version: 0,
    write(data, from = 0) {
      all().set(data, from);
      held.version++;
    },
    read: (count) => all().slice(0, count),
    free: () => backend.free(block),
  };
  return held;
}

function explain(
  stage: 'plan' | 'code' | 'target',
  program: Compiled,
  { buffers, offsets, kept, bytes }: Prepared<unknown>,
  backend: Backend,
): string {
  if (stage === 'plan') {
    const rows = buffers.map((b, i) => {
      const offset = offsets.get(b);
      const apart = kept.has(b) ? 'kept' : 'bound';
      return `slot ${i}: ${b.dtype} x ${b.size} ${b.name}, ${offset === undefined ? apart : `arena byte ${offset}`}`;
    });
    return [`arena: ${bytes} bytes`, ...rows].join('\n');
  }
  const { buffers: _, ...listing } = listingOf(program, backend.machine);
  return stage === 'code' ? JSON.stringify(listing, null, 1) : (backend.text?.(listing) ?? '');
}
