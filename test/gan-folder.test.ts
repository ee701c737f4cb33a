// Folders of pictures for `eidos gan train`, as people have them: pictures of several sizes, grey among colour, files
// that cannot be read, too few, none, and sizes that cannot be; and the fruit that the program draws for first tries.
import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, suite, test } from 'node:test';
import { decodePng, drawnFruit, encodePng, fruitNames } from '../src/index.ts';
import { gridOf } from '../cli/gan-grid.ts';
import { eidos, type Ended } from './cli-process.ts';

const home = mkdtempSync(join(tmpdir(), 'eidos-gan-folder-'));
const here = (words: string): Promise<Ended> => eidos(words.split(' '), { cwd: home });

const png = (width: number, height: number, channels: 1 | 3, value: number): Uint8Array => {
  const data = new Uint8Array(width * height * channels).fill(value);
  return encodePng({ width, height, channels, data });
};

before(() => {
  for (const name of ['mixed', 'one', 'none', 'spoilt']) mkdirSync(join(home, name));
  writeFileSync(join(home, 'mixed/a.png'), png(12, 20, 3, 200));
  writeFileSync(join(home, 'mixed/b.png'), png(40, 9, 1, 90));
  writeFileSync(join(home, 'mixed/c.png'), png(8, 8, 3, 10));
  writeFileSync(join(home, 'mixed/half.png'), png(9, 9, 3, 1).subarray(0, 50));
  writeFileSync(join(home, 'mixed/notes.txt'), 'apples, spring');
  writeFileSync(join(home, 'one/a.png'), png(12, 12, 3, 7));
  writeFileSync(join(home, 'spoilt/a.png'), 'no picture');
});
after(() => rmSync(home, { recursive: true, force: true }));

suite('a folder of pictures', () => {
  test('of several sizes, grey among colour: all are brought to one, and what cannot be read is listed', async () => {
    const { code, stdout, stderr } = await here('gan train mixed --size 8 --rounds 1 --every 1 --device wasm --out runs/mixed --json'); // prettier-ignore
    assert.equal(code, 0, stderr);
    assert.equal((JSON.parse(stdout) as { rounds: number }).rounds, 1);
    assert.match(stderr, /data: mixed, 3 pictures of 8 x 8 x 3\n/);
    const skipped = stderr.split('\n').filter((line) => /half\.png|notes\.txt/.test(line) && !line.startsWith('reading')); // prettier-ignore
    assert.equal(skipped.length, 2, stderr);
    assert.match(skipped[0] ?? '', /half\.png.*(cut off|damaged|ends|broken|incomplete|truncated)/);
  });

  const refused: readonly [words: string, code: number, said: string | RegExp][] = [
    ['none', 1, /^pictures\(.*none\): needs pictures, found none in it; put PNG, JPEG or WebP files there$/],
    [
      'one',
      1,
      /^gan train: needs at least 2 pictures that can be read, found 1 in .*one; put PNG or JPEG files there$/,
    ],
    ['spoilt', 1, /^pictures\(.*spoilt\): needs pictures, found none; a\.png .+$/],
    [
      'mixed --size 50',
      1,
      /^gan: pictures needs pictures of at least 8 pixels, and a multiple of 8 each way, got 50 x 50; choose another size$/,
    ],
    [
      'mixed --size 4',
      1,
      /^gan: pictures needs pictures of at least 8 pixels, and a multiple of 2 each way, got 4 x 4; choose another size$/,
    ],
    ['mixed --size 5000', 2, 'gan train: --size must be a whole number from 1 to 1024, got "5000"'],
    [
      'mixed --memory much',
      2,
      'gan train: --memory needs an amount of memory such as 800M or 1.5G, got "much"',
    ],
    [
      'mixed --size 8 --memory 1M',
      1,
      /^ganWithin: needs \d+ MB even with batches of 2, got 0 MB; take smaller pictures$/,
    ],
    ['mixed --grid 3', 2, 'gan train: --grid needs rows and columns from 1 to 99, such as 2x5, got "3"'],
  ];
  for (const [words, code, said] of refused)
    test(`${words} is refused in one line`, async () => {
      const { code: ended, stderr } = await here(`gan train ${words} --quiet --device wasm`);
      const line = stderr.trim();
      if (said instanceof RegExp) assert.match(line, said);
      else assert.equal(line, said);
      assert.deepEqual([ended, line.split('\n').length], [code, 1]);
    });

  test('a source shows grids of its own form, and says its own line for each report', async () => {
    const words =
      'gan train mixed --grey --size 8 --recipe mlp --rounds 3 --every 3 --device wasm --json --quiet';
    const { code, stderr } = await here(`${words} --out runs/source`);
    assert.equal(code, 0, stderr);
    const lines = readFileSync(join(home, 'runs/source/console.txt'), 'utf8').trim().split('\n');
    assert.equal(lines.length, 3);
    lines.forEach(
      (line, i) =>
      assert.match(line, new RegExp(`^${i + 1} \\[D loss: \\d\\.\\d{6}, acc\\.: \\d+\\.\\d\\d%\\] \\[G loss: \\d\\.\\d{6}\\]$`)), // prettier-ignore
    );
    const grid = (run: string): { width: number; height: number } =>
      decodePng(readFileSync(join(home, `runs/${run}/pictures/round-000003.png`)));
    const five = grid('source');
    assert.equal((await here(`${words} --grid 2x5 --out runs/two`)).code, 0);
    const two = grid('two');
    // Three rows of 64 pixels and the gaps between them are gone.
    assert.equal(two.width, five.width);
    assert.equal(five.height - two.height, 3 * (64 + 3));
  });
});

