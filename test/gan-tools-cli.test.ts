// What a trained generator is good for, as a user asks for it: measured, asked for mixed classes, searched for the numbers of
// a picture, made to fill a hole, shown as it learned; and what is said to wrong words.
import assert from 'node:assert/strict';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, suite, test } from 'node:test';
import { uniform } from '../src/base/rng.ts';
import { decodePng, encodePng } from '../src/index.ts';
import { eidos, type Ended } from './cli-process.ts';

const home = mkdtempSync(join(tmpdir(), 'eidos-gan-tools-'));

const here = (words: string): Promise<Ended> => eidos(words.split(' '), { cwd: home });

async function json<T>(words: string): Promise<T> {
  const { code, stdout, stderr } = await here(`${words} --json --quiet`);
  assert.deepEqual([code, stderr], [0, ''], words);
  return JSON.parse(stdout) as T;
}

const png = (name: string) => decodePng(readFileSync(join(home, name)));

const write = (name: string, data: Uint8Array, side = 8): void =>
  writeFileSync(join(home, name), encodePng({ width: side, height: side, channels: 1, data }));

/** A bar at a random place, lying or standing. */
const bar = (n: number, standing: boolean): Uint8Array =>
  Uint8Array.from({ length: 64 }, (_, k) => {
    const place = 1 + Math.floor(6 * uniform(1, Number(standing), 0, n));
    const on = (standing ? k % 8 : Math.floor(k / 8)) === place;
    return on ? 230 : 10 + Math.floor(10 * uniform(1, 3, n, k));
  });

interface Measured {
  readonly eye: string;
  readonly compared: number;
  readonly classShares: Readonly<Record<string, number>>;
  readonly judgeAccuracy: number;
  readonly worstClass: { readonly class: string; readonly accuracy: number };
  readonly [figure: string]: unknown;
}

