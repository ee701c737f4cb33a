// What tests of the engine stand on: comparing numbers, numbers to compute with, the devices there are, and
// many tensors through one program (a program a tensor would compile for minutes).
//
// The reference device computes in float64 and rounds what is read, so differences of neighbouring values are
// taken inside the program: see `slope`.
import assert from 'node:assert/strict';
import { open } from '../src/device/open.ts';
import type { Device } from '../src/device/device.ts';
import type { TypedArray } from '../src/base/dtype.ts';
import { range, sizeOf, type Shape } from '../src/base/shape.ts';
import { threefry2x32 } from '../src/base/rng.ts';
import { grad } from '../src/grad.ts';
import { topological, type Node } from '../src/graph/node.ts';
import { interpret, type Memory } from '../src/kernel/interpret.ts';
import type { Buffer } from '../src/kernel/kernel.ts';
import { lower } from '../src/kernel/lower.ts';
import { Tensor } from '../src/tensor.ts';

/** What random tests draw from; EIDOS_SEED in the environment repeats a failure. */
export const seed = Number(process.env['EIDOS_SEED'] ?? 1);

/** Shapes that find mistakes: no axis, one element, odd sizes, an axis of one in the middle, no elements. */
export const nastyShapes: readonly Shape[] = [[], [1], [7], [2, 3], [3, 1, 4], [0, 2]];

export interface Tolerance {
  readonly rtol?: number;
  readonly atol?: number;
  /** Said in front of the message. */
  readonly what?: string;
}

/**
 * One scalar function in f32 against float64, on every compiled target: 5 units in the last place, which is what the
 * least exact of them (pow) has in math.test.ts; near 0, of a result of size 1, for the rows that cancel (rem).
 */
export const elementwise = { rtol: 5 * 2 ** -23, atol: 4 * 2 ** -23 };

/** Same length, NaN only against NaN, infinities equal, the rest within rtol and atol. */
export function assertClose(
  actual: ArrayLike<number>,
  expected: ArrayLike<number>,
  { rtol = 1e-5, atol = 1e-6, what = '' }: Tolerance = {},
): void {
  const label = what && `${what}: `;
  assert.equal(actual.length, expected.length, `${label}lengths differ`);
  for (let i = 0; i < actual.length; i++) {
    const [a, e] = [Number(actual[i]), Number(expected[i])];
    const near = Number.isFinite(e) && Math.abs(a - e) <= atol + rtol * Math.abs(e);
    if (Object.is(a, e) || a === e || near) continue;
    assert.fail(
      `${label}element ${i}: got ${a}, expected ${e} (off by ${Math.abs(a - e)}; EIDOS_SEED=${seed})`,
    );
  }
}

/** Same length and, element by element, the same number: NaN is NaN and -0 is not 0. */
export function assertSame(actual: ArrayLike<number>, expected: ArrayLike<number>, what = ''): void {
  const label = what && `${what}: `;
  assert.equal(actual.length, expected.length, `${label}lengths differ`);
  for (let i = 0; i < actual.length; i++)
    if (!Object.is(actual[i], expected[i]))
      assert.fail(
        `${label}element ${i}: got ${show(actual[i])}, expected ${show(expected[i])} (EIDOS_SEED=${seed})`,
      );
}

const show = (x: number | undefined): string => (Object.is(x, -0) ? '-0' : String(x));

/**
 * Sums of many products: the squared error against the squared size, as a sum's error grows with its terms and
 * not with its result. `limit` is that quotient's largest value.
 */
export function assertNear(
  actual: ArrayLike<number>,
  expected: ArrayLike<number>,
  { limit = 1e-11, what = '' }: { readonly limit?: number; readonly what?: string } = {},
): void {
  const label = what && `${what}: `;
  assert.equal(actual.length, expected.length, `${label}lengths differ`);
  let [error, size, worst] = [0, 0, 0];
  for (let i = 0; i < actual.length; i++) {
    const d = Math.abs(actual[i]! - expected[i]!);
    error += d * d;
    size += expected[i]! * expected[i]!;
    if (d > Math.abs(actual[worst]! - expected[worst]!)) worst = i;
  }
  if (!(Number.isFinite(size) && error <= limit * size))
    assert.fail(
      `${label}squared error ${error / size}, at most ${limit}; worst is element ${worst}: ` +
        `got ${actual[worst]}, expected ${expected[worst]} (EIDOS_SEED=${seed})`,
    );
}

