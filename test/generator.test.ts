// A generator trained here on bars: its cost falls, its file is small and close, and ideas drawn with it are bars, chosen
// by the asked model alone.
import assert from 'node:assert/strict';
import { after, before, suite, test } from 'node:test';
import { EidosError } from '../src/base/check.ts';
import type { Device } from '../src/device/device.ts';
import { open } from '../src/device/open.ts';
import { writeSafetensors } from '../src/files/safetensors.ts';
import { ascentOf } from '../src/invert/ascent.ts';
import { generatorCanvas, packGenerator, unpackGenerator, type Generator } from '../src/invert/generator.ts';
import { trainPrior } from '../src/invert/generator-train.ts';
import type { Model } from '../src/nn/model.ts';
import { Tensor } from '../src/tensor.ts';
import { assertClose } from './helpers.ts';
import { bars, barsModel, side } from './invert-kit.ts';

let device: Device;
let model: Model;
let generator: Generator;
const losses: number[] = [];
const data = bars(300, 5);
const options = { latent: 4, hidden: 48, epochs: 40, batchSize: 30, learningRate: 0.005 };
before(async () => {
  device = await open({ device: 'wasm', threads: 1 });
  model = await barsModel(device);
  generator = await trainPrior(data, { ...options, device, onEvent: ({ loss }) => losses.push(loss) });
});
after(() => device.close());

suite('generator', () => {
  test('learns to tell pictures in few numbers', () => {
    assert.equal(losses.length, 40);
    assert.ok((losses[39] ?? NaN) < 0.6 * (losses[0] ?? NaN), `${losses[0]} to ${losses[39]}`);
  });

  test('the same seed trains the same, and leaves nothing behind', async () => {
    const short = { ...options, epochs: 1, device };
    const a = await trainPrior(data, short);
    const { bytes, programs } = device.stats();
    assert.deepEqual(await trainPrior(data, short), a);
    assert.notDeepEqual((await trainPrior(data, { ...short, seed: 2 })).weights, a.weights);
    assert.deepEqual([device.stats().bytes, device.stats().programs], [bytes, programs]);
  });

  test('stopped, it keeps what it has learned', async () => {
    const stop = new AbortController();
    const epochs: number[] = [];
    await trainPrior(data, {
      ...options,
      device,
      signal: stop.signal,
      onEvent: ({ epoch }) => {
        epochs.push(epoch);
        if (epoch === 2) stop.abort();
      },
    });
    assert.deepEqual(epochs, [1, 2]);
  });

  test('its file is a byte a weight, and draws nearly the same', async () => {
    const bytes = packGenerator(generator);
    const count = generator.weights.reduce((n, w) => n + w.length, 0);
    assert.ok(bytes.length < 1.4 * count + 1000, `${bytes.length} bytes for ${count} weights`);
    const again = unpackGenerator(bytes);
    assert.deepEqual(packGenerator(again), bytes);
    const z = Tensor.from([0.3, -1, 0.5, 1.2, 0, 0, 0, 0], [2, 4]);
    const draw = (one: Generator) => device.read(generatorCanvas(one).draw(z).sigmoid());
    assertClose(await draw(again), await draw(generator), { atol: 0.05 });
    assertClose(await device.read(generatorCanvas(generator, 2).penalty?.(z) as Tensor), [
      0.09 + 1 + 0.25 + 1.44,
      0,
    ]);
  });

  test('ideas drawn with it are what was asked, and look like it', async () => {
    const ideas = await ascentOf(model, { targets: [0, 1, 2], method: 'generator', generator, steps: 60 });
    for (const [k, { image, probability, method, evaluations }] of ideas.entries()) {
      assert.ok((probability ?? 0) > 0.9, `${k}: ${probability}`);
      assert.deepEqual([method, evaluations], ['generator', 240]);
      const line = (row: boolean): number =>
        Math.max(
          ...[4, 5, 6].map((i) =>
            Array.from({ length: side }, (_, j) => Number(image[row ? i * side + j : j * side + i])).reduce(
              (a, b) => a + b,
            ),
          ),
        );
      assert.deepEqual(
        [line(false) > 4, line(true) > 4],
        [k !== 1, k !== 0],
        `${k}: ${line(false)} ${line(true)}`,
      );
    }
  });

  test('errors', async () => {
    const cases: [() => unknown, string][] = [
      [
        () => trainPrior(data, { device, latent: 0 }),
        'trainPrior: latent must be a whole number from 1, got 0',
      ],
      [
        () => trainPrior({ ...data, count: 2 }, { device }),
        'trainPrior: 2 pictures of [10, 10, 1] need 200 numbers, got 30000',
      ],
      [
        () => ascentOf(model, { targets: [0], method: 'generator' }),
        'ascent: the method generator needs a generator; make one with trainPrior() or unpackGenerator()',
      ],
      [
        () =>
          ascentOf(model, {
            targets: [0],
            method: 'generator',
            generator: { ...generator, shape: [4, 25, 1] },
          }),
        'ascent: the generator draws pictures [4, 25, 1], the model takes [10, 10, 1]',
      ],
      [
        () => unpackGenerator(writeSafetensors([])),
        'unpackGenerator: the file is of kind "none", not a generator',
      ],
      [
        () =>
          unpackGenerator(
            writeSafetensors([], { kind: 'generator', shape: '2,2,1', latent: '1', hidden: '3' }),
          ),
        'unpackGenerator: needs scales0 [3], got none',
      ],
    ];
    for (const [call, message] of cases)
      await assert.rejects(
        async () => await call(),
        (error) => error instanceof EidosError && (assert.equal(error.message, message), true),
      );
  });
});
