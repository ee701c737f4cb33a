// Keeps functions under 80 lines and files under 400. What was longer when this rule came stands in `longer`
// with its length: it may shrink (then its number here goes down too) and never grow.
import { suite, test } from 'node:test';
import assert from 'node:assert/strict';
import ts from 'typescript';
import { codeFiles, componentFiles } from './project.ts';

const folders = ['src', 'cli', 'test', 'bench', 'examples', 'studio'];
const most = { function: 80, file: 400 };

/** Path, or `path name` for a function, and its lines. */
const longer: Readonly<Record<string, number>> = {};

interface Length {
  /** `path` of a file, `path name` of a function. */
  readonly what: string;
  readonly kind: keyof typeof most;
  readonly lines: number;
}

suite('size', () => {
  const lengths = folders.flatMap((folder) => [
    ...codeFiles(folder).flatMap(({ file, text }) => measure(file, text)),
    // A component is its markup and styles too.
    ...componentFiles(folder).flatMap(({ file, text }) => measure(file, text).slice(0, 1)),
  ]);

  test('functions and files are short', (t) => {
    const longest = lengths.filter(({ kind }) => kind === 'function').sort((a, b) => b.lines - a.lines);
    t.diagnostic('the ten longest functions:');
    for (const { what, lines } of longest.slice(0, 10)) t.diagnostic(`${lines} ${what}`);
    // src/index.ts is the list of public names and nothing else.
    const tooLong = lengths.filter(
      ({ what, kind, lines }) => what !== 'src/index.ts' && lines > (longer[what] ?? most[kind]),
    );
    assert.deepEqual(
      tooLong.map(
        ({ what, kind, lines }) => `${what} has ${lines} lines, a ${kind} has at most ${most[kind]}`,
      ),
      [],
    );
  });

  test('the list of longer ones only shrinks', () => {
    for (const [what, listed] of Object.entries(longer)) {
      const found = Math.max(
        0,
        ...lengths.filter((length) => length.what === what).map(({ lines }) => lines),
      );
      assert.equal(
        listed,
        found,
        `${what} has ${found} lines now: lower its number in this file, or take it out`,
      );
    }
  });

  test('lengths are measured from the first line to the last, nested functions on their own', () => {
    const text = [
      'export function outer() {',
      '  const inner = () => {',
      '    return 1;',
      '  };',
      '  return inner;',
      '}',
      "suite('a row of tests', () => {",
      "  test('one', () => {",
      '  });',
      '});',
      'class C {',
      '  m() { return 2; }',
      '}',
      '',
    ].join('\n');
    assert.deepEqual(measure('x.ts', text), [
      { what: 'x.ts', kind: 'file', lines: 13 },
      { what: 'x.ts outer', kind: 'function', lines: 6 },
      { what: 'x.ts inner', kind: 'function', lines: 3 },
      { what: 'x.ts one', kind: 'function', lines: 2 },
      { what: 'x.ts m', kind: 'function', lines: 1 },
    ]);
  });
});

/** The length of a file and of every function in it. */
function measure(file: string, text: string): Length[] {
  const source = ts.createSourceFile(file, text, ts.ScriptTarget.ES2023, true);
  const line = (position: number): number => source.getLineAndCharacterOfPosition(position).line;
  const lengths: Length[] = [{ what: file, kind: 'file', lines: text.replace(/\n$/, '').split('\n').length }];
  const visit = (node: ts.Node): void => {
    if (ts.isFunctionLike(node) && 'body' in node && node.body && !isSuite(node)) {
      const lines = line(node.getEnd()) - line(node.getStart(source)) + 1;
      lengths.push({ what: `${file} ${nameOf(node)}`, kind: 'function', lines });
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return lengths;
}

/** The callback of a suite is a chapter, not a function. */
function isSuite(node: ts.Node): boolean {
  return ts.isCallExpression(node.parent) && ['suite', 'describe'].includes(node.parent.expression.getText());
}

/** Its own name, that of what it is assigned to, or for a callback the first text among the arguments. */
function nameOf(node: ts.SignatureDeclaration): string {
  const { parent } = node;
  if (node.name) return node.name.getText();
  if (ts.isVariableDeclaration(parent) || ts.isPropertyAssignment(parent)) return parent.name.getText();
  if (ts.isCallExpression(parent)) {
    const title = parent.arguments.find((argument) => ts.isStringLiteralLike(argument));
    return title?.text ?? `callback of ${parent.expression.getText().split('\n')[0] ?? ''}`;
  }
  return ts.isConstructorDeclaration(node) ? 'constructor' : 'function';
}