suite('gan tools', () => {
  before(async () => {
    for (const standing of [false, true]) {
      const folder = join(home, 'bars', standing ? 'standing' : 'lying');
      mkdirSync(folder, { recursive: true });
      for (let n = 0; n < 30; n++)
        writeFileSync(
          join(folder, `${n}.png`),
          encodePng({ width: 8, height: 8, channels: 1, data: bar(n, standing) }),
        );
    }
    await json(
      'gan train bars --recipe digits --grey --size 8 --every 10 --rounds 20 --device wasm --out runs/one',
    );
    write('lying.png', bar(100, false));
    write('standing.png', bar(101, true));
    write(
      'mask.png',
      Uint8Array.from({ length: 64 }, (_, i) => (i >= 32 ? 255 : 0)),
    );
    write('small-mask.png', new Uint8Array(36), 6);
  });
  after(() => rmSync(home, { recursive: true, force: true }));

  test('measure gives all figures beside those of real pictures', async () => {
    const told = await json<Measured>('gan measure runs/one --samples 30 --train-on-samples --out near.png');
    for (const name of ['fid', 'kid', 'precision', 'recall', 'density', 'coverage'])
      for (const one of [name, `${name}Floor`]) assert.equal(typeof told[one], 'number', one);
    assert.deepEqual([told.eye, told.compared], ['classes', 30]);
    assert.ok(Number(told['fid']) > Number(told['fidFloor']), `${String(told['fid'])}, ${String(told['fidFloor'])}`); // prettier-ignore
    const shares = Object.values(told.classShares);
    assert.ok(Math.abs(shares.reduce((a, b) => a + b, 0) - 1) < 1e-9);
    assert.ok(told.judgeAccuracy >= told.worstClass.accuracy && told.judgeAccuracy <= 1);
    for (const name of ['trainedOnSamples', 'trainedOnReal', 'nearest', 'nearestOfTest', 'inceptionScore'])
      assert.ok(Number(told[name]) >= 0, name);
    assert.ok(png('near.png').width > 300);
    const said = await here('gan measure runs/one --samples 30 --lang ja');
    assert.match(said.stdout, /クラス内の被覆率|適合率/);
  });

  test('digits are measured by the judge, and read while they are learned; clothes are, too', async () => {
    for (const data of ['mnist', 'fashion-mnist']) {
      const words = `gan train ${data} --recipe mlp --limit 300 --rounds 4 --every 2 --out runs/${data}`;
      const { stderr } = await here(words);
      assert.match(
        stderr,
        /grid, round 4: gradients D [\d.e-]+, G [\d.e-]+ · diversity [\d.]+ % of the data's · read as 0[▁-█] .* 9[▁-█]\n/,
      );
    }
    const told = await json<Record<string, number | string>>('gan measure runs/mnist --samples 40');
    assert.match(String(told['eye']), /^judge/);
    for (const name of ['judgeFid', 'precision', 'recall'])
      for (const one of [name, `${name}Floor`]) assert.ok(Number.isFinite(told[one]), one);
    assert.ok(Number(told['judgeFid']) > Number(told['judgeFidFloor']));
  });

  test('mix draws a row for each kind of labels, and a sweep a column for each step', async () => {
    await json('gan mix runs/one --labels lying+standing 0.5*lying+0.5*standing none noise --count 4');
    const rows = png('mix.png');
    await json('gan mix runs/one --labels lying --count 4 --out one.png');
    assert.ok(rows.height > 3 * (png('one.png').height - 40));
    await json('gan mix runs/one --sweep standing --count 2 --steps 5 --out sweep.gif');
    assert.equal(readFileSync(join(home, 'sweep.gif')).subarray(0, 6).toString(), 'GIF89a');
  });

  test('interpolate goes from one class to another with the same numbers', async () => {
    const way = await json<{ class: string; toClass: string }>(
      'gan interpolate runs/one --class lying --to-class standing --steps 3 --rows 1 --out way.png',
    );
    assert.deepEqual([way.class, way.toClass], ['lying', 'standing']);
    for (const name of ['lying', 'standing'])
      await json(
        `gan interpolate runs/one --class ${name} --to-class ${name} --steps 3 --rows 1 --out ${name}-way.png`,
      );
    const [from, to, mixed] = ['lying-way.png', 'standing-way.png', 'way.png'].map(png);
    const [left, right] = [0, (mixed?.width ?? 0) - 20];
    const column = (one: typeof mixed, x: number): string =>
      Array.from(
        { length: one?.height ?? 0 },
        (_, y) => one?.data[(y * one.width + x + 10) * one.channels],
      ).join();
    assert.equal(column(mixed, left), column(from, left));
    assert.equal(column(mixed, right), column(to, right));
    assert.notDeepEqual(from?.data, to?.data);
  });

  test('find comes near, and as near as numbers of the generator can be with an encoder', async () => {
    await json('gan sample runs/one --count 1 --class standing --columns 1 --out drawn.png');
    const plain = await json<{ found: { error: number; class: string; numbers: number[] }[] }>(
      'gan find runs/one lying.png standing.png --steps 40 --restarts 2',
    );
    assert.equal(plain.found.length, 2);
    assert.ok(plain.found.every(({ error, numbers }) => error < 0.5 && numbers.length === 64));
    const better = await json<typeof plain>('gan find runs/one lying.png --steps 200 --restarts 4 --encoder');
    assert.ok((better.found[0]?.error ?? 1) <= (plain.found[0]?.error ?? 0) + 0.02);
    assert.ok(existsSync(join(home, 'runs/one/encoder-000020.safetensors')));
  });

  test('inpaint fills what the mask hides and nothing else', async () => {
    const { fillings } = await json<{ fillings: unknown[] }>(
      'gan inpaint runs/one lying.png --mask mask.png --count 1 --steps 40 --out filled.png',
    );
    assert.equal(fillings.length, 1);
    const [filled, before_] = [png('filled.png'), png('lying.png')];
    assert.deepEqual([filled.width, filled.channels], [8, 1]);
    assert.deepEqual(filled.data.subarray(0, 32), before_.data.subarray(0, 32));
    assert.notDeepEqual(filled.data.subarray(32), before_.data.subarray(32));
  });

  test('sum adds rows of the seed and pictures', async () => {
    const told = await json<{ terms: unknown[]; numbers: number[] }>(
      'gan sum runs/one 4 - 7 + lying.png --class lying --steps 20',
    );
    assert.deepEqual([told.terms.length, told.numbers.length], [3, 64]);
    assert.ok(png('sum.png').width > 100);
  });

  test('anomaly tells another kind of picture, with a detector that is kept', async () => {
    const words = 'gan anomaly runs/one lying.png standing.png --class lying --steps 400';
    const told = await json<{ threshold: number; pictures: { score: number; anomaly: boolean }[] }>(words);
    const [lying, standing] = told.pictures;
    assert.ok(lying && standing && standing.score > 2 * lying.score, JSON.stringify(told.pictures));
    assert.equal(standing.anomaly, true);
    assert.ok(existsSync(join(home, 'runs/one/detector-lying.safetensors')));
    assert.deepEqual(await json(words), told);
  });

  test('gif shows how a run learned, or two of them', async () => {
    const one = await json<{ frames: number; rounds: number[] }>('gan gif runs/one');
    assert.deepEqual(one.rounds, [0, 10, 20]);
    await json(
      'gan train bars --recipe mlp --grey --size 8 --every 10 --rounds 20 --device wasm --out runs/two',
    );
    const two = await json<{ frames: number; other: string }>('gan gif runs/one runs/two --out two.gif');
    assert.equal(two.frames, 3);
    assert.match(two.other, /runs.two$/);
    // Both beside each other: the one's grid of 2 x 5, the other's of 5 x 5.
    const wide = (name: string): number => readFileSync(join(home, name)).readUInt16LE(6);
    assert.ok(wide('two.gif') > wide('timeline.gif'));
    const strip = await json<{ frames: number }>('gan gif runs/one --strip --out strip.gif');
    assert.equal(strip.frames, 3);
  });

  const wrong: readonly [words: string, code: number, said: RegExp][] = [
    ['gan find', 2, /run-or-picture/],
    ['gan find runs/one', 2, /gan: needs a picture of yours/],
    ['gan find runs/one none.png', 1, /none\.png/],
    ['gan inpaint runs/one lying.png', 2, /--mask/],
    [
      'gan inpaint runs/one standing.png --mask small-mask.png',
      1,
      /the mask must have the picture's size, 8 x 8, got 6 x 6/,
    ],
    ['gan sum runs/one 4 7', 2, /gan sum: needs terms with \+ or - between them, got 7/],
    ['gan mix runs/one --labels lying+falling', 2, /there is no class falling/],
    ['gan mix runs/one --out a.gif', 2, /gan mix: only a sweep moves/],
    ['gan anomaly runs/one lying.png --class falling', 2, /there is no class falling/],
  ];
  for (const [words, code, said] of wrong)
    test(`${words} is refused in one line`, async () => {
      const { code: ended, stdout, stderr } = await here(`${words} --quiet`);
      assert.deepEqual([ended, stdout, stderr.trim().split('\n').length], [code, '', 1], stderr);
      assert.match(stderr, said);
    });
});
