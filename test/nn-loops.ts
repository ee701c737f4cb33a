// What layers compute, written as plain loops over one example: slow, obvious, and independent of the engine.
// Tests compare layers with it.
import { check } from '../src/base/check.ts';

export type Numbers = ArrayLike<number>;
/** Parameters by name. */
export type Weights = Readonly<Record<string, Numbers>>;

/** Element i, which must be there. */
export const at = (list: Numbers | undefined, i: number): number => {
  const x = list?.[i];
  check(x !== undefined, () => `no element ${i}`);
  return x;
};
export const relu = (x: number): number => Math.max(0, x);

/** A function of each number. */
export const each =
  (f: (x: number) => number) =>
  (x: Numbers): number[] =>
    Array.from(x, f);

/** The softmax of all of x. */
export const softmaxOf = (x: Numbers): number[] => {
  const e = Array.from(x, (v) => Math.exp(v));
  return e.map((v) => v / e.reduce((a, b) => a + b));
};

/** f(x·kernel + bias). Shapes: [inputs] -> [units]; kernel [inputs, units], bias [units] or none. */
export const denseBy =
  (inputs: number, units: number, f: (x: number) => number) =>
  (x: Numbers, w: Weights): number[] =>
    Array.from({ length: units }, (_, u) => {
      let sum = w['bias'] ? at(w['bias'], u) : 0;
      for (let i = 0; i < inputs; i++) sum += at(x, i) * at(w['kernel'], i * units + u);
      return f(sum);
    });

/** Windows that move over an image; `before` is the padding above and on the left. */
export interface Windows {
  readonly image: readonly [h: number, w: number, c: number];
  readonly size: readonly [number, number];
  readonly out: readonly [number, number];
  readonly strides?: readonly [number, number];
  readonly dilation?: readonly [number, number];
  readonly before?: readonly [number, number];
}

/** Places in the image of each window's elements, by output row, column and channel; undefined outside. */
function* windows({
  image: [h, w, c],
  size,
  out,
  strides = [1, 1],
  dilation = [1, 1],
  before = [0, 0],
}: Windows): Generator<(channel: number) => (number | undefined)[]> {
  for (let i = 0; i < out[0]; i++)
    for (let j = 0; j < out[1]; j++)
      yield (channel) => {
        const places: (number | undefined)[] = [];
        for (let p = 0; p < size[0]; p++)
          for (let q = 0; q < size[1]; q++) {
            const [y, x] = [
              i * strides[0] + p * dilation[0] - before[0],
              j * strides[1] + q * dilation[1] - before[1],
            ];
            places.push(y >= 0 && y < h && x >= 0 && x < w ? (y * w + x) * c + channel : undefined);
          }
        return places;
      };
}

/** f(convolution + bias). Shapes: [H, W, C] -> [*out, filters]; kernel [*size, C, filters], bias [filters] or none. */
export const convBy =
  (spec: Windows, filters: number, f: (x: number) => number) =>
  (x: Numbers, w: Weights): number[] => {
    const c = spec.image[2];
    return [...windows(spec)].flatMap((places) =>
      Array.from({ length: filters }, (_, filter) => {
        let sum = w['bias'] ? at(w['bias'], filter) : 0;
        for (let channel = 0; channel < c; channel++)
          places(channel).forEach((place, k) => {
            if (place !== undefined)
              sum += at(x, place) * at(w['kernel'], (k * c + channel) * filters + filter);
          });
        return f(sum);
      }),
    );
  };

/** `join` of what lies in each window, channel by channel; padding is left out. Shapes: [H, W, C] -> [*out, C]. */
export const poolBy =
  (spec: Windows, join: (x: number[]) => number) =>
  (x: Numbers): number[] =>
    [...windows(spec)].flatMap((places) =>
      Array.from({ length: spec.image[2] }, (_, c) =>
        join(places(c).flatMap((p) => (p === undefined ? [] : [at(x, p)]))),
      ),
    );
export const largest = (x: number[]): number => Math.max(...x);
export const mean = (x: number[]): number => x.reduce((a, b) => a + b) / x.length;
