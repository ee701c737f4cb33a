// npm start: on a machine with only Node and git, installs, compiles, trains the tutorial network on MNIST for
// one epoch, asks it for its ideas of the ten digits, and ends with the command that opens the studio. Words after `npm start --` are handed to the training,
// where they win, and nothing is asked then.
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { build, install, root } from './project.mjs';

install();
build();
const main = join(root, 'dist/cli/main.js');
const tutorial = ['train', 'mnist', '--model', 'tutorial', '--epochs', '1', '--seed', '1'];
// In this process, so that Ctrl-C and the exit code are the command's own.
process.argv = [process.execPath, main, ...tutorial, ...process.argv.slice(2)];
const alone = process.argv.length === 2 + tutorial.length;
await import(pathToFileURL(main).href);
if (alone && !process.exitCode) {
  const { status } = spawnSync(process.execPath, [main, 'idea', 'all', '--out', 'runs/ideas.png'], {
    stdio: 'inherit',
  });
  process.exitCode = status ?? 1;
  if (!process.exitCode) console.log('npx eidos studio');
}
