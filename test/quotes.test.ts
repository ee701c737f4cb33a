// Lines of code that a document quotes are in the file it names, as they stand there but for their indentation:
//
//     <!-- lines of examples/three-layer.ts -->
//
// above a ```typescript block. (Blocks of ```ts are whole programs, which docs.test.ts runs.)
import { suite, test } from 'node:test';
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './project.ts';

const read = (path: string): string => readFileSync(join(root, path), 'utf8');

/** Without the indentation that all lines share. */
function flush(lines: readonly string[]): string {
  const indents = lines.filter((line) => line.trim()).map((line) => line.search(/\S/));
  return lines.map((line) => line.slice(Math.min(...indents))).join('\n');
}

/** Whether a file has these lines together, further in perhaps. */
function quotes(file: string, text: string): boolean {
  const [lines, wanted] = [file.split('\n'), text.trimEnd().split('\n')];
  return lines.some((_, i) => flush(lines.slice(i, i + wanted.length)) === flush(wanted));
}

suite('quoted lines', () => {
  test('are in the file', () => {
    const pages = readdirSync(join(root, 'docs')).filter((name) => name.endsWith('.md'));
    const found = pages.flatMap((page) =>
      [...read(`docs/${page}`).matchAll(/(?:<!-- lines of (\S+) -->\n\n)?^```typescript\n(.*?)^```$/gms)].map(
        ([, file, text = '']) => ({ page, file, text }),
      ),
    );
    assert.ok(found.length >= 8, `${found.length} quotes`);
    for (const { page, file, text } of found) {
      assert.ok(file, `docs/${page}: no file is named above\n${text}`);
      assert.ok(quotes(read(file), text), `docs/${page}: not in ${file}:\n${text}`);
    }
  });

  test('are found when further in, and not when changed', () => {
    const file = 'function f() {\n  if (x) {\n    y();\n  }\n}\n';
    assert.ok(quotes(file, 'if (x) {\n  y();\n}\n'));
    assert.ok(!quotes(file, 'if (x) {\n  z();\n}\n'));
    assert.ok(!quotes(file, 'if (x) {\ny();\n}\n'));
  });
});
