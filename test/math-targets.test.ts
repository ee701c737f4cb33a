// The expansions as the compiled targets run them: every exponent and all special patterns, the same bits on wasm,
// on native and in plain JavaScript, and within the stated errors. bench/nightly-math.ts takes every float32.

import assert from 'node:assert/strict';
import { after, suite, test } from 'node:test';
import type { Device } from '../src/device/device.ts';
import { open } from '../src/device/open.ts';
import { openNative } from './helpers.ts';
import { values } from './math-reference.ts';
import { differing, edgePairs, edges, program, randomPairs, swept, worstOf } from './math-sweep.ts';
import type { Pairs, SweptName } from './math-sweep.ts';

const [wasm, native] = await Promise.all([open({ device: 'wasm', threads: 2 }), openNative()]);
after(() => Promise.all([wasm.close(), native?.close()]));

const names = (Object.keys(swept) as SweptName[]).filter((name) => name !== 'pow');

/** All special patterns and 96,000 more: multiples of 2^32 over the golden ratio are evenly spaced, whatever their number. */
function sample(): Float32Array {
  const special = edges();
  const words = new Uint32Array(special.length + 96_000);
  words.set(special);
  for (let i = special.length; i < words.length; i++) words[i] = Math.imul(i, 0x9e3779b1);
  return new Float32Array(words.buffer);
}

/** One list after the other. */
function joined(a: Float32Array, b: Float32Array): Float32Array {
  const both = new Float32Array(a.length + b.length);
  both.set(a);
  both.set(b, a.length);
  return both;
}

/** What a device gives for each of the functions. */
async function run(device: Device, of: readonly SweptName[], { x, y }: Pairs) {
  const compiled = await program(device, of, x.length);
  const out = await compiled.run(of.includes('pow') ? { x, y } : { x });
  compiled.close();
  return out as Record<SweptName, Float32Array>;
}

const x = sample();
const one = { x, y: x };
const [ends, random] = [edgePairs(), randomPairs(96_000, 1)];
const two = { x: joined(ends.x, random.x), y: joined(ends.y, random.y) };
const results = async (device: Device): Promise<Record<SweptName, Float32Array>> => ({
  ...(await run(device, names, one)),
  ...(await run(device, ['pow'], two)),
});
const onWasm = await results(wasm);
const onNative = native && (await results(native));

const bits = (data: Float32Array, i: number): string =>
  `0x${(new Uint32Array(data.buffer, data.byteOffset)[i] ?? 0).toString(16).padStart(8, '0')}`;

/** Not one bit of any result differs, NaN aside. */
function assertSameBits(
  got: Float32Array,
  expected: Float32Array,
  argument: Float32Array,
  what: string,
): void {
  assert.equal(got.length, expected.length);
  const { count, first } = differing(got, expected);
  assert.equal(
    count,
    0,
    `${what}: ${count} results differ, first of ${bits(argument, first)}: ${bits(got, first)} and ${bits(expected, first)}`,
  );
}

suite('the expansions on the compiled targets', () => {
  for (const name of [...names, 'pow'] as const) {
    const args = name === 'pow' ? two : one;
    const { ulp: bound, most } = swept[name];
    test(`${name} is within ${bound} ULP on wasm${most < Infinity ? ` for |x| <= ${most}, beyond in [-1, 1]` : ''}`, (t) => {
      const { ulp, index } = worstOf(swept[name], args.x, args.y, onWasm[name]);
      t.diagnostic(`${name}: ${ulp.toFixed(3)} ULP at ${args.x[index]}, ${args.x.length} samples`);
      assert.ok(ulp <= bound, `${name} of ${bits(args.x, index)} is ${ulp} ULP off`);
      assert.ok(ulp > 0.4, 'the sample has no argument where rounding shows');
    });

    test(`${name} has the same bits on native and wasm`, { skip: !onNative && 'no C compiler' }, () => {
      if (onNative) assertSameBits(onNative[name], onWasm[name], args.x, `${name} on native and wasm`);
    });

    if (name !== 'pow')
      test(`${name} has the same bits on wasm and in plain JavaScript`, () => {
        assertSameBits(onWasm[name], values(name, x), x, `${name} on wasm and in JavaScript`);
      });
  }
});

suite('the sweep', () => {
  test('has every exponent of both signs, zeros, infinities, all classes of NaN and the ends of the subnormals', () => {
    const words = new Uint32Array(x.buffer);
    const counts = new Map<number, number>();
    for (const word of words) counts.set(word >>> 23, (counts.get(word >>> 23) ?? 0) + 1);
    assert.equal(counts.size, 512);
    assert.ok(Math.min(...counts.values()) >= 190);
    const special = new Set(edges());
    for (const word of [
      0, 1, 0x7fffff, 0x800000, 0x7f7fffff, 0x7f800000, 0x7f800001, 0x7fbfffff, 0x7fc00000, 0x7fffffff,
    ])
      assert.ok(special.has(word) && special.has((word | 0x80000000) >>> 0), word.toString(16));
  });

  test('counts differing bits, a NaN like any other', () => {
    const [a, b] = [Float32Array.of(1, 0, NaN, 2, 3), Float32Array.of(1, -0, NaN, 2, 3 + 2 ** -22)];
    new Uint32Array(b.buffer)[2] = 0xff800001;
    assert.deepEqual(differing(a, b), { count: 2, first: 1 });
    assert.deepEqual(differing(a, a), { count: 0, first: -1 });
    assert.deepEqual(differing(a, Float32Array.of(1, 0, 7, 2, 3)), { count: 1, first: 2 });
  });

  test('finds the largest error, wherever it is', () => {
    const exact = Float32Array.of(-0, 1, 4, 0.25, Infinity, NaN);
    const wrong = (i: number, value: number) => {
      const got = exact.with(i, value);
      return worstOf({ f: (v) => v, ulp: 1, most: Infinity }, exact, exact, got);
    };
    assert.deepEqual(wrong(1, 1), { ulp: 0, index: -1 });
    assert.deepEqual(wrong(2, 4 + 3 * 2 ** -21), { ulp: 3, index: 2 });
    assert.deepEqual(wrong(3, 0.25 - 2 ** -26), { ulp: 0.5, index: 3 });
    for (const [i, value] of [
      [0, 0],
      [4, -Infinity],
      [4, NaN],
      [5, 1],
    ] as const)
      assert.deepEqual(wrong(i, value), { ulp: Infinity, index: i });
  });

  test('finds only what is above the error known, and leaves [-1, 1] beyond the range', () => {
    const at = Float32Array.of(1, 2, 10);
    const wave = { f: Math.sin, ulp: 1, most: 5 };
    const got = Float32Array.from(at, Math.sin).with(1, Math.sin(2) + 2 ** -22);
    const known = worstOf(wave, at, at, got);
    assert.ok(known.index === 1 && known.ulp > 3.5 && known.ulp < 4.5);
    assert.deepEqual(worstOf(wave, at, at, got, known.ulp), { ulp: known.ulp, index: -1 });
    assert.deepEqual(worstOf(wave, at, at, got.with(2, 1)), known);
    assert.deepEqual(worstOf(wave, at, at, got.with(2, 1.5)), { ulp: Infinity, index: 2 });
    assert.deepEqual(worstOf(wave, at, at, got.with(2, NaN)), { ulp: Infinity, index: 2 });
  });
});
