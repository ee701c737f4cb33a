// The plain three-layer network against NumPy's numbers for the same weights, its update against finite differences,
// and the same network on the engine.
//
// The reference device computes and stores in float64 but reads out in float32: what reading rounded off is taken
// inside a program and read as well, which gives 48 bits of every weight.
import { after, suite, test } from 'node:test';
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { threeLayerOn } from '../examples/three-layer-on-engine.ts';
import {
  accuracyOf,
  checkGradient,
  learn,
  lossOf,
  sigmoid,
  ThreeLayerNetwork,
  uniforms,
  type Digit,
} from '../examples/three-layer.ts';
import { mnist, Tensor, type Device, type Variable } from '../src/index.ts';
import { assertClose, openAll } from './helpers.ts';
import { root } from './project.ts';

interface Weights {
  readonly Wyx: readonly (readonly number[])[];
  readonly Wzy: readonly (readonly number[])[];
}

interface Run {
  /** Means over a hundred examples each. */
  readonly losses: readonly number[];
  readonly end: Weights;
  /** For inputs of zeros, of ones, and of 1e6 and -1e6 in turn. */
  readonly outputs: readonly (readonly number[])[];
}

/** Written by tools/numpy-three-layer.py. */
interface Fixture {
  readonly versions: { readonly numpy: string };
  readonly nodes: readonly [number, number, number];
  readonly lr: number;
  readonly examples: number;
  readonly sigmoid: { readonly x: readonly number[]; readonly y: readonly number[] };
  readonly start: Weights;
  readonly faithful: Run;
  readonly corrected: Run;
}

const fixture = JSON.parse(readFileSync(join(root, 'test/fixtures/three-layer.json'), 'utf8')) as Fixture;
const orders = ['faithful', 'corrected'] as const;
const devices = await openAll();
after(() => devices.close());

/** The network with the fixture's weights, or others. */
function network(update: 'faithful' | 'corrected', { Wyx, Wzy }: Weights = fixture.start, lr = fixture.lr) {
  const net = new ThreeLayerNetwork(...fixture.nodes, lr, { update });
  Wyx.forEach((row, j) => net.Wyx[j]!.set(row));
  Wzy.forEach((row, k) => net.Wzy[k]!.set(row));
  return net;
}

/** Eight numbers; which of the first three is the largest is to be told. As the script in tools/ makes them. */
function examples(count = fixture.examples): { x: number[]; t: number[] }[] {
  const [random, [inputs, , outputs]] = [uniforms(2), fixture.nodes];
  return Array.from({ length: count }, () => {
    const x = Array.from({ length: inputs }, random);
    const asked = x.slice(0, outputs);
    const best = asked.indexOf(Math.max(...asked));
    return { x, t: asked.map((_, k) => (k === best ? 1 : 0)) };
  });
}

const flat = (W: readonly ArrayLike<number>[]): number[] => W.flatMap((row) => Array.from(row));
const exact = { rtol: 0, atol: 1e-12 };

suite('three layers in plain TypeScript', () => {
  for (const order of orders) {
    test(`${order}: NumPy's weights, losses and outputs over 1,000 examples, within 1e-12`, () => {
      const [net, want] = [network(order), fixture[order]];
      assert.match(fixture.versions.numpy, /^\d+\.\d+/);
      assert.equal(want.losses.length * 100, fixture.examples);
      const losses = want.losses.map(() => 0);
      examples().forEach(({ x, t }, n) => {
        losses[Math.floor(n / 100)]! += lossOf(net, x, t) / 100;
        net.backprop(x, t);
      });
      assertClose(losses, want.losses, { ...exact, what: 'losses' });
      assertClose(flat(net.Wyx), flat(want.end.Wyx), { ...exact, what: 'Wyx' });
      assertClose(flat(net.Wzy), flat(want.end.Wzy), { ...exact, what: 'Wzy' });
      const asked = [[0], [1], [1e6, -1e6]].map((of) =>
        Array.from({ length: 8 }, (_, i) => of[i % of.length]!),
      );
      assertClose(
        asked.flatMap((x) => [...net.feedforward(x)]),
        flat(want.outputs),
        { ...exact, what: 'outputs' },
      );
    });
  }

  test('the two orders end apart', () => {
    const [a, b] = orders.map((order) => flat(fixture[order].end.Wyx));
    assert.ok(Math.max(...a!.map((w, i) => Math.abs(w - b![i]!))) > 0.1);
  });

  test("sigmoid is clipped where NumPy's is", () => {
    const { x, y } = fixture.sigmoid;
    assertClose(x.map(sigmoid), y, { rtol: 1e-15, atol: 0 });
    assert.equal(sigmoid(-Infinity), sigmoid(-34.538776394910684));
    assert.equal(sigmoid(Infinity), sigmoid(34.538776394910684));
    assert.ok(sigmoid(-Infinity) > 0 && sigmoid(Infinity) < 1);
  });

  test('first weights are normal with mean 0 and deviation 1, or as asked, and repeat with a seed', () => {
    const of = (options: { deviation?: (n: number) => number } = {}): number[] =>
      flat(new ThreeLayerNetwork(200, 100, 1, 0.1, { ...options, random: uniforms(7) }).Wyx);
    const [w, half] = [of(), of({ deviation: (inputs) => inputs / 400 })];
    const mean = w.reduce((a, b) => a + b) / w.length;
    const variance = w.reduce((a, b) => a + (b - mean) ** 2, 0) / w.length;
    const within = w.filter((x) => Math.abs(x) < 1).length / w.length;
    assertClose([mean, variance, within], [0, 1, 0.6827], { rtol: 0, atol: 0.03 }); // 20,000 numbers: 4 deviations
    assert.deepEqual(of(), w);
    assertClose(
      half,
      w.map((x) => x / 2),
      { rtol: 1e-15 },
    );
  });
});

