// Explanations of a small network trained here: slopes against finite differences, completeness, what covering really
// costs, layers inside against the layers themselves, and a coach whose advice is tried out.
import assert from 'node:assert/strict';
import { after, before, suite, test } from 'node:test';
import { EidosError } from '../src/base/check.ts';
import type { Device } from '../src/device/device.ts';
import { open } from '../src/device/open.ts';
import { coach } from '../src/invert/coach.ts';
import { integratedGradients, occlusion, saliency } from '../src/invert/explain.ts';
import { activations, activationTiles, filterTiles, gradCam, greyOf } from '../src/invert/explain-inside.ts';
import { pixelsOf } from '../src/invert/subject.ts';
import { dense } from '../src/nn/dense.ts';
import type { Model } from '../src/nn/model.ts';
import { flatten, reshape } from '../src/nn/reshape.ts';
import { sequential } from '../src/nn/sequential.ts';
import { assertClose } from './helpers.ts';
import { bars, barsModel, side } from './invert-kit.ts';

let device: Device;
let model: Model;
before(async () => {
  device = await open({ device: 'wasm', threads: 1 });
  model = await barsModel(device);
});
after(() => device.close());

const held = bars(6, 4);
const pixels = side * side;
const x = pixelsOf(held.images, true);
const classes = [...held.labels];

/** The probability of a class for pictures. */
async function probability(pictures: Float32Array, k: number): Promise<number[]> {
  const { data } = await model.predict({ x: pictures, shape: held.shape });
  return Array.from({ length: data.length / 3 }, (_, i) => data[3 * i + k] ?? NaN);
}

suite('explain', () => {
  test('slopes of a probability are what finite differences say', async () => {
    const { map, scores } = await saliency(model, x, classes, { score: 'probability' });
    const one = x.slice(0, pixels);
    assertClose([scores[0] ?? NaN], await probability(one, classes[0] ?? 0), { rtol: 1e-5 });
    const slope = map.slice(0, pixels);
    const length = Math.hypot(...slope);
    const along = (h: number): Float32Array => one.map((v, i) => v + (h * (slope[i] ?? 0)) / length);
    const h = 1e-2 / 4;
    const [up, down] = [
      await probability(along(h), classes[0] ?? 0),
      await probability(along(-h), classes[0] ?? 0),
    ];
    assertClose([((up[0] ?? 0) - (down[0] ?? 0)) / (2 * h)], [length], { rtol: 0.05, atol: 1e-5 });
  });

  test('integrated gradients add up to the difference of the scores, and only ink has a part', async () => {
    const { map, scores, gap } = await integratedGradients(model, x, classes);
    const empty = await saliency(model, new Float32Array(x.length), classes);
    for (let i = 0; i < classes.length; i++) {
      const own = map.slice(i * pixels, (i + 1) * pixels);
      const sum = own.reduce((a, b) => a + b, 0);
      const difference = (scores[i] ?? NaN) - (empty.scores[i] ?? NaN);
      assertClose([sum], [difference], { rtol: 0.02, atol: 0.02 });
      assertClose([gap[i] ?? NaN], [sum - difference], { atol: 1e-3 });
      assert.ok(own.every((v, k) => x[i * pixels + k] !== 0 || v === 0));
    }
    const rough = await integratedGradients(model, x, classes, { steps: 1 });
    const total = (list: Float32Array): number => list.reduce((a, b) => a + Math.abs(b), 0);
    assert.ok(total(rough.gap) > total(gap), 'fewer steps are less exact');
    const self = await integratedGradients(model, x.slice(0, pixels), [0], { baseline: x.slice(0, pixels) });
    assert.ok(self.map.every((v) => v === 0));
  });

  test('occlusion is what covering by hand costs', async () => {
    const { map, rows, columns, scores } = await occlusion(model, x, classes, { size: 3, stride: 2 });
    assert.deepEqual([rows, columns, map.length], [5, 5, 6 * 25]);
    const [i, row, column] = [2, 2, 3];
    const covered = x.slice(i * pixels, (i + 1) * pixels).map((v, k) => {
      const [dy, dx] = [Math.floor(k / side) - 2 * row, (k % side) - 2 * column];
      return Math.abs(dy) <= 1 && Math.abs(dx) <= 1 ? 0 : v;
    });
    const [left] = await probability(covered, classes[i] ?? 0);
    assertClose([map[i * 25 + row * 5 + column] ?? NaN], [(scores[i] ?? NaN) - (left ?? NaN)], {
      atol: 1e-5,
    });
  });

  test('what a layer gives is what a model of the layers up to it gives', async () => {
    const { values, shape } = await activations(model, x, 'conv2d');
    assert.deepEqual(shape, [8, 8, 4]);
    const weights = await model.getWeights();
    const kernel = weights.find(({ name }) => name === 'conv2d/kernel')?.data ?? [];
    const bias = weights.find(({ name }) => name === 'conv2d/bias')?.data ?? [];
    const [row, column, c] = [2, 5, 3];
    let sum = Number(bias[c]);
    for (let i = 0; i < 9; i++)
      sum += Number(kernel[4 * i + c]) * (x[(row + Math.floor(i / 3)) * side + column + (i % 3)] ?? 0);
    assertClose([values[(row * 8 + column) * 4 + c] ?? NaN], [Math.max(0, sum)], { atol: 1e-5 });
    const tiles = activationTiles({ values, shape }, 1);
    assert.deepEqual([tiles.length, tiles[0]?.width, tiles[0]?.height], [4, 8, 8]);
    const rest = await activations(model, x, 'dense');
    assert.deepEqual([rest.shape, activationTiles(rest)[0]?.width], [[16], 16]);
  });

  test('Grad-CAM looks where the bar is', async () => {
    const { map, layer } = await gradCam(model, x, classes, { score: 'probability' });
    assert.equal(layer, 'conv2d');
    assert.equal(map.length, x.length);
    assert.ok(map.every((v) => v >= 0) && map.some((v) => v > 0));
    const named = await gradCam(model, x, classes, { score: 'probability', layer: 'max_pooling2d' });
    assert.notDeepEqual(named.map, map);
  });

  test('filters are pictures', async () => {
    const tiles = await filterTiles(model);
    assert.deepEqual(
      tiles.map(({ width, height, caption }) => `${width} ${height} ${caption}`),
      ['3 3 0', '3 3 1', '3 3 2', '3 3 3'],
    );
    assert.deepEqual([...greyOf([0, 1, 2])], [0, 128, 255]);
    assert.deepEqual([...greyOf([-2, 0, 1])], [0, 128, 191]);
    const flat = sequential(flatten(), dense(5)).build([4, 3, 1]);
    flat.compile({ optimizer: 'sgd', loss: 'meanSquaredError', device });
    const [first] = await filterTiles(flat, 2);
    const kernel = (await flat.getWeights())[0]?.data ?? [];
    assert.deepEqual([first?.width, first?.height], [3, 4]);
    assert.deepEqual(
      [...(first?.pixels ?? [])],
      [...greyOf(Array.from({ length: 12 }, (_, i) => Number(kernel[5 * i])))],
    );
    await flat.close();
  });

  test('nothing stays behind', async () => {
    const { bytes, programs } = device.stats();
    await saliency(model, x, classes);
    await integratedGradients(model, x, classes, { steps: 2 });
    await occlusion(model, x, classes, { stride: 5 });
    await gradCam(model, x, classes);
    await activations(model, x, 'conv2d');
    await coach(model, x.slice(0, pixels), 1, { steps: 1 });
    assert.deepEqual([device.stats().bytes, device.stats().programs], [bytes, programs]);
  });
});

