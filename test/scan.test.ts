// Loops over time against the same steps written out: values, gradients and second gradients of a recurrent net;
// carries that change places, loops in loops, whole-number carries, no steps at all.
import { after, suite, test } from 'node:test';
import { range } from '../src/base/shape.ts';
import { grad } from '../src/grad.ts';
import { ops } from '../src/index.ts';
import { Tensor } from '../src/tensor.ts';
import {
  agree,
  assertClose,
  assertEqualGraphs,
  assertSame,
  draw,
  openAll,
  slopePairs,
  values,
  weighted,
} from './helpers.ts';

const devices = await openAll();
after(() => devices.close());

const { concat, matmul, scan, stack } = ops;
const close = (actual: ArrayLike<number>, expected: ArrayLike<number>, what: string): void =>
  assertClose(actual, expected, { rtol: 1e-5, atol: 1e-5, what });

type Body = Parameters<typeof scan>[2];

/** What scan does, written out step by step. */
function unrolled(
  init: readonly Tensor[],
  xs: readonly Tensor[],
  body: Body,
  length = xs[0]?.shape[0] ?? 0,
): { carry: readonly Tensor[]; out: Tensor[] } {
  let carry = init;
  const outs: (readonly Tensor[])[] = [];
  for (const t of range(length)) {
    const step = body(
      carry,
      xs.map((x) =>
        x.crop(x.shape.map((n, i) => (i === 0 ? [t, n - 1 - t] : [0, 0]))).reshape(x.shape.slice(1)),
      ),
    );
    carry = step.carry;
    outs.push(step.out ?? []);
  }
  return { carry, out: (outs[0] ?? []).map((_, i) => stack(outs.map((o) => o[i]!))) };
}

const d = draw(90);
const [T, N, F, H] = [5, 3, 4, 6];
const xs = d.tensor([T, N, F]);
const h0 = d.tensor([N, H]);
const [wx, wh, bias] = [d.tensor([F, H]), d.tensor([H, H]), d.tensor([H])];

/** A recurrent net; its results as a list. */
const rnn =
  (loop: typeof unrolled | typeof scan) =>
  (x: Tensor, h: Tensor, a: Tensor, b: Tensor, c: Tensor): Tensor[] => {
    const { carry, out } = loop([h], [x], ([now], [input]) => {
      const next = matmul(input!, a).add(matmul(now!, b)).add(c).tanh();
      return { carry: [next], out: [next, next.mul(now!).sum(1)] };
    });
    return [carry[0]!, ...out];
  };

