// Every loss with inputs and its formula for one example in plain float64 arithmetic, and Keras's numbers for them.
// nn-losses.test.ts compares.
import * as loss from '../src/nn/loss.ts';
import type { Loss } from '../src/nn/loss.ts';
import { Tensor } from '../src/tensor.ts';
import { at, type Numbers } from './nn-loops.ts';

/** One row an example. */
export type Rows = readonly (readonly number[])[];

/** Rows as a tensor. */
export const tensor = (rows: Rows): Tensor => Tensor.from(rows.flat(), [rows.length, rows[0]?.length ?? 0]);

// ---------------------------------------------------------------- the formulas, for one example

/** One example's loss: target (a row, or the number of a class in a row of one) and outputs. */
export type Plain = (t: Numbers, y: Numbers) => number;

const sum = (list: Numbers): number => Array.from(list).reduce((a, b) => a + b, 0);
const zip = (t: Numbers, y: Numbers, f: (t: number, y: number) => number): number[] =>
  Array.from(t, (x, i) => f(x, at(y, i)));
const mean =
  (f: (t: number, y: number) => number): Plain =>
  (t, y) =>
    sum(zip(t, y, f)) / y.length;
const eps = 1e-7;
const kept = (x: number, low = eps, high = 1 - eps): number => Math.min(high, Math.max(low, x));
export const softmax = (x: Numbers): number[] => {
  const e = Array.from(x, (v) => Math.exp(v - Math.max(...Array.from(x))));
  return e.map((v) => v / sum(e));
};
export const sigmoid = (x: number): number => 1 / (1 + Math.exp(-x));
const likelihoods = (y: Numbers): number[] => Array.from(y, (p) => Math.log(kept(p / sum(y))));
const smooth = (t: Numbers, share: number, n: number): number[] =>
  Array.from(t, (x) => x * (1 - share) + share / n);
const dot = (t: Numbers, y: Numbers): number => sum(zip(t, y, (a, b) => a * b));
const binary: Plain = mean((t, p) => -t * Math.log(kept(p)) - (1 - t) * Math.log(1 - kept(p)));
const focal = (gamma: number, alpha?: number): Plain =>
  mean((t, p) => {
    const right = t * p + (1 - t) * (1 - p);
    const weight = alpha === undefined ? 1 : t * alpha + (1 - t) * (1 - alpha);
    return weight * (1 - right) ** gamma * binary([t], [p]);
  });
const categoricalFocal =
  (gamma: number, alpha: number): Plain =>
  (t, y) =>
    sum(zip(t, likelihoods(y), (x, l) => -alpha * (1 - Math.exp(l)) ** gamma * x * l));
const side = (t: number): number => (t === 0 ? -1 : t);

export interface Case {
  readonly loss: Loss;
  readonly target: Rows;
  readonly y: Rows;
  readonly plain: Plain;
  /** Its values by Keras 3.15.1 (TensorFlow 2.21), float64, where Keras has it. */
  readonly keras?: readonly number[];
}

// Inputs away from kinks, so that slopes exist.
export const numbers = { target: [[1, -2, 0.5], [0.25, 3, -1]], y: [[0.5, -1, 2], [4, 2.5, -1.5]] }; // prettier-ignore
const counts = { target: [[1, 2, 0], [0.25, 3, 1]], y: [[0.5, 1.5, 2], [4, 2.5, 0.75]] }; // prettier-ignore
const shares = { target: [[1, 0, 1], [0, 0.25, 1]], y: [[0.9, 0.2, 0.4], [0.3, 0.6, 0.75]] }; // prettier-ignore
const chances = { target: [[0, 1, 0], [0.5, 0.25, 0.25]], y: [[0.2, 0.5, 0.3], [0.6, 0.3, 0.1]] }; // prettier-ignore
export const logits: Rows = [[2, -1, 0.5], [0.25, -3, 1]]; // prettier-ignore
const labels: Rows = [[2], [0]];
export const fromLogits = true;

