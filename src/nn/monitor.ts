// Watching one figure over the epochs: which way is better, and whether it became so. Keras's rules.
import { check } from '../base/check.ts';
import { figureName, figuresOf, type Progress } from './fit.ts';
import { lossesByName } from './loss.ts';

/** Which way a figure gets better; 'auto' knows losses and accuracies. */
export type Mode = 'auto' | 'min' | 'max';

export interface MonitorOptions {
  /** A figure of an epoch: loss, accuracy, valLoss (or val_loss), valAccuracy. */
  readonly monitor?: string;
  /** Less than this is no improvement. */
  readonly minDelta?: number;
  readonly mode?: Mode;
}

/** One figure, and the best it has been. */
export class Monitor {
  /** Undefined before the first epoch. */
  best: number | undefined;
  private readonly figure: string;
  private readonly sign: 1 | -1;
  private readonly minDelta: number;
  private readonly call: string;

  /** For `call`, which its messages begin with. */
  constructor(call: string, { monitor = 'valLoss', minDelta = 0, mode = 'auto' }: MonitorOptions) {
    this.call = call;
    this.figure = figureName(monitor);
    this.minDelta = Math.abs(minDelta);
    check(
      mode === 'auto' || mode === 'min' || mode === 'max',
      () => `${call}: mode must be auto, min or max, got ${JSON.stringify(mode)}`,
    );
    const found = mode === 'auto' ? directionOf(this.figure) : mode;
    check(
      found !== undefined,
      () => `${call}: whether ${monitor} is better high or low is not known; give mode 'min' or 'max'`,
    );
    this.sign = found === 'min' ? 1 : -1;
  }

  /** What it is now. */
  in(event: Progress): number {
    const figures = figuresOf(event);
    const now = figures[this.figure];
    check(
      now !== undefined,
      () =>
        `${this.call}: there is no ${this.figure} to watch, only ${Object.keys(figures).join(', ')}; give fit() validationData or another monitor`,
    );
    return now;
  }

  /** Whether `now` is better than `than`, and by how much it must be; anything is better than nothing, NaN never. */
  isBetter(now: number, than: number | undefined): boolean {
    if (Number.isNaN(now)) return false;
    return than === undefined || this.sign * now + this.minDelta < this.sign * than;
  }
}

/** The output's name may stand before that of the figure: left_accuracy. */
function directionOf(figure: string): 'min' | 'max' | undefined {
  const own = (figure.split('_').at(-1) ?? figure).replace(/^val(?=[A-Z])/, '');
  const name = own.slice(0, 1).toLowerCase() + own.slice(1);
  if (/accuracy$/i.test(name)) return 'max';
  return name === 'loss' || name in lossesByName ? 'min' : undefined;
}
