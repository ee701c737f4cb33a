// npm start: on a machine with only Node and git, installs, compiles, and trains the tutorial network on
// MNIST for one epoch. Words after `npm start --` are handed to the command, where they win.
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { build, install, root } from './project.mjs';

install();
build();
const main = join(root, 'dist/cli/main.js');
const tutorial = ['train', 'mnist', '--model', 'tutorial', '--epochs', '1', '--seed', '1'];
// In this process, so that Ctrl-C and the exit code are the command's own.
process.argv = [process.execPath, main, ...tutorial, ...process.argv.slice(2)];
await import(pathToFileURL(main).href);
