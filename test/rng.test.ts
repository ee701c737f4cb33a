// The counter-based generator: published answers, the same bits on blocks and on the host, and shuffles.

import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { bits, rng, shuffle, threefry2x32, uniform } from '../src/base/rng.ts';
import { blocks, i32Block } from '../src/kernel/math-block.ts';
import { expansions, threefryWords } from '../src/kernel/math.ts';

const hex = (words: readonly number[]): string[] =>
  words.map((word) => (word >>> 0).toString(16).padStart(8, '0'));

suite('threefry', () => {
  // Random123's known answers for Threefry2x32-20, https://github.com/DEShawResearch/random123 (kat_vectors).
  const known = [
    { key: [0, 0], count: [0, 0], words: ['6b200159', '99ba4efe'] },
    { key: [0xffffffff, 0xffffffff], count: [0xffffffff, 0xffffffff], words: ['1cb996fc', 'bb002be7'] },
    { key: [0x13198a2e, 0x03707344], count: [0x243f6a88, 0x85a308d3], words: ['c4923a9c', '483df7a0'] },
  ] as const;

  test('gives the published answers on the host', () => {
    for (const { key, count, words } of known)
      assert.deepEqual(hex(threefry2x32(key[0], key[1], count[0], count[1])), words);
  });

  test('gives the published answers as an expansion', () => {
    const arguments_ = known.map(({ key, count }) => [...key, ...count]);
    const block = (i: number) => i32Block(Int32Array.from(arguments_, (words) => words[i] ?? 0));
    const [first, second] = threefryWords(blocks(known.length), block(0), block(1), block(2), block(3));
    assert.deepEqual(
      hex([...first.data]),
      known.map(({ words }) => words[0]),
    );
    assert.deepEqual(
      hex([...second.data]),
      known.map(({ words }) => words[1]),
    );
    const alone = expansions.threefry(blocks(known.length), block(0), block(1), block(2), block(3));
    assert.deepEqual(alone, first);
  });

  test('the host and the expansion agree on (seed, purpose, step, element)', () => {
    const element = Int32Array.from({ length: 1000 }, (_, i) => i * 7919);
    const b = blocks(element.length);
    const got = expansions.threefry(b, b.i32(5), b.i32(2), i32Block(element), b.i32(9));
    assert.deepEqual(
      [...got.data],
      Array.from(element, (e) => bits(5, 2, 9, e)),
    );
    assert.deepEqual(
      [...expansions.uniform(b, got).data],
      Array.from(element, (e) => uniform(5, 2, 9, e)),
    );
  });
});

suite('rng', () => {
  test('is a function of everything it is asked with', () => {
    const chance = rng(1);
    assert.equal(chance.bits(2, 3, 4), bits(1, 2, 3, 4));
    assert.equal(chance.uniform(2, 3, 4), uniform(1, 2, 3, 4));
    const others = [bits(1, 2, 3, 4), bits(2, 2, 3, 4), bits(1, 3, 3, 4), bits(1, 2, 4, 4), bits(1, 2, 3, 5)];
    assert.equal(new Set(others).size, others.length);
  });

  test('takes seeds up to 2^32 - 1 and no others', () => {
    assert.equal(rng(2 ** 32 - 1).bits(0, 0, 0), bits(-1, 0, 0, 0));
    for (const seed of [-1, 0.5, 2 ** 32, NaN]) {
      assert.throws(() => rng(seed), {
        name: 'EidosError',
        message: `rng: needs an integer seed from 0 to 4294967295, got ${seed}`,
      });
    }
  });

  test('uniforms have the mean and the spread of uniforms', () => {
    const n = 100_000;
    let [sum, squares] = [0, 0];
    for (let i = 0; i < n; i++) {
      const x = uniform(7, 0, 0, i) - 0.5;
      sum += x;
      squares += x * x;
    }
    assert.ok(Math.abs(sum / n) < 4 * Math.sqrt(1 / 12 / n));
    assert.ok(Math.abs(squares / n - 1 / 12) < 4 * Math.sqrt(1 / 180 / n));
  });
});

suite('shuffle', () => {
  test('is a permutation for every count', () => {
    for (const n of [...Array(70).keys(), 99, 100, 101, 255, 256, 257, 1000, 59_999, 60_000]) {
      const seen = new Set(shuffle(3, 1, n));
      assert.equal(seen.size, n);
      assert.ok([...seen].every((i) => i >= 0 && i < n));
    }
  });

  test('depends on seed and epoch only', () => {
    assert.deepEqual(rng(3).shuffle(1, 500), shuffle(3, 1, 500));
    assert.notDeepEqual(shuffle(3, 1, 500), shuffle(3, 2, 500));
    assert.notDeepEqual(shuffle(3, 1, 500), shuffle(4, 1, 500));
    assert.deepEqual([...shuffle(1, 0, 8)], [7, 4, 2, 3, 6, 0, 5, 1]);
  });

  test('puts every element everywhere equally often', () => {
    // Chi squared with (n - 1)^2 = 81 degrees of freedom: mean 81, standard deviation 12.7.
    const [n, epochs] = [10, 5000];
    const counts = new Float64Array(n * n);
    for (let epoch = 0; epoch < epochs; epoch++) {
      for (const [i, to] of shuffle(11, epoch, n).entries())
        counts[i * n + to] = (counts[i * n + to] ?? 0) + 1;
    }
    const expected = epochs / n;
    const chi = counts.reduce((sum, count) => sum + (count - expected) ** 2 / expected, 0);
    assert.ok(chi > 40 && chi < 140, `chi squared ${chi}`);
  });

  test('leaves neighbours apart', () => {
    // Of 60,000 pairs a uniform permutation leaves about two next to each other in order or in reverse.
    const order = shuffle(5, 0, 60_000);
    const near = order.filter((to, i) => i > 0 && Math.abs(to - (order[i - 1] ?? 0)) === 1).length;
    assert.ok(near < 12, `${near} neighbours`);
  });

  test('refuses what is not a count', () => {
    assert.throws(() => shuffle(1, 0, 2.5), {
      name: 'EidosError',
      message: 'shuffle: needs a count from 0 to 2147483647, got 2.5',
    });
  });
});
