// Documents are programs: every ```ts block of the READMEs and the guides is compiled as a user would and run, and
// what it prints must be what the comment behind console.log() says (arrays without their type; `close to` numbers
// within 0.001); every command line must be one that exists.
//
// A block that trains on MNIST gets a small one, so what its comments say of losses and seconds is not compared. A block
// marked ```ts no-run is only compiled; a comment above it must say why.
import { after, before, suite, test } from 'node:test';
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import ts from 'typescript';
import { datasetNames, presetNames } from '../src/index.ts';
import { eidos } from './cli-process.ts';
import { root } from './project.ts';

interface Block {
  /** File and line. */
  readonly where: string;
  readonly language: string;
  readonly marks: string;
  readonly text: string;
  /** What stands before the block. */
  readonly above: string;
}

const pages = [
  ...['README.md', 'README.ja.md'].filter((page) => existsSync(join(root, page))),
  ...readdirSync(join(root, 'docs'))
    .filter((name) => name.endsWith('.md'))
    .map((name) => `docs/${name}`),
];

const blocks = pages.flatMap((page) => blocksOf(page, readFileSync(join(root, page), 'utf8')));
const programs = blocks.filter(({ language }) => language === 'ts');

/** What blocks that train import in place of eidos. */
const quick = `
export * from 'eidos';
import { mnist as all, subset } from 'eidos';
export const mnist = async (options) => {
  const data = await all(options);
  return { ...data, train: subset(data.train, 256), test: subset(data.test, 256) };
};
`;

