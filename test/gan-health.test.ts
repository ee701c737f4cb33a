// What is said of games that go well and of games that do not, from what was recorded of them; and the distances that
// speak for or against a game, counted by hand.
import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { distancesFrom, samplesToLookAt, type Distances } from '../src/gan/distances.ts';
import type { Signals } from '../src/gan/game.ts';
import { advice, healthOf, type Observation, type Trouble } from '../src/gan/health.ts';
import { lookLine, observationsIn } from '../src/gan/observed.ts';

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

const near: Distances = { spread: 1, gap: 0.02, nearest: 1.3 };
const far: Distances = { spread: 1, gap: 0.4, nearest: 2 };

/** What is seen at a report, where it is not as it should be. */
interface Change {
  readonly signals?: Partial<Signals>;
  readonly distances?: Distances;
  readonly classShares?: readonly number[];
}

/** Reports: a few as they should be, then others; every second one has samples looked at. */
const after = (count: number, change: (i: number) => Change): Observation[] => {
  const one = (i: number, { signals, distances = near, classShares }: Change): Observation => ({
    round: 50 * (i + 1),
    signals: { ...good, ...signals },
    ...(i % 2 === 1 && { distances, ...(classShares && { classShares }) }),
  });
  return Array.from({ length: 8 + count }, (_, i) => one(i, i < 8 ? {} : change(i - 8)));
};

const shares = (share: number): number[] => [...Array.from({ length: 9 }, () => (1 - share) / 9), share];

const troubles = (
  all: readonly Observation[],
  options: Parameters<typeof healthOf>[1] = {},
): readonly Trouble[] => healthOf(all, options).map(({ trouble }) => trouble);

/** Reports without looks at samples. */
const blind = (all: readonly Observation[]): Observation[] =>
  all.map(({ round, signals }) => ({ round, signals }));

suite('health of a game', () => {
  test('nothing is said of a good one, nor of the noise of its figures', () => {
    assert.deepEqual(healthOf(after(0, () => ({}))), []);
    const noisy = after(30, (i) => ({
      signals: {
        generatorLoss: 1.2 + 0.3 * Math.sin(7 * i),
        ordered: 0.9 + 0.1 * Math.sin(i),
        diversity: 0.3 + 0.05 * Math.cos(3 * i),
        generatorGradient: 0.4 * (1.5 + Math.sin(5 * i)),
      },
    }));
    assert.deepEqual(troubles(noisy, { rounds: 2000 }), []);
    assert.deepEqual(troubles(blind(noisy)), []);
  });

  const faults: Record<
    'collapse' | 'criticTooStrong' | 'vanished' | 'exploded' | 'oscillation',
    (i: number) => Partial<Signals>
  > = {
    collapse: () => ({ diversity: 0.05 }),
    criticTooStrong: () => ({ ordered: 1, accuracy: 1, criticLoss: 0.001 }),
    vanished: () => ({ generatorGradient: 1e-5 }),
    exploded: () => ({ criticGradient: 1e4 }),
    oscillation: (i) => ({ generatorLoss: i % 2 === 0 ? 0.1 : 2.5 }),
  };
  for (const [trouble, fault] of Object.entries(faults) as [Trouble, (i: number) => Partial<Signals>][])
    test(`${trouble} is named once it lasts, and only it, unless samples are near the data`, () => {
      const ill = after(14, (i) => ({ signals: fault(i), distances: far }));
      assert.deepEqual(troubles(ill), [trouble]);
      assert.deepEqual(troubles(blind(ill)), [trouble]);
      assert.deepEqual(troubles(blind(ill).slice(0, 9)), []);
      assert.deepEqual(troubles(after(14, (i) => ({ signals: fault(i) }))), []);
      assert.ok(advice[trouble].length > 0);
    });

  test('a game that comes nearer is let be if it will be there in time', () => {
    // At every look the gap is 0.81 of what it was: 0.21 after 800 rounds, 0.03 after 1,700 and 0.11 after 1,100.
    const comes = Array.from({ length: 16 }, (_, i): Observation => ({
      round: 50 * (i + 1),
      signals: { ...good, ...faults.criticTooStrong(i) },
      ...(i % 2 === 1 && { distances: { ...near, gap: 0.9 ** i } }),
    }));
    assert.deepEqual(troubles(comes, { rounds: 1700 }), []);
    assert.deepEqual(troubles(comes, { rounds: 1100 }), ['criticTooStrong', 'farOff']);
    assert.deepEqual(troubles(comes.slice(0, 13), { rounds: 1100 }), ['criticTooStrong']);
  });

  test('a gap that was once below 0 foretells nothing', () => {
    for (const early of [0.01, -0.01]) {
      const gaps = [0.6, 0.6, 0.6, early, 0.5, 0.5, 0.5, 0.5, 0.5];
      const looks = gaps.map((gap, i): Observation => ({
        round: 100 * (i + 1),
        signals: { ...good, ...faults.collapse(i) },
        distances: { ...far, gap },
      }));
      assert.deepEqual(troubles(looks, { rounds: 1400 }), ['collapse', 'farOff']);
    }
  });

  test('far off is said when it is late and lasts, and only then', () => {
    const off = after(8, () => ({ distances: far }));
    assert.deepEqual(healthOf(off, { rounds: 1000 }), [{ trouble: 'farOff', round: 800, value: 0.4 }]);
    assert.deepEqual(troubles(off, { rounds: 2000 }), []);
    assert.deepEqual(troubles(off), []);
    assert.deepEqual(troubles(off.slice(0, 10), { rounds: 1000 }), []);
  });

  test('what is nearer to training pictures than they are to each other was learned by heart', () => {
    const learned = after(8, () => ({ distances: { spread: 0.9, gap: -0.02, nearest: 0.3 } }));
    assert.deepEqual(troubles(learned), ['memorising']);
    assert.deepEqual(troubles(learned.slice(0, 12)), []);
    const apart = after(8, () => ({ distances: { spread: 0.9, gap: 0.02, nearest: 0.95 } }));
    assert.deepEqual(troubles(apart), []);
  });

  test('a class that is drawn too often is named, unless classes are asked for', () => {
    const off = { ...far, nearest: 1 };
    const all = after(6, () => ({ distances: off, classShares: shares(0.87) }));
    assert.deepEqual(healthOf(all), [{ trouble: 'oneClass', round: 700, value: 0.87, class: 9 }]);
    assert.deepEqual(troubles(all, { conditional: true }), []);
    // Once or twice may be chance, and shares of a fifth are no fault.
    assert.deepEqual(troubles(all.slice(0, 12)), []);
    assert.deepEqual(troubles(after(6, () => ({ distances: off, classShares: shares(0.2) }))), []);
    // What is far from any real picture is read as some class, too.
    assert.deepEqual(troubles(after(6, () => ({ distances: far, classShares: shares(0.87) }))), []);
  });

  test('what is not finite is named at once', () => {
    assert.deepEqual(healthOf([{ round: 50, signals: { ...good, fake: NaN } }]), [
      { trouble: 'notFinite', round: 50, value: 50 },
    ]);
    assert.deepEqual(healthOf([], { fault: 3 }), [{ trouble: 'notFinite', round: 3, value: 3 }]);
  });

  test('nothing is said of a beginning', () => {
    const first = blind(after(0, () => ({}))).slice(0, 5);
    assert.deepEqual(healthOf(first.map((one) => ({ ...one, signals: { ...good, diversity: 0.01 } }))), []);
  });

  test('gradients that are too long from the beginning are an explosion too', () => {
    const long = Array.from({ length: 8 }, (_, i): Observation => ({
      round: 50 * (i + 1),
      signals: { ...good, criticGradient: 300 },
    }));
    assert.deepEqual(troubles(long), ['exploded']);
  });
});

