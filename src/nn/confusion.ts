// What a classifier takes for what, counted from its answers: the table of right and predicted classes, and
// precision, recall and F1 of each class. Plain numbers on the host; lines to print at the end.
import { check } from '../base/check.ts';
import { range, show, type Shape } from '../base/shape.ts';

/** Outputs over classes, row-major: [N, classes], as predict() gives them. */
interface Outputs {
  readonly data: ArrayLike<number>;
  readonly shape: Shape;
}

/** How often: [right class][predicted class]. */
export type ConfusionMatrix = readonly (readonly number[])[];

/** How well one class is told from the others. */
export interface ClassScore {
  /** Its number. */
  readonly class: number;
  /** Of the examples taken for it, the share that is; 0 where none was. */
  readonly precision: number;
  /** Of its examples, the share found; 0 where there is none. */
  readonly recall: number;
  /** The harmonic mean of both; 0 where both are. */
  readonly f1: number;
  /** How many examples it has. */
  readonly support: number;
}

/** The number of the largest output of each example, the first of equal ones. Shapes: [N, classes] -> [N]. */
export function classesOf({ data, shape }: Outputs): Int32Array {
  const [count = 0, classes = 0] = shape;
  check(
    shape.length === 2 && data.length === count * classes && classes > 0,
    () => `classesOf: needs outputs [N, classes], got ${data.length} numbers of ${show(shape)}`,
  );
  return Int32Array.from({ length: count }, (_, i) => {
    let best = 0;
    for (let c = 1; c < classes; c++)
      if ((data[i * classes + c] ?? NaN) > (data[i * classes + best] ?? NaN)) best = c;
    return best;
  });
}

/**
 * Counts each pair of right and predicted class. `predicted` are class numbers, or outputs as predict() gives them;
 * `classes` is how many there are, by default as many as outputs or the largest number says.
 */
export function confusionMatrix(
  labels: ArrayLike<number>,
  predicted: ArrayLike<number> | Outputs,
  classes?: number,
): ConfusionMatrix {
  const said = 'data' in predicted ? classesOf(predicted) : predicted;
  check(
    labels.length === said.length,
    () => `confusionMatrix: needs a prediction for each label, got ${said.length} for ${labels.length}`,
  );
  const known = 'data' in predicted ? predicted.shape[1] : undefined;
  const size = classes ?? known ?? largest(said, largest(labels, -1)) + 1;
  const matrix = range(size).map(() => new Array<number>(size).fill(0));
  for (let i = 0; i < labels.length; i++) {
    const [right, taken] = [labels[i] ?? NaN, said[i] ?? NaN];
    const row = matrix[right];
    check(
      row !== undefined && row[taken] !== undefined,
      () =>
        `confusionMatrix: classes must be 0 to ${size - 1}, got ${right} taken for ${taken} at example ${i}`,
    );
    row[taken] = (row[taken] ?? 0) + 1;
  }
  return matrix;
}

/** The largest of whole numbers, or `least` if that is larger; no spread, which long lists overflow. */
function largest(list: ArrayLike<number>, least: number): number {
  let most = least;
  for (let i = 0; i < list.length; i++) most = Math.max(most, list[i] ?? most);
  return most;
}

const sum = (list: readonly number[]): number => list.reduce((a, b) => a + b, 0);

/** Precision, recall, F1 and support of each class. */
export const perClass = (matrix: ConfusionMatrix): ClassScore[] =>
  matrix.map((row, i) => {
    const hits = row[i] ?? 0;
    const [support, taken] = [sum(row), sum(matrix.map((other) => other[i] ?? 0))];
    const part = (whole: number): number => (whole === 0 ? 0 : hits / whole);
    const f1 = support + taken === 0 ? 0 : (2 * hits) / (support + taken);
    return { class: i, precision: part(taken), recall: part(support), f1, support };
  });

/** Right-aligned columns. */
function aligned(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_, i) => Math.max(...rows.map((row) => (row[i] ?? '').length)));
  return rows.map((row) => row.map((cell, i) => cell.padStart(widths[i] ?? 0)).join('  ')).join('\n');
}

const nameOf = (names: readonly string[] | undefined, i: number): string => names?.[i] ?? String(i);

/** The matrix as lines: a row for each right class, a column for each predicted one. */
export const printedConfusion = (matrix: ConfusionMatrix, names?: readonly string[]): string =>
  aligned([
    ['', ...matrix.map((_, i) => nameOf(names, i))],
    ...matrix.map((row, i) => [nameOf(names, i), ...row.map((n) => (n === 0 ? '.' : String(n)))]),
  ]);

/** Scores as lines: a row for each class. */
export const printedPerClass = (scores: readonly ClassScore[], names?: readonly string[]): string =>
  aligned([
    ['class', 'precision', 'recall', 'f1', 'examples'],
    ...scores.map(({ class: i, precision, recall, f1, support }) => [
      nameOf(names, i),
      ...[precision, recall, f1].map((x) => x.toFixed(4)),
      String(support),
    ]),
  ]);
