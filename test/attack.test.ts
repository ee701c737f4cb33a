// Attacks on a small network trained here: inside the ball as stored pictures, stronger where they should be, honest in
// their count, and the gradient of each against what it claims to climb. Training against them, too.
import assert from 'node:assert/strict';
import { after, before, suite, test } from 'node:test';
import { EidosError } from '../src/base/check.ts';
import { rng } from '../src/base/rng.ts';
import type { Device } from '../src/device/device.ts';
import { open } from '../src/device/open.ts';
import { grad } from '../src/grad.ts';
import { adversarial } from '../src/nn/adversarial.ts';
import { fewPixels } from '../src/invert/attack-pixels.ts';
import { distanceOf, smallest } from '../src/invert/attack-smallest.ts';
import { square } from '../src/invert/attack-square.ts';
import { fgsm, gain, pgd, storedIn, type Attack, type Victims } from '../src/invert/attack.ts';
import { coach } from '../src/invert/coach.ts';
import { attackOf, robustness, type RobustnessOptions } from '../src/invert/robustness.ts';
import { pixelsOf, subjectOf, type Subject } from '../src/invert/subject.ts';
import { dense } from '../src/nn/dense.ts';
import type { Model } from '../src/nn/model.ts';
import { adam } from '../src/nn/optimizer-adam.ts';
import { flatten } from '../src/nn/reshape.ts';
import { sequential } from '../src/nn/sequential.ts';
import { Tensor } from '../src/tensor.ts';
import { bars, barsModel, side } from './invert-kit.ts';

let device: Device;
let model: Model;
let subject: Subject;
before(async () => {
  device = await open({ device: 'wasm', threads: 1 });
  model = await barsModel(device);
  subject = await subjectOf(model, 'test');
});
after(() => device.close());

const held = bars(48, 9);
const pixels = side * side;
const x = pixelsOf(held.images, true);
const labels = Int32Array.from(held.labels);
const victims: Victims = { x, labels };
const next = (list: Int32Array): Int32Array => list.map((k) => (k + 1) % 3);

/** Each picture's distance from its own. */
const far = (moved: Float32Array): ReturnType<typeof distanceOf>[] =>
  Array.from(labels, (_, i) =>
    distanceOf(x.slice(i * pixels, (i + 1) * pixels), moved.slice(i * pixels, (i + 1) * pixels)),
  );

const rate = (list: Uint8Array): number => list.reduce((a, b) => a + b, 0) / list.length;

async function using(made: Promise<Attack>, use: (attack: Attack) => Promise<void>): Promise<void> {
  const attack = await made;
  await use(attack);
  attack.close();
}

/** Every byte whole, every picture in the ball. */
function inBall(moved: Float32Array, epsilon: number, norm: 'l2' | 'linf'): void {
  assert.ok(moved.every((v) => v >= 0 && v <= 1 && Math.abs(v * 255 - Math.round(v * 255)) < 1e-3));
  for (const { l2, linf } of far(moved)) {
    const got = norm === 'l2' ? l2 : linf;
    assert.ok(got <= epsilon + 1e-6, `${got} beyond ${epsilon}`);
  }
}

