// Features of pictures, and products of all of them with all of others: the one big sum that kernels and distances of
// ten thousand pictures need, done in blocks on a device; what is looked for in a block is the caller's business.
import { check } from '../../base/check.ts';
import type { Device } from '../../device/device.ts';
import { matmul } from '../../ops/matmul.ts';
import type { Tensor } from '../../tensor.ts';

/** What an eye gives for pictures: row-major [count, size]. */
export interface Features {
  readonly data: Float32Array;
  readonly count: number;
  readonly size: number;
}

/** Some rows of features, in this order; a copy. */
export function featuresAt({ data, size }: Features, places: readonly number[]): Features {
  const rows = new Float32Array(places.length * size);
  places.forEach((from, to) => rows.set(data.subarray(from * size, (from + 1) * size), to * size));
  return { data: rows, count: places.length, size };
}

/** Features less one row, [size]: distances stay, and products of numbers near 0 keep their digits. */
export function shifted({ data, count, size }: Features, by: ArrayLike<number>): Features {
  return { data: data.map((x, i) => x - by[i % size]!), count, size };
}

/** For each row the sum of its squares. */
export const squaresOf = ({ data, count, size }: Features): Float64Array =>
  Float64Array.from({ length: count }, (_, i) => {
    let sum = 0;
    for (let k = i * size; k < (i + 1) * size; k++) sum += data[k]! * data[k]!;
    return sum;
  });

/** Rows of the first that are multiplied at once. */
const most = 500;

/** Told the products of row `row` of the first with every row of the second: `at` is where they begin in `products`. */
export type Visitor = (row: number, products: Float32Array, at: number) => void;

/** Calls `visit` for every row of `a` with its products with all rows of `b`. Shapes: [n, d] and [m, d] -> n times [m]. */
export async function products(
  device: Device,
  a: Features,
  b: Features,
  visit: Visitor,
  signal?: AbortSignal,
): Promise<void> {
  check(a.size === b.size, () => `products: needs features of one size, got ${a.size} and ${b.size}`);
  const { size } = a;
  const turned = new Float32Array(b.count * size);
  for (let i = 0; i < b.count; i++)
    for (let k = 0; k < size; k++) turned[k * b.count + i] = b.data[i * size + k]!;
  const table = device.variable(turned, [size, b.count], { name: 'features' });
  try {
    const program = await device.compile(
      ({ inputs }) => ({ outputs: { products: matmul(inputs['x'] as Tensor, table.tensor) } }),
      { inputs: { x: { shape: ['batch', size] } }, batch: most },
    );
    try {
      for (let from = 0; from < a.count; from += most) {
        signal?.throwIfAborted();
        const batch = Math.min(most, a.count - from);
        const x = a.data.subarray(from * size, (from + batch) * size);
        const out = (await program.run({ x }, { batch }))['products'] as Float32Array;
        for (let i = 0; i < batch; i++) visit(from + i, out, i * b.count);
      }
    } finally {
      program.close();
    }
  } finally {
    table.close();
  }
}
