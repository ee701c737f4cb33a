// The judge that comes along: what it reads and to what it says nothing, that its file is what it says, and that nothing
// which searches, trains or picks can ask it.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, suite, test } from 'node:test';
import { EidosError } from '../src/base/check.ts';
import { uniform } from '../src/base/rng.ts';
import { mnist } from '../src/data/mnist.ts';
import type { Device } from '../src/device/device.ts';
import { open } from '../src/device/open.ts';
import { readSafetensors, writeSafetensors } from '../src/files/safetensors.ts';
import { judgeRecipe } from '../src/nn/judge.ts';
import {
  judge,
  judgeFile,
  judgeFromBytes,
  judges,
  judgeToBytes,
  judgeVersion,
  type Judge,
} from '../src/run/judge.ts';
import { shippedBytes } from '../src/run/node-shipped.ts';
import { root, sourceFiles } from './project.ts';

let device: Device;
let one: Judge;
before(async () => {
  device = await open({ device: 'wasm', threads: 1 });
  one = await judge({ device });
});
after(async () => {
  await one.close();
  await device.close();
});

async function refuses(call: () => unknown, message: string): Promise<void> {
  await assert.rejects(
    async () => await call(),
    (error: unknown) => {
      assert.ok(error instanceof EidosError, String(error));
      assert.equal(error.message, message);
      return true;
    },
  );
}

suite('the judge', () => {
  test('reads digits', async () => {
    const { train } = await mnist();
    const pictures = Array.from({ length: 200 }, (_, i) =>
      Float32Array.from(train.images.subarray(784 * i, 784 * (i + 1)), (x) => x / 255),
    );
    const verdicts = await one.read(pictures);
    const right = verdicts.filter(({ reads }, i) => reads === train.labels[i]).length;
    assert.ok(right >= 196, `${right} of 200`);
    const sum = verdicts[0]?.probabilities.reduce((a, b) => a + b, 0) ?? NaN;
    assert.ok(Math.abs(sum - 1) < 1e-5, String(sum));
  });

  test('says nothing to noise, to paper and to ink', async () => {
    const noise = (n: number): Float32Array =>
      Float32Array.from({ length: 784 }, (_, i) => Number(uniform(9, 1, n, i) < 0.5));
    const pictures = [
      ...Array.from({ length: 20 }, (_, n) => noise(n)),
      new Float32Array(784),
      new Float32Array(784).fill(1),
    ];
    const verdicts = await one.read(pictures);
    assert.deepEqual([...new Set(verdicts.map(({ reads }) => reads))], ['nothing']);
  });

  test('reads pictures as they would be stored', async () => {
    const picture = Float32Array.from({ length: 784 }, (_, i) => uniform(4, 1, 0, i));
    const stored = picture.map((x) => Math.round(255 * x) / 255);
    const [a, b] = await one.read([picture, stored]);
    assert.deepEqual(a, b);
    assert.deepEqual(await one.read([]), []);
    assert.deepEqual(
      [judges([28, 28, 1]), judges([28, 28]), judges([28, 28, 3]), judges([10, 10, 1])],
      [true, true, false, false],
    );
  });

  test('its file is small and says what it is', async () => {
    const bytes = await shippedBytes(judgeFile);
    assert.ok(bytes.length < 500_000, String(bytes.length));
    assert.equal(readSafetensors(bytes, 'judge').metadata['eidos'], `judge ${judgeVersion}`);
    assert.equal(one.version, judgeVersion);
    const models = judgeRecipe.networks.map((network) => network());
    for (const model of models)
      model.compile({ device, loss: judgeRecipe.loss, optimizer: judgeRecipe.optimizer(10) });
    const again = await judgeFromBytes(await judgeToBytes(models), { device });
    assert.equal((await again.read([new Float32Array(784)])).length, 1);
    await again.close();
    for (const model of models) await model.close();
  });

  test('numbers in 16 bits are the nearest there are', () => {
    const data = Float32Array.of(0, -1, 0.1, 65504, 1e-7, 1 / 3, 2049, 1e9, -5.96e-8);
    const tensors = [{ name: 'x', shape: [data.length], dtype: 'f32', data }] as const;
    const bytes = writeSafetensors(tensors, {}, { half: true });
    const [x] = readSafetensors(bytes).tensors;
    const nearest = [0, -1, 0.0999755859375, 65504, 2 ** -23, 0.333251953125, 2048, Infinity, -(2 ** -24)];
    assert.deepEqual([...(x?.data ?? [])], nearest);
  });

  test('refuses other files and other pictures', async () => {
    await refuses(
      () => judgeFromBytes(writeSafetensors([], { eidos: 'judge 0' })),
      'judge: needs a file that says it is an eidos judge 2, got judge 0',
    );
    await refuses(
      () => one.read([new Float32Array(100)]),
      'judge: needs pictures of [28, 28, 1], 784 pixels, got 100',
    );
    const { process: here } = globalThis;
    Object.defineProperty(globalThis, 'process', { value: undefined, configurable: true, writable: true });
    try {
      await refuses(
        () => judge(),
        'judge: needs a file system, got a web page; fetch models/judge.safetensors and call judgeFromBytes()',
      );
    } finally {
      globalThis.process = here;
    }
  });

  test('is asked by nobody who searches, trains or picks', () => {
    const asks = (file: string): boolean =>
      /from '[^']*\/judge\.ts'|import\('[^']*\/judge\.ts'\)/.test(readFileSync(join(root, file), 'utf8'));
    // Its network, the judge itself and the list of names; in the command, those who report.
    assert.deepEqual(sourceFiles('src').filter(asks), ['src/index.ts', 'src/run/judge.ts']);
    const names = /import \{[^}]*\b(judge|judgeFromBytes)\b[^}]*\} from '\.\.\/src\/index\.ts'/;
    const callers = sourceFiles('cli').filter((file) => names.test(readFileSync(join(root, file), 'utf8')));
    assert.deepEqual(callers, ['cli/gan-measure.ts', 'cli/idea-report.ts']);
  });
});
