// Sums of products: matrix products of every shape and transposition, long and split sums, and that no common
// contraction, its gradients included, falls to the plain loop.
import { after, suite, test } from 'node:test';
import assert from 'node:assert/strict';
import { range } from '../src/base/shape.ts';
import { compile } from '../src/device/compile.ts';
import { grad } from '../src/grad.ts';
import type { Machine } from '../src/kernel/code.ts';
import type { Item } from '../src/kernel/kernel.ts';
import { nothingKnown } from '../src/kernel/terms.ts';
import { isTiled, tileContract } from '../src/kernel/tile-contract.ts';
import { ops } from '../src/index.ts';
import { Tensor } from '../src/tensor.ts';
import {
  agree,
  assertClose,
  assertEqualGraphs,
  assertNear,
  assertSame,
  draw,
  openAll,
  slopePairs,
  values,
  weighted,
} from './helpers.ts';

const devices = await openAll();
after(() => devices.close());

const { conv2d, conv2dTranspose, depthwiseConv2d, matmul } = ops;
const near = (actual: ArrayLike<number>, expected: ArrayLike<number>, what: string): void =>
  assertNear(actual, expected, { what });

/** The contractions of a program, and all its loops as text where one is asked for. */
function contractions(outputs: Record<string, Tensor>): Extract<Item, { kind: 'contract' }>[] {
  const flat = (items: readonly Item[]): Item[] =>
    items.flatMap((i) => (i.kind === 'scan' ? flat(i.items) : [i]));
  return flat(compile('test', () => ({ outputs }), {}).items).filter((i) => i.kind === 'contract');
}

/** A tensor of [n, k] that lies in memory as the transposed or not. */
const laid = (t: Tensor, transposed: boolean): Tensor => (transposed ? t.permute([1, 0]) : t);

