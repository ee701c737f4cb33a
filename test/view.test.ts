// The moves, tested from their table: alone and in random chains, on every target against a plain reading of
// their definitions, and their gradients as transposes: dot(A v, u) = dot(v, transpose(A) u).
import { after, suite, test } from 'node:test';
import assert from 'node:assert/strict';
import { range, sizeOf, stridesOf, type Shape } from '../src/base/shape.ts';
import { views, type Move, type Pair } from '../src/graph/view.ts';
import { grad } from '../src/grad.ts';
import { Tensor } from '../src/tensor.ts';
import {
  agree,
  assertEqualGraphs,
  assertSame,
  draw,
  openAll,
  slopePairs,
  values,
  type Draw,
} from './helpers.ts';

const devices = await openAll();
after(() => devices.close());

/** Numbers with a shape, to compute by definition. */
interface Plain {
  readonly shape: Shape;
  readonly data: readonly number[];
}

const build = (shape: Shape, f: (index: number[]) => number): Plain => {
  const strides = stridesOf(shape);
  return {
    shape,
    data: range(sizeOf(shape)).map((flat) => f(strides.map((s, i) => Math.floor(flat / s) % shape[i]!))),
  };
};
const at = ({ shape, data }: Plain, index: readonly number[]): number => {
  if (index.some((x, i) => x < 0 || x >= shape[i]!)) return 0;
  return data[index.reduce((n, x, i) => n + x * stridesOf(shape)[i]!, 0)]!;
};

type MoveOf<K extends Move['to']> = Extract<Move, { to: K }>;
interface Model<K extends Move['to']> {
  /** The move by its definition. */
  apply(move: MoveOf<K>, x: Plain): Plain;
  /** A random move that suits the shape, if there is one. */
  any(shape: Shape, d: Draw): MoveOf<K> | undefined;
}

const extent = (shape: Shape): { shape: Shape; scale: number[] } => ({ shape, scale: shape.map(() => 0) });
const pairs = (shape: Shape, d: Draw, most: (size: number) => number): Pair[] =>
  shape.map((n) => [d.whole(0, most(n)), d.whole(0, most(n))]);
const none = (shape: Shape): Pair[] => shape.map(() => [0, 0]);

/** A new move does not type-check before it has its definition here. */
const models: { readonly [K in Move['to']]: Model<K> } = {
  reshape: {
    apply: ({ extent: { shape } }, x) => ({ shape, data: x.data }),
    any(shape, d) {
      const sizes: number[] = [];
      let rest = sizeOf(shape);
      if (rest === 0) return { to: 'reshape', extent: extent([...shape].reverse()) };
      for (let p = 2; rest > 1; p++) while (rest % p === 0) [sizes[sizes.length], rest] = [p, rest / p];
      const out: number[] = [];
      for (const p of sizes.sort(() => d.next() - 0.5))
        if (out.length > 0 && d.next() < 0.5) out[out.length - 1]! *= p;
        else out.push(p);
      if (d.next() < 0.3) out.splice(d.whole(0, out.length), 0, 1);
      return { to: 'reshape', extent: extent(out) };
    },
  },
  permute: {
    apply: ({ order }, x) =>
      build(
        order.map((i) => x.shape[i]!),
        (index) =>
          at(
            x,
            x.shape.map((_, axis) => index[order.indexOf(axis)]!),
          ),
      ),
    any: (shape, d) => ({
      to: 'permute',
      order: range(shape.length)
        .map((i) => [i, d.next()] as const)
        .sort((a, b) => a[1] - b[1])
        .map(([i]) => i),
    }),
  },
  expand: {
    apply: ({ extent: { shape } }, x) =>
      build(shape, (index) =>
        at(
          x,
          index.map((i, axis) => (x.shape[axis] === 1 ? 0 : i)),
        ),
      ),
    any: (shape, d) =>
      shape.includes(1)
        ? { to: 'expand', extent: extent(shape.map((n) => (n === 1 ? d.whole(1, 3) : n))) }
        : undefined,
  },
  pad: {
    apply: ({ by }, x) =>
      build(
        x.shape.map((n, i) => n + by[i]![0] + by[i]![1]),
        (index) =>
          at(
            x,
            index.map((i, axis) => i - by[axis]![0]),
          ),
      ),
    any: (shape, d) => ({ to: 'pad', by: pairs(shape, d, () => 2), per: none(shape) }),
  },
  crop: {
    apply: ({ by }, x) =>
      build(
        x.shape.map((n, i) => n - by[i]![0] - by[i]![1]),
        (index) =>
          at(
            x,
            index.map((i, axis) => i + by[axis]![0]),
          ),
      ),
    any: (shape, d) => ({
      to: 'crop',
      by: pairs(shape, d, (n) => Math.floor((n - 1) / 2)).map(([a, b]) => [Math.max(0, a), Math.max(0, b)]),
      per: none(shape),
    }),
  },
  flip: {
    apply: ({ axes }, x) =>
      build(x.shape, (index) =>
        at(
          x,
          index.map((i, axis) => (axes.includes(axis) ? x.shape[axis]! - 1 - i : i)),
        ),
      ),
    any: (shape, d) => ({ to: 'flip', axes: range(shape.length).filter(() => d.next() < 0.5) }),
  },
  slide: {
    apply: ({ axis, stride, dilation, count }, x) =>
      build(
        x.shape.map((n, i) => (i === axis ? count : n)),
        (index) =>
          at(
            x,
            index.map((i, a) => (a === axis ? i * stride + index[axis + 1]! * dilation : i)),
          ),
      ),
    any(shape, d) {
      if (shape.length < 2) return undefined;
      const axis = d.whole(0, shape.length - 2);
      const [stride, dilation] = [d.whole(1, 3), d.whole(1, 2)];
      const fits = Math.floor((shape[axis]! - 1 - (shape[axis + 1]! - 1) * dilation) / stride) + 1;
      return fits < 1 || shape[axis + 1] === 0
        ? undefined
        : { to: 'slide', axis, stride, dilation, count: d.whole(1, fits) };
    },
  },
  spread: {
    apply({ axis, stride, dilation, count }, x) {
      const from = (h: number, k: number): number[] =>
        range(x.shape[axis]!).filter((o) => o * stride + k * dilation === h);
      return build(
        x.shape.map((n, i) => (i === axis ? count : n)),
        (index) =>
          from(index[axis]!, index[axis + 1]!).reduce((sum, o) => sum + at(x, index.with(axis, o)), 0),
      );
    },
    any(shape, d) {
      if (shape.length < 2) return undefined;
      const axis = d.whole(0, shape.length - 2);
      const [stride, dilation] = [d.whole(1, 3), d.whole(1, 2)];
      const needed = (shape[axis]! - 1) * stride + (shape[axis + 1]! - 1) * dilation + 1;
      return needed > 40 || needed < 1
        ? undefined
        : { to: 'spread', axis, stride, dilation, count: needed + d.whole(0, 2) };
    },
  },
};

