// Climbing pictures: the maps they are drawn by against sums in float64, slopes through every prior against finite
// differences, and ideas of a small network trained here, judged by what it was trained on.
import assert from 'node:assert/strict';
import { after, before, suite, test } from 'node:test';
import { EidosError } from '../src/base/check.ts';
import { rng } from '../src/base/rng.ts';
import { sizeOf } from '../src/base/shape.ts';
import type { Device } from '../src/device/device.ts';
import { open } from '../src/device/open.ts';
import { grad } from '../src/grad.ts';
import { ascent, ascentOf, digitPriors, type AscentOptions } from '../src/invert/ascent.ts';
import { canvasOf, coarse, fourier, hartley, interpolate } from '../src/invert/fourier.ts';
import { climb } from '../src/invert/gradient.ts';
import * as priors from '../src/invert/priors.ts';
import { subjectOf } from '../src/invert/subject.ts';
import { warp } from '../src/invert/warp.ts';
import type { Model } from '../src/nn/model.ts';
import { matmul } from '../src/ops/matmul.ts';
import { Tensor } from '../src/tensor.ts';
import { assertClose } from './helpers.ts';
import { bars, barsModel } from './invert-kit.ts';

let device: Device;
let exact: Device;
let model: Model;
before(async () => {
  device = await open({ device: 'wasm', threads: 1 });
  exact = await open({ device: 'reference' });
  model = await barsModel(device);
});
after(() => Promise.all([device.close(), exact.close()]));

const picture = (n: number, shape: readonly number[], seed = 1): Float32Array =>
  Float32Array.from({ length: n * sizeOf(shape) }, (_, i) => 0.1 + 0.8 * rng(seed).uniform(9, 0, i));

/** Fails unless the slope of a weighted sum of f(x) is what finite differences say. */
async function slopes(f: (x: Tensor) => Tensor, shape: readonly number[]): Promise<void> {
  const data = picture(1, shape, 3);
  const weigh = (y: Tensor): Tensor =>
    y
      .mul(
        Tensor.from(
          Float32Array.from({ length: sizeOf(y.shape) }, (_, i) => Math.sin(i + 1)),
          y.shape,
        ),
      )
      .sum();
  const x = Tensor.from(data, shape);
  const direction = Tensor.from(
    Float32Array.from(data, (_, i) => Math.cos(3 * i)),
    shape,
  );
  const [g] = grad(weigh(f(x)), [x]);
  const h = 1e-4;
  const two = [h, -h].map((by) => weigh(f(x.add(direction.mul(by)))));
  const numeric = (two[0] as Tensor).sub(two[1] as Tensor).div(2 * h);
  const read = async (t: Tensor): Promise<number> => Number((await exact.read(t))[0]);
  assertClose([await read((g as Tensor).mul(direction).sum())], [await read(numeric)], {
    rtol: 1e-3,
    atol: 1e-4,
  });
}

suite('canvases', () => {
  test('the Hartley transform is its own inverse', async () => {
    const eye = await device.read(matmul(hartley(7), hartley(7)));
    assertClose(
      eye,
      Float32Array.from({ length: 49 }, (_, i) => Number(i % 8 === 0)),
      { atol: 1e-6 },
    );
  });

  test('one coefficient is one wave, of its frequency', async () => {
    const z = new Float32Array(8 * 6);
    z[2 * 6 + 1] = 1; // two waves down, one across
    const y = await device.read(fourier([8, 6, 1], 0).draw(Tensor.from(z, [1, 8, 6, 1])));
    const cas = (a: number): number => Math.cos(a) + Math.sin(a);
    const want = Float32Array.from({ length: 48 }, (_, i) => {
      const [row, column] = [Math.floor(i / 6), i % 6];
      return (cas((2 * Math.PI * 2 * row) / 8) * cas((2 * Math.PI * column) / 6)) / Math.sqrt(48);
    });
    assertClose(y, want, { atol: 1e-6 });
  });

  test('coarse pixels are joined by straight lines, and constants stay what they are', async () => {
    assertClose(await device.read(interpolate(4, 2)), [1, 0, 0.75, 0.25, 0.25, 0.75, 0, 1]);
    const y = await device.read(coarse([5, 4, 2], 2).draw(Tensor.fill(0.3, [1, 3, 2, 2])));
    assertClose(y, new Float32Array(40).fill(0.3));
  });

  test('slopes go through every canvas', async () => {
    for (const name of ['pixels', 'coarse', 'fourier'] as const) {
      const canvas = canvasOf(name, [6, 4, 1]);
      await slopes((z) => canvas.draw(z).sigmoid(), [2, ...canvas.size]);
    }
  });
});

