// Pictures changed at random while training, each example in its own way, inside the program and from the seed: the
// same seed and step give the same pictures on every device. Words, ranges and directions are Keras's; the values
// expected are 0 to 1 (bytes have become that before the first layer). Gradients go to the pixels, but for thickness.
//
// To add a change that moves pixels: a function that gives its map for one example, used in `maps`.
import { check } from '../base/check.ts';
import { at, type Shape } from '../base/shape.ts';
import { Tensor, type Operand } from '../tensor.ts';
import { checkImages } from './arguments.ts';
import { gaussianNoise } from './dropout.ts';
import { stateless, type Context, type Layer } from './layer.ts';
import { compose, identity, resample, type Affine, type Fill, type FillMode } from './resample.ts';

/** From the lower to the upper bound, all alike; one number f is [-f, f]. */
export type Range = number | readonly [lower: number, upper: number];

/** What is taken for pixels from outside the picture. */
export interface FillOptions {
  readonly fillMode?: FillMode;
  /** For fillMode `constant`. */
  readonly fillValue?: number;
  readonly name?: string;
}

/** Which ways a picture may be turned over. */
export type FlipMode = 'horizontal' | 'vertical' | 'horizontal_and_vertical';

type Draw = (range: Range, purpose: string) => Operand;

/** One number for each example [N, 1, 1, 1], from a range; a range of one number is that number. */
const drawFrom =
  (x: Tensor, { uniform }: Context): Draw =>
  (range, purpose) => {
    const [low, high] = boundsOf(range);
    return low === high
      ? low
      : uniform(each(x), purpose)
          .mul(high - low)
          .add(low);
  };

/** The first number of each example. */
const each = (x: Tensor): Tensor => x.crop(x.shape.map((d, i) => (i === 0 ? [0, 0] : [0, d - 1])));

const boundsOf = (range: Range): readonly [number, number] =>
  typeof range === 'number' ? [-Math.abs(range), Math.abs(range)] : range;

function checkRange(call: string, what: string, range: Range, least: number, most: number): void {
  const [low, high] = boundsOf(range);
  check(
    low >= least && high <= most && low <= high,
    () =>
      `${call}: ${what} must be a number or [lower, upper] from ${least} to ${most}, got ${String(range)}`,
  );
}

/** The shape itself, if it is that of pictures. */
const pictureShape =
  (call: string) =>
  (shape: Shape): Shape => {
    checkImages(call, shape);
    return shape;
  };

/** A layer that changes pictures while training and leaves them alone otherwise. */
function changing(
  kind: string,
  call: string,
  name: string,
  change: (x: Tensor, context: Context) => Tensor,
): Layer {
  return stateless({ name, kind }, pictureShape(call), (x, context) =>
    context.training ? change(x, context) : x,
  );
}

function fillOf(call: string, { fillMode = 'reflect', fillValue = 0 }: FillOptions): Fill {
  const modes = ['constant', 'nearest', 'reflect', 'wrap'];
  check(
    modes.includes(fillMode),
    () => `${call}: fillMode must be one of ${modes.join(', ')}, got ${JSON.stringify(fillMode)}`,
  );
  return { fillMode, fillValue };
}

// ---------------------------------------------------------------- maps of the parameters of one example

/** Moved by parts of the height and width, down and to the right. */
const moved = (down: Operand, right: Operand, [height, width]: readonly [number, number]): Affine => ({
  ...identity,
  x: scaled(right, -width),
  y: scaled(down, -height),
});

const scaled = (a: Operand, by: number): Operand => (typeof a === 'number' ? a * by : a.mul(by));
const plusOne = (a: Operand): Operand => (typeof a === 'number' ? a + 1 : a.add(1));

/** Turned against the clock by parts of a full turn. */
function turned(part: Operand): Affine {
  if (typeof part === 'number') {
    const [sine, cosine] = [Math.sin(2 * Math.PI * part), Math.cos(2 * Math.PI * part)];
    return { ...identity, xx: cosine, xy: -sine, yx: sine, yy: cosine };
  }
  const angle = part.mul(2 * Math.PI);
  const [sine, cosine] = [angle.sin(), angle.cos()];
  return { ...identity, xx: cosine, xy: sine.neg(), yx: sine, yy: cosine };
}

