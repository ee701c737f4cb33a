// What parameters are before training, one row each. Numbers come from the host's counter-based chance, so that
// a seed gives the same weights on every device; what a parameter's fans are is Keras's rule, in fansOf().
//
// To add one: write its function and name it in `initializers`; every layer then takes it.
import { check } from '../base/check.ts';
import { deviateOf, deviates, drawn, type Distribution, type Stream } from '../base/deviates.ts';
import { at, show, sizeOf, type Shape } from '../base/shape.ts';
import { Tensor } from '../tensor.ts';

/** How many inputs an output sums, and how many outputs an input goes into. */
export interface Fans {
  readonly fanIn: number;
  readonly fanOut: number;
}

/** From an element's number to its chance, uniform in [0, 1), a multiple of 2^-24. */
export interface Chance {
  (element: number): number;
  /** @internal Where the chances are those of a stream, it: others can then draw the same. */
  readonly stream?: Stream;
}

/** First values of a parameter, f32. */
export interface Initializer {
  readonly name: string;
  make(shape: Shape, fans: Fans, chance: Chance): Tensor;
}

/** Fans by Keras's rule: of a kernel [...window, inputs, outputs] the window's size times each; one axis is both. */
export function fansOf(shape: Shape): Fans {
  if (shape.length < 2) return { fanIn: sizeOf(shape), fanOut: sizeOf(shape) };
  const window = sizeOf(shape.slice(0, -2));
  return { fanIn: window * at(shape, shape.length - 2), fanOut: window * at(shape, shape.length - 1) };
}

function filled(shape: Shape, value: (element: number) => number): Tensor {
  return Tensor.later(shape, () => {
    const numbers = new Float32Array(sizeOf(shape));
    for (let i = 0; i < numbers.length; i++) numbers[i] = value(i);
    return numbers;
  });
}

/** A row whose elements all are the same. */
const same = (name: string, value: number): Initializer => ({
  name,
  make: (shape) => filled(shape, () => value),
});

/** A row whose elements are drawn, each for itself. */
const elementwise = (name: string, of: (fans: Fans) => Distribution): Initializer => ({
  name,
  make(shape, fans, chance) {
    const distribution = of(fans);
    const { stream } = chance;
    if (!stream) {
      const value = deviateOf(distribution);
      return filled(shape, (i) => value(chance(i)));
    }
    const drawing = { ...distribution, ...stream };
    return Tensor.later(shape, () => drawn(drawing, sizeOf(shape)), drawing);
  },
});

/** The standard deviation of a standard normal that is kept within 2: sqrt(1 - 4 phi(2) / (1 - 2 Phi(-2))). */
const deviationWithin2 = 0.8796256610342398;

function checkFinite(call: string, what: Readonly<Record<string, number>>): void {
  for (const [name, x] of Object.entries(what))
    check(Number.isFinite(x), () => `${call}: ${name} must be a finite number, got ${x}`);
}

/** All 0. */
export const zeros = (): Initializer => same('zeros', 0);

/** All 1. */
export const ones = (): Initializer => same('ones', 1);

/** All the same number. */
export function constant(value = 0): Initializer {
  checkFinite('constant', { value });
  return same('constant', value);
}

export interface UniformOptions {
  readonly minval?: number;
  readonly maxval?: number;
}

/** Uniform from minval to maxval. */
export function randomUniform({ minval = -0.05, maxval = 0.05 }: UniformOptions = {}): Initializer {
  checkFinite('randomUniform', { minval, maxval });
  return elementwise('randomUniform', () => ({ of: 'chance', mean: minval, scale: maxval - minval }));
}

export interface NormalOptions {
  readonly mean?: number;
  readonly stddev?: number;
}

/** Normal around the mean. */
export function randomNormal({ mean = 0, stddev = 0.05 }: NormalOptions = {}): Initializer {
  checkFinite('randomNormal', { mean, stddev });
  return elementwise('randomNormal', () => ({ of: 'normal', mean, scale: stddev }));
}

/** Normal around the mean, within two `stddev` of it; that is the deviation before what lies outside is left out. */
export function truncatedNormal({ mean = 0, stddev = 0.05 }: NormalOptions = {}): Initializer {
  checkFinite('truncatedNormal', { mean, stddev });
  return elementwise('truncatedNormal', () => ({ of: 'normalWithin2', mean, scale: stddev }));
}

const modes = {
  fanIn: ({ fanIn }: Fans) => fanIn,
  fanOut: ({ fanOut }: Fans) => fanOut,
  fanAvg: ({ fanIn, fanOut }: Fans) => (fanIn + fanOut) / 2,
} as const;

/** The distributions of variance v around 0. */
const distributions = {
  // Within sqrt(3 v) the variance is v.
  uniform: (v: number): Distribution => ({ of: 'signed', mean: 0, scale: Math.sqrt(3 * v) }),
  truncatedNormal: (v: number): Distribution => ({
    of: 'normalWithin2',
    mean: 0,
    scale: Math.sqrt(v) / deviationWithin2,
  }),
  untruncatedNormal: (v: number): Distribution => ({ of: 'normal', mean: 0, scale: Math.sqrt(v) }),
} as const;

export interface VarianceScalingOptions {
  readonly scale?: number;
  readonly mode?: keyof typeof modes;
  readonly distribution?: keyof typeof distributions;
}

const oneOf = (table: object, name: unknown): boolean =>
  typeof name === 'string' && Object.hasOwn(table, name);

