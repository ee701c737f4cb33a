// A contract over the list of methods, and the loop that runs them all: what it tells, keeps, and goes on from.
import assert from 'node:assert/strict';
import { after, before, suite, test } from 'node:test';
import type { Device } from '../src/device/device.ts';
import { open } from '../src/device/open.ts';
import { idea, ideaOf } from '../src/invert/idea.ts';
import { methodNames } from '../src/invert/methods.ts';
import { question } from '../src/invert/question.ts';
import type { Model } from '../src/nn/model.ts';
import { convolved, densely, told } from './idea-kit.ts';

let device: Device;
let model: Model;
before(async () => {
  device = await open({ device: 'wasm', threads: 1 });
  model = await densely(device);
});
after(() => device.close());

suite('methods', () => {
  for (const method of methodNames) {
    const options = { target: 2, method, seed: 7, budget: 700, every: 50 } as const;

    test(`${method}: finds what scores higher than all it began with`, async () => {
      for (const pixels of ['binary', 'continuous'] as const)
        for (const make of [densely, convolved]) {
          const fresh = await make(device);
          const asked = await question(fresh, 2);
          const random = Array.from({ length: 64 }, (_, i) =>
            Float32Array.from({ length: 16 }, (_, k) => Number(((i * 7919 + k * 104729) % 31) % 2)),
          );
          const usual = Math.max(...(await asked.ask(random)).scores);
          const found = await ideaOf(fresh, { ...options, pixels });
          assert.ok(found.score > usual, `${pixels}: ${found.score} against ${usual}`);
          assert.ok(found.image.every((x) => x >= 0 && x <= 1));
          // The seed's Monte-Carlo begins with greys, and some of them may stay.
          if (pixels === 'binary' && method !== 'monte-carlo')
            assert.ok(found.image.every((x) => x === 0 || x === 1));
          // What is said of it is what the model says of it.
          const outputs = (await fresh.predict(found.image)).data;
          if (make === densely) assert.deepEqual(found.probabilities, outputs);
          assert.equal(found.probability, found.probabilities[2]);
          await fresh.close();
        }
    });

    test(`${method}: the same seed, the same image, at any number of threads; another seed, another`, async () => {
      const { idea: one, events } = await told(model, { ...options, budget: 200 });
      const again = await told(model, { ...options, budget: 200 });
      assert.deepEqual(again.idea.image, one.image);
      assert.deepEqual(
        again.events.flatMap(({ frame }) => frame ?? []),
        events.flatMap(({ frame }) => frame ?? []),
      );
      await using two = await open({ device: 'wasm', threads: 2 });
      assert.deepEqual((await ideaOf(model, { ...options, budget: 200, device: two })).image, one.image);
      const other = await ideaOf(model, { ...options, budget: 200, seed: 8, pixels: 'continuous' });
      const same = await ideaOf(model, { ...options, budget: 200, pixels: 'continuous' });
      assert.notDeepEqual(other.image, same.image);
    });

    test(`${method}: stopped at any event it keeps the best, and goes on as if nothing had been`, async () => {
      const { idea: whole, events } = await told(model, options);
      assert.equal(whole.stopped, false);
      assert.ok(events.length >= 8);
      // Where it stood at events; the last turn may tell of several frames when all is over.
      const stands = [
        ...new Set(events.filter(({ frame }) => frame).map(({ evaluations }) => evaluations)),
      ].filter((n) => n < 700);
      assert.ok(stands.length >= 2, `events at ${stands.join(', ')}`);
      for (const stop of [stands[0], stands[stands.length >> 1], stands.at(-1)]) {
        const control = new AbortController();
        const run = idea(model, { ...options, signal: control.signal });
        let latest;
        for (;;) {
          const { done, value } = await run.next();
          if (done) {
            assert.deepEqual(value.image, latest?.image);
            assert.equal(value.stopped, true);
            assert.ok(value.evaluations < 700);
            // As it would come from another thread or a file.
            const resume = structuredClone(value.state);
            const rest = await ideaOf(model, { ...options, resume });
            assert.deepEqual(rest.image, whole.image);
            assert.equal(rest.evaluations, whole.evaluations);
            assert.equal(value.frames.length + rest.frames.length, whole.frames.length);
            break;
          }
          latest = value;
          if (value.evaluations >= (stop ?? 0)) control.abort();
        }
      }
    });

    test(`${method}: uses the budget and no more, however small`, async () => {
      for (const budget of [1, 2, 3, 65, 130]) {
        const { evaluations } = await ideaOf(model, { ...options, budget });
        assert.ok(evaluations <= budget && evaluations > budget - 2, `${evaluations} of ${budget}`);
      }
    });

    test(`${method}: begins where it is told`, async () => {
      const start = Float32Array.from({ length: 16 }, (_, i) => i % 2);
      const { events } = await told(model, { ...options, start, budget: 130 });
      assert.ok(events.length > 0);
      assert.deepEqual(
        start,
        Float32Array.from({ length: 16 }, (_, i) => i % 2),
      );
      if (method === 'monte-carlo' || method === 'annealing') {
        const { image } = events[0]?.frame ?? { image: [] };
        assert.ok([...image].filter((x, i) => x !== start[i]).length <= 1, 'not from there');
      }
    });
  }
});

suite('idea', () => {
  test("the seed's Monte-Carlo: 10,000 tries, a frame every 200, 50 frames", async () => {
    const { idea: found, events } = await told(model, { target: 0, method: 'monte-carlo' });
    assert.equal(found.evaluations, 10_000);
    const frames = events.flatMap(({ frame }) => frame ?? []);
    assert.deepEqual(
      frames.map(({ number }) => number),
      Array.from({ length: 50 }, (_, i) => i),
    );
    assert.deepEqual(
      found.frames,
      frames.map(({ image }) => image),
    );
    assert.deepEqual(found.frames.at(-1), found.image);
    assert.notDeepEqual(found.frames[0], found.image);
  });

  test("the seed's greedy sweep: five times over the pixels, 0 and 1", async () => {
    assert.equal((await ideaOf(model, { target: 0, method: 'greedy' })).evaluations, 5 * 16 * 2);
  });

  test('events are plain, scores rise, time is told', async () => {
    const { idea: found, events } = await told(model, { target: 1, method: 'annealing', budget: 3000 });
    let best = -Infinity;
    for (const event of events) {
      structuredClone(event);
      assert.ok(event.score >= best && event.evaluationsPerSecond > 0 && event.secondsLeft >= 0);
      assert.equal(event.budget, 3000);
      best = event.score;
    }
    assert.ok(Math.abs(found.score - best) < 1e-5);
    assert.ok(found.seconds > 0);
  });

  test('leaving the loop ends it, and the device is as before', async () => {
    await using other = await open({ device: 'wasm', threads: 1 });
    const left = async (): Promise<object> => {
      for await (const { evaluations } of idea(model, { target: 1, device: other }))
        if (evaluations > 0) break;
      return { ...other.stats(), compiled: 0 };
    };
    const once = await left();
    assert.deepEqual(await left(), once);
    assert.equal(other.stats().programs, 0);
  });

  test('ten questions of one form need the programs of one', async () => {
    const fresh = await densely(device);
    await ideaOf(fresh, { target: 0, budget: 100 });
    const { compiled, programs } = device.stats();
    await ideaOf(fresh, { target: 1, budget: 100 });
    await ideaOf(fresh, { target: 2, method: 'monte-carlo', budget: 100 });
    assert.deepEqual([device.stats().compiled, device.stats().programs], [compiled, programs]);
    await fresh.close();
  });
});
