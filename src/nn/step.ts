// The three steps that a model's programs are made of: learn, judge, answer. They are traced functions of
// variables; when and how often they run is course.ts's and asking.ts's business.
import { at, type Shape } from '../base/shape.ts';
import type { Dtype } from '../base/dtype.ts';
import type { InputSpec, Trace, Traced } from '../device/compile.ts';
import type { Program, Variable } from '../device/device.ts';
import { grad } from '../grad.ts';
import { randomUniform } from '../ops/random.ts';
import { gather } from '../ops/rows.ts';
import { Tensor } from '../tensor.ts';
import { asInput, type Table } from './data.ts';
import { isFinite } from './finite.ts';
import { ownerOf } from './groups.ts';
import { purposeOf, type AnyLayer, type AppliedLists, type Context } from './layer.ts';
import { targetShape } from './loss.ts';
import { distinct, type Training, type Weights } from './memory.ts';
import type { Optimizer } from './optimizer.ts';
import { scoreName, type Task } from './task.ts';
import { leavesOf, mapTree, type Tree } from './tree.ts';

type Update = readonly [Variable, Tensor];

interface Judged {
  /** What training makes small; f32, shape []. */
  readonly loss: Tensor;
  /** By output, one number per example, without weights. */
  readonly wrong: readonly Tensor[];
  /** One number per example, by score. */
  readonly each: Readonly<Record<string, Tensor>>;
  readonly applied: AppliedLists;
}

/** A batch: inputs by input, targets by output, and how much each example counts. */
export interface Batch {
  readonly xs: readonly Tensor[];
  readonly ys: readonly Tensor[];
  readonly weights?: Tensor;
}

/** Where a step is looked into while it is traced: told what each layer gives. */
export type Watch = Context['watch'];

const tensors = (tree: Tree<Variable>): Tree<Tensor> => mapTree(tree, (v) => v.tensor);

function forward(
  layer: AnyLayer,
  memory: Weights,
  params: Tree<Variable>,
  xs: readonly Tensor[],
  step?: Variable,
  watch?: Watch,
): AppliedLists {
  const seed = memory.seed.tensor;
  const chance = { seed, step: step?.tensor ?? Tensor.fill(0, [], 'i32') };
  const held = { params: tensors(params), state: tensors(memory.state) };
  const inputs = xs.map((x, i) => asInput(x, layer.wiring?.inputs?.[i]?.dtype));
  return layer.lists.apply(held, inputs, {
    training: step !== undefined,
    uniform: (like, name) => randomUniform(like, chance, purposeOf(name)),
    ...(watch && { watch }),
  });
}

/**
 * The loss is the weighted sum of those of the outputs, and what layers add for regularizers. Examples that count more
 * do so in losses only: metrics are plain means.
 */
function judge(
  task: Task,
  memory: Weights,
  params: Tree<Variable>,
  { xs, ys, weights }: Batch,
  step?: Variable,
  watch?: Watch,
): Judged {
  const applied = forward(task.layer, memory, params, xs, step, watch);
  const each: Record<string, Tensor> = {};
  const all: Tensor[] = [];
  let sum: Tensor | undefined;
  for (const [i, output] of task.outputs.entries()) {
    const { loss, weight, metrics } = output;
    const logits = applied.logits?.[i];
    const mask = applied.masks?.[i];
    const prediction = { y: at(applied.ys, i), ...(logits && { logits }), ...(mask && { mask }) };
    const target = loss.target === 'class' ? at(ys, i).to('i32') : at(ys, i);
    const wrong = loss.each(target, prediction);
    const counted = weights ? wrong.mul(weights) : wrong;
    const weighed = weight === 1 ? counted : counted.mul(weight);
    sum = sum ? sum.add(weighed) : weighed;
    all.push(wrong);
    each[scoreName(task, output, 'loss')] = counted;
    for (const metric of metrics)
      each[scoreName(task, output, metric.name)] = metric.each(target, prediction, loss);
  }
  const { penalty } = applied;
  const total = sum as Tensor;
  return {
    applied,
    wrong: all,
    loss: penalty ? total.mean().add(penalty) : total.mean(),
    each: { ...each, loss: penalty ? total.add(penalty) : total },
  };
}

/** The learning rate of the next step: f32, shape []. */
const rateIn = ({ learningRate }: Optimizer, { step, rate }: Training): Tensor =>
  typeof learningRate === 'number' ? rate.tensor : learningRate.at(step.tensor);

