// One WebAssembly memory and who has which part of it. Free pieces are kept in order of address, merge
// with their neighbours, and the smallest that fits is used. Memory never handed out is known to be zero.
import { assert, check } from '../base/check.ts';
import { firstAddress } from '../emit/wasm-kernel.ts';

const page = 65536;
const grain = 64;
/** Small requests grow the memory by this much: growing costs a system call and new views. */
const stride = 16 << 20;

interface Piece {
  readonly address: number;
  readonly bytes: number;
}

const megabytes = (bytes: number): string => (bytes / 2 ** 20).toFixed(1);

/** The largest memory the engine is willing to reserve; nothing is used of it yet. */
function reserve(shared: boolean, pages: number): { memory: WebAssembly.Memory; maximum: number } {
  for (let maximum = pages; ; maximum = Math.floor(maximum / 2)) {
    try {
      const initial = firstAddress / page;
      return { memory: new WebAssembly.Memory({ initial, maximum, shared }), maximum };
    } catch (error) {
      if (maximum < 1024) throw error;
    }
  }
}

/** Memory of a wasm device, in pieces aligned to 64 bytes. */
export class Heap {
  readonly memory: WebAssembly.Memory;
  /** Most pages of 64 KiB the memory can have. */
  readonly maximum: number;
  readonly #free: Piece[] = [];
  readonly #used = new Map<number, number>();
  #bytes = 0;
  #end = firstAddress;
  /** Everything from here on has never been handed out. */
  #fresh = firstAddress;

  /** `pages` is the most the memory may have, of 64 KiB each; it gets fewer if the engine refuses. */
  constructor(shared: boolean, pages = 65536) {
    ({ memory: this.memory, maximum: this.maximum } = reserve(shared, pages));
  }

  /** Bytes handed out and not given back. */
  get bytes(): number {
    return this.#bytes;
  }

  /** The address of zeroed bytes. */
  allocate(bytes: number): number {
    const size = Math.max(grain, Math.ceil(bytes / grain) * grain);
    let index = this.#fit(size);
    if (index < 0) {
      this.#grow(size);
      index = this.#fit(size);
    }
    const { address, bytes: found } = this.#free[index]!;
    if (found === size) this.#free.splice(index, 1);
    else this.#free[index] = { address: address + size, bytes: found - size };
    this.#used.set(address, size);
    this.#bytes += size;
    const dirty = Math.min(size, this.#fresh - address);
    if (dirty > 0) new Uint8Array(this.memory.buffer, address, dirty).fill(0);
    this.#fresh = Math.max(this.#fresh, address + size);
    return address;
  }

  /** Gives bytes back; `address` is one that `allocate` gave. */
  free(address: number): void {
    const bytes = this.#used.get(address);
    assert(bytes !== undefined, () => `wasm: nothing is allocated at ${address}`);
    this.#used.delete(address);
    this.#bytes -= bytes;
    this.#release({ address, bytes });
  }

  /** The smallest free piece that fits, or -1; of equals the one with the lowest address. */
  #fit(size: number): number {
    let best = -1;
    this.#free.forEach((piece, index) => {
      if (piece.bytes >= size && (best < 0 || piece.bytes < this.#free[best]!.bytes)) best = index;
    });
    return best;
  }

  #release(piece: Piece): void {
    let low = 0;
    for (let high = this.#free.length; low < high;) {
      const middle = (low + high) >> 1;
      if (this.#free[middle]!.address < piece.address) low = middle + 1;
      else high = middle;
    }
    const [before, behind] = [this.#free[low - 1], this.#free[low]];
    const joinsBefore = before !== undefined && before.address + before.bytes === piece.address;
    const joinsBehind = behind !== undefined && piece.address + piece.bytes === behind.address;
    const address = joinsBefore ? before.address : piece.address;
    const bytes = piece.bytes + (joinsBefore ? before.bytes : 0) + (joinsBehind ? behind.bytes : 0);
    this.#free.splice(low - Number(joinsBefore), Number(joinsBefore) + Number(joinsBehind), {
      address,
      bytes,
    });
  }

  #grow(size: number): void {
    const last = this.#free.at(-1);
    const open = last !== undefined && last.address + last.bytes === this.#end ? last.bytes : 0;
    const room = this.maximum * page - this.#end;
    const lacking = size - open;
    const grown = (bytes: number): boolean => {
      const pages = Math.ceil(bytes / page);
      if (pages * page > room) return false;
      try {
        this.memory.grow(pages);
      } catch {
        return false; // the system has no more to give
      }
      this.#release({ address: this.#end, bytes: pages * page });
      this.#end += pages * page;
      return true;
    };
    const most = Math.max(open + room, ...this.#free.map((piece) => piece.bytes));
    check(
      (lacking < stride && grown(stride)) || grown(lacking),
      () =>
        `wasm: needs ${megabytes(size)} MB more, has ${megabytes(most)} MB of ${megabytes(this.maximum * page)} MB left in one piece; use a smaller batch or device native`,
    );
  }
}
