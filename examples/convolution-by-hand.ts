// Convolution and pooling, forward and backward, in plain loops: no library, no engine, nothing imported.
// The one idea: forward, every output is made of some inputs; backward is the same loop, where the error of an output
// goes to the same inputs. Edges are all in `along` and `Grid.inside`. docs/convolution-by-hand.md sets the formulas
// beside these lines. One picture at a time: of several, the gradients of kernel and bias add up.

/** Numbers by up to four indices, row-major: an image is [rows, columns, channels]. */
export class Grid {
  readonly shape: readonly number[];
  readonly data: Float64Array;

  /** Zeros, or the numbers of `data`. */
  constructor(shape: readonly number[], data?: ArrayLike<number>) {
    const size = shape.reduce((n, d) => n * d, 1);
    if (data && data.length !== size)
      throw new Error(`Grid: [${shape.join(', ')}] needs ${size} numbers, got ${data.length}`);
    this.shape = shape;
    this.data = data ? Float64Array.from(data) : new Float64Array(size);
  }

  get(...at: number[]): number {
    return this.data[this.place(at)]!;
  }

  add(value: number, ...at: number[]): void {
    this.data[this.place(at)]! += value;
  }

  set(value: number, ...at: number[]): void {
    this.data[this.place(at)] = value;
  }

  /** Whether an image has this row and column; padding is what it has not. */
  inside(row: number, column: number): boolean {
    return row >= 0 && row < this.shape[0]! && column >= 0 && column < this.shape[1]!;
  }

  private place(at: readonly number[]): number {
    return at.reduce((place, index, axis) => place * this.shape[axis]! + index, 0);
  }
}

export interface Options {
  /** Steps between windows, [down, across]. */
  readonly strides?: readonly [number, number];
  /** Steps between the elements of a window. */
  readonly dilation?: readonly [number, number];
  /** 'valid': windows inside the image only; 'same': ceil(size / stride) windows, some of them over the edge. */
  readonly padding?: 'valid' | 'same';
}

/** Windows along one direction: how many, and where element p of window i lies. */
interface Along {
  readonly count: number;
  readonly at: (i: number, p: number) => number;
}

function along(size: number, window: number, stride: number, dilation: number, same: boolean): Along {
  const reach = (window - 1) * dilation + 1;
  const count = same ? Math.ceil(size / stride) : Math.floor((size - reach) / stride) + 1;
  if (count < 1) throw new Error(`a window that reaches over ${reach} does not fit into ${size}`);
  // What the windows need beyond the image; the odd one goes after it.
  const missing = same ? Math.max(0, (count - 1) * stride + reach - size) : 0;
  const before = Math.floor(missing / 2);
  return { count, at: (i, p) => i * stride + p * dilation - before };
}

/** Both directions of windows [m, n] over an image. */
function windowsOver(image: Grid, [m, n]: readonly [number, number], options: Options): [Along, Along] {
  const { strides = [1, 1], dilation = [1, 1], padding = 'valid' } = options;
  return [
    along(image.shape[0]!, m, strides[0], dilation[0], padding === 'same'),
    along(image.shape[1]!, n, strides[1], dilation[1], padding === 'same'),
  ];
}

/**
 * Every output is a window of the image times a filter, plus the filter's bias.
 *
 * Shapes: x [rows, columns, channels], w [m, n, channels, filters], b [filters] -> [rows', columns', filters].
 */
export function convolve(x: Grid, w: Grid, b: Grid, options: Options = {}): Grid {
  const [m, n, channels, filters] = w.shape as [number, number, number, number];
  const [down, across] = windowsOver(x, [m, n], options);
  const a = new Grid([down.count, across.count, filters]);
  for (let k = 0; k < filters; k++)
    for (let i = 0; i < down.count; i++)
      for (let j = 0; j < across.count; j++) {
        let sum = b.get(k);
        for (let s = 0; s < m; s++)
          for (let t = 0; t < n; t++) {
            const [row, column] = [down.at(i, s), across.at(j, t)];
            if (!x.inside(row, column)) continue; // padding is zeros
            for (let c = 0; c < channels; c++) sum += w.get(s, t, c, k) * x.get(row, column, c);
          }
        a.set(sum, i, j, k);
      }
  return a;
}

export interface ConvolutionGradients {
  readonly x: Grid;
  readonly w: Grid;
  readonly b: Grid;
}

