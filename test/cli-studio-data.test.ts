// Runs of the studio that learned from pictures it was given, gone on with in Node: their folder is named again and must
// hold the same pictures; what cannot be had says why. (That the bits are the studio's: studio-native-browser.test.ts.)
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, suite, test } from 'node:test';
import { encodePng, pictures } from '../src/index.ts';
import { eidos, type Ended } from './cli-process.ts';

const home = mkdtempSync(join(tmpdir(), 'eidos-given-'));

const here = (words: string): Promise<Ended> => eidos(words.split(' '), { cwd: home });

/** A grey picture of 8 x 8 in one of two classes. */
function picture(i: number): void {
  const folder = join(home, 'mine', i % 2 ? 'light' : 'dark');
  mkdirSync(folder, { recursive: true });
  const data = Uint8Array.from({ length: 64 }, (_, at) => ((at * 7 + i * 31) % 90) + (i % 2 ? 150 : 0));
  writeFileSync(join(folder, `${i}.png`), encodePng({ width: 8, height: 8, channels: 1, data }));
}

/** Makes a run one of the studio's, whose data it calls so. */
function call(run: string, data: string): void {
  const path = join(home, 'runs', run, 'run.json');
  const record = JSON.parse(readFileSync(path, 'utf8')) as { config: object; state: string };
  writeFileSync(path, JSON.stringify({ ...record, state: 'stopped', config: { ...record.config, data } }));
}

suite('runs that learned from what the studio was given', () => {
  let name = '';
  before(async () => {
    for (let i = 0; i < 24; i++) picture(i);
    cpSync(join(home, 'mine'), join(home, 'others'), { recursive: true });
    rmSync(join(home, 'others/light/7.png'));
    const { images } = await pictures(join(home, 'mine'), {
      size: [8, 8],
      channels: 1,
      validationSplit: 0.2,
    });
    name = `folder-${createHash('sha256').update(images).digest('hex').slice(0, 8)}`;
    for (const words of [
      'train mine --model dense --epochs 2 --grey --size 8 --device wasm --out runs/classifier --quiet',
      'gan train mine --rounds 2 --every 2 --grey --size 8 --device wasm --out runs/game --quiet',
    ]) {
      const { code, stderr } = await here(words);
      assert.deepEqual([code, stderr], [0, ''], words);
    }
    call('classifier', name);
    call('game', name);
  });
  after(() => {
    rmSync(home, { recursive: true, force: true });
  });

  for (const [what, run, more] of [
    ['train', 'runs/classifier', '--epochs 4'],
    ['gan train', 'runs/game', '--rounds 4'],
  ] as const) {
    test(`${what}: their folder has to be named`, async () => {
      const { code, stderr } = await here(`${what} --resume ${run} ${more} --quiet`);
      const why = `${what}: --resume needs the pictures that ${run} learned from, which were given to the studio; name their folder: eidos ${what} <folder> --resume ${run}\n`;
      assert.deepEqual([code, stderr], [2, why]);
      const japanese = await here(`${what} --resume ${run} ${more} --quiet --lang ja`);
      assert.equal(
        japanese.stderr,
        `${what}: --resume には、${run} が学んだ、スタジオに渡した画像が必要です。そのフォルダーも指定してください: eidos ${what} <フォルダー> --resume ${run}\n`,
      );
    });

    test(`${what}: other pictures are refused, the same are gone on with`, async () => {
      const { code, stderr } = await here(`${what} others --resume ${run} ${more} --quiet`);
      const why = `${what}: --resume needs the pictures that ${run} learned from, got others in ${join(home, 'others')}; name the folder that was given to the studio, or go on there (browsers read JPEG and WebP a little otherwise)\n`;
      assert.deepEqual([code, stderr], [1, why]);
      const again = await here(`${what} mine --resume ${run} ${more} --quiet`);
      assert.deepEqual([again.code, again.stderr], [0, '']);
      const record = JSON.parse(readFileSync(join(home, run, 'run.json'), 'utf8')) as {
        state: string;
        config: { data: string };
      };
      assert.deepEqual([record.state, record.config.data], ['finished', name]);
    });
  }

  test('files of a data set, and what asks for the examples later, are only in the studio', async () => {
    const evaluated = await here('evaluate runs/classifier --quiet');
    const why = `${name}: needs what was given to the studio, and only its browser has it; go on there, or name other data\n`;
    assert.deepEqual([evaluated.code, evaluated.stderr], [1, why]);
    call('classifier', 'files-0123abcd');
    const { code, stderr } = await here('train mine --resume runs/classifier --epochs 6 --quiet');
    assert.deepEqual([code, stderr], [1, why.replace(name, 'files-0123abcd')]);
  });
});
