// The games' losses and the critic's penalties against plain numbers, and the penalties' gradients against
// differences.
import assert from 'node:assert/strict';
import { after, suite, test } from 'node:test';
import { between, distributions, latentRow } from '../src/gan/latent.ts';
import { ganLosses, ganLossOf, type GanLoss, type GanLossName } from '../src/gan/loss.ts';
import { gradientPenalty, slopePenalty } from '../src/gan/penalty.ts';
import { grad } from '../src/grad.ts';
import { matmul } from '../src/ops/matmul.ts';
import { Tensor } from '../src/tensor.ts';
import { agree, assertClose, assertEqualGraphs, draw, openAll, slope } from './helpers.ts';

const devices = await openAll();
after(() => devices.close());

const softplus = (x: number): number => Math.log1p(Math.exp(-Math.abs(x))) + Math.max(x, 0);

const scores = { real: [3, -0.5, 0.2, 0], fake: [-2, 0.7, 1.5, 0] } as const;

/** What each example costs: the critic of both, and the generator. */
const plain: Record<
  GanLossName,
  { readonly critic: (r: number, f: number) => number; readonly generator: (f: number, r: number) => number }
> = {
  nonSaturating: { critic: (r, f) => softplus(-r) + softplus(f), generator: (f) => softplus(-f) },
  minimax: { critic: (r, f) => softplus(-r) + softplus(f), generator: (f) => -softplus(f) },
  leastSquares: { critic: (r, f) => (r - 1) ** 2 / 2 + f ** 2 / 2, generator: (f) => (f - 1) ** 2 / 2 },
  hinge: { critic: (r, f) => Math.max(0, 1 - r) + Math.max(0, 1 + f), generator: (f) => -f },
  wasserstein: { critic: (r, f) => f - r, generator: (f) => -f },
  relativistic: { critic: (r, f) => softplus(f - r), generator: (f, r) => softplus(r - f) },
};

suite('losses of games', () => {
  const [real, fake] = [Tensor.from([...scores.real]), Tensor.from([...scores.fake])];
  const targets = { real: 1, fake: 0 };

  for (const [name, want] of Object.entries(plain) as [GanLossName, (typeof plain)[GanLossName]][])
    test(name, () => {
      const row: GanLoss = ganLossOf(name);
      const critic = row.pairs
        ? row.pairs(real, fake)
        : (row.real?.(real, targets) ?? real).add(row.fake?.(fake, targets) ?? fake);
      const told = { critic, generator: row.generator(fake, row.pairs ? real : undefined) };
      const each = (f: (r: number, i: number) => number): number[] => scores.real.map(f);
      return agree(devices, told, (actual, _, what) => {
        const wanted = what.startsWith('critic')
          ? each((r, i) => want.critic(r, scores.fake[i] ?? NaN))
          : each((r, i) => want.generator(scores.fake[i] ?? NaN, r));
        assertClose(actual, wanted, { rtol: 1e-6, atol: 1e-6, what });
      });
    });

  test('a target of 0.9 for real examples moves the best score from infinity to the log of 9', async () => {
    const score = Tensor.from([Math.log(9)]);
    const cost = ganLosses.nonSaturating.real(score, { real: 0.9, fake: 0 });
    const [g] = grad(cost.sum(), [score]);
    assertClose(await devices.reference.read(g as Tensor), [0], { atol: 1e-7, rtol: 0 });
  });

  test('an unknown name is refused', () => {
    assert.throws(() => ganLossOf('logistic' as GanLossName), {
      message:
        'gan: loss must be one of nonSaturating, minimax, leastSquares, hinge, wasserstein, relativistic, got "logistic"',
    });
  });
});

