// Measures of generated pictures: the numbers of numpy and scipy (tools/gan-measures.py), Gaussians of closed form, sets
// counted by hand, and what must come out at the ends, for equal sets and for sets that have nothing in common.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, suite, test } from 'node:test';
import { EidosError } from '../src/base/check.ts';
import { uniform } from '../src/base/rng.ts';
import type { Device } from '../src/device/device.ts';
import { changed, changes } from '../src/gan/measures/changes.ts';
import { colourDistance } from '../src/gan/measures/colour.ts';
import { symmetricEigen } from '../src/gan/measures/eigen.ts';
import { trainEye, type Eye, type Pictures } from '../src/gan/measures/eye.ts';
import type { Features } from '../src/gan/measures/features.ts';
import { frechetDistance, momentsOf, type Moments } from '../src/gan/measures/frechet.ts';
import { crowdOf, likenessOf, middleOf, type Likeness } from '../src/gan/measures/likeness.ts';
import { measure } from '../src/gan/measures/measure.ts';
import { nearestTo } from '../src/gan/measures/nearest.ts';
import { inceptionScore, readingOf } from '../src/gan/measures/reading.ts';
import { one } from './nn-kit.ts';
import { root } from './project.ts';

interface Fixture extends Record<keyof Likeness, number> {
  readonly real: number[][];
  readonly fake: number[][];
  readonly frechet: number;
  readonly probabilities: number[][];
  readonly inceptionScore: number;
}

const fixture = JSON.parse(readFileSync(join(root, 'test/fixtures/gan-measures.json'), 'utf8')) as Fixture;

let device: Device;
before(async () => {
  device = await one();
});
after(() => device.close());

const features = (rows: readonly (readonly number[])[]): Features => ({
  data: Float32Array.from(rows.flat()),
  count: rows.length,
  size: rows[0]?.length ?? 0,
});

const near = (got: number, wanted: number, share: number): void =>
  assert.ok(Math.abs(got - wanted) <= share * Math.abs(wanted), `${got}, wanted ${wanted}`);

async function likeness(real: Features, fake: Features, nearest = 3, covered = 5): Promise<Likeness> {
  const middle = middleOf(real);
  const [a, b] = [
    await crowdOf(device, real, middle, { nearest, covered }),
    await crowdOf(device, fake, middle, { nearest, covered }),
  ];
  return likenessOf(device, a, b, { covered });
}

