// Time and memory against width, batch, picture size and depth, a picture each, from the figures of the bench.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { plot, type Series } from '../src/index.ts';
import type { Figure } from './race.ts';
import { growths, scalingId, type Growing } from './workloads/scaling.ts';

const axes: Readonly<Record<Growing, string>> = {
  width: 'hidden units',
  batch: 'examples in a step',
  size: 'side of a picture, pixels',
  depth: 'hidden layers',
};

/** What is drawn: a figure's number, and what the axis is called. */
const measures = [
  { name: 'time', label: 'ms a step', of: (one: Figure): number => one.median },
  {
    name: 'memory',
    label: 'peak memory, MB',
    of: ({ peakBytes, baseBytes }: Figure): number => ((peakBytes ?? NaN) - (baseBytes ?? NaN)) / 1e6,
  },
] as const;

/** Writes docs/pictures/scaling-*.png; gives the names of the files. */
export async function scalingPlots(figures: readonly Figure[], folder: string): Promise<string[]> {
  const written: string[] = [];
  for (const what of Object.keys(growths) as Growing[])
    for (const { name, label, of } of measures) {
      const contestants = [...new Set(figures.map(({ contestant }) => contestant))];
      const series = contestants.flatMap((contestant): Series[] => {
        const points = growths[what].sizes.flatMap((n) => {
          const found = figures.find(
            (one) => one.contestant === contestant && one.workload === scalingId(what, n),
          );
          return found ? [[n, of(found)] as const] : [];
        });
        return points.length > 1
          ? [{ name: contestant, x: points.map(([n]) => n), y: points.map(([, y]) => y) }]
          : [];
      });
      if (series.length === 0) continue;
      const png = await plot({
        series,
        x: { label: axes[what], log: true },
        y: { label, log: true },
        format: 'png',
      });
      const file = `scaling-${what}-${name}.png`;
      writeFileSync(join(folder, file), png);
      written.push(file);
    }
  return written;
}
