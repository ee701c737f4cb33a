// What a trained generator is good for: numbers are found from which it draws a picture, holes are filled without a seam, a
// network learns the way back, and a detector tells what does not belong.
import assert from 'node:assert/strict';
import { after, before, suite, test } from 'node:test';
import { EidosError } from '../src/base/check.ts';
import { uniform } from '../src/base/rng.ts';
import type { Device } from '../src/device/device.ts';
import { detectorFromBytes, trainDetector, type Looked } from '../src/gan/anomaly.ts';
import { blend } from '../src/gan/blend.ts';
import { encoderFromBytes, trainEncoder } from '../src/gan/encoder.ts';
import { findLatents } from '../src/gan/find.ts';
import { gan, type Game } from '../src/gan/game.ts';
import { inpaint, weightsRound } from '../src/gan/inpaint.ts';
import { withinReach } from '../src/gan/painter.ts';
import { dense } from '../src/nn/dense.ts';
import { model } from '../src/nn/functional.ts';
import { concatenate } from '../src/nn/merge.ts';
import { flatten, reshape } from '../src/nn/reshape.ts';
import { input } from '../src/nn/symbolic.ts';
import { Tensor } from '../src/tensor.ts';
import { one } from './nn-kit.ts';

let device: Device;
let game: Game;
before(async () => {
  device = await one();
  const [z, c, x, asked] = [input([4]), input([2]), input([6, 6, 1]), input([2])];
  const drawn = dense(36, { activation: 'tanh', kernelInitializer: 'glorotNormal' })(concatenate()([z, c]));
  game = await gan({
    generator: model({ inputs: [z, c], outputs: reshape([6, 6, 1])(drawn) }),
    critic: model({ inputs: [x, asked], outputs: dense(1)(concatenate()([flatten()(x), asked])) }),
    shape: [6, 6, 1],
    latent: { size: 4 },
    classes: 2,
    generatorOptimizer: 'adam',
    criticOptimizer: 'adam',
    device,
  });
});
after(async () => {
  await game.close();
  await device.close();
});

async function refuses(call: () => Promise<unknown>, message: string): Promise<void> {
  await assert.rejects(call, (error: unknown) => {
    assert.ok(error instanceof EidosError, String(error));
    assert.equal(error.message, message);
    return true;
  });
}