suite('warp', () => {
  const x = picture(2, [5, 6, 1]);
  const of = (by: Parameters<typeof warp>[1]) => device.read(warp(Tensor.from(x, [2, 5, 6, 1]), by));

  test('nothing changed is the same picture', async () => assertClose(await of({}), x));

  test('a move by whole pixels moves, and paper comes in', async () => {
    const y = await of({ right: 2, down: -1 });
    const want = x.map((_, i) => {
      const [n, row, column] = [Math.floor(i / 30), Math.floor(i / 6) % 5, i % 6];
      const [from, to] = [row + 1, column - 2];
      return from < 5 && to >= 0 ? (x[n * 30 + from * 6 + to] ?? NaN) : 0;
    });
    assertClose(y, want, { atol: 1e-6 });
  });

  test('each picture has its own turn; a bar turned by an eighth lies on the diagonal', async () => {
    const bar = new Float32Array(2 * 81);
    for (let row = 1; row < 8; row++) bar[row * 9 + 4] = bar[81 + row * 9 + 4] = 1;
    const y = await device.read(
      warp(Tensor.from(bar, [2, 9, 9, 1]), { turn: Tensor.from([0, Math.PI / 4]) }),
    );
    assertClose(y.slice(0, 81), bar.slice(0, 81), { atol: 1e-5 });
    const at = (row: number, column: number): number => Number(y[81 + row * 9 + column]);
    assert.ok(at(2, 6) > 0.5 && at(6, 2) > 0.5, 'clockwise: its top goes to the right');
    assert.ok(at(2, 2) < 0.1 && at(6, 6) < 0.1 && at(1, 4) < 0.1);
  });

  test('slopes go to the pixels', () =>
    slopes((t) => warp(t, { turn: 0.3, scale: 1.2, right: 0.4, down: -0.7 }), [2, 5, 6, 1]));
});

suite('priors', () => {
  const list = {
    totalVariation: priors.totalVariation(0.7),
    l2: priors.l2(0.3),
    ink: priors.ink(0.2),
    contrast: priors.contrast(0.4),
    frame: priors.frame(0.5, 1),
    diversity: priors.diversity(0.6, 2),
  };

  test('penalties are what their formulas say', async () => {
    const x = Float32Array.of(0, 1, 0.5, 0.5, 0, 0, 0, 1, 0.25, 1, 1, 1, 0, 0.5, 0, 0, 0, 0);
    const value = async (prior: priors.Prior): Promise<number[]> => [
      ...(await exact.read(prior.penalty?.(Tensor.from(x, [2, 3, 3, 1])) as Tensor)),
    ];
    // First picture: rows 0 1 .5 | .5 0 0 | 0 1 .25; differences down .5 1 .5 .5 1 .25, across 1 .5 .5 0 1 .75.
    assertClose([(await value(priors.totalVariation(2)))[0] ?? NaN], [2 * 7.5], { rtol: 2e-3 });
    assertClose(await value(priors.l2(2)), [2 * 2.5625, 2 * 3.25], { rtol: 1e-6 });
    assertClose(await value(priors.contrast(1)), [0.25 + 0.25 + 0.1875, 0.25], { rtol: 1e-6 });
    assertClose(
      await value(priors.ink(1, 0.5)),
      [(100 * (3.25 / 9 - 0.5)) ** 2, (100 * (3.5 / 9 - 0.5)) ** 2],
      {
        rtol: 1e-4,
      },
    );
    assertClose(await value(priors.frame(1, 1)), [2.5625, 3], { rtol: 1e-6 });
    const cosine = (a: readonly number[], b: readonly number[]): number => {
      const mean = (l: readonly number[]): number => l.reduce((s, v) => s + v, 0) / l.length;
      const [p, q] = [a.map((v) => v - mean(a)), b.map((v) => v - mean(b))];
      return p.reduce((s, v, i) => s + v * (q[i] ?? 0), 0) / (Math.hypot(...p) * Math.hypot(...q));
    };
    const alike = cosine([...x.slice(0, 9)], [...x.slice(9)]) ** 2;
    assertClose(await value(priors.diversity(3, 2)), [3 * alike, 3 * alike], { rtol: 1e-4 });
  });

  test('slopes go through all of them, through the blur and through chance', async () => {
    for (const prior of Object.values(list)) await slopes((x) => prior.penalty?.(x) ?? x, [4, 5, 4, 1]);
    await slopes((x) => priors.blurred(x, 0.8), [2, 5, 4, 1]);
    const chance = { seed: Tensor.fill(3, [], 'i32'), step: Tensor.fill(5, [], 'i32') };
    await slopes((x) => priors.jitter().view?.(x, chance) ?? x, [2, 5, 5, 1]);
  });

  test('a blur keeps the ink and spreads it', async () => {
    const dot = new Float32Array(81);
    dot[40] = 1;
    const y = await device.read(priors.blurred(Tensor.from(dot, [1, 9, 9, 1]), 0.8));
    assertClose([Array.from(y).reduce((a, b) => a + b, 0)], [1], { rtol: 1e-3 });
    assertClose([Number(y[41]) / Number(y[40])], [Math.exp(-0.5 / 0.64)], { rtol: 1e-3 });
  });

  test('jitter moves each picture otherwise, and each step anew', async () => {
    const x = Tensor.from(
      new Float32Array([...picture(1, [7, 7, 1]), ...picture(1, [7, 7, 1])]),
      [2, 7, 7, 1],
    );
    const at = (step: number) =>
      device.read(
        priors.jitter().view?.(x, {
          seed: Tensor.fill(1, [], 'i32'),
          step: Tensor.fill(step, [], 'i32'),
        }) as Tensor,
      );
    const [a, again, b] = [await at(1), await at(1), await at(2)];
    assert.deepEqual(a, again);
    assert.notDeepEqual(a, b);
    assert.notDeepEqual(a.slice(0, 49), a.slice(49));
  });
});

