// What was counted of pictures, as a help for ideas: directions and variances against numbers known beforehand, the price
// of a picture against its definition, searches along directions, and what is nearest and what is said of an idea.
import assert from 'node:assert/strict';
import { after, before, suite, test } from 'node:test';
import { EidosError } from '../src/base/check.ts';
import { uniform } from '../src/base/rng.ts';
import type { Device } from '../src/device/device.ts';
import { open } from '../src/device/open.ts';
import { writeSafetensors } from '../src/files/safetensors.ts';
import { along } from '../src/invert/along.ts';
import { ascentOf } from '../src/invert/ascent.ts';
import { cmaEs } from '../src/invert/cma-es.ts';
import { genetic } from '../src/invert/genetic.ts';
import { ideaOf } from '../src/invert/idea.ts';
import { looksOf } from '../src/invert/look.ts';
import type { Population } from '../src/invert/method.ts';
import { nearestOf } from '../src/invert/nearest.ts';
import {
  likeness,
  packStatistics,
  statisticsCanvas,
  statisticsOf,
  unpackStatistics,
  type Statistics,
} from '../src/invert/statistics.ts';
import type { Model } from '../src/nn/model.ts';
import { priorGenerator, priorStatistics } from '../src/run/prior.ts';
import { Tensor } from '../src/tensor.ts';
import { assertClose } from './helpers.ts';
import { bars, barsModel, side } from './invert-kit.ts';

let device: Device;
let model: Model;
let statistics: Statistics;
const data = bars(300, 5);
const split = { ...data, images: data.images as Uint8Array, labels: Uint8Array.from(data.labels) } as const;
before(async () => {
  device = await open({ device: 'wasm', threads: 1 });
  model = await barsModel(device);
  statistics = statisticsOf({ ...split, shape: [side, side, 1] }, { components: 12 });
});
after(() => device.close());

/** Four pixels: the first two move together with variance 8 a direction, the third alone, the fourth never. */
const moving = {
  images: Uint8Array.from({ length: 4 * 400 }, (_, i) => {
    const [n, k] = [Math.floor(i / 4), i % 4];
    const sign = (purpose: number): number => (uniform(7, purpose, 0, n) < 0.5 ? -1 : 1);
    return k < 2 ? 128 + 100 * sign(1) : k === 2 ? 128 + 20 * sign(2) : 128;
  }),
  count: 400,
  shape: [2, 2, 1],
} as const;

suite('statistics', () => {
  test('directions and variances are those the pictures were made with', () => {
    const { mean, directions, variances, rest } = statisticsOf(moving, { components: 2 });
    const half = Math.SQRT1_2;
    assertClose(
      mean.map((x) => x * 255),
      [128, 128, 128, 128],
      { rtol: 0, atol: 15 },
    );
    assertClose(directions.subarray(0, 4).map(Math.abs), [half, half, 0, 0], { rtol: 0, atol: 0.03 });
    assertClose(directions.subarray(4).map(Math.abs), [0, 0, 1, 0], { rtol: 0, atol: 0.03 });
    assertClose(variances, [2 * (100 / 255) ** 2, (20 / 255) ** 2], { rtol: 0.05, atol: 0 });
    assert.equal(rest, 1e-6);
  });

  test('a picture on a direction costs half its squared deviation, one beside them more', async () => {
    const { mean, directions, variances, rest } = statistics;
    const size = mean.length;
    const at = (k: number, z: number): Float32Array =>
      mean.map((m, i) => m + z * Math.sqrt(variances[k] ?? 0) * (directions[k * size + i] ?? 0));
    const off = mean.slice();
    off[0] = (off[0] ?? 0) + 0.5;
    const pictures = [mean, at(0, 2), at(5, -1), off];
    const x = Tensor.from(Float32Array.from(pictures.flatMap((one) => [...one])), [4, side, side, 1]);
    const program = await device.compile(() => ({
      outputs: { y: likeness(statistics, 3).penalty?.(x) as Tensor },
    }));
    const [none, two, one, corner = NaN] = [...((await program.run())['y'] ?? [])];
    program.close();
    assertClose([none ?? NaN, two ?? NaN, one ?? NaN], [0, 6, 1.5], { rtol: 1e-3, atol: 2e-3 });
    assert.ok(corner > 3, String(corner));
    assert.ok(corner <= (3 * 0.25) / (2 * rest) + 1e-3, String(corner));
  });

  test('the canvas draws the mean of zeros, and along a direction', async () => {
    const canvas = statisticsCanvas(statistics, 2);
    assert.deepEqual(canvas.size, [12]);
    const z = Tensor.from(new Float32Array(24).fill(1, 12, 13), [2, 12]);
    const program = await device.compile(() => ({
      outputs: { y: canvas.draw(z), cost: canvas.penalty?.(z) as Tensor },
    }));
    const { y = [], cost = [] } = await program.run();
    program.close();
    const { mean, directions, variances } = statistics;
    const moved = mean.map((m, i) => m + Math.sqrt(variances[0] ?? 0) * (directions[i] ?? 0));
    assertClose(Float32Array.from(y), [...mean, ...moved], { rtol: 1e-4, atol: 1e-5 });
    assertClose(Float32Array.from(cost), [0, 1]);
  });

  test('its file is a byte a number, and nearly the same', () => {
    const bytes = packStatistics(statistics);
    assert.ok(bytes.length < statistics.directions.length + 2500, `${bytes.length}`);
    const back = unpackStatistics(bytes);
    assert.deepEqual(
      [back.shape, back.mean, back.variances],
      [statistics.shape, statistics.mean, statistics.variances],
    );
    assertClose(back.directions, statistics.directions, { rtol: 0, atol: 0.005 });
  });

  test('ideas climb along directions to what the model reads, and vectors are met', async () => {
    const ideas = await ascentOf(model, {
      targets: [0, 1, 2],
      method: 'gradient',
      statistics,
      steps: 120,
      seed: 1,
    });
    assert.ok(
      ideas.every(({ probability = 0 }) => probability > 0.9),
      ideas.map(({ probability }) => probability).join(),
    );
    // The ink of a bar is where bars are: in one line, where noise would be everywhere.
    const { image = [] } = ideas[0] ?? {};
    const columns = Array.from({ length: side }, (_, x) =>
      Array.from({ length: side }, (__, y) => image[y * side + x] ?? 0).reduce((a, b) => a + b, 0),
    );
    const most = columns.indexOf(Math.max(...columns));
    assert.ok(most >= 4 && most <= 6, columns.join());
    const [vector] = await ascentOf(model, { targets: [[0, 1, 0]], method: 'gradient', statistics, seed: 1 });
    assert.ok((vector?.residual ?? 1) < 0.01, String(vector?.residual));
  });

  test('damaged weights are found at once', async () => {
    const damaged = await barsModel(device);
    const weights = await damaged.getWeights();
    await damaged.setWeights(weights.map(({ name, data: w }) => ({ name, data: w.map(() => NaN) })));
    await assert.rejects(
      ascentOf(damaged, { targets: [0], method: 'gradient', statistics }),
      /^EidosError: idea: the model gives NaN for an image; its weights are damaged$/,
    );
    await damaged.close();
  });

  test('populations search along directions, and go on as if they had not stopped', async () => {
    for (const method of [genetic({ population: 16 }), cmaEs({ population: 12 })]) {
      const options = {
        target: 0,
        seed: 2,
        budget: 800,
        method: along(method as Population, statistics, 0.1),
      };
      const whole = await ideaOf(model, options);
      assert.equal(whole.method, method.name);
      assert.ok((whole.probability ?? 0) > 0.9, `${method.name}: ${whole.probability}`);
      const half = await ideaOf(model, { ...options, budget: 400 });
      const { image } = await ideaOf(model, { ...options, resume: structuredClone(half.state) });
      assert.deepEqual(image, whole.image);
    }
  });
});

