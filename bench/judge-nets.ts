// Networks whose ideas are judged: presets trained as they ordinarily are, kept in a folder so that one training serves
// all measurements.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  mnist,
  presetModel,
  presets,
  readSafetensors,
  shipped,
  writeSafetensors,
  type Device,
  type Model,
  type PresetName,
} from '../src/index.ts';

/** What networks are asked for: the two presets of the seeds, and the one that comes along. */
export const asked = ['mlp784', 'simple-cnn', 'freehand'] as const;

/** Where weights are kept, and how long is trained. */
export interface Nets {
  readonly device: Device;
  readonly folder: string;
  /** The preset's own unless said. */
  readonly epochs: number | undefined;
}

/** The network of that name and seed, trained unless it is in the folder. */
export async function netOf(name: (typeof asked)[number], seed: number, nets: Nets): Promise<Model> {
  return name === 'freehand' ? shipped('freehand', { device: nets.device }) : trained(name, seed, nets);
}

/** A preset trained on MNIST; with `labels`, on other labels than its own. */
export async function trained(
  name: PresetName,
  seed: number,
  { device, folder, epochs }: Nets,
  { labels = (k: number): number => k, mark = '' } = {},
): Promise<Model> {
  const { batchSize, validationSplit, epochs: own } = presets[name];
  const times = epochs ?? own;
  const file = join(folder, `${name}-${seed}${mark}.safetensors`);
  const totalSteps = times * Math.ceil(60_000 / batchSize);
  const model = presetModel(presets[name], { totalSteps, device, seed });
  if (existsSync(file)) {
    const { tensors } = readSafetensors(new Uint8Array(readFileSync(file)), file);
    await model.setWeights(
      tensors.map(({ name: path, data }) => ({ name: path, data: Float32Array.from(data) })),
    );
    return model;
  }
  const { train } = await mnist();
  await model.fit(
    { ...train, labels: train.labels.map(labels) },
    { epochs: times, batchSize, validationSplit },
  );
  const weights = await model.getWeights();
  const tensors = weights.map(({ name: path, shape, data }) => ({
    name: path,
    shape,
    dtype: 'f32' as const,
    data,
  }));
  mkdirSync(folder, { recursive: true });
  writeFileSync(file, writeSafetensors(tensors, { preset: name }));
  return model;
}
