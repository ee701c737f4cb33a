// Kills a training process with SIGKILL at random moments, takes it up again, and looks at what is on the disk each
// time. For the test that does so a few times, and the bench that does so hundreds of times.
import assert from 'node:assert/strict';
import { spawn, type ChildProcess } from 'node:child_process';
import { EventEmitter } from 'node:events';
import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { DeviceName } from '../src/device/open.ts';
import { checkpointsIn, readCheckpoint } from '../src/run/node-checkpoints.ts';
import { readRun } from '../src/run/run.ts';

const program = fileURLToPath(new URL('./kill-child.js', import.meta.url));

export interface KillOptions {
  /** An empty folder for the runs. */
  readonly folder: string;
  readonly kills: number;
  /** Steps of each run; it is saved after every third. */
  readonly steps: number;
  readonly device: DeviceName;
  /** From 0 to 1, for when to kill. */
  readonly next: () => number;
  readonly onKill?: (found: Killed) => void;
}

/** What a kill left behind. */
export interface Killed {
  /** The newest checkpoint, all of which could be read; undefined if there was none yet. */
  readonly step: number | undefined;
  /** A checkpoint had been written by half. */
  readonly saving: boolean;
}

/** Kills runs until it has been done often enough, each taken up again until it is finished; gives what each kill left. */
export async function kill(options: KillOptions): Promise<readonly Killed[]> {
  const { folder, kills, steps, device } = options;
  const whole = join(folder, 'whole');
  assert.equal(await ended(begin(whole, options).child), 0, 'the run that is left alone');
  const expected = resultOf(whole);
  assert.equal((await readRun(whole)).checkpoints[0], steps);
  const found: Killed[] = [];
  for (let round = 1; found.length < kills; round++) {
    const run = join(folder, `${device} ${round} 走る`);
    const before = found.length;
    while (found.length < kills) {
      const left = await killOnce(run, options);
      if (!left) break;
      found.push(left);
      options.onKill?.(left);
    }
    assert.equal(await ended(begin(run, options).child), 0, `${run} after its last kill`);
    assert.deepEqual(resultOf(run), expected, `${run} after ${found.length - before} kills`);
    rmSync(run, { recursive: true });
  }
  return found;
}

/** Starts the run or takes it up, kills it, and looks; undefined if it was finished first. */
async function killOnce(run: string, options: KillOptions): Promise<Killed | undefined> {
  const { next } = options;
  const started = begin(run, options);
  const over = ended(started.child);
  await Promise.race([over, moment(run, started, next)]);
  started.child.kill('SIGKILL');
  const code = await over;
  assert.deepEqual(started.warnings(), [], `${run}: a checkpoint was passed over`);
  if (code !== null) {
    assert.equal(code, 0, run);
    return undefined;
  }
  return { step: await newest(run), saving: halfDone(run) };
}

/** When to kill: while it opens its files, anywhere in training, or when something half done is seen. */
async function moment(run: string, { heard }: Started, next: () => number): Promise<void> {
  const way = next();
  if (way < 0.15) return pause(next() * 500);
  await heard('ready');
  if (way < 0.4) {
    for (const until = performance.now() + 2000; !halfDone(run) && performance.now() < until;) await pause(1);
    return;
  }
  // Where in its round it is killed must not depend on how fast the machine is today.
  const rounds = Math.floor(next() * 3);
  let [last, took] = [performance.now(), 50];
  for (let round = 0; round <= rounds; round++) {
    await heard('saved');
    [last, took] = [performance.now(), performance.now() - last];
  }
  await pause(next() * took);
}

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** The step of the newest checkpoint, having read every one. */
async function newest(run: string): Promise<number | undefined> {
  if (!existsSync(join(run, 'run.json'))) return undefined;
  const { checkpoints, state } = await readRun(run);
  assert.match(state, /^(interrupted|finished)$/); // it may have been about to leave
  const all = await checkpointsIn(join(run, 'checkpoints'), (warning) =>
    assert.fail(`after a kill: ${warning}`),
  );
  for (const checkpoint of all) await readCheckpoint(checkpoint);
  return checkpoints[0];
}

/** Whether there is a checkpoint, under whatever name, that lacks its record. */
function halfDone(run: string): boolean {
  const root = join(run, 'checkpoints');
  if (!existsSync(root)) return false;
  return readdirSync(root).some((name) => !existsSync(join(root, name, 'checkpoint.json')));
}

/** What a finished run came to, to the bit. */
function resultOf(run: string): object {
  const steps = readdirSync(join(run, 'checkpoints')).filter((name) => /^\d+$/.test(name));
  const last = String(Math.max(...steps.map(Number)));
  const record = JSON.parse(readFileSync(join(run, 'checkpoints', last, 'checkpoint.json'), 'utf8')) as {
    readonly sha256: string;
  };
  const { figures, state } = JSON.parse(readFileSync(join(run, 'run.json'), 'utf8')) as Record<
    string,
    unknown
  >;
  return {
    last,
    weights: record.sha256,
    figures,
    state,
    metrics: readFileSync(join(run, 'metrics.jsonl'), 'utf8'),
  };
}

interface Started {
  readonly child: ChildProcess;
  /** Waits for a word that is said after this call. */
  readonly heard: (word: string) => Promise<void>;
  warnings(): string[];
}

function begin(run: string, { steps, device }: KillOptions): Started {
  const child = spawn(process.execPath, [program, run, String(steps), device], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const words = new EventEmitter();
  const warnings: string[] = [];
  createInterface(child.stdout).on('line', (line) => {
    if (line !== 'ready' && line !== 'saved') warnings.push(line);
    words.emit(line);
  });
  return {
    child,
    heard: (word) => new Promise((resolve) => words.once(word, () => resolve())),
    warnings: () => warnings,
  };
}

/** The exit code, or null if a signal ended it. */
const ended = (child: ChildProcess): Promise<number | null> =>
  new Promise((resolve) => child.on('close', resolve));
