// The expansions against float64, in ULP, on samples that cross every binade; their special cases one by one.
// bench/nightly-math.ts runs the same comparison over every float32.

import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { blocks, f32Block, floats, i32Block } from '../src/kernel/math-block.ts';
import { expansions } from '../src/kernel/math.ts';
import { erf, references, ulpError, ulpOf, values, worst } from './math-reference.ts';
import type { Measured } from './math-reference.ts';

const { NaN: nan, POSITIVE_INFINITY: inf } = Number;
const names = Object.keys(references) as Measured[];

const fromWord = (word: number): number => new Float32Array(Uint32Array.of(word).buffer)[0] ?? nan;

/** 2^-149, the least subnormal; 2^-126, the least normal; the largest. */
const [least, normal, largest] = [2 ** -149, 2 ** -126, (2 - 2 ** -23) * 2 ** 127];

/** Arguments over all patterns, three around each power of two, more between 2^-12 and 128. */
function sample(): Float32Array {
  const words: number[] = [];
  for (let i = 0; i < 120_000; i++) words.push((i * 35_791.39) >>> 0); // 2^32 / 120,000, and a bit
  for (let exponent = 0; exponent < 256; exponent++) {
    for (const step of [-1, 0, 1])
      words.push(((exponent << 23) + step) >>> 0, ((exponent << 23) + step + 2 ** 31) >>> 0);
  }
  const [from, to] = [0x39800000, 0x43000000];
  for (let i = 0; i < 80_000; i++)
    words.push((i % 2) * 2 ** 31 + from + Math.floor(((to - from) * i) / 80_000));
  return new Float32Array(Uint32Array.from(words).buffer);
}

/** The float32 around multiples of pi/4, where sin and cos are hardest. */
function turns(): Float32Array {
  return Float32Array.from({ length: 127_000 }, (_, i) => i * (Math.PI / 4));
}

/** Everything by name on a few arguments. */
const on = (name: Measured, ...x: number[]): number[] => [...values(name, Float32Array.from(x))];

function pow(x: readonly number[], y: readonly number[]): number[] {
  const [left, right] = [f32Block(Float32Array.from(x)), f32Block(Float32Array.from(y))];
  return [...floats(expansions.pow(blocks(x.length), left, right))];
}

suite('accuracy of the expansions', () => {
  const arguments_ = sample();
  for (const name of names) {
    const { ulp: bound, most } = references[name];
    test(`${name} is within ${bound} ULP for ${most === inf ? 'every x' : `|x| <= ${most}`}`, (t) => {
      const { ulp, at } = worst(name, arguments_);
      t.diagnostic(`${name}: ${ulp.toFixed(3)} ULP at ${at}, ${arguments_.length} samples`);
      assert.ok(ulp <= bound && ulp <= 4, `${name}(${at}) is ${ulp} ULP off`);
      assert.ok(ulp > 0.4, 'the sample has no argument where rounding shows');
    });
  }

  test('sin and cos are within their bounds at the multiples of pi/4 up to 1e5', () => {
    for (const name of ['sin', 'cos'] as const) assert.ok(worst(name, turns()).ulp <= references[name].ulp);
  });

  test('sin and cos stay in [-1, 1] for every finite x', () => {
    for (const name of ['sin', 'cos'] as const) {
      const finite = arguments_.filter((x) => Number.isFinite(x));
      assert.ok(values(name, finite).every((y) => Math.abs(y) <= 1));
      assert.ok(values(name, turns()).every((y) => Math.abs(y) <= 1));
    }
  });

  test('tanh, erf and sigmoid never pass 1', () => {
    for (const name of ['tanh', 'erf', 'sigmoid'] as const) {
      assert.ok(values(name, arguments_).every((y) => !(Math.abs(y) > 1)));
    }
  });

  test('pow of positive numbers is within 5 ULP', (t) => {
    const [x, y]: [number[], number[]] = [[], []];
    for (let i = 0; i < 100_000; i++) {
      const base = i % 2 === 0 ? fromWord(1 + i * 20_000) : fromWord(0x3f000000 + i * 160); // all sizes; 0.5 to 2
      const exponent = ((i * 0.618034) % 1) * 300 - 150; // of 2, from underflow to overflow
      x.push(base);
      y.push(Math.fround(exponent / Math.log2(base)));
    }
    let worst = 0;
    for (const [i, got] of pow(x, y).entries()) {
      if (x[i] !== 1) worst = Math.max(worst, ulpError(got, Math.pow(x[i] ?? nan, y[i] ?? nan)));
    }
    t.diagnostic(`pow: ${worst.toFixed(3)} ULP`);
    assert.ok(worst > 0.5 && worst <= 5, `pow is ${worst} ULP off`);
  });
});

