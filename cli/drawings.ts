// What a preset learns from beside its data set: digits written with a pen, drawn as on a pad. They come after the data
// set's own, the same ones for every seed, so that a run goes on with what it began with.
import { dataset, drawnToLearn, presets, subset, together, type Dataset } from '../src/index.ts';
import type { Io } from './io.ts';
import { presetOf, type Plan } from './plan.ts';

/** The examples with the drawings that the plan's preset asks for, at most as many as the plan's limit. */
export async function withDrawings(
  { t, progress, signal }: Io,
  plan: Pick<Plan, 'model' | 'data' | 'limit'>,
  examples: Dataset,
): Promise<Dataset> {
  const { drawings } = presetOf(plan);
  // Other data of one's own is learned from alone.
  if (drawings === undefined || plan.data !== presets[plan.model].data) return examples;
  progress.begin(t.looking('pendigits'));
  const { train, licence, source } = await dataset('pendigits', {
    signal,
    onProgress: ({ file, received, total }) => progress.show(() => t.downloading(file, received, total)),
  });
  const most = plan.limit ?? Infinity;
  const rows = subset(train, Math.min(drawings.rows, most));
  progress.begin(t.drawing);
  const drawn = drawnToLearn(rows, Math.max(1, Math.min(drawings.times, Math.floor(most / rows.count))));
  progress.note(t.drawings(drawn.count, rows.count));
  progress.note(t.licence(licence, source));
  return { ...examples, train: together(examples.train, drawn) };
}
