// The three steps that a model's programs are made of: learn, judge, answer. They are traced functions of
// variables; when and how often they run is fit.ts's and model.ts's business.
import { at, type Shape } from '../base/shape.ts';
import type { Dtype } from '../base/dtype.ts';
import type { InputSpec, Trace, Traced } from '../device/compile.ts';
import type { Program, Variable } from '../device/device.ts';
import { grad } from '../grad.ts';
import { randomUniform } from '../ops/random.ts';
import { gather } from '../ops/rows.ts';
import { Tensor } from '../tensor.ts';
import { asInput, type Table } from './data.ts';
import { purposeOf, type Applied, type Layer } from './layer.ts';
import { targetShape, type Loss } from './loss.ts';
import type { Memory, Training } from './memory.ts';
import { metricOf, type MetricName } from './metric.ts';
import type { Optimizer } from './optimizer.ts';
import { leavesOf, mapTree, type Tree } from './tree.ts';

/** What is trained, and by what. */
export interface Task {
  readonly layer: Layer;
  readonly loss: Loss;
  readonly metrics: readonly MetricName[];
  readonly optimizer: Optimizer;
}

type Update = readonly [Variable, Tensor];

interface Judged {
  /** One number per example: the loss, then each metric. */
  readonly each: Readonly<Record<string, Tensor>>;
  readonly applied: Applied;
}

const tensors = (tree: Tree<Variable>): Tree<Tensor> => mapTree(tree, (v) => v.tensor);

function forward(layer: Layer, memory: Memory, params: Tree<Variable>, x: Tensor, step?: Variable): Applied {
  const seed = memory.seed.tensor;
  const chance = { seed, step: step?.tensor ?? Tensor.fill(0, [], 'i32') };
  const held = { params: tensors(params), state: tensors(memory.state) };
  return layer.apply(held, asInput(x), {
    training: step !== undefined,
    uniform: (like, name) => randomUniform(like, chance, purposeOf(name)),
  });
}

function judge(
  { layer, loss, metrics }: Task,
  memory: Memory,
  params: Tree<Variable>,
  x: Tensor,
  y: Tensor,
  step?: Variable,
): Judged {
  const applied = forward(layer, memory, params, x, step);
  const target = loss.target === 'class' ? y.to('i32') : y;
  const scores = metrics.map((name) => [name, metricOf(name).each(target, applied, loss)]);
  return {
    applied,
    each: { loss: loss.each(target, applied), ...(Object.fromEntries(scores) as Record<string, Tensor>) },
  };
}

/** What a step of learning changes, and its scores. */
function learn(
  task: Task,
  memory: Memory,
  { slots, step, rate }: Training,
  x: Tensor,
  y: Tensor,
): { updates: Update[]; each: Judged['each'] } {
  const { applied, each } = judge(task, memory, memory.params, x, y, step);
  const params = leavesOf(memory.params);
  const gradients = grad(
    at(Object.values(each), 0).mean(),
    params.map(([, v]) => v.tensor),
  );
  const next = step.tensor.add(1);
  const info = { t: next.to('f32'), rate: rate.tensor };
  const held = Object.entries(slots).map(([name, tree]) => [name, new Map(leavesOf(tree))] as const);
  const updates = params.flatMap(([path, w], i): Update[] => {
    const mine = held.map(([name, all]) => [name, all.get(path)] as const);
    const now = Object.fromEntries(mine.map(([name, v]) => [name, v?.tensor])) as Record<string, Tensor>;
    const moved = task.optimizer.step(w.tensor, at(gradients, i), now, info);
    return [[w, moved.w], ...mine.map(([name, v]): Update => [v as Variable, moved.slots[name] as Tensor])];
  });
  const carried = new Map(leavesOf(applied.state));
  const state = leavesOf(memory.state).flatMap(([path, v]): Update[] =>
    carried.has(path) ? [[v, carried.get(path) as Tensor]] : [],
  );
  return { updates: [...updates, ...state, [step, next]], each };
}

/** The next rows of a table, and what taking them changes. */
function take(
  { x, y, order, position }: Table,
  places: Tensor,
  batch: number,
): { x: Tensor; y: Tensor; updates: Update[] } {
  const here = places.add(position.tensor);
  const rows = order ? gather(order.tensor, here) : here;
  return {
    x: gather(x.tensor, rows),
    y: gather(y.tensor, rows),
    updates: [[position, position.tensor.add(batch)]],
  };
}

const counted = ({ totals }: Table, each: Judged['each']): Update[] =>
  Object.entries(totals).map(([name, sum]): Update => [sum, sum.tensor.add((each[name] as Tensor).sum())]);

/** A program that learns from the next rows of a table. */
export const learnFrom = (
  task: Task,
  memory: Memory,
  training: Training,
  table: Table,
  batch: number,
): Promise<Program> =>
  memory.device.compile(
    ({ places }) => {
      const rows = take(table, places, batch);
      const { updates, each } = learn(task, memory, training, rows.x, rows.y);
      return { updates: [...updates, ...rows.updates, ...counted(table, each)] };
    },
    { batch },
  );

/** A program that judges the next rows of a table and changes nothing but its totals. */
export const judgeFrom = (
  task: Task,
  memory: Memory,
  params: Tree<Variable>,
  table: Table,
  batch: number,
): Promise<Program> =>
  memory.device.compile(
    ({ places }) => {
      const rows = take(table, places, batch);
      const { each } = judge(task, memory, params, rows.x, rows.y);
      return { updates: [...rows.updates, ...counted(table, each)] };
    },
    { batch },
  );

export interface Shapes {
  readonly x: InputSpec;
  readonly y: InputSpec;
}

/** What programs are handed: examples of `input`, and targets for outputs of `output`. */
export const specs = (loss: Loss, input: Shape, output: Shape, dtype: Dtype): Shapes => ({
  x: { shape: ['batch', ...input], dtype },
  y: { shape: ['batch', ...targetShape(loss, output)], dtype: loss.target === 'class' ? 'i32' : 'f32' },
});

/** A program that learns from the examples it is handed and gives their mean scores. */
export const learnOnce = (
  task: Task,
  memory: Memory,
  training: Training,
  inputs: Shapes,
  batch: number,
): Promise<Program> =>
  memory.device.compile(
    ({ inputs: { x, y } }: Trace): Traced<Variable> => {
      const { updates, each } = learn(task, memory, training, x as Tensor, y as Tensor);
      return {
        updates,
        outputs: Object.fromEntries(Object.entries(each).map(([name, t]) => [name, t.mean()])),
      };
    },
    { batch, inputs: { ...inputs } },
  );

/** A program that answers for the examples it is handed. */
export const answer = (
  layer: Layer,
  memory: Memory,
  params: Tree<Variable>,
  x: InputSpec,
  batch: number,
): Promise<Program> =>
  memory.device.compile(
    ({ inputs }) => ({ outputs: { y: forward(layer, memory, params, inputs['x'] as Tensor).y } }),
    {
      batch,
      inputs: { x },
    },
  );
