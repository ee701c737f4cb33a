// What tests of training stand on: a small problem, a small model for it, and comparing what was learned.
import assert from 'node:assert/strict';
import { uniform } from '../src/base/rng.ts';
import {
  dense,
  open,
  sequential,
  type CompileOptions,
  type Device,
  type Model,
  type Pairs,
} from '../src/index.ts';

/** Points of the plane in three heaps. */
/** Points [2] and the number of the heap that each is in. */
export interface Heaps extends Pairs {
  readonly x: Float32Array;
  readonly y: Int32Array;
  readonly shape: readonly number[];
}

export function heaps(count: number, seed = 1): Heaps {
  const centres = [
    [1, 1],
    [-1, 0],
    [1, -1],
  ] as const;
  const y = Int32Array.from({ length: count }, (_, i) => i % 3);
  const x = Float32Array.from(
    { length: 2 * count },
    (_, i) => (centres[(i >> 1) % 3]?.[i & 1] ?? 0) + uniform(seed, 1, 0, i) - 0.5,
  );
  return { x, y, shape: [2] };
}

/** Two layers that tell the heaps apart, not compiled. */
export const small = (): Model =>
  sequential(dense(8, { activation: 'tanh' }), dense(3, { activation: 'softmax' }));

/** WebAssembly on one thread. */
export const one = (): Promise<Device> => open({ device: 'wasm', threads: 1 });

/** How a model that names classes is compiled here. */
export const classes = (device: Device, more: Partial<CompileOptions> = {}): CompileOptions => ({
  loss: 'sparseCategoricalCrossentropy',
  metrics: ['accuracy'],
  device,
  ...more,
});

/** All weights, by name. */
export const numbers = async (model: Model): Promise<Record<string, number[]>> =>
  Object.fromEntries((await model.getWeights()).map(({ name, data }) => [name, [...data]]));

/** Same length, and element by element no further than `tolerance` apart. */
export function near(got: ArrayLike<number>, want: ArrayLike<number>, tolerance = 1e-5): void {
  assert.equal(got.length, want.length);
  for (let i = 0; i < want.length; i++)
    assert.ok(
      Math.abs((got[i] ?? NaN) - (want[i] ?? NaN)) <= tolerance,
      `${got[i]} instead of ${want[i]} at ${i}`,
    );
}