/** Cases by name; one at least for every loss. */
export const cases: Readonly<Record<string, Case>> = {
  sparseCategoricalCrossentropy: {
    ...{ loss: loss.sparseCategoricalCrossentropy(), target: labels, y: chances.y },
    plain: (t, y) => -at(likelihoods(y), at(t, 0)),
    keras: [1.203972804325936, 0.5108256237659907],
  },
  'sparseCategoricalCrossentropy of logits': {
    ...{ loss: loss.sparseCategoricalCrossentropy({ fromLogits }), target: labels, y: logits },
    plain: (t, y) => -Math.log(at(softmax(y), at(t, 0))),
    keras: [1.7413112966571571, 1.1492338619089089],
  },
  categoricalCrossentropy: {
    ...{ loss: loss.categoricalCrossentropy(), ...chances },
    plain: (t, y) => -dot(t, likelihoods(y)),
    keras: [0.6931471805599453, 1.1320522862129905],
  },
  'categoricalCrossentropy, smoothed': {
    ...{ loss: loss.categoricalCrossentropy({ labelSmoothing: 0.1 }), ...chances },
    plain: (t, y) => -dot(smooth(t, 0.1, 3), likelihoods(y)),
    keras: [0.7407177257479501, 1.1527598416278906],
  },
  'categoricalCrossentropy of logits, smoothed': {
    ...{ loss: loss.categoricalCrossentropy({ fromLogits, labelSmoothing: 0.1 }) },
    ...{ target: chances.target, y: logits },
    plain: (t, y) => -dot(smooth(t, 0.1, 3), softmax(y).map(Math.log)),
    keras: [3.091311296657157, 1.7950671952422423],
  },
  binaryCrossentropy: {
    ...{ loss: loss.binaryCrossentropy(), ...shares, plain: binary },
    keras: [0.414931599615397, 0.48642715707920914],
  },
  'binaryCrossentropy, smoothed': {
    ...{ loss: loss.binaryCrossentropy({ labelSmoothing: 0.2 }), ...shares },
    plain: (t, y) => binary(smooth(t, 0.2, 2), y),
    keras: [0.5208667272936619, 0.5445330769125835],
  },
  'binaryCrossentropy of logits, smoothed': {
    ...{ loss: loss.binaryCrossentropy({ fromLogits, labelSmoothing: 0.2 }) },
    ...{ target: shares.target, y: logits },
    plain: (t, y) => binary(smooth(t, 0.2, 2), Array.from(y, sigmoid)),
    keras: [0.42142222758043396, 0.7209294863236028],
  },
  binaryFocalCrossentropy: {
    ...{ loss: loss.binaryFocalCrossentropy(), ...shares, plain: focal(2) },
    keras: [0.11328133689461416, 0.09886517402465805],
  },
  'binaryFocalCrossentropy, balanced and smoothed': {
    loss: loss.binaryFocalCrossentropy({
      applyClassBalancing: true,
      gamma: 1.5,
      alpha: 0.4,
      labelSmoothing: 0.2,
    }),
    ...{ ...shares, plain: (t, y) => focal(1.5, 0.4)(smooth(t, 0.2, 2), y) },
    keras: [0.06690432971362686, 0.08282338091297645],
  },
  'binaryFocalCrossentropy of logits': {
    ...{ loss: loss.binaryFocalCrossentropy({ fromLogits }), target: shares.target, y: logits },
    plain: (t, y) => focal(2)(t, Array.from(y, sigmoid)),
    keras: [0.030678370287070444, 0.1145063774836218],
  },
  categoricalFocalCrossentropy: {
    ...{ loss: loss.categoricalFocalCrossentropy(), ...chances, plain: categoricalFocal(2, 0.25) },
    keras: [0.04332169878499658, 0.16365654994062515],
  },
  'categoricalFocalCrossentropy, smoothed': {
    loss: loss.categoricalFocalCrossentropy({ gamma: 1.5, alpha: 0.4, labelSmoothing: 0.1 }),
    ...{ ...chances, plain: (t, y) => categoricalFocal(1.5, 0.4)(smooth(t, 0.1, 3), y) },
    keras: [0.11624730896073524, 0.30099837931917683],
  },
  'categoricalFocalCrossentropy of logits': {
    ...{ loss: loss.categoricalFocalCrossentropy({ fromLogits }), target: chances.target, y: logits },
    plain: (t, y) => categoricalFocal(2, 0.25)(t, softmax(y)),
    keras: [0.7481794455198857, 0.3379774373538153],
  },
  klDivergence: {
    ...{ loss: loss.klDivergence(), ...chances },
    plain: (t, y) => sum(zip(t, y, (a, b) => kept(a, eps, 1) * Math.log(kept(a, eps, 1) / kept(b, eps, 1)))),
    keras: [0.6931442382818868, 0.09233151537307285],
  },
  meanSquaredError: {
    ...{ loss: loss.meanSquaredError(), ...numbers, plain: mean((t, y) => (y - t) ** 2) },
    keras: [1.1666666666666667, 4.854166666666667],
  },
  halfSumSquaredError: {
    ...{ loss: loss.halfSumSquaredError(), ...numbers },
    plain: (t, y) => sum(zip(t, y, (a, b) => (a - b) ** 2)) / 2,
  },
  meanAbsoluteError: {
    ...{ loss: loss.meanAbsoluteError(), ...numbers, plain: mean((t, y) => Math.abs(y - t)) },
    keras: [1, 1.5833333333333333],
  },
  meanAbsolutePercentageError: {
    ...{ loss: loss.meanAbsolutePercentageError(), ...numbers },
    plain: mean((t, y) => (100 * Math.abs(y - t)) / Math.max(Math.abs(t), eps)),
    keras: [133.33333333333331, 522.2222222222223],
  },
  meanSquaredLogarithmicError: {
    ...{ loss: loss.meanSquaredLogarithmicError(), ...counts },
    plain: mean((t, y) => (Math.log(1 + Math.max(y, eps)) - Math.log(1 + Math.max(t, eps))) ** 2),
    keras: [0.4409836219906886, 0.6524911071017647],
  },
  huber: {
    ...{ loss: loss.huber({ delta: 0.6 }), ...numbers },
    plain: mean((t, y) => (Math.abs(y - t) <= 0.6 ? (y - t) ** 2 / 2 : 0.6 * Math.abs(y - t) - 0.18)),
    keras: [0.42166666666666663, 0.7733333333333333],
  },
  logCosh: {
    ...{ loss: loss.logCosh(), ...numbers, plain: mean((t, y) => Math.log(Math.cosh(y - t))) },
    keras: [0.4697785009137128, 1.099211586372669],
  },
  poisson: {
    ...{ loss: loss.poisson(), ...counts, plain: mean((t, y) => y - t * Math.log(y + eps)) },
    keras: [1.2940722103367692, 1.480745342322007],
  },
  cosineSimilarity: {
    ...{ loss: loss.cosineSimilarity(), ...numbers },
    plain: (t, y) => -dot(t, y) / Math.sqrt(dot(t, t) * dot(y, y)),
    keras: [-0.6666666666666667, -0.6368893858004031],
  },
  hinge: {
    ...{ loss: loss.hinge(), target: [[1, 1, 1], [-1, 1, -1]], y: logits }, // prettier-ignore
    plain: mean((t, y) => Math.max(1 - t * y, 0)),
    keras: [0.8333333333333334, 2.4166666666666665],
  },
  squaredHinge: {
    ...{ loss: loss.squaredHinge(), target: [[1, 1, 1], [0, 1, 0]], y: logits }, // prettier-ignore
    plain: mean((t, y) => Math.max(1 - side(t) * y, 0) ** 2),
    keras: [1.4166666666666667, 7.1875],
  },
  categoricalHinge: {
    ...{ loss: loss.categoricalHinge(), target: chances.target, y: logits },
    plain: (t, y) => Math.max(0, 1 - dot(t, y) + Math.max(...zip(t, y, (a, b) => (1 - a) * b))),
    keras: [4, 2.125],
  },
  wasserstein: {
    ...{ loss: loss.wasserstein(), target: [[1, 1, 1], [-1, -1, -1]], y: logits }, // prettier-ignore
    plain: mean((t, y) => -t * y),
  },
};

/** The targets of a case as its loss takes them. */
export const targetOf = ({ loss, target }: Pick<Case, 'loss' | 'target'>): Tensor =>
  loss.target === 'class' ? Tensor.from(Int32Array.from(target.flat())) : tensor(target);
