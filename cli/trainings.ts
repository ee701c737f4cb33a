// What `eidos train` can train beside classifiers of pictures, by name. Each has its own file; here is only the list.
//
// To add one: a file beside this one that exports a Training, and its row here. Its names must not be presets'.
import type { Command } from 'commander';
import type { RunInfo } from '../src/index.ts';
import type { Wishes } from './classify.ts';
import { chatTraining } from './chat.ts';
import { cumsumTraining } from './cumsum.ts';
import type { Io } from './io.ts';
import type { Listed } from './listing.ts';
import type { Messages } from './messages.ts';

/** What the options of `train` came to; those that were not given are undefined, its own ones are there by name. */
export interface TrainOptions extends Wishes {
  readonly model?: string;
  readonly epochs?: number;
  readonly batch?: number;
  readonly optimizer?: string;
  readonly learningRate?: number;
  readonly validationSplit?: number;
  readonly limit?: number;
  readonly size?: number;
  readonly grey?: boolean;
  readonly resume?: string | true;
  readonly list?: boolean;
  readonly [own: string]: unknown;
}

/** Something else to train. */
export interface Training {
  /** Its line in `eidos train --list`. */
  listed(): Listed;
  /** Adds options of its own. */
  readonly addOptions?: (command: Command, t: Messages) => void;
  /**
   * All of it: words, run folder, figures. The config of its runs has its name as `model`, by which a run is given back
   * to it as `before` to be gone on with; course.ts trains in the folder.
   */
  train(io: Io, options: TrainOptions, before?: RunInfo): Promise<void>;
}

/** By name. */
export const trainings: Readonly<Record<string, Training>> = { cumsum: cumsumTraining, chat: chatTraining };
