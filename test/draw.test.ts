// First weights that a device draws itself: every number that a chance can become, and whole drawings, to the bit
// those of the host.
import assert from 'node:assert/strict';
import { after, suite, test } from 'node:test';
import { deviates, drawn, type DeviateName, type Drawing } from '../src/base/deviates.ts';
import { sizeOf } from '../src/base/shape.ts';
import type { Backend } from '../src/device/backend.ts';
import { open } from '../src/device/open.ts';
import { nativeBackend } from '../src/device/native.ts';
import { wasmBackend } from '../src/device/wasm.ts';
import { Build } from '../src/kernel/build.ts';
import type { Code, Machine, Value } from '../src/kernel/code.ts';
import { numbersOf, settingsOf } from '../src/kernel/draw.ts';
import { newBuffer } from '../src/kernel/kernel.ts';
import { dense } from '../src/nn/dense.ts';
import { drawFrom } from '../src/nn/layer.ts';
import { hold } from '../src/nn/memory.ts';
import { leavesOf } from '../src/nn/tree.ts';
import { openAll } from './helpers.ts';

const devices = await openAll();
after(() => devices.close());

/** What is drawn of chances lo * 2^12, ..., hi * 2^12 - 1 (times 2^-24), and what its f32 lacks of the f64. */
function ofChances(of: DeviateName, machine: Machine): Code {
  const b = new Build(machine);
  const [numbers, lacks] = ['numbers', 'lacks'].map((name) => b.buffer(newBuffer(name, 'f32', 0), true));
  const widened = (from: Value): [Value, Value] => [
    b.let({ base: 'f64', wide: true }, { o: 'widen', from, half: 0 }),
    b.let({ base: 'f64', wide: true }, { o: 'widen', from, half: 1 }),
  ];
  const f32 = (value: number): Value => b.constant('f32', value, true);
  const scale = widened(f32(1));
  const lanes = b.let({ base: 'i32', wide: true }, { o: 'lanes' });
  b.loop(b.mulIx(b.param('lo'), 4096), b.mulIx(b.param('hi'), 4096), b.lanes, (at) => {
    const place = b.map('add', b.splat(b.map('fromIndex', at)), lanes);
    const chance = b.map('mul', b.map('toFloat', place), f32(2 ** -24));
    const number = numbersOf(b, of, { mean: widened(f32(0)), scale }, chance);
    b.push({ s: 'store', buffer: numbers!, at, offset: 0, value: number });
    const lack = numbersOf(b, of, { mean: widened(b.map('neg', number)), scale }, chance);
    b.push({ s: 'store', buffer: lacks!, at, offset: 0, value: lack });
  });
  return b.finish().code;
}

async function allChances(backend: Backend, of: DeviateName): Promise<readonly Float32Array[]> {
  const count = 2 ** 24;
  const blocks = [0, 1].map(() => backend.allocate(4 * count + 64));
  const program = await backend.load({
    kernels: [ofChances(of, backend.machine)],
    table: [{ kind: 'kernel', kernel: 0, args: [0, 1], parts: 4096 }],
    slots: 2,
    symbols: 1,
  });
  await program.run(
    blocks.map(({ address }) => address),
    [1],
    1,
  ).done;
  program.drop();
  const numbers = blocks.map((block) => {
    const bytes = backend.view(block);
    return new Float32Array(bytes.buffer, bytes.byteOffset, count).slice();
  });
  for (const block of blocks) backend.free(block);
  return numbers;
}

const f = Math.fround;
const drawings: readonly Drawing[] = [
  { of: 'chance', mean: -0.05, scale: 0.1, seed: 1, purpose: 7 },
  { of: 'signed', mean: 0, scale: Math.sqrt(6 / 1000), seed: 2 ** 32 - 1, purpose: 2 ** 30 - 1 },
  { of: 'normal', mean: 3, scale: 1 / 3, seed: 2, purpose: 12345 },
  { of: 'normalWithin2', mean: 0, scale: Math.sqrt(2 / 39300) / 0.8796256610342398, seed: 3, purpose: 9 },
];

suite('drawing on a device', () => {
  for (const [name, opened] of [
    ['native', () => nativeBackend()],
    ['wasm', () => wasmBackend()],
  ] as const) {
    test(`${name}: every chance becomes the number of the host, to 48 bits`, async (t) => {
      const backend = await opened().catch(() => undefined);
      if (!backend) return t.skip('not here');
      for (const of of Object.keys(deviates) as DeviateName[]) {
        const [numbers, lacks] = (await allChances(backend, of)) as [Float32Array, Float32Array];
        let wrong = 0;
        for (let i = 0; i < numbers.length; i++) {
          const z = deviates[of](i * 2 ** -24);
          if (numbers[i] !== f(z) || lacks[i] !== f(z - f(z))) wrong++;
        }
        assert.equal(wrong, 0, of);
      }
      await backend.close();
    });
  }

  test('a drawing is the same numbers on every device, also where it ends within a vector', async () => {
    for (const device of devices.all)
      for (const drawing of drawings)
        for (const shape of [[2 ** 17], [3, 50001], [2 ** 17 + 5]]) {
          const v = device.drawn(drawing, shape, { name: 'w' });
          assert.deepEqual(await v.read(), drawn(drawing, sizeOf(shape)), `${device.name} ${drawing.of}`);
          v.close();
        }
  });

  test('a mean or a scale that three f32 cannot add up to is left to the host', async () => {
    const strange: Drawing = { of: 'signed', mean: 0, scale: 1e-300, seed: 1, purpose: 1 };
    assert.equal(settingsOf(strange, 10), undefined);
    for (const device of devices.all) {
      const v = device.drawn({ ...strange, mean: 1 }, [2 ** 17], { name: 'w' });
      assert.deepEqual(await v.read(), new Float32Array(2 ** 17).fill(1));
    }
  });

  test('layers begin with the numbers that their first values say', async () => {
    const layer = dense(512);
    for (const device of devices.all) {
      const before = device.stats();
      const built = layer.lists.build([[300]], drawFrom(5));
      const memory = await hold(device, layer, built, 5);
      const kernel = leavesOf(memory.params).find(([path]) => path === 'kernel')?.[1];
      const first = leavesOf(built.params).find(([path]) => path === 'kernel')?.[1];
      assert.ok(kernel && first?.node.kind === 'input');
      assert.deepEqual(await kernel.read(), first.node.data);
      assert.equal(device.stats().programs, before.programs);
    }
  });

  test('closing a variable or the device while numbers are drawn for it is no fault', async () => {
    const [drawing] = drawings as [Drawing];
    for (const { name } of devices.all) {
      const device = await open({ device: name });
      const { bytes } = device.stats();
      device.drawn(drawing, [2 ** 17], { name: 'w' }).close();
      // What is given back comes behind what was queued.
      for (let i = 0; i < 2; i++) await device.queue(() => undefined);
      assert.equal(device.stats().bytes, bytes);
      device.drawn(drawing, [2 ** 17], { name: 'w' });
      await device.close();
    }
  });
});