suite('attacks', () => {
  test('the model they are for reads nearly all', async () => {
    const { accuracy } = await model.evaluate(held);
    assert.ok((accuracy ?? 0) > 0.9, String(accuracy));
  });

  test('each ends after the step under way when it is told to, with what was found until then', async () => {
    const first = x.slice(0, pixels);
    const from = labels[0] ?? 0;
    const patient = { steps: 10_000_000 };
    const soon = (): AbortSignal => AbortSignal.timeout(300);
    const began = performance.now();
    const found = await smallest(model, first, from, { ...patient, signal: soon() });
    assert.ok(found.success, 'long enough to find something');
    await coach(model, first, (from + 1) % 3, { ...patient, signal: soon() });
    for (const make of [pgd, square])
      await using(make(subject, { epsilon: 0.2, ...patient }, { batch: 48 }), async (attack) => {
        inBall((await attack.run(victims, 1, soon())).x, 0.2, 'linf');
      });
    assert.ok(performance.now() - began < 60_000); // all steps would take hours
    const never = await fewPixels(model, first, from, { pixels: 50, signal: AbortSignal.abort() });
    assert.equal(never.distance.pixels, 0);
  });

  test('pgd stays in the ball as a stored picture and is stronger than fgsm; both aim', async () => {
    for (const norm of ['linf', 'l2'] as const) {
      const epsilon = norm === 'linf' ? 0.17 : 1.2;
      const got: number[] = [];
      for (const make of [fgsm, pgd])
        await using(make(subject, { norm, epsilon, steps: 15 }, { batch: 48 }), async (attack) => {
          const { x: moved, success, read } = await attack.run(victims, 1);
          inBall(moved, epsilon, norm);
          const said = await model.predict({ x: moved, shape: held.shape });
          for (const [i, r] of read.entries()) {
            const row = said.data.slice(3 * i, 3 * i + 3);
            assert.equal(row.indexOf(Math.max(...row)), r);
            assert.equal(success[i], Number(r !== labels[i]));
          }
          got.push(rate(success));
        });
      const [once, often] = got as [number, number];
      assert.ok(often >= once && often > 0.3, `${norm}: fgsm ${once}, pgd ${often}`);
      await using(
        pgd(subject, { norm, epsilon, steps: 15 }, { batch: 48, targeted: true }),
        async (attack) => {
          const to = next(labels);
          const { read, success } = await attack.run({ ...victims, to }, 1);
          assert.deepEqual(
            [...success],
            Array.from(read, (r, i) => Number(r === to[i])),
          );
          assert.ok(rate(success) > 0.05 && rate(success) < often, 'harder to aim than to miss');
        },
      );
    }
  });

  test('both losses have the slopes they should have', async () => {
    const logits = Tensor.from([2, -1, 0.5, 0, 3, 1], [2, 3]);
    const seen = { logits, probabilities: logits };
    const label = Tensor.from(Int32Array.of(0, 2));
    const read = async (t: Tensor): Promise<number[]> =>
      Array.from(await device.read(t), (v) => Math.round(v * 1e4) / 1e4);
    assert.deepEqual(await read(gain(seen, { label, to: undefined }, 'margin')), [-1.5, 2]);
    assert.deepEqual(
      await read(gain(seen, { label, to: Tensor.from(Int32Array.of(1, 1)) }, 'margin')),
      [-3, 2],
    );
    const [g] = grad(gain(seen, { label, to: undefined }, 'crossentropy').sum(), [logits]);
    const soft = (row: number[]): number[] => {
      const e = row.map(Math.exp);
      return e.map((v) => v / e.reduce((a, b) => a + b, 0));
    };
    // The slope of a crossentropy is p - y.
    const want = [
      ...soft([2, -1, 0.5]).map((p, i) => p - Number(i === 0)),
      ...soft([0, 3, 1]).map((p, i) => p - Number(i === 2)),
    ];
    assert.deepEqual(
      await read(g as Tensor),
      want.map((v) => Math.round(v * 1e4) / 1e4),
    );
  });

  test('what is stored is nearest inside an L-infinity ball, and never longer in an L2 one', async () => {
    const from = Tensor.from([100 / 255, 0, 1], [1, 3]);
    const to = Tensor.from([110.6 / 255, 3.4 / 255, 250.6 / 255], [1, 3]);
    const levels = async (norm: 'linf' | 'l2'): Promise<number[]> =>
      Array.from(await device.read(storedIn(from, to, norm)), (v) => Math.round(v * 255));
    assert.deepEqual(await levels('linf'), [111, 3, 251]);
    assert.deepEqual(await levels('l2'), [110, 3, 251]);
  });

  test('the same seed gives the same pictures; another begins elsewhere; fewer victims than the batch are alone', async () => {
    await using(pgd(subject, { epsilon: 0.1, steps: 3 }, { batch: 48 }), async (attack) => {
      const [a, again, b] = [
        await attack.run(victims, 5),
        await attack.run(victims, 5),
        await attack.run(victims, 6),
      ];
      assert.deepEqual(a, again);
      assert.notDeepEqual(a.x, b.x);
      const few = await attack.run({ x: x.slice(0, 2 * pixels), labels: labels.slice(0, 2) }, 5);
      assert.deepEqual(few.x, a.x.slice(0, 2 * pixels));
      assert.equal(few.success.length, 2);
    });
  });

  test('squares need no slopes, stay in the ball and get further with more tries', async () => {
    const got: number[] = [];
    for (const steps of [2, 120])
      await using(square(subject, { epsilon: 0.2, steps }, { batch: 48 }), async (attack) => {
        const { x: moved, success } = await attack.run(victims, 3);
        inBall(moved, 0.2, 'linf');
        got.push(rate(success));
      });
    assert.ok((got[1] ?? 0) > (got[0] ?? 1) && (got[1] ?? 0) > 0.2, got.join(' '));
  });

  test('few pixels: as few as are needed, and only to paper or ink', async () => {
    const one = x.slice(0, pixels);
    const { success, picture, distance, read } = await fewPixels(model, one, 0, { to: 2, pixels: 12 });
    assert.ok(success);
    assert.equal(read, 2);
    const changed = [...picture].filter((v, i) => v !== one[i]);
    assert.ok(changed.length === distance.pixels && distance.pixels <= 12);
    assert.ok(changed.every((v) => v === 0 || v === 1));
    const fewer = await fewPixels(model, one, 0, { to: 2, pixels: distance.pixels - 1 });
    assert.equal(fewer.success, false);
    // Once it is read as wanted nothing more is changed.
    const same = await fewPixels(model, one, 0, { to: 2, pixels: distance.pixels });
    assert.deepEqual(same.picture, picture);
  });

  test('the smallest change is read as wanted and smaller than a ball that pgd needs', async () => {
    const one = x.slice(0, pixels);
    const { success, picture, read, distance, probabilities } = await smallest(model, one, 0, {
      to: 1,
      steps: 200,
    });
    assert.ok(success && read === 1);
    assert.deepEqual(distance, distanceOf(one, picture));
    assert.equal(probabilities.indexOf(Math.max(...probabilities)), 1);
    await using(
      pgd(subject, { norm: 'l2', epsilon: 0.8 * distance.l2, steps: 40 }, { batch: 20, targeted: true }),
      async (attack) => {
        const rows = Array.from({ length: 20 }, () => [...one]).flat();
        const all = {
          x: Float32Array.from(rows),
          labels: new Int32Array(20),
          to: new Int32Array(20).fill(1),
        };
        assert.equal(rate((await attack.run(all, 1)).success), 0);
      },
    );
    const any = await smallest(model, one, 0, { steps: 200 });
    assert.ok(any.success && any.distance.l2 <= distance.l2 + 0.05);
  });

  test('nothing found is told: a change of nothing', async () => {
    const { success, distance } = await smallest(model, x.slice(0, pixels), 0, { to: 1, steps: 1 });
    assert.deepEqual([success, distance], [false, { l2: 0, linf: 0, pixels: 0 }]);
  });
});

