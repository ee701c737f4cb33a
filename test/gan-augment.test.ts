// What a critic looks through when there are few pictures: shifts and cut-outs against plain loops, and gradients and
// gradients of gradients through all of it against differences, for whole pixels and for the turns of augment.ts.
import assert from 'node:assert/strict';
import { after, suite, test } from 'node:test';
import { gan } from '../src/gan/game.ts';
import { diffAugment, randomColour, randomCutout, randomShift } from '../src/gan/layers.ts';
import { slopePenalty } from '../src/gan/penalty.ts';
import { grad } from '../src/grad.ts';
import { randomRotation, randomTranslation } from '../src/nn/augment.ts';
import { dense } from '../src/nn/dense.ts';
import { purposeOf, type Layer } from '../src/nn/layer.ts';
import { adam } from '../src/nn/optimizer.ts';
import type { FillMode } from '../src/nn/resample.ts';
import { flatten, reshape } from '../src/nn/reshape.ts';
import { sequential } from '../src/nn/sequential.ts';
import { matmul } from '../src/ops/matmul.ts';
import { randomUniform } from '../src/ops/random.ts';
import { Tensor } from '../src/tensor.ts';
import { assertClose, assertEqualGraphs, draw, openAll, slope, slopePairs } from './helpers.ts';

const devices = await openAll();
after(() => devices.close());

const [count, height, width, channels] = [3, 8, 6, 2];
const size = height * width * channels;
const d = draw(410);
const x = d.tensor([count, height, width, channels]);

/** A layer with chances given, one for each picture, or with those of a seed. */
function applied(layer: Layer, x: Tensor, given?: Readonly<Record<string, readonly number[]>>): Tensor {
  const chance = { seed: Tensor.fill(9, [], 'i32'), step: Tensor.fill(2, [], 'i32') };
  const uniform = (like: Tensor, name: string): Tensor =>
    given ? Tensor.from([...(given[name] ?? [])], like.shape) : randomUniform(like, chance, purposeOf(name));
  return layer.apply({ params: {}, state: {} }, x, { training: true, uniform }).y;
}

const all = (layers: readonly Layer[], x: Tensor): Tensor =>
  layers.reduce((y, layer) => applied(layer, y), x);

/** Every number of every picture by its place. */
const byPlace = async (
  of: (look: (row: number, column: number) => number, n: number, row: number, column: number) => number,
): Promise<number[]> => {
  const values = await devices.reference.read(x);
  return Array.from({ length: count * size }, (_, i) => {
    const [c, column] = [i % channels, Math.floor(i / channels) % width];
    const [row, n] = [Math.floor(i / channels / width) % height, Math.floor(i / size)];
    const look = (r: number, q: number): number =>
      r < 0 || r >= height || q < 0 || q >= width
        ? 0
        : (values[n * size + (r * width + q) * channels + c] ?? NaN);
    return of(look, n, row, column);
  });
};

suite('a critic looks through', () => {
  test('shifts by whole pixels, up to a part of the sides', async () => {
    // A quarter of 8 and of 6 pixels, rounded half up: 2 each way. A chance of 0 is the least, of 0.99 the most.
    const y = applied(randomShift({ part: 1 / 4 }), x, { down: [0, 0.5, 0.99], right: [0.99, 0.5, 0.2] });
    const by = [[-2, 2], [0, 0], [2, -1]] as const; // prettier-ignore
    const want = await byPlace((look, n, row, column) => look(row - by[n]![0], column - by[n]![1]));
    for (const device of devices.all) assertClose(await device.read(y), want, { atol: 0, rtol: 0, what: device.name }); // prettier-ignore
  });

  test('a cut-out of half the sides, its middle anywhere', async () => {
    const y = applied(randomCutout(), x, { down: [0, 0.5, 0.999], across: [0.999, 0.3, 0] });
    // Middles from 0 to the side, less one where the cut-out's side is odd; 4 x 3 pixels of 8 x 6.
    const from = [[0 - 2, 5 - 1], [4 - 2, 1 - 1], [8 - 2, 0 - 1]] as const; // prettier-ignore
    const want = await byPlace((look, n, row, column) => {
      const [down, across] = [row - from[n]![0], column - from[n]![1]];
      return down >= 0 && down < 4 && across >= 0 && across < 3 ? 0 : look(row, column);
    });
    for (const device of devices.all) assertClose(await device.read(y), want, { atol: 0, rtol: 0, what: device.name }); // prettier-ignore
  });

  test('nothing when it does not learn', async () => {
    for (const layer of diffAugment()) {
      const quiet = { training: false, uniform: () => assert.fail('no chance is needed') };
      const { y } = layer.apply({ params: {}, state: {} }, x, quiet);
      assert.deepEqual(await devices.reference.read(y), await devices.reference.read(x));
    }
  });
});

