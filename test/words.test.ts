// Errors in both languages: every text that the library's sources can say has a Japanese one, of the same values, and
// none is kept that nothing says. A missing one is listed as a line to fill in (see src/words/errors-ja.ts for where).
import { suite, test } from 'node:test';
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { EidosError } from '../src/base/check.ts';
import { readIdx } from '../src/data/idx.ts';
import { download } from '../src/data/node-download.ts';
import { open } from '../src/device/open.ts';
import { dense } from '../src/nn/dense.ts';
import { sequential } from '../src/nn/sequential.ts';
import { concat } from '../src/ops/concat.ts';
import { matmul } from '../src/ops/matmul.ts';
import { encodePng } from '../src/picture/png.ts';
import { Tensor } from '../src/tensor.ts';
import { japaneseAreas, japaneseErrors } from '../src/words/errors-ja.ts';
import { localised } from '../src/words/localised.ts';
import { eidos } from './cli-process.ts';
import { errorTexts, hasWords, libraryErrors, withoutCall, type Said } from './error-texts.ts';

const { messages, phrases } = libraryErrors();

/** Texts without their call, and one place where each is said. */
const said = new Map(
  [...messages, ...phrases]
    .map(({ where, text }): Said => ({ where, text: withoutCall(text) }))
    .filter(({ text }) => hasWords(text))
    .map(({ where, text }) => [text, where]),
);

suite('errors in Japanese', () => {
  test('there is one for each', () => {
    const missing = [...said].filter(([text]) => !(text in japaneseErrors));
    assert.ok(missing.length === 0, `${missing.length} to fill in:\n${skeletons(missing)}`);
    assert.ok(said.size > 200, `only ${said.size} texts were found in the sources`);
  });

  test('there is none that nothing says', () => {
    assert.deepEqual(
      Object.keys(japaneseErrors).filter((text) => !said.has(text)),
      [],
    );
  });

  test('each has the values of the English one', () => {
    const values = (japanese: string): string[] =>
      [...new Set([...japanese.matchAll(/\{(\d*)(:\w+)?\}/g)].map(([, place]) => place ?? ''))].sort();
    const wrong = Object.entries(japaneseErrors).filter(([english, japanese]) => {
      const places = english.split('{}').slice(1).map((_, i) => String(i + 1)); // prettier-ignore
      return values(japanese).join() !== places.sort().join();
    });
    assert.deepEqual(wrong, []);
  });

  test('each is in one area', () => {
    const all = japaneseAreas.flatMap((area) => Object.keys(area));
    assert.deepEqual(
      all.filter((text, i) => all.indexOf(text) !== i),
      [],
    );
  });
});

suite('localised', () => {
  test('says each with all its values, whatever call is in front', () => {
    const wrong = Object.entries(japaneseErrors).flatMap(([english, japanese]) => {
      let n = 0;
      const message = `call(1, 2): ${english.replaceAll('{}', () => `<${++n}>`)}`;
      const want = `call(1, 2): ${japanese.replaceAll(/\{(\d+)(:\w+)?\}/g, '<$1>')}`;
      const got = localised(message, 'ja');
      return got === want && localised(message, 'en') === message ? [] : [{ message, got, want }];
    });
    assert.deepEqual(wrong, []);
  });

  for (const [english, japanese] of [
    // a text of ours as a value, in brackets, in a list
    ['run: needs the input rate [], got none', 'run: 入力 rate [] が必要です (実際: なし)'],
    [
      'mnist: needs a.gz, got nothing from https://a/a.gz (HTTP 404) or https://b/a.gz (no answer for 5 ms); go online and run it again, or put a, b into /c or d',
      'mnist: a.gz をどこからもダウンロードできません (https://a/a.gz (HTTP 404)、https://b/a.gz (5 ミリ秒応答なし))。ネットワークにつないでもう一度実行するか、a, b を /c or d に置いてください',
    ],
    [
      'log: cannot write /a: b/c (ENOSPC: the disk is full); free the way and save it again',
      'log: /a: b/c に書き込めません (ENOSPC: ディスクがいっぱいです)。場所を空けて、保存し直してください',
    ],
    // not ours
    ['', ''],
    ['something else: entirely', 'something else: entirely'],
    ['conv2d: 画像 [H, W, C] が必要です', 'conv2d: 画像 [H, W, C] が必要です'],
  ] as const)
    test(english || 'nothing', () => assert.equal(localised(english, 'ja'), japanese));
});

/** What `call` says when it refuses. */
async function complaint(call: () => unknown): Promise<string> {
  try {
    await call();
  } catch (error) {
    assert.ok(error instanceof EidosError, String(error));
    return error.message;
  }
  return assert.fail('nothing was refused');
}