suite('special values of the expansions', () => {
  const specials: Record<Measured, readonly (readonly [x: number, y: number])[]> = {
    exp: [
      [0, 1],
      [-0, 1],
      [inf, inf],
      [-inf, 0],
      [89, inf],
      [-104, 0],
      [-103, least],
      [least, 1],
    ],
    expm1: [
      [0, 0],
      [-0, -0],
      [inf, inf],
      [-inf, -1],
      [least, least],
      [-normal, -normal],
      [89, inf],
      [-200, -1],
    ],
    log: [
      [0, -inf],
      [-0, -inf],
      [-least, nan],
      [-1, nan],
      [-inf, nan],
      [1, 0],
      [inf, inf],
    ],
    log1p: [
      [0, 0],
      [-0, -0],
      [-1, -inf],
      [-1.5, nan],
      [-inf, nan],
      [inf, inf],
      [least, least],
      [-least, -least],
    ],
    sin: [
      [0, 0],
      [-0, -0],
      [inf, nan],
      [-inf, nan],
      [least, least],
      [-least, -least],
    ],
    cos: [
      [0, 1],
      [-0, 1],
      [inf, nan],
      [-inf, nan],
      [least, 1],
    ],
    tanh: [
      [0, 0],
      [-0, -0],
      [inf, 1],
      [-inf, -1],
      [least, least],
      [-least, -least],
      [largest, 1],
      [9.02, 1],
    ],
    sigmoid: [
      [0, 0.5],
      [-0, 0.5],
      [inf, 1],
      [-inf, 0],
      [-103, least],
      [-largest, 0],
      [largest, 1],
    ],
    softplus: [
      [inf, inf],
      [-inf, 0],
      [-103, least],
      [largest, largest],
      [0, Math.fround(Math.LN2)],
    ],
    erf: [
      [0, 0],
      [-0, -0],
      [inf, 1],
      [-inf, -1],
      [least, least],
      [-least, -least],
      [largest, 1],
      [-4, -1],
    ],
    rsqrt: [
      [0, inf],
      [-0, -inf],
      [inf, 0],
      [-1, nan],
      [4, 0.5],
      [normal, 2 ** 63],
    ],
  };
  for (const name of names) {
    test(name, () => {
      const pairs = specials[name];
      assert.deepEqual(
        on(name, ...pairs.map(([x]) => x)),
        pairs.map(([, y]) => y),
      );
      const payloads = Uint32Array.of(0x7fc00000, 0xffc00000, 0x7fffffff, 0x7fc00001, 0xfff12345, 0x7f800001);
      assert.ok(values(name, new Float32Array(payloads.buffer)).every(Number.isNaN));
    });
  }

  /** pow by IEEE 754-2019, section 9.2.1, and a few exact powers. */
  const powers: readonly (readonly [x: number, y: number, power: number])[] = [
    ...[0, 1, -1, 2.5, inf, -inf, nan].map((x) => [x, 0, 1] as const),
    ...[0, 1, -1, 2.5, inf, -inf, nan].map((y) => [1, y, 1] as const),
    ...(
      [
        [inf, 1],
        [-inf, 1],
        [3, -1],
        [2, 1],
        [0.5, nan],
        [nan, nan],
      ] as const
    ).map(([y, z]) => [-1, y, z] as const),
    ...(
      [
        [3, 0],
        [2, 0],
        [0.5, 0],
        [-1, inf],
        [-2, inf],
        [-0.5, inf],
        [inf, 0],
        [-inf, inf],
      ] as const
    ).map(([y, z]) => [0, y, z] as const),
    ...(
      [
        [3, -0],
        [2, 0],
        [0.5, 0],
        [-1, -inf],
        [-2, inf],
        [-0.5, inf],
        [2 ** 24, 0],
      ] as const
    ).map(([y, z]) => [-0, y, z] as const),
    ...(
      [
        [3, -inf],
        [2, inf],
        [0.5, inf],
        [-3, -0],
        [-2, 0],
        [-0.5, 0],
        [inf, inf],
        [-inf, 0],
      ] as const
    ).map(([y, z]) => [-inf, y, z] as const),
    ...(
      [
        [least, inf],
        [-least, 0],
        [inf, inf],
        [-inf, 0],
        [nan, nan],
      ] as const
    ).map(([y, z]) => [inf, y, z] as const),
    ...([
      [0.5, inf, 0],
      [0.5, -inf, inf],
      [-2, inf, inf],
      [-2, -inf, 0],
      [1 - 2 ** -24, inf, 0],
    ] as const),
    ...([
      [-2, 3, -8],
      [-2, 2, 4],
      [-2, 0.5, nan],
      [-2, 2 ** 24, inf],
      [-2, 2 ** 24 - 1, -inf],
    ] as const),
    ...([
      [nan, 1, nan],
      [2, nan, nan],
      [0, nan, nan],
      [2, -149, least],
      [least, 1, least],
      [3, 4, 81],
    ] as const),
  ];

  test('pow follows IEEE 754-2019', () => {
    const got = pow(
      powers.map(([x]) => x),
      powers.map(([, y]) => y),
    );
    assert.deepEqual(
      powers.map(([x, y], i) => [x, y, got[i]]),
      powers,
    );
  });
});

