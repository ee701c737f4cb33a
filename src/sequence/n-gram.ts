// How well counting predicts a text: n-grams of characters, the figure a network has to beat. What was seen after the
// last n - 1 characters is mixed with what was seen after the last n - 2, and so on down to all characters alike.
//
// The mixture is that of Witten and Bell (1991, https://doi.org/10.1109/18.87000, method C): a context seen N times
// with D different characters after it counts as much as its N, what is known of shorter ones as much as D.
import { check } from '../base/check.ts';
import { at } from '../base/shape.ts';

/** What was seen after one context. */
interface Seen {
  readonly counts: Map<number, number>;
  total: number;
}

/** Counts of a text, by context. */
export class NGram {
  readonly order: number;
  readonly size: number;
  /** By the length of the context, by its numbers. */
  private readonly contexts: readonly Map<string, Seen>[];

  /** Counts all that stands in `text`, numbers below `size`. */
  constructor(text: Int32Array, { order = 3, size }: { readonly order?: number; readonly size: number }) {
    check(
      Number.isInteger(order) && order >= 1,
      () => `NGram: order must be a whole number from 1, got ${order}`,
    );
    this.order = order;
    this.size = size;
    this.contexts = Array.from({ length: order }, () => new Map<string, Seen>());
    for (const [length, contexts] of this.contexts.entries())
      for (let i = length; i < text.length; i++)
        count(contexts, text.subarray(i - length, i), at(Array.of(text[i] ?? 0), 0));
  }

  /** The probability of a character after those in `before`, of which the last order - 1 matter. */
  probability(before: Int32Array, next: number): number {
    let p = 1 / this.size;
    for (let length = 0; length < this.order && length <= before.length; length++) {
      const seen = this.contexts[length]?.get(keyOf(before.subarray(before.length - length)));
      if (!seen) break;
      const different = seen.counts.size;
      p = ((seen.counts.get(next) ?? 0) + different * p) / (seen.total + different);
    }
    return p;
  }

  /** Bits per character of a text from number `from` on, each character after all that stand before it. */
  bits(text: Int32Array, from = 0): number {
    let sum = 0;
    for (let i = from; i < text.length; i++)
      sum -= Math.log2(this.probability(text.subarray(Math.max(0, i - this.order), i), text[i] ?? 0));
    return sum / (text.length - from);
  }
}

const keyOf = (numbers: Int32Array): string => numbers.join();

function count(contexts: Map<string, Seen>, before: Int32Array, next: number): void {
  const key = keyOf(before);
  const seen = contexts.get(key) ?? { counts: new Map<number, number>(), total: 0 };
  contexts.set(key, seen);
  seen.total++;
  seen.counts.set(next, (seen.counts.get(next) ?? 0) + 1);
}
