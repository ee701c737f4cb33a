// safetensors, the file format for tensors by name: bytes <-> tensors, nothing executable, every byte accounted for.
// Files of strangers are read: what does not hold is refused with the byte named before anything is allocated for it.
// Where bytes come from is the caller's business. Format: https://github.com/huggingface/safetensors#format
//
// To read one more element type: a row in `readers`.
import { check } from '../base/check.ts';
import { bytesOf, type Dtype, type TypedArray } from '../base/dtype.ts';
import { show, sizeOf, type Shape } from '../base/shape.ts';
import { isReserved, metadataKey, readHeader, type Entry } from './safetensors-header.ts';

/** Element types that files hold beside the engine's. */
export type FileDtype = Dtype | 'f64';

/** A tensor as files hold it; bool is stored as bytes 0 and 1. */
export interface FileTensor {
  readonly name: string;
  readonly shape: Shape;
  readonly dtype: FileDtype;
  readonly data: TypedArray | Float64Array;
}

/** What a safetensors file holds. */
export interface TensorFile {
  readonly tensors: readonly FileTensor[];
  readonly metadata: Readonly<Record<string, string>>;
}

interface Reader {
  /** Bytes of one element in the file. */
  readonly bytes: number;
  readonly dtype: FileDtype;
  /** The numbers in a copy of the tensor's bytes; undefined, and the place of an element it cannot give. */
  read(buffer: ArrayBuffer): FileTensor['data'] | { readonly wrong: number };
}

/** By the file's name of the element type. Typed arrays are little-endian, as the file is, on all machines Node runs on but s390x. */
// prettier-ignore
const readers: Readonly<Record<string, Reader>> = {
  F32: { bytes: 4, dtype: 'f32', read: (b) => new Float32Array(b) },
  F64: { bytes: 8, dtype: 'f64', read: (b) => new Float64Array(b) },
  I32: { bytes: 4, dtype: 'i32', read: (b) => new Int32Array(b) },
  U8: { bytes: 1, dtype: 'u8', read: (b) => new Uint8Array(b) },
  BOOL: { bytes: 1, dtype: 'bool', read: (b) => only(new Uint8Array(b), (x) => x <= 1) },
  I64: { bytes: 8, dtype: 'i32', read: (b) => narrowed(new BigInt64Array(b)) },
  F16: { bytes: 2, dtype: 'f32', read: (b) => Float32Array.from(new Uint16Array(b), halfToNumber) },
  BF16: { bytes: 2, dtype: 'f32', read: (b) => new Float32Array(Uint32Array.from(new Uint16Array(b), (x) => x << 16).buffer) },
};

const spelled: Readonly<Record<FileDtype, string>> = {
  f32: 'F32',
  f64: 'F64',
  i32: 'I32',
  u8: 'U8',
  bool: 'BOOL',
};

const widthOf = (dtype: FileDtype): number => (dtype === 'f64' ? 8 : bytesOf[dtype]);

/**
 * The tensors of a safetensors file, in the order of their data, each in memory of its own. F32, F64, I32, U8 and BOOL
 * come as they are; F16 and BF16 as f32; I64 as i32 if all its numbers fit. `call` begins every message.
 */
export function readSafetensors(bytes: Uint8Array, call = 'readSafetensors'): TensorFile {
  const { entries, metadata, end } = readHeader(bytes, call);
  const tensors = tiling(entries, bytes.length - end, { call, data: end }).map((entry): FileTensor => {
    const { name, at, dtype: spelling, shape } = entry;
    const reader = Object.hasOwn(readers, spelling) ? readers[spelling] : undefined;
    check(
      reader !== undefined,
      () =>
        `${call}: ${name} (byte ${at}) is of ${spelling}, must be one of ${Object.keys(readers).join(', ')}`,
    );
    const needed = bytesFor(entry, reader.bytes);
    check(
      needed === entry.end - entry.begin,
      () =>
        `${call}: ${name} (byte ${at}): ${spelling} ${show(shape)} does not fill the ${entry.end - entry.begin} bytes it is given`,
    );
    const from = end + entry.begin;
    // Not slice(), which Node's Buffer has changed to share memory.
    const data = reader.read(new Uint8Array(bytes.subarray(from, end + entry.end)).buffer);
    check(
      !('wrong' in data),
      () =>
        `${call}: ${name} holds a number at byte ${from + ('wrong' in data ? data.wrong : 0) * reader.bytes} that is no ${reader.dtype}`,
    );
    return { name, shape, dtype: reader.dtype, data };
  });
  return { tensors, metadata };
}

/** The entries in the order of their data, which must cover all of it once: no holes, no overlaps, nothing outside. */
function tiling(
  entries: readonly Entry[],
  size: number,
  { call, data }: { readonly call: string; readonly data: number },
): readonly Entry[] {
  const ordered = entries.toSorted((a, b) => a.begin - b.begin || a.end - b.end);
  let covered = 0;
  for (const { name, at, begin, end } of ordered) {
    check(
      begin === covered && end >= begin,
      () =>
        `${call}: ${name} (byte ${at}) has its data from byte ${data + begin} to ${data + end}, must begin where the one before ends, at ${data + covered}`,
    );
    check(
      end <= size,
      () => `${call}: ${name} (byte ${at}) has its data up to byte ${data + end}, the file ends at ${data + size}; it is cut short`, // prettier-ignore
    );
    covered = end;
  }
  check(
    covered === size,
    () => `${call}: bytes ${data + covered} to ${data + size} belong to no tensor; the file is damaged`,
  );
  return ordered;
}

