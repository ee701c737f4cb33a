// What a command is given to speak with, and the one way it opens a device: results go to standard output,
// everything else to standard error, and with --json standard output gets one line of JSON and nothing more.
// What is said stands in the catalogue; when to say it is up to the commands.
import { open, type Device } from '../src/index.ts';
import type { Messages } from './messages.ts';
import type { SharedOptions, SpeechOptions } from './options.ts';
import { Progress } from './progress.ts';

/** How a command speaks, and is told to stop. */
export interface Io {
  readonly t: Messages;
  readonly progress: Progress;
  /** A result, for people. */
  result(line: string): void;
  /** The figures of the run, for programs: the last line of standard output if --json asks for it. */
  figures(figures: object): void;
  /** Aborted by Ctrl-C; its reason is a Stopped. */
  readonly signal: AbortSignal;
}

/** Thrown when a command ends because it was told to. */
export class Stopped extends Error {
  override readonly name = 'Stopped';
  /** What the process exits with: 128 and the number of the signal. */
  readonly code: number;

  constructor(code: number) {
    super();
    this.code = code;
  }
}

/** The streams of this process. */
export function ioOf({ quiet = false, json = false }: SpeechOptions, t: Messages, signal: AbortSignal): Io {
  const progress = new Progress(process.stderr, { quiet });
  return {
    t,
    progress,
    signal,
    result: (line) => {
      if (json) return progress.note(line);
      progress.clear();
      process.stdout.write(`${line}\n`);
    },
    figures: (figures) => {
      progress.clear();
      if (json) process.stdout.write(`${JSON.stringify(figures)}\n`);
    },
  };
}

/** Opens the device that was asked for, or the fastest that works, and says which one it is. */
export async function openDevice(
  { t, progress }: Io,
  { device, threads }: Pick<SharedOptions, 'device' | 'threads'>,
): Promise<Device> {
  const opened = await open({ device, threads, onFallback: (why) => progress.note(t.notUsed(why)) });
  progress.note(t.device(opened.name, opened.threads));
  return opened;
}