suite('documents: programs', () => {
  // Inside the package, where it can be imported by its name, as in a project that depends on it.
  let folder = '';
  let errors: readonly string[] = [];
  const fileOf = (block: Block, ending: string): string =>
    join(folder, `${block.where.replaceAll(/[/.:]/g, '-')}.${ending}`);

  before(() => {
    folder = mkdtempSync(join(root, 'dist', 'documents-'));
    writeFileSync(join(folder, 'quick.js'), quick);
    for (const block of programs) writeFileSync(fileOf(block, 'ts'), `${block.text}\nexport {};\n`);
    errors = compile(programs.map((block) => fileOf(block, 'ts')));
  });

  after(() => {
    rmSync(folder, { recursive: true, force: true });
  });

  test('compile', () => {
    assert.deepEqual(errors, []);
  });

  for (const block of programs) {
    test(`${block.where} runs`, { skip: block.marks.includes('no-run') }, async () => {
      const file = fileOf(block, 'js');
      const trains = /\.(fit|train)\(/.test(block.text) && /\bmnist\(/.test(block.text);
      if (trains) writeFileSync(file, readFileSync(file, 'utf8').replace(/(['"])eidos\1/, "'./quick.js'"));
      const { stdout } = await promisify(execFile)(process.execPath, [file], {
        cwd: folder,
        timeout: 120_000,
      });
      const said = [...block.text.matchAll(/^ *console\.log\(.*\);? \/\/ (.*)$/gm)].map(([, line]) => line);
      if (!trains && said.length) assertPrinted(stdout.trimEnd().split('\n'), said);
    });
  }

  test('a block that is not run says why', () => {
    const silent = blocks.filter(
      ({ marks, above }) => marks.includes('no-run') && !/<!--.{20,}-->\s*$/s.test(above),
    );
    assert.deepEqual(
      silent.map(({ where }) => where),
      [],
    );
  });
});

/** The words that call a command: `runs` and `data` have others under them. */
function commandOf([first = '', second = '']: readonly string[]): string {
  if (first === '' || first.startsWith('--')) return '';
  const under = ['runs', 'data'].includes(first) && /^[a-z]+$/.test(second);
  return under ? `${first} ${second}` : first;
}

/** What stands after `train`: a data set, a preset, or a folder. */
const isTrainable = (word: string): boolean =>
  [...datasetNames, ...presetNames, 'cumsum', 'chat', 'freehand'].includes(word) || word.startsWith('./');

suite('documents: command lines', () => {
  const lines = blocks
    .filter(({ language }) => language === 'sh')
    .flatMap(({ where, text }) =>
      text.split('\n').map((line) => ({ where, line: line.replace(/ +#.*/, '') })),
    );

  test('name commands, data and options that exist', async () => {
    const help = new Map<string, string>();
    for (const { where, line } of lines) {
      const words = wordsOf(line);
      if (!words) continue;
      const command = commandOf(words);
      if (!help.has(command)) {
        const { code, stdout } = await eidos([
          ...command.split(' ').filter(Boolean),
          '--help',
          '--lang',
          'en',
        ]);
        assert.equal(code, 0, `${where}: ${line}`);
        help.set(command, stdout);
      }
      for (const flag of words.filter((word) => word.startsWith('--'))) {
        assert.match(help.get(command) ?? '', new RegExp(`${flag}\\b`), `${where}: ${line}`);
      }
      if (command === 'train' && words[1]?.startsWith('--') === false)
        assert.ok(isTrainable(words[1]), `${where}: ${line}`);
    }
    assert.ok(help.size >= 2, 'there are command lines');
  });

  test('name scripts that exist', () => {
    const { scripts } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { scripts: object };
    for (const { where, line } of lines) {
      const script = /^npm (?:run )?(start|test|[a-z:]+)/.exec(line)?.[1];
      if (script && !['install', 'ci'].includes(script)) assert.ok(script in scripts, `${where}: ${line}`);
    }
  });
});

test('links between documents lead somewhere', () => {
  const dead = pages.flatMap((page) => {
    const text = readFileSync(join(root, page), 'utf8');
    const targets = [...text.matchAll(/\]\((?!https?:|#)([^)#]+)/g)].map(([, target]) => target ?? '');
    return targets
      .filter((target) => !existsSync(join(root, page, '..', target)))
      .map((target) => `${page}: ${target}`);
  });
  assert.deepEqual(dead, []);
});

/** What was printed is what the comments say, line by line. */
function assertPrinted(printed: readonly string[], said: readonly (string | undefined)[]): void {
  const plain = (line: string): string =>
    line.replaceAll(/\w+Array(\(\d+\))? /g, '').replaceAll(/(?<=\[) | (?=\])/g, '');
  const numbers = (line: string): number[] =>
    (plain(line).match(/-?\d+(\.\d+)?(e-?\d+)?/g) ?? []).map(Number);
  assert.equal(printed.length, said.length, printed.join('\n'));
  said.forEach((line = '', i) => {
    const got = printed[i] ?? '';
    if (!line.startsWith('close to ')) return assert.equal(plain(got), plain(line));
    const want = numbers(line);
    const near = numbers(got).every((n, j) => Math.abs(n - (want[j] ?? NaN)) <= 1e-3);
    assert.ok(near && numbers(got).length === want.length, `${got} is not ${line}`);
  });
}

/** The fenced blocks of a page. */
function blocksOf(page: string, text: string): Block[] {
  return [...text.matchAll(/^```(\w+)([^\n]*)\n(.*?)^```$/gms)].map(
    ({ 0: all, 1: language = '', 2: marks = '', 3: code = '', index }) => {
      assert.ok(all);
      const above = text.slice(0, index);
      return { where: `${page}:${above.split('\n').length}`, language, marks, text: code, above };
    },
  );
}

/** Compiles files strictly, beside themselves; returns what is wrong with them. */
function compile(files: readonly string[]): string[] {
  const options: ts.CompilerOptions = {
    strict: true,
    noUncheckedIndexedAccess: true,
    exactOptionalPropertyTypes: true,
    skipLibCheck: true,
    module: ts.ModuleKind.NodeNext,
    target: ts.ScriptTarget.ES2023,
    lib: ['lib.es2023.d.ts', 'lib.dom.d.ts', 'lib.dom.iterable.d.ts'],
    types: ['node'],
    typeRoots: [join(root, 'node_modules/@types')],
  };
  const program = ts.createProgram(files, options);
  const { diagnostics } = program.emit(undefined, (path, text) => {
    if (files.includes(path.replace(/\.js$/, '.ts'))) writeFileSync(path, text);
  });
  return [...ts.getPreEmitDiagnostics(program), ...diagnostics].map(({ file, start = 0, messageText }) => {
    const line = file ? file.getLineAndCharacterOfPosition(start).line + 1 : 0;
    return `${file?.fileName ?? ''} line ${line}: ${ts.flattenDiagnosticMessageText(messageText, ' ')}`;
  });
}

/** What a command line says to eidos, if it does. */
function wordsOf(line: string): string[] | undefined {
  const words = line.trim().split(/\s+/);
  if (words[0] === 'npx' && words[1] === 'eidos') return words.slice(2);
  if (words[0] === 'eidos') return words.slice(1);
  if (words.slice(0, 3).join(' ') === 'npm start --') return ['train', 'mnist', ...words.slice(3)];
  return undefined;
}
