// How the command is called: help, version, wrong words, in both languages; `eidos devices`.
import { suite, test } from 'node:test';
import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { columnsOf } from '../cli/progress.ts';
import { presetNames } from '../src/index.ts';
import { eidos } from './cli-process.ts';
import { root } from './project.ts';

const shared = [
  '--device',
  '--threads',
  '--seed',
  '--quiet',
  '--json',
  '--lang',
  '--debug',
  '--version',
  '--help',
];

/** Those of commands that compute. */
const computing = ['--device', '--threads', '--seed'];

const sharing = [
  'train',
  'evaluate',
  'predict',
  'devices',
  'bench',
  'idea',
  'fool',
  'explain',
  'say',
  'gan train',
  'gan sample',
  'gan interpolate',
];

/** Commands that are only the way to others. */
const above = ['runs', 'data', 'gan'];

const commands = [
  '',
  ...sharing,
  ...above,
  'runs list',
  'runs compare',
  'data list',
  'data export',
  'diagram',
  'studio',
];

suite('eidos --help', () => {
  for (const language of ['en', 'ja']) {
    for (const command of commands) {
      test(`${command} --lang ${language}: every option, examples, 80 columns`, async () => {
        const words = [...command.split(' ').filter(Boolean), '--help', '--lang', language];
        const { code, stdout, stderr } = await eidos(words);
        assert.deepEqual([code, stderr], [0, '']);
        const options = sharing.includes(command)
          ? shared
          : above.includes(command)
            ? ['--version', '--help']
            : shared.filter((option) => !computing.includes(option));
        for (const option of command ? options : ['--lang', '--debug', '--version', '--help']) {
          assert.match(stdout, new RegExp(`^ {2}(-h, )?${option}\\b.* {2}\\S`, 'm'));
        }
        const shown = command === 'runs list' ? 'runs' : command;
        assert.match(stdout, new RegExp(`^  eidos ${shown}`, 'm'), 'an example');
        assert.deepEqual(
          stdout.split('\n').filter((line) => columnsOf(line) > 80),
          [],
        );
        const [title, examples] = language === 'ja' ? ['使い方:', '例:'] : ['Usage:', 'Examples:'];
        assert.ok(stdout.startsWith(`${title} eidos ${command}`), stdout);
        assert.ok(stdout.includes(`\n${examples}\n`), stdout);
        const japanese = /[\u3040-\u30ff]/;
        const strange = stdout
          .split('\n')
          .filter((line) =>
            language === 'en'
              ? japanese.test(line)
              : / {2}[A-Za-z]+ [a-z]+ [a-z]+/.test(line.replace(/eidos .*/, '')),
          );
        assert.deepEqual(strange, [], 'nothing in the other language');
      });
    }
  }

  test('help <command> is the same', async () => {
    const [one, other] = await Promise.all([eidos(['help', 'train']), eidos(['train', '-h'])]);
    assert.equal(one.stdout, other.stdout);
    assert.equal(one.code, 0);
  });

  test('the language comes from LC_ALL, LC_MESSAGES, LANG, the first that is set', async () => {
    const opening = async (env: Record<string, string>): Promise<string | undefined> =>
      (await eidos(['--help'], { env })).stdout.split(' ')[0];
    assert.equal(await opening({ LANG: 'ja_JP.UTF-8' }), '使い方:');
    assert.equal(await opening({ LC_ALL: '', LC_MESSAGES: 'ja_JP.UTF-8', LANG: 'C' }), '使い方:');
    assert.equal(await opening({ LC_ALL: 'en_US.UTF-8', LANG: 'ja_JP.UTF-8' }), 'Usage:');
  });

  test('--version is that of the package', async () => {
    const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string };
    for (const words of [['--version'], ['train', '--version']]) {
      const { code, stdout, stderr } = await eidos(words);
      assert.deepEqual([code, stdout, stderr], [0, `eidos ${version}\n`, '']);
    }
  });
});

