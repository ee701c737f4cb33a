// cost(): operations counted by hand for products, convolutions and their gradients, and the bytes a program
// says it needs against those the device holds while it is loaded.
import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { range, sizeOf, type Shape } from '../src/base/shape.ts';
import type { InputSpec } from '../src/device/compile.ts';
import type { Device, Program, Variable } from '../src/device/device.ts';
import { open } from '../src/device/open.ts';
import { grad } from '../src/grad.ts';
import * as ops from '../src/ops/index.ts';
import type { Tensor } from '../src/tensor.ts';
import { childSays } from './child.ts';
import { openAll } from './helpers.ts';

interface Counted {
  readonly shapes: Readonly<Record<string, readonly (number | 'batch')[]>>;
  readonly make: (x: Readonly<Record<string, Tensor>>) => Tensor;
  /** Multiplications and additions of the result, then of the gradient by each input. */
  readonly operations: readonly number[];
}

const conv = (rest: Partial<Counted> & Pick<Counted, 'make' | 'operations'>): Counted => ({
  shapes: { x: [2, 8, 8, 3], k: [3, 3, 3, 5] },
  ...rest,
});

const counted: Readonly<Record<string, Counted>> = {
  'a product [7, 11] @ [11, 13]': {
    shapes: { x: [7, 11], w: [11, 13] },
    make: ({ x, w }) => ops.matmul(x!, w!),
    operations: [2 * 7 * 11 * 13, 2 * 7 * 11 * 13, 2 * 7 * 11 * 13],
  },
  'five products at once': {
    shapes: { x: [5, 7, 11], w: [5, 11, 13] },
    make: ({ x, w }) => ops.matmul(x!, w!),
    operations: [10 * 7 * 11 * 13, 10 * 7 * 11 * 13, 10 * 7 * 11 * 13],
  },
  'a convolution of 8 x 8 by 3 x 3, from 3 to 5 channels': conv({
    make: ({ x, k }) => ops.conv2d(x!, k!),
    // 6 x 6 places; the gradient by the image is a convolution over all 8 x 8 of its places.
    operations: [2 * 2 * 36 * 27 * 5, 2 * 2 * 64 * 9 * 5 * 3, 2 * 2 * 36 * 27 * 5],
  }),
  'the same, padded to its size': conv({
    make: ({ x, k }) => ops.conv2d(x!, k!, { padding: 'same' }),
    // The gradient by the image is that of the padded image, 10 x 10.
    operations: [2 * 2 * 64 * 27 * 5, 2 * 2 * 100 * 9 * 5 * 3, 2 * 2 * 64 * 27 * 5],
  }),
};

/** Products of the tensors a function of these inputs gives. */
async function operationsOf(
  device: Device,
  shapes: Counted['shapes'],
  make: (x: Readonly<Record<string, Tensor>>) => Tensor,
): Promise<number> {
  const inputs = Object.fromEntries(Object.entries(shapes).map(([name, shape]) => [name, { shape }]));
  using program = await device.compile(({ inputs: x }) => ({ outputs: { y: make(x) } }), {
    inputs,
    batch: 6,
  });
  return program.cost().productOperations;
}

suite('cost: operations', () => {
  for (const [name, { shapes, make, operations }] of Object.entries(counted))
    test(name, async () => {
      const device = await open({ device: 'reference' });
      const [forward, ...backward] = operations;
      assert.equal(await operationsOf(device, shapes, make), forward);
      for (const [i, key] of Object.keys(shapes).entries()) {
        // The gradient of the sum of squares also takes the product itself.
        const both = await operationsOf(device, shapes, (x) => {
          const y = make(x);
          return grad(y.mul(y).sum(), [x[key]!])[0]!;
        });
        const got = both - forward!;
        if (name.includes('padded') && key === 'x') {
          // Only places within the image are asked for, or those of its padding too.
          assert.ok(got >= (backward[i]! * 64) / 100 && got <= backward[i]!, `${got} for ${key}`);
        } else assert.equal(got, backward[i], key);
      }
    });

  test('a stride: the result is counted exactly, the gradient at most spread out', async () => {
    const device = await open({ device: 'reference' });
    const make = ({ x, k }: Readonly<Record<string, Tensor>>): Tensor => ops.conv2d(x!, k!, { strides: 2 });
    const { shapes } = conv({ make, operations: [] });
    const forward = 2 * 2 * 9 * 27 * 5;
    assert.equal(await operationsOf(device, shapes, make), forward);
    const byImage = await operationsOf(device, shapes, (x) => {
      const y = make(x);
      return grad(y.mul(y).sum(), [x['x']!])[0]!;
    });
    assert.ok(byImage - forward <= 2 * 2 * 64 * 9 * 5 * 3, `${byImage - forward}`);
  });

  test('the batch is counted at its largest, a scan as often as it runs', async () => {
    const device = await open({ device: 'reference' });
    const shapes = { x: ['batch', 4], w: [4, 4] } as const;
    assert.equal(await operationsOf(device, shapes, ({ x, w }) => ops.matmul(x!, w!)), 2 * 6 * 16);
    const looped = await operationsOf(device, shapes, ({ x, w }) =>
      ops.scan([x!], [], ([c]) => ({ carry: [ops.matmul(c!, w!)] }), 9).carry[0]!); // prettier-ignore
    assert.equal(looped, 9 * 2 * 6 * 16);
    assert.equal(await operationsOf(device, { x: [100] }, ({ x }) => x!.exp().sum()), 0);
  });
});

