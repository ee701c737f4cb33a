// For the tests of the native target: kernels written by hand, and one way to run them that looks at
// the bytes before and behind every buffer.
import assert from 'node:assert/strict';
import type { Backend, Executable } from '../src/device/backend.ts';
import type { Base, BufferParam, Code, Entry, Listing, Op, Prim, Stmt, Value } from '../src/kernel/code.ts';

export type Data = Float32Array<ArrayBuffer> | Int32Array<ArrayBuffer> | Uint8Array<ArrayBuffer>;

/** Writes a Code statement by statement; `inside` nests what its callback writes. */
export class Build {
  readonly types: { base: Base; wide: boolean }[] = [];
  private body: Stmt[] = [];
  private readonly lanes: number;
  private readonly buffers: readonly BufferParam[];

  constructor(lanes: number, buffers: string) {
    this.lanes = lanes;
    // 'f32 i32 u8!' : the ones with ! are written.
    this.buffers = buffers
      .split(' ')
      .map((text) => ({ dtype: text.replace('!', '') as BufferParam['dtype'], written: text.endsWith('!') }));
  }

  value(base: Base, wide = false): Value {
    return this.types.push({ base, wide }) - 1;
  }
  let(base: Base, wide: boolean, op: Op): Value {
    const to = this.value(base, wide);
    this.body.push({ s: 'let', to, op });
    return to;
  }
  const(base: Base, value: number, wide = false): Value {
    return this.let(base, wide, { o: 'const', value });
  }
  map(base: Base, f: Prim, ...args: Value[]): Value {
    return this.let(base, this.types[args[args.length - 1]!]!.wide, { o: 'map', f, args });
  }
  load(buffer: number, at: Value, { wide = false, offset = 0, stride = 1 } = {}): Value {
    const base = this.buffers[buffer]!.dtype === 'f32' ? 'f32' : 'i32';
    return this.let(base, wide, { o: 'load', buffer, at, offset, stride });
  }
  store(buffer: number, at: Value, value: Value, offset = 0): void {
    this.body.push({ s: 'store', buffer, at, offset, value });
  }
  var(from: Value): Value {
    const { base, wide } = this.types[from]!;
    const to = this.value(base, wide);
    this.body.push({ s: 'var', to, from });
    return to;
  }
  set(to: Value, from: Value): void {
    this.body.push({ s: 'set', to, from });
  }
  private inside(write: () => void): Stmt[] {
    const outer = this.body;
    this.body = [];
    write();
    const inner = this.body;
    this.body = outer;
    return inner;
  }
  loop(from: Value, to: Value, step: number, write: (index: Value) => void): void {
    const index = this.value('ix');
    const body = this.inside(() => write(index));
    this.body.push({ s: 'loop', index, from, to, step, body });
  }
  if(cond: Value, write: () => void): void {
    this.body.push({ s: 'if', cond, then: this.inside(write) });
  }
  /** The loop over this thread's parts. */
  parts(write: (part: Value) => void): void {
    const lo = this.let('ix', false, { o: 'param', which: 'lo' });
    const hi = this.let('ix', false, { o: 'param', which: 'hi' });
    this.loop(lo, hi, 1, write);
  }
  code(): Code {
    return { lanes: this.lanes, buffers: this.buffers, types: this.types, body: this.body };
  }
}

const guard = 64;

/** Data in device memory between guards. */
export class Memory {
  readonly backend: Backend;
  private readonly held: { readonly data: Data; readonly block: ReturnType<Backend['allocate']> }[] = [];

  constructor(backend: Backend, data: readonly Data[]) {
    this.backend = backend;
    for (const one of data) {
      const block = backend.allocate(one.byteLength + 2 * guard);
      const view = backend.view(block).fill(0xa5);
      view.set(new Uint8Array(one.buffer, one.byteOffset, one.byteLength), guard);
      this.held.push({ data: one, block });
    }
  }
  get slots(): number[] {
    return this.held.map(({ block }) => Number(block.address) + guard);
  }
  /** The data as it is now; fails if a byte outside it has changed. */
  read(): Data[] {
    return this.held.map(({ data, block }, i) => {
      const bytes = this.backend.view(block).slice();
      const outside = [...bytes.subarray(0, guard), ...bytes.subarray(bytes.length - guard)];
      assert.ok(
        outside.every((byte) => byte === 0xa5),
        `a byte outside buffer ${i} was written`,
      );
      const inner = bytes.buffer.slice(guard, bytes.length - guard);
      return data instanceof Float32Array
        ? new Float32Array(inner)
        : data instanceof Int32Array
          ? new Int32Array(inner)
          : new Uint8Array(inner);
    });
  }
  free(): void {
    for (const { block } of this.held) this.backend.free(block);
  }
}

/** f(0), f(1), up to f(n - 1). */
export const range = (n: number, f: (i: number) => number): number[] =>
  Array.from({ length: n }, (_, i) => f(i));

export const kernel = (kernelIndex: number, args: readonly number[], parts = 1): Entry => ({
  kind: 'kernel',
  kernel: kernelIndex,
  args,
  parts,
});

/** Runs one kernel once on copies of the data, and gives the data afterwards. */
export async function runCode(
  backend: Backend,
  code: Code,
  data: readonly Data[],
  { parts = 1, symbols = [1] } = {},
): Promise<Data[]> {
  const listing: Listing = {
    kernels: [code],
    table: [
      kernel(
        0,
        data.map((_, i) => i),
        parts,
      ),
    ],
    slots: data.length,
    symbols: symbols.length,
  };
  const program = await backend.load(listing);
  const result = await runProgram(backend, program, data, symbols);
  program.drop();
  return result;
}

/** Runs a program `times` times on copies of the data, and gives the data afterwards. */
export async function runProgram(
  backend: Backend,
  program: Executable,
  data: readonly Data[],
  symbols: readonly number[] = [1],
  times = 1,
): Promise<Data[]> {
  const memory = new Memory(backend, data);
  assert.equal(await program.run(memory.slots, symbols, times).done, times);
  const result = memory.read();
  memory.free();
  return result;
}
