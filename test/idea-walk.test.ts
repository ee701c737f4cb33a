// Looking ahead must not show: the same choices, pixel by pixel, as one try after the other; and as the seed's own
// loop, which asks the model for each image as a whole.
import assert from 'node:assert/strict';
import { after, before, suite, test } from 'node:test';
import type { Device } from '../src/device/device.ts';
import { open } from '../src/device/open.ts';
import { annealing } from '../src/invert/annealing.ts';
import { greedy } from '../src/invert/greedy.ts';
import { problemOf, searchOf } from '../src/invert/idea.ts';
import type { Image, Problem, Walk } from '../src/invert/method.ts';
import { monteCarlo } from '../src/invert/monte-carlo.ts';
import { question } from '../src/invert/question.ts';
import type { Model } from '../src/nn/model.ts';
import { openNative } from './helpers.ts';
import { convolved, densely } from './idea-kit.ts';

/** The images after every step, and how many images were computed. */
interface Steps {
  readonly images: readonly (readonly number[])[];
  readonly scores: readonly number[];
  readonly computed: number;
}

const options = { target: 1, seed: 5, budget: 400 } as const;

async function walked(model: Model, walk: Walk, most: number, more: object = {}): Promise<Steps> {
  const asked = await question(model, options.target);
  const [images, scores]: [number[][], number[]] = [[], []];
  const note = (image: Image, score: number): void => {
    images.push([...image]);
    scores.push(score);
  };
  const problem = problemOf(walk, asked, { ...options, ...more });
  const search = await searchOf(walk, problem, { question: asked, note }, { most });
  while (!search.done) await search.advance();
  asked.close();
  return { images, scores, computed: search.computed };
}

/** One image after the other, each asked for as a whole, as in the seed's search_mc and search_gd. */
async function plainly(model: Model, walk: Walk, more: object = {}): Promise<number[][]> {
  const asked = await question(model, options.target);
  const problem: Problem = problemOf(walk, asked, { ...options, ...more });
  const energy = async (x: Image): Promise<number> => (await asked.look(x)).score;
  const x = walk.start(problem).slice();
  let current = await energy(x);
  const images: number[][] = [];
  for (let t = 0, tries = 0; ; t++) {
    const drawn = walk.draw(t, problem);
    const { pixel, values } = walk.propose(t, x, drawn, problem);
    tries += values.length;
    if (tries > problem.budget) return images;
    const before = x[pixel] ?? 0;
    const energies: number[] = [];
    for (const value of values) {
      x[pixel] = value;
      energies.push(await energy(x));
    }
    const choice = walk.choose(t, current, energies, drawn, problem);
    x[pixel] = values[choice] ?? before;
    current = energies[choice] ?? current;
    images.push([...x]);
  }
}

suite('looking ahead', () => {
  const devices: Device[] = [];
  before(async () => {
    devices.push(await open({ device: 'wasm', threads: 2 }), await open({ device: 'reference' }));
  });
  after(() => Promise.all(devices.map((device) => device.close())));

  for (const [name, make] of Object.entries({ 'dense first': densely, 'convolution first': convolved }))
    for (const walk of [monteCarlo(), greedy(), annealing(), annealing({ from: 2, to: 1 })])
      for (const pixels of ['binary', 'continuous'] as const)
        test(`${name}, ${walk.name}, ${pixels}: the choices of one after the other`, async () => {
          for (const device of devices) {
            const more = { pixels, budget: device.name === 'reference' ? 100 : 400 };
            const model = await make(device);
            const [ahead, one] = [await walked(model, walk, 56, more), await walked(model, walk, 1, more)];
            assert.deepEqual(ahead.images, one.images);
            assert.deepEqual(ahead.scores, one.scores);
            assert.deepEqual(ahead.images, await plainly(model, walk, more));
            assert.ok(new Set(ahead.images.map(String)).size > 10, 'it hardly moved');
            await model.close();
          }
        });

  test('on native too', async (t) => {
    const device = await openNative();
    if (!device) return t.skip('no C compiler');
    const model = await densely(device);
    for (const walk of [monteCarlo(), greedy(), annealing({ from: 2, to: 1 })]) {
      const [ahead, one] = [await walked(model, walk, 56), await walked(model, walk, 1)];
      assert.deepEqual(ahead.images, one.images);
      assert.deepEqual(ahead.scores, one.scores);
    }
    await device.close();
  });

  test('what is known is not computed again', async () => {
    const model = await densely(devices[0]!);
    const { images, computed } = await walked(model, greedy(), 1, { budget: 3200 });
    assert.equal(images.length, 1600);
    assert.ok(computed < 400, `${computed} computed`);
    await model.close();
  });

  test('a search that moves all the time is foreseen too: fewer calls than steps', async () => {
    const model = await densely(devices[0]!);
    const asked = await question(model, 1);
    const problem = problemOf(greedy(), asked, { ...options, budget: 32 });
    const search = await searchOf(greedy(), problem, { question: asked, note: () => undefined });
    let calls = 0;
    for (; !search.done; calls++) await search.advance();
    assert.ok(calls < 12, `${calls} calls for 16 steps`);
    await model.close();
  });
});
