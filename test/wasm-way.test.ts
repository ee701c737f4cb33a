// Which way a program's runs go on wasm: handed over to workers, or at once on the thread that asks. What comes out is the
// same, and whatever else waits on that thread has its turn.
import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { open, ops } from '../src/index.ts';
import { Way } from '../src/device/wasm-way.ts';

suite('wasm: way', () => {
  test('a size that is not known is handed over, and so is what takes long', () => {
    const way = new Way(2);
    assert.ok(!way.isAtOnce(1));
    way.took(40, 1, false);
    assert.ok(!way.isAtOnce(1));
  });

  test('what is short is tried three times, then goes the quicker way', () => {
    const [quick, slow] = [new Way(2), new Way(2)];
    for (const [way, ms] of [
      [quick, 0.2],
      [slow, 0.4],
    ] as const) {
      way.took(0.3, 1, false);
      for (const first of [7, ms, ms]) {
        assert.ok(way.isAtOnce(1));
        way.took(first, 1, true);
      }
    }
    assert.ok(quick.isAtOnce(1));
    assert.ok(!slow.isAtOnce(1));
    assert.ok(!quick.isAtOnce(2), 'another size');
  });

  test('with more threads it has to be shorter to be tried', () => {
    const [two, eight] = [new Way(2), new Way(8)];
    for (const way of [two, eight]) way.took(0.5, 1, false);
    assert.ok(two.isAtOnce(1));
    assert.ok(!eight.isAtOnce(1));
  });

  test('a way that got slow is left, and found again', () => {
    const way = new Way(1);
    way.took(0.1, 1, false);
    for (let i = 0; i < 3; i++) way.took(0.05, 1, true);
    let runs = 0;
    for (; way.isAtOnce(1); runs++) way.took(0.9, 1, true);
    assert.ok(runs > 3 && runs < 40, `${runs} slow runs`);
    for (runs = 0; !way.isAtOnce(1); runs++) way.took(0.9, 1, false);
    assert.ok(runs < 40, `${runs} runs handed over`);
  });
});

suite('wasm: runs at once', () => {
  for (const threads of [1, 2])
    test(`give what runs handed over give, on ${threads} threads; timers have their turn`, async () => {
      await using device = await open({ device: 'wasm', threads });
      const sum = device.variable(undefined, []);
      const program = await device.compile(({ inputs: { x } }) => {
        const next = sum.tensor.add(x!.sum());
        return { outputs: { next, squares: ops.matmul(x!, x!.permute([1, 0])) }, updates: [[sum, next]] };
      }, { inputs: { x: { shape: [3, 40] } } }); // prettier-ignore
      let turns = 0;
      const timer = setInterval(() => turns++, 1);
      const x = Float32Array.from({ length: 120 }, (_, i) => (i % 5) - 1);
      const first = await program.run({ x });
      const began = performance.now();
      let runs = 1;
      for (; performance.now() - began < 200; runs++) {
        const { next, squares } = await program.run({ x });
        assert.equal(next![0], 120 * (runs + 1));
        assert.deepEqual(squares, first['squares']);
      }
      clearInterval(timer);
      assert.ok(turns >= 4, `${turns} turns in 200 ms`);
      program.close();
      sum.close();
    });
});
