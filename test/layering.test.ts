// Who may import whom. Layers are listed from left to right and imports go left only; Node's modules and
// packages are named in a few files each, so that a page never loads them. `import type` is free.
//
// A new folder or package under src/: give it its place in `layers` or `packages`. A name like `#platform`
// stands for every file that "imports" in package.json gives it, so that a page and Node load different ones.
import { suite, test } from 'node:test';
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join, posix } from 'node:path';
import ts from 'typescript';
import { codeFiles, root } from './project.ts';

/** Folders and files directly under src/; those in one row do not import each other. */
const layers: readonly (readonly string[])[] = [
  ['base'],
  ['graph'],
  ['tensor'],
  ['ops'],
  ['grad', 'simplify'],
  ['kernel'],
  ['emit'],
  ['device'],
  ['data'],
  ['nn'],
  ['files', 'picture', 'sequence'],
  ['invert', 'gan'],
  ['run'],
  ['index'],
  // Words for people are for the command and the studio: nothing the library exports brings them along.
  ['words'],
];

/** Left of a layer and yet not for it: emit only writes programs, so it needs no device. */
const forbidden = [{ from: 'emit', to: 'device' }];

/** Files that may name Node's own modules, by import or as text. */
const onNode = /^src\/(device\/(native|node)|data\/node|picture\/node|run\/node)[^/]*\.ts$/;

/** Packages of others, and the files that may import them. */
const packages: Readonly<Record<string, RegExp>> = {
  koffi: /^src\/device\/native[^/]*\.ts$/,
  'fast-png': /^src\/picture\//,
  sharp: /^src\/picture\/node-decode\.ts$/,
};

/** From package.json: for each `#name`, the compiled file of each condition. */
const { imports: names = {} } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
  readonly imports?: Readonly<Record<string, Readonly<Record<string, string>>>>;
};

interface Import {
  /** What is named, or undefined if it is only known when the program runs. */
  readonly to: string | undefined;
  readonly line: number;
}

suite('layering', () => {
  test('imports in src/ go left only', () => {
    assert.deepEqual(problems('src', imported, layerProblem), []);
  });

  test("Node's modules and packages stay in the files that are listed for them", () => {
    assert.deepEqual(problems('src', named, platformProblem), []);
  });

  test('cli/ uses only what src/index.ts exports, and the words for errors', () => {
    const outside = (file: string, { to }: Import): boolean =>
      to === undefined ||
      (to.startsWith('.') &&
        !resolve(file, to).startsWith('cli/') &&
        !['src/index.ts', 'src/words/localised.ts'].includes(resolve(file, to)));
    assert.deepEqual(problems('cli', imported, outside), []);
  });

  test('examples/ import eidos by its name, as a user does', () => {
    const inside = (_file: string, { to }: Import): boolean => !!to?.startsWith('../');
    assert.deepEqual(problems('examples', imported, inside), []);
  });

  test('studio/ uses eidos by its name, the words for errors, and what a page is made with', () => {
    const outside = (file: string, { to }: Import): boolean =>
      to === undefined ||
      (to.startsWith('.')
        ? !resolve(file, to).startsWith('studio/') && resolve(file, to) !== 'src/words/localised.ts'
        : to !== 'eidos' && to !== 'svelte' && !to.startsWith('svelte/'));
    assert.deepEqual(problems('studio', imported, outside), []);
    const inside = (file: string, { to }: Import): boolean =>
      to === 'eidos' && !file.startsWith('studio/worker/');
    assert.deepEqual(problems('studio', imported, inside), [], 'the engine stays in the worker');
  });

  test('the rules see every kind of import', () => {
    const text = [
      "import { a } from '../nn/a.ts';",
      "import type { B } from '../nn/b.ts';",
      "import { type C } from '../nn/c.ts';",
      "export * from './d.ts';",
      "export type { E } from './e.ts';",
      "const f = import('./f.ts');",
      'const g = import(f);',
      "const h = process.getBuiltinModule('node:fs');",
      "import 'koffi';",
    ].join('\n');
    const found = (list: readonly Import[]): unknown => list.map(({ to, line }) => [line, to]);
    const each = [
      [1, '../nn/a.ts'],
      [3, '../nn/c.ts'],
      [4, './d.ts'],
      [6, './f.ts'],
      [7, undefined],
      [9, 'koffi'],
    ];
    assert.deepEqual(found(imported(text)), each);
    assert.deepEqual(found(named(text)), [...each.slice(0, 5), [8, 'node:fs'], each[5]]);
  });

  test('the rules refuse what they should', () => {
    const layer = (file: string, to: string): string | false => layerProblem(file, { to, line: 1 });
    assert.equal(layer('src/graph/node.ts', '../base/check.ts'), false);
    assert.equal(layer('src/graph/node.ts', './fold.ts'), false);
    assert.equal(layer('src/index.ts', './run/log.ts'), false);
    assert.equal(layer('src/index.ts', './words/localised.ts'), 'words is not left of index');
    assert.equal(layer('src/graph/node.ts', '../tensor.ts'), 'tensor is not left of graph');
    assert.equal(layer('src/simplify/a.ts', '../grad.ts'), 'grad is not left of simplify');
    assert.equal(layer('src/emit/c.ts', '../device/plan.ts'), 'device is not left of emit');
    assert.equal(layer('src/helpers.ts', './base/check.ts'), 'helpers has no place in the layers');
    assert.equal(layer('src/nn/model.ts', '#nowhere'), '#nowhere is not in the "imports" of package.json');
    assert.equal(sourceOf('./dist/src/device/native.js'), 'src/device/native.ts');
    assert.equal(layer('src/base/check.ts', '../../cli/main.ts'), 'leaves src/');

    const platform = (file: string, to: string | undefined): string | false =>
      platformProblem(file, { to, line: 1 });
    assert.equal(platform('src/device/native-cache.ts', 'node:fs'), false);
    assert.equal(platform('src/device/native.ts', 'koffi'), false);
    assert.equal(platform('src/device/plan.ts', 'node:fs'), "is not a file for Node's modules");
    assert.equal(platform('src/data/node-cache.ts', 'koffi'), 'is not a file for koffi');
    assert.equal(platform('src/nn/model.ts', 'lodash'), 'lodash is not a package we list');
    assert.equal(platform('src/nn/model.ts', undefined), 'an import whose name is not written out');
  });
});

