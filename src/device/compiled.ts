// A target over a backend: kernels are tiled and emitted for its machine, buffers get places in memory. What depends on
// constants alone is computed once and kept with the program. One scratch arena, as large as the largest program needs,
// serves whichever program runs.
import type { Drawing } from '../base/deviates.ts';
import { viewAs, bytesOf, type Dtype, type TypedArray } from '../base/dtype.ts';
import { drawCode, partsOf, settingsOf } from '../kernel/draw.ts';
import { writtenBy, type Buffer } from '../kernel/kernel.ts';
import { parted } from '../kernel/steady.ts';
import { factsOf } from '../kernel/terms.ts';
import { tile } from '../kernel/tile.ts';
import type { Backend, Block, Running } from './backend.ts';
import { costOf, type Compiled } from './compile.ts';
import { plan, slack } from './plan.ts';
import type { Runnable, Store, Target } from './target.ts';

interface Held extends Store {
  readonly block: Block;
  /** Counts up whenever its numbers may have become others. */
  version: number;
}

export function compiledTarget(backend: Backend): Target {
  let arena: Block | undefined;
  const grow = (bytes: number): Block => {
    if (arena && arena.bytes >= bytes) return arena;
    if (arena) backend.free(arena);
    arena = backend.allocate(Math.max(64, bytes));
    return arena;
  };
  return {
    name: backend.name,
    threads: backend.threads,
    store: (dtype, size) => hold(backend, dtype, size),
    async load(program: Compiled, bindings): Promise<Runnable> {
      const changed = writtenBy(program.items);
      const constants = constantsOf(program, changed);
      const { kernels, table, buffers, alone } = tile(
        program.items,
        backend.machine,
        factsOf(program.items, constants),
      );
      const held = (b: Buffer): Held | undefined => bindings.get(b) as Held | undefined;
      const own = (b: Buffer): boolean => !bindings.has(b);
      const { before, main, kept } = parted({ kernels, table, buffers }, constants, own);
      const fixed = new Set(buffers.filter((b) => bindings.has(b) || kept.includes(b)));
      const { offsets, bytes } = plan(table, buffers, fixed);
      const rest = { slots: buffers.length, symbols: program.symbols, alone };
      const steady = await keep(backend, kept, { ...before, ...rest });
      const executable = await backend.load({ ...main, ...rest }).catch((error: unknown) => {
        steady?.drop();
        throw error;
      });
      const address = (b: Buffer, base: Block): number | bigint =>
        held(b)?.block.address ?? steady?.address(b) ?? behind(base.address, offsets.get(b) ?? 0);
      const sources = [...constants].flatMap((b) => held(b) ?? []);
      let places: { readonly base: Block; readonly slots: readonly (number | bigint)[] } | undefined;
      const targets = [...changed].flatMap((b) => held(b) ?? []);
      return {
        run(symbols, times) {
          const base = grow(bytes);
          if (places?.base !== base) places = { base, slots: buffers.map((b) => address(b, base)) };
          const { slots } = places;
          const first = steady?.refresh(sources, slots);
          if (times > 0) for (const one of targets) one.version++;
          const running = executable.run(slots, symbols, times);
          if (!first) return running;
          return {
            done: first.done.then(() => running.done),
            progress: () => running.progress(),
            cancel: () => running.cancel(),
          };
        },
        cost: costOf(program, bytes + (steady?.bytes ?? 0), kernels.length),
        explain: (stage) =>
          explain(stage, {
            program,
            backend,
            listing: { kernels, table, ...rest },
            buffers,
            kept,
            offsets,
            bytes,
          }),
        drop: () => {
          executable.drop();
          steady?.drop();
        },
      };
    },
    draw: (store, drawing, count) => draw(backend, store as Held, drawing, count),
    stats: () => backend.stats(),
    close: () => backend.close(),
  };
}

/** Draws numbers on the device. */
async function draw(backend: Backend, store: Held, drawing: Drawing, count: number): Promise<boolean> {
  const settings = settingsOf(drawing, count);
  if (!settings) return false;
  const told = hold(backend, 'i32', settings.length);
  try {
    told.write(settings);
    const executable = await backend.load({
      kernels: [drawCode(drawing.of, backend.machine)],
      table: [{ kind: 'kernel', kernel: 0, args: [0, 1], parts: partsOf(count) }],
      slots: 2,
      symbols: 1,
    });
    await executable.run([store.block.address, told.block.address], [1], 1).done;
    executable.drop();
    store.version++;
    return true;
  } finally {
    told.free();
  }
}

/** What a program reads and never writes to; `changed` are the buffers that its kernels write to. */
export const constantsOf = (program: Compiled, changed: ReadonlySet<Buffer>): Set<Buffer> =>
  new Set(
    [...program.state.values(), ...program.literals.map(({ buffer }) => buffer)].filter(
      (b) => !changed.has(b),
    ),
  );

/** What a program keeps from run to run: see steady.ts. */
interface Steady {
  /** Where a buffer is, if it is kept. */
  address(b: Buffer): number | bigint | undefined;
  readonly bytes: number;
  /** Computes it, if that has not been done with the numbers that `sources` have now. */
  refresh(sources: readonly Held[], slots: readonly (number | bigint)[]): Running | undefined;
  drop(): void;
}

async function keep(
  backend: Backend,
  buffers: readonly Buffer[],
  listing: Parameters<Backend['load']>[0],
): Promise<Steady | undefined> {
  if (buffers.length === 0) return undefined;
  // All of it lives as long as any, so all lifetimes are one.
  const { offsets, bytes } = plan(
    [{ kind: 'kernel', kernel: 0, parts: 1, args: buffers.map((_, i) => i) }],
    buffers,
    new Set(),
  );
  const block = backend.allocate(bytes);
  const executable = await backend.load(listing).catch((error: unknown) => {
    backend.free(block);
    throw error;
  });
  let known: readonly number[] | undefined;
  return {
    address: (b) => {
      const offset = offsets.get(b);
      return offset === undefined ? undefined : behind(block.address, offset);
    },
    bytes: block.bytes,
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

interface Explained {
  readonly program: Compiled;
  readonly backend: Backend;
  readonly listing: Parameters<Backend['load']>[0];
  readonly buffers: readonly Buffer[];
  readonly kept: readonly Buffer[];
  readonly offsets: ReadonlyMap<Buffer, number>;
  readonly bytes: number;
}

function explain(stage: 'plan' | 'code' | 'target', x: Explained): string {
  if (stage === 'plan') {
    const rows = x.buffers.map((b, i) => {
      const offset = x.offsets.get(b);
      const apart = x.kept.includes(b) ? 'kept' : 'bound';
      return `slot ${i}: ${b.dtype} x ${b.size} ${b.name}, ${offset === undefined ? apart : `arena byte ${offset}`}`;
    });
    return [`arena: ${x.bytes} bytes`, ...rows].join('\n');
  }
  return stage === 'code' ? JSON.stringify(x.listing, null, 1) : (x.backend.text?.(x.listing) ?? '');
}
