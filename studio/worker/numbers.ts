// Two rows of numbers: the network of the running sum learns the rule between them and goes on with it.
import { explainRows } from 'eidos';
import { device } from './engine.ts';
import type { Context } from './rpc.ts';

/** What is asked. */
export interface Rows {
  /** As many as there are ys, and those to go on with behind them. */
  readonly x: readonly number[];
  readonly y: readonly number[];
}

/** y = kernel x + recurrent y' + bias, y' being the y before. */
export interface GuessedRule {
  readonly kernel: number;
  readonly recurrent: number;
  readonly bias: number;
  /** What it says for every x. */
  readonly y: readonly number[];
  readonly miss: number;
  /** It misses no y by more than a thousandth of the largest. */
  readonly exact: boolean;
  /** The rule of the first so many, where these have one and all together have none. */
  readonly until?: { readonly count: number; readonly kernel: number; readonly recurrent: number; readonly bias: number; readonly y: readonly number[] }; // prettier-ignore
}

/** What the page can ask about numbers. */
export const numbers = {
  /** Guesses the rule. */
  explain: async ({ x, y }: Rows, { signal }: Context): Promise<GuessedRule> =>
    explainRows(x, y, { device: await device(), signal }),
};
