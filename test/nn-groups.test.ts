// Who learns what: several optimizers and the parameters they own, frozen ones, rates that a schedule says, and
// clipping over a group.
import { suite, test } from 'node:test';
import assert from 'node:assert/strict';
import {
  adam,
  dense,
  input,
  model,
  sequential,
  sgd,
  type Device,
  type Model,
  type OptimizerGroup,
  type Owns,
} from '../src/index.ts';
import { batchNorm } from '../src/nn/batch-norm.ts';
import { averaged } from '../src/nn/optimizer.ts';
import { schedule } from '../src/nn/schedule.ts';
import { heaps, near, numbers, one, small, classes } from './nn-kit.ts';

/** Which weights a step changed. */
async function moved(net: Model, data: { x: Float32Array; y: Float32Array }): Promise<string[]> {
  const before = await numbers(net);
  await net.trainOnBatch(data.x, data.y);
  const after = await numbers(net);
  return Object.keys(after).filter((name) => String(after[name]) !== String(before[name]));
}

/** A generator and a discriminator, and the first through the second. */
function game(): { readonly generator: Model; readonly discriminator: Model; readonly both: Model } {
  const generator = sequential(
    { name: 'generator' },
    dense(4, { activation: 'tanh' }),
    batchNorm(),
    dense(2),
  );
  const discriminator = sequential({ name: 'discriminator' }, dense(4, { activation: 'tanh' }), dense(1));
  const z = input([3]);
  return {
    generator,
    discriminator: discriminator.build([2]),
    both: model({ inputs: z, outputs: discriminator(generator(z)) }),
  };
}

const noise = (n: number): Float32Array => Float32Array.from({ length: n }, (_, i) => Math.sin(7.7 * i));

