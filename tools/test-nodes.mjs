// npm run test:nodes: runs `npm test` on each Node we promise, in a fresh copy of the files git knows of,
// with Node itself taken from the npm registry. Takes minutes; `npm run test:nodes -- 24` does one.
import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { npm, root, say } from './project.mjs';

const versions = process.argv.length > 2 ? process.argv.slice(2) : ['20', '22', '24'];
const kept = execFileSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], {
  cwd: root,
})
  .toString()
  .split('\0')
  .filter((path) => path && existsSync(join(root, path)));

const failed = versions.filter((version) => {
  const folder = mkdtempSync(join(tmpdir(), `eidos-node-${version}-`));
  try {
    return !passes(version, folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
say(failed.length ? `failed on Node ${failed.join(', ')}` : `passed on Node ${versions.join(', ')}`);
process.exitCode = failed.length ? 1 : 0;

function passes(version, folder) {
  const name = `node-${process.platform}-${process.arch}`;
  if (npm(['install', '--prefix', folder, '--no-audit', '--no-fund', `${name}@${version}`])) return false;
  const bin = join(folder, 'node_modules', name, 'bin');
  const project = join(folder, 'project');
  for (const path of kept) {
    mkdirSync(dirname(join(project, path)), { recursive: true });
    cpSync(join(root, path), join(project, path));
  }
  // Without npm's own variables, which would send the inner npm back to this folder.
  const outside = Object.entries(process.env).filter(([key]) => !/^(npm_|INIT_CWD$)/i.test(key));
  const env = { ...Object.fromEntries(outside), PATH: `${bin}${delimiter}${process.env.PATH}` };
  say(`npm test on Node ${version}`);
  return spawnSync('npm', ['test'], { cwd: project, stdio: 'inherit', env }).status === 0;
}
