// The characters of a text, numbered. A character is a code point, so that any script is one; those that are seen too
// seldom to learn anything of share one number, 0, the unknown mark.
import { check } from '../base/check.ts';

/** What stands for a character that is not in a vocabulary. */
export const unknownMark = '\ufffd';

/** Characters by number. */
export class Vocabulary {
  /** By number; 0 is the unknown mark. */
  readonly characters: readonly string[];
  private readonly numbers: ReadonlyMap<string, number>;

  /** From its characters but the unknown mark, each once. */
  constructor(known: readonly string[]) {
    this.characters = [unknownMark, ...known];
    this.numbers = new Map(this.characters.map((c, i) => [c, i]));
    check(
      known.length > 0 && this.numbers.size === this.characters.length,
      () =>
        `Vocabulary: needs characters, each of them once, got ${known.length} with ${this.numbers.size - 1} different`,
    );
  }

  get size(): number {
    return this.characters.length;
  }

  /** The numbers of a text's characters. */
  encode(text: string): Int32Array {
    return Int32Array.from(codePoints(text), (c) => this.numbers.get(c) ?? 0);
  }

  /** The text of numbers. */
  decode(numbers: ArrayLike<number>): string {
    return Array.from(numbers, (i) => this.characters[i] ?? unknownMark).join('');
  }
}

/** The code points of a text as strings. */
export const codePoints = (text: string): string[] => Array.from(text);

/** A text as it is learned from: one kind of line end, no byte order mark. */
export const tidied = (text: string): string => text.replace(/^\ufeff/, '').replaceAll(/\r\n?/g, '\n');

/** The characters seen at least `least` times, the most frequent first, equally frequent ones by code point. */
export function vocabularyOf(text: string, { least = 2 }: { readonly least?: number } = {}): Vocabulary {
  const counts = new Map<string, number>();
  for (const c of codePoints(text)) counts.set(c, (counts.get(c) ?? 0) + 1);
  const known = [...counts].filter(([c, n]) => n >= least && c !== unknownMark);
  check(known.length > 0, () => `vocabularyOf: no character is there ${least} times; give it a longer text`);
  known.sort(([a, n], [b, m]) => m - n || (a.codePointAt(0) ?? 0) - (b.codePointAt(0) ?? 0));
  return new Vocabulary(known.map(([c]) => c));
}
