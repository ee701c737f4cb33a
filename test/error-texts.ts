// What the library says when it refuses something, read from its sources: the text of every check() and EidosError
// as templates, `matmul: inner sizes differ: {} @ {} ({} and {})`, one for each way its conditions can go.
//
// Only syntax is looked at, so a value is `{}` unless what it may say stands near: a constant, the returns of a
// function, what callers hand to a parameter, a property written out elsewhere. Several words found there, and the
// word after `||` or `??`, are phrases: texts of ours inside a value. Bugs and assert() are for us and left out.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';
import { root, sourceFiles } from './project.ts';

/** A text with `{}` for its values, and where it stands. */
export interface Said {
  /** `file:line`. */
  readonly where: string;
  readonly text: string;
}

/** All that some sources say in errors. */
export interface ErrorTexts {
  readonly messages: readonly Said[];
  /** Texts that appear as values of messages. */
  readonly phrases: readonly Said[];
}

/** The errors of files under src/. */
export function libraryErrors(): ErrorTexts {
  const files = sourceFiles('src').filter((file) => file !== 'src/base/check.ts');
  return errorTexts(new Map(files.map((file) => [file, readFileSync(join(root, file), 'utf8')])));
}

/** The errors of some sources, by path. */
export function errorTexts(sources: ReadonlyMap<string, string>): ErrorTexts {
  return new Reader(
    [...sources].map(([file, text]) => ts.createSourceFile(file, text, ts.ScriptTarget.ES2023, true)),
  ).read();
}

/** Without the call in front, which is said alike in every language: `inner sizes differ: {} @ {} ({} and {})`. */
export const withoutCall = (text: string): string => text.replace(/^(?:[\w$.()-]|\{\})+: /, '');

/** Whether there is anything to translate: a word outside the values. */
export const hasWords = (text: string): boolean => /\p{L}{2}/u.test(text);

/** Two words, or one beside a value. */
const several = /\p{L}{2,}[ ,]+(\{\}[ ,]+)*\p{L}{2,}|^\{\} \p{L}{2}|\p{L}{2} \{\}$/u;

/** Deeper than any text of ours is nested; where a function calls itself, reading ends here. */
const deepest = 6;

class Reader {
  readonly #files: readonly ts.SourceFile[];
  readonly #messages: Said[] = [];
  readonly #phrases = new Map<string, Said>();
  /** Where phrases have been looked for. */
  readonly #looked = new Set<ts.Expression>();
  /** Functions, calls and property values by name, over all files. */
  readonly #functions = new Map<string, ts.FunctionLikeDeclaration[]>();
  readonly #calls = new Map<string, (ts.CallExpression | ts.NewExpression)[]>();
  readonly #properties = new Map<string, ts.Expression[]>();
  readonly #errorNames = new Set(['EidosError']);

