// A search for ideas that is stopped and gone on with from its file: by every kind of method it ends where a search that
// nobody stopped ends, picture, frames and count.
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, suite, test } from 'node:test';
import { fileOf, forget, keep, kept, weightsOf } from '../cli/idea-kept.ts';
import { searchIdeas, type IdeaMethod, type Searched } from '../cli/idea-search.ts';
import type { Io } from '../cli/io.ts';
import { messages } from '../cli/messages.ts';
import type { Trained } from '../cli/trained.ts';
import type { Device, Model } from '../src/index.ts';
import { open } from '../src/device/open.ts';
import { barsModel, side } from './invert-kit.ts';

const home = mkdtempSync(join(tmpdir(), 'eidos-resume-'));
const t = messages.en;
let device: Device;
let model: Model;
let trained: Trained;
before(async () => {
  device = await open({ device: 'wasm', threads: 1 });
  model = await barsModel(device);
  const shape = [side, side, 1] as const;
  const from = { data: 'bars', limit: null, size: null, grey: false, run: 'bars', name: 'bars' };
  const about = { ...from, shape, classes: ['0', '1', '2'], logits: false, preparation: undefined };
  trained = { about, device, model };
});
after(async () => {
  rmSync(home, { recursive: true, force: true });
  await model.close();
  await device.close();
});

/** Streams that say nothing, stopped as soon as something was shown so many times. */
function ioFor(shows: number): Io {
  const stop = new AbortController();
  let left = shows;
  const show = (): void => {
    if (--left === 0) stop.abort();
  };
  return { t, progress: { show }, signal: stop.signal } as unknown as Io;
}

const cases: readonly (readonly [IdeaMethod, number, number])[] = [
  ['gradient', 80, 9],
  ['fourier', 60, 25],
  ['genetic', 2000, 1],
  ['cma-es', 1500, 2],
  ['monte-carlo', 3000, 3],
  ['greedy', 900, 2],
];

suite('a stopped search', () => {
  for (const [method, budget, shows] of cases)
    test(`${method} goes on exactly`, async () => {
      const wanted = [0, 1].map((k) => ({ name: String(k), target: k, class: k }));
      const options = { method, budget, priors: 'none', seed: 5 } as const;
      const told = ({ found }: Searched): unknown =>
        found.map(({ image, score, evaluations, frames }) => ({ image, score, evaluations, frames }));
      const whole = await searchIdeas(ioFor(Infinity), trained, wanted, options);
      assert.equal(whole.left, undefined);
      const part = await searchIdeas(ioFor(shows), trained, wanted, options);
      assert.ok(part.left, 'it was stopped');
      assert.notDeepEqual(told(part), told(whole));
      const words = { run: 'bars', device: 'wasm', options };
      const out = join(home, `${method}.png`);
      const path = await keep(t, out, { words, weights: await weightsOf(model), search: part.left });
      assert.equal(path, fileOf(out));
      const read = await kept(t, path);
      assert.deepEqual([read.words, read.weights], [words, await weightsOf(model)]);
      const rest = await searchIdeas(ioFor(Infinity), trained, wanted, options, read.search);
      assert.equal(rest.left, undefined);
      assert.deepEqual(told(rest), told(whole));
      await forget(path);
      await assert.rejects(kept(t, path), /ENOENT/);
    });

  test('other weights are told apart', async () => {
    const mine = await weightsOf(model);
    const weights = await model.getWeights();
    const one = weights.map(({ name, data }, i) => ({
      name,
      data: i === 0 ? data.map((x) => x + 1e-6) : data,
    }));
    const other = { getWeights: () => Promise.resolve(one) } as unknown as Model;
    assert.notEqual(await weightsOf(other), mine);
  });
});