suite('robustness', () => {
  const options: RobustnessOptions = { epsilon: 0.1, steps: 8, batchSize: 20 };

  test('counts what is read after every try; more tries and larger balls never help the model', async () => {
    const events: number[] = [];
    const once = await robustness(model, held, options);
    const often = await robustness(model, held, {
      ...options,
      restarts: 3,
      onEvent: ({ restart }) => events.push(restart),
    });
    assert.equal(once.cleanAccuracy, (await model.evaluate(held)).accuracy);
    assert.ok(often.robustAccuracy <= once.robustAccuracy && once.robustAccuracy < once.cleanAccuracy);
    const { fooled } = often;
    assert.ok(Math.abs(often.robustAccuracy - (1 - rate(fooled))) < 1e-9);
    assert.ok(once.fooled.every((f, i) => f <= (fooled[i] ?? 0)));
    assert.equal(new Set(events).size, 3);
    const small = await robustness(model, held, { ...options, epsilon: 0.01 });
    assert.ok(small.robustAccuracy > once.robustAccuracy);
  });

  test('pictures made on another model fool this one less', async () => {
    const other = sequential(
      flatten(),
      dense(12, { activation: 'tanh' }),
      dense(3, { activation: 'softmax' }),
    ).build(held.shape);
    other.compile({
      optimizer: adam({ learningRate: 0.02 }),
      loss: 'sparseCategoricalCrossentropy',
      device,
      seed: 3,
    });
    await other.fit(bars(150), { epochs: 4, batchSize: 30 });
    const [own, moved] = [
      await robustness(model, held, options),
      await robustness(model, held, { ...options, from: other }),
    ];
    assert.ok(moved.robustAccuracy >= own.robustAccuracy);
    await other.close();
  });

  test('stopped, it says so', async () => {
    const stop = new AbortController();
    const found = await robustness(model, held, {
      ...options,
      signal: stop.signal,
      onEvent: () => stop.abort(),
    });
    assert.equal(found.stopped, true);
    assert.ok(found.fooled.slice(20).some((f) => f === 0));
  });

  test('nothing stays behind', async () => {
    const { bytes, programs } = device.stats();
    for (const attack of ['fgsm', 'pgd', 'square'] as const)
      await robustness(model, held, { ...options, attack });
    await smallest(model, x.slice(0, pixels), 0, { steps: 2 });
    await fewPixels(model, x.slice(0, pixels), 0, { pixels: 1 });
    assert.deepEqual([device.stats().bytes, device.stats().programs], [bytes, programs]);
  });
});