  constructor(files: readonly ts.SourceFile[]) {
    this.#files = files;
    for (const file of files) walk(file, (node) => this.#index(node));
  }

  read(): ErrorTexts {
    for (const file of this.#files) {
      walk(file, (node) => {
        const said = this.#saidBy(node);
        if (!said) return;
        const where = whereOf(node);
        for (const text of this.#textsOf(said, where, deepest)) this.#messages.push({ where, text });
      });
    }
    return { messages: this.#messages, phrases: [...this.#phrases.values()] };
  }

  #index(node: ts.Node): void {
    if (ts.isFunctionDeclaration(node) || ts.isMethodDeclaration(node)) {
      if (node.name) add(this.#functions, node.name.getText(), node);
    } else if (ts.isVariableDeclaration(node) && node.initializer && isFunction(node.initializer)) {
      add(this.#functions, node.name.getText(), node.initializer);
    } else if (ts.isPropertyAssignment(node) && !['name', 'message'].includes(node.name.getText())) {
      add(this.#properties, node.name.getText(), node.initializer);
    } else if (ts.isShorthandPropertyAssignment(node)) {
      add(this.#properties, node.name.text, node.name);
    } else if (ts.isCallExpression(node) || ts.isNewExpression(node)) {
      add(this.#calls, calleeOf(node), node);
    } else if (ts.isClassDeclaration(node) && node.name) {
      const bases = node.heritageClauses?.flatMap(({ types }) =>
        types.map((type) => type.expression.getText()),
      );
      if (bases?.some((base) => this.#errorNames.has(base))) this.#errorNames.add(node.name.text);
    }
  }

  /** The message, if this node says one: the second argument of check(), the first of an error. */
  #saidBy(node: ts.Node): ts.Expression | undefined {
    if (ts.isNewExpression(node)) {
      return this.#errorNames.has(calleeOf(node)) ? node.arguments?.[0] : undefined;
    }
    if (!ts.isCallExpression(node)) return undefined;
    if (calleeOf(node) === 'check') return node.arguments[1];
    if (node.expression.kind !== ts.SyntaxKind.SuperKeyword) return undefined;
    const owner = ts.findAncestor(node, ts.isClassDeclaration);
    return owner?.name && this.#errorNames.has(owner.name.text) ? node.arguments[0] : undefined;
  }

  /** Every text an expression can be, with `{}` where it holds a value; `{}` alone for a mere value. */
  #textsOf(expression: ts.Expression, where: string, depth: number): string[] {
    const again = (inner: ts.Expression): string[] => this.#textsOf(inner, where, depth);
    const inside = unwrapped(expression);
    if (depth === 0) return ['{}'];
    if (isFunction(inside)) return unique(returnsOf(inside).flatMap(again));
    if (ts.isStringLiteralLike(inside)) return [inside.text];
    if (ts.isTemplateExpression(inside)) {
      // The call in front, `readIdx(labels): `, is said alike in every language.
      const first = inside.templateSpans[0]?.literal.text ?? '';
      const hasCall = /^([\w.]+\()?$/.test(inside.head.text) && /^\)?: /.test(first);
      const inCall = (i: number): boolean => i === 0 && hasCall;
      return inside.templateSpans.reduce(
        (texts, { expression: value, literal }, i) =>
          joined(joined(texts, inCall(i) ? ['{}'] : again(value)), [literal.text]),
        [inside.head.text],
      );
    }
    if (ts.isConditionalExpression(inside)) {
      return unique([...again(inside.whenTrue), ...again(inside.whenFalse)]);
    }
    if (ts.isBinaryExpression(inside)) return this.#binary(inside, where, depth);
    if (ts.isIdentifier(inside)) return this.#named(inside, where, depth);
    if (ts.isCallExpression(inside)) this.#called(inside, where, depth);
    if (ts.isPropertyAccessExpression(inside)) {
      for (const value of this.#properties.get(inside.name.text) ?? []) this.#phrasesOf(value, where, depth);
    }
    if (ts.isElementAccessExpression(inside)) {
      const table = declarationOf(inside.expression)?.initializer;
      if (table) this.#phrasesOf(table, where, depth);
    }
    return ['{}'];
  }

  #binary({ left, right, operatorToken }: ts.BinaryExpression, where: string, depth: number): string[] {
    const [before, after] = [this.#textsOf(left, where, depth), this.#textsOf(right, where, depth)];
    const values = [...before, ...after].every((text) => text === '{}');
    switch (operatorToken.kind) {
      case ts.SyntaxKind.PlusToken:
        return values ? ['{}'] : joined(before, after);
      case ts.SyntaxKind.BarBarToken:
      case ts.SyntaxKind.QuestionQuestionToken:
        // One word counts where it is said, but far from there it may be a name.
        for (const text of after) if (depth === deepest || several.test(text)) this.#phrase(text, where);
        return ['{}'];
      default:
        return ['{}'];
    }
  }

  /** A constant says what it was given; a parameter what callers give it. */
  #named(name: ts.Identifier, where: string, depth: number): string[] {
    const found = declarationOf(name);
    if (found?.initializer && ts.isVariableDeclaration(found) && !isFunction(found.initializer)) {
      const texts = this.#textsOf(found.initializer, where, depth);
      return texts.some(hasWords) ? texts : ['{}'];
    }
    if (found && ts.isParameter(found)) this.#parameter(found, where, depth);
    return ['{}'];
  }

  #parameter(parameter: ts.ParameterDeclaration, where: string, depth: number): void {
    const owner = parameter.parent;
    const name =
      owner.name?.getText() ?? (ts.isVariableDeclaration(owner.parent) ? owner.parent.name.getText() : '');
    const place = owner.parameters.indexOf(parameter);
    const everywhere = ts.isMethodDeclaration(owner) || isExported(owner);
    for (const call of this.#calls.get(name) ?? []) {
      if (!everywhere && call.getSourceFile() !== owner.getSourceFile()) continue;
      const given = call.arguments?.[place];
      if (given) this.#phrasesOf(given, where, depth);
    }
  }

  /** What a function of ours gives back may be words, and so may the items of a list that is joined. */
  #called(call: ts.CallExpression, where: string, depth: number): void {
    const callee = unwrapped(call.expression);
    if (ts.isPropertyAccessExpression(callee) && callee.name.text === 'join') {
      const list = callee.expression.getText();
      for (const push of this.#calls.get('push') ?? []) {
        const here = push.getSourceFile() === call.getSourceFile();
        if (!here || push.expression.getText() !== `${list}.push`) continue;
        for (const item of push.arguments ?? []) this.#phrasesOf(item, where, depth);
      }
    }
    if (!ts.isIdentifier(callee)) return;
    const found = declarationOf(callee);
    if (found && ts.isParameter(found)) return this.#parameter(found, where, depth);
    const all = this.#functions.get(callee.text) ?? [];
    const near = all.filter((f) => f === found?.initializer);
    const inFile = all.filter((f) => f.getSourceFile() === call.getSourceFile());
    const functions = [near, inFile, all].find((list) => list.length > 0) ?? [];
    for (const value of functions.flatMap(returnsOf)) this.#phrasesOf(value, where, depth);
  }

  /** Keeps what has several words; one word may be a name. */
  #phrasesOf(value: ts.Expression, where: string, depth: number): void {
    const inside = unwrapped(value);
    if (this.#looked.has(inside)) return;
    this.#looked.add(inside);
    const values = ts.isObjectLiteralExpression(inside)
      ? inside.properties.flatMap((property) =>
          ts.isPropertyAssignment(property) ? [property.initializer] : [],
        )
      : [inside];
    for (const text of values.flatMap((one) => this.#textsOf(one, where, depth - 1))) {
      if (several.test(text)) this.#phrase(text, where);
    }
  }

  #phrase(text: string, where: string): void {
    if (hasWords(text) && !this.#phrases.has(text)) this.#phrases.set(text, { where, text });
  }
}

/** Calls `visit` on a node and all in it. */
function walk(node: ts.Node, visit: (node: ts.Node) => void): void {
  visit(node);
  ts.forEachChild(node, (child) => walk(child, visit));
}

function whereOf(node: ts.Node): string {
  const source = node.getSourceFile();
  return `${source.fileName}:${source.getLineAndCharacterOfPosition(node.getStart(source)).line + 1}`;
}

const isExported = (node: ts.Node): boolean =>
  ts.isFunctionDeclaration(node) &&
  !!node.modifiers?.some(({ kind }) => kind === ts.SyntaxKind.ExportKeyword);

const isFunction = (node: ts.Node): node is ts.ArrowFunction | ts.FunctionExpression =>
  ts.isArrowFunction(node) || ts.isFunctionExpression(node);

/** Without parentheses, `as`, `!` and the like. */
function unwrapped(node: ts.Expression): ts.Expression {
  const outer =
    ts.isParenthesizedExpression(node) ||
    ts.isAsExpression(node) ||
    ts.isSatisfiesExpression(node) ||
    ts.isNonNullExpression(node);
  return outer ? unwrapped(node.expression) : node;
}

const calleeOf = ({ expression }: ts.CallExpression | ts.NewExpression): string =>
  ts.isPropertyAccessExpression(expression) ? expression.name.text : expression.getText();

/** What a function gives back, but not the functions in it. */
function returnsOf(f: ts.FunctionLikeDeclaration): ts.Expression[] {
  if (!f.body) return [];
  if (!ts.isBlock(f.body)) return [f.body];
  const found: ts.Expression[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isReturnStatement(node) && node.expression) found.push(node.expression);
    if (!ts.isFunctionLike(node)) ts.forEachChild(node, visit);
  };
  visit(f.body);
  return found;
}

/** The constant or parameter that a name stands for: the first of that name in a block around it. */
function declarationOf(name: ts.Expression): ts.VariableDeclaration | ts.ParameterDeclaration | undefined {
  if (!ts.isIdentifier(name)) return undefined;
  for (let scope: ts.Node | undefined = name.parent; scope; scope = scope.parent) {
    if (ts.isFunctionLike(scope)) {
      const parameter = scope.parameters.find((one) => one.name.getText() === name.text);
      if (parameter) return parameter;
    }
    if (ts.isBlock(scope) || ts.isSourceFile(scope)) {
      const declared = scope.statements
        .filter(ts.isVariableStatement)
        .flatMap((statement) => statement.declarationList.declarations)
        .find((one) => one.name.getText() === name.text);
      if (declared) return declared;
    }
  }
  return undefined;
}

const unique = (texts: readonly string[]): string[] => [...new Set(texts)];

/** Each of these with each of those behind it. */
const joined = (heads: readonly string[], tails: readonly string[]): string[] =>
  unique(heads.flatMap((head) => tails.map((tail) => head + tail)));

function add<T>(table: Map<string, T[]>, name: string, value: T): void {
  const list = table.get(name);
  if (list) list.push(value);
  else table.set(name, [value]);
}