suite('finding numbers', () => {
  test('a picture that was drawn is found again, with its class and its numbers', async () => {
    const latents = game.latents(98, [0, 1, 2]);
    const { images } = await game.sample({ count: 3, latents, labels: [0, 1, 1] });
    const events: number[] = [];
    const found = await findLatents(
      game.painter(),
      { images, count: 3 },
      { steps: 300, tries: 100, onEvent: ({ done }) => events.push(done) },
    );
    assert.deepEqual(
      found.map(([best]) => best?.label),
      [0, 1, 1],
    );
    for (const [i, [best]] of found.entries()) {
      assert.ok(best && best.error < 0.005, `${best?.error}`);
      best.latent.forEach((x, k) => {
        const wanted = latents[4 * i + k] ?? NaN;
        assert.ok(Math.abs(x - wanted) < 0.1, `${x}, drawn from ${wanted}`);
      });
    }
    assert.equal(events.at(-1), 300);
  });

  test('what does not count is not looked at, and starts are begun from', async () => {
    const latents = game.latents(5, [0]);
    const { images } = await game.sample({ count: 1, latents, labels: [1] });
    const spoilt = images.map((x, i) => (i < 6 ? 255 - x : x));
    const weights = Array.from(images, (_, i) => Number(i >= 6));
    const [whole] = await findLatents(game.painter(), { images: spoilt, count: 1 }, { labels: [1] });
    const [part] = await findLatents(game.painter(), { images: spoilt, count: 1 }, { labels: [1], weights });
    assert.ok((part?.[0]?.error ?? 1) < 0.005 && (whole?.[0]?.error ?? 0) > 0.02);
    const [given] = await findLatents(
      game.painter(),
      { images, count: 1 },
      { labels: [1], starts: latents, steps: 0, tries: 1, restarts: 1 },
    );
    assert.ok((given?.[0]?.error ?? 1) < 0.002, String(given?.[0]?.error));
  });

  test('numbers stay where the generator has learned to draw', async () => {
    const z = Tensor.from([30, 40, 0, 0, 0.1, 0.2, 0, 0], [2, 4]);
    const normal = await device.read(withinReach(z, { size: 4, distribution: 'normal' }));
    const most = Math.sqrt(4 + 2 * Math.sqrt(8));
    assert.ok(Math.abs(Math.hypot(...normal.subarray(0, 4)) - most) < 1e-4);
    assert.ok(Math.abs((normal[5] ?? 0) - 0.2) < 1e-6);
    const uniformly = await device.read(withinReach(z, { size: 4, distribution: 'uniform' }));
    assert.deepEqual([uniformly[0], uniformly[2]], [1, 0]);
  });

  test('stopping stops, and what cannot be is refused', async () => {
    const painter = game.painter();
    const picture = { images: new Uint8Array(36), count: 1 };
    const stop = new AbortController();
    await assert.rejects(
      findLatents(painter, picture, { steps: 1e6, signal: stop.signal, onEvent: () => stop.abort() }),
      { name: 'AbortError' },
    );
    await refuses(
      () => findLatents(painter, { images: new Uint8Array(35), count: 1 }),
      'findLatents: 1 pictures of [6, 6, 1] need 36 numbers, got 35',
    );
    await refuses(
      () => findLatents(painter, picture, { labels: [2] }),
      'findLatents: labels must be 1 classes from 0 to 1, got 2',
    );
    await refuses(
      () => findLatents(painter, picture, { weights: new Float32Array(36) }),
      'findLatents: some pixel must count, and none less than 0; leave some of the picture unmasked',
    );
  });
});

suite('filling holes', () => {
  const hole = Array.from({ length: 36 }, (_, i) => Number(i % 6 >= 3 && i >= 12));

  test('what is hidden is drawn again, the rest stays to the bit', async () => {
    const { images } = await game.sample({ count: 1, seed: 41, labels: [0] });
    const spoilt = images.map((x, i) => (hole[i] === 1 ? 0 : x));
    const fillings = await inpaint(game.painter(), spoilt, hole, { steps: 300 });
    assert.equal(fillings.length, 5);
    const best = fillings[0]?.filled ?? new Uint8Array();
    best.forEach((x, i) => {
      if (hole[i] === 0) assert.equal(x, images[i]);
      else assert.ok(Math.abs(x - (images[i] ?? 0)) < 8, `${x} for ${images[i]} at ${i}`);
    });
    const errors = fillings.map(({ error }) => error);
    assert.deepEqual(
      errors,
      errors.toSorted((a, b) => a - b),
    );
    await refuses(
      () => inpaint(game.painter(), spoilt, new Uint8Array(36)),
      'inpaint: the hole must be a part of the picture, got 0 of 36 pixels',
    );
  });

  test('a seam is blended: steps between neighbours from inside, the level from outside', () => {
    const ramp = Uint8Array.from({ length: 36 }, (_, i) => 20 * (i % 6) + 40);
    const inner = Array.from({ length: 36 }, (_, i) => Number(i % 6 > 0 && i % 6 < 5 && i > 5 && i < 30));
    const spoilt = ramp.map((x, i) => (inner[i] === 1 ? 255 : x));
    // The same slopes at another level come out at the level round the hole.
    const lighter = ramp.map((x) => x + 60);
    assert.deepEqual(blend(spoilt, lighter, inner, [6, 6, 1]), ramp);
    // No slopes at all become the smoothest surface: a ramp.
    assert.deepEqual(blend(spoilt, new Uint8Array(36).fill(9), inner, [6, 6, 1]), ramp);
    // All channels, and a hole that is all there is.
    const everything = new Uint8Array(4).fill(1);
    const colours = Uint8Array.from({ length: 12 }, (_, i) => i);
    assert.deepEqual(blend(new Uint8Array(12), colours, everything, [2, 2, 3]), colours);
  });

  test('near pixels count more', () => {
    const one = Array.from({ length: 15 }, (_, i) => Number(i === 5));
    const weights = weightsRound(one, [3, 5], 2);
    assert.deepEqual(
      Array.from(weights.subarray(5, 10), (x) => Math.round(1000 * x)),
      [0, 1000, 707, 500, 354],
    );
    assert.deepEqual(Array.from(weightsRound(one, [3, 5], 0).subarray(5, 8)), [0, 1, 1]);
  });
});

