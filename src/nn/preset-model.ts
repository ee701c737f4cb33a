// A preset's network, compiled as it is trained: the one place that knows what of a preset is made for a number of steps.
import type { Shape } from '../base/shape.ts';
import type { Device } from '../device/device.ts';
import type { Model } from './model.ts';
import { optimizers, type Optimizer, type OptimizerName } from './optimizer.ts';
import type { Preset } from './presets/preset.ts';

/** What a preset leaves open, and what may be another than its source has it. */
export interface PresetTraining {
  /** Batches that are learned from in all: schedules are made for them. */
  readonly totalSteps: number;
  /** Another optimizer by name; the preset's own, with its schedule, unless said. */
  readonly optimizer?: OptimizerName | 'preset';
  /** The rate of an optimizer by name; the optimizer's own if null, and unless said the preset's, for its own optimizer. */
  readonly learningRate?: number | null;
  /** Of one example: [height, width, channels]; and how many kinds. The source's unless said. */
  readonly shape?: Shape;
  readonly classes?: number;
  readonly device?: Device;
  readonly seed?: number;
}

/** The optimizer that a preset is trained with. */
export function presetOptimizer(
  { optimizer: own, learningRate: usual }: Pick<Preset, 'optimizer' | 'learningRate'>,
  { totalSteps, optimizer = 'preset', learningRate }: PresetTraining,
): Optimizer {
  const wanted = optimizer === 'preset' ? own : optimizer;
  if (typeof wanted !== 'string') return wanted(totalSteps);
  const rate = learningRate === undefined && optimizer === 'preset' ? usual : (learningRate ?? undefined);
  return optimizers[wanted](rate === undefined ? {} : { learningRate: rate });
}

/** A preset's network, compiled to be trained: its optimizer, its loss, and what it does to pictures. */
export function presetModel(preset: Preset, training: PresetTraining): Model {
  const { network, loss, perturbation } = preset;
  const { totalSteps, shape, classes, device, seed } = training;
  return network(shape, classes).compile({
    optimizer: presetOptimizer(preset, training),
    loss,
    metrics: ['accuracy'],
    ...(perturbation && { perturbation: perturbation(totalSteps) }),
    ...(device && { device }),
    ...(seed !== undefined && { seed }),
  });
}
