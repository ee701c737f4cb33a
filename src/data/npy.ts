// NumPy's array files: a magic text, a header that is a Python dictionary written out, then the numbers.
// A file is a stranger: the header is read by a small parser of its own, never evaluated, and objects (pickles) are
// refused. Whatever order and byte order the file has, what comes out is row-major and the machine's own.
// Format: https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html
import { check } from '../base/check.ts';
import { show, sizeOf, stridesOf, type Shape } from '../base/shape.ts';
import { npyHeader, type NpyType } from './npy-header.ts';

/** Numbers as arrays hold them. */
export type NpyArray = Float32Array | Float64Array | Int8Array | Int16Array | Int32Array | Uint8Array;

/** What a .npy file holds. */
export interface Npy {
  /** Sizes, outermost first. */
  readonly shape: Shape;
  /** Row-major. b1 comes as 0 and 1; i8 as 32-bit integers, and is refused where they do not fit. */
  readonly data: NpyArray;
  /** What the numbers were in the file: f4 is a float of 4 bytes. */
  readonly dtype: NpyType;
}

interface Element {
  readonly bytes: number;
  readonly room: (n: number) => NpyArray;
  readonly read: (view: DataView, at: number, little: boolean) => number;
}

const elements: Readonly<Record<NpyType, Element>> = {
  f4: { bytes: 4, room: (n) => new Float32Array(n), read: (v, at, little) => v.getFloat32(at, little) },
  f8: { bytes: 8, room: (n) => new Float64Array(n), read: (v, at, little) => v.getFloat64(at, little) },
  i1: { bytes: 1, room: (n) => new Int8Array(n), read: (v, at) => v.getInt8(at) },
  i2: { bytes: 2, room: (n) => new Int16Array(n), read: (v, at, little) => v.getInt16(at, little) },
  i4: { bytes: 4, room: (n) => new Int32Array(n), read: (v, at, little) => v.getInt32(at, little) },
  i8: {
    bytes: 8,
    room: (n) => new Int32Array(n),
    read: (v, at, little) => Number(v.getBigInt64(at, little)),
  },
  u1: { bytes: 1, room: (n) => new Uint8Array(n), read: (v, at) => v.getUint8(at) },
  b1: { bytes: 1, room: (n) => new Uint8Array(n), read: (v, at) => v.getUint8(at) },
};

/** The array in a .npy file; `name` is what errors call it. */
export function readNpy(bytes: Uint8Array, name: string): Npy {
  const call = `readNpy(${name})`;
  const { type, little, fortran, shape, start } = npyHeader(bytes, call);
  const element = elements[type];
  const total = start + element.bytes * sizeOf(shape);
  check(
    bytes.length === total,
    () =>
      `${call}: needs ${total} bytes for ${type} ${show(shape)}, the file ` +
      (bytes.length < total ? `ends at byte ${bytes.length}` : 'goes on after that byte'),
  );
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const data = element.room(sizeOf(shape));
  const place = fortran ? fortranOrder(shape) : (i: number): number => i;
  for (let i = 0, at = start; i < data.length; i++, at += element.bytes) {
    const value = element.read(view, at, little);
    data[place(i)] = value;
    if (type === 'i8' || type === 'b1')
      check(data[place(i)] === value && (type === 'i8' || value < 2), () =>
        type === 'i8'
          ? `${call}: needs i8 that fit into 32 bits, got ${view.getBigInt64(at, little)} at byte ${at}; save it as f8`
          : `${call}: needs 0 or 1 for a b1, got ${value} at byte ${at}`,
      );
  }
  return { shape, data, dtype: type };
}

/** The row-major place of the i-th element of a file that counts its first axis fastest. */
function fortranOrder(shape: Shape): (i: number) => number {
  const strides = stridesOf(shape);
  return (i) => {
    let [rest, place] = [i, 0];
    shape.forEach((size, axis) => {
      place += (rest % size) * (strides[axis] ?? 0);
      rest = Math.floor(rest / size);
    });
    return place;
  };
}

/** What NumPy calls the numbers of an array. */
function typeOf(data: NpyArray): NpyType {
  if (data instanceof Float32Array) return 'f4';
  if (data instanceof Float64Array) return 'f8';
  if (data instanceof Int8Array) return 'i1';
  if (data instanceof Int16Array) return 'i2';
  return data instanceof Int32Array ? 'i4' : 'u1';
}

/** The bytes of a .npy file (version 1.0, row-major, little-endian) that numpy.load() reads. */
export function writeNpy(shape: Shape, data: NpyArray): Uint8Array {
  check(
    sizeOf(shape) === data.length,
    () => `writeNpy: needs ${sizeOf(shape)} numbers for ${show(shape)}, got ${data.length}`,
  );
  const type = typeOf(data);
  const order = data.BYTES_PER_ELEMENT === 1 ? '|' : '<';
  const sizes = shape.length === 1 ? `${shape[0]},` : shape.join(', ');
  const text = `{'descr': '${order}${type}', 'fortran_order': False, 'shape': (${sizes}), }`;
  // Spaces make the header end at a multiple of 64, so that the numbers can be mapped into memory as they are.
  const start = Math.ceil((10 + text.length + 1) / 64) * 64;
  const file = new Uint8Array(start + data.byteLength);
  file.set([0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, 1, 0]);
  new DataView(file.buffer).setUint16(8, start - 10, true);
  file.set(new TextEncoder().encode(`${text.padEnd(start - 11)}\n`), 10);
  file.set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength), start);
  return file;
}
