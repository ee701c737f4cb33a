// Kernels by hand, and kernels by chance, against the meaning of Code: what loads, stores, loops and
// variables do, and that a value is written where it still means the same.
import assert from 'node:assert/strict';
import { after, before, suite, test } from 'node:test';
import type { Backend } from '../src/device/backend.ts';
import { wasmBackend } from '../src/device/wasm.ts';
import { encode, print } from '../src/emit/wasm-code.ts';
import { emitWasm } from '../src/emit/wasm.ts';
import type { Value } from '../src/kernel/code.ts';
import { assertMeaning, elements } from './code-device.ts';
import { overParts, writeCode } from './code-writer.ts';
import type { CodeWriter } from './code-writer.ts';

const ramp = (length: number, by = 1): Float32Array => Float32Array.from({ length }, (_, i) => i * by - 3);

suite('wasm: kernels', () => {
  let backend: Backend;
  before(async () => (backend = await wasmBackend({ threads: 1 })));
  after(() => backend.close());

  test('elementwise with a tail', async () => {
    const length = 4099;
    const code = writeCode(['f32', 'f32', 'f32!'], (k) => {
      const [lo, hi] = [k.param('lo'), k.param('hi')];
      const whole = k.map('sub', hi, k.map('rem', k.map('sub', hi, lo), k.const('ix', 4)));
      k.loop(lo, whole, 4, (i) =>
        k.store(2, i, k.map('mul', k.load(0, i, { wide: true }), k.load(1, i, { wide: true }))),
      );
      k.loop(whole, hi, 1, (i) => k.store(2, i, k.map('mul', k.load(0, i), k.load(1, i))));
    });
    await assertMeaning(backend, code, [ramp(length), ramp(length, 0.5), new Float32Array(length)], length);
  });

  for (const dtype of ['f32', 'i32', 'u8', 'bool'] as const) {
    test(`${dtype} loads: one, splat, in a row, strided, backwards; offsets of both signs`, async () => {
      const out = dtype === 'f32' ? 'f32!' : 'i32!';
      const strides = [0, 1, 2, 3, -1, -5];
      const code = overParts([dtype, out], (k, part) => {
        const at = k.map('add', part, k.const('ix', 20));
        const base = k.map('mul', part, k.const('ix', 5 * strides.length));
        const first = k.map('mul', base, k.const('ix', 4));
        strides.forEach((stride, index) => {
          k.store(1, first, k.load(0, at, { wide: true, stride, offset: index - 2 }), 20 * index);
          k.store(1, first, k.load(0, at, { wide: true, stride, offset: -3 }), 20 * index + 4);
          k.store(1, first, k.load(0, at, { offset: -20 }), 20 * index + 8);
          k.store(1, first, k.load(0, at, { wide: true, stride, offset: 0 }), 20 * index + 12);
          k.store(1, first, k.load(0, at), 20 * index + 16);
        });
      });
      const parts = 5;
      const input = elements(dtype, 60).map((_, i) =>
        dtype === 'bool' ? i % 2 : (i * 37) % 251,
      ) as Uint8Array;
      await assertMeaning(
        backend,
        code,
        [input, elements(out === 'f32!' ? 'f32' : 'i32', parts * 120)],
        parts,
      );
    });
  }

  test('offsets too large for the load instruction, and negative indices under them', async () => {
    const far = 1 << 19; // elements: 2 MiB
    const code = writeCode(['f32', 'f32!'], (k) => {
      const back = k.map('sub', k.param('lo'), k.const('ix', far));
      const near = k.map('sub', k.param('lo'), k.const('ix', 200_000));
      k.store(1, k.const('ix', 0), k.load(0, back, { wide: true, offset: far + 3 }));
      k.store(1, k.const('ix', 4), k.load(0, back, { wide: true, offset: far + 1, stride: 2 }));
      k.store(1, k.const('ix', 8), k.load(0, k.const('ix', far), { offset: 5 }));
      k.store(1, near, k.load(0, near, { offset: 200_002 }), 200_009);
      k.store(1, k.const('ix', far), k.load(0, k.const('ix', -3), { offset: 3 }), 10 - far);
    });
    await assertMeaning(backend, code, [ramp(far + 16), new Float32Array(11)], 1);
  });

  test('stores of every kind to every dtype', async () => {
    const code = overParts(['i32', 'i32!', 'u8!', 'bool!', 'u8!', 'bool!'], (k, part) => {
      const at = k.map('mul', part, k.const('ix', 4));
      const x = k.load(0, at, { wide: true });
      k.store(1, at, x);
      k.store(2, at, x, 1);
      k.store(3, at, k.map('lt', x, k.const('i32', 40, true)), 1);
      const one = k.load(0, at, { offset: 1 });
      k.store(4, part, one);
      k.store(5, part, k.map('lt', one, k.const('i32', 40)));
    });
    const input = Int32Array.from({ length: 36 }, (_, i) => i * 91 - 1000);
    const outputs = [
      elements('i32', 36),
      elements('u8', 37),
      elements('bool', 37),
      elements('u8', 9),
      elements('bool', 9),
    ];
    await assertMeaning(backend, code, [input, ...outputs], 9);
  });

  test('pack, lane, lanes, splat and select of masks', async () => {
    const code = overParts(['i32', 'i32!', 'i32!'], (k, part) => {
      const at = k.map('mul', part, k.const('ix', 4));
      const four = [0, 1, 2, 3].map((offset) => k.load(0, at, { offset }));
      const masks = four.map((x) => k.map('lt', x, k.const('i32', 3)));
      const mask = k.pack(...masks);
      const turned = k.pack(four[3]!, four[1]!, four[0]!, four[2]!);
      const lanes = k.let('i32', true, { o: 'lanes' });
      k.store(1, at, k.map('select', mask, turned, lanes));
      const all = k.splat(k.lane(mask, 2));
      const chosen = k.map('select', all, k.const('mask', 1, true), mask);
      k.store(2, at, k.map('add', k.map('fromMask', chosen), k.map('select', masks[1]!, turned, lanes)));
    });
    const input = Int32Array.from({ length: 32 }, (_, i) => (i * 5) % 7);
    await assertMeaning(backend, code, [input, elements('i32', 32), elements('i32', 32)], 8);
  });

  test('lanes of two vectors in another order', async () => {
    const code = overParts(['f32', 'f32!'], (k, part) => {
      const at = k.map('mul', part, k.const('ix', 8));
      const [a, b] = [k.load(0, at, { wide: true }), k.load(0, at, { wide: true, offset: 4 })];
      for (const [i, pick] of [
        [0, 1, 4, 5],
        [7, 2, 2, 4],
      ].entries())
        k.store(1, at, k.let('f32', true, { o: 'shuffle', args: [a, b], pick }), 4 * i);
    });
    await assertMeaning(backend, code, [elements('f32', 32), elements('f32', 32)], 4);
  });

  test('a matrix product: nested loops, variables and fma', async () => {
    const [M, K, N] = [5, 7, 12];
    const code = overParts(['f32', 'f32', 'f32!'], (k, row) => {
      k.loop(k.const('ix', 0), k.const('ix', N), 4, (column) => {
        const sum = k.var(k.const('f32', 0, true));
        k.loop(k.const('ix', 0), k.const('ix', K), 1, (inner) => {
          const a = k.load(0, k.map('add', k.map('mul', row, k.const('ix', K)), inner), {
            wide: true,
            stride: 0,
          });
          const b = k.load(1, k.map('add', k.map('mul', inner, k.const('ix', N)), column), { wide: true });
          k.set(sum, k.fma(a, b, sum));
        });
        k.store(2, k.map('add', k.map('mul', row, k.const('ix', N)), column), sum);
      });
    });
    await assertMeaning(backend, code, [ramp(M * K, 0.37), ramp(K * N, 0.11), new Float32Array(M * N)], M);
  });

  test('addresses that are stepped through, and peeked at', async () => {
    const code = overParts(['f32', 'f32', 'f32!'], (k, part) => {
      const start = k.map('add', part, k.const('ix', 3));
      const [a, b] = [0, 1].map((buffer) => k.let('ix', false, { o: 'address', buffer, at: start })) as [
        Value,
        Value,
      ];
      const fixed = k.let('ix', false, { o: 'address', buffer: 1, at: k.const('ix', 2) });
      const sum = k.var(k.const('f32', 0, true));
      const peek = (at: Value, offset: number, stride: 0 | 1, wide = true): Value =>
        k.let('f32', wide, { o: 'peek', at, offset, stride });
      k.loop(k.const('ix', 0), k.const('ix', 5), 1, (i) => {
        const bytes = k.map('mul', i, k.const('ix', 8));
        const x = peek(k.map('add', a, bytes), 1, 0);
        k.set(sum, k.fma(x, peek(k.map('add', b, bytes), -3, 1), sum));
        k.set(sum, k.fma(peek(b, 2, 1), k.splat(peek(fixed, -1, 0, false)), sum));
      });
      k.store(2, k.map('mul', part, k.const('ix', 4)), sum);
    });
    await assertMeaning(backend, code, [ramp(32, 0.3), ramp(32, 0.7), new Float32Array(24)], 6);
  });

  test('ends of loops from symbols, conditions on them, loops that do not run', async () => {
    for (const count of [0, 1, 6]) {
      const code = overParts(['i32!', 'f32!'], (k, part) => {
        const steps = k.var(k.const('i32', 100));
        k.loop(part, k.symbol(1), 2, (i) => k.set(steps, k.map('add', steps, k.map('fromIndex', i))));
        k.store(0, part, steps);
        k.if(k.map('lt', part, k.symbol(1)), () =>
          k.store(1, part, k.fma(k.const('f32', 3), k.const('f32', 5), k.const('f32', 0.5))),
        );
      });
      await assertMeaning(backend, code, [elements('i32', 4), elements('f32', 4)], 4, {
        symbols: [9, count],
      });
    }
  });

  test('a value read after what it was made from has changed', async () => {
    const code = overParts(['f32!', 'f32!'], (k, part) => {
      const x = k.var(k.const('f32', 1));
      const before = k.map('add', x, k.const('f32', 10));
      k.set(x, k.const('f32', 2));
      const at = k.var(part);
      k.set(at, k.map('add', at, k.const('ix', 1)));
      k.store(0, at, before, -1);
      const old = k.load(0, part);
      k.store(0, part, x);
      k.store(1, part, old);
      k.set(at, part);
      k.store(1, at, k.load(0, at), 3);
    });
    await assertMeaning(backend, code, [elements('f32', 3), elements('f32', 6)], 3);
  });

  for (let seed = 1; seed <= 60; seed++) {
    test(`a kernel by chance, seed ${seed}`, async () => {
      const code = chanceCode(seed);
      const buffers = [
        ramp(40, 0.7),
        Int32Array.from({ length: 40 }, (_, i) => ((i * 29) % 23) - 9),
        ramp(40),
        elements('i32', 40),
      ];
      try {
        await assertMeaning(backend, code, buffers, 6, { symbols: [3, 2], what: `seed ${seed}` });
      } catch (error) {
        const text = print(emitWasm([code], { shared: true, maximum: 65536 }));
        throw new Error(`${error instanceof Error ? error.message : String(error)}\n${text}`, {
          cause: error,
        });
      }
    });
  }
});

