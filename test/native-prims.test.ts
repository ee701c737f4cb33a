// Every function of kernel/code.ts on the native target, narrow and wide, on all pairs of awkward
// values, against what it means in JavaScript.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { after, before, suite, test } from 'node:test';
import { nativeBackend, type NativeBackend } from '../src/device/native.ts';
import type { Base, Code, Prim } from '../src/kernel/code.ts';
import { Build, Memory, kernel, type Data } from './native-kit.ts';

const bitsOf = (x: number): number => new Int32Array(new Float32Array([x]).buffer)[0]!;
const fromBits = (x: number): number => new Float32Array(new Int32Array([x]).buffer)[0]!;
const nearest = (x: number): number => {
  const whole = Math.floor(x);
  const rest = x - whole;
  const result = rest > 0.5 || (rest === 0.5 && whole % 2 !== 0) ? whole + 1 : whole;
  return result === 0 && (x < 0 || Object.is(x, -0)) ? -0 : result;
};
const toInt = (x: number): number => Math.max(-(2 ** 31), Math.min(2 ** 31 - 1, Math.trunc(x))) | 0;
const extremes = {
  min: (a: number, b: number): number => Math.min(a, b),
  max: (a: number, b: number): number => Math.max(a, b),
};
const flag = (holds: boolean): number => (holds ? 1 : 0);

/** f64 is tested with what is drawn in it (draw.test.ts). */
type Tested = Exclude<Base, 'f64'>;
interface Case {
  readonly f: Prim;
  readonly from: Tested;
  readonly to: Tested;
  readonly inputs: 1 | 2;
  readonly js: (a: number, b: number) => number;
}
const cases: Case[] = [];
const row = (f: Prim, from: Tested, to: Tested, inputs: 1 | 2, js: Case['js']): void =>
  void cases.push({ f, from, to, inputs, js });

const { fround } = Math;
row('add', 'f32', 'f32', 2, (a, b) => fround(a + b));
row('sub', 'f32', 'f32', 2, (a, b) => fround(a - b));
row('mul', 'f32', 'f32', 2, (a, b) => fround(a * b));
row('div', 'f32', 'f32', 2, (a, b) => fround(a / b));
row('rem', 'f32', 'f32', 2, (a, b) => a % b);
row('min', 'f32', 'f32', 2, Math.min);
row('max', 'f32', 'f32', 2, Math.max);
row('sqrt', 'f32', 'f32', 1, (a) => fround(Math.sqrt(a)));
row('floor', 'f32', 'f32', 1, Math.floor);
row('ceil', 'f32', 'f32', 1, Math.ceil);
row('trunc', 'f32', 'f32', 1, Math.trunc);
row('nearest', 'f32', 'f32', 1, nearest);
row('neg', 'f32', 'f32', 1, (a) => -a);
row('abs', 'f32', 'f32', 1, Math.abs);
row('toInt', 'f32', 'i32', 1, toInt);
row('bits', 'f32', 'i32', 1, bitsOf);
row('fromBits', 'i32', 'f32', 1, fromBits);
row('toFloat', 'i32', 'f32', 1, fround);
row('fromMask', 'mask', 'i32', 1, (a) => flag(a !== 0));
row('toMask', 'i32', 'mask', 1, (a) => flag(a !== 0));
for (const base of ['f32', 'i32'] as const) {
  row('lt', base, 'mask', 2, (a, b) => flag(a < b));
  row('le', base, 'mask', 2, (a, b) => flag(a <= b));
  row('eq', base, 'mask', 2, (a, b) => flag(a === b));
}
row('add', 'i32', 'i32', 2, (a, b) => (a + b) | 0);
row('sub', 'i32', 'i32', 2, (a, b) => (a - b) | 0);
row('mul', 'i32', 'i32', 2, Math.imul);
row('div', 'i32', 'i32', 2, (a, b) => (a / b) | 0);
row('rem', 'i32', 'i32', 2, (a, b) => (a % b) | 0);
row('min', 'i32', 'i32', 2, Math.min);
row('max', 'i32', 'i32', 2, Math.max);
row('and', 'i32', 'i32', 2, (a, b) => a & b);
row('or', 'i32', 'i32', 2, (a, b) => a | b);
row('xor', 'i32', 'i32', 2, (a, b) => a ^ b);
row('not', 'i32', 'i32', 1, (a) => ~a);
row('shl', 'i32', 'i32', 2, (a, b) => a << b);
row('shr', 'i32', 'i32', 2, (a, b) => (a >>> b) | 0);
row('sar', 'i32', 'i32', 2, (a, b) => a >> b);
row('and', 'mask', 'mask', 2, (a, b) => flag(a !== 0 && b !== 0));
row('or', 'mask', 'mask', 2, (a, b) => flag(a !== 0 || b !== 0));
row('xor', 'mask', 'mask', 2, (a, b) => flag((a !== 0) !== (b !== 0)));
row('not', 'mask', 'mask', 1, (a) => flag(a === 0));

