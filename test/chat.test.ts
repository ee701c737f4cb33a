// Writing, learned: vocabularies, counting, windows; a network that predicts Japanese of ours better than counting
// does, in the same split, and what it says from a prompt: by seed, by temperature, without compiling again.
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, suite, test } from 'node:test';
import { range } from '../src/base/shape.ts';
import { chat, chatEpochs, chatOptimizer, corpusOf, windowsOf, type Chat } from '../src/sequence/chat.ts';
import { NGram } from '../src/sequence/n-gram.ts';
import { choose, Speaker } from '../src/sequence/speaker.ts';
import { tidied, unknownMark, Vocabulary, vocabularyOf } from '../src/sequence/vocabulary.ts';
import { japaneseErrors } from '../src/words/errors-ja.ts';
import { eidos } from './cli-process.ts';
import { openTwo } from './nn-rows.ts';

const devices = await openTwo();
after(() => devices.close());
const device = devices.compiled[0]!;

const close = (actual: number, expected: number): void => {
  assert.ok(Math.abs(actual - expected) < 1e-12, `${actual} and ${expected}`);
};

const collect = async (parts: AsyncIterable<string>): Promise<string> => {
  let all = '';
  for await (const part of parts) all += part;
  return all;
};

suite('vocabularies', () => {
  test('characters are code points, the frequent first; rare ones share the unknown mark', () => {
    const known = vocabularyOf('ねこ ねこ 𠮷𠮷𠮷 x');
    assert.deepEqual(known.characters, [unknownMark, ' ', '𠮷', 'こ', 'ね']);
    const numbers = known.encode('ねx𠮷');
    assert.deepEqual([...numbers], [4, 0, 2]);
    assert.equal(known.decode(numbers), `ね${unknownMark}𠮷`);
    assert.equal(known.size, 5);
    assert.throws(() => vocabularyOf('abc'), {
      message: 'vocabularyOf: no character is there 2 times; give it a longer text',
    });
    assert.throws(() => new Vocabulary(['a', 'a']), {
      message: 'Vocabulary: needs characters, each of them once, got 2 with 1 different',
    });
  });

  test('line ends become one kind, a byte order mark goes', () => {
    assert.equal(tidied('\ufeffa\r\nb\rc\n'), 'a\nb\nc\n');
  });

  test('a corpus keeps its end apart; rare characters are counted before it only', () => {
    const text = `${'ab'.repeat(100)}${'c'.repeat(20)}`;
    const { vocabulary, numbers, heldOut, little } = corpusOf(text);
    assert.deepEqual([heldOut, numbers.length, little], [198, 220, true]);
    assert.deepEqual(vocabulary.characters, [unknownMark, 'a', 'b']);
    assert.deepEqual([...numbers.subarray(196, 204)], [1, 2, 1, 2, 0, 0, 0, 0]);
    assert.throws(() => corpusOf('short'), {
      message: 'corpusOf: needs a text of at least 200 characters, got 5; 20000 and more do well',
    });
    assert.throws(() => corpusOf(text, { heldOut: 1 }), {
      message: 'corpusOf: heldOut must be between 0 and 1, got 1',
    });
  });

  test('windows overlap by half, and what comes next is one further', () => {
    const corpus = corpusOf(Array.from('abcdefghij'.repeat(30)).join(''));
    const { x, y, shape, count } = windowsOf(corpus, 8);
    assert.deepEqual([shape, count, x.length], [[8], 66, 66 * 8]);
    for (const row of range(count))
      for (const i of range(8)) {
        assert.equal(x[row * 8 + i], corpus.numbers[row * 4 + i]);
        assert.equal(y[row * 8 + i], corpus.numbers[row * 4 + i + 1]);
      }
    assert.throws(() => windowsOf(corpus, 1), {
      message: 'windowsOf: steps must be a whole number from 2, got 1',
    });
  });

  test('epochs: some 10,000 steps, from 4 to 12 times over the text', () => {
    assert.deepEqual([chatEpochs(19_050), chatEpochs(10), chatEpochs(1e6)], [9, 12, 4]);
  });
});

