// Where a kernel's values are read. A value read once, with nothing stored or changed in between, need
// not be kept in a local: wasm-kernel.ts writes its instructions where it is read.
import type { Code, Op, Stmt, Type, Value } from '../kernel/code.ts';

/** What is known of a kernel's values before the first instruction is written. */
export interface Uses {
  /** The operation that makes a value; undefined for variables and loop counters. */
  readonly ops: readonly (Op | undefined)[];
  /** How often a value is read. */
  readonly counts: readonly number[];
  /** Whether the value is written where it is read. */
  readonly inlined: readonly boolean[];
  /** Reads of each buffer at each address, by `place`. */
  readonly places: ReadonlyMap<string, number>;
}

/** The key of an address: a buffer at a value. */
export const place = (buffer: number, at: Value): string => `${buffer} ${at}`;

/** The values an operation reads. */
export function operands(op: Op): readonly Value[] {
  switch (op.o) {
    case 'map':
    case 'fma':
    case 'pack':
    case 'shuffle':
    case 'narrow':
      return op.args;
    case 'load':
    case 'address':
    case 'peek':
      return [op.at];
    case 'splat':
    case 'lane':
    case 'widen':
      return [op.from];
    default:
      return [];
  }
}

/** What all lanes of a value share: a constant, or something to be looked up in any of them. */
export function uniform(ops: readonly (Op | undefined)[], value: Value): number | 'any lane' | undefined {
  const op = ops[value];
  if (op?.o === 'const') return op.value;
  if (op?.o !== 'splat') return undefined;
  const from = ops[op.from];
  return from?.o === 'const' ? from.value : 'any lane';
}

/** Whether the instructions for `op` read an operand more than once. */
function repeats(op: Op, types: readonly Type[]): boolean {
  if (op.o !== 'map') return false;
  const type = types[op.args[0]!]!;
  const { f } = op;
  if (f === 'min' || f === 'max') return type.base !== 'f32' && !type.wide;
  if (f === 'div' && (type.base === 'f32' || type.base === 'f64')) return false;
  return type.wide && (f === 'div' || f === 'rem' || f === 'shl' || f === 'shr' || f === 'sar');
}

/** Reads the whole kernel once. */
export function usesOf(code: Code): Uses {
  const ops: (Op | undefined)[] = code.types.map(() => undefined);
  const counts = code.types.map(() => 0);
  const places = new Map<string, number>();
  // A moment is a list of statements between two that change something; values made and read in one may move in it.
  let moments = 0;
  const made = code.types.map(() => -1);
  const read = code.types.map(() => -2);
  const use = (value: Value, moment: number, times = 1): void => {
    counts[value]! += times;
    read[value] = moment;
  };
  const address = (buffer: number, at: Value): void => {
    places.set(place(buffer, at), (places.get(place(buffer, at)) ?? 0) + 1);
  };
  const walk = (body: readonly Stmt[]): void => {
    let moment = moments++;
    for (const stmt of body) {
      if (stmt.s === 'let') {
        ops[stmt.to] = stmt.op;
        made[stmt.to] = moment;
        const times = repeats(stmt.op, code.types) ? 2 : 1;
        for (const value of operands(stmt.op)) use(value, moment, times);
        if (stmt.op.o === 'load' || stmt.op.o === 'address') address(stmt.op.buffer, stmt.op.at);
        continue;
      }
      if (stmt.s === 'if') use(stmt.cond, moment);
      else if (stmt.s === 'loop') {
        use(stmt.from, moment);
        use(stmt.to, moment, 2); // compared before and in the loop
      } else if (stmt.s === 'store') {
        use(stmt.at, moment);
        use(stmt.value, moment);
        address(stmt.buffer, stmt.at);
      } else use(stmt.from, moment);
      if (stmt.s === 'if') walk(stmt.then);
      if (stmt.s === 'loop') walk(stmt.body);
      moment = moments++;
    }
  };
  walk(code.body);
  const inlined = ops.map((op, value) => {
    if (op === undefined) return false;
    if (op.o === 'param' || (op.o === 'const' && !code.types[value]!.wide)) return true;
    return counts[value] === 1 && made[value] === read[value];
  });
  return { ops, counts, inlined, places };
}
