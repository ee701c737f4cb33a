// NaN, infinities, zeros of both signs, subnormals and numbers whose squares overflow, through every row of the
// scalar and the fold table: each target gives what the row says, to the sign of a zero.
import { after, suite, test } from 'node:test';
import assert from 'node:assert/strict';
import { scalar, scalars, type ScalarName } from '../src/graph/scalar.ts';
import { folds, type FoldName } from '../src/graph/fold.ts';
import { Tensor } from '../src/tensor.ts';
import type { TypedArray } from '../src/base/dtype.ts';
import { openAll, seed, values } from './helpers.ts';

const devices = await openAll();
after(() => devices.close());

const { NaN: nan, POSITIVE_INFINITY: inf } = Number;
const special = [
  nan,
  inf,
  -inf,
  0,
  -0,
  1e-40,
  -1e-40,
  1e38,
  -1e38,
  1,
  -1,
  0.5,
  -0.5,
  1.5,
  -2.5,
  2,
  -3,
  2 ** 24 + 2,
  2 ** 31,
  -(2 ** 31),
  255.5,
  256,
  88,
  -104,
];

/** Every choice of `arity` of them, one tensor an argument. */
function choices(arity: number): Tensor[] {
  const n = special.length ** arity;
  return Array.from({ length: arity }, (_, i) =>
    Tensor.from(
      Array.from({ length: n }, (__, k) => special[Math.floor(k / special.length ** i) % special.length]!),
    ),
  );
}

/** NaN only for NaN, zeros by their sign, the rest within 5 units in the last place, subnormals included. */
function compare(
  actual: ArrayLike<number>,
  expected: ArrayLike<number>,
  what: string,
  args: readonly (readonly number[])[],
): void {
  for (let i = 0; i < expected.length; i++) {
    const [a, e] = [actual[i]!, expected[i]!];
    const near =
      Number.isFinite(e) && e !== 0 && Math.abs(a - e) <= Math.max(5 * 2 ** -149, 5 * 2 ** -23 * Math.abs(e));
    const text = (x: number): string => (Object.is(x, -0) ? '-0' : String(x));
    assert.ok(
      Object.is(a, e) || near,
      `${what}(${args.map((x) => text(x[i]!)).join(', ')}): got ${text(a)}, expected ${text(e)} (EIDOS_SEED=${seed})`,
    );
  }
}

const round = Math.fround;
/** Where f32 leaves float64 in a way that the row states. */
const stated: Partial<Record<ScalarName, (expected: number, ...x: number[]) => number>> = {
  rem: (_, a, b) => round(a - round(b * Math.trunc(round(a / b)))),
  sin: (expected, x) => (Math.abs(x) > 1e5 && Number.isFinite(x) ? 0 : expected),
  cos: (expected, x) => (Math.abs(x) > 1e5 && Number.isFinite(x) ? 0 : expected),
};
const loose = new Set<ScalarName>(['sin', 'cos']);

const names = (Object.keys(scalars) as ScalarName[]).filter(
  (name) => scalar(name).takes !== 'i32' && scalar(name).takes !== 'bool',
);
const argumentsOf = (name: ScalarName): Tensor[] => choices(Math.min(scalar(name).arity, 2));
const numbersOf = (t: Tensor): number[] => (t.node.kind === 'input' ? [...(t.node.data ?? [])] : []);

const rows = [
  [nan, 1, 2],
  [1, nan, 2],
  [1, 2, nan],
  [inf, 1, -inf],
  [-inf, -inf, -inf],
  [inf, inf, 1],
  [-0, 0, -0],
  [-0, -0, -0],
  [0, -0, 0],
  [nan, nan, inf],
  [1e38, 1e38, 1e38],
  [1e-40, 1e-40, 1e-40],
  [-inf, nan, inf],
];

/** A fold along short rows, down columns, along lanes with a tail, and down strided ones. */
function foldsOf(op: FoldName): Record<string, Tensor> {
  const wide = rows.map((r) =>
    Array.from({ length: 37 }, (_, i) =>
      i % 12 === 5 ? r[Math.floor(i / 12) % 3]! : op === 'prod' ? 1 : op === 'sum' ? -0 : r[0]!,
    ),
  );
  const [narrow, long] = [
    Tensor.from(rows.flat(), [rows.length, 3]),
    Tensor.from(wide.flat(), [rows.length, 37]),
  ];
  return {
    rows: narrow.fold(op, 1),
    columns: narrow.permute([1, 0]).fold(op, 0),
    long: long.fold(op, 1),
    down: long.permute([1, 0]).fold(op, 0),
  };
}

const scalarGraphs = names.map((name): [string, Tensor] => {
  const x = argumentsOf(name);
  return [name, Tensor.map(name, ...(name === 'select' ? [x[0]!.less(x[1]!)] : []), ...x)];
});
const foldGraphs = (Object.keys(folds) as FoldName[]).flatMap((op) =>
  Object.entries(foldsOf(op)).map(([how, t]): [string, Tensor] => [`${op} ${how}`, t]),
);
const graphs = [...scalarGraphs, ...foldGraphs];

