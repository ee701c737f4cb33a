// What the tests against Keras share: the fixtures that tools/keras-fixtures.py writes, the numbers both sides make
// by formula, calls by name, devices, and comparing by norms.
//
// In float64: the reference computes so, and its memory is read as it is, without rounding to f32.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { TypedArray } from '../src/base/dtype.ts';
import { sizeOf, type Shape } from '../src/base/shape.ts';
import { Device } from '../src/device/device.ts';
import { open } from '../src/device/open.ts';
import { referenceTarget } from '../src/device/reference.ts';
import type { Target } from '../src/device/target.ts';
import { openNative } from './helpers.ts';
import { root } from './project.ts';

/** Which numbers: in [-1, 1), in (0, 1), in [1/8, 9/8), or whole ones from 0 to one less than this. */
export type Kind = 'signed' | 'share' | 'positive' | number;

/** Numbers that go in: by formula, or as they stand there. */
export type Given = { readonly shape: Shape } & (
  { readonly kind: Kind } | { readonly data: readonly number[] }
);

/** A function of src by name, and its arguments; calls may be among them. */
export interface Call {
  readonly call: string;
  readonly with: readonly unknown[];
}

/** Float64 numbers as base64. */
export type Packed = string;

/** The numbers of a fixture. */
export const unpacked = (text: Packed): Float64Array =>
  new Float64Array(new Uint8Array(Buffer.from(text, 'base64')).buffer);

/** A file that tools/keras-fixtures.py has written. */
export function fixture<T>(name: string): T {
  const file = JSON.parse(readFileSync(join(root, `test/fixtures/keras-${name}.json`), 'utf8')) as {
    readonly versions: { readonly keras: string };
  };
  assert.match(file.versions.keras, /^3\./);
  return file as T;
}

/** 32 mixed bits for one place of a list. */
function bits(seed: number, i: number): number {
  let h = (Math.imul(i, 0x9e3779b1) + Math.imul(seed, 0x85ebca77) + 0x165667b1) >>> 0;
  h = Math.imul(h ^ (h >>> 15), 0x2c1b3c6d) >>> 0;
  h = Math.imul(h ^ (h >>> 12), 0x297a2d39) >>> 0;
  return (h ^ (h >>> 15)) >>> 0;
}

/** Numbers that f32 holds exactly. */
export function numbers(kind: Kind, seed: number, shape: Shape): TypedArray {
  const of = (place: (h: number) => number): Float32Array =>
    Float32Array.from({ length: sizeOf(shape) }, (_, i) => place(bits(seed, i)));
  if (typeof kind === 'number')
    return Int32Array.from({ length: sizeOf(shape) }, (_, i) => bits(seed, i) % kind);
  if (kind === 'signed') return of((h) => (h >>> 8) / 2 ** 23 - 1);
  return kind === 'share' ? of((h) => ((h >>> 9) + 0.5) / 2 ** 23) : of((h) => (h >>> 9) / 2 ** 23 + 0.125);
}

/** The numbers of an input. */
export const givenBy = (spec: Given, seed: number): TypedArray =>
  'data' in spec ? Float32Array.from(spec.data) : numbers(spec.kind, seed, spec.shape);

/** What output i is multiplied by before it is summed, so that each number counts differently. */
export const weightsLike = (shape: Shape, i = 0): TypedArray => numbers('signed', 999 + i, shape);

/** First values of weights: positive for variances. */
export const startOf = (path: string, i: number, shape: Shape): TypedArray =>
  numbers(path.includes('ariance') ? 'positive' : 'signed', 100 + i, shape);

/** What a call gives: arguments that are calls are made first. */
export function made(library: Readonly<Record<string, unknown>>, x: unknown): unknown {
  if (Array.isArray(x)) return x.map((one) => made(library, one));
  if (typeof x !== 'object' || x === null) return x;
  if (!('call' in x)) return Object.fromEntries(Object.entries(x).map(([k, v]) => [k, made(library, v)]));
  const call = x as Call;
  const maker = library[call.call];
  assert.ok(typeof maker === 'function', `there is no ${call.call}`);
  const given: unknown = Reflect.apply(
    maker,
    undefined,
    call.with.map((one) => made(library, one)),
  );
  return given;
}

/** The reference, from which f32 numbers are read in float64: a Float64Array where the type says Float32Array. */
export function openDouble(): Device {
  const target = referenceTarget();
  const double: Target = {
    ...target,
    store(dtype, size) {
      const held = target.store(dtype, size);
      const whole = (count: number): unknown => held.data.slice(0, count);
      return {
        ...held,
        read: (count) => (dtype === 'f32' ? (whole(count) as TypedArray) : held.read(count)),
      };
    },
  };
  return new Device(double);
}

/** The devices of a test of Keras's numbers. */
export interface Compared {
  readonly double: Device;
  /** wasm and, where a C compiler is there, native. */
  readonly single: readonly Device[];
  close(): Promise<void>;
}

export async function openCompared(): Promise<Compared> {
  const double = openDouble();
  const native = await openNative(2);
  const single = [await open({ device: 'wasm', threads: 2 }), ...(native ? [native] : [])];
  const close = async (): Promise<void> =>
    void (await Promise.all([double, ...single].map((d) => d.close())));
  return { double, single, close };
}

/** Numbers by name. */
export type Named = Readonly<Record<string, ArrayLike<number>>>;

/** norm(a - b) / norm(b); where b is 0 throughout, norm(a - b). */
export function deviation(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let [off, size] = [0, 0];
  for (let i = 0; i < b.length; i++) {
    off += ((a[i] ?? NaN) - (b[i] ?? NaN)) ** 2;
    size += (b[i] ?? NaN) ** 2;
  }
  return Math.sqrt(off) / (size === 0 ? 1 : Math.sqrt(size));
}

/** The largest deviations of a file of tests, by device. */
export class Worst {
  private readonly found = new Map<string, readonly [number, string]>();

  /** Every tensor of `want` must be in `got`, and no further from it than `limit` of its norm. */
  check(device: string, got: Named, want: Named, limit: number): void {
    const far: string[] = [];
    for (const [name, b] of Object.entries(want)) {
      const a = got[name];
      assert.ok(a !== undefined, `${name} is missing; there are ${Object.keys(got).join(', ')}`);
      assert.equal(a.length, b.length, `${name}: its length`);
      const off = deviation(a, b);
      if (off > (this.found.get(device)?.[0] ?? -1)) this.found.set(device, [off, name]);
      if (!(off <= limit)) far.push(`${name} on ${device} is off by ${off} of its norm, at most ${limit}`);
    }
    assert.deepEqual(far, []);
  }

  /** One line for the test's report. */
  toString(): string {
    return [...this.found]
      .map(([device, [off, name]]) => `${device} ${off.toExponential(1)} (${name})`)
      .join(', ');
  }
}

/** How far from Keras the reference may be in float64, and other devices from the reference, by norm. */
export const limits = { reference: 1e-9, single: 1e-5, trained: 1e-4 } as const;
