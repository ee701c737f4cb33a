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

/**
 * f(convolution + bias), filters in as many groups as channels are cut into. Shapes: [H, W, C] -> [*out, filters];
 * kernel [*size, C / groups, filters], bias [filters] or none.
 */
export const convBy =
  (spec: Windows, filters: number, f: (x: number) => number, groups = 1) =>
  (x: Numbers, w: Weights): number[] => {
    const c = spec.image[2] / groups;
    return [...windows(spec)].flatMap((places) =>
      Array.from({ length: filters }, (_, filter) => {
        const group = Math.floor(filter / (filters / groups));
        let sum = w['bias'] ? at(w['bias'], filter) : 0;
        for (let channel = 0; channel < c; channel++)
          places(group * c + channel).forEach((place, k) => {
            if (place !== undefined)
              sum += at(x, place) * at(w['kernel'], (k * c + channel) * filters + filter);
          });
        return f(sum);
      }),
    );
  };

/** f(convolution of each channel + bias). Shapes: [H, W, C] -> [*out, C * m]; kernel [*size, C, m], bias [C * m] or none. */
export const depthwiseBy =
  (spec: Windows, m: number, f: (x: number) => number) =>
  (x: Numbers, w: Weights): number[] => {
    const c = spec.image[2];
    return [...windows(spec)].flatMap((places) =>
      Array.from({ length: c * m }, (_, filter) => {
        const channel = Math.floor(filter / m);
        let sum = w['bias'] ? at(w['bias'], filter) : 0;
        places(channel).forEach((place, k) => {
          if (place !== undefined) sum += at(x, place) * at(w['kernel'], k * c * m + filter);
        });
        return f(sum);
      }),
    );
  };

/** f(sums with weights for every place + bias). Shapes: [H, W, C] -> [*out, filters]; kernel [places, *size * C, filters], bias [*out, filters] or none. */
export const localBy =
  (spec: Windows, filters: number, f: (x: number) => number) =>
  (x: Numbers, w: Weights): number[] => {
    const c = spec.image[2];
    const inputs = spec.size[0] * spec.size[1] * c;
    return [...windows(spec)].flatMap((places, l) =>
      Array.from({ length: filters }, (_, filter) => {
        let sum = w['bias'] ? at(w['bias'], l * filters + filter) : 0;
        for (let channel = 0; channel < c; channel++)
          places(channel).forEach((place, k) => {
            const weight = at(w['kernel'], (l * inputs + k * c + channel) * filters + filter);
            if (place !== undefined) sum += at(x, place) * weight;
          });
        return f(sum);
      }),
    );
  };

/**
 * f(each pixel painted with the kernel + bias): pixel (i, j) paints from (i * strides - before) on. Shapes:
 * [H, W, C] -> [*out, filters]; kernel [*size, filters, C], bias [filters] or none.
 */
export const transposeBy =
  (
    { image: [h, w, c], size, out, strides = [1, 1], dilation = [1, 1], before = [0, 0] }: Windows,
    filters: number,
    f: (x: number) => number,
  ) =>
  (x: Numbers, { kernel, bias }: Weights): number[] => {
    const y = Array.from({ length: out[0] * out[1] * filters }, (_, i) => (bias ? at(bias, i % filters) : 0));
    const paint = (i: number, j: number, p: number, q: number): void => {
      const row = i * strides[0] + p * dilation[0] - before[0];
      const column = j * strides[1] + q * dilation[1] - before[1];
      if (row < 0 || row >= out[0] || column < 0 || column >= out[1]) return;
      for (let filter = 0; filter < filters; filter++)
        for (let channel = 0; channel < c; channel++) {
          const place = (row * out[1] + column) * filters + filter;
          const weight = at(kernel, ((p * size[1] + q) * filters + filter) * c + channel);
          y[place] = at(y, place) + at(x, (i * w + j) * c + channel) * weight;
        }
    };
    for (let i = 0; i < h; i++)
      for (let j = 0; j < w; j++)
        for (let p = 0; p < size[0]; p++) for (let q = 0; q < size[1]; q++) paint(i, j, p, q);
    return y.map(f);
  };

type Image = readonly [h: number, w: number, c: number];

/** Each pixel of a new image from a place of the old one; 0 outside. */
const pixels = (
  [h, w, c]: Image,
  [rows, columns]: readonly [number, number],
  from: (row: number, column: number) => readonly [number, number],
) => {
  return (x: Numbers): number[] =>
    Array.from({ length: rows * columns * c }, (_, i) => {
      const [row, column] = from(Math.floor(i / c / columns), Math.floor(i / c) % columns);
      return row < 0 || row >= h || column < 0 || column >= w ? 0 : at(x, (row * w + column) * c + (i % c));
    });
};

/** Every pixel repeated. */
export const upsampleBy = (image: Image, [p, q]: readonly [number, number]) =>
  pixels(image, [image[0] * p, image[1] * q], (i, j) => [Math.floor(i / p), Math.floor(j / q)]);

/** The image moved down and to the right, zeros where there is none of it. */
export const shiftBy = (
  image: Image,
  out: readonly [number, number],
  [down, right]: readonly [number, number],
) => pixels(image, out, (i, j) => [i - down, j - right]);

/** Axis i of the result is axis order[i] of x. */
export const permuteBy =
  (shape: readonly number[], order: readonly number[]) =>
  (x: Numbers): number[] => {
    const stride = (axis: number): number => shape.slice(axis + 1).reduce((a, b) => a * b, 1);
    const walk = (axes: readonly number[], from: number): number[] => {
      const [axis, ...rest] = axes;
      if (axis === undefined) return [at(x, from)];
      return Array.from({ length: at(shape, axis) }, (_, i) => walk(rest, from + i * stride(axis))).flat();
    };
    return walk(order, 0);
  };

/** `of` for each row of `n` numbers. */
export const rowsOf =
  (n: number, of: (x: Numbers, w: Weights) => number[]) =>
  (x: Numbers, w: Weights): number[] =>
    Array.from({ length: x.length / n }, (_, i) => of(Array.from(x).slice(i * n, (i + 1) * n), w)).flat();

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
