// What is said of games that go well and of games that do not, from what was recorded of them.
import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import type { Signals } from '../src/gan/game.ts';
import { advice, healthOf, type Observation, type Trouble } from '../src/gan/health.ts';

const good: Signals = {
  criticLoss: 1.1,
  generatorLoss: 1.2,
  real: 0.8,
  fake: -0.7,
  accuracy: 0.8,
  ordered: 0.9,
  criticGradient: 0.5,
  generatorGradient: 0.4,
  penalty: 0.02,
  diversity: 0.35,
  realDiversity: 0.37,
};

/** Reports: a few as they should be, then others. */
const after = (count: number, change: (i: number) => Partial<Signals>): Observation[] => [
  ...Array.from({ length: 8 }, (_, i): Observation => ({ round: 50 * (i + 1), signals: good })),
  ...Array.from({ length: count }, (_, i): Observation => ({
    round: 50 * (i + 9),
    signals: { ...good, ...change(i) },
  })),
];

const shares = (share: number): number[] => [...Array.from({ length: 9 }, () => (1 - share) / 9), share];

const troubles = (all: readonly Observation[], conditional = false): Trouble[] =>
  healthOf(all, { conditional }).map(({ trouble }) => trouble);

suite('health of a game', () => {
  test('nothing is said of a good one, nor of the noise of its figures', () => {
    assert.deepEqual(healthOf(after(0, () => ({}))), []);
    const noisy = after(30, (i) => ({
      generatorLoss: 1.2 + 0.3 * Math.sin(7 * i),
      ordered: 0.9 + 0.1 * Math.sin(i),
      diversity: 0.3 + 0.05 * Math.cos(3 * i),
      generatorGradient: 0.4 * (1.5 + Math.sin(5 * i)),
    }));
    assert.deepEqual(healthOf(noisy), []);
  });

  test('nothing is said of a beginning', () => {
    const first = after(0, () => ({})).slice(0, 5);
    assert.deepEqual(healthOf(first.map((one) => ({ ...one, signals: { ...good, diversity: 0.01 } }))), []);
  });

  const cases: Record<Exclude<Trouble, 'notFinite' | 'oneClass'>, (i: number) => Partial<Signals>> = {
    collapse: () => ({ diversity: 0.05 }),
    criticTooStrong: () => ({ ordered: 1, accuracy: 1, criticLoss: 0.001 }),
    vanished: () => ({ generatorGradient: 1e-5 }),
    exploded: () => ({ criticGradient: 1e4 }),
    oscillation: (i) => ({ generatorLoss: i % 2 === 0 ? 0.1 : 2.5 }),
  };
  for (const [trouble, change] of Object.entries(cases) as [Trouble, (typeof cases)['collapse']][])
    test(`${trouble} is named once it lasts, and only it`, () => {
      assert.deepEqual(troubles(after(14, change)), [trouble]);
      assert.deepEqual(troubles(after(1, change)), []);
      assert.ok(advice[trouble].length > 0);
    });

  test('a class that is drawn too often is named, unless classes are asked for', () => {
    const all = after(6, () => ({})).map((one, i) =>
      i % 2 === 0 ? { ...one, classShares: shares(i < 8 ? 0.1 : 0.87) } : one,
    );
    assert.deepEqual(healthOf(all), [{ trouble: 'oneClass', round: 700, value: 0.87, class: 9 }]);
    assert.deepEqual(troubles(all, true), []);
    // Once or twice may be chance.
    assert.deepEqual(troubles(all.slice(0, 12)), []);
  });

  test('what is not finite is named at once', () => {
    assert.deepEqual(healthOf([{ round: 50, signals: { ...good, fake: NaN } }]), [
      { trouble: 'notFinite', round: 50, value: 50 },
    ]);
    assert.deepEqual(healthOf([], { fault: 3 }), [{ trouble: 'notFinite', round: 3, value: 3 }]);
  });

  test("a beginning's smudges, read as one class less and less, are no collapse; one that stays is", () => {
    const game = (of: (i: number) => number): Observation[] =>
      Array.from({ length: 12 }, (_, i) => ({
        round: 50 * (i + 1),
        signals: good,
        classShares: shares(of(i)),
      }));
    assert.deepEqual(troubles(game((i) => 0.95 * 0.9 ** i)), []);
    assert.deepEqual(troubles(game(() => 0.8)), ['oneClass']);
    assert.deepEqual(troubles(game((i) => (i < 8 ? 0.15 : 0.8))), ['oneClass']);
  });

  test('gradients that are too long from the beginning are an explosion too', () => {
    const long = Array.from({ length: 8 }, (_, i): Observation => ({
      round: 50 * (i + 1),
      signals: { ...good, criticGradient: 300 },
    }));
    assert.deepEqual(troubles(long), ['exploded']);
  });
});
