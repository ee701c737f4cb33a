// A compiled program as text, for a later process: everything but its graph, which that process has traced itself, and
// its kernels, which it finds by name. Buffers are told by number: those of the slots first, then others.
import { at } from '../base/shape.ts';
import type { Dtype } from '../base/dtype.ts';
import { newBuffer, type Buffer } from '../kernel/kernel.ts';
import { lowered, type Compiled, type Source } from './compile.ts';
import type { Half, Loaded, Prepared } from './prepare.ts';
import type { SourceText } from './source-text.ts';

interface Record {
  readonly buffers: readonly (readonly [name: string, dtype: Dtype, size: number])[];
  /** Which input, variable or literal, by its number in the graph's text, and its buffer. */
  readonly inputs: readonly (readonly [number, number])[];
  readonly state: readonly (readonly [number, number])[];
  readonly literals: readonly (readonly [number, number])[];
  readonly outputs: readonly number[];
  readonly before: Half<string>;
  readonly main: Half<string>;
  readonly rest: Prepared<string>['rest'];
  readonly kept: readonly (readonly [number, number])[];
  readonly keptBytes: number;
  readonly offsets: readonly (readonly [number, number])[];
  readonly bytes: number;
  readonly constants: readonly number[];
  readonly changed: readonly number[];
  readonly cost: Prepared<string>['cost'];
}

/** A program of which the names of its kernels are known. */
export interface Recorded {
  readonly compiled: Compiled;
  readonly prepared: Prepared<string>;
}

/** Writes a program down. */
export function written(
  source: Source,
  { sources, literals }: SourceText,
  { program: compiled, prepared, before: first, main: second }: Loaded,
): string {
  const buffers = [...prepared.buffers];
  const number = (b: Buffer): number => {
    const known = buffers.indexOf(b);
    return known >= 0 ? known : buffers.push(b) - 1;
  };
  const places = (map: ReadonlyMap<Buffer, number>): [number, number][] =>
    [...map].map(([b, place]) => [number(b), place]);
  const inputNames = source.given.map(([name]) => name);
  const numbers = literals.map((n) => n.data);
  const ends = {
    inputs: compiled.inputs.map(({ name, buffer }) => [inputNames.indexOf(name), number(buffer)] as const),
    state: [...compiled.state].map(([v, buffer]) => [sources.indexOf(v), number(buffer)] as const),
    literals: compiled.literals.map(({ buffer, data }) => [numbers.indexOf(data), number(buffer)] as const),
    outputs: compiled.outputs.map(({ buffer }) => number(buffer)),
  };
  const { before, main, rest, keptBytes, bytes, cost } = prepared;
  const record: Record = {
    ...ends,
    before: { kernels: first?.names ?? [], table: before.table },
    main: { kernels: second.names ?? [], table: main.table },
    ...{ rest, keptBytes, bytes, cost },
    kept: places(prepared.kept),
    offsets: places(prepared.offsets),
    constants: [...prepared.constants].map(number),
    changed: [...prepared.changed].map(number),
    buffers: buffers.map(({ name, dtype, size }) => [name, dtype, size]),
  };
  return JSON.stringify(record);
}

/** Reads what `written` has written, for a graph of the same text. */
export function recorded(source: Source, { sources, literals }: SourceText, text: string): Recorded {
  const record = JSON.parse(text) as Record;
  const buffers = record.buffers.map((fields) => newBuffer(...fields));
  const buffer = (i: number): Buffer => at(buffers, i);
  const places = (list: readonly (readonly [number, number])[]): ReadonlyMap<Buffer, number> =>
    new Map(list.map(([i, place]) => [buffer(i), place]));
  const { before, main, rest, keptBytes, bytes, cost } = record;
  let whole: Compiled | undefined;
  const again = (): Compiled => (whole ??= lowered(source));
  const compiled: Compiled = {
    traced: source.wanted,
    // Only for who wants to read them.
    get graph() {
      return again().graph;
    },
    get items() {
      return again().items;
    },
    symbols: rest.symbols,
    batch: source.batch,
    names: source.given.map(([name]) => name),
    inputs: record.inputs.map(([i, to]) => {
      const [name, { shape, node }] = at(source.given, i);
      return { name, buffer: buffer(to), shape, scale: node.scale };
    }),
    outputs: record.outputs.map((to, i) => {
      const [name, { shape, node }] = at(source.outputs, i);
      return { name, buffer: buffer(to), shape, scale: node.scale };
    }),
    literals: record.literals.map(([i, to]) => ({ buffer: buffer(to), data: at(literals, i).data! })),
    state: new Map(record.state.map(([i, to]) => [at(sources, i), buffer(to)])),
  };
  const prepared: Prepared<string> = {
    ...{ before, main, rest, keptBytes, bytes, cost },
    buffers: buffers.slice(0, rest.slots),
    kept: places(record.kept),
    offsets: places(record.offsets),
    constants: new Set(record.constants.map(buffer)),
    changed: new Set(record.changed.map(buffer)),
  };
  return { compiled, prepared };
}
