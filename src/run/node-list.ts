// Looking at runs without touching them: what there is, how it stands, and the checkpoints to ask. No lock is taken,
// so whoever trains is not disturbed.
import { readdir, stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { check } from '../base/check.ts';
import { codeOf } from '../data/node-files.ts';
import { bestOf } from './checkpoint.ts';
import { curvesOf, numbersIn, type Curve } from './metrics.ts';
import { checkpointsIn, firstGood, type Loaded } from './node-checkpoints.ts';
import { names } from './node-folder.ts';
import { holderOf } from './node-lock.ts';
import { readMetrics } from './node-metrics.ts';
import { readRecord } from './node-run.ts';
import { messageOf, type MetricsLine, type RunInfo } from './record.ts';

/** Told, in one line, what was passed over. */
type OnWarning = { readonly onWarning?: ((warning: string) => void) | undefined };

/** What is known of one run. */
export async function readRun(path: string): Promise<RunInfo> {
  const folder = resolve(path);
  let record = await readRecord(folder, 'readRun');
  let alive = record.state !== 'running' || (await holderOf(folder)) !== undefined;
  if (!alive) {
    // It may have ended between the two looks; whoever ends writes the record before giving the lock back.
    record = await readRecord(folder, 'readRun');
    alive = record.state !== 'running';
  }
  const checkpoints = await checkpointsIn(join(folder, names.checkpoints));
  const own = Object.keys(record.figures).length > 0;
  return {
    folder,
    record,
    state: alive ? record.state : 'interrupted',
    figures: own ? record.figures : numbersIn((await readMetrics(join(folder, names.metrics))).at(-1)),
    checkpoints: checkpoints.map(({ step }) => step),
  };
}

/** The runs in a folder, newest first; those that cannot be read are told of and left out. */
export async function listRuns(root = 'runs', { onWarning }: OnWarning = {}): Promise<RunInfo[]> {
  const entries = await readdir(root).catch((error: unknown) => {
    check(
      codeOf(error) === 'ENOENT',
      () => `listRuns: cannot read ${root} (${codeOf(error)}); choose another folder`,
    );
    return [];
  });
  const runs: RunInfo[] = [];
  for (const name of entries) {
    const folder = join(root, name);
    if (!(await isFile(join(folder, names.record)))) continue;
    try {
      runs.push(await readRun(folder));
    } catch (error) {
      onWarning?.(messageOf(error));
    }
  }
  const when = ({ record: { started }, folder }: RunInfo): string => `${started} ${folder}`;
  return runs.sort((a, b) => (when(a) < when(b) ? 1 : -1));
}

const isFile = (path: string): Promise<boolean> =>
  stat(path).then(
    (found) => found.isFile(),
    () => false,
  );

/** The newest run that `suits`. */
export async function latestRun(
  root = 'runs',
  suits: (run: RunInfo) => boolean = () => true,
): Promise<RunInfo | undefined> {
  return (await listRuns(root)).find(suits);
}

/** The newest good checkpoint of a run, or its best: the one with the best figure among those kept. */
export async function loadCheckpoint(
  path: string,
  { which = 'latest', onWarning }: OnWarning & { readonly which?: 'latest' | 'best' | undefined } = {},
): Promise<Loaded> {
  const folder = resolve(path);
  const { keeping } = await readRecord(folder, 'loadCheckpoint');
  const all = await checkpointsIn(join(folder, names.checkpoints), onWarning);
  const best = which === 'best' ? bestOf(all, keeping) : undefined;
  check(
    which === 'latest' || best !== undefined,
    () => `loadCheckpoint: ${folder} has no best checkpoint: nothing was measured to choose by; use 'latest'`,
  );
  const loaded = await firstGood(best ? [best] : all, onWarning);
  check(
    loaded !== undefined,
    () => `loadCheckpoint: ${folder} has no checkpoint that can be read; train it first`,
  );
  return loaded;
}

/** The lines of a run's metrics. */
export const metricsOf = ({ folder }: Pick<RunInfo, 'folder'>): Promise<readonly MetricsLine[]> =>
  readMetrics(join(folder, names.metrics));

/** Every figure of a run over its steps, to plot. */
export const curves = async (run: Pick<RunInfo, 'folder'>, x = 'step'): Promise<readonly Curve[]> =>
  curvesOf(await metricsOf(run), x);
