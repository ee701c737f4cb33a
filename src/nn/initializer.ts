// What parameters are before training, one row each. Numbers come from the host's counter-based chance, so that
// a seed gives the same weights on every device; what a parameter's fans are is Keras's rule, in fansOf().
//
// To add one: write its function and name it in `initializers`; every layer then takes it.
import { check } from '../base/check.ts';
import { upperQuantile } from '../base/gauss.ts';
import { at, show, sizeOf, type Shape } from '../base/shape.ts';
import { Tensor } from '../tensor.ts';

/** How many inputs an output sums, and how many outputs an input goes into. */
export interface Fans {
  readonly fanIn: number;
  readonly fanOut: number;
}

/** From an element's number to its chance, uniform in [0, 1), a multiple of 2^-24. */
export type Chance = (element: number) => number;

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
  const numbers = new Float32Array(sizeOf(shape));
  for (let i = 0; i < numbers.length; i++) numbers[i] = value(i);
  return Tensor.from(numbers, shape);
}

/** A row whose elements do not depend on each other. */
const elementwise = (name: string, of: (fans: Fans, chance: Chance) => (element: number) => number) => ({
  name,
  make: (shape: Shape, fans: Fans, chance: Chance): Tensor => filled(shape, of(fans, chance)),
});

/** The standard normal below which one is with probability p in (0, 1). */
const quantile = (p: number): number => (p < 0.5 ? -upperQuantile(p) : upperQuantile(1 - p));

/** The middle of the 2^-24 that a chance stands for: never 0 and never 1. */
const middle = (chance: number): number => chance + 2 ** -25;

/** The probability of a standard normal below -2. */
const below2 = 0.02275013194817921;

/** The standard deviation of a standard normal that is kept within 2: sqrt(1 - 4 phi(2) / (1 - 2 Phi(-2))). */
const deviationWithin2 = 0.8796256610342398;

const normal = (chance: number): number => quantile(middle(chance));
const normalWithin2 = (chance: number): number => quantile(below2 + middle(chance) * (1 - 2 * below2));

function checkFinite(call: string, what: Readonly<Record<string, number>>): void {
  for (const [name, x] of Object.entries(what))
    check(Number.isFinite(x), () => `${call}: ${name} must be a finite number, got ${x}`);
}

/** All 0. */
export const zeros = (): Initializer => elementwise('zeros', () => () => 0);

/** All 1. */
export const ones = (): Initializer => elementwise('ones', () => () => 1);

/** All the same number. */
export function constant(value = 0): Initializer {
  checkFinite('constant', { value });
  return elementwise('constant', () => () => value);
}

export interface UniformOptions {
  readonly minval?: number;
  readonly maxval?: number;
}

/** Uniform from minval to maxval. */
export function randomUniform({ minval = -0.05, maxval = 0.05 }: UniformOptions = {}): Initializer {
  checkFinite('randomUniform', { minval, maxval });
  return elementwise('randomUniform', (_, chance) => (i) => minval + (maxval - minval) * chance(i));
}

export interface NormalOptions {
  readonly mean?: number;
  readonly stddev?: number;
}

/** Normal around the mean. */
export function randomNormal({ mean = 0, stddev = 0.05 }: NormalOptions = {}): Initializer {
  checkFinite('randomNormal', { mean, stddev });
  return elementwise('randomNormal', (_, chance) => (i) => mean + stddev * normal(chance(i)));
}

/** Normal around the mean, within two `stddev` of it; that is the deviation before what lies outside is left out. */
export function truncatedNormal({ mean = 0, stddev = 0.05 }: NormalOptions = {}): Initializer {
  checkFinite('truncatedNormal', { mean, stddev });
  return elementwise('truncatedNormal', (_, chance) => (i) => mean + stddev * normalWithin2(chance(i)));
}

const modes = {
  fanIn: ({ fanIn }: Fans) => fanIn,
  fanOut: ({ fanOut }: Fans) => fanOut,
  fanAvg: ({ fanIn, fanOut }: Fans) => (fanIn + fanOut) / 2,
} as const;

/** For each distribution a number of variance v from a chance. */
const distributions = {
  // Within sqrt(3 v) the variance is v.
  uniform: (v: number) => {
    const limit = Math.sqrt(3 * v);
    return (chance: number) => limit * (2 * chance - 1);
  },
  truncatedNormal: (v: number) => {
    const stddev = Math.sqrt(v) / deviationWithin2;
    return (chance: number) => stddev * normalWithin2(chance);
  },
  untruncatedNormal: (v: number) => {
    const stddev = Math.sqrt(v);
    return (chance: number) => stddev * normal(chance);
  },
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
  return elementwise(name, (fans, chance) => {
    const from = distributions[distribution](scale / Math.max(1, modes[mode](fans)));
    return (i) => from(chance(i));
  });
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
      const q = orthonormal(long, short, (i, j) => normal(chance(i * short + j)));
      return filled(shape, (element) => {
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
