// Runs of the studio that learned from pictures it was given: their config names them by what is in them, as
// folder-1a2b3c4d, which only the studio's browser has. Here their folder is named again, and must hold the same.
import { createHash } from 'node:crypto';
import { resolve } from 'node:path';
import { EidosError, type Dataset, type RunInfo } from '../src/index.ts';
import { folderData, isGiven, limited } from './data-source.ts';
import type { Io } from './io.ts';
import type { Messages } from './messages.ts';
import type { Resuming } from './messages-studio-en.ts';
import { UsageError } from './options.ts';
import type { Kind, Plan } from './plan.ts';
import { near } from './sheet.ts';

/** The folder that was named again for a run that is gone on with; undefined where its config says where its data are. */
export function namedAgain(
  t: Messages,
  kind: Resuming,
  { folder, record }: RunInfo,
  what: string | undefined,
): string | undefined {
  const { data } = record.config;
  if (!isGiven(data)) {
    if (what !== undefined) throw new UsageError(t.settled(what));
    return undefined;
  }
  if (data.startsWith('files')) throw new EidosError(t.onlyInStudio(data));
  if (what === undefined) throw new UsageError(t.studioPictures(kind, near(folder)));
  return resolve(what);
}

/** The pictures of a folder, if they are those that a run of the studio learned from. */
export async function givenAgain(
  io: Io,
  kind: Resuming,
  folder: string,
  { folder: run, record }: RunInfo,
): Promise<Dataset> {
  const { data, shape, limit } = record.config as unknown as Kind & Pick<Plan, 'data' | 'limit'>;
  const all = await folderData(io, folder, { shape, classes: 1 });
  if (nameOf(all.train.images) !== data) throw new EidosError(io.t.otherPictures(kind, near(run), folder));
  return limited(all, limit);
}

/** What the studio calls pictures to learn from. */
const nameOf = (images: Uint8Array): string =>
  `folder-${createHash('sha256').update(images).digest('hex').slice(0, 8)}`;
