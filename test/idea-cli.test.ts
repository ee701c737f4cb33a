// Ideas, attacks and explanations as a user asks for them, in processes of their own, on the model that comes along.
import { after, before, suite, test } from 'node:test';
import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { columnsOf } from '../cli/progress.ts';
import { decodePng, encodePng, mnist, readVf } from '../src/index.ts';
import { eidos, type Ended } from './cli-process.ts';

const home = mkdtempSync(join(tmpdir(), 'eidos-ideas-'));
const here = (words: string): Promise<Ended> =>
  eidos([...words.split(' '), '--device', 'wasm', '--threads', '1'], { cwd: home });
const file = (name: string): Buffer => readFileSync(join(home, name));

async function json<T>(words: string): Promise<T> {
  const { code, stdout, stderr } = await here(`${words} --json --quiet`);
  assert.deepEqual([code, stderr], [0, ''], words);
  return JSON.parse(stdout) as T;
}

interface Said {
  readonly class: string;
  readonly score: number;
  readonly probability: number;
  readonly residual: number;
  readonly judge: number;
  readonly judgeReads: number | 'nothing';
  readonly judgeVersion: number;
  readonly evaluations: number;
  readonly seconds: number;
  readonly picture: string;
}

suite('eidos idea', () => {
  after(() => {
    rmSync(home, { recursive: true, force: true });
  });

  test('one class: figures, a picture of 280 x 280, and the same bytes again', async () => {
    const words = 'idea 0 --budget 60 --seed 3 --gif five.gif';
    const said = await json<Said>(`${words} --out a.png`);
    assert.deepEqual([said.class, said.evaluations, said.judgeVersion, said.picture], ['0', 60, 2, 'a.png']);
    assert.ok(said.probability > 0.9 && said.residual < 0.1, JSON.stringify(said));
    assert.deepEqual([said.judgeReads, said.judge > 0.5], [0, true]);
    const { width, height, channels } = decodePng(file('a.png'));
    assert.deepEqual([width, height, channels], [280, 280, 1]);
    const animated = file('five.gif');
    assert.equal(animated.subarray(0, 6).toString('latin1'), 'GIF89a');
    await json<Said>(`${words} --out b.png`);
    assert.deepEqual(file('b.png'), file('a.png'));
    assert.deepEqual(file('five.gif'), animated);
  });

  test('all classes: a list, a sheet, and a picture each', async () => {
    const { ideas, picture } = await json<{ ideas: Said[]; picture: string }>('idea all --budget 30');
    assert.deepEqual(
      ideas.map((one) => one.class),
      [...'0123456789'],
    );
    assert.equal(picture, 'ideas.png');
    assert.ok(decodePng(file('ideas.png')).width > 280);
    for (const { picture: own } of ideas) assert.equal(decodePng(file(own)).width, 280);
  });

  test('waves that pay for what digits seldom do become digits', async () => {
    const { ideas } = await json<{ ideas: Said[] }>('idea all --method fourier --budget 120 --out waves.png');
    const read = ideas.filter(({ class: asked, judgeReads }) => asked === String(judgeReads)).length;
    assert.ok(read >= 7, `${read} of 10 read as asked`);
  });

  test('a search that nobody helps finds noise, which the judge calls nothing', async () => {
    const said = await json<Said>(
      'idea --class 4 --method monte-carlo --priors none --budget 1500 --out n.vf',
    );
    assert.equal(said.judgeReads, 'nothing');
    const image = readVf(file('n.vf'), 'n.vf');
    const dark = image.reduce((sum, x) => sum + x, 0);
    assert.ok(dark > 300 && dark < 484, `${dark} pixels of ink`);
  });

  test('a mix and a vector are met, without a word of the judge on classes', async () => {
    const mix = await json<Said>('idea 3+8 --budget 400');
    assert.deepEqual([mix.class, mix.probability, mix.judge], ['3+8', null, null]);
    assert.ok(mix.residual < 0.2, String(mix.residual));
  });

  test('Ctrl-C keeps the best so far', async () => {
    let asked = false;
    const { code, stdout, stderr } = await eidos(
      'idea 7 --method monte-carlo --budget 100000000 --out kept.png --device wasm --json'.split(' '),
      {
        cwd: home,
        onTalk: (said, child) => {
          if (asked || !said.includes('device: wasm')) return;
          asked = true;
          setTimeout(() => child.kill('SIGINT'), 1500);
        },
      },
    );
    assert.equal(code, 130, stderr);
    assert.match(
      stderr,
      /stopped after [\d,]+ images?; the best so far is kept\nto go on: eidos idea --resume kept.search\n$/,
    );
    assert.equal((JSON.parse(stdout.trim().split('\n').at(-1) ?? '') as { stopped: boolean }).stopped, true);
    assert.equal(decodePng(file('kept.png')).width, 280);
  });

  test('--resume says what it cannot go on with', async () => {
    const told = async (words: string): Promise<string> => {
      const { code, stdout, stderr } = await here(`${words} --quiet`);
      assert.deepEqual([code === 1 || code === 2, stdout], [true, ''], words);
      return stderr;
    };
    writeFileSync(join(home, 'none.search'), 'no search');
    assert.equal(
      await told('idea --resume none.search'),
      'none.search: this is no search that eidos kept; name another file\n',
    );
    rmSync(join(home, 'none.search'));
    rmSync(join(home, 'kept.search'), { force: true });
    assert.equal(
      await told('idea --resume'),
      'idea: --resume needs a search that was stopped, found no file *.search here; name it\n',
    );
    for (const [words, got] of [
      ['5 --resume', '5'],
      ['--resume --method greedy', '--method'],
      ['--resume --seed 4', '--seed'],
    ])
      assert.equal(
        await told(`idea ${words}`),
        `idea: --resume goes on with what was asked before, got ${got} beside it; leave it out\n`,
      );
  });

  const wrong: readonly (readonly [words: string, code: number, message: string])[] = [
    ['idea', 2, 'idea: needs a class, got none; say eidos idea 5 or eidos idea all'],
    [
      'idea 12',
      2,
      'idea: there is no class "12", the network knows 0, 1, 2, 3, 4, 5, 6, 7, 8, 9; did you mean 1?',
    ],
    ['idea 5 --budget 0', 2, 'idea: --budget must be a whole number from 1 to 1000000000, got "0"'],
    ['idea 5 --out five.bmp', 2, '--out must end in .png, .vf, .gif, got "five.bmp"'],
    ['idea --y 1,2', 2, 'idea: --y needs 10 numbers with commas between, got "1,2"'],
    ['idea 5 --y 1,2', 2, 'idea: a class, --y and --layer exclude each other; leave all but one out'],
    [
      'idea --layer dense',
      2,
      'idea: --layer dense needs --channel or --neuron, one of them; say --channel 0',
    ],
    ['idea 5 6', 2, 'idea: got "6", one word too many; eidos idea --help shows examples'],
    ['fool', 2, 'fool: needs --from or --data, one of them; say eidos fool --from 0 --to 9'],
    ['fool --from 0 --to 0', 2, 'fool: --from and --to are both 0; ask for another class'],
    [
      'explain three.png --method coach',
      2,
      'explain: coach needs --class, what the drawing is meant to be; got none',
    ],
  ];
  for (const [words, code, message] of wrong)
    test(`${words}: one error`, async () => {
      const ended = await eidos([...words.split(' '), '--quiet'], { cwd: home });
      assert.deepEqual([ended.code, ended.stdout, ended.stderr], [code, '', `${message}\n`]);
    });

  for (const command of ['idea', 'fool', 'explain'])
    for (const language of ['en', 'ja'])
      test(`${command} --help --lang ${language}: examples, 80 columns`, async () => {
        const { code, stdout, stderr } = await eidos([command, '--help', '--lang', language]);
        assert.deepEqual([code, stderr], [0, '']);
        assert.match(stdout, new RegExp(`^  eidos ${command}`, 'm'));
        assert.deepEqual(
          stdout.split('\n').filter((line) => columnsOf(line) > 80),
          [],
        );
      });
});

