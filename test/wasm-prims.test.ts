// Every primitive function on every pair of nasty numbers, narrow and wide, against its meaning.
import assert from 'node:assert/strict';
import { after, before, suite, test } from 'node:test';
import type { Backend } from '../src/device/backend.ts';
import { wasmBackend } from '../src/device/wasm.ts';
import type { Base, Prim, Value } from '../src/kernel/code.ts';
import { assertMeaning, elements } from './code-device.ts';
import { bitsOf, floatOf, meanings } from './code-meaning.ts';
import { overParts, resultBase } from './code-writer.ts';
import type { CodeWriter } from './code-writer.ts';

const floats = [
  ...[0, -0, 1, -1, 0.5, -0.5, 1.5, 2.5, -2.5, 3.7, -3.7, 0.49999997, -0.49999997, 8388607.5, -8388609],
  ...[1e-45, -1e-40, 1.17549435e-38, 3.4e38, -3.4e38, Infinity, -Infinity, NaN, 2 ** 31, -(2 ** 31), 1e10],
  ...[2147483520, 0.1, 7, 3, 1e-3, 123456.789],
].map(Math.fround);
const whole = [
  0,
  1,
  -1,
  2,
  -2,
  3,
  7,
  -7,
  31,
  32,
  33,
  255,
  256,
  12345678,
  -987654,
  2 ** 31 - 1,
  -(2 ** 31),
  -(2 ** 31) + 1,
];
const truths = [0, 1];

/** Numbers for each base; `ix` has no wrap-around cases, and is not divided by 0 or -1. */
/** f64 is tested with what is drawn in it (draw.test.ts). */
type Tested = Exclude<Base, 'f64'>;
const samples: Record<Tested, readonly number[]> = { f32: floats, i32: whole, mask: truths, ix: whole };
const dtypes = { f32: 'f32', i32: 'i32', mask: 'bool', ix: 'i32' } as const;

function pairs(f: Prim, base: Tested): [number, number][] {
  const list = samples[base].flatMap((a) => samples[base].map((b): [number, number] => [a, b]));
  const usable =
    f === 'div' || f === 'rem' ? list.filter(([, b]) => base !== 'ix' || (b !== 0 && b !== -1)) : list;
  // Vectors come in fours.
  return [...usable, ...usable.slice(0, (4 - (usable.length % 4)) % 4)];
}

const arity = (f: Prim, base: Tested): number =>
  f === 'select' ? 2 : Math.min(meanings[f][base]!.length, 2);

/** A value of `base` from a buffer, and to one. */
function take(k: CodeWriter, base: Base, buffer: number, at: Value, wide: boolean): Value {
  const loaded = k.load(buffer, at, { wide });
  return base === 'mask' ? k.map('toMask', loaded) : base === 'ix' ? k.map('toIndex', loaded) : loaded;
}

suite('wasm: primitive functions', () => {
  let backend: Backend;
  before(async () => (backend = await wasmBackend({ threads: 1 })));
  after(() => backend.close());

  for (const f of Object.keys(meanings) as Prim[]) {
    for (const base of Object.keys(meanings[f]) as Tested[]) {
      for (const wide of base === 'ix' || f === 'toIndex' ? [false] : [false, true]) {
        test(`${f} of ${wide ? 'wide' : 'narrow'} ${base}`, async () => {
          const list = pairs(f, base);
          const [from, to] = [dtypes[base], dtypes[resultBase(f, base) as Tested]];
          const code = overParts([from, from, 'bool', `${to}!`], (k, part) => {
            const at = wide ? k.map('mul', part, k.const('ix', 4)) : part;
            const args = [0, 1].slice(0, arity(f, base)).map((buffer) => take(k, base, buffer, at, wide));
            if (f === 'select') args.unshift(take(k, 'mask', 2, at, wide));
            const result = k.map(f, ...args);
            k.store(3, at, k.types[result]!.base === 'ix' ? k.map('fromIndex', result) : result);
          });
          const buffers = [from, from, 'bool', to].map((dtype) =>
            elements(dtype as typeof from, list.length),
          );
          buffers[0]!.set(list.map(([a]) => a));
          buffers[1]!.set(list.map(([, b]) => b));
          buffers[2]!.set(list.map((_, index) => ((index * 7) % 3) & 1));
          await assertMeaning(backend, code, buffers, wide ? list.length / 4 : list.length, { what: f });
        });
      }
    }
  }

  test('neg and abs change only the sign, of NaN too', async () => {
    for (const wide of [false, true]) {
      const code = overParts(['i32', 'i32!', 'i32!'], (k) => {
        const at = k.const('ix', 0);
        const x = k.map('fromBits', k.load(0, at, { wide }));
        k.store(1, at, k.map('bits', k.map('neg', x)));
        k.store(2, at, k.map('bits', k.map('abs', x)));
      });
      const inputs = Int32Array.from([0x7fc00000, -0x400000, 0x3f800000, -0x80000000]);
      const program = await backend.load({
        kernels: [code],
        table: [{ kind: 'kernel', kernel: 0, args: [0, 1, 2], parts: 1 }],
        slots: 3,
        symbols: 1,
      });
      const blocks = [0, 1, 2].map(() => backend.allocate(16));
      backend.view(blocks[0]!).set(new Uint8Array(inputs.buffer));
      await program.run(
        blocks.map(({ address }) => address),
        [1],
        1,
      ).done;
      const read = (index: number): number[] =>
        [...new Int32Array(backend.view(blocks[index]!).slice().buffer)].slice(0, wide ? 4 : 1);
      const lanes = [...inputs].slice(0, wide ? 4 : 1);
      assert.deepEqual(
        read(1),
        lanes.map((x) => x ^ -0x80000000),
      );
      assert.deepEqual(
        read(2),
        lanes.map((x) => x & 0x7fffffff),
      );
      for (const block of blocks) backend.free(block);
      program.drop();
    }
  });

  for (const f of ['div', 'rem', 'shl', 'shr', 'sar'] as const) {
    test(`${f} by the same number in every lane`, async () => {
      for (const by of [0, -1, 1, 7, -7, 31, 33, -(2 ** 31)]) {
        const padded = [...whole, 0, 0];
        const code = overParts(['i32', 'i32', 'i32!', 'i32!', 'i32!'], (k, part) => {
          const at = k.map('mul', part, k.const('ix', 4));
          const x = k.load(0, at, { wide: true });
          k.store(2, at, k.map(f, x, k.const('i32', by, true)));
          k.store(3, at, k.map(f, x, k.splat(k.load(1, k.const('ix', 0)))));
          k.store(4, part, k.map(f, k.load(0, part), k.const('i32', by)));
        });
        const buffers = [
          Int32Array.from(padded),
          Int32Array.of(by),
          ...[0, 0, 0].map(() => new Int32Array(padded.length)),
        ];
        await assertMeaning(backend, code, buffers, padded.length / 4, { what: `${f} by ${by}` });
      }
    });
  }

  test('the meanings themselves know their edges', () => {
    assert.equal(meanings.nearest.f32!(2.5, 0, 0), 2);
    assert.ok(Object.is(meanings.nearest.f32!(-0.5, 0, 0), -0));
    assert.equal(meanings.nearest.f32!(-1.5, 0, 0), -2);
    assert.equal(meanings.toInt.f32!(3e9, 0, 0), 2 ** 31 - 1);
    assert.equal(meanings.div.i32!(-(2 ** 31), -1, 0), -(2 ** 31));
    assert.equal(floatOf(bitsOf(1.5)), 1.5);
  });
});
