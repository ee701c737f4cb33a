// What the tools share: where the project is, running a program, installing and building when that is
// due. Plain JavaScript on Node's own modules, because it runs on a fresh clone with nothing installed.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The project's folder, wherever the command was given. */
export const root = dirname(dirname(fileURLToPath(import.meta.url)));

/** Folders with TypeScript in them; the same list stands in tsconfig.json. */
export const sources = ['src', 'cli', 'test', 'bench', 'examples'];

/** Runs Node on a script of ours or of a package; returns its exit code, 1 when a signal ended it. */
export function node(args, options = {}) {
  const { status } = spawnSync(process.execPath, args, { cwd: root, stdio: 'inherit', ...options });
  return status ?? 1;
}

/** Runs npm with the Node that runs this; returns its exit code. */
export function npm(args, options = {}) {
  const cli = process.env.npm_execpath;
  if (cli && /npm-cli\.[cm]?js$/.test(cli)) return node([cli, ...args], options);
  const { status } = spawnSync('npm', args, {
    cwd: root,
    stdio: 'inherit',
    shell: process.platform === 'win32',
    ...options,
  });
  return status ?? 1;
}

/** Installs exactly what the lockfile says, unless that has been done since the lockfile last changed. */
export function install() {
  if (changed(join(root, 'node_modules/.package-lock.json')) >= changed(join(root, 'package-lock.json')))
    return;
  say('installing dependencies (npm ci)');
  // No install scripts: every package here brings its binaries in its tarball.
  const quiet = ['--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'];
  if (npm(['ci', ...quiet], aside)) throw new Error('npm ci failed; its message is above');
}

/**
 * Compiles to dist/ unless nothing has changed since, and the studio's page to dist/studio/ likewise; returns whether
 * the types are sound and the page could be built. The page's own types are checked by `npm run check`.
 */
export function build({ force = false } = {}) {
  return compile(force) && buildStudio();
}

function compile(force) {
  const stamp = join(root, 'dist/.built');
  const inputs = [...sources.flatMap((folder) => files(join(root, folder), /\.ts$/)), ...configuration()];
  const newest = Math.max(...inputs.map(changed));
  const removed = prune();
  if (!force && !removed && changed(stamp) >= newest) return true;
  say('compiling');
  const sound = node([join(root, 'node_modules/typescript/bin/tsc'), '-p', 'tsconfig.json'], aside) === 0;
  if (sound) mark(stamp, newest);
  return sound;
}

/** The page is made of its own files, of the compiled library, and of the models that lie beside it. */
function buildStudio() {
  const stamp = join(root, 'dist/.built-studio');
  const folders = ['studio', 'src', 'models'];
  const inputs = [...folders.flatMap((folder) => files(join(root, folder), /./)), ...configuration()];
  const newest = Math.max(...inputs.map(changed));
  if (changed(stamp) >= newest) return true;
  say('building the studio');
  const vite = [join(root, 'node_modules/vite/bin/vite.js'), 'build', '--logLevel', 'warn'];
  const built = node([...vite, '--config', join(root, 'studio/vite.config.mjs')], aside) === 0;
  if (built) mark(stamp, newest);
  return built;
}

/** Leaves a stamp with the time of what was built, so that a file saved meanwhile counts as newer. */
function mark(stamp, time) {
  mkdirSync(join(root, 'dist'), { recursive: true });
  writeFileSync(stamp, '');
  utimesSync(stamp, time / 1000, time / 1000);
}

/** All files under `folder` whose path matches, in a fixed order; none if there is no such folder. */
export function files(folder, pattern) {
  if (!existsSync(folder)) return [];
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath ?? entry.path, entry.name))
    .filter((path) => pattern.test(path))
    .sort();
}

/** A line about what the tools are doing, kept off standard output, which belongs to the command. */
export function say(message) {
  process.stderr.write(`eidos: ${message}\n`);
}

/** Standard error for both streams, for the same reason. */
const aside = { stdio: ['ignore', 2, 2] };

/** Takes out of dist/ what a removed source has left behind, or its old test would still run. */
function prune() {
  let removed = 0;
  for (const folder of sources) {
    for (const made of files(join(root, 'dist', folder), /\.(js|d\.ts)$/)) {
      const source = made.replace(join(root, 'dist'), root).replace(/\.(js|d\.ts)$/, '.ts');
      if (existsSync(source)) continue;
      rmSync(made);
      removed++;
    }
  }
  return removed;
}

const configuration = () =>
  ['tsconfig.json', 'package.json', 'package-lock.json'].map((name) => join(root, name));

/** When a file last changed, in whole milliseconds; 0 if there is none. */
const changed = (path) => Math.round(statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0);
