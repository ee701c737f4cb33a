// What a compiled target offers: memory, and programs that run over it. Shapes, graphs and
// gradients are unknown here; device.ts builds what users hold on top of this.
import type { Listing, Machine } from '../kernel/code.ts';
import type { Source } from './compile.ts';
import type { Loaded } from './prepare.ts';

/** A piece of device memory. `address` is a byte address in the target's own address space. */
export interface Block {
  readonly address: number | bigint;
  readonly bytes: number;
}

/** Where a run stands; safe to look at while it runs. */
export interface Running {
  /** Resolves with the number of repetitions completed, fewer than asked for if cancelled. */
  readonly done: Promise<number>;
  /** Repetitions completed so far. */
  progress(): number;
  /** Ask to stop before the next repetition; state is left as the last complete one wrote it. */
  cancel(): void;
}

export interface Executable {
  /** What its kernels are called on the shelf, where there is one. */
  readonly names?: readonly string[];
  /**
   * Run the table `times` times on `slots` (one address per slot, bytes from the target's memory).
   * symbols[0] is the batch count; the others start at 0. One run at a time per backend: later calls queue.
   */
  run(slots: readonly (number | bigint)[], symbols: readonly number[], times: number): Running;
  /** Release what the program holds; the backend may be told by the garbage collector instead. */
  drop(): void;
}

/** Where programs are kept for later processes. */
export interface Shelf {
  /** The place of what such a graph becomes; none for small ones. */
  place(source: Source): Place | undefined;
}

export interface Place {
  /** What has been kept there, if it is whole and its kernels are all there. */
  find(): Promise<Loaded | undefined>;
  /** Keeps it if that can be done. */
  keep(made: Loaded): Promise<void>;
}

export interface Backend {
  readonly name: 'wasm' | 'native';
  readonly machine: Machine;
  readonly threads: number;
  /** Zeroed memory, aligned to 64 bytes; throws EidosError when there is none left. */
  allocate(bytes: number): Block;
  free(block: Block): void;
  /** The block's bytes as they are now. The view is good until the next allocate. */
  view(block: Block): Uint8Array;
  load(listing: Listing): Promise<Executable>;
  readonly shelf?: Shelf;
  /** The program in the target's language, for people to read. */
  text?(listing: Listing): string;
  /** Live bytes, kernels compiled (not taken from a cache), programs held. */
  stats(): { readonly bytes: number; readonly compiled: number; readonly programs: number };
  /** Ends threads and gives memory back; running programs are cancelled first. */
  close(): Promise<void>;
}