const names = Object.keys(views) as Move['to'][];
const model = (name: Move['to']): Model<Move['to']> => models[name] as unknown as Model<Move['to']>;
const bases: readonly Shape[] = [[2, 3, 4], [5, 1, 3], [7], [1], [4, 6], [3, 2, 2, 5], [0, 2], [2, 1, 3, 1]];
const plain = (shape: Shape): Plain => ({ shape, data: range(sizeOf(shape)).map((i) => i + 1) });

interface Chain {
  readonly x: Tensor;
  readonly f: (x: Tensor) => Tensor;
  readonly y: Tensor;
  readonly expected: Plain;
  readonly text: string;
}

/** `length` random moves, numbers added in between where `adding`, and what they come to by definition. */
function chain(shape: Shape, length: number, d: Draw, adding: boolean): Chain {
  let expected = plain(shape);
  const steps: ((t: Tensor) => Tensor)[] = [];
  let text = `[${shape.join()}]`;
  for (let tries = 0, done = 0; done < length && tries < 40; tries++) {
    const name = d.pick(names);
    const move = model(name).any(expected.shape, d);
    if (!move) continue;
    const next = model(name).apply(move, expected);
    if (next.data.length > 600) continue;
    steps.push((t) => t.move(move));
    [expected, text, done] = [next, `${text} ${JSON.stringify(move)}`, done + 1];
    if (!adding || d.next() < 0.5) continue;
    expected = { ...expected, data: expected.data.map((v) => v + 1) };
    steps.push((t) => t.add(1));
    text += ' +1';
  }
  return chainOf(plain(shape), steps, expected, text);
}

function chainOf(
  from: Plain,
  steps: readonly ((t: Tensor) => Tensor)[],
  expected: Plain,
  text: string,
): Chain {
  const x = Tensor.from(from.data, from.shape);
  const f = (t: Tensor): Tensor => steps.reduce((y, step) => step(y), t);
  return { x, f, y: f(x), expected, text };
}

/** One random move of a kind, if there is one for the shape. */
function single(name: Move['to'], shape: Shape, d: Draw): Chain | undefined {
  const move = model(name).any(shape, d);
  return (
    move &&
    chainOf(
      plain(shape),
      [(t) => t.move(move)],
      model(name).apply(move, plain(shape)),
      `[${shape.join()}] ${JSON.stringify(move)}`,
    )
  );
}