/** A training step of a network of convolutions: [images, size, size, 3] to 10 classes, with Adam. */
function training(device: Device, { batch, size, channels }: Network): Promise<Program> {
  const widths = [3, ...channels];
  const shapes: Shape[] = channels.flatMap((c, i): Shape[] => [[3, 3, widths[i]!, c], [c]]);
  const flat = (size / 2 ** channels.length) ** 2 * channels[channels.length - 1]!;
  shapes.push([flat, 10], [10]);
  const slots = shapes.map((shape) => range(3).map(() => device.variable(undefined, shape)));
  const inputs: Record<string, InputSpec> = {
    x: { shape: ['batch', size, size, 3] },
    y: { shape: ['batch'], dtype: 'i32' },
  };
  return device.compile(({ inputs: { x, y } }) => {
    const params = slots.map(([p]) => p!.tensor);
    let h = x!;
    for (let i = 0; i < channels.length; i++)
      h = ops.maxPool2d(ops.conv2d(h, params[2 * i]!, { padding: 'same' }).add(params[2 * i + 1]!).relu(), 2); // prettier-ignore
    const [w, b] = params.slice(-2) as [Tensor, Tensor];
    const logits = ops.matmul(h.reshape([batch, flat]), w).add(b);
    const loss = ops.pick(ops.logSoftmax(logits), y!).neg().mean();
    const gradients = grad(loss, params);
    const updates = slots.flatMap(([p, m, v], i): [Variable, Tensor][] => {
      const g = gradients[i]!;
      const [m2, v2] = [m!.tensor.mul(0.9).add(g.mul(0.1)), v!.tensor.mul(0.99).add(g.mul(g).mul(0.01))];
      return [[m!, m2], [v!, v2], [p!, p!.tensor.sub(m2.div(v2.sqrt().add(1e-7)).mul(0.001))]]; // prettier-ignore
    });
    return { outputs: { loss }, updates };
  }, { inputs, batch }); // prettier-ignore
}

interface Network {
  readonly batch: number;
  readonly size: number;
  readonly channels: readonly number[];
}

suite('cost: bytes', () => {
  const networks: Record<string, Network & { readonly least: number }> = {
    'a network of a few megabytes': { batch: 32, size: 16, channels: [16, 32], least: 2 },
    'a network of 200 megabytes': { batch: 400, size: 32, channels: [32, 64, 64], least: 190 },
  };
  for (const [name, network] of Object.entries(networks))
    test(`${name}: told before it runs, within a fifth`, async () => {
      const devices = await openAll();
      for (const device of devices.compiled) {
        const program = await training(device, network);
        const { peakBytes, arenaBytes, stateBytes, kernels } = program.cost();
        const x = new Float32Array(sizeOf([network.batch, network.size, network.size, 3]));
        await program.run({ x, y: new Int32Array(network.batch) });
        const { bytes } = device.stats();
        const told = `${device.name}: told ${peakBytes}, held ${bytes}`;
        assert.ok(peakBytes >= network.least * 2 ** 20, told);
        assert.ok(Math.abs(bytes - peakBytes) <= 0.2 * bytes, told);
        assert.ok(peakBytes >= arenaBytes + stateBytes + 4 * x.length && kernels > 10, told);
      }
      await devices.close();
    });

  for (const name of ['native', 'wasm'])
    test(`the process grows by what was told, within a fifth, on ${name}`, async () => {
      // A chain of convolutions by a training step of which every value between is read again backwards.
      const [told, grown] = (await childSays(`
        const { ops, grad, Tensor } = eidos;
        const device = await open({ device: '${name}', threads: 2 });
        const step = async (batch) => {
          const kernels = [3, 64, 64].map((c) => device.variable(new Float32Array(9 * c * 64).fill(0.01), [3, 3, c, 64]));
          const program = await device.compile(({ inputs: { x } }) => {
            const weights = kernels.map((k) => k.tensor);
            const y = weights.reduce((h, k) => ops.conv2d(h, k, { padding: 'same' }).relu(), x);
            const gradients = grad(y.mul(y).mean(), weights);
            return { updates: kernels.map((k, i) => [k, k.tensor.sub(gradients[i].mul(0.1))]) };
          }, { inputs: { x: { shape: ['batch', 32, 32, 3] } }, batch });
          await program.run({ x: new Float32Array(batch * 3072).fill(0.5) });
          return program;
        };
        await step(1);
        const before = process.memoryUsage().rss;
        const program = await step(200);
        say(program.cost().peakBytes);
        say(process.memoryUsage().rss - before);
        await device.close();
      `)) as [number, number];
      assert.ok(told > 150 * 2 ** 20, `only ${told} bytes`);
      assert.ok(Math.abs(grown - told) <= 0.2 * told, `told ${told}, grown by ${grown}`);
    });

  test('programs of one device share one arena', async () => {
    const device = await open({ device: 'wasm', threads: 1 });
    const small = await training(device, { batch: 4, size: 16, channels: [8] });
    const large = await training(device, { batch: 16, size: 16, channels: [8] });
    const input = (batch: number): { x: Float32Array; y: Int32Array } => ({
      x: new Float32Array(batch * 768),
      y: new Int32Array(batch),
    });
    await large.run(input(16));
    const { bytes } = device.stats();
    await small.run(input(4));
    await large.run(input(16));
    assert.equal(device.stats().bytes, bytes);
    await device.close();
  });
});
