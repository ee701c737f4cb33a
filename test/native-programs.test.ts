// Programs on the native target: loads and stores of every kind, control flow, tables with loops,
// threads, cancelling, and what is given back.
import assert from 'node:assert/strict';
import { after, before, suite, test } from 'node:test';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { Bug, EidosError } from '../src/base/check.ts';
import { nativeBackend, type NativeBackend } from '../src/device/native.ts';
import type { Code, Entry } from '../src/kernel/code.ts';
import { Build, Memory, kernel, runCode, runProgram } from './native-kit.ts';

const range = (n: number, f: (i: number) => number): number[] => Array.from({ length: n }, (_, i) => f(i));

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

/** x[i] += by for the 64 elements of each part. */
function adding(lanes: number, by: number): Code {
  const b = new Build(lanes, 'f32!');
  b.parts((part) => {
    const from = b.map('ix', 'mul', part, b.const('ix', 64));
    b.loop(from, b.map('ix', 'add', from, b.const('ix', 64)), lanes, (i) => {
      b.store(0, i, b.map('f32', 'add', b.load(0, i, { wide: true }), b.const('f32', by, true)));
    });
  });
  return b.code();
}

/** y[part] = 0.5 * y[part] + x[count - 1 - part] + symbol: depends on what ran before. */
function mixing(lanes: number, count: number, symbol: number): Code {
  const b = new Build(lanes, 'f32 f32!');
  b.parts((part) => {
    const mirrored = b.map('ix', 'sub', b.const('ix', count - 1), part);
    const half = b.map('f32', 'mul', b.load(1, part), b.const('f32', 0.5));
    const now = b.map(
      'f32',
      'toFloat',
      b.map('i32', 'fromIndex', b.let('ix', false, { o: 'symbol', index: symbol })),
    );
    b.store(1, part, b.map('f32', 'add', b.map('f32', 'add', half, b.load(0, mirrored)), now));
  });
  return b.code();
}

