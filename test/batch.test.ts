// The batch is a run-time count: a program compiled for at most 8 examples gives, for fewer, what a program compiled
// for exactly so many does, and writes nothing beyond.
import { after, suite, test } from 'node:test';
import assert from 'node:assert/strict';
import { range, sizeOf } from '../src/base/shape.ts';
import type { TypedArray } from '../src/base/dtype.ts';
import type { Device, Outputs } from '../src/device/device.ts';
import type { InputSpec } from '../src/device/compile.ts';
import { grad } from '../src/grad.ts';
import { ops } from '../src/index.ts';
import { Tensor } from '../src/tensor.ts';
import { assertClose, assertSame, draw, openAll } from './helpers.ts';

const devices = await openAll();
after(() => devices.close());

const {
  averagePool2d,
  concat,
  conv2d,
  gather,
  logSoftmax,
  matmul,
  maxPool2d,
  oneHot,
  pick,
  randomUniform,
  scan,
  scatterAdd,
  softmax,
  upsample2d,
} = ops;
type Inputs = Readonly<Record<string, Tensor>>;

interface Case {
  readonly inputs: Readonly<Record<string, InputSpec>>;
  readonly outputs: (x: Inputs, places: Tensor) => Record<string, Tensor>;
}

const d = draw(120);
const [w, bias] = [d.tensor([5, 6]), d.tensor([6])];
const kernel = d.tensor([3, 3, 2, 17]);
const wide = d.tensor([40, 20]);
const steps = d.tensor([3, 5, 5]);
const rows: InputSpec = { shape: ['batch', 5] };
const images: InputSpec = { shape: ['batch', 6, 6, 2] };
const chance = { seed: Tensor.fill(3, [], 'i32'), step: Tensor.fill(4, [], 'i32') };
/** Over examples as weights would be, without knowing how many there are. */
const uneven = (y: Tensor): Tensor => {
  const flat = y.rank === 1 ? y : y.sum(range(y.rank).slice(1));
  return flat.mul(flat.iota(0).to('f32').add(1).sin()).sum();
};

