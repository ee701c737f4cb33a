// Checkpoints on disk: checkpoints/<step>/ holds weights.safetensors and checkpoint.json with its checksum. A folder is
// made aside and renamed into place, and never changed; one that does not verify is passed over for the one before.
import { createHash, randomBytes } from 'node:crypto';
import { mkdir, readdir, readFile, rename, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { EidosError } from '../base/check.ts';
import { codeOf } from '../data/node-files.ts';
import { snapshotFromBytes, snapshotToParts, type Snapshot } from '../files/snapshot.ts';
import { overdue, stepOf, type CheckpointRecord } from './checkpoint.ts';
import { besides, removeFolder, syncFolder, writeSynced } from './node-write.ts';
import type { Keeping } from './record.ts';

/** A checkpoint of a run. */
export interface Checkpoint extends CheckpointRecord {
  readonly folder: string;
}

/** A checkpoint and what it holds. */
export interface Loaded {
  readonly checkpoint: Checkpoint;
  readonly snapshot: Snapshot;
}

const weightsName = 'weights.safetensors';
const recordName = 'checkpoint.json';

/** SHA-256 of pieces, one after the other. */
function hash(parts: readonly Uint8Array[]): string {
  const sum = createHash('sha256');
  for (const part of parts) sum.update(part);
  return sum.digest('hex');
}

/** The step and, where a step was saved more than once, which time it was. */
function placeOf(name: string): readonly [step: number, time: number] | undefined {
  const found = /^(\d{1,15})(?:-(\d{1,9}))?$/.exec(name);
  return found ? [Number(found[1]), Number(found[2] ?? 1)] : undefined;
}

/** Folders of checkpoints, newest first. */
async function foldersIn(root: string): Promise<string[]> {
  const names = await readdir(root).catch((error: unknown) => {
    if (codeOf(error) === 'ENOENT') return [];
    throw error;
  });
  return names
    .flatMap((name) => {
      const place = placeOf(name);
      return place ? [{ name, place }] : [];
    })
    .sort(({ place: a }, { place: b }) => b[0] - a[0] || b[1] - a[1])
    .map(({ name }) => join(root, name));
}

/**
 * Writes a checkpoint under `root`. If the step is there already, the same to the bit, that one stands; another gets a
 * folder beside the first, as nothing good is ever written over.
 */
export async function writeCheckpoint(
  root: string,
  snapshot: Snapshot,
  about: Pick<CheckpointRecord, 'metrics' | 'metricsBytes'>,
): Promise<Checkpoint> {
  const step = stepOf(snapshot, 'save');
  const parts = snapshotToParts(snapshot);
  const saved = new Date().toISOString();
  const record: CheckpointRecord = {
    format: 1,
    step,
    saved,
    bytes: parts.reduce((sum, part) => sum + part.length, 0),
    sha256: hash(parts),
    ...about,
  };
  const [last] = (await foldersIn(root)).filter((folder) => placeOf(basename(folder))?.[0] === step);
  const there = last === undefined ? undefined : await readRecord(last).catch(() => undefined);
  if (there?.sha256 === record.sha256 && (await verifies(there))) return there;
  const time = last === undefined ? 0 : (placeOf(basename(last))?.[1] ?? 0);
  const folder = join(root, time ? `${step}-${time + 1}` : `${step}`);
  const draft = besides(folder);
  try {
    await mkdir(draft);
    await writeSynced(join(draft, weightsName), parts);
    await writeSynced(join(draft, recordName), `${JSON.stringify(record, null, 2)}\n`);
    await syncFolder(draft);
    await rename(draft, folder);
    await syncFolder(root);
  } catch (error) {
    await rm(draft, { recursive: true, force: true }).catch(() => undefined);
    throw error;
  }
  return { ...record, folder };
}

/** The checkpoints under `root`, newest first; those whose record cannot be read are told of and left out. */
export async function checkpointsIn(
  root: string,
  onWarning?: (warning: string) => void,
): Promise<Checkpoint[]> {
  const found: Checkpoint[] = [];
  for (const folder of await foldersIn(root)) {
    try {
      found.push(await readRecord(folder));
    } catch (error) {
      if (await stillThere(folder)) onWarning?.(damaged(folder, error));
    }
  }
  return found;
}

async function readRecord(folder: string): Promise<Checkpoint> {
  const record = JSON.parse(await readFile(join(folder, recordName), 'utf8')) as CheckpointRecord;
  const { format, step, bytes, sha256, metrics, metricsBytes } = record;
  const good =
    format === 1 &&
    [step, bytes, metricsBytes].every((n) => Number.isSafeInteger(n) && n >= 0) &&
    typeof sha256 === 'string' &&
    typeof metrics === 'object';
  if (!good) throw new EidosError(`${recordName} is not what it must be`);
  return { ...record, folder };
}

/** What a checkpoint holds; an error if it is not to the bit what was saved. */
export async function readCheckpoint(checkpoint: Checkpoint): Promise<Snapshot> {
  const path = join(checkpoint.folder, weightsName);
  const bytes = await readFile(path);
  if (bytes.length !== checkpoint.bytes || hash([bytes]) !== checkpoint.sha256)
    throw new EidosError(`${weightsName} has not the checksum it was saved with`);
  const snapshot = snapshotFromBytes(bytes, path);
  if (snapshot.counters['step'] !== checkpoint.step) throw new EidosError(`its files are of two steps`);
  return snapshot;
}

const verifies = (checkpoint: Checkpoint): Promise<boolean> =>
  readCheckpoint(checkpoint).then(
    () => true,
    () => false,
  );

/** The first of these checkpoints that can be read; those before it are told of. */
export async function firstGood(
  checkpoints: readonly Checkpoint[],
  onWarning: ((warning: string) => void) | undefined,
): Promise<Loaded | undefined> {
  for (const checkpoint of checkpoints) {
    try {
      return { checkpoint, snapshot: await readCheckpoint(checkpoint) };
    } catch (error) {
      if (await stillThere(checkpoint.folder)) onWarning?.(damaged(checkpoint.folder, error));
    }
  }
  return undefined;
}

const damaged = (folder: string, error: unknown): string =>
  `the checkpoint ${folder} is damaged (${codeOf(error)}); the one before it is used`;

/** Whether it is not simply that a newer one has replaced it in the meantime. */
const stillThere = async (folder: string): Promise<boolean> =>
  (await foldersIn(dirname(folder))).includes(folder);

/** Renames what is newer than the newest good checkpoint to damaged-..., so that it does not count as the newest. */
export async function setAside(root: string, good: Checkpoint): Promise<void> {
  for (const folder of await foldersIn(root)) {
    if (folder === good.folder) return;
    await rename(folder, join(root, `damaged-${basename(folder)}-${randomBytes(4).toString('hex')}`));
  }
}

/** Removes all but the newest few and the best. */
export async function prune(root: string, keeping: Keeping): Promise<void> {
  for (const { folder } of overdue(await checkpointsIn(root), keeping)) await removeFolder(folder);
}
