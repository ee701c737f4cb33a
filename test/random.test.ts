// Chance inside programs: the same bits on every target and as on the host, apart for each seed, step and purpose,
// and of the distribution they say.
import { after, suite, test } from 'node:test';
import assert from 'node:assert/strict';
import { bits, uniform } from '../src/base/rng.ts';
import { range } from '../src/base/shape.ts';
import { ops } from '../src/index.ts';
import { Tensor } from '../src/tensor.ts';
import { assertClose, assertSame, openAll, values } from './helpers.ts';

const devices = await openAll();
after(() => devices.close());

const { randomBernoulli, randomBits, randomNormal, randomUniform } = ops;
const chance = (seed: number, step: number): { seed: Tensor; step: Tensor } => ({
  seed: Tensor.fill(seed, [], 'i32'),
  step: Tensor.fill(step, [], 'i32'),
});
const moments = (
  x: ArrayLike<number>,
): { mean: number; variance: number; skew: number; kurtosis: number } => {
  const list = Array.from(x);
  const mean = list.reduce((a, b) => a + b, 0) / list.length;
  const central = (k: number): number => list.reduce((a, b) => a + (b - mean) ** k, 0) / list.length;
  return {
    mean,
    variance: central(2),
    skew: central(3) / central(2) ** 1.5,
    kurtosis: central(4) / central(2) ** 2,
  };
};

