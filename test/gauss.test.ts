// Quantiles of the normal distribution, against 17 digits that mpmath 1.3 gave (sqrt(2) erfinv(1 - 2 p), 40 digits inside).
import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { normalOf, upperQuantile } from '../src/base/gauss.ts';

const known: readonly (readonly [p: number, z: number])[] = [
  [0.5, 0],
  [0.4999, 0.0002506628300880075],
  [0.3, 0.5244005127080408],
  // Either side of 0.075 another formula is used.
  [0.075, 1.439531470938456],
  [0.0749, 1.4402382675279637],
  [0.02275013194817921, 2],
  [1e-3, 3.0902323061678136],
  [1e-6, 4.753424308822899],
  [2 ** -25, 5.419983174916868],
  [2 ** -33, 6.337957754553789],
];

suite('the normal distribution', () => {
  test('upper quantiles are right within a few units in the last place', () => {
    for (const [p, z] of known) {
      const got = upperQuantile(p);
      assert.ok(
        Math.abs(got - z) <= 1e-15 * Math.max(1, z) * (p > 0.49 ? 0.01 : 4),
        `${p}: ${got}, not ${z}`,
      );
    }
  });

  test('they fall as the probability grows, over the joints of the formulas too', () => {
    let before = Infinity;
    for (let p = 2 ** -36; p < 0.5; p *= 1.001) {
      const z = upperQuantile(p);
      assert.ok(z < before, `${p}`);
      before = z;
    }
  });

  test('random bits: the upper bit is the sign', () => {
    assert.equal(normalOf(0), upperQuantile(2 ** -33));
    assert.equal(normalOf(5), -normalOf(5 | 0x80000000));
  });
});
