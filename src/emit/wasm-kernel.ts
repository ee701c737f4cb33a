// A kernel's Code as a WebAssembly function: a wide value is a v128 of four lanes, a wide mask all ones or
// all zeros per lane, a narrow one 1 or 0. Values live in locals unless they are read once (wasm-uses.ts).
// A function is (args, symbols, lo, hi): pointers to its buffers' byte addresses and to the run-time counts.
import { assert } from '../base/check.ts';
import type { Code, Op, Prim, Stmt, Type, Value } from '../kernel/code.ts';
import type { Func, Instr, Local, ValueType } from './wasm-code.ts';
import { bytesOf, doubleConst, narrow, wide, widened } from './wasm-prims.ts';
import type { Helper } from './wasm-prims.ts';
import { place, uniform, usesOf } from './wasm-uses.ts';
import type { Uses } from './wasm-uses.ts';

/**
 * No buffer may lie below this byte address. Constant offsets smaller than it are left to the load instruction, whose
 * sum must not wrap: an address is at least `firstAddress - offset`, never negative, even if its index is.
 */
export const firstAddress = 1 << 20;

const lanes = 4;
const quad = [0, 1, 2, 3] as const;
const sizes = { f32: 4, i32: 4, u8: 1, bool: 1 } as const;
/** The parameters of every kernel. */
export const kernelParams: readonly Local[] = ['args', 'symbols', 'lo', 'hi'].map((name) => ({
  name,
  type: 'i32',
}));
const firstBytes = [0, 4, 8, 12, 0, 4, 8, 12, 0, 4, 8, 12, 0, 4, 8, 12] as const;

const localType = (type: Type): ValueType => (type.wide ? 'v128' : type.base === 'f32' ? 'f32' : 'i32');
const get = (index: number): Instr => ['local.get', index];
const scratch = new DataView(new ArrayBuffer(4));
const bitsOf = (value: number): number => (scratch.setFloat32(0, value), scratch.getInt32(0));

/** Writes one kernel. */
class Writer {
  readonly body: Instr[] = [];
  readonly locals: Local[] = [];
  readonly #code: Code;
  readonly #uses: Uses;
  readonly #helper: (name: Helper) => number;
  /** Local numbers by value, by buffer and by the name of a temporary. */
  readonly #places = new Map<string, number>();
  /** Locals that hold the address of a buffer at a value, by `place`; those known in the list being written. */
  #known = new Map<string, number>();

  constructor(code: Code, helper: (name: Helper) => number) {
    this.#code = code;
    this.#uses = usesOf(code);
    this.#helper = helper;
    const used = new Set([...this.#uses.places.keys()].map((key) => Number(key.split(' ')[0])));
    for (const buffer of [...used].sort((a, b) => a - b)) {
      this.#push(get(0), ['i32.load', 4 * buffer], ['local.set', this.#local(`b${buffer}`, 'i32')]);
    }
    this.#list(code.body);
  }

  #push(...instrs: readonly Instr[]): void {
    this.body.push(...instrs);
  }

  #local(name: string, type: ValueType): number {
    let index = this.#places.get(name);
    if (index === undefined) {
      index = kernelParams.length + this.locals.length;
      this.locals.push({ name, type });
      this.#places.set(name, index);
    }
    return index;
  }

