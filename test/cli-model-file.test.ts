// Files of weights where a command takes a run: mnist_check's two, and safetensors with a description; written by
// `runs export` and asked for ideas, byte for byte and with the check value; and what is said of damaged ones.
import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, suite, test } from 'node:test';
import { uniform } from '../src/base/rng.ts';
import { readSafetensors } from '../src/index.ts';
import { eidos } from './cli-process.ts';

const home = mkdtempSync(join(tmpdir(), 'eidos-weights-'));
const file = (name: string): Buffer => readFileSync(join(home, name));
after(() => {
  rmSync(home, { recursive: true, force: true });
});

async function said<T>(words: string): Promise<T> {
  const { code, stdout, stderr } = await eidos(
    [...words.split(' '), '--json', '--quiet', '--device', 'wasm', '--threads', '1'],
    { cwd: home },
  );
  assert.equal(code, 0, stderr);
  return JSON.parse(stdout) as T;
}

async function wrong(words: string): Promise<string> {
  const { code, stdout, stderr } = await eidos([...words.split(' '), '--quiet', '--device', 'wasm'], {
    cwd: home,
  });
  assert.ok(code === 1 || code === 2, `${code}: ${stderr}`);
  assert.equal(stdout, '');
  return stderr;
}

/** A test.dat of mnist_check's form with eight units, and what its network gives for a picture of 0.5, by hand. */
function dat(): { bytes: Uint8Array; value: number[] } {
  const sizes = [8 * 784, 8, 8 * 8, 8, 10 * 8, 10];
  const arrays = sizes.map((n, k) => Float32Array.from({ length: n }, (_, i) => uniform(3, k, 0, i) - 0.5));
  const layer = (x: readonly number[], k: number, relu: boolean): number[] =>
    Array.from(arrays[k + 1]!, (b, row) => {
      const sum = x.reduce((s, v, i) => s + v * arrays[k]![row * x.length + i]!, b);
      return relu ? Math.max(0, sum) : sum;
    });
  const x = Array.from({ length: 784 }, () => 0.5);
  const value = layer(layer(layer(x, 0, true), 2, true), 4, false);
  const all = Float32Array.from(arrays.flatMap((one) => [...one]));
  return { bytes: new Uint8Array(all.buffer), value };
}

interface Exported {
  readonly bytes: number;
  readonly checkValue: number[];
}

suite('files of weights', () => {
  test('test.dat: asked, its check value, and written byte for byte by way of Chainer', async () => {
    const { bytes, value } = dat();
    writeFileSync(join(home, 'test.dat'), bytes);
    const idea = await said<{ run: string; class: string }>('idea test.dat 5 --budget 20');
    assert.deepEqual([idea.run, idea.class], ['test.dat', '5']);
    const { checkValue } = await said<Exported>('runs export test.dat test.npz');
    value.forEach((x, i) =>
      assert.ok(Math.abs(x - checkValue[i]!) < 1e-4, `${i}: ${checkValue[i]}, not ${x}`),
    );
    const again = await said<Exported>('runs export test.npz again.dat');
    assert.deepEqual(again, { ...again, bytes: bytes.length, checkValue });
    assert.deepEqual(Uint8Array.from(file('again.dat')), bytes);
    const { stderr } = await eidos('idea test.dat 5 --budget 1 --device wasm'.split(' '), { cwd: home });
    assert.ok(
      stderr.includes(`check value of test.dat, for a picture of 0.5: ${checkValue[0]!.toFixed(6)} `),
    );
  });

  test('safetensors that say what network they are of', async () => {
    await said('runs export freehand mine.safetensors');
    const { metadata } = readSafetensors(file('mine.safetensors'), 'mine');
    assert.deepEqual(
      [metadata['model'], metadata['shape'], metadata['data']],
      ['freehand', '28,28,1', 'mnist'],
    );
    const ask = (which: string): Promise<object> =>
      said<object>(`idea ${which} 3 --budget 20 --out ${which}.png`);
    await ask('mine.safetensors');
    await ask('freehand');
    assert.deepEqual(file('mine.safetensors.png'), file('freehand.png'));
  });

  test('what cannot be read says so in a line', async () => {
    writeFileSync(join(home, 'short.dat'), new Uint8Array(100));
    assert.equal(
      await wrong('idea short.dat 5'),
      'readDat(short.dat): needs the numbers of a network 784-units-units-10, 4954920 bytes for 784 units, got 100 bytes\n',
    );
    const damaged = dat().bytes.fill(255, 0, 4);
    writeFileSync(join(home, 'damaged.dat'), damaged);
    assert.equal(
      await wrong('idea damaged.dat 5'),
      'readDat(damaged.dat): l1/W has numbers that are none; the file is damaged\n',
    );
    assert.equal(
      await wrong('idea none.dat 5'),
      'none.dat: cannot be read (ENOENT); name a run, or a file of weights\n',
    );
    assert.equal(
      await wrong('runs export freehand mine.txt'),
      'runs export: the file must end in .dat, .npz, .model, .safetensors, got "mine.txt"\n',
    );
    assert.match(
      await wrong('runs export freehand mine.dat'),
      /^writeDat: needs a network 784-units-units-10, got/,
    );
  });
});