suite('counting', () => {
  // a b a b a c: after a, b twice and c once; two different after a.
  const text = Int32Array.of(1, 2, 1, 2, 1, 3);

  test('Witten and Bell by hand', () => {
    const one = new NGram(text, { order: 1, size: 4 });
    const pb = (2 + 3 / 4) / (6 + 3);
    close(one.probability(Int32Array.of(), 2), pb);
    const two = new NGram(text, { order: 2, size: 4 });
    close(two.probability(Int32Array.of(1), 2), (2 + 2 * pb) / (3 + 2));
    // Never seen after anything: what is known without context.
    close(two.probability(Int32Array.of(0), 2), pb);
  });

  test('probabilities come to one, and bits are their logarithms', () => {
    const three = new NGram(text, { size: 4 });
    for (const before of [[], [1], [2, 1], [3, 3], [1, 2]]) {
      const sum = range(4).reduce((all, c) => all + three.probability(Int32Array.from(before), c), 0);
      close(sum, 1);
    }
    const first = -Math.log2(three.probability(Int32Array.of(2, 1), 3));
    close(three.bits(text, 5), first);
    assert.throws(() => new NGram(text, { order: 0, size: 4 }), {
      message: 'NGram: order must be a whole number from 1, got 0',
    });
  });
});

/** Everything eidos says in Japanese when something is wrong: some tens of thousands of characters. */
const japanese = corpusOf(Object.values(japaneseErrors).join('\n'));

/** A network that has learned a corpus. */
async function learned(seed: number, epochs: number): Promise<Chat> {
  const batchSize = 16;
  const made = chat(japanese.vocabulary, { units: 96, width: 48, dropout: 0.3 });
  const data = windowsOf(japanese, 16);
  const optimizer = chatOptimizer(epochs * Math.ceil(data.count / batchSize), 0.01);
  made.model.compile({ optimizer, loss: 'sparseCategoricalCrossentropy', device, seed });
  await made.model.fit(data, { epochs, batchSize });
  return made;
}

suite('chat', async () => {
  const made = await learned(1, 7);
  const speaker = await Speaker.of(made);
  after(async () => {
    await speaker.close();
    await made.model.close();
  });
  const { numbers, heldOut, vocabulary } = japanese;

  test('fewer bits for held-out Japanese than counting three at a time', async () => {
    const bits = await speaker.bits(numbers.subarray(heldOut - 256, heldOut), numbers.subarray(heldOut));
    const counted = new NGram(numbers.subarray(0, heldOut), { size: vocabulary.size }).bits(numbers, heldOut);
    assert.ok(bits > 0.5 && bits < counted, `${bits} and ${counted}`);
  });

  test('reading in one go, in parts, or by the model from an empty memory is the same', async () => {
    const some = numbers.slice(0, 150);
    await speaker.forget();
    const whole = await speaker.read(some);
    await speaker.forget();
    const parts = [some.slice(0, 3), some.slice(3, 70), some.slice(70)];
    const read: number[] = [];
    for (const part of parts) read.push(...(await speaker.read(part)));
    const { data } = await made.model.predict({ x: some, shape: [some.length] });
    assert.equal(data.length, whole.length);
    whole.forEach((x, i) => {
      assert.ok(Math.abs(x - read[i]!) < 1e-4, `${i}: ${x} and ${read[i]}`);
      assert.ok(Math.abs(Math.exp(x) - data[i]!) < 1e-5, `${i}: ${Math.exp(x)} and ${data[i]}`);
    });
  });

  test('says the same for a seed, other things for another, and compiles nothing again', async () => {
    const say = (seed: number): Promise<string> => collect(speaker.say({ prompt: '実際', length: 40, seed }));
    const first = await say(1);
    const { compiled, programs } = device.stats();
    assert.equal(await say(1), first);
    assert.notEqual(await say(2), first);
    assert.deepEqual([device.stats().compiled, device.stats().programs], [compiled, programs]);
    assert.equal(Array.from(first).length, 40);
    assert.ok(!first.includes(unknownMark));
  });

  test('temperature 0 is the likeliest, whatever the seed; a signal ends it', async () => {
    const cold = (seed: number): Promise<string> =>
      collect(speaker.say({ length: 20, temperature: 0, seed }));
    assert.equal(await cold(1), await cold(2));
    const controller = new AbortController();
    let said = '';
    for await (const c of speaker.say({ length: 1000, signal: controller.signal })) {
      said += c;
      if (said.length === 3) controller.abort();
    }
    assert.equal(said.length, 3);
    await assert.rejects(collect(speaker.say({ temperature: -1 })), {
      message: 'say: temperature must be a number from 0, got -1',
    });
    await assert.rejects(collect(speaker.say({ length: 0.5 })), {
      message: 'say: length must be a whole number from 0, got 0.5',
    });
    await assert.rejects(speaker.bits(Int32Array.of(), Int32Array.of(1)), {
      message: 'bits: needs characters before and in the text, got 0 and 1',
    });
  });
});