// prettier-ignore
const floats = [
  NaN, Infinity, -Infinity, 0, -0, 1, -1, 0.5, -0.5, 1.5, -1.5, 2.5, -2.5, 0.49999997, -0.49999997, 3.7, -3.7,
  1e-45, -1e-45, 1e-40, -1e-40, 1.17549435e-38, 3.4028235e38, -3.4028235e38, 8388607.5, 8388608, 8388609, -8388607.5,
  4194303.5, 4194304.5, -4194304.5, 16777216, 2147483520, 2147483648, -2147483648, -2147483904, 3e9, -3e9, 1e20, 0.1, -7, 3,
].map(fround);
// prettier-ignore
const ints = [0, 1, -1, 2, -2, 3, 7, -7, 31, 32, 33, 63, 100, -100, 255, 256, 65535, 16777216, 16777217, 33554433,
  0x7fffffff, -0x80000000, -0x7fffffff, 0x55555555, 0x7fc00000, -0x400000, 0x3f800000];

/** All pairs, filled up to whole vectors of any width. */
function pairs(values: readonly number[]): readonly [number[], number[]] {
  const both = values.flatMap((a) => values.map((b) => [a, b] as const));
  while (both.length % 16 !== 0) both.push([values[1]!, values[2]!]);
  return [both.map(([a]) => a), both.map(([, b]) => b)];
}

const dataOf = (base: Base, values: readonly number[]): Data =>
  base === 'f32' ? Float32Array.from(values) : Int32Array.from(values);
const dtypeOf = (base: Base, out: boolean): string =>
  base === 'f32' ? 'f32' : base === 'mask' && out ? 'bool' : 'i32';

/** out[i] = f(a[i], b[i]); masks come from i32 by toMask, the constant (if any) stands in for b. */
function elementwise(
  { f, from, to, inputs }: Case,
  lanes: number,
  wide: boolean,
  constant?: { value: number; first: boolean },
): Code {
  const step = wide ? lanes : 1;
  const b = new Build(lanes, `${dtypeOf(from, false)} ${dtypeOf(from, false)} ${dtypeOf(to, true)}!`);
  b.parts((part) => {
    const at = b.map('ix', 'mul', part, b.const('ix', step));
    const read = (buffer: number): number => {
      const raw = b.load(buffer, at, { wide });
      return from === 'mask' ? b.map('mask', 'toMask', raw) : raw;
    };
    const args =
      inputs === 1
        ? [read(0)]
        : constant
          ? [read(0), b.const('f32', constant.value, wide)]
          : [read(0), read(1)];
    b.store(2, at, b.map(to, f, ...(constant?.first ? args.reverse() : args)));
  });
  return b.code();
}