suite('chance', () => {
  test('bits and uniforms are those of the host, on every target and in every shape', async () => {
    const shapes = [[], [1], [7], [3, 5], [2, 3, 17], [0, 4], [1000]];
    const seeds = [
      [1, 0],
      [-5, 3],
      [2 ** 31 - 1, -1],
    ] as const;
    const cases = shapes.flatMap((shape) =>
      seeds.map(([seed, step], purpose) => ({
        shape,
        seed,
        step,
        purpose,
        n: shape.reduce((a, b) => a * b, 1),
      })),
    );
    for (const device of devices.all) {
      const out = await values(
        device,
        cases.flatMap(({ shape, seed, step, purpose }) => [
          randomBits(shape, chance(seed, step), purpose),
          randomUniform(shape, chance(seed, step), purpose),
        ]),
      );
      cases.forEach(({ seed, step, purpose, n, shape }, i) => {
        assertSame(
          out[2 * i]!,
          range(n).map((e) => bits(seed, purpose, step, e)),
          `bits [${shape.join()}] on ${device.name}`,
        );
        assertSame(
          out[2 * i + 1]!,
          range(n).map((e) => uniform(seed, purpose, step, e)),
          `uniform [${shape.join()}] on ${device.name}`,
        );
      });
    }
  });

  test('an element keeps its number through moves, folds and other work', async () => {
    const x = randomUniform([6, 8], chance(3, 4), 5);
    const all = range(48).map((e) => uniform(3, 5, 4, e));
    const told: readonly (readonly [Tensor, number[]])[] = [
      [x.permute([1, 0]), range(48).map((i) => all[(i % 6) * 8 + Math.floor(i / 6)]!)],
      [x.flip([0, 1]), [...all].reverse()],
      [
        x.crop([
          [1, 2],
          [3, 1],
        ]),
        [1, 2, 3].flatMap((r) => [3, 4, 5, 6].map((c) => all[r * 8 + c]!)),
      ],
      [x.less(0.5).to('f32').mul(x), all.map((v) => (v < 0.5 ? v : 0))],
      [x.max(1), range(6).map((r) => Math.max(...all.slice(r * 8, r * 8 + 8)))],
    ];
    for (const device of devices.all) {
      const out = await values(
        device,
        told.map(([t]) => t),
      );
      told.forEach(([, expected], i) => assertSame(out[i]!, expected, `${i} on ${device.name}`));
    }
  });

  test("normals: the same bits on every compiled target, and the reference's to six digits", async () => {
    const tensors = [[10000], [7], [3, 33]].map((shape) => randomNormal(shape, chance(9, 2), 1));
    const expected = await values(devices.reference, tensors);
    const compiled = await Promise.all(devices.compiled.map((device) => values(device, tensors)));
    for (const [k, out] of compiled.entries())
      out.forEach((x, i) => {
        assertClose(x, expected[i]!, { rtol: 2e-6, atol: 0, what: devices.compiled[k]!.name });
        assertSame(x, compiled[0]![i]!, devices.compiled[k]!.name);
      });
  });

  test('uniform and normal moments; the rate of Bernoulli', async () => {
    const n = 200_000;
    const [device] = devices.compiled;
    const [u, z, ...rates] = await values(device!, [
      randomUniform([n], chance(1, 1), 0),
      randomNormal([n], chance(1, 1), 1),
      ...[0, 0.1, 0.5, 0.97, 1].map((p, i) => randomBernoulli([n], p, chance(1, 1), 2 + i)),
    ]);
    // Within five standard errors: sd / sqrt(n) for a mean, and so on.
    const root = Math.sqrt(n);
    const um = moments(u!);
    assert.ok(Math.abs(um.mean - 0.5) < 5 / (root * Math.sqrt(12)), `mean ${um.mean}`);
    assert.ok(Math.abs(um.variance - 1 / 12) < 5 / (root * Math.sqrt(180)), `variance ${um.variance}`);
    assert.ok(u!.every((x) => x >= 0 && x < 1));
    const zm = moments(z!);
    assert.ok(Math.abs(zm.mean) < 5 / root, `mean ${zm.mean}`);
    assert.ok(Math.abs(zm.variance - 1) < (5 * Math.SQRT2) / root, `variance ${zm.variance}`);
    assert.ok(Math.abs(zm.skew) < (5 * Math.sqrt(6)) / root, `skew ${zm.skew}`);
    assert.ok(Math.abs(zm.kurtosis - 3) < (5 * Math.sqrt(24)) / root, `kurtosis ${zm.kurtosis}`);
    [0, 0.1, 0.5, 0.97, 1].forEach((p, i) => {
      const rate = moments(rates[i]!).mean;
      assert.ok(Math.abs(rate - p) <= (5 * Math.sqrt(p * (1 - p))) / root, `rate ${rate} for ${p}`);
    });
  });

  test('seeds, steps, purposes and neighbours are independent', async () => {
    const n = 50_000;
    const [device] = devices.compiled;
    const base = [7, 3, 2] as const;
    const others = [
      [8, 3, 2],
      [7, 4, 2],
      [7, 3, 3],
      [3, 7, 2],
      [7, 2, 3],
      [2, 3, 7],
      [-7, 3, 2],
    ] as const;
    const of = ([seed, step, purpose]: readonly [number, number, number]): Tensor =>
      randomUniform([n], chance(seed, step), purpose);
    const [x, ...rest] = await values(device!, [of(base), ...others.map(of)]);
    const correlation = (a: ArrayLike<number>, b: ArrayLike<number>, lag = 0): number =>
      (12 *
        Array.from(a)
          .slice(0, n - lag)
          .reduce((sum, v, i) => sum + (v - 0.5) * (b[i + lag]! - 0.5), 0)) /
      (n - lag);
    const limit = 5 / Math.sqrt(n);
    rest.forEach((y, i) =>
      assert.ok(Math.abs(correlation(x!, y)) < limit, `${String(others[i])}: ${correlation(x!, y)}`),
    );
    for (const lag of [1, 2, 3, 4, 8, 16, 64])
      assert.ok(Math.abs(correlation(x!, x!, lag)) < limit, `lag ${lag}`);
  });

  test('a carried step draws anew each time, and again from the same step the same', async () => {
    for (const device of devices.all) {
      using step = device.variable(Int32Array.of(0), [], { name: 'step' });
      using program = await device.compile(() => ({
        outputs: { u: randomUniform([5], { seed: Tensor.fill(11, [], 'i32'), step: step.tensor }, 0) },
        updates: [[step, step.tensor.add(1)]],
      }));
      const drawn: number[][] = [];
      for (let i = 0; i < 3; i++) drawn.push([...(await program.run())['u']!]);
      drawn.forEach((u, i) =>
        assertSame(
          u,
          range(5).map((e) => uniform(11, 0, i, e)),
          device.name,
        ),
      );
    }
  });
});
