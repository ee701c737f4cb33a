// WebAssembly modules as data, and the two things done with them: bytes for the engine and text for
// people. Both walk the same lists, so the text is what the bytes say. What the instructions compute
// is decided in wasm-kernel.ts and wasm-driver.ts; which exist, in wasm-ops.ts.
import { ops } from './wasm-ops.ts';
import type { OpName, Row } from './wasm-ops.ts';

/** The types a local, parameter or result can have. */
export type ValueType = 'i32' | 'i64' | 'f32' | 'f64' | 'v128';

/** One instruction: its name and the numbers that follow it (a v128 as four i32 words, lowest lane first). */
export type Instr = readonly [op: OpName, ...numbers: number[]];

/** A parameter or a local; names are for the text only. */
export interface Local {
  readonly name: string;
  readonly type: ValueType;
}

/** A function; its locals are numbered from the parameters on, in order. */
export interface Func {
  readonly name: string;
  readonly params: readonly Local[];
  readonly results: readonly ValueType[];
  readonly locals: readonly Local[];
  readonly body: readonly Instr[];
}

/** A module over one imported memory `env.memory`; every function is in its only table, at its own number. */
export interface Module {
  /** Pages of 64 KiB. */
  readonly memory: { readonly shared: boolean; readonly maximum: number };
  readonly funcs: readonly Func[];
  /** Numbers of the exported functions. */
  readonly exports: readonly number[];
}

const typeCodes: Record<ValueType, number> = { i32: 0x7f, i64: 0x7e, f32: 0x7d, f64: 0x7c, v128: 0x7b };

/** The signature of a function as text; equal signatures are one type of the module. */
function signature(func: Func): string {
  const group = (word: string, types: readonly ValueType[]): string =>
    types.length > 0 ? ` (${word} ${types.join(' ')})` : '';
  const params = func.params.map((param) => param.type);
  return `${group('param', params)}${group('result', func.results)}`.trimStart();
}

/** The module's types: the first function of each signature, in order; `call_indirect` counts in this list. */
function distinct(funcs: readonly Func[]): Map<string, Func> {
  const types = new Map<string, Func>();
  for (const func of funcs) if (!types.has(signature(func))) types.set(signature(func), func);
  return types;
}

// ---------------------------------------------------------------------------------------- bytes

function unsigned(out: number[], value: number): void {
  let rest = value >>> 0;
  for (; rest > 0x7f; rest >>>= 7) out.push((rest & 0x7f) | 0x80);
  out.push(rest);
}

const number = (value: number): number[] => {
  const out: number[] = [];
  unsigned(out, value);
  return out;
};

function signed(out: number[], value: number): void {
  let rest = value | 0;
  for (; rest < -64 || rest > 63; rest >>= 7) out.push((rest & 0x7f) | 0x80);
  out.push(rest & 0x7f);
}

const scratch = new DataView(new ArrayBuffer(8));
const float = (out: number[], value: number, bytes: 4 | 8): void => {
  if (bytes === 4) scratch.setFloat32(0, value, true);
  else scratch.setFloat64(0, value, true);
  for (let i = 0; i < bytes; i++) out.push(scratch.getUint8(i));
};
const word = (out: number[], value: number): void => {
  for (let shift = 0; shift < 32; shift += 8) out.push((value >>> shift) & 0xff);
};

/** Writes what follows an instruction's own bytes. */
function follow(out: number[], { form, align }: Row, numbers: readonly number[]): void {
  const [first = 0, second = 0] = numbers;
  if (form === 'block') out.push(0x40);
  else if (form === 'index') unsigned(out, first);
  else if (form === 'call') out.push(...number(first), 0);
  else if (form === 'i32' || form === 'i64') signed(out, first);
  else if (form === 'f32') float(out, first, 4);
  else if (form === 'f64') float(out, first, 8);
  else if (form === 'v128') for (const lane of numbers) word(out, lane);
  else if (form === 'shuffle') out.push(...numbers);
  else if (form === 'lane') out.push(first);
  else if (form === 'memory') out.push(align, ...number(first));
  else if (form === 'memoryLane') out.push(align, ...number(first), second);
}

function writeFunc(func: Func): number[] {
  const out: number[] = [];
  const runs: { type: ValueType; count: number }[] = [];
  for (const { type } of func.locals) {
    const last = runs.at(-1);
    if (last?.type === type) last.count++;
    else runs.push({ type, count: 1 });
  }
  unsigned(out, runs.length);
  for (const { type, count } of runs) out.push(...number(count), typeCodes[type]);
  for (const [name, ...numbers] of func.body) {
    const row: Row = ops[name];
    if (row.prefix >= 0) out.push(row.prefix, ...number(row.code));
    else out.push(row.code);
    follow(out, row, numbers);
  }
  out.push(ops.end.code);
  return out;
}

/** A list of items behind its length. */
function list(items: readonly (readonly number[])[]): number[] {
  const out: number[] = [];
  unsigned(out, items.length);
  for (const item of items) for (const byte of item) out.push(byte);
  return out;
}

/** A piece of bytes behind its length. */
function sized(bytes: readonly number[]): number[] {
  const out: number[] = [];
  unsigned(out, bytes.length);
  for (const byte of bytes) out.push(byte);
  return out;
}

const text = (value: string): number[] => sized([...new TextEncoder().encode(value)]);

