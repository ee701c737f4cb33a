// One side of the game inside a program: a model, the optimizer that owns its parameters, and what both hold at a
// moment of the round. A round moves a player as often as its rules say; only the last moment is written back.
import { at } from '../base/shape.ts';
import type { Variable } from '../device/device.ts';
import { grad } from '../grad.ts';
import type { AnyLayer, AppliedLists, Context } from '../nn/layer.ts';
import { distinct, type Training, type Weights } from '../nn/memory.ts';
import type { Optimizer } from '../nn/optimizer.ts';
import { leavesOf, mapTree, type Tree } from '../nn/tree.ts';
import { Tensor } from '../tensor.ts';

/** A model in the game. */
export interface Player {
  readonly layer: AnyLayer;
  readonly memory: Weights;
  readonly optimizer: Optimizer;
  readonly training: Training;
}

/** What a player holds at a moment of the round, by path. */
export interface Moment {
  readonly params: ReadonlyMap<string, Tensor>;
  readonly state: ReadonlyMap<string, Tensor>;
  readonly slots: Readonly<Record<string, ReadonlyMap<string, Tensor>>>;
  /** Steps its optimizer has done; i32, shape []. */
  readonly step: Tensor;
}

const tensorsOf = (tree: Tree<Variable>): ReadonlyMap<string, Tensor> =>
  new Map(leavesOf(tree).map(([path, v]) => [path, v.tensor]));

/** What a player holds when the round begins. */
export const begun = ({ memory, training }: Player): Moment => ({
  params: tensorsOf(memory.params),
  state: tensorsOf(memory.state),
  slots: Object.fromEntries(Object.entries(training.slots).map(([name, tree]) => [name, tensorsOf(tree)])),
  step: training.step.tensor,
});

const placed = (tree: Tree<Variable>, held: ReadonlyMap<string, Tensor>): Tree<Tensor> =>
  mapTree(tree, (v, path) => held.get(path) ?? v.tensor);

/** The model's answer with what it holds at a moment. */
export function answer(
  { layer, memory }: Player,
  { params, state }: Pick<Moment, 'params' | 'state'>,
  xs: readonly Tensor[],
  context: Context,
): AppliedLists {
  const held = { params: placed(memory.params, params), state: placed(memory.state, state) };
  return layer.lists.apply(held, xs, context);
}

/** A player after a step, and how long its gradient was: f32, shape []. */
export interface Moved {
  readonly moment: Moment;
  readonly norm: Tensor;
}

/**
 * A step of the player's optimizer down `loss`, f32 []. It moves the parameters that are the player's, and no others;
 * what its layers carry becomes `state`.
 */
export function descend(player: Player, moment: Moment, loss: Tensor, state: Tree<Tensor>): Moved {
  const { memory, optimizer, training } = player;
  const owned = distinct(leavesOf(memory.params)).map(
    ([path]) => [path, moment.params.get(path) as Tensor] as const,
  );
  const gradients = grad(
    loss,
    owned.map(([, w]) => w),
  );
  const taken = optimizer.clip ? optimizer.clip.of(gradients) : gradients;
  const step = moment.step.add(1);
  const { learningRate } = optimizer;
  const rate = typeof learningRate === 'number' ? training.rate.tensor : learningRate.at(moment.step);
  const params = new Map(moment.params);
  const slots = Object.fromEntries(Object.entries(moment.slots).map(([name, all]) => [name, new Map(all)]));
  owned.forEach(([path, w], i) => {
    const before = Object.fromEntries(
      Object.entries(moment.slots).map(([name, all]) => [name, all.get(path) as Tensor]),
    );
    const moved = optimizer.step(w, at(taken, i), before, { t: step.to('f32'), rate, path });
    // What comes after takes the player as it is: without this, the other one would learn through this step.
    params.set(path, moved.w.stop());
    for (const [name, all] of Object.entries(slots)) all.set(path, moved.slots[name] as Tensor);
  });
  const carried = new Map([...moment.state, ...leavesOf(state)]);
  const squares = gradients.map((g) => g.mul(g).sum());
  const norm = squares.reduce((a, b) => a.add(b), Tensor.fill(0)).sqrt();
  return { moment: { params, state: carried, slots, step }, norm };
}

/**
 * What writing a moment back changes. A parameter and what its optimizer remembers of it stand side by side, so that one
 * pass over memory writes all of them.
 */
export function updatesOf({ memory, training }: Player, moment: Moment): (readonly [Variable, Tensor])[] {
  const of = (
    [path, v]: readonly [string, Variable],
    held: ReadonlyMap<string, Tensor> | undefined,
  ): readonly [Variable, Tensor] => [v, held?.get(path) ?? v.tensor];
  const kept = Object.entries(training.slots).map(([name, tree]) => [name, new Map(leavesOf(tree))] as const);
  const params = distinct(leavesOf(memory.params)).flatMap(([path, w]) => [
    of([path, w], moment.params),
    ...kept.flatMap(([name, all]) => {
      const v = all.get(path);
      return v ? [of([path, v], moment.slots[name])] : [];
    }),
  ]);
  return [
    ...params,
    ...distinct(leavesOf(memory.state)).map((one) => of(one, moment.state)),
    [training.step, moment.step],
  ];
}
