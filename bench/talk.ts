// A contestant as a process that is talked to: a line of JSON each way, one at a time, never waited for without end.
import { spawn, type ChildProcess } from 'node:child_process';
import { createInterface } from 'node:readline';
import type { Contestant } from './contestants.ts';

export interface Reply {
  readonly about?: string;
  /** It has no such workload. */
  readonly absent?: boolean;
  readonly error?: string;
  readonly answer?: readonly (number | null)[];
  readonly ms?: number;
  /** Operations of one time in units of 1e9, where it knows them. */
  readonly performed?: number;
  /** Seconds of processor time. */
  readonly cpu?: number;
  /** The most memory it has held so far; `base`: before it opened the workload. */
  readonly peakBytes?: number;
  readonly baseBytes?: number;
}

export class Talk {
  readonly contestant: Contestant;
  private readonly child: ChildProcess;
  private waiting: ((reply: Reply) => void) | undefined;
  private over: string | undefined;
  private said = '';

  constructor(contestant: Contestant) {
    this.contestant = contestant;
    const [command = '', ...args] = contestant.command;
    this.child = spawn(command, args, {
      env: { ...process.env, ...contestant.env },
      stdio: ['pipe', 'pipe', 'pipe'],
    });
    const end = (why: string): void => {
      this.over ??= why;
      this.waiting?.({ error: `${why}${this.said && `: ${this.said}`}` });
    };
    this.child.on('error', (error) => end(error.message));
    this.child.on('exit', (code, signal) => end(`ended with ${signal ?? code}`));
    this.child.stdin!.on('error', () => end('does not listen'));
    createInterface({ input: this.child.stderr! }).on('line', (line) => {
      if (/error/i.test(line)) this.said = line.slice(0, 200);
    });
    createInterface({ input: this.child.stdout! }).on('line', (line) => {
      if (line.startsWith('{')) this.waiting?.(JSON.parse(line) as Reply);
    });
  }

  /** Says something and waits for the answer, at most so many seconds. */
  async ask(told: object, seconds: number): Promise<Reply> {
    if (this.over !== undefined) return { error: this.over };
    const reply = new Promise<Reply>((resolve) => (this.waiting = resolve));
    this.child.stdin!.write(`${JSON.stringify(told)}\n`);
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<Reply>((resolve) => {
      timer = setTimeout(() => {
        this.child.kill('SIGKILL');
        resolve({ error: `did not answer within ${seconds} s` });
      }, 1000 * seconds);
    });
    const found = await Promise.race([reply, late]);
    clearTimeout(timer);
    this.waiting = undefined;
    return found;
  }

  close(): void {
    if (this.over !== undefined) return;
    this.child.stdin!.end(`${JSON.stringify({ do: 'end' })}\n`);
    setTimeout(() => this.child.kill('SIGKILL'), 3000).unref();
  }
}
