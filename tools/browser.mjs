// Finds a Chromium-like browser for the browser tests: CHROME_PATH, then the usual names and places, then,
// only on Debian and its kin as root or in CI, the distribution's own package.
// `node tools/browser.mjs` prints the path of the one found.
import { spawnSync } from 'node:child_process';
import { accessSync, constants, existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { say } from './project.mjs';

const names = [
  ...['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable', 'chrome'],
  ...['microsoft-edge', 'microsoft-edge-stable', 'chrome.exe', 'msedge.exe'],
];

const places = [
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
  '/Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge',
  '/snap/bin/chromium',
  ...[process.env.PROGRAMFILES, process.env['PROGRAMFILES(X86)'], process.env.LOCALAPPDATA].flatMap((base) =>
    base
      ? [
          join(base, 'Google/Chrome/Application/chrome.exe'),
          join(base, 'Microsoft/Edge/Application/msedge.exe'),
        ]
      : [],
  ),
];

/** The path of an installed browser, or undefined. */
export function findBrowser(env = process.env) {
  const inPath = names.flatMap((name) =>
    (env.PATH ?? '').split(delimiter).flatMap((folder) => (folder ? [join(folder, name)] : [])),
  );
  return [...(env.CHROME_PATH ? [env.CHROME_PATH] : []), ...inPath, ...places].find(runs);
}

/** The path of a browser, installed first where that is allowed; undefined if there is none to be had. */
export function ensureBrowser() {
  const found = findBrowser();
  if (found) return found;
  const isRoot = process.getuid?.() === 0;
  if (!existsSync('/etc/debian_version') || !(isRoot || process.env.CI === 'true')) {
    say('no Chrome, Chromium or Edge found; set CHROME_PATH to run the browser tests');
    return undefined;
  }
  say('installing chromium for the browser tests');
  const apt = (...args) => {
    const command = [...(isRoot ? [] : ['sudo', '-n']), 'apt-get', ...args];
    const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
    return (
      spawnSync(command[0], command.slice(1), { stdio: ['ignore', 'ignore', 'inherit'], env }).status === 0
    );
  };
  const installed =
    apt('update', '-qq') && apt('install', '-y', '-qq', '--no-install-recommends', 'chromium');
  if (!installed) say('could not install chromium; set CHROME_PATH to run the browser tests');
  return findBrowser();
}

function runs(path) {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const found = findBrowser();
  if (found) console.log(found);
  else process.exitCode = 1;
}
