// `eidos train cumsum`: one recurrent unit learns to add, as in its source; with --x and --y it looks for the rule in
// the user's own numbers instead, and goes on with it.
import {
  cumsum,
  cumsumData,
  cumsumOptimizer,
  cumsumRecipe,
  errorsOnOnes,
  explainRows,
  ruleOf,
  type Device,
  type Explained,
  type Json,
} from '../src/index.ts';
import { openDevice, type Io } from './io.ts';
import type { Messages } from './messages.ts';
import { UsageError } from './options.ts';
import { takesOnly, trainSequence, type Subject } from './sequence.ts';
import type { Training, TrainOptions } from './trainings.ts';

/** The lengths of the sequences of ones that it is tested on. */
const lengths = [20, 100, 1000] as const;

interface Plan {
  readonly epochs: number;
  readonly batch: number;
  readonly count: number;
  readonly decay: boolean;
}

/** The training. */
export const cumsumTraining: Training = {
  listed: () => ({
    parameters: cumsum().count(),
    data: 'cumsum',
    optimizer: 'adam',
    batch: cumsumRecipe.batchSize,
    epochs: cumsumRecipe.epochs,
    source: {
      title: 'RNN, SimpleRNN(1): 20 ones',
      link: 'https://keras.io/api/layers/recurrent_layers/simple_rnn/',
      result: 'maxErrorAt20 2e-6',
    },
  }),
  addOptions(command, t) {
    command
      .option('--decay', t.decayOption)
      .option('--x <numbers>', t.xOption)
      .option('--y <numbers>', t.yOption);
  },
  async train(io, options, before) {
    takesOnly(io.t, 'cumsum', options, ['limit', 'decay', 'x', 'y']);
    if (options['x'] !== undefined || options['y'] !== undefined) return explain(io, options);
    const plan = before ? planIn(before.record.config, options) : planOf(options);
    const job = {
      name: 'cumsum',
      config: { model: 'cumsum', data: 'cumsum', ...plan },
      make: (device: Device, seed: number) => Promise.resolve(subjectOf(io, plan, device, seed)),
    };
    return trainSequence(io, options, job, before);
  },
};

const planOf = ({ epochs, batch, limit, ...options }: TrainOptions): Plan => ({
  epochs: epochs ?? cumsumRecipe.epochs,
  batch: batch ?? cumsumRecipe.batchSize,
  count: limit ?? cumsumRecipe.count,
  decay: options['decay'] === true,
});

/** The plan in the config of a run; only the number of epochs may be another one now. */
const planIn = (config: Readonly<Record<string, Json>>, { epochs }: TrainOptions): Plan => {
  const number = (name: string, usual: number): number => {
    const value = config[name];
    return typeof value === 'number' ? value : usual;
  };
  return {
    epochs: epochs ?? number('epochs', cumsumRecipe.epochs),
    batch: number('batch', cumsumRecipe.batchSize),
    count: number('count', cumsumRecipe.count),
    decay: config['decay'] === true,
  };
};

function subjectOf(io: Io, { epochs, batch, count, decay }: Plan, device: Device, seed: number): Subject {
  const { t, progress } = io;
  const model = cumsum();
  const optimizer = cumsumOptimizer({ decay, totalSteps: epochs * Math.ceil(count / batch) });
  model.compile({ optimizer, loss: 'meanSquaredError', device, seed });
  progress.note(t.sequences(count, cumsumRecipe.steps));
  return {
    model,
    data: cumsumData({ seed, count }),
    options: { epochs, batchSize: batch },
    async conclude() {
      const errors = await errorsOnOnes(model, lengths);
      const rule = await ruleOf(model);
      io.result(t.rule(rule));
      lengths.forEach((n, i) => io.result(t.errorOnOnes(n, errors[i] ?? NaN)));
      return {
        ...Object.fromEntries(lengths.map((n, i) => [`maxErrorAt${n}`, errors[i] ?? null])),
        ...rule,
        decay,
      };
    },
  };
}

/** Looks for the rule in the numbers of --x and --y, and goes on with it. */
async function explain(io: Io, options: TrainOptions): Promise<void> {
  const { t, progress, signal } = io;
  const x = numbersOf(t, '--x', options['x']);
  const y = numbersOf(t, '--y', options['y']);
  await using device = await openDevice(io, options);
  progress.begin(t.lookingForRule);
  const found = await explainRows(x, y, { device, seed: options.seed, signal });
  signal.throwIfAborted();
  tell(io, found, x, y);
  const { y: says, until, ...rule } = found;
  io.figures({
    command: 'train',
    model: 'cumsum',
    x,
    y,
    says,
    ...rule,
    ...(until && { until: { ...until, says: until.y, y: undefined } }),
    device: device.name,
    seed: options.seed,
  });
}

function tell(io: Io, { until, ...all }: Explained, x: readonly number[], y: readonly number[]): void {
  const { t } = io;
  io.result(t.rule(all));
  io.result(t.ruleFits(all.exact, all.miss));
  if (all.exact && y.length === 3) io.result(t.ruleUntested);
  const rule = until ?? all;
  if (until) {
    io.result(t.rulePart(until.count, until));
    y.slice(until.count).forEach((given, i) => {
      io.result(t.ruleSays(until.count + i + 1, given, until.y[until.count + i] ?? NaN));
    });
  }
  if (x.length > y.length) io.result(t.ruleGoesOn(x.slice(y.length), rule.y.slice(y.length)));
}

/** The numbers of an option: 1,3,5. */
function numbersOf(t: Messages, flag: string, given: unknown): number[] {
  const words = typeof given === 'string' ? given.split(/[\s,;、，]+/).filter(Boolean) : [];
  const numbers = words.map(Number);
  if (words.length === 0 || !numbers.every(Number.isFinite))
    throw new UsageError(t.notNumbers(flag, typeof given === 'string' ? given : ''));
  return numbers;
}
