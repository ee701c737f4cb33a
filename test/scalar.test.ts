// The scalar functions, tested from their table: a new row is tested here with no new code. Values on every
// target against the reference, gradients and second gradients against finite differences.
import { after, suite, test } from 'node:test';
import type { Dtype } from '../src/base/dtype.ts';
import { sizeOf, type Shape } from '../src/base/shape.ts';
import { scalar, scalars, type ScalarName } from '../src/graph/scalar.ts';
import { grad } from '../src/grad.ts';
import { Tensor } from '../src/tensor.ts';
import {
  agree,
  assertClose,
  assertEqualGraphs,
  assertSame,
  draw,
  elementwise,
  nastyShapes,
  openAll,
  slope,
  weighted,
  weights,
} from './helpers.ts';

const devices = await openAll();
after(() => devices.close());

const names = Object.keys(scalars) as ScalarName[];
const d = draw(10);

/** Whole numbers that carries, signs and shifts can go wrong at. */
const wholes = [
  0,
  1,
  -1,
  2,
  -3,
  7,
  31,
  32,
  33,
  -32,
  65537,
  123456789,
  -123456789,
  2 ** 31 - 1,
  -(2 ** 31),
  1 - 2 ** 31,
];

function input(dtype: Dtype, shape: Shape, [low, high]: readonly [number, number]): Tensor {
  const n = sizeOf(shape);
  if (dtype === 'f32') return Tensor.from(d.floats(n, low, high), shape);
  const numbers = Array.from({ length: n }, () =>
    dtype === 'bool' ? d.whole(0, 1) : dtype === 'u8' ? d.whole(0, 255) : d.pick(wholes),
  );
  return Tensor.from(numbers, shape, dtype);
}

/** The element types a row takes. */
function takesOf(name: ScalarName): Dtype[] {
  const { takes } = scalar(name);
  if (takes === 'any') return ['f32', 'i32', 'u8', 'bool'];
  return takes === 'number' ? ['f32', 'i32'] : [takes];
}

/** Inputs for each argument; of shapes, or of one. */
const inputs = (name: ScalarName, dtype: Dtype, ...shapes: Shape[]): Tensor[] =>
  Array.from({ length: scalar(name).arity }, (_, i) =>
    input(name === 'select' && i === 0 ? 'bool' : dtype, shapes[i] ?? shapes[0] ?? [], scalar(name).sample),
  );

/** Compares results: whole numbers and truths exactly. */
const compare = (actual: ArrayLike<number>, expected: ArrayLike<number>, what: string): void => {
  if (actual instanceof Float32Array) assertClose(actual, expected, { ...elementwise, what });
  else assertSame(actual, expected, what);
};