/** What the hardware of this machine can be asked for, and both compilers where they are installed. */
const available = (name: string): boolean => {
  try {
    execFileSync(name, ['--version'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
};

for (const cc of ['gcc', 'clang']) {
  suite(`functions of kernels (${cc})`, { skip: !available(cc) }, () => {
    let backend: NativeBackend;
    const previous = process.env.CC;
    before(async () => {
      process.env.CC = cc;
      backend = await nativeBackend({ threads: 1 });
    });
    after(async () => {
      if (previous === undefined) delete process.env.CC;
      else process.env.CC = previous;
      await backend.close();
    });

    /** Runs many kernels of (a, b, out) as one program: one compilation. */
    async function runAll(
      codes: readonly Code[],
      data: readonly (readonly [Data, Data, Data])[],
      steps: readonly number[],
    ): Promise<Data[]> {
      const table = codes.map((_, i) =>
        kernel(i, [3 * i, 3 * i + 1, 3 * i + 2], data[i]![0].length / steps[i]!),
      );
      const program = await backend.load({ kernels: codes, table, slots: 3 * codes.length, symbols: 1 });
      const memory = new Memory(backend, data.flat());
      await program.run(memory.slots, [1], 1).done;
      const result = memory.read().filter((_, i) => i % 3 === 2);
      memory.free();
      program.drop();
      return result;
    }
    const room = (base: Base, n: number): Data =>
      base === 'f32' ? new Float32Array(n) : base === 'mask' ? new Uint8Array(n) : new Int32Array(n);

    function compare(name: string, got: Data, want: (i: number) => number, say: (i: number) => string): void {
      const wrong = got.findIndex((value, i) => !Object.is(value, want(i)));
      assert.equal(wrong, -1, `${name}(${say(wrong)}) is ${got[wrong]}, must be ${want(wrong)}`);
    }

    for (const lanes of [4, 8, 16]) {
      test(`each function on all pairs, narrow and with ${lanes} lanes`, async () => {
        const runs = cases.flatMap((one) => [false, true].map((wide) => ({ one, wide })));
        const inputs = {
          f32: pairs(floats),
          i32: pairs(ints),
          mask: pairs([0, 1, -5, 1 << 30]),
          ix: pairs(ints),
        };
        const got = await runAll(
          runs.map(({ one, wide }) => elementwise(one, lanes, wide)),
          runs.map(({ one }) => {
            const [a, b] = inputs[one.from];
            return [dataOf(one.from, a), dataOf(one.from, b), room(one.to, a.length)] as const;
          }),
          runs.map(({ wide }) => (wide ? lanes : 1)),
        );
        runs.forEach(({ one, wide }, n) => {
          const [a, b] = inputs[one.from];
          compare(
            `${wide ? 'wide' : 'narrow'} ${one.from} ${one.f}`,
            got[n]!,
            (i) => one.js(a[i]!, b[i]!),
            (i) => `${a[i]}, ${b[i]}`,
          );
        });
      });
    }

    test('min and max with a constant on either side', async () => {
      const { lanes } = backend.machine;
      const [a] = pairs(floats);
      const runs = (['min', 'max'] as const).flatMap((f) =>
        [0, -0, 1, -1, NaN, Infinity, -Infinity].flatMap((value) =>
          [true, false].flatMap((wide) => [true, false].map((first) => ({ f, value, wide, first }))),
        ),
      );
      const got = await runAll(
        runs.map(({ f, value, wide, first }) =>
          elementwise({ f, from: 'f32', to: 'f32', inputs: 2, js: extremes[f] }, lanes, wide, {
            value,
            first,
          }),
        ),
        runs.map(() => [Float32Array.from(a), new Float32Array(16), new Float32Array(a.length)] as const),
        runs.map(({ wide }) => (wide ? lanes : 1)),
      );
      runs.forEach(({ f, value, wide }, n) => {
        const name = `${wide ? 'wide' : 'narrow'} ${f} with ${Object.is(value, -0) ? '-0' : value}`;
        compare(
          name,
          got[n]!,
          (i) => extremes[f](a[i]!, value),
          (i) => String(a[i]),
        );
      });
    });

    test('neg and abs change the sign bit of NaN and nothing else', async () => {
      const { lanes } = backend.machine;
      const runs = (['neg', 'abs'] as const).flatMap((f) => [false, true].map((wide) => ({ f, wide })));
      const patterns = [0x7fc00000, -0x400000, 0x7fc12345, -0x3edcbb, ...floats.slice(1).map(bitsOf)];
      while (patterns.length % 16 !== 0) patterns.push(0);
      const input = new Float32Array(Int32Array.from(patterns).buffer);
      const got = await runAll(
        runs.map(({ f, wide }) =>
          elementwise({ f, from: 'f32', to: 'f32', inputs: 1, js: Math.abs }, lanes, wide),
        ),
        runs.map(() => [input, new Float32Array(16), new Float32Array(input.length)] as const),
        runs.map(({ wide }) => (wide ? lanes : 1)),
      );
      runs.forEach(({ f }, n) => {
        const want = patterns.map((x) => (f === 'neg' ? x ^ -0x80000000 : x & 0x7fffffff));
        assert.deepEqual([...new Int32Array(got[n]!.buffer)], want, f);
      });
    });

    test('fma rounds once where the machine has it', async () => {
      const { lanes, fma } = backend.machine;
      const some = floats.filter((x) => Math.abs(x) < 1e19 || !Number.isFinite(x));
      const [a, b] = pairs(some);
      const c = a.map((_, i) => some[(i * 7 + 3) % some.length]!);
      const runs = [false, true];
      const codes = runs.map((wide) => {
        const build = new Build(lanes, 'f32 f32 f32!');
        build.parts((part) => {
          const at = build.map('ix', 'mul', part, build.const('ix', wide ? lanes : 1));
          const args = [0, 1, 2].map((buffer) => build.load(buffer, at, { wide })) as [
            number,
            number,
            number,
          ];
          build.store(2, at, build.let('f32', wide, { o: 'fma', args }));
        });
        return build.code();
      });
      const got = await runAll(
        codes,
        runs.map(() => [Float32Array.from(a), Float32Array.from(b), Float32Array.from(c)] as const),
        [1, lanes],
      );
      const want = (i: number): number =>
        fma ? fusedOnce(a[i]!, b[i]!, c[i]!) : fround(fround(a[i]! * b[i]!) + c[i]!);
      got.forEach((data, n) =>
        compare(runs[n] ? 'wide fma' : 'narrow fma', data, want, (i) => `${a[i]}, ${b[i]}, ${c[i]}`),
      );
    });
  });
}

/** a*b + c rounded once: the product is exact in float64, the sum is rounded to odd and then to f32. */
function fusedOnce(a: number, b: number, c: number): number {
  const product = a * b;
  const sum = product + c;
  if (!Number.isFinite(sum)) return fround(sum);
  const back = sum - product;
  const error = product - (sum - back) + (c - back); // Knuth, TAOCP 2, 4.2.2, theorem B
  const words = new BigInt64Array(new Float64Array([sum]).buffer);
  if (error !== 0 && (words[0]! & 1n) === 0n) words[0]! += error > 0 === sum > 0 ? 1n : -1n;
  return fround(new Float64Array(words.buffer)[0]!);
}
