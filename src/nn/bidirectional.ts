// A recurrent layer over a sequence and, with parameters of its own, over its mirror image.
import { check } from '../base/check.ts';
import { at, show } from '../base/shape.ts';
import { concat } from '../ops/concat.ts';
import type { Tensor } from '../tensor.ts';
import { unary, type Layer, type Params } from './layer.ts';

/** How the outputs of both directions become one. */
const merges = {
  concat: (a: Tensor, b: Tensor) => concat([a, b], -1),
  sum: (a: Tensor, b: Tensor) => a.add(b),
  mul: (a: Tensor, b: Tensor) => a.mul(b),
  ave: (a: Tensor, b: Tensor) => a.add(b).mul(0.5),
} as const;

export interface BidirectionalOptions {
  readonly mergeMode?: keyof typeof merges;
  readonly name?: string;
}

type Both = { forward?: Params; backward?: Params };

/** The state of both ways; no branches where the layer has none. */
const stateOf = (a: { readonly state: Params }, b: { readonly state: Params }): Both =>
  Object.keys(a.state).length > 0 ? { forward: a.state, backward: b.state } : {};

/**
 * The layer's outputs for the sequence and for the sequence backwards, side by side unless `mergeMode` says otherwise;
 * outputs of all steps are put back into the sequence's order first, and are 0 where a step is masked.
 *
 * Shapes: [N, time, features] -> [N, 2 units], or [N, time, 2 units]; parameters: the layer's, as forward and backward.
 * Schuster & Paliwal 1997, https://doi.org/10.1109/78.650093
 */
export function bidirectional(
  layer: Layer,
  { mergeMode = 'concat', name = 'bidirectional' }: BidirectionalOptions = {},
): Layer {
  const call = `bidirectional(${layer.name})`;
  check(
    Object.hasOwn(merges, mergeMode),
    () =>
      `${call}: mergeMode must be one of ${Object.keys(merges).join(', ')}, got ${JSON.stringify(mergeMode)}`,
  );
  return unary({
    name,
    kind: 'Bidirectional',
    build(shape, draw) {
      check(
        shape.length === 2,
        () => `${call}: needs sequences [time, features], got ${show(shape)} per example`,
      );
      const [forward, backward] = (['forward', 'backward'] as const).map((way) =>
        layer.build(shape, (parameter) => draw(`${way}/${parameter}`)),
      ) as [ReturnType<Layer['build']>, ReturnType<Layer['build']>];
      const columns = at(forward.shape, forward.shape.length - 1) * (mergeMode === 'concat' ? 2 : 1);
      return {
        params: { forward: forward.params, backward: backward.params },
        state: stateOf(forward, backward),
        shape: [...forward.shape.slice(0, -1), columns],
      };
    },
    apply({ params, state }, x, { mask, ...context }) {
      const run = (way: keyof Both, turn: (t: Tensor) => Tensor) =>
        layer.apply({ params: (params as Both)[way] ?? {}, state: state[way] ?? {} }, turn(x), {
          ...context,
          uniform: (like, draw) => context.uniform(like, `${way}/${draw}`),
          ...(mask && { mask: turn(mask) }),
        });
      const mirrored = (t: Tensor): Tensor => t.flip(1);
      const [a, b] = [run('forward', (t) => t), run('backward', mirrored)];
      const sequences = a.y.rank === 3;
      const shown = (y: Tensor): Tensor =>
        sequences && mask
          ? y.where(mask.reshapeExtent({ shape: [...mask.shape, 1], scale: [...mask.node.scale, 0] }), 0)
          : y;
      const penalties = [a.penalty, b.penalty].filter((p) => p !== undefined);
      return {
        y: merges[mergeMode](shown(a.y), shown(sequences ? mirrored(b.y) : b.y)),
        state: stateOf(a, b),
        ...(penalties.length > 0 && { penalty: penalties.reduce((p, q) => p.add(q)) }),
      };
    },
  });
}
