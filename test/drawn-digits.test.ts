// Digits written with a pen as pictures: what drawnDigits() and drawnToLearn() give, putting splits together, and
// `eidos train freehand`, which learns from both; its pen digits are made up here, 7,494 rows of two strokes.
import { after, suite, test } from 'node:test';
import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { withDrawings } from '../cli/drawings.ts';
import type { Io } from '../cli/io.ts';
import { examplesFrom, together, type Split } from '../src/data/split.ts';
import { drawnDigits, drawnToLearn } from '../src/picture/drawn-digits.ts';
import { prepare } from '../src/picture/prepare.ts';
import { drawStrokes, scatter } from '../src/picture/strokes.ts';
import { eidos } from './cli-process.ts';

/** A 1, straight down, and a 7, across and down. */
const written = [
  [50, 100, 50, 85, 50, 70, 50, 55, 50, 40, 50, 25, 50, 10, 50, 0],
  [0, 100, 30, 100, 60, 100, 100, 100, 80, 75, 60, 50, 40, 25, 20, 0],
];
const rows: Split = {
  images: Uint8Array.from(written.flat()),
  labels: Uint8Array.of(1, 7),
  count: 2,
  shape: [8, 2, 1],
};
const picture = ({ images }: Split, i: number): Buffer =>
  Buffer.from(images.subarray(784 * i, 784 * (i + 1)));

suite('drawn digits', () => {
  test('are the strokes with y downwards, put on the pad by (seed, number), drawn and prepared', () => {
    const drawn = drawnDigits(rows, { seed: 3, preparation: 'raw' });
    assert.deepEqual([drawn.count, drawn.shape, [...drawn.labels]], [2, [28, 28, 1], [1, 7]]);
    written.forEach((points, number) => {
      const stroke = Array.from({ length: 8 }, (_, i) => [points[2 * i]!, 100 - points[2 * i + 1]!] as const);
      const by = drawStrokes(scatter([stroke], { seed: 3, number }));
      const [want, got] = [prepare(by, 'raw').data, picture(drawn, number)];
      // Shifted by 100 before it is put somewhere, so rounding may differ.
      assert.ok(want.every((x, i) => Math.abs(x - got[i]!) <= 1));
    });
    assert.notDeepEqual(picture(drawnDigits(rows, { seed: 4, preparation: 'raw' }), 0), picture(drawn, 0));
    assert.deepEqual(drawnDigits(rows), drawnDigits(rows, { seed: 1, preparation: 'mnist' }));
  });

  test('to learn from are other pictures of the same rows every time', () => {
    const drawn = drawnToLearn(rows, 3);
    assert.deepEqual([drawn.count, [...drawn.labels]], [6, [1, 7, 1, 7, 1, 7]]);
    const texts = Array.from({ length: 6 }, (_, i) => picture(drawn, i).toString('hex'));
    assert.equal(new Set(texts).size, 6);
    assert.deepEqual(drawn, drawnToLearn(rows, 3));
  });
});

suite('parts of splits', () => {
  test('from one place to another, and one after the other', () => {
    const [one, seven] = [examplesFrom(rows, 0, 1), examplesFrom(rows, 1)];
    assert.deepEqual([[...one.labels], [...seven.labels]], [[1], [7]]);
    assert.deepEqual([...seven.images], written[1]);
    const back = together(seven, one);
    assert.deepEqual([back.count, [...back.labels], back.shape], [2, [7, 1], [8, 2, 1]]);
    assert.deepEqual([...back.images], [...written[1]!, ...written[0]!]);
  });

  test('that are none are refused', () => {
    const says = (call: () => unknown, message: string): void =>
      assert.throws(call, { name: 'EidosError', message });
    says(() => examplesFrom(rows, 1, 1), 'examplesFrom: needs places of 0 to 2, rising, got 1 to 1');
    says(() => examplesFrom(rows, 1, 3), 'examplesFrom: needs places of 0 to 2, rising, got 1 to 3');
    says(() => examplesFrom(rows, 0.5), 'examplesFrom: needs places of 0 to 2, rising, got 0.5 to 2');
    says(() => together(rows, drawnDigits(rows)), 'together: shapes differ: [8, 2, 1] and [28, 28, 1]');
  });
});

suite('eidos train freehand', () => {
  const home = mkdtempSync(join(tmpdir(), 'eidos freehand '));
  after(() => rmSync(home, { recursive: true, force: true }));

  test('other data is learned from alone', async () => {
    const examples = { name: 'mine', train: rows, test: rows, classes: ['1', '7'], licence: '', source: '' };
    for (const plan of [
      { model: 'freehand', data: './flowers', limit: null },
      { model: 'best', data: 'mnist', limit: null },
    ] as const)
      assert.equal(await withDrawings({} as Io, plan, examples), examples);
  });

  test('learns from digits and drawings', async () => {
    const folder = join(home, 'data', 'pendigits');
    mkdirSync(folder, { recursive: true });
    const lines = written.map((points, i) => [...points, [1, 7][i]].join(','));
    for (const [name, count] of Object.entries({ 'pendigits.tra': 7494, 'pendigits.tes': 3498 }))
      writeFileSync(join(folder, name), Array.from({ length: count }, (_, i) => lines[i % 2]).join('\n'));
    const words = [
      'train',
      'freehand',
      '--limit',
      '40',
      '--epochs',
      '1',
      '--batch',
      '20',
      '--device',
      'wasm',
    ];
    const env = { EIDOS_CACHE: home };
    const mixed = await eidos([...words, '--out', join(home, 'mixed'), '--json'], { env });
    assert.equal(mixed.code, 0, mixed.stderr);
    assert.match(mixed.stderr, /\nwith 40 drawings of 40 digits written with a pen \(pendigits\)\n/);
    assert.match(mixed.stderr, /\nlicence: CC BY 4\.0; .*\(E\. Alpaydin, F\. Alimoglu/);
    const figures = JSON.parse(mixed.stdout) as Readonly<Record<string, unknown>>;
    assert.deepEqual(
      [figures['trainExamples'], figures['testExamples'], figures['optimizer']],
      [80, 40, 'adam'],
    );
    const { config } = JSON.parse(readFileSync(join(home, 'mixed', 'run.json'), 'utf8')) as {
      readonly config: Readonly<Record<string, unknown>>;
    };
    assert.deepEqual([config['examples'], config['optimizer']], [80, 'preset']);
  });
});