suite('penalties on slopes', () => {
  const d = draw(700);
  const [w, real, fake] = [d.tensor([3, 2]), d.tensor([4, 3]), d.tensor([4, 3])];
  const score =
    (w: Tensor) =>
    (x: Tensor): Tensor =>
      matmul(x, w).tanh().sum(1);
  const chance = Tensor.from([0.1, 0.4, 0.5, 0.9]);
  const penalties: Record<string, (w: Tensor) => Tensor> = {
    'r1 and r2': (w) => slopePenalty(score(w), real),
    'gradient penalty': (w) => gradientPenalty(score(w), real, fake, chance),
  };

  for (const [name, penalty] of Object.entries(penalties))
    test(`${name}: gradients by the weights agree with differences`, () => {
      const along = d.tensor([3, 2]);
      const [g] = grad(penalty(w), [w]);
      const got = (g as Tensor).mul(along).sum();
      return assertEqualGraphs(
        devices,
        { [name]: [got, slope(penalty, w, along)] },
        { rtol: 1e-5, atol: 1e-7 },
      );
    });

  test('of a critic with a constant slope are known', async () => {
    const w = Tensor.from([3, 4], [2, 1]);
    const straight = (x: Tensor): Tensor => matmul(x, w).sum(1);
    const [a, b] = [Tensor.from([1, 2, 3, 4], [2, 2]), Tensor.from([0, 0, 1, 1], [2, 2])];
    const told = {
      r1: slopePenalty(straight, a), // (9 + 16) / 2
      gradient: gradientPenalty(straight, a, b, Tensor.from([0.3, 0.6])), // (5 - 1)^2
    };
    await agree(devices, told, (actual, _, what) =>
      assertClose(actual, [what.startsWith('r1') ? 12.5 : 16], { rtol: 1e-6, atol: 0, what }),
    );
  });

  test('a critic that is flat has a penalty with finite gradients: the root has an epsilon', async () => {
    const flat = Tensor.from([0, 0, 0, 0, 0, 0], [3, 2]);
    const [g] = grad(gradientPenalty(score(flat), real, fake, chance), [flat]);
    assert.ok((await devices.reference.read(g as Tensor)).every(Number.isFinite));
  });
});

suite('numbers that generators start from', () => {
  test('each distribution has the mean and spread it says, inside a program and on the host', async () => {
    const chance = { seed: Tensor.fill(3, [], 'i32'), step: Tensor.fill(5, [], 'i32') };
    const want = { normal: [0, 1], uniform: [0, 1 / 3], unit: [0.5, 1 / 12] } as const;
    for (const name of ['normal', 'uniform', 'unit'] as const) {
      const device = devices.compiled[0];
      assert.ok(device);
      const inside = await device.read(distributions[name].draw([4000], chance, 1));
      const host = latentRow({ size: 4000, distribution: name }, 3, 0);
      for (const list of [Float32Array.from(inside), host]) {
        const mean = list.reduce((a: number, b: number) => a + b, 0) / list.length;
        const variance = list.reduce((a: number, b: number) => a + (b - mean) ** 2, 0) / list.length;
        assert.ok(Math.abs(mean - want[name][0]) < 0.06, `${name}: mean ${mean}`);
        assert.ok(Math.abs(variance / want[name][1] - 1) < 0.1, `${name}: variance ${variance}`);
      }
    }
  });

  test('a row does not depend on who else is asked for, and truncation draws it to the middle', () => {
    const latent = { size: 8, distribution: 'unit' } as const;
    assert.deepEqual(latentRow(latent, 7, 3), latentRow(latent, 7, 3));
    assert.notDeepEqual(latentRow(latent, 7, 3), latentRow(latent, 7, 4));
    assert.deepEqual(
      [...latentRow(latent, 7, 3, 0)],
      Array.from({ length: 8 }, () => 0.5),
    );
    assert.throws(() => latentRow(latent, 7, 3, 2), {
      message: 'latentRow: truncation must be a number from 0 to 1, got 2',
    });
  });

  test('half way between normal rows their length stays; between others the way is straight', () => {
    const normal = { size: 2, distribution: 'normal' } as const;
    const [a, b] = [Float32Array.of(2, 0), Float32Array.of(0, 2)];
    assertClose(between(normal, a, b, 0.5), [Math.SQRT2, Math.SQRT2], { rtol: 1e-6, atol: 0 });
    assert.deepEqual([...between(normal, a, a, 0.5)], [2, 0]);
    assert.deepEqual([...between({ size: 2, distribution: 'unit' }, a, b, 0.5)], [1, 1]);
  });
});