/** The updates that the parameters of one optimizer get. */
function moves(
  optimizer: Optimizer,
  kept: Training,
  owned: readonly (readonly [path: string, Variable])[],
  gradients: readonly Tensor[],
): Update[] {
  const { slots, step } = kept;
  const next = step.tensor.add(1);
  const { clip } = optimizer;
  const info = { t: next.to('f32'), rate: rateIn(optimizer, kept) };
  const held = Object.entries(slots).map(([name, tree]) => [name, new Map(leavesOf(tree))] as const);
  const taken = clip ? clip.of(gradients) : gradients;
  const updates = owned.flatMap(([path, w], i): Update[] => {
    const mine = held.map(([name, all]) => [name, all.get(path)] as const);
    const before = Object.fromEntries(mine.map(([name, v]) => [name, v?.tensor])) as Record<string, Tensor>;
    const moved = optimizer.step(w.tensor, at(taken, i), before, { ...info, path });
    return [[w, moved.w], ...mine.map(([name, v]): Update => [v as Variable, moved.slots[name] as Tensor])];
  });
  return [...updates, [step, next]];
}

/** A step of learning before it is taken. */
export interface Step extends Judged {
  /** Whether it may be taken: bool, shape []. */
  readonly finite: Tensor;
  readonly gradients: readonly (readonly [path: string, Tensor])[];
  /** What it would change. */
  readonly updates: readonly Update[];
}

/** The batch as it is learned from: made hard first, if the task says how, by the weights as they are and as they judge. */
function attacked(task: Task, memory: Weights, batch: Batch, step: Variable): Batch {
  const { perturbation, layer } = task;
  if (!perturbation) return batch;
  const [first, ...others] = batch.xs;
  const x = asInput(first as Tensor, layer.wiring?.inputs?.[0]?.dtype);
  const loss = (moved: Tensor): Tensor =>
    judge(task, memory, memory.params, { ...batch, xs: [moved, ...others] }).each['loss'] as Tensor;
  const chance = { seed: memory.seed.tensor, step: step.tensor };
  const uniform: Context['uniform'] = (like, name) => randomUniform(like, chance, purposeOf(name));
  const moved = perturbation.perturb(x, loss, uniform, step.tensor);
  return { ...batch, xs: [moved, ...others] };
}

/** A step of learning from a batch. */
export function stepOver(
  task: Task,
  memory: Weights,
  training: readonly Training[],
  batch: Batch,
  watch?: Watch,
): Step {
  const { step } = at(training, 0);
  const judged = judge(task, memory, memory.params, attacked(task, memory, batch, step), step, watch);
  const owned = distinct(leavesOf(memory.params)).flatMap(([path, v]) => {
    const group = ownerOf(task.groups, path);
    return group === undefined ? [] : [{ path, v, group }];
  });
  const gradients = grad(
    judged.loss,
    owned.map(({ v }) => v.tensor),
  );
  const groups = training.map((kept, group) => {
    const { optimizer } = at(task.groups, group);
    const mine = owned
      .map((one, i) => ({ ...one, g: at(gradients, i) }))
      .filter((one) => one.group === group);
    const along = mine.map(({ g }) => g);
    const updates = moves(
      optimizer,
      kept,
      mine.map(({ path, v }) => [path, v] as const),
      along,
    );
    return { updates, gradients: along, rate: rateIn(optimizer, kept) };
  });
  const carried = new Map(leavesOf(judged.applied.state));
  const state = distinct(leavesOf(memory.state)).flatMap(([path, v]): Update[] =>
    carried.has(path) ? [[v, carried.get(path) as Tensor]] : [],
  );
  return {
    ...judged,
    finite: isFinite(judged.loss, groups),
    gradients: owned.map(({ path }, i) => [path, at(gradients, i)] as const),
    updates: [...groups.flatMap(({ updates }) => updates), ...state],
  };
}

/** Updates that are done only if `may`: bool, shape []; else all stays as it is. */
const onlyIf = (may: Tensor, updates: readonly Update[]): Update[] =>
  updates.map(([v, next]) => [v, next.where(may.expandTo(next), v.tensor)]);

/** The next rows of a table, and what taking them changes. */
export function take(
  { xs, ys, weights, order, position }: Table,
  places: Tensor,
  batch: number,
): Batch & { readonly updates: Update[] } {
  const here = places.add(position.tensor);
  const rows = order ? gather(order.tensor, here) : here;
  return {
    xs: xs.map((x) => gather(x.tensor, rows)),
    ys: ys.map((y) => gather(y.tensor, rows)),
    ...(weights && { weights: gather(weights.tensor, rows) }),
    updates: [[position, position.tensor.add(batch)]],
  };
}

