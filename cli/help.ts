// Help in the language of the catalogue: commander's own words put into it, and examples under every command.
import type { Command, Help } from 'commander';
import type { Messages } from './messages.ts';
import { columnsOf } from './progress.ts';

/** A command line and what it is good for. */
export type Example = readonly [line: string, meaning: string];

/** Gives a command its help; the examples stand at its end. */
export function addHelp(command: Command, t: Messages, examples: readonly Example[]): Command {
  const lines = examples.map(([line, meaning]) => `  ${line}\n      ${meaning}`);
  return command
    .helpOption('-h, --help', t.helpOption)
    .configureHelp(helpIn(t))
    .addHelpText('after', ['', t.examplesTitle, ...lines].join('\n'));
}

function helpIn(t: Messages): Partial<Help> {
  const titles: Readonly<Record<string, string>> = {
    'Usage:': t.usageTitle,
    'Arguments:': t.argumentsTitle,
    'Options:': t.optionsTitle,
    'Commands:': t.commandsTitle,
  };
  return {
    styleTitle: (title) => titles[title] ?? title,
    displayWidth: columnsOf,
    // What a command takes stands in its own help.
    subcommandTerm: (command) => command.name(),
    optionDescription: ({ description, defaultValue }) =>
      defaultValue === undefined ? description : description + t.byDefault(String(defaultValue)),
  };
}