/** What `--model` takes: the presets, and what is no classifier of pictures. */
const names = [...presetNames, 'cumsum', 'chat'].join(', ');

/** A wrong call, and the line it gets in each language. */
const wrong: readonly (readonly [words: string, en: string, ja: string])[] = [
  [
    '',
    'eidos: needs a command (train, evaluate, predict, idea, fool, explain, gan, say, studio, runs, diagram, data, devices, bench), got none; eidos --help shows examples',
    'eidos: コマンド (train, evaluate, predict, idea, fool, explain, gan, say, studio, runs, diagram, data, devices, bench) が必要です。例は eidos --help で見られます',
  ],
  [
    'trian mnist',
    'eidos: there is no command "trian"; did you mean train?',
    'eidos: "trian" というコマンドはありません。train のことですか?',
  ],
  [
    'dream',
    'eidos: there is no command "dream"; eidos --help lists them',
    'eidos: "dream" というコマンドはありません。一覧は eidos --help で見られます',
  ],
  [
    'train',
    'train: needs a data set, got none; say eidos train mnist',
    'train: データの名前が必要です。eidos train mnist のように指定してください',
  ],
  [
    'train mnits',
    'train: there is no data set, preset or folder "mnits"; did you mean mnist?',
    'train: "mnits" というデータ、プリセット、フォルダはありません。mnist のことですか?',
  ],
  [
    'train mnist more',
    'train: got "more", one word too many; eidos train --help shows examples',
    'train: "more" は余分です。例は eidos train --help で見られます',
  ],
  [
    'train mnist --epoch 3',
    'train: there is no option --epoch; did you mean --epochs?',
    'train: --epoch というオプションはありません。--epochs のことですか?',
  ],
  [
    'devices --colour',
    'devices: there is no option --colour; eidos devices --help lists them',
    'devices: --colour というオプションはありません。一覧は eidos devices --help で見られます',
  ],
  [
    'train mnist --epochs',
    'train: --epochs needs a value, got none; eidos train --help shows examples',
    'train: --epochs には値が必要です。例は eidos train --help で見られます',
  ],
  [
    'train mnist --epochs 1.5',
    'train: --epochs must be a whole number from 1 to 100000, got "1.5"',
    'train: --epochs は 1 から 100000 までの整数です (指定: "1.5")',
  ],
  [
    'train mnist --seed=-1',
    'train: --seed must be a whole number from 0 to 4294967295, got "-1"',
    'train: --seed は 0 から 4294967295 までの整数です (指定: "-1")',
  ],
  [
    'train mnist --model tutoral',
    `train: --model must be one of ${names}, got "tutoral"; did you mean tutorial?`,
    `train: --model は ${names} のどれかです (指定: "tutoral")。tutorial のことですか?`,
  ],
  [
    'train dense --model tutorial',
    'train: got two presets, dense and tutorial; leave one out',
    'train: プリセットが 2 つあります (dense と tutorial)。どちらかを外してください',
  ],
  [
    'train mnist --learning-rate fast',
    'train: --learning-rate must be a number from 0 to less than 1000, got "fast"',
    'train: --learning-rate は 0 以上 1000 未満の数です (指定: "fast")',
  ],
  [
    'train mnist --validation-split 1',
    'train: --validation-split must be a number from 0 to less than 1, got "1"',
    'train: --validation-split は 0 以上 1 未満の数です (指定: "1")',
  ],
  [
    'train --resume --batch 3',
    'train: --resume goes on as the run began, got --batch too; leave it out (--epochs may change)',
    'train: --resume は始めたときの設定のまま続けるので、--batch は指定できません (--epochs は変えられます)',
  ],
  [
    'predict',
    'predict: needs run-or-picture, got none; eidos predict --help shows examples',
    'predict: run-or-picture が必要です。例は eidos predict --help で見られます',
  ],
  [
    'data export cifar',
    'data export: set must be one of mnist, fashion-mnist, kmnist, cifar10, got "cifar"; did you mean cifar10?',
    'data export: set は mnist, fashion-mnist, kmnist, cifar10 のどれかです (指定: "cifar")。cifar10 のことですか?',
  ],
  [
    'diagram tutorial --out net.bmp',
    '--out must end in .svg, .png, .dot, .gv, .mmd, got "net.bmp"',
    '--out の拡張子は .svg, .png, .dot, .gv, .mmd のどれかです (指定: "net.bmp")',
  ],
  [
    'diagram tutoriel',
    'diagram: there is no preset or run "tutoriel"; did you mean tutorial?',
    'diagram: "tutoriel" というプリセットや実行はありません。tutorial のことですか?',
  ],
  [
    'runs compare --root nowhere',
    'runs compare: needs at least 2 runs, got 0; eidos runs lists them',
    'runs compare: 実行が 2 つ以上必要です (実際: 0)。一覧は eidos runs で見られます',
  ],
  [
    'devices --device wsam',
    'devices: --device must be one of native, wasm, reference, got "wsam"; did you mean wasm?',
    'devices: --device は native, wasm, reference のどれかです (指定: "wsam")。wasm のことですか?',
  ],
  [
    'devices --threads 0',
    'devices: --threads must be a whole number from 1 to 256, got "0"',
    'devices: --threads は 1 から 256 までの整数です (指定: "0")',
  ],
];

