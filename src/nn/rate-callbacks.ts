// Callbacks that change the learning rate between epochs. A schedule (schedule.ts) does so between steps, and is
// known beforehand; these answer to how training goes. Keras's rules and defaults.
import { check } from '../base/check.ts';
import type { Callback, Trainer } from './callback.ts';
import { checkCount } from './early-stopping.ts';
import { Monitor, type MonitorOptions } from './monitor.ts';

export interface ReduceLROnPlateauOptions extends MonitorOptions {
  /** The rate is multiplied by it, less than 1. */
  readonly factor?: number;
  /** Epochs without improvement that are waited for. */
  readonly patience?: number;
  /** Epochs after a reduction in which no waiting is counted. */
  readonly cooldown?: number;
  readonly minLr?: number;
}

/** Lowers the learning rate when a figure has not become better for `patience` epochs. */
export function reduceLROnPlateau({
  factor = 0.1,
  patience = 10,
  cooldown = 0,
  minLr = 0,
  minDelta = 1e-4,
  ...options
}: ReduceLROnPlateauOptions = {}): Callback {
  const call = 'reduceLROnPlateau';
  const monitor = new Monitor(call, { ...options, minDelta });
  check(factor > 0 && factor < 1, () => `${call}: factor must be between 0 and 1, got ${factor}`);
  check(minLr >= 0, () => `${call}: minLr must be a number from 0, got ${minLr}`);
  checkCount(call, 'patience', patience);
  checkCount(call, 'cooldown', cooldown);
  let [wait, cooling] = [0, 0];
  return {
    name: call,
    onTrainBegin() {
      [wait, cooling, monitor.best] = [0, 0, undefined];
    },
    async onEpochEnd(event, trainer) {
      const now = monitor.in(event);
      if (cooling > 0) [cooling, wait] = [cooling - 1, 0];
      if (monitor.isBetter(now, monitor.best)) [monitor.best, wait] = [now, 0];
      else if (cooling === 0 && ++wait >= patience && (await reduce(trainer, factor, minLr)))
        [cooling, wait] = [cooldown, 0];
    },
    save: () => ({ numbers: { wait, cooling, ...(monitor.best !== undefined && { best: monitor.best }) } }),
    load({ numbers }) {
      [wait, cooling, monitor.best] = [numbers['wait'] ?? 0, numbers['cooling'] ?? 0, numbers['best']];
    },
  };
}

/** Lowers the rates of all optimizers that are above the least; whether there was one. */
async function reduce(trainer: Trainer, factor: number, least: number): Promise<boolean> {
  const rates = await trainer.learningRates();
  let reduced = false;
  for (const [group, rate] of rates.entries()) {
    if (rate <= Math.fround(least)) continue;
    await trainer.setLearningRate(Math.max(rate * factor, least), group);
    reduced = true;
  }
  return reduced;
}

/** Sets the rate before every epoch, by the epoch's number from 0 and the rate as it is. */
export const learningRateScheduler = (schedule: (epoch: number, rate: number) => number): Callback => ({
  name: 'learningRateScheduler',
  async onEpochBegin(epoch, trainer) {
    for (const [group, rate] of (await trainer.learningRates()).entries())
      await trainer.setLearningRate(schedule(epoch, rate), group);
  },
});
