// The same device gives the same bytes with 1, 2, 3 and 8 threads, whatever a program does.
import { suite, test } from 'node:test';
import assert from 'node:assert/strict';
import { open, type DeviceName } from '../src/device/open.ts';
import { range } from '../src/base/shape.ts';
import { grad } from '../src/grad.ts';
import { ops } from '../src/index.ts';
import { Tensor } from '../src/tensor.ts';
import { draw, openNative, values } from './helpers.ts';

const { conv2d, gather, logSoftmax, matmul, maxPool2d, pick, randomNormal, scan, scatterAdd } = ops;

/** A bit of everything, large enough to be shared out. */
function everything(): Tensor[] {
  const d = draw(150);
  const [a, b] = [d.tensor([300, 1500]), d.tensor([1500, 70])];
  const [x, k] = [d.tensor([8, 20, 20, 3]), d.tensor([3, 3, 3, 16])];
  const dense = d.tensor([1600, 10]);
  const pooled = maxPool2d(conv2d(x, k, { padding: 'same' }).relu(), 2).reshape([8, 1600]);
  const loss = pick(logSoftmax(matmul(pooled, dense)), Tensor.iota([8], 0))
    .neg()
    .mean();
  const long = d.tensor([200_000]);
  const index = Tensor.iota([5000], 0).mul(7919).rem(600);
  const updates = d.tensor([5000, 9]);
  const w = d.tensor([40, 40], -0.2, 0.2);
  const { carry } = scan([d.tensor([30, 40])], [], ([h]) => ({ carry: [matmul(h!, w).tanh()] }), 10);
  const chance = { seed: Tensor.fill(5, [], 'i32'), step: Tensor.fill(6, [], 'i32') };
  return [
    matmul(a, b),
    matmul(d.tensor([3, 6000]), d.tensor([6000, 5])),
    loss,
    ...grad(loss, [x, k, dense]),
    long.sum(),
    long.mul(long).mean(),
    long.max(),
    long.argmax(),
    long.reshape([400, 500]).sum(0),
    long.reshape([500, 400]).prod(1),
    scatterAdd(600, index, updates),
    gather(updates, index),
    carry[0]!,
    ...grad(carry[0]!.sum(), [w]),
    randomNormal([40_000], chance, 0),
    long.exp().sin().add(1).sqrt(),
  ];
}

async function bytesWith(device: DeviceName, threads: number): Promise<Buffer[]> {
  await using opened = await open({ device, threads });
  assert.equal(opened.threads, threads);
  return (await values(opened, everything())).map((x) => Buffer.from(x.buffer, x.byteOffset, x.byteLength));
}

suite('the same bits at any number of threads', async () => {
  const native = await openNative(1);
  await native?.close();
  for (const name of ['wasm', 'native'] as const)
    test(name, { skip: name === 'native' && !native && 'no C compiler' }, async () => {
      const one = await bytesWith(name, 1);
      for (const threads of [2, 3, 8]) {
        const many = await bytesWith(name, threads);
        range(one.length).forEach((i) =>
          assert.ok(one[i]!.equals(many[i]!), `output ${i} differs with ${threads} threads`),
        );
      }
      const again = await bytesWith(name, 8);
      range(one.length).forEach((i) =>
        assert.ok(one[i]!.equals(again[i]!), `output ${i} differs the second time`),
      );
    });

  test('more parts than are offered at once', { skip: !native && 'no C compiler' }, async () => {
    await using device = await open({ device: 'native', threads: 2 });
    const [many, rows, inner, columns] = [20_000, 2, 8, 4];
    const numbers = (n: number): Float32Array => Float32Array.from({ length: n }, (_, i) => (i % 13) - 6);
    const [a, b] = [numbers(many * rows * inner), numbers(many * inner * columns)];
    const program = await device.compile(
      ({ inputs }) => ({ outputs: { y: matmul(inputs['a']!, inputs['b']!) } }),
      { inputs: { a: { shape: [many, rows, inner] }, b: { shape: [many, inner, columns] } } },
    );
    const { y } = await program.run({ a, b });
    const at = (i: number): number => {
      const [p, r, c] = [Math.floor(i / 8), Math.floor(i / 4) % 2, i % 4];
      return range(inner).reduce(
        (sum, k) => sum + a[(p * rows + r) * inner + k]! * b[(p * inner + k) * columns + c]!,
        0,
      );
    };
    assert.deepEqual(
      y,
      Float32Array.from({ length: many * rows * columns }, (_, i) => at(i)),
    );
  });
});
