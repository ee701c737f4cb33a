// A kernel as C text, for gcc (9 or newer) and clang (12 or newer): one statement per `let`, values
// as GCC vector extensions, every decision already taken by the tiler. What a compiler spells
// differently from another is a small function of c-prelude.ts; who compiles the text is device/.
//
// Masks are ints that are 0 or -1, wide or narrow, so that they combine bit by bit.
import { assert } from '../base/check.ts';
import type { Base, BufferParam, Code, Op, Prim, Stmt, Type, Value } from '../kernel/code.ts';

/** The C function that does parts lo..hi-1 of a kernel; it needs `cPrelude` of its lanes before it. */
export function emitC(code: Code, name: string): string {
  const writer = new Writer(code);
  const buffers = code.buffers.map(
    (buffer, i) => `  ${pointer(buffer)}b${i} = (${pointer(buffer)})args[${i}];`,
  );
  return [
    `void ${name}(char *const *args, const int *symbols, long lo, long hi) {`,
    ...buffers,
    ...writer.block(code.body, '  '),
    '}',
    '',
  ].join('\n');
}

const elements = { f32: 'float', i32: 'int', u8: 'unsigned char', bool: 'unsigned char' } as const;
const scalars: Record<Base, string> = { ix: 'long', f32: 'float', f64: 'double', i32: 'int', mask: 'int' };

const pointer = (buffer: BufferParam): string =>
  `${buffer.written ? '' : 'const '}${elements[buffer.dtype]} *`;

/** What the names of prelude functions and vector types end in: `f32`, `i32x8`, `ix`. */
function suffix(type: Type, lanes: number): string {
  const base = type.base === 'mask' ? 'i32' : type.base;
  return type.wide ? `${base}x${base === 'f64' ? lanes / 2 : lanes}` : base;
}

interface Place {
  /** The type of the last operand, or of the result where the operand has none of its own. */
  readonly base: Base;
  readonly wide: boolean;
  /** Its suffix, and those of the i32 and f32 of the same width. */
  readonly self: string;
  readonly int: string;
  readonly float: string;
  readonly uint: string;
}

type Spell = (x: readonly string[], at: Place) => string;

const infix =
  (operator: string): Spell =>
  ([a, b]) =>
    `${a} ${operator} ${b}`;
const call =
  (name: string): Spell =>
  (x, { self }) =>
    `${name}_${self}(${x.join(', ')})`;
const compare =
  (operator: string): Spell =>
  ([a, b], { wide, int }) =>
    wide ? `(${int})(${a} ${operator} ${b})` : `-(${a} ${operator} ${b})`;

// Shifts of signed ints are done on unsigned ones where C leaves the signed result open.
const shift =
  (operator: string, signed: boolean): Spell =>
  ([a, b], { int, uint }) =>
    signed ? `${a} ${operator} (${b} & 31)` : `(${int})((${uint})${a} ${operator} (${uint})(${b} & 31))`;

/** How C spells each function; `call`s are functions of the prelude. */
// prettier-ignore
const spell: Record<Prim, Spell> = {
  add: infix('+'), sub: infix('-'), mul: infix('*'),
  div: (x, at) => (at.base === 'i32' ? call('div') : infix('/'))(x, at),
  rem: (x, at) => (at.base === 'ix' ? infix('%') : call('rem'))(x, at),
  min: call('min'), max: call('max'),

  sqrt: call('sqrt'), floor: call('floor'), ceil: call('ceil'), trunc: call('trunc'), nearest: call('nearest'),
  neg: ([a]) => `-${a}`,                                     // C's minus flips the sign bit, of NaN and 0 too
  abs: call('abs'),

  lt: compare('<'), le: compare('<='), eq: compare('=='),
  and: infix('&'), or: infix('|'), xor: infix('^'), not: ([a]) => `~${a}`,
  shl: shift('<<', false), shr: shift('>>', false), sar: shift('>>', true),
  select: (x, at) => at.wide ? call('select')(x, at) : `${x[0]} ? ${x[1]} : ${x[2]}`,

  toInt: call('toInt'),
  toFloat: ([a], { wide, float }) => wide ? `__builtin_convertvector(${a}, ${float})` : `(float)${a}`,
  bits: call('bits'), fromBits: call('fromBits'),
  fromMask: ([a]) => `${a} & 1`,
  toMask: ([a], { wide, int }) => wide ? `(${int})(${a} != 0)` : `-(${a} != 0)`,
  toIndex: ([a]) => `(long)${a}`, fromIndex: ([a]) => `(int)${a}`,
};

