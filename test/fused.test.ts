// Fused against one operation at a time: all targets share the lowering, so comparing them cannot show a wrong
// fusion. Here every intermediate value of the second program is read out, which stores it.
import assert from 'node:assert/strict';
import { after, suite, test } from 'node:test';
import { Device } from '../src/device/device.ts';
import { referenceTarget } from '../src/device/reference.ts';
import { open } from '../src/device/open.ts';
import { conv2d } from '../src/ops/conv.ts';
import { matmul } from '../src/ops/matmul.ts';
import { scatterAdd } from '../src/ops/rows.ts';
import { scan } from '../src/ops/scan.ts';
import { Tensor } from '../src/tensor.ts';
import { assertClose } from './helpers.ts';

const reference = new Device(referenceTarget());
const wasm = await open({ device: 'wasm', threads: 1 });
after(async () => {
  await reference.close();
  await wasm.close();
});

const count = (n: number): Float32Array => Float32Array.from({ length: n }, (_, i) => i);

/** A small generator of whole numbers below n (Park & Miller 1988). */
function chance(seed: number): (n: number) => number {
  let state = seed;
  return (n) => {
    state = (state * 16807) % 2147483647;
    return state % n;
  };
}

/** A step of a random chain over a vector; sizes stay between 11 and 300. */
function grow(x: Tensor, below: (n: number) => number): Tensor {
  const n = x.shape[0] ?? 0;
  const pick = below(6);
  if (pick === 0) return x.mul(0.5).add(below(5));
  if (pick === 1 && n > 30) return x.crop([[below(12), below(7)]]);
  if (pick === 2 && n < 250) return x.pad([[below(13), below(12)]]);
  if (pick === 3) return x.flip(0);
  if (pick === 4 && n > 40) {
    const side = 11 + below(3);
    const rows = Math.floor(n / side);
    const square = x.crop([[0, n - rows * side]]).reshape([rows, side]);
    return below(2) === 0
      ? square.permute([1, 0]).reshape([rows * side])
      : square
          .crop([
            [0, 0],
            [0, side - 1],
          ])
          .reshape([rows])
          .pad([[0, side]]);
  }
  return x.abs().sub(1);
}

suite('fused and one by one', () => {
  test('two elements of one value that is read in two ways are two elements', async () => {
    const y = Tensor.from(count(256)).mul(0.5);
    const column = y
      .reshape([16, 16])
      .crop([
        [0, 0],
        [0, 15],
      ])
      .reshape([16]);
    const shifted = y.crop([[60, 180]]);
    const expected = Float32Array.from({ length: 16 }, (_, i) => 8 * i - (60 + i) / 2);
    assertClose(await reference.read(column.sub(shifted)), expected);
    assertClose(await wasm.read(column.sub(shifted)), expected);
  });

  test('random chains read in two ways', async () => {
    const below = chance(7);
    for (let round = 0; round < 60; round++) {
      const source = Tensor.from(count(150 + below(100)));
      const shared = source.mul(0.25);
      const steps: Tensor[] = [shared];
      let [a, b] = [shared, shared];
      for (let i = 0; i < 4; i++) {
        a = grow(a, below);
        b = grow(b, below);
        steps.push(a, b);
      }
      const size = Math.min(a.shape[0] ?? 0, b.shape[0] ?? 0);
      const cut = (t: Tensor): Tensor => t.crop([[0, (t.shape[0] ?? 0) - size]]);
      const result = cut(a).sub(cut(b).mul(3));
      const whole = await reference.read(result);
      const parts = await reference.compile(() => ({
        outputs: { ...Object.fromEntries(steps.map((t, i) => [`s${i}`, t])), result },
      }));
      const { result: stepwise } = await parts.run();
      parts.close();
      assert.ok(stepwise);
      assertClose(whole, stepwise);
      assertClose(await wasm.read(result), whole, { rtol: 1e-5, atol: 1e-5 });
    }
  });

  test('kernels that differ in an infinity, NaN or -0 alone stay apart', async () => {
    const x = Tensor.from(count(64), [8, 8]);
    const values = [Infinity, -Infinity, NaN, 0, -0];
    const program = await wasm.compile(() => ({
      // The products between keep the loops from becoming one.
      outputs: Object.fromEntries(
        values.flatMap((v, i) => [
          [`v${i}`, Tensor.fill(v, [64])],
          [`p${i}`, matmul(x.add(i), x)],
        ]),
      ),
    }));
    const out = await program.run();
    values.forEach((v, i) =>
      assert.ok(Object.is(out[`v${i}`]?.[63], v), `${v}: got ${String(out[`v${i}`]?.[63])}`),
    );
    program.close();
  });
});

