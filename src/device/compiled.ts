// A target over a backend: kernels are tiled and emitted for its machine, buffers get places in memory.
// One scratch arena, as large as the largest program needs, serves whichever program runs.
import { viewAs, bytesOf, type Dtype, type TypedArray } from '../base/dtype.ts';
import type { Buffer } from '../kernel/kernel.ts';
import { tile } from '../kernel/tile.ts';
import type { Backend, Block } from './backend.ts';
import { costOf, type Compiled } from './compile.ts';
import { plan, slack } from './plan.ts';
import type { Runnable, Store, Target } from './target.ts';

interface Held extends Store {
  readonly block: Block;
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
      const { kernels, table, buffers, alone } = tile(program.items, backend.machine);
      const fixed = new Set(buffers.filter((b) => bindings.has(b)));
      const { offsets, bytes } = plan(table, buffers, fixed);
      const listing = { kernels, table, slots: buffers.length, symbols: program.symbols, alone };
      const executable = await backend.load(listing);
      const address = (b: Buffer, base: Block): number | bigint => {
        const bound = bindings.get(b) as Held | undefined;
        if (bound) return bound.block.address;
        const offset = offsets.get(b) ?? 0;
        return typeof base.address === 'bigint' ? base.address + BigInt(offset) : base.address + offset;
      };
      return {
        run(symbols, times) {
          const base = grow(bytes);
          return executable.run(
            buffers.map((b) => address(b, base)),
            symbols,
            times,
          );
        },
        cost: costOf(program, bytes, kernels.length),
        explain: (stage) => explain(stage, { program, backend, listing, buffers, offsets, bytes }),
        drop: () => executable.drop(),
      };
    },
    stats: () => backend.stats(),
    close: () => backend.close(),
  };
}

function hold(backend: Backend, dtype: Dtype, size: number): Held {
  const bytes = size * bytesOf[dtype];
  const block = backend.allocate(bytes + slack);
  const all = (): TypedArray => viewAs(dtype, backend.view(block).subarray(0, bytes));
  return {
    block,
    bytes: block.bytes,
    write: (data, from = 0) => all().set(data, from),
    read: (count) => all().slice(0, count),
    free: () => backend.free(block),
  };
}

interface Explained {
  readonly program: Compiled;
  readonly backend: Backend;
  readonly listing: Parameters<Backend['load']>[0];
  readonly buffers: readonly Buffer[];
  readonly offsets: ReadonlyMap<Buffer, number>;
  readonly bytes: number;
}

function explain(stage: 'plan' | 'code' | 'target', x: Explained): string {
  if (stage === 'plan') {
    const rows = x.buffers.map((b, i) => {
      const offset = x.offsets.get(b);
      return `slot ${i}: ${b.dtype} x ${b.size} ${b.name}, ${offset === undefined ? 'bound' : `arena byte ${offset}`}`;
    });
    return [`arena: ${x.bytes} bytes`, ...rows].join('\n');
  }
  return stage === 'code' ? JSON.stringify(x.listing, null, 1) : (x.backend.text?.(x.listing) ?? '');
}
