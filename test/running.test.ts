// Many steps in one call: progress while it runs, cancelling, the order of what is queued, and errors that
// leave the device well. State is a counter, so that it tells exactly how many steps there were.
import assert from 'node:assert/strict';
import { after, before, suite, test } from 'node:test';
import { Bug, EidosError } from '../src/base/check.ts';
import type { Backend } from '../src/device/backend.ts';
import { compiledTarget } from '../src/device/compiled.ts';
import { Device, type Program, type Variable } from '../src/device/device.ts';
import { open } from '../src/device/open.ts';
import { wasmBackend } from '../src/device/wasm.ts';
import type { Code } from '../src/kernel/code.ts';
import { openAll, type Devices } from './helpers.ts';

let devices: Devices;
before(async () => {
  devices = await openAll();
});
after(() => devices.close());

const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

interface Counter {
  readonly program: Program;
  /** The counter, and a second variable that must always equal it. */
  readonly counts: readonly Variable[];
}

/** A step that adds 1 to two counters of `size` elements, one through the other's old value. */
async function counter(device: Device, size = 1): Promise<Counter> {
  const counts = [0, 1].map(() => device.variable(undefined, [size], { dtype: 'i32' }));
  const [a, b] = counts as [Variable, Variable];
  const program = await device.compile(() => ({
    outputs: { before: a.tensor.sum() },
    updates: [
      [a, b.tensor.add(1)],
      [b, a.tensor.add(1)],
    ],
  }));
  return { program, counts };
}

async function held({ counts }: Counter): Promise<number> {
  const [a, b] = await Promise.all(counts.map((v) => v.read()));
  assert.ok(a!.every((x) => x === a![0]) && b!.every((x) => x === a![0]), 'every element took every step');
  return a![0]!;
}

suite('running: many steps in one call', () => {
  test('progress rises to the end while timers go on', async () => {
    for (const device of devices.all) {
      const one = await counter(device);
      const times = 100_000;
      const seen: number[] = [];
      const running = one.program.start({}, { times });
      assert.equal(running.progress(), 0);
      const timer = setInterval(() => seen.push(running.progress()), 1);
      assert.equal(await running.done, times);
      clearInterval(timer);
      assert.equal(running.progress(), times);
      assert.equal(await held(one), times);
      assert.deepEqual(seen, seen.toSorted((x, y) => x - y), `${device.name}: progress never falls`); // prettier-ignore
      assert.ok(seen.every((x) => x <= times));
      assert.deepEqual(await one.program.outputs(), { before: Int32Array.of(times - 1) });
    }
  });

  test('the event loop turns often during a long run', async () => {
    for (const device of devices.all) {
      const one = await counter(device, device.name === 'reference' ? 100 : 10_000);
      const running = one.program.start({}, { times: 2 ** 30 });
      let [turns, longest, last] = [0, 0, performance.now()];
      const timer = setInterval(() => {
        const now = performance.now();
        [turns, longest, last] = [turns + 1, Math.max(longest, now - last), now];
      }, 5);
      await sleep(400);
      clearInterval(timer);
      running.cancel();
      const done = await running.done;
      assert.ok(done > 0 && turns >= 5, `${device.name}: ${done} steps, ${turns} turns`);
      assert.ok(longest < 250, `${device.name}: a turn took ${longest} ms`);
    }
  });

  test('cancelling takes effect soon, and the state is that of the steps told', async () => {
    for (const device of devices.all) {
      const one = await counter(device, 100);
      let total = 0;
      const took: number[] = [];
      for (const wait of [0, 1, 20, 50, 50]) {
        const running = one.program.start({}, { times: 2 ** 30 });
        if (wait > 0) await sleep(wait);
        const start = performance.now();
        running.cancel();
        const done = await running.done;
        const ms = performance.now() - start;
        took.push(ms);
        assert.ok(ms < 400, `${device.name}: took ${ms} ms`); // one may meet a busy moment of the machine
        assert.equal(running.progress(), done);
        total += done;
        assert.equal(await held(one), total, device.name);
      }
      const [, , middle = NaN] = took.sort((a, b) => a - b);
      assert.ok(middle < 100, `${device.name}: took ${took.join(', ')} ms`);
      assert.equal(await one.program.start({}, { times: 3 }).done, 3);
      assert.equal(await held(one), total + 3);
    }
  });

  test('cancelled before its turn, a run does nothing; after its end, nothing happens', async () => {
    for (const device of devices.all) {
      const one = await counter(device);
      const [first, second, third] = [5000, 7, 9].map((times) => one.program.start({}, { times }));
      second!.cancel();
      assert.deepEqual([await first!.done, await second!.done, await third!.done], [5000, 0, 9]);
      third!.cancel();
      assert.equal(third!.progress(), 9);
      assert.equal(await held(one), 5009);
    }
  });

  test('no times is no step', async () => {
    for (const device of devices.all) {
      const one = await counter(device);
      assert.equal(await one.program.start({}, { times: 0 }).done, 0);
      assert.equal(await held(one), 0);
    }
  });
});