suite('what is said of ideas', () => {
  test('the nearest example, the first of equals', () => {
    const picture = Float32Array.from(split.images.subarray(700, 800), (x) => x / 255);
    const shape = [side, side, 1] as const;
    assert.deepEqual(nearestOf([picture], { ...split, shape }), [{ index: 7, label: 1, distance: 0 }]);
    const two = { images: new Uint8Array(200).fill(51), labels: Uint8Array.of(4, 5), count: 2, shape };
    const [near] = nearestOf([new Float32Array(100)], two);
    assert.deepEqual([near?.index, near?.label], [0, 4]);
    assertClose([near?.distance ?? NaN], [2]);
  });

  test('looks are those of the stored picture', async () => {
    const image = Float32Array.from({ length: 100 }, (_, i) => uniform(3, 1, 0, i));
    const stored = image.map((x) => Math.round(255 * x) / 255);
    const [a, b] = await looksOf(model, 1, [image, stored]);
    assert.deepEqual(a, b);
    const { data: outputs } = await model.predict({ images: stored, shape: [side, side, 1], count: 1 });
    assertClose(a?.outputs ?? [], outputs, { rtol: 1e-4, atol: 1e-6 });
  });
});

suite('statistics refuse', () => {
  const refuses = async (call: () => unknown, message: string): Promise<void> => {
    await assert.rejects(
      async () => await call(),
      (error: unknown) => {
        assert.ok(error instanceof EidosError, String(error));
        assert.equal(error.message, message);
        return true;
      },
    );
  };

  test('what they cannot work with', async () => {
    const other: Statistics = { ...statistics, shape: [5, 20, 1] };
    const cases: readonly (readonly [() => unknown, string])[] = [
      [
        () => statisticsOf(moving, { components: 4 }),
        'statisticsOf: needs components from 1 to 3 and at least 2 pictures, got 4 and 400',
      ],
      [() => likeness(statistics, -1), 'likeness: needs a number from 0, got -1'],
      [
        () => along(genetic(), statistics, NaN),
        'along: needs a method without slopes and a weight from 0, got genetic and NaN',
      ],
      [
        () => ascentOf(model, { targets: [0], method: 'gradient', statistics: other }),
        'ascent: the statistics are of pictures [5, 20, 1], the model takes [10, 10, 1]',
      ],
      [
        () => unpackStatistics(writeSafetensors([], {})),
        'unpackStatistics: the file is of kind "none", not statistics',
      ],
      [
        () =>
          unpackStatistics(
            writeSafetensors([{ name: 'mean', shape: [3], dtype: 'f32', data: new Float32Array(3) }], {
              kind: 'statistics',
              shape: '2,2,1',
            }),
          ),
        'unpackStatistics: needs scales of 0 numbers, got none',
      ],
      [
        () => nearestOf([new Float32Array(3)], { ...split, shape: [side, side, 1] }),
        'nearestOf: examples have 100 pixels, got a picture of 3',
      ],
    ];
    for (const [call, message] of cases) await refuses(call, message);
  });

  test('to be read from a file by a page', async () => {
    const { process: here } = globalThis;
    Object.defineProperty(globalThis, 'process', { value: undefined, configurable: true, writable: true });
    try {
      await refuses(
        priorGenerator,
        'priorGenerator: needs a file system, got a web page; fetch models/generator.safetensors and call unpackGenerator()',
      );
      await refuses(
        priorStatistics,
        'priorStatistics: needs a file system, got a web page; fetch models/statistics.safetensors and call unpackStatistics()',
      );
    } finally {
      globalThis.process = here;
    }
  });
});