suite('scalar functions', () => {
  test('every row on every target, in every shape and element type it takes', async () => {
    const all: Record<string, Tensor> = {};
    for (const name of names)
      for (const dtype of takesOf(name))
        for (const shape of nastyShapes)
          all[`${name} ${dtype} [${shape.join()}]`] = Tensor.map(name, ...inputs(name, dtype, shape));
    await agree(devices, all, compare);
  });

  test('every row of two or three arguments broadcasts them', async () => {
    const all: Record<string, Tensor> = {};
    const pairs: Shape[][] = [
      [[2, 3], [3]],
      [[3], [2, 3]],
      [
        [3, 1, 4],
        [5, 1],
      ],
      [[], [2, 3]],
      [
        [2, 1],
        [1, 3],
      ],
      [[0, 2], [2]],
      [
        [1, 2],
        [0, 1],
      ],
      [
        [2, 1],
        [1, 3],
        [4, 1, 1],
      ],
    ];
    for (const name of names)
      if (scalar(name).arity > 1)
        for (const shapes of pairs) {
          const dtype = takesOf(name)[0] ?? 'f32';
          all[`${name} ${shapes.map((s) => `[${s.join()}]`).join(' ')}`] = Tensor.map(
            name,
            ...inputs(name, dtype, ...shapes),
          );
        }
    await agree(devices, all, compare);
  });

  test('rows within rows: every pair of f32 functions', async () => {
    const f32 = names.filter((n) => takesOf(n).includes('f32') && ['same', 'f32'].includes(scalar(n).gives));
    const all: Record<string, Tensor> = {};
    for (const outer of f32)
      for (const inner of f32) {
        // Into the domain of the outer: |inner| is at most 8 where inputs are samples; 0.6 to 1.4 suits every row.
        const [a, b] = [
          Tensor.map(inner, ...inputs(inner, 'f32', [5])),
          Tensor.map(inner, ...inputs(inner, 'f32', [5])),
        ];
        const into = (x: Tensor): Tensor => x.mul(0.05).add(1);
        const condition = a.less(b);
        const args =
          outer === 'select' ? [condition, a, b] : scalar(outer).arity === 2 ? [into(a), into(b)] : [into(a)];
        // floor, ceil, round and trunc jump: a rounding error before them would be a whole step after.
        if (['floor', 'ceil', 'round', 'rem', 'sign'].includes(outer)) continue;
        all[`${outer} of ${inner}`] = Tensor.map(outer, ...args);
      }
    await agree(devices, all, (actual, expected, what) =>
      assertClose(actual, expected, { rtol: 4 * elementwise.rtol, atol: 4 * elementwise.atol, what }),
    );
  });

  test('exact rows within exact rows give the same bits', async () => {
    const exact = ['neg', 'abs', 'sign', 'floor', 'ceil', 'round', 'relu'] as const;
    const halves = Tensor.from([-2.5, -1.5, -0.5, 0.5, 1.5, 2.5, -0, 0, 3.25, -3.75]);
    const all: Record<string, Tensor> = {};
    for (const a of exact)
      for (const b of exact)
        for (const c of exact) all[`${a} ${b} ${c}`] = Tensor.map(a, Tensor.map(b, Tensor.map(c, halves)));
    await agree(devices, all, assertSame);
  });

  const smooth = names.filter((n) => scalar(n).grad !== null);

  test('gradients by every input agree with finite differences', async () => {
    const pairs: Record<string, readonly [Tensor, Tensor]> = {};
    for (const name of smooth) {
      const x = inputs(name, 'f32', [7]);
      x.forEach((xi, i) => {
        if (xi.dtype !== 'f32') return;
        const f = (t: Tensor): Tensor => Tensor.map(name, ...x.with(i, t));
        const [exact] = grad(weighted(f(xi)), [xi]) as [Tensor];
        // Element by element, so all differences are taken at once.
        pairs[`${name}, input ${i}`] = [exact, slope(f, xi).mul(weights(xi))];
      });
    }
    await assertEqualGraphs(devices, pairs, { rtol: 1e-5, atol: 1e-5 });
  });

  test('second gradients by every pair of inputs agree with finite differences', async () => {
    const pairs: Record<string, readonly [Tensor, Tensor]> = {};
    for (const name of smooth) {
      const x = inputs(name, 'f32', [7]);
      for (let i = 0; i < x.length; i++)
        for (let j = 0; j < x.length; j++) {
          if (x[i]?.dtype !== 'f32' || x[j]?.dtype !== 'f32') continue;
          const xj = x[j]!;
          const first = (t: Tensor): Tensor => {
            const now = x.with(j, t);
            return grad(weighted(Tensor.map(name, ...now)), [now[i]!])[0]!;
          };
          const [second] = grad(weighted(first(xj)), [xj]) as [Tensor];
          pairs[`${name}, inputs ${i} and ${j}`] = [second, slope(first, xj).mul(weights(xj))];
        }
    }
    await assertEqualGraphs(devices, pairs, { rtol: 1e-5, atol: 1e-5 });
  });

  test('gradients are summed over what was broadcast', async () => {
    const pairs: Record<string, readonly [Tensor, Tensor]> = {};
    for (const name of smooth) {
      if (scalar(name).arity !== 2) continue;
      const [a, b] = inputs(name, 'f32', [3, 1, 4], [2, 1]) as [Tensor, Tensor];
      const [ga, gb] = grad(weighted(Tensor.map(name, a, b)), [a, b]) as [Tensor, Tensor];
      const [wa, wb] = [a.expand([3, 2, 4]), b.expand([3, 2, 4])];
      const [fa, fb] = grad(weighted(Tensor.map(name, wa, wb)), [wa, wb]) as [Tensor, Tensor];
      pairs[`${name}, left`] = [ga, fa.sum(1, { keep: true })];
      pairs[`${name}, right`] = [gb, fb.sum([0, 2]).reshape([2, 1])];
    }
    await assertEqualGraphs(devices, pairs);
  });

  test('gradients agree on every target', async () => {
    const all: Record<string, Tensor> = {};
    for (const name of smooth) {
      const x = inputs(name, 'f32', [19]);
      const f = x.filter((t) => t.dtype === 'f32');
      grad(weighted(Tensor.map(name, ...x)), f).forEach((g, i) => (all[`${name}, input ${i}`] = g));
    }
    await agree(devices, all, (actual, expected, what) =>
      assertClose(actual, expected, { rtol: 4 * elementwise.rtol, atol: 8 * elementwise.atol, what }),
    );
  });

  test('at a tie the gradient of max and min goes to the first; at 0 that of abs and relu is 0', async () => {
    const pairs: Record<string, readonly [Tensor, Tensor]> = {};
    const [a, b] = [Tensor.from([1, 2, 3]), Tensor.from([1, 3, 3])];
    const max = grad(a.max2(b).sum(), [a, b]) as [Tensor, Tensor];
    const min = grad(a.min2(b).sum(), [a, b]) as [Tensor, Tensor];
    pairs['max, first'] = [max[0], Tensor.from([1, 0, 1])];
    pairs['max, second'] = [max[1], Tensor.from([0, 1, 0])];
    pairs['min, first'] = [min[0], Tensor.from([1, 1, 1])];
    pairs['min, second'] = [min[1], Tensor.from([0, 0, 0])];
    const zero = Tensor.from([0, -0]);
    for (const name of ['abs', 'relu'] as const)
      pairs[name] = [grad(Tensor.map(name, zero).sum(), [zero])[0]!, Tensor.from([0, 0])];
    await assertEqualGraphs(devices, pairs, { rtol: 0, atol: 0 });
  });
});