/** From dE/da of every output, dE by the image, the filters and the biases: the same loops again. */
export function convolveBack(x: Grid, w: Grid, da: Grid, options: Options = {}): ConvolutionGradients {
  const [m, n, channels, filters] = w.shape as [number, number, number, number];
  const [down, across] = windowsOver(x, [m, n], options);
  const [dx, dw, db] = [new Grid(x.shape), new Grid(w.shape), new Grid([filters])];
  for (let k = 0; k < filters; k++)
    for (let i = 0; i < down.count; i++)
      for (let j = 0; j < across.count; j++) {
        const error = da.get(i, j, k);
        db.add(error, k); // da/db = 1
        for (let s = 0; s < m; s++)
          for (let t = 0; t < n; t++) {
            const [row, column] = [down.at(i, s), across.at(j, t)];
            if (!x.inside(row, column)) continue;
            for (let c = 0; c < channels; c++) {
              dw.add(error * x.get(row, column, c), s, t, c, k); // da/dw = x
              dx.add(error * w.get(s, t, c, k), row, column, c); // da/dx = w
            }
          }
      }
  return { x: dx, w: dw, b: db };
}

/** w <- w - etaW dE/dw and b <- b - etaB dE/db, each with its own learning rate. */
export function descend(
  w: Grid,
  b: Grid,
  gradients: Pick<ConvolutionGradients, 'w' | 'b'>,
  { etaW, etaB }: { readonly etaW: number; readonly etaB: number },
): void {
  for (let i = 0; i < w.data.length; i++) w.data[i]! -= etaW * gradients.w.data[i]!;
  for (let i = 0; i < b.data.length; i++) b.data[i]! -= etaB * gradients.b.data[i]!;
}

/** How pooling moves its window; without strides, windows lie side by side. */
export type PoolOptions = Pick<Options, 'strides' | 'padding'>;

/** A window that gives output [i, j]: the places in the image that it covers, row by row. */
interface Window {
  readonly i: number;
  readonly j: number;
  readonly covers: readonly (readonly [number, number])[];
}

/** All windows over an image, and the shape of what they give; padding neither wins nor counts, so it is left out. */
function poolWindows(
  x: Grid,
  size: readonly [number, number],
  { strides = size, padding = 'valid' }: PoolOptions,
): { windows: Window[]; shape: [number, number, number] } {
  const [down, across] = windowsOver(x, size, { strides, padding });
  const windows: Window[] = [];
  for (let i = 0; i < down.count; i++)
    for (let j = 0; j < across.count; j++) {
      const covers: [number, number][] = [];
      for (let s = 0; s < size[0]; s++)
        for (let t = 0; t < size[1]; t++) {
          const [row, column] = [down.at(i, s), across.at(j, t)];
          if (x.inside(row, column)) covers.push([row, column]);
        }
      windows.push({ i, j, covers });
    }
  return { windows, shape: [down.count, across.count, x.shape[2]!] };
}

/** Where a window has its largest number in channel c; of equals, the first. */
function largest(x: Grid, { covers }: Window, c: number): readonly [number, number] {
  let best = covers[0]!;
  for (const place of covers) if (x.get(...place, c) > x.get(...best, c)) best = place;
  return best;
}

/** The largest of each window. Shapes: [rows, columns, channels] -> [rows', columns', channels]. */
export function maxPool(x: Grid, size: readonly [number, number], options: PoolOptions = {}): Grid {
  const { windows, shape } = poolWindows(x, size, options);
  const y = new Grid(shape);
  for (const window of windows)
    for (let c = 0; c < shape[2]; c++) y.set(x.get(...largest(x, window, c), c), window.i, window.j, c);
  return y;
}

/** From dE/dy of every output, dE by the image: all of it goes to the first largest of the window. */
export function maxPoolBack(
  x: Grid,
  size: readonly [number, number],
  dy: Grid,
  options: PoolOptions = {},
): Grid {
  const { windows, shape } = poolWindows(x, size, options);
  const dx = new Grid(x.shape);
  for (const window of windows)
    for (let c = 0; c < shape[2]; c++) dx.add(dy.get(window.i, window.j, c), ...largest(x, window, c), c);
  return dx;
}

/** The mean of each window, of as many as lie in the image. Shapes: as maxPool. */
export function averagePool(x: Grid, size: readonly [number, number], options: PoolOptions = {}): Grid {
  const { windows, shape } = poolWindows(x, size, options);
  const y = new Grid(shape);
  for (const { i, j, covers } of windows)
    for (let c = 0; c < shape[2]; c++)
      for (const place of covers) y.add(x.get(...place, c) / covers.length, i, j, c);
  return y;
}

/** From dE/dy of every output, dE by the image: shared out equally. */
export function averagePoolBack(
  x: Grid,
  size: readonly [number, number],
  dy: Grid,
  options: PoolOptions = {},
): Grid {
  const { windows, shape } = poolWindows(x, size, options);
  const dx = new Grid(x.shape);
  for (const { i, j, covers } of windows)
    for (let c = 0; c < shape[2]; c++)
      for (const place of covers) dx.add(dy.get(i, j, c) / covers.length, ...place, c);
  return dx;
}