/** The module's bytes. */
export function encode(module: Module): Uint8Array<ArrayBuffer> {
  const { memory, funcs, exports } = module;
  const types = distinct(funcs);
  const typeNames = [...types.keys()];
  const codes = (list: readonly ValueType[]): number[] => sized(list.map((type) => typeCodes[type]));
  const out = [0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00];
  const section = (id: number, bytes: readonly number[]): void => {
    out.push(id);
    for (const byte of sized(bytes)) out.push(byte);
  };
  const typeOf = (func: Func): number[] => [
    0x60,
    ...codes(func.params.map((p) => p.type)),
    ...codes(func.results),
  ];
  const limits = [memory.shared ? 0x03 : 0x01, ...number(1), ...number(memory.maximum)];
  section(1, list([...types.values()].map(typeOf)));
  section(2, list([[...text('env'), ...text('memory'), 0x02, ...limits]]));
  section(3, list(funcs.map((func) => number(typeNames.indexOf(signature(func))))));
  section(4, list([[0x70, 0x00, ...number(funcs.length)]]));
  section(7, list(exports.map((index) => [...text(funcs[index]!.name), 0x00, ...number(index)])));
  section(
    9,
    list([[0x00, ops['i32.const'].code, 0x00, ops.end.code, ...list(funcs.map((_, i) => number(i)))]]),
  );
  section(10, list(funcs.map((func) => sized(writeFunc(func)))));
  return Uint8Array.from(out);
}

// ----------------------------------------------------------------------------------------- text

const spellFloat = (value: number): string => {
  if (Number.isNaN(value)) return 'nan';
  if (!Number.isFinite(value)) return value < 0 ? '-inf' : 'inf';
  return Object.is(value, -0) ? '-0' : String(value);
};

/** What the text format takes an instruction's alignment to be: its size. */
const naturalAlign = (name: OpName): number =>
  /8(_u)?$/.test(name) ? 0 : /^v128\.(load|store)$/.test(name) ? 4 : 2;

function spell(
  [name, ...numbers]: Instr,
  local: (index: number) => string,
  func: (index: number) => string,
): string {
  const { form, align }: Row = ops[name];
  const [first = 0, second = 0] = numbers;
  const address = (): string =>
    (first > 0 ? ` offset=${first >>> 0}` : '') + (align < naturalAlign(name) ? ` align=${1 << align}` : '');
  switch (form) {
    case 'none':
    case 'block':
      return name;
    case 'index':
      return `${name} ${name.startsWith('local') ? local(first) : name === 'call' ? func(first) : first}`;
    case 'call':
      return `${name} (type ${first})`;
    case 'f32':
    case 'f64':
      return `${name} ${spellFloat(first)}`;
    case 'v128':
      return `${name} i32x4 ${numbers.map((lane) => `0x${(lane >>> 0).toString(16)}`).join(' ')}`;
    case 'memory':
      return `${name}${address()}`;
    case 'memoryLane':
      return `${name}${address()} ${second}`;
    default:
      return `${name} ${numbers.join(' ')}`;
  }
}

/** Whether a line of text ends here: after all that leaves nothing on the stack. */
const ends = (name: OpName): boolean =>
  /^(block|loop|if|end|br|br_if|return|drop|unreachable|call|call_indirect|local\.set)$|\.store/.test(name);

/** One function as WebAssembly text: a line per statement. */
function printFunc(func: Func, funcs: readonly Func[], types: readonly string[]): string {
  const locals = [...func.params, ...func.locals];
  const declare = (word: string, list: readonly Local[]): string =>
    list.map(({ name, type }) => ` (${word} $${name} ${type})`).join('');
  const results = func.results.length > 0 ? ` (result ${func.results.join(' ')})` : '';
  const head = `(func $${func.name} (type ${types.indexOf(signature(func))})${declare('param', func.params)}${results}`;
  const lines = [head];
  for (let i = 0; i < func.locals.length; i += 8)
    lines.push(`   ${declare('local', func.locals.slice(i, i + 8))}`);
  let depth = 2;
  let line: string[] = [];
  const flush = (): void => {
    if (line.length > 0) lines.push('  '.repeat(depth) + line.join(' '));
    line = [];
  };
  for (const instr of func.body) {
    const [name] = instr;
    const local = (index: number): string => `$${locals[index]!.name}`;
    if (name === 'end') {
      flush();
      depth--;
    }
    line.push(spell(instr, local, (index) => `$${funcs[index]!.name}`));
    if (ends(name)) flush();
    if (name === 'block' || name === 'loop' || name === 'if') depth++;
  }
  flush();
  return `${lines.join('\n')})`;
}

/** The module as WebAssembly text, fit for `wat2wasm --enable-threads`. */
export function print(module: Module): string {
  const { memory, funcs, exports } = module;
  const types = [...distinct(funcs).keys()];
  const lines = [
    ...types.map((type) => `(type (func${type && ` ${type}`}))`),
    `(import "env" "memory" (memory 1 ${memory.maximum}${memory.shared ? ' shared' : ''}))`,
    ...funcs.map((func) => printFunc(func, funcs, types)),
    `(table ${funcs.length} funcref)`,
    ...exports.map((index) => `(export "${funcs[index]!.name}" (func ${index}))`),
    `(elem (i32.const 0) func ${funcs.map((_, index) => index).join(' ')})`,
  ];
  return `(module\n${lines.map((line) => `  ${line.replaceAll('\n', '\n  ')}`).join('\n')})\n`;
}
