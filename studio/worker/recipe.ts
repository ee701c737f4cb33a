// What a training of the studio is made of: a preset's network on a data set, compiled for the engine, and what stands
// of it in the run's config, in the words that `eidos train` uses, so that Node goes on with an exported run.
import {
  presetModel,
  presetNames,
  presets,
  type Dataset,
  type Device,
  type Json,
  type Model,
  type OptimizerName,
  type PresetName,
} from 'eidos';
import { Said } from './rpc.ts';

/** What is asked for on the page. */
export interface TrainPlan {
  readonly model: PresetName;
  /** A data set's id. */
  readonly data: string;
  readonly epochs: number;
  readonly batch: number;
  /** The preset's own if null. */
  readonly learningRate: number | null;
  /** At most so many examples to learn from, and to be tested with. */
  readonly limit: number | null;
  readonly seed: number;
}

/** The config of a run. */
export interface TrainConfig extends Omit<TrainPlan, 'seed'> {
  readonly optimizer: string;
  readonly validationSplit: number;
  readonly size: number | null;
  readonly grey: boolean;
  readonly shape: readonly [number, number, number];
  readonly classes: readonly string[];
  readonly examples: number;
}

/** What a preset is usually trained with. */
export interface PresetCard {
  readonly name: PresetName;
  readonly epochs: number;
  readonly batch: number;
  readonly about: string;
  /** The accuracy its source tells of. */
  readonly accuracy: number | undefined;
}

/** The presets, as the page lists them; the ones that are quickly trained come first. */
export const presetCards = (): readonly PresetCard[] =>
  presetNames.map((name) => {
    const { epochs, batchSize: batch, source } = presets[name];
    return { name, epochs, batch, about: source.title, accuracy: source.testAccuracy };
  });

/** How many examples are learned from in an epoch. */
const learned = (count: number, validationSplit: number): number => Math.floor(count * (1 - validationSplit));

/** The config of a plan on its data. */
export function configOf({ seed: _, ...plan }: TrainPlan, data: Dataset): TrainConfig {
  const preset = presets[plan.model];
  const byName = typeof preset.optimizer === 'string';
  const { validationSplit } = preset;
  return {
    ...plan,
    // A rate of one's own is for an optimizer that can be called by name.
    optimizer: byName ? preset.optimizer : plan.learningRate === null ? 'preset' : 'adam',
    learningRate: plan.learningRate ?? preset.learningRate ?? null,
    validationSplit,
    size: null,
    grey: data.train.shape[2] === 1,
    shape: data.train.shape,
    classes: data.classes,
    examples: learned(data.train.count, validationSplit),
  };
}

/** The config in a run's record. */
export function configFrom(run: string, config: Readonly<Record<string, Json>>): TrainConfig {
  const found = config as unknown as TrainConfig;
  const good =
    presetNames.includes(found.model) &&
    typeof found.data === 'string' &&
    [found.epochs, found.batch].every((n) => Number.isInteger(n) && n > 0) &&
    Array.isArray(found.shape);
  if (!good) throw new Said('notTraining', run);
  return found;
}

/** The network of a config, compiled. */
export function modelFor(config: TrainConfig, device: Device, seed: number): Model {
  const { model, optimizer, learningRate, shape, classes, epochs, batch, examples } = config;
  return presetModel(presets[model], {
    totalSteps: epochs * Math.ceil(examples / batch),
    optimizer: optimizer as OptimizerName | 'preset',
    learningRate,
    shape,
    classes: classes.length,
    device,
    seed,
  });
}