/** Bytes that a shape needs; NaN where it is more than a number can say exactly. */
function bytesFor({ shape }: Entry, width: number): number {
  let n = width;
  for (const size of shape) {
    n *= size;
    if (!Number.isSafeInteger(n)) return NaN;
  }
  return n;
}

function only(data: Uint8Array, good: (x: number) => boolean): Uint8Array | { wrong: number } {
  const wrong = data.findIndex((x) => !good(x));
  return wrong < 0 ? data : { wrong };
}

function narrowed(data: BigInt64Array): Int32Array | { wrong: number } {
  const wrong = data.findIndex((x) => BigInt.asIntN(32, x) !== x);
  return wrong < 0 ? Int32Array.from(data, Number) : { wrong };
}

/** IEEE 754 binary16: sign, 5 bits of exponent, 10 of fraction. */
function halfToNumber(half: number): number {
  const [sign, exponent, fraction] = [half >> 15 ? -1 : 1, (half >> 10) & 31, half & 1023];
  if (exponent === 31) return fraction ? NaN : sign * Infinity;
  return sign * (exponent ? (1 + fraction / 1024) * 2 ** (exponent - 15) : fraction * 2 ** -24);
}

/** The nearest number of binary16 to a number of binary32, ties to even among normal ones. */
function numberToHalf(x: number): number {
  const bits = new DataView(Float32Array.of(x).buffer).getUint32(0, true);
  const [sign, size] = [(bits >>> 16) & 0x8000, bits & 0x7fffffff];
  if (size >= 0x47800000) return sign | (size > 0x7f800000 ? 0x7e00 : 0x7c00);
  if (size < 0x38800000) return sign | Math.round(Math.abs(x) * 2 ** 24);
  return sign | ((size + 0xfff + ((size >>> 13) & 1) - 0x38000000) >>> 13);
}

/** How tensors are written. */
interface Writing {
  readonly half?: boolean;
}

/**
 * A safetensors file of these tensors and texts; the widest elements come first, so that all lie where machines like
 * them. With `half`, f32 is written as F16: half the bytes, three digits of each number.
 */
export function writeSafetensors(
  tensors: readonly FileTensor[],
  metadata: Readonly<Record<string, string>> = {},
  writing: Writing = {},
): Uint8Array {
  const parts = safetensorsParts(tensors, metadata, writing);
  const bytes = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}

/** The same file in pieces, one after the other: its header, then the memory of the tensors themselves, not copied. */
export function safetensorsParts(
  tensors: readonly FileTensor[],
  metadata: Readonly<Record<string, string>> = {},
  { half = false }: Writing = {},
): readonly Uint8Array[] {
  const spelling = (dtype: FileDtype): string => (half && dtype === 'f32' ? 'F16' : spelled[dtype]);
  const numbersOf = ({ dtype, data }: FileTensor): FileTensor['data'] | Uint16Array =>
    half && dtype === 'f32' ? Uint16Array.from(data, numberToHalf) : data;
  const contents: (FileTensor['data'] | Uint16Array)[] = [];
  const names = new Set<string>([metadataKey]);
  const ordered = tensors.toSorted((a, b) => widthOf(b.dtype) - widthOf(a.dtype));
  const header: [string, object][] = Object.keys(metadata).length ? [[metadataKey, metadata]] : [];
  let size = 0;
  for (const tensor of ordered) {
    const { name, shape, dtype, data } = tensor;
    check(
      !names.has(name) && !isReserved(name),
      () =>
        `writeSafetensors: ${name} cannot be a tensor's name: each must be another, and none JavaScript's own`,
    );
    check(
      data.length === sizeOf(shape) && data.BYTES_PER_ELEMENT === widthOf(dtype),
      () =>
        `writeSafetensors: ${name} needs ${sizeOf(shape)} numbers of ${dtype} for ${show(shape)}, got ${data.length} of ${data.BYTES_PER_ELEMENT} bytes`,
    );
    names.add(name);
    const numbers = numbersOf(tensor);
    contents.push(numbers);
    const end = size + numbers.byteLength;
    header.push([name, { dtype: spelling(dtype), shape, data_offsets: [size, end] }]);
    size = end;
  }
  const text = new TextEncoder().encode(JSON.stringify(Object.fromEntries(header)));
  const head = new Uint8Array(8 + Math.ceil(text.length / 8) * 8);
  new DataView(head.buffer).setBigUint64(0, BigInt(head.length - 8), true);
  head.fill(0x20, 8);
  head.set(text, 8);
  return [
    head,
    ...contents.map(({ buffer, byteOffset, byteLength }) => new Uint8Array(buffer, byteOffset, byteLength)),
  ];
}