suite('native programs', () => {
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

  test('1, 2, 3 and 8 threads give the same bytes, through loops, shared and single entries', async () => {
    const count = 240;
    const kernels = [
      mixing(lanes, count, 0),
      mixing(lanes, count, 1),
      adding(lanes, 0.25),
      mixing(lanes, count, 2),
    ];
    const table: Entry[] = [
      kernel(0, [0, 1], count),
      kernel(0, [1, 0], 1),
      {
        kind: 'loop',
        symbol: 1,
        length: 7,
        body: [
          kernel(1, [0, 1], count),
          kernel(1, [1, 0], count),
          {
            kind: 'loop',
            symbol: 2,
            length: 3,
            body: [kernel(3, [0, 1], count), kernel(2, [0], 3), kernel(3, [1, 0], 1)],
          },
        ],
      },
      { kind: 'loop', symbol: 1, length: 0, body: [kernel(2, [0], 3)] },
      kernel(2, [1], 3),
    ];
    const data = [0, 1].map((k) => Float32Array.from(range(count, (i) => Math.sin(i * 7 + k))));
    const results: string[] = [];
    for (const threads of [1, 2, 3, 8]) {
      const other = await nativeBackend({ threads });
      const program = await other.load({ kernels, table, slots: 2, symbols: 3 });
      const got = await runProgram(other, program, data, [5], 50);
      results.push(got.map((one) => Buffer.from(one.buffer).toString('hex')).join());
      await other.close();
    }
    assert.equal(new Set(results).size, 1);
    // And the bytes are those of the same arithmetic in JavaScript.
    const [a, b] = data.map((one) => one.slice()) as [Float32Array, Float32Array];
    const mix = (x: Float32Array, y: Float32Array, parts: number, symbol: number): void => {
      for (let i = 0; i < parts; i++)
        y[i] = Math.fround(Math.fround(y[i]! * 0.5) + x[count - 1 - i]!) + symbol;
    };
    const add = (x: Float32Array): void => x.subarray(0, 192).forEach((value, i) => (x[i] = value + 0.25));
    for (let run = 0; run < 50; run++) {
      mix(a, b, count, 5);
      mix(b, a, 1, 5);
      for (let i = 0; i < 7; i++) {
        mix(a, b, count, i);
        mix(b, a, count, i);
        for (let j = 0; j < 3; j++) {
          mix(a, b, count, j);
          add(a);
          mix(b, a, 1, j);
        }
      }
      add(b);
    }
    assert.equal(results[0], [a, b].map((one) => Buffer.from(one.buffer).toString('hex')).join());
  });

  test('many short runs one after the other and queued, with changing threads', async () => {
    const backends = await Promise.all([1, 2, 3, 8].map((threads) => nativeBackend({ threads })));
    const held = await Promise.all(
      backends.map(async (one) => ({
        program: await one.load({
          kernels: [adding(lanes, 1)],
          table: [kernel(0, [0], 5)],
          slots: 1,
          symbols: 1,
        }),
        memory: new Memory(one, [new Float32Array(320)]),
      })),
    );
    for (let i = 0; i < 200; i++)
      await Promise.all(held.map(({ program, memory }) => program.run(memory.slots, [1], (i % 3) + 1).done));
    for (const { memory } of held) assert.ok(memory.read()[0]!.every((x) => x === 399)); // 67 + 2 * 67 + 3 * 66
    await Promise.all(backends.map((one) => one.close()));
  });

  test('cancelling stops before the next repetition, and says how many there were', async () => {
    const program = await backend.load({
      kernels: [adding(lanes, 1)],
      table: [kernel(0, [0], 40)],
      slots: 1,
      symbols: 1,
    });
    const memory = new Memory(backend, [new Float32Array(40 * 64)]);
    const running = program.run(memory.slots, [1], 1e9);
    const queued = program.run(memory.slots, [1], 10);
    let seen = 0;
    while (seen < 100) {
      await new Promise((resolve) => setTimeout(resolve, 5)); // the event loop lives
      assert.ok(running.progress() >= seen);
      seen = running.progress();
    }
    assert.equal(queued.progress(), 0);
    queued.cancel();
    running.cancel();
    const done = await running.done;
    assert.ok(done >= seen && done < 1e9);
    assert.equal(running.progress(), done);
    assert.equal(await queued.done, 0);
    assert.ok(memory.read()[0]!.every((x) => x === Math.min(done, 2 ** 24)));
    assert.equal(await program.run(memory.slots, [1], 0).done, 0);
    assert.equal(await program.run(memory.slots, [1], 3).done, 3);
    memory.free();
    program.drop();
  });

  test('the profile counts time by entry', async () => {
    const program = await backend.load({
      kernels: [adding(lanes, 1), adding(lanes, 2)],
      table: [kernel(0, [0], 1), { kind: 'loop', symbol: 1, length: 20, body: [kernel(1, [0], 40)] }],
      slots: 1,
      symbols: 2,
    });
    assert.deepEqual(program.profile(), [
      { entry: 0, ms: 0 },
      { entry: 1, ms: 0 },
    ]);
    await runProgram(backend, program, [new Float32Array(40 * 64)], [1], 50);
    const [first, second] = program.profile();
    assert.ok(first!.ms > 0 && second!.ms > first!.ms, `${first!.ms} ms, ${second!.ms} ms`);
    program.drop();
  });

  test('loading and dropping leaves live bytes flat; equal kernels are compiled once', async () => {
    const listing = (by: number) => ({
      kernels: [adding(lanes, by), adding(lanes, by)],
      table: [kernel(0, [0], 1), kernel(1, [0], 1)],
      slots: 1,
      symbols: 1,
    });
    const first = await backend.load(listing(0.125));
    await runProgram(backend, first, [new Float32Array(64)]);
    first.drop();
    const start = backend.stats();
    for (let i = 0; i < 2000; i++) {
      const program = await backend.load(listing(0.125));
      if (i % 100 === 0) await runProgram(backend, program, [new Float32Array(64)]);
      program.drop();
      program.drop();
    }
    assert.deepEqual(backend.stats(), start);
  });

  test('programs nobody holds are given back by the garbage collector', async () => {
    setFlagsFromString('--expose-gc');
    const collect = runInNewContext('gc') as () => void;
    const { programs } = backend.stats();
    for (let i = 0; i < 20; i++)
      await backend.load({ kernels: [adding(lanes, 1)], table: [kernel(0, [0], 1)], slots: 1, symbols: 1 });
    for (let i = 0; i < 50 && backend.stats().programs > programs; i++) {
      collect();
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    assert.ok(backend.stats().programs <= programs);
  });

  test('a program dropped while it runs is released when it has run', async () => {
    const { programs } = backend.stats();
    const program = await backend.load({
      kernels: [adding(lanes, 1)],
      table: [kernel(0, [0], 5)],
      slots: 1,
      symbols: 1,
    });
    const memory = new Memory(backend, [new Float32Array(320)]);
    const running = program.run(memory.slots, [1], 1000);
    program.drop();
    assert.equal(backend.stats().programs, programs + 1);
    assert.equal(await running.done, 1000);
    assert.equal(backend.stats().programs, programs);
    assert.ok(memory.read()[0]!.every((x) => x === 1000));
    assert.throws(() => program.run(memory.slots, [1], 1), new Bug('native: run after drop'));
    memory.free();
  });

  test('memory is zeroed, aligned and counted; too much is refused', () => {
    const { bytes } = backend.stats();
    for (const size of [0, 1, 1000, 5 << 20]) {
      const block = backend.allocate(size);
      assert.equal(Number(block.address) % 64, 0);
      assert.equal(backend.view(block).length, size);
      assert.ok(backend.view(block).every((byte) => byte === 0));
      assert.equal(backend.stats().bytes, bytes + size);
      backend.view(block).fill(1);
      backend.free(block);
    }
    assert.equal(backend.stats().bytes, bytes);
    assert.throws(
      () => backend.allocate(2 ** 46),
      new EidosError(
        'native: needs 70368744177664 bytes of memory, and the system has none left; take a smaller batch',
      ),
    );
  });

  test('threads out of range are refused', async () => {
    for (const threads of [0, -1, 1.5, 257]) {
      await assert.rejects(
        nativeBackend({ threads }),
        new EidosError(`native: threads must be 1 to 256, got ${threads}`),
      );
    }
  });
});
