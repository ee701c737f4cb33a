// npm run check: format, types (the studio's components have a checker of their own) and lint. The linter leans on the
// types, so it waits until those are right.
// tools/test.mjs does the same before it runs the tests.
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build, install, node, root, say } from './project.mjs';

/** Runs the checks; returns the names of those that failed. */
export function check() {
  const tool = (path, ...args) => node([join(root, 'node_modules', path), ...args]) === 0;
  say('checking the format (npm run format mends it)');
  const format = tool('prettier/bin/prettier.cjs', '--check', '--log-level', 'warn', '.');
  const types = build({ force: true });
  if (types) say("checking the studio's types");
  const studio =
    !types ||
    tool(
      'svelte-check/bin/svelte-check',
      '--tsconfig',
      'studio/tsconfig.json',
      '--fail-on-warnings',
      '--output',
      'human',
      '--threshold',
      'warning',
    );
  if (types) say('linting');
  const lint = !types || tool('eslint/bin/eslint.js', '--max-warnings', '0', '.');
  return Object.entries({ format, types, studio, lint }).flatMap(([name, passed]) => (passed ? [] : [name]));
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  install();
  const failed = check();
  if (failed.length) say(`failed: ${failed.join(', ')}`);
  process.exitCode = failed.length ? 1 : 0;
}
