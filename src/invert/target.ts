// What an idea is asked for: a class, a vector, a mix of classes, a neuron or a channel, told as numbers that a program
// is handed (`goal`) and a way to score them. The goal is an input, so ten classes need one program.
import { check } from '../base/check.ts';
import { range, show, sizeOf, type Shape } from '../base/shape.ts';

/** The class `5`; the vector y that N(x) is to be; parts of classes, `{ 3: 0.5, 8: 0.5 }`; or what is in a layer. */
export type Target = number | readonly number[] | Float32Array | Mix | Neuron | Channel;

/** Classes and their parts; parts are divided by their sum. */
export type Mix = Readonly<Record<number, number>>;

/** An element of what a layer gives, counted row-major. */
export interface Neuron {
  /** By its name in the model. */
  readonly layer: string;
  readonly neuron: number;
}

/** The mean of a channel, the last axis, of what a layer gives. */
export interface Channel {
  readonly layer: string;
  readonly channel: number;
}

/** Whether outputs are read before or after the last softmax or sigmoid; a model without one is given a softmax. */
export type Score = 'logit' | 'probability';

/** A target as programs and the loop take it. */
export interface Wish {
  /** Which numbers count. */
  readonly of: 'logits' | 'probabilities' | { readonly layer: string; readonly each: 'neuron' | 'channel' };
  /** Weights of a sum, or what the distance is from. */
  readonly form: 'sum' | 'distance';
  readonly goal: Float32Array;
  /** The class, if one is asked for. */
  readonly class?: number;
  /** What N(x) should be, if that can be said: the residual is measured from it. */
  readonly y?: Float32Array;
}

/** What the model has to wish for. */
export interface Outputs {
  /** Of one example. */
  readonly shape: Shape;
  /** What comes out of a layer, for one example; throws where there is no such layer. */
  layer(name: string): Shape;
}

/** Reads a target; logits for a class and probabilities for vectors and mixes unless `score` says. */
export function wishOf(target: Target, score: Score | undefined, outputs: Outputs): Wish {
  check(
    score === undefined || score === 'logit' || score === 'probability',
    () => `idea: score must be logit or probability, got ${JSON.stringify(score)}`,
  );
  if (isInside(target)) return insideWish(target, outputs.layer(target.layer));
  const { shape } = outputs;
  check(
    shape.length === 1,
    () =>
      `idea: a class or a vector needs a model that gives one row of numbers, this one gives ${show(shape)}; ask for a neuron or a channel`,
  );
  const classes = sizeOf(shape);
  if (typeof target === 'number') {
    checkClass(target, classes);
    const y = weights(classes, [[target, 1]]);
    return {
      of: score === 'probability' ? 'probabilities' : 'logits',
      form: 'sum',
      goal: y,
      class: target,
      y,
    };
  }
  if (Array.isArray(target) || target instanceof Float32Array) {
    const list: ArrayLike<number> = target;
    check(
      list.length === classes && Array.from(list).every(Number.isFinite),
      () =>
        `idea: a vector must be ${classes} numbers, as the model gives, got ${list.length} (${Array.from(list).slice(0, 10).join(', ')})`,
    );
    const y = Float32Array.from(list);
    return { of: score === 'logit' ? 'logits' : 'probabilities', form: 'distance', goal: y, y };
  }
  return mixWish(target, score, classes);
}

const isInside = (target: Target): target is Neuron | Channel =>
  typeof target === 'object' && 'layer' in target && typeof target.layer === 'string';

function checkClass(index: number, classes: number): void {
  check(
    Number.isInteger(index) && index >= 0 && index < classes,
    () => `idea: there is no class ${index}; the model has classes 0 to ${classes - 1}`,
  );
}

const weights = (n: number, parts: readonly (readonly [index: number, part: number])[]): Float32Array => {
  const row = new Float32Array(n);
  for (const [i, part] of parts) row[i] = part;
  return row;
};

function mixWish(mix: Mix, score: Score | undefined, classes: number): Wish {
  const parts = Object.entries(mix).map(([name, part]) => [Number(name), part] as const);
  for (const [index] of parts) checkClass(index, classes);
  const sum = parts.reduce((total, [, part]) => total + part, 0);
  check(
    sum > 0 && parts.every(([, part]) => part >= 0) && Number.isFinite(sum),
    () => `idea: a mix needs parts from 0 that are not all 0, got ${JSON.stringify(mix)}`,
  );
  const y = weights(
    classes,
    parts.map(([index, part]) => [index, part / sum] as const),
  );
  if (score === 'logit') return { of: 'logits', form: 'sum', goal: y, y };
  return { of: 'probabilities', form: 'distance', goal: y, y };
}

function insideWish(target: Neuron | Channel, shape: Shape): Wish {
  const each = 'channel' in target ? 'channel' : 'neuron';
  const index = 'channel' in target ? target.channel : target.neuron;
  const count = each === 'channel' ? (shape.at(-1) ?? 1) : sizeOf(shape);
  check(
    range(count).includes(index),
    () =>
      `idea: ${target.layer} gives ${show(shape)}, so its ${each} must be from 0 to ${count - 1}, got ${index}`,
  );
  return { of: { layer: target.layer, each }, form: 'sum', goal: weights(count, [[index, 1]]) };
}

/** |n - y|, the Euclidean distance. */
export const distance = (n: ArrayLike<number>, y: ArrayLike<number>): number =>
  Math.hypot(...Array.from(y, (wanted, i) => (n[i] ?? NaN) - wanted));
