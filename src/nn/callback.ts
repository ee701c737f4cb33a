// Who is told while a model trains, and may change what comes: plain objects on the host. What one remembers is part
// of a snapshot, so that a run that goes on decides as one that was never interrupted.
//
// To add one: write its file as early-stopping.ts is written, export it in src/index.ts, and add a row to
// `remembering` in test/nn-callbacks.test.ts if it has anything to remember.
import { check } from '../base/check.ts';
import type { Snapshot } from '../files/snapshot.ts';
import { unique } from './call-graph.ts';
import type { History, Progress } from './fit.ts';
import type { Weight } from './memory.ts';

/** What callbacks may do with what is trained. */
export interface Trainer {
  /** Epochs that will be complete in the end. */
  readonly epochs: number;
  /** Ends training after this epoch; fit() then returns. */
  stop(): void;
  /** By optimizer: the rate of the next step. */
  learningRates(): Promise<readonly number[]>;
  /** Of the only optimizer, or of the one of this number. */
  setLearningRate(rate: number, group?: number): Promise<void>;
  getWeights(): Promise<readonly Weight[]>;
  setWeights(weights: readonly Pick<Weight, 'name' | 'data'>[]): Promise<void>;
  snapshot(): Promise<Snapshot>;
}

/** A step that could not be taken. */
export interface Fault {
  readonly message: string;
  /** Steps done before it. */
  readonly step: number;
  /** From 1. */
  readonly epoch: number;
}

/** What a callback remembers, as snapshots hold it. */
export interface Memo {
  readonly numbers: Readonly<Record<string, number>>;
  readonly weights?: readonly Weight[];
}

type Maybe<T = void> = T | Promise<T>;

/** Functions called while a model trains; all are optional. Training waits for what they return. */
export interface Callback {
  readonly name: string;
  /** Before the first step, also when training goes on; what was remembered before is forgotten. */
  onTrainBegin?(trainer: Trainer): Maybe;
  /** Before an epoch's first step; epochs are counted from 0 here, as in Keras. */
  onEpochBegin?(epoch: number, trainer: Trainer): Maybe;
  /** Steps between two calls of onSteps. */
  readonly everySteps?: number;
  /** After every `everySteps` steps since training began. */
  onSteps?(event: Progress, trainer: Trainer): Maybe;
  /** Several times a second: how often depends on the machine, so nothing done here can be repeated exactly. */
  onProgress?(event: Progress, trainer: Trainer): Maybe;
  /** After an epoch and its validation. */
  onEpochEnd?(event: Progress, trainer: Trainer): Maybe;
  /** When onEpochEnd of all is done: a snapshot taken here is what the next epoch begins with. */
  afterEpoch?(event: Progress, trainer: Trainer): Maybe;
  /** When all epochs are done or a callback ended them; not when training was interrupted and may go on. */
  onTrainEnd?(history: History, trainer: Trainer): Maybe;
  /** When a step made NaN or infinity and was therefore not taken: true if fit() is to return and not to throw. */
  onFault?(fault: Fault, trainer: Trainer): Maybe<boolean>;
  /** What it remembers. */
  save?(): Memo;
  /** Puts back what it remembered. */
  load?(memo: Memo): void;
}

/** What all callbacks of a run remember, by their names. */
export type Memos = Readonly<Record<string, Memo>>;

/** All callbacks of a run, as one. */
export class Crew {
  private readonly all: readonly Callback[];
  private readonly names: readonly string[];

  constructor(all: readonly Callback[]) {
    for (const { name, everySteps = 1 } of all)
      check(
        Number.isInteger(everySteps) && everySteps >= 1,
        () => `${name}: everySteps must be a whole number from 1, got ${everySteps}`,
      );
    this.all = all;
    this.names = unique(all.map(({ name }) => name));
  }

  /** Calls all in their order, each when the one before is done. */
  async tell(call: (one: Callback) => Maybe): Promise<void> {
    for (const one of this.all) await call(one);
  }

  /** Calls those whose turn it is after `steps` steps. */
  tellSteps(steps: number, event: Progress, trainer: Trainer): Promise<void> {
    return this.tell((one) => (isDue(one, steps) ? one.onSteps?.(event, trainer) : undefined));
  }

  /** Whether there is someone to be told after `steps` steps. */
  due(steps: number): boolean {
    return this.all.some((one) => isDue(one, steps));
  }

  /** Steps from `steps` on until someone must be told. */
  until(steps: number): number {
    return Math.min(
      ...this.all.map((one) => {
        const { everySteps = 1 } = one;
        return one.onSteps ? everySteps - (steps % everySteps) : Infinity;
      }),
    );
  }

  /** Whether any of them takes a fault upon itself; all are told. */
  async forgives(fault: Fault, trainer: Trainer): Promise<boolean> {
    let forgiven = false;
    for (const one of this.all) if (await one.onFault?.(fault, trainer)) forgiven = true;
    return forgiven;
  }

  /** What they remember. */
  save(): Memos {
    return Object.fromEntries(
      this.all.flatMap((one, i) => (one.save ? [[this.names[i] ?? '', one.save()] as const] : [])),
    );
  }

  /** Puts back what those remembered that were there before, by their names. */
  load(memos: Memos): void {
    this.all.forEach((one, i) => {
      const memo = memos[this.names[i] ?? ''];
      if (memo) one.load?.(memo);
    });
  }
}

const isDue = (one: Callback, steps: number): boolean =>
  one.onSteps !== undefined && steps % (one.everySteps ?? 1) === 0;

/** A callback from functions alone. */
export const lambda = (does: Omit<Callback, 'name'> & { readonly name?: string }): Callback => ({
  ...does,
  name: does.name ?? 'lambda',
});
