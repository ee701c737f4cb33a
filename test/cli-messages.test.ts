// The catalogue: every message is said somewhere, in both languages, and nothing is said that is not in it.
// What people could read is recognised as a text with two words in a row or a letter beyond ASCII.
import { suite, test } from 'node:test';
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';
import { languageOf, messages } from '../cli/messages.ts';
import { percent, span } from '../cli/figures.ts';
import { nearest } from '../cli/options.ts';
import { columnsOf, cut, Progress } from '../cli/progress.ts';
import { root, sourceFiles } from './project.ts';

const files = sourceFiles('cli').filter((file) => !file.startsWith('cli/messages-'));

suite('messages', () => {
  test('are the same in both languages, and none is empty', () => {
    assert.deepEqual(Object.keys(messages.ja).sort(), Object.keys(messages.en).sort());
    for (const [name, text] of [...Object.entries(messages.en), ...Object.entries(messages.ja)]) {
      assert.ok(typeof text === 'function' || text.length > 0, name);
    }
  });

  test('plain ones are translated: nothing is English in both', () => {
    const same = Object.entries(messages.en).filter(
      ([name, text]) => typeof text === 'string' && text === messages.ja[name as keyof typeof messages.ja],
    );
    assert.deepEqual(same, []);
  });

  test('are all said somewhere', () => {
    const said = new Set(files.flatMap((file) => properties(sourceOf(file))));
    assert.deepEqual(
      Object.keys(messages.en).filter((name) => !said.has(name)),
      [],
    );
  });

  test('are the only texts for people', () => {
    assert.deepEqual(
      files.flatMap((file) =>
        texts(sourceOf(file))
          .filter(forPeople)
          .map((text) => `${file}: ${text}`),
      ),
      [],
    );
  });

  test('texts for people are recognised', () => {
    const source = ts.createSourceFile(
      'x.ts',
      "a('one two'); b(`${c} done`); d('数'); e('--flag <n>'); f('word');",
      ts.ScriptTarget.ES2023,
      true,
    );
    assert.deepEqual(texts(source).filter(forPeople), ['one two', ' done', '数']);
  });

  test('the language is the one asked for, else that of the environment', () => {
    assert.equal(languageOf(['train', '--lang', 'ja'], { LANG: 'en_US' }), 'ja');
    assert.equal(languageOf(['train', '--lang=en'], { LANG: 'ja_JP' }), 'en');
    assert.equal(languageOf(['train', '--lang', 'de'], { LANG: 'ja_JP' }), 'ja');
    assert.equal(languageOf([], {}), 'en');
  });
});

suite('figures', () => {
  test('a length of time has the unit it is best said in', () => {
    const said = [0.04, 4.23, 9.96, 99, 100, 3600, 7200, 86_400, 1e6, 1e9].map((seconds) => {
      const { amount, unit } = span(seconds);
      return `${amount} ${unit}`;
    });
    assert.deepEqual(said, [
      '0 s',
      '4.2 s',
      '10 s',
      '99 s',
      '2 min',
      '60 min',
      '2 h',
      '24 h',
      '12 day',
      '11,574 day',
    ]);
  });

  test('only all is 100 %', () => {
    assert.deepEqual([0, 0.9861, 0.99999, 1].map(percent), ['0.00 %', '98.61 %', '99.99 %', '100.00 %']);
  });
});

suite('nearest', () => {
  test('finds the word that was meant, and none where none is near', () => {
    const flags = ['--epochs', '--seed', '--device', '--threads', '--json'];
    assert.deepEqual(
      ['--epoch', '--epcohs', '--thread', '--devise', '--x', '--'].map((got) => nearest(got, flags)),
      ['--epochs', '--epochs', '--threads', '--device', undefined, undefined],
    );
  });
});

suite('progress', () => {
  const record = (
    isTTY: boolean,
  ): { written: string[]; write: (text: string) => void; isTTY: boolean; columns: number } => {
    const written: string[] = [];
    return { written, write: (text) => void written.push(text), isTTY, columns: 20 };
  };

  test('on a terminal one line is replaced, and lines that stay stand above it', () => {
    const terminal = record(true);
    const progress = new Progress(terminal);
    progress.begin('a');
    progress.show(() => 'step 1 of a long list of steps');
    progress.show(() => assert.fail('too soon to be shown'));
    progress.note('kept');
    progress.clear();
    assert.deepEqual(terminal.written, ['\ra\x1b[K', '\rstep 1 of a long li\x1b[K', '\r\x1b[K', 'kept\n']);
  });

  test('elsewhere only whole lines are written, and none for what is over soon', () => {
    const file = record(false);
    const progress = new Progress(file);
    progress.begin('a');
    progress.show(() => assert.fail('too soon to be shown'));
    progress.note('kept');
    progress.clear();
    assert.deepEqual(file.written, ['kept\n']);
  });

  test('is silent when asked to be', () => {
    const terminal = record(true);
    const progress = new Progress(terminal, { quiet: true });
    progress.begin('a');
    progress.show(() => assert.fail('nobody is to see it'));
    progress.note('kept');
    assert.deepEqual(terminal.written, []);
  });

  test('Japanese takes two columns a character', () => {
    assert.equal(columnsOf('残り 3 秒 · ok'), 14);
    assert.equal(cut('残り時間', 5), '残り');
  });
});

const sourceOf = (file: string): ts.SourceFile =>
  ts.createSourceFile(file, readFileSync(join(root, file), 'utf8'), ts.ScriptTarget.ES2023, true);

/** Names behind a dot. */
function properties(source: ts.SourceFile): string[] {
  return nodesOf(source).flatMap((node) => (ts.isPropertyAccessExpression(node) ? [node.name.text] : []));
}

/** Texts in the code, parts of templates too, but not what is imported. */
function texts(source: ts.SourceFile): string[] {
  return nodesOf(source).flatMap((node) => {
    const literal =
      ts.isStringLiteralLike(node) || ts.isTemplateHead(node) || ts.isTemplateMiddleOrTemplateTail(node);
    return literal && !ts.isImportDeclaration(node.parent) ? [node.text] : [];
  });
}

/** Command lines are for people too, but the same in every language. */
const forPeople = (text: string): boolean =>
  !text.startsWith('eidos ') &&
  (/[A-Za-z]{2,} [a-z]{2,}|^ [a-z]{2,}/.test(text) || /[\u3040-\u9fff]/.test(text));

function nodesOf(source: ts.SourceFile): ts.Node[] {
  const found: ts.Node[] = [];
  const waiting: ts.Node[] = [source];
  for (let node = waiting.pop(); node; node = waiting.pop()) {
    found.push(node);
    waiting.push(...node.getChildren(source).toReversed());
  }
  return found;
}
