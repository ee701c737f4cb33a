// Kills a training process with SIGKILL at random moments, takes it up again, and looks at what is on the disk each
// time. For the test that does so a few times, and the bench that does so hundreds of times.
import assert from 'node:assert/strict';
import { spawn, type ChildProcess } from 'node:child_process';
import { EventEmitter } from 'node:events';
import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { at } from '../src/base/shape.ts';
import type { DeviceName } from '../src/device/open.ts';
import { checkpointsIn, readCheckpoint } from '../src/run/node-checkpoints.ts';
import { readRun } from '../src/run/run.ts';

const program = fileURLToPath(new URL('./kill-child.js', import.meta.url));

/** When to kill: while a process opens its files, while it saves, or anywhere in training. */
export type Way = 'opening' | 'saving' | 'training';

export interface KillOptions {
  /** An empty folder for the runs. */
  readonly folder: string;
  readonly kills: number;
  /** Of these, at least so many in the middle of writing: up to four times as many kills until there are. */
  readonly saving?: number;
  /** Of each run: five steps each, and it is saved after every third and at the end of each. */
  readonly epochs: number;
  readonly device: DeviceName;
  /** Taken in turn; when exactly is left to chance. */
  readonly ways: readonly Way[];
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
  const { folder, kills, saving = 0, epochs, device } = options;
  const whole = join(folder, 'whole');
  assert.equal(await ended(begin(whole, options).child), 0, 'the run that is left alone');
  const expected = resultOf(whole);
  assert.equal((await readRun(whole)).checkpoints[0], 5 * epochs);
  const found: Killed[] = [];
  const enough = (): boolean =>
    found.length >= 4 * kills ||
    (found.length >= kills && found.filter((left) => left.saving).length >= saving);
  for (let round = 1; !enough(); round++) {
    const run = join(folder, `${device} ${round} 走る`);
    const before = found.length;
    while (!enough()) {
      const left = await killOnce(run, at(options.ways, found.length % options.ways.length), options);
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
async function killOnce(run: string, way: Way, options: KillOptions): Promise<Killed | undefined> {
  const started = begin(run, options);
  const over = ended(started.child);
  await Promise.race([over, moment(started, way)]);
  started.child.kill('SIGKILL');
  const code = await over;
  assert.deepEqual(started.warnings(), [], `${run}: a checkpoint was passed over`);
  if (code !== null) {
    assert.equal(code, 0, run);
    return undefined;
  }
  return { step: await newest(run), saving: halfDone(run) };
}

async function moment({ heard }: Started, way: Way): Promise<void> {
  if (way === 'opening') return pause(Math.random() * 500);
  await heard('ready');
  // Where in its round it is killed must not depend on how fast the machine is today.
  const [from, to] = way === 'saving' ? ['saving', 'saved'] : ['saved', 'saved'];
  await heard(from);
  let [last, took] = [performance.now(), 0];
  for (let round = Math.floor(Math.random() * 3); round >= 0; round--) {
    await heard(to);
    took = performance.now() - last;
    if (from !== to) await heard(from);
    last = performance.now();
  }
  await pause(Math.random() * took);
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
    // How long an epoch took is the only thing that may differ.
    metrics: readFileSync(join(run, 'metrics.jsonl'), 'utf8').replaceAll(/"seconds":[^,}]*/g, ''),
  };
}

interface Started {
  readonly child: ChildProcess;
  /** Waits for a word that is said after this call. */
  readonly heard: (word: string) => Promise<void>;
  warnings(): string[];
}

function begin(run: string, { epochs, device }: KillOptions): Started {
  const child = spawn(process.execPath, [program, run, String(epochs), device], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const words = new EventEmitter();
  const warnings: string[] = [];
  createInterface(child.stdout).on('line', (line) => {
    if (!['ready', 'saving', 'saved'].includes(line)) warnings.push(line);
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