/** Smaller by these parts of the height and width (zoomed out), larger where they are negative. */
const zoomed = (height: Operand, width: Operand): Affine => ({
  ...identity,
  xx: plusOne(width),
  yy: plusOne(height),
});

/** Rows pushed to the right by `across` pixels for each pixel further down, then columns down by `down`. */
const sheared = (across: Operand, down: Operand): Affine =>
  compose({ ...identity, xy: scaled(across, -1) }, { ...identity, yx: scaled(down, -1) });

const sizesOf = (x: Tensor): readonly [number, number] => [x.shape[1] ?? 1, x.shape[2] ?? 1];

// ---------------------------------------------------------------- layers

/**
 * Pictures moved down and to the right by parts of their height and width. Shapes: [N, H, W, C] -> the same.
 */
export function randomTranslation(heightFactor: Range, widthFactor: Range, options: FillOptions = {}): Layer {
  const call = 'randomTranslation';
  checkRange(call, 'heightFactor', heightFactor, -1, 1);
  checkRange(call, 'widthFactor', widthFactor, -1, 1);
  const fill = fillOf(call, options);
  return changing('RandomTranslation', call, options.name ?? 'random_translation', (x, context) => {
    const draw = drawFrom(x, context);
    return resample(x, moved(draw(heightFactor, 'down'), draw(widthFactor, 'right'), sizesOf(x)), fill);
  });
}

/** Pictures turned by parts of a full turn, against the clock. Shapes: [N, H, W, C] -> the same. */
export function randomRotation(factor: Range, options: FillOptions = {}): Layer {
  const call = 'randomRotation';
  checkRange(call, 'factor', factor, -1, 1);
  const fill = fillOf(call, options);
  return changing('RandomRotation', call, options.name ?? 'random_rotation', (x, context) =>
    resample(x, turned(drawFrom(x, context)(factor, 'turn')), fill),
  );
}

/**
 * Pictures made smaller by parts of their sides (0.2 shows 1.2 times as much), larger where the part is negative;
 * without a widthFactor both sides alike. Shapes: [N, H, W, C] -> the same.
 */
export function randomZoom(
  heightFactor: Range,
  { widthFactor, ...options }: FillOptions & { readonly widthFactor?: Range } = {},
): Layer {
  const call = 'randomZoom';
  checkRange(call, 'heightFactor', heightFactor, -0.99, 1);
  if (widthFactor !== undefined) checkRange(call, 'widthFactor', widthFactor, -0.99, 1);
  const fill = fillOf(call, options);
  return changing('RandomZoom', call, options.name ?? 'random_zoom', (x, context) => {
    const draw = drawFrom(x, context);
    const height = draw(heightFactor, 'zoom down');
    const width = widthFactor === undefined ? height : draw(widthFactor, 'zoom across');
    return resample(x, zoomed(height, width), fill);
  });
}

/** Rows pushed sideways and columns up and down, by parts of their distance from the middle. Shapes: [N, H, W, C] -> the same. */
export function randomShear(xFactor: Range = 0, yFactor: Range = 0, options: FillOptions = {}): Layer {
  const call = 'randomShear';
  checkRange(call, 'xFactor', xFactor, -1, 1);
  checkRange(call, 'yFactor', yFactor, -1, 1);
  const fill = fillOf(call, options);
  return changing('RandomShear', call, options.name ?? 'random_shear', (x, context) => {
    const draw = drawFrom(x, context);
    return resample(x, sheared(draw(xFactor, 'shear across'), draw(yFactor, 'shear down')), fill);
  });
}

/** Half of the pictures turned over, each way by itself. Shapes: [N, H, W, C] -> the same. */
export function randomFlip(
  mode: FlipMode = 'horizontal_and_vertical',
  { name = 'random_flip' }: { readonly name?: string } = {},
): Layer {
  checkFlip('randomFlip', mode);
  return changing('RandomFlip', 'randomFlip', name, (x, context) => flipped(x, mode, context));
}