suite('what was seen of a game', () => {
  test('is remembered from the lines of its metrics, the look before any report left out', () => {
    const look = { distances: near, classShares: shares(0.1) };
    const lines = [
      { step: 0, ...lookLine(look) },
      { step: 50, seconds: 2, ...good },
      { step: 100, seconds: 4, ...good },
      { step: 100, ...lookLine(look), asked: 0.9 },
      { step: 150, ...good },
      { step: 150, ...lookLine({ distances: far }) },
    ];
    assert.deepEqual(observationsIn(lines), [
      { round: 50, signals: good },
      { round: 100, signals: good, ...look },
      { round: 150, signals: good, distances: far },
    ]);
  });
});

suite('distances of samples from real pictures', () => {
  /** Pictures of two pixels. */
  const pile = (...rows: readonly (readonly [number, number])[]) => ({
    images: Uint8Array.from(rows.flat()),
    count: rows.length,
    shape: [1, 2, 1],
  });
  const real = pile([0, 0], [255, 0]);

  test('real pictures themselves are as far apart as they are, and learned by heart', () => {
    // Pairs of one kind lack those of a picture with itself, pairs across lack those of equal ones only by chance.
    const { spread, nearest } = distancesFrom(real)(real);
    assert.deepEqual([spread, nearest], [1, 0]);
  });

  test('a collapse to a point off the data', () => {
    // Both lie 1 above the first real picture and the root of 2 from the second; real ones are 1 apart.
    const { spread, gap, nearest } = distancesFrom(real)(pile([0, 255], [0, 255]));
    assert.equal(spread, 0);
    assert.equal(nearest, 1);
    assert.ok(Math.abs(gap - (1 + Math.SQRT2 - 1)) < 1e-6, `${gap}`);
  });

  test('large pictures are compared as means of their pixels, colours apart', () => {
    const shape = [32, 32, 3];
    const of = (value: (i: number) => number) => Uint8Array.from({ length: 32 * 32 * 3 }, (_, i) => value(i));
    const both = (a: Uint8Array, b: Uint8Array) => ({ images: Uint8Array.of(...a, ...b), count: 2, shape });
    const [black, white] = [of(() => 0), of(() => 255)];
    const checks = of((i) => (Math.floor(i / 3) % 2 === 0 ? 0 : 255));
    const { spread } = distancesFrom(both(black, white))(both(black, checks));
    assert.ok(Math.abs(spread - 0.5) < 1e-6, `${spread}`);
    const red = of((i) => (i % 3 === 0 ? 255 : 0));
    const third = distancesFrom(both(black, white))(both(black, red)).spread;
    assert.ok(Math.abs(third - Math.sqrt(1 / 3)) < 1e-6, `${third}`);
  });

  test('fewer are drawn where they are large', () => {
    assert.deepEqual(
      [28, 64, 128, 512].map((side) => samplesToLookAt([side, side, 3])),
      [200, 200, 64, 25],
    );
  });

  test('real pictures that are all alike are no measure', () => {
    const alike = distancesFrom(pile([9, 9], [9, 9]))(pile([0, 0], [255, 255]));
    assert.deepEqual(alike, { spread: 1, gap: 0, nearest: 1 });
  });
});
