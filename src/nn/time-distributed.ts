// A layer for single inputs, over each step of a sequence of them.
import { check } from '../base/check.ts';
import { at, show } from '../base/shape.ts';
import { unary, type Layer } from './layer.ts';
import type { Model } from './model.ts';

/**
 * The layer, or model, over every step, with the same parameters: the steps of all examples go through it as one batch.
 * Shapes: [N, time, ...] -> [N, time, ...] with what the layer makes of the rest.
 */
export function timeDistributed(
  over: Layer | Model,
  { name = 'time_distributed' }: { readonly name?: string } = {},
): Layer {
  const layer = 'layer' in over ? over.layer : over;
  return unary({
    name,
    kind: 'TimeDistributed',
    build(shape, draw) {
      check(
        shape.length >= 2,
        () => `timeDistributed(${layer.name}): needs sequences [time, ...], got ${show(shape)} per example`,
      );
      const built = layer.build(shape.slice(1), draw);
      return { ...built, shape: [at(shape, 0), ...built.shape] };
    },
    apply(held, x, { mask: _, ...context }) {
      const [n, time] = [at(x.shape, 0), at(x.shape, 1)];
      const { logits, ...out } = layer.apply(held, x.reshape([n * time, ...x.shape.slice(2)]), context);
      const inTime = (t: typeof x): typeof x => t.reshape([n, time, ...t.shape.slice(1)]);
      return {
        ...out,
        y: inTime(out.y),
        ...(logits && { logits: { ...logits, x: inTime(logits.x) } }),
      };
    },
  });
}
