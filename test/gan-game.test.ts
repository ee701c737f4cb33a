// The game of two models: the same numbers as written out by hand, nothing moves that should not, the same bits after
// resuming, and what it refuses.
import assert from 'node:assert/strict';
import { after, before, suite, test } from 'node:test';
import type { Device } from '../src/device/device.ts';
import { gan, type Game, type GameEvent } from '../src/gan/game.ts';
import { classScore, diffAugment } from '../src/gan/layers.ts';
import type { GanOptions } from '../src/gan/rules.ts';
import { batchNorm } from '../src/nn/batch-norm.ts';
import { constant as constantly } from '../src/nn/initializer.ts';
import { dense } from '../src/nn/dense.ts';
import { model } from '../src/nn/functional.ts';
import { unary } from '../src/nn/layer.ts';
import { concatenate } from '../src/nn/merge.ts';
import { adam, sgd } from '../src/nn/optimizer.ts';
import { flatten, reshape } from '../src/nn/reshape.ts';
import { sequential } from '../src/nn/sequential.ts';
import { spectralNorm } from '../src/nn/spectral-norm.ts';
import { input } from '../src/nn/symbolic.ts';
import { Tensor } from '../src/tensor.ts';
import { assertClose } from './helpers.ts';
import { one } from './nn-kit.ts';

let device: Device;
before(async () => {
  device = await one();
});
after(() => device.close());

/** Gives the same number, which it learns, whatever comes in: [N, 1] -> [N, 1]. */
const constant = (first: number) =>
  unary({
    name: 'constant',
    kind: 'Constant',
    build: () => ({ params: { theta: Tensor.from([first]) }, state: {}, shape: [1] }),
    apply: ({ params }, x) => ({
      y: x.mul(0).add(params.theta.reshape([1, 1])),
      state: {},
    }),
  });

/** Examples of one byte each. */
const bytes = (values: readonly number[], labels: readonly number[] = values.map(() => 0)) => ({
  images: Uint8Array.from(values),
  labels: Uint8Array.from(labels),
  shape: [1],
  count: values.length,
});

const zeros = bytes(Array.from({ length: 8 }, () => 0));

/** One number against one slope: the Dirac-GAN of Mescheder et al. 2018, section 2. */
const dirac = (more: Partial<GanOptions> = {}): GanOptions => ({
  generator: sequential(constant(1)),
  critic: sequential(dense(1, { useBias: false, kernelInitializer: 'ones' })),
  shape: [1],
  latent: { size: 1 },
  range: 'unit',
  batchSize: 4,
  generatorOptimizer: sgd({ learningRate: 0.1 }),
  criticOptimizer: sgd({ learningRate: 0.1 }),
  ...more,
});

const begun = (options: GanOptions, seed = 1): Promise<Game> => gan({ ...options, device, seed });

async function played(game: Game, rounds: number, data = zeros, reportEvery = 5): Promise<GameEvent[]> {
  const events: GameEvent[] = [];
  for await (const event of game.train(data, { rounds, reportEvery })) events.push(event);
  return events;
}

/** A game's number by name. */
async function number(game: Game, name: string): Promise<number> {
  const found = game.held().find(([known]) => known.endsWith(name));
  assert.ok(found, `${name} in ${game.held().map(([known]) => known).join(', ')}`); // prettier-ignore
  return (await found[1].read())[0] ?? NaN;
}

const sigmoid = (x: number): number => 1 / (1 + Math.exp(-x));

/** The Dirac-GAN by hand: where both are after some rounds. */
function byHand(rounds: number, r1: number, steps = 1): { theta: number; psi: number; average: number } {
  let [theta, psi, average] = [1, 1, 1];
  for (let t = 0; t < rounds; t++) {
    for (let k = 0; k < steps; k++) psi -= 0.1 * (theta * sigmoid(psi * theta) + r1 * psi);
    theta += 0.1 * psi * sigmoid(-psi * theta);
    const stays = Math.min(0.9, (1 + t) / (10 + t));
    average += (theta - average) * (1 - stays);
  }
  return { theta, psi, average };
}