suite('the batch is not its largest size', () => {
  const batch = { inputs: { x: { shape: ['batch' as const] } }, batch: 4 };

  test('a fixed variable cannot hold the batch', async () => {
    const v = wasm.variable([0, 0, 0, 0], [4], { name: 'v' });
    await assert.rejects(
      wasm.compile(({ inputs }) => ({ updates: [[v, inputs['x']!.mul(2)]] }), batch),
      { message: 'compile: v holds f32 [4], got f32 [batch of at most 4] for it' },
    );
  });

  test('nor can numbers of rows, the axes of a product, or a carry', async () => {
    const tracing = (f: (x: Tensor) => Tensor): Promise<unknown> =>
      wasm.compile(({ inputs }) => ({ outputs: { y: f(inputs['x']!) } }), batch);
    await assert.rejects(
      tracing((x) => scatterAdd(3, Tensor.from(Int32Array.of(0, 1, 2, 0)), x)),
      {
        message:
          'scatterAdd: needs i32 numbers and f32 rows for each, got Tensor(i32 [4]) and Tensor(f32 [batch of at most 4])',
      },
    );
    await assert.rejects(
      tracing((x) => matmul(Tensor.fill(1, [4, 2, 2]), x.reshape([4, 1, 1]).expand([4, 2, 2]))),
      { message: 'matmul: the axes in front must be equal: [4, 2, 2] @ [batch of at most 4, 2, 2]' },
    );
    await assert.rejects(
      tracing(
        (x) =>
          scan([Tensor.fill(0, [4])], [Tensor.fill(1, [3])], ([c]) => ({ carry: [c!.mul(0).sum().add(x)] }))
            .carry[0]!,
      ),
      { message: 'scan: carry 0 must stay f32 [4], the body gives f32 [batch of at most 4]' },
    );
  });
});

test('arguments that are no sizes, axes or words are refused', () => {
  const image = Tensor.fill(1, [1, 4, 4, 1]);
  const refused: [() => unknown, string][] = [
    [() => Tensor.fill(1, [-2]), 'Tensor.fill: sizes must be whole numbers from 0, got [-2]'],
    [() => Tensor.iota([2.5]), 'Tensor.iota: sizes must be whole numbers from 0, got [2.5]'],
    [() => wasm.variable(undefined, [-2]), 'variable: sizes must be whole numbers from 0, got [-2]'],
    [
      () => conv2d(image, Tensor.fill(1, [2, 2, 1, 1]), { padding: 'smae' as 'same' }),
      `conv2d: padding must be 'valid' or 'same', got "smae"`,
    ],
    [
      () => image.max(image as unknown as number),
      'max: axes must be numbers, got Tensor(f32 [1, 4, 4, 1]); for two tensors, element by element, there is max2',
    ],
    [() => scan([], [], () => ({ carry: [] }), 3), 'scan: needs a carry or a sequence, got neither'],
  ];
  for (const [call, message] of refused) assert.throws(call, { name: 'EidosError', message });
});

test('an error is thrown on the line that made the mistake', () => {
  try {
    matmul(Tensor.fill(1, [2, 3]), Tensor.fill(1, [2, 3]));
    assert.fail('no error');
  } catch (error) {
    const frames = String((error as Error).stack)
      .split('\n')
      .filter((line) => line.includes('    at '));
    const own = frames.find((line) => !line.includes('/src/'));
    assert.match(own ?? '', /fused\.test\.js/);
  }
});
