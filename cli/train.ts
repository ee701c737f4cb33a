// `eidos train`: which network, on which data, from the words of the command, or which run to go on with. What a
// preset does not leave open stands in it; who trains what is in classify.ts and trainings.ts.
import type { Command } from 'commander';
import { resolve } from 'node:path';
import { latestRun, optimizers, presetNames, presets, readRun } from '../src/index.ts';
import type { DeviceName, OptimizerName, PresetName, RunInfo } from '../src/index.ts';
import { classify } from './classify.ts';
import type { Spec } from './command.ts';
import { isDataset, isFolder } from './data-source.ts';
import type { Io } from './io.ts';
import { list } from './listing.ts';
import type { Messages } from './messages.ts';
import { nearest, oneOf, realNumber, UsageError, wholeNumber } from './options.ts';
import { configOf, isPreset, type Plan } from './plan.ts';
import { datasets } from './data.ts';
import { namedAgain } from './studio-data.ts';
import { trainings, type TrainOptions } from './trainings.ts';

const optimizerNames = Object.keys(optimizers) as OptimizerName[];

const modelNames = [...presetNames, ...Object.keys(trainings)];

/** The command. */
export const train: Spec = {
  name: 'train',
  computes: true,
  define(command, t, run) {
    addOptions(command, t);
    for (const { addOptions: addOwn } of Object.values(trainings)) addOwn?.(command, t);
    command.action((what: string | undefined, options: TrainOptions) =>
      run(options, (io) => begin(io, what, options)),
    );
  },
  examples: (t) => [
    ['eidos train mnist --model tutorial --epochs 1 --seed 1', t.exampleTutorial],
    ['eidos train mnist --limit 2000 --device wasm', t.exampleQuick],
    ['eidos train simple-cnn --seed 3', t.examplePreset],
    ['eidos train ./flowers --size 32 --epochs 10', t.exampleFolder],
    ['eidos train cumsum', t.exampleCumsum],
    ['eidos train cumsum --x 1,3,5,6,7,9,11 --y 1,4,9,15,22,31', t.exampleRule],
    ['eidos train chat --text my.txt', t.exampleChat],
    ['eidos train --resume', t.exampleResume],
    ['eidos train mnist --json --quiet', t.exampleFigures],
  ],
};

function addOptions(command: Command, t: Messages): void {
  const whole = (flag: string, most: number): ((got: string) => number) =>
    wholeNumber(command, t, flag, [1, most]);
  const real = (flag: string, range: readonly [number, number]): ((got: string) => number) =>
    realNumber(command, t, flag, range);
  command
    .summary(t.trainSummary)
    .description(t.trainDescription)
    .argument('[what]', t.trainArgument)
    .option('--model <name>', t.modelOption, oneOf(command, t, '--model', modelNames))
    .option('--epochs <n>', t.epochsOption, whole('--epochs', 100_000))
    .option('--batch <n>', t.batchOption, whole('--batch', 4096))
    .option('--optimizer <name>', t.optimizerOption, oneOf(command, t, '--optimizer', optimizerNames))
    .option('--learning-rate <x>', t.learningRateOption, real('--learning-rate', [0, 1000]))
    .option('--validation-split <x>', t.validationSplitOption, real('--validation-split', [0, 1]))
    .option('--limit <n>', t.limitOption, whole('--limit', 1_000_000))
    .option('--size <n>', t.sizeOption, whole('--size', 1024))
    .option('--grey', t.greyOption)
    .option('--out <folder>', t.outOption)
    .option('--resume [run]', t.resumeOption)
    .option('--advise', t.adviseOption)
    .option('--force', t.forceOption)
    .option('--list', t.listOption);
}

async function begin(io: Io, what: string | undefined, options: TrainOptions): Promise<void> {
  if (options.list) return list(io);
  if (options.resume !== undefined) return goOn(io, what, options);
  const name = await whatToTrain(io.t, what, options);
  const other = Object.hasOwn(trainings, name.model) ? trainings[name.model] : undefined;
  if (other) return other.train(io, options);
  return classify(io, planOf(name as { model: PresetName; data: string }, options), options);
}