test('grids are ink on white, or light on black as the numbers are', () => {
  const samples = { images: new Uint8Array(64), count: 1, shape: [8, 8, 1] };
  const middle = (inverted: boolean): number => {
    const { data, width, height } = gridOf(samples, { columns: 1, inverted });
    return data[3 * (Math.floor(height / 2) * width + Math.floor(width / 2))] ?? NaN;
  };
  assert.ok(middle(true) > 240 && middle(false) < 40);
});

suite('fruit that the program draws', () => {
  test('is the same for a seed, however many; each is on white, in a colour of its kind', () => {
    const [few, many, other] = [drawnFruit(4, { size: 16 }), drawnFruit(9, { size: 16 }), drawnFruit(4, { size: 16, seed: 2 })]; // prettier-ignore
    const size = 16 * 16 * 3;
    assert.deepEqual(few.images, many.images.slice(0, 4 * size));
    assert.notDeepEqual(few.images, other.images);
    assert.deepEqual([...many.labels], [0, 1, 2, 3, 0, 1, 2, 3, 0]);
    const middle = (n: number): number[] => [...few.images.subarray(n * size + (8 * 16 + 8) * 3, n * size + (8 * 16 + 8) * 3 + 3)]; // prettier-ignore
    for (let n = 0; n < 4; n++) assert.deepEqual([...few.images.subarray(n * size, n * size + 3)], [255, 255, 255]); // prettier-ignore
    const [[red = 0, , blue = 0], [plumRed = 0, plumGreen = 0, plumBlue = 0]] = [middle(1), middle(3)] as [number[], number[]]; // prettier-ignore
    assert.ok(red > 2 * blue, 'an orange is more red than blue');
    assert.ok(plumBlue > plumGreen && plumRed > plumGreen, 'a plum is least green');
  });

  test('is refused in other numbers', () => {
    assert.throws(() => drawnFruit(0), {
      message: 'drawnFruit: count must be a whole number from 1 to 1000000, got 0',
    });
    assert.throws(() => drawnFruit(1, { size: 2000 }), {
      message: 'drawnFruit: size must be a whole number from 1 to 1024, got 2000',
    });
  });

  test('can be learned from: drawn into folders, read again, and a game is played with it', async () => {
    const drawn = await here('data draw fruit --count 12 --size 16 --quiet');
    assert.deepEqual([drawn.code, readdirSync(join(home, 'fruit')).sort()], [0, [...fruitNames].sort()]);
    const { code, stderr, stdout } = await here('gan train fruit --size 16 --rounds 2 --every 2 --device wasm --out runs/fruit --quiet --json'); // prettier-ignore
    assert.equal(code, 0, stderr);
    const { rounds, peakBytes, predictedBytes } = JSON.parse(stdout) as Record<string, number>;
    assert.equal(rounds, 2);
    assert.ok(
      Math.abs((peakBytes ?? NaN) / (predictedBytes ?? NaN) - 1) < 0.2,
      `${peakBytes} of ${predictedBytes}`,
    );
  });
});
