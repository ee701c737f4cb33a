// What layers check of the numbers they are given, in one wording: counts, windows, images. What is wrong is said
// where the layer is written; what does not fit the shape before it, where the model is built.
import { check } from '../base/check.ts';
import { at, show, type Shape } from '../base/shape.ts';
import { pairOf, samePadding, windows, type Padding } from '../ops/conv.ts';

export type Pair = readonly [number, number];

/** One number for down and across, or one each. */
export type Size = number | Pair;

/** A call as it was written, for messages. */
export const written = (name: string, ...args: readonly (number | readonly number[])[]): string =>
  `${name}(${args.map((x) => (typeof x === 'number' ? x : show(x))).join(', ')})`;

/** A whole number from 1 that a layer was given. */
export function checkCount(call: string, what: string, n: number): void {
  check(Number.isInteger(n) && n >= 1, () => `${call}: ${what} must be a whole number from 1, got ${n}`);
}

/** Images, as layers over height and width take them. */
export function checkImages(call: string, shape: Shape): void {
  check(
    shape.length === 3,
    () => `${call}: needs images [H, W, C], got ${show(shape)} per example; put reshape([H, W, C]) before it`,
  );
}

export interface WindowOptions {
  /** Steps between windows, [down, across] or one for both. */
  readonly strides?: Size;
  /** 'valid': windows inside the image only; 'same': zeros around it so that ceil(size / stride) windows fit. */
  readonly padding?: Padding;
  /** Steps between the elements of a window. */
  readonly dilationRate?: Size;
}

/** Windows that move over an image, with all that was left out; named as src/ops takes them. */
export interface Windows {
  readonly size: Pair;
  readonly strides: Pair;
  readonly padding: Padding;
  readonly dilation: Pair;
}

/** The windows that a layer was given; `what` is Keras's word for their size. */
export function windowsOf(
  call: string,
  what: 'kernelSize' | 'poolSize',
  size: Size,
  { strides, padding = 'valid', dilationRate }: WindowOptions,
): Windows {
  const window = pairOf(call, what, size);
  check(
    padding === 'valid' || padding === 'same',
    () => `${call}: padding must be 'valid' or 'same', got ${JSON.stringify(padding)}`,
  );
  return {
    size: window,
    strides: pairOf(call, 'strides', strides ?? (what === 'poolSize' ? window : 1)),
    padding,
    dilation: pairOf(call, 'dilationRate', dilationRate),
  };
}

/** How many windows fit an image [H, W, C] down and across; an error says what does not fit. */
export function fitting(call: string, shape: Shape, { size, strides, padding, dilation }: Windows): Pair {
  checkImages(call, shape);
  const fits = ([0, 1] as const).map((i) => {
    const [before, after] =
      padding === 'same' ? samePadding(at(shape, i), size[i], strides[i], dilation[i]) : [0, 0];
    return windows(at(shape, i) + before + after, size[i], strides[i], dilation[i]);
  });
  const [rows, columns] = [at(fits, 0), at(fits, 1)];
  check(
    rows >= 1 && columns >= 1,
    () =>
      `${call}: a window of ${show(size)} does not fit into ${show(shape)}; use padding 'same' or larger images`,
  );
  return [rows, columns];
}
