// One figure of several runs over their epochs, as lines in one picture.
import { curves, plot, type RunInfo } from '../src/index.ts';
import type { Io } from './io.ts';
import { nearest, UsageError } from './options.ts';
import { basename } from 'node:path';

/** What is looked at unless something else is asked for: the first that all runs have. */
const usual = ['valAccuracy', 'accuracy', 'valLoss', 'loss'];

/** The file's content, SVG or PNG as its name says. */
export async function plotRuns(
  { t }: Io,
  runs: readonly RunInfo[],
  out: string,
  metric: string | undefined,
): Promise<string | Uint8Array> {
  const format = /\.(svg|png)$/i.exec(out)?.[1]?.toLowerCase();
  if (format !== 'svg' && format !== 'png') throw new UsageError(t.noSuchEnding(out, ['svg', 'png']));
  const found = await Promise.all(runs.map((run) => curves(run, 'epoch')));
  const inAll = (name: string): boolean => found.every((own) => own.some((curve) => curve.name === name));
  const names = [...new Set(found.flat().map(({ name }) => name))].filter(inAll);
  const chosen = metric ?? usual.find(inAll);
  if (chosen === undefined || !names.includes(chosen))
    throw new UsageError(t.noSuchMetric(chosen ?? '', names, nearest(chosen ?? '', names)));
  const series = found.map((own, i) => {
    const { x, y } = own.find(({ name }) => name === chosen) ?? { x: [], y: [] };
    return { name: basename(runs[i]?.folder ?? ''), x, y };
  });
  return plot({ series, x: t.axisEpoch, y: chosen, title: t.plotTitle(chosen), format });
}