suite('choosing', () => {
  const told = Float32Array.from([0.5, 0.25, 0.125, 0.125], Math.log);

  test('in shares of the probabilities, the unknown mark left out', () => {
    // Without number 0 the shares are 1/2, 1/4 and 1/4.
    for (const [chance, number] of [
      [0, 1],
      [0.49, 1],
      [0.51, 2],
      [0.74, 2],
      [0.76, 3],
      [0.999, 3],
    ] as const)
      assert.equal(choose(told, 1, chance), number, `${chance}`);
  });

  test('a low temperature sharpens, a high one flattens', () => {
    assert.equal(choose(told, 0, 0.999), 1);
    // At 1/2 shares are squared: 4/6, 1/6, 1/6.
    assert.equal(choose(told, 0.5, 0.66), 1);
    assert.equal(choose(told, 0.5, 0.67), 2);
    assert.equal(choose(told, 1e6, 0.34), 2);
  });
});

suite('eidos train chat, eidos say', () => {
  const home = mkdtempSync(join(tmpdir(), 'eidos 文章 '));
  after(() => {
    rmSync(home, { recursive: true, force: true });
  });
  const text = join(home, 'text.txt');
  writeFileSync(text, '吾輩は猫である。名前はまだ無い。\r\n'.repeat(40));

  test('a run with figures, and words from it', async () => {
    const out = join(home, 'run');
    const small = ['--epochs', '4', '--units', '16', '--window', '16', '--device', 'wasm'];
    const trained = await eidos(['train', 'chat', '--text', text, ...small, '--out', out, '--json']);
    assert.equal(trained.code, 0, trained.stderr);
    const figures = JSON.parse(trained.stdout) as Record<string, unknown>;
    for (const name of ['bitsPerCharacter', 'trigramBits', 'epochSeconds', 'trainLoss'])
      assert.equal(typeof figures[name], 'number', name);
    assert.deepEqual([figures['vocabulary'], figures['heldOutCharacters'], figures['run']], [16, 68, out]);
    assert.match(trained.stderr, /^note: 680 characters are little to learn from; /m);
    const say = ['say', out, '--prompt', '吾輩', '--length', '12', '--device', 'wasm', '--quiet'];
    const [one, two] = [await eidos(say), await eidos([...say, '--json'])];
    assert.equal(one.code, 0, one.stderr);
    const said = JSON.parse(two.stdout) as { readonly text: string };
    assert.equal(one.stdout, `吾輩${said.text}\n`);
    assert.equal(Array.from(said.text).length, 12);
  });

  test('what cannot be read is told in one line', async () => {
    const strange = join(home, 'sjis.txt');
    writeFileSync(strange, Uint8Array.of(0x93, 0xfa, 0x96, 0x7b));
    const cases = [
      [['train', 'chat'], 2, 'train: chat needs a text, got none; say eidos train chat --text my.txt'],
      [
        ['train', 'chat', '--text', join(home, 'none')],
        1,
        `train: cannot read ${join(home, 'none')} (ENOENT); --text takes a UTF-8 file`,
      ],
      [
        ['train', 'chat', '--text', strange],
        1,
        `train: ${strange} is not UTF-8; convert it with iconv -f SHIFT_JIS -t UTF-8, or from whatever it is`,
      ],
    ] as const;
    for (const [words, code, message] of cases) {
      const ended = await eidos(words);
      assert.deepEqual([ended.code, ended.stderr], [code, `${message}\n`]);
    }
    const none = await eidos(['say'], { cwd: home });
    assert.deepEqual(
      [none.code, none.stderr],
      [1, 'say: needs a trained chat, there is none in runs; eidos train chat --text my.txt makes one\n'],
    );
  });
});
