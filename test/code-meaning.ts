// What kernel/code.ts says, as the plainest program that does it: numbers and arrays of four, every access
// checked. Targets are tested against this, so it shares nothing with them.
import assert from 'node:assert/strict';
import type { Base, Code, Op, Prim, Stmt, Value } from '../src/kernel/code.ts';

type Function = (a: number, b: number, c: number) => number;
type Meaning = Partial<Record<Base, Function>>;

const words = new DataView(new ArrayBuffer(4));
export const bitsOf = (x: number): number => (words.setFloat32(0, x), words.getInt32(0));
export const floatOf = (x: number): number => (words.setInt32(0, x), words.getFloat32(0));
const f = Math.fround;

function nearest(x: number): number {
  if (!Number.isFinite(x) || Math.abs(x) >= 2 ** 23) return x;
  const low = Math.floor(x);
  const up = x - low > 0.5 || (x - low === 0.5 && low % 2 !== 0);
  const rounded = up ? low + 1 : low;
  return rounded === 0 && (x < 0 || Object.is(x, -0)) ? -0 : rounded;
}

const whole = (x: number): number =>
  Number.isNaN(x) ? 0 : Math.max(-(2 ** 31), Math.min(2 ** 31 - 1, Math.trunc(x)));
const ints = (g: Function): Meaning => ({ i32: g, ix: g });
const bitwise = (g: Function): Meaning => ({ i32: g, mask: g });
const ordered = (g: (a: number, b: number) => boolean): Meaning => {
  const h: Function = (a, b) => Number(g(a, b));
  return { f32: h, i32: h, ix: h };
};
const pick: Function = (m, a, b) => (m ? a : b);

/** Each function on numbers, by the base of its arguments (of the second, for `select`). */
export const meanings: Record<Prim, Meaning> = {
  add: { f32: (a, b) => f(a + b), ...ints((a, b) => (a + b) | 0) },
  sub: { f32: (a, b) => f(a - b), ...ints((a, b) => (a - b) | 0) },
  mul: { f32: (a, b) => f(a * b), ...ints((a, b) => Math.imul(a, b)) },
  div: { f32: (a, b) => f(a / b), ...ints((a, b) => (b === 0 ? 0 : (a / b) | 0)) },
  rem: { f32: (a, b) => f(a % b), ...ints((a, b) => (b === 0 ? 0 : (a % b) | 0)) },
  min: { f32: (a, b) => Math.min(a, b), ...ints((a, b) => Math.min(a, b)) },
  max: { f32: (a, b) => Math.max(a, b), ...ints((a, b) => Math.max(a, b)) },
  sqrt: { f32: (a) => f(Math.sqrt(a)) },
  floor: { f32: (a) => Math.floor(a) },
  ceil: { f32: (a) => Math.ceil(a) },
  trunc: { f32: (a) => Math.trunc(a) },
  nearest: { f32: nearest },
  neg: { f32: (a) => -a },
  abs: { f32: (a) => Math.abs(a) },
  lt: ordered((a, b) => a < b),
  le: ordered((a, b) => a <= b),
  eq: ordered((a, b) => a === b),
  and: bitwise((a, b) => a & b),
  or: bitwise((a, b) => a | b),
  xor: bitwise((a, b) => a ^ b),
  not: { i32: (a) => ~a, mask: (a) => 1 - a },
  shl: { i32: (a, b) => a << b },
  shr: { i32: (a, b) => (a >>> b) | 0 },
  sar: { i32: (a, b) => a >> b },
  select: { f32: pick, i32: pick, ix: pick, mask: pick },
  toInt: { f32: whole },
  toFloat: { i32: f },
  bits: { f32: bitsOf },
  fromBits: { i32: floatOf },
  fromMask: { mask: (a) => a },
  toMask: { i32: (a) => Number(a !== 0) },
  toIndex: { i32: (a) => a },
  fromIndex: { ix: (a) => a },
};

/** Those that f64 has, which is only ever wide. */
const doubles: Partial<Record<Prim, Function>> = {
  add: (a, b) => a + b,
  sub: (a, b) => a - b,
  mul: (a, b) => a * b,
  div: (a, b) => a / b,
  sqrt: Math.sqrt,
};