suite('training against attacks', () => {
  test('the batch is changed uphill, inside the ball, and differentiates to nothing', async () => {
    const at = Tensor.from(x, [48, side, side, 1]);
    const label = Tensor.from(labels);
    const loss = (pictures: Tensor): Tensor =>
      gain(subject.see(pictures), { label, to: undefined }, 'crossentropy');
    const uniform = (like: Tensor): Tensor =>
      Tensor.from(
        Float32Array.from({ length: x.length }, (_, i) => rng(2).uniform(5, 0, i)),
        like.shape,
      );
    for (const steps of [1, 3]) {
      const change = adversarial({ epsilon: 0.1, steps });
      assert.equal(change.name, 'adversarial(0.1)');
      const step = Tensor.fill(0, [], 'i32');
      const moved = change.perturb(at, loss, uniform, step);
      const most = Math.max(...(await device.read(moved.sub(at).abs())));
      assert.ok(most <= 25 / 255 + 1e-6 && most > 0.05, String(most));
      const [before, after] = [await device.read(loss(at).mean()), await device.read(loss(moved).mean())];
      assert.ok(Number(after[0]) > 1.5 * Number(before[0]), `${before[0]} ${after[0]}`);
      // While it warms up, the ball and the steps are smaller: a quarter after the first of four batches, all of it after four.
      const grown = async (before: number): Promise<number> => {
        const warming = adversarial({ epsilon: 0.1, steps, warmup: 4 });
        const there = warming.perturb(at, loss, uniform, Tensor.fill(before, [], 'i32'));
        return Math.max(...(await device.read(there.sub(at).abs())));
      };
      assert.ok(Math.abs((await grown(0)) - 25 / 255 / 4) < 1e-6);
      assert.ok(Math.abs((await grown(9)) - most) < 1e-6);
      const [g] = grad(loss(change.perturb(at, loss, uniform, step)).sum(), [at]);
      assert.ok((await device.read(g as Tensor)).every((v) => v === 0));
    }
  });
});

suite('attacks: errors', () => {
  test('each is one line', async () => {
    const one = x.slice(0, pixels);
    const row = sequential(dense(2)).build([4]);
    row.compile({ optimizer: 'sgd', loss: 'meanSquaredError', device });
    const maps = sequential(flatten(), dense(4)).build([2, 2, 1]);
    const cases: [() => unknown, string][] = [
      [() => pgd(subject, { epsilon: 2 }), 'pgd: epsilon must be at least 1/255 and at most 1, got 2'],
      [() => pgd(subject, { epsilon: 0, norm: 'l2' }), 'pgd: epsilon must be at least 1/255, got 0'],
      [() => pgd(subject, { steps: 0 }), 'pgd: steps must be a whole number from 1, got 0'],
      [() => square(subject, { part: 2 }), 'square: needs steps from 1 and a part up to 1, got 1000 and 2'],
      [() => attackOf(subject, 'x' as 'pgd', {}, {}), 'attack: must be one of fgsm, pgd, square, got "x"'],
      [
        () => attackOf(subject, 'square', { norm: 'l2' }, {}),
        'square: pushes pixels within an L-infinity ball, got l2; use pgd',
      ],
      [
        () => robustness(model, held, { restarts: 0 }),
        'robustness: restarts must be a whole number from 1, got 0',
      ],
      [
        () => robustness(model, { ...held, images: new Uint8Array(150) }),
        'robustness: pictures of [10, 10, 1] need a multiple of 100 numbers, got 150',
      ],
      [
        () => robustness(model, { ...held, labels: new Int32Array(3) }),
        'robustness: 48 pictures need as many classes, got 3',
      ],
      [
        () => robustness(model, { ...held, labels: new Int32Array(48).fill(7) }),
        'robustness: there is no class 7; the model has classes 0 to 2',
      ],
      [() => smallest(model, x.slice(0, 2 * pixels), 0), 'smallest: takes one picture at a time, got 2'],
      [
        () => smallest(model, one, 1, { to: 1 }),
        'smallest: the picture is a 1 already; ask for another class',
      ],
      [
        () => smallest(model, one, 0, { steps: 0 }),
        'smallest: steps and prices must be whole numbers from 1, got 0 and 12',
      ],
      [() => fewPixels(model, x.slice(0, 2 * pixels), 0), 'fewPixels: takes one picture at a time, got 2'],
      [
        () => fewPixels(model, one, 0, { pixels: 101 }),
        'fewPixels: pixels must be a whole number from 1 to 100, got 101',
      ],
      [
        () => adversarial({ steps: 0 }),
        'adversarial: needs steps from 1 and a stepSize above 0, got 0 and Infinity',
      ],
      [
        () => adversarial({ warmup: 0.5 }),
        'adversarial: warmup must be a whole number of batches from 0, got 0.5',
      ],
      [() => subjectOf(row, 'fool'), 'fool: needs a model of one picture [H, W, C], got [4]'],
      [
        async () => subjectOf(sequential(dense(4)).build([2, 2, 1]), 'fool'),
        'fool: needs a model that gives a number for each class, got [2, 2, 4] per picture',
      ],
    ];
    for (const [call, message] of cases)
      await assert.rejects(
        async () => await call(),
        (error) => error instanceof EidosError && (assert.equal(error.message, message), true),
      );
    await using(pgd(subject, {}, { batch: 2 }), async (attack) => {
      await assert.rejects(attack.run(victims, 1), {
        message: 'attack: takes 1 to 2 pictures at a time, got 48',
      });
    });
    await maps.close();
  });
});
