// npm test: installs what is missing, checks format, types and lint, then runs every test.
//   npm test -- scalar view     only test files with such a word in their name, without the checks
//   npm test -- --update        rewrites golden files (tests see EIDOS_UPDATE=1)
// Exit code 0 only if everything passed; the last lines are the summary of Node's test runner.
import { availableParallelism } from 'node:os';
import { basename, join } from 'node:path';
import { ensureBrowser } from './browser.mjs';
import { check } from './check.mjs';
import { build, files, install, node, root, say } from './project.mjs';

const words = process.argv.slice(2).filter((arg) => !arg.startsWith('--'));
const unknown = process.argv.slice(2).filter((arg) => arg.startsWith('--') && arg !== '--update');
if (unknown.length) {
  say(`npm test: --update is the only option, got ${unknown.join(' ')}`);
  process.exit(2);
}

install();
const failed = words.length ? (build() ? [] : ['types']) : check();

const tests = files(join(root, 'dist/test'), /\.test\.js$/).filter(
  (path) => !words.length || words.some((word) => basename(path).includes(word)),
);
if (!tests.length) failed.push(`no test file's name has ${words.join(' or ')} in it`);

const env = { ...process.env };
if (process.argv.includes('--update')) env.EIDOS_UPDATE = '1';
if (tests.some((path) => basename(path).includes('browser'))) {
  const browser = ensureBrowser();
  if (browser) env.CHROME_PATH = browser;
}

if (failed.length) say(`failed: ${failed.join(', ')}`);
say(`running ${tests.length} test files on Node ${process.version}`);
const options = [
  '--test-reporter=spec',
  `--test-concurrency=${Math.min(availableParallelism(), 4)}`,
  '--test-timeout=900000',
];
const code = tests.length ? node(['--test', ...options, ...tests], { env }) : 1;
if (failed.length) say(`failed: ${failed.join(', ')} (see above)`);
process.exitCode = code || (failed.length ? 1 : 0);
