// Ending training when it no longer helps. Keras's rules and defaults.
import { check } from '../base/check.ts';
import type { Callback } from './callback.ts';
import type { Weight } from './memory.ts';
import { Monitor, type MonitorOptions } from './monitor.ts';

export interface EarlyStoppingOptions extends MonitorOptions {
  /** Epochs without improvement that are waited for. */
  readonly patience?: number;
  /** Waiting also goes on while the figure is no better than this. */
  readonly baseline?: number;
  /** At the end the weights of the best epoch are put back. */
  readonly restoreBestWeights?: boolean;
  /** Epochs before this one, counted from 0, are not looked at. */
  readonly startFromEpoch?: number;
}

/** Ends training when a figure has not become better for `patience` epochs. */
export function earlyStopping({
  patience = 0,
  baseline,
  restoreBestWeights = false,
  startFromEpoch = 0,
  ...options
}: EarlyStoppingOptions = {}): Callback {
  const monitor = new Monitor('earlyStopping', options);
  checkCount('earlyStopping', 'patience', patience);
  checkCount('earlyStopping', 'startFromEpoch', startFromEpoch);
  let wait = 0;
  let bestWeights: readonly Weight[] | undefined;
  return {
    name: 'earlyStopping',
    onTrainBegin() {
      [wait, monitor.best, bestWeights] = [0, undefined, undefined];
    },
    async onEpochEnd(event, trainer) {
      const now = monitor.in(event);
      if (event.epoch - 1 < startFromEpoch) return;
      const better = monitor.isBetter(now, monitor.best);
      if (restoreBestWeights && (better || !bestWeights)) bestWeights = await trainer.getWeights();
      wait++;
      if (better) {
        monitor.best = now;
        if (baseline === undefined || monitor.isBetter(now, baseline)) wait = 0;
      } else if (wait >= patience && event.epoch > 1) trainer.stop();
    },
    async onTrainEnd(_, trainer) {
      if (bestWeights) await trainer.setWeights(bestWeights);
    },
    save: () => ({
      numbers: { wait, ...(monitor.best !== undefined && { best: monitor.best }) },
      ...(bestWeights && { weights: bestWeights }),
    }),
    load({ numbers, weights }) {
      [wait, monitor.best, bestWeights] = [numbers['wait'] ?? 0, numbers['best'], weights];
    },
  };
}

/** Throws unless n is a whole number of epochs from 0. */
export function checkCount(call: string, what: string, n: number): void {
  check(Number.isInteger(n) && n >= 0, () => `${call}: ${what} must be a whole number from 0, got ${n}`);
}
