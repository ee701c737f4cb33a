// A game in the memory there is: the largest of the halved batches that fits is taken, what cannot fit is refused, and
// drawing takes no more memory for being asked for large pictures.
import assert from 'node:assert/strict';
import { after, before, suite, test } from 'node:test';
import type { Device } from '../src/device/device.ts';
import { gan } from '../src/gan/game.ts';
import { recipeFor } from '../src/gan/recipes/index.ts';
import type { GanOptions } from '../src/gan/rules.ts';
import { ganWithin, withBatch } from '../src/gan/within.ts';
import { one } from './nn-kit.ts';

let device: Device;
before(async () => {
  device = await one();
});
after(() => device.close());

const shape = [16, 16, 3] as const;
const size = 16 * 16 * 3;
const data = {
  images: Uint8Array.from({ length: 8 * size }, (_, i) => (31 * i) % 256),
  labels: new Uint8Array(8),
  shape: [...shape],
  count: 8,
};
const options = (): GanOptions => ({
  ...recipeFor('pictures', { shape, classes: 1 }).game({ shape, classes: 1 }),
  batchSize: 64,
});

/** What a game with batches of so many needs. */
async function needs(batchSize: number): Promise<number> {
  await using game = await gan({ ...withBatch(options(), batchSize), device });
  return (await game.cost(data)).peakBytes;
}

suite('a game within memory', () => {
  test('keeps its batches where they fit, and takes the largest half that does where not', async () => {
    const [all, half] = [await needs(64), await needs(32)];
    assert.ok(half < 0.8 * all, `${half} of ${all}`);
    for (const [bytes, batch] of [
      [all, 64],
      [all - 1, 32],
      [half, 32],
      [half - 1, 16],
    ] as const) {
      const found = await ganWithin({ bytes, options, data, device });
      await using game = found.game;
      assert.deepEqual([found.batchSize, found.wanted, game.rules.batchSize], [batch, 64, batch]);
      assert.ok((await game.cost(data)).peakBytes <= bytes);
    }
  });

  test('plays with the smaller batch', async () => {
    const { game } = await ganWithin({ bytes: await needs(16), options, data, device });
    await using played = game;
    for await (const { kind } of played.train(data, { rounds: 2 })) assert.notEqual(kind, 'fault');
    assert.deepEqual([played.round, played.rules.batchSize], [2, 16]);
  });

  test('is refused where the smallest batch does not fit', async () => {
    const least = Math.ceil((await needs(2)) / 1e6);
    await assert.rejects(ganWithin({ bytes: 3e6, options, data, device }), {
      message: `ganWithin: needs ${least} MB even with batches of 2, got 3 MB; take smaller pictures`,
    });
  });

  test("another batch changes the critic's in proportion, and penalties look at no more than there are", () => {
    const four = withBatch({ ...options(), batchSize: 32, criticBatchSize: 16, penaltyBatchSize: 4 }, 4);
    assert.deepEqual([four.batchSize, four.criticBatchSize, four.penaltyBatchSize], [4, 2, 2]);
  });

  test('drawing large pictures takes a few at a time: a picture sixteen times as large needs less than four times as much', async () => {
    const drawing = async (side: number): Promise<number> => {
      const about = { shape: [side, side, 3] as const, classes: 1 };
      const two = withBatch(recipeFor('pictures', about).game(about), 2);
      await using game = await gan({ ...two, device });
      const few = new Uint8Array(2 * side * side * 3);
      const { arenaBytes } = await game.cost({ images: few, labels: new Uint8Array(2), shape: [side, side, 3], count: 2 }); // prettier-ignore
      return arenaBytes;
    };
    assert.ok((await drawing(256)) < 4 * (await drawing(64)));
  });
});