const cases: Readonly<Record<string, Case>> = {
  'element by element': {
    inputs: { x: rows },
    outputs: ({ x }) => ({
      y: x!.mul(2).add(1).exp(),
      z: x!.reshape([-1, 1, 5]).add(Tensor.from([1, 2, 3]).reshape([3, 1])),
      t: x!.permute([0, 1]).neg(),
    }),
  },
  'folds over the batch': {
    inputs: { x: rows },
    outputs: ({ x }) => ({
      mean: x!.mean(0),
      all: x!.mean(),
      sum: x!.sum(0),
      max: x!.max(0),
      min: x!.min(),
      where: x!.argmax(0),
      prod: x!.prod(0),
      norm: x!.sub(x!.mean(0, { keep: true })).mul(2),
      each: x!.sum(1),
      g: grad(x!.mul(x!).mean(), [x!])[0]!,
      gmax: grad(x!.max(0).sum(), [x!])[0]!,
    }),
  },
  'products: examples as rows, and summed over': {
    inputs: { x: rows },
    outputs: ({ x }) => {
      const y = matmul(x!, w).add(bias).tanh();
      const [gw, gb, gx] = grad(uneven(y), [w, bias, x!]) as [Tensor, Tensor, Tensor];
      return { y, gw, gb, gx, gram: matmul(x!.permute([1, 0]), x!), second: grad(gw.mul(gw).sum(), [w])[0]! };
    },
  },
  'wide products': {
    inputs: { x: { shape: ['batch', 40] } },
    outputs: ({ x }) => {
      const y = matmul(x!, wide).relu();
      return { y, g: grad(uneven(y), [wide])[0]!, u: matmul(y, wide.permute([1, 0])) };
    },
  },
  'products of each example': {
    inputs: { x: { shape: ['batch', 3, 4] }, z: { shape: ['batch', 4, 5] } },
    outputs: ({ x, z }) => {
      const y = matmul(x!, z!);
      return {
        y,
        flat: matmul(
          x!,
          w.crop([
            [0, 1],
            [0, 0],
          ]),
        ),
        ...Object.fromEntries(grad(uneven(y.tanh()), [x!, z!]).map((g, i) => [`g${i}`, g])),
      };
    },
  },
  'two batches joined': {
    inputs: { a: rows, b: rows },
    outputs: ({ a, b }) => {
      const both = concat([a!, b!], 0);
      const y = matmul(both, w);
      const [ga, gw] = grad(y.tanh().mean(), [a!, w]) as [Tensor, Tensor];
      return { both, y, mean: both.mean(0), ga, gw, three: concat([both, a!.mul(2)], 0) };
    },
  },
  'two batches joined along features': {
    inputs: { a: rows, b: rows },
    outputs: ({ a, b }) => ({ y: concat([a!, b!.mul(2)], 1) }),
  },
  convolution: {
    inputs: { x: images },
    outputs: ({ x }) => {
      const y = conv2d(x!, kernel, { padding: 'same' }).relu();
      const [gx, gk] = grad(uneven(y.mul(y)), [x!, kernel]) as [Tensor, Tensor];
      return { y, gx, gk, strided: conv2d(x!, kernel, { strides: 2 }), mean: y.mean([0, 1, 2]) };
    },
  },
  pooling: {
    inputs: { x: images },
    outputs: ({ x }) => {
      const [y, z] = [maxPool2d(x!, 3, { strides: 2, padding: 'same' }), averagePool2d(x!, 2)];
      return {
        y,
        z,
        up: upsample2d(z),
        gy: grad(uneven(y.mul(y)), [x!])[0]!,
        gz: grad(uneven(z.mul(z)), [x!])[0]!,
        flat: maxPool2d(x!, 2).reshape([-1, 18]),
      };
    },
  },
  'cross-entropy': {
    inputs: { x: rows, y: { shape: ['batch'], dtype: 'i32' } },
    outputs: ({ x, y }) => {
      const logits = matmul(x!, w);
      const loss = pick(logSoftmax(logits), y!.rem(6).abs()).neg().mean();
      return {
        loss,
        gw: grad(loss, [w])[0]!,
        p: softmax(logits),
        hot: oneHot(y!.rem(6).abs(), 6),
        right: logits.argmax(-1).equal(y!).to('f32').sum(),
      };
    },
  },
  'rows by number': {
    inputs: { x: rows, y: { shape: ['batch'], dtype: 'i32' } },
    outputs: ({ x, y }) => ({
      g: gather(w, y!.rem(5)),
      s: scatterAdd(4, y!.rem(4), x!),
      gw: grad(uneven(gather(w, y!).tanh()), [w])[0]!,
    }),
  },
  'chance and places': {
    inputs: { x: rows },
    outputs: ({ x }, places) => ({
      u: randomUniform(x!, chance, 1),
      dropped: x!.where(randomUniform(x!, chance, 2).less(0.5), 0),
      p: places,
      own: x!.iota(0).add(x!.iota(1)),
    }),
  },
  'a loop over time': {
    inputs: { x: rows },
    outputs: ({ x }) => {
      const { carry, out } = scan([x!], [steps], ([h], [m]) => ({
        carry: [matmul(h!, m!).tanh()],
        out: [h!.mean(0)],
      }));
      return {
        y: carry[0]!,
        out: out[0]!,
        g: grad(uneven(carry[0]!), [steps])[0]!,
        gx: grad(uneven(carry[0]!), [x!])[0]!,
      };
    },
  },
  'bytes as images': {
    inputs: { x: { shape: ['batch', 5], dtype: 'u8' } },
    outputs: ({ x }) => ({ y: x!.to('f32').mul(1 / 255), m: matmul(x!.to('f32'), w) }),
  },
};

/** Numbers for a batch, the same for the first examples whatever the batch. */
function dataOf(inputs: Case['inputs'], batch: number): Record<string, TypedArray> {
  return Object.fromEntries(
    Object.entries(inputs).map(([name, { shape, dtype }], i): [string, TypedArray] => {
      const own = draw(130 + i);
      const n = sizeOf(shape.map((s) => (s === 'batch' ? batch : s)));
      if (dtype === 'i32') return [name, Int32Array.from({ length: n }, () => own.whole(0, 9))];
      return [name, dtype === 'u8' ? Uint8Array.from({ length: n }, () => own.whole(0, 255)) : own.floats(n)];
    }),
  );
}