  #valueLocal(value: Value): number {
    return this.#local(`v${value}`, localType(this.#code.types[value]!));
  }

  /** The instructions that put a value on the stack. */
  #read(value: Value): void {
    const op = this.#uses.ops[value];
    if (op && this.#uses.inlined[value]) this.#make(op, this.#code.types[value]!);
    else this.#push(get(this.#valueLocal(value)));
  }

  // ------------------------------------------------------------------------------- statements

  #list(body: readonly Stmt[]): void {
    const outside = this.#known;
    this.#known = new Map(outside);
    for (const stmt of body) this.#stmt(stmt);
    this.#known = outside;
  }

  #stmt(stmt: Stmt): void {
    switch (stmt.s) {
      case 'let':
        if (this.#uses.inlined[stmt.to] || this.#uses.counts[stmt.to] === 0) return;
        this.#make(stmt.op, this.#code.types[stmt.to]!);
        return this.#push(['local.set', this.#valueLocal(stmt.to)]);
      case 'var':
      case 'set':
        this.#read(stmt.from);
        return this.#push(['local.set', this.#valueLocal(stmt.to)]);
      case 'if':
        this.#read(stmt.cond);
        this.#push(['if']);
        this.#list(stmt.then);
        return this.#push(['end']);
      case 'loop':
        return this.#loop(stmt);
      case 'store':
        return this.#store(stmt);
    }
  }

  /** The test is at the bottom, and once before unless both ends are constants: one branch a turn. */
  #loop({ index, from, to, step, body }: Stmt & { s: 'loop' }): void {
    const counter = this.#valueLocal(index);
    const [first, last] = [this.#uses.ops[from], this.#uses.ops[to]];
    const runs = first?.o === 'const' && last?.o === 'const' && first.value < last.value;
    this.#read(from);
    this.#push(['local.set', counter]);
    if (!runs) {
      this.#push(['block'], get(counter));
      this.#read(to);
      this.#push(['i32.ge_s'], ['br_if', 0]);
    }
    this.#push(['loop']);
    this.#list(body);
    this.#push(get(counter), ['i32.const', step], ['i32.add'], ['local.tee', counter]);
    this.#read(to);
    this.#push(['i32.lt_s'], ['br_if', 0], ['end']);
    if (!runs) this.#push(['end']);
  }

  #store({ buffer, at, offset, value, count }: Stmt & { s: 'store' }): void {
    assert(count === undefined, () => 'emit: a vector is stored whole');
    const { dtype } = this.#code.buffers[buffer]!;
    const type = this.#code.types[value]!;
    const base = type.base === 'ix' ? 'i32' : type.base;
    const fits = { f32: 'f32', i32: 'i32', u8: 'i32', bool: 'mask' }[dtype] === base;
    assert(fits, () => `emit: a ${base} value cannot be stored to a ${dtype} buffer`);
    const constant = this.#address(buffer, at, offset);
    this.#read(value);
    if (!type.wide) {
      const name = dtype === 'f32' ? 'f32.store' : dtype === 'i32' ? 'i32.store' : 'i32.store8';
      return this.#push([name, constant]);
    }
    if (sizes[dtype] === 4) return this.#push(['v128.store', constant]);
    if (dtype === 'bool') this.#push(['v128.const', 1, 1, 1, 1], ['v128.and']);
    const bytes = this.#local('bytes', 'v128');
    this.#push(
      ['local.tee', bytes],
      get(bytes),
      ['i8x16.shuffle', ...firstBytes],
      ['v128.store32_lane', constant, 0],
    );
  }

  // -------------------------------------------------------------------------------- addresses

  /** Puts the byte address of element `at + offset` on the stack, less the constant offset it gives back. */
  #address(buffer: number, at: Value, offset: number): number {
    const size = sizes[this.#code.buffers[buffer]!.dtype];
    const op = this.#uses.ops[at];
    const fixed = op?.o === 'const';
    if (fixed) this.#push(get(this.#local(`b${buffer}`, 'i32')));
    else this.#variableAddress(buffer, at, size);
    return this.#beyond(size * (offset + (fixed ? op.value : 0)));
  }

  #variableAddress(buffer: number, at: Value, size: 1 | 4): void {
    const key = place(buffer, at);
    const known = this.#known.get(key);
    if (known !== undefined) return this.#push(get(known));
    this.#read(at);
    if (size === 4) this.#push(['i32.const', 2], ['i32.shl']);
    this.#push(get(this.#local(`b${buffer}`, 'i32')), ['i32.add']);
    // Kept where it is needed again and cannot change: a variable's address can.
    const stable = this.#uses.ops[at] !== undefined;
    if (!stable || this.#uses.places.get(key) === 1) return;
    const kept = this.#local(`b${buffer}v${at}`, 'i32');
    this.#known.set(key, kept);
    this.#push(['local.tee', kept]);
  }

  /** Adds to the address on the stack what the load instruction cannot. */
  #beyond(bytes: number): number {
    if (bytes >= 0 && bytes < firstAddress) return bytes;
    this.#push(['i32.const', bytes | 0], ['i32.add']);
    return 0;
  }

  #load({ buffer, at, offset, stride }: Op & { o: 'load' }, type: Type): void {
    const { dtype } = this.#code.buffers[buffer]!;
    const size = sizes[dtype];
    if (type.wide && stride !== 0 && stride !== 1) return this.#gather(buffer, at, offset, stride);
    const constant = this.#address(buffer, at, offset);
    if (size === 4) {
      const single = dtype === 'f32' ? 'f32.load' : 'i32.load';
      return this.#push([!type.wide ? single : stride === 1 ? 'v128.load' : 'v128.load32_splat', constant]);
    }
    if (type.wide && stride === 1) {
      return this.#push(
        ['v128.load32_zero', constant],
        ['i16x8.extend_low_i8x16_u'],
        ['i32x4.extend_low_i16x8_u'],
      );
    }
    this.#push(['i32.load8_u', constant]);
    if (type.wide) this.#push(['i32x4.splat']);
  }

  #gather(buffer: number, at: Value, offset: number, stride: number): void {
    const size = sizes[this.#code.buffers[buffer]!.dtype];
    const start = this.#local('at', 'i32');
    const bytes = quad.map((lane) => size * lane * stride);
    const constant = this.#address(buffer, at, offset);
    this.#push(['local.set', start]);
    const lane = (index: number): number => {
      this.#push(get(start));
      return this.#beyond(constant + bytes[index]!);
    };
    if (size === 1) {
      this.#push(['i32.load8_u', lane(0)], ['i32x4.splat']);
      for (const index of quad.slice(1))
        this.#push(['i32.load8_u', lane(index)], ['i32x4.replace_lane', index]);
      return;
    }
    const constants = quad.toReversed().map(lane).reverse();
    this.#push(['v128.load32_zero', constants[0]!]);
    for (const index of quad.slice(1)) this.#push(['v128.load32_lane', constants[index]!, index]);
  }

  // ------------------------------------------------------------------------------- operations

  #make(op: Op, type: Type): void {
    switch (op.o) {
      case 'const':
        return this.#const(op.value, type);
      case 'param':
        return this.#push(get(op.which === 'lo' ? 2 : 3));
      case 'symbol':
        return this.#push(get(1), ['i32.load', 4 * op.index]);
      case 'map':
        return this.#map(op.f, op.args, type);
      case 'fma': {
        const kind = type.wide ? 'f32x4' : 'f32';
        const [a, b, c] = op.args;
        this.#read(a);
        this.#read(b);
        this.#push([`${kind}.mul`]);
        this.#read(c);
        return this.#push([`${kind}.add`]);
      }
      case 'load':
        return this.#load(op, type);
      case 'address': {
        const constant = this.#address(op.buffer, op.at, 0);
        return constant === 0 ? undefined : this.#push(['i32.const', constant], ['i32.add']);
      }
      case 'peek': {
        this.#read(op.at);
        const constant = this.#beyond(4 * op.offset);
        return this.#push([
          !type.wide ? 'f32.load' : op.stride === 1 ? 'v128.load' : 'v128.load32_splat',
          constant,
        ]);
      }
      case 'splat':
        this.#read(op.from);
        return this.#spread(type);
      case 'pack':
        return this.#pack(op.args, type);
      case 'shuffle':
        for (const x of op.args) this.#read(x);
        return this.#push(['i8x16.shuffle', ...bytesOf(...op.pick)]);
      case 'widen':
        this.#read(op.from);
        return this.#push(...widened[op.half]);
      case 'narrow':
        for (const x of op.args) {
          this.#read(x);
          this.#push(['f32x4.demote_f64x2_zero']);
        }
        return this.#push(['i8x16.shuffle', ...bytesOf(0, 1, 4, 5)]);
      case 'lane':
        this.#read(op.from);
        this.#push([type.base === 'f32' ? 'f32x4.extract_lane' : 'i32x4.extract_lane', op.index]);
        return type.base === 'mask' ? this.#push(['i32.const', 1], ['i32.and']) : undefined;
      case 'lanes':
        return this.#push(['v128.const', ...quad]);
    }
  }

  #const(value: number, { base, wide }: Type): void {
    if (!wide) return this.#push(base === 'f32' ? ['f32.const', value] : ['i32.const', value | 0]);
    if (base === 'f64') return this.#push(doubleConst(value));
    const bits = base === 'f32' ? bitsOf(value) : base === 'mask' ? -value : value | 0;
    this.#push(['v128.const', ...quad.map(() => bits)]);
  }

  /** The narrow value on the stack in every lane. */
  #spread({ base }: Type): void {
    this.#push([base === 'f32' ? 'f32x4.splat' : 'i32x4.splat']);
    if (base === 'mask') this.#push(['i32x4.neg']); // 1 -> all ones
  }

  #pack(args: readonly Value[], { base }: Type): void {
    assert(args.length === lanes, () => `emit: pack needs ${lanes} values, got ${args.length}`);
    const kind = base === 'f32' ? 'f32x4' : 'i32x4';
    args.forEach((arg, index) => {
      this.#read(arg);
      this.#push(index === 0 ? [`${kind}.splat`] : [`${kind}.replace_lane`, index]);
    });
    if (base === 'mask') this.#push(['i32x4.neg']);
  }

  #map(f: Prim, args: readonly Value[], type: Type): void {
    const first = this.#code.types[args[0]!]!;
    const base = first.base === 'ix' ? 'i32' : first.base;
    const row = (type.wide ? wide : narrow)[f];
    if (row === 'special') return this.#special(f, args, type.wide);
    const instrs = row[base];
    assert(
      instrs !== undefined && first.wide === type.wide,
      () => `emit: ${f} of a ${first.base} value has no spelling`,
    );
    for (const arg of args) this.#read(arg);
    this.#push(...instrs);
  }

  #special(f: Prim, args: readonly Value[], wide: boolean): void {
    const [a, b, c] = args as [Value, Value, Value];
    const { base } = this.#code.types[a]!;
    if (f === 'select') {
      const mask = this.#code.types[a]!;
      for (const value of [b, c, a]) this.#read(value);
      return this.#push([mask.wide ? 'v128.bitselect' : 'select']);
    }
    if (f === 'shl' || f === 'shr' || f === 'sar') return this.#shift(f, a, b);
    if (f === 'min' || f === 'max') {
      for (const value of base === 'f32' ? [a, b] : [a, b, ...(f === 'min' ? [a, b] : [b, a])])
        this.#read(value);
      return this.#push(
        ...(base === 'f32' ? [[`f32.${f}`] as const] : ([['i32.lt_s'], ['select']] as const)),
      );
    }
    assert(f === 'div' || f === 'rem', () => `emit: ${f} is not spelled out`);
    if ((base === 'f32' || base === 'f64') && f === 'div') {
      this.#read(a);
      this.#read(b);
      return this.#push([base === 'f64' ? 'f64x2.div' : wide ? 'f32x4.div' : 'f32.div']);
    }
    if (base === 'f32') return this.#lanewise(a, b, wide, 'f32', ['call', this.#helper('remainder')]);
    // An index is never divided by 0; a constant divisor shows by itself that nothing can go wrong.
    const divisor = uniform(this.#uses.ops, b);
    const safe = base === 'ix' || (typeof divisor === 'number' && divisor !== 0 && divisor !== -1);
    const guarded: Instr = ['call', this.#helper(f === 'div' ? 'quotient' : 'rest')];
    this.#lanewise(a, b, wide, 'i32', safe ? [f === 'div' ? 'i32.div_s' : 'i32.rem_s'] : guarded);
  }

  /** An instruction for narrow values, lane by lane where they are wide. */
  #lanewise(a: Value, b: Value, wide: boolean, kind: 'f32' | 'i32', instr: Instr): void {
    for (const index of wide ? quad : [0]) {
      for (const value of [a, b]) {
        const same = wide ? uniform(this.#uses.ops, value) : undefined;
        if (typeof same === 'number') this.#const(same, { base: kind, wide: false });
        else {
          this.#read(value);
          if (wide) this.#push([`${kind}x4.extract_lane`, index]);
        }
      }
      this.#push(instr);
      if (wide) this.#push(index === 0 ? [`${kind}x4.splat`] : [`${kind}x4.replace_lane`, index]);
    }
  }

  /** Vectors are shifted by one count; counts that may differ are taken lane by lane. */
  #shift(f: 'shl' | 'shr' | 'sar', a: Value, count: Value): void {
    const name = ({ shl: 'shl', shr: 'shr_u', sar: 'shr_s' } as const)[f];
    const same = uniform(this.#uses.ops, count);
    if (this.#code.types[count]!.wide && same === undefined)
      return this.#lanewise(a, count, true, 'i32', [`i32.${name}`]);
    this.#read(a);
    if (typeof same === 'number') this.#push(['i32.const', same | 0]);
    else {
      this.#read(count);
      if (same) this.#push(['i32x4.extract_lane', 0]);
    }
    this.#push([`i32x4.${name}`]);
  }
}

/** One kernel as a function; `helper` numbers the functions of wasm-prims.ts in its module. */
export function kernelFunc(code: Code, name: string, helper: (name: Helper) => number): Func {
  assert(
    code.lanes === lanes,
    () => `emit: wasm vectors have ${lanes} lanes, the kernel wants ${code.lanes}`,
  );
  const { body, locals } = new Writer(code, helper);
  return { name, params: kernelParams, results: [], locals, body };
}
