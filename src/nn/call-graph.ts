// Layers that use each other's outputs, as one layer: what sequential() and model() make. Each layer is in it
// once, under one name, however often it is called. Parameters and state are trees by the layers' names.
import { check } from '../base/check.ts';
import type { Dtype } from '../base/dtype.ts';
import { at, same, show } from '../base/shape.ts';
import type { Tensor } from '../tensor.ts';
import {
  layerOf,
  nothing,
  type AnyLayer,
  type AppliedLists,
  type BuiltLists,
  type Context,
  type Count,
  type Draw,
  type Held,
  type Layer,
  type Logits,
  type Params,
  type Part,
} from './layer.ts';
import { showSizes, suits, type Sizes } from './sizes.ts';
import { joined, leavesOfAll } from './tree.ts';

/** An output of a call, by its place; call -1 are the inputs of the whole. */
export interface Source {
  readonly call: number;
  readonly output: number;
}

/** What a layer is made of. */
export interface Wiring {
  /** Each layer once, under its name in here. */
  readonly layers: readonly { readonly name: string; readonly layer: AnyLayer }[];
  /** In an order in which each comes after what it uses. */
  readonly calls: readonly { readonly layer: number; readonly from: readonly Source[] }[];
  readonly outputs: readonly Source[];
  /** The inputs it was made for, if any; without, it takes one input of any shape. */
  readonly inputs?: readonly WiredInput[];
}

/** An input of a model of the functional form. */
export interface WiredInput {
  readonly name: string;
  readonly shape: Sizes;
  readonly dtype: Dtype | undefined;
  /** Its place in summary(): before the layer of this number. */
  readonly before: number;
}

/** Names in order, a number added to all but the first of those that are called the same: dense, dense_1, ... */
export function unique(names: readonly string[]): string[] {
  const used = new Map<string, number>();
  return names.map((name) => {
    const before = used.get(name) ?? 0;
    used.set(name, before + 1);
    return before === 0 ? name : `${name}_${before}`;
  });
}

/** The layers of a wiring as one layer. */
export const wired = <N extends Count>(
  head: Pick<Layer, 'name' | 'kind'> & { readonly gives: N },
  wiring: Wiring,
): Layer<Params, Params, N> =>
  layerOf({
    ...head,
    wiring,
    lists: {
      build: (shapes, draw) => buildAll(head.name, wiring, shapes, draw),
      apply: (held, xs, context) => applyAll(wiring, held, xs, context),
    },
  });

function checkInputs(name: string, { inputs }: Wiring, shapes: readonly Sizes[]): void {
  const count = inputs?.length ?? 1;
  check(
    shapes.length === count,
    () => `${name}: takes ${count === 1 ? 'one input' : `${count} inputs`}, got ${shapes.length}`,
  );
  inputs?.forEach(({ name: called, shape }, i) =>
    check(
      suits(shape, at(shapes, i)),
      () => `${name}: ${called} takes ${showSizes(shape)} per example, got ${showSizes(at(shapes, i))}`,
    ),
  );
}

function buildAll(name: string, wiring: Wiring, shapes: readonly Sizes[], draw: Draw): BuiltLists {
  checkInputs(name, wiring, shapes);
  const parts = new Map<number, Part>();
  const given: (readonly Sizes[])[] = [];
  const sizes = ({ call, output }: Source): Sizes => at(call < 0 ? shapes : at(given, call), output);
  for (const { layer: i, from } of wiring.calls) {
    const { name, layer } = at(wiring.layers, i);
    const before = parts.get(i);
    const built = layer.lists.build(
      from.map(sizes),
      before ? nothing : (parameter) => draw(joined(name, parameter)),
    );
    if (before) checkShared(layer, before.built, built);
    else parts.set(i, { name, layer, built });
    given.push(built.shapes);
  }
  const inOrder = wiring.layers.flatMap((_, i) => parts.get(i) ?? []);
  const gather = (of: (built: BuiltLists) => Params): Params =>
    Object.fromEntries(
      inOrder
        .map((part) => [part.name, of(part.built)] as const)
        .filter(([, tree]) => Object.keys(tree).length > 0),
    );
  return {
    params: gather((built) => built.params),
    state: gather((built) => built.state),
    shapes: wiring.outputs.map(sizes),
    parts: inOrder,
  };
}

/** Weights made for one use must suit another. */
function checkShared(layer: AnyLayer, first: Held, again: Held): void {
  const sizes = new Map(leavesOfAll(first.params, first.state));
  for (const [path, t] of leavesOfAll(again.params, again.state)) {
    const before = sizes.get(path)?.shape ?? [];
    check(
      same(before, t.shape),
      () =>
        `${layer.name}: is used twice, and its ${path} would be ${show(before)} here and ${show(t.shape)} there; make a layer for each`,
    );
  }
}

/** What is known of one output while a graph is applied. */
interface Value {
  readonly y: Tensor;
  readonly logits?: Logits | undefined;
  readonly mask?: Tensor | undefined;
}

function applyAll(
  { layers, calls, outputs }: Wiring,
  { params, state }: Held,
  xs: readonly Tensor[],
  context: Context,
): AppliedLists {
  const { mask: first, watch, ...rest } = context;
  const inputs = xs.map((y): Value => ({ y, mask: first }));
  const given: (readonly Value[])[] = [];
  const value = ({ call, output }: Source): Value => at(call < 0 ? inputs : at(given, call), output);
  const next: Record<string, Params> = {};
  const uses = new Map<string, number>();
  let [penalty, outputPenalty]: (Tensor | undefined)[] = [];
  for (const { layer: i, from } of calls) {
    const { name, layer } = at(layers, i);
    const before = uses.get(name) ?? 0;
    uses.set(name, before + 1);
    // A second use has chances of its own, and goes on from the state the first one left.
    const path = before === 0 ? name : joined(name, String(before));
    const held = {
      params: (params[name] ?? {}) as Params,
      state: next[name] ?? ((state[name] ?? {}) as Params),
    };
    const mask = either(from.map((source) => value(source).mask));
    const applied = layer.lists.apply(
      held,
      from.map((source) => value(source).y),
      {
        ...rest,
        uniform: (like, draw) => context.uniform(like, joined(path, draw)),
        ...(mask && { mask }),
        ...(watch && { watch: (inner, ys) => watch(joined(path, inner), ys) }),
      },
    );
    watch?.(path, applied.ys);
    if (Object.keys(applied.state).length > 0) next[name] = applied.state;
    // Weights are regularized once, however often they are used; outputs are others every time.
    penalty = sum(penalty, before === 0 ? applied.penalty : applied.outputPenalty);
    outputPenalty = sum(outputPenalty, applied.outputPenalty);
    given.push(applied.ys.map((y, k) => ({ y, logits: applied.logits?.[k], mask: applied.masks?.[k] })));
  }
  const last = outputs.map(value);
  return {
    ys: last.map(({ y }) => y),
    state: next,
    logits: last.map(({ logits }) => logits),
    masks: last.map(({ mask }) => mask),
    ...(penalty && { penalty }),
    ...(outputPenalty && { outputPenalty }),
  };
}

const sum = (a: Tensor | undefined, b: Tensor | undefined): Tensor | undefined =>
  a && b ? a.add(b) : (a ?? b);

/** A step counts if it counts in any input that says so. */
function either(masks: readonly (Tensor | undefined)[]): Tensor | undefined {
  return masks.reduce(
    (a, b) => (a && b && a !== b ? a.to('i32').max2(b.to('i32')).to('bool') : (a ?? b)),
    undefined,
  );
}