/** Numbers that another purpose does not share and every run repeats. */
export interface Draw {
  /** In [0, 1). */
  next(): number;
  /** A whole number from low to high. */
  whole(low: number, high: number): number;
  pick<T>(list: readonly T[]): T;
  /** f32 numbers in [low, high). */
  floats(n: number, low?: number, high?: number): Float32Array;
  /** An f32 tensor of numbers in [low, high). */
  tensor(shape: Shape, low?: number, high?: number): Tensor;
  /** An f32 tensor of numbers in [-1, 1) no two of which are close: for functions that compare them. */
  spaced(shape: Shape): Tensor;
}

/** A stream of numbers for one purpose. */
export function draw(purpose: number): Draw {
  let n = 0;
  const next = (): number => (threefry2x32(seed, purpose, n++, 0)[0] >>> 0) / 2 ** 32;
  const whole = (low: number, high: number): number => low + Math.floor(next() * (high - low + 1));
  const floats = (count: number, low = -1, high = 1): Float32Array =>
    Float32Array.from({ length: count }, () => low + (high - low) * next());
  return {
    next,
    whole,
    pick: (list) => list[whole(0, list.length - 1)]!,
    floats,
    tensor: (shape, low, high) => Tensor.from(floats(sizeOf(shape), low, high), shape),
    spaced: (shape) => {
      const n = sizeOf(shape);
      const order = Array.from(floats(n), (x, i) => [x, i] as const).sort(([a], [b]) => a - b);
      return Tensor.from(
        order.map(([, i]) => (2 * i) / n - 1),
        shape,
      );
    },
  };
}

/** Unequal weights with both signs, so that a wrong order of elements shows. */
export const weights = (like: Tensor): Tensor =>
  Tensor.from(
    range(sizeOf(like.shape)).map((i) => ((i % 2 ? -1 : 1) * (1 + ((i * 7) % 11))) / 4),
    like.shape,
  );

/** One number that depends on every element differently. */
export const weighted = (y: Tensor): Tensor => y.mul(weights(y)).sum();

/** The step of finite differences: a power of two, so that x + h is exact more often. */
export const h = 2 ** -12;

/** Central differences of `f` in direction v, inside the program: (f(x + h v) - f(x - h v)) / 2h. */
export const slope = (f: (x: Tensor) => Tensor, x: Tensor, v: Tensor | number = 1): Tensor => {
  const step = v instanceof Tensor ? v.mul(h) : h;
  return f(x.add(step))
    .sub(f(x.sub(step)))
    .mul(1 / (2 * h));
};

/** The devices of a test file; one of each, opened once and closed at the end. */
export interface Devices {
  readonly reference: Device;
  /** wasm and, where a C compiler is there, native. */
  readonly compiled: readonly Device[];
  readonly all: readonly Device[];
  close(): Promise<void>;
}

/** reference, wasm and, where it works, native. */
export async function openAll(threads = 2): Promise<Devices> {
  const reference = await open({ device: 'reference' });
  const compiled = [await open({ device: 'wasm', threads })];
  const native = await openNative(threads);
  if (native) compiled.push(native);
  const all = [reference, ...compiled];
  return {
    reference,
    compiled,
    all,
    close: async () => {
      await Promise.all(all.map((d) => d.close()));
    },
  };
}

/** The native device, or undefined where this machine has no compiler for it. EIDOS_NATIVE=1 makes its absence a failure. */
export async function openNative(threads = 2): Promise<Device | undefined> {
  try {
    return await open({ device: 'native', threads });
  } catch (error) {
    if (process.env['EIDOS_NATIVE'] === '1') throw error;
    return undefined;
  }
}