suite('gradients through it agree with differences, twice', () => {
  const check = (what: string, f: (x: Tensor) => Tensor): Promise<void> =>
    assertEqualGraphs(
      devices,
      slopePairs(what, (x) => f(x).tanh(), [x]),
      { rtol: 1e-5, atol: 1e-5 },
    );

  const policies: Record<string, readonly Layer[]> = {
    colour: [randomColour()],
    shift: [randomShift({ part: 0.4 })],
    'cut-out': [randomCutout()],
    'all of DiffAugment': diffAugment(),
  };
  for (const [name, layers] of Object.entries(policies)) test(name, () => check(name, (x) => all(layers, x)));

  for (const fillMode of ['constant', 'nearest', 'reflect', 'wrap'] as const satisfies readonly FillMode[])
    test(`moved and turned by parts of pixels, ${fillMode}`, () => {
      const layers = [
        randomTranslation(0.4, 0.4, { fillMode, fillValue: 0.3 }),
        randomRotation(0.2, { fillMode }),
      ];
      return check(fillMode, (x) => all(layers, x));
    });

  test('the penalty r1 by the weights of a critic that looks through it', () => {
    const w = d.tensor([size, 3]);
    const penalty = (w: Tensor): Tensor =>
      slopePenalty(
        (x) =>
          matmul(all(diffAugment(), x).reshape([count, size]), w)
            .tanh()
            .sum(1),
        x,
      );
    const along = d.tensor([size, 3]);
    const [g] = grad(penalty(w), [w]);
    const got = (g as Tensor).mul(along).sum();
    return assertEqualGraphs(devices, { r1: [got, slope(penalty, w, along)] }, { rtol: 1e-5, atol: 1e-7 });
  });

  test('where the pictures are the batch, and fewer than they may be, the same as without', async () => {
    const images = await devices.reference.read(x);
    const of = (x: Tensor, chances: Readonly<Record<'down' | 'right', Tensor>>): Tensor => {
      const layer = randomTranslation(0.4, 0.4, { fillMode: 'reflect' });
      const uniform = (_: Tensor, name: string): Tensor => chances[name as 'down'];
      const { y } = layer.apply({ params: {}, state: {} }, x, { training: true, uniform });
      const [g] = grad(y.tanh().mul(y).sum(), [x]);
      const [twice] = grad((g as Tensor).mul(x).tanh().sum(), [x]);
      return (g as Tensor).add(twice as Tensor);
    };
    const [down, right] = [Float32Array.of(0.1, 0.6, 0.9), Float32Array.of(0.8, 0.3, 0.5)];
    const fixed = {
      down: Tensor.from([...down], [3, 1, 1, 1]),
      right: Tensor.from([...right], [3, 1, 1, 1]),
    };
    const want = await devices.reference.read(of(x, fixed));
    for (const device of devices.all) {
      const chance = { shape: ['batch', 1, 1, 1] } as const;
      using program = await device.compile(
        ({ inputs: { x, down, right } }) => ({ outputs: { g: of(x!, { down: down!, right: right! }) } }),
        {
          batch: 5,
          inputs: { x: { shape: ['batch', height, width, channels] }, down: chance, right: chance },
        },
      );
      const { g } = await program.run({ x: Float32Array.from(images), down, right }, { batch: count });
      assertClose(g as Float32Array, want, { rtol: 1e-4, atol: 1e-5, what: device.name });
    }
  });
});

test('a generator learns through all of it: its pictures come to have the colour of the real ones', async () => {
  const device = devices.compiled.at(-1);
  assert.ok(device);
  const shape = [8, 8, 3];
  const pixels = 8 * 8;
  const images = Uint8Array.from({ length: 16 * pixels * 3 }, (_, i) => [200, 60, 90][i % 3]! + (Math.floor(i / 3) % 7)); // prettier-ignore
  const data = { images, labels: new Uint8Array(16), shape, count: 16 };
  await using game = await gan({
    generator: sequential(dense(8 * 8 * 3, { activation: 'tanh' }), reshape([8, 8, 3])),
    critic: sequential(...diffAugment(), flatten(), dense(16, { activation: 'leakyRelu' }), dense(1)),
    shape,
    latent: { size: 4 },
    batchSize: 16,
    r1: 0.1,
    loss: 'relativistic',
    generatorOptimizer: adam({ learningRate: 0.01, beta1: 0.5 }),
    criticOptimizer: adam({ learningRate: 0.01, beta1: 0.5 }),
    device,
  });
  for await (const { kind } of game.train(data, { rounds: 400 })) assert.notEqual(kind, 'fault');
  const { images: drawn } = await game.sample({ count: 8 });
  const means = [0, 1, 2].map((c) => drawn.filter((_, i) => i % 3 === c).reduce((a, b) => a + b, 0) / (8 * pixels)); // prettier-ignore
  for (const [c, want] of [203, 63, 93].entries())
    assert.ok(Math.abs((means[c] ?? NaN) - want) < 25, `colour ${c}: ${means[c]} for ${want}`);
});