suite('groups of parameters', () => {
  test('a combined model moves only what its optimizer owns, and the others see the same weights', async () => {
    await using device = await one();
    const { generator, discriminator, both } = game();
    both.compile({
      optimizer: [{ optimizer: sgd({ learningRate: 0.5 }), owns: [generator] }],
      loss: 'mse',
      device,
    });
    discriminator.compile({ optimizer: sgd({ learningRate: 0.5 }), loss: 'mse', device });
    const given = { x: noise(12), y: new Float32Array(4).fill(1) };
    const before = await numbers(discriminator);
    assert.deepEqual(await moved(both, given), [
      'generator/dense/kernel',
      'generator/dense/bias',
      'generator/batch_normalization/gamma',
      'generator/batch_normalization/beta',
      'generator/dense_1/kernel',
      'generator/dense_1/bias',
      'generator/batch_normalization/movingMean',
      'generator/batch_normalization/movingVariance',
    ]);
    assert.deepEqual(await numbers(discriminator), before);
    // The discriminator learns by itself, and the combined model sees that.
    await discriminator.trainOnBatch(noise(8), new Float32Array(4).fill(1));
    const seen = (await numbers(both))['discriminator/dense/kernel'];
    assert.deepEqual(seen, (await numbers(discriminator))['dense/kernel']);
    assert.notDeepEqual(seen, before['dense/kernel']);
    generator.compile({ loss: 'mse', device });
    const [fake, judged] = [await generator.predict(given.x), await both.predict(given.x)];
    near((await discriminator.predict(fake.data)).data, judged.data);
  });

  test('a frozen layer has no gradient and no slots, while its state moves', async () => {
    await using device = await one();
    const { generator, both } = game();
    const slots = async (owns: Owns): Promise<number> => {
      await both.compile({ optimizer: [{ optimizer: 'adam', owns }], loss: 'mse', device }).variables();
      const { bytes } = device.stats();
      await both.setLearningRate(0.1);
      return device.stats().bytes - bytes;
    };
    const all = await slots(() => true);
    const some = await slots((path) => path === 'discriminator/dense_1/bias');
    // Two slots of one number, the step and the rate; memory is given out in pieces of 128 bytes.
    assert.ok(some < all && some <= 4 * 128, `${some} bytes of slots for one number, ${all} for all`);
    assert.deepEqual(await moved(both, { x: noise(12), y: new Float32Array(4) }), [
      'discriminator/dense_1/bias',
      'generator/batch_normalization/movingMean',
      'generator/batch_normalization/movingVariance',
    ]);
    assert.match(both.summary(), /\n Trainable params: 1 .*\n Non-trainable params: 58 /);
    assert.equal(both.count(), 59);
    both.compile({ optimizer: [{ optimizer: 'sgd', owns: [generator] }], loss: 'mse', device });
    assert.match(both.summary(), /\n Trainable params: 34 .*\n Non-trainable params: 25 /);
  });

  test('each group moves by its own rule and rate, the first that owns a parameter', async () => {
    await using device = await one();
    const first = dense(8, { activation: 'tanh' });
    const make = (optimizer: readonly OptimizerGroup[] | ReturnType<typeof sgd>, net = small()): Model =>
      net.build([2]).compile(classes(device, { optimizer }));
    const [slow, fast] = [sgd({ learningRate: 0.01 }), sgd({ learningRate: 0.1 })];
    const data = heaps(30);
    const step = async (net: Model): Promise<Record<string, number[]>> => {
      const before = await numbers(net);
      await net.trainOnBatch(data.x, data.y);
      const after = await numbers(net);
      return Object.fromEntries(
        Object.entries(after).map(([name, w]) => [name, w.map((v, i) => v - (before[name]?.[i] ?? NaN))]),
      );
    };
    const alone = await step(make(fast));
    const net = sequential(first, dense(3, { activation: 'softmax' }));
    const apart = await step(
      make(
        [
          { optimizer: slow, owns: [first] },
          { optimizer: fast, owns: ['dense', 'dense_1'] },
        ],
        net,
      ),
    );
    for (const [name, change] of Object.entries(apart))
      near(
        change,
        (alone[name] ?? []).map((v) => (name.startsWith('dense/') ? v / 10 : v)),
        1e-6,
      );
    await net.setLearningRate(0, 1);
    assert.ok(Object.values((await step(net))['dense_1/kernel'] ?? []).every((v) => v === 0));
    assert.ok(Object.values((await step(net))['dense/kernel'] ?? []).some((v) => v !== 0));
  });

  test('a schedule says the rate of every step, inside the program', async () => {
    await using device = await one();
    const falling = schedule('falling', (step) => step.to('f32').add(1).pow(-1).mul(0.1)); // 0.1 / (steps + 1)
    const data = heaps(30);
    const learned = async (compile: (net: Model) => void, rates: readonly number[]) => {
      const net = small();
      compile(net);
      for (const rate of rates) {
        if (rate > 0) await net.setLearningRate(rate);
        await net.trainOnBatch(data.x, data.y);
      }
      return (await net.getWeights()).flatMap((w) => [...w.data]);
    };
    const scheduled = await learned(
      (net) => net.build([2]).compile(classes(device, { optimizer: sgd({ learningRate: falling }) })),
      [0, 0, 0],
    );
    const byHand = await learned(
      (net) => net.build([2]).compile(classes(device, { optimizer: sgd() })),
      [0.1, 0.05, 0.1 / 3],
    );
    near(scheduled, byHand, 1e-6);
  });

  test('clipping sees all gradients of a group together', async () => {
    await using device = await one();
    const data = heaps(30);
    const length = async (optimizer: ReturnType<typeof sgd>): Promise<number> => {
      const net = small().build([2]).compile(classes(device, { optimizer }));
      const before = Object.values(await numbers(net)).flat();
      await net.trainOnBatch(data.x, data.y);
      const after = Object.values(await numbers(net)).flat();
      return Math.hypot(...after.map((v, i) => v - (before[i] ?? NaN)));
    };
    assert.ok((await length(sgd({ learningRate: 1 }))) > 0.1);
    near([await length(sgd({ learningRate: 1, globalClipnorm: 0.01 }))], [0.01], 1e-5);
  });

  test('averages are answered with where they are kept', async () => {
    await using device = await one();
    const net = small().build([2]);
    net.compile(
      classes(device, {
        optimizer: [{ optimizer: averaged(sgd({ learningRate: 1 }), 0.5), owns: ['dense_1'] }],
      }),
    );
    const data = heaps(30);
    await net.fit(data, { epochs: 2 });
    const [latest, average] = [await net.evaluate(data), await net.evaluate(data, { weights: 'averaged' })];
    assert.notEqual(latest.loss, average.loss);
  });
});

suite('what does not fit in groups', () => {
  test('is said where it is compiled', async () => {
    await using device: Device = await one();
    const net = small().build([2]);
    const says = (optimizer: readonly OptimizerGroup[], message: string): void =>
      assert.throws(() => net.compile(classes(device, { optimizer })), { name: 'EidosError', message });
    says([], 'compile: the list of optimizers is empty; give [{ optimizer, owns }]');
    says(
      [{ optimizer: adam(), owns: ['dense_2'] }],
      'compile: owns names dense_2, which is not in the model; it has dense, dense_1',
    );
    says(
      [{ optimizer: adam(), owns: [small()] }],
      'compile: owns names sequential, which is not in the model; it has dense, dense_1',
    );
    const refuses = (job: Promise<unknown>, message: string): Promise<void> =>
      assert.rejects(job, { name: 'EidosError', message });
    net.compile(classes(device));
    await refuses(net.setLearningRate(0.1, 1), 'setLearningRate: optimizers are numbered 0 to 0, got 1');
    const constant = schedule('flat', (step) => step.to('f32').mul(0).add(0.1));
    net.compile(classes(device, { optimizer: sgd({ learningRate: constant }) }));
    await refuses(
      net.setLearningRate(0.1),
      'setLearningRate: sgd has a schedule; compile with a number to set it by hand',
    );
  });
});
