// A step that is not taken leaves the state: one condition for all of a kernel's numbers, asked once.
import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import type { Device } from '../src/device/device.ts';
import { open } from '../src/device/open.ts';
import { assertClose, assertSame, openNative } from './helpers.ts';

const numbers = (n: number, by: number): Float32Array =>
  Float32Array.from({ length: n }, (_, i) => Math.fround(Math.sin(by + i)));

async function devices(): Promise<Device[]> {
  const native = await openNative().catch(() => undefined);
  return [
    await open({ device: 'reference' }),
    await open({ device: 'wasm', threads: 2 }),
    ...(native ? [native] : []),
  ];
}

suite('state under a condition', () => {
  // Rows that vectors fit into, that leave a few, and that are fewer than a vector has.
  for (const shape of [[40, 32], [9, 100], [3, 37], [50, 3], [1]])
    test(`of shape [${shape.join(', ')}] is taken or left as it is`, async () => {
      for (const device of await devices()) {
        await using _ = device;
        const size = shape.reduce((n, d) => n * d, 1);
        const before = numbers(size, 1);
        const v = device.variable(before, shape);
        const beside = device.variable(numbers(5, 3), [5]);
        const step = await device.compile(
          ({ inputs }) => {
            const take = inputs['limit']!.greater(0).reshape([]);
            // One number a row: rows are not joined to one stretch of memory.
            const next = v.tensor.sub(inputs['x']!.mul(0.5)).div(inputs['by']!);
            return {
              updates: [
                [v, next.where(take, v.tensor)],
                [beside, beside.tensor.add(1).where(take, beside.tensor)],
              ],
            };
          },
          {
            inputs: {
              limit: { shape: [1] },
              x: { shape: [shape[0]!, ...shape.slice(1).map(() => 1)] },
              by: { shape: [1] },
            },
          },
        );
        const [rows] = shape;
        const x = numbers(rows!, 2);
        const run = (limit: number, by: number): Promise<unknown> =>
          step.run({ limit: Float32Array.of(limit), x, by: Float32Array.of(by) });
        // What is not taken may be infinite or NaN.
        await run(-1, 0);
        assertSame(await v.read(), before, device.name);
        assertSame(await beside.read(), numbers(5, 3), device.name);
        await run(NaN, 2);
        assertSame(await v.read(), before, device.name);
        await run(1, 2);
        const after = before.map((y, i) =>
          Math.fround(Math.fround(y - Math.fround(x[Math.floor((i * rows!) / size)]! * 0.5)) / 2),
        );
        assertSame(await v.read(), after, device.name);
        assert.equal(((await beside.read()) as Float32Array)[0], Math.fround(numbers(5, 3)[0]! + 1));
      }
    });

  test('a batch of one, and of none', async () => {
    for (const device of await devices()) {
      await using _ = device;
      const w = device.variable(numbers(7 * 20, 1), [7, 20]);
      const step = await device.compile(
        ({ inputs }) => {
          const [x, g] = [inputs['x']!, inputs['g']!];
          return {
            outputs: {
              sum: x
                .reshape([1, 7, 1])
                .mul(g.reshape([1, 1, 20]))
                .sum(0)
                .add(w.tensor),
            },
          };
        },
        { inputs: { x: { shape: ['batch', 7] }, g: { shape: ['batch', 20] } }, batch: 1 },
      );
      const [x, g] = [numbers(7, 4), numbers(20, 5)];
      const one = await step.run({ x, g });
      const want = numbers(7 * 20, 1).map((y, i) =>
        Math.fround(Math.fround(x[Math.floor(i / 20)]! * g[i % 20]!) + y),
      );
      assertClose(one['sum']!, want, { what: device.name });
      const none = await step.run({ x: new Float32Array(), g: new Float32Array() }, { batch: 0 });
      assertClose(none['sum']!, numbers(7 * 20, 1), { what: device.name });
    }
  });
});
