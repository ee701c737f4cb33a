// What a model keeps on a device: weights, state, and what its optimizers remember. Made once and shared by
// every program that trains, evaluates or predicts, so that nothing is ever copied between them.
import { check } from '../base/check.ts';
import type { TypedArray } from '../base/dtype.ts';
import { sizeOf, type Shape } from '../base/shape.ts';
import type { Device, Variable } from '../device/device.ts';
import { ownerOf, type Group } from './groups.ts';
import { shared, type Homes } from './homes.ts';
import type { AnyLayer, BuiltLists, Held, Params } from './layer.ts';
import { averageSlot, type Optimizer } from './optimizer.ts';
import { rateAfter } from './schedule.ts';
import { filterTree, joined, leavesOf, leavesOfAll, mapTree, type Tree } from './tree.ts';

/** A model's weights and state on a device. */
export interface Weights {
  readonly device: Device;
  readonly params: Tree<Variable>;
  readonly state: Tree<Variable>;
  /** Of all chance in its programs; i32, shape []. */
  readonly seed: Variable;
}

/** The same, with what release() needs to know. */
export interface Memory extends Weights {
  readonly homes: Homes;
  readonly layers: readonly AnyLayer[];
}

/** What an optimizer keeps beside them. */
export interface Training {
  /** By slot, a tree like that of the parameters it owns. */
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

/** A layer that is not made of others, and where it is. */
interface Single {
  readonly path: string;
  readonly layer: AnyLayer;
  readonly built: BuiltLists;
}

/** The layers inside that are not made of others. */
export function singles(layer: AnyLayer, built: BuiltLists, path = ''): Single[] {
  if (!built.parts) return [{ path, layer, built }];
  return built.parts.flatMap((part) => singles(part.layer, part.built, joined(path, part.name)));
}

/** The variables of a built layer on a device: those its layers have there already, else new ones. */
export async function hold(
  device: Device,
  layer: AnyLayer,
  built: BuiltLists,
  seed: number,
  homes: Homes = shared,
): Promise<Memory> {
  const layers: AnyLayer[] = [];
  const found = new Map<string, Variable>();
  try {
    for (const one of singles(layer, built)) {
      if (leavesOfAll(one.built.params, one.built.state).length === 0) continue;
      const { params, state } = await homes.enter(one.layer, device, one.built, one.path || layer.name);
      layers.push(one.layer);
      for (const [name, v] of leavesOfAll(params, state)) found.set(joined(one.path, name), v);
    }
  } catch (error) {
    await Promise.all(layers.map((one) => homes.leave(one, device)));
    throw error;
  }
  const of = (_: unknown, path: string): Variable => found.get(path) as Variable;
  return {
    device,
    params: mapTree(built.params, of),
    state: mapTree(built.state, of),
    seed: device.variable(Int32Array.of(seed), [], { name: 'seed' }),
    homes,
    layers,
  };
}

/** Makes what an optimizer needs to begin; `params` are those it owns. */
export async function begin({ device, params }: Weights, optimizer: Optimizer): Promise<Training> {
  const slots: Record<string, Tree<Variable>> = {};
  for (const [slot, from] of Object.entries(optimizer.slots)) {
    const first = new Map<string, TypedArray>();
    if (from === 'weight') for (const [path, w] of leavesOf(params)) first.set(path, await w.read());
    if (typeof from === 'object')
      for (const [path, w] of leavesOf(params))
        first.set(path, new Float32Array(sizeOf(w.shape)).fill(from.fill));
    slots[slot] = mapTree(params, (w, path) =>
      device.variable(first.get(path), w.shape, { name: `${path}/${slot}`, dtype: 'f32' }),
    );
  }
  return {
    slots,
    step: device.variable(Int32Array.of(0), [], { name: 'step' }),
    rate: device.variable(Float32Array.of(rateAfter(optimizer.learningRate, 0)), [], { name: 'rate' }),
  };
}

/** What the optimizers of all groups keep; none is kept for parameters that no group owns. */
export const beginAll = (memory: Weights, groups: readonly Group[]): Promise<readonly Training[]> =>
  Promise.all(
    groups.map(({ optimizer }, i) => {
      const { device, seed, state } = memory;
      const params = filterTree(memory.params, (path) => ownerOf(groups, path) === i);
      return begin({ device, params, state, seed }, optimizer);
    }),
  );

/** Which weights an answer comes from. */
export type WhichWeights = 'latest' | 'averaged';

/** The parameters to answer with; those of which no average is kept are the latest. */
export function paramsOf(
  call: string,
  memory: Weights,
  training: readonly Training[],
  which: WhichWeights,
): Tree<Variable> {
  if (which === 'latest') return memory.params;
  const averages = training.flatMap(({ slots }) => (slots[averageSlot] ? [slots[averageSlot]] : []));
  check(
    averages.length > 0,
    () => `${call}: there are no averaged weights; compile with optimizer: averaged(adam()) and train`,
  );
  const known = new Map(averages.flatMap((tree) => leavesOf(tree)));
  return mapTree(memory.params, (v, path) => known.get(path) ?? v);
}

/** Each variable once, under its first path. */
export function distinct(leaves: readonly (readonly [string, Variable])[]): (readonly [string, Variable])[] {
  const seen = new Set<Variable>();
  return leaves.filter(([, v]) => !seen.has(v) && seen.add(v));
}

/** The variables of weights, then state, by name. */
export const variablesOf = ({ params, state }: Weights): (readonly [string, Variable])[] =>
  distinct(leavesOfAll(params, state));

/** A copy of all weights and state. */
export const readWeights = (memory: Weights): Promise<Weight[]> =>
  Promise.all(variablesOf(memory).map(async ([name, v]) => ({ name, shape: v.shape, data: await v.read() })));

/** Puts numbers in for the weights named; all must be known and of the right size, or none is written. */
export async function writeWeights(
  memory: Weights,
  weights: readonly Pick<Weight, 'name' | 'data'>[],
): Promise<void> {
  const known = new Map(variablesOf(memory));
  const jobs = weights.map(({ name, data }) => {
    const variable = known.get(name);
    check(
      variable !== undefined,
      () => `setWeights: there is no weight ${name}; the model has ${[...known.keys()].join(', ')}`,
    );
    const size = sizeOf(variable.shape);
    check(
      data.length === size,
      () => `setWeights: ${name} [${variable.shape.join(', ')}] needs ${size} numbers, got ${data.length}`,
    );
    return () => variable.write(data);
  });
  await Promise.all(jobs.map((job) => job()));
}

/** How many numbers a built layer learns and how many it only carries. */
export function countOf({ params, state }: Held): { readonly trainable: number; readonly other: number } {
  const sum = (tree: Params): number => leavesOf(tree).reduce((n, [, t]) => n + sizeOf(t.shape), 0);
  return { trainable: sum(params), other: sum(state) };
}

/** Gives the memory of weights that no other model uses back now. */
export async function release({ layers, device, homes, seed }: Memory): Promise<void> {
  seed.close();
  await Promise.all(layers.map((layer) => homes.leave(layer, device)));
}

/** Gives what optimizers kept back now. */
export function forget(training: readonly Training[]): void {
  for (const { slots, step, rate } of training) {
    for (const tree of Object.values(slots)) for (const [, v] of leavesOf(tree)) v.close();
    step.close();
    rate.close();
  }
}
