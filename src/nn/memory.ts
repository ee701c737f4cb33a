// What a model keeps on a device: weights, state, and what its optimizer remembers. Made once and shared by
// every program that trains, evaluates or predicts, so that nothing is ever copied between them.
import { assert, check } from '../base/check.ts';
import type { TypedArray } from '../base/dtype.ts';
import type { Shape } from '../base/shape.ts';
import type { Device, Variable } from '../device/device.ts';
import type { Tensor } from '../tensor.ts';
import type { Built, Held } from './layer.ts';
import { averageSlot, type Optimizer } from './optimizer.ts';
import { leavesOf, mapTree, type Tree } from './tree.ts';

/** A model's weights and state on a device. */
export interface Memory {
  readonly device: Device;
  readonly params: Tree<Variable>;
  readonly state: Tree<Variable>;
  /** Of all chance in its programs; i32, shape []. */
  readonly seed: Variable;
}

/** What an optimizer keeps beside them. */
export interface Training {
  /** By slot, a tree like the parameters'. */
  readonly slots: Readonly<Record<string, Tree<Variable>>>;
  /** Steps done; i32, shape []. */
  readonly step: Variable;
  /** The learning rate; f32, shape []. */
  readonly rate: Variable;
}

/** Numbers by name, as they are saved and loaded. */
export interface Weight {
  readonly name: string;
  readonly shape: Shape;
  readonly data: TypedArray;
}

/** Puts a built layer's first values on a device. */
export function hold(device: Device, built: Held, seed: number): Memory {
  const put = (t: Tensor, name: string): Variable => {
    const data = t.node.kind === 'input' ? t.node.data : undefined;
    assert(data !== undefined, () => `build: ${name} must hold numbers, got ${String(t)}`);
    return device.variable(data, t.shape, { name, dtype: t.dtype });
  };
  return {
    device,
    params: mapTree(built.params, put),
    state: mapTree(built.state, put),
    seed: device.variable(Int32Array.of(seed), [], { name: 'seed' }),
  };
}

/** Makes what an optimizer needs to begin. */
export async function begin({ device, params }: Memory, optimizer: Optimizer): Promise<Training> {
  const slots: Record<string, Tree<Variable>> = {};
  for (const [slot, from] of Object.entries(optimizer.slots)) {
    const first = new Map<string, TypedArray>();
    if (from === 'weight') for (const [path, w] of leavesOf(params)) first.set(path, await w.read());
    slots[slot] = mapTree(params, (w, path) =>
      device.variable(first.get(path), w.shape, { name: `${path}/${slot}`, dtype: 'f32' }),
    );
  }
  return {
    slots,
    step: device.variable(Int32Array.of(0), [], { name: 'step' }),
    rate: device.variable(Float32Array.of(optimizer.rate), [], { name: 'rate' }),
  };
}

/** Which weights an answer comes from. */
export type WhichWeights = 'latest' | 'averaged';

/** The parameters to answer with. */
export function paramsOf(
  call: string,
  memory: Memory,
  training: Training | undefined,
  which: WhichWeights,
): Tree<Variable> {
  if (which === 'latest') return memory.params;
  const average = training?.slots[averageSlot];
  check(
    average !== undefined,
    () => `${call}: there are no averaged weights; compile with optimizer: averaged(adam()) and train`,
  );
  return average;
}

/** The variables of weights, then state, by name. */
export const variablesOf = ({ params, state }: Memory): (readonly [string, Variable])[] => [
  ...leavesOf(params),
  ...leavesOf(state),
];

/** A copy of all weights and state. */
export const readWeights = (memory: Memory): Promise<Weight[]> =>
  Promise.all(variablesOf(memory).map(async ([name, v]) => ({ name, shape: v.shape, data: await v.read() })));

/** Puts numbers in for the weights named; all must be known and of the right size, or none is written. */
export async function writeWeights(
  memory: Memory,
  weights: readonly Pick<Weight, 'name' | 'data'>[],
): Promise<void> {
  const known = new Map(variablesOf(memory));
  const jobs = weights.map(({ name, data }) => {
    const variable = known.get(name);
    check(
      variable !== undefined,
      () => `setWeights: there is no weight ${name}; the model has ${[...known.keys()].join(', ')}`,
    );
    const size = variable.shape.reduce((n, d) => n * d, 1);
    check(
      data.length === size,
      () => `setWeights: ${name} [${variable.shape.join(', ')}] needs ${size} numbers, got ${data.length}`,
    );
    return () => variable.write(data);
  });
  await Promise.all(jobs.map((job) => job()));
}

/** Gives the memory of weights, of what an optimizer keeps, or of both back now. */
export function release(memory: Memory | undefined, training?: Training): void {
  const trees = [memory?.params, memory?.state, ...Object.values(training?.slots ?? {})];
  const others = [memory?.seed, training?.step, training?.rate];
  for (const v of [...trees.flatMap((tree) => leavesOf(tree ?? {}).map(([, leaf]) => leaf)), ...others])
    v?.close();
}

/** How many numbers a built layer learns and how many it only carries, and their bytes. */
export function countOf({ params, state }: Pick<Built, 'params' | 'state'>): {
  trainable: number;
  other: number;
} {
  const sum = (tree: Tree<Tensor>): number =>
    leavesOf(tree).reduce((n, [, t]) => n + t.shape.reduce((p, d) => p * d, 1), 0);
  return { trainable: sum(params), other: sum(state) };
}