/** Numbers around 0 of variance scale / fan, where the fan is the inputs, the outputs, or the mean of both (at least 1). */
export const varianceScaling = (options: VarianceScalingOptions = {}): Initializer =>
  scaled('varianceScaling', options);

function scaled(
  name: string,
  { scale = 1, mode = 'fanIn', distribution = 'truncatedNormal' }: VarianceScalingOptions,
): Initializer {
  check(scale > 0 && Number.isFinite(scale), () => `${name}: scale must be more than 0, got ${scale}`);
  check(
    oneOf(modes, mode),
    () => `${name}: mode must be one of ${Object.keys(modes).join(', ')}, got ${JSON.stringify(mode)}`,
  );
  check(
    oneOf(distributions, distribution),
    () =>
      `${name}: distribution must be one of ${Object.keys(distributions).join(', ')}, got ${JSON.stringify(distribution)}`,
  );
  return elementwise(name, (fans) => distributions[distribution](scale / Math.max(1, modes[mode](fans))));
}

/**
 * Uniform within sqrt(6 / (fanIn + fanOut)) around 0.
 * Glorot & Bengio 2010, eq. 16, https://proceedings.mlr.press/v9/glorot10a.html
 */
export const glorotUniform = (): Initializer =>
  scaled('glorotUniform', { mode: 'fanAvg', distribution: 'uniform' });

/** Normal, within two deviations, of variance 2 / (fanIn + fanOut). Glorot & Bengio 2010, eq. 12. */
export const glorotNormal = (): Initializer => scaled('glorotNormal', { mode: 'fanAvg' });

/** Uniform within sqrt(6 / fanIn) around 0. He et al. 2015, eq. 10, https://arxiv.org/abs/1502.01852 */
export const heUniform = (): Initializer => scaled('heUniform', { scale: 2, distribution: 'uniform' });

/** Normal, within two deviations, of variance 2 / fanIn. He et al. 2015, eq. 10. */
export const heNormal = (): Initializer => scaled('heNormal', { scale: 2 });

/** Uniform within sqrt(3 / fanIn) around 0. LeCun et al. 1998, section 4.6, https://doi.org/10.1007/3-540-49430-8_2 */
export const lecunUniform = (): Initializer => scaled('lecunUniform', { distribution: 'uniform' });

/** Normal, within two deviations, of variance 1 / fanIn. LeCun et al. 1998, section 4.6. */
export const lecunNormal = (): Initializer => scaled('lecunNormal', {});

/**
 * A matrix [rows, columns] (all axes but the last are rows) whose columns, or rows if there are fewer, are of length
 * `gain` and at right angles: the Q of random normals. Saxe et al. 2014, https://arxiv.org/abs/1312.6120
 */
export function orthogonal({ gain = 1 }: { readonly gain?: number } = {}): Initializer {
  checkFinite('orthogonal', { gain });
  return {
    name: 'orthogonal',
    make(shape, _, chance) {
      check(shape.length >= 2, () => `orthogonal: needs at least two axes, got ${show(shape)}`);
      const columns = at(shape, shape.length - 1);
      const rows = sizeOf(shape) / Math.max(1, columns);
      const [long, short] = [Math.max(rows, columns), Math.min(rows, columns)];
      let q: readonly Float64Array[] | undefined;
      return filled(shape, (element) => {
        q ??= orthonormal(long, short, (i, j) => deviates.normal(chance(i * short + j)));
        const [row, column] = [Math.floor(element / columns), element % columns];
        const [place, vector] = rows < columns ? [column, row] : [row, column];
        return gain * (q[vector]?.[place] ?? 0);
      });
    },
  };
}

/** `count` vectors of `length` numbers made orthonormal one after the other (modified Gram and Schmidt). */
function orthonormal(
  length: number,
  count: number,
  entry: (place: number, vector: number) => number,
): Float64Array[] {
  const done: Float64Array[] = [];
  for (let j = 0; j < count; j++) {
    const v = Float64Array.from({ length }, (_, i) => entry(i, j));
    for (const u of done) {
      const along = dot(u, v);
      u.forEach((x, i) => (v[i]! -= along * x));
    }
    const size = Math.sqrt(dot(v, v));
    done.push(v.map((x) => x / size));
  }
  return done;
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!;
  return sum;
}

/** `gain` where row and column are the same, else 0; for matrices. */
export function identity({ gain = 1 }: { readonly gain?: number } = {}): Initializer {
  checkFinite('identity', { gain });
  return {
    name: 'identity',
    make(shape) {
      check(shape.length === 2, () => `identity: needs a matrix, got ${show(shape)}`);
      return filled(shape, (i) => (i % (at(shape, 1) + 1) === 0 && i < at(shape, 1) ** 2 ? gain : 0));
    },
  };
}

/** The initializers by name. */
export const initializers = {
  constant,
  glorotNormal,
  glorotUniform,
  heNormal,
  heUniform,
  identity,
  lecunNormal,
  lecunUniform,
  ones,
  orthogonal,
  randomNormal,
  randomUniform,
  truncatedNormal,
  varianceScaling,
  zeros,
} as const;

export type InitializerName = keyof typeof initializers;

/** The initializer itself, or the one of that name with Keras's defaults; `call` is who asks. */
export function initializerOf(call: string, given: InitializerName | Initializer): Initializer {
  if (typeof given === 'object') return given;
  check(
    oneOf(initializers, given),
    () =>
      `${call}: an initializer must be one of ${Object.keys(initializers).join(', ')}, got ${JSON.stringify(given)}`,
  );
  return initializers[given]();
}