suite('matrix products', () => {
  test('by definition', async () => {
    const d = draw(50);
    const [n, k, m] = [3, 5, 4];
    const [a, b] = [range(n * k).map(() => d.whole(-9, 9)), range(k * m).map(() => d.whole(-9, 9))];
    const expected = range(n * m).map((i) =>
      range(k).reduce((s, j) => s + a[Math.floor(i / m) * k + j]! * b[j * m + (i % m)]!, 0),
    );
    for (const device of devices.all) {
      const [c] = await values(device, [matmul(Tensor.from(a, [n, k]), Tensor.from(b, [k, m]))]);
      assertSame(c!, expected, device.name);
    }
  });

  const sizes = [1, 2, 3, 5, 7, 8, 11, 13, 16, 17, 33, 64, 100, 130];

  test('ragged sizes in all four transpositions', async () => {
    const d = draw(51);
    const all: Record<string, Tensor> = {};
    for (const [i, n] of sizes.entries())
      for (const [ta, tb] of [
        [false, false],
        [false, true],
        [true, false],
        [true, true],
      ] as const) {
        const [k, m] = [
          sizes[(i * 5 + Number(ta)) % sizes.length]!,
          sizes[(i * 3 + 2 * Number(tb) + 1) % sizes.length]!,
        ];
        const a = laid(d.tensor(ta ? [k, n] : [n, k]), ta);
        const b = laid(d.tensor(tb ? [m, k] : [k, m]), tb);
        all[`[${n}, ${k}]${ta ? 'T' : ''} @ [${k}, ${m}]${tb ? 'T' : ''}`] = matmul(a, b);
      }
    await agree(devices, all, near);
  });

  test('every size as rows, columns and length of the sum, against every lane count', async () => {
    const d = draw(52);
    const all: Record<string, Tensor> = {};
    for (const s of sizes) {
      all[`rows ${s}`] = matmul(d.tensor([s, 9]), d.tensor([9, 20]));
      all[`columns ${s}`] = matmul(d.tensor([9, 6]), d.tensor([6, s]));
      all[`sum ${s}`] = matmul(d.tensor([7, s]), d.tensor([s, 18]));
      all[`one row, ${s} columns`] = matmul(d.tensor([1, 12]), d.tensor([12, s]));
      all[`transposed result, ${s}`] = matmul(d.tensor([s, 9]), d.tensor([9, 17])).permute([1, 0]);
    }
    await agree(devices, all, near);
  });

  test('batched, with and without a batch on the right, and transposed inside', async () => {
    const d = draw(53);
    await agree(
      devices,
      {
        both: matmul(d.tensor([3, 5, 7]), d.tensor([3, 7, 9])),
        'left only': matmul(d.tensor([3, 5, 7]), d.tensor([7, 17])),
        'two axes': matmul(d.tensor([2, 3, 5, 4]), d.tensor([2, 3, 4, 6])),
        'right transposed': matmul(d.tensor([3, 5, 7]), d.tensor([3, 18, 7]).permute([0, 2, 1])),
        'heads inside': matmul(
          d.tensor([2, 6, 3, 8]).permute([0, 2, 1, 3]),
          d.tensor([2, 6, 3, 8]).permute([0, 2, 3, 1]),
        ),
        'broadcast left': matmul(d.tensor([1, 5, 7]).expand([4, 5, 7]), d.tensor([4, 7, 9])),
        'of one': matmul(d.tensor([1, 1, 1]), d.tensor([1, 1, 1])),
        empty: matmul(d.tensor([0, 3]), d.tensor([3, 4])),
        'empty sum': matmul(d.tensor([2, 0]), d.tensor([0, 4])),
        'padded operand': matmul(
          d.tensor([4, 5]).pad([
            [1, 2],
            [2, 1],
          ]),
          d.tensor([8, 9]),
        ),
        'flipped operand': matmul(d.tensor([4, 8]).flip(1), d.tensor([8, 9]).flip([0, 1])),
        'computed operands': matmul(d.tensor([4, 8]).exp(), d.tensor([8, 9]).tanh()),
      },
      near,
    );
  });

  test('long sums: cut into blocks, in few tiles shared out in parts', async () => {
    const d = draw(54);
    const all: Record<string, Tensor> = {};
    for (const k of [1023, 1024, 1025, 5000])
      for (const [n, m] of [
        [1, 1],
        [1, 17],
        [5, 3],
        [6, 64],
        [40, 33],
      ] as const) {
        const [a, b] = [d.tensor([n, k], 0, 1), d.tensor([k, m], 0, 1)];
        all[`[${n}, ${k}] @ [${k}, ${m}]`] = matmul(a, b);
        all[`[${n}, ${k}] @ [${k}, ${m}] and more`] = matmul(a, b)
          .add(d.tensor([m]))
          .mul(2)
          .relu();
      }
    // Positive numbers: one chain in f32 would lose three digits of them.
    await agree(devices, all, (actual, expected, what) =>
      assertClose(actual, expected, { rtol: 3e-6, atol: 0, what }),
    );
  });

  test('operands that crowd the cache, reach beyond their last column, or are seen through windows', async () => {
    const d = draw(57);
    const [image, kernel] = [d.tensor([1, 33, 33, 16]), d.tensor([3, 3, 16, 17])];
    const [thick, small] = [d.tensor([2, 3, 3, 512]), d.tensor([2, 2, 512, 66])];
    await agree(
      devices,
      {
        'rows of 512': matmul(d.tensor([5, 512]), d.tensor([512, 70])),
        'rows of 1,024, from the second': matmul(d.tensor([6, 1024]).crop([[1, 0], [0, 0]]), d.tensor([1024, 64])), // prettier-ignore
        'pixels of 512 channels': conv2d(thick, small),
        'one row, ragged columns': matmul(d.tensor([1, 40]), d.tensor([40, 100])),
        'three rows of a transposed matrix': matmul(d.tensor([3, 37]), d.tensor([45, 37]).permute([1, 0])),
        'windows over strips': grad(
          conv2d(image, kernel)
            .mul(d.tensor([1, 31, 31, 17]))
            .sum(),
          [kernel],
        )[0]!,
        'windows, padded': grad(conv2d(image, kernel, { padding: 'same' }).tanh().sum(), [kernel])[0]!,
      },
      (actual, expected, what) => assertClose(actual, expected, { rtol: 1e-4, atol: 1e-3, what }),
    );
  });

  test('work behind a product happens in its kernel, however long the chain', async () => {
    const d = draw(55);
    // One for each case: what others read, too, is stored, and nothing happens behind it.
    const product = (): Tensor => matmul(d.tensor([9, 12]), d.tensor([12, 21]));
    const bias = d.tensor([21]);
    const twice = product();
    let long = product().add(bias);
    for (let i = 0; i < 12; i++) long = long.tanh();
    const other = matmul(d.tensor([9, 5]), d.tensor([5, 21]));
    const all = {
      'bias and relu': product().add(bias).relu(),
      'a column and a row': product()
        .mul(d.tensor([9, 1]))
        .add(bias),
      'a place': product().add(Tensor.iota([9, 21], 1).to('f32')),
      'a long chain': long,
      'two products': product().add(other),
      'a product twice': twice.mul(twice).add(twice),
      'a comparison': product().less(other).to('f32'),
      'to another type': product().mul(1e3).floor().to('i32').to('f32').mul(0).add(product()),
      'a fold behind': product().tanh().sum(1),
      'softmax behind': ops.softmax(product()),
    };
    await agree(devices, all, near);
    const text = (
      await devices.reference.compile(() => ({ outputs: { y: product().add(bias).relu() } }))
    ).explain('kernels');
    assert.equal(text.split('\n').filter((line) => !line.startsWith(' ')).length, 1, text);
  });

  test('work behind a product whose places do not lie along its columns', async () => {
    const d = draw(59);
    const product = (): Tensor => matmul(d.tensor([9, 12]), d.tensor([12, 40]));
    const numbers = Tensor.iota([40]).mul(3).rem(50);
    await agree(
      devices,
      {
        'padded columns': product().add(
          d.tensor([9, 17]).pad([
            [0, 0],
            [3, 20],
          ]),
        ),
        'padded rows': product().add(
          d.tensor([5, 40]).pad([
            [2, 2],
            [0, 0],
          ]),
        ),
        'columns backwards': product().mul(d.tensor([9, 40]).flip(1)),
        'each twice': product().add(d.tensor([20, 1]).expand([20, 2]).reshape([40])),
        gathered: product().add(ops.gather(d.tensor([50]), numbers)),
        dilated: product().add(
          d
            .tensor([20])
            .dilate(0, 2)
            .pad([[0, 1]]),
        ),
        transposed: product().add(d.tensor([40, 9]).permute([1, 0])),
        'joined halves': product().add(ops.concat([d.tensor([9, 19]), d.tensor([9, 21])], 1)),
        folded: product().add(d.tensor([40, 30]).sum(1)),
        'a place': product().mul(Tensor.iota([9, 40], 1).rem(3).to('f32')),
      },
      near,
    );
  });

  test('gradients and second gradients agree with finite differences', async () => {
    const d = draw(56);
    const pairs = {
      ...slopePairs('plain', (a, b) => matmul(a, b).tanh(), [d.tensor([3, 4]), d.tensor([4, 5])]),
      ...slopePairs('transposed', (a, b) => matmul(a.permute([1, 0]), b.permute([1, 0])).tanh(), [
        d.tensor([4, 3]),
        d.tensor([5, 4]),
      ]),
      ...slopePairs('batched', (a, b) => matmul(a, b).tanh(), [d.tensor([2, 3, 4]), d.tensor([2, 4, 5])]),
      ...slopePairs('left batch', (a, b) => matmul(a, b).tanh(), [d.tensor([2, 3, 4]), d.tensor([4, 5])]),
      ...slopePairs('with itself', (a) => matmul(a, a.permute([1, 0])).tanh(), [d.tensor([3, 4])]),
    };
    await assertEqualGraphs(devices, pairs, { rtol: 1e-5, atol: 1e-5 });
  });

  test('gradients on every target', async () => {
    const d = draw(57);
    const all: Record<string, Tensor> = {};
    for (const [n, k, m] of [
      [5, 7, 9],
      [64, 33, 10],
      [1, 130, 17],
      [100, 3, 64],
      [2000, 6, 10],
    ] as const) {
      const [a, b] = [d.tensor([n, k]), d.tensor([k, m])];
      grad(weighted(matmul(a, b).tanh()), [a, b]).forEach(
        (g, i) => (all[`[${n}, ${k}] @ [${k}, ${m}] by ${'ab'[i]!}`] = g),
      );
    }
    await agree(devices, all, near);
  });
});

