// One kernel at a time on the native target: loads and stores of every kind, lanes, control flow, addresses and
// constants. Programs of several kernels are in native-programs.test.ts.
import assert from 'node:assert/strict';
import { after, before, suite, test } from 'node:test';
import { nativeBackend, type NativeBackend } from '../src/device/native.ts';
import type { Code } from '../src/kernel/code.ts';
import { Build, range, runCode } from './native-kit.ts';

/** y[i] = x[i] * 2 + i over `count` elements, wide with a narrow tail; one part. */
function tailed(lanes: number, count: number): Code {
  const b = new Build(lanes, 'f32 f32!');
  b.parts(() => {
    const [zero, end, whole] = [
      b.const('ix', 0),
      b.const('ix', count),
      b.const('ix', count - (count % lanes)),
    ];
    const lanesOf = b.let('i32', true, { o: 'lanes' });
    b.loop(zero, whole, lanes, (i) => {
      const x = b.load(0, i, { wide: true });
      const first = b.let('i32', true, { o: 'splat', from: b.map('i32', 'fromIndex', i) });
      const index = b.map('f32', 'toFloat', b.map('i32', 'add', first, lanesOf));
      b.store(1, i, b.map('f32', 'add', b.map('f32', 'mul', x, b.const('f32', 2, true)), index));
    });
    b.loop(whole, end, 1, (i) => {
      const index = b.map('f32', 'toFloat', b.map('i32', 'fromIndex', i));
      b.store(1, i, b.map('f32', 'add', b.map('f32', 'mul', b.load(0, i), b.const('f32', 2)), index));
    });
  });
  return b.code();
}

