// The files of the seed's own programs: .vf images, test.dat, Chainer's test.model; and ideas as PNG.
import assert from 'node:assert/strict';
import { after, before, suite, test } from 'node:test';
import { EidosError } from '../src/base/check.ts';
import { writeNpz } from '../src/data/npz.ts';
import type { Device } from '../src/device/device.ts';
import { open } from '../src/device/open.ts';
import { checkValue, readChainer, readDat, writeChainer, writeDat } from '../src/files/dat.ts';
import { readVf, writeVf } from '../src/files/vf.ts';
import { ideaPicture } from '../src/invert/picture.ts';
import { decodePng, encodePng } from '../src/picture/png.ts';
import { draw } from './helpers.ts';
import { densely } from './idea-kit.ts';

const image = Float32Array.from({ length: 784 }, (_, i) => (i % 29) / 28);

suite('.vf', () => {
  test('784 numbers, little-endian, there and back', () => {
    const bytes = writeVf(image);
    assert.equal(bytes.length, 3136);
    assert.equal(new DataView(bytes.buffer).getFloat32(4 * 28, true), 1);
    assert.deepEqual(readVf(bytes, 'x0000.vf'), image);
    // From the middle of another buffer, at no multiple of 4.
    const moved = new Uint8Array(3200).fill(1);
    moved.set(bytes, 3);
    assert.deepEqual(readVf(moved.subarray(3, 3 + 3136), 'x'), image);
  });

  test('another length, and no numbers', () => {
    assert.throws(
      () => readVf(new Uint8Array(728 * 4), 'a.vf'),
      new EidosError('readVf(a.vf): needs 3136 bytes for 784 pixels, got 2912'),
    );
    assert.throws(
      () => readVf(writeVf(Float32Array.of(0, NaN)), 'a.vf', 2),
      new EidosError('readVf(a.vf): pixel 1 is NaN, which is no number'),
    );
  });
});

suite('an idea as a picture', () => {
  test('280 x 280, every pixel a square of ten, 1 is 255', () => {
    const { width, height, channels, data } = decodePng(encodePng(ideaPicture(image, [28, 28, 1])));
    assert.deepEqual([width, height, channels], [280, 280, 1]);
    for (const [y, x] of [
      [0, 0],
      [9, 289 - 9],
      [10, 0],
      [279, 279],
      [133, 57],
    ] as const) {
      if (x >= 280) continue;
      const pixel = image[Math.floor(y / 10) * 28 + Math.floor(x / 10)] ?? 0;
      assert.equal(data[y * 280 + x], Math.round(255 * pixel));
    }
    assert.equal(Math.max(...data), 255);
    assert.deepEqual(ideaPicture(image, [784]), ideaPicture(image, [28, 28]));
  });

  test('colours, and what lies outside is cut', () => {
    const { data } = ideaPicture(Float32Array.of(0, 0.5, 1, -1, 2, 0.2), [1, 2, 3], 1);
    assert.deepEqual([...data], [0, 128, 255, 0, 255, 51]);
  });

  test('what is no picture', () => {
    assert.throws(
      () => ideaPicture(new Float32Array(10), [10]),
      new EidosError('ideaPicture: needs a picture [H, W, 1] or [H, W, 3], got 10 pixels for [10]'),
    );
    assert.throws(
      () => ideaPicture(image, [28, 28], 0.5),
      new EidosError('ideaPicture: scale must be a whole number from 1, got 0.5'),
    );
  });
});