/** The network and the data that the words mean: either may be left out where the other says it. */
async function whatToTrain(
  t: Messages,
  what: string | undefined,
  { model }: TrainOptions,
): Promise<{ readonly model: string; readonly data: string }> {
  if (what === undefined) {
    if (model === undefined) throw new UsageError(t.needsDataset);
    return { model, data: isPreset(model) ? presets[model].data : '' };
  }
  if (isDataset(what)) return { model: model ?? usualModel(what), data: what };
  if (modelNames.includes(what)) {
    if (model !== undefined && model !== what) throw new UsageError(t.twoModels(what, model));
    return { model: what, data: isPreset(what) ? presets[what].data : '' };
  }
  if (await isFolder(what)) return { model: model ?? 'tutorial', data: resolve(what) };
  throw new UsageError(t.noSuchData(what, nearest(what, [...datasets, ...modelNames])));
}

/** What a data set is learned by unless something else is asked for: the first preset made for it, or the smallest. */
const usualModel = (data: string): PresetName =>
  presetNames.find((name) => presets[name].data === data) ??
  (data === 'pendigits' ? 'three-layer' : 'tutorial');

/** The preset with what was asked for otherwise. */
function planOf(
  { model, data }: { readonly model: PresetName; readonly data: string },
  options: TrainOptions,
): Plan {
  const preset = presets[model];
  const { optimizer, learningRate } = options;
  return {
    model,
    data,
    epochs: options.epochs ?? preset.epochs,
    batch: options.batch ?? preset.batchSize,
    optimizer:
      (optimizer as OptimizerName | undefined) ??
      (typeof preset.optimizer === 'string' ? preset.optimizer : 'preset'),
    // A rate of the preset's is for the preset's optimizer.
    learningRate: learningRate ?? (optimizer === undefined ? (preset.learningRate ?? null) : null),
    validationSplit: options.validationSplit ?? preset.validationSplit,
    limit: options.limit ?? null,
    size: options.size ?? null,
    grey: options.grey ?? false,
  };
}

/** Options that a run has settled when it began. */
const settled = [
  'model',
  'batch',
  'optimizer',
  'learningRate',
  'validationSplit',
  'limit',
  'size',
  'grey',
  'out',
];

/** Goes on with the run that is named, or with the newest that is not finished. */
async function goOn(io: Io, what: string | undefined, options: TrainOptions): Promise<void> {
  const { t } = io;
  const changed = settled.find((name) => options[name] !== undefined);
  if (changed !== undefined) throw new UsageError(t.settled(flagOf(changed)));
  const run =
    options.resume === true || options.resume === undefined ? await newest(t) : await readRun(options.resume);
  const { folder, record } = run;
  const data = namedAgain(t, 'train', run, what);
  const device = (record.versions['device'] ?? '').split(',')[0] as DeviceName | '';
  // On the device it began on, so that nothing differs.
  const same = { ...options, ...(options.device === undefined && device !== '' && { device }) };
  const name = record.config['model'];
  const other = typeof name === 'string' && Object.hasOwn(trainings, name) ? trainings[name] : undefined;
  if (other) return other.train(io, same, run);
  const { shape: _, classes: __, examples: ___, ...plan } = configOf(record.config, folder, t);
  return classify(
    io,
    {
      ...plan,
      ...(data !== undefined && { data }),
      ...(options.epochs !== undefined && { epochs: options.epochs }),
    },
    same,
    run,
  );
}

async function newest(t: Messages): Promise<RunInfo> {
  const run = await latestRun('runs', ({ state, record: { config } }) => {
    const { model } = config;
    const ours = typeof model === 'string' && modelNames.includes(model);
    return ours && (state === 'stopped' || state === 'interrupted');
  });
  if (!run) throw new UsageError(t.nothingToResume);
  return run;
}

const flagOf = (name: string): string => `--${name.replaceAll(/[A-Z]/g, (c) => `-${c.toLowerCase()}`)}`;
