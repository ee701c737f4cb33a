// `eidos train mnist` as a user runs it, in processes of its own, on real digits: what it says and where, what it
// leaves behind, what it refuses, and how it stops.
import { after, suite, test } from 'node:test';
import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { decodePng } from '../src/index.ts';
import { eidos } from './cli-process.ts';
import { root } from './project.ts';

/** Enough to see all of it, in about a second. */
const small = [
  'train',
  'mnist',
  '--model',
  'three-layer',
  '--limit',
  '300',
  '--device',
  'wasm',
  '--seed',
  '1',
];

suite('eidos train mnist', () => {
  const home = mkdtempSync(join(tmpdir(), 'eidos 学習 '));
  after(() => {
    rmSync(home, { recursive: true, force: true });
  });
  const folder = (name: string): string => join(home, name);

  test('--json: one line of figures, a network that has learned, a picture', async () => {
    const out = folder('json');
    const words = [
      'train',
      'mnist',
      '--model',
      'tutorial',
      '--epochs',
      '1',
      '--seed',
      '1',
      '--limit',
      '2000',
    ];
    const { code, stdout, stderr } = await eidos([
      ...words,
      '--device',
      'wasm',
      '--threads',
      '2',
      '--json',
      '--out',
      out,
    ]);
    assert.equal(code, 0, stderr);
    const figures = JSON.parse(stdout) as Record<string, unknown>;
    assert.equal(stdout, `${JSON.stringify(figures)}\n`);
    const { testLoss, testAccuracy, epochSeconds, peakBytes, ...rest } = figures;
    assert.deepEqual(rest, {
      command: 'train',
      dataset: 'mnist',
      model: 'tutorial',
      parameters: 93_322,
      trainable: 93_322,
      device: 'wasm',
      threads: 2,
      seed: 1,
      epochs: 1,
      epochsTrained: 1,
      batch: 32,
      optimizer: 'adam',
      learningRate: null,
      trainExamples: 2000,
      validationExamples: 0,
      testExamples: 2000,
      run: out,
      sheet: join(out, 'pictures', 'test-digits.png'),
    });
    // 63 steps: far from chance (0.1) and from what only a leak would reach.
    assert.ok(Number(testAccuracy) > 0.65 && Number(testAccuracy) < 0.97, `accuracy ${String(testAccuracy)}`);
    assert.ok(Number(testLoss) > 0.1 && Number(testLoss) < 1.2, `loss ${String(testLoss)}`);
    assert.ok(Number(epochSeconds) > 0.05 && Number(epochSeconds) < 100, `${String(epochSeconds)} s`);
    // Weights, Adam's two moments and gradients of 93,322 parameters, and a batch: megabytes, not gigabytes.
    assert.ok(Number(peakBytes) > 1.1e6 && Number(peakBytes) < 1e8, `${String(peakBytes)} bytes`);
    const { width, height, channels } = decodePng(readFileSync(join(out, 'pictures', 'test-digits.png')));
    assert.ok(width > 12 * 56 && height > 8 * 56 && channels === 3, `${width} x ${height} x ${channels}`);
    const files = ['checkpoints', 'metrics.csv', 'metrics.jsonl', 'pictures', 'run.json'];
    assert.deepEqual(readdirSync(out).sort(), files, 'no drafts are left');
  });

  test('says what it does on standard error, and results on standard output', async () => {
    const out = folder('words');
    const { code, stdout, stderr } = await eidos([...small, '--threads', '1', '--epochs', '2', '--out', out]);
    assert.equal(code, 0, stderr);
    const number = '\\d+(\\.\\d+)?';
    matchLines(stderr, [
      'device: wasm, 1 thread',
      'data: mnist, 300 to learn from, 300 to be tested with',
      'licence: CC BY-SA 3\\.0; http://yann.lecun.com/exdb/mnist/',
      'model: three-layer, 3 layers, 25,450 parameters',
      'training: adam, batches of 32, 2 epochs',
      `time: 2 epochs will take about ${number} (s|min) on wasm, and ${number} MB of memory`,
      `run: ${out}`,
      `epoch 1/2: loss ${number}, accuracy ${number} %, ${number} s`,
      `epoch 2/2: loss ${number}, accuracy ${number} %, ${number} s`,
    ]);
    matchLines(stdout, [
      `test loss: ${number}`,
      `test accuracy: ${number}`,
      `test pictures, misread ones first: ${join(out, 'pictures', 'test-digits.png')}`,
      `run: ${out}`,
    ]);
  });

  test('--quiet says only results, the same ones for the same seed', async () => {
    const words = [...small, '--quiet', '--lang', 'ja', '--out'];
    const [one, other] = [
      await eidos([...words, folder('quiet')]),
      await eidos([...words, folder('other'), '--threads', '1']),
    ];
    assert.deepEqual([one.code, one.stderr], [0, '']);
    assert.equal(one.stdout, other.stdout.replaceAll(folder('other'), folder('quiet')));
    matchLines(one.stdout, [
      'テストの誤差: \\d\\.\\d{4}',
      'テストの精度: 0\\.\\d{4}',
      `テストの画像 \\(読み間違えたものが先\\): ${join(folder('quiet'), 'pictures', 'test-digits.png')}`,
      `実行: ${folder('quiet')}`,
    ]);
  });

  test('without a compiler it takes WebAssembly and says why', async () => {
    const words = [
      ...small.filter((word) => !['--device', 'wasm'].includes(word)),
      '--out',
      folder('fallback'),
    ];
    const env = { CC: '/there is no compiler', EIDOS_CACHE: folder('cache') };
    const { code, stderr } = await eidos(words, { env });
    assert.equal(code, 0, stderr);
    assert.match(stderr, /^not on the fastest device: native: .*\ndevice: wasm, \d+ threads?\n/);
    const asked = await eidos([...words, '--device', 'native'], { env });
    assert.deepEqual([asked.code, asked.stdout], [1, '']);
    assert.match(asked.stderr, /^native: [^\n]*\n$/);
  });

  test('refuses what would take hours, and says how long', async () => {
    const words = ['train', 'mnist', '--device', 'reference', '--quiet', '--json', '--out', folder('long')];
    const [english, japanese] = [await eidos(words), await eidos([...words, '--lang', 'ja'])];
    assert.deepEqual([english.code, english.stdout, japanese.code], [1, '', 1]);
    matchLines(english.stderr, [
      'train: on reference this would take about \\d+ (h|days); choose a faster --device or a smaller --limit, or say --force',
    ]);
    matchLines(japanese.stderr, [
      'train: reference では約 \\d+ (時間|日)かかります。もっと速い --device か小さい --limit を選ぶか、--force を付けてください',
    ]);
  });

  test('sees before training that the folder cannot be written to', async () => {
    const taken = folder('taken');
    writeFileSync(taken, '');
    const { code, stdout, stderr } = await eidos([...small, '--out', taken]);
    assert.deepEqual([code, stdout], [1, '']);
    assert.equal(stderr, `train: cannot write into ${taken} (EEXIST); choose another folder with --out\n`);
  });

  test('does not mind a reader who has heard enough', async () => {
    const out = folder('deaf');
    const { code, stderr } = await eidos([...small, '--json', '--quiet', '--out', out], { deaf: true });
    assert.deepEqual([code, stderr], [0, '']);
    assert.ok(existsSync(join(out, 'pictures', 'test-digits.png')), 'the work is not lost');
  });

  test('Ctrl-C stops it within a step, says how far it came, and how to go on', async () => {
    const out = folder('stopped');
    let asked = 0;
    const { code, signal, stdout, stderr, pid } = await eidos(
      ['train', 'mnist', '--device', 'wasm', '--epochs', '3', '--json', '--out', out],
      {
        onTalk: (said, child) => {
          if (asked || !said.includes('will take')) return;
          asked = performance.now() + 1500;
          setTimeout(() => child.kill('SIGINT'), 1500);
        },
      },
    );
    const waited = performance.now() - asked;
    assert.deepEqual([code, signal, stdout], [130, null, '']);
    assert.match(
      stderr,
      /\nstopped( before the first step; the run is saved| after step \d+ of 1875 in epoch 1 of 3, \d+(\.\d)? s of training; all of it is saved)\ngo on with: eidos train --resume \S.*\n$/,
    );
    assert.ok(waited < 3000, `it took ${Math.round(waited)} ms`);
    const { state } = JSON.parse(readFileSync(join(out, 'run.json'), 'utf8')) as { state: string };
    assert.equal(state, 'stopped');
    assert.equal(readdirSync(join(out, 'checkpoints')).length, 1);
    if (process.platform !== 'win32') assert.throws(() => process.kill(-(pid ?? 0), 0), /ESRCH/);
  });

  test('a preset has its split, optimizer and epochs; options win', async () => {
    const words = ['train', 'simple-cnn', '--limit', '200', '--device', 'wasm', '--json', '--quiet'];
    const { code, stdout, stderr } = await eidos([...words, '--epochs', '2', '--out', folder('preset')]);
    assert.deepEqual([code, stderr], [0, '']);
    const figures = JSON.parse(stdout) as Record<string, unknown>;
    const { parameters, trainable, batch, optimizer, epochs, trainExamples, validationExamples } = figures;
    assert.deepEqual(
      { parameters, trainable, batch, optimizer, epochs, trainExamples, validationExamples },
      {
        parameters: 6554,
        trainable: 6522,
        batch: 128,
        optimizer: 'adam',
        epochs: 2,
        trainExamples: 180,
        validationExamples: 20,
      },
    );
    const lines = readFileSync(join(folder('preset'), 'metrics.jsonl'), 'utf8')
      .trimEnd()
      .split('\n');
    const names = lines.map((line) => Object.keys(JSON.parse(line) as object).join());
    assert.deepEqual(
      names,
      Array.from({ length: 2 }, () => 'step,epoch,seconds,loss,accuracy,valLoss,valAccuracy'),
    );
  });

  test('--list: every preset with its parameters and what its source came to', async () => {
    const { code, stdout, stderr } = await eidos(['train', '--list']);
    assert.deepEqual([code, stderr], [0, '']);
    const rows = stdout.split('\n');
    const row = (name: string): string => rows.find((line) => line.startsWith(`${name} `)) ?? '';
    assert.match(
      row('simple-cnn'),
      /^simple-cnn +6,554 +mnist +adam +128 +20 +99\.02 %, loss 0\.028643, 14-17 s/,
    );
    assert.match(row('dense'), /^dense +7,850 +mnist +rmsprop +128 +20 +92\.83 %/);
    const { stdout: json } = await eidos(['train', '--list', '--json', '--quiet']);
    const { presets } = JSON.parse(json) as { presets: { name: string; parameters: number }[] };
    assert.equal(presets.length, rows.length - 2);
    assert.equal(presets.find(({ name }) => name === 'mlp784')?.parameters, 1_238_730);
  });

  test('npm start is this command, and words after it win', async () => {
    const start = readFileSync(join(root, 'tools/start.mjs'), 'utf8');
    const words = /const tutorial = \[(.*)\]/.exec(start)?.[1]?.replaceAll(/[',]/g, '').split(/\s+/) ?? [];
    assert.equal(words.join(' '), 'train mnist --model tutorial --epochs 1 --seed 1');
    const { code, stderr } = await eidos([...words, '--epochs', '0']);
    assert.deepEqual(
      [code, stderr],
      [2, 'train: --epochs must be a whole number from 1 to 100000, got "0"\n'],
    );
  });
});

/** Every line of a text matches its pattern, and there are no others. */
function matchLines(text: string, patterns: readonly string[]): void {
  const lines = text.split('\n');
  assert.equal(lines.pop(), '', 'the last line ends');
  assert.equal(lines.length, patterns.length, text);
  lines.forEach((line, i) => assert.match(line, new RegExp(`^${patterns[i] ?? ''}$`)));
}
