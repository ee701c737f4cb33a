// The wasm device: threads that agree, runs that can be watched and stopped, memory that stays flat,
// failures that leave it usable, and a process that ends by itself.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { suite, test } from 'node:test';
import { Heap } from '../src/device/wasm-heap.ts';
import { wasmBackend } from '../src/device/wasm.ts';
import { writeTable } from '../src/emit/wasm-driver.ts';
import type { Backend, Executable } from '../src/device/backend.ts';
import type { Code, Entry } from '../src/kernel/code.ts';
import { runOn } from './code-device.ts';
import { overParts, writeCode } from './code-writer.ts';

const N = 256;

/** y[i] = x[i] * 0.5 + x[(7 i + 1) mod N], one element a part: wrong unless all of x is there. */
const mix = overParts(['f32', 'f32!'], (k, part) => {
  const far = k.map(
    'rem',
    k.map('add', k.map('mul', part, k.const('ix', 7)), k.const('ix', 1)),
    k.const('ix', N),
  );
  k.store(1, part, k.fma(k.load(0, part), k.const('f32', 0.5), k.load(0, far)));
});

/** One part: s[counter] += x[5], then x[0] += s[counter]. */
const note = writeCode(['f32!', 'f32!'], (k) => {
  const [zero, counter] = [k.const('ix', 0), k.symbol(1)];
  k.store(1, counter, k.map('add', k.load(1, counter), k.load(0, k.const('ix', 5))));
  k.store(0, zero, k.map('add', k.load(0, zero), k.load(1, counter)));
});

/** All kinds of neighbours: split after split, one part after another, loops that start and end with either. */
const table: readonly Entry[] = [
  { kind: 'kernel', kernel: 1, args: [0, 2], parts: 1 },
  { kind: 'kernel', kernel: 0, args: [0, 1], parts: N },
  {
    kind: 'loop',
    symbol: 1,
    length: 3,
    body: [
      { kind: 'kernel', kernel: 0, args: [1, 0], parts: N },
      { kind: 'loop', symbol: 2, length: 2, body: [{ kind: 'kernel', kernel: 1, args: [0, 2], parts: 1 }] },
      { kind: 'kernel', kernel: 1, args: [0, 2], parts: 1 },
      { kind: 'kernel', kernel: 0, args: [0, 1], parts: N },
    ],
  },
  { kind: 'loop', symbol: 2, length: 0, body: [{ kind: 'kernel', kernel: 1, args: [0, 2], parts: 1 }] },
  { kind: 'kernel', kernel: 0, args: [1, 0], parts: N },
];

/** The same by hand. */
function mixed(times: number): Float32Array[] {
  const f = Math.fround;
  const [x, y, s] = [start(), new Float32Array(N), new Float32Array(4)] as const;
  const blend = (from: Float32Array, to: Float32Array): void => {
    for (let i = 0; i < N; i++) to[i] = f(f(from[i]! * 0.5) + from[(7 * i + 1) % N]!);
  };
  const add = (counter: number): void => {
    s[counter]! += x[5]!;
    x[0]! += s[counter]!;
  };
  for (let time = 0; time < times; time++) {
    // The counter of a scan keeps its last value until the scan starts again.
    add(time === 0 ? 0 : 3);
    blend(x, y);
    for (let counter = 0; counter < 3; counter++) {
      blend(y, x);
      add(counter);
      add(counter);
      add(counter);
      blend(x, y);
    }
    blend(y, x);
  }
  return [x, y, s];
}

const start = (): Float32Array => Float32Array.from({ length: N }, (_, i) => Math.sin(i) / 8);

/** Adds 1 to an i32, after `work` turns of an empty loop. */
const count = (work: number): Code =>
  writeCode(['i32!'], (k) => {
    const zero = k.const('ix', 0);
    const sum = k.var(k.const('i32', 1));
    k.loop(zero, k.const('ix', work), 1, (i) =>
      k.set(sum, k.map('xor', sum, k.map('mul', sum, k.map('fromIndex', i)))),
    );
    const one = k.map('or', k.map('and', sum, k.const('i32', 0)), k.const('i32', 1));
    k.store(0, zero, k.map('add', k.load(0, zero), one));
  });