async function run(
  device: Device,
  { inputs, outputs }: Case,
  most: number,
  batches: readonly number[],
): Promise<Outputs[]> {
  using program = await device.compile(({ inputs: given, places }) => ({ outputs: outputs(given, places) }), {
    inputs,
    batch: most,
  });
  const out: Outputs[] = [];
  for (const batch of batches) out.push(await program.run(dataOf(inputs, batch), { batch }));
  return out;
}

suite('a run-time batch', () => {
  const batches = [8, 1, 3, 7, 8];
  for (const [name, c] of Object.entries(cases))
    test(`${name}: 1, 3, 7 and 8 of at most 8 are what a program for so many gives`, async () => {
      const expected: Outputs[] = [];
      for (const batch of batches) expected.push((await run(devices.reference, c, batch, [batch]))[0]!);
      for (const device of devices.all) {
        const out = await run(device, c, 8, batches);
        out.forEach((all, i) => {
          assert.deepEqual(Object.keys(all), Object.keys(expected[i]!));
          for (const [key, x] of Object.entries(all)) {
            const what = `${key} for ${batches[i]} on ${device.name}`;
            if (x instanceof Float32Array)
              assertClose(x, expected[i]![key]!, { rtol: 2e-5, atol: 2e-5, what });
            else assertSame(x, expected[i]![key]!, what);
          }
        });
      }
    });

  test('the largest along axes of which the batch is the inner one', async () => {
    const data = dataOf({ x: rows }, 3);
    const list = data['x']!;
    const order = range(15).map((i) => list[(i % 3) * 5 + Math.floor(i / 3)]!);
    const [best, least] = [order.indexOf(Math.max(...order)), order.indexOf(Math.min(...order))];
    for (const device of devices.all) {
      const out = await run(
        device,
        {
          inputs: { x: rows },
          outputs: ({ x }) => {
            const turned = x!.permute([1, 0]);
            return { best: turned.argmax(), least: turned.argmin(), g: grad(turned.max().mul(7), [x!])[0]! };
          },
        },
        8,
        [8, 3],
      );
      assertSame(out[1]!['best']!, [best], device.name);
      assertSame(out[1]!['least']!, [least], device.name);
      assertSame(
        out[1]!['g']!,
        list.map((v) => (v === order[best] ? 7 : 0)),
        device.name,
      );
    }
  });

  test('of none: sums are 0, results empty', async () => {
    for (const device of devices.all)
      for (const c of [
        cases['products: examples as rows, and summed over']!,
        cases['convolution']!,
        cases['rows by number']!,
      ]) {
        const [full, none, again] = await run(device, c, 8, [8, 0, 8]);
        for (const [key, x] of Object.entries(none!)) {
          if (x.length === full![key]!.length && key !== 'mean')
            assertSame(
              x,
              range(x.length).map(() => 0),
              `${key} on ${device.name}`,
            );
          else if (key !== 'mean') assert.equal(x.length, 0, key);
          assertSame(again![key]!, full![key]!, `${key} again on ${device.name}`);
        }
      }
  });

  test('long sums over examples: 3,000 of at most 5,000', async () => {
    const x = draw(140).floats(3000 * 4, 0, 1);
    const u = draw(141).floats(3000 * 20, 0, 1);
    const column = (n: number): number => range(3000).reduce((sum, i) => sum + x[i * 4 + n]!, 0);
    for (const device of devices.all) {
      using program = await device.compile(
        ({ inputs }) => ({
          outputs: { m: inputs['x']!.mean(0), p: matmul(inputs['x']!.permute([1, 0]), inputs['u']!) },
        }),
        {
          inputs: { x: { shape: ['batch', 4] }, u: { shape: ['batch', 20] } },
          batch: 5000,
        },
      );
      const out = await program.run({ x, u }, { batch: 3000 });
      assertClose(
        out['m']!,
        range(4).map((n) => column(n) / 3000),
        { rtol: 3e-6, atol: 0, what: device.name },
      );
      const product = range(80).map((i) =>
        range(3000).reduce((sum, k) => sum + x[k * 4 + Math.floor(i / 20)]! * u[k * 20 + (i % 20)]!, 0),
      );
      assertClose(out['p']!, product, { rtol: 3e-6, atol: 0, what: device.name });
    }
  });
});
