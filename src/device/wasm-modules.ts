// Compiled modules by their bytes: equal kernels are compiled once while somebody holds them, and the last
// few that nobody holds are kept, so that the same expression read twice is not compiled twice.
import { Bug } from '../base/check.ts';
import type { Code } from '../kernel/code.ts';
import { encode, print } from '../emit/wasm-code.ts';
import { emitWasm } from '../emit/wasm.ts';
import type { MemoryKind } from '../emit/wasm.ts';

/** Modules kept that nobody holds. */
const spare = 32;

interface Held {
  readonly number: number;
  readonly module: Promise<WebAssembly.Module>;
  holders: number;
}

/** A module somebody holds; workers know it by its number. */
export interface HeldModule {
  readonly number: number;
  readonly module: WebAssembly.Module;
  readonly release: () => void;
}

/** Bytes as a key: one character a byte. */
const keyOf = (bytes: Uint8Array): string => new TextDecoder('latin1').decode(bytes);

/** The modules of one device. */
export class Modules {
  readonly #kind: MemoryKind;
  readonly #forget: (number: number) => void;
  /** By key; those nobody holds stand in the order they were let go. */
  readonly #held = new Map<string, Held>();
  #numbers = 0;
  #compiled = 0;

  /** `forget` is told of modules that are kept no longer. */
  constructor(kind: MemoryKind, forget: (number: number) => void) {
    this.#kind = kind;
    this.#forget = forget;
  }

  /** Kernels compiled so far. */
  get compiled(): number {
    return this.#compiled;
  }

  /** These kernels as text, for people to read. */
  text(kernels: readonly Code[]): string {
    return print(emitWasm(kernels, this.#kind));
  }

  /** The module for these kernels. */
  async hold(kernels: readonly Code[]): Promise<HeldModule> {
    const bytes = encode(emitWasm(kernels, this.#kind));
    const key = keyOf(bytes);
    let held = this.#held.get(key);
    if (!held) {
      held = { number: this.#numbers++, module: WebAssembly.compile(bytes), holders: 0 };
      this.#compiled += kernels.length;
      this.#held.set(key, held);
    }
    held.holders++;
    const { number, module } = held;
    try {
      return { number, module: await module, release: () => this.#release(key) };
    } catch (error) {
      this.#held.delete(key);
      throw new Bug(
        `wasm: the engine refuses a module: ${error instanceof Error ? error.message : String(error)}`,
      );
    }
  }

  #release(key: string): void {
    const held = this.#held.get(key);
    if (!held || --held.holders > 0) return;
    this.#held.delete(key);
    this.#held.set(key, held);
    const idle = [...this.#held].filter(([, { holders }]) => holders === 0);
    for (const [old, { number }] of idle.slice(0, Math.max(0, idle.length - spare))) {
      this.#held.delete(old);
      this.#forget(number);
    }
  }
}
