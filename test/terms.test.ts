// Products of what relu made with constant weights go over the terms that are not 0: the same numbers as over all of them.
import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import type { Device, Program } from '../src/device/device.ts';
import { open } from '../src/device/open.ts';
import { range } from '../src/base/shape.ts';
import { ops } from '../src/index.ts';
import { assertClose, openNative } from './helpers.ts';

const { conv2d, matmul, scan } = ops;

const [inner, columns, most] = [203, 150, 30];

const weights = (): Float32Array =>
  Float32Array.from({ length: inner * columns }, (_, i) => Math.fround(Math.sin(2 + i * 0.7)));

/** Rows that are 0 at mostly the same places, as a search's images make them. */
const alike = (rows: number): Float32Array =>
  Float32Array.from({ length: rows * inner }, (_, i) => {
    const [row, k] = [Math.floor(i / inner), i % inner];
    return Math.fround(Math.sin(k) + 0.02 * Math.cos(row + k * k));
  });

const asking = (device: Device, w: ReturnType<Device['variable']>): Promise<Program> =>
  device.compile(({ inputs }) => ({ outputs: { y: matmul(inputs['x']!.relu(), w.tensor) } }), {
    inputs: { x: { shape: ['batch', inner] } },
    batch: most,
  });

/** What relu(x) @ w is, in float64. */
function product(x: Float32Array, w: Float32Array): number[] {
  const rows = x.length / inner;
  return Array.from({ length: rows * columns }, (_, i) => {
    const [r, c] = [Math.floor(i / columns), i % columns];
    let sum = 0;
    for (let k = 0; k < inner; k++) {
      const a = x[r * inner + k]!;
      sum += (a < 0 ? 0 : a) * w[k * columns + c]!;
    }
    return sum;
  });
}

async function devices(): Promise<Device[]> {
  const native = await openNative().catch(() => undefined);
  return [await open({ device: 'wasm', threads: 2 }), ...(native ? [native] : [])];
}

const lists = (program: Program): boolean => /\bterms\b/.test(program.explain('plan'));