function checkFlip(call: string, mode: string): void {
  const modes = ['horizontal', 'vertical', 'horizontal_and_vertical'];
  check(
    modes.includes(mode),
    () => `${call}: the way to flip must be one of ${modes.join(', ')}, got ${JSON.stringify(mode)}`,
  );
}

function flipped(x: Tensor, mode: FlipMode, { uniform }: Context): Tensor {
  const over = (y: Tensor, axis: 1 | 2, purpose: string): Tensor =>
    y.flip(axis).where(uniform(each(x), purpose).less(0.5), y);
  const across = mode === 'vertical' ? x : over(x, 2, 'flip across');
  return mode === 'horizontal' ? across : over(across, 1, 'flip down');
}

/**
 * A rectangle of each picture replaced, with a probability drawn from `factor` (one number f: from 0 to f). Height and
 * width are the square roots of two parts drawn from `scale`; without a fillValue it is filled with noise.
 * Shapes: [N, H, W, C] -> the same. Zhong et al. 2017, https://arxiv.org/abs/1708.04896
 */
export function randomErasing(
  factor: Range = 1,
  { scale = [0.02, 0.33], fillValue, name = 'random_erasing' }: ErasingOptions = {},
): Layer {
  const call = 'randomErasing';
  const chance: Range = typeof factor === 'number' ? [0, factor] : factor;
  checkRange(call, 'factor', chance, 0, 1);
  checkRange(call, 'scale', scale, 0, 1);
  return changing('RandomErasing', call, name, (x, context) => {
    const draw = drawFrom(x, context);
    const [height, width] = sizesOf(x);
    const side = (axis: 1 | 2, size: number, purpose: string): Tensor => {
      const part = tensorOf(draw(scale, `erase ${purpose}`)).sqrt();
      const from = part
        .neg()
        .add(1)
        .mul(draw([0, 1], `erase from ${purpose}`))
        .mul(size);
      const i = Tensor.iota(
        [1, 1, 1, 1].map((one, k) => (k === axis ? size : one)),
        axis,
      ).to('f32');
      return i.greaterEqual(from).and(i.less(from.add(part.mul(size))));
    };
    const erased = tensorOf(draw([0, 1], 'erase')).less(draw(chance, 'erase chance'));
    const mask = side(1, height, 'down')
      .and(side(2, width, 'across'))
      .and(erased);
    const fill =
      fillValue ??
      noisy(Tensor.fill(0).expandTo(x), 1, {
        ...context,
        uniform: (like) => context.uniform(like, 'erase fill'),
      }).clip(0, 1);
    return tensorOf(fill).expandTo(x).where(mask.expandTo(x), x);
  });
}

/** How rectangles are erased. */
export interface ErasingOptions {
  /** Parts of the sides, squared. */
  readonly scale?: readonly [lower: number, upper: number];
  readonly fillValue?: number;
  readonly name?: string;
}

const tensorOf = (a: Operand): Tensor => (typeof a === 'number' ? Tensor.fill(a) : a);

const noisy = (x: Tensor, stddev: number, context: Context): Tensor =>
  gaussianNoise(stddev).apply({ params: {}, state: {} }, x, context).y;

/**
 * Strokes made thicker (above 0) or thinner (below): of each picture, as many pixels round each stroke as drawn from
 * `factor`, from -2 to 2. A part of a pixel is that part of the way to the largest (or smallest) of the 3 x 3 pixels
 * around. Light strokes on dark ground, as in MNIST; on light ground it is the other way round. Shapes: [N, H, W, C] -> the same.
 */
export function strokeThickness(
  factor: Range,
  { name = 'stroke_thickness' }: { readonly name?: string } = {},
): Layer {
  const call = 'strokeThickness';
  checkRange(call, 'factor', factor, -2, 2);
  return changing('StrokeThickness', call, name, (x, context) =>
    thickened(x, factor, drawFrom(x, context)(factor, 'thickness')),
  );
}

