// What is known of a model once it has seen the shapes of an example: what comes out, and how many numbers each
// layer holds. The numbers themselves are not kept.
import { sizeOf, type Shape } from '../base/shape.ts';
import { nothing, type AnyLayer, type BuiltLists } from './layer.ts';
import { countOf, singles } from './memory.ts';
import { isClosed, type Sizes } from './sizes.ts';
import { joined, leavesOf } from './tree.ts';

/** A layer of a model. */
export interface OutlineLayer {
  readonly name: string;
  readonly kind: string;
  readonly shapes: readonly Sizes[];
  /** Numbers it holds, learned and others. */
  readonly params: number;
}

export interface Outline {
  readonly inputs: readonly Sizes[];
  readonly outputs: readonly Sizes[];
  readonly layers: readonly OutlineLayer[];
  /** Parameters by path and how many numbers each holds; those of a layer that is in it twice stand here once. */
  readonly learned: readonly { readonly path: string; readonly size: number }[];
  /** How many numbers layers carry without learning them. */
  readonly carried: number;
}

/** The outline of a layer for inputs of `shapes`. */
export function outlineOf(layer: AnyLayer, shapes: readonly Sizes[]): Outline {
  const built = layer.lists.build(shapes, nothing);
  const row = (name: string, { kind }: AnyLayer, made: BuiltLists): OutlineLayer => {
    const { trainable, other } = countOf(made);
    return { name, kind, shapes: made.shapes, params: trainable + other };
  };
  const all = singles(layer, built);
  const once = all.filter((one, i) => all.findIndex((other) => other.layer === one.layer) === i);
  return {
    inputs: shapes,
    outputs: built.shapes,
    layers: built.parts?.map((part) => row(part.name, part.layer, part.built)) ?? [
      row(layer.name, layer, built),
    ],
    learned: once.flatMap((one) =>
      leavesOf(one.built.params).map(([path, t]) => ({
        path: joined(one.path, path),
        size: sizeOf(t.shape),
      })),
    ),
    carried: once.reduce((n, one) => n + countOf(one.built).other, 0),
  };
}

/** The outputs' shapes for inputs of known sizes. */
export function outputsFor(layer: AnyLayer, { inputs, outputs }: Outline, shapes: readonly Shape[]): Shape[] {
  const known = inputs.every(isClosed) ? outputs : layer.lists.build(shapes, nothing).shapes;
  return known.filter(isClosed);
}
