// What a command is, and how the tree of commands is built from values: each gets its options, its help with
// examples, its version and its way to complain. What commands do is in their files.
//
// To add a command: a file that exports a Spec, and its row in main.ts.
import type { Command } from 'commander';
import { addHelp, type Example } from './help.ts';
import type { Io } from './io.ts';
import type { Messages } from './messages.ts';
import { addSharedOptions, addSpeechOptions, usageError, type SpeechOptions } from './options.ts';

/** Runs the work of a command with streams to speak to; called by what the command does when it is asked for. */
export type Runner = (options: SpeechOptions, work: (io: Io) => Promise<void>) => Promise<void>;

/** A command. */
export interface Spec {
  readonly name: string;
  /** Adds its words, options and what it does. */
  define(command: Command, t: Messages, run: Runner): void;
  /** Command lines for its help. */
  examples(t: Messages): readonly Example[];
  /** It takes a device, threads and a seed. */
  readonly computes?: true;
  /** Commands under it; the first is run when none is named. */
  readonly parts?: readonly Spec[];
}

/** What the whole tree is built with. */
export interface Building {
  readonly t: Messages;
  readonly run: Runner;
  readonly version: string;
}

/** Adds a command, and those under it, to the one above. */
export function addCommand(above: Command, spec: Spec, building: Building, isDefault = false): void {
  const { t, run } = building;
  const command = above.command(spec.name, { isDefault });
  spec.define(command, t, run);
  spec.parts?.forEach((part, i) => addCommand(command, part, building, i === 0));
  if (spec.computes) addSharedOptions(command, t);
  else if (!spec.parts) addSpeechOptions(command, t);
  finish(command, spec.examples(t), building);
}

/** Gives a command what all have. */
export function finish(command: Command, examples: readonly Example[], { t, version }: Building): void {
  if (command.commands.length > 0) command.helpCommand('help [command]', t.helpSummary);
  addHelp(command, t, examples)
    .version(`eidos ${version}`, '--version', t.versionOption)
    .configureOutput({ outputError: () => undefined })
    .showSuggestionAfterError(false)
    .exitOverride((error) => {
      throw usageError(error, command, t) ?? error;
    });
}
