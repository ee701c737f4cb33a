// The running sum: its data, what one recurrent unit comes to on it beside Keras's ten, and rules found in rows of
// numbers, the source's slip among them.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, suite, test } from 'node:test';
import { EidosError } from '../src/base/check.ts';
import { range } from '../src/base/shape.ts';
import {
  cumsum,
  cumsumData,
  cumsumOptimizer,
  cumsumRecipe,
  errorsOnOnes,
  ruleOf,
} from '../src/sequence/cumsum.ts';
import { explainRows } from '../src/sequence/rule.ts';
import { eidos } from './cli-process.ts';
import { root } from './project.ts';
import { openTwo } from './nn-rows.ts';

const devices = await openTwo();
after(() => devices.close());
const device = devices.compiled[0]!;

const x = [1, 3, 5, 6, 7, 9, 11, 2];
const sums = [1, 4, 9, 15, 22, 31];
/** As the source prints them. */
const slip = [1, 4, 9, 15, 21, 30];

/** Weights put in by hand. */
async function unit(kernel: number, recurrent: number, bias: number) {
  const model = cumsum();
  model.compile({ optimizer: 'sgd', loss: 'meanSquaredError', device });
  const names = (await model.getWeights()).map(({ name }) => name);
  const numbers = [kernel, recurrent, bias];
  await model.setWeights(names.map((name, i) => ({ name, data: Float32Array.of(numbers[i]!) })));
  return model;
}

suite('cumsum', () => {
  test('the data: numbers from the seed in [0, 1), and their sums row by row', () => {
    const { x, y, shape } = cumsumData({ seed: 3, count: 4, steps: 5 });
    assert.deepEqual(shape, [5, 1]);
    assert.ok(x.every((n) => n >= 0 && n < 1));
    for (const row of range(4)) {
      let sum = 0;
      for (const i of range(5)) {
        sum += x[row * 5 + i]!;
        assert.equal(y[row * 5 + i], Math.fround(sum));
      }
    }
    assert.deepEqual(cumsumData({ seed: 3, count: 4, steps: 5 }).x, x);
    assert.notDeepEqual(cumsumData({ seed: 4, count: 4, steps: 5 }).x, x);
    assert.throws(() => cumsumData({ count: 0 }), {
      message: 'cumsumData: count must be a whole number from 1, got 0',
    });
  });

  test('errors on ones are those of the rule, however long', async () => {
    const exact = await unit(1, 1, 0);
    assert.deepEqual(await errorsOnOnes(exact), [0, 0, 0]);
    const off = await unit(1, 1, 0.5);
    assert.deepEqual(await errorsOnOnes(off, [2, 20]), [1, 10]);
    assert.deepEqual(await ruleOf(off), { kernel: 1, recurrent: 1, bias: 0.5 });
    await Promise.all([exact, off].map((model) => model.close()));
  });

  test('learned for less than a third of the epochs with a falling rate, it adds to a ten-thousandth', async () => {
    const [model, epochs, seed] = [cumsum(), 30, 9];
    const data = cumsumData({ seed });
    const totalSteps = epochs * (cumsumRecipe.count / cumsumRecipe.batchSize);
    const optimizer = cumsumOptimizer({ decay: true, totalSteps });
    model.compile({ optimizer, loss: 'meanSquaredError', device, seed });
    const before = await errorsOnOnes(model);
    await model.fit(data, { epochs, batchSize: cumsumRecipe.batchSize });
    const [at20 = NaN, , at1000 = NaN] = await errorsOnOnes(model);
    assert.ok(before[0]! > 1, `untrained ${before.join()}`);
    assert.ok(at20 < 1e-4 && at1000 < 1, `${at20} ${at1000}`);
    await model.close();
  });

  test("Keras's ten scatter from none to a hundredth; ours, in the document's table, less", () => {
    const keras = JSON.parse(readFileSync(join(root, 'test/fixtures/keras-cumsum.json'), 'utf8')) as {
      readonly maxErrors: readonly (readonly number[])[];
      readonly lengths: readonly number[];
    };
    assert.deepEqual([keras.lengths, keras.maxErrors.length], [[20, 100, 1000], 10]);
    const page = readFileSync(join(root, 'docs/sequences.md'), 'utf8');
    const rows = [...page.matchAll(/^\| +(\d+) +\|(.*)\|$/gm)].map(([, seed, cells = '']) => ({
      seed: Number(seed),
      errors: cells.split('|').map(Number),
    }));
    assert.deepEqual(
      rows.map(({ seed }) => seed),
      range(10).map((i) => i + 1),
    );
    const at20 = (column: number): number[] =>
      rows.map(({ errors }) => errors[column]!).sort((a, b) => a - b);
    const [plain, falling] = [at20(0), at20(6)];
    assert.ok(plain[0]! <= 2e-6 && plain[9]! <= Math.max(...keras.maxErrors.map(([e]) => e!)), plain.join());
    assert.ok((falling[4]! + falling[5]!) / 2 <= 1e-5, falling.join());
    for (const [i, errors] of keras.maxErrors.entries())
      assert.deepEqual(
        rows[i]!.errors.slice(3, 6),
        errors.map((e) => Number(e.toExponential(1))),
      );
  });
});