/** The numbers of many tensors, computed by one program. */
export async function values(device: Device, tensors: readonly Tensor[]): Promise<TypedArray[]> {
  const outputs = Object.fromEntries(tensors.map((t, i) => [`t${i}`, t]));
  using program = await device.compile(() => ({ outputs }));
  const out = await program.run();
  return tensors.map((_, i) => out[`t${i}`]!);
}

/** What a list of named tensors should be, compared on every compiled device with the reference. */
export async function agree(
  devices: Devices,
  tensors: Readonly<Record<string, Tensor>>,
  compare: (actual: TypedArray, expected: TypedArray, what: string) => void,
): Promise<void> {
  const [names, list] = [Object.keys(tensors), Object.values(tensors)];
  const expected = await values(devices.reference, list);
  for (const device of devices.compiled) {
    const actual = await values(device, list);
    names.forEach((name, i) => compare(actual[i]!, expected[i]!, `${name} on ${device.name}`));
  }
}

/** `actual` is what is checked, `expected` where it must lie: both computed on the reference, in float64. */
export async function assertEqualGraphs(
  devices: Devices,
  pairs: Readonly<Record<string, readonly [actual: Tensor, expected: Tensor]>>,
  tolerance: Tolerance = {},
): Promise<void> {
  const entries = Object.entries(pairs);
  const all = await values(
    devices.reference,
    entries.flatMap(([, pair]) => pair),
  );
  entries.forEach(([what], i) => assertClose(all[2 * i]!, all[2 * i + 1]!, { ...tolerance, what }));
}

/**
 * Gradients by every input and, unless `second` is false, gradients of those gradients, each along two random
 * directions: what grad() gives against differences. `f` may give any shape; it is weighted unequally.
 */
export function slopePairs(
  what: string,
  f: (...x: Tensor[]) => Tensor,
  x: readonly Tensor[],
  { second = true }: { readonly second?: boolean } = {},
): Record<string, readonly [Tensor, Tensor]> {
  const d = draw(999);
  const pairs: Record<string, readonly [Tensor, Tensor]> = {};
  const along = x.map((t) => d.tensor(t.shape));
  const first = (all: readonly Tensor[]): Tensor => weighted(f(...all));
  /** One number made of all gradients: what is differentiated the second time. */
  const mixed = (all: readonly Tensor[]): Tensor =>
    grad(first(all), all)
      .map((g, i) => g.mul(along[i]!).sum())
      .reduce((a, b) => a.add(b));
  for (const [order, loss] of Object.entries(second ? { first, second: mixed } : { first })) {
    const exact = grad(loss(x), x);
    for (const direction of [0, 1])
      x.forEach((xi, i) => {
        const v = d.tensor(xi.shape);
        pairs[`${what}: ${order} gradient by input ${i}, direction ${direction}`] = [
          exact[i]!.mul(v).sum(),
          slope((t) => loss(x.with(i, t)), xi, v),
        ];
      });
  }
  return pairs;
}

/** The numbers of nodes, by the interpreter and nothing else. */
export function numbersOf(roots: readonly Node[]): Float64Array[] {
  const copy = (n: Node): Node => new Tensor(n).move({ to: 'reshape', extent: n }).node;
  const stored = roots.map((n) => (n.kind === 'input' || n.kind === 'const' ? copy(n) : n));
  const { items, places } = lower(stored);
  const memory: Memory = new Map();
  const bufferOf = (n: Node): Buffer => {
    const place = places.get(n);
    assert.ok(place, `${n.kind} is not stored`);
    return place.buffer;
  };
  for (const n of topological(stored))
    if (n.kind === 'input' && n.data) memory.set(bufferOf(n), Float64Array.from(n.data));
  interpret(items, memory, [1]);
  return stored.map((n) => memory.get(bufferOf(n)) ?? new Float64Array());
}
