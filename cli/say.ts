// `eidos say`: a trained chat goes on from a prompt, character by character as it thinks of them.
import { EidosError, latestRun, loadCheckpoint, readRun, Speaker, type RunInfo } from '../src/index.ts';
import { chatFor } from './chat.ts';
import type { Spec } from './command.ts';
import { openDevice, type Io } from './io.ts';
import { realNumber, wholeNumber, type SharedOptions } from './options.ts';
import { near } from './sheet.ts';

interface SayOptions extends SharedOptions {
  readonly prompt: string;
  readonly length: number;
  readonly temperature: number;
}

/** The command. */
export const say: Spec = {
  name: 'say',
  computes: true,
  define(command, t, run) {
    command
      .summary(t.saySummary)
      .description(t.sayDescription)
      .argument('[run]', t.runArgument)
      .option('--prompt <text>', t.promptOption, '')
      .option('--length <n>', t.lengthOption, wholeNumber(command, t, '--length', [1, 1_000_000]), 400)
      .option(
        '--temperature <x>',
        t.temperatureOption,
        realNumber(command, t, '--temperature', [0, 100]),
        0.7,
      )
      .action((folder: string | undefined, options: SayOptions) =>
        run(options, (io) => speak(io, folder, options)),
      );
  },
  examples: (t) => [
    ['eidos say --prompt "The network "', t.exampleSay],
    ['eidos say runs/my-chat --temperature 0.3 --seed 2', t.exampleSayCalm],
  ],
};

/** Whether a run trained a chat and has weights to ask. */
const isChat = ({ record, checkpoints }: RunInfo): boolean =>
  record.config['model'] === 'chat' && checkpoints.length > 0;

async function speak(io: Io, which: string | undefined, options: SayOptions): Promise<void> {
  const { t, progress, signal } = io;
  const run = which === undefined ? await latestRun('runs', isChat) : await readRun(which);
  if (!run) throw new EidosError(t.noChat);
  const { folder, record } = run;
  if (record.config['model'] !== 'chat') throw new EidosError(t.notChat(near(folder)));
  const { checkpoint, snapshot } = await loadCheckpoint(folder, {
    onWarning: (warning) => progress.note(t.refused(warning)),
  });
  progress.note(t.asks(near(folder), checkpoint.step));
  await using device = await openDevice(io, options);
  signal.throwIfAborted();
  const chat = chatFor(t, record.config, folder, { device, seed: record.seed });
  await chat.model.restore(snapshot);
  const speaker = await Speaker.of(chat);
  try {
    const said = await stream(io, speaker, options);
    signal.throwIfAborted();
    const { prompt, temperature, seed } = options;
    io.figures({ command: 'say', prompt, text: said, temperature, seed, device: device.name, run: folder });
  } finally {
    await speaker.close();
    await chat.model.close();
  }
}

/** Writes characters as they come; with --json only at the end, as one line of figures. */
async function stream(io: Io, speaker: Speaker, options: SayOptions): Promise<string> {
  const { prompt, length, temperature, seed, json = false } = options;
  const write = (text: string): unknown => (json ? undefined : process.stdout.write(text));
  io.progress.clear();
  write(prompt);
  let said = '';
  for await (const c of speaker.say({ prompt, length, temperature, seed, signal: io.signal })) {
    said += c;
    write(c);
  }
  write('\n');
  return said;
}