suite('the perceptron of mnist_check', () => {
  let device: Device;
  before(async () => {
    device = await open({ device: 'wasm', threads: 1 });
  });
  after(() => device.close());

  const units = 5;
  const sizes = [units * 784, units, units * units, units, 10 * units, 10];
  const arrays = sizes.map((size, i) => draw(40 + i).floats(size, -0.3, 0.3));
  const bytes = new Uint8Array(Float32Array.from(arrays.flatMap((x) => [...x])).buffer);

  /** As the C++ loader of mnist_check does it, W [outputs, inputs]. */
  function byHand(x: readonly number[]): number[] {
    const layer = (input: readonly number[], W: Float32Array, b: Float32Array): number[] =>
      [...b].map((bias, o) => input.reduce((sum, v, i) => sum + v * W[o * input.length + i]!, bias));
    const relu = (y: number[]): number[] => y.map((v) => Math.max(0, v));
    const [W1, b1, W2, b2, W3, b3] = arrays as [
      Float32Array,
      Float32Array,
      Float32Array,
      Float32Array,
      Float32Array,
      Float32Array,
    ];
    return layer(relu(layer(relu(layer(x, W1, b1)), W2, b2)), W3, b3);
  }

  test('test.dat: read, checked, written byte for byte', async () => {
    const model = await readDat(bytes, 'test.dat', { device });
    const value = await checkValue(model);
    byHand(Array.from({ length: 784 }, () => 0.5)).forEach((x, i) =>
      assert.ok(Math.abs(x - (value[i] ?? NaN)) < 1e-4, `${i}: ${value[i]} instead of ${x}`),
    );
    assert.deepEqual(await writeDat(model), bytes);
    await model.close();
  });

  test('test.dat of the published network has 4,954,920 bytes', async () => {
    const full = await readDat(new Uint8Array(4_954_920), 'test.dat', { device });
    assert.equal(full.count(), 1_238_730);
    assert.equal((await writeDat(full)).length, 4_954_920);
    await full.close();
  });

  test('test.model: npz by names, whatever stands before them', async () => {
    const model = await readDat(bytes, 'test.dat', { device });
    const npz = await writeChainer(model);
    const again = await readChainer(npz, 'test.model', { device });
    assert.deepEqual(await writeDat(again), bytes);
    const keys = ['l1/W', 'l1/b', 'l2/W', 'l2/b', 'l3/W', 'l3/b'];
    const shapes = [[units, 784], [units], [units, units], [units], [10, units], [10]];
    const snapshot = await writeNpz(
      Object.fromEntries(
        keys.map((key, i) => [
          `updater/model:main/predictor/${key}`,
          { shape: shapes[i]!, data: arrays[i]! },
        ]),
      ),
    );
    const third = await readChainer(snapshot, 'snapshot', { device });
    assert.deepEqual(await checkValue(third), await checkValue(model));
    for (const one of [model, again, third]) await one.close();
  });

  test('what is no such file', async () => {
    await assert.rejects(
      readDat(new Uint8Array(100), 'a.dat', { device }),
      new EidosError(
        'readDat(a.dat): needs the numbers of a network 784-units-units-10, 4954920 bytes for 784 units, got 100 bytes',
      ),
    );
    const damaged = bytes.slice();
    damaged.fill(255, 0, 4);
    await assert.rejects(
      readDat(damaged, 'a.dat', { device }),
      new EidosError('readDat(a.dat): l1/W has numbers that are none; the file is damaged'),
    );
    const other = await densely(device);
    await assert.rejects(
      writeDat(other),
      new EidosError(
        'writeDat: needs a network 784-units-units-10, got weights of [16, 12] [12] [12, 8] [8] [8, 3] [3]',
      ),
    );
    const one = { shape: [2], data: Float32Array.of(1, 2) };
    await assert.rejects(
      readChainer(await writeNpz({ 'predictor/l2/b': one }), 'a.npz', { device }),
      new EidosError('readChainer(a.npz): needs predictor/l1/W, the file has predictor/l2/b'),
    );
    await assert.rejects(
      readChainer(await writeNpz({ 'l2/b': one, 'l1/W': one }), 'a.npz', { device }),
      new EidosError('readChainer(a.npz): l1/W must be f4 [2, 784], got f4 [2]'),
    );
  });
});
