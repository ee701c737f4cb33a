// Reading and writing all digits that a device computes with: the reference holds f32 numbers in float64, which
// Variable.read() would round, so that what goes on from there would differ in the last digit.
import type { TypedArray } from '../base/dtype.ts';
import type { Variable } from '../device/device.ts';
import type { Numbers } from '../device/reference.ts';

const isWide = ({ device, dtype }: Variable): boolean => device.name === 'reference' && dtype === 'f32';

/** A copy of a variable's numbers. */
export const readExactly = (v: Variable): Promise<TypedArray | Float64Array> =>
  isWide(v) ? v.device.queue(() => (v.store as Numbers).data.slice()) : v.read();

/** Puts numbers in, rounded only if they are held so. */
export const writeExactly = (
  v: Variable,
  data: TypedArray | Float64Array | readonly number[],
): Promise<void> => {
  const given = data instanceof Array ? Float64Array.from(data) : data;
  if (!(given instanceof Float64Array)) return v.write(given);
  if (isWide(v)) return v.device.queue(() => (v.store as Numbers).data.set(given));
  return v.write(v.dtype === 'f32' ? Float32Array.from(given) : Int32Array.from(given));
};