suite('measures', () => {
  test('are those of numpy and scipy', async () => {
    const [real, fake] = [features(fixture.real), features(fixture.fake)];
    near(frechetDistance(momentsOf(real), momentsOf(fake)), fixture.frechet, 1e-6);
    const got = await likeness(real, fake);
    near(got.kernelDistance, fixture.kernelDistance, 1e-5);
    for (const name of ['precision', 'recall', 'density', 'coverage'] as const)
      near(got[name], fixture[name], 1e-9);
    near(inceptionScore(Float32Array.from(fixture.probabilities.flat()), 4, 4), fixture.inceptionScore, 1e-5);
  });

  test('the Fréchet distance is that of Gaussians of closed form', () => {
    const gaussian = (mean: number[], spreads: number[], angle = 0): Moments => {
      const [c, s] = [Math.cos(angle), Math.sin(angle)];
      const [a = 0, b = 0] = spreads.map((x) => x * x);
      const off = c * s * (a - b);
      return {
        mean: Float64Array.from(mean),
        covariance: Float64Array.of(c * c * a + s * s * b, off, off, s * s * a + c * c * b),
      };
    };
    // Commuting covariances: the distance of means and of deviations, squared: 9 + 16 + 1 + 4.
    near(frechetDistance(gaussian([0, 0], [1, 2], 0.7), gaussian([3, 4], [2, 4], 0.7)), 30, 1e-12);
    assert.ok(frechetDistance(gaussian([1, 2], [3, 1], 1), gaussian([1, 2], [3, 1], 1)) < 1e-12);
    // One of them has no width in one direction.
    near(frechetDistance(gaussian([0, 0], [1, 0]), gaussian([0, 0], [1, 1])), 1, 1e-12);
    const { values, vectors } = symmetricEigen(Float64Array.of(2, 1, 1, 2), 2);
    assert.deepEqual(
      Array.from(values.toSorted(), (x) => Math.round(1e9 * x) / 1e9),
      [1, 3],
    );
    near(Math.abs(vectors[0]!), Math.SQRT1_2, 1e-12);
  });

  test('neighbours are counted as by hand', async () => {
    // On a line: radii of the real ones to their nearest are 1, 1, 1, 7; of the generated 0.5, 0.5, 80.
    const real = features([[0], [1], [2], [9]]);
    const fake = features([[1.5], [2], [82]]);
    const { precision, recall, density, coverage } = await likeness(real, fake, 1, 1);
    // 82 is in no ball; 1.5 lies in those of 1 and 2, and 2 in those of 1, 2 and 9 (7 away, on the edge).
    near(precision, 2 / 3, 1e-9);
    // 0 is in no ball of 0.5; 1 and 2 are; 9 is within 80 of 82.
    near(recall, 3 / 4, 1e-9);
    // Balls that hold one: 1.5 in 1's and 2's, 2 in 1's, 2's and 9's.
    near(density, 5 / 3, 1e-9);
    near(coverage, 3 / 4, 1e-9);
  });

  test('equal sets are alike in all, distant ones in nothing', async () => {
    const cloud = (seed: number, at: number): Features => ({
      data: Float32Array.from({ length: 300 * 4 }, (_, i) => at + uniform(seed, 1, 0, i)),
      count: 300,
      size: 4,
    });
    const same = await likeness(cloud(1, 0), cloud(1, 0));
    assert.deepEqual([same.precision, same.recall, same.coverage], [1, 1, 1]);
    const alike = await likeness(cloud(1, 0), cloud(2, 0));
    assert.ok(alike.precision > 0.85 && alike.recall > 0.85 && alike.coverage > 0.9, JSON.stringify(alike));
    assert.ok(Math.abs(alike.density - 1) < 0.15 && Math.abs(alike.kernelDistance) < 0.01);
    const far = await likeness(cloud(1, 0), cloud(2, 50));
    assert.deepEqual([far.precision, far.recall, far.density, far.coverage], [0, 0, 0, 0]);
    assert.ok(far.kernelDistance > 1e6);
    await assert.rejects(
      () => crowdOf(device, features([[1], [2]]), new Float64Array(1)),
      new EidosError('crowdOf: neighbours number 5 need at least 6 pictures, got 2; take more'),
    );
  });

  test('what is read: shares, what was asked for, and how much it says', () => {
    const rows = [
      [0.8, 0.1, 0.1],
      [0.2, 0.7, 0.1],
      [0.9, 0.1, 0],
      [0, 0.2, 0.8],
    ];
    const eye = { words: ['a', 'b', 'nothing'], classes: 2 };
    const { shares, accuracy, classAccuracies, worstClass } = readingOf(
      Float32Array.from(rows.flat()),
      eye,
      [0, 1, 1, 0],
    );
    assert.deepEqual([shares, accuracy, classAccuracies], [[0.5, 0.25, 0.25], 0.5, [0.5, 0.5]]);
    assert.deepEqual(worstClass, { class: 0, accuracy: 0.5 });
    // Surely one of two, equally often: 2. What is surely nothing says nothing of which: 1.
    near(inceptionScore(Float32Array.of(1, 0, 0, 0, 1, 0), 3, 2), 2, 1e-6);
    near(inceptionScore(Float32Array.of(0, 0, 1, 0, 0, 1), 3, 2), 1, 1e-6);
  });

  test('colours: how many levels apart', () => {
    const plain = (colour: readonly number[]): Pictures => ({
      images: Uint8Array.from({ length: 12 }, (_, i) => colour[i % 3] ?? 0),
      count: 1,
      shape: [2, 2, 3],
    });
    assert.equal(colourDistance(plain([10, 20, 30]), plain([10, 20, 30])), 0);
    // Red 5 more, and red less green 5 more: 10 over five looks.
    near(colourDistance(plain([10, 20, 30]), plain([15, 20, 30])), 2, 1e-9);
  });

  test('the nearest training pictures are found', async () => {
    const images = Uint8Array.from({ length: 40 * 9 }, (_, i) => Math.floor(256 * uniform(3, 1, 0, i)));
    const known = { images, count: 40, shape: [3, 3, 1] };
    const asked = { images: images.slice(9 * 7, 9 * 9), count: 2, shape: [3, 3, 1] };
    asked.images[0] = asked.images[0]! ^ 1;
    const found = await nearestTo(device, asked, known);
    assert.deepEqual(
      found.map(({ index }) => index),
      [7, 8],
    );
    near(found[0]?.distance ?? NaN, 1 / 255, 1e-2);
    assert.ok((found[1]?.distance ?? NaN) < 1e-3);
  });
});