suite('the measure', () => {
  test('counts in ULP of the exact value', () => {
    assert.equal(ulpOf(1), 2 ** -23);
    assert.equal(ulpOf(0.999), 2 ** -24);
    assert.equal(ulpOf(1e-42), least);
    assert.equal(ulpError(1 + 2 ** -22, 1), 2);
    assert.equal(ulpError(inf, 2 ** 128), 0);
    assert.equal(ulpError(largest, 2 ** 128), 1);
    assert.deepEqual(
      [ulpError(nan, 1), ulpError(1, nan), ulpError(-0, 0), ulpError(1, 0)],
      [inf, inf, inf, inf],
    );
  });

  test('erf is right to 1e-15', () => {
    // Abramowitz and Stegun 1964, table 7.1, and DLMF 7.23.
    const known = [
      [0.5, 0.5204998778130465],
      [1, 0.8427007929497149],
      [2, 0.9953222650189527],
      [3, 0.9999779095030014],
    ];
    for (const [x = 0, y = 0] of known) assert.ok(Math.abs(erf(x) - y) < 1e-15 && erf(-x) === -erf(x));
    assert.ok(Math.abs(erf(2 - 1e-9) - erf(2 + 1e-9) + 4.1e-11) < 1e-12);
  });
});

suite('random numbers from bits', () => {
  const words = Int32Array.from({ length: 200_000 }, (_, i) => i * 21_475); // equally spaced over all of them
  const normals = (bits: Int32Array): Float32Array =>
    floats(expansions.normal(blocks(bits.length), i32Block(bits)));

  test('uniform takes the upper 24 bits', () => {
    const bits = Int32Array.of(0, 255, 256, -1, -(2 ** 31));
    const got = floats(expansions.uniform(blocks(bits.length), i32Block(bits)));
    assert.deepEqual([...got], [0, 0, 2 ** -24, 1 - 2 ** -24, 0.5]);
  });

  test('normal inverts the distribution', () => {
    // z of the tail's probability p = (magnitude + 1/2) / 2^32, checked as p(z), whose error is z times larger at most.
    const z = normals(words);
    for (let i = 0; i < words.length; i += 7) {
      const middle = 1 - (2 * ((words[i] ?? 0) & 0x7fffffff) + 1) / 2 ** 32;
      const got = Math.abs(z[i] ?? nan);
      const density = Math.sqrt(2 / Math.PI) * Math.exp((-got * got) / 2);
      assert.ok(
        Math.abs(erf(got / Math.SQRT2) - middle) / density <= 1e-6 * got + 2e-15 / density,
        `bits ${words[i]}`,
      );
    }
  });

  test('normal is symmetric, never 0, and ends at 6.34', () => {
    assert.deepEqual(
      normals(words.map((bits) => bits ^ -(2 ** 31))),
      normals(words).map((z) => -z),
    );
    const [first = nan, second = nan, last = nan] = normals(Int32Array.of(0, 1, 0x7fffffff));
    assert.ok(Math.abs(first - 6.337957754553791) < 2e-6 && Math.abs(second - 6.166429517819751) < 2e-6);
    assert.ok(last > 0 && Math.abs(last / (Math.sqrt(Math.PI / 2) * 2 ** -32) - 1) < 1e-6);
  });

  test('normal falls with its magnitude bits', () => {
    const falling = normals(Int32Array.from({ length: 100_000 }, (_, i) => i * 21_474));
    assert.ok(falling.every((z, i) => i === 0 || z <= (falling[i - 1] ?? nan)));
  });
});