suite('rules in rows of numbers', () => {
  test('the running sum is found in six numbers, and goes on', async () => {
    const found = await explainRows(x, sums, { device });
    assert.ok(found.exact && found.miss < 0.031, JSON.stringify(found));
    assert.equal(found.until, undefined);
    assert.deepEqual(
      found.y.map((y) => Math.round(y * 10) / 10),
      [...sums, 42, 44],
    );
  });

  test("the source's slip: all six have no rule, the first four have, and it says 22 and 31", async () => {
    const { exact, miss, until } = await explainRows(x, slip, { device });
    assert.ok(!exact && miss > 0.3 && miss < 0.5, `${miss}`);
    assert.equal(until?.count, 4);
    assert.deepEqual(until?.y.slice(4, 6).map(Math.round), [22, 31]);
  });

  test('numbers without a rule are said to have none', async () => {
    const found = await explainRows([1, 1, 1, 1, 1, 1], [5, 1, 4, 4, 9, 2], { device, steps: 1000 });
    assert.deepEqual([found.exact, found.until], [false, undefined]);
  });

  test('what cannot be learned from is refused', async () => {
    const refused = (x: number[], y: number[], message: string): Promise<void> =>
      assert.rejects(explainRows(x, y, { device }), (error: unknown) => {
        assert.ok(error instanceof EidosError);
        assert.equal(error.message, message);
        return true;
      });
    const few =
      'explainRows: needs at least 3 ys, and an x for each, got 2 xs and 3 ys; a rule has three numbers';
    await refused([1, 2], [1, 2, 3], few);
    await refused([1, 2, 3, NaN], [1, 2, 3, 4], 'explainRows: x must be numbers, got 1, 2, 3, NaN');
  });
});

suite('eidos train cumsum', () => {
  test('--x and --y: the rule, what it says instead of the slip, and how it goes on', async () => {
    const words = ['train', 'cumsum', '--x', x.join(), '--y', slip.join(), '--device', 'wasm'];
    const { code, stdout, stderr } = await eidos([...words, '--quiet']);
    assert.equal(code, 0, stderr);
    assert.match(stdout, /^it does not explain the numbers: it misses by up to 0\.\d+$/m);
    assert.match(stdout, /^number 5: given 21, the rule says (22|21\.9\d*|22\.0\d*)$/m);
    assert.match(stdout, /^number 6: given 30, the rule says (31|30\.9\d*|31\.0\d*)$/m);
    assert.match(stdout, /^it goes on: x 11, 2 gives 4[12](\.\d+)?, 4[34](\.\d+)?$/m);
  });

  test('wrong words are told in one line', async () => {
    for (const [words, message] of [
      [
        ['--x', '1,b', '--y', '1'],
        'train: --x must be numbers such as 1,3,5,6, got "1,b"; --x and --y go together',
      ],
      [['--x', '1,2,3,4'], 'train: --y must be numbers such as 1,3,5,6, got ""; --x and --y go together'],
      [['--size', '3'], 'train: cumsum does not take --size; leave it out'],
    ] as const) {
      const { code, stderr } = await eidos(['train', 'cumsum', ...words]);
      assert.deepEqual([code, stderr], [2, `${message}\n`]);
    }
  });
});