/** The elements of a buffer. */
export type Elements = Float32Array | Int32Array | Uint8Array;

/** The element at `index` of a buffer, which must have it. */
function element(elements: Elements, index: number): number {
  const inside = Number.isInteger(index) && index >= 0 && index < elements.length;
  assert.ok(inside, `element ${index} of a buffer that has ${elements.length}`);
  return index;
}

/** Bytes between the addresses of two buffers: no buffer is as large. */
const far = 2 ** 26;

function lanesOf({ types, lanes }: Code, value: Value): number {
  const { base, wide } = types[value]!;
  return !wide ? 1 : base === 'f64' ? lanes / 2 : lanes;
}

/** Does parts lo..hi-1 of `code` on `buffers`, with `fma` rounded twice. */
export function runCode(
  code: Code,
  buffers: readonly Elements[],
  symbols: readonly number[],
  lo: number,
  hi: number,
): void {
  const values: number[][] = code.types.map(() => []);
  const one = (value: Value): number => values[value]![0]!;
  const lanes = (value: Value): number => lanesOf(code, value);
  const take = (buffer: number, index: number): number => buffers[buffer]![element(buffers[buffer]!, index)]!;
  const make = (op: Op, to: Value): number[] => {
    const each = (get: (lane: number) => number): number[] =>
      Array.from({ length: lanes(to) }, (_, lane) => get(lane));
    switch (op.o) {
      case 'const':
        return each(() => op.value);
      case 'param':
        return [op.which === 'lo' ? lo : hi];
      case 'symbol':
        return [symbols[op.index]!];
      case 'map': {
        const base = code.types[op.args[op.f === 'select' ? 1 : 0]!]!.base;
        const args = op.args.map((arg) => values[arg]!);
        const meaning = base === 'f64' ? doubles[op.f]! : meanings[op.f][base]!;
        return each((lane) =>
          meaning(...(args.map((arg) => arg[arg.length === 1 ? 0 : lane]!) as [number, number, number])),
        );
      }
      case 'fma':
        return each((lane) => {
          const [a, b, c] = op.args.map((arg) => values[arg]![lane]!);
          return f(f(a! * b!) + c!);
        });
      case 'load':
        return each((lane) => take(op.buffer, one(op.at) + op.offset + lane * op.stride));
      case 'address':
        return [op.buffer * far + 4 * one(op.at)];
      case 'peek':
        return each((lane) => {
          const address = one(op.at) + 4 * (op.offset + lane * op.stride);
          const buffer = Math.floor(address / far);
          return take(buffer, (address - buffer * far) / 4);
        });
      case 'splat':
        return each(() => one(op.from));
      case 'pack':
        return op.args.map(one);
      case 'shuffle':
        return each((lane) => op.args.flatMap((arg) => values[arg]!)[op.pick[lane]!]!);
      case 'widen':
        return each((lane) => values[op.from]![lane + (op.half * code.lanes) / 2]!);
      case 'narrow':
        return op.args.flatMap((arg) => values[arg]!).map(f);
      case 'lane':
        return [values[op.from]![op.index]!];
      case 'lanes':
        return each((lane) => lane);
    }
  };
  const walk = (body: readonly Stmt[]): void => {
    for (const stmt of body) {
      if (stmt.s === 'let') values[stmt.to] = make(stmt.op, stmt.to);
      else if (stmt.s === 'loop') {
        for (let i = one(stmt.from); i < one(stmt.to); i += stmt.step) {
          values[stmt.index] = [i];
          walk(stmt.body);
        }
      } else if (stmt.s === 'if') {
        if (one(stmt.cond)) walk(stmt.then);
      } else if (stmt.s === 'store') {
        const [to, at] = [buffers[stmt.buffer]!, one(stmt.at) + stmt.offset];
        values[stmt.value]!.slice(0, stmt.count).forEach(
          (value, lane) => (to[element(to, at + lane)] = value),
        );
      } else values[stmt.to] = values[stmt.from]!;
    }
  };
  walk(code.body);
}