suite('a game', () => {
  for (const [name, options, want] of [
    ['without a penalty', {}, byHand(30, 0)],
    ['with r1, and an average', { r1: 0.5, average: 0.9 }, byHand(30, 0.5)],
    ['with three steps of the critic', { criticSteps: 3 }, byHand(30, 0, 3)],
    ['judged on what the critic saw', { sameNoise: true }, byHand(30, 0)],
    ['in one batch', { meeting: 'joined' }, byHand(30, 0)],
    // All examples of this game are the same, so one of them tells the slope of all.
    ['with r1 of one example', { r1: 0.5, penaltyBatchSize: 1 }, byHand(30, 0.5)],
  ] as const)
    test(`is the Dirac-GAN as by hand, ${name}`, async () => {
      await using game = await begun(dirac(options));
      await played(game, 30);
      const got = [await number(game, 'theta'), await number(game, 'critic/dense/kernel')];
      assertClose(got, [want.theta, want.psi], { rtol: 1e-5, atol: 1e-6 });
      if ('average' in options)
        assertClose([await number(game, 'average/constant/theta')], [want.average], {
          rtol: 1e-5,
          atol: 1e-6,
        });
    });

  test('whose programs never say that they train leaves batch norm alone', async () => {
    const averages = async (layers: 'training' | 'inference'): Promise<number> => {
      const generator = sequential(dense(1), batchNorm());
      await using game = await begun(dirac({ generator, layers }));
      await played(game, 3);
      return number(game, 'movingVariance');
    };
    assert.equal(await averages('inference'), 1);
    assert.notEqual(await averages('training'), 1);
  });

  test('circles without a penalty and comes to rest with r1, or with the gradient penalty of both kinds', async () => {
    const rest = async (options: Partial<GanOptions>): Promise<number> => {
      await using game = await begun(dirac(options));
      await played(game, 400);
      return Math.abs(await number(game, 'theta'));
    };
    assert.ok((await rest({})) > 0.1);
    assert.ok((await rest({ r1: 0.5 })) < 1e-3);
    assert.ok((await rest({ loss: 'relativistic', r1: 0.25, r2: 0.25 })) < 1e-3);
  });

  test('a critic under spectral norm has slope 1 whatever its weight, and does not grow steeper', async () => {
    const three = dense(1, { useBias: false, kernelInitializer: constantly(3) });
    await using game = await begun(dirac({ critic: sequential(spectralNorm(three)) }));
    await played(game, 30);
    let theta = 1;
    for (let t = 0; t < 30; t++) theta += 0.1 * sigmoid(-theta);
    assertClose([await number(game, 'theta'), await number(game, 'kernel')], [theta, 3], {
      rtol: 1e-5,
      atol: 1e-6,
    });
  });

  test("the critic's batch statistics do not move in the generator's step, nor the generator's in the critic's", async () => {
    const options = dirac({
      generator: sequential(
        constant(1),
        batchNorm({ momentum: 0.5, scale: false, center: false }),
        constant(1),
      ),
      critic: sequential(batchNorm({ momentum: 0.5 }), dense(1)),
      range: 'signed',
      meeting: 'joined',
    });
    await using game = await begun(options);
    await played(game, 1);
    // Real examples are -1 and generated ones 1: together 0. In the generator's step alone they would be 1.
    assert.equal(await number(game, 'critic/batch_normalization/movingMean'), 0);
    // Half way to 1 once: twice would be 0.75.
    assert.equal(await number(game, 'generator/batch_normalization/movingMean'), 0.5);
  });

  test('in turn, the critic steps twice in a round', async () => {
    await using game = await begun(dirac({ meeting: 'inTurn' }));
    await played(game, 3);
    assert.equal(await number(game, 'critic optimizer/step'), 6);
    assert.equal(await number(game, 'generator optimizer/step'), 3);
  });

  test('takes examples in their order if asked to', async () => {
    const critic = sequential(batchNorm({ momentum: 0, scale: false, center: false }), dense(1));
    await using game = await begun(
      dirac({ critic, order: 'rows', batchSize: 2, meeting: 'apart', generator: sequential(constant(0)) }),
    );
    const means: number[] = [];
    const data = bytes([0, 255, 51, 51, 102, 204]);
    for await (const { kind, signals } of game.train(data, { rounds: 4, reportEvery: 1 }))
      if (kind === 'report') means.push(signals?.realDiversity ?? NaN);
    assertClose(means, [0.5, 0, 0.2, 0.5], { rtol: 1e-5, atol: 1e-6 });
  });

  test('a class is drawn when it is asked for', async () => {
    const [z, c] = [input([2]), input([2])];
    const drawn = dense(1, { activation: 'tanh' })(dense(8, { activation: 'relu' })(concatenate()([z, c])));
    const [x, asked] = [input([1]), input([2])];
    const told = classScore()([dense(2)(dense(16, { activation: 'leakyRelu' })(x)), asked]);
    await using game = await begun({
      generator: model({ inputs: [z, c], outputs: drawn }),
      critic: model({ inputs: [x, asked], outputs: told }),
      shape: [1],
      latent: { size: 2 },
      classes: 2,
      batchSize: 16,
      r1: 0.1,
      generatorOptimizer: adam({ learningRate: 0.01, beta1: 0.5 }),
      criticOptimizer: adam({ learningRate: 0.01, beta1: 0.5 }),
    });
    await played(game, 400, bytes([40, 200, 44, 210], [0, 1, 0, 1]), 100);
    const { images } = await game.sample({ count: 6, seed: 3 });
    for (const [i, value] of images.entries())
      assert.ok(Math.abs(value - (i % 2 === 0 ? 42 : 205)) < 40, `class ${i % 2}: ${value}`);
  });

  test('samples are the same however many are asked for', async () => {
    await using game = await begun({
      ...dirac(),
      generator: sequential(dense(6), reshape([2, 3, 1])),
      critic: sequential(...diffAugment({ colour: true }), flatten(), dense(1)),
      shape: [2, 3, 1],
      latent: { size: 4, distribution: 'uniform' },
    });
    const many = await game.sample({ count: 130, seed: 5 });
    const few = await game.sample({ count: 3, seed: 5 });
    assert.deepEqual(few.images, many.images.slice(0, 18));
    assert.deepEqual([few.shape, few.count], [[2, 3, 1], 3]);
    const own = await game.sample({ count: 2, latents: game.latents(5, [2, 0]) });
    assert.deepEqual(own.images.slice(6), many.images.slice(0, 6));
    assert.deepEqual(own.images.slice(0, 6), many.images.slice(12, 18));
  });

  test('goes on after restore() to the bit as if it had not been interrupted', async () => {
    const options = (): GanOptions => ({
      ...dirac(),
      generator: sequential(dense(4, { activation: 'relu' }), batchNorm(), dense(1)),
      critic: sequential(dense(4, { activation: 'leakyRelu' }), dense(1)),
      latent: { size: 3 },
      average: 0.9,
      r1: 1,
      generatorOptimizer: adam(),
      criticOptimizer: adam(),
    });
    const data = bytes([3, 60, 200, 90, 120]);
    await using whole = await begun(options(), 5);
    const events = await played(whole, 14, data);
    await using first = await begun(options(), 5);
    await played(first, 7, data);
    await using second = await begun(options(), 6);
    await second.restore(await first.snapshot());
    assert.equal(second.round, 7);
    assert.ok((await second.secondsPerRound(data, 0.01)) > 0);
    const rest = await played(second, 14, data);
    const told = (list: readonly GameEvent[]): unknown =>
      list.filter(({ kind, round }) => kind === 'report' && round > 7).map(({ signals }) => signals);
    assert.deepEqual(told(rest), told(events));
    assert.deepEqual(await second.snapshot(), await whole.snapshot());
  });

  test('a round that is not finite is not taken, and is told of', async () => {
    await using game = await begun(dirac({ criticOptimizer: sgd({ learningRate: 1e30 }) }));
    const events = await played(game, 20);
    const last = events.at(-1);
    assert.equal(last?.kind, 'fault');
    assert.ok(game.round < 20);
    assert.equal(last.round, game.round);
    for (const [name, v] of game.held()) assert.ok((await v.read()).every(Number.isFinite), name);
  });

  test('ends when it is told to, and says how far it is', async () => {
    await using game = await begun(dirac());
    const controller = new AbortController();
    for await (const { round } of game.train(zeros, { rounds: 1e6, signal: controller.signal }))
      if (round > 20) controller.abort();
    assert.ok(game.round > 20 && game.round < 1e6);
  });
});

