// `eidos gan` as a user calls it: a folder of small pictures is learned, stopped and gone on with to the bit, drawn
// from and wandered through; and what it says when it is called wrongly.
import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, suite, test } from 'node:test';
import { decodePng, encodePng, readSafetensors } from '../src/index.ts';
import { eidos, type Ended } from './cli-process.ts';

const home = mkdtempSync(join(tmpdir(), 'eidos-gan-'));

const here = (words: string): Promise<Ended> => eidos(words.split(' '), { cwd: home });

const json = async <T>(words: string): Promise<T> => {
  const { code, stdout, stderr } = await here(`${words} --json --quiet`);
  assert.deepEqual([code, stderr], [0, ''], words);
  return JSON.parse(stdout) as T;
};

/** Ink from the left edge to another column in each picture. */
function writePictures(folder: string, count: number): void {
  mkdirSync(folder, { recursive: true });
  for (let n = 0; n < count; n++) {
    const data = Uint8Array.from({ length: 64 }, (_, i) => (i % 8 < n % 8 ? 220 : 20));
    writeFileSync(join(folder, `${n}.png`), encodePng({ width: 8, height: 8, channels: 1, data }));
  }
}

const small = 'gan train bars --grey --size 8 --every 4 --device wasm';

interface Figures {
  readonly rounds: number;
  readonly secondsPerRound: number;
  readonly peakBytes: number;
  readonly predictedBytes: number;
  readonly health: readonly unknown[];
  readonly run: string;
  readonly picture: string;
}

/** All that a checkpoint holds but sums for the next report, which come at other rounds in shorter runs. */
function checkpoint(run: string, round: number): unknown {
  const file = join(home, 'runs', run, 'checkpoints', String(round), 'weights.safetensors');
  return readSafetensors(readFileSync(file), file).tensors.filter(({ name }) => !name.startsWith('total/'));
}

suite('gan', () => {
  let whole: Figures;
  before(async () => {
    writePictures(join(home, 'bars'), 12);
    mkdirSync(join(home, 'empty'));
    whole = await json<Figures>(`${small} --rounds 8 --out runs/whole`);
  });
  after(() => rmSync(home, { recursive: true, force: true }));

  test('train leaves grids from round 0 on, metrics, and the figures that were asked for', () => {
    const { rounds, secondsPerRound, peakBytes, predictedBytes, health } = whole;
    assert.equal(rounds, 8);
    assert.ok(secondsPerRound > 0 && Array.isArray(health));
    assert.ok(Math.abs(peakBytes / predictedBytes - 1) < 0.2, `${peakBytes} of ${predictedBytes}`);
    const pictures = readdirSync(join(home, 'runs/whole/pictures')).sort();
    assert.deepEqual(
      pictures,
      ['round', 'strip'].flatMap((kind) => [0, 4, 8].map((round) => `${kind}-00000${round}.png`)),
    );
    const lines = readFileSync(join(home, 'runs/whole/metrics.jsonl'), 'utf8').trim().split('\n');
    const rows = lines.map((line) => JSON.parse(line) as { step: number; criticLoss?: number; gap?: number });
    const reports = rows.filter(({ criticLoss }) => (criticLoss ?? 0) > 0);
    assert.deepEqual(
      reports.map(({ step }) => step),
      [1, 2, 3, 4, 5, 6, 7, 8],
    );
    // Samples are looked at with each grid; the last one is drawn again when all is over.
    const looks = rows.filter(({ gap }) => Number.isFinite(gap));
    assert.deepEqual(
      looks.map(({ step }) => step),
      [0, 4, 8, 8],
    );
  });

  test('a run that is stopped and gone on with ends as one that was not', async () => {
    let asked = false;
    const stopped = await eidos(`${small} --rounds 100000 --out runs/parts`.split(' '), {
      cwd: home,
      onTalk: (said, child) => {
        if (asked || !said.includes('first grid')) return;
        asked = true;
        child.kill('SIGINT');
      },
    });
    assert.equal(stopped.code, 130);
    assert.match(
      stopped.stderr,
      /\nstopped after round [\d,]+ of 100,000; all of it is saved\ngo on with: eidos gan train --resume runs\/parts\n$/,
    );
    const done = Math.max(...readdirSync(join(home, 'runs/parts/checkpoints')).map(Number));
    const rounds = Math.max(8, done + 3);
    await json<Figures>(`gan train --resume --rounds ${rounds}`);
    if (rounds > 8) await json<Figures>(`${small} --rounds ${rounds} --out runs/same`);
    assert.deepEqual(checkpoint('parts', rounds), checkpoint(rounds > 8 ? 'same' : 'whole', rounds));
  });

  test('sample and interpolate draw, the same for the same seed', async () => {
    const one = await json<Figures>('gan sample runs/whole --count 4 --columns 2 --out a/one.png');
    const two = await json<Figures>('gan sample runs/whole --count 4 --columns 2 --out two.png --seed 2');
    const again = await json<Figures>('gan sample runs/whole --count 4 --columns 2 --out again.png');
    const [a, b, c] = [one, two, again].map(({ picture }) => readFileSync(picture));
    assert.ok(a && b && c && a.equals(c) && !a.equals(b));
    const way = await json<Figures>('gan interpolate runs/whole --steps 3 --rows 2 --out way.gif');
    assert.equal(readFileSync(way.picture).subarray(0, 6).toString(), 'GIF89a');
    const strip = await json<Figures>('gan interpolate runs/whole --steps 6 --rows 2');
    assert.ok(decodePng(readFileSync(strip.picture)).width > decodePng(a).width);
  });

  test('the round that is nearest to the data stays, and --best draws with it', async () => {
    const folder = join(home, 'runs/whole/checkpoints');
    const gaps = readdirSync(folder).map((round) => {
      const record = JSON.parse(readFileSync(join(folder, round, 'checkpoint.json'), 'utf8')) as {
        readonly metrics: { readonly gap: number };
      };
      return [Number(round), record.metrics.gap] as const;
    });
    const [best] = gaps.sort(([, a], [, b]) => a - b);
    assert.ok(best && Number.isFinite(best[1]));
    const { rounds } = await json<Figures>('gan sample runs/whole --best --out best.png');
    assert.equal(rounds, best[0]);
  });

  const wrong: readonly [words: string, code: number, said: RegExp][] = [
    ['gan train', 2, /gan train: needs a data set or a folder of pictures/],
    ['gan sample runs/whole --truncation 2', 2, /--truncation must be a number from 0 to 1, got "2"/],
    ['gan train no-such', 2, /no-such/],
    ['gan train empty', 1, /empty/],
    ['gan train bars --size 8 --recipe elix', 1, /gan: elix needs pictures of at least 12 pixels/],
    ['gan train bars --size 50', 1, /gan: pictures needs pictures of at least 8 pixels, and a multiple of 8/],
    ['gan train --resume --recipe digits', 2, /--recipe/],
    ['gan sample runs/none', 1, /runs\/none holds no run/],
    ['gan sample runs/whole --class 2', 2, /this generator knows no classes/],
  ];
  for (const [words, code, said] of wrong)
    test(`${words} is refused in one line`, async () => {
      const { code: ended, stdout, stderr } = await here(`${words} --quiet --device wasm`);
      assert.deepEqual([ended, stdout, stderr.trim().split('\n').length], [code, '', 1], stderr);
      assert.match(stderr, said);
    });
});