suite('a wrong call exits with 2 and one line', () => {
  for (const [words, en, ja] of wrong) {
    test(`eidos ${words}`, async () => {
      const list = words.split(' ').filter(Boolean);
      const [english, japanese] = await Promise.all([
        eidos(list),
        eidos(list, { env: { LANG: 'ja_JP.UTF-8' } }),
      ]);
      assert.deepEqual([english.code, english.stdout, english.stderr], [2, '', `${en}\n`]);
      assert.deepEqual([japanese.code, japanese.stdout, japanese.stderr], [2, '', `${ja}\n`]);
    });
  }

  test('--lang that is not there', async () => {
    const { code, stderr } = await eidos(['devices', '--lang', 'de']);
    assert.deepEqual([code, stderr], [2, 'devices: --lang must be one of en, ja, got "de"\n']);
  });

  test('--debug adds where it arose', async () => {
    const { code, stderr } = await eidos(['train', 'cifer10', '--debug']);
    assert.equal(code, 2);
    assert.match(
      stderr,
      /^train: there is no data set, preset or folder "cifer10"; did you mean cifar10\?\nUsageError: .*\n +at /,
    );
  });
});

suite('eidos devices', () => {
  test('--json: one line with what works', async () => {
    const { code, stdout, stderr } = await eidos(['devices', '--json', '--quiet']);
    assert.deepEqual([code, stderr], [0, '']);
    const figures = JSON.parse(stdout) as {
      chosen: string;
      devices: { name: string; works: boolean; threads?: number }[];
    };
    assert.equal(stdout, `${JSON.stringify(figures)}\n`);
    assert.deepEqual(
      figures.devices.map(({ name }) => name),
      ['native', 'wasm', 'reference'],
    );
    assert.equal(figures.chosen, figures.devices.find(({ works }) => works)?.name);
    assert.ok(figures.devices.slice(1).every(({ works, threads = 0 }) => works && threads >= 1));
  });

  test('says why one does not work, and takes the threads it is told', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'eidos-cli-'));
    try {
      const env = { CC: '/there is no compiler', EIDOS_CACHE: folder };
      const { code, stdout } = await eidos(['devices', '--threads', '1'], { env });
      const lines = stdout.split('\n');
      assert.equal(code, 0);
      assert.match(lines[0] ?? '', /^native {5}does not work: \S/);
      assert.deepEqual(lines.slice(1), [
        'wasm       works, 1 thread (used unless you say otherwise)',
        'reference  works, 1 thread',
        '',
      ]);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });

  test('does not mind a reader who has heard enough', async () => {
    const { code, stderr } = await eidos(['devices', '--device', 'reference'], { deaf: true });
    assert.deepEqual([code, stderr], [0, '']);
  });
});
