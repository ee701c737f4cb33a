// Nobody frees anything by hand: steps, programs, variables and reads leave the device's memory, its programs
// and the process as they were, given back with `using` or just let go.
import assert from 'node:assert/strict';
import { before, suite, test } from 'node:test';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { compiledTarget } from '../src/device/compiled.ts';
import { Device, type Program } from '../src/device/device.ts';
import type { Stats } from '../src/device/target.ts';
import { wasmBackend } from '../src/device/wasm.ts';
import { grad } from '../src/grad.ts';
import { matmul } from '../src/ops/index.ts';
import { childSays } from './child.ts';
import { openAll } from './helpers.ts';

/** Does it on each device, opened for this: what earlier tests have left would hide what is lost here. */
async function onEach(use: (device: Device) => Promise<void>): Promise<void> {
  const devices = await openAll();
  try {
    for (const device of devices.all) await use(device);
  } finally {
    await devices.close();
  }
}

/** Fails where the device holds more than it did or has compiled more, or the process has grown much. */
function assertFlat(device: Device, was: Stats, size: number): void {
  const { bytes, programs } = device.stats();
  assert.deepEqual({ bytes, programs }, { bytes: was.bytes, programs: was.programs }, device.name);
  const grown = megabytes() - size;
  assert.ok(grown < 60, `${device.name}: the process has grown by ${grown} MB`); // the engine's own heap moves
}

/** A small training step: a product, its gradient, an update, an output. */
async function training(device: Device): Promise<Program> {
  const w = device.variable([0.1, 0.2, 0.3, 0.4], [2, 2]);
  return device.compile(
    ({ inputs }) => {
      const y = matmul(inputs['x']!, w.tensor).tanh();
      const loss = y.mul(y).mean();
      return { outputs: { loss }, updates: [[w, w.tensor.sub(grad(loss, [w.tensor])[0]!.mul(0.01))]] };
    },
    { inputs: { x: { shape: ['batch', 2] } }, batch: 2 },
  );
}

const x = Float32Array.of(1, 2, 3, 4);
setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;

/**
 * What the process holds, without what JavaScript's heap keeps free for itself (100 MB and more with Node 24) and what
 * it has not come to collect.
 */
const megabytes = (): number => {
  collect();
  const { rss, heapTotal, heapUsed } = process.memoryUsage();
  return (rss - heapTotal + heapUsed) / 2 ** 20;
};

suite('memory: steps', () => {
  test('the second step compiles nothing and takes no memory', async () => {
    await onEach(async (device) => {
      const program = await training(device);
      await program.run({ x });
      const was = device.stats();
      for (let i = 0; i < 20; i++) await program.run({ x });
      await program.run({ x: x.subarray(2) }, { batch: 1 });
      assert.deepEqual(device.stats(), was, device.name);
    });
  });

  test('100,000 steps leave device and process as they were', async () => {
    await onEach(async (device) => {
      const program = await training(device);
      const steps = async (calls: number, times: number): Promise<void> => {
        for (let i = 0; i < calls; i++) assert.equal(await program.start({ x }, { times }).done, times);
      };
      const few = device.name === 'reference';
      await steps(100, 20);
      const [was, size] = [device.stats(), megabytes()];
      // Most in long calls, as training does, and as many calls as a long training makes.
      await steps(90, few ? 100 : 1000);
      await steps(few ? 1000 : 10_000, 1);
      assertFlat(device, was, size);
    });
  });

  test('10,000 reads of expressions', async () => {
    await onEach(async (device) => {
      const v = device.variable([1, 2, 3], [3]);
      const read = async (i: number): Promise<void> => {
        const got = await device.read(v.tensor.mul(i % 10).sum());
        assert.equal(got[0], 6 * (i % 10));
      };
      const count = device.name === 'wasm' ? 10_000 : 1000;
      for (let i = 0; i < 100; i++) await read(i);
      const [was, size] = [device.stats(), megabytes()];
      for (let i = 0; i < count; i++) await read(i);
      assertFlat(device, was, size);
    });
  });
});

