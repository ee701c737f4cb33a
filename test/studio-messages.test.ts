// The studio's messages stand in several files that are spread into one: a name that two of them have would silently
// say one page's words on another.
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { root } from './project.ts';

for (const language of ['en', 'ja'])
  test(`the studio's messages (${language}): each name stands in one file`, () => {
    const files = readdirSync(join(root, 'studio')).filter((name) =>
      new RegExp(`^messages-(\\w+-)?${language}\\.ts$`).test(name),
    );
    const names = files.flatMap((file) => {
      const text = readFileSync(join(root, 'studio', file), 'utf8');
      const catalogue = text.slice(text.indexOf('export const'));
      return [...catalogue.matchAll(/^ {2}(\w+)(?::|,|\()/gm)].map(([, name = '']) => `${name}`);
    });
    assert.ok(files.length >= 3 && names.length > 150, `${files.length} files, ${names.length} names`);
    assert.deepEqual(
      names.filter((name, i) => names.indexOf(name) !== i),
      [],
    );
  });