function thickened(x: Tensor, factor: Range, by: Operand): Tensor {
  const [low, high] = boundsOf(factor);
  const amount = tensorOf(by);
  let y = x;
  for (let step = 0; step < Math.max(high, -low); step++) {
    const before = y;
    const part = (of: Tensor): Tensor => of.sub(step).clip(0, 1);
    if (high > step) y = y.add(largestAround(before).sub(before).mul(part(amount)));
    if (-low > step) y = y.sub(largestAround(before.neg()).add(before).mul(part(amount.neg())));
  }
  return y.stop();
}

/** The largest of the 3 x 3 pixels around each: of three along each axis in turn, which is 4 comparisons and not 8. */
function largestAround(x: Tensor): Tensor {
  return ([1, 2] as const).reduce((y, axis) => {
    const size = at(y.shape, axis);
    const beside = (by: -1 | 1): Tensor => {
      const [before, after] = [Math.max(0, -by), Math.max(0, by)];
      const edge = y.iota(axis).equal(by < 0 ? 0 : size - 1);
      const along = (pair: readonly [number, number]) =>
        y.shape.map((_, i) => (i === axis ? pair : ([0, 0] as const)));
      return y.where(edge, y.pad(along([before, after])).crop(along([after, before])));
    };
    return beside(-1).max2(y).max2(beside(1));
  }, x);
}

/** All that augment() can do; what is not named is not done. */
export interface AugmentOptions extends FillOptions {
  /** Parts of the height and width to move by. */
  readonly translation?: Range;
  /** Parts of a full turn. */
  readonly rotation?: Range;
  /** Parts to zoom out by, both sides alike. */
  readonly zoom?: Range;
  /** Parts to push rows sideways by. */
  readonly shear?: Range;
  readonly flip?: FlipMode;
  /** Pixels round strokes; see strokeThickness(). */
  readonly thickness?: Range;
  /** The probability that a rectangle is erased; see randomErasing(). */
  readonly erasing?: number;
  /** The deviation of normal noise. */
  readonly noise?: number;
}

/**
 * Several changes with one resampling, so that pictures are blurred once: zoom, shear, turn and move, then thickness,
 * flips, noise and erased rectangles. Outside is 0 here unless told otherwise. Shapes: [N, H, W, C] -> the same.
 */
export function augment(options: AugmentOptions): Layer {
  const {
    translation = 0,
    rotation = 0,
    zoom = 0,
    shear = 0,
    flip,
    thickness = 0,
    erasing = 0,
    noise = 0,
  } = options;
  const call = 'augment';
  checkRange(call, 'translation', translation, -1, 1);
  checkRange(call, 'rotation', rotation, -1, 1);
  checkRange(call, 'zoom', zoom, -0.99, 1);
  checkRange(call, 'shear', shear, -1, 1);
  checkRange(call, 'thickness', thickness, -2, 2);
  checkRange(call, 'noise', [0, noise], 0, 1);
  if (flip !== undefined) checkFlip(call, flip);
  const eraser = randomErasing([erasing, erasing], { fillValue: options.fillValue ?? 0 });
  const fill = fillOf(call, { fillMode: 'constant', ...options });
  const still = [translation, rotation, zoom, shear].every((range) => range === 0);
  return changing('Augment', call, options.name ?? 'augment', (x, context) => {
    const draw = drawFrom(x, context);
    let y = x;
    if (!still) {
      const out = draw(zoom, 'zoom');
      const shape = compose(zoomed(out, out), sheared(draw(shear, 'shear'), 0));
      const place = moved(draw(translation, 'down'), draw(translation, 'right'), sizesOf(x));
      y = resample(x, compose(compose(shape, turned(draw(rotation, 'turn'))), place), fill);
    }
    if (thickness !== 0) y = thickened(y, thickness, draw(thickness, 'thickness'));
    if (flip !== undefined) y = flipped(y, flip, context);
    if (noise > 0) y = noisy(y, noise, context);
    return erasing > 0 ? eraser.apply({ params: {}, state: {} }, y, context).y : y;
  });
}
