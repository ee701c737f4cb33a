// How a model sees images: its layers applied to a tensor, with the numbers before a last softmax, the probabilities
// after it and, if asked for, what comes out of a layer inside. Everything that searches or explains traces through here.
import { check } from '../base/check.ts';
import { at, type Shape } from '../base/shape.ts';
import { wired, type Wiring } from '../nn/call-graph.ts';
import { purposeOf, type AnyLayer, type Count, type Params } from '../nn/layer.ts';
import type { Weights } from '../nn/memory.ts';
import { mapTree, type Tree } from '../nn/tree.ts';
import type { Variable } from '../device/device.ts';
import { randomUniform } from '../ops/random.ts';
import { softmax } from '../ops/rows.ts';
import { node } from '../graph/node.ts';
import { Tensor } from '../tensor.ts';

/** What comes of images [N, ...]. */
export interface Seen {
  /** Before the last softmax or sigmoid, if there is one: [N, ...out]. */
  readonly logits: Tensor;
  /** After it; a model that ends without one is given a softmax. */
  readonly probabilities: Tensor;
  /** What the layer inside gives. */
  readonly inside?: Tensor;
}

/** What a model computes for images, nothing learned and nothing left to chance. */
export function seen(
  layer: AnyLayer,
  { params, state, seed }: Weights,
  images: Tensor,
  inside?: string,
): Seen {
  const whole = inside === undefined ? layer : withInside(layer, inside);
  const chance = { seed: seed.tensor, step: Tensor.fill(0, [], 'i32') };
  const tensors = (tree: Tree<Variable>): Params => mapTree(tree, (v) => v.tensor);
  const { ys, logits } = whole.lists.apply({ params: tensors(params), state: tensors(state) }, [images], {
    training: false,
    uniform: (like, name) => randomUniform(like, chance, purposeOf(name)),
  });
  const [y, before] = [at(ys, 0), logits?.[0]];
  return {
    logits: before?.x ?? y,
    probabilities: before || y.rank < 2 ? y : softmax(y),
    ...(inside !== undefined && { inside: at(ys, ys.length - 1) }),
  };
}

/** A tensor that stands for `count` images while a graph is looked at; it can be no program's. */
export const anyImages = (shape: Shape, count: number): Tensor =>
  new Tensor(
    node(
      { kind: 'input', name: 'images', dtype: 'f32' },
      { shape: [count, ...shape], scale: [1, ...shape.map(() => 0)] },
    ),
  );

/** The names of the layers that can be looked into. */
export const layerNames = (layer: AnyLayer): string[] => layer.wiring?.layers.map(({ name }) => name) ?? [];

/** The layer with one more output: what `inside`, where it is used first, gives. */
function withInside(layer: AnyLayer, inside: string): AnyLayer {
  const names = layerNames(layer);
  check(
    names.includes(inside),
    () => `idea: there is no layer ${inside}; the model has ${names.join(', ') || 'none inside'}`,
  );
  const wiring = layer.wiring as Wiring;
  const call = wiring.calls.findIndex((one) => one.layer === names.indexOf(inside));
  const { name, kind } = layer;
  const outputs = [...wiring.outputs, { call, output: 0 }];
  return wired<Count>({ name, kind, gives: 'many' }, { ...wiring, outputs });
}