suite('eidos fool and eidos explain', () => {
  before(async () => {
    const { test: split } = await mnist();
    const at = split.labels.indexOf(3);
    const data = split.images.slice(784 * at, 784 * (at + 1));
    mkdirSync(home, { recursive: true });
    writeFileSync(join(home, 'three.png'), encodePng({ width: 28, height: 28, channels: 1, data }));
  });
  after(() => {
    rmSync(home, { recursive: true, force: true });
  });

  test('a 3 to people, an 8 to the model', async () => {
    const words = 'fool --picture three.png --from 3 --to 8 --steps 120';
    const said = await json<{
      success: boolean;
      distance: number;
      read: string;
      judgeReads: number;
      seconds: number;
    }>(words);
    assert.deepEqual([said.success, said.read, said.judgeReads], [true, '8', 3]);
    assert.ok(said.distance > 0 && said.distance < 5 && said.seconds > 0, JSON.stringify(said));
    const ball = await json<{ success: boolean; distance: number }>(`${words} --attack pgd --epsilon 0.3`);
    assert.equal(ball.success, true);
    assert.ok(ball.distance <= 76 / 255 + 1e-6, String(ball.distance));
  });

  test('a data set: how many are still read right', async () => {
    const words = 'fool --data mnist --limit 60 --attack pgd --steps 10 --epsilon 0.3 --restarts 2';
    const { cleanAccuracy, robustAccuracy } = await json<{ cleanAccuracy: number; robustAccuracy: number }>(
      words,
    );
    assert.ok(cleanAccuracy > 0.95 && robustAccuracy < 0.6, `${cleanAccuracy}, ${robustAccuracy}`);
  });

  test('which pixels speak, and what the coach says', async () => {
    const parts = await json<{ reads: string; class: string; gap: number; score: number; picture: string }>(
      'explain three.png',
    );
    assert.deepEqual([parts.reads, parts.class, parts.picture], ['3', '3', 'explain-integrated.png']);
    assert.ok(Math.abs(parts.gap) < 0.1 * Math.abs(parts.score), JSON.stringify(parts));
    assert.ok(decodePng(file('explain-integrated.png')).width > 200);
    const help = await json<{ success: boolean; after: number; added: number }>(
      'explain three.png --method coach --class 8',
    );
    assert.deepEqual([help.success, help.after >= 0.8, help.added > 0], [true, true, true]);
  });
});
