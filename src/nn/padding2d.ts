// Images with a border put round them or taken off.
import { check } from '../base/check.ts';
import { at, show } from '../base/shape.ts';
import { checkImages } from './arguments.ts';
import { stateless, type Layer } from './layer.ts';

type Ends = readonly [before: number, after: number];

/** One number for all four sides, [top and bottom, left and right], or [[top, bottom], [left, right]]. */
export type Border = number | readonly [number | Ends, number | Ends];

interface Named {
  readonly name?: string;
}

function borderOf(call: string, what: string, border: Border): readonly [Ends, Ends] {
  const given = typeof border === 'number' ? [border, border] : border;
  const sides = given.map((x): Ends => (typeof x === 'number' ? [x, x] : x));
  check(
    sides.length === 2 && sides.every((s) => s.length === 2 && s.every((n) => Number.isInteger(n) && n >= 0)),
    () =>
      `${call}: ${what} must be a whole number from 0, [h, w] or [[top, bottom], [left, right]], got ${JSON.stringify(border)}`,
  );
  return [at(sides, 0), at(sides, 1)];
}

const none: Ends = [0, 0];

/** Zeros round the images. Shapes: [N, H, W, C] -> [N, top + H + bottom, left + W + right, C]. */
export function zeroPadding2d(padding: Border = 1, { name = 'zero_padding2d' }: Named = {}): Layer {
  const call = `zeroPadding2d(${JSON.stringify(padding)})`;
  const [h, w] = borderOf(call, 'padding', padding);
  return stateless(
    { name, kind: 'ZeroPadding2D' },
    (shape) => {
      checkImages(call, shape);
      return [h[0] + at(shape, 0) + h[1], w[0] + at(shape, 1) + w[1], at(shape, 2)];
    },
    (x) => x.pad([none, h, w, none]),
  );
}

/** The border taken off the images. Shapes: [N, H, W, C] -> [N, H - top - bottom, W - left - right, C]. */
export function cropping2d(cropping: Border = 0, { name = 'cropping2d' }: Named = {}): Layer {
  const call = `cropping2d(${JSON.stringify(cropping)})`;
  const [h, w] = borderOf(call, 'cropping', cropping);
  return stateless(
    { name, kind: 'Cropping2D' },
    (shape) => {
      checkImages(call, shape);
      const out = [at(shape, 0) - h[0] - h[1], at(shape, 1) - w[0] - w[1], at(shape, 2)];
      check(
        at(out, 0) >= 1 && at(out, 1) >= 1,
        () => `${call}: takes all there is of ${show(shape)}; crop less or give larger images`,
      );
      return out;
    },
    (x) => x.crop([none, h, w, none]),
  );
}