suite('native kernels', () => {
  let backend: NativeBackend;
  let lanes: number;
  before(async () => {
    backend = await nativeBackend({ threads: 2 });
    ({ lanes } = backend.machine);
  });
  after(() => backend.close());

  test('elementwise with a tail, at odd addresses', async () => {
    for (const count of [1, 3, lanes, lanes + 1, 5 * lanes - 1]) {
      const x = Float32Array.from(range(count, (i) => i * 0.5 - 3));
      const [, y] = await runCode(backend, tailed(lanes, count), [x, new Float32Array(count)]);
      assert.deepEqual(
        [...y!],
        range(count, (i) => x[i]! * 2 + i),
      );
    }
  });

  for (const lanes of [4, 8, 16]) {
    test(`loads of ${lanes} lanes with strides 0, 1, 3 and -1, with offsets, of every element type`, async () => {
      const strides = [0, 1, 3, -1];
      for (const dtype of ['f32', 'i32', 'u8', 'bool'] as const) {
        const b = new Build(lanes, `${dtype} ${dtype === 'f32' ? 'f32' : 'i32'}!`);
        const at = b.const('ix', 2 * lanes);
        strides.forEach((stride, k) =>
          b.store(1, b.const('ix', k * lanes), b.load(0, at, { wide: true, offset: 1, stride })),
        );
        b.store(1, b.const('ix', strides.length * lanes), b.load(0, at, { offset: -2 }));
        const size = 6 * lanes;
        const values = range(size, (i) => (dtype === 'bool' ? (i % 3) & 1 : (i * 37 + 200) % 256));
        const data =
          dtype === 'f32'
            ? Float32Array.from(values)
            : dtype === 'i32'
              ? Int32Array.from(values, (x) => x - 100)
              : Uint8Array.from(values);
        const out =
          dtype === 'f32'
            ? new Float32Array(strides.length * lanes + 1)
            : new Int32Array(strides.length * lanes + 1);
        const [, got] = await runCode(backend, b.code(), [data, out]);
        const want = strides.flatMap((stride) =>
          range(lanes, (lane) => data[2 * lanes + 1 + lane * stride]!),
        );
        assert.deepEqual([...got!], [...want, data[2 * lanes - 2]!], dtype);
      }
    });

    test(`stores of ${lanes} lanes of i32 to u8 keep the low byte, of masks to bool 1 or 0`, async () => {
      const b = new Build(lanes, 'i32 u8! bool!');
      const at = b.const('ix', 0);
      const [wide, narrow] = [b.load(0, at, { wide: true }), b.load(0, at, { offset: lanes })];
      b.store(1, at, wide);
      b.store(1, at, narrow, lanes);
      b.store(2, at, b.map('mask', 'lt', b.const('i32', 0, true), wide));
      b.store(2, at, b.map('mask', 'lt', b.const('i32', 0), narrow), lanes);
      const values = Int32Array.from(range(lanes + 1, (i) => (i % 2 ? -1 : 1) * (i * 300 + 5)));
      const [, bytes, flags] = await runCode(backend, b.code(), [
        values,
        new Uint8Array(lanes + 1),
        new Uint8Array(lanes + 1),
      ]);
      assert.deepEqual(
        [...bytes!],
        [...values].map((x) => x & 255),
      );
      assert.deepEqual(
        [...flags!],
        [...values].map((x) => (x > 0 ? 1 : 0)),
      );
    });
  }

  test('lanes of two vectors in another order', async () => {
    const b = new Build(lanes, 'f32 f32!');
    const at = b.const('ix', 0);
    const args = [b.load(0, at, { wide: true }), b.load(0, at, { wide: true, offset: lanes })] as const;
    const picks = [range(lanes, (i) => 2 * i), range(lanes, (i) => (5 * i + 3) % (2 * lanes))];
    picks.forEach((pick, i) => b.store(1, at, b.let('f32', true, { o: 'shuffle', args, pick }), i * lanes));
    const values = Float32Array.from(range(2 * lanes, (i) => i * i));
    const [, picked] = await runCode(backend, b.code(), [values, new Float32Array(2 * lanes)]);
    assert.deepEqual(
      [...picked!],
      picks.flat().map((i) => i * i),
    );
  });

  test('select, pack, lane and splat, of numbers and masks', async () => {
    const b = new Build(lanes, 'f32 f32! i32!');
    const at = b.const('ix', 0);
    const x = b.load(0, at, { wide: true });
    const lane = range(lanes, (index) => b.let('f32', false, { o: 'lane', from: x, index }));
    const reversed = b.let('f32', true, { o: 'pack', args: lane.reverse() });
    const less = b.map('mask', 'lt', x, reversed);
    b.store(1, at, b.map('f32', 'select', less, x, reversed));
    const first = b.let('mask', false, { o: 'lane', from: less, index: 0 });
    b.store(2, at, b.map('i32', 'select', less, b.const('i32', 7, true), b.let('i32', true, { o: 'lanes' })));
    b.store(2, at, b.map('i32', 'fromMask', b.let('mask', true, { o: 'splat', from: first })), lanes);
    b.store(2, at, b.map('i32', 'select', first, b.const('i32', 4), b.const('i32', 5)), 2 * lanes);
    const values = Float32Array.from(range(lanes, (i) => (i * 5) % lanes));
    const [, picked, ints] = await runCode(backend, b.code(), [
      values,
      new Float32Array(lanes),
      new Int32Array(2 * lanes + 1),
    ]);
    const holds = range(lanes, (i) => (values[i]! < values[lanes - 1 - i]! ? 1 : 0));
    assert.deepEqual(
      [...picked!],
      range(lanes, (i) => Math.min(values[i]!, values[lanes - 1 - i]!)),
    );
    assert.deepEqual(
      [...ints!],
      [...holds.map((hold, i) => (hold ? 7 : i)), ...range(lanes, () => holds[0]!), holds[0] ? 4 : 5],
    );
  });

  test('if, var, set and nested loops with steps', async () => {
    const b = new Build(lanes, 'i32!');
    const sum = b.var(b.const('i32', 0));
    const [zero, three] = [b.const('ix', 0), b.const('ix', 3)];
    b.loop(zero, b.const('ix', 10), 4, (i) => {
      b.loop(zero, three, 1, (j) => {
        b.if(b.map('mask', 'le', j, i), () => {
          const product = b.map('ix', 'add', b.map('ix', 'mul', i, b.const('ix', 10)), j);
          b.set(sum, b.map('i32', 'add', sum, b.map('i32', 'fromIndex', product)));
        });
      });
    });
    b.store(0, zero, sum);
    const [got] = await runCode(backend, b.code(), [new Int32Array(1)]);
    assert.deepEqual([...got!], [0 + (40 + 41 + 42) + (80 + 81 + 82)]); // i = 0, 4, 8; j <= i
  });

  test('byte addresses are stepped through and looked at', async () => {
    const b = new Build(lanes, 'f32 f32!');
    const zero = b.const('ix', 0);
    const start = b.let('ix', false, { o: 'address', buffer: 0, at: b.const('ix', 2) });
    const next = b.map('ix', 'add', start, b.const('ix', 12));
    const peek = (wide: boolean, offset: number, stride: 0 | 1): number =>
      b.let('f32', wide, { o: 'peek', at: next, offset, stride });
    b.store(1, zero, peek(true, 1, 1));
    b.store(1, zero, peek(true, -2, 0), lanes);
    b.store(1, zero, peek(false, -5, 0), 2 * lanes);
    const values = Float32Array.from(range(lanes + 6, (i) => i));
    const [, got] = await runCode(backend, b.code(), [values, new Float32Array(2 * lanes + 1)]);
    assert.deepEqual([...got!], [...range(lanes, (i) => i + 6), ...range(lanes, () => 3), 0]);
  });

  test('arithmetic of addresses: 64 bits, truncating division, extremes', async () => {
    const b = new Build(lanes, 'i32!');
    const zero = b.const('ix', 0);
    const [big, minus] = [b.const('ix', 2 ** 40), b.const('ix', -7)];
    const two = b.const('ix', 2);
    const values = [
      b.map('ix', 'div', big, b.const('ix', 2 ** 20)),
      b.map('ix', 'div', minus, two),
      b.map('ix', 'rem', minus, two),
      b.map('ix', 'min', big, minus),
      b.map('ix', 'max', two, minus),
      b.map('ix', 'sub', minus, two),
      b.map('ix', 'toIndex', b.const('i32', -3)),
    ];
    values.forEach((value, i) => b.store(0, zero, b.map('i32', 'fromIndex', value), i));
    const [got] = await runCode(backend, b.code(), [new Int32Array(values.length)]);
    assert.deepEqual([...got!], [2 ** 20, -3, -1, -7, 2, -9, -3]);
  });

  test('constants of every kind read back bit for bit', async () => {
    const numbers = [
      0,
      -0,
      1,
      -1.5,
      NaN,
      Infinity,
      -Infinity,
      1e-45,
      3.4028234663852886e38,
      0.10000000149011612,
      16777216,
      1e21,
    ];
    const ints = [0, -1, 2 ** 31 - 1, -(2 ** 31), 123456789];
    const b = new Build(lanes, 'f32! i32!');
    const at = b.const('ix', 0);
    numbers.forEach((value, i) => b.store(0, at, b.const('f32', value), i));
    numbers.forEach((value, i) => b.store(0, at, b.const('f32', value, true), numbers.length + i * lanes));
    ints.forEach((value, i) => b.store(1, at, b.const('i32', value), i));
    ints.forEach((value, i) => b.store(1, at, b.const('i32', value, true), ints.length + i * lanes));
    const [f, i] = await runCode(backend, b.code(), [
      new Float32Array(numbers.length * (1 + lanes)),
      new Int32Array(ints.length * (1 + lanes)),
    ]);
    const wide = (values: number[]): number[] => [
      ...values,
      ...values.flatMap((value) => range(lanes, () => value)),
    ];
    assert.deepEqual([...f!], wide(numbers.map(Math.fround)));
    assert.deepEqual([...i!], wide(ints));
  });
});
