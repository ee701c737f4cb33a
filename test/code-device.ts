// Runs kernels on a compiled target and by test/code-meaning.ts on the same numbers, with guard words round
// every buffer, and compares the bytes.
import assert from 'node:assert/strict';
import type { Backend, Block } from '../src/device/backend.ts';
import type { BufferParam, Code, Entry } from '../src/kernel/code.ts';
import { runCode } from './code-meaning.ts';
import type { Elements } from './code-meaning.ts';

const guard = 64;
const guardByte = 0xa5;

const arrays = { f32: Float32Array, i32: Int32Array, u8: Uint8Array, bool: Uint8Array } as const;
const bytesOf = (elements: Elements): Uint8Array =>
  new Uint8Array(elements.buffer, elements.byteOffset, elements.byteLength);

/** Zeroed elements of a buffer. */
export const elements = (dtype: BufferParam['dtype'], length: number): Elements => new arrays[dtype](length);

/** A buffer on a device with guard words before and behind it. */
class Guarded {
  readonly #backend: Backend;
  readonly #block: Block;
  readonly #bytes: number;

  constructor(backend: Backend, content: Elements) {
    this.#backend = backend;
    this.#bytes = content.byteLength;
    this.#block = backend.allocate(this.#bytes + 2 * guard);
    const view = backend.view(this.#block).fill(guardByte);
    view.set(bytesOf(content), guard);
  }

  get address(): number | bigint {
    const { address } = this.#block;
    return typeof address === 'bigint' ? address + BigInt(guard) : address + guard;
  }

  /** The bytes between the guards, which must be as they were. */
  take(name: string): Uint8Array<ArrayBuffer> {
    const view = Uint8Array.from(this.#backend.view(this.#block));
    this.#backend.free(this.#block);
    const end = guard + this.#bytes;
    view.forEach((byte, index) => {
      const inside = index >= guard && index < end;
      assert.ok(inside || byte === guardByte, `${name}: byte ${index - guard} of ${this.#bytes} was written`);
    });
    return view.slice(guard, end);
  }
}

/** Runs a table on copies of `buffers`; gives what is in them afterwards. */
export async function runOn(
  backend: Backend,
  kernels: readonly Code[],
  table: readonly Entry[],
  buffers: readonly Elements[],
  symbols: readonly number[] = [1],
  times = 1,
): Promise<Uint8Array<ArrayBuffer>[]> {
  const guarded = buffers.map((content) => new Guarded(backend, content));
  const program = await backend.load({ kernels, table, slots: buffers.length, symbols: symbols.length });
  const slots = guarded.map(({ address }) => address);
  assert.equal(await program.run(slots, symbols, times).done, times);
  program.drop();
  return guarded.map((buffer, index) => buffer.take(`buffer ${index}`));
}

/** NaNs have many spellings; which one arithmetic gives is not promised. */
const sameFloat = (a: number, b: number): boolean => Object.is(a, b);

/** Fails unless one kernel, run in `parts` parts, leaves what its meaning says. */
export async function assertMeaning(
  backend: Backend,
  code: Code,
  buffers: readonly Elements[],
  parts: number,
  { symbols = [1], what = 'kernel' }: { symbols?: readonly number[]; what?: string } = {},
): Promise<void> {
  const entry: Entry = { kind: 'kernel', kernel: 0, args: buffers.map((_, index) => index), parts };
  const got = await runOn(backend, [code], [entry], buffers, symbols);
  const expected = buffers.map((content) => content.slice());
  runCode(code, expected, symbols, 0, parts);
  expected.forEach((content, buffer) => {
    const Kind = arrays[code.buffers[buffer]!.dtype];
    const found = new Kind(got[buffer]!.buffer);
    content.forEach((value, index) => {
      const told = `${what}: element ${index} of buffer ${buffer}: got ${found[index]}, expected ${value}`;
      assert.ok(sameFloat(found[index]!, value), told);
    });
  });
}
