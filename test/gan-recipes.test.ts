// The recipes: as many parameters as their sources have, a round of each that is finite, and sizes that cannot be.
import assert from 'node:assert/strict';
import { after, before, suite, test } from 'node:test';
import type { Device } from '../src/device/device.ts';
import { gan, type Game, type Signals } from '../src/gan/game.ts';
import { recipeFor, recipeNames, recipes, usualRecipe, type RecipeName } from '../src/gan/recipes/index.ts';
import type { Recipe } from '../src/gan/recipes/recipe.ts';
import { fitTogether, rulesOf } from '../src/gan/rules.ts';
import { withBatch } from '../src/gan/within.ts';
import { one } from './nn-kit.ts';

const grey = { shape: [28, 28, 1], classes: 10 } as const;

/** Parameters of generator and critic on MNIST: those learned, and all. */
const counts: Partial<Record<RecipeName, readonly [learned: number, all: number, critic: number]>> = {
  mlp: [1_489_936, 1_493_520, 533_505],
  lesson6: [4_263_101, 4_341_801, 9_707_266],
  elix: [6_753_409, 6_768_129, 1_026_305],
  'dcgan-z5': [6_656_129, 6_670_849, 1_026_305],
  'wgan-gp': [6_656_129, 6_670_849, 3_485_441],
  'wgan-gp-mended': [6_656_129, 6_670_849, 3_485_441],
  cgan: [7_685_249, 7_699_969, 1_042_305],
};

suite('recipes', () => {
  for (const name of recipeNames)
    test(`${name}: its networks fit together`, () => {
      const game = recipes[name].game(grey);
      const rules = rulesOf(game);
      fitTogether(game, rules);
      assert.equal(rules.classes > 0, recipes[name].conditional);
      const want = counts[name];
      if (!want) return;
      const { generator, critic } = game;
      assert.deepEqual([generator.count('trainable'), generator.count(), critic.count()], want);
    });

  for (const name of recipeNames)
    test(`${name} starts from as many numbers as are asked for`, () => {
      const game = recipes[name].game({ ...grey, numbers: 3 });
      fitTogether(game, rulesOf(game));
      assert.equal(game.latent?.size, 3);
    });

  test('each kind of data has one of its own', () => {
    const found = ['mnist', 'fashion-mnist', 'folder', '/some/where'].map(usualRecipe);
    assert.deepEqual(found, ['digits', 'fashion', 'pictures', 'pictures']);
  });

  test("the sources' consoles count epochs by the batches that the data has", () => {
    const signals = { generatorLoss: 0.5, criticLoss: 0.25 } as Signals;
    const line = recipes.elix.look?.line;
    assert.equal(line?.(1876, signals, 1875), 'epoch: 1, batch: 1, g_loss: 0.500000, d_loss: 0.250000');
    assert.equal(line?.(1178, signals, 69), 'epoch: 17, batch: 5, g_loss: 0.500000, d_loss: 0.250000');
  });

  for (const name of recipeNames)
    test(`${name} has room in the smallest pictures it takes`, () => {
      const recipe: Recipe = recipes[name];
      const { data, least = 8, conditional } = recipe;
      const shape = [least, least, data[0] === 'folder' ? 3 : 1] as const;
      const game = recipeFor(name, { shape, classes: conditional ? 2 : 0 }).game({ shape, classes: 2 });
      fitTogether(game, rulesOf(game));
    });

  test('sizes and classes that cannot be are refused', () => {
    assert.throws(() => recipeFor('pictures', { shape: [50, 50, 3], classes: 1 }), {
      message:
        'gan: pictures needs pictures of at least 8 pixels, and a multiple of 8 each way, got 50 x 50; choose another size',
    });
    assert.throws(() => recipeFor('wgan-gp', { shape: [8, 8, 1], classes: 1 }), {
      message:
        'gan: wgan-gp needs pictures of at least 12 pixels, and a multiple of 4 each way, got 8 x 8; choose another size',
    });
    assert.throws(() => recipeFor('digits', { shape: [28, 28, 1], classes: 1 }), {
      message: 'gan: digits asks for classes, and the pictures have 1; take pictures',
    });
    assert.equal(recipeFor('pictures', { shape: [64, 64, 3], classes: 1 }), recipes.pictures);
  });
});

suite('a round of a recipe', () => {
  let device: Device;
  before(async () => {
    device = await one();
  });
  after(() => device.close());

  for (const [name, shape] of [
    ['digits', [8, 8, 1]],
    ['pictures', [16, 16, 3]],
    ['wgan-gp', [12, 12, 1]],
  ] as const)
    test(`${name} is finite, and draws`, async () => {
      const size = shape[0] * shape[1] * shape[2];
      const images = Uint8Array.from({ length: 4 * size }, (_, i) => (37 * i) % 256);
      const data = { images, labels: Uint8Array.of(0, 1, 1, 0), shape: [...shape], count: 4 };
      const options = recipeFor(name, { shape, classes: 2 }).game({ shape, classes: 2 });
      await using game = await gan({ ...options, batchSize: 4, criticBatchSize: 4, criticSteps: 1, device });
      for await (const { kind, signals } of game.train(data, { rounds: 1, reportEvery: 1 }))
        if (kind === 'report') {
          assert.ok(Object.values(signals ?? { none: NaN }).every(Number.isFinite));
          assert.ok((signals?.generatorGradient ?? 0) > 0 && (signals?.penalty ?? 0) > 0);
        }
      assert.equal(game.round, 1);
      assert.equal((await game.sample({ count: 2 })).images.length, 2 * size);
    });

  for (const [name, shape] of [
    ['mlp', [8, 8, 1]],
    ['lesson6', [8, 8, 1]],
    ['elix', [12, 12, 1]],
    ['pictures', [16, 16, 3]],
  ] as const)
    test(`${name}: a long run may be pieced together, to the bit`, async () => {
      const size = shape[0] * shape[1] * shape[2];
      const images = Uint8Array.from({ length: 24 * size }, (_, i) => (41 * i + (i >> 7)) % 256);
      const data = { images, labels: new Uint8Array(24), shape: [...shape], count: 24 };
      const about = { shape, classes: 1 };
      const game = (): Promise<Game> =>
        gan({ ...withBatch(recipeFor(name, about).game(about), 4), device, seed: 3 });
      const played = async (one: Game, rounds: number): Promise<void> => {
        for await (const { kind } of one.train(data, { rounds, reportEvery: 3 }))
          assert.notEqual(kind, 'fault');
      };
      await using whole = await game();
      await played(whole, 4);
      await using first = await game();
      await played(first, 1);
      const snapshot = await first.snapshot();
      await using second = await game();
      await second.restore(snapshot);
      await played(second, 4);
      assert.deepEqual(await second.snapshot(), await whole.snapshot());
    });
});
