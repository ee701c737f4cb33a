// What a device is made of: memory, and programs that run over it. The reference target interprets, the
// others compile; device.ts does not know which it holds.
import type { Drawing } from '../base/deviates.ts';
import type { Dtype, TypedArray } from '../base/dtype.ts';
import type { Running } from './backend.ts';
import type { Compiled, Cost, Source } from './compile.ts';

/** A stretch of device memory of one element type. */
export interface Store {
  readonly bytes: number;
  write(data: TypedArray, from?: number): void;
  /** A copy of the first `count` elements. */
  read(count: number): TypedArray;
  free(): void;
}

export interface Runnable {
  run(symbols: readonly number[], times: number): Running;
  readonly cost: Cost;
  /** The text of a stage after lowering. */
  explain(stage: 'plan' | 'code' | 'target'): string;
  drop(): void;
}

export interface Stats {
  /** Bytes of device memory in use. */
  readonly bytes: number;
  /** Kernels compiled, not counting those taken from a cache. */
  readonly compiled: number;
  readonly programs: number;
}

/** A program that knows how it is computed, and has no memory yet. */
export interface Planned {
  readonly program: Compiled;
  load(bindings: ReadonlyMap<object, Store>): Promise<Runnable>;
  /** For who does not load it. */
  drop(): void;
}

export interface Target {
  readonly name: 'reference' | 'wasm' | 'native';
  readonly threads: number;
  store(dtype: Dtype, size: number): Store;
  /** `bindings` says where inputs, outputs, literals and state are; the rest is the target's own. */
  load(program: Compiled, bindings: ReadonlyMap<object, Store>): Promise<Runnable>;
  /** From a traced function, where a target remembers what it has made of such before. */
  plan?(source: Source): Promise<Planned>;
  /** Fills a store with the first `count` numbers of a drawing; false where that has to be done on the host. */
  draw?(store: Store, drawing: Drawing, count: number): Promise<boolean>;
  stats(): Stats;
  close(): Promise<void>;
}
