// The options that commands share, how the values of options are read, and what is said about a wrong word.
// A wrong word is a UsageError: one line with the call, what is needed, what came, and the nearest good word.
import type { Command, CommanderError } from 'commander';
import { deviceNames, type DeviceName } from '../src/index.ts';
import { languages, type Language, type Messages } from './messages.ts';

/** The command was called wrongly; the message says how to call it. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/** What every command takes. */
export interface SpeechOptions {
  readonly quiet?: boolean;
  readonly json?: boolean;
  readonly lang?: Language;
  readonly debug?: boolean;
}

/** What every command that computes takes. */
export interface SharedOptions extends SpeechOptions {
  readonly device?: DeviceName;
  readonly threads?: number;
  readonly seed: number;
}

/** Adds what every command takes. */
export function addSpeechOptions(command: Command, t: Messages): Command {
  return command
    .option('--quiet', t.quietOption)
    .option('--json', t.jsonOption)
    .option('--lang <name>', t.langOption, oneOf(command, t, '--lang', languages))
    .option('--debug', t.debugOption);
}

/** Adds what every command that computes takes. */
export function addSharedOptions(command: Command, t: Messages): Command {
  command
    .option('--device <name>', t.deviceOption, oneOf(command, t, '--device', deviceNames))
    .option('--threads <n>', t.threadsOption, wholeNumber(command, t, '--threads', [1, 256]))
    .option('--seed <n>', t.seedOption, wholeNumber(command, t, '--seed', [0, 2 ** 32 - 1]), 1);
  return addSpeechOptions(command, t);
}

/** The words that call a command, `eidos` left out. */
export function callOf(command: Command): string {
  const words: string[] = [];
  for (let one: Command | null = command; one?.parent; one = one.parent) words.unshift(one.name());
  return words.length > 0 ? words.join(' ') : command.name();
}

/** Reads one of the names. */
export function oneOf<Name extends string>(
  command: Command,
  t: Messages,
  name: string,
  names: readonly Name[],
): (got: string) => Name {
  return (got) => {
    const known = names.find((one) => one === got);
    if (known !== undefined) return known;
    throw new UsageError(t.notOneOf({ call: callOf(command), name, names, got, meant: nearest(got, names) }));
  };
}

/** Reads a whole number of a range, both ends included. */
export function wholeNumber(
  command: Command,
  t: Messages,
  name: string,
  [least, most]: readonly [number, number],
): (got: string) => number {
  return (got) => {
    const value = /^\d+$/.test(got) ? Number(got) : NaN;
    if (value >= least && value <= most) return value;
    throw new UsageError(t.notWhole({ call: callOf(command), name, got, least, most }));
  };
}

/** Reads a number from `least` to less than `end`. */
export function realNumber(
  command: Command,
  t: Messages,
  name: string,
  [least, end]: readonly [number, number],
  closed = false,
): (got: string) => number {
  return (got) => {
    const value = /^\d*\.?\d+(e[-+]?\d+)?$/i.test(got) ? Number(got) : NaN;
    if (value >= least && (value < end || (closed && value === end))) return value;
    const range = t.between(least, end, closed);
    throw new UsageError(t.notNumber({ call: callOf(command), name, got, range }));
  };
}

/** Bytes of a kilobyte, megabyte and gigabyte. */
const units: Readonly<Record<string, number>> = { k: 2 ** 10, m: 2 ** 20, g: 2 ** 30 };

/** Reads an amount of memory: 800M, 1.5G. */
export function memorySize(command: Command, t: Messages, name: string): (got: string) => number {
  return (got) => {
    const [, amount, unit = ''] = /^(\d*\.?\d+)([kmg])(?:i?b)?$/i.exec(got) ?? [];
    const bytes = Number(amount) * (units[unit.toLowerCase()] ?? NaN);
    if (bytes >= 1) return Math.round(bytes);
    throw new UsageError(t.notMemory({ call: callOf(command), name, got }));
  };
}

/** Says in our words what commander found wrong; the help and the version are not wrong and come back as undefined. */
export function usageError(error: CommanderError, command: Command, t: Messages): UsageError | undefined {
  const call = callOf(command);
  // The word in question is quoted in commander's message and nowhere else.
  const word = /'(.*)'/s.exec(error.message)?.[1] ?? '';
  const flags = command.options.flatMap(({ long }) => long ?? []);
  const names = command.commands.map((one) => one.name());
  switch (error.code) {
    case 'commander.help':
    case 'commander.helpDisplayed':
    case 'commander.version':
      return undefined;
    case 'commander.unknownOption':
      return new UsageError(t.noOption(call, word, nearest(word, flags)));
    case 'commander.optionMissingArgument':
      return new UsageError(t.needsValue(call, /--[a-z-]+/.exec(word)?.[0] ?? word));
    case 'commander.missingArgument':
      return new UsageError(t.needsArgument(call, word));
    case 'commander.excessArguments':
      return new UsageError(t.tooMany(call, command.args[command.registeredArguments.length] ?? ''));
    case 'commander.unknownCommand':
      return new UsageError(t.noCommand(call, word, nearest(word, names)));
    default:
      return new UsageError(error.message);
  }
}

/** The known word that `got` most likely stands for: a beginning of it, or a few letters away. */
export function nearest(got: string, known: readonly string[]): string | undefined {
  const begun = known.filter((word) => got.length > (word.startsWith('--') ? 3 : 1) && word.startsWith(got));
  if (begun.length === 1) return begun[0];
  const far = (word: string): number => distance(got, word);
  const best = [...known].sort((a, b) => far(a) - far(b))[0];
  return best !== undefined && far(best) <= Math.max(1, Math.floor(best.length / 3)) ? best : undefined;
}

/** Letters to put in, take out, change, or swap with the next. */
function distance(a: string, b: string): number {
  let [before, last]: number[][] = [[], Array.from({ length: b.length + 1 }, (_, j) => j)];
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const change = last![j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1);
      const swapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      const swap = swapped ? before![j - 2]! + 1 : Infinity;
      row.push(Math.min(last![j]! + 1, row[j - 1]! + 1, change, swap));
    }
    [before, last] = [last, row];
  }
  return last![b.length]!;
}
