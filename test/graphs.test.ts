// Random graphs of up to 40 nodes, of every kind, on every target against the reference: what nobody thought of.
// EIDOS_SEED chooses others.
import { after, suite, test } from 'node:test';
import { range, sizeOf } from '../src/base/shape.ts';
import { scalar, scalars, type ScalarName } from '../src/graph/scalar.ts';
import { grad } from '../src/grad.ts';
import { ops } from '../src/index.ts';
import { Tensor } from '../src/tensor.ts';
import { agree, assertNear, draw, openAll, type Draw } from './helpers.ts';

const devices = await openAll();
after(() => devices.close());

/** Rows that are defined and tame for every argument, so that errors do not grow without bound. */
const tame = (Object.keys(scalars) as ScalarName[]).filter((name) => {
  const { arity, takes, gives, js, grad: g } = scalar(name);
  if (takes !== 'f32' && takes !== 'number') return false;
  if (gives !== 'same' || !g || ['sign', 'floor', 'ceil', 'round'].includes(name)) return false;
  const x = [-3, -1, -0.5, 0, 0.5, 1, 3];
  return x.every((a) => x.every((b) => Number.isFinite(arity === 1 ? js(a) : js(a, b))));
});

type Step = (pool: readonly Tensor[], d: Draw) => Tensor | undefined;

const some = (pool: readonly Tensor[], d: Draw): Tensor => d.pick(pool.slice(-8));
/** Results kept in range, so that products of products stay comparable. */
const calm = (t: Tensor): Tensor => t.tanh();

const steps: readonly Step[] = [
  (pool, d) => {
    const name = d.pick(tame);
    const x = some(pool, d);
    if (scalar(name).arity === 1) return Tensor.map(name, calm(x));
    const partner = pool.filter(
      (t) => t.rank <= x.rank && t.shape.every((n, i) => n === 1 || n === x.shape[x.rank - t.rank + i]),
    );
    return Tensor.map(name, ...(d.next() < 0.5 ? [x, d.pick(partner)] : [x, d.whole(-3, 3) / 2]));
  },
  (pool, d) => {
    const x = some(pool, d);
    return x.where(x.less(d.pick([0, 0.25])), x.mul(0.5));
  },
  (pool, d) => {
    const x = some(pool, d);
    return x.rank < 2 ? undefined : x.permute(range(x.rank).map((i) => (i + 1) % x.rank));
  },
  (pool, d) => {
    const x = some(pool, d);
    return x.pad(x.shape.map(() => [d.whole(0, 1), d.whole(0, 2)])).add(d.whole(0, 1));
  },
  (pool, d) => {
    const x = some(pool, d);
    return x.crop(x.shape.map((n) => (n > 2 ? [d.whole(0, 1), d.whole(0, 1)] : [0, 0])));
  },
  (pool, d) => {
    const x = some(pool, d);
    return x.flip(range(x.rank).filter(() => d.next() < 0.5));
  },
  (pool, d) => {
    const x = some(pool, d);
    return x.rank < 2 ? x.reshape([-1, 1]) : x.reshape([x.shape[0]! * x.shape[1]!, ...x.shape.slice(2)]);
  },
  (pool, d) => {
    const x = some(pool, d);
    return x.rank === 0 ? undefined : x.dilate(d.whole(0, x.rank - 1), 2);
  },
  (pool, d) => {
    const x = some(pool, d);
    if (x.rank === 0) return undefined;
    const axes = range(x.rank).filter(() => d.next() < 0.6);
    const y = d.pick([
      x.sum(axes, { keep: true }).mul(
        1 /
          Math.max(
            1,
            axes.reduce((n, i) => n * x.shape[i]!, 1),
          ),
      ),
      x.max(axes, { keep: true }),
      x.min(axes, { keep: true }),
      calm(x).mul(0.2).add(1).prod(axes, { keep: true }),
    ]);
    return d.next() < 0.5 ? x.sub(y) : y;
  },
  (pool, d) => {
    const a = some(pool, d);
    if (a.rank < 2) return undefined;
    const inner = a.shape[a.rank - 1]!;
    const right = pool.find((t) => t.rank === 2 && t.shape[0] === inner) ?? d.tensor([inner, d.whole(1, 9)]);
    return ops.matmul(a, right).mul(1 / Math.sqrt(inner));
  },
  (pool, d) => {
    const a = some(pool, d);
    return a.rank !== 2 ? undefined : ops.matmul(a, a.permute([1, 0])).mul(1 / a.shape[1]!);
  },
  (pool, d) => {
    const x = some(pool, d);
    if (x.rank < 1 || x.rank > 3) return undefined;
    const image = x.reshape([
      1,
      x.shape[0]!,
      Math.max(1, sizeOf(x.shape.slice(1, 2))),
      Math.max(1, sizeOf(x.shape.slice(2))),
    ]);
    const c = image.shape[3]!;
    const kernel = d.tensor([d.whole(1, 3), d.whole(1, 3), c, d.whole(1, 6)]);
    return ops
      .conv2d(image, kernel, { padding: 'same', strides: d.whole(1, 2) })
      .mul(1 / c)
      .sum(0);
  },
  (pool, d) => {
    const x = some(pool, d);
    return x.rank < 1 || x.shape[0] === 0
      ? undefined
      : ops.gather(x, Tensor.from(Int32Array.from({ length: 5 }, () => d.whole(-1, x.shape[0]!))));
  },
  (pool, d) => {
    const x = some(pool, d);
    return x.rank < 1
      ? undefined
      : ops
          .scatterAdd(4, Tensor.from(Int32Array.from({ length: x.shape[0]! }, () => d.whole(-1, 4))), x)
          .mul(0.5);
  },
  (pool, d) => {
    const x = some(pool, d);
    return x.rank < 1 ? undefined : ops.concat([x, calm(x), x.mul(-0.5)], d.whole(0, x.rank - 1));
  },
  (pool, d) => {
    const x = some(pool, d);
    return x.rank < 1 ? undefined : ops.softmax(calm(x).mul(3));
  },
  (pool, d) => {
    const x = some(pool, d);
    if (x.rank < 2) return undefined;
    const rows = x.shape.slice(1);
    return ops.scan([Tensor.fill(0, rows)], [x], ([s], [row]) => ({
      carry: [calm(s!.mul(0.5).add(row!))],
      out: [s!.sub(row!)],
    })).out[0];
  },
];

