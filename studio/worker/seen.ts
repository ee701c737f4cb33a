// What a classifier makes of examples it has not learned: how often which class was taken for which, and the misread
// ones, those it was surest of first.
import { classesOf, confusionMatrix, subset, type Model, type Split } from 'eidos';
import { probabilitiesOf } from './models.ts';

/** An example that was read wrongly. */
export interface Misread {
  /** Its place among the test examples. */
  readonly index: number;
  readonly right: number;
  readonly said: number;
  /** How sure of it, from 0 to 1. */
  readonly sure: number;
}

/** What was seen. */
export interface Seen {
  readonly count: number;
  readonly accuracy: number;
  /** [right class][what it was taken for]. */
  readonly confusion: readonly (readonly number[])[];
  readonly misread: readonly Misread[];
  /** The pixels of those, [misread.length, ...shape]. */
  readonly pixels: Uint8Array;
  readonly shape: readonly [number, number, number];
}

const mostShown = 24;

/** What a model makes of at most so many of the examples. */
export async function seenBy(
  model: Model,
  all: Split,
  { classes, logits, most }: { readonly classes: number; readonly logits: boolean; readonly most: number },
): Promise<Seen> {
  const split = subset(all, Math.min(most, all.count));
  const outputs = await model.predict(split);
  const said = classesOf(outputs);
  const sure = probabilitiesOf(outputs.data, classes, logits);
  const wrong: Misread[] = [];
  said.forEach((one, index) => {
    const right = split.labels[index] ?? 0;
    if (one !== right) wrong.push({ index, right, said: one, sure: sure[index * classes + one] ?? 0 });
  });
  wrong.sort((a, b) => b.sure - a.sure);
  const misread = wrong.slice(0, mostShown);
  const size = split.shape.reduce((a, b) => a * b, 1);
  const pixels = new Uint8Array(misread.length * size);
  misread.forEach(({ index }, i) =>
    pixels.set(split.images.subarray(index * size, (index + 1) * size), i * size),
  );
  return {
    count: split.count,
    accuracy: 1 - wrong.length / split.count,
    confusion: confusionMatrix(split.labels, said, classes),
    misread,
    pixels,
    shape: split.shape,
  };
}