suite('the way back', () => {
  test('an encoder says numbers and class, the same from its file', async () => {
    const encoder = await trainEncoder(game, { samples: 1920, epochs: 4 });
    const latents = game.latents(
      77,
      Array.from({ length: 50 }, (_, i) => i),
    );
    const labels = Array.from({ length: 50 }, (_, i) => i % 2);
    const pictures = await game.sample({ count: 50, latents, labels });
    const said = await encoder.encode(pictures);
    const off = said.latents.reduce((sum, x, i) => sum + (x - (latents[i] ?? 0)) ** 2, 0) / latents.length;
    assert.ok(off < 0.35, `${off}, and 1 by guessing the mean`);
    assert.ok(said.labels.filter((label, i) => label === labels[i]).length >= 45);
    const again = await encoderFromBytes(await encoder.toBytes(), { device });
    assert.deepEqual(await again.encode(pictures), said);
    await encoder.close();
    await again.close();
  });
});

suite('what does not belong', () => {
  /** A bar at a random place, lying or standing. */
  const bars = (count: number, seed: number, standing: boolean): Looked => ({
    images: Uint8Array.from({ length: count * 64 }, (_, k) => {
      const [i, y, x] = [Math.floor(k / 64), Math.floor(k / 8) % 8, k % 8];
      const place = 1 + Math.floor(6 * uniform(seed, 2, 0, i));
      return (standing ? x : y) === place ? 230 : 10 + Math.floor(10 * uniform(seed, 3, i, k % 64));
    }),
    count,
    shape: [8, 8, 1],
  });

  test('other pictures have higher scores, and the map says where', async () => {
    const learned = bars(300, 1, false);
    const detector = await trainDetector(learned, { device, code: 6, hidden: 64, steps: 600 });
    const usual = await detector.look(bars(50, 2, false));
    const odd = await detector.look(bars(50, 3, true));
    const limit = detector.threshold();
    assert.ok(Math.min(...odd.scores) > 2 * limit, `${Math.min(...odd.scores)} and ${limit}`);
    assert.ok(usual.scores.filter((x) => x > limit).length <= 5);
    // A spot on a good picture.
    const spotted = bars(50, 4, false);
    spotted.images.set([255, 255], 64 * 9 + 8 * 4 + 3);
    const { scores, maps } = await detector.look(spotted);
    const map = maps.subarray(64 * 9, 64 * 10);
    const at = map.indexOf(Math.max(...map));
    assert.ok(Math.abs(Math.floor(at / 8) - 4) <= 1 && Math.abs((at % 8) - 3) <= 1, String(at));
    assert.ok(Math.abs(map.reduce((a, b) => a + b, 0) - (scores[9] ?? 0)) < 1e-5);
    const again = await detectorFromBytes(await detector.toBytes(), { device });
    assert.deepEqual((await again.look(spotted)).scores, scores);
    assert.equal(again.threshold(0.9), detector.threshold(0.9));
    await again.close();
    await refuses(
      () => detector.look({ ...learned, shape: [4, 16, 1] }),
      'look: needs pictures of [8, 8, 1] as bytes, got 300 of [4, 16, 1]',
    );
    await detector.close();
    await refuses(
      () => trainDetector(bars(5, 1, false), { device }),
      'trainDetector: needs at least 10 pictures and some to hold out, got 5 and 0.1',
    );
  });
});