suite('running: order', () => {
  const f32 = (x: number): Float32Array => Float32Array.of(x);

  test('runs, reads and writes happen in the order asked for, whoever is awaited first', async () => {
    for (const device of devices.all) {
      const v = device.variable([1], [1]);
      const double = await device.compile(() => ({
        outputs: { was: v.tensor },
        updates: [[v, v.tensor.mul(2)]],
      }));
      const add = await device.compile(({ inputs }) => ({ updates: [[v, v.tensor.add(inputs['x']!)]] }), {
        inputs: { x: { shape: [1] } },
      });
      const asked: Promise<unknown>[] = [
        double.run(), // 1 -> 2
        v.read(),
        add.run({ x: f32(5) }), // 7
        double.start({}, { times: 2 }).done, // 28
        v.read(),
        v.write(f32(3)),
        v.read(),
        add.run({ x: f32(1) }), // 4
        double.run(), // 8
        v.read(),
      ];
      const got = (await Promise.all(asked.toReversed())).toReversed();
      const expected = [
        { was: f32(1) },
        f32(2),
        {},
        2,
        f32(28),
        undefined,
        f32(3),
        {},
        { was: f32(4) },
        f32(8),
      ];
      assert.deepEqual(got, expected, device.name);
    }
  });

  test('runs of one program keep their outputs apart', async () => {
    for (const device of devices.all) {
      const program = await device.compile(({ inputs }) => ({ outputs: { y: inputs['x']!.mul(2) } }), {
        inputs: { x: { shape: [1] } },
      });
      const all = await Promise.all([1, 2, 3, 4].map((x) => program.run({ x: f32(x) })));
      assert.deepEqual(all.map(({ y }) => y![0]), [2, 4, 6, 8]); // prettier-ignore
    }
  });

  test('numbers are taken when they are handed over', async () => {
    for (const device of devices.all) {
      const v = device.variable([0], [1]);
      const program = await device.compile(
        ({ inputs }) => ({ outputs: { y: inputs['x']!.add(v.tensor) }, updates: [[v, inputs['x']!]] }),
        { inputs: { x: { shape: [1] } } },
      );
      const x = f32(1);
      const first = program.run({ x });
      x[0] = 10;
      const second = program.run({ x });
      x[0] = 100;
      assert.deepEqual([(await first)['y']![0], (await second)['y']![0]], [1, 11]);
      const written = v.write(x);
      x[0] = 1000;
      await written;
      assert.deepEqual(await v.read(), f32(100));
    }
  });

  test('a program and a variable given back while they run are still there until it is over', async () => {
    for (const device of devices.all) {
      const one = await counter(device, 1000);
      const bytes = device.stats().bytes;
      const running = one.program.start({}, { times: 500 });
      const outputs = one.program.outputs();
      one.program.close();
      const values = one.counts.map((v) => v.read());
      for (const v of one.counts) v.close();
      // Were the memory free, these would take it.
      const others = [0, 1, 2, 3].map(() => device.variable(new Int32Array(1000).fill(7), [1000]));
      assert.equal(await running.done, 500);
      assert.deepEqual(await outputs, { before: Int32Array.of(1000 * 499) });
      for (const value of await Promise.all(values)) assert.deepEqual(value, new Int32Array(1000).fill(500));
      for (const v of others) assert.deepEqual(await v.read(), new Int32Array(1000).fill(7));
      for (const v of others) v.close();
      assert.ok(device.stats().bytes < bytes, `${device.stats().bytes} bytes of ${bytes}`);
    }
  });
});