suite("a game's program", () => {
  test("writes a parameter and what adam remembers of it in one pass, both players'", async () => {
    const kernels: string[] = [];
    await using watched = await one();
    const compile = watched.compile.bind(watched);
    watched.compile = async (...args) => {
      const program = await compile(...args);
      kernels.push(program.explain('kernels'));
      return program;
    };
    const options = dirac({
      generator: sequential(dense(5), dense(1)),
      critic: sequential(dense(7), dense(1)),
      generatorOptimizer: adam(),
      criticOptimizer: adam(),
    });
    await using game = await gan({ ...options, device: watched });
    await played(game, 1);
    const passes = kernels.join('\n').split(/\n(?=\S)/);
    for (const size of ['a\\d+\\*5\\+a\\d+|a\\d+', 'a\\d+\\*7\\+a\\d+|a\\d+']) {
      const stores = (what: string): RegExp =>
        new RegExp(`^ +dense/kernel${what}\\d+\\[(${size})\\] = `, 'm');
      const own = passes.filter((pass) => stores('').test(pass));
      assert.ok(own.length > 0, kernels.join('\n'));
      for (const pass of own) for (const slot of ['/m', '/v']) assert.match(pass, stores(slot));
    }
  });
});

suite('a game refuses', () => {
  const wrong: readonly [string, Partial<GanOptions>, string][] = [
    ['a batch of none', { batchSize: 0 }, 'gan: batchSize must be a whole number from 1, got 0'],
    ['a penalty below 0', { r1: -1 }, 'gan: r1 must be a number from 0, got -1'],
    ['an average above 1', { average: 2 }, 'gan: average must be a number from 0 to 1, got 2'],
    [
      'an unknown distribution',
      { latent: { distribution: 'gamma' as 'unit' } },
      'gan: latent.distribution must be one of normal, uniform, unit, got "gamma"',
    ],
    [
      'pairs that never meet',
      { loss: 'relativistic', meeting: 'inTurn' },
      "gan: this loss compares pairs, which the meeting 'inTurn' never sees; use 'apart'",
    ],
    [
      'a target that means nothing',
      { loss: 'hinge', realTarget: 0.9 },
      'gan: realTarget does nothing for this loss; leave it at 1',
    ],
    [
      'penalties of more than there are',
      { penaltyBatchSize: 5 },
      'gan: penaltyBatchSize must be at most the 4 examples of a step, got 5',
    ],
    [
      'pairs of different numbers',
      { loss: 'relativistic', criticBatchSize: 2 },
      'gan: criticBatchSize must be batchSize with pairs or sameNoise, got 2 and 4',
    ],
    [
      'a generator of something else',
      { generator: sequential(dense(2)) },
      'gan: the generator makes [2], the examples are [1]; give it another end',
    ],
    [
      'a critic of many answers',
      { critic: sequential(dense(3)) },
      'gan: the critic must end in 1 unit, or in 2 with softmax, got [3]',
    ],
  ];
  for (const [name, options, message] of wrong)
    test(name, () => assert.rejects(begun(dirac(options)), { message }));

  test('a seed that is none', () =>
    assert.rejects(begun(dirac(), -1), {
      message: 'gan: seed must be a whole number from 0 to 4294967295, got -1',
    }));

  test('data and wishes that do not fit', async () => {
    await using game = await begun(dirac());
    const tries: [Promise<unknown>, string][] = [
      [played(game, 0), 'gan.train: rounds must be a whole number from 1, got 0'],
      [
        played(game, 1, { ...zeros, shape: [2] }),
        'gan.train: needs examples of [1], got 8 of [2] in 8 numbers',
      ],
      [
        played(game, 1, { ...zeros, images: new Float32Array(8) as unknown as Uint8Array<ArrayBuffer> }),
        'gan.train: examples must be bytes, 0 to 255, as data sets come',
      ],
      [game.sample({ count: 0 }), 'gan.sample: count must be a whole number from 1, got 0'],
      [
        game.sample({ count: 2, latents: new Float32Array(3) }),
        'gan.sample: 2 pictures need 2 numbers in latents, got 3',
      ],
      [
        game.restore({ tensors: [], counters: {} }),
        'gan.restore: needs generator/constant/theta [1], got none; give a snapshot of such a game',
      ],
    ];
    for (const [call, message] of tries) await assert.rejects(call, { message });
  });

  test('classes that are none', async () => {
    const [z, c] = [input([1]), input([2])];
    const [x, asked] = [input([1]), input([2])];
    await using game = await begun({
      ...dirac({ classes: 2 }),
      generator: model({ inputs: [z, c], outputs: dense(1)(concatenate()([z, c])) }),
      critic: model({ inputs: [x, asked], outputs: classScore()([dense(2)(x), asked]) }),
    });
    await assert.rejects(game.sample({ count: 1, labels: [2] }), {
      message: 'gan.sample: labels must be whole numbers from 0 to 1, got 2',
    });
    await assert.rejects(played(game, 1, bytes([1, 2], [0, 7])), {
      message: 'gan.train: needs a class from 0 to 1 for each of 2 examples, got 2 labels, 7 for example 1',
    });
    assert.throws(() => model({ inputs: [x, z], outputs: classScore()([dense(3)(x), dense(2)(z)]) }), {
      message: 'classScore: needs two inputs of one size, got [3] and [2]',
    });
  });
});