/** Prints statements, and remembers which values are constants. */
class Writer {
  private readonly code: Code;
  private readonly constants = new Map<Value, number>();

  constructor(code: Code) {
    this.code = code;
  }

  block(body: readonly Stmt[], indent: string): string[] {
    return body.flatMap((stmt) => this.statement(stmt, indent));
  }

  private statement(stmt: Stmt, indent: string): string[] {
    switch (stmt.s) {
      case 'let':
        this.remember(stmt.to, stmt.op);
        return [
          `${indent}const ${this.type(stmt.to)} v${stmt.to} = ${this.op(stmt.op, this.typeOf(stmt.to))};`,
        ];
      case 'var':
        return [`${indent}${this.type(stmt.to)} v${stmt.to} = v${stmt.from};`];
      case 'set':
        return [`${indent}v${stmt.to} = v${stmt.from};`];
      case 'loop': {
        const i = `v${stmt.index}`;
        return [
          `${indent}for (long ${i} = v${stmt.from}; ${i} < v${stmt.to}; ${i} += ${stmt.step}) {`,
          ...this.block(stmt.body, `${indent}  `),
          `${indent}}`,
        ];
      }
      case 'if':
        return [`${indent}if (v${stmt.cond}) {`, ...this.block(stmt.then, `${indent}  `), `${indent}}`];
      case 'store':
        return [`${indent}${this.store(stmt)};`];
    }
  }

  private op(op: Op, type: Type): string {
    const { lanes } = this.code;
    switch (op.o) {
      case 'const':
        return type.wide
          ? `splat_${suffix(type, lanes)}(${number(op.value, type.base)})`
          : number(op.value, type.base);
      case 'param':
        return op.which;
      case 'symbol':
        return `symbols[${op.index}]`;
      case 'map':
        return this.map(op.f, op.args);
      case 'fma':
        return `fma_${suffix(type, lanes)}(${op.args.map((x) => `v${x}`).join(', ')})`;
      case 'load':
        return this.load(op, type);
      case 'address':
        return `(long)(b${op.buffer} + v${op.at})`;
      case 'peek':
        return this.peek(op, type);
      case 'splat':
        return `splat_${suffix(type, lanes)}(v${op.from})`;
      case 'pack':
        assert(op.args.length === lanes, () => `c: pack needs ${lanes} values, got ${op.args.length}`);
        return `(${suffix(type, lanes)}){${op.args.map((x) => `v${x}`).join(', ')}}`;
      case 'shuffle':
        return `SHUFFLE(v${op.args[0]}, v${op.args[1]}, i32x${lanes}, ${op.pick.join(', ')})`;
      case 'widen':
        return `widen_f32x${lanes}(v${op.from}, ${op.half})`;
      case 'narrow':
        return `narrow_f32x${lanes}(v${op.args[0]}, v${op.args[1]})`;
      case 'lane':
        return `v${op.from}[${op.index}]`;
      case 'lanes':
        return `(${suffix(type, lanes)}){${Array.from({ length: lanes }, (_, i) => i).join(', ')}}`;
    }
  }

  private map(f: Prim, args: readonly Value[]): string {
    const { lanes } = this.code;
    const { base, wide } = this.typeOf(args[args.length - 1]!);
    const at: Place = {
      base,
      wide,
      self: suffix({ base, wide }, lanes),
      int: wide ? `i32x${lanes}` : 'int',
      float: wide ? `f32x${lanes}` : 'float',
      uint: wide ? `u32x${lanes}` : 'unsigned',
    };
    if (base === 'f32' && (f === 'min' || f === 'max')) {
      const short = this.bound(f, args as readonly [Value, Value], at);
      if (short !== undefined) return short;
    }
    return spell[f](
      args.map((x) => `v${x}`),
      at,
    );
  }

