// `eidos studio`: serves the studio's page to this machine's browser until Ctrl-C. What may be asked of the server, and by
// whom, is in studio-server.ts.
import { spawn } from 'node:child_process';
import { EidosError } from '../src/index.ts';
import type { Spec } from './command.ts';
import type { Io } from './io.ts';
import { wholeNumber, type SpeechOptions } from './options.ts';
import { startStudio } from './studio-server.ts';

interface StudioOptions extends SpeechOptions {
  readonly port?: number;
  readonly open: boolean;
}

/** The command. */
export const studio: Spec = {
  name: 'studio',
  define(command, t, run) {
    command
      .summary(t.studioSummary)
      .description(t.studioDescription)
      .option('--port <n>', t.portOption, wholeNumber(command, t, '--port', [0, 65_535]))
      .option('--no-open', t.noOpenOption)
      .action((options: StudioOptions) => run(options, (io) => serve(io, options)));
  },
  examples: (t) => [
    ['eidos studio', t.exampleStudio],
    ['eidos studio --port 8080 --no-open', t.exampleStudioPort],
  ],
};

async function serve(io: Io, { port, open }: StudioOptions): Promise<void> {
  const { t, progress, signal } = io;
  const server = await startStudio({ port }).catch(({ code = '' }: NodeJS.ErrnoException) => {
    throw new EidosError(code === 'EADDRINUSE' ? t.portInUse(port ?? 0) : t.portRefused(port ?? 0, code));
  });
  try {
    io.result(t.studioAt(server.address));
    io.figures({ command: 'studio', address: server.address });
    progress.note(t.studioEnds);
    if (open) show(server.address);
    await new Promise((_, reject) => {
      signal.addEventListener('abort', () => reject(signal.reason as Error), { once: true });
    });
  } finally {
    await server.close();
  }
}

/** Asks the system to show an address; where there is no screen or nobody to ask, the printed line has to do. */
function show(address: string): void {
  const { platform, env } = process;
  if (platform === 'linux' && !env['DISPLAY'] && !env['WAYLAND_DISPLAY']) return;
  const [command, ...words] =
    platform === 'win32'
      ? ['cmd', '/c', 'start', '""', address]
      : [platform === 'darwin' ? 'open' : 'xdg-open', address];
  spawn(command ?? '', words, { stdio: 'ignore', detached: true })
    .on('error', () => undefined)
    .unref();
}
