// IDX, the format of MNIST and its kin: four bytes of magic, the sizes as big-endian u32, then the bytes.
// A file is a stranger: its header says how long it must be, and nothing is allocated or inflated beyond that.
// Runs in Node and in browsers; gzipped files are inflate.ts's business, where files come from node-sets.ts's.
// Format: Y. LeCun, C. Cortes, C. J. C. Burges, "The MNIST database", http://yann.lecun.com/exdb/mnist/
import { check } from '../base/check.ts';
import { show } from '../base/shape.ts';
import { expansion, inflate, isGzip } from './inflate.ts';

/** What an IDX file of unsigned bytes holds. */
export interface Idx {
  /** Sizes, outermost first. */
  readonly shape: readonly number[];
  /** The values, row-major; a view of the file where it was not gzipped. */
  readonly data: Uint8Array;
}

interface Header {
  readonly shape: readonly number[];
  /** Byte at which the data start. */
  readonly start: number;
  /** Bytes of the whole file. */
  readonly total: number;
}

/** Longest file read, in bytes: what one typed array holds on every platform. */
const LIMIT = 2 ** 31 - 1;

const TYPES = new Map([
  [0x08, 'unsigned byte'],
  [0x09, 'signed byte'],
  [0x0b, 'i16'],
  [0x0c, 'i32'],
  [0x0d, 'f32'],
  [0x0e, 'f64'],
]);

/** Reads an IDX file of unsigned bytes, plain or gzipped; `name` is what errors call it. */
export async function readIdx(bytes: Uint8Array, name: string): Promise<Idx> {
  const file = await unpackIdx(bytes, name);
  const { shape, start, total } = readHeader(file, `readIdx(${name})`);
  check(file.length >= total, () => tooShort(name, shape, total, file.length));
  check(file.length <= total, () => tooLong(name, shape, total));
  return { shape, data: file.subarray(start, total) };
}

/** The plain bytes of an IDX file that may be gzipped, inflated no further than its header says. */
export async function unpackIdx(bytes: Uint8Array, name: string): Promise<Uint8Array> {
  if (!isGzip(bytes)) return bytes;
  const call = `readIdx(${name})`;
  let head: Uint8Array = new Uint8Array(0);
  let file: Uint8Array | undefined;
  let total = 0;
  let at = 0;
  for await (const chunk of inflate(bytes, 'gzip', call)) {
    if (file) {
      check(at + chunk.length <= total, () => tooLong(name, readHeader(file!, call).shape, total));
      file.set(chunk, at);
      at += chunk.length;
      continue;
    }
    head = join(head, chunk);
    if (head.length < headerBytes(head)) continue;
    const header = readHeader(head, call);
    total = header.total;
    check(
      total <= expansion * bytes.length,
      () =>
        `${call}: needs ${total} bytes for ${show(header.shape)}, ` +
        `${bytes.length} gzipped bytes cannot hold more than ${expansion * bytes.length}; download it again`,
    );
    check(head.length <= total, () => tooLong(name, header.shape, total));
    file = new Uint8Array(total);
    file.set(head);
    at = head.length;
  }
  return file ? file.subarray(0, at) : head;
}

/** The bytes of an IDX file; `data` holds one byte for each element of `shape`. */
export function writeIdx(shape: readonly number[], data: Uint8Array): Uint8Array {
  const size = shape.reduce((product, n) => product * n, 1);
  check(size === data.length, () => `writeIdx: needs ${size} bytes for ${show(shape)}, got ${data.length}`);
  const start = 4 + 4 * shape.length;
  const file = new Uint8Array(start + size);
  file.set([0, 0, 8, shape.length]);
  const view = new DataView(file.buffer);
  shape.forEach((n, axis) => view.setUint32(4 + 4 * axis, n));
  file.set(data, start);
  return file;
}

function readHeader(file: Uint8Array, call: string): Header {
  const [zero, zero2, type, rank] = file;
  check(
    zero !== undefined && zero2 !== undefined && type !== undefined && rank !== undefined,
    () => `${call}: needs 4 bytes of magic number, the file ends at byte ${file.length}; download it again`,
  );
  for (const [byte, value] of [zero, zero2].entries()) {
    check(value === 0, () => `${call}: needs 0 at byte ${byte}, got ${value}; this is not an IDX file`);
  }
  check(type === 8, () => {
    const known = TYPES.get(type);
    return `${call}: needs 8 (unsigned byte) at byte 2, got ${type}${known ? ` (${known})` : ''}`;
  });
  check(rank > 0, () => `${call}: needs at least 1 dimension at byte 3, got 0`);
  const start = headerBytes(file);
  check(
    file.length >= start,
    () =>
      `${call}: needs ${start} bytes of header for ${rank} dimensions, ` +
      `the file ends at byte ${file.length}; download it again`,
  );
  const view = new DataView(file.buffer, file.byteOffset, start);
  const shape: number[] = [];
  let size = 1;
  for (let byte = 4; byte < start; byte += 4) {
    const n = view.getUint32(byte);
    shape.push(n);
    size *= n;
    check(n > 0, () => `${call}: needs sizes of at least 1, got 0 at byte ${byte}`);
    check(
      start + size <= LIMIT,
      () => `${call}: needs at most ${LIMIT} bytes, got ${show(shape)} up to byte ${byte + 4}`,
    );
  }
  return { shape, start, total: start + size };
}

/** Bytes of the header, as far as its first four bytes tell. */
function headerBytes(file: Uint8Array): number {
  return 4 + 4 * (file[3] ?? 0);
}

function tooShort(name: string, shape: readonly number[], total: number, got: number): string {
  return `readIdx(${name}): needs ${total} bytes for ${show(shape)}, the file ends at byte ${got}; download it again`;
}

function tooLong(name: string, shape: readonly number[], total: number): string {
  return `readIdx(${name}): needs ${total} bytes for ${show(shape)}, the file goes on after that byte; download it again`;
}

function join(a: Uint8Array, b: Uint8Array): Uint8Array {
  const both = new Uint8Array(a.length + b.length);
  both.set(a);
  both.set(b, a.length);
  return both;
}
