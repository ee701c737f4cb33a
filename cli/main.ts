// The `eidos` command: importing this file runs it on the words of the process.
// Here are what all commands share: help in the right language, Ctrl-C, errors as one line, exit codes.
// Exit codes: 0 done, 1 failed, 2 called wrongly, 130 stopped by Ctrl-C. What a command does is in its file.
import { Command, CommanderError } from 'commander';
import { readFileSync } from 'node:fs';
import { EidosError } from '../src/index.ts';
import { addCommand, finish, type Spec } from './command.ts';
import { bench } from './bench.ts';
import { data } from './data.ts';
import { devices } from './devices.ts';
import { diagramCommand } from './diagram.ts';
import { evaluate } from './evaluate.ts';
import { explain } from './explain.ts';
import { fool } from './fool.ts';
import { ganCommand } from './gan.ts';
import { ideaCommand } from './idea.ts';
import { ioOf, Stopped, type Io } from './io.ts';
import { languageOf, languages, messages, type Messages } from './messages.ts';
import { oneOf, UsageError, type SpeechOptions } from './options.ts';
import { predict } from './predict.ts';
import { runs } from './runs.ts';
import { say } from './say.ts';
import { studio } from './studio.ts';
import { train } from './train.ts';

const words = process.argv.slice(2);
const t = messages[languageOf(words, process.env)];

/** The commands, in the order in which help lists them. */
// prettier-ignore
const specs: readonly Spec[] = [
  train, evaluate, predict, ideaCommand, fool, explain, ganCommand, say, studio, runs, diagramCommand, data, devices, bench,
];

/** All commands, with help in one language. */
function programOf(t: Messages): Command {
  const file = readFileSync(new URL('../../package.json', import.meta.url), 'utf8');
  const { version } = JSON.parse(file) as { readonly version: string };
  const root = new Command('eidos').description(t.summary).enablePositionalOptions();
  const building = { t, run, version };
  for (const spec of specs) addCommand(root, spec, building);
  root
    .option('--lang <name>', t.langOption, oneOf(root, t, '--lang', languages))
    .option('--debug', t.debugOption);
  finish(
    root,
    specs.flatMap((spec) => spec.examples(t).slice(0, 2)),
    building,
  );
  return root;
}

/** Runs a command with streams to speak to and a signal that Ctrl-C gives. */
async function run(options: SpeechOptions, work: (io: Io) => Promise<void>): Promise<void> {
  const controller = new AbortController();
  const io = ioOf(options, t, controller.signal);
  const stop = (code: number) => (): void => {
    io.progress.begin(t.stopping);
    controller.abort(new Stopped(code));
  };
  // Once: a second Ctrl-C ends the process at once, as it does by itself.
  const stops = { SIGINT: stop(130), SIGTERM: stop(143) };
  for (const [name, act] of Object.entries(stops)) process.once(name, act);
  try {
    await work(io);
  } catch (error) {
    // What goes wrong while stopping goes wrong because of it.
    throw controller.signal.aborted ? controller.signal.reason : error;
  } finally {
    io.progress.clear();
    for (const [name, act] of Object.entries(stops)) process.removeListener(name, act);
  }
}

/** Says on standard error what went wrong, in one line, and returns what to exit with. */
function report(error: unknown, t: Messages, debug: boolean): number {
  if (error instanceof CommanderError) return error.exitCode;
  if (error instanceof Stopped) return error.code;
  const why = (error instanceof Error ? error.message : String(error)).replaceAll(/\s*\n\s*/g, ' ');
  // A Bug says itself that it is one.
  const ours =
    error instanceof UsageError ||
    error instanceof EidosError ||
    (error instanceof Error && error.name === 'Bug');
  process.stderr.write(`${ours ? t.refused(why) : t.bug(why)}\n`);
  if (debug && error instanceof Error) process.stderr.write(`${error.stack ?? ''}\n`);
  return error instanceof UsageError ? 2 : 1;
}

// Whoever read the output may have heard enough: that is no reason to fail, or to lose the work.
for (const stream of [process.stdout, process.stderr]) {
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
  });
}

try {
  if (words.length === 0) throw new UsageError(t.needsCommand(specs.map(({ name }) => name)));
  await programOf(t).parseAsync(words, { from: 'user' });
} catch (error) {
  process.exitCode = report(error, t, words.includes('--debug'));
}