suite('ideas by gradient', () => {
  const plain: Partial<AscentOptions> = {
    priors: [priors.totalVariation(0.05), priors.jitter({ shift: 1, rotate: 5, scale: 0.05 })],
    steps: 60,
    every: 30,
  };

  test('a picture of each class is read as it, and looks like it', async () => {
    for (const method of ['gradient', 'fourier'] as const) {
      const found = await ascentOf(model, { ...plain, method, targets: [0, 1, 2], seed: 2 });
      for (const [k, one] of found.entries()) {
        assert.equal(one.probabilities.indexOf(Math.max(...one.probabilities)), k, method);
        assert.ok((one.probability ?? 0) > 0.9 && one.score > 0, `${method}: ${one.probability}`);
        const levels = one.image.map((v) => Math.abs(v * 255 - Math.round(v * 255)));
        assert.ok(Math.max(...levels) < 1e-3 && Math.min(...one.image) >= 0 && Math.max(...one.image) <= 1);
        assert.deepEqual(
          [one.evaluations, one.frames.length, one.stopped, one.method],
          [60, 3, false, method],
        );
      }
      // A bar down the middle, and one across it: the means over rows and columns say so.
      const [down, across] = found.map(({ image }) => image) as [Float32Array, Float32Array];
      const line = (x: Float32Array, row: boolean): number =>
        Array.from({ length: 10 }, (_, i) => Number(x[row ? 50 + i : 10 * i + 5])).reduce((a, b) => a + b, 0);
      assert.ok(line(down, false) > line(across, false) && line(across, true) > line(down, true));
    }
  });

  test('a mix is read as its parts; a neuron and a channel rise', async () => {
    const [mix] = await ascentOf(model, { ...plain, steps: 120, targets: [{ 0: 0.6, 1: 0.4 }], restarts: 3 });
    assert.ok((mix?.residual ?? 1) < 0.02, `residual ${mix?.residual}`);
    assert.equal(mix?.evaluations, 360);
    const [low, high] = await Promise.all(
      [1, 40].map(async (steps) => {
        const targets = [
          { layer: 'dense', neuron: 3 },
          { layer: 'dense', neuron: 5 },
        ];
        return ascentOf(model, { targets, priors: [], steps, every: 40 });
      }),
    );
    for (const i of [0, 1]) assert.ok((high?.[i]?.score ?? 0) > (low?.[i]?.score ?? 0) + 1);
    const [channel] = await ascentOf(model, {
      targets: [{ layer: 'conv2d', channel: 2 }],
      steps: 20,
      priors: [],
    });
    assert.equal(channel?.probability, undefined);
    assert.equal(channel?.residual, undefined);
  });

  test('the same seed gives the same bits, also when gone on with; another seed another picture', async () => {
    const options: AscentOptions = { ...plain, targets: [1], seed: 4, every: 20 };
    const [whole] = await ascentOf(model, options);
    const events = ascent(model, options);
    const { value } = await events.next();
    assert.ok(value && 'state' in value);
    const state = structuredClone(await value.state());
    await events.return([]);
    const [resumed] = await ascentOf(model, { ...options, resume: state });
    assert.deepEqual(resumed?.image, whole?.image);
    assert.notDeepEqual((await ascentOf(model, { ...options, seed: 5 }))[0]?.image, whole?.image);
  });

  test('stopped, it keeps what it has', async () => {
    const stop = new AbortController();
    const [found] = await ascentOf(model, {
      ...plain,
      targets: [0],
      every: 10,
      signal: stop.signal,
      onEvent: ({ steps }) => steps === 20 && stop.abort(),
    });
    assert.deepEqual([found?.stopped, found?.evaluations, found?.frames.length], [true, 20, 2]);
    assert.ok((found?.score ?? 0) > 0);
  });

  test('pixels that are cut off climb from the edges too', async () => {
    const subject = await subjectOf(model, 'test');
    const climbing = await climb(subject, ({ logits }) => logits.mul(Tensor.from([0, 0, 1], [1, 3])).sum(1), {
      canvas: 'pixels',
      limits: 'clip',
      noise: 2,
    });
    const before = (await climbing.look()).scores[0] ?? NaN;
    await (
      await climbing.start(30)
    ).done;
    const after = await climbing.look();
    assert.ok((after.scores[0] ?? NaN) > before + 1);
    assert.ok(Math.min(...after.pictures) >= 0 && Math.max(...after.pictures) <= 1);
    climbing.close();
  });

  test('nothing stays behind', async () => {
    const { programs } = device.stats();
    await ascentOf(model, { ...plain, targets: [0], steps: 4 });
    const { bytes } = device.stats();
    await ascentOf(model, { ...plain, targets: [0], steps: 4 });
    assert.deepEqual([device.stats().programs, device.stats().bytes], [programs, bytes]);
  });

  test('errors', async () => {
    const cases: [() => unknown, string][] = [
      [() => ascentOf(model, { targets: [] }), 'ascent: needs at least one target, got none'],
      [
        () => ascentOf(model, { targets: [0], steps: 0 }),
        'ascent: steps must be a whole number from 1, got 0',
      ],
      [
        () => ascentOf(model, { targets: [0], method: 'up' as 'fourier' }),
        'ascent: method must be one of gradient, fourier, generator, got "up"',
      ],
      [
        () => ascentOf(model, { targets: [0, { 0: 0.5, 1: 0.5 }] }),
        'ascent: targets climbed together must be of one kind: classes, vectors and mixes, or one layer',
      ],
      [
        () => canvasOf('oil' as 'pixels', [5, 5, 1]),
        'idea: the canvas must be one of pixels, coarse, fourier, got "oil"',
      ],
      [() => coarse([5, 4, 1], 9), 'coarse: the factor must be a number from 1 to 4, got 9'],
      [() => priors.totalVariation(-1), 'totalVariation: needs a number from 0, got -1'],
      [() => priors.blur(NaN), 'blur: sigma must be a number from 0, got NaN'],
      [() => priors.diversity(1, 1), 'diversity: needs groups of at least 2 pictures, got 1'],
      [
        () => priors.diversity(1, 2).penalty?.(Tensor.fill(0, [3, 2, 2, 1])),
        'diversity: 3 pictures are not groups of 2',
      ],
      [
        () => priors.jitter({ rotate: 90 }),
        'jitter: needs a shift from 0, degrees from 0 to 45 and a scale from 0 to 0.5, got 2, 90 and 0.1',
      ],
      [
        async () => climb(await subjectOf(model, 'x'), (s) => s.logits.sum(1), { ideas: 0 }),
        'climb: ideas must be a whole number from 1, got 0',
      ],
      [
        async () => climb(await subjectOf(model, 'x'), (s) => s.logits.sum(1), { paper: 1 }),
        'climb: paper must be a number between 0 and 1, got 1',
      ],
    ];
    for (const [call, message] of cases)
      await assert.rejects(
        async () => await call(),
        (error) => error instanceof EidosError && (assert.equal(error.message, message), true),
      );
  });

  test('the priors of digits are named', () => {
    assert.deepEqual(
      digitPriors().map(({ name }) => name),
      ['total-variation', 'frame', 'ink', 'jitter'],
    );
    assert.equal(bars(3).labels.length, 3);
  });
});
