// The experiment on what makes ideas good, in a small version: trained networks read and are read, and one that has
// learned nothing is not.
import assert from 'node:assert/strict';
import { after, before, suite, test } from 'node:test';
import { qualityOf, ways, type Means } from '../examples/idea-quality.ts';
import { judge, mnist, open, priorStatistics, subset } from '../src/index.ts';

let means: Means;
before(async () => {
  const device = await open({ device: 'wasm', threads: 1 });
  means = { device, judge: await judge({ device }), statistics: await priorStatistics() };
});
after(async () => {
  await means.judge.close();
  await means.device.close();
});

suite('what makes ideas good', () => {
  test('learning does: nobody reads the ideas of a network that has learned nothing', async () => {
    const { train, test: others } = await mnist();
    const data = { train: subset(train, 2000), test: subset(others, 500) };
    const way = { ...ways[0]!, width: 32, batch: 50 };
    const trained = await qualityOf(way, data, { ...means, epochs: 6, seed: 1 });
    const fresh = await qualityOf(way, data, { ...means, epochs: 0, seed: 1 });
    assert.ok(trained.accuracy > 0.8 && fresh.accuracy < 0.4, `${trained.accuracy}, ${fresh.accuracy}`);
    assert.ok(trained.helped >= 7 && fresh.helped <= 4, `${trained.helped}, ${fresh.helped}`);
    assert.ok(trained.plain >= fresh.plain && trained.plain <= 10, `${trained.plain}, ${fresh.plain}`);
  });

  test('each way differs from the usual one in one thing', () => {
    const [usual, ...others] = ways;
    const said = ({ name: _, learningRate: __, ...way }: (typeof ways)[number]): unknown[] =>
      Object.values(way);
    for (const way of others) {
      const same = said(way).filter((x, i) => x === said(usual!)[i]).length;
      assert.ok(same >= 2 && (same === 2 || way.learningRate || way.perturbation), way.name);
    }
  });
});