suite('memory: programs and variables given back', () => {
  test('2,000 programs made and given back with using', async () => {
    await onEach(async (device) => {
      const make = async (i: number): Promise<void> => {
        using v = device.variable(undefined, [100 + (i % 8)]);
        using program = await device.compile(({ inputs }) => ({
          outputs: { y: v.tensor.add(inputs['x']!).mul(i % 5) },
          updates: [[v, v.tensor.add(1)]],
        }), { inputs: { x: { shape: [] } } }); // prettier-ignore
        if (i % 20 === 0) await program.run({ x: Float32Array.of(1) });
      };
      for (let i = 0; i < 100; i++) await make(i);
      const [was, size] = [device.stats(), megabytes()];
      const count = device.name === 'wasm' ? 2000 : 300;
      for (let i = 0; i < count; i++) await make(i);
      assertFlat(device, was, size);
    });
  });

  test('giving back twice is giving back once', async () => {
    await onEach(async (device) => {
      const was = device.stats().bytes;
      const v = device.variable([1], [1]);
      const program = await device.compile(() => ({ outputs: { y: v.tensor.add(1) } }));
      for (let i = 0; i < 2; i++) program.close();
      for (let i = 0; i < 2; i++) v.close();
      assert.equal(device.stats().bytes, was, device.name);
    });
  });

  test('a program that cannot be compiled leaves nothing', async () => {
    const device = new Device(compiledTarget(await wasmBackend({ threads: 1, pages: 512 })));
    const was = device.stats();
    const huge = (): Promise<unknown> =>
      device.compile(({ inputs }) => ({ outputs: { y: inputs['x']!.mul(2), z: inputs['x']!.add(1) } }), {
        inputs: { x: { shape: [2 ** 22] } },
      });
    for (let i = 0; i < 3; i++)
      await assert.rejects(huge(), /^EidosError: wasm: needs 16\.0 MB more, has \S+ MB of 32\.0 MB left in one piece; use a smaller batch or device native$/); // prettier-ignore
    assert.deepEqual(device.stats(), was);
    await device.close();
  });
});

interface Held {
  readonly bytes: number;
  readonly programs: number;
}

suite('memory: let go', () => {
  let opened: readonly string[];
  before(async () => {
    const devices = await openAll();
    opened = devices.all.map((d) => d.name);
    await devices.close();
  });

  // In a process of its own: only there can the collector be called.
  for (const name of ['reference', 'wasm', 'native'])
    test(`${name}: 2,000 programs and variables that nobody holds any more`, async (t) => {
      if (!opened.includes(name)) return t.skip('no compiler');
      const [told] = await childSays(`
        const device = await open({ device: ${JSON.stringify(name)}, threads: 2 });
        const collect = async () => { for (let i = 0; i < 5; i++) { gc(); await sleep(5); } };
        const make = async (i) => {
          const v = device.variable(undefined, [1000]);
          const options = { inputs: { x: { shape: [500] } } };
          const program = await device.compile(({ inputs }) => ({
            outputs: { y: v.tensor.sum().mul(i % 5).add(inputs.x) }, updates: [[v, v.tensor.add(1)]] }), options);
          if (i % 50 === 0) await program.run({ x: new Float32Array(500) });
          // Let go while it runs: it ends before it is collected.
          if (i % 50 === 1) return program.start({ x: new Float32Array(500) }, { times: 50 }).done;
        };
        for (let i = 0; i < 100; i++) await make(i);
        await collect();
        // Without what JavaScript's heap keeps free for itself (100 MB and more with Node 24).
        const held = () => { const m = process.memoryUsage(); return m.rss - m.heapTotal + m.heapUsed; };
        const [before, size] = [device.stats(), held()];
        for (let i = 0; i < ${name === 'wasm' ? 2000 : 500}; i++) {
          const done = await make(i);
          if (done !== undefined && done !== 50) throw new Error('steps are missing: ' + done);
          if (i % 200 === 0) await collect();
        }
        await collect();
        const { bytes, programs } = device.stats();
        say({ before, after: { bytes, programs }, grown: (held() - size) / 2 ** 20 });
        await device.close();
        await collect();
      `, { flags: ['--expose-gc'] }); // prettier-ignore
      const { before, after, grown } = told as { before: Held; after: Held; grown: number };
      assert.ok(after.programs <= before.programs + 2, `${before.programs} programs, then ${after.programs}`);
      assert.ok(after.bytes <= before.bytes + 20_000, `${before.bytes} bytes, then ${after.bytes}`);
      assert.ok(grown < 60, `the process has grown by ${grown} MB`);
    });

  test('what is collected after its device is closed is given back without a word', async () => {
    for (const name of opened)
      await childSays(`
        const device = await open({ device: ${JSON.stringify(name)}, threads: 2 });
        let held = [device.variable([1], [1])];
        held.push(await device.compile(() => ({ outputs: { y: held[0].tensor.add(1) } })));
        await held[1].run();
        await device.close();
        held = undefined;
        for (let i = 0; i < 5; i++) { gc(); await new Promise((resolve) => setTimeout(resolve, 5)); }
      `, { flags: ['--expose-gc'] }); // prettier-ignore
  });
});
