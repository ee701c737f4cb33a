// Steps of a sequence that only fill it up, told to the layers behind.
import { check } from '../base/check.ts';
import { show } from '../base/shape.ts';
import { stateless, type Layer } from './layer.ts';

export interface MaskingOptions {
  readonly name?: string;
}

/**
 * A step whose numbers are all `maskValue` becomes zeros and does not count for the layers behind that know of masks:
 * recurrent ones carry their state on. Shapes: [N, time, features] -> the same; gives a mask, true for what counts.
 */
export function masking(maskValue = 0, { name = 'masking' }: MaskingOptions = {}): Layer {
  const call = `masking(${maskValue})`;
  return stateless(
    { name, kind: 'Masking' },
    (shape) => {
      check(
        shape.length >= 2,
        () => `${call}: needs sequences [time, features], got ${show(shape)} per example`,
      );
      return shape;
    },
    (x) => {
      const counts = x.notEqual(maskValue).to('f32').max(-1, { keep: true }).greater(0);
      const mask = counts.reshapeExtent({ shape: x.shape.slice(0, -1), scale: x.node.scale.slice(0, -1) });
      return { y: x.where(counts, 0), mask };
    },
  );
}
