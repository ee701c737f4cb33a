// One process writes a run. A lock is a file that names its process: number, when that process began, machine. The
// lock of a dead process counts for nothing, so kill -9 leaves no run locked.
//
// Each process writes a lock of its own and only then looks for others'; whoever sees another's steps back. Two that
// begin at once may both step back and try again, but never do both go on, and nobody ever takes over a file.
import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { readdir, readFile, rename, rm } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { EidosError } from '../base/check.ts';
import { codeOf } from '../data/node-files.ts';
import { besides, writeSynced } from './node-write.ts';

/** The process that holds a lock. */
export interface Holder {
  readonly pid: number;
  readonly host: string;
  /** When the process began, as its system tells it; '' where it does not. */
  readonly began: string;
}

/** A held lock. */
export interface Lock {
  release(): Promise<void>;
}

const named = /^lock-[0-9a-f]+$/;
const attempts = 5;

/** Locks a run's folder for this process; refused while another live process holds it. */
export async function lock(folder: string, call: string): Promise<Lock> {
  const me: Holder = { pid: process.pid, host: hostname(), began: await beganAt(process.pid) };
  for (let attempt = 1; ; attempt++) {
    const path = join(folder, `lock-${randomBytes(6).toString('hex')}`);
    const draft = besides(path);
    await writeSynced(draft, JSON.stringify(me));
    await rename(draft, path);
    const release = (): Promise<void> => rm(path, { force: true });
    const other = await holderOf(folder, path);
    if (!other) return { release };
    await release();
    if (attempt === attempts)
      throw new EidosError(
        `${call}: ${folder} is in use by process ${other.pid} on ${other.host}; wait for it or stop it, or delete ${join(folder, 'lock-*')} if it is no more`,
      );
    // Long enough for one of two that met to be alone next time.
    await new Promise((resolve) => setTimeout(resolve, Math.random() * 20 * attempt));
  }
}

/** The live process that holds a run's folder; `except` is a lock not to look at. Locks of the dead are removed if that is possible. */
export async function holderOf(folder: string, except = ''): Promise<Holder | undefined> {
  const paths = (await readdir(folder)).filter((name) => named.test(name)).map((name) => join(folder, name));
  let found: Holder | undefined;
  for (const path of paths) {
    if (path === except) continue;
    const holder = await readHolder(path);
    if (holder && (await isAlive(holder))) found = holder;
    else if (except !== '') await rm(path, { force: true });
  }
  return found;
}

async function readHolder(path: string): Promise<Holder | undefined> {
  try {
    const { pid, host, began } = JSON.parse(await readFile(path, 'utf8')) as Partial<Holder>;
    return typeof pid === 'number' && typeof host === 'string' && typeof began === 'string'
      ? { pid, host, began }
      : undefined;
  } catch {
    return undefined; // released in the meantime, or not of ours
  }
}

/** Of another machine's processes nothing is known: they count as alive. */
async function isAlive({ pid, host, began }: Holder): Promise<boolean> {
  if (host !== hostname()) return true;
  let hidden = false;
  try {
    process.kill(pid, 0);
  } catch (error) {
    if (codeOf(error) === 'ESRCH') return false;
    hidden = true; // another user's, whose beginning we may not be told
  }
  // The number may have been given to another process since.
  const now = await beganAt(pid);
  return now === began || (hidden && now === '');
}

/** When a process began, in words that no other process of its number shares; '' if it is unknown or has ended. */
async function beganAt(pid: number): Promise<string> {
  if (process.platform === 'linux') {
    try {
      const boot = await readFile('/proc/sys/kernel/random/boot_id', 'utf8');
      const stat = await readFile(`/proc/${pid}/stat`, 'utf8');
      // From field 3 on, as field 2, in parentheses, may hold anything; field 22 is in ticks since boot (man 5 proc).
      const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
      const ended = fields[0] === 'Z' || fields[0] === 'X'; // dead, but its parent has not asked yet
      return ended ? '' : `${boot.trim()} ${fields[19] ?? ''}`;
    } catch {
      return '';
    }
  }
  if (process.platform === 'win32') return '';
  return new Promise((resolve) => {
    const env = { ...process.env, LC_ALL: 'C', TZ: 'UTC' };
    execFile('ps', ['-o', 'lstart=', '-p', String(pid)], { env }, (_, out) => resolve(out.trim()));
  });
}
