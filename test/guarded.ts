// A target for tests: every buffer, also those that would share an arena, lies on its own between guard
// bytes, filled with NaN before a run. After a run a byte that was written outside is a failure, and what was
// read before it was written shows in the results.
import assert from 'node:assert/strict';
import { bytesOf, viewAs, type Dtype } from '../src/base/dtype.ts';
import type { Backend, Block } from '../src/device/backend.ts';
import { costOf } from '../src/device/compile.ts';
import type { Runnable, Store, Target } from '../src/device/target.ts';
import type { Buffer } from '../src/kernel/kernel.ts';
import { tile } from '../src/kernel/tile.ts';

/** Bytes before and behind; loads of the last elements may reach this far, stores may not. */
const guard = 64;
const mark = 0xa5;

interface Guarded extends Store {
  readonly name: string;
  readonly address: number;
  /** Fails if a guard byte has changed. */
  verify(): void;
  /** Puts NaN (whole numbers: -1) everywhere. */
  spoil(): void;
}

/** The target; it is slow and takes much memory. */
export function guardedTarget(backend: Backend): Target {
  return {
    name: backend.name,
    threads: backend.threads,
    store: (dtype, size) => hold(backend, dtype, size, 'a variable, an input or an output'),
    async load(program, bindings): Promise<Runnable> {
      const { kernels, table, buffers } = tile(program.items, backend.machine);
      const own = new Map<Buffer, Guarded>();
      for (const b of buffers) if (!bindings.has(b)) own.set(b, hold(backend, b.dtype, b.size, b.name));
      const held = buffers.map((b) => own.get(b) ?? (bindings.get(b) as Guarded));
      const executable = await backend.load({
        kernels,
        table,
        slots: buffers.length,
        symbols: program.symbols,
      });
      return {
        run(symbols, times) {
          for (const s of own.values()) s.spoil();
          const running = executable.run(held.map((s) => s.address), symbols, times); // prettier-ignore
          const done = running.done.then((count) => {
            for (const s of held) s.verify();
            return count;
          });
          return { done, progress: () => running.progress(), cancel: () => running.cancel() };
        },
        cost: costOf(program, 0, kernels.length),
        explain: () => '',
        drop() {
          executable.drop();
          for (const s of own.values()) s.free();
        },
      };
    },
    stats: () => backend.stats(),
    close: () => backend.close(),
  };
}

function hold(backend: Backend, dtype: Dtype, size: number, name: string): Guarded {
  const bytes = size * bytesOf[dtype];
  const block: Block = backend.allocate(bytes + 2 * guard);
  const whole = (): Uint8Array => backend.view(block);
  const inner = (): Uint8Array => whole().subarray(guard, guard + bytes);
  const edges = (): Uint8Array[] => [whole().subarray(0, guard), whole().subarray(guard + bytes)];
  for (const edge of edges()) edge.fill(mark);
  return {
    name,
    bytes: block.bytes,
    address: Number(block.address) + guard,
    write: (data, from = 0) => viewAs(dtype, inner()).set(data, from),
    read: (count) => viewAs(dtype, inner()).slice(0, count),
    free: () => backend.free(block),
    spoil: () => void inner().fill(0xff),
    verify: () =>
      edges().forEach((edge, side) => {
        const at = edge.findIndex((byte) => byte !== mark);
        assert.ok(
          at < 0,
          `byte ${at} ${side ? 'behind' : 'before'} ${name} (${dtype} x ${size}) was written`,
        );
      }),
  };
}
