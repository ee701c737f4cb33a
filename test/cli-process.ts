// Runs the real command in a process of its own, as a user would, and tells how it ended.
import { spawn, type ChildProcess } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const main = fileURLToPath(new URL('../cli/main.js', import.meta.url));

/** How a process ended, and what it wrote. */
export interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
  readonly pid: number | undefined;
}

/** How a process is to be run. */
export interface Running {
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
  /** Called with everything that standard error has said so far, each time it says more. */
  readonly onTalk?: (said: string, child: ChildProcess) => void;
  /** Nobody reads standard output. */
  readonly deaf?: boolean;
}

/** `eidos ...words` without the language of whoever runs the tests; fails after two minutes. */
export function eidos(
  words: readonly string[],
  { cwd, env = {}, onTalk, deaf = false }: Running = {},
): Promise<Ended> {
  const clean = Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^(LC_|LANG)/.test(name)));
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [main, ...words], {
      cwd,
      env: { ...clean, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
      // A group of its own, so that it shows whether anything outlives it.
      detached: true,
    });
    const timer = setTimeout(() => child.kill('SIGKILL'), 120_000);
    let [stdout, stderr] = ['', ''];
    if (deaf) child.stdout.destroy();
    else child.stdout.setEncoding('utf8').on('data', (some: string) => (stdout += some));
    child.stderr.setEncoding('utf8').on('data', (some: string) => {
      stderr += some;
      onTalk?.(stderr, child);
    });
    child.on('error', reject);
    child.on('close', (code, signal) => {
      clearTimeout(timer);
      resolve({ code, signal, stdout, stderr, pid: child.pid });
    });
  });
}