interface Graph {
  readonly inputs: readonly Tensor[];
  readonly outputs: readonly Tensor[];
}

function graphOf(number: number): Graph {
  const d = draw(2000 + number);
  const inputs = [d.tensor([4, 5]), d.tensor([3, 4, 2]), d.tensor([6]), d.tensor([])];
  const pool = [...inputs];
  const length = d.whole(3, 30);
  while (pool.length < inputs.length + length) {
    const next = d.pick(steps)(pool, d);
    if (next && sizeOf(next.shape) <= 700) pool.push(next);
  }
  const outputs = pool.slice(-2);
  const loss = outputs
    .map((t) =>
      calm(t)
        .mul(t.rank === 0 ? 1 : 0.5)
        .sum(),
    )
    .reduce((a, b) => a.add(b));
  return { inputs, outputs: [...outputs, loss, ...grad(loss, inputs)] };
}

suite('random graphs', () => {
  const [from, each, groups] = [Number(process.env['EIDOS_GRAPHS_FROM'] ?? 0), 6, 4];
  for (const group of range(groups))
    test(`${each} graphs and their gradients on every target, ${group + 1} of ${groups}`, async () => {
      const graphs = range(each).map((i) => graphOf(from + group * each + i));
      const all = graphs.flatMap(({ outputs }, g) =>
        outputs.map((t, i) => [`graph ${from + group * each + g}, output ${i}`, t] as const),
      );
      await agree(devices, Object.fromEntries(all), (actual, expected, what) => {
        // Results near 0 everywhere are differences of larger ones, and as exact as those.
        const small = expected.every((v) => Math.abs(v) < 1e-4) ? 1 : 0;
        assertNear(
          actual.map((v) => v + small),
          expected.map((v) => v + small),
          { limit: 1e-7, what },
        );
      });
    });
});
