// Which of two ways a program's runs take less time: handed over to workers, of which there may be several, or at once on
// the thread that asks, which has nobody to tell. Telling them and being told costs some 25 microseconds, more than a
// small network's answer takes. Both ways give the same bits.

/** Milliseconds up to which a run may hold up the thread that asks. */
const brief = 1;
/** The way that is not yet known is tried so often: the first run has yet to make an instance of the module. */
const tries = 3;
/** How much what was measured counts for less with each run since: what was slow once may not be any more. */
const doubt = 1.05;
/** Sizes of runs that are told apart; few programs have more than two. */
const most = 16;

/** What runs of one size took, in milliseconds. */
interface Taken {
  handed: number;
  atOnce: number;
  tries: number;
}

/** The ways of one program on so many threads. */
export class Way {
  readonly #threads: number;
  readonly #taken = new Map<number, Taken>();

  constructor(threads: number) {
    this.#threads = threads;
  }

  /** Whether a run of so many examples in all is done at once. */
  isAtOnce(size: number): boolean {
    const taken = this.#taken.get(size);
    if (!taken) return false;
    // Alone it may take as many times as long as there were threads.
    if (taken.tries < tries) return taken.handed * this.#threads < 2 * brief;
    return taken.atOnce < brief && taken.atOnce <= taken.handed;
  }

  /** Takes note of a run that was completed. */
  took(ms: number, size: number, atOnce: boolean): void {
    if (!this.#taken.has(size) && this.#taken.size >= most) this.#taken.clear();
    const taken = this.#taken.get(size) ?? { handed: Infinity, atOnce: Infinity, tries: 0 };
    this.#taken.set(size, taken);
    if (atOnce) {
      taken.tries++;
      taken.atOnce = Math.min(ms, taken.atOnce * doubt);
    } else taken.handed = Math.min(ms, taken.handed * doubt);
  }
}
