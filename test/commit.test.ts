// How many kernels a step takes, and that state is written in place: no copies in a normal training step, one
// only where the old value is still needed elsewhere. Told from explain('kernels'), so no device has to run.
import assert from 'node:assert/strict';
import { after, before, suite, test } from 'node:test';
import { range, type Shape } from '../src/base/shape.ts';
import type { InputSpec, Traced } from '../src/device/compile.ts';
import type { Device, Variable } from '../src/device/device.ts';
import { open } from '../src/device/open.ts';
import { grad } from '../src/grad.ts';
import * as ops from '../src/ops/index.ts';
import { Tensor } from '../src/tensor.ts';

let device: Device;
before(async () => {
  device = await open({ device: 'wasm', threads: 1 });
});
after(() => device.close());

/** What explain('kernels') shows of a program. */
interface Seen {
  /** 'loop', 'contract', ... in order. */
  readonly kinds: readonly string[];
  /** Stores that only move elements. */
  readonly copies: number;
  /** Entries of the tiled table, packing and finishing included. */
  readonly entries: number;
}

async function seen(
  make: (x: Readonly<Record<string, Tensor>>) => Traced<Variable>,
  inputs: Readonly<Record<string, InputSpec>> = {},
  batch = 1,
): Promise<Seen> {
  using program = await device.compile(({ inputs: x }) => make(x), { inputs, batch });
  const lines = program.explain('kernels').split('\n');
  const code = JSON.parse(program.explain('code')) as { table: readonly unknown[] };
  return {
    kinds: lines.flatMap((line) => /^(loop|contract|scatter|scan)/.exec(line)?.[1] ?? []),
    copies: lines.filter((line) => /^ +\S+\[\S*\] = \S+\[\S*\]$/.test(line)).length,
    entries: code.table.length,
  };
}

const f32 = (...shape: (number | 'batch')[]): InputSpec => ({ shape });
const zeros = (shape: Shape): Variable => device.variable(undefined, shape);

suite('commit: kernels of a step', () => {
  test('few rows and their weights are read where they are', async () => {
    const { entries } = await seen(
      ({ x, w }) => ({ outputs: { y: ops.matmul(x!, w!) } }),
      { x: f32(5, 257), w: f32(257, 129) },
      1,
    );
    assert.equal(entries, 1);
  });

  for (const [units, entries, how] of [
    [30, 1, 'one product that reads its weights in place'],
    [300, 2, 'packing its weights and one product'],
  ] as const)
    test(`a dense layer of ${units} units forward is ${how}`, async () => {
      const { kinds, ...found } = await seen(
        ({ x, w, b }) => ({ outputs: { y: ops.matmul(x!, w!).add(b!).relu() } }),
        { x: f32('batch', 20), w: f32(20, units), b: f32(units) },
        64,
      );
      assert.deepEqual({ kinds, entries: found.entries }, { kinds: ['contract'], entries });
    });

  for (const [filters, entries, how] of [
    [8, 2, 'padding and one product'],
    [130, 3, 'padding, packing and one product'],
  ] as const)
    test(`a convolution of ${filters} filters forward is ${how}`, async () => {
      const { kinds, ...found } = await seen(
        ({ x, w, b }) => ({ outputs: { y: ops.conv2d(x!, w!, { padding: 'same' }).add(b!).relu() } }),
        { x: f32('batch', 8, 8, 3), w: f32(3, 3, 3, filters), b: f32(filters) },
        4,
      );
      assert.deepEqual({ kinds, entries: found.entries }, { kinds: ['loop', 'contract'], entries });
    });

  test('arithmetic of one shape is one kernel, whatever it is', async () => {
    const { kinds } = await seen(
      ({ x, y }) => ({
        outputs: { a: x!.mul(y!).tanh().add(1), b: x!.where(x!.less(y!), y!).exp(), c: x!.neg() },
      }),
      { x: f32(100), y: f32(100) },
    );
    assert.deepEqual(kinds, ['loop']);
  });

  test('a softmax is at most four, its loss with the gradient at most nine', async () => {
    const logits = { x: f32('batch', 10), y: { shape: ['batch'], dtype: 'i32' } } as const;
    const softmax = await seen(({ x }) => ({ outputs: { y: ops.softmax(x!) } }), { x: logits.x }, 8);
    assert.ok(softmax.kinds.length <= 4, softmax.kinds.join());
    const loss = await seen(({ x, y }) => {
      const l = ops.pick(ops.logSoftmax(x!), y!).neg().mean();
      return { outputs: { l, g: grad(l, [x!])[0]! } };
    }, logits, 8); // prettier-ignore
    assert.ok(loss.kinds.length <= 9, loss.kinds.join());
  });

  const adam = (
    p: Variable,
    m: Variable,
    v: Variable,
    g: Tensor,
    rate: Tensor | number,
  ): [Variable, Tensor][] => {
    const [m2, v2] = [m.tensor.mul(0.9).add(g.mul(0.1)), v.tensor.mul(0.99).add(g.mul(g).mul(0.01))];
    return [[m, m2], [v, v2], [p, p.tensor.sub(m2.div(v2.sqrt().add(1e-7)).mul(rate))]]; // prettier-ignore
  };

  test('Adam is one kernel a parameter, and one for the step number', async () => {
    for (const count of [1, 2, 5]) {
      const slots = range(count).map(() => [zeros([30]), zeros([30]), zeros([30])] as const);
      const plain = await seen(
        ({ g }) => ({ updates: slots.flatMap(([p, m, v], i) => adam(p, m, v, g!.mul(i + 1), 0.001)) }),
        { g: f32(30) },
      );
      assert.ok(plain.kinds.length <= count && plain.copies === 0, plain.kinds.join());
      const t = zeros([]);
      const counted = await seen(({ g }) => {
        const next = t.tensor.add(1);
        const rate = Tensor.fill(0.001).mul(next.rsqrt());
        return { updates: [...slots.flatMap(([p, m, v], i) => adam(p, m, v, g!.mul(i + 1), rate)), [t, next]] };
      }, { g: f32(30) }); // prettier-ignore
      assert.ok(counted.kinds.length <= count + 2 && counted.copies === 0, counted.kinds.join());
    }
  });

  test('a training step writes all state in place', async () => {
    const shapes: Shape[] = [[3, 3, 1, 8], [8], [8 * 7 * 7, 10], [10]]; // prettier-ignore
    const slots = shapes.map((shape) => [zeros(shape), zeros(shape), zeros(shape)] as const);
    const counter = device.variable(undefined, [], { dtype: 'i32' });
    const { copies, kinds } = await seen(({ x, y }) => {
      const [k, b, w, c] = slots.map(([p]) => p.tensor) as [Tensor, Tensor, Tensor, Tensor];
      const hidden = ops.maxPool2d(ops.conv2d(x!, k, { padding: 'same' }).add(b).relu(), 2);
      const logits = ops.matmul(hidden.reshape([hidden.shape[0]!, -1]), w).add(c);
      const loss = ops.pick(ops.logSoftmax(logits), y!).neg().mean();
      const gradients = grad(loss, [k, b, w, c]);
      const updates = slots.flatMap(([p, m, v], i) => adam(p, m, v, gradients[i]!, 0.001));
      return { outputs: { loss }, updates: [...updates, [counter, counter.tensor.add(1)]] };
    }, { x: f32('batch', 14, 14, 1), y: { shape: ['batch'], dtype: 'i32' } }, 16); // prettier-ignore
    assert.equal(copies, 0, kinds.join());
  });
});

