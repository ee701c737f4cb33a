// Kernels by hand, for tests of targets: numbers values and keeps their types.
import type { Base, BufferParam, Code, Op, Prim, Stmt, Type, Value } from '../src/kernel/code.ts';

const results: Partial<Record<Prim, Base>> = {
  ...{ lt: 'mask', le: 'mask', eq: 'mask', toMask: 'mask', fromMask: 'i32', toInt: 'i32', bits: 'i32' },
  ...{ toFloat: 'f32', fromBits: 'f32', toIndex: 'ix', fromIndex: 'i32' },
};

/** The base of what a function of values of `base` gives. */
export const resultBase = (f: Prim, base: Base): Base => results[f] ?? base;

/** Collects the statements of one kernel. */
export class CodeWriter {
  readonly types: Type[] = [];
  readonly #buffers: readonly BufferParam[];
  readonly #lanes: number;
  #body: Stmt[] = [];

  constructor(buffers: readonly BufferParam[], lanes = 4) {
    this.#buffers = buffers;
    this.#lanes = lanes;
  }

  value(base: Base, wide = false): Value {
    return this.types.push({ base, wide }) - 1;
  }

  let(base: Base, wide: boolean, op: Op): Value {
    const to = this.value(base, wide);
    this.#body.push({ s: 'let', to, op });
    return to;
  }

  const(base: Base, value: number, wide = false): Value {
    return this.let(base, wide, { o: 'const', value });
  }

  param(which: 'lo' | 'hi'): Value {
    return this.let('ix', false, { o: 'param', which });
  }

  symbol(index: number): Value {
    return this.let('ix', false, { o: 'symbol', index });
  }

  map(f: Prim, ...args: Value[]): Value {
    const type = this.types[args[f === 'select' ? 1 : 0]!]!;
    return this.let(resultBase(f, type.base), type.wide, { o: 'map', f, args });
  }

  fma(a: Value, b: Value, c: Value): Value {
    return this.let('f32', this.types[a]!.wide, { o: 'fma', args: [a, b, c] });
  }

  load(buffer: number, at: Value, { wide = false, offset = 0, stride = 1 } = {}): Value {
    const base = this.#buffers[buffer]!.dtype === 'f32' ? 'f32' : 'i32';
    return this.let(base, wide, { o: 'load', buffer, at, offset, stride });
  }

  splat(from: Value): Value {
    return this.let(this.types[from]!.base, true, { o: 'splat', from });
  }

  pack(...args: Value[]): Value {
    return this.let(this.types[args[0]!]!.base, true, { o: 'pack', args });
  }

  lane(from: Value, index: number): Value {
    return this.let(this.types[from]!.base, false, { o: 'lane', from, index });
  }

  var(from: Value): Value {
    const { base, wide } = this.types[from]!;
    const to = this.value(base, wide);
    this.#body.push({ s: 'var', to, from });
    return to;
  }

  set(to: Value, from: Value): void {
    this.#body.push({ s: 'set', to, from });
  }

  store(buffer: number, at: Value, value: Value, offset = 0): void {
    this.#body.push({ s: 'store', buffer, at, offset, value });
  }

  loop(from: Value, to: Value, step: number, write: (index: Value) => void): void {
    const index = this.value('ix');
    this.#body.push({ s: 'loop', index, from, to, step, body: this.#inside(() => write(index)) });
  }

  if(cond: Value, write: () => void): void {
    this.#body.push({ s: 'if', cond, then: this.#inside(write) });
  }

  code(): Code {
    return { lanes: this.#lanes, buffers: this.#buffers, types: this.types, body: this.#body };
  }

  #inside(write: () => void): Stmt[] {
    const outside = this.#body;
    const inside: Stmt[] = [];
    this.#body = inside;
    write();
    this.#body = outside;
    return inside;
  }
}

/** A kernel from what `write` does; buffers by dtype, `!` after those written. */
export function writeCode(buffers: readonly string[], write: (k: CodeWriter) => void, lanes = 4): Code {
  const params = buffers.map((name) => ({
    dtype: name.replace('!', '') as BufferParam['dtype'],
    written: name.endsWith('!'),
  }));
  const writer = new CodeWriter(params, lanes);
  write(writer);
  return writer.code();
}

/** The usual kernel: `write` once for each part lo..hi-1. */
export function overParts(
  buffers: readonly string[],
  write: (k: CodeWriter, part: Value) => void,
  lanes = 4,
): Code {
  return writeCode(buffers, (k) => k.loop(k.param('lo'), k.param('hi'), 1, (part) => write(k, part)), lanes);
}
