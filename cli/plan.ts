// What a training is asked for, once presets' defaults are in: it stands in run.json, and from there the same network
// and the same data are made again. A plan is plain data.
import {
  EidosError,
  optimizers,
  presetModel,
  presetNames,
  presetOptimizer,
  presets,
  type Device,
  type Json,
  type Model,
  type Optimizer,
  type OptimizerName,
  type Preset,
  type PresetName,
  type PresetTraining,
} from '../src/index.ts';
import type { Messages } from './messages.ts';

/** What a classifier of pictures is trained on, and how. */
export interface Plan {
  readonly model: PresetName;
  /** A data set's name, or the path of a folder of pictures. */
  readonly data: string;
  readonly epochs: number;
  readonly batch: number;
  /** 'preset': the preset's own, with its schedule. */
  readonly optimizer: OptimizerName | 'preset';
  /** The optimizer's own if null. */
  readonly learningRate: number | null;
  readonly validationSplit: number;
  /** At most so many examples to learn from and to be tested with. */
  readonly limit: number | null;
  /** Pictures of a folder are brought to this side, and to grey if they are to be. */
  readonly size: number | null;
  readonly grey: boolean;
}

/** What the data turned out to be. */
export interface Kind {
  /** Of one example: [height, width, channels]. */
  readonly shape: readonly [number, number, number];
  /** What the outputs mean. */
  readonly classes: readonly string[];
}

/** The config of a run. */
export interface Config extends Plan, Kind {
  /** Examples in an epoch. */
  readonly examples: number;
}

/** Whether a name is a preset's. */
export const isPreset = (name: unknown): name is PresetName => (presetNames as unknown[]).includes(name);

/** The plan in the config of a run that trained a preset. */
export function configOf(config: Readonly<Record<string, Json>>, folder: string, t: Messages): Config {
  const kinds: Readonly<Record<keyof Config, (x: Json | undefined) => boolean>> = {
    model: isPreset,
    data: (x) => typeof x === 'string',
    epochs: Number.isInteger,
    batch: Number.isInteger,
    optimizer: (x) => typeof x === 'string' && (x === 'preset' || Object.hasOwn(optimizers, x)),
    learningRate: (x) => x === null || typeof x === 'number',
    validationSplit: (x) => typeof x === 'number',
    limit: (x) => x === null || Number.isInteger(x),
    size: (x) => x === null || Number.isInteger(x),
    grey: (x) => typeof x === 'boolean',
    shape: (x) => Array.isArray(x) && x.length === 3,
    classes: Array.isArray,
    examples: Number.isInteger,
  };
  const wrong = Object.entries(kinds).find(([name, is]) => !is(config[name]));
  if (wrong) throw new EidosError(t.badConfig(folder, wrong[0]));
  return config as unknown as Config;
}

/** The preset of a plan. */
export const presetOf = ({ model }: Pick<Plan, 'model'>): Preset => presets[model];

/** Batches that a plan learns from in all. */
const stepsOf = ({ epochs, batch, examples }: Config): number => epochs * Math.ceil(examples / batch);

/** How the preset of a plan is trained. */
const trainingOf = (config: Config): PresetTraining => {
  const { optimizer, learningRate, shape, classes } = config;
  return { totalSteps: stepsOf(config), optimizer, learningRate, shape, classes: classes.length };
};

/** The optimizer that a plan asks for. */
export const optimizerOf = (config: Config): Optimizer =>
  presetOptimizer(presetOf(config), trainingOf(config));

/** The network of a plan, compiled for a device. */
export const modelFor = (config: Config, where: { readonly device: Device; readonly seed: number }): Model =>
  presetModel(presetOf(config), { ...trainingOf(config), ...where });

/** Rows of numbers as probabilities: as they are, or their softmax. */
export function probabilitiesOf(
  outputs: Float32Array,
  classes: number,
  { logits = false }: { readonly logits?: boolean },
): Float32Array {
  if (!logits) return outputs;
  const out = new Float32Array(outputs.length);
  for (let from = 0; from < outputs.length; from += classes) {
    const row = outputs.subarray(from, from + classes);
    const most = Math.max(...row);
    const powers = Array.from(row, (x) => Math.exp(x - most));
    const sum = powers.reduce((a, b) => a + b, 0);
    powers.forEach((x, i) => (out[from + i] = x / sum));
  }
  return out;
}
