// How long a program's runs take, to tell those that are over sooner than another thread could be told of them: handing
// a run over costs some tens of microseconds each way, more than a small network's answer. What is so brief is run at
// once, on the thread that asks.

/** Milliseconds up to which a run may hold up the thread that asks. */
const brief = 1;

/** As above, for a run only known with the time it took to hand it over: it is tried once. */
const trial = 2;

/** What is left of a time that was measured, after each short run that was handed over because of it. */
const doubt = 0.8;

/** A run: how often the program, and that times its examples. */
interface Ran {
  readonly times: number;
  readonly size: number;
  readonly brief: boolean;
}

/** The pace of one program. */
export class Pace {
  /** Of one time; infinite as long as it has not run. */
  private each = Infinity;
  /** Examples of one time then. */
  private examples = 1;
  /** Measured without handing it over. */
  private exact = false;

  /** Whether a run may be done at once; larger batches are taken to need as much longer. */
  isBrief(times: number, size: number): boolean {
    return times > 0 && this.expected({ times, size }) < (this.exact ? brief : trial);
  }

  /** Takes note of a run that was completed. */
  took(ms: number, { times, size, brief }: Ran): void {
    if (times === 0) return;
    // Handed over it took longer than it takes, but perhaps less than was thought. Thought is doubted where handing over
    // may be most of it: one run that was held up must not decide for all that follow.
    if (!brief && this.exact && ms >= this.expected({ times, size })) {
      if (ms < trial) this.each *= doubt;
      return;
    }
    [this.each, this.examples] = [ms / times, size / times];
    this.exact ||= brief;
  }

  private expected({ times, size }: Pick<Ran, 'times' | 'size'>): number {
    return this.each * times * Math.max(1, size / Math.max(1, times) / this.examples);
  }
}
