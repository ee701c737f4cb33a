// What evaluate(), predict() and trainOnBatch() do once it is known that the data suits the model: find the program
// kept for such data, or make it, and run it.
import type { TypedArray } from '../base/dtype.ts';
import { at, sizeOf, type Shape } from '../base/shape.ts';
import type { Program } from '../device/device.ts';
import { benchOf } from './bench.ts';
import {
  dtypeOf,
  meansOf,
  rewind,
  type Column,
  type Examples,
  type Filling,
  type Targets,
  type Wanted,
} from './data.ts';
import { faultIn } from './diagnose.ts';
import type { SampleWeight } from './fit.ts';
import type { AnyLayer, Count } from './layer.ts';
import { paramsOf, type Memory, type Training, type WhichWeights } from './memory.ts';
import type { Reuse } from './reuse.ts';
import { scores, type Scores } from './metric.ts';
import { overRows } from './slices.ts';
import {
  answer,
  faultName,
  handedBatch,
  inputSpec,
  inputsOf,
  judgeFrom,
  learnOnce,
  nameOf,
  targetSpecs,
  type HandedSpecs,
} from './step.ts';
import type { Task } from './task.ts';

export interface AskOptions {
  /** Examples taken at once. */
  readonly batchSize?: number;
  /** The averages that averaged() keeps, instead of the latest. */
  readonly weights?: WhichWeights;
  readonly signal?: AbortSignal | undefined;
}

export interface EvaluateOptions extends AskOptions {
  /** How much each example counts in the loss; metrics are plain means. */
  readonly sampleWeight?: SampleWeight;
}

/** Outputs of a model, row-major. */
export interface Answers {
  readonly data: Float32Array;
  readonly shape: Shape;
}

/** What predict() gives: a list where a model was made with a list of outputs. */
export type Answered<N extends Count> = N extends 'many' ? readonly Answers[] : Answers;

/** Weights on a device, and examples that suit them. */
export interface Ready {
  readonly memory: Memory;
  readonly training: readonly Training[];
  readonly kept: Reuse;
  readonly examples: Examples;
  /** Of the outputs for one of these examples. */
  readonly outputs: readonly Shape[];
}

/** Programs kept for batches of one kind each: as many shapes and sizes as are used in turn. */
const most = 8;

const keyOf = (inputs: readonly Column[]): string =>
  inputs.map(({ x, shape }) => `${dtypeOf(x)}[${shape.join()}]`).join(' ');

const byName = (what: 'x' | 'y', list: readonly TypedArray[]): Record<string, TypedArray> =>
  Object.fromEntries(list.map((x, i) => [nameOf(what, i), x]));

/** What targets are checked against. */
export const wantedOf = ({ outputs }: Task, shapes: readonly Shape[]): Wanted[] =>
  outputs.map(({ loss }, i) => ({ loss, shape: at(shapes, i) }));

/** The program that answers for such examples, up to `batch` at once. */
export const answering = (
  layer: AnyLayer,
  { memory, training, kept, examples: { inputs } }: Ready,
  batch: number,
  weights: WhichWeights = 'latest',
): Promise<Program> => {
  const params = paramsOf('predict', memory, training, weights);
  const specs = inputs.map(({ x, shape }) => inputSpec(shape, dtypeOf(x)));
  const make = (): Promise<Program> => answer(layer, memory, params, specs, batch);
  return kept.get('predict', `${keyOf(inputs)} ${batch} ${weights}`, make, most);
};

/** The outputs for all examples. */
export async function predicted(
  layer: AnyLayer,
  ready: Ready,
  { batchSize = 256, weights, signal }: AskOptions,
): Promise<Answers[]> {
  const { examples, outputs } = ready;
  const { inputs, count } = examples;
  const program = await answering(layer, ready, batchSize, weights);
  const answers = outputs.map((shape) => ({
    data: new Float32Array(count * sizeOf(shape)),
    shape: [count, ...shape],
  }));
  for (let from = 0; from < count; from += batchSize) {
    signal?.throwIfAborted();
    const batch = Math.min(batchSize, count - from);
    const rows = inputs.map(({ x, shape }) =>
      x.subarray(from * sizeOf(shape), (from + batch) * sizeOf(shape)),
    );
    const out = await program.run(byName('x', rows), { batch });
    for (const [i, { data }] of answers.entries())
      data.set(out[nameOf('y', i)] ?? [], from * sizeOf(at(outputs, i)));
  }
  return answers;
}

const specsFor = (
  task: Task,
  { examples: { inputs }, outputs }: Pick<Ready, 'examples' | 'outputs'>,
  weighted: boolean,
): HandedSpecs => ({
  xs: inputs.map(({ x, shape }) => inputSpec(shape, dtypeOf(x))),
  ys: targetSpecs(task, outputs),
  weighted,
});

/** The program that learns from such examples when handed them, up to `batch` at once. */
export const learning = (task: Task, ready: Ready, batch: number, weighted = false): Promise<Program> => {
  const { memory, training, kept, examples } = ready;
  const specs = specsFor(task, ready, weighted);
  const make = (): Promise<Program> => learnOnce(task, memory, training, specs, batch);
  const key = `${keyOf(examples.inputs)} ${batch}${weighted ? ' weighted' : ''}`;
  return kept.get('trainOnBatch', key, make, most);
};

/** One step over examples; gives their scores from before it. */
export async function stepped(
  task: Task,
  ready: Ready,
  targets: readonly Targets[],
  weights?: Float32Array,
): Promise<Scores> {
  const { inputs, count } = ready.examples;
  // A program serves all smaller batches, so that few are made.
  const program = await learning(task, ready, 2 ** Math.ceil(Math.log2(count)), weights !== undefined);
  const ys = targets.map(({ y }, i) =>
    at(task.outputs, i).loss.target === 'class' ? Int32Array.from(y) : y,
  );
  const xs = inputs.map(({ x }) => x);
  const given = { ...byName('x', xs), ...byName('y', ys), ...(weights && { weights }) };
  const { [faultName]: fault, ...out } = await program.run(given, { batch: count });
  if (fault?.[0]) {
    const specs = specsFor(task, ready, weights !== undefined);
    throw await faultIn('trainOnBatch', task, ready, {
      inputs: inputsOf(specs),
      batch: (trace) => handedBatch(trace, specs),
      given,
      count,
      rows: Int32Array.from({ length: count }, (_, i) => i),
      examples: ready.examples,
    });
  }
  return scores(Object.fromEntries(Object.entries(out).map(([name, value]) => [name, value[0] ?? NaN])));
}

/** The mean scores over all examples. */
export async function judged(
  role: 'evaluate' | 'validate',
  task: Task,
  { memory, training, kept }: Pick<Ready, 'memory' | 'training' | 'kept'>,
  filling: Filling,
  { batchSize = 256, weights = 'latest', signal }: AskOptions,
): Promise<Scores> {
  const params = paramsOf(role, memory, training, weights);
  const { program, table } = await benchOf(kept, filling, {
    role,
    key: `${batchSize} ${weights}`,
    task,
    memory,
    shuffled: false,
    make: (table) => judgeFrom(task, memory, params, table, batchSize),
  });
  const { count } = filling.examples;
  await rewind(table);
  for await (const _ of overRows(program, count, { batch: batchSize, signal })) signal?.throwIfAborted();
  signal?.throwIfAborted();
  return scores(await meansOf(table, count));
}
