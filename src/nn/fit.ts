// What fit() is asked for and what it tells: typed, plain data. How training runs is course.ts's business.
import { check } from '../base/check.ts';
import type { Advice } from './advice.ts';
import type { Callback } from './callback.ts';
import type { Scores } from './metric.ts';

/** How many examples are learned from, and how many only judged. */
export interface ExampleCounts {
  readonly training: number;
  readonly validation: number;
}

/** How far training is. */
export interface Progress {
  /** 'progress' several times a second, 'epoch' when one is complete, 'advice' when another way to train does far better. */
  readonly kind: 'progress' | 'epoch' | 'advice';
  /** From 1. */
  readonly epoch: number;
  readonly epochs: number;
  /** Steps done in this epoch, of `steps`. */
  readonly step: number;
  readonly steps: number;
  /** Since this epoch began, or was gone on with. */
  readonly seconds: number;
  /** Until all epochs are done, validation left out. */
  readonly secondsLeft: number;
  /** Mean over the examples of this epoch so far. */
  readonly loss: number;
  readonly metrics: Readonly<Record<string, number>>;
  /** Scores on other data, when an epoch is complete and such data was given. */
  readonly validation?: Scores;
  readonly examples: ExampleCounts;
  readonly advice?: Advice;
}

/** What training came to. */
export interface History {
  /** One for every epoch completed now. */
  readonly epochs: readonly Progress[];
  /**
   * Every figure over all epochs, those before going on included: loss, accuracy, valLoss, valAccuracy. As Keras's
   * history.history.
   */
  readonly history: Readonly<Record<string, readonly number[]>>;
  readonly examples: ExampleCounts;
  readonly seconds: number;
  /** It ended before the last epoch: by the signal, or because a callback wanted it. */
  readonly stopped: boolean;
}

/** Of a run that its caller broke off. */
export const noHistory: History = {
  epochs: [],
  history: {},
  examples: { training: 0, validation: 0 },
  seconds: 0,
  stopped: true,
};

/** How much each example counts: [N]. */
export type SampleWeight = Float32Array | readonly number[];

export interface FitOptions<D> {
  /** The last epoch's number: with initialEpoch or resume, fewer are trained. */
  readonly epochs?: number;
  /** Examples in a step; the last step of an epoch takes what is left. */
  readonly batchSize?: number;
  /** Another order in every epoch. */
  readonly shuffle?: boolean;
  /** This share of the examples, the last ones as they are given, is not learned from but evaluated after every epoch. */
  readonly validationSplit?: number;
  /** Evaluated after every epoch, instead of a share. */
  readonly validationData?: D & { readonly sampleWeight?: SampleWeight };
  /** Examples evaluated at once. */
  readonly validationBatchSize?: number;
  /** How much each class counts, by its number; 1 if not given. */
  readonly classWeight?: Readonly<Record<number, number>>;
  /** How much each example counts: the loss is the sum of weight times loss, divided by the number of examples. */
  readonly sampleWeight?: SampleWeight;
  /** Epochs that count as done. */
  readonly initialEpoch?: number;
  /** Steps that count as an epoch, however many examples there are; the order goes on from one epoch to the next. */
  readonly stepsPerEpoch?: number;
  readonly callbacks?: readonly Callback[];
  /** Go on from where the last fit() ended or the snapshot restored was taken, within its epoch; nowhere, if there is none. */
  readonly resume?: boolean;
  /** After some steps try other rates and adam on copies, and tell if one is far better: the event 'advice'. */
  readonly advise?: boolean;
  /** Most steps until the next event, asked before each of them: 1 is a single step. How many they are changes no result. */
  readonly pace?: (() => number) | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** Every figure of an event by name; those on other data are called as in Keras: valLoss, valAccuracy. */
export function figuresOf({
  loss,
  metrics,
  validation,
}: Pick<Progress, 'loss' | 'metrics' | 'validation'>): Record<string, number> {
  const others = Object.entries(validation ?? {}).map(([name, x]) => [validationName(name), x ?? NaN]);
  return { loss, ...metrics, ...(Object.fromEntries(others) as Record<string, number>) };
}

const validationName = (name: string): string => `val${name.slice(0, 1).toUpperCase()}${name.slice(1)}`;

/** A figure's name as figuresOf() has it, also when written as in Keras: val_loss is valLoss. */
export const figureName = (name: string): string =>
  name.startsWith('val_') ? validationName(name.slice(4)) : name;

/** What fit() may be asked for. */
export function checkFit({
  epochs = 1,
  batchSize = 32,
  validationBatchSize = 256,
  validationSplit = 0,
  initialEpoch = 0,
  stepsPerEpoch = 1,
}: Omit<FitOptions<unknown>, 'validationData'>): void {
  const whole = (what: string, n: number, low: number): void =>
    check(Number.isInteger(n) && n >= low, () => `fit: ${what} must be a whole number from ${low}, got ${n}`);
  whole('epochs', epochs, 0);
  whole('batchSize', batchSize, 1);
  whole('validationBatchSize', validationBatchSize, 1);
  whole('initialEpoch', initialEpoch, 0);
  whole('stepsPerEpoch', stepsPerEpoch, 1);
  check(
    validationSplit >= 0 && validationSplit < 1,
    () => `fit: validationSplit must be from 0 to less than 1, got ${validationSplit}`,
  );
}