/** A kernel that stores outside of all memory. */
const wild = writeCode(['i32!'], (k) => k.store(0, k.const('ix', 0), k.const('i32', 1), 2 ** 29 - 1));

const one = (kernel: number, parts = 1): Entry => ({ kind: 'kernel', kernel, args: [0], parts });
const load = (backend: Backend, kernels: readonly Code[], entries: readonly Entry[]): Promise<Executable> =>
  backend.load({ kernels, table: entries, slots: 1, symbols: 1 });
const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
const int = (backend: Backend, block: { address: number | bigint; bytes: number }): number =>
  new Int32Array(Uint8Array.from(backend.view(block)).buffer)[0]!;

suite('wasm: device', () => {
  for (const options of [{ threads: 1 }, { threads: 2 }, { threads: 3 }, { threads: 8 }, { shared: false }]) {
    test(`${JSON.stringify(options)}: a table in order, the same bytes`, async () => {
      const backend = await wasmBackend(options);
      assert.equal(backend.threads, options.threads ?? 1);
      for (const times of [1, 7]) {
        const got = await runOn(
          backend,
          [mix, note],
          table,
          [start(), new Float32Array(N), new Float32Array(4)],
          [1, 0, 0],
          times,
        );
        mixed(times).forEach((expected, i) => assert.deepEqual(new Float32Array(got[i]!.buffer), expected));
      }
      assert.equal(backend.stats().bytes, 0);
      await backend.close();
    });

    test(`${JSON.stringify(options)}: progress is seen, cancelling stops at a whole repetition`, async () => {
      const backend = await wasmBackend(options);
      const block = backend.allocate(4);
      const program = await load(
        backend,
        [count(100_000), mixParts],
        [one(0), { kind: 'kernel', kernel: 1, args: [0], parts: 64 }],
      );
      const running = program.run([block.address], [1], 1e9);
      const queued = program.run([block.address], [1], 5);
      const never = program.run([block.address], [1], 5);
      assert.equal(queued.progress(), 0);
      never.cancel();
      while (running.progress() < 3) await sleep(1);
      running.cancel();
      const done = await running.done;
      assert.ok(done >= 3 && done < 1e9);
      assert.equal(running.progress(), done);
      assert.equal(await queued.done, 5);
      assert.equal(await never.done, 0);
      assert.equal(await program.run([block.address], [1], 0).done, 0);
      assert.equal(int(backend, block), done + 5);
      await backend.close();
    });

    test(`${JSON.stringify(options)}: a failing kernel is named, and the device goes on`, async () => {
      const backend = await wasmBackend(options);
      const block = backend.allocate(4);
      const good = await load(backend, [count(1)], [one(0)]);
      const bad = await load(backend, [count(1), wild, mixParts], [one(0), one(2, 64), one(1), one(2, 64)]);
      assert.equal(await good.run([block.address], [1], 1).done, 1);
      await assert.rejects(bad.run([block.address], [1], 1).done, {
        name: 'Bug',
        message:
          'wasm: kernel 1 of 3 failed on thread 0: memory access out of bounds (this is a bug in eidos; please report it)',
      });
      assert.equal(await good.run([block.address], [1], 2).done, 2);
      assert.equal(int(backend, block), 4);
      await backend.close();
    });
  }

  test('barriers stand where work of several threads is waited for, and nowhere else', () => {
    const solo: Entry = { kind: 'kernel', kernel: 0, args: [], parts: 1 };
    const split: Entry = { kind: 'kernel', kernel: 0, args: [], parts: 9 };
    const loop = (...body: readonly Entry[]): Entry => ({ kind: 'loop', symbol: 1, length: 2, body });
    const shape = (...entries: readonly Entry[]): string => {
      const { words, args } = writeTable(entries, 2);
      const letters = Array.from({ length: args / 8 }, (_, index) => '.1n|(]'[words[8 * index]!]);
      return letters.join('');
    };
    assert.equal(shape(), '.');
    assert.equal(shape(solo, solo, split, split, solo, solo), '11|n|n|11.');
    assert.equal(shape(loop(solo, solo), solo), '(11]1.');
    assert.equal(shape(loop(solo, split), split), '(|1|n]|n.');
    assert.equal(shape(loop(split, solo), solo, split), '(|n|1]1|n.');
    assert.equal(shape(solo, loop(loop(solo), split), solo), '1((|1]|n]|1.');
    assert.equal(shape(split, loop(), loop(loop()), solo), 'n(]((]]|1.');
  });

  test('memory is zeroed, aligned, merged and counted', () => {
    const heap = new Heap(true);
    const first = [100, 1, 0, 64].map((bytes) => heap.allocate(bytes));
    assert.ok(first.every((address) => address % 64 === 0));
    assert.deepEqual(
      first.map((address) => address - first[0]!),
      [0, 128, 192, 256],
    );
    assert.equal(heap.bytes, 320);
    new Uint8Array(heap.memory.buffer, first[1], 64).fill(1);
    for (const index of [1, 3, 0, 2]) heap.free(first[index]!);
    assert.equal(heap.bytes, 0);
    const whole = heap.allocate(320);
    assert.equal(whole, first[0]);
    assert.ok(new Uint8Array(heap.memory.buffer, whole, 320).every((byte) => byte === 0));
    assert.throws(() => heap.free(5), {
      name: 'Bug',
      message: 'wasm: nothing is allocated at 5 (this is a bug in eidos; please report it)',
    });
  });

  test('pieces never overlap, whatever the order', () => {
    const heap = new Heap(false);
    const live = new Map<number, number>();
    let state = 1;
    for (let step = 0; step < 2000; step++) {
      state = (Math.imul(state, 1103515245) + 12345) >>> 0;
      if (live.size > 40 || (live.size > 0 && state % 3 === 0)) {
        const [address] = [...live][(state >>> 8) % live.size]!;
        heap.free(address);
        live.delete(address);
      } else {
        const bytes = (state >>> 8) % 5000;
        const address = heap.allocate(bytes);
        for (const [other, size] of live) assert.ok(address + bytes <= other || other + size <= address);
        live.set(address, bytes);
        assert.ok(new Uint8Array(heap.memory.buffer, address, bytes).every((byte) => byte === 0));
        new Uint8Array(heap.memory.buffer, address, bytes).fill(255);
      }
    }
    for (const address of live.keys()) heap.free(address);
    assert.equal(heap.bytes, 0);
  });

  test('memory grows under a running program, and says when it cannot', async () => {
    const backend = await wasmBackend({ threads: 2, pages: 1024 });
    const small = backend.allocate(8);
    const program = await load(backend, [count(1), mixParts], [one(0), one(1, 64)]);
    const running = program.run([small.address], [1], 1e9);
    const large = [10, 10, 20].map((megabytes) => backend.allocate(megabytes << 20));
    assert.throws(() => backend.allocate(30 << 20), {
      name: 'EidosError',
      message:
        'wasm: needs 30.0 MB more, has 23.0 MB of 64.0 MB left in one piece; use a smaller batch or device native',
    });
    for (const block of large) backend.view(block).fill(1);
    const last = new Int32Array(Uint8Array.from(backend.view(large[2]!)).buffer);
    assert.equal(last.at(-1), 0x01010101);
    const touch = await load(backend, [count(1)], [one(0)]);
    running.cancel();
    await running.done;
    await touch.run([Number(large[2]!.address) + (20 << 20) - 4], [1], 1).done;
    assert.equal(new Int32Array(Uint8Array.from(backend.view(large[2]!)).buffer).at(-1), 0x01010102);
    await backend.close();
  });

  test('a thousand programs made and dropped leave nothing; equal kernels are compiled once', async () => {
    const backend = await wasmBackend({ threads: 2 });
    const block = backend.allocate(4);
    const { bytes } = backend.stats();
    for (let i = 0; i < 1000; i++) {
      const program = await load(backend, [count(i % 50), mixParts], [one(0), one(1, 8)]);
      if (i % 10 === 0) await program.run([block.address], [1], 1).done;
      assert.equal(backend.stats().programs, 1);
      program.drop();
      program.drop();
    }
    assert.deepEqual(backend.stats(), { bytes, compiled: 2 * 1000, programs: 0 });
    for (let i = 0; i < 100; i++) (await load(backend, [count(i % 20), mixParts], [one(0)])).drop();
    assert.deepEqual(backend.stats(), { bytes, compiled: 2 * 1000 + 2 * 20, programs: 0 });
    await backend.close();
  });

  test('dropped while it runs; closed while it runs', async () => {
    const backend = await wasmBackend({ threads: 2 });
    const block = backend.allocate(4);
    const { bytes } = backend.stats();
    const program = await load(backend, [count(1000)], [one(0)]);
    const running = program.run([block.address], [1], 50);
    program.drop();
    assert.equal(await running.done, 50);
    assert.equal(backend.stats().bytes, bytes);
    assert.throws(() => program.run([block.address], [1], 1), {
      name: 'Bug',
      message: 'wasm: the program has been dropped (this is a bug in eidos; please report it)',
    });
    const other = await load(backend, [count(1000)], [one(0)]);
    const cut = other.run([block.address], [1], 1e9);
    while (cut.progress() < 1) await sleep(1);
    await backend.close();
    assert.ok((await cut.done) < 1e9);
    const closed = { name: 'EidosError', message: 'wasm: the device is closed; open another' };
    assert.throws(() => other.run([block.address], [1], 1), closed);
    assert.throws(() => backend.allocate(1), closed);
    await assert.rejects(load(backend, [count(1)], [one(0)]), closed);
    other.drop();
    backend.free(block);
  });

  test('threads are a whole number from 1 to 256', async () => {
    for (const threads of [0, -1, 1.5, 257, NaN]) {
      await assert.rejects(wasmBackend({ threads }), {
        name: 'EidosError',
        message: `wasm: threads must be a whole number from 1 to 256, got ${threads}`,
      });
    }
  });

  test('the event loop is alive while a program runs', async () => {
    const backend = await wasmBackend({ threads: 2 });
    const block = backend.allocate(4);
    const program = await load(backend, [count(100_000)], [one(0)]);
    const running = program.run([block.address], [1], 1e9);
    let ticks = 0;
    const timer = setInterval(() => ticks++, 1);
    while (ticks < 5) await sleep(1);
    clearInterval(timer);
    running.cancel();
    assert.ok((await running.done) > 0);
    await backend.close();
  });

  test('a process ends by itself with an idle pool, and not before its run is over', () => {
    const text = `
      import { wasmBackend } from ${JSON.stringify(new URL('../src/device/wasm.js', import.meta.url).href)};
      const backend = await wasmBackend({ threads: 3 });
      const block = backend.allocate(4);
      const program = await backend.load(${JSON.stringify({ kernels: [count(10_000), mixParts], table: [one(0), one(1, 8)], slots: 1, symbols: 1 })});
      program.run([block.address], [1], 300).done.then((done) => console.log('done', done));
    `;
    const { status, stdout, stderr } = spawnSync(process.execPath, ['--input-type=module', '-e', text], {
      encoding: 'utf8',
      timeout: 20_000,
    });
    assert.deepEqual({ status, stdout, stderr }, { status: 0, stdout: 'done 300\n', stderr: '' });
  });
});

/** Something to share out that stores nothing. */
const mixParts = overParts(['i32'], (k, part) => {
  k.if(k.map('lt', part, k.const('ix', -1)), () => k.load(0, part));
});
