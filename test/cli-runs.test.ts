// What follows a training, as a user does it, in processes of its own: stop and go on, list, compare, evaluate, ask,
// draw; and data sets written out as pictures, which are then learned from as one's own.
import { after, before, suite, test } from 'node:test';
import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { decodePng, encodePng, mnist, resize, subset, writeNpz } from '../src/index.ts';
import { eidos, type Ended } from './cli-process.ts';

const home = mkdtempSync(join(tmpdir(), 'eidos-runs-'));

/** In the folder where `runs` are. */
const here = (words: string): Promise<Ended> => eidos(words.split(' '), { cwd: home });

const json = async <T>(words: string): Promise<T> => {
  const { code, stdout, stderr } = await here(`${words} --json --quiet`);
  assert.deepEqual([code, stderr], [0, ''], words);
  return JSON.parse(stdout) as T;
};

const small = 'train mnist --model three-layer --limit 400 --device wasm';

suite('after training', () => {
  after(() => {
    rmSync(home, { recursive: true, force: true });
  });

  before(async () => {
    await json(`${small} --epochs 3 --out runs/whole`);
    await json(`${small} --epochs 3 --seed 2 --optimizer sgd --learning-rate 0.1 --out runs/sgd`);
  });

  test('a run that is gone on with ends as one that was not interrupted', async () => {
    const words = `${small} --epochs 400 --out runs/parts`.split(' ');
    let asked = false;
    const stopped = await eidos(words, {
      cwd: home,
      onTalk: (said, child) => {
        if (asked || !said.includes('epoch 2/400:')) return;
        asked = true;
        child.kill('SIGINT');
      },
    });
    assert.deepEqual([stopped.code, stopped.stdout], [130, '']);
    assert.match(stopped.stderr, /\ngo on with: eidos train --resume runs\/parts\n$/);
    const record = JSON.parse(readFileSync(join(home, 'runs/parts/run.json'), 'utf8')) as { state: string };
    assert.equal(record.state, 'stopped');
    const least = readdirSync(join(home, 'runs/parts/checkpoints')).map(Number);
    const epochs = Math.ceil(Math.max(...least) / 13) + 2;
    const parts = await json<{ testLoss: number; epochsTrained: number }>(
      `train --resume --epochs ${epochs}`,
    );
    const whole = await json<{ testLoss: number }>(`${small} --epochs ${epochs} --out runs/same`);
    assert.equal(parts.testLoss, whole.testLoss);
    assert.ok(parts.epochsTrained < epochs);
    const [a, b] = ['parts', 'same'].map((name) =>
      readFileSync(join(home, 'runs', name, 'checkpoints', String(13 * epochs), 'weights.safetensors')),
    );
    assert.ok(
      a && b && Buffer.compare(a, b) === 0,
      'weights, optimizer and counters are the same to the bit',
    );
  });

  test('--resume without a run that was stopped', async () => {
    const { code, stderr } = await eidos(['train', '--resume'], { cwd: join(home, 'runs') });
    assert.deepEqual(
      [code, stderr],
      [2, 'train: --resume needs a run that was stopped, there is none in runs; eidos runs lists all\n'],
    );
  });

  test('runs lists them, newest first', async () => {
    const { code, stdout } = await here('runs --quiet');
    assert.equal(code, 0);
    const lines = stdout.trimEnd().split('\n');
    assert.match(lines[0] ?? '', /^run +state +began \(UTC\) +epoch +accuracy +step$/);
    assert.match(lines.at(-1) ?? '', /^runs\/whole +finished +\d{4}-\d\d-\d\d \d\d:\d\d +3 +0\.\d{4} +39$/);
    const { runs } = await json<{ runs: { name: string; state: string; config: object }[] }>('runs list');
    assert.ok(runs.length >= 2 && runs.every(({ name }) => name === 'mnist-three-layer'));
    const none = await json<{ runs: unknown[] }>('runs --root nowhere');
    assert.deepEqual(none.runs, []);
  });

  test('runs compare: what differs, what each came to, and curves', async () => {
    const words = 'runs compare runs/whole runs/sgd --out both.svg --metric accuracy';
    const { code, stdout } = await here(words);
    assert.equal(code, 0);
    const [alike, heads, one, other, curves] = stdout.split('\n');
    assert.match(alike ?? '', /^alike in all: model three-layer, data mnist, epochs 3, batch 32,/);
    assert.match(
      heads ?? '',
      /^run +optimizer +learningRate +seed +epoch +testLoss +testAccuracy +epochSeconds$/,
    );
    assert.match(one ?? '', /^runs\/whole +adam +1 +3 +\d\.\d+/);
    assert.match(other ?? '', /^runs\/sgd +sgd +0\.1 +2 +3 +\d\.\d+/);
    assert.equal(curves, 'curves: both.svg');
    const svg = readFileSync(join(home, 'both.svg'), 'utf8');
    assert.ok(
      svg.startsWith('<svg') && ['whole', 'sgd', 'accuracy by epoch'].every((word) => svg.includes(word)),
    );
    const wrong = await here('runs compare runs/whole runs/sgd --out both.svg --metric acuracy');
    assert.match(
      wrong.stderr,
      /^runs compare: --metric must be one of .*, got "acuracy"; did you mean accuracy\?\n$/,
    );
  });

  test('evaluate: the newest run on its test examples, each class by itself', async () => {
    const found = await json<{
      accuracy: number;
      loss: number;
      examples: number;
      perClass: { support: number; recall: number; name: string }[];
      confusion: number[][];
    }>('evaluate runs/whole --device wasm');
    const { figures } = JSON.parse(readFileSync(join(home, 'runs/whole/run.json'), 'utf8')) as {
      figures: { testAccuracy: number; testLoss: number };
    };
    assert.deepEqual(
      [found.accuracy, found.loss, found.examples],
      [figures.testAccuracy, figures.testLoss, 400],
    );
    assert.equal(found.perClass.length, 10);
    const right = found.confusion.reduce((sum, row, i) => sum + (row[i] ?? 0), 0);
    assert.ok(Math.abs(right / 400 - found.accuracy) < 1e-6);
    const { stdout } = await here('evaluate runs/whole --device wasm --quiet');
    assert.match(stdout, /^test loss: .*\ntest accuracy: .*\n\nclass +precision +recall +f1 +examples\n/);
  });

  test('evaluate: a model that comes with eidos, by its name, on what it learned', async () => {
    const found = await json<{ data: string; examples: number; accuracy: number }>('evaluate simple-cnn --limit 500 --device wasm'); // prettier-ignore
    assert.deepEqual([found.data, found.examples], ['mnist', 500]);
    assert.ok(found.accuracy > 0.97, `${found.accuracy}`);
  });

  test('evaluate --data: another set, a file, a folder; what does not suit is refused', async () => {
    const { test: split } = await mnist();
    const { images, labels } = subset(split, 60);
    const arrays = { x_test: { shape: [60, 28, 28], data: images }, y_test: { shape: [60], data: labels } };
    writeFileSync(join(home, 'some.npz'), await writeNpz(arrays));
    const rows = Array.from({ length: 60 }, (_, i) =>
      [labels[i], ...images.subarray(784 * i, 784 * (i + 1))].join(),
    );
    writeFileSync(join(home, 'some.csv'), rows.join('\n'));
    await json('data export mnist --out pictures --part test --limit 60');
    const accuracy = async (from: string): Promise<number> =>
      (await json<{ accuracy: number }>(`evaluate runs/whole --device wasm --data ${from}`)).accuracy;
    const wanted = await accuracy('mnist --limit 60');
    for (const from of ['some.npz', 'some.csv', 'pictures/test'])
      assert.equal(await accuracy(from), wanted, from);
    for (const [from, why] of [
      [
        'nothing.npz',
        'cannot read nothing.npz (ENOENT); --data takes a data set, a folder, or a .npz or .csv file',
      ],
      ['both.svg', '--data must be a folder or end in .npz or .csv, got both.svg'],
    ] as const) {
      const { code, stderr } = await here(`evaluate runs/whole --device wasm --quiet --data ${from}`);
      assert.deepEqual([code, stderr], [1, `evaluate: ${why}\n`]);
    }
  });

  test('predict: the likeliest classes of each picture, however it was drawn', async () => {
    const { test: split } = await mnist();
    const size = { height: 140, width: 140, channels: 1, crop: 'stretch' } as const;
    const digit = { height: 28, width: 28, channels: 1, data: split.images.subarray(0, 784) } as const;
    const large = resize(digit, size);
    const dark = { ...large, data: large.data.map((x) => 255 - x) };
    writeFileSync(join(home, 'as-is.png'), encodePng(digit));
    writeFileSync(join(home, 'large.png'), encodePng(dark));
    const { pictures } = await json<{
      pictures: { picture: string; top: { class: string; probability: number }[] }[];
    }>('predict runs/whole as-is.png large.png --top 2 --device wasm');
    assert.deepEqual(
      pictures.map(({ picture, top }) => [picture, top.length, top[0]?.class]),
      [
        ['as-is.png', 2, '7'],
        ['large.png', 2, '7'],
      ],
    );
    const { stdout } = await here('predict runs/whole as-is.png --device wasm --quiet');
    assert.match(stdout, /^as-is\.png: 7 \d+\.\d\d %, \d .*%, \d .*%\n$/);
    const { code, stderr } = await here('predict runs/whole --device wasm');
    assert.deepEqual(
      [code, stderr],
      [2, 'predict: needs a picture, got only a run; eidos predict --help shows examples\n'],
    );
  });

  test('where there is no run, the model that comes with eidos answers', async () => {
    const empty = { cwd: mkdtempSync(join(home, 'empty-')) };
    const words = ['evaluate', '--limit', '300', '--device', 'wasm', '--json'];
    const { code, stdout, stderr } = await eidos(words, empty);
    assert.equal(code, 0, stderr);
    assert.match(stderr, /^model: freehand, which comes with eidos\n/);
    const { run, accuracy } = JSON.parse(stdout) as { run: string; accuracy: number };
    assert.equal(run, 'freehand');
    assert.ok(accuracy > 0.95, `accuracy ${accuracy}`);
    const { top } = (
      await json<{ pictures: { top: { class: string }[] }[] }>('predict freehand large.png --device wasm')
    ).pictures[0] ?? { top: [] };
    assert.equal(top[0]?.class, '7');
    const none = await eidos(['diagram'], empty);
    assert.deepEqual(
      [none.code, none.stderr],
      [1, 'diagram: needs a trained network, there is none in runs; eidos train mnist makes one\n'],
    );
  });

  test('diagram: a preset or a run, as a drawing or as text', async () => {
    for (const [what, file, start] of [
      ['tutorial', 'net.svg', '<svg'],
      ['runs/whole', 'net.dot', 'digraph'],
    ] as const) {
      const { format } = await json<{ format: string }>(`diagram ${what} --out ${file}`);
      assert.equal(format, file.slice(4));
      assert.ok(readFileSync(join(home, file), 'utf8').startsWith(start));
    }
    await json('diagram --out net.png --lang ja');
    assert.ok(decodePng(readFileSync(join(home, 'net.png'))).height > 100);
  });

  test('data export, then train on what was written', async () => {
    const out = await json<{ train: { written: number; kept: number } }>(
      'data export mnist --part train --limit 400 --out set',
    );
    assert.deepEqual(out.train, { folder: 'set/train', written: 400, kept: 0 });
    const again = await json<{ train: { kept: number } }>(
      'data export mnist --part train --limit 20 --out set',
    );
    assert.equal(again.train.kept, 20);
    assert.ok(existsSync(join(home, 'set/train/5/00000.png')), 'the first example is a 5');
    const found = await json<{
      trainExamples: number;
      testExamples: number;
      testAccuracy: number;
      sheet: string;
    }>('train set/train --grey --size 28 --model three-layer --epochs 6 --device wasm --out runs/own');
    // A fifth of each class, so of all as near as whole numbers come.
    assert.equal(found.trainExamples + found.testExamples, 400);
    assert.ok(Math.abs(found.testExamples - 80) <= 5, `${found.testExamples} for the test`);
    assert.ok(found.testAccuracy > 0.5, `accuracy ${found.testAccuracy}`);
    const judged = await json<{ accuracy: number }>('evaluate runs/own --device wasm');
    assert.equal(judged.accuracy, found.testAccuracy);
  });

  test('data list says what there is, and under which terms', async () => {
    const { stdout } = await here('data list --quiet');
    assert.match(
      stdout,
      /^data set +classes +licence +source\nmnist +0 1 2 3 4 5 6 7 8 9 +CC BY-SA 3\.0 +http/,
    );
  });
});