/** Bars of one of two colours at random places, lying or standing: [8, 8, 3]. */
function bars(count: number, seed: number): Pictures & { readonly labels: Uint8Array } {
  const images = new Uint8Array(count * 192);
  const labels = Uint8Array.from({ length: count }, (_, i) => i % 2);
  for (let i = 0; i < count; i++) {
    const place = 1 + Math.floor(6 * uniform(seed, 2, 0, i));
    for (let k = 0; k < 64; k++) {
      const [y, x] = [Math.floor(k / 8), k % 8];
      const on = (labels[i] === 0 ? y : x) === place;
      images.set(on ? [200, 40, 40] : [20, 60 + 4 * y, 20], i * 192 + 3 * k);
    }
  }
  return { images, labels, count, shape: [8, 8, 3] };
}

suite('eyes', () => {
  const eyes = new Map<string, Eye>();
  before(async () => {
    const data = bars(200, 1);
    eyes.set('classes', await trainEye(data, ['lying', 'standing'], { device, examples: 4000 }));
    eyes.set('changes', await trainEye(data, [], { device, examples: 6000 }));
  });
  after(async () => {
    for (const eye of eyes.values()) await eye.close();
  });

  test('changes: each picture as often, and none as it was', () => {
    const { images, labels, count } = changed(bars(10, 1), { seed: 1, most: 70 });
    assert.deepEqual([count, images.length], [70, 70 * 192]);
    assert.equal(labels.filter((label) => label === 3).length, 10);
    const own = images.subarray(0, 192);
    for (let k = 1; k < changes.length; k++)
      assert.notDeepEqual(images.subarray(k * 192, (k + 1) * 192), own, changes[k]?.name);
  });

  for (const kind of ['classes', 'changes'])
    test(`an eye that learned ${kind} tells good samples from bad ones`, async () => {
      const eye = eyes.get(kind) as Eye;
      const [train, held] = [bars(200, 1), bars(200, 2)];
      const grey = { ...bars(200, 3), images: bars(200, 3).images.map((x) => (x >> 1) + 60) };
      const good = await measure({ test: held, train, samples: bars(200, 4) }, { device, eye });
      const bad = await measure({ test: held, train, samples: grey }, { device, eye });
      assert.ok(
        bad.samples.frechetDistance > 3 * good.samples.frechetDistance,
        `${bad.samples.frechetDistance} and ${good.samples.frechetDistance}`,
      );
      assert.ok(bad.samples.kernelDistance > good.samples.kernelDistance);
      assert.ok((bad.samples.colourDistance ?? 0) > 10 * (good.samples.colourDistance ?? 1));
      assert.ok(good.samples.coverage > 0.8 && good.floor.coverage > 0.8);
      assert.equal(good.eye, kind);
      if (kind === 'changes')
        return assert.deepEqual([good.reading, good.samples.withinClass], [undefined, undefined]);
      assert.ok((good.reading?.accuracy ?? 0) > 0.95, JSON.stringify(good.reading));
      assert.ok((good.samples.withinClass?.coverage ?? 0) > 0.8);
      assert.ok((good.samples.inceptionScore ?? 0) > 1.8 && (good.testScore ?? 0) > 1.8);
    });
});