  /**
   * min and max with a constant c need not look for NaN and -0 on both sides: `c < x ? c : x` gives x
   * for NaN and where both are 0. So only max(-0, +0) is left to mend, by adding +0, and min(+0, -0) is not short.
   */
  private bound(f: 'min' | 'max', [a, b]: readonly [Value, Value], at: Place): string | undefined {
    const [c, x] = this.constants.has(b) ? [b, a] : [a, b];
    const value = this.constants.get(c);
    if (value === undefined || Number.isNaN(value)) return undefined;
    if (f === 'min') return Object.is(value, -0) ? undefined : `lesser_${at.self}(v${c}, v${x})`;
    return `greater_${at.self}(v${c}, v${x})${Object.is(value, 0) ? ' + 0.0f' : ''}`;
  }

  private load({ buffer, at, offset, stride }: Op & { o: 'load' }, type: Type): string {
    const { lanes, buffers } = this.code;
    const { dtype } = buffers[buffer]!;
    const element = (lane: number): string => `b${buffer}[${place(at, offset + lane * stride)}]`;
    if (!type.wide) return element(0);
    const vector = suffix(type, lanes);
    if (stride === 0) return `splat_${vector}(${element(0)})`;
    if (stride !== 1) return `(${vector}){${Array.from({ length: lanes }, (_, i) => element(i)).join(', ')}}`;
    return `load_${dtype === 'f32' || dtype === 'i32' ? dtype : 'u8'}x${lanes}(b${buffer} + ${place(at, offset)})`;
  }

  private peek({ at, offset, stride }: Op & { o: 'peek' }, type: Type): string {
    const from = `(const float *)v${at}`;
    if (type.wide && stride === 1) return `held_${suffix(type, this.code.lanes)}(${from} + ${offset})`;
    const element = `(${from})[${offset}]`;
    return type.wide ? `splat_${suffix(type, this.code.lanes)}(${element})` : element;
  }

  private store({ buffer, at, offset, value, count }: Stmt & { s: 'store' }): string {
    const { lanes, buffers } = this.code;
    const { dtype } = buffers[buffer]!;
    const type = this.typeOf(value);
    const bits = type.base === 'mask' ? `v${value} & 1` : `v${value}`;
    if (!type.wide) return `b${buffer}[${place(at, offset)}] = ${bits}`;
    if (count !== undefined)
      return `__builtin_memcpy(b${buffer} + ${place(at, offset)}, &v${value}, ${4 * count})`;
    return `store_${dtype === 'f32' || dtype === 'i32' ? dtype : 'u8'}x${lanes}(b${buffer} + ${place(at, offset)}, ${bits})`;
  }

  private remember(to: Value, op: Op): void {
    const value = op.o === 'const' ? op.value : op.o === 'splat' ? this.constants.get(op.from) : undefined;
    if (value !== undefined) this.constants.set(to, value);
  }

  private typeOf(value: Value): Type {
    const type = this.code.types[value];
    assert(type !== undefined, () => `c: value ${value} has no type`);
    return type;
  }

  private type(value: Value): string {
    const type = this.typeOf(value);
    return type.wide ? suffix(type, this.code.lanes) : scalars[type.base];
  }
}

/** `at + offset`, in elements. */
const place = (at: Value, offset: number): string =>
  offset === 0 ? `v${at}` : `v${at} ${offset < 0 ? '-' : '+'} ${Math.abs(offset)}`;

/** A constant of a base; the shortest decimals of an f32 held in a double read back as that f32. */
function number(value: number, base: Base): string {
  if (base === 'mask') return value === 0 ? '0' : '-1';
  if (base === 'ix') return `${value}L`;
  if (base === 'i32') return (value | 0) === -(2 ** 31) ? '(-2147483647 - 1)' : String(value | 0);
  if (Number.isNaN(value)) return '__builtin_nanf("")';
  if (!Number.isFinite(value)) return value > 0 ? '__builtin_inff()' : '(-__builtin_inff())';
  const text = Object.is(value, -0) ? '-0' : String(value);
  const literal = (/[.e]/.test(text) ? text : `${text}.0`) + (base === 'f32' ? 'f' : '');
  return literal.startsWith('-') ? `(${literal})` : literal;
}
