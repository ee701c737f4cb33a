// Callbacks that hand something on to be kept: snapshots, lines of figures. Where it is kept is up to who asked.
import { check } from '../base/check.ts';
import { exactJson } from '../base/json.ts';
import type { Snapshot } from '../files/snapshot.ts';
import type { Callback, Trainer } from './callback.ts';
import { figuresOf, type Progress } from './fit.ts';
import { Monitor, type MonitorOptions } from './monitor.ts';

/** What is known of a snapshot when it is to be kept. */
export interface SaveInfo {
  /** Steps done in all. */
  readonly step: number;
  /** From 1. */
  readonly epoch: number;
  /** The figures so far of this epoch, valLoss among them when it is complete. */
  readonly figures: Readonly<Record<string, number>>;
}

export interface ModelCheckpointOptions extends Omit<MonitorOptions, 'minDelta'> {
  /** Keeps a snapshot; training waits for it. */
  readonly save: (snapshot: Snapshot, info: SaveInfo) => void | Promise<void>;
  /** After so many epochs; 1 if nothing else is asked for. */
  readonly everyEpochs?: number;
  /** After so many steps, counted over all epochs; Keras's save_freq. */
  readonly everySteps?: number;
  /** When so many seconds have passed. */
  readonly everySeconds?: number;
  /** Only after epochs in which the figure was better than at any save before. */
  readonly saveBestOnly?: boolean;
}

/** Takes snapshots while a model trains, and hands them to `save`. */
export function modelCheckpoint({
  save,
  everySteps,
  everySeconds,
  everyEpochs = everySteps === undefined && everySeconds === undefined ? 1 : undefined,
  saveBestOnly = false,
  ...options
}: ModelCheckpointOptions): Callback {
  const name = 'modelCheckpoint';
  check(
    everySeconds === undefined || everySeconds > 0,
    () => `${name}: everySeconds must be a number above 0, got ${everySeconds}`,
  );
  check(
    everyEpochs === undefined || (Number.isInteger(everyEpochs) && everyEpochs >= 1),
    () => `${name}: everyEpochs must be a whole number from 1, got ${everyEpochs}`,
  );
  check(
    !saveBestOnly || (everySteps === undefined && everySeconds === undefined),
    () => `${name}: saveBestOnly looks at complete epochs; leave everySteps and everySeconds out`,
  );
  const monitor = saveBestOnly ? new Monitor(name, options) : undefined;
  let last = performance.now();
  const keep = async (event: Progress, trainer: Trainer): Promise<void> => {
    last = performance.now();
    const snapshot = await trainer.snapshot();
    const step = snapshot.counters['step'] ?? NaN;
    await save(snapshot, { step, epoch: event.epoch, figures: figuresOf(event) });
  };
  return {
    name,
    onTrainBegin() {
      last = performance.now();
      if (monitor) monitor.best = undefined;
    },
    ...(everySteps !== undefined && { everySteps, onSteps: keep }),
    ...(everySeconds !== undefined && {
      async onProgress(event: Progress, trainer: Trainer) {
        if (performance.now() - last >= everySeconds * 1000) await keep(event, trainer);
      },
    }),
    async afterEpoch(event, trainer) {
      if (everyEpochs === undefined || event.epoch % everyEpochs !== 0) return;
      if (monitor) {
        const now = monitor.in(event);
        if (!monitor.isBetter(now, monitor.best)) return;
        monitor.best = now;
      }
      await keep(event, trainer);
    },
    save: () => ({ numbers: monitor?.best === undefined ? {} : { best: monitor.best } }),
    load({ numbers }) {
      if (monitor) monitor.best = numbers['best'];
    },
  };
}

/** Takes a line of text, its end included. */
export type WriteLine = (line: string) => void | Promise<void>;

/**
 * Writes a line of comma-separated figures after every epoch, and their names in a first line, which a run that goes
 * on has written already.
 */
export function csvLogger(
  write: WriteLine,
  { separator = ',' }: { readonly separator?: string } = {},
): Callback {
  let headed = false;
  return {
    name: 'csvLogger',
    onTrainBegin() {
      headed = false;
    },
    async onEpochEnd(event) {
      const figures = { epoch: event.epoch, ...figuresOf(event) };
      if (!headed) await write(`${Object.keys(figures).join(separator)}\n`);
      headed = true;
      await write(`${Object.values(figures).join(separator)}\n`);
    },
    save: () => ({ numbers: { headed: headed ? 1 : 0 } }),
    load({ numbers }) {
      headed = numbers['headed'] === 1;
    },
  };
}

/** Writes a JSON object of figures on a line after every epoch; what JSON has no number for is text, "NaN". */
export const jsonlLogger = (write: WriteLine): Callback => ({
  name: 'jsonlLogger',
  onEpochEnd: (event) => write(`${exactJson({ epoch: event.epoch, ...figuresOf(event) })}\n`),
});

/** Ends fit() without an error when a step made NaN or infinity; the weights are those from before it. */
export const terminateOnNaN = ({
  onFault,
}: { readonly onFault?: (message: string) => void } = {}): Callback => ({
  name: 'terminateOnNaN',
  onFault({ message }) {
    onFault?.(message);
    return true;
  },
});