suite('scan', () => {
  test('a recurrent net, forwards and backwards, is the one written out, on every target', async () => {
    const inputs = [xs, h0, wx, wh, bias];
    const [a, b] = [scan, unrolled].map((loop) => {
      const results = rnn(loop)(xs, h0, wx, wh, bias);
      const loss = results.map(weighted).reduce((p, q) => p.add(q));
      return [...results, ...grad(loss, inputs)];
    }) as [Tensor[], Tensor[]];
    for (const device of devices.all) {
      const [out, expected] = [await values(device, a), await values(devices.reference, b)];
      out.forEach((x, i) => close(x, expected[i]!, `${i} on ${device.name}`));
    }
  });

  test('gradients and second gradients agree with finite differences', async () => {
    const small = [
      d.tensor([3, 2, 2]),
      d.tensor([2, 3]),
      d.tensor([2, 3]),
      d.tensor([3, 3]),
      d.tensor([3]),
    ] as const;
    const f = (...x: Tensor[]): Tensor => {
      const [carry, out] = rnn(scan)(...(x as [Tensor, Tensor, Tensor, Tensor, Tensor]));
      return concat([carry!.reshape([6]), out!.reshape([18])]);
    };
    await assertEqualGraphs(devices, slopePairs('rnn', f, small), { rtol: 1e-5, atol: 1e-5 });
  });

  test('second gradients on every target are those written out', async () => {
    const small = [
      d.tensor([4, 2, 2]),
      d.tensor([2, 3]),
      d.tensor([2, 3]),
      d.tensor([3, 3]),
      d.tensor([3]),
    ] as const;
    const second = (loop: typeof unrolled | typeof scan): Tensor[] => {
      const first = grad(weighted(rnn(loop)(...small)[0]!), small);
      return grad(
        first.map(weighted).reduce((p, q) => p.add(q)),
        small,
      );
    };
    const expected = await values(devices.reference, second(unrolled));
    for (const device of devices.all)
      (await values(device, second(scan))).forEach((x, i) =>
        close(x, expected[i]!, `${i} on ${device.name}`),
      );
  });

  test("carries that change places see each other's old values", async () => {
    const body: Body = ([a, b, c], [x]) => ({
      carry: [b!, a!.add(x!), c!.mul(2).add(a!)],
      out: [a!, c!.sub(b!)],
    });
    const init = [Tensor.from([1, 2]), Tensor.from([10, 20]), Tensor.from([0, 1])];
    const x = Tensor.from(range(14), [7, 2]);
    const all = (loop: typeof unrolled | typeof scan): Tensor[] => {
      const { carry, out } = loop(init, [x], body);
      const results = [...carry, ...out];
      return [
        ...results,
        ...grad(
          results.map(weighted).reduce((p, q) => p.add(q)),
          [...init, x],
        ),
      ];
    };
    const expected = await values(devices.reference, all(unrolled));
    for (const device of devices.all)
      (await values(device, all(scan))).forEach((v, i) =>
        assertSame(v, expected[i]!, `${i} on ${device.name}`),
      );
  });

  test('a loop in a loop, its gradient too', async () => {
    const inner =
      (loop: typeof unrolled | typeof scan, w: Tensor) =>
      (start: Tensor, row: Tensor): Tensor =>
        loop([start], [row], ([s], [x]) => ({ carry: [s!.mul(w).add(x!).tanh()] })).carry[0]!;
    const all = (loop: typeof unrolled | typeof scan): Tensor[] => {
      const [start, x, w] = [Tensor.from([0.5, -0.25]), draw(91).tensor([4, 3, 2]), Tensor.from([0.7, -0.6])];
      const { carry, out } = loop([start], [x], ([s], [row]) => {
        const next = inner(loop, w)(s!, row!);
        return { carry: [next], out: [next.add(s!)] };
      });
      return [carry[0]!, out[0]!, ...grad(weighted(carry[0]!).add(weighted(out[0]!)), [start, x, w])];
    };
    const expected = await values(devices.reference, all(unrolled));
    for (const device of devices.all)
      (await values(device, all(scan))).forEach((v, i) => close(v, expected[i]!, `${i} on ${device.name}`));
  });

  test('a whole-number carry counts, and picks rows', async () => {
    const table = draw(92).tensor([4, 3]);
    const all = (loop: typeof unrolled | typeof scan): Tensor[] => {
      const init = [Tensor.from(Int32Array.of(3)), Tensor.fill(0, [1, 3])];
      const { carry, out } = loop(
        init,
        [],
        ([i, sum]) => {
          const row = ops.gather(table, i!);
          return { carry: [i!.mul(5).add(1).rem(4), sum!.mul(0.5).add(row)], out: [i!, row.reshape([3])] };
        },
        6,
      );
      return [...carry, ...out, grad(weighted(carry[1]!).add(weighted(out[1]!)), [table])[0]!];
    };
    const expected = await values(devices.reference, all(unrolled));
    for (const device of devices.all)
      (await values(device, all(scan))).forEach((v, i) => close(v, expected[i]!, `${i} on ${device.name}`));
  });

  test('no steps and one step', async () => {
    for (const length of [0, 1]) {
      const x = draw(93).tensor([length, 2]);
      const init = [Tensor.from([1, 2])];
      const w = Tensor.from([3, 5]);
      const { carry, out } = scan(init, [x], ([s], [t]) => ({
        carry: [s!.mul(w).add(t!)],
        out: [s!.sub(t!)],
      }));
      const [g, gw] = grad(weighted(carry[0]!), [init[0]!, w]) as [Tensor, Tensor];
      const row = x.sum(0);
      const told =
        length === 0
          ? [init[0]!, Tensor.from([]), Tensor.from([0.25, -2]), Tensor.from([0, 0])]
          : [init[0]!.mul(w).add(row), init[0]!.sub(row), Tensor.from([0.75, -10]), Tensor.from([0.25, -4])];
      const expected = await values(devices.reference, told);
      for (const device of devices.all)
        (await values(device, [carry[0]!, out[0]!, g, gw])).forEach((v, i) =>
          close(v, expected[i]!, `${length} steps, ${i} on ${device.name}`),
        );
    }
  });

  test('constants, places, tensors from outside, carries that stand still, results that are inputs', async () => {
    const [outer, row] = [draw(94).tensor([2, 3]), draw(95).tensor([3])];
    const product = matmul(outer, draw(96).tensor([3, 3]));
    const x = draw(97).tensor([4, 2, 3]);
    const all = (loop: typeof unrolled | typeof scan): Tensor[] => {
      const { carry, out } = loop([Tensor.fill(0, [2, 3]), row], [x], ([s, still], [now]) => ({
        carry: [s!.add(now!).add(outer).add(product.mul(0.1)).add(now!.iota(1).to('f32')), still!],
        out: [now!, outer, s!.mul(still!), Tensor.fill(7, [2])],
      }));
      return [
        ...carry,
        ...out,
        ...grad(weighted(carry[0]!).add(weighted(out[2]!)).add(weighted(out[1]!)), [outer, row, x]),
      ];
    };
    const expected = await values(devices.reference, all(unrolled));
    for (const device of devices.all)
      (await values(device, all(scan))).forEach((v, i) => close(v, expected[i]!, `${i} on ${device.name}`));
  });

  test('results of a loop in further work, and two loops over one sequence', async () => {
    const all = (loop: typeof unrolled | typeof scan): Tensor[] => {
      const first = loop([h0], [xs], ([h], [x]) => ({
        carry: [matmul(x!, wx).add(h!).tanh()],
        out: [h!.sum(1)],
      }));
      const second = loop([h0], [xs.flip(0), first.out[0]!], ([h], [x, s]) => ({
        carry: [
          matmul(x!, wx)
            .sub(h!.mul(wh.sum(0)))
            .add(s!.reshape([N, 1]))
            .tanh(),
        ],
      }));
      const y = matmul(first.carry[0]!, second.carry[0]!.permute([1, 0])).add(first.out[0]!.mean());
      return [y, ...grad(weighted(y.tanh()), [h0, xs, wx, wh])];
    };
    const expected = await values(devices.reference, all(unrolled));
    for (const device of devices.all)
      (await values(device, all(scan))).forEach((v, i) => close(v, expected[i]!, `${i} on ${device.name}`));
  });

  test('a long loop is a short program', async () => {
    const decay = (steps: number): Tensor =>
      scan([Tensor.from([1, 2, 3])], [], ([s]) => ({ carry: [s!.mul(0.999)] }), steps).carry[0]!;
    await agree(devices, { long: decay(5000) }, close);
    using short = await devices.reference.compile(() => ({ outputs: { y: decay(2) } }));
    using long = await devices.reference.compile(() => ({ outputs: { y: decay(5000) } }));
    assertSame([long.cost().kernels], [short.cost().kernels]);
  });
});