const counted = ({ totals }: Table, each: Judged['each']): Update[] =>
  Object.entries(totals).map(([name, sum]): Update => [sum, sum.tensor.add((each[name] as Tensor).sum())]);

/** What a table's fault is: i32, shape []. */
const faultOf = (finite: Tensor): Tensor =>
  Tensor.fill(0, [], 'i32').where(finite, Tensor.fill(1, [], 'i32'));

/** A program that learns from the next rows of a table, or takes note that it cannot. */
export const learnFrom = (
  task: Task,
  memory: Weights,
  training: readonly Training[],
  table: Table,
  batch: number,
): Promise<Program> =>
  memory.device.compile(
    ({ places }) => {
      const rows = take(table, places, batch);
      const { updates, each, finite } = stepOver(task, memory, training, rows);
      const all = [...updates, ...rows.updates, ...counted(table, each)];
      return { updates: [...onlyIf(finite, all), [table.fault, faultOf(finite)]] };
    },
    { batch },
  );

/** A program that judges the next rows of a table and changes nothing but its totals. */
export const judgeFrom = (
  task: Task,
  memory: Weights,
  params: Tree<Variable>,
  table: Table,
  batch: number,
): Promise<Program> =>
  memory.device.compile(
    ({ places }) => {
      const rows = take(table, places, batch);
      const { each } = judge(task, memory, params, rows);
      return { updates: [...rows.updates, ...counted(table, each)] };
    },
    { batch },
  );

/** What programs are handed by name: x, x1, ... and y, y1, ... */
export const nameOf = (what: 'x' | 'y', i: number): string => (i === 0 ? what : `${what}${i}`);

const named = (what: 'x' | 'y', list: readonly InputSpec[]): Record<string, InputSpec> =>
  Object.fromEntries(list.map((spec, i) => [nameOf(what, i), spec]));

const handed = ({ inputs }: Trace, what: 'x' | 'y', count: number): Tensor[] =>
  Array.from({ length: count }, (_, i) => inputs[nameOf(what, i)] as Tensor);

/** What a program is handed to learn from. */
export interface HandedSpecs {
  readonly xs: readonly InputSpec[];
  readonly ys: readonly InputSpec[];
  readonly weighted: boolean;
}

/** The same as the program's inputs. */
export const inputsOf = ({ xs, ys, weighted }: HandedSpecs): Record<string, InputSpec> => ({
  ...named('x', xs),
  ...named('y', ys),
  ...(weighted && { weights: inputSpec([], 'f32') }),
});

/** The batch that a program is handed. */
export const handedBatch = (trace: Trace, { xs, ys, weighted }: HandedSpecs): Batch => ({
  xs: handed(trace, 'x', xs.length),
  ys: handed(trace, 'y', ys.length),
  ...(weighted && { weights: trace.inputs['weights'] as Tensor }),
});

/** The output of learnOnce() that is 1 if the step could not be taken. */
export const faultName = 'fault ';

/** Examples as a program is handed them. */
export const inputSpec = (shape: Shape, dtype: Dtype): InputSpec => ({ shape: ['batch', ...shape], dtype });

/** Targets as a program is handed them, for outputs of `shapes`. */
export const targetSpecs = ({ outputs }: Task, shapes: readonly Shape[]): InputSpec[] =>
  outputs.map(({ loss }, i) =>
    inputSpec(targetShape(loss, at(shapes, i)), loss.target === 'class' ? 'i32' : 'f32'),
  );

/** A program that learns from the examples it is handed and gives their mean scores, or says that it cannot. */
export const learnOnce = (
  task: Task,
  memory: Weights,
  training: readonly Training[],
  specs: HandedSpecs,
  batch: number,
): Promise<Program> =>
  memory.device.compile(
    (trace: Trace): Traced<Variable> => {
      const { updates, each, finite } = stepOver(task, memory, training, handedBatch(trace, specs));
      const means = Object.entries(each).map(([name, t]) => [name, t.mean()] as const);
      return {
        updates: onlyIf(finite, updates),
        outputs: { ...Object.fromEntries(means), [faultName]: faultOf(finite) },
      };
    },
    { batch, inputs: inputsOf(specs) },
  );

/** A program that answers for the examples it is handed: y, y1, ... */
export const answer = (
  layer: AnyLayer,
  memory: Weights,
  params: Tree<Variable>,
  xs: readonly InputSpec[],
  batch: number,
): Promise<Program> =>
  memory.device.compile(
    (trace) => {
      const { ys } = forward(layer, memory, params, handed(trace, 'x', xs.length));
      return { outputs: Object.fromEntries(ys.map((y, i) => [nameOf('y', i), y])) };
    },
    { batch, inputs: named('x', xs) },
  );
