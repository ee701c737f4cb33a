// The element types of tensors: what they are stored as and how wide they are.

export type Dtype = 'f32' | 'i32' | 'u8' | 'bool';

export type TypedArray = Float32Array | Int32Array | Uint8Array;

/** Bytes of one element. */
export const bytesOf: Readonly<Record<Dtype, number>> = { f32: 4, i32: 4, u8: 1, bool: 1 };

/** An array of `n` elements over fresh zeroed memory. */
export function arrayOf(dtype: Dtype, n: number): TypedArray {
  if (dtype === 'f32') return new Float32Array(n);
  return dtype === 'i32' ? new Int32Array(n) : new Uint8Array(n);
}

/** The same bytes seen as elements of `dtype`; the offset must suit the element. */
export function viewAs(dtype: Dtype, bytes: Uint8Array): TypedArray {
  if (dtype === 'f32') return new Float32Array(bytes.buffer, bytes.byteOffset, bytes.byteLength / 4);
  if (dtype === 'i32') return new Int32Array(bytes.buffer, bytes.byteOffset, bytes.byteLength / 4);
  return new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

/** The number as it reads back after being stored as `dtype`: i32 and u8 wrap, bool is 0 or 1. */
export function stored(dtype: Dtype, value: number): number {
  if (dtype === 'f32') return Math.fround(value);
  if (dtype === 'i32') return value | 0;
  return dtype === 'u8' ? value & 255 : Number(value !== 0);
}
