// The tests' own tools must be able to say no: a comparison that accepts everything makes every test green.
import { suite, test } from 'node:test';
import assert from 'node:assert/strict';
import { at } from '../src/base/shape.ts';
import { Tensor } from '../src/tensor.ts';
import { open } from '../src/device/open.ts';
import { assertClose, assertNear, assertSame, draw, seed, slope, values, weights } from './helpers.ts';

const { NaN: nan, POSITIVE_INFINITY: inf } = Number;

suite('assertClose', () => {
  test('accepts what is within rtol or atol', () => {
    assertClose([1, 1e-8, 100], [1 + 9e-6, 0, 100.0009]);
    assertClose([], []);
    assertClose(Float32Array.of(0.1), [0.1]);
  });

  test('accepts NaN for NaN and an infinity for itself', () => {
    assertClose([nan, inf, -inf, -0], [nan, inf, -inf, 0]);
  });

  const wrong: Readonly<Record<string, readonly [number, number]>> = {
    'a finite number for infinity': [1e30, inf],
    'infinity for a finite number': [inf, 1e30],
    'the other infinity': [-inf, inf],
    'NaN for a number': [nan, 1],
    'a number for NaN': [1, nan],
    'NaN for infinity': [nan, inf],
    'what is further off than both tolerances': [1.00002, 1],
    'another sign': [-1, 1],
  };
  for (const [name, [actual, expected]] of Object.entries(wrong))
    test(`refuses ${name}`, () => {
      const message = `element 1: got ${actual}, expected ${expected} (off by ${Math.abs(actual - expected)}; EIDOS_SEED=${seed})`;
      assert.throws(() => assertClose([0, actual], [0, expected]), { message });
      assert.throws(() => assertClose([0, actual], [0, expected], { what: 'sum' }), {
        message: `sum: ${message}`,
      });
    });

  test('refuses another length', () => {
    assert.throws(() => assertClose([1], [1, 1]), { message: /^lengths differ/ });
  });
});

suite('assertSame', () => {
  test('tells -0 from 0 and takes NaN for NaN', () => {
    assertSame([nan, -0, 1], [nan, -0, 1]);
    assert.throws(() => assertSame([-0], [0]), {
      message: `element 0: got -0, expected 0 (EIDOS_SEED=${seed})`,
    });
    assert.throws(() => assertSame([1, 2], [1]), { message: /^lengths differ/ });
  });
});

suite('assertNear', () => {
  test('weighs the error against the size of the whole', () => {
    assertNear([1000, 0.0001], [1000, 0]);
    assert.throws(() => assertNear([1000, 0.1], [1000, 0]), {
      message: `squared error ${(0.1 * 0.1) / 1e6}, at most 1e-11; worst is element 1: got 0.1, expected 0 (EIDOS_SEED=${seed})`,
    });
  });

  test('refuses NaN, infinities and another length', () => {
    for (const x of [nan, inf]) {
      assert.throws(() => assertNear([x, 1], [1, 1]), { message: /^squared error/ });
      assert.throws(() => assertNear([1, 1], [x, 1]), { message: /^squared error/ });
    }
    assert.throws(() => assertNear([1], [1, 1]), { message: /^lengths differ/ });
  });

  test('accepts zeros for zeros only', () => {
    assertNear([0, 0], [0, 0]);
    assert.throws(() => assertNear([0, 1e-30], [0, 0]), { message: /^squared error/ });
  });
});

suite('numbers for tests', () => {
  test('a purpose repeats itself and no other', () => {
    assert.deepEqual(draw(1).floats(5), draw(1).floats(5));
    assert.notDeepEqual(draw(1).floats(5), draw(2).floats(5));
    const d = draw(3);
    assert.notDeepEqual(d.floats(5), d.floats(5));
  });

  test('whole numbers reach both ends and stay inside', () => {
    const d = draw(4);
    const seen = new Set(Array.from({ length: 200 }, () => d.whole(-2, 3)));
    assert.deepEqual(
      [...seen].sort((a, b) => a - b),
      [-2, -1, 0, 1, 2, 3],
    );
  });

  test('no two neighbouring weights are equal', () => {
    const w = weights(Tensor.fill(0, [3, 5]));
    const { node } = w;
    assert.ok(node.kind === 'input' && node.data);
    const { data } = node;
    data.forEach((x, i) => assert.ok(i === 0 || x !== at([...data], i - 1)));
  });

  test('the slope of a cube is three squares', async () => {
    await using reference = await open({ device: 'reference' });
    const [s] = await values(reference, [slope((x) => x.mul(x).mul(x), Tensor.from([1, -2, 0.5]))]);
    assertClose(s ?? [], [3, 12, 0.75], { rtol: 1e-6 });
    assert.throws(() => assertClose(s ?? [], [3, 12, 0.76]));
  });
});