suite('coach', () => {
  test('its advice is read as meant, is ink, and is less than drawing the whole anew', async () => {
    const drawing = x.slice(0, pixels); // a bar down
    for (const meant of [2, 1]) {
      const advice = await coach(model, drawing, meant, { pen: 1.5, steps: 150 });
      assert.equal(advice.success, true);
      assertClose(await probability(advice.picture, meant), [advice.after[meant] ?? NaN], { atol: 1e-5 });
      assert.ok((advice.after[meant] ?? 0) >= 0.8 && advice.before[0] === Math.max(...advice.before));
      advice.picture.forEach((v, i) => {
        const [add, erase] = [advice.add[i] ?? NaN, advice.erase[i] ?? NaN];
        assert.ok(add >= 0 && erase >= 0 && add <= 1 && erase <= 1);
        assert.ok(Math.abs(v - ((drawing[i] ?? 0) + add - erase)) < 0.51 / 255);
      });
      assert.ok(advice.added + advice.erased < 14, `${advice.added} and ${advice.erased}`);
      assert.ok(meant === 1 || advice.added > advice.erased, 'a bar is added to make both');
    }
  });

  test('a drawing that is read as meant needs next to nothing', async () => {
    const { added, erased, success } = await coach(model, x.slice(0, pixels), 0, {
      steps: 100,
      probability: 0.6,
    });
    assert.equal(success, true);
    assert.ok(added + erased < 0.5, `${added} and ${erased}`);
  });
});

suite('explain: errors', () => {
  test('each is one line', async () => {
    const flat = sequential(flatten(), dense(5), dense(3)).build([10, 10, 1]);
    const bare = sequential(flatten()).build([1, 1, 3]);
    const late = sequential(flatten(), reshape([50, 2]), dense(4), flatten(), dense(3)).build([10, 10, 1]);
    for (const one of [flat, bare, late]) one.compile({ optimizer: 'sgd', loss: 'meanSquaredError', device });
    const one = x.slice(0, pixels);
    const cases: [() => unknown, string][] = [
      [() => saliency(model, x, [0]), 'saliency: 6 pictures need as many classes, got 1'],
      [
        () => integratedGradients(model, one, [0], { steps: 0 }),
        'integratedGradients: steps must be a whole number from 1, got 0',
      ],
      [
        () => integratedGradients(model, one, [0], { baseline: new Float32Array(3) }),
        'integratedGradients: the baseline needs 100 numbers, got 3',
      ],
      [
        () => occlusion(model, one, [0], { size: 11 }),
        'occlusion: size and stride must be whole numbers from 1 to 10, got 11 and 1',
      ],
      [
        () => gradCam(flat, one, [0]),
        'gradCam: the model has no convolution (it has flatten, dense, dense_1); use saliency() or occlusion()',
      ],
      [
        () => gradCam(model, one, [0], { layer: 'dense' }),
        'gradCam: needs a layer that gives pictures, dense gives [16] per picture',
      ],
      [() => filterTiles(bare), 'filterTiles: the model has no convolution and no dense layer'],
      [() => filterTiles(late), 'filterTiles: dense/kernel [2, 4] is not over the pixels of the picture'],
      [() => coach(model, x, 0), 'coach: takes one drawing at a time, got 6'],
      [
        () => coach(model, one, 0, { pen: 0 }),
        'coach: needs a probability between 0 and 1, a pen above 0 and steps from 1, got 0.8, 0 and 300',
      ],
    ];
    for (const [call, message] of cases)
      await assert.rejects(
        async () => await call(),
        (error) => error instanceof EidosError && (assert.equal(error.message, message), true),
      );
    for (const one of [flat, bare, late]) await one.close();
  });
});