/** A kernel whose every access is in range, from a seed. */
function chanceCode(seed: number): ReturnType<CodeWriter['code']> {
  let state = seed * 2654435761;
  const chance = (below: number): number => {
    state = (Math.imul(state, 1664525) + 1013904223) | 0;
    return (state >>> 8) % below;
  };
  const pick = <T>(list: readonly T[]): T => list[chance(list.length)]!;
  return overParts(['f32', 'i32', 'f32!', 'i32!'], (k, part) => {
    const at: Value[] = [part, k.const('ix', 3), k.map('mul', part, k.const('ix', 2))];
    const grow = (floats: Value[], ints: Value[], wide: boolean, depth: number): void => {
      const [floatVar, intVar] = [k.var(pick(floats)), k.var(pick(ints))];
      const steps = 12 - 3 * depth;
      for (let step = 0; step < steps; step++) {
        const load = { wide, offset: chance(9), stride: pick([0, 1, 2, 3]) };
        const kind = chance(12);
        const [a, b, m, n] = [
          pick([...floats, floatVar]),
          pick([...floats, floatVar]),
          pick([...ints, intVar]),
          pick([...ints, intVar]),
        ];
        if (kind === 0) floats.push(k.load(pick([0, 2]), pick(at), load));
        else if (kind === 1) ints.push(k.load(pick([1, 3]), pick(at), load));
        else if (kind === 2) floats.push(k.map(pick(['add', 'sub', 'mul', 'min', 'max'] as const), a, b));
        else if (kind === 3)
          ints.push(
            k.map(pick(['add', 'mul', 'min', 'max', 'div', 'rem', 'and', 'shl', 'sar'] as const), m, n),
          );
        else if (kind === 4)
          floats.push(k.map('select', k.map(pick(['lt', 'le', 'eq'] as const), m, n), a, b));
        else if (kind === 5) floats.push(k.map(pick(['neg', 'floor', 'nearest', 'abs'] as const), a));
        else if (kind === 6) floats.push(k.fma(a, b, pick(floats)));
        else if (kind === 7) k.set(floatVar, a);
        else if (kind === 8) k.set(intVar, m);
        else if (kind === 9) k.store(2, pick(at), a, chance(9));
        else if (kind === 10) k.store(3, pick(at), m, chance(9));
        else if (depth < 2) {
          const inside = (): void => grow([...floats], [...ints], wide, depth + 1);
          if (chance(2) === 0) k.if(k.map('lt', pick(at), k.symbol(chance(2))), inside);
          else k.loop(k.const('ix', 0), k.symbol(1), 1, inside);
        }
      }
      k.store(2, part, floatVar, chance(9));
      k.store(3, part, intVar, chance(9));
    };
    for (const wide of [true, false]) {
      grow(
        [k.load(0, part, { wide })],
        [k.load(1, part, { wide }), k.const('i32', chance(5) - 2, wide)],
        wide,
        0,
      );
    }
  });
}

test('wasm: kernels of the wrong width are refused', () => {
  const code = writeCode(['f32!'], (k) => k.store(0, k.const('ix', 0), k.const('f32', 1)), 8);
  assert.throws(() => encode(emitWasm([code], { shared: false, maximum: 1 })), {
    name: 'Bug',
    message: 'emit: wasm vectors have 4 lanes, the kernel wants 8 (this is a bug in eidos; please report it)',
  });
});
