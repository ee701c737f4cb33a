// The header of a .npy file: a Python dictionary of three known entries, read letter by letter and never run.
// What it cannot be is refused with the byte named; how many numbers follow is npy.ts's business.
import { check } from '../base/check.ts';
import { show, type Shape } from '../base/shape.ts';

const types = ['f4', 'f8', 'i1', 'i2', 'i4', 'i8', 'u1', 'b1'] as const;

/** An element type by NumPy's letter and its bytes. */
export type NpyType = (typeof types)[number];

/** What a header says. */
export interface NpyHeader {
  readonly type: NpyType;
  /** Least significant byte first. */
  readonly little: boolean;
  /** The first axis counts fastest. */
  readonly fortran: boolean;
  readonly shape: Shape;
  /** Byte at which the numbers start. */
  readonly start: number;
}

/** Longest header read, in bytes: as NumPy's own reader has it. */
export const longestNpyHeader = 10_000;

/** Largest number of elements: what one typed array holds on every platform. */
const mostElements = 2 ** 31 - 1;

/** The header of the file that begins with `bytes`. */
export function npyHeader(bytes: Uint8Array, call: string): NpyHeader {
  for (const [i, byte] of [0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59].entries())
    check(
      bytes[i] === byte,
      () => `${call}: needs ${byte} at byte ${i}, got ${bytes[i] ?? 'the end'}; this is not an npy file`,
    );
  const version = bytes[6] ?? 0;
  check(
    version >= 1 && version <= 3 && bytes[7] === 0,
    () => `${call}: needs version 1.0, 2.0 or 3.0 at byte 6, got ${version}.${bytes[7] ?? 'the end'}`,
  );
  const before = version === 1 ? 10 : 12;
  const long = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const whole = (need: number): void =>
    check(
      bytes.length >= need,
      () => `${call}: needs ${need} bytes of header, the file ends at byte ${bytes.length}; save it again`,
    );
  whole(before);
  const length = version === 1 ? long.getUint16(8, true) : long.getUint32(8, true);
  check(
    length <= longestNpyHeader,
    () => `${call}: needs a header of at most ${longestNpyHeader} bytes, got ${length} at byte 8`,
  );
  whole(before + length);
  const text = Array.from(bytes.subarray(before, before + length), (b) => String.fromCharCode(b)).join('');
  const entries = new Literal(text, before, call).dictionary();
  return { ...typeOf(entries, call), ...layoutOf(entries, call), start: before + length };
}

type Value = string | boolean | readonly number[];

function typeOf(entries: ReadonlyMap<string, Value>, call: string): Pick<NpyHeader, 'type' | 'little'> {
  const descr = entries.get('descr');
  check(typeof descr === 'string', () => `${call}: needs 'descr' in the header, a text like '<f4'`);
  check(
    !descr.includes('O'),
    () => `${call}: holds Python objects (${descr}), which are programs and are not read; save numbers`,
  );
  const type = types.find((t) => t === descr.slice(1));
  check(
    type !== undefined && '<>|='.includes(descr.charAt(0)),
    () => `${call}: needs numbers of type ${types.join(', ')}, got '${descr}'; convert it with astype()`,
  );
  return { type, little: descr.charAt(0) !== '>' };
}

function layoutOf(entries: ReadonlyMap<string, Value>, call: string): Pick<NpyHeader, 'fortran' | 'shape'> {
  const [fortran, shape] = [entries.get('fortran_order'), entries.get('shape')];
  check(typeof fortran === 'boolean', () => `${call}: needs 'fortran_order' in the header, True or False`);
  check(Array.isArray(shape), () => `${call}: needs 'shape' in the header, whole numbers in brackets`);
  const sizes = shape as readonly number[];
  check(
    sizes.reduce((n, d) => n * Math.max(d, 1), 1) <= mostElements,
    () => `${call}: needs at most ${mostElements} numbers, got ${show(sizes)}`,
  );
  return { fortran, shape: sizes };
}

/** Reads the dictionary of a header; `before` is the byte its first letter is at. */
class Literal {
  private at = 0;
  private readonly text: string;
  private readonly before: number;
  private readonly call: string;

  constructor(text: string, before: number, call: string) {
    this.text = text;
    this.before = before;
    this.call = call;
  }

  dictionary(): Map<string, Value> {
    const entries = new Map<string, Value>();
    this.take('{');
    while (!this.has('}')) {
      const key = this.string();
      this.take(':');
      check(!entries.has(key), () => `${this.call}: the header says '${key}' twice`);
      entries.set(key, this.value());
      if (!this.has('}')) this.take(',');
    }
    this.take('}');
    this.skip();
    if (this.at < this.text.length) this.wrong('the end of the header');
    return entries;
  }

  private value(): Value {
    if (this.has("'") || this.has('"')) return this.string();
    if (this.has('(')) return this.tuple();
    for (const [word, value] of [
      ['True', true],
      ['False', false],
    ] as const)
      // prettier-ignore
      if (this.text.startsWith(word, this.at)) {
        this.at += word.length;
        return value;
      }
    return this.wrong('a text, True, False or numbers in brackets');
  }

  private string(): string {
    const quote = this.has('"') ? '"' : "'";
    this.take(quote);
    const end = this.text.indexOf(quote, this.at);
    if (end < 0) this.wrong('the end of a text');
    const found = this.text.slice(this.at, end);
    this.at = end + 1;
    return found;
  }

  private tuple(): number[] {
    const sizes: number[] = [];
    this.take('(');
    while (!this.has(')')) {
      // Python 2 wrote long integers with an L.
      const [all, digits] = /^(\d{1,15})L?/.exec(this.text.slice(this.at, this.at + 17)) ?? [];
      if (all === undefined) this.wrong('a whole number');
      sizes.push(Number(digits));
      this.at += all.length;
      if (!this.has(')')) this.take(',');
    }
    this.take(')');
    return sizes;
  }

  private has(letter: string): boolean {
    this.skip();
    return this.text[this.at] === letter;
  }

  private take(letter: string): void {
    if (!this.has(letter)) this.wrong(letter);
    this.at++;
  }

  private skip(): void {
    while (/^[ \n\t]$/.test(this.text[this.at] ?? '')) this.at++;
  }

  private wrong(need: string): never {
    check(false, () => {
      const got = this.text[this.at];
      const place = this.before + this.at;
      return `${this.call}: needs ${need} at byte ${place} of the header, got ${JSON.stringify(got ?? 'its end')}`;
    });
  }
}