// All of them in one program a device.
const computed = await Promise.all(
  devices.all.map(async (device) => {
    const out = await values(
      device,
      graphs.map(([, t]) => t),
    );
    return Object.fromEntries(graphs.map(([name], i): [string, TypedArray] => [name, out[i]!]));
  }),
);
const [expectedOf = {}, ...actualOf] = computed;

suite('special values', () => {
  for (const name of names)
    test(`${name}: the row's value on every target`, () => {
      const numbers = argumentsOf(name).map(numbersOf);
      const rule = stated[name];
      const told = (x: number, i: number): number => (rule ? rule(x, ...numbers.map((v) => v[i]!)) : x);
      const expected = Array.from(expectedOf[name]!, told);
      actualOf.forEach((all, k) => {
        const actual = loose.has(name) ? Array.from(all[name]!, told) : all[name]!;
        compare(actual, expected, `${name} on ${devices.compiled[k]!.name}`, numbers);
      });
    });

  for (const [name] of foldGraphs)
    test(`${name}: on every target`, () => {
      actualOf.forEach((all, k) =>
        compare(all[name]!, expectedOf[name]!, `${name} on ${devices.compiled[k]!.name}`, []),
      );
    });

  test('the conventions that rows state in words', async () => {
    const [a, b] = [Tensor.from([nan, 1, nan, nan, -0, 0]), Tensor.from([0, nan, nan, 1, 0, -0])];
    const x = Tensor.from([nan, inf, -inf, 2 ** 31, -3.9, 3.9]);
    const i = Tensor.from(Int32Array.of(7, -7, 7, -7, 0, -(2 ** 31)));
    const j = Tensor.from(Int32Array.of(2, 2, -2, 0, 0, -1));
    const told: Record<string, readonly [Tensor, readonly number[]]> = {
      'pow(x, 0) = pow(1, y) = 1 even for NaN': [a.pow(b), [1, 1, nan, nan, 1, 1]],
      'max is NaN if either is, and -0 < +0': [a.max2(b), [nan, nan, nan, nan, 0, 0]],
      'min is NaN if either is, and -0 < +0': [a.min2(b), [nan, nan, nan, nan, -0, -0]],
      'comparisons with NaN are false': [a.lessEqual(b), [0, 0, 0, 0, 1, 1]],
      'NaN equals nothing, -0 equals 0': [a.equal(b), [0, 0, 0, 0, 1, 1]],
      'to i32: towards zero, saturating, NaN to 0': [
        x.to('i32'),
        [0, 2 ** 31 - 1, -(2 ** 31), 2 ** 31 - 1, -3, 3],
      ],
      'to u8: to i32, then the low byte': [
        Tensor.from([nan, 256, -1, 300.9, 255.9, 1e20]).to('u8'),
        [0, 0, 255, 44, 255, 255],
      ],
      'to bool: NaN is true': [a.to('bool'), [1, 1, 1, 1, 0, 0]],
      'i32 division goes towards zero, x / 0 = 0': [i.div(j), [3, -3, -3, 0, 0, -(2 ** 31)]],
      "i32 remainder has the dividend's sign, x % 0 = 0": [i.rem(j), [1, -1, 1, 0, 0, 0]],
      'i32 arithmetic wraps': [
        i.mul(i.add(2 ** 31 - 1)),
        [49 - 7 + (7 << 31), 7 + 49 + (7 << 31), 49 - 7 + (7 << 31), 7 + 49 + (7 << 31), 0, -(2 ** 31)].map(
          (n) => n | 0,
        ),
      ],
      'i32 negation and size of the smallest wrap': [i.neg().add(i.abs()), [0, 14, 0, 14, 0, 0]],
      'shifts count modulo 32': [
        Tensor.map('shiftLeft', i, j.sub(32)),
        [28, -28, 7 << 30, -7, 0, -(2 ** 31) << 31],
      ],
      'zeros come in from the left': [
        Tensor.map('shiftRight', i, Tensor.from(Int32Array.of(33, 33, 1, 31, 0, 31))),
        [3, 2147483644, 3, 1, 0, 1],
      ],
      'relu(-0) = -0, relu(NaN) = NaN': [Tensor.from([-0, nan, -1]).relu(), [-0, nan, 0]],
      'sign of zeros and NaN': [Tensor.from([-0, 0, nan]).sign(), [-0, 0, nan]],
      'ties round to even': [Tensor.from([0.5, 1.5, 2.5, -0.5, -1.5]).round(), [0, 2, 2, -0, -2]],
    };
    for (const device of devices.all) {
      const out = await values(
        device,
        Object.values(told).map(([t]) => t),
      );
      Object.entries(told).forEach(([what, [, expected]], k) =>
        assert.deepEqual([...out[k]!], [...expected], `${what}, on ${device.name}`),
      );
    }
  });
});
