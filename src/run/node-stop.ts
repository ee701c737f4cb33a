// Stopping so that nothing is lost: a checkpoint is saved where the run is or, if its disk fails, in the next best
// place, and the way to go on is said.
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { EidosError } from '../base/check.ts';
import type { Trained } from '../files/snapshot.ts';
import { shellWord } from './naming.ts';
import type { Run } from './node-folder.ts';
import { startRun } from './node-run.ts';
import { messageOf } from './record.ts';

/** Where a stopped run was saved. */
export interface StoppedRun {
  /** The run to go on with; not the one that was trained if that could not be written. */
  readonly folder: string;
  readonly step: number;
  /** The command line that goes on. */
  readonly resume: string;
  /** Why it is not in its own folder. */
  readonly why?: string;
}

export interface StopOptions {
  /** What was measured last. */
  readonly metrics?: Readonly<Record<string, number>>;
  /** Words of the command that goes on, before `--resume`. */
  readonly command?: string;
  /** Folders to save in if the run's own cannot be written. */
  readonly elsewhere?: readonly string[];
}

/** Saves a checkpoint, ends the run as stopped, and says how to go on. Call it when training has come to rest. */
export async function safeStop(
  run: Run,
  trained: Pick<Trained, 'snapshot'>,
  {
    metrics = {},
    command = 'eidos train',
    elsewhere = ['runs', join(tmpdir(), 'eidos-runs')],
  }: StopOptions = {},
): Promise<StoppedRun> {
  const snapshot = await trained.snapshot();
  const saved = async (to: Run): Promise<StoppedRun> => {
    const { step } = await to.save(snapshot, metrics);
    // The checkpoint is what counts: without this word the run is merely listed as interrupted.
    await to.end('stopped', { figures: metrics }).catch(() => undefined);
    return {
      folder: to.folder,
      step,
      resume: `${command} --resume ${shellWord(near(to.folder), process.platform)}`,
    };
  };
  const failures: string[] = [];
  try {
    return await saved(run);
  } catch (error) {
    failures.push(messageOf(error));
    await run.close();
  }
  const { name, seed, config, keeping, versions, command: words } = run.record;
  for (const root of elsewhere) {
    try {
      const device = versions['device'] ?? 'unknown';
      const other = await startRun({ root, name, seed, config, keeping, device, command: words });
      return { ...(await saved(other)), why: failures[0] ?? '' };
    } catch (error) {
      failures.push(messageOf(error));
    }
  }
  throw new EidosError(`safeStop: the checkpoint could not be saved anywhere: ${failures.join('; ')}`);
}

/** A path as it is shortest from here. */
function near(folder: string): string {
  const from = relative('.', folder);
  return from.length < folder.length && from !== '' ? from : folder;
}
