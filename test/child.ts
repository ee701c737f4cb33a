// Program texts in Node processes of their own: for tests of what outlives a process, ends with it, or needs
// flags. The text finds `open`, everything else of the library as `eidos`, and `say`, which prints a line of JSON.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';

export interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  /** What it said. */
  readonly said: readonly unknown[];
  readonly errors: string;
  readonly ms: number;
}

export interface ChildOptions {
  /** Node's own flags. */
  readonly flags?: readonly string[];
  /** Sent when it has said its first line. */
  readonly kill?: NodeJS.Signals;
  /** Called with the process's number when it has said its first line. */
  readonly onFirst?: (pid: number) => void;
}

const index = new URL('../src/index.js', import.meta.url).href;
const opening = `
  const eidos = await import(${JSON.stringify(index)});
  const { open } = eidos;
  const say = (value) => console.log(JSON.stringify(value));
  const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
`;

/** Runs a program text to its end; it is ended by force after a minute. */
export function child(text: string, { flags = [], kill, onFirst }: ChildOptions = {}): Promise<Ended> {
  return new Promise((resolve, reject) => {
    const start = performance.now();
    const process_ = spawn(process.execPath, [...flags, '--input-type=module', '-e', opening + text], {
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const timer = setTimeout(() => process_.kill('SIGKILL'), 60_000);
    let [out, errors] = ['', ''];
    process_.stdout.setEncoding('utf8').on('data', (some: string) => {
      const first = !out.includes('\n');
      out += some;
      if (!first || !out.includes('\n')) return;
      onFirst?.(process_.pid ?? 0);
      if (kill) process_.kill(kill);
    });
    process_.stderr.setEncoding('utf8').on('data', (some: string) => (errors += some));
    process_.on('error', reject);
    process_.on('close', (code, signal) => {
      clearTimeout(timer);
      const said = out.split('\n').flatMap((line) => (line ? [JSON.parse(line) as unknown] : []));
      resolve({ code, signal, said, errors, ms: performance.now() - start });
    });
  });
}

/** What a program text says in a process that must end well and without a word of error. */
export async function childSays(text: string, options?: ChildOptions): Promise<readonly unknown[]> {
  const { code, signal, said, errors } = await child(text, options);
  assert.deepEqual({ code, signal, errors }, { code: 0, signal: null, errors: '' });
  return said;
}
