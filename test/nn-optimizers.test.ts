// A contract over the list of optimizers, then each one's numbers beside its formula over several steps.
import { suite, test } from 'node:test';
import assert from 'node:assert/strict';
import { adam, averaged, grad, open, sgd, Tensor, type DeviceName, type Optimizer } from '../src/index.ts';
import { begin } from '../src/nn/memory.ts';
import { optimizerOf } from '../src/nn/optimizer.ts';

const optimizers: Readonly<Record<string, Optimizer>> = {
  sgd: sgd({ rate: 0.1 }),
  'sgd with momentum': sgd({ rate: 0.02, momentum: 0.9 }),
  'sgd with Nesterov momentum': sgd({ rate: 0.02, momentum: 0.9, nesterov: true }),
  adam: adam({ rate: 0.1 }),
  'averaged adam': averaged(adam({ rate: 0.1 }), 0.9),
};

interface Run {
  readonly w: number[];
  readonly slots: Readonly<Record<string, readonly number[]>>;
}

/** `steps` steps from `start` along the gradient of what `loss` gives. */
async function run(
  optimizer: Optimizer,
  start: readonly number[],
  loss: (w: Tensor) => Tensor,
  steps: number,
  name: DeviceName = 'reference',
): Promise<Run> {
  await using device = await open({ device: name, threads: 1 });
  const w = device.variable(start, [start.length], { name: 'w' });
  const seed = device.variable(undefined, [], { dtype: 'i32' });
  const { slots, step, rate } = await begin({ device, params: { w }, state: {}, seed }, optimizer);
  const held = Object.entries(slots).map(([slot, tree]) => [slot, tree['w'] as typeof w] as const);
  const program = await device.compile(() => {
    const t = step.tensor.add(1);
    const [g = w.tensor] = grad(loss(w.tensor), [w.tensor]);
    const now = Object.fromEntries(held.map(([slot, v]) => [slot, v.tensor]));
    const next = optimizer.step(w.tensor, g, now, { t: t.to('f32'), rate: rate.tensor });
    return {
      updates: [
        [w, next.w],
        [step, t],
        ...held.map(([slot, v]) => [v, next.slots[slot] ?? v.tensor] as const),
      ],
    };
  });
  await program.start({}, { times: steps }).done;
  const after = await Promise.all(held.map(async ([slot, v]) => [slot, [...(await v.read())]] as const));
  return { w: [...(await w.read())], slots: Object.fromEntries(after) };
}

const bowl = (w: Tensor): Tensor => {
  const off = w.sub(Tensor.from([3, -2]));
  return off
    .mul(off)
    .mul(Tensor.from([1, 0.5]))
    .sum();
};
const bowlSlope = (w: readonly number[]): number[] => [2 * ((w[0] ?? NaN) - 3), (w[1] ?? NaN) + 2];

function near(got: readonly number[] | undefined, want: readonly number[], tolerance: number): void {
  assert.equal(got?.length, want.length);
  want.forEach((x, i) =>
    assert.ok(
      Math.abs((got?.[i] ?? NaN) - x) <= tolerance * (1 + Math.abs(x)),
      `${String(got)} instead of ${String(want)}`,
    ),
  );
}

suite('optimizers', () => {
  for (const [name, optimizer] of Object.entries(optimizers)) {
    test(`${name}: finds the bottom of a bowl, and two runs agree to the bit`, async () => {
      const found = await run(optimizer, [0, 0], bowl, 300, 'wasm');
      near(found.w, [3, -2], 0.02);
      assert.deepEqual(await run(optimizer, [0, 0], bowl, 300, 'wasm'), found);
    });
  }

  test('sgd: w - rate g', async () => {
    let w = [1, 2];
    for (let i = 0; i < 5; i++) w = w.map((x, j) => x - 0.1 * (bowlSlope(w)[j] ?? NaN));
    for (const device of ['reference', 'wasm'] as const)
      near((await run(sgd({ rate: 0.1 }), [1, 2], bowl, 5, device)).w, w, 1e-6);
  });

  test('sgd with momentum: v = momentum v - rate g, with and without looking ahead', async () => {
    for (const nesterov of [false, true]) {
      let [w, v] = [
        [1, 2],
        [0, 0],
      ];
      for (let i = 0; i < 5; i++) {
        const g = bowlSlope(w);
        v = v.map((x, j) => 0.9 * x - 0.01 * (g[j] ?? NaN));
        w = w.map((x, j) => x + (nesterov ? 0.9 * (v[j] ?? NaN) - 0.01 * (g[j] ?? NaN) : (v[j] ?? NaN)));
      }
      for (const device of ['reference', 'wasm'] as const) {
        const got = await run(sgd({ momentum: 0.9, nesterov }), [1, 2], bowl, 5, device);
        near(got.w, w, 1e-6);
        near(got.slots['velocity'], v, 1e-6);
      }
    }
  });

  test('adam: numbers of its formula after each of six steps', async () => {
    let [w, m, v] = [
      [1, 2],
      [0, 0],
      [0, 0],
    ];
    for (let t = 1; t <= 6; t++) {
      const g = bowlSlope(w);
      m = m.map((x, j) => x + ((g[j] ?? NaN) - x) * (1 - 0.9));
      v = v.map((x, j) => x + ((g[j] ?? NaN) ** 2 - x) * (1 - 0.999));
      const alpha = (1e-3 * Math.sqrt(1 - 0.999 ** t)) / (1 - 0.9 ** t);
      w = w.map((x, j) => x - ((m[j] ?? NaN) * alpha) / (Math.sqrt(v[j] ?? NaN) + 1e-7));
      for (const device of ['reference', 'wasm'] as const) {
        const got = await run(adam(), [1, 2], bowl, t, device);
        near(got.w, w, 1e-6);
        near(got.slots['m'], m, 1e-6);
        near(got.slots['v'], v, 1e-5);
      }
    }
  });

  test("adam's first step is the learning rate, whatever the gradient, if epsilon is small beside it", async () => {
    for (const size of [1, 1e3, -7]) {
      const { w } = await run(adam({ rate: 0.01 }), [0], (w) => w.mul(size).sum(), 1, 'wasm');
      near(w, [-0.01 * Math.sign(size)], 2e-6);
    }
  });

  test('averaged: begins at the weights and follows them', async () => {
    let [w, average] = [
      [1, 2],
      [1, 2],
    ];
    for (let i = 0; i < 4; i++) {
      w = w.map((x, j) => x - 0.1 * (bowlSlope(w)[j] ?? NaN));
      average = average.map((a, j) => 0.9 * a + 0.1 * (w[j] ?? NaN));
    }
    const got = await run(averaged(sgd({ rate: 0.1 }), 0.9), [1, 2], bowl, 4);
    near(got.w, w, 1e-6);
    near(got.slots['average'], average, 1e-6);
  });

  test('what makes no sense is refused', () => {
    const says = (make: () => unknown, message: string): void =>
      assert.throws(make, { name: 'EidosError', message });
    says(() => sgd({ rate: -1 }), 'sgd: rate must be a number from 0, got -1');
    says(() => sgd({ momentum: 1 }), 'sgd: momentum must be from 0 to less than 1, got 1');
    says(() => adam({ rate: NaN }), 'adam: rate must be a number from 0, got NaN');
    says(() => adam({ beta2: 1 }), 'adam: beta2 must be from 0 to less than 1, got 1');
    says(() => averaged(adam(), -1), 'averaged: decay must be from 0 to less than 1, got -1');
    says(() => optimizerOf('rprop' as 'adam'), 'compile: optimizer must be one of sgd, adam, got "rprop"');
  });
});
