// The header of a safetensors file: JSON of one fixed form, read byte by byte. A parser of our own because JSON.parse
// takes the last of two equal names without a word and cannot say where a mistake is. What the offsets must be among
// each other is safetensors.ts's business. Format: https://github.com/huggingface/safetensors#format
import { check } from '../base/check.ts';

/** What the header says of one tensor; nothing is checked but its form. */
export interface Entry {
  readonly name: string;
  /** The byte of the file where its name stands. */
  readonly at: number;
  /** As the file spells it: F32. */
  readonly dtype: string;
  readonly shape: readonly number[];
  /** Bytes of its data, counted from the header's end. */
  readonly begin: number;
  readonly end: number;
}

export interface Header {
  readonly entries: readonly Entry[];
  readonly metadata: Readonly<Record<string, string>>;
  /** The byte of the file where data begins. */
  readonly end: number;
}

/** The name of the header's one entry that is no tensor. */
export const metadataKey = '__metadata__';

/** Names that mean something to JavaScript's objects, whoever puts them into one. */
export const isReserved = (name: string): boolean => ['__proto__', 'constructor', 'prototype'].includes(name);

/** The longest header the format allows, in bytes. */
const longest = 100_000_000;

/** Reads the header of a file; `call` begins every message. */
export function readHeader(bytes: Uint8Array, call: string): Header {
  check(bytes.length >= 8, () => `${call}: a safetensors file has at least 8 bytes, got ${bytes.length}`);
  const length = new DataView(bytes.buffer, bytes.byteOffset).getBigUint64(0, true);
  check(
    length <= longest,
    () => `${call}: bytes 0 to 7 say that the header has ${length} bytes, at most ${longest} are allowed`,
  );
  const end = 8 + Number(length);
  check(
    end <= bytes.length,
    () => `${call}: the header ends at byte ${end}, the file at byte ${bytes.length}; it is cut short`,
  );
  return new Scanner(bytes.subarray(0, end), call).header();
}

const space = new Set([0x20, 0x09, 0x0a, 0x0d]);
const digit = (code: number | undefined): boolean => code !== undefined && code >= 0x30 && code <= 0x39;

class Scanner {
  private readonly bytes: Uint8Array;
  private readonly call: string;
  private at = 8;

  constructor(bytes: Uint8Array, call: string) {
    this.bytes = bytes;
    this.call = call;
  }

  header(): Header {
    this.need(this.bytes[8] === 0x7b, '{'); // no white space before it, so that a file is not two things at once
    const entries: Entry[] = [];
    let metadata: Record<string, string> = {};
    this.members((name, at) => {
      if (name === metadataKey) metadata = this.texts();
      else entries.push(this.entry(name, at));
    });
    this.blank();
    this.need(this.at === this.bytes.length, 'the end of the header');
    return { entries, metadata, end: this.bytes.length };
  }

  private entry(name: string, at: number): Entry {
    const found: { dtype?: string; shape?: number[]; data_offsets?: number[] } = {};
    this.members((key, at) => {
      if (key === 'dtype') found.dtype = this.text();
      else if (key === 'shape' || key === 'data_offsets') found[key] = this.numbers();
      else {
        this.at = at;
        this.need(false, 'dtype, shape or data_offsets', key);
      }
    });
    const { dtype, shape, data_offsets: [begin, end, ...more] = [] } = found;
    check(
      dtype !== undefined &&
        shape !== undefined &&
        begin !== undefined &&
        end !== undefined &&
        more.length === 0,
      () => `${this.call}: ${name} (byte ${at}) needs a dtype, a shape and two data_offsets`,
    );
    return { name, at, dtype, shape, begin, end };
  }

  /** An object: `member` reads the value of each of its names. */
  private members(member: (name: string, at: number) => void): void {
    const seen = new Set<string>();
    this.list('{', '}', () => {
      this.blank();
      const at = this.at;
      const name = this.text();
      check(!seen.has(name), () => `${this.call}: ${name} stands twice in the header, again at byte ${at}`);
      check(!isReserved(name), () => `${this.call}: ${name} (byte ${at}) is no name for a tensor`);
      seen.add(name);
      this.expect(':');
      member(name, at);
    });
  }

  private texts(): Record<string, string> {
    const found: [string, string][] = [];
    this.members((name) => found.push([name, this.text()]));
    return Object.fromEntries(found);
  }

  private numbers(): number[] {
    const found: number[] = [];
    this.list('[', ']', () => found.push(this.number()));
    return found;
  }

  private list(open: string, close: string, item: () => void): void {
    this.expect(open);
    this.blank();
    if (this.bytes[this.at] === close.charCodeAt(0)) {
      this.at++;
      return;
    }
    for (;;) {
      item();
      this.blank();
      const more = this.bytes[this.at] === 0x2c;
      this.need(more || this.bytes[this.at] === close.charCodeAt(0), `, or ${close}`);
      this.at++;
      if (!more) return;
    }
  }

  private number(): number {
    this.blank();
    const from = this.at;
    while (digit(this.bytes[this.at])) this.at++;
    const text = String.fromCharCode(...this.bytes.subarray(from, Math.min(this.at, from + 17)));
    const good = this.at > from && Number.isSafeInteger(Number(text)) && !/^0./.test(text);
    if (!good) this.at = from;
    this.need(good, 'a whole number from 0 to 2^53 - 1');
    return Number(text);
  }

  private text(): string {
    this.blank();
    const from = this.at;
    this.need(this.bytes[from] === 0x22, '"');
    let end = from + 1;
    while (end < this.bytes.length && this.bytes[end] !== 0x22) end += this.bytes[end] === 0x5c ? 2 : 1;
    const text = end < this.bytes.length ? parsed(this.bytes.subarray(from, end + 1)) : undefined;
    this.need(text !== undefined, 'a JSON string in UTF-8');
    this.at = end + 1;
    return text;
  }

  private expect(char: string): void {
    this.blank();
    this.need(this.bytes[this.at] === char.charCodeAt(0), char);
    this.at++;
  }

  private blank(): void {
    while (space.has(this.bytes[this.at] ?? 0)) this.at++;
  }

  private need(ok: boolean, what: string, got?: string): asserts ok {
    check(ok, () => `${this.call}: byte ${this.at}: the header needs ${what}, got ${got ?? this.here()}`);
  }

  /** What stands at this byte, as people read it. */
  private here(): string {
    const code = this.bytes[this.at];
    if (code === undefined) return 'its end';
    return code > 0x20 && code < 0x7f ? String.fromCharCode(code) : `0x${code.toString(16).padStart(2, '0')}`;
  }
}

/** A quoted string of JSON, or undefined if it is none. */
function parsed(quoted: Uint8Array): string | undefined {
  try {
    return String(JSON.parse(new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(quoted)));
  } catch {
    return undefined;
  }
}
