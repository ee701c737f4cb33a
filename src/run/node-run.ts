// Beginning a run and going on with one. A folder becomes a run by its run.json, which is written last; going on
// takes the newest checkpoint that is to the bit what was saved.
import { mkdir, readFile, rm } from 'node:fs/promises';
import { release as osRelease } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { check, EidosError } from '../base/check.ts';
import { codeOf } from '../data/node-files.ts';
import type { Snapshot } from '../files/snapshot.ts';
import { runName } from './naming.ts';
import { checkpointsIn, firstGood, setAside } from './node-checkpoints.ts';
import { names, Run, touch } from './node-folder.ts';
import { lock, type Lock } from './node-lock.ts';
import { cutMetrics } from './node-metrics.ts';
import { cannotWrite, makeFolder, replaceFile, sweepAside, syncFolder } from './node-write.ts';
import { recordFrom, recordText, type Json, type Keeping, type RunRecord } from './record.ts';

export interface StartOptions {
  /** What it is, in a word or two: `mnist-tutorial`. */
  readonly name: string;
  readonly seed: number;
  /** What was asked for, to be compared and to go on from. */
  readonly config?: { readonly [key: string]: Json };
  /** Where runs are; the run gets a folder of its own there. */
  readonly root?: string;
  /** The run's own folder, instead of one under `root`. */
  readonly out?: string;
  /** What computes, in words: `native, 2 threads`. */
  readonly device?: string;
  /** The words of the command line. */
  readonly command?: readonly string[];
  /** Which checkpoints stay. */
  readonly keeping?: Keeping;
  /** When it begins. */
  readonly now?: Date;
}

/** Begins a run in a folder of its own. */
export async function startRun({
  name,
  seed,
  config = {},
  root = 'runs',
  out,
  device,
  command = process.argv.slice(2),
  keeping = { newest: 3 },
  now = new Date(),
}: StartOptions): Promise<Run> {
  check(
    Number.isInteger(keeping.newest) && keeping.newest >= 1,
    () => `startRun: keeping.newest must be a whole number from 1, got ${keeping.newest}`,
  );
  const versions = await versionsOf(device);
  const record: RunRecord = {
    format: 1,
    name,
    seed,
    config,
    versions,
    command,
    keeping,
    started: now.toISOString(),
    resumed: [],
    state: 'running',
    figures: {},
  };
  const wanted = resolve(out ?? join(root, runName(now, name, seed)));
  let held: Lock | undefined;
  try {
    const folder = out === undefined ? await newFolder(wanted) : wanted;
    await makeFolder(folder);
    held = await lock(folder, 'startRun');
    check(
      (await readRecordText(folder)) === undefined,
      () => `startRun: ${folder} holds a run already; resume it, or choose another folder`,
    );
    await makeFolder(join(folder, names.checkpoints));
    await rm(join(folder, names.metrics), { force: true }); // of a run that never got as far as its run.json
    await touch(join(folder, names.metrics));
    await replaceFile(join(folder, names.record), recordText(record));
    await syncFolder(dirname(folder));
    return new Run(folder, record, 0, held);
  } catch (error) {
    await held?.release().catch(() => undefined);
    throw cannotWrite('startRun', wanted, error, 'choose a folder that can be written to');
  }
}

/** A folder that was not there: of this name or, if others were faster, with a number behind it. */
async function newFolder(wanted: string): Promise<string> {
  await makeFolder(dirname(wanted));
  for (let time = 1; ; time++) {
    const folder = time === 1 ? wanted : `${wanted}-${time}`;
    try {
      await mkdir(folder);
      return folder;
    } catch (error) {
      if (codeOf(error) !== 'EEXIST') throw error;
    }
  }
}

/** A run taken up again. */
export interface Resumed {
  readonly run: Run;
  /** What to go on from; undefined if nothing was saved yet. */
  readonly snapshot: Snapshot | undefined;
  /** Steps done. */
  readonly step: number;
}

/** Takes up a run where its newest good checkpoint left it; `onWarning` is told of checkpoints passed over. */
export async function resumeRun(
  path: string,
  { onWarning }: { readonly onWarning?: (warning: string) => void } = {},
): Promise<Resumed> {
  const folder = resolve(path);
  await readRecord(folder, 'resumeRun');
  let held: Lock | undefined;
  try {
    held = await lock(folder, 'resumeRun');
    const record = await readRecord(folder, 'resumeRun');
    const root = join(folder, names.checkpoints);
    await makeFolder(root);
    await Promise.all([folder, root].map(sweepAside));
    let warned = false;
    const all = await checkpointsIn(root, (warning) => {
      warned = true;
      onWarning?.(warning);
    });
    const last = await firstGood(all, onWarning);
    check(
      last !== undefined || (all.length === 0 && !warned),
      () => `resumeRun: every checkpoint in ${root} is damaged; begin a new run`,
    );
    if (last) await setAside(root, last.checkpoint);
    const metrics = join(folder, names.metrics);
    await touch(metrics).catch(() => undefined);
    const length = await cutMetrics(metrics, last?.checkpoint.metricsBytes ?? 0);
    const step = last?.checkpoint.step ?? 0;
    const { finished: _, error: __, ...before } = record;
    const resumed = [...record.resumed, { at: new Date().toISOString(), step }];
    const now: RunRecord = { ...before, state: 'running', resumed };
    await replaceFile(join(folder, names.record), recordText(now));
    return { run: new Run(folder, now, length, held), snapshot: last?.snapshot, step };
  } catch (error) {
    await held?.release().catch(() => undefined);
    throw cannotWrite('resumeRun', folder, error, 'free the way and resume it again');
  }
}

/** The record in a folder; an error if it holds no run. */
export async function readRecord(folder: string, call: string): Promise<RunRecord> {
  const text = await readRecordText(folder);
  check(
    text !== undefined,
    () => `${call}: ${folder} holds no run (there is no run.json); eidos runs lists them`,
  );
  return recordFrom(text, `${call}(${folder})`);
}

async function readRecordText(folder: string): Promise<string | undefined> {
  try {
    return await readFile(join(folder, names.record), 'utf8');
  } catch (error) {
    if (codeOf(error) === 'ENOENT' || codeOf(error) === 'ENOTDIR') return undefined;
    throw new EidosError(
      `run: cannot read ${join(folder, names.record)} (${codeOf(error)}); make it readable and try again`,
    );
  }
}

async function versionsOf(device: string | undefined): Promise<Record<string, string>> {
  const eidos = await readFile(new URL('../../../package.json', import.meta.url), 'utf8').then(
    (text) => String((JSON.parse(text) as { version?: unknown }).version),
    () => 'unknown', // bundled into another program
  );
  const os = `${process.platform} ${osRelease()} ${process.arch}`;
  return { eidos, node: process.versions.node, ...(device !== undefined && { device }), os };
}
