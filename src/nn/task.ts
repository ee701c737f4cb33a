// What compile() is asked for, as programs take it: by output the loss and what else is counted, and by optimizer
// the parameters it moves.
import { check } from '../base/check.ts';
import { at, range } from '../base/shape.ts';
import type { Device } from '../device/device.ts';
import type { Perturbation } from './adversarial.ts';
import { unique } from './call-graph.ts';
import { groupsOf, type Group, type OptimizerGroup } from './groups.ts';
import type { AnyLayer } from './layer.ts';
import { lossOf, type Loss, type LossName } from './loss.ts';
import { metricOf, type Metric, type MetricName } from './metric.ts';
import type { Optimizer, OptimizerName } from './optimizer.ts';

type Metrics = readonly (MetricName | Metric)[];

export interface CompileOptions {
  /** One for all parameters, or several, each with those it owns: the first that owns a parameter moves it. */
  readonly optimizer?: OptimizerName | Optimizer | readonly OptimizerGroup[];
  /** One for all outputs, or one for each. */
  readonly loss: LossName | Loss | readonly (LossName | Loss)[];
  /** How much each output's loss counts in the sum; 1 if not given. */
  readonly lossWeights?: readonly number[];
  /** For all outputs, or a list for each. */
  readonly metrics?: Metrics | readonly Metrics[];
  /** What is done to pictures before they are learned from: `adversarial()` makes them as hard as a ball allows. */
  readonly perturbation?: Perturbation;
  /** Where it runs; without one, the fastest that works is opened at first use. */
  readonly device?: Device;
  /** Of first weights, order of examples and dropout; a whole number from 0 to 4294967295. */
  readonly seed?: number;
}

/** What an output is trained and judged by. */
export interface OutputTask {
  readonly name: string;
  readonly loss: Loss;
  readonly weight: number;
  readonly metrics: readonly Metric[];
}

/** What is trained, and by what. */
export interface Task {
  readonly layer: AnyLayer;
  readonly outputs: readonly OutputTask[];
  readonly groups: readonly Group[];
  readonly perturbation?: Perturbation;
}

/** What the outputs of a layer are called: as the layers they come from. */
export function outputNames({ name, wiring }: AnyLayer): string[] {
  if (!wiring) return [name];
  return unique(
    wiring.outputs.map(({ call, output }) =>
      call < 0
        ? (wiring.inputs?.[output]?.name ?? name)
        : at(wiring.layers, at(wiring.calls, call).layer).name,
    ),
  );
}

/** The task that options ask for. */
export function taskOf(
  layer: AnyLayer,
  {
    optimizer = 'adam',
    loss,
    lossWeights,
    metrics = [],
    perturbation,
  }: Omit<CompileOptions, 'device' | 'seed'>,
): Task {
  const names = outputNames(layer);
  const each = (what: string, count: number): void =>
    check(
      count === names.length,
      () => `compile: ${what} must be one for each of ${names.join(', ')}, got ${count}`,
    );
  const losses = isList(loss) ? loss : names.map(() => loss);
  each('losses', losses.length);
  const weights = lossWeights ?? names.map(() => 1);
  each('lossWeights', weights.length);
  check(
    weights.every(Number.isFinite),
    () => `compile: lossWeights must be numbers, got ${weights.join(', ')}`,
  );
  const counted = isNested(metrics) ? metrics : names.map(() => metrics);
  each('lists of metrics', counted.length);
  return {
    layer,
    outputs: range(names.length).map((i) => ({
      name: at(names, i),
      loss: lossOf(at(losses, i)),
      weight: at(weights, i),
      metrics: at(counted, i).map(metricOf),
    })),
    groups: groupsOf(layer, optimizer),
    ...(perturbation && { perturbation }),
  };
}

const isList = (loss: CompileOptions['loss']): loss is readonly (LossName | Loss)[] => Array.isArray(loss);

const isNested = (metrics: Metrics | readonly Metrics[]): metrics is readonly Metrics[] =>
  metrics.length > 0 && metrics.every(Array.isArray);

/** What a score is called: as it is where there is one output, else with the output's name before it. */
export const scoreName = ({ outputs }: Task, { name }: OutputTask, score: string): string =>
  outputs.length === 1 ? score : `${name}_${score}`;

/** Everything that is counted, the loss first. */
export const scoreNames = (task: Task): string[] => [
  ...new Set([
    'loss',
    ...task.outputs.flatMap((output) =>
      ['loss', ...output.metrics.map(({ name }) => name)].map((score) => scoreName(task, output, score)),
    ),
  ]),
];
