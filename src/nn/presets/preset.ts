// What a preset is: a network together with all that its source trains it with, so that its name is enough to repeat
// the source, and what the source came to, so that one can compare. Data is named, not held: who trains it loads it.
import type { DatasetName } from '../../data/sets.ts';
import type { Shape } from '../../base/shape.ts';
import type { Perturbation } from '../adversarial.ts';
import type { Callback } from '../callback.ts';
import type { Loss, LossName } from '../loss.ts';
import type { Model } from '../model.ts';
import type { Optimizer, OptimizerName } from '../optimizer.ts';

/** Where a network is from and what its source says it came to; what the source does not say is left out. */
export interface Source {
  /** Whose it is, and what it is called there. */
  readonly title: string;
  readonly link: string;
  /** On the source's test data, a part between 0 and 1. */
  readonly testAccuracy?: number;
  readonly testLoss?: number;
  /** After so many epochs, if not after all. */
  readonly afterEpochs?: number;
  /** The fastest and the slowest on the source's machine. */
  readonly epochSeconds?: readonly [number, number];
}

/** Which rows of the data set `pendigits` are drawn, from the first, and how often each, always in another way. */
export interface Drawings {
  readonly rows: number;
  readonly times: number;
}

/** A classifier of pictures and how it is trained. */
export interface Preset {
  /** The data set of its source. */
  readonly data: DatasetName;
  /** Digits written with a pen that are learned from too, drawn as on a pad. */
  readonly drawings?: Drawings;
  /** The network for examples of a shape, told apart into so many classes; another one at every call. */
  readonly network: (shape?: Shape, classes?: number) => Model;
  /** By name, or made for so many steps, where its rate follows a schedule. */
  readonly optimizer: OptimizerName | ((totalSteps: number) => Optimizer);
  /** The optimizer's own, if not given. */
  readonly learningRate?: number;
  readonly loss: LossName | Loss;
  /** What is done to pictures before they are learned from, made for so many steps. */
  readonly perturbation?: (totalSteps: number) => Perturbation;
  /** Outputs are logits: their softmax are the probabilities. */
  readonly logits?: true;
  readonly batchSize: number;
  readonly epochs: number;
  /** The share of the examples, the last ones, that is not learned from but evaluated after every epoch. */
  readonly validationSplit: number;
  /** Who is told while it trains; new ones at every call, because they remember. */
  readonly callbacks?: () => readonly Callback[];
  readonly source: Source;
}

/** MNIST's kind of examples. */
export const digits: Shape = [28, 28, 1];
