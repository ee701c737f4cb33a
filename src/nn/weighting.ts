// How much each example counts: by weights of its own or by its class, as in Keras. The loss of a batch is the sum of
// weight times loss over the number of examples, so that weights are not relative: twice all of them is twice the loss.
import { check } from '../base/check.ts';
import { at, sizeOf } from '../base/shape.ts';
import type { Targets } from './data.ts';
import type { SampleWeight } from './fit.ts';

export interface Weighting {
  readonly sampleWeight?: SampleWeight | undefined;
  readonly classWeight?: Readonly<Record<number, number>> | undefined;
}

/** A weight for each of `count` examples, or undefined if all count alike. */
export function weightsOf(
  call: string,
  { sampleWeight, classWeight }: Weighting,
  targets: readonly Targets[],
  count: number,
): Float32Array | undefined {
  check(
    !sampleWeight || !classWeight,
    () => `${call}: give sampleWeight or classWeight, not both; multiply them into one sampleWeight`,
  );
  if (sampleWeight) {
    check(
      sampleWeight.length === count,
      () =>
        `${call}: sampleWeight must be a number for each of ${count} examples, got ${sampleWeight.length}`,
    );
    const i = sampleWeight.findIndex((w) => !Number.isFinite(w));
    check(
      i < 0,
      () => `${call}: sampleWeight must hold finite numbers, got ${sampleWeight[i]} at example ${i}`,
    );
    return Float32Array.from(sampleWeight);
  }
  return classWeight && byClass(call, classWeight, targets, count);
}

/** The weight of each example's class: its number, or the place of the largest in a row. */
function byClass(
  call: string,
  classWeight: Readonly<Record<number, number>>,
  targets: readonly Targets[],
  count: number,
): Float32Array {
  for (const [name, weight] of Object.entries(classWeight))
    check(
      Number.isFinite(weight),
      () => `${call}: classWeight must hold finite numbers, got ${weight} for class ${name}`,
    );
  check(
    targets.length === 1,
    () => `${call}: classWeight is for models with one output, got ${targets.length}; use sampleWeight`,
  );
  const { y, shape } = at(targets, 0);
  const width = sizeOf(shape);
  return Float32Array.from({ length: count }, (_, i) => {
    const row = y.subarray(i * width, (i + 1) * width);
    const one = width === 1 ? Math.round(row[0] ?? 0) : row.indexOf(Math.max(...row));
    return classWeight[one] ?? 1;
  });
}

/** How many of `count` examples are learned from, the last share being kept for validation: rounded down, as in Keras. */
export function trainingCount(count: number, validationSplit: number): number {
  const kept = Math.floor(count * (1 - validationSplit));
  check(
    validationSplit === 0 || (kept > 0 && kept < count),
    () =>
      `fit: validationSplit ${validationSplit} of ${count} examples leaves ${kept} to learn from and ${count - kept} to judge; give more examples or another share`,
  );
  return kept;
}
