// What depends on constants alone is computed once: and again as soon as somebody has written to them.
import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { open } from '../src/device/open.ts';
import type { Device, Program } from '../src/device/device.ts';
import { matmul } from '../src/ops/matmul.ts';
import { assertClose, openNative } from './helpers.ts';

const [rows, inner, columns] = [64, 96, 80];
const some = (n: number, seed: number): Float32Array =>
  Float32Array.from({ length: n }, (_, i) => Math.fround(Math.sin(seed + i * 0.7)));

/** The product in float64. */
const product = (x: Float32Array, w: Float32Array): number[] =>
  Array.from({ length: rows * columns }, (_, i) => {
    const [r, c] = [Math.floor(i / columns), i % columns];
    let sum = 0;
    for (let k = 0; k < inner; k++) sum += x[r * inner + k]! * w[k * columns + c]!;
    return sum;
  });

const near = (got: ArrayLike<number>, want: readonly number[]): void =>
  assertClose(got, want, { rtol: 0, atol: 1e-4 });

const x = some(rows * inner, 1);

/** x @ w, asked of a program that only reads w. */
const asking = (device: Device, w: ReturnType<Device['variable']>): Promise<Program> =>
  device.compile(({ inputs }) => ({ outputs: { y: matmul(inputs['x']!, w.tensor) } }), {
    inputs: { x: { shape: [rows, inner] } },
  });

async function devices(): Promise<Device[]> {
  const native = await openNative().catch(() => undefined);
  return [await open({ device: 'wasm', threads: 2 }), ...(native ? [native] : [])];
}

suite('what stays', () => {
  test('weights are packed once, and again when they are written to or updated by another program', async () => {
    for (const device of await devices()) {
      await using _ = device;
      const w = device.variable(some(inner * columns, 2), [inner, columns]);
      const ask = await asking(device, w);
      const y = async (): Promise<ArrayLike<number>> => (await ask.run({ x }))['y']!;
      near(await y(), product(x, some(inner * columns, 2)));
      near(await y(), product(x, some(inner * columns, 2)));
      await w.write(some(inner * columns, 3));
      near(await y(), product(x, some(inner * columns, 3)));
      const halve = await device.compile(() => ({ updates: [[w, w.tensor.mul(0.5)]] }));
      const halved = some(inner * columns, 3).map((v) => v / 2);
      // Asked for at once: what is queued first is done first.
      const [, now] = await Promise.all([halve.run(), y()]);
      near(now, product(x, halved));
    }
  });

  test('it is told in the cost, and given back', async () => {
    for (const device of await devices()) {
      await using _ = device;
      const w = device.variable(some(inner * columns, 2), [inner, columns]);
      const before = device.stats();
      const ask = await asking(device, w);
      assert.ok(device.stats().bytes >= before.bytes + 4 * inner * columns, 'nothing is kept');
      assert.ok(ask.cost().arenaBytes >= 4 * inner * columns);
      await ask.run({ x });
      ask.close();
      const [arena, programs] = [4 * inner * columns, device.stats().programs];
      assert.ok(device.stats().bytes - before.bytes < arena, 'more than the arena is left');
      assert.equal(programs, before.programs);
    }
  });

  test('a first run, which packs them, is cancelled as any other', async () => {
    for (const device of await devices()) {
      await using _ = device;
      const w = device.variable(some(inner * columns, 2), [inner, columns]);
      const ask = await asking(device, w);
      const running = ask.start({ x }, { times: 10_000_000 });
      while (running.progress() === 0) await new Promise((resolve) => setTimeout(resolve, 1));
      running.cancel();
      const completed = await running.done;
      assert.ok(completed > 0 && completed < 10_000_000, `${completed} times`);
    }
  });

  test('a program that changes its weights keeps nothing of them: each step sees those of the step before', async () => {
    for (const device of await devices()) {
      await using _ = device;
      const w = device.variable(some(inner * columns, 2), [inner, columns]);
      const y = device.variable(undefined, [rows, columns]);
      const step = await device.compile(
        ({ inputs }) => ({
          updates: [
            [w, w.tensor.mul(0.5)],
            [y, matmul(inputs['x']!, w.tensor)],
          ],
        }),
        { inputs: { x: { shape: [rows, inner] } } },
      );
      await step.start({ x }, { times: 3 }).done;
      near(
        await y.read(),
        product(
          x,
          some(inner * columns, 2).map((v) => v / 4),
        ),
      );
    }
  });
});