async function check(chains: readonly Chain[]): Promise<void> {
  for (const device of devices.all) {
    const out = await values(
      device,
      chains.map((c) => c.y),
    );
    chains.forEach(({ expected, y, text }, i) => {
      assert.deepEqual(y.shape, expected.shape, text);
      assertSame(out[i]!, expected.data, `${text} on ${device.name}`);
    });
  }
}

suite('moves', () => {
  for (const name of names)
    test(`${name} is what its definition says, on every target`, async () => {
      const d = draw(20 + names.indexOf(name));
      const chains = bases
        .flatMap((shape) => range(3).map(() => single(name, shape, d)))
        .filter((c) => c !== undefined);
      assert.ok(chains.length >= 6);
      await check(chains);
    });

  test('a cyclic permutation of unequal axes is not its inverse', async () => {
    const x = Tensor.fill(0, [2, 3, 4]);
    const y = x.permute([1, 2, 0]);
    assert.deepEqual(y.shape, [3, 4, 2]);
    const expected = build([3, 4, 2], ([i, j, k]) => k! * 12 + i! * 4 + j! + 1);
    await check([chainOf(plain([2, 3, 4]), [(t) => t.permute([1, 2, 0])], expected, 'cyclic')]);
  });

  test('random chains of two to five moves, with numbers added in between', async () => {
    const d = draw(30);
    await check(range(120).map((i) => chain(d.pick(bases), 2 + (i % 4), d, i % 2 === 0)));
  });

  test('moves of i32, u8 and bool', async () => {
    const d = draw(31);
    const all: Record<string, Tensor> = {};
    for (const dtype of ['i32', 'u8', 'bool'] as const)
      for (const i of range(8)) {
        const shape = d.pick(bases);
        const moves = range(20)
          .map(() => d.pick(names))
          .map((n) => model(n).any(shape, d))
          .filter((m) => m !== undefined);
        const x = Tensor.from(
          range(sizeOf(shape)).map((k) => (dtype === 'bool' ? k % 2 : 200 + k)),
          shape,
          dtype,
        );
        all[`${dtype} ${i} ${JSON.stringify(moves[0])}`] = x.move(moves[0]!);
      }
    await agree(devices, all, assertSame);
  });

  test('dilate puts zeros between, of no elements too', async () => {
    const x = Tensor.from([1, 2, 3, 4, 5, 6], [2, 3]);
    const list = [x.dilate(1, 3), x.dilate(0, 2), Tensor.from([], [0, 2]).dilate(0, 3), x.dilate(-1, 1)];
    const expected = [
      [1, 0, 0, 2, 0, 0, 3, 4, 0, 0, 5, 0, 0, 6],
      [1, 2, 3, 0, 0, 0, 4, 5, 6],
      [],
      [1, 2, 3, 4, 5, 6],
    ];
    assert.deepEqual(
      list.map((t) => t.shape),
      [
        [2, 7],
        [3, 3],
        [0, 2],
        [2, 3],
      ],
    );
    for (const device of devices.all)
      (await values(device, list)).forEach((v, i) => assertSame(v, expected[i]!, device.name));
  });

  test('the gradient of every move and chain is its transpose', async () => {
    const d = draw(32);
    const alone = names
      .flatMap((name) => bases.map((shape) => single(name, shape, d)))
      .filter((c) => c !== undefined);
    const chains = [...alone, ...range(80).map((i) => chain(d.pick(bases), 2 + (i % 4), d, false))];
    const us = chains.map(({ y }) => range(sizeOf(y.shape)).map(() => d.whole(-9, 9)));
    const transposed = chains.map(({ x, y }, i) => grad(y.mul(Tensor.from(us[i]!, y.shape)).sum(), [x])[0]!);
    for (const device of devices.all) {
      const out = await values(device, transposed);
      chains.forEach(({ x, expected, text }, i) => {
        const dot = (a: ArrayLike<number>, b: ArrayLike<number>): number =>
          Array.from(a).reduce((n, v, k) => n + v * b[k]!, 0);
        assert.deepEqual(transposed[i]!.shape, x.shape);
        assert.equal(
          dot(out[i]!, plain(x.shape).data),
          dot(us[i]!, expected.data),
          `${text} on ${device.name}`,
        );
      });
    }
  });

  test('second gradients through random chains agree with finite differences', async () => {
    const d = draw(33);
    const chains = range(20).map((i) => chain(d.pick(bases.slice(0, 6)), 1 + (i % 4), d, false));
    const cube = (y: Tensor): Tensor => y.mul(y).mul(y);
    const all = chains.map(({ x, f, text }) => slopePairs(text, (t) => cube(f(t)), [x.mul(1 / 64)]));
    await assertEqualGraphs(devices, Object.assign({}, ...all) as (typeof all)[number], {
      rtol: 1e-5,
      atol: 1e-5,
    });
  });
});