/** `file:line what: why` for every import under `folder` that breaks `rule`. */
function problems(
  folder: string,
  list: (text: string) => readonly Import[],
  rule: (file: string, found: Import) => string | boolean,
): string[] {
  return codeFiles(folder).flatMap(({ file, text }) =>
    list(text).flatMap((found) => {
      const problem = rule(file, found);
      if (problem === false) return [];
      return [`${file}:${found.line} ${found.to ?? ''}${problem === true ? '' : `: ${problem}`}`];
    }),
  );
}

function layerProblem(file: string, { to }: Import): string | false {
  if (to?.startsWith('#')) {
    const targets = Object.values(names[to] ?? {});
    if (!targets.length) return `${to} is not in the "imports" of package.json`;
    return targets.map((target) => layersProblem(file, sourceOf(target))).find(Boolean) ?? false;
  }
  return to?.startsWith('.') ? layersProblem(file, resolve(file, to)) : false;
}

function layersProblem(file: string, target: string): string | false {
  if (!target.startsWith('src/')) return 'leaves src/';
  const [from, into] = [layerOf(file), layerOf(target)];
  const rank = (layer: string): number => layers.findIndex((row) => row.includes(layer));
  for (const layer of [from, into]) if (rank(layer) < 0) return `${layer} has no place in the layers`;
  if (from === into) return false;
  if (forbidden.some((pair) => pair.from === from && pair.to === into))
    return `${into} is not left of ${from}`;
  return rank(into) < rank(from) ? false : `${into} is not left of ${from}`;
}

function platformProblem(file: string, { to }: Import): string | false {
  if (to === undefined) return onNode.test(file) ? false : 'an import whose name is not written out';
  if (to.startsWith('.') || to.startsWith('#')) return false;
  if (to.startsWith('node:')) return onNode.test(file) ? false : "is not a file for Node's modules";
  const home = packages[to];
  if (!home) return `${to} is not a package we list`;
  return home.test(file) ? false : `is not a file for ${to}`;
}

/** The imports of a module that remain when types are gone; dynamic ones too. */
function imported(text: string): Import[] {
  return collect(text, false);
}

/** The same, and every other mention of a Node module as text, for there are more ways to load one. */
function named(text: string): Import[] {
  return collect(text, true);
}

function collect(text: string, mentions: boolean): Import[] {
  const source = ts.createSourceFile('x.ts', text, ts.ScriptTarget.ES2023, true);
  const found: Import[] = [];
  const visit = (node: ts.Node): void => {
    const name = importedName(node);
    if (name) {
      const line = source.getLineAndCharacterOfPosition(node.getStart(source)).line + 1;
      const to = ts.isStringLiteralLike(name) ? name.text : undefined;
      found.push({ to, line });
      return;
    }
    if (mentions && ts.isStringLiteralLike(node) && node.text.startsWith('node:')) {
      found.push({
        to: node.text,
        line: source.getLineAndCharacterOfPosition(node.getStart(source)).line + 1,
      });
    }
    if (ts.isImportDeclaration(node) || ts.isExportDeclaration(node)) return;
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
}

/** What this node loads when the program runs, if it is an import, a re-export or import(). */
function importedName(node: ts.Node): ts.Expression | undefined {
  if (ts.isImportDeclaration(node)) {
    const typesOnly = node.importClause?.phaseModifier === ts.SyntaxKind.TypeKeyword;
    return typesOnly ? undefined : node.moduleSpecifier;
  }
  if (ts.isExportDeclaration(node)) return node.isTypeOnly ? undefined : node.moduleSpecifier;
  if (ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword)
    return node.arguments[0];
  return undefined;
}

/** The first part of a path under src/, without `.ts`: its layer's name. */
function layerOf(file: string): string {
  return (file.split('/')[1] ?? '').replace(/\.ts$/, '');
}

/** The source that a compiled file comes from. */
function sourceOf(made: string): string {
  return made.replace(/^\.\/dist\//, '').replace(/\.js$/, '.ts');
}

function resolve(file: string, to: string): string {
  return posix.join(posix.dirname(file), to);
}