suite('commit: what many elements take', () => {
  for (const [name, others] of [
    ['of one rank', [[4, 5]]],
    ['of several ranks', [[4, 5], [5], [2, 3, 4]]],
  ] as const)
    test(`a rate worked out once, for weights ${name}`, async () => {
      const weights = others.map(zeros);
      const step = device.variable(Int32Array.of(0), []);
      const program = await device.compile(() => {
        const rate = step.tensor.to('f32').cos().pow(1.5);
        return { updates: weights.map((w) => [w, w.tensor.sub(rate.mul(w.tensor))]) };
      });
      const kernels = program.explain('kernels');
      assert.equal(kernels.match(/pow\(/g)?.length, 1, kernels);
      assert.match(kernels, /^loop\n {2}\w+\[0\] = pow/m, kernels);
      program.close();
    });
});

suite('commit: copies', () => {
  /** Copies in a step of two variables [3, 3]. */
  const copiesOf = async (
    step: (a: Tensor, b: Tensor) => readonly (Tensor | undefined)[],
    watch = false,
  ): Promise<number> => {
    const variables = [zeros([3, 3]), zeros([3, 3])];
    const [a, b] = variables.map((v) => v.tensor) as [Tensor, Tensor];
    const { copies } = await seen(() => {
      const next = step(a, b);
      const updates = next.flatMap((t, i): [Variable, Tensor][] => (t ? [[variables[i]!, t]] : []));
      return { updates, outputs: watch ? { y: next[0]! } : {} };
    });
    return copies;
  };

  test('none where every element is written from its own place', async () => {
    assert.equal(await copiesOf((a) => [a.add(1)]), 0);
    assert.equal(await copiesOf((a, b) => [a.add(b), b.mul(2)]), 0);
    assert.equal(await copiesOf((a, b) => [b.mul(2), a.add(1)]), 0);
    assert.equal(await copiesOf((a, b) => [a.add(ops.matmul(b, b))]), 0);
  });

  test('one where the old value is read elsewhere, later or by others', async () => {
    assert.equal(await copiesOf((a) => [a.flip(0).add(1)]), 1);
    assert.equal(await copiesOf((a) => [ops.matmul(a, a)]), 1);
    assert.equal(await copiesOf((a) => [a.add(1)], true), 1);
    assert.equal(await copiesOf((a) => [a.add(1), a.add(1)]), 1);
  });
});