suite('real errors in Japanese', () => {
  const x = Tensor.fill(1, [2, 3]);
  const bytes = (...list: number[]): Uint8Array => Uint8Array.from(list);
  const cases: readonly (readonly [call: () => unknown, japanese: string])[] = [
    [() => matmul(x, x), 'matmul: 内側の大きさが違います: [2, 3] @ [2, 3] (3 と 2)'],
    [() => x.add(Tensor.fill(1, [4])), 'add: [2, 3] と [4] はブロードキャストできません。軸 -1 が左では 3、右では 4 です'],
    [() => x.add(Tensor.fill(1, [], 'i32')), 'add: 型は同じでなければなりません (実際: f32、i32)。to() で変換してください'],
    [() => x.sum(2), 'sum: 軸は -2 から 1 までの整数です (指定: 2)'],
    [() => x.reshape([7]), 'reshape: [2, 3] の要素は 6 個ですが、[7] には 7 個必要です'],
    [() => Tensor.from([1, 2], [3]), 'Tensor.from: [3] には数が 3 個必要です (実際: 2 個)'],
    [() => concat([], 0), 'concat: テンソルが少なくとも 1 つ必要です'],
    [() => open({ device: 'gpu' as 'wasm' }), 'open: device は native, wasm, reference のどれかです (指定: "gpu")'],
    [() => open({ threads: 0 }), 'open: threads は 1 から 256 までの整数です (指定: 0)'],
    [() => sequential(), 'sequential: 層が少なくとも 1 つ必要です'],
    [() => dense(0), 'dense(0): units は 1 以上の整数です (指定: 0)'],
    [() => encodePng({ width: 2, height: 1, channels: 1, data: bytes(1) }), 'encodePng: 2 x 1 x 1 には 2 バイト必要です (実際: 1)'],
    [() => readIdx(bytes(0, 0, 9, 1), 'labels'), 'readIdx(labels): バイト 2 は 8 (符号なしバイト) です (実際: 9 (signed byte))'],
    [() => readIdx(bytes(0, 0, 8, 1, 0, 0, 0, 3, 7), 'labels'), 'readIdx(labels): [3] には 11 バイト必要ですが、ファイルは 9 バイトで終わっています。ダウンロードし直してください'],
  ]; // prettier-ignore
  for (const [call, japanese] of cases)
    test(japanese, async () => assert.equal(localised(await complaint(call), 'ja'), japanese));

  test('of a download that nobody answers', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'eidos-words-'));
    const address = 'http://127.0.0.1:1/a';
    const job = { call: 'data', file: 'a', addresses: [address, address], path: join(folder, 'a'), limit: 9 };
    const accept = (got: Uint8Array): Promise<Uint8Array> => Promise.resolve(got);
    try {
      const said = await complaint(() => download({ ...job, accept, wayOut: 'go online' }));
      const reason = /\((.+?)\)/.exec(said)?.[1] ?? '';
      assert.equal(
        localised(said, 'ja'),
        `data: a をどこからもダウンロードできません (${address} (${reason})、${address} (${reason}))。go online`,
      );
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });

  test('on the command line, and English in JSON', async () => {
    const env = { CC: '/no such/cc' };
    const lacking = 'C コンパイラが必要ですが、CC の "/no such/cc" が見つかりません。CC を直してください';
    const [train, devices] = await Promise.all([
      eidos(['train', 'mnist', '--device', 'native', '--lang', 'ja'], { env }),
      eidos(['devices', '--device', 'native', '--json', '--lang', 'ja'], { env }),
    ]);
    assert.equal(train.code, 1);
    assert.equal(train.stderr.split('\n').at(-2), `native: ${lacking}`);
    assert.match(devices.stderr, new RegExp(`使えません: ${lacking}`));
    assert.match(devices.stdout, /which is not there; mend CC/);
  });
});

suite('what the sources say', () => {
  const textsOf = (text: string): Readonly<Record<'messages' | 'phrases', string[]>> => {
    const found = errorTexts(new Map([['a.ts', text]]));
    return { messages: found.messages.map((one) => one.text), phrases: found.phrases.map((one) => one.text) };
  };

  test('every way a text can go', () => {
    const { messages } = textsOf(`
      check(a, () => 'one: plain');
      check(a, () => \`two: \${b ? 'labels' : \`\${c} targets\`} of \${d + 1}\` + (e ? '' : '; try'));
      check(a, () => (f ? 'three: yes' : 'four: no'));
      check(a, () => { const size = g ? 'small' : 'large'; return \`five: \${size}, \${h}\`; });
      class Mine extends EidosError { constructor() { super('six: in a class'); } }
      throw new EidosError(\`seven: \${i}\`);
      assert(a, () => 'eight: a mistake of ours'); throw new Bug('nine: another');
    `);
    assert.deepEqual(messages, [
      'one: plain',
      'two: labels of {}',
      'two: labels of {}; try',
      'two: {} targets of {}',
      'two: {} targets of {}; try',
      'three: yes',
      'four: no',
      'five: small, {}',
      'five: large, {}',
      'six: in a class',
      'seven: {}',
    ]);
  });

  test('words that stand in a value', () => {
    const { phrases } = textsOf(`
      check(a, () => \`\${call}: got \${list.join(', ') || 'none'} \${size(3)} \${job.wayOut} \${failures.join()}\`);
      const size = (n: number) => (n ? \`the batch of \${n}\` : String(n));
      const job = { wayOut: 'go there', name: 'not this one' };
      failures.push(\`it broke at \${n}\`);
      function refuse(why: string) { throw new EidosError(\`call: \${why}\`); }
      refuse('two words'); refuse('word');
    `);
    assert.deepEqual(phrases, ['none', 'the batch of {}', 'go there', 'it broke at {}', 'two words']);
  });
});

/** Lines to fill in, under the file each belongs to. */
function skeletons(missing: readonly (readonly [text: string, where: string])[]): string {
  const areas: Readonly<Record<string, string>> = { nn: 'layers', data: 'data', files: 'runs', picture: 'pictures', run: 'runs', invert: 'ideas' }; // prettier-ignore
  const fileOf = (where: string): string =>
    `src/words/errors-ja-${areas[where.split('/')[1] ?? ''] ?? 'engine'}.ts`;
  const lineOf = ([text, where]: readonly [string, string]): string => {
    const values = text.split('{}').slice(1).map((_, i) => `{${i + 1}}`).join(' '); // prettier-ignore
    return `  ${JSON.stringify(text)}: '${values}', // ${where}`;
  };
  const files = [...new Set(missing.map(([, where]) => fileOf(where)))];
  return files
    .flatMap((file) => [`// ${file}`, ...missing.filter(([, where]) => fileOf(where) === file).map(lineOf)])
    .join('\n');
}