const machine = (lanes: number): Machine => ({ lanes, registers: 16, fma: true });

suite('no common contraction falls to the plain loop', () => {
  const t = (...shape: number[]): Tensor => draw(58).tensor(shape);
  const withGradients = (f: (...x: Tensor[]) => Tensor, ...x: Tensor[]): Record<string, Tensor> => {
    const y = f(...x);
    const gradients = grad(y.mul(y).sum(), x);
    return { y, ...Object.fromEntries(gradients.map((g, i) => [`g${i}`, g])) };
  };
  /** Contractions expected in the program: the product and, of each operand, its gradient. */
  const cases: Readonly<Record<string, readonly [Record<string, Tensor>, number]>> = {
    matmul: [withGradients(matmul, t(32, 64), t(64, 48)), 3],
    'left transposed': [withGradients((a, b) => matmul(a.permute([1, 0]), b), t(64, 32), t(64, 48)), 3],
    'right transposed': [withGradients((a, b) => matmul(a, b.permute([1, 0])), t(32, 64), t(48, 64)), 3],
    'both transposed': [
      withGradients((a, b) => matmul(a.permute([1, 0]), b.permute([1, 0])), t(64, 32), t(48, 64)),
      3,
    ],
    'batched matmul': [withGradients(matmul, t(4, 32, 64), t(4, 64, 48)), 3],
    'dense on a batch of rows': [withGradients(matmul, t(4, 32, 64), t(64, 48)), 3],
    'ten classes': [withGradients(matmul, t(32, 128), t(128, 10)), 3],
    conv2d: [
      withGradients((x, k) => conv2d(x, k, { padding: 'same' }), t(2, 12, 12, 16), t(3, 3, 16, 32)),
      3,
    ],
    'valid conv2d': [withGradients((x, k) => conv2d(x, k), t(2, 12, 12, 16), t(5, 5, 16, 32)), 3],
    'strided conv2d': [
      withGradients(
        (x, k) => conv2d(x, k, { strides: 2, padding: 'same' }),
        t(2, 12, 12, 16),
        t(4, 4, 16, 32),
      ),
      3,
    ],
    'dilated conv2d': [
      withGradients((x, k) => conv2d(x, k, { dilation: 2 }), t(2, 12, 12, 16), t(3, 3, 16, 32)),
      3,
    ],
    '1x1 conv2d': [withGradients((x, k) => conv2d(x, k), t(2, 12, 12, 16), t(1, 1, 16, 32)), 3],
    'first layer': [
      {
        y: conv2d(t(2, 28, 28, 1), t(3, 3, 1, 32)),
        k: withGradients((k) => conv2d(t(2, 28, 28, 1), k), t(3, 3, 1, 32))['g0']!,
      },
      2,
    ],
    conv2dTranspose: [
      withGradients(
        (x, k) => conv2dTranspose(x, k, { strides: 2, padding: 'same' }),
        t(2, 7, 7, 16),
        t(4, 4, 32, 16),
      ),
      3,
    ],
  };
  for (const [name, [outputs, count]] of Object.entries(cases))
    test(name, () => {
      for (const lanes of [4, 8, 16] as const) {
        const list = contractions(outputs);
        assert.ok(list.length >= count, `${list.length} contractions, expected ${count}`);
        list.forEach((k) =>
          assert.ok(
            isTiled(k, machine(lanes)),
            `${lanes} lanes: ${k.axes.map((a) => a.size).join()} over ${k.over.map((a) => a.size).join()}`,
          ),
        );
      }
    });

  test('an image of three colours is folded along what it is made of, its gradients tiled', () => {
    const [x, k] = [t(4, 16, 16, 48), t(3, 3, 48, 3)];
    const list = contractions(withGradients((a, b) => conv2d(a, b, { padding: 'same' }), x, k));
    const tiled = list.map((c) => isTiled(c, machine(16)));
    assert.deepEqual(tiled, [false, true, true]);
    // The kernel is turned first, so that the fold reads whole vectors of both.
    assert.equal(tileContract(list[0]!, machine(16), nothingKnown).length, 2);
  });

  // One channel at a time has no columns that only one operand has: known, and so written down here.
  test('depthwise convolutions do', () => {
    const list = contractions({ y: depthwiseConv2d(t(2, 12, 12, 16), t(3, 3, 16, 1)) });
    assert.deepEqual(
      list.map((k) => isTiled(k, machine(4))),
      [false],
    );
  });
});