suite('running: errors', () => {
  /** Loads far outside the memory: what a mistake in a kernel does. */
  const outside: Code = {
    lanes: 4,
    buffers: [],
    types: [{ base: 'ix', wide: false }, { base: 'f32', wide: false }], // prettier-ignore
    body: [
      { s: 'let', to: 0, op: { o: 'const', value: -64 } },
      { s: 'let', to: 1, op: { o: 'peek', at: 0, offset: 0, stride: 0 } },
      { s: 'var', to: 1, from: 1 },
    ],
  };

  for (const threads of [1, 3])
    test(`a trap on ${threads} threads is a bug that is told, and the next run works`, async () => {
      const backend = await wasmBackend({ threads });
      let broken = false;
      const device = new Device(compiledTarget(withKernels(backend, () => broken, outside)));
      const one = await counter(device);
      broken = true;
      const bad = await counter(device);
      broken = false;
      const [first, trap, last] = [one, bad, one].map(({ program }) => program.run());
      await first;
      await assert.rejects(trap!, (error: Error) => {
        assert.ok(error instanceof Bug);
        assert.match(
          error.message,
          /^wasm: kernel 0 of 1 failed on thread 0: memory access out of bounds \(this is a bug in eidos; please report it\)$/,
        );
        return true;
      });
      await last;
      assert.equal(await held(one), 2);
      assert.equal(await one.program.start({}, { times: 1000 }).done, 1000);
      await device.close();
    });

  test('closing a device ends what runs; everything after is refused', async () => {
    for (const name of devices.all.map((d) => d.name)) {
      const device = await open({ device: name, threads: 2 });
      const one = await counter(device);
      const running = one.program.start({}, { times: 2 ** 30 });
      const later = one.program.run();
      later.catch(() => undefined);
      await sleep(20);
      const start = performance.now();
      await device.close();
      assert.ok((await running.done) < 2 ** 30);
      assert.ok(performance.now() - start < 1000);
      const closed = new EidosError('device: it is closed; open another with open()');
      await assert.rejects(later, closed);
      await assert.rejects(one.program.run(), closed);
      await assert.rejects(one.counts[0]!.read(), closed);
      await assert.rejects(counter(device), closed);
      assert.throws(() => device.variable([1], [1]), closed);
      // Nothing is given back twice.
      one.program.close();
      for (const v of one.counts) v.close();
      await device.close();
    }
  });
});

/** The backend, whose programs have `code` in the place of every kernel while `broken` says so. */
function withKernels(backend: Backend, broken: () => boolean, code: Code): Backend {
  const load: Backend['load'] = (listing) =>
    backend.load(
      broken()
        ? { ...listing, kernels: [code], table: [{ kind: 'kernel', kernel: 0, args: [], parts: 1 }] }
        : listing,
    );
  return new Proxy(backend, {
    get: (target, key) => {
      const found: unknown = Reflect.get(target, key, target);
      if (key === 'load') return load;
      return typeof found === 'function' ? (found.bind(target) as unknown) : found;
    },
  });
}
