// Programs on the native target: tables with loops, threads, cancelling, the profile, and what is given back.
// What single kernels compute is in native-kernels.test.ts.
import assert from 'node:assert/strict';
import { after, before, suite, test } from 'node:test';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { Bug, EidosError } from '../src/base/check.ts';
import { nativeBackend, type NativeBackend } from '../src/device/native.ts';
import type { Code, Entry } from '../src/kernel/code.ts';
import { Build, Memory, kernel, range, runProgram } from './native-kit.ts';

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
    // More than the system has left is refused before it is touched: touching it would end the process.
    const { available } = backend;
    backend.available = () => 100 * 2 ** 20;
    assert.throws(
      () => backend.allocate(200 * 2 ** 20),
      new EidosError('native: needs 200 MB of memory, the system has 100 MB; take a smaller batch'),
    );
    backend.available = () => Infinity;
    assert.throws(
      () => backend.allocate(2 ** 46),
      new EidosError(
        'native: needs 70368744177664 bytes of memory, and the system has none left; take a smaller batch',
      ),
    );
    backend.available = available;
    assert.ok(available() > 2 ** 20);
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
