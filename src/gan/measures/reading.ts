// What an eye that was taught classes reads in pictures: whether what was asked for, which classes how often, and how
// much its answers say (the inception score).
import { range } from '../../base/shape.ts';
import type { Eye } from './eye.ts';

/** What was read in samples. */
export interface Reading {
  /** The share of pictures in which each word of the eye is the likeliest. */
  readonly shares: readonly number[];
  /** Where samples were asked for by class: the share read as asked, for all and for each class. */
  readonly accuracy?: number;
  readonly classAccuracies?: readonly number[];
  readonly worstClass?: { readonly class: number; readonly accuracy: number };
}

/** The likeliest word of each row. */
export function readWords(probabilities: Float32Array, words: number): Int32Array {
  return Int32Array.from({ length: probabilities.length / words }, (_, i) => {
    let best = 0;
    for (let k = 1; k < words; k++)
      if (probabilities[i * words + k]! > probabilities[i * words + best]!) best = k;
    return best;
  });
}

/** What an eye read, beside what was asked for. */
export function readingOf(
  probabilities: Float32Array,
  { words, classes }: Pick<Eye, 'words' | 'classes'>,
  labels: ArrayLike<number> | undefined,
): Reading {
  const seen = readWords(probabilities, words.length);
  const shares = words.map((_, k) => seen.filter((word) => word === k).length / seen.length);
  if (!labels) return { shares };
  const classAccuracies = range(classes).map((c) => {
    const own = seen.filter((_, i) => labels[i] === c);
    return own.length === 0 ? NaN : own.filter((word) => word === c).length / own.length;
  });
  const least = Math.min(...classAccuracies.filter((x) => !Number.isNaN(x)));
  return {
    shares,
    accuracy: seen.filter((word, i) => word === labels[i]).length / seen.length,
    classAccuracies,
    worstClass: { class: classAccuracies.indexOf(least), accuracy: least },
  };
}

/**
 * exp(E KL(p(y|x) || p(y))): from 1, where nothing is told apart, to the number of classes, where each picture is surely of
 * one and all are equally frequent. Words that are no class ("nothing") say nothing of which class it is: their
 * probability is shared out evenly. Salimans et al. 2016, https://arxiv.org/abs/1606.03498
 */
export function inceptionScore(probabilities: Float32Array, words: number, classes: number): number {
  const count = probabilities.length / words;
  const mean = new Float64Array(classes);
  const rows = new Float64Array(count * classes);
  for (let i = 0; i < count; i++) {
    let rest = 0;
    for (let k = classes; k < words; k++) rest += probabilities[i * words + k]!;
    for (let k = 0; k < classes; k++) {
      const p = probabilities[i * words + k]! + rest / classes;
      rows[i * classes + k] = p;
      mean[k]! += p / count;
    }
  }
  let sum = 0;
  rows.forEach((p, i) => {
    // p log p is 0 at 0.
    if (p > 0) sum += p * Math.log(p / mean[i % classes]!);
  });
  return Math.exp(sum / count);
}
