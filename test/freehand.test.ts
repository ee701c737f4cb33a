// The shipped network that reads drawn digits, on drawings it never saw: our own, the ones that kaityo256's page misread,
// MNIST's test digits, and the pen digits that were not learned from, where they are at hand. Then its file.
//
// Pen digits: EIDOS_PENDIGITS=<file.csv>, or the data set `pendigits` in the cache.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, before, suite, test } from 'node:test';
import { EidosError } from '../src/base/check.ts';
import { dataset } from '../src/data/dataset.ts';
import { mnist } from '../src/data/mnist.ts';
import { readPenDigits } from '../src/data/pen-digits.ts';
import { subset, type Split } from '../src/data/split.ts';
import type { Device } from '../src/device/device.ts';
import { open } from '../src/device/open.ts';
import { readSafetensors, writeSafetensors } from '../src/files/safetensors.ts';
import {
  aboutShipped,
  shippedFromBytes,
  shippedNames,
  shippedToBytes,
  type ShippedName,
} from '../src/files/shipped.ts';
import { classesOf } from '../src/nn/confusion.ts';
import type { Model } from '../src/nn/model.ts';
import { prepare } from '../src/picture/prepare.ts';
import { drawStrokes, scatter, strokeOf, type Stroke } from '../src/picture/strokes.ts';
import { shippedBytes } from '../src/run/node-shipped.ts';
import { shipped } from '../src/run/shipped.ts';
import { awayFromTheMiddle, ownDigits } from './freehand-digits.ts';

let device: Device;
let model: Model;
before(async () => {
  device = await open();
  model = await shipped('freehand', { device });
});
after(async () => {
  await model.close();
  await device.close();
});

/** The digits that drawings are read as. */
async function readAs(drawings: readonly (readonly Stroke[])[]): Promise<number[]> {
  const x = new Uint8Array(784 * drawings.length);
  const { preparation } = aboutShipped('freehand');
  drawings.forEach((strokes, i) => x.set(prepare(drawStrokes(strokes), preparation).data, 784 * i));
  return [...classesOf(await model.predict({ x, shape: [28, 28, 1] }))];
}

/** The part read right, and the numbers of the others. */
async function judged(drawings: readonly { readonly digit: number; readonly strokes: readonly Stroke[] }[]) {
  const read = await readAs(drawings.map(({ strokes }) => strokes));
  const wrong = drawings.flatMap(({ digit }, i) =>
    read[i] === digit ? [] : [`${i}: ${digit} as ${read[i]}`],
  );
  return { right: 1 - wrong.length / drawings.length, wrong };
}

/** Rows of pen digits that nothing was learned from, or undefined where there are none. */
async function penDigits(): Promise<Split | undefined> {
  const path = process.env['EIDOS_PENDIGITS'];
  const all = path
    ? readPenDigits(readFileSync(path), path)
    : await dataset('pendigits', { download: false }).then(({ train }) => train, () => undefined); // prettier-ignore
  return (
    all && {
      ...all,
      images: all.images.subarray(6000 * 16),
      labels: all.labels.subarray(6000),
      count: all.count - 6000,
    }
  );
}

const percent = (x: number): string => `${(100 * x).toFixed(2)} %`;

suite('freehand: reads', () => {
  test("MNIST's test digits", async () => {
    const { test: digits } = await mnist();
    const { accuracy = NaN } = await model.evaluate(subset(digits, 10_000), { batchSize: 500 });
    assert.ok(accuracy >= 0.988, percent(accuracy));
    assert.ok(accuracy < 1, 'all of them: it has learned them');
  });

  test('pen digits drawn with the brush, moved and scaled at random', async (t) => {
    const rows = await penDigits();
    if (!rows) {
      t.skip('no pen digits here; set EIDOS_PENDIGITS to their file');
      return;
    }
    const { right, wrong } = await judged(
      Array.from({ length: rows.count }, (_, number) => ({
        digit: rows.labels[number]!,
        strokes: scatter([strokeOf(rows.images.subarray(16 * number, 16 * number + 16))], {
          seed: 1,
          number,
        }),
      })),
    );
    assert.equal(rows.count, 1494);
    assert.ok(right >= 0.967, `${percent(right)}: ${wrong.join(', ')}`);
  });

  test('our own digits, each drawn four times', async () => {
    const drawings = ownDigits.flatMap(({ digit, strokes }, i) =>
      [0, 1, 2, 3].map((k) => ({ digit, strokes: scatter(strokes, { seed: 4, number: 4 * i + k }) })),
    );
    const { right, wrong } = await judged(drawings);
    assert.ok(right >= 0.967, `${percent(right)}: ${wrong.join(', ')}`);
  });

  test('1, 6 and 9 anywhere on the pad, which the page took for 4, 5, 3 and 8', async () => {
    const { wrong } = await judged(awayFromTheMiddle);
    assert.deepEqual(wrong, []);
  });
});

suite('freehand: its file', () => {
  const refuses = (call: () => Promise<unknown>, message: string): Promise<void> =>
    assert.rejects(call, (error: unknown) => {
      assert.ok(error instanceof EidosError, String(error));
      assert.equal(error.message, message);
      return true;
    });
  const { file } = aboutShipped('freehand');

  test('is less than 500 kB, says what it is, and is written as it was read', async () => {
    const bytes = await shippedBytes(file);
    assert.ok(bytes.length < 500_000, `${bytes.length} bytes`);
    assert.deepEqual(readSafetensors(bytes).metadata, { eidos: 'model freehand 1', preparation: 'mnist' });
    assert.deepEqual(Buffer.from(await shippedToBytes('freehand', model)), Buffer.from(bytes));
  });

  test('of another kind, cut short, not there', async () => {
    const bytes = await shippedBytes(file);
    const { tensors, metadata } = readSafetensors(bytes);
    await refuses(
      () => shippedFromBytes('freehand', writeSafetensors(tensors), { device }),
      'freehand: needs a file that says it is an eidos model freehand 1, got none',
    );
    await refuses(
      () => shippedFromBytes('freehand', writeSafetensors(tensors.filter(({ name }) => !name.endsWith('/gamma')), metadata), { device }), // prettier-ignore
      `freehand: the file has no weight ${tensors.map(({ name }) => name).find((name) => name.endsWith('/gamma'))}`,
    );
    await refuses(
      () => shipped('mnist' as ShippedName),
      `shipped: needs one of ${shippedNames.join(', ')}, got "mnist"`,
    );
    await assert.rejects(
      () => shippedBytes('none.safetensors'),
      /^EidosError: shipped: needs .*models.none\.safetensors, which comes with eidos; install it again$/,
    );
  });

  test('a page fetches it by itself', async () => {
    const { process: here } = globalThis;
    Object.defineProperty(globalThis, 'process', { value: undefined, configurable: true, writable: true });
    try {
      await refuses(
        () => shipped('freehand'),
        'shipped: needs a file system, got a web page; fetch models/freehand.safetensors and call shippedFromBytes()',
      );
    } finally {
      globalThis.process = here;
    }
  });
});