suite('terms that are not 0', () => {
  test('are as many as there are: 1 to 30 rows, all zeros, no zeros, one tile unlike the next', async () => {
    for (const device of await devices()) {
      await using _ = device;
      const w = device.variable(weights(), [inner, columns]);
      const ask = await asking(device, w);
      assert.ok(lists(ask), 'nothing is listed');
      const one = alike(1);
      const cases = [
        one,
        alike(5),
        alike(14),
        alike(15),
        alike(30),
        new Float32Array(3 * inner),
        alike(7).map((x) => -Math.abs(x)),
        alike(29).map((x) => Math.abs(x) + 0.1),
        // The first 14 rows are 0 where the others are not.
        alike(28).map((x, i) => (i < 14 * inner ? x : -x)),
      ];
      for (const x of cases) {
        const { y } = await ask.run({ x }, { batch: x.length / inner });
        assertClose(y!, product(x, weights()), { rtol: 0, atol: 1e-4 });
      }
    }
  });

  test('a weight that is infinite or NaN counts against 0, too', async () => {
    for (const device of await devices()) {
      await using _ = device;
      const strange = weights();
      // Where all rows are 0, and where none is.
      const zero = Array.from({ length: inner }, (_, k) => k).findIndex((k) => Math.sin(k) < -0.5);
      strange[zero * columns + 3] = Infinity;
      strange[zero * columns + 4] = NaN;
      strange[1 * columns + 5] = -Infinity;
      const w = device.variable(strange, [inner, columns]);
      const ask = await asking(device, w);
      const x = alike(14);
      const first = [...(await ask.run({ x }, { batch: 14 }))['y']!.slice(0, columns)];
      assert.deepEqual(first.map((v, i) => (Number.isFinite(v) ? '' : `${i}: ${v}`)).filter(Boolean), [
        '3: NaN',
        '4: NaN',
        '5: -Infinity',
      ]);
      // Written over, they are forgotten.
      await w.write(weights());
      assertClose((await ask.run({ x }, { batch: 14 }))['y']!, product(x, weights()), {
        rtol: 0,
        atol: 1e-4,
      });
    }
  });

  test('are listed only where weights stay and rows are few', async () => {
    await using device = await open({ device: 'wasm', threads: 1 });
    const w = device.variable(weights(), [inner, columns]);
    const spec = { inputs: { x: { shape: ['batch', inner] } }, batch: most } as const;
    const learning = await device.compile(
      ({ inputs }) => ({
        outputs: { y: matmul(inputs['x']!.relu(), w.tensor) },
        updates: [[w, w.tensor.mul(0.5)]],
      }),
      spec,
    );
    assert.ok(!lists(learning), 'weights change');
    const plain = await device.compile(
      ({ inputs }) => ({ outputs: { y: matmul(inputs['x']!.tanh(), w.tensor) } }),
      spec,
    );
    assert.ok(!lists(plain), 'tanh makes no zeros');
    const many = await device.compile(
      ({ inputs }) => ({ outputs: { y: matmul(inputs['x']!.relu(), w.tensor) } }),
      { ...spec, batch: 500 },
    );
    assert.ok(!lists(many), 'a batch of different things');
  });

  test('are those of each step of a scan', async () => {
    for (const device of await devices()) {
      await using _ = device;
      const w = device.variable(weights(), [inner, columns]);
      const [steps, rows] = [3, 4];
      const program = await device.compile(
        ({ inputs }) => {
          const seen = inputs['seq']!.relu();
          const start = inputs['start']!;
          const { carry } = scan([start], [seen], ([sum], [x]) => ({
            carry: [sum!.add(matmul(x!, w.tensor))],
          }));
          return { outputs: { y: carry[0]! } };
        },
        { inputs: { seq: { shape: [steps, rows, inner] }, start: { shape: [rows, columns] } } },
      );
      // What is 0 in the first step is not in the next.
      const seq = alike(steps * rows).map((x, i) => (i < rows * inner ? x : -x));
      const { y } = await program.run({ seq, start: new Float32Array(rows * columns) });
      const all = product(seq, weights());
      const want = Array.from({ length: rows * columns }, (_, i) =>
        range(steps).reduce((sum, t) => sum + all[t * rows * columns + i]!, 0),
      );
      assertClose(y!, want, { rtol: 0, atol: 3e-4 });
    }
  });

  test('of a sum over several axes, which are joined, and of no pictures at all', async () => {
    for (const device of await devices()) {
      await using _ = device;
      const [side, channels] = [7, 16];
      const n = side * side * channels;
      const w = device.variable(
        Float32Array.from({ length: n * 128 }, (_, i) => Math.sin(i)),
        [side, side, channels, 128],
      );
      const x = Float32Array.from({ length: 3 * n }, (_, i) => Math.cos(i * 1.3));
      const ask = await device.compile(
        ({ inputs }) => ({ outputs: { y: conv2d(inputs['x']!.relu(), w.tensor) } }),
        { inputs: { x: { shape: ['batch', side, side, channels] } }, batch: 3 },
      );
      const { y } = await ask.run({ x });
      const want = Array.from({ length: 3 * 128 }, (_, i) =>
        range(n).reduce((sum, k) => {
          const a = x[Math.floor(i / 128) * n + k]!;
          return sum + (a < 0 ? 0 : a) * Math.fround(Math.sin(k * 128 + (i % 128)));
        }, 0),
      );
      assertClose(y!, want, { rtol: 0, atol: 1e-3 });
      const none = await ask.run({ x: new Float32Array() }, { batch: 0 });
      assert.equal(none['y']!.length, 0);
      const plain = device.variable(weights(), [inner, columns]);
      const listed = await asking(device, plain);
      assert.equal((await listed.run({ x: new Float32Array() }, { batch: 0 }))['y']!.length, 0);
      // Changed by another program, weights are looked at anew.
      const spoil = await device.compile(() => ({ updates: [[plain, plain.tensor.div(0)]] }));
      await spoil.run();
      const { y: after } = await listed.run({ x: alike(1) }, { batch: 1 });
      assert.ok(
        after!.every((v) => Number.isNaN(v)),
        '0 times infinity is NaN',
      );
    }
  });
});