suite('three layers: the gradient', () => {
  const { x, t } = examples(1)[0]!;

  for (const lr of [0.01, 0.1, 1]) {
    test(`corrected passes a finite-difference check at rate ${lr}, faithful does not`, () => {
      const [faithful, corrected] = orders.map((order) => checkGradient(network(order, undefined, lr), x, t));
      assert.ok(corrected!.Wyx < 1e-7 && corrected!.Wzy < 1e-7, JSON.stringify(corrected));
      assert.ok(faithful!.Wzy < 1e-7, 'the weights that are changed first follow the gradient');
      assert.ok(faithful!.Wyx > 0.02 * lr, JSON.stringify(faithful));
    });
  }

  test('what the faithful order is off by is in proportion to the rate', () => {
    const [small, large] = [0.01, 1].map((lr) => checkGradient(network('faithful', undefined, lr), x, t).Wyx);
    assertClose([large! / small!], [100], { rtol: 1e-5 });
  });

  test('the check leaves the weights alone', () => {
    const net = network('faithful');
    checkGradient(net, x, t);
    assert.deepEqual([flat(net.Wyx), flat(net.Wzy)], [flat(fixture.start.Wyx), flat(fixture.start.Wzy)]);
  });
});

suite('three layers on the engine', () => {
  // What starts in float32 is the same number on every device.
  const rounded = (W: Weights['Wyx']): number[][] => W.map((row) => row.map(Math.fround));
  const start = { Wyx: rounded(fixture.start.Wyx), Wzy: rounded(fixture.start.Wzy) };

  /** All 1,000 examples, one at a time; the weights and the mean loss of the last hundred. */
  async function learned(device: Device): Promise<{ Wyx: number[]; Wzy: number[]; loss: number }> {
    const { Wyx, Wzy, step } = await threeLayerOn(device, start, fixture.lr);
    let loss = 0;
    for (const [n, { x, t }] of examples().entries()) {
      const out = await step.run({ x: Float32Array.from(x), t: Float32Array.from(t) });
      if (n >= fixture.examples - 100) loss += out['loss']![0]! / 100;
    }
    return { Wyx: await readAll(device, Wyx), Wzy: await readAll(device, Wzy), loss };
  }

  const twin = network('corrected', start);
  let loss = 0;
  examples().forEach(({ x, t }, n) => {
    if (n >= fixture.examples - 100) loss += lossOf(twin, x, t) / 100;
    twin.backprop(x, t);
  });

  test('the reference device ends at the weights of the corrected twin, within 1e-9', async () => {
    const got = await learned(devices.reference);
    assertClose(got.Wyx, flat(twin.Wyx), { rtol: 0, atol: 1e-9, what: 'Wyx' });
    assertClose(got.Wzy, flat(twin.Wzy), { rtol: 0, atol: 1e-9, what: 'Wzy' });
    assertClose([got.loss], [loss], { rtol: 1e-6 });
  });

  test('the compiled devices do in float32', async () => {
    for (const device of devices.compiled) {
      const got = await learned(device);
      assertClose(got.Wyx, flat(twin.Wyx), { rtol: 0, atol: 1e-5, what: `Wyx on ${device.name}` });
      assertClose(got.Wzy, flat(twin.Wzy), { rtol: 0, atol: 1e-5, what: `Wzy on ${device.name}` });
      assertClose([got.loss], [loss], { rtol: 1e-4, what: `loss on ${device.name}` });
    }
  });
});

test('it learns to read digits', async () => {
  const { train, test: unseen } = await mnist();
  const digits = ({ images, labels }: typeof train, count: number): Digit[] =>
    Array.from({ length: count }, (_, n) => ({
      pixels: Float64Array.from(images.subarray(784 * n, 784 * (n + 1)), (byte) => byte / 255),
      label: labels[n]!,
    }));
  const [learnt, asked] = [digits(train, 1500), digits(unseen, 500)];
  const deviation = (inputs: number): number => 1 / Math.sqrt(inputs);
  for (const update of orders) {
    const net = new ThreeLayerNetwork(784, 30, 10, 0.3, { update, deviation, random: uniforms(1) });
    learn(net, learnt);
    const accuracy = accuracyOf(net, asked);
    assert.ok(accuracy > 0.75 && accuracy < 1, `${update}: ${accuracy}`);
  }
});

/** The numbers of a variable to 48 bits: as they are read, and what reading rounded off. */
async function readAll(device: Device, variable: Variable): Promise<number[]> {
  const high = await variable.read();
  const low = await device.read(variable.tensor.sub(Tensor.from(high, variable.shape)));
  return Array.from(high, (x, i) => x + low[i]!);
}
